"""The figures of a rates page one by one: the one list of which the page, its CSV and its XLSX are made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from figures.formats import between, months, nothing, number, share, some_of
from figures.implementation.charts import curve_rows
from figures.implementation.definitions import MEANINGS
from figures.lines import Behind, Line
from figures.outcomes.categories import REASON, REASONS, UNSAID, of_reason
from figures.outcomes.figures import HORIZONS, Figures

QUANTILES: tuple[tuple[str, float, StrOrPromise], ...] = (
    ("a_quarter_after", 1 / 4, gettext_lazy("A quarter implemented after")),
    ("half_after", 1 / 2, gettext_lazy("Half implemented after")),
    ("three_quarters_after", 3 / 4, gettext_lazy("Three quarters implemented after")),
)
DECIDED: tuple[tuple[str, StrOrPromise], ...] = (
    ("a_quarter_decided_after", gettext_lazy("A quarter closed (implemented or abandoned) after")),
    ("half_decided_after", gettext_lazy("Half closed (implemented or abandoned) after")),
    ("three_quarters_decided_after", gettext_lazy("Three quarters closed (implemented or abandoned) after")),
)
FEW = gettext_lazy("Counts only: with fewer than five ideas a rate would mean nothing.")


def lines(figures: Figures) -> Iterator[Line]:
    """Rates only where five ideas or more were accepted."""
    rated = not figures.only_counts
    yield Line("accepted", _("Accepted"), figures.accepted)
    yield Line("implemented", _("Implemented"), figures.implemented, denominator=figures.accepted)
    if rated:
        yield from (_within(figures, horizon) for horizon in HORIZONS)
    yield _count(figures)
    if rated:
        yield from (_reached(slug, label, figures.months_to(part)) for slug, part, label in QUANTILES)
        yield from _decided(figures)
    yield from _states(figures)
    yield Line("imprecise", _("Dates known to the month or the year only"), figures.imprecise)
    if rated:
        yield from _bounds(figures)
        yield from _curve(figures)


def _within(figures: Figures, horizon: int) -> Line:
    """The incidence after so many months; nothing past the last month at which five ideas are at risk."""
    words = ngettext("Implemented within %(months)s month", "Implemented within %(months)s months", horizon)
    slug, label, point = f"within_{horizon}", words % {"months": horizon}, figures.within(horizon)
    if point is None or point.implemented is None:
        why = _("fewer than five ideas were followed that long")
        return Line(slug, label, note=why, shown=_("not yet"), detail=why, meaning=MEANINGS["within"])
    return Line(
        slug,
        label,
        point.implemented,
        point.low,
        point.high,
        note=_at_risk(point.at_risk),
        shown=share(point.implemented),
        detail=between(point.low, point.high),
        meaning=MEANINGS["within"],
    )


def _count(figures: Figures) -> Line:
    """The numbers alone where they are too few for a share."""
    few, (low, high) = figures.only_counts, figures.interval or (None, None)
    return Line(
        "rate",
        _("Plain count"),
        value=None if few else figures.rate,
        low=None if few else low,
        high=None if few else high,
        numerator=figures.implemented,
        denominator=figures.accepted,
        note=str(FEW) if few else "",
        shown=some_of(figures.implemented, figures.accepted),
        detail="" if few else between(low, high),
        meaning=MEANINGS["count"],
        outcome="implemented",
    )


def _reached(slug: str, label: StrOrPromise, after: int | None, meaning: StrOrPromise = MEANINGS["time"]) -> Line:
    if after is None:
        return Line(slug, label, note=_("not reached"), shown=_("not reached"), meaning=meaning)
    return Line(slug, label, after, note=_("months"), shown=months(after), meaning=meaning)


def _decided(figures: Figures) -> Iterator[Line]:
    """Of the months to any decision the page shows the middle one."""
    for (slug, label), after in zip(DECIDED, figures.any_decision, strict=True):
        line = _reached(slug, label, after, MEANINGS["decided"])
        yield line if slug == "half_decided_after" else replace(line, shown="")


def _states(figures: Figures) -> Iterator[Line]:
    yield _confirmed(figures)
    yield _still_live(figures)
    for outcome, label in (("abandoned", _("Abandoned")), ("open", _("Open"))):
        ideas = getattr(figures, outcome)
        yield Line(
            outcome,
            label,
            ideas,
            denominator=figures.accepted,
            shown=number(ideas),
            meaning=MEANINGS[outcome],
            outcome=outcome,
        )
    for reason, outcome, count in reasons(figures):
        label = _("Abandoned: %(reason)s") % {"reason": reason}
        yield Line(f"abandoned_{outcome.removeprefix(REASON)}", label, count, denominator=figures.abandoned)
    if figures.replications and not figures.group.hidden:
        label, ideas = _("Live in another authority too"), figures.replications
        yield Line("replications", label, ideas, shown=number(ideas), meaning=MEANINGS["elsewhere"])


def _confirmed(figures: Figures) -> Line:
    silent = figures.accepted - figures.confirmed
    rest = ngettext("%(silent)s not confirmed", "%(silent)s not confirmed", silent) % {"silent": number(silent)}
    return Line(
        "confirmed",
        _("Confirmed in the last six months"),
        figures.confirmed,
        denominator=figures.accepted,
        shown=some_of(figures.confirmed, figures.accepted),
        meaning=MEANINGS["confirmed"],
        others=Behind(rest, "unconfirmed") if silent else None,
    )


def _still_live(figures: Figures) -> Line:
    stopped = figures.implemented - figures.still_live
    rest = ngettext("%(stopped)s no longer live", "%(stopped)s no longer live", stopped) % {"stopped": number(stopped)}
    return Line(
        "still_live",
        _("Still live on that day"),
        figures.still_live,
        denominator=figures.implemented,
        shown=some_of(figures.still_live, figures.implemented) if figures.implemented else nothing(),
        meaning=MEANINGS["live"],
        others=Behind(rest, "discontinued") if stopped else None,
    )


def reasons(figures: Figures) -> list[tuple[StrOrPromise, str, int]]:
    """Reason, outcome and number, the most frequent first; none where some of the ideas are others'.

    Those who see others' ideas as a whole could subtract their own from each reason and be left with one idea.
    """
    if figures.group.hidden:
        return []
    told = ((REASONS[slug or UNSAID], of_reason(slug), count) for slug, count in figures.reasons.items() if count)
    return sorted(told, key=lambda row: (-row[2], str(row[0])))


def _bounds(figures: Figures) -> Iterator[Line]:
    """The most and the least that the figures may be, by what dates known to the month or the year only leave open."""
    if figures.bounds is None:
        return
    ends = zip(("earliest", "latest"), (_("at most"), _("at least")), figures.bounds, strict=True)
    for side, end, bound in ends:
        for line in (_count(bound), _within(bound, HORIZONS[0])):
            label = _("%(figure)s, %(end)s, given the imprecise dates") % {"figure": line.label, "end": end}
            values = (line.value, line.low, line.high, line.numerator, line.denominator, line.note)
            yield Line(f"{line.slug}_{side}", label, *values)


def _curve(figures: Figures) -> Iterator[Line]:
    """The table beside the curve: the shares month by month, as far as the page shows them."""
    if not figures.shown_until:
        return
    names = (("implemented", _("implemented")), ("open", _("open")), ("abandoned", _("abandoned")))
    for point in curve_rows(figures):
        for outcome, name in names:
            label = _("Month %(month)d: %(outcome)s") % {"month": point.months, "outcome": name}
            bounds = (point.low, point.high) if outcome == "implemented" else (None, None)
            slug = f"month_{point.months}_{outcome}"
            yield Line(slug, label, getattr(point, outcome), *bounds, note=_at_risk(point.at_risk))


def _at_risk(ideas: int) -> str:
    return ngettext("%(n)d idea still followed", "%(n)d ideas still followed", ideas) % {"n": ideas}
