"""Making a PostgreSQL cluster, and clearing what a killed server left in it."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from refunds_portal.launcher.damage import is_there
from refunds_portal.launcher.places import LONGEST, PostgresPlaces, private_file
from refunds_portal.launcher.processes import Part
from refunds_portal.launcher.proctable import command_line
from refunds_portal.launcher.space import GOING_ON, NEW_CLUSTER, free, sentence
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

    The log goes to `folder`; PartDied if initdb fails, Damaged if what exists is no cluster.
    """
    _refuse_long_path(places.cluster)
    exists = is_there(places.cluster, folder=folder)
    _refuse_full_disk(places.cluster, need=GOING_ON if exists else NEW_CLUSTER)
    if exists:
        return
    half = places.cluster.with_name(f"{places.cluster.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700, parents=True)
    # A file that the server's account owns: after the change of user it cannot read a pipe.
    secret = half.with_name(f"{half.name}.password")
    secret.unlink(missing_ok=True)
    private_file(secret, password)
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
        half.rename(places.cluster)
    finally:
        secret.unlink()
        # What is left of a failure would only take the space that it may have lacked.
        shutil.rmtree(half, ignore_errors=True)


def _refuse_long_path(cluster: Path) -> None:
    """PostgreSQL would cut it off and write to whatever bears the shorter name."""
    if len(os.fsencode(cluster)) > LONGEST:
        raise Trouble(
            f"{cluster} is too long a path for PostgreSQL, which takes {LONGEST} bytes. "
            "Move the checkout, or keep the data in another folder with --data."
        )


def _refuse_full_disk(cluster: Path, *, need: int) -> None:
    """Before anything is started: a server stops less gently when it meets the end."""
    if free(cluster) < need:
        raise Trouble(sentence(cluster.parent, need=need))


def clear_stale_lock(cluster: Path) -> None:
    """Remove the lock of a server that was killed.

    PostgreSQL does so itself unless another process has its number by now, which after
    a reboot is likely.
    """
    lock = cluster / "postmaster.pid"
    if not lock.exists():
        return
    first = lock.read_text(errors="replace").partition("\n")[0]
    # One that was cut off on a full disk names nobody.
    pid = int(first) if first.isdecimal() else 0
    if pid and str(cluster) in command_line(pid):
        raise Trouble(f"Another PostgreSQL (process {pid}) uses {cluster}. Stop it first.")
    lock.unlink()
