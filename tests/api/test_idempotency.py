"""A change that is sent twice with one key is made once, and is answered with what the first one made."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine

from api.actions import purge_idempotency_keys
from api.models import MAX_KEYS, IdempotencyKey
from fieldwork.models import Note
from fieldwork.notes.actions import withdraw_consent
from prototypes.models import Idea
from tests.factories.api import IdempotencyKeyFactory, Program, problems, program_of, token_of
from tests.factories.cast import NOW, Cast
from tests.factories.prototypes import IdeaFactory
from web.site_addresses import absolute_url

pytestmark = pytest.mark.django_db


def a_key() -> dict[str, str]:
    return {"idempotency-key": str(uuid4())}


def new_idea(cast: Cast, title: str = "One counter") -> dict[str, Any]:
    return {"target": f"cohort-{cast.cohort.pk}", "title": title}


def test_the_same_request_is_answered_with_what_the_first_made_as_it_is_now(cast: Cast):
    program, key = program_of(cast["M"]), a_key()
    first = program.post("ideas/", key, **new_idea(cast))
    address = f"ideas/{first.json()['id']}/"
    assert "Idempotency-Replayed" not in first.headers
    edited = program.patch(address, title="Another counter")
    again = program.post("ideas/", key, **new_idea(cast))
    assert (again.status_code, again.json()) == (201, edited.json())
    assert (again.headers["Location"], again.headers["ETag"]) == (first.headers["Location"], edited.headers["ETag"])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert Idea.objects.count() == 1


def test_another_request_with_the_key_is_a_problem_of_its_own_kind(cast: Cast):
    program, key = program_of(cast["M"]), a_key()
    program.post("ideas/", key, **new_idea(cast))
    for answer in (program.post("ideas/", key, **new_idea(cast, "Two")), program.post("ideas/1/park/", key)):
        assert "Send a new key for a new change" in problems(answer)[""]
        assert (answer.status_code, answer.json()["type"]) == (422, absolute_url("/api/v1/#key-used-before"))
    assert program_of(cast["M"]).post("ideas/", a_key(), **new_idea(cast, "Two")).status_code == 201
    assert Idea.objects.count() == 2


def test_actions_and_changes_are_made_once_too(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="captured")
    program, key = program_of(cast["P"]), a_key()
    address = f"ideas/{idea.pk}/"
    etag = {"if-match": program.get(address).headers["ETag"]}
    answers = [program.post(f"{address}accept/", {**key, **etag}) for _ in range(2)]
    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(200, "accepted")] * 2
    key = a_key()
    etag = {"if-match": answers[1].headers["ETag"]}
    answers = [program.patch(address, {**key, **etag}, title="Counter") for _ in range(2)]
    assert [(answer.status_code, answer.json()["title"]) for answer in answers] == [(200, "Counter")] * 2


def test_a_refused_change_leaves_its_key_free(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    program, key = program_of(cast["P"]), a_key()
    assert program.post(f"ideas/{idea.pk}/resume/", key).status_code == 409
    Idea.objects.filter(pk=idea.pk).update(title="Later")
    assert program.post("ideas/", key, title="No target").status_code == 422
    assert not IdempotencyKey.objects.exists()
    assert program.post("ideas/", key, **new_idea(cast)).status_code == 201


def test_a_repeated_request_returns_nothing_that_was_withdrawn_since(cast: Cast):
    program, key = program_of(cast["M"]), a_key()
    words = {"kind": "verbatim", "text": "Where is the counter?", "consent": "cohort"}
    first = program.post("cohorts/rivage/notes/", key, **words)
    withdraw_consent(code=str(Note.objects.get().withdrawal_code), by=None, at=NOW)
    again = program.post("cohorts/rivage/notes/", key, **words)
    assert (first.status_code, again.status_code) == (201, 404)


def test_keys_are_of_one_token_for_a_day_and_the_latest_thousand(cast: Cast):
    (token, secret), other = token_of(cast["M"]), program_of(cast["P"])
    program, key = Program(secret), a_key()
    with time_machine.travel(NOW, tick=False) as clock:
        first = program.post("ideas/", key, **new_idea(cast)).json()["id"]
        assert other.post("ideas/", key, **new_idea(cast)).json()["id"] != first
        for _ in range(3):
            IdempotencyKeyFactory(token=token)
        clock.shift(timedelta(days=1) - timedelta(seconds=1))
        assert program.post("ideas/", key, **new_idea(cast)).json()["id"] == first
        assert purge_idempotency_keys(at=NOW + timedelta(days=1), dry_run=True) == 5
        clock.shift(1)
        program.post("ideas/", a_key(), **new_idea(cast))
        assert IdempotencyKey.objects.filter(token=token).count() == 1
    assert purge_idempotency_keys(at=NOW + timedelta(days=1)) == 1
    IdempotencyKey.objects.bulk_create(IdempotencyKeyFactory.build_batch(MAX_KEYS + 5, token=token))
    program.post("ideas/", a_key(), **new_idea(cast))
    assert IdempotencyKey.objects.filter(token=token).count() == MAX_KEYS
