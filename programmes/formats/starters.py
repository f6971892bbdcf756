"""Formats to start a programme from, with the facts that the lab's own publications give; everything can be changed.

Residencies: six months with three separate weeks on site. La Transfo: two years, 15 civil servants, a first prototype
within two months, an Intertransfo every six months. The later La Transfo: planned for 15 months, sessions of two to
three days once a month, 20 ambassadors with 35 to 40 days each, two Intertransfos a year of one day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from programmes.enums import PhaseKind, ProgrammeFamily
from programmes.formats.month_line import MonthLine, Span, month_line


@dataclass(frozen=True, slots=True)
class StarterFormat:
    """A format to start from: the programme's family and names, the format's numbers, and its phases by months."""

    slug: str
    family: ProgrammeFamily
    name_fr: str
    name_en: str
    label: StrOrPromise
    about: StrOrPromise
    numbers: dict[str, Any]
    phases: tuple[tuple[str, int, int], ...]
    source: str = ""

    def phases_for(self, months: int) -> list[tuple[str, int, int]]:
        """Return the phases as kind, first and last month, stretched or shortened to `months`.

        A phase that would have no month left is left out.
        """
        scale = months / self.numbers["months"]
        spans = [(kind, round(start * scale), round(end * scale)) for kind, start, end in self.phases]
        return [(kind, start, end) for kind, start, end in spans if end > start]

    @property
    def month_line(self) -> MonthLine:
        """Return the drawing of the phases on a line of months."""
        spans = [Span(start, end, str(PhaseKind(kind).label).capitalize()) for kind, start, end in self.phases]
        return month_line(spans, self.numbers["months"])


STARTER_FORMATS: Final[Sequence[StarterFormat]] = (
    StarterFormat(
        slug="residency",
        family=ProgrammeFamily.RESIDENCY,
        name_fr="Territoires en résidences",
        name_en="Residencies",
        label=_("Six months, three weeks on site"),
        about=_("A team from several disciplines lives and works on site for three separate weeks."),
        numbers={
            "months": 6,
            "onsite_weeks": 3,
            "sessions": 3,
            "days_per_session": 5,
            "seats": 12,
            "day_allowance": None,
            "first_prototype_months": 2,
            "exchange_interval_months": None,
            "exchange_days": 1,
            "required_disciplines": [],
        },
        phases=(("preparation", 0, 1), ("immersion", 1, 3), ("test_case", 3, 5), ("handover", 5, 6)),
        source="Livret « Hauts-de-Garonne, Résidence n°6 », La 27e Région, 2009",
    ),
    StarterFormat(
        slug="transfo",
        family=ProgrammeFamily.TRANSFO,
        name_fr="La Transfo",
        name_en="La Transfo",
        label=_("Two years, twelve sessions"),
        about=_("Fifteen civil servants learn on a test case, then work on the priorities of their authority."),
        numbers={
            "months": 24,
            "onsite_weeks": 0,
            "sessions": 12,
            "days_per_session": 2,
            "seats": 15,
            "day_allowance": None,
            "first_prototype_months": 2,
            "exchange_interval_months": 6,
            "exchange_days": 2,
            "required_disciplines": [],
        },
        phases=(
            ("preparation", 0, 1),
            ("immersion", 1, 3),
            ("test_case", 3, 9),
            ("priority_challenges", 9, 22),
            ("handover", 22, 24),
        ),
        source="« Transfo PACA : de retour pour la Semaine 2 », La 27e Région, 2012",
    ),
    StarterFormat(
        slug="transfo-short",
        family=ProgrammeFamily.TRANSFO,
        name_fr="La Transfo",
        name_en="La Transfo",
        label=_("Fifteen months, a session each month"),
        about=_("Shorter than the first one: twenty ambassadors, a session each month, Intertransfos of one day."),
        numbers={
            "months": 15,
            "onsite_weeks": 0,
            "sessions": 13,
            "days_per_session": 2,
            "seats": 20,
            "day_allowance": 35,
            "first_prototype_months": 2,
            "exchange_interval_months": 6,
            "exchange_days": 1,
            "required_disciplines": [],
        },
        phases=(
            ("preparation", 0, 1),
            ("immersion", 1, 3),
            ("test_case", 3, 7),
            ("priority_challenges", 7, 14),
            ("handover", 14, 15),
        ),
        source="« On ouvre le code source de La Transfo ! », La 27e Région, 2020",
    ),
)


def starter_format(slug: str) -> StarterFormat | None:
    """Return the format to start from with this slug; None for any other text."""
    return next((starter for starter in STARTER_FORMATS if starter.slug == slug), None)
