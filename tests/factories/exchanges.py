"""Exchanges, their hosts and their participants."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache, partial

import factory

from exchanges.models import Exchange, Guest, HostTurn, Minutes, Needs, PeerProfile, PeerVisit, Registration
from exchanges.planning.actions import plan_exchanges
from programmes.models import Edition, Format
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CREATED_ON, CohortFactory, MembershipFactory
from tests.factories.programmes import AuthorityFactory, EditionFactory, FormatFactory, format_with_schedules
from tests.factories.snapshots import built_once

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PATH = ["proposed", "host_confirmed", "announced", "registration_open", "registration_closed", "held", "followed_up"]


class ExchangeFactory(factory.django.DjangoModelFactory):
    """An exchange of two days with a host and its turn: created as proposed, then brought to `state`.

    `host` is a new cohort of the edition unless given; published facts (`retrospective=True`) may be created in any
    state.
    """

    class Meta:
        model = Exchange

    created_on = CREATED_ON
    edition = factory.SubFactory(EditionFactory)
    number = factory.Sequence(lambda n: n + 101)  # a number a test writes itself stays below
    theme = "How a lab lands"
    first_day = date(2027, 6, 8)
    days = 2
    state = "proposed"

    @classmethod
    def _create(cls, model_class: type[Exchange], *args: object, **kwargs: object) -> Exchange:
        state, host = kwargs.pop("state"), kwargs.pop("host", None)
        swap_reason = kwargs.pop("swap_reason", "")
        if kwargs.get("retrospective"):
            return super()._create(model_class, *args, state=state, host=host, **kwargs)
        row = super()._create(model_class, *args, state="proposed", **kwargs)
        cohort = host or CohortFactory(edition=row.edition)
        position = HostTurn.objects.filter(edition=row.edition).count() + 1
        HostTurn.objects.create(
            edition=row.edition, cohort=cohort, exchange=row, order=position, swap_reason=swap_reason
        )
        row.refresh_from_db()
        steps = ["cancelled"] if state == "cancelled" else PATH[1 : PATH.index(state) + 1]
        for step in steps:
            if step == "followed_up":
                Minutes.objects.create(exchange=row, text="Minutes", written_by=UserFactory(), written_at=NOON)
            row.state, row.reason = step, "Nobody is free" if step == "cancelled" else ""
            row.save()
        return row


class RegistrationFactory(factory.django.DjangoModelFactory):
    """A registration of a member of the host cohort, unless `cohort` is given: created as invited, then brought to
    `state`.

    A user without a cohort in the edition becomes a relay there, unless `member=False`.
    """

    class Meta:
        model = Registration

    exchange = factory.SubFactory(ExchangeFactory, state="registration_open")
    cohort = factory.SelfAttribute("exchange.host")
    user = factory.SubFactory(UserFactory)
    state = "invited"

    @classmethod
    def _create(cls, model_class: type[Registration], *args: object, **kwargs: object) -> Registration:
        state, member = kwargs.pop("state"), kwargs.pop("member", True)
        row = super()._create(model_class, *args, state="invited", **kwargs)
        is_member = (
            row.user.is_lab_staff or row.user.memberships.filter(cohort__edition=row.exchange.edition_id).exists()
        )
        if member and row.cohort and not is_member:
            MembershipFactory(cohort=row.cohort, user=row.user, role="relay", starts_on=date(2026, 1, 5))
        before = {"attended": ["registered"], "no_show": ["registered"], "cancelled": ["registered"]}
        for step in [*before.get(state, []), state]:
            row.state = step
            row.save()
        row.refresh_from_db(fields=["ticket"])
        return row


class GuestFactory(factory.django.DjangoModelFactory):
    """A guest with an address, of an exchange open for registration; lab staff invited them unless `invited_by` is
    given.
    """

    class Meta:
        model = Guest

    exchange = factory.SubFactory(ExchangeFactory, state="registration_open")
    name = factory.Sequence(lambda n: f"Guest Number{n}")
    organisation = "Réseau de démonstration"
    email = factory.Sequence(lambda n: f"guest{n}@network.example")
    invited_by = factory.SubFactory(UserFactory, is_lab_staff=True)


class NeedsFactory(factory.django.DjangoModelFactory):
    """The needs that a registered person stated, with a word in each field."""

    class Meta:
        model = Needs

    registration = factory.SubFactory(RegistrationFactory, state="registered")
    travels = "train"
    comes_from = "Nantes"
    access = "A ramp"
    diet = "No nuts"


def format_with_reminder_schedule(**kwargs: object) -> Format:
    """Return a published format with the default reminder schedule for exchanges."""
    return format_with_schedules("exchange", label="La Transfo", **kwargs)


# Four cities of an edition, each with its school zone and the coordinates of its centre.
CITIES = {
    "dunkerque": ("Dunkerque", "B", 51.03, 2.38),
    "metz": ("Metz", "B", 49.12, 6.18),
    "nantes": ("Nantes", "B", 47.22, -1.55),
    "toulouse": ("Toulouse", "C", 43.6, 1.44),
}


def edition_of_four(*, people: int = 0, state: str = "running", **kwargs: object) -> Edition:
    """Return an edition of 24 months from 5 January 2027 with four cohorts of `people` members each."""
    pattern = kwargs.pop("format", None) or FormatFactory(label="La Transfo")
    edition = EditionFactory(
        format=pattern,
        state=state,
        **{
            "name": "La Transfo 2027–2029",
            "slug": "transfo-2027",
            "starts_on": date(2027, 1, 5),
            "ends_on": date(2029, 1, 4),
            **kwargs,
        },
    )
    for slug, (name, zone, latitude, longitude) in CITIES.items():
        authority = AuthorityFactory(
            name=f"Ville de {name}", slug=f"ville-{slug}", school_zone=zone, latitude=latitude, longitude=longitude
        )
        cohort = CohortFactory(
            edition=edition,
            authority=authority,
            name=name,
            slug=slug,
            planned_start=date(2027, 1, 5),
            planned_end=date(2029, 1, 4),
            actual_start=None,
        )
        MembershipFactory.create_batch(people, cohort=cohort, starts_on=date(2027, 1, 5))
    return edition


def edition_with_reminders() -> Edition:
    """Return an edition of four with two members each, in a format with the full reminder schedule."""
    return edition_of_four(format=format_with_reminder_schedule(), people=2)


def edition_with_exchanges(at: datetime) -> Edition:
    """Return an edition with reminders, whose exchanges were proposed at this moment: built once."""
    return _planned_once(at)()


@cache
def _planned_once(at: datetime) -> Callable[[], Edition]:
    return built_once(partial(_planned, at))


def _planned(at: datetime) -> Edition:
    edition = edition_with_reminders()
    plan_exchanges(edition=edition, at=at)
    return edition


class PeerProfileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PeerProfile

    created_on = CREATED_ON
    user = factory.SubFactory(UserFactory)
    skills = "Dessin"
    offers = "Une demi-journée"
    requests = "Un test"


class PeerVisitFactory(factory.django.DjangoModelFactory):
    """A visit, created as requested and brought to `state`; agreed for `day`."""

    class Meta:
        model = PeerVisit

    created_on = CREATED_ON
    guest = factory.SubFactory(UserFactory)
    host = factory.SubFactory(UserFactory)
    purpose = "Voir le guichet"
    state = "requested"

    @classmethod
    def _create(cls, model_class: type[PeerVisit], *args: object, **kwargs: object) -> PeerVisit:
        state, day = kwargs.pop("state"), kwargs.pop("day", date(2026, 12, 8))
        row = super()._create(model_class, *args, **kwargs)
        for step in {"requested": [], "done": ["agreed", "done"]}.get(state, [state]):
            row.state, row.reply = step, "Avec plaisir"
            if step == "agreed":
                row.first_day = row.last_day = day
                row.venue = "La mairie"
            row.report = "Ce que j’ai vu" if step == "done" else ""
            row.save()
        return row
