"""What the parts of the site see of the world."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from refunds_portal.launcher.kept import kept

DEFAULT_ZONE = "Asia/Shanghai"
# They would make our interpreter find other modules than it was installed with.
UNWANTED = ("PYTHONHOME", "PYTHONPATH", "PYTHONSAFEPATH", "PYTHONSTARTUP")

# A worker forks after it has loaded libraries that macOS else aborts in the child.
FORKING_ON_MACOS = {"OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES", "PGGSSENCMODE": "disable"}


def zone() -> str:
    """The zone in which pages and logs state times, as the settings have it."""
    return os.environ.get("MARKETPLACE_TIME_ZONE") or DEFAULT_ZONE


def site_environment(folder: Path, servers: Mapping[str, str]) -> dict[str, str]:
    """The caller's variables, which may be settings, with everything decided here on top."""
    given = {key: value for key, value in os.environ.items() if key not in UNWANTED}
    return {
        **given,
        **(FORKING_ON_MACOS if sys.platform == "darwin" else {}),
        **servers,
        "SECRET_KEY": os.environ.get("SECRET_KEY") or kept(folder / "secret-key"),
        "DJANGO_SETTINGS_MODULE": "refunds_portal.settings",
        # Common names in people's shells, which must not open a demo to the world.
        "DEBUG": "0",
        "HTTPS": "0",
        "DEMO": "1",
        "LOG_FORMAT": "console",
        "STATIC_FROM_SOURCE": "1",
        "TZ": zone(),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        # With the environment's programs first, as if it were activated.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), given.get("PATH", os.defpath)]),
    }
