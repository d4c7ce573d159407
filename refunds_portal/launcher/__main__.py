"""`python -m refunds_portal.launcher run`, and what else it can do: see --help."""

import argparse
import os
import signal
import sys
from pathlib import Path

from refunds_portal.launcher import commands
from refunds_portal.launcher.lifeline import tie_to_parent
from refunds_portal.launcher.places import LOCAL
from refunds_portal.launcher.trouble import Trouble
from refunds_portal.launcher.words import in_words


def main() -> int:
    given = _parser().parse_args()
    folder = given.data.resolve()
    try:
        return _obey(given, folder)
    except BrokenPipeError:  # whoever read our words has left; there is nobody to tell
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (Trouble, OSError) as error:
        print(in_words(error, folder), file=sys.stderr)
    return 1


def _obey(given: argparse.Namespace, folder: Path) -> int:
    match given.command:
        case "run":
            if given.end_with_parent:
                tie_to_parent(parent=os.getppid(), sign=signal.SIGTERM)
            return commands.run(folder, port=given.port)
        case "reset":
            return commands.reset(folder)
        case "with-servers":
            return commands.with_servers(given.words)
        case _:
            return commands.manage(folder, given.words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m refunds_portal.launcher")
    parser.add_argument("--data", type=Path, default=LOCAL, help="keep everything in this folder")
    choices = parser.add_subparsers(dest="command", required=True)
    run = choices.add_parser("run", help="start the whole site; Ctrl-C stops it")
    run.add_argument("--port", type=_port, default=8000)
    run.add_argument("--end-with-parent", action="store_true", help="stop when make is killed")
    choices.add_parser("reset", help="wipe the site's data")
    servers = choices.add_parser("with-servers", help="run a command beside throwaway servers")
    servers.add_argument("words", nargs="+", metavar="COMMAND")
    manage = choices.add_parser("manage", help="run one of Django's commands on the site's data")
    manage.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    return parser


def _port(text: str) -> int:
    if not (text.isdigit() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
