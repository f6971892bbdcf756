"""The rules of the database for consents to share figures."""

from datetime import date

import pytest
from django.db import connection

from figures.sharing.enums import Audience
from figures.sharing.models import FiguresConsent
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.figures import FiguresConsentFactory
from tests.sql import delete, refused_by, truncate, update

pytestmark = pytest.mark.django_db

GRANTED = date(2026, 11, 1)


@pytest.fixture
def consent() -> FiguresConsent:
    return FiguresConsentFactory(granted_on=GRANTED)


def withdraw(consent: FiguresConsent, on: date = GRANTED) -> None:
    update(consent, withdrawn_on=on, withdrawn_by_id=UserFactory().pk)


def test_a_consent_reads_as_its_audience_and_day(consent: FiguresConsent):
    assert str(consent) == "shared with the edition · 2026-11-01"


def test_a_cohort_has_one_open_consent_per_audience(consent: FiguresConsent):
    FiguresConsentFactory(cohort=consent.cohort, audience=Audience.PUBLIC)
    FiguresConsentFactory(cohort=CohortFactory())
    with refused_by("figures_consent_open_once"):
        FiguresConsentFactory(cohort=consent.cohort)
    withdraw(consent)
    FiguresConsentFactory(cohort=consent.cohort)
    assert FiguresConsent.objects.filter(cohort=consent.cohort).count() == 3


def test_published_facts_are_shared_by_nobody():
    with refused_by("figures_consent_not_published"):
        FiguresConsentFactory(cohort=CohortFactory(retrospective=True))


def test_the_audience_is_one_of_two():
    with refused_by("figures_consent_audience"):
        FiguresConsentFactory(audience="all")


def test_a_consent_ends_on_its_first_day_at_the_earliest(consent: FiguresConsent):
    with refused_by("figures_consent_dates"):
        withdraw(consent, date(2026, 10, 31))
    withdraw(consent, GRANTED)


@pytest.mark.parametrize("values", [{"withdrawn_on": GRANTED}, {"withdrawn_by_id": 1}])
def test_an_end_has_a_day_and_a_person(values: dict[str, object], consent: FiguresConsent):
    if "withdrawn_by_id" in values:
        values = {"withdrawn_by_id": UserFactory().pk}
    with refused_by("figures_consent_withdrawn_by"):
        update(consent, **values)


@pytest.mark.parametrize("values", [{"granted_on": date(2026, 11, 2)}, {"audience": "public"}])
def test_what_was_granted_never_changes(values: dict[str, object], consent: FiguresConsent):
    with refused_by("figures_consent_append_only"):
        update(consent, **values)
    with refused_by("figures_consent_append_only"):
        update(consent, cohort_id=CohortFactory().pk)


def test_an_end_is_never_taken_back_or_moved(consent: FiguresConsent):
    withdraw(consent)
    for day in (None, date(2026, 11, 20)):
        with refused_by("figures_consent_withdrawn_once"):
            update(consent, withdrawn_on=day)


def test_a_consent_is_never_deleted(consent: FiguresConsent):
    with refused_by("figures_consent_append_only"):
        delete(consent)
    with refused_by("figures_consent_no_truncate"):
        truncate(FiguresConsent)


def test_open_consents_are_those_not_withdrawn(consent: FiguresConsent):
    public = FiguresConsentFactory(cohort=consent.cohort, audience=Audience.PUBLIC)
    assert set(FiguresConsent.objects.open()) == {consent, public}
    assert set(FiguresConsent.objects.open(Audience.EDITION)) == {consent}
    withdraw(consent)
    assert set(FiguresConsent.objects.open()) == {public}


def test_the_history_keeps_grant_and_withdrawal(consent: FiguresConsent):
    withdraw(consent)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pgh_label, withdrawn_on FROM figures_figuresconsentevent ORDER BY pgh_id")
        assert cursor.fetchall() == [("insert", None), ("update", GRANTED)]
