"""Every change is recorded, raw SQL included, and no record is changed."""

from datetime import UTC, date, datetime

import pgtrigger
import pytest
from django.apps import apps
from django.db import ProgrammingError, models, transaction

from programmes import actions
from tests.factories.accounts import UserFactory
from tests.factories.programmes import (
    AuthorityAdminFactory,
    AuthorityFactory,
    CalendarPeriodFactory,
    ClaimFactory,
    EditionFactory,
    FormatFactory,
    LessonFactory,
    MethodFactory,
    ProgrammeFactory,
    ReminderStepFactory,
)
from tests.sql import delete, execute, update

pytestmark = pytest.mark.django_db


def draft() -> models.Model:
    return FormatFactory(published_at=None)


def phase() -> models.Model:
    return draft().phases.first()


CHANGES = [
    (AuthorityFactory, {"name": "Other"}),
    (AuthorityAdminFactory, {"since": "2026-02-01"}),
    (CalendarPeriodFactory, {"name": "Other"}),
    (ClaimFactory, {"value": "51.00"}),
    (EditionFactory, {"funders": "Other"}),
    (draft, {"months": 25}),
    (phase, {"end_month": 1}),
    (ReminderStepFactory, {"offset": "-1w"}),
    (LessonFactory, {"text": "Other"}),
    (ProgrammeFactory, {"name_fr": "Other"}),
    (MethodFactory, {"need": "Other"}),
]
IDS = [
    "authority",
    "admin",
    "period",
    "claim",
    "edition",
    "format",
    "phase",
    "reminder of a schedule",
    "lesson",
    "programme",
    "method",
]


def history(row: models.Model) -> list[str]:
    """Return the records of a row, in order."""
    return [event.pgh_label for event in row.events.order_by("pgh_id")]


def test_every_model_is_in_the_list():
    names = {model.__name__ for model in apps.get_app_config("programmes").get_models()}
    ours = {name for name in names if not name.endswith("Event")} - {"ListedAuthority"}  # loaded, never edited
    assert len(CHANGES) == len(ours)
    assert {f"{name}Event" for name in ours} == names - ours - {"ListedAuthority"}


@pytest.mark.parametrize(("make", "change"), CHANGES, ids=IDS)
def test_a_raw_update_is_recorded(make, change):
    row = make()
    before = history(row)
    update(row, **change)
    assert history(row) == [*before, "update"]
    last = row.events.latest("pgh_id")
    assert {name: str(getattr(last, name)) for name in change} == {name: str(value) for name, value in change.items()}


def test_creation_is_the_first_record():
    assert history(AuthorityFactory()) == ["insert"]


@pytest.mark.parametrize("make", [CalendarPeriodFactory, ReminderStepFactory, ClaimFactory])
def test_a_raw_deletion_is_recorded(make):
    row = make()
    delete(row)
    events = type(row).pgh_event_model.objects.filter(pgh_obj_id=row.pk).order_by("pgh_id")
    assert [event.pgh_label for event in events] == ["insert", "delete"]


@pytest.mark.parametrize("statement", ["UPDATE {table} SET name = 'x'", "DELETE FROM {table}"])
def test_records_cannot_be_changed_or_removed(statement: str):
    authority = AuthorityFactory()
    table = type(authority).pgh_event_model._meta.db_table
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        execute(statement.format(table=table))
    assert history(authority) == ["insert"]


def test_every_history_table_is_append_only():
    events = [model for model in apps.get_app_config("programmes").get_models() if model.__name__.endswith("Event")]
    guards = {model.__name__: [str(trigger.name) for trigger in model._meta.triggers] for model in events}
    assert guards == {model.__name__: ["append_only"] for model in events}
    assert len(pgtrigger.registered(*(f"programmes.{name}:append_only" for name in guards))) == len(events)


def test_an_action_records_who_and_why():
    staff = UserFactory(is_lab_staff=True)
    authority = AuthorityFactory()
    actions.change_authority(authority=authority, name="Rennes Métropole", by=staff)
    context = authority.events.latest("pgh_id").pgh_context
    assert context.metadata == {"action": "change_authority", "by": staff.pk, "reason": ""}


def test_a_nested_action_is_recorded_as_the_outer_one():
    staff = UserFactory(is_lab_staff=True)
    authority = AuthorityFactory()
    admin = actions.name_admin(
        authority=authority,
        email="new@people.example",
        full_name="Ada Martin",
        today=date(2026, 11, 24),
        at=datetime(2026, 11, 24, 12, tzinfo=UTC),
        by=staff,
    )
    assert admin.events.get().pgh_context.metadata["action"] == "name_admin"
    assert admin.user.events.latest("pgh_id").pgh_context.metadata["action"] == "name_admin"
