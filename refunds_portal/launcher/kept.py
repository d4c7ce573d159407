"""Secrets that are made once and kept in private files."""

import re
import secrets
from collections.abc import Callable
from pathlib import Path

from refunds_portal.launcher.damage import Damaged
from refunds_portal.launcher.places import private_file

# What both a URL and a server's settings take as it is; every secret made here is so.
SOUND = re.compile(rb"[A-Za-z0-9_-]{32,}")


def kept(path: Path, make: Callable[[], str] = lambda: secrets.token_urlsafe(48)) -> str:
    """The secret in a file, which `make` writes the first time; Damaged if it is none."""
    if not path.exists():
        private_file(path, make())
    secret = path.read_bytes().strip()
    if not SOUND.fullmatch(secret):
        raise Damaged(path.parent, f"{path} is damaged: it holds no secret that was made here.")
    return secret.decode()
