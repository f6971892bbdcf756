"""The two formats of the demonstration and the editions that use them."""

from collections.abc import Sequence
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from accounts.models import User
from cohorts.opening.actions import open_edition
from labplatform.demo.dates import INTERVAL_MONTHS, RESIDENCY, Dates, moment
from labplatform.demo.stories import read
from programmes.actions import PhaseSpan, draft_format, publish_format, set_phases
from programmes.actions.formats import FormatNumbers
from programmes.models import Authority, Edition, Format, Programme

TRANSFO = ("pays_de_la_loire", "dunkerque", "occitanie", "metz")
PUBLISHED_BEFORE = timedelta(days=30)  # how long before its edition opens

TRANSFO_NUMBERS: FormatNumbers = {
    "label": "Deux ans, douze sessions (démonstration)",
    "months": 24,
    "sessions": 12,
    "days_per_session": 2,
    "seats": 15,
    "day_allowance": 35,
    "first_prototype_months": 2,
    "exchange_interval_months": INTERVAL_MONTHS,
    "exchange_days": 2,
}
TRANSFO_PHASES = (
    PhaseSpan("preparation", 0, 1),
    PhaseSpan("immersion", 1, 3),
    PhaseSpan("test_case", 3, 9),
    PhaseSpan("priority_challenges", 9, 22),
    PhaseSpan("handover", 22, 24),
)
RESIDENCY_NUMBERS: FormatNumbers = {
    "label": "Six mois, trois semaines sur place (démonstration)",
    "months": 6,
    "onsite_weeks": 3,
    "sessions": 3,
    "days_per_session": 5,
    "seats": 12,
    "first_prototype_months": 2,
}
RESIDENCY_PHASES = (
    PhaseSpan("preparation", 0, 1),
    PhaseSpan("immersion", 1, 3),
    PhaseSpan("test_case", 3, 5),
    PhaseSpan("handover", 5, 6),
)


def open_transfo(*, dates: Dates, by: User) -> Edition:
    """Open the edition of La Transfo on its first day, with four cohorts that start one after another; return it.

    Its format is drafted and published first. `by` does all this.
    """
    first = dates.edition
    last = dates.first_days[TRANSFO[-1]] + relativedelta(months=TRANSFO_NUMBERS["months"])
    return open_edition(
        programme=Programme.objects.get(slug="transfo"),
        format=_published("transfo", TRANSFO_NUMBERS, TRANSFO_PHASES, before=first, by=by),
        name=f"La Transfo {first.year}–{last.year}",
        starts_on=first,
        authorities=[(_authority(name), dates.first_days[name], "") for name in TRANSFO],
        funders="Collectivités partenaires (démonstration)",
        planned_authorities=10,
        demonstration=True,
        by=by,
        at=moment(first),
    )


def open_residency(*, dates: Dates, by: User) -> Edition:
    """Open the edition of the Residencies on its first day, with one cohort in a school; return it.

    Its format is drafted and published first. `by` does all this.
    """
    first = dates.first_days[RESIDENCY]
    return open_edition(
        programme=Programme.objects.get(slug="residences"),
        format=_published("residences", RESIDENCY_NUMBERS, RESIDENCY_PHASES, before=first, by=by),
        name=f"Territoires en résidences {first.year}",
        starts_on=first,
        authorities=[(_authority(RESIDENCY), None, read(RESIDENCY).data["site"])],
        planned_authorities=2,
        demonstration=True,
        by=by,
        at=moment(first),
    )


def _authority(name: str) -> Authority:
    """Return the authority of the cohort called `name` in `content/`; it must have been loaded."""
    return Authority.objects.get(slug=read(name).data["authority"])


def _published(
    programme: str, numbers: FormatNumbers, phases: Sequence[PhaseSpan], *, before: date, by: User
) -> Format:
    """Return a new version of the programme's format, published thirty days before the day `before`.

    `programme` is a slug; `numbers` and `phases` describe the format.
    """
    drafted = draft_format(programme=Programme.objects.get(slug=programme), by=by, **numbers)
    set_phases(format=drafted, phases=phases, by=by)
    return publish_format(format=drafted, at=moment(before - PUBLISHED_BEFORE), by=by)
