"""The figures of the rates as lines of a table, the same as the page shows, with what each of them means. Pure.

A figure that the page does not show is a line without values, whose note says why.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django_stubs_ext import StrOrPromise

from prototypes.figures import HORIZONS, Figures, Group
from prototypes.outcomes import REASON
from prototypes.rates_chart import curve_rows
from prototypes.rates_lines import reasons
from prototypes.work_figures import WorkFigures

SHARES: Final[tuple[tuple[str, float, StrOrPromise], ...]] = (
    ("a_quarter_after", 1 / 4, gettext_lazy("A quarter implemented after (months)")),
    ("half_after", 1 / 2, gettext_lazy("Half implemented after (months)")),
    ("three_quarters_after", 3 / 4, gettext_lazy("Three quarters implemented after (months)")),
)
MASKED: Final = gettext_lazy(
    "Fewer than five of these ideas are others’: their figures are shown only to those who may see the ideas one by"
    " one."
)
FEW: Final = gettext_lazy("Counts only: with fewer than five ideas a rate would mean nothing.")
NOTHING: Final = gettext_lazy("Nothing yet: no idea had been accepted by that day.")
NOWHERE: Final = gettext_lazy("Nothing to show yet")


class Line(NamedTuple):
    """One figure. `slug` stays the same in every language; shares and their bounds are floats, counts integers."""

    slug: str
    label: str
    value: int | float | None = None
    low: float | None = None
    high: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    note: str = ""


def header() -> list[str]:
    return [
        _("Code"),
        _("Figure"),
        _("Value"),
        _("Low bound"),
        _("High bound"),
        _("Numerator"),
        _("Denominator"),
        _("Note"),
    ]


def lines(figures: Figures | None, work: WorkFigures | None = None) -> list[Line]:
    """In the order of the page; one line that says so where there is nothing for this reader."""
    if figures is None:
        return [Line("accepted", _("Accepted"), note=str(NOWHERE))]
    given = [] if work is None or work.empty else list(_work(work))
    if figures.masked:
        return [Line("accepted", _("Accepted"), note=str(MASKED)), *given]
    return [*_measured(figures), *_left_out(figures), *given]


def _work(work: WorkFigures) -> Iterator[Line]:
    """What the work gave, each group masked for itself."""
    firsts, locked, came = _("First prototype in test on time"), _("Locked before observing"), _("Attendance")
    if work.started.masked:
        yield Line("first_prototype_on_time", firsts, note=_("fewer than five"))
    else:
        yield Line("first_prototype_on_time", firsts, work.firsts["on_time"], denominator=work.targeted)
        yield Line("first_prototype_half_after", _("Half of the cohorts after (months)"), work.median_months)
    yield _group("tests_concluded", _("Tests concluded"), work.tests)
    if not work.tests.masked:
        low, high = work.locked_interval or (None, None)
        yield Line("tests_locked", locked, work.locked_share, low, high, work.locked, work.tests.total)
    if work.people.masked:
        yield Line("attendance", came, note=_("fewer than five"))
    else:
        unknown = work.expected + work.unknown
        yield Line("attendance", came, work.attendance, None, None, work.came, work.expected)
        yield Line(
            "attendance_unknown", _("Half-days not noted"), work.unknown_share, None, None, work.unknown, unknown
        )


def _measured(figures: Figures) -> Iterator[Line]:
    yield Line("accepted", _("Accepted"), figures.accepted, note="" if figures.accepted else str(NOTHING))
    if not figures.accepted:
        return
    yield from _counts(figures)
    if figures.only_counts:
        yield Line("rate", _("Plain share implemented"), note=str(FEW))
        return
    yield _rate("rate", _("Plain share implemented"), figures)
    yield from (_within(figures, months) for months in HORIZONS)
    for slug, share, label in SHARES:
        months = figures.months_to(share)
        yield Line(slug, str(label), months, note="" if months is not None else _("not reached"))
    yield from _imprecise(figures)
    yield from _curve(figures)


def _counts(figures: Figures) -> Iterator[Line]:
    accepted = figures.accepted
    for outcome, label in (("implemented", _("Implemented")), ("abandoned", _("Abandoned")), ("open", _("Open"))):
        yield Line(outcome, label, getattr(figures, outcome), denominator=accepted)
    yield Line("still_live", _("Still live on that day"), figures.still_live, denominator=figures.implemented)
    sign = _("A sign in the six months before")
    yield Line("confirmed", sign, figures.confirmed, denominator=accepted)
    yield Line("replications", _("Live in another authority, too"), figures.replications)
    for reason, outcome, count in reasons(figures):
        label = _("Abandoned: %(reason)s") % {"reason": reason}
        yield Line(f"abandoned_{outcome.removeprefix(REASON)}", label, count, denominator=figures.abandoned)


def _rate(slug: str, label: str, figures: Figures) -> Line:
    low, high = figures.interval or (None, None)
    return Line(slug, label, figures.rate, low, high, figures.implemented, figures.accepted)


def _within(figures: Figures, months: int) -> Line:
    """The incidence after so many months; nothing past the last month at which five ideas are at risk."""
    label = ngettext("Implemented within %(n)d month", "Implemented within %(n)d months", months) % {"n": months}
    point = figures.within(months)
    if point is None:
        return Line(f"within_{months}", label, note=_("fewer than five ideas were followed that long"))
    return Line(f"within_{months}", label, point.implemented, point.low, point.high, note=_at_risk(point.at_risk))


def _imprecise(figures: Figures) -> Iterator[Line]:
    """What dates known to the month or the year only could change."""
    yield Line("imprecise", _("Dates known to the month or the year only"), figures.imprecise)
    if figures.bounds:
        earliest, latest = figures.bounds
        yield _rate("rate_earliest", _("Plain share, these dates as early as may be"), earliest)
        yield _rate("rate_latest", _("Plain share, these dates as late as may be"), latest)


def _curve(figures: Figures) -> Iterator[Line]:
    """The table beside the curve: the shares month by month, as far as the page shows them."""
    if figures.shown_until is None:
        return
    names = (("implemented", _("implemented")), ("open", _("open")), ("abandoned", _("abandoned")))
    for point in curve_rows(figures):
        for outcome, name in names:
            label = _("Month %(month)d: %(outcome)s") % {"month": point.months, "outcome": name}
            bounds = (point.low, point.high) if outcome == "implemented" else (None, None)
            slug = f"month_{point.months}_{outcome}"
            yield Line(slug, label, getattr(point, outcome), *bounds, note=_at_risk(point.at_risk))


def _at_risk(ideas: int) -> str:
    return ngettext("%(n)d idea at risk", "%(n)d ideas at risk", ideas) % {"n": ideas}


def _left_out(figures: Figures) -> Iterator[Line]:
    yield _group("captured", _("Left out: only noted"), figures.captured)
    yield _group("merged", _("Left out: merged into another"), figures.merged)
    yield Line("retrospective", _("Left out: known from publications"), figures.retrospective)


def _group(slug: str, label: str, group: Group) -> Line:
    return Line(slug, label, group.shown, note=_("fewer than five") if group.masked else "")


def definitions() -> list[tuple[str, str]]:
    """What the words of the table mean, as the page says it."""
    return [
        (
            _("Who is counted"),
            _(
                "An idea counts from the day it is accepted: its clock starts then, and being reopened later does not"
                " start it again. It counts as implemented on the day its own authority first has it live, in full or"
                " adapted, with evidence. What is live in part only still counts as open, and so does an idea that is"
                " parked. It counts as abandoned if that is its state on the day of the figures. Months are completed"
                " calendar months."
            ),
        ),
        (
            _("Implemented, abandoned, open"),
            _(
                "Every idea accepted is implemented, abandoned or still open, never two of them. An implementation"
                " that stops later was still one: how many are live today is a figure of its own."
            ),
        ),
        (
            _("The plain count"),
            _(
                "So many implemented of so many accepted, whatever their age. The range beside it is Wilson’s 95 %%"
                " interval: with as few ideas as these, chance alone could have given any share in it."
            )
            % {},
        ),
        (
            _("Implemented within so many months"),
            _(
                "Young ideas have had little time, so the plain count is unfair to them. The curve follows each idea"
                " for as long as it is known and then adds up, month by month, the chance of being implemented: the"
                " cumulative incidence of Aalen and Johansen, with a 95%% interval on the log-log scale. Abandoned"
                " ideas stay in it as what they are, ideas that will not be implemented."
            )
            % {},
        ),
        (
            _("At risk"),
            _(
                "“At risk” is the number of ideas still open and followed that long. Where fewer than five are left,"
                " the curve stops and figures are not shown."
            ),
        ),
        (
            _("What is left out, and why"),
            _(
                "Ideas only noted have no clock yet. An idea merged into another is counted there, once. Ideas known"
                " from publications have no known day of acceptance: they are counted apart."
            ),
        ),
        (
            _("Who sees what"),
            _(
                "The ideas of an authority are shown one by one to its people, to its admins and to the lab. Others"
                " of the edition see the edition as a whole, and nothing where fewer than five ideas are not their"
                " own. Authorities are never ranked."
            ),
        ),
    ]
