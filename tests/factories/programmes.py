"""Factories for authorities, formats and editions."""

from datetime import UTC, date, datetime

import factory

from programmes.formats.reminder_schedules import DEFAULT_REMINDER_SCHEDULES
from programmes.models import (
    Authority,
    AuthorityAdmin,
    CalendarPeriod,
    Claim,
    Edition,
    Format,
    FormatPhase,
    Lesson,
    Method,
    Programme,
    ReminderStep,
)
from tests.factories.accounts import UserFactory

PUBLISHED = datetime(2026, 1, 5, 9, tzinfo=UTC)


class AuthorityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Authority

    kind = "municipality"
    name = factory.Sequence(lambda n: f"Ville d'Essai {n}")
    slug = factory.Sequence(lambda n: f"ville-essai-{n}")
    school_zone = "B"
    latitude = 48.1
    longitude = -1.7


class AuthorityAdminFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AuthorityAdmin

    authority = factory.SubFactory(AuthorityFactory)
    user = factory.SubFactory(UserFactory)
    since = date(2026, 1, 1)


class ProgrammeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Programme

    family = "transfo"
    name_fr = factory.Sequence(lambda n: f"La Transfo {n}")
    name_en = factory.Sequence(lambda n: f"The Transfo {n}")
    slug = factory.Sequence(lambda n: f"transfo-{n}")


class FormatFactory(factory.django.DjangoModelFactory):
    """A published format of 24 months; give `published_at=None` for a draft."""

    class Meta:
        model = Format

    programme = factory.SubFactory(ProgrammeFactory)
    version = factory.Sequence(lambda n: n + 1)
    label = "Two years"
    months = 24
    sessions = 18
    days_per_session = 2
    seats = 15
    day_allowance = 35
    first_prototype_months = 2
    exchange_interval_months = 6
    exchange_days = 2
    published_at = PUBLISHED

    @classmethod
    def _create(cls, model_class: type[Format], *args: object, **kwargs: object) -> Format:
        """Add phases before publication: a published format is frozen."""
        published = kwargs.pop("published_at")
        phases = kwargs.pop(
            "phases", (("preparation", 0, 2), ("test_case", 2, 8), ("priority_challenges", 8, 22), ("handover", 22, 24))
        )
        row = super()._create(model_class, *args, published_at=None, **kwargs)
        FormatPhase.objects.bulk_create(
            FormatPhase(format=row, kind=kind, start_month=start, end_month=end) for kind, start, end in phases
        )
        if published:
            row.published_at = published
            row.save()
        return row


class ReminderStepFactory(factory.django.DjangoModelFactory):
    """A step of the reminder schedule for exchanges, in a draft format."""

    class Meta:
        model = ReminderStep

    format = factory.SubFactory(FormatFactory, published_at=None)
    kind = "exchange"
    position = factory.Sequence(lambda n: n + 1)
    slug = factory.Sequence(lambda n: f"step_{n}")
    offset = "-26w"
    audience = "lab"
    email_type = "exchange_choose_host"


def format_with_schedules(*kinds: str, **kwargs: object) -> Format:
    """A published format with the default reminder schedules of these kinds of events."""
    pattern = FormatFactory(published_at=None, **kwargs)
    ReminderStep.objects.bulk_create(
        ReminderStep(
            format=pattern,
            kind=kind,
            position=position,
            slug=step.slug,
            offset=str(step.offset),
            until=str(step.until or ""),
            audience=step.audience,
            email_type=step.email_type,
            alone=step.alone,
        )
        for kind in kinds
        for position, step in enumerate(DEFAULT_REMINDER_SCHEDULES[kind], start=1)
    )
    pattern.published_at = PUBLISHED
    pattern.save()
    return pattern


class EditionFactory(factory.django.DjangoModelFactory):
    """A running edition over 2026–2028: created as a draft, then brought to `state`."""

    class Meta:
        model = Edition

    programme = factory.SelfAttribute("format.programme")
    format = factory.SubFactory(FormatFactory)
    name = factory.Sequence(lambda n: f"La Transfo 2026–2028 ({n})")
    slug = factory.Sequence(lambda n: f"transfo-2026-{n}")
    starts_on = date(2026, 1, 5)
    ends_on = date(2028, 1, 4)
    state = "running"

    @classmethod
    def _create(cls, model_class: type[Edition], *args: object, **kwargs: object) -> Edition:
        state, path = kwargs.pop("state"), ["draft", "open", "running", "closed", "archived"]
        if kwargs.get("retrospective"):
            return super()._create(model_class, *args, state=state, **kwargs)
        row = super()._create(model_class, *args, state="draft", **kwargs)
        for step in path[1 : path.index(state) + 1]:
            row.state = step
            row.save()
        return row


class ClaimFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Claim

    edition = factory.SubFactory(EditionFactory)
    metric = "ideas_implemented_percent"
    value = 50
    source = "A page read in 2026"


class LessonFactory(factory.django.DjangoModelFactory):
    """A proposed lesson; then brought to `state` and `answered_by`."""

    class Meta:
        model = Lesson

    edition = factory.SubFactory(EditionFactory)
    phase = "test_case"
    text = factory.Sequence(lambda n: f"The test case was too long ({n})")
    noted_by = factory.SubFactory(UserFactory)
    noted_on = date(2026, 11, 2)

    @classmethod
    def _create(cls, model_class: type[Lesson], *args: object, **kwargs: object) -> Lesson:
        version, state = kwargs.pop("answered_by", None), kwargs.pop("state", "proposed")
        answer, about = kwargs.pop("answer", "Two months less"), kwargs.pop("about", "")
        row = super()._create(model_class, *args, **kwargs)
        row.state = "accepted" if version else state
        row.reason = "It is what the format is for" if state == "refused" else ""
        if version:
            row.answered_by, row.answer, row.about = version, answer, about
        row.save()
        return row


class MethodFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Method

    name = factory.Sequence(lambda n: f"Méthode {n}")
    need = "Vous voulez savoir ce que les gens font."
    minutes = 90
    material = "Des crayons"
    steps = "1. Regardez.\n2. Notez."
    author = "Le labo"


class CalendarPeriodFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CalendarPeriod

    name = factory.Sequence(lambda n: f"Élections {n}")
    kind = "electoral"
    starts_on = date(2027, 4, 5)
    ends_on = date(2027, 4, 25)
