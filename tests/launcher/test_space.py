"""A full disk is told from other reasons, by the folder that is on it."""

import errno
from pathlib import Path

import pytest

from refunds_portal.launcher import cluster, space
from refunds_portal.launcher.alone import alone_in
from refunds_portal.launcher.places import private_file
from refunds_portal.launcher.postgres import Postgres
from refunds_portal.launcher.trouble import PartDied, Trouble
from refunds_portal.launcher.words import in_words


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (space, cluster):
        monkeypatch.setattr(module, "free", lambda folder: 1000)


@pytest.fixture
def died(folder: Path) -> PartDied:
    log = folder / "web.log"
    log.write_text("Traceback (most recent call last):\n")
    return PartDied("web", status=1, log=log)


def test_a_cluster_is_not_begun_on_a_full_disk(folder: Path, full: None) -> None:
    with pytest.raises(Trouble, match="is full: 0 MB are left, and 150 MB are needed") as caught:
        Postgres(folder, zone="UTC").start()
    assert str(folder) in str(caught.value)
    assert not list(folder.glob("postgres.half*"))


def test_a_part_that_died_of_a_full_disk_is_no_riddle(
    folder: Path, full: None, died: PartDied
) -> None:
    said = in_words(died, folder)
    assert said.startswith(f"web ended with status 1. The disk that holds {folder} is full")
    assert "Traceback" not in said


def test_a_part_that_died_of_something_else_shows_its_log(folder: Path, died: PartDied) -> None:
    assert "Traceback" in in_words(died, folder)


def test_a_quota_is_recognised_by_the_words_of_the_log(folder: Path, died: PartDied) -> None:
    died.log.write_text("PANIC:  could not write: Disk quota exceeded\n")
    assert "a quota may be used up" in in_words(died, folder)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "Free some space"),
        (PermissionError(errno.EACCES, "Permission denied", "/a/secret"), "/a/secret may not be"),
        (FileExistsError(errno.EEXIST, "File exists", "/a/file"), "/a/file cannot be used: File"),
    ],
)
def test_an_error_of_the_system_becomes_a_sentence(folder: Path, error: OSError, told: str) -> None:
    assert told in in_words(error, folder)


def test_the_warning_comes_once_for_each_time_that_space_runs_short(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    shortage = space.Shortage([folder], say=said.append)
    for left in (10**9, 1000, 1000, 10**9, 1000):
        monkeypatch.setattr(space, "free", lambda folder, left=left: left)
        shortage.look()
    assert len(said) == 2
    assert str(folder) in said[0]


def test_a_private_file_is_written_whole_or_not_at_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meet_the_end(path: Path, text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", meet_the_end)
    with pytest.raises(OSError, match="No space left"):
        private_file(folder / "secret", "text")
    assert not list(folder.glob("secret*"))


def test_the_lock_holds_where_its_words_cannot_be_written(folder: Path) -> None:
    data = folder / "local"
    told = r"Something uses .*local\. Stop it first"
    with alone_in(data, doing=""), pytest.raises(Trouble, match=told), alone_in(data, doing=""):
        pass
