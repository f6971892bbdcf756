"""Timeline entries of an idea for its indicators, their corrections, and the values that follow-ups recorded."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from prototypes.effects.values import answer_text, current_indicators
from prototypes.ideas.views.timeline_entries import DatedEvent, day_text
from prototypes.models import Indicator
from prototypes.trials.meters import figure
from web.database.nested_rows import row_from_nested
from web.pages.steps import IdeaTimelineEvent
from web.text import formats
from web.text.language import active_language
from web.text.names import display_name


def indicator_events(idea: Any) -> Iterator[DatedEvent]:
    """Yield the timeline's entries of the idea's indicators, corrections and values, each with its day.

    The idea was read with `lookups.with_timeline`. Earlier answers to a follow-up are included.
    """
    for row in idea.indicator_rows:
        yield _indicator_event(row_from_nested(Indicator, row), row["who"])
    units = {indicator.first_id: indicator for indicator in current_indicators(idea.indicator_rows)}
    for _follow_up, rows in groupby(idea.value_rows, key=lambda row: row["follow_up_id"]):
        yield _values_event(list(rows), units)


def _indicator_event(indicator: Indicator, who: str | None) -> DatedEvent:
    """Return the day on which one version of an indicator was recorded, and its entry; `who` recorded it, if known."""
    facts = _("%(measure)s. Baseline: %(baseline)s (%(day)s). Target: %(target)s.") % {
        "measure": indicator.measure,
        "baseline": figure(indicator.baseline, indicator.unit),
        "day": formats.short_day(indicator.baseline_on, active_language()),
        "target": figure(indicator.target, indicator.unit),
    }
    corrected = _("Corrected: %(reason)s") % {"reason": indicator.correction_reason} if indicator.corrects_id else ""
    by = _("by %(who)s") % {"who": display_name(who)} if who else ""
    return indicator.fixed_on, IdeaTimelineEvent(
        when=day_text(indicator.fixed_on),
        title=_("Indicator corrected") if indicator.corrects_id else _("Indicator added"),
        text=facts,
        detail=" · ".join(filter(None, (corrected, by))),
    )


def _values_event(rows: list[Mapping[str, Any]], indicators: Mapping[int, Indicator]) -> DatedEvent:
    """Return the day of a follow-up that recorded values of indicators, and the entry with these values."""
    day = date.fromisoformat(rows[0]["noted_on"])
    texts = [
        f"{indicators[row['indicator_id']].measure} – {answer_text(row, indicators[row['indicator_id']].unit)}"
        for row in rows
    ]
    return day, IdeaTimelineEvent(
        when=day_text(day),
        title=_("Indicators at the follow-up"),
        text=" · ".join(texts),
    )
