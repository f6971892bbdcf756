"""Concurrent requests: one row, consecutive numbers, or one of two refused with a message."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from prototypes import actions
from prototypes.models import Challenge, Idea, IdeaEvent, Implementation, Prototype, Trial
from tests.concurrency import run_at_once
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from web.forms.edit_conflicts import fingerprint

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
PLAN = {"hypothesis": "H", "measure": "M", "comparator": ">=", "threshold": Decimal(80), "unit": "%"}


def refusals(*actions_at_once: Callable[[], Any]) -> list[str]:
    """Run all actions at the same moment and return the messages of those refused."""
    return [result for result in run_at_once(*actions_at_once) if result != "done"]


@pytest.fixture
def member():
    return MembershipFactory(cohort=CohortFactory(code="RIV"))


def test_form_sent_five_times_creates_one_idea(member):
    idempotency_key = uuid4()
    refused = refusals(
        *[
            lambda: actions.capture_idea(
                cohort=member.cohort, title="Une borne", idempotency_key=idempotency_key, by=member.user, at=AT
            )
        ]
        * 5
    )
    assert (refused, Idea.objects.count(), IdeaEvent.objects.count()) == ([], 1, 1)


def test_five_ideas_get_five_references(member):
    run_at_once(*[lambda: actions.capture_idea(cohort=member.cohort, title="Une borne", by=member.user, at=AT)] * 5)
    assert sorted(Idea.objects.values_list("reference", flat=True)) == [f"RIV-00{n}" for n in range(1, 6)]


def test_form_sent_twice_creates_one_challenge(member):
    idempotency_key = uuid4()
    run_at_once(
        *[
            lambda: actions.add_challenge(
                cohort=member.cohort, title="Accueil", idempotency_key=idempotency_key, by=member.user
            )
        ]
        * 2
    )
    assert Challenge.objects.count() == 1


def test_two_prototypes_get_two_versions(member):
    idea = IdeaFactory(cohort=member.cohort, state="accepted")
    refused = refusals(
        *[lambda: actions.add_prototype(idea=Idea.objects.get(pk=idea.pk), title="Affiche", by=member.user, at=AT)] * 2
    )
    assert (refused, sorted(Prototype.objects.values_list("version", flat=True))) == ([], [1, 2])
    assert IdeaEvent.objects.filter(state="prototyping").count() == 1


def test_two_tests_get_two_numbers(member):
    prototype = PrototypeFactory(idea=IdeaFactory(cohort=member.cohort, state="prototyping"))
    refused = refusals(*[lambda: actions.plan_trial(prototype=prototype, by=member.user, **PLAN)] * 2)
    assert (refused, sorted(Trial.objects.values_list("number", flat=True))) == ([], [1, 2])


def test_two_tests_locked_at_once_put_the_idea_in_test_once(member):
    idea = IdeaFactory(cohort=member.cohort, state="prototyping")
    first, second = (TrialFactory(prototype=PrototypeFactory(idea=idea)) for _ in range(2))
    refused = refusals(
        lambda: actions.lock_trial(trial=Trial.objects.get(pk=first.pk), by=member.user, at=AT),
        lambda: actions.lock_trial(trial=Trial.objects.get(pk=second.pk), by=member.user, at=AT),
    )
    assert (refused, set(Trial.objects.values_list("state", flat=True))) == ([], {"locked"})
    assert idea.events.filter(state="testing").count() == 1


def test_a_test_is_locked_once(member):
    idea = IdeaFactory(cohort=member.cohort, state="prototyping")
    trial = TrialFactory(prototype=PrototypeFactory(idea=idea))
    run_at_once(*[lambda: actions.lock_trial(trial=Trial.objects.get(pk=trial.pk), by=member.user, at=AT)] * 2)
    trial.refresh_from_db()
    assert (trial.state, idea.events.filter(state="testing").count()) == ("locked", 1)


def test_test_locked_by_someone_else_is_not_changed(member):
    """The second person finds the test locked, or locks the changed text: never half of each."""
    trial = TrialFactory(prototype=PrototypeFactory(idea=IdeaFactory(cohort=member.cohort, state="prototyping")))
    refused = refusals(
        lambda: actions.lock_trial(trial=Trial.objects.get(pk=trial.pk), by=member.user, at=AT),
        lambda: actions.change_trial(trial=Trial.objects.get(pk=trial.pk), threshold=Decimal(10), by=member.user),
    )
    trial.refresh_from_db()
    assert (trial.state, trial.threshold) == ("locked", Decimal(80) if refused else Decimal(10))


def test_implemented_is_recorded_once(member):
    idea = IdeaFactory(cohort=member.cohort, state="implementing")
    refused = refusals(
        *[
            lambda: actions.mark_implemented(
                idea=Idea.objects.get(pk=idea.pk), scope="full", evidence="Page", by=member.user, at=AT
            )
        ]
        * 2
    )
    assert (len(refused), Implementation.objects.count(), IdeaEvent.objects.filter(state="implemented").count()) == (
        1,
        1,
        1,
    )


def test_concurrent_acceptance_and_abandonment_are_recorded_in_a_valid_order(member):
    idea = IdeaFactory(cohort=member.cohort)
    refused = refusals(
        lambda: actions.accept_idea(idea=Idea.objects.get(pk=idea.pk), by=member.user, at=AT),
        lambda: actions.abandon_idea(idea=Idea.objects.get(pk=idea.pk), reason="No", by=member.user, at=AT),
    )
    states = list(IdeaEvent.objects.uncorrected().filter(idea=idea).values_list("state", flat=True))
    assert refused == []
    assert states in (["captured", "accepted", "abandoned"], ["captured", "abandoned", "accepted"])
    idea.refresh_from_db()
    assert idea.state == states[-1]


def test_one_of_two_concurrent_edits_is_saved(member):
    """The edit that waited for the row is compared with the one that was saved."""
    idea = IdeaFactory(cohort=member.cohort, state="testing")
    trial = TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")
    version_token = fingerprint(*Idea.objects.get(pk=idea.pk).form_values().values())
    calls = [
        lambda text: actions.change_idea(idea=idea, summary=text, version_token=version_token, by=member.user),
        lambda text: actions.hold_trial(
            trial=Trial.objects.get(pk=trial.pk),
            participants=3,
            observation=text,
            version_token="",
            by=member.user,
            at=AT,
        ),
    ]
    refused = [refusals(partial(call, "one"), partial(call, "two")) for call in calls]
    assert (
        refused == [["Someone else saved changes since you opened this page. Join both versions, then save again."]] * 2
    )
