"""What the launcher can be told to do; each returns the exit status."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from refunds_portal.launcher.alone import alone_in, somebody_is_in
from refunds_portal.launcher.environment import site_environment, zone
from refunds_portal.launcher.interruptions import Interruptions, Stopped
from refunds_portal.launcher.places import CHECKOUT, clusters, private_folder
from refunds_portal.launcher.ports import HOST, refuse_taken
from refunds_portal.launcher.processes import sweep
from refunds_portal.launcher.progress import Progress
from refunds_portal.launcher.run import Running
from refunds_portal.launcher.servers import STOP_SIGNALS, Servers
from refunds_portal.launcher.site import SERVERS, mark
from refunds_portal.launcher.throwaway import throwaway_folder
from refunds_portal.launcher.trouble import Trouble

GREETING = """\
ready on {address}

  buyer@example.com     purchases, with their refunds, and the balance
  vendor@example.com    the refund requests to decide
  operator@example.com  the admin: everything, and its history
  The password of each: demo

  Data: {data}   Logs: {logs}   Ctrl-C stops everything."""


def run(folder: Path, *, port: int) -> int:
    """The whole site, until somebody stops it (0) or a part dies (PartDied)."""
    address = f"http://{HOST}:{port}"
    say = Progress()
    private_folder(folder)
    with alone_in(folder, doing=f"The site of this folder already runs, on {address}."):
        sweep(folder, signs=STOP_SIGNALS)
        refuse_taken(port)
        running = Running(folder, port=port, say=say)
        with Interruptions(hurry=running.hurry) as interruptions:
            try:
                running.start()
                print(
                    GREETING.format(address=address, data=running.data, logs=folder / "logs"),
                    flush=True,
                )
                running.watch()
            except Stopped:
                say("stopping: web, beat, worker, servers")
            finally:
                interruptions.stopping()
                running.stop()
                say("everything has stopped")
    return 0


def reset(folder: Path) -> int:
    """Wipe what `run` keeps, unless it runs. Servers that a URL names are left alone."""
    private_folder(folder)
    with alone_in(folder, doing="The data of this folder is just being wiped."):
        sweep(folder, signs=STOP_SIGNALS)
        for place in (*clusters(folder), folder):
            if not place.exists():
                continue
            shutil.rmtree(place)
            print(f"wiped {place}")
    return 0


def with_servers(command: Sequence[str]) -> int:
    """Run a command beside servers of its own, whose data goes when it ends."""
    with throwaway_folder() as folder, Servers(folder, zone=zone(), careless=True) as servers:
        return _call(command, folder, servers.environment)


def manage(folder: Path, arguments: Sequence[str]) -> int:
    """Run one of Django's commands on the site's data, whether the site runs or not."""
    command = [sys.executable, "manage.py", *arguments]
    if somebody_is_in(folder):
        return _call(command, folder, _servers_of_the_running(folder))
    private_folder(folder)
    with alone_in(folder, doing="One of Django's commands runs on the data of this folder."):
        sweep(folder, signs=STOP_SIGNALS)
        with Servers(folder, zone=zone()) as servers:
            return _call(command, folder, servers.environment)


def _servers_of_the_running(folder: Path) -> dict[str, str]:
    try:
        return json.loads(mark(folder, SERVERS).read_bytes())
    except (FileNotFoundError, ValueError):
        raise Trouble(
            f"The site in {folder} is just starting or stopping. Try again in a moment."
        ) from None


def _call(command: Sequence[str], folder: Path, servers: dict[str, str]) -> int:
    env = site_environment(folder, servers)
    return subprocess.run(command, cwd=CHECKOUT, env=env, check=False).returncode
