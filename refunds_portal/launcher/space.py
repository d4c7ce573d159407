"""Telling a full disk, and saying so in a sentence that names the folder."""

import errno
import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

MEGABYTE = 1024 * 1024
# What a new database and the demo take, with some air.
NEW_CLUSTER = 150 * MEGABYTE
# PostgreSQL takes its log of changes in pieces of 16 MB, and stops when it gets none.
GOING_ON = 32 * MEGABYTE
# With less than this, no failure needs another explanation.
FULL = 2 * MEGABYTE
FULL_ERRORS = (errno.ENOSPC, errno.EDQUOT)
# Where PostgreSQL's processes share memory; containers often have little of it.
SHARED = (Path("/dev/shm"),)  # noqa: S108 - nothing is written there
# As programs report it: the system's words in the C locale that the servers run in.
FULL_WORDS = tuple(map(os.strerror, FULL_ERRORS))


def free(folder: Path) -> int:
    """The bytes that an ordinary user can still write there, or in what is to hold it."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    left = os.statvfs(there)
    # A disk can run out of files before it runs out of bytes; some count none.
    return 0 if left.f_files and not left.f_favail else left.f_bavail * left.f_frsize


def fullest(folders: Iterable[Path]) -> Path:
    return min(folders, key=free)


def sentence(folder: Path, *, need: int = GOING_ON) -> str:
    """What is the matter and what to do."""
    left = free(folder)
    matter = (
        f"The disk that holds {folder} is full: {left // MEGABYTE} MB are left, and "
        f"{need // MEGABYTE} MB are needed."
        if left < need
        else f"Nothing more can be written, perhaps to {folder}: a quota may be used up."
    )
    return f"{matter} Free some space there, then start again: what has been saved is kept."


def explanation(folders: Iterable[Path], *, told: str = "", error: OSError | None = None) -> str:
    """The sentence if a full disk is the reason for what was `told` or raised; else nothing."""
    folder = fullest((*folders, Path(tempfile.gettempdir()), *filter(Path.exists, SHARED)))
    says_so = any(words in f"{told} {error or ''}" for words in FULL_WORDS)
    if says_so or (error and error.errno in FULL_ERRORS) or free(folder) < FULL:
        return sentence(folder)
    return ""


class Shortage:
    """Says once, while the site runs, that a disk is filling up."""

    def __init__(self, folders: Iterable[Path], *, say: Callable[[str], None]) -> None:
        self._folders = tuple(folders)
        self._say = say
        self._told = False

    def look(self) -> None:
        folder = fullest(self._folders)
        short = free(folder) < GOING_ON
        if short and not self._told:
            self._say(
                f"the disk that holds {folder} is nearly full: {free(folder) // MEGABYTE} MB are "
                "left. Free some space there, or the database will stop"
            )
        self._told = short
