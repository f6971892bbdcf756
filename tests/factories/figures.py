"""Consents to share the figures of a cohort."""

from datetime import date

import factory

from cohorts.models import Cohort
from figures.sharing.enums import Audience
from figures.sharing.models import FiguresConsent
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


def share_with_edition(*cohorts: Cohort) -> None:
    """Let the figures of the cohorts be shared with their edition."""
    for cohort in cohorts:
        FiguresConsentFactory(cohort=cohort)
