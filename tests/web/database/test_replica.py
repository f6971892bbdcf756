"""Reads use a replica only while it is current; here it is a second database of the test's server.

That a real one is current, behind, gone or promoted is tried by `make rehearse`.
"""

import logging
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, OperationalError, connections, transaction
from django.test import Client

from accounts.models import User
from web.database import replica
from web.database.replica import ReplicaState, reading_connection, replica_allowed, replica_state
from web.database.spool import spooled_rows

OTHER = "postgres"  # a database that every server has, without our tables


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Set a replica, and yield where its address is."""
    address = {**connections["default"].settings_dict, "NAME": OTHER}
    monkeypatch.setitem(connections.settings, replica.REPLICA, address)
    connection = connections[replica.REPLICA]

    def ensure_connection() -> None:
        """Connect as Django does outside tests, which refuse databases that they did not make."""
        if connection.connection is None:
            with connection.wrap_database_errors:
                connection.connect()

    monkeypatch.setattr(connection, "ensure_connection", ensure_connection)
    monkeypatch.setattr(replica, "_skipped_until", 0.0)
    settings.DATABASE_ROUTERS = ["web.database.replica.ReplicaRouter"]
    yield address
    connections[replica.REPLICA].close()
    del connections[replica.REPLICA]


@pytest.fixture
def current(server: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Let the replica say that it is current, which only one that follows can."""
    monkeypatch.setattr(replica, "IS_CURRENT_SQL", "SELECT %s::pg_lsn IS NOT NULL AND %s > '' AND %s > 0")
    return server


def database() -> str:
    with reading_connection().cursor() as cursor:
        cursor.execute("SELECT current_database()")
        return str(cursor.fetchone()[0])


read_database = replica_allowed(database)


@replica_allowed
def aliases() -> tuple[str, str]:
    """Return the alias that queries of the ORM read, and the one that they lock and write."""
    assert read_database() == OTHER, "a function within a function reads the same"
    return User.objects.all().db, User.objects.select_for_update().db


@pytest.mark.django_db(transaction=True)
def test_declared_functions_read_a_current_replica_and_nothing_else_does(current: dict[str, Any]):
    assert (read_database(), aliases()) == (OTHER, ("replica", "default"))
    rows = "SELECT current_database(), n, '2026-11-24'::date, 0.10, NULL::date FROM generate_series(1, %(n)s) n"
    assert [*spooled_rows(rows, {"n": 1001})] == [
        (OTHER, number, date(2026, 11, 24), Decimal("0.10"), None) for number in range(1, 1002)
    ]
    own = connections["default"].settings_dict["NAME"]
    assert (database(), User.objects.all().db) == (own, "default")
    with transaction.atomic():  # what it wrote is not committed
        assert read_database() == own


@pytest.mark.django_db(transaction=True)
def test_server_that_does_not_follow_is_not_read_nor_asked_again_at_once(
    server: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(replica, "WAIT_SECONDS", 0)
    assert read_database() == connections["default"].settings_dict["NAME"]
    state = replica_state()
    assert state
    assert (state.answers, state.follows) == (True, False)
    monkeypatch.setattr(replica, "_is_current", lambda _position: pytest.fail("asked again"))
    assert read_database() == connections["default"].settings_dict["NAME"]


@pytest.mark.django_db(transaction=True)
def test_primary_answers_when_the_replica_ends_or_does_not_answer(
    current: dict[str, Any], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    own = connections["default"].settings_dict["NAME"]

    @replica_allowed
    def cancelled() -> str:
        if database() == OTHER:
            raise OperationalError("canceling statement due to conflict with recovery")
        return database()

    with caplog.at_level(logging.WARNING, logger=replica.__name__):
        assert cancelled() == own
        current["HOST"] = "/nowhere"
        monkeypatch.setattr(replica, "_skipped_until", 0.0)
        assert read_database() == own
    assert caplog.messages == ["The replica could not be read, the primary is: OperationalError"] * 2
    assert replica_state() == ReplicaState(answers=False)


@contextmanager
def frozen_server() -> Iterator[None]:
    """Freeze the process of the server that answers the replica's connection, as a frozen machine would."""
    with connections[replica.REPLICA].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [process] = cursor.fetchone()
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


@pytest.mark.django_db(transaction=True)
def test_server_that_accepts_and_never_answers_is_given_up_and_readiness_does_not_ask_it(
    current: dict[str, Any], client: Client, monkeypatch: pytest.MonkeyPatch
):
    own = connections["default"].settings_dict["NAME"]
    monkeypatch.setattr(replica, "ANSWER_SECONDS", 0.1)
    with frozen_server():
        assert replica_state() == ReplicaState(answers=False)
    with frozen_server():
        assert read_database() == own
        assert replica._skipped_until > time.monotonic() + replica.RETRY_IF_BEHIND_SECONDS
        replica._skip_replica_for(replica.RETRY_IF_BEHIND_SECONDS)  # as another thread may: no shorter
        assert replica._skipped_until > time.monotonic() + replica.RETRY_IF_BEHIND_SECONDS
    monkeypatch.setattr(replica, "_skipped_until", 0.0)
    monkeypatch.setattr(replica, "READ_SECONDS", 0.2)

    @replica_allowed
    def freezes() -> str:
        if replica.reading_alias() == "default":
            return database()
        with frozen_server():
            return database()

    assert freezes() == own
    current["HOST"] = "/nowhere"
    answer = client.get("/readyz", headers={"accept": "text/plain"})
    assert (answer.status_code, b"replica" in answer.content) == (200, False)


@pytest.mark.django_db(transaction=True)
def test_error_of_a_statement_is_raised_by_the_primary_and_leaves_the_replica_in_use(current: dict[str, Any]):
    @replica_allowed
    def divide_by_zero() -> None:
        with reading_connection().cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    with pytest.raises(DataError, match="division by zero"):
        divide_by_zero()
    assert read_database() == OTHER
