"""Timeline entries of an idea other than events and prototypes: merges, implementations, follow-ups, confirmations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prototypes.action_pages.buttons import Button
from prototypes.enums import (
    COUNTED_SCOPES,
    EVER_LIVE,
    FollowUpAnswer,
    IdeaState,
    ImplementationKind,
    ImplementationState,
    LineageKind,
)
from prototypes.handover.follow_up_texts import follow_up_answer, follow_up_title
from prototypes.models import FollowUp, Idea, Implementation, Trial
from web.database.nested_rows import row_from_nested
from web.dates.months import months_between
from web.dates.precision import Precision
from web.pages.steps import IdeaTimelineEvent, IdeaTimelineKind
from web.text import formats
from web.text.language import active_language
from web.text.names import display_name

DatedEvent = tuple[date, IdeaTimelineEvent]
ANSWER_KINDS: dict[str, IdeaTimelineKind] = {FollowUpAnswer.NO: "stop", FollowUpAnswer.UNKNOWN: "plain"}


@dataclass(frozen=True, slots=True)
class RelatedIdea:
    """An idea linked by origin; `href` is empty where the reader may not open it."""

    name: str
    cohort: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class EventDetails:
    """Details below an event: evidence, tests behind a decision, related ideas, a package, or the next button."""

    button: Button | None = None
    evidence: str = ""
    tests: Sequence[Trial] = ()
    related_ideas: Sequence[RelatedIdea] = ()
    package: str = ""


@dataclass(frozen=True, slots=True)
class RelatedIdeas:
    """The ideas related to one: its origins, its parts, its reuses and the ideas merged into it.

    `hidden_count` is the number of cohorts that reused it without sharing the result.
    """

    split_from: Sequence[RelatedIdea] = ()
    reused_from: Sequence[RelatedIdea] = ()
    parts: Sequence[RelatedIdea] = ()
    reused_as: Sequence[RelatedIdea] = ()
    merged: Sequence[RelatedIdea] = ()
    hidden_count: int = 0
    packages: Mapping[int, int] = field(default_factory=dict)


def related_ideas(idea: Any) -> RelatedIdeas:
    """Return the ideas from which an idea comes, its parts, its reuses, and the ideas merged into it, for its page.

    Reuses that the reader may not open are only counted. The idea was read with `lookups.with_timeline`.
    """
    by_kind = {
        kind: ([row for row in idea.comes_from if row["kind"] == kind], [r for r in idea.leads_to if r["kind"] == kind])
        for kind in LineageKind
    }
    (split_from, parts), (reused_from, reused_as) = by_kind[LineageKind.SPLIT], by_kind[LineageKind.REUSE]
    return RelatedIdeas(
        split_from=related_idea_list(split_from),
        reused_from=related_idea_list(reused_from),
        parts=related_idea_list(parts),
        reused_as=related_idea_list(row for row in reused_as if row["opens"]),
        merged=related_idea_list(idea.carries_on),
        hidden_count=sum(not row["opens"] for row in reused_as),
        packages={row["position"]: row["id"] for row in idea.package_rows},
    )


def related_idea_list(rows: Iterable[Mapping[str, Any]]) -> list[RelatedIdea]:
    """Return name, cohort and link of related ideas; those the reader may not open get no link.

    `rows` are dictionaries with id, reference and title, and perhaps cohort and `opens` (by default true).
    """
    return [
        RelatedIdea(
            name=f"{row['reference']} {row['title']}",
            cohort=row.get("cohort", ""),
            href=reverse("prototypes:idea", args=[row["id"]]) if row.get("opens", True) else "",
        )
        for row in rows
    ]


def day_text(day: date | None, precision: str = Precision.DAY) -> str:
    """Return a date as text, as precisely as it is known: “3 Mar 2026”, “Mar 2026” or “2026”; “date unknown” for None.

    `precision` is "day", "month" or "year".
    """
    locale = active_language()
    if day is None:
        return _("date unknown")
    if precision == Precision.MONTH:
        return formats.short_month(day, locale)
    if precision == Precision.YEAR:
        return str(day.year)
    return formats.short_day(day, locale)


def other_events(idea: Idea, implementations: Iterable[Implementation]) -> list[DatedEvent]:
    """Return the timeline's entries of merges into the idea, implementations, follow-ups and confirmations, each with
    its day.

    They are in no order. The idea was read with `lookups.with_timeline`.
    """
    values: Any = idea
    lines = [merge_event(row) for row in values.carries_on]
    for row in implementations:
        lines += implementation_events(row)
    lines += [follow_up_event(row_from_nested(FollowUp, row)) for row in values.follow_up_rows]
    return lines + [confirmation_event(row) for row in reversed(values.confirmation_rows)]


def merge_event(row: Mapping[str, Any]) -> DatedEvent:
    """Return the day on which another idea was merged into this one, and the timeline's entry; an unknown day is the
    first possible one.

    `row` is a dictionary of the other idea: id, reference, title, state_since and state_precision.
    """
    day = date.fromisoformat(row["state_since"]) if row["state_since"] else None
    return day or date.min, IdeaTimelineEvent(
        when=day_text(day, row["state_precision"]),
        title=_("Another idea was merged into this one"),
        template="prototypes/ideas/event_details.html",
        below=EventDetails(related_ideas=related_idea_list([row])),
    )


def implementation_events(row: Implementation) -> list[DatedEvent]:
    """Return the timeline's entries of an implementation, each with its day: when it went live, and when it ended.

    The first is left out for a full or adapted one in the idea's own authority, which is an event of the idea. [] for a
    planned one.
    """
    lines: list[DatedEvent] = []
    is_in_event = row.kind == ImplementationKind.ORIGIN and (row.scope in COUNTED_SCOPES or row.retrospective)
    where = f"{row.authority}, {row.unit}" if row.unit else str(row.authority)
    if row.state in EVER_LIVE and row.live_on and not is_in_event:
        lines.append((row.live_on, _live(row, where)))
    if row.ended_on:
        lines.append((row.ended_on, _ended(row, where)))
    return lines


def _live(row: Implementation, where: str) -> IdeaTimelineEvent:
    """Return the timeline's entry that a partial implementation, or one elsewhere, went live; `where` names authority
    and unit.
    """
    elsewhere = row.kind == ImplementationKind.REPLICATION
    return IdeaTimelineEvent(
        when=day_text(row.live_on, row.live_precision),
        title=_("Live elsewhere") if elsewhere else _("Live in part"),
        text=where,
        detail=" ".join(
            filter(None, [f"· {row.get_scope_display()}" if elsewhere and row.scope else "", correction_text(row)])
        ),
        kind="go",
        template="prototypes/ideas/event_details.html" if row.evidence else "",
        below=EventDetails(evidence=row.evidence),
    )


def correction_text(row: Implementation) -> str:
    """Return the reason why an implementation was corrected, and the day recorded first if it differs; "" for one that
    corrects none.
    """
    if row.corrects is None:
        return ""
    first = (row.corrects.live_on, row.corrects.live_precision)
    text = _("Corrected: %(reason)s") % {"reason": row.correction_reason}
    if first == (row.live_on, row.live_precision):
        return text
    return f"{text} {_('First recorded: %(day)s.') % {'day': day_text(*first)}}"


def _ended(row: Implementation, where: str) -> IdeaTimelineEvent:
    """Return the timeline's entry that an implementation stopped or did not go live; `where` names authority and
    unit.
    """
    failed = row.state == ImplementationState.FAILED
    return IdeaTimelineEvent(
        when=day_text(row.ended_on, row.ended_precision),
        title=_("Did not go live") if failed else _("Not live any more"),
        text=f"{where}. {row.reason}" if row.reason else where,
        kind="stop",
    )


def follow_up_event(row: FollowUp) -> DatedEvent:
    """Return the day of an answer to a follow-up question, and the timeline's entry."""
    return row.noted_on, IdeaTimelineEvent(
        when=day_text(row.noted_on),
        title=follow_up_title(row.counted_from, row.months),
        text=f"{follow_up_answer(row.counted_from, row.answer)} {row.words}".strip(),
        kind=ANSWER_KINDS.get(row.answer, "go"),
        template="prototypes/ideas/event_details.html" if row.evidence else "",
        below=EventDetails(evidence=row.evidence),
    )


def confirmation_event(row: Mapping[str, Any]) -> DatedEvent:
    """Return the day on which the idea's state was confirmed, and the timeline's entry.

    `row` is a dictionary of the confirmation: state, confirmed_on, evidence and who (a name).
    """
    day = date.fromisoformat(row["confirmed_on"])
    return day, IdeaTimelineEvent(
        when=day_text(day),
        title=_("Confirmed: %(state)s") % {"state": IdeaState(row["state"]).label},
        detail=_("by %(who)s") % {"who": display_name(row["who"])} if row["who"] else "",
        template="prototypes/ideas/event_details.html" if row["evidence"] else "",
        below=EventDetails(evidence=row["evidence"]),
    )


def last_confirmation_text(idea: Any) -> str:
    """Return when and by whom the idea's current state was last confirmed, as a clause; "" if it never was.

    The idea was read with `lookups.with_timeline`.
    """
    rows = idea.confirmation_rows
    if not rows or rows[0]["state"] != idea.state:
        return ""
    day = formats.short_day(date.fromisoformat(rows[0]["confirmed_on"]), active_language())
    text = _("last confirmed %(day)s by %(who)s") if rows[0]["who"] else _("last confirmed %(day)s")
    return text % {"day": day, "who": display_name(rows[0]["who"] or "")}


def acceptance_precision(idea: Idea) -> str:
    """Return how precisely the date is known from which the idea's months count: "day", "month" or "year".

    It is "day" for an idea that was not read with `lookups.with_timeline`.
    """
    precision: str = vars(idea).get("clock_precision") or Precision.DAY
    return precision


def acceptance_text(idea: Idea, today: date) -> str:
    """Return how long before `today` the idea was accepted, such as “accepted 3 months ago”; “not accepted yet” without
    a date.

    For a date known to the month or year, that month or year is named instead.
    """
    day = idea.accepted_on
    if day is None:
        return _("not accepted yet")
    precision = acceptance_precision(idea)
    if precision != Precision.DAY:
        if precision == Precision.MONTH and (day.year, day.month) == (today.year, today.month):
            return _("accepted this month")
        period = formats.precise_to(day, precision, active_language())
        return _("accepted in %(month_or_year)s") % {"month_or_year": period}
    months = int(months_between(day, today))
    if not months:
        return _("accepted less than a month ago")
    return ngettext("accepted %(months)s month ago", "accepted %(months)s months ago", months) % {"months": months}
