"""A round limited to an edition, a cohort or an authority."""

import pytest

from notifications.registries import CommandScope, EventKind
from notifications.sending.scope import reminders_in_scope
from tests.factories.notifications import ReminderFactory, registered
from tests.factories.notifications import workshop as made_up


def test_each_kind_defines_its_events_in_scope(db: None, workshop: EventKind):
    wanted, _other = ReminderFactory(object_id=7), ReminderFactory(object_id=8)
    assert list(reminders_in_scope(CommandScope(edition="seven"))) == [wanted]


def test_ids_of_different_kinds_are_not_confused(db: None, workshop: EventKind):
    ReminderFactory(kind="picnic", object_id=7)
    wanted = ReminderFactory(kind="picnic", object_id=3)
    with registered(made_up(in_scope=lambda _scope: [3]), "picnic"):
        assert list(reminders_in_scope(CommandScope(edition="seven"))) == [wanted]


def test_an_unknown_scope_matches_nothing(db: None, workshop: EventKind):
    ReminderFactory()
    assert list(reminders_in_scope(CommandScope(cohort="unknown"))) == []


@pytest.mark.parametrize(
    ("scope", "limited"),
    [
        (CommandScope(), False),
        (CommandScope(edition="x"), True),
        (CommandScope(cohort="x"), True),
        (CommandScope(authority="x"), True),
    ],
)
def test_an_empty_scope_is_no_limit(scope: CommandScope, limited: bool):
    assert bool(scope) is limited
