"""What the database refuses of plans, locked weeks, absences and exceptions, whoever asks in raw SQL."""

from datetime import date
from typing import Any

import pytest

from planning.models import ExchangePlan, ResidencyPlan
from tests.factories.cast import EVERYONE, NOW, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.planning import (
    AbsenceFactory,
    ExchangePlanFactory,
    LockedWeekFactory,
    PlanExceptionFactory,
    ResidencyPlanFactory,
    SessionPlanFactory,
)
from tests.factories.programmes import EditionFactory
from tests.sql import insert_like, refused_by, update

pytestmark = pytest.mark.django_db
TUESDAY = date(2027, 2, 2)


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("residency_plan_weeks_apart", {"weeks_apart": 1}),
        ("residency_plan_weeks_apart", {"weeks_apart": 27}),
        ("residency_plan_state", {"state": "done"}),
        ("residency_plan_requested", {"state": "waiting"}),
    ],
)
def test_plans_are_refused(rule: str, columns: dict[str, Any]):
    row = ResidencyPlanFactory()
    with refused_by(rule):
        update(row, **columns)


def test_plans_are_calculated_step_by_step():
    row = ResidencyPlanFactory()
    update(row, state="waiting", requested_at=NOW)
    with refused_by("residency_plan_heartbeat"):
        update(row, state="running")
    update(row, state="running", heartbeat_at=NOW)
    for calculation in ({}, {"calculated_at": NOW}, {"calculated_at": NOW, "fingerprint": "0" * 15}):
        with refused_by("residency_plan_calculated"):
            update(row, state="done", **calculation)
    update(row, state="done", calculated_at=NOW, fingerprint="0" * 16)
    update(row, weeks_apart=26)
    update(row, weeks_apart=2)


@pytest.mark.parametrize(
    ("factory", "prefix"), [(ExchangePlanFactory, "exchange_plan"), (SessionPlanFactory, "session_plan")]
)
def test_plans_of_an_edition_can_be_cancelled_and_stay_with_it(factory: Any, prefix: str):
    row = factory()
    with refused_by(f"{prefix}_state"):
        update(row, state="done")
    with refused_by(f"{prefix}_requested"):
        update(row, state="waiting")
    update(row, state="waiting", requested_at=NOW)
    with refused_by(f"{prefix}_heartbeat"):
        update(row, state="running")
    update(row, state="running", heartbeat_at=NOW)
    with refused_by(f"{prefix}_calculated"):
        update(row, state="done")
    update(row, state="new")
    for number, moment in ((0, NOW), (4, NOW), (1, None), (None, NOW)):
        with refused_by(f"{prefix}_used"):
            update(row, used_number=number, used_at=moment)
    update(row, used_number=3, used_at=NOW)
    with refused_by(f"{prefix}_once"):
        insert_like(row)
    with refused_by(f"{prefix}_edition_fixed"):
        update(row, edition_id=EditionFactory().pk)


def test_plans_are_visible_with_their_cohort_and_those_of_an_edition_to_the_lab(cast: Cast):
    ResidencyPlanFactory(cohort=cast.cohort)
    ExchangePlanFactory(edition=cast.edition)
    residency, edition = (
        "".join(role for role in EVERYONE if model._default_manager.visible_to(cast[role]).exists())
        for model in (ResidencyPlan, ExchangePlan)
    )
    assert (residency, edition) == ("SCDPMRA", "S")


def test_plans_stay_with_their_residency_which_has_them_once():
    row = ResidencyPlanFactory()
    with refused_by("residency_plan_once"):
        insert_like(row)
    with refused_by("residency_plan_cohort_fixed"):
        update(row, cohort_id=CohortFactory().pk)


def test_a_locked_week_is_a_monday_and_locked_once():
    row = LockedWeekFactory()
    with refused_by("locked_week_monday"):
        update(row, monday=TUESDAY)
    with refused_by("locked_week_once"):
        insert_like(row)
    with refused_by("locked_week_plausible_date"):
        update(row, monday=date(1989, 1, 2))


def test_an_absence_is_of_a_member_of_the_residency_or_of_a_host():
    row = AbsenceFactory()
    own, other = MembershipFactory(cohort=row.plan.cohort), MembershipFactory()
    for columns in ({"host": " "}, {"member_id": own.pk}):
        with refused_by("absence_of_one"):
            update(row, **columns)
    with refused_by("absence_of_member"):
        update(row, member_id=other.pk, host="")
    update(row, member_id=own.pk, host="")


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("absence_days", {"last_day": date(2027, 3, 7)}),
        ("absence_certainty_known", {"certainty": "perhaps"}),
        ("absence_plausible_dates", {"last_day": date(2101, 1, 1)}),
    ],
)
def test_absences_are_refused(rule: str, columns: dict[str, Any]):
    row = AbsenceFactory()
    with refused_by(rule):
        update(row, **columns)


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("plan_exception_rule_known", {"rule": "locked", "monday": None, "subject": ""}),
        ("plan_exception_reason", {"reason": " "}),
        ("plan_exception_week", {"monday": None}),
        ("plan_exception_week", {"monday": TUESDAY}),
        ("plan_exception_week", {"rule": "spacing", "subject": ""}),
        ("plan_exception_subject", {"subject": ""}),
        ("plan_exception_subject", {"rule": "school_holidays"}),
    ],
)
def test_exceptions_are_refused(rule: str, columns: dict[str, Any]):
    row = PlanExceptionFactory()
    with refused_by(rule):
        update(row, **columns)


def test_an_exception_is_allowed_once_also_without_a_week():
    row = PlanExceptionFactory(rule="spacing", subject="", monday=None)
    with refused_by("plan_exception_once"):
        insert_like(row)
