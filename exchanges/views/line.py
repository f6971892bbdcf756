"""One line of time through all cohorts of an edition, with its exchanges across them."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from cohorts.models import Cohort, Phase
from exchanges.models import Exchange
from exchanges.panels import mark_of
from programmes.enums import PhaseKind
from web.timeline import Band, Layout, Line, Row, Timeline

SHADES = {
    PhaseKind.PREPARATION: 1,
    PhaseKind.IMMERSION: 2,
    PhaseKind.TEST_CASE: 2,
    PhaseKind.PRIORITY_CHALLENGES: 3,
    PhaseKind.HANDOVER: 4,
}


def line_of(edition: int, exchanges: Sequence[Exchange], today: date) -> Layout | None:
    """The drawing (two statements), or None where no cohort of the edition has dated phases."""
    phases = Prefetch("phases", queryset=Phase.objects.order_by("starts_on", "pk"))
    cohorts = Cohort.objects.filter(edition=edition).exclude(state="withdrawn").prefetch_related(phases)
    rows = [_row(cohort) for cohort in cohorts.order_by("name", "pk")]
    if not any(row.bands for row in rows):
        return None
    return Timeline(
        rows,
        marks=[mark_of(exchange) for exchange in exchanges if exchange.first_day and exchange.state != "cancelled"],
        lines=[Line(today, _("today"), "today")],
    ).layout()


def _row(cohort: Cohort) -> Row:
    bands = [
        Band(phase.starts_on, phase.ends_on, phase.get_kind_display(), SHADES.get(PhaseKind(phase.kind), 1))
        for phase in cohort.phases.all()
    ]
    return Row(label=cohort.name, bands=bands)
