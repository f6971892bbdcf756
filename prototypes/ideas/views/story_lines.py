"""Lines of an idea's story beside events and prototypes: what merged into it, what is live, what was followed up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from prototypes.action_pages.buttons import Button
from prototypes.enums import (
    BEEN_LIVE,
    COUNTED_SCOPES,
    FollowedFrom,
    IdeaState,
    ImplementationKind,
    ImplementationState,
    LineageKind,
    StillLive,
)
from prototypes.models import FollowUp, Idea, Implementation, Trial
from web.database.nested_rows import revived
from web.dates.months import months_between
from web.dates.precision import Precision
from web.pages.steps import StoryEvent, StoryKind
from web.text import formats
from web.text.names import shown_name

Line = tuple[date, StoryEvent]
ANSWERED: dict[str, StoryKind] = {StillLive.NO: "stop", StillLive.UNKNOWN: "plain"}


@dataclass(frozen=True, slots=True)
class Kin:
    """An idea that another comes from, or that comes from it; without `href` where the reader may not open it."""

    name: str
    cohort: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Below:
    """What hangs below an event: what shows it, the tests it stands on, other pages, or the button that comes next."""

    button: Button | None = None
    evidence: str = ""
    tests: Sequence[Trial] = ()
    kin: Sequence[Kin] = ()
    package: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """The ideas around one: what it was split from or takes up, what came of it, what merged into it.

    `unseen` cohorts took it up without sharing what they made of it.
    """

    whole: Sequence[Kin] = ()
    taken_from: Sequence[Kin] = ()
    parts: Sequence[Kin] = ()
    taken_up: Sequence[Kin] = ()
    merged: Sequence[Kin] = ()
    unseen: int = 0
    packages: Mapping[int, int] = field(default_factory=dict)


def family(idea: Any) -> Family:
    """Of an idea read with `reach.with_story`."""
    by_kind = {
        kind: ([row for row in idea.comes_from if row["kind"] == kind], [r for r in idea.leads_to if r["kind"] == kind])
        for kind in LineageKind
    }
    (whole, parts), (taken_from, taken_up) = by_kind[LineageKind.SPLIT], by_kind[LineageKind.REUSE]
    return Family(
        whole=kin(whole),
        taken_from=kin(taken_from),
        parts=kin(parts),
        taken_up=kin(row for row in taken_up if row["opens"]),
        merged=kin(idea.carries_on),
        unseen=sum(not row["opens"] for row in taken_up),
        packages={row["place"]: row["id"] for row in idea.package_rows},
    )


def kin(rows: Iterable[Mapping[str, Any]]) -> list[Kin]:
    return [
        Kin(
            name=f"{row['reference']} {row['title']}",
            cohort=row.get("cohort", ""),
            href=reverse("prototypes:idea", args=[row["id"]]) if row.get("opens", True) else "",
        )
        for row in rows
    ]


def when(day: date | None, precision: str, today: date) -> str:
    """A date as precisely as it is known, its year left out when it is the present one."""
    locale = (get_language() or "fr")[:2]
    if day is None:
        return _("date unknown")
    if precision == Precision.MONTH:
        return formats.short_month(day, locale)
    if precision == Precision.YEAR:
        return str(day.year)
    return formats.day_month(day, locale) if day.year == today.year else formats.short_day(day, locale)


def more_lines(idea: Idea, implementations: Iterable[Implementation], today: date) -> list[Line]:
    """All of them, each with the day it belongs to."""
    told: Any = idea
    lines = [merged_line(row, today) for row in told.carries_on]
    for row in implementations:
        lines += implementation_lines(row, today)
    lines += [follow_up_line(revived(FollowUp, row), today) for row in told.follow_up_rows]
    return lines + [confirmation_line(row, today) for row in reversed(told.confirmation_rows)]


def merged_line(row: Mapping[str, Any], today: date) -> Line:
    day = date.fromisoformat(row["state_since"]) if row["state_since"] else None
    return day or date.min, StoryEvent(
        when=when(day, row["state_precision"], today),
        title=_("Another idea was merged into this one"),
        template="prototypes/includes/below_event.html",
        below=Below(kin=kin([row])),
    )


def implementation_lines(row: Implementation, today: date) -> list[Line]:
    """Where and since when it is live, unless the idea's own event says that; and when that ended."""
    lines: list[Line] = []
    said_by_event = row.kind == ImplementationKind.ORIGIN and (row.scope in COUNTED_SCOPES or row.retrospective)
    where = f"{row.authority}, {row.unit}" if row.unit else str(row.authority)
    if row.state in BEEN_LIVE and row.live_on and not said_by_event:
        lines.append((row.live_on, _live(row, where, today)))
    if row.ended_on:
        lines.append((row.ended_on, _ended(row, where, today)))
    return lines


def _live(row: Implementation, where: str, today: date) -> StoryEvent:
    elsewhere = row.kind == ImplementationKind.REPLICATION
    return StoryEvent(
        when=when(row.live_on, row.live_precision, today),
        title=_("Live elsewhere") if elsewhere else _("Live in part"),
        text=where,
        detail=" ".join(
            filter(
                None, [f"· {row.get_scope_display()}" if elsewhere and row.scope else "", correction_text(row, today)]
            )
        ),
        kind="go",
        template="prototypes/includes/below_event.html" if row.evidence else "",
        below=Below(evidence=row.evidence),
    )


def correction_text(row: Implementation, today: date) -> str:
    """Return why an implementation was corrected, and the day recorded first if it differs; "" without a correction."""
    if row.corrects is None:
        return ""
    first = (row.corrects.live_on, row.corrects.live_precision)
    said = _("Corrected: %(reason)s") % {"reason": row.correction_reason}
    if first == (row.live_on, row.live_precision):
        return said
    return f"{said} {_('First recorded: %(day)s.') % {'day': when(*first, today)}}"


def _ended(row: Implementation, where: str, today: date) -> StoryEvent:
    failed = row.state == ImplementationState.FAILED
    return StoryEvent(
        when=when(row.ended_on, row.ended_precision, today),
        title=_("Did not go live") if failed else _("Not live any more"),
        text=f"{where}. {row.reason}" if row.reason else where,
        kind="stop",
    )


def follow_up_line(row: FollowUp, today: date) -> Line:
    return row.noted_on, StoryEvent(
        when=when(row.noted_on, Precision.DAY, today),
        title=question(row.counted_from, row.months),
        text=f"{answer_in_words(row)} {row.words}".strip(),
        kind=ANSWERED.get(row.answer, "go"),
        template="prototypes/includes/below_event.html" if row.evidence else "",
        below=Below(evidence=row.evidence),
    )


def confirmation_line(row: Mapping[str, Any], today: date) -> Line:
    """Somebody looked: it was as it stood."""
    day = date.fromisoformat(row["confirmed_on"])
    return day, StoryEvent(
        when=when(day, Precision.DAY, today),
        title=_("Confirmed: %(state)s") % {"state": IdeaState(row["state"]).label},
        detail=_("by %(who)s") % {"who": shown_name(row["who"])} if row["who"] else "",
        template="prototypes/includes/below_event.html" if row["evidence"] else "",
        below=Below(evidence=row["evidence"]),
    )


def confirmed(idea: Any, today: date) -> str:
    """When the state an idea is in was last confirmed, and by whom; empty where it never was. Read by `with_story`."""
    rows = idea.confirmation_rows
    if not rows or rows[0]["state"] != idea.state:
        return ""
    day = formats.short_day(date.fromisoformat(rows[0]["confirmed_on"]), (get_language() or "fr")[:2])
    said = _("last confirmed %(day)s by %(who)s") if rows[0]["who"] else _("last confirmed %(day)s")
    return said % {"day": day, "who": shown_name(rows[0]["who"] or "")}


def question(counted_from: str, months: int) -> str:
    """Return the time that a follow-up asks about, as "6 months after hand-over"."""
    if counted_from == FollowedFrom.LIVE:
        text = ngettext("%(months)s month after it went live", "%(months)s months after it went live", months)
    else:
        text = ngettext("%(months)s month after hand-over", "%(months)s months after hand-over", months)
    return text % {"months": months}


def answer_in_words(row: FollowUp) -> str:
    """Return the answer as a sentence."""
    if row.counted_from == FollowedFrom.HANDOVER:
        return {
            StillLive.FULL: _("Live, in full."),
            StillLive.PARTIAL: _("Live, in part."),
            StillLive.NO: _("Not live."),
            StillLive.UNKNOWN: _("Nobody knows whether it is live."),
        }[StillLive(row.answer)]
    return {
        StillLive.FULL: _("Still live, in full."),
        StillLive.PARTIAL: _("Still live, in part."),
        StillLive.NO: _("Not live any more."),
        StillLive.UNKNOWN: _("Nobody knows whether it is still live."),
    }[StillLive(row.answer)]


def acceptance_precision(idea: Idea) -> str:
    """Return the precision of the acceptance from which the months count, for an idea read by `reach.with_story`."""
    precision: str = vars(idea).get("clock_precision") or Precision.DAY
    return precision


def since_accepted(idea: Idea, today: date) -> str:
    """Return when the idea was accepted, no more precisely than that is known."""
    day = idea.accepted_on
    if day is None:
        return _("not accepted yet")
    precision = acceptance_precision(idea)
    if precision != Precision.DAY:
        if precision == Precision.MONTH and (day.year, day.month) == (today.year, today.month):
            return _("accepted this month")
        when = formats.precise_to(day, precision, (get_language() or "fr")[:2])
        return _("accepted in %(month_or_year)s") % {"month_or_year": when}
    months = int(months_between(day, today))
    if not months:
        return _("accepted less than a month ago")
    return ngettext("accepted %(months)s month ago", "accepted %(months)s months ago", months) % {"months": months}
