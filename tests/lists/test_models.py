"""Rules of the database on saved views and bulk actions, and who sees a view."""

from datetime import date, timedelta

import pytest

from lists.models import SavedView
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.lists import BulkRowFactory, BulkRunFactory, SavedViewFactory
from tests.sql import execute, insert_like, refused_by, update

pytestmark = pytest.mark.django_db


def test_view_has_a_name_and_parameters_and_each_name_once():
    view = SavedViewFactory()
    with refused_by("saved_view_name"):
        update(view, name="")
    with refused_by("saved_view_query"):
        update(view, query="")
    with refused_by("saved_view_name_once"):
        insert_like(view)
    insert_like(view, subject_key="rivage")
    insert_like(view, list_slug="cohorts")
    assert SavedView.objects.count() == 3


def test_bulk_action_is_recorded_once_and_undone_once_within_a_day():
    run = BulkRunFactory()
    with refused_by("bulk_run_idempotency_key_unique"):
        insert_like(run)
    with refused_by("bulk_run_undo_in_time"):
        update(run, undo_requested_at=NOW + timedelta(days=1, seconds=1))
    update(run, undo_requested_at=NOW + timedelta(days=1))
    with refused_by("bulk_run_undone_once"):
        update(run, undo_requested_at=NOW)


def test_row_of_a_bulk_action_changes_its_state_step_by_step():
    row = BulkRowFactory()
    with refused_by("bulk_row_once"):
        insert_like(row)
    with refused_by("bulk_row_state"):
        insert_like(row, key=row.key + 1, state="done")
    with refused_by("bulk_row_state"):
        update(row, state="undoing")
    for state in ("done", "undoing", "undone"):
        update(row, state=state)
    with refused_by("bulk_row_state"):
        update(row, state="waiting")


def test_state_of_a_row_is_a_known_one():
    row = BulkRowFactory()
    execute("SET LOCAL session_replication_role = replica")
    with refused_by("bulk_row_state_known"):
        update(row, state="lost")


def test_view_is_visible_to_its_person_and_to_the_group_it_is_shared_with(cast: Cast):
    cohort = f"cohort-{cast.cohort.pk}"
    for person, name, shared_with in (("M", "own", ""), ("M", "cohort", cohort), ("S", "lab", "lab")):
        SavedViewFactory(person=cast[person], name=name, shared_with=shared_with)
    past = MembershipFactory(cohort=cast.cohort, ends_on=date(2026, 9, 30)).user
    readers = {"past": past, **{role: cast[role] for role in "MPASNX"}}
    visible = {
        role: [view.name for view in SavedView.objects.visible_to(user, TODAY)] for role, user in readers.items()
    }
    assert visible == {
        "past": [],
        "M": ["cohort", "own"],
        "P": ["cohort"],
        "A": ["cohort"],
        "S": ["lab"],
        "N": [],
        "X": [],
    }
