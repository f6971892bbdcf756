"""A round limited to an edition, a cohort or an authority."""

import pytest

from notifications.registries import EventKind, Scope
from notifications.sending.scope import reminders_within
from tests.factories.notifications import ReminderFactory, registered
from tests.factories.notifications import workshop as made_up


def test_each_kind_says_which_of_its_events_are_meant(db: None, workshop: EventKind):
    wanted, _other = ReminderFactory(object_id=7), ReminderFactory(object_id=8)
    assert list(reminders_within(Scope(edition="seven"))) == [wanted]


def test_ids_of_one_kind_are_not_those_of_another(db: None, workshop: EventKind):
    ReminderFactory(kind="picnic", object_id=7)
    wanted = ReminderFactory(kind="picnic", object_id=3)
    with registered(made_up(within=lambda _scope: [3]), "picnic"):
        assert list(reminders_within(Scope(edition="seven"))) == [wanted]


def test_a_scope_no_kind_knows_means_nothing_and_not_everything(db: None, workshop: EventKind):
    ReminderFactory()
    assert list(reminders_within(Scope(cohort="unknown"))) == []


@pytest.mark.parametrize(
    ("scope", "limited"),
    [(Scope(), False), (Scope(edition="x"), True), (Scope(cohort="x"), True), (Scope(authority="x"), True)],
)
def test_an_empty_scope_is_no_limit(scope: Scope, limited: bool):
    assert bool(scope) is limited
