"""Plans of residencies, absences and exceptions."""

from datetime import date
from typing import Any

import factory

from cohorts.models import Cohort
from planning.models import Absence, ExchangePlan, LockedWeek, PlanException, ResidencyPlan, SessionPlan
from programmes.models import Edition
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.exchanges import edition_of_four
from tests.factories.programmes import EditionFactory, FormatFactory, ProgrammeFactory


def residency_cohort(**more: Any) -> Cohort:
    """Return a residency of the first half of 2027, of three on-site weeks, in a school of zone B."""
    programme = ProgrammeFactory(family="residency")
    published = FormatFactory(programme=programme, onsite_weeks=3, required_disciplines=["design", "sociologie"])
    first, last = date(2027, 1, 4), date(2027, 7, 2)
    edition = EditionFactory(programme=programme, format=published, starts_on=first, ends_on=last)
    days = {"planned_start": first, "planned_end": last, "actual_start": first}
    return CohortFactory(edition=edition, site="Lycée des Embruns", **{**days, **more})


def edition_sharing_sam(*, state: str = "draft") -> Edition:
    """Return an edition in which Sam is in Metz and in Nantes, whose first sessions are on one day, 9 March 2027.

    That of Metz is a draft, that of Nantes in a `state`; Nantes has a second draft on 11 March.
    """
    row = edition_of_four(people=2)
    sam = UserFactory(full_name="Sam Double")
    for slug, state_of in (("metz", "draft"), ("nantes", state)):
        cohort = Cohort.objects.get(slug=slug)
        MembershipFactory(cohort=cohort, user=sam, role="resident", starts_on=date(2027, 1, 5))
        SessionFactory(cohort=cohort, number="1", state=state_of, date=date(2027, 3, 9))
    SessionFactory(cohort=cohort, number="2", state="draft", date=date(2027, 3, 11))
    return row


class ResidencyPlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ResidencyPlan

    cohort = factory.SubFactory(CohortFactory)


class ExchangePlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ExchangePlan

    edition = factory.SubFactory(EditionFactory)


class SessionPlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SessionPlan

    edition = factory.SubFactory(EditionFactory)


class LockedWeekFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LockedWeek

    plan = factory.SubFactory(ResidencyPlanFactory)
    monday = date(2027, 2, 1)


class AbsenceFactory(factory.django.DjangoModelFactory):
    """A week in which a host is away."""

    class Meta:
        model = Absence

    plan = factory.SubFactory(ResidencyPlanFactory)
    host = "Le proviseur"
    first_day = date(2027, 3, 8)
    last_day = date(2027, 3, 12)


class PlanExceptionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PlanException

    plan = factory.SubFactory(ResidencyPlanFactory)
    rule = "discipline"
    subject = "sociologie"
    monday = date(2027, 5, 24)
    reason = "Une sociologue passe le jeudi."
