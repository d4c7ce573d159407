"""Brings translations, tables and demo data up to date: `prepare SERVERS SCHEMA`.

The one module here that knows Django; it runs as a process of its own, one for four
commands because starting it takes a second each time. It waits for the file SERVERS
before it needs the database, and makes the file SCHEMA when the tables are there.
"""

import sys
import time
from pathlib import Path

import django
from django.core.management import call_command

from refunds_portal.launcher.processes import POLL_SECONDS


def main() -> None:
    servers, schema = map(Path, sys.argv[1:])
    django.setup()
    call_command("compile_messages")
    while not servers.exists():  # it dies with the launcher, which makes the file
        time.sleep(POLL_SECONDS)
    call_command("migrate")
    call_command("createcachetable")
    schema.touch()
    call_command("seed_demo")


if __name__ == "__main__":
    main()
