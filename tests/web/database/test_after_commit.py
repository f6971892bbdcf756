"""Functions called after a commit."""

import logging

import pytest
from django.db import transaction

from web.database.after_commit import after_commit

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_failure_is_logged_and_stops_nothing(caplog: pytest.LogCaptureFixture):
    called: list[str] = []

    def fail(word: str) -> None:
        called.append(word)
        raise ConnectionError("no answer")

    with caplog.at_level(logging.ERROR, "django.db.backends.base"), transaction.atomic():
        after_commit(fail, "first")
        after_commit(called.append, "second")
        assert called == []
    assert (called, [record.exc_info[1].args for record in caplog.records]) == (["first", "second"], [("no answer",)])


def test_nothing_is_called_after_a_rollback():
    called: list[str] = []
    with transaction.atomic():
        after_commit(called.append, "never")
        transaction.set_rollback(True)
    assert called == []
