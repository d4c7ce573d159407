"""PostgreSQL and Valkey in a folder: killed, started again, stopped."""

import os
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from refunds_portal.launcher.postgres import Postgres
from refunds_portal.launcher.throwaway import throwaway_folder
from refunds_portal.launcher.trouble import Trouble
from refunds_portal.launcher.valkey import Valkey
from tests.launcher.launching import Launch, die_with_their_launcher

HOLD_SERVERS = """
import sys, time
from pathlib import Path
from refunds_portal.launcher.servers import Servers
with Servers(Path(sys.argv[1]), zone="UTC", careless=True) as servers:
    print(servers.environment["DATABASE_URL"], servers.environment["REDIS_URL"], "up", flush=True)
    time.sleep(60)
"""


ONCE = Retry(NoBackoff(), 0)


@pytest.fixture
def valkey(folder: Path) -> Iterator[Valkey]:
    valkey = Valkey(folder, zone="UTC")
    valkey.restart()
    yield valkey
    valkey.stop()


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with throwaway_folder() as folder:
        server = Postgres(folder, zone="Asia/Shanghai", careless=True)
        server.restart()
        yield server
        server.stop()


def ask(url: str, sql: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def test_servers_die_with_a_killed_launcher_and_the_data_is_there_at_the_next_start(
    folder: Path, launch: Launch
) -> None:
    first = launch.script(HOLD_SERVERS, str(folder), folder=folder)
    first.wait_for("up")
    urls = first.output.split()[:2]
    ask(urls[0], "CREATE TABLE kept AS SELECT 42 AS answer")
    servers = first.descendants()
    assert servers

    first.send(signal.SIGKILL)
    assert die_with_their_launcher(servers)

    second = launch.script(HOLD_SERVERS, str(folder), folder=folder)
    second.wait_for("up")
    assert second.output.split()[:2] == urls
    assert ask(urls[0], "SELECT answer FROM kept") == [(42,)]


def test_a_broker_keeps_its_address_over_a_restart_and_forgets_its_queues(valkey: Valkey) -> None:
    with closing(redis.Redis.from_url(valkey.url, retry=ONCE)) as client:
        client.set("queue", "message")
        valkey.stop()
        with pytest.raises(redis.ConnectionError):
            client.ping()
        valkey.start()
        valkey.wait()
        assert client.get("queue") is None


def test_the_broker_answers_nobody_without_its_password(valkey: Valkey) -> None:
    stranger = redis.Redis(port=valkey.port, retry=ONCE)
    with closing(stranger), pytest.raises(redis.AuthenticationError):
        stranger.ping()


def test_a_stale_lock_whose_number_a_stranger_has_now_does_not_keep_postgres_down(
    server: Postgres,
) -> None:
    server.stop()
    (server.places.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n")
    server.restart()
    assert ask(server.url, "SELECT 1") == [(1,)]


def test_a_cluster_that_another_server_uses_is_left_alone(server: Postgres) -> None:
    remembered = (server.folder / "postgres.port").read_text()
    with pytest.raises(Trouble, match="Another PostgreSQL"):
        Postgres(server.folder, zone="UTC").start()
    assert ask(server.url, "SELECT 1") == [(1,)]
    (server.folder / "postgres.port").write_text(remembered)


def test_postgres_is_made_as_the_project_expects_it(server: Postgres) -> None:
    assert ask(
        server.url,
        "SELECT current_setting('server_encoding'), current_setting('timezone'), "
        "current_setting('log_timezone'), current_setting('listen_addresses'), "
        "(SELECT datlocale FROM pg_database WHERE datname = current_database())",
    ) == [("UTF8", "UTC", "Asia/Shanghai", "127.0.0.1", "C.UTF-8")]


def test_postgres_lets_nobody_in_without_its_password(server: Postgres) -> None:
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(server.url, password="wrong")
