"""From which moment until which a cohort shared its figures."""

from datetime import UTC, date, datetime, timedelta

import pgtrigger
import pytest

from figures.sharing.enums import Audience
from figures.sharing.models import FiguresConsent
from figures.sharing.periods import SharingPeriod, sharing_periods
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.figures import FiguresConsentFactory
from tests.sql import execute

pytestmark = pytest.mark.django_db

GRANTED, WITHDRAWN = date(2026, 11, 1), date(2026, 11, 5)
END_OF_GRANTED = datetime(2026, 11, 1, 22, 59, 59, 999999, tzinfo=UTC)
END_OF_WITHDRAWN = datetime(2026, 11, 5, 22, 59, 59, 999999, tzinfo=UTC)
MORNING = datetime(2026, 11, 1, 9, tzinfo=UTC)


def stamped(at: datetime) -> None:
    with pgtrigger.ignore():
        execute("UPDATE figures_figuresconsentevent SET pgh_created_at = %s WHERE pgh_created_at = now()", at)


def period(consent: FiguresConsent) -> SharingPeriod:
    [found] = sharing_periods([consent.cohort_id])
    return found


def withdraw(consent: FiguresConsent) -> None:
    consent.withdrawn_on, consent.withdrawn_by = WITHDRAWN, UserFactory()
    consent.save()


def test_moments_are_those_of_the_history():
    consent = FiguresConsentFactory(granted_on=GRANTED)
    stamped(MORNING)
    assert period(consent) == SharingPeriod(consent.cohort_id, MORNING, None)
    withdraw(consent)
    stamped(MORNING + timedelta(days=4))
    assert period(consent) == SharingPeriod(consent.cohort_id, MORNING, MORNING + timedelta(days=4))


def test_row_written_later_than_its_day_counts_from_the_end_of_that_day():
    consent = FiguresConsentFactory(granted_on=GRANTED)
    stamped(datetime(2026, 12, 1, tzinfo=UTC))
    withdraw(consent)
    stamped(datetime(2026, 12, 2, tzinfo=UTC))
    assert period(consent) == SharingPeriod(consent.cohort_id, END_OF_GRANTED, END_OF_WITHDRAWN)


def test_row_without_history_counts_from_the_end_of_its_day():
    consent = FiguresConsentFactory(granted_on=GRANTED)
    with pgtrigger.ignore():
        execute("DELETE FROM figures_figuresconsentevent")
    assert period(consent) == SharingPeriod(consent.cohort_id, END_OF_GRANTED, None)


def test_only_the_cohorts_and_the_audience_asked_for_are_read():
    consent = FiguresConsentFactory()
    FiguresConsentFactory(cohort=consent.cohort, audience=Audience.PUBLIC)
    FiguresConsentFactory(cohort=CohortFactory())
    assert len(sharing_periods([consent.cohort_id])) == 1
    assert sharing_periods([]) == []


@pytest.mark.parametrize(("seconds", "holds"), [(-1, False), (0, True), (59, True), (60, False)])
def test_period_holds_from_its_first_moment_until_before_its_last(seconds: int, holds: bool):
    shared = SharingPeriod(1, MORNING, MORNING + timedelta(minutes=1))
    assert shared.holds_at(MORNING + timedelta(seconds=seconds)) is holds
    assert SharingPeriod(1, MORNING, None).holds_at(MORNING + timedelta(seconds=seconds)) is (seconds >= 0)
