"""Cohorts, memberships, sessions and attendance."""

import string
from datetime import UTC, date, datetime, time
from typing import Any

import factory

from accounts.models import User
from cohorts.assessments.enums import Skill
from cohorts.assessments.pseudonyms import pseudonym
from cohorts.models import (
    AccessRequest,
    Assessment,
    Attendance,
    Cohort,
    InnovationTeam,
    Membership,
    Phase,
    Session,
    SessionDay,
    SessionMethod,
    Stakeholder,
    StakeholderContact,
    TeamFollowUp,
)
from tests.factories.accounts import UserFactory
from tests.factories.programmes import AuthorityFactory, EditionFactory, MethodFactory

ALPHABET = string.ascii_uppercase
ANSWERED_AT = datetime(2026, 11, 24, 9, tzinfo=UTC)  # on the cast's day
CREATED_ON = date(2026, 1, 5)  # of whatever has a day it is here since, unless a test says another


class CohortFactory(factory.django.DjangoModelFactory):
    """A running cohort of 15 seats since 5 January 2026: created as agreed, then brought to `state`."""

    class Meta:
        model = Cohort

    edition = factory.SubFactory(EditionFactory)
    authority = factory.SubFactory(AuthorityFactory)
    name = factory.Sequence(lambda n: f"Cohorte {n}")
    slug = factory.Sequence(lambda n: f"cohorte-{n}")
    code = factory.Sequence(lambda n: f"C{ALPHABET[n // 676 % 26]}{ALPHABET[n // 26 % 26]}{ALPHABET[n % 26]}")
    seats = 15
    planned_start = date(2026, 1, 5)
    planned_end = date(2028, 1, 4)
    actual_start = date(2026, 1, 5)
    state = "running"

    @classmethod
    def _create(cls, model_class: type[Cohort], *args: object, **kwargs: object) -> Cohort:
        state, path = kwargs.pop("state"), ["agreed", "running", "completed", "alumni"]
        if kwargs.get("retrospective") or state in {"prospect", "agreed"}:
            return super()._create(model_class, *args, state=state, **kwargs)
        row = super()._create(model_class, *args, state="agreed", **kwargs)
        steps = path[1 : path.index(state) + 1] if state in path else ["running", state]
        for step in steps:
            row.state = step
            row.save()
        return row


class PhaseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Phase

    cohort = factory.SubFactory(CohortFactory)
    kind = "preparation"
    starts_on = date(2026, 1, 5)
    ends_on = date(2026, 3, 4)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    created_on = CREATED_ON
    cohort = factory.SubFactory(CohortFactory)
    user = factory.SubFactory(UserFactory)
    role = "ambassador"
    starts_on = date(2026, 1, 5)


class StakeholderFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Stakeholder

    created_on = CREATED_ON
    cohort = factory.SubFactory(CohortFactory)
    name = factory.Sequence(lambda n: f"Association {n}")
    kind = "organisation"


class StakeholderContactFactory(factory.django.DjangoModelFactory):
    """The address and consent of a stakeholder; the person with the address has not joined."""

    class Meta:
        model = StakeholderContact

    stakeholder = factory.SubFactory(StakeholderFactory)
    user = factory.SubFactory(UserFactory, is_active=False, joined=False)
    consent = "On 3 March she agreed to get our invitations"
    recorded_at = datetime(2026, 3, 3, 9, tzinfo=UTC)
    recorded_by = factory.SubFactory(UserFactory)


class SessionFactory(factory.django.DjangoModelFactory):
    """A session with one day (`date`): created as a draft, then brought to `state`; `date=None` leaves it without a
    day.
    """

    class Meta:
        model = Session

    created_on = CREATED_ON
    cohort = factory.SubFactory(CohortFactory)
    number = factory.Sequence(lambda n: str(n + 1))
    kind = "group"
    title = factory.Sequence(lambda n: f"Séance {n}")
    state = "scheduled"

    @classmethod
    def _create(cls, model_class: type[Session], *args: object, **kwargs: object) -> Session:
        state = kwargs.pop("state")
        day, venue = kwargs.pop("date", date(2026, 10, 6)), kwargs.pop("venue", "Salle du conseil")
        initial_state = state if kwargs.get("retrospective") else "draft"
        row = super()._create(model_class, *args, state=initial_state, **kwargs)
        if day:
            SessionDay.objects.create(session=row, date=day, starts_at=time(9), ends_at=time(17), venue=venue)
        paths = {
            "held": ["scheduled", "held"],
            "reported": ["scheduled", "held", "reported"],
            "postponed": ["scheduled", "postponed"],
        }
        for step in [] if initial_state == state else paths.get(state, [state]):
            row.state = step
            row.reason = "Reported" if step == "cancelled" else ""
            row.report = row.report or ("Ce que nous avons appris." if step == "reported" else "")
            row.save()
        return row


class SessionMethodFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SessionMethod

    created_on = CREATED_ON
    session = factory.SubFactory(SessionFactory)
    method = factory.SubFactory(MethodFactory)
    title = "Observer"
    minutes = 45
    steps = "1. Regardez bien."


class AttendanceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attendance

    member = factory.SubFactory(MembershipFactory)
    day = factory.LazyAttribute(lambda row: SessionFactory(cohort=row.member.cohort).days.get())
    status = "present"
    half_days = 2
    recorded_on = date(2026, 10, 6)


class InnovationTeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = InnovationTeam

    created_on = CREATED_ON
    cohort = factory.SubFactory(CohortFactory)
    authority = factory.SelfAttribute("cohort.authority")
    name = "Le Labo"


def opened(team: InnovationTeam, on: date) -> InnovationTeam:
    """Take a team through its steps until it is open, all on one day; return it. It was proposed by then."""
    team.proposed_on = min(team.proposed_on, on) if team.proposed_on else None
    for state, column in (("prefigured", "prefigured_on"), ("decided", "decided_on"), ("open", "opened_on")):
        if team.state != "open":
            team.state, team.recorded_on = state, on
            setattr(team, column, on)
            team.save()
    return team


class TeamFollowUpFactory(factory.django.DjangoModelFactory):
    """An answer on the cast's day about a team that opened on 2 March 2026."""

    class Meta:
        model = TeamFollowUp

    team = factory.LazyFunction(lambda: opened(InnovationTeamFactory(), date(2026, 3, 2)))
    months = 6
    posts = 3
    projects = 5
    noted_on = date(2026, 11, 24)


class AccessRequestFactory(factory.django.DjangoModelFactory):
    """A request of 20 November 2026 by someone whose address a provider verified."""

    class Meta:
        model = AccessRequest

    provider = "local"
    issuer = "https://id.example"
    subject = factory.Sequence(lambda n: f"subject-{n}")
    email = factory.Sequence(lambda n: f"asks{n}@people.example")
    vouched = True
    full_name = factory.Sequence(lambda n: f"Dominique Demande{n}")
    language = "fr"
    requested_at = datetime(2026, 11, 20, 9, tzinfo=UTC)


def answered_request(state: str, *, at: datetime = ANSWERED_AT, **fields: Any) -> AccessRequest:
    """Return a request that lab staff have answered, with a reason if they refused."""
    row = AccessRequestFactory(**fields)
    row.state, row.answered_at, row.answered_by = state, at, UserFactory(is_lab_staff=True)
    row.reason = "No place left" if state == "refused" else ""
    row.save()
    return row


def assess_for(cohort: Cohort, user: User, moment: str, step: int | None = 3, **other: int | None) -> Assessment:
    """Create a person's assessment at a moment: `step` for every skill, except those named in `other`."""
    steps = dict.fromkeys(Skill.values, step) | other
    respondent = pseudonym(cohort=cohort.pk, user=user.pk)
    return Assessment.objects.create(cohort=cohort, pseudonym=respondent, moment=moment, **steps)
