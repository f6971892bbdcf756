"""The embedded stack with real servers: start, answers, reuse after a killed launcher, and end."""

from pathlib import Path

import psycopg
import pytest
import redis as redis_client

from labplatform.devstack import postgres, redis, stack
from labplatform.devstack.folders import socket_folder

needs_redis = pytest.mark.skipif(redis.binary() is None, reason="no Redis server is installed for this Python")


@pytest.fixture
def no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question).fetchone()
        return row[0] if row else None


def test_throw_away_stack_answers_and_leaves_nothing(no_addresses: None):
    with stack.temporary_servers() as addresses:
        assert sorted(addresses) == ["DATABASE_URL", "REDIS_URL"]
        assert ask(addresses["DATABASE_URL"], "SELECT current_database()") == "labplatform"
        assert ask(addresses["DATABASE_URL"], "SHOW server_encoding") == "UTF8"
        assert ask(addresses["DATABASE_URL"], "SHOW listen_addresses") == ""
        folder = Path(str(ask(addresses["DATABASE_URL"], "SHOW data_directory"))).parent
    assert not folder.exists()


def test_running_cluster_of_a_killed_launcher_is_reused(tmp_path: Path):
    cluster = postgres.Cluster(tmp_path / "postgres", socket_folder(tmp_path), postgres.THROW_AWAY_OPTIONS)
    cluster.start()
    try:
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (word text)")
        cluster.start()
        assert ask(cluster.url, "SELECT count(*) FROM kept") == 0
    finally:
        cluster.stop()
    assert not cluster.running()


def test_incomplete_cluster_is_created_again(tmp_path: Path):
    half = tmp_path / "postgres-half"
    half.mkdir()
    (half / "PG_VERSION").write_text("18")
    cluster = postgres.Cluster(tmp_path / "postgres", socket_folder(tmp_path), postgres.THROW_AWAY_OPTIONS)
    cluster.start()
    try:
        assert ask(cluster.url, "SELECT current_database()") == "labplatform"
        assert [path.name for path in tmp_path.glob("postgres-*")] == []
    finally:
        cluster.stop()


def test_waiting_for_the_server_times_out(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(postgres, "START_SECONDS", 0.2)
    cluster = postgres.Cluster(tmp_path / "postgres", tmp_path)
    with pytest.raises(SystemExit, match=r"PostgreSQL did not answer in 0\.2 s; see .*postgres\.log"):
        cluster._wait()


def test_data_survives_a_restart(tmp_path: Path):
    cluster = postgres.Cluster(tmp_path / "postgres", socket_folder(tmp_path))
    try:
        cluster.start()
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'still here' AS word")
        cluster.stop()
        cluster.start()
        assert ask(cluster.url, "SELECT word FROM kept") == "still here"
    finally:
        cluster.stop()


def test_a_failed_start_names_its_log(tmp_path: Path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("1")
    cluster = postgres.Cluster(tmp_path / "postgres", socket_folder(tmp_path))
    with pytest.raises(SystemExit, match=r"pg_ctl failed; see .*postgres\.log"):
        cluster.start()


@needs_redis
def test_redis_answers_on_its_socket_and_stops(tmp_path: Path):
    server = redis.RedisServer(tmp_path / "redis", socket_folder(tmp_path))
    server.start()
    try:
        with redis_client.Redis.from_url(server.url) as client:
            client.set("word", "kept")
            assert client.get("word") == b"kept"
    finally:
        server.stop()
    assert not redis.answers(server.socket)


@needs_redis
def test_a_redis_that_answers_is_not_started_twice(tmp_path: Path):
    first = redis.RedisServer(tmp_path / "redis", socket_folder(tmp_path))
    second = redis.RedisServer(tmp_path / "redis", socket_folder(tmp_path))
    first.start()
    try:
        second.start()
        assert second.child is None
    finally:
        first.stop()


def test_given_addresses_take_precedence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/db")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    with stack.running_servers(tmp_path) as addresses:
        assert addresses == {"DATABASE_URL": "postgresql://elsewhere/db", "REDIS_URL": "redis://elsewhere/0"}
    assert list(tmp_path.iterdir()) == []


def test_long_path_has_a_stable_socket_folder_elsewhere():
    deep = Path("/somewhere") / ("very-long-name-" * 8)
    assert len(str(socket_folder(deep) / ".s.PGSQL.5432")) < 100
    assert socket_folder(deep) == socket_folder(deep)
    assert socket_folder(deep) != socket_folder(deep / "other")


def test_short_path_has_its_sockets_inside():
    assert socket_folder(Path("/var/lab")) == Path("/var/lab/run")
