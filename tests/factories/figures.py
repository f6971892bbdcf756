"""Consents to share the figures of a cohort, and visits of reports of figures."""

from datetime import UTC, date, datetime

import factory

from cohorts.models import Cohort
from figures.sharing.enums import Audience
from figures.sharing.models import FiguresConsent
from figures.visits.models import ReportVisit
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory


class FiguresConsentFactory(factory.django.DjangoModelFactory):
    """A consent to share with the edition, since 1 November 2026."""

    class Meta:
        model = FiguresConsent

    cohort = factory.SubFactory(CohortFactory)
    audience = Audience.EDITION
    granted_on = date(2026, 11, 1)
    granted_by = factory.SubFactory(UserFactory)


class ReportVisitFactory(factory.django.DjangoModelFactory):
    """A visit of the report of everything, on 2 November 2026, with other figures than today's."""

    class Meta:
        model = ReportVisit

    user = factory.SubFactory(UserFactory)
    report = "everything"
    figures = "earlier figures"
    visited_at = datetime(2026, 11, 2, 9, tzinfo=UTC)


def share_with_edition(*cohorts: Cohort) -> None:
    """Let the figures of the cohorts be shared with their edition."""
    for cohort in cohorts:
        FiguresConsentFactory(cohort=cohort)
