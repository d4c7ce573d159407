"""Making a PostgreSQL cluster, and clearing what a killed server left in it."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from refunds_portal.launcher.places import PostgresPlaces, kept
from refunds_portal.launcher.processes import Part
from refunds_portal.launcher.proctable import command_line
from refunds_portal.launcher.trouble import Trouble

LOCALE = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
# What the programs get to see: nobody's PGHOST or locale changes what happens.
ENVIRONMENT: Mapping[str, str] = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def program(places: PostgresPlaces, name: str) -> str:
    return str(places.programs / "pginstall/bin" / name)


def ensure_cluster(
    places: PostgresPlaces, *, folder: Path, role: str, password: str, flags: Sequence[str] = ()
) -> None:
    """Make the cluster unless it exists. An interrupted one is made again from nothing.

    The log goes to `folder`; PartDied if initdb fails.
    """
    if (places.cluster / "PG_VERSION").exists():
        return
    half = places.cluster.with_name(f"{places.cluster.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700, parents=True)
    # A file that the server's account owns: after the change of user it cannot read a pipe.
    secret = half.with_name(f"{half.name}.password")
    secret.unlink(missing_ok=True)
    kept(secret, lambda: password)
    login = ("--username", role, "--pwfile", str(secret), "--auth=scram-sha-256")
    if places.account:
        os.chown(half, *places.account)
        os.chown(secret, *places.account)
    try:
        Part(
            name="initdb",
            command=[program(places, "initdb"), "--pgdata", str(half), *login, *LOCALE, *flags],
            folder=folder,
            env=ENVIRONMENT,
            cwd=half,
            account=places.account,
        ).run()
    finally:
        secret.unlink()
    half.rename(places.cluster)


def clear_stale_lock(cluster: Path) -> None:
    """Remove the lock of a server that was killed.

    PostgreSQL does so itself unless another process has its number by now, which after
    a reboot is likely.
    """
    lock = cluster / "postmaster.pid"
    if not lock.exists():
        return
    pid = int(lock.read_text().split()[0])
    if str(cluster) in command_line(pid):
        raise Trouble(f"Another PostgreSQL (process {pid}) uses {cluster}. Stop it first.")
    lock.unlink()
