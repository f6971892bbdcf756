"""The list of figures of a rates page, from which the page, its CSV and its XLSX are made."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from figures.figure_lines import TOO_FEW_FOLLOWED, ComplementLink, FigureLine
from figures.implementation.curve import at_risk_text, curve_rows, is_unfinished, month_name
from figures.implementation.definitions import MEANINGS
from figures.number_formats import count_of_total, join_parts, none_yet, number, share, share_range
from figures.outcomes.categories import NO_REASON, REASON_LABELS, REASON_PREFIX, outcome_for_reason
from figures.outcomes.outcome_counts import HORIZONS, Figures

QUANTILES: tuple[tuple[str, float, StrOrPromise], ...] = (
    ("a_quarter_after", 1 / 4, gettext_lazy("Estimated age by which a quarter are implemented")),
    ("half_after", 1 / 2, gettext_lazy("Estimated age by which half are implemented")),
    ("three_quarters_after", 3 / 4, gettext_lazy("Estimated age by which three quarters are implemented")),
)
DECIDED: tuple[tuple[str, StrOrPromise], ...] = (
    ("a_quarter_decided_after", gettext_lazy("Estimated age by which a quarter are implemented or abandoned")),
    ("half_decided_after", gettext_lazy("Estimated age by which half are implemented or abandoned")),
    (
        "three_quarters_decided_after",
        gettext_lazy("Estimated age by which three quarters are implemented or abandoned"),
    ),
)
NO_INTERVAL = gettext_lazy("rough estimate without an interval: all ideas followed that long are of one cohort")
FEW = gettext_lazy("Counts only: with fewer than five ideas a rate would mean nothing.")


def lines(figures: Figures) -> Iterator[FigureLine]:
    """Yield the figures of a rates page as lines, in the order of the page.

    With fewer than five accepted ideas there are counts only, without rates, curve and bounds.
    """
    rated = not figures.is_too_few_for_rates
    yield FigureLine("accepted", _("Accepted"), figures.accepted)
    yield FigureLine("implemented", _("Implemented"), figures.implemented, denominator=figures.accepted)
    if rated:
        yield from (_within(figures, horizon) for horizon in HORIZONS)
    yield _count(figures)
    if rated:
        yield from (
            _months_line(figures, slug, label, figures.months_until_share(part)) for slug, part, label in QUANTILES
        )
        yield from _decided_lines(figures)
    yield from _states(figures)
    yield FigureLine("imprecise", _("Dates known to the month or the year only"), figures.imprecise)
    if rated:
        yield from _bounds(figures)
        yield from _curve(figures)


def _within(figures: Figures, horizon: int) -> FigureLine:
    """Return the line of the share implemented within `horizon` months of acceptance, with its interval.

    “not known yet” and no value where it is not known yet.
    """
    words = ngettext("Implemented within %(months)s month", "Implemented within %(months)s months", horizon)
    slug, label, point = f"within_{horizon}", words % {"months": horizon}, figures.incidence_at(horizon)
    if point is None or point.implemented is None:
        why = str(TOO_FEW_FOLLOWED)
        return FigureLine(slug, label, note=why, display=_("not known yet"), detail=why, meaning=MEANINGS["within"])
    pooled = figures.share_within(horizon)
    no_interval = "" if pooled.interval else str(NO_INTERVAL)
    return FigureLine(
        slug,
        label,
        point.implemented,
        pooled.low,
        pooled.high,
        note=join_parts(at_risk_text(point.at_risk), no_interval),
        display=share(point.implemented),
        detail=no_interval or share_range(pooled.low, pooled.high),
        meaning=MEANINGS["within"],
        interval=pooled.interval or "",
    )


def _count(figures: Figures) -> FigureLine:
    """Return the line of the ideas implemented out of those accepted, with the share.

    It is a count and has no interval (decision 62). With fewer than five accepted ideas, the counts without the share.
    """
    few = figures.is_too_few_for_rates
    return FigureLine(
        "rate",
        _("Implemented so far"),
        value=None if few else figures.rate,
        numerator=figures.implemented,
        denominator=figures.accepted,
        note=str(FEW) if few else "",
        display=_of_accepted(figures.implemented, figures.accepted),
        detail="" if few else share(figures.rate or 0),
        meaning=MEANINGS["count"],
        outcome="implemented",
    )


def _of_accepted(part: int, accepted: int) -> str:
    """Return a count out of the accepted ideas as text: “13 of 49 accepted”."""
    words = ngettext("%(some)s of %(all)s accepted", "%(some)s of %(all)s accepted", accepted)
    return words % {"some": number(part), "all": number(accepted)}


def _months_line(
    figures: Figures, slug: str, label: StrOrPromise, after: int | None, meaning: StrOrPromise = MEANINGS["time"]
) -> FigureLine:
    """Return the line of the months (`after`) by which some share of ideas was reached.

    Where that is None, it was not reached by the last month of the curve, or there is no curve yet.
    """
    if after is None:
        last = figures.last_displayed_month
        words = _("not reached by month %(month)s") % {"month": number(last)} if last else _("not known yet")
        return FigureLine(slug, label, note=words, display=words, meaning=meaning)
    about = ngettext("about %(months)s month", "about %(months)s months", after) % {"months": after}
    return FigureLine(slug, label, after, note=_("months"), display=about, meaning=meaning)


def _decided_lines(figures: Figures) -> Iterator[FigureLine]:
    """Yield the months by which 25, 50 and 75 % of the ideas were closed; pages show half, files all three."""
    for (slug, label), after in zip(DECIDED, figures.any_decision, strict=True):
        line = _months_line(figures, slug, label, after, MEANINGS["decided"])
        yield line if slug == "half_decided_after" else replace(line, display="")


def _states(figures: Figures) -> Iterator[FigureLine]:
    """Yield the lines of ideas by state: confirmed, still live, measured, abandoned, open, live elsewhere.

    Abandoned ideas are counted by reason too.
    """
    yield _confirmed(figures)
    yield from _still_live(figures)
    yield from _measured_effects(figures)
    for outcome, label in (("abandoned", _("Abandoned")), ("open", _("Open"))):
        ideas = getattr(figures, outcome)
        yield FigureLine(
            outcome,
            label,
            ideas,
            denominator=figures.accepted,
            display=number(ideas),
            meaning=MEANINGS[outcome],
            outcome=outcome,
        )
    for reason, outcome, count in reasons(figures):
        label = _("Abandoned (%(reason)s)") % {"reason": reason}
        yield FigureLine(
            f"abandoned_{outcome.removeprefix(REASON_PREFIX)}", label, count, denominator=figures.abandoned
        )
    if figures.replications:
        label, ideas = _("Live in another authority too"), figures.replications
        yield FigureLine("replications", label, ideas, display=number(ideas), meaning=MEANINGS["elsewhere"])


def _confirmed(figures: Figures) -> FigureLine:
    """Return the line of the ideas with an update in the last six months, with a link to the others by state."""
    silent = figures.accepted - figures.confirmed
    still_open = sum(figures.doubts.get("unconfirmed", {}).values())
    rest = _("not updated: %(open)s open, %(closed)s closed") % {
        "open": number(still_open),
        "closed": number(silent - still_open),
    }
    return FigureLine(
        "confirmed",
        _("Updated in the last six months"),
        figures.confirmed,
        denominator=figures.accepted,
        display=_of_accepted(figures.confirmed, figures.accepted),
        meaning=MEANINGS["confirmed"],
        complement=ComplementLink(rest, "unconfirmed") if silent else None,
    )


def _still_live(figures: Figures) -> Iterator[FigureLine]:
    """Yield the lines of the implemented ideas without a recorded end, and of those with an update in six months.

    Pages show one figure, with a link to the ideas that are no longer live.
    """
    stopped = figures.implemented - figures.still_live
    rest = ngettext("%(stopped)s no longer in use", "%(stopped)s no longer in use", stopped) % {
        "stopped": number(stopped)
    }
    still_live = ngettext("%(some)s of %(all)s implemented", "%(some)s of %(all)s implemented", figures.implemented)
    updated = _("updated in the last six months: %(count)s") % {
        "count": count_of_total(figures.confirmed_implemented, figures.implemented)
    }
    yield FigureLine(
        "still_live",
        _("No end of use recorded"),
        figures.still_live,
        denominator=figures.implemented,
        display=still_live % {"some": number(figures.still_live), "all": number(figures.implemented)}
        if figures.implemented
        else none_yet(),
        detail=updated if figures.implemented else "",
        meaning=MEANINGS["live"],
        complement=ComplementLink(rest, "discontinued") if stopped else None,
    )
    label, ideas = _("Implemented ideas updated in the last six months"), figures.confirmed_implemented
    yield FigureLine("confirmed_implemented", label, ideas, denominator=figures.implemented)


def _measured_effects(figures: Figures) -> Iterator[FigureLine]:
    """Yield the line of the implemented ideas measured before and after; none where nothing is implemented, or where
    that was not counted. It is in the files only; the page has a sentence.
    """
    if figures.measured_effects is None or not figures.implemented:
        return
    label, ideas = _("Implemented ideas measured before and after"), figures.measured_effects
    yield FigureLine("measured_effects", label, ideas, denominator=figures.implemented)


def reasons(figures: Figures) -> list[tuple[StrOrPromise, str, int]]:
    """Return (label, outcome slug, number of ideas) for each reason of abandonment, the most frequent first."""
    rows = (
        (REASON_LABELS[slug or NO_REASON], outcome_for_reason(slug), count)
        for slug, count in figures.reasons.items()
        if count
    )
    return sorted(rows, key=lambda row: (-row[2], str(row[0])))


def _bounds(figures: Figures) -> Iterator[FigureLine]:
    """Yield the lines of the highest, then the lowest figures that imprecise dates allow; none without such dates.

    Each side has two lines, without intervals: the plain count, and the share implemented within 12 months.
    """
    if figures.bounds is None:
        return
    sides = zip(("earliest", "latest"), (_("at most"), _("at least")), figures.bounds, strict=True)
    for side, end, bound in sides:
        for line in (_count(bound), _within(bound, HORIZONS[0])):
            label = _("%(figure)s, %(end)s, given the imprecise dates") % {"figure": line.label, "end": end}
            values = (line.value, None, None, line.numerator, line.denominator, line.note)
            yield FigureLine(f"{line.slug}_{side}", label, *values)


def _curve(figures: Figures) -> Iterator[FigureLine]:
    """Yield three lines (implemented, open, abandoned) per month in the table behind the curve; none without a curve.

    They are in the files only. The codes of a month that is not complete name no number, which would mean the
    complete month.
    """
    if not figures.last_displayed_month:
        return
    names = (("implemented", _("implemented")), ("open", _("open")), ("abandoned", _("abandoned")))
    for point in curve_rows(figures):
        code = "unfinished" if is_unfinished(point.months) else point.months
        for outcome, name in names:
            label = _("%(month)s: %(outcome)s") % {"month": month_name(point.months), "outcome": name}
            bounds = (point.low, point.high) if outcome == "implemented" else (None, None)
            slug, note = f"month_{code}_{outcome}", at_risk_text(point.at_risk)
            interval = "" if bounds[0] is None else "by cohort" if figures.pooled else "log-log"
            yield FigureLine(slug, label, getattr(point, outcome), *bounds, note=note, interval=interval)
