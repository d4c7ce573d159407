"""A data folder that cannot be used is named, and nothing in it is touched."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from refunds_portal.launcher.__main__ import main
from refunds_portal.launcher.cluster import clear_stale_lock
from refunds_portal.launcher.damage import Damaged
from refunds_portal.launcher.kept import kept
from refunds_portal.launcher.places import can_be_quoted, private_folder
from refunds_portal.launcher.ports import kept_port
from refunds_portal.launcher.postgres import Postgres
from refunds_portal.launcher.processes import sweep
from refunds_portal.launcher.throwaway import throwaway_folder
from refunds_portal.launcher.trouble import PartDied, Trouble

Damage = Callable[[Path], object]


@pytest.fixture(scope="module")
def sound() -> Iterator[Path]:
    """A folder with a cluster and its secrets, to be copied and then damaged."""
    with throwaway_folder() as folder:
        server = Postgres(folder, zone="UTC", careless=True)
        server.restart()
        server.stop()
        yield folder


@pytest.fixture
def data(sound: Path, folder: Path) -> Path:
    """A copy of it, whose files belong to whom they belonged."""
    copy = folder / 'it\'s a "données" folder $HOME `x` 数据'
    shutil.copytree(sound, copy)
    private_folder(copy)
    owner = (sound / "postgres").stat()
    for path in (copy / "postgres", *(copy / "postgres").rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    return copy


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


DAMAGES: dict[str, tuple[Damage, str]] = {
    "no PG_VERSION": (lambda cluster: (cluster / "PG_VERSION").unlink(), "has no PG_VERSION"),
    "older": (lambda cluster: (cluster / "PG_VERSION").write_text("15\n"), "by PostgreSQL 15"),
    "no number": (lambda cluster: (cluster / "PG_VERSION").write_bytes(b"\xff"), "PG_VERSION says"),
    "truncated": (
        lambda cluster: os.truncate(cluster / "global" / "pg_control", 100),
        "global/pg_control has 100 bytes",
    ),
    "no control": (lambda cluster: shutil.rmtree(cluster / "global"), "pg_control has 0 bytes"),
}


@pytest.mark.parametrize(("damage", "told"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_cluster_is_named_and_left_as_it_is(
    data: Path, damage: Damage, told: str
) -> None:
    damage(data / "postgres")
    before = contents(data)
    with pytest.raises(Damaged, match=told) as caught:
        Postgres(data, zone="UTC").start()
    assert "reset" in str(caught.value)
    assert str(data / "postgres") in str(caught.value)
    assert contents(data) == before


def test_a_cluster_that_only_postgres_finds_damaged_keeps_it_down_with_advice(data: Path) -> None:
    control = data / "postgres" / "global" / "pg_control"
    start = control.read_bytes()[:64]
    control.write_bytes(start.ljust(control.stat().st_size, b"?"))
    server = Postgres(data, zone="UTC", careless=True)
    server.start()
    with pytest.raises(PartDied, match=r"(?s)incorrect checksum.*If its data is damaged.*reset"):
        server.wait()
    server.stop()


def test_a_password_that_does_not_open_the_database_is_named_at_once(data: Path) -> None:
    (data / "postgres.password").write_text("f" * 48)
    server = Postgres(data, zone="UTC", careless=True)
    server.start()
    with pytest.raises(Damaged, match=r"postgres\.password: .*password authentication failed"):
        server.wait()
    server.stop()


def test_a_sound_copy_starts_whatever_the_folder_is_called(data: Path) -> None:
    (data / "postgres" / "postmaster.pid").write_text("")  # cut off on a full disk
    server = Postgres(data, zone="UTC", careless=True)
    server.restart()
    with closing(psycopg2.connect(server.url)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        assert cursor.fetchone() == (str(data / "postgres"),)
    server.stop()


def test_a_half_made_cluster_is_made_again(sound: Path, folder: Path) -> None:
    half = folder / "postgres.half"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    server = Postgres(folder, zone="UTC", careless=True)
    server.restart()
    server.stop()
    assert not half.exists()


def test_a_path_that_postgres_would_cut_off_is_refused(folder: Path) -> None:
    deep = folder.joinpath(*["x" * 200] * 5)
    with pytest.raises(Trouble, match="too long a path for PostgreSQL"):
        Postgres(deep, zone="UTC").start()


def test_programs_that_no_shell_finds_are_run_from_a_copy() -> None:
    assert can_be_quoted(Path("/home/it's mine/données/programs"))
    for letter in '"$`\\\n':
        assert not can_be_quoted(Path(f"/home/a{letter}b/programs"))


@pytest.mark.parametrize("text", [b"", b"\xff\xfe\x00", b"two words", b"short"])
def test_a_file_that_holds_no_secret_is_named_and_kept(folder: Path, text: bytes) -> None:
    file = folder / "secret-key"
    file.write_bytes(text)
    with pytest.raises(Damaged, match="secret-key is damaged"):
        kept(file)
    assert file.read_bytes() == text


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"many", b"0", b"99999", b"9" * 9999])
def test_a_port_that_cannot_be_read_is_replaced_since_any_does(folder: Path, text: bytes) -> None:
    file = folder / "port"
    file.write_bytes(text)
    assert str(kept_port(file)) == file.read_text()


@pytest.mark.parametrize("text", [b"", b'{"pid": ', b"[]", b'{"pid": "x"}', b"\xff"])
def test_a_record_that_was_cut_off_is_swept_away(folder: Path, text: bytes) -> None:
    record = folder / "run" / "web.json"
    record.parent.mkdir()
    record.write_bytes(text)
    sweep(folder, signs={})
    assert not record.exists()


def test_a_lock_of_postgres_that_names_nobody_goes(folder: Path) -> None:
    (folder / "postmaster.pid").write_bytes(b"\xff rubbish")
    clear_stale_lock(folder)
    assert not (folder / "postmaster.pid").exists()


def test_the_command_tells_damage_without_a_traceback(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    data = folder / "local"
    data.mkdir()
    (data / "postgres.password").write_text("")
    monkeypatch.setattr("sys.argv", ["launcher", "--data", str(data), "manage", "check"])
    assert main() == 1
    said = capsys.readouterr().err
    assert f"{data / 'postgres.password'} is damaged" in said
    assert "wipes the data" in said
