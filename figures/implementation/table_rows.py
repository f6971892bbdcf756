"""The figures of the rates page and the rows of its tables, as HTML.

They are composed here because loops in the templates take several times as long.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from figures.figure_lines import FigureLine
from figures.implementation.curve import row_heading
from figures.implementation.funnel import Limits
from figures.outcomes.outcome_counts import CohortCount
from figures.rates import CurvePoint
from web.templatetags.web import number, percent
from web.text.escaping import as_html


def curve_table_rows(points: Iterable[CurvePoint]) -> SafeString:
    """Return the rows of the table behind the curve: months, ideas followed, shares, and the interval of the first."""
    return mark_safe("".join(map(_curve_row, points)))  # noqa: S308 - numbers, and texts that are escaped


def _curve_row(point: CurvePoint) -> str:
    """Return the row of one point of the curve."""
    interval = "" if point.low is None else f"{percent(point.low)} – {percent(point.high)}"
    return (
        f'<tr><th scope="row" class="n">{as_html(row_heading(point))}</th><td class="n">{number(point.at_risk)}</td>'
        f'<td class="n">{percent(point.implemented)}</td><td class="fig">{interval}</td>'
        f'<td class="n">{percent(point.open)}</td><td class="n">{percent(point.abandoned)}</td></tr>'
    )


class FunnelRow(NamedTuple):
    """A cohort in the table of the funnel."""

    name: str
    dot: CohortCount
    limits: Limits

    @property
    def places(self) -> dict[str, str]:
        """Where the ends of the limits, and the share, lie on a line from 0 to 100 %, as SVG writes it."""
        ends = {name: getattr(self.limits, name) for name in ("lowest", "low", "high", "highest")}
        return {name: f"{100 * end:.4g}%" for name, end in {**ends, "share": self.dot.share}.items()}


def funnel_table_rows(rows: Iterable[FunnelRow]) -> SafeString:
    """Return the rows of the cohorts side by side, each with a drawing of its share and of what chance alone gives."""
    return mark_safe("".join(map(_funnel_row, rows)))  # noqa: S308 - numbers, and texts that are escaped


def _funnel_row(row: FunnelRow) -> str:
    """Return the row of one cohort."""
    dot, limits, at = row.dot, row.limits, row.places
    ideas = ngettext("%(some)s of %(all)s idea", "%(some)s of %(all)s ideas", dot.followed)
    implemented = ideas % {"some": number(dot.implemented_by_horizon), "all": number(dot.followed)}
    return (
        f'<tr><th scope="row">{as_html(row.name)}</th><td>{as_html(implemented)}</td>'
        f'<td class="n">{percent(dot.share, 0)}</td><td class="n">{percent(limits.others.share, 0)}</td>'
        f'<td class="fig">{percent(limits.low, 0)} – {percent(limits.high, 0)}</td>'
        '<td><svg class="share-range" aria-hidden="true">'
        f'<line class="share-outer" x1="{at["lowest"]}" x2="{at["highest"]}" y1="50%" y2="50%" />'
        f'<line class="share-inner" x1="{at["low"]}" x2="{at["high"]}" y1="50%" y2="50%" />'
        f'<circle cx="{at["share"]}" cy="50%" r="5" /></svg></td></tr>'
    )


def figure_cards(lines: Iterable[FigureLine], outcome_address: str) -> SafeString:
    """Return the figures as cards: the name, which unfolds the meaning, the value and details.

    `outcome_address` is the beginning of the address of the ideas with an outcome, to which the slug of the outcome is
    added; "" for readers who may not see ideas one by one.
    """
    return mark_safe("".join(_figure_card(line, outcome_address) for line in lines))  # noqa: S308 - texts are escaped


def _figure_card(line: FigureLine, outcome_address: str) -> str:
    """Return one figure."""
    label = as_html(line.label)
    if line.meaning:
        summary, meaning = f'<summary class="small">{label}</summary>', f'<p class="small">{as_html(line.meaning)}</p>'
        name = f'<details class="meaning">{summary}{meaning}</details>'
    else:
        name = f'<p class="small">{label}</p>'
    parts = [f'<b class="figure-value">{_linked(line.display, outcome_address, line.outcome)}</b>']
    if line.detail:
        parts.append(f'<span class="small fig">{as_html(line.detail)}</span>')
    if line.complement:
        rest = _linked(line.complement.text, outcome_address, line.complement.outcome)
        parts.append(f'<span class="small fig">{rest}</span>')
    return f'<div class="figure">{name}<p>{"&#32;".join(parts)}</p></div>'


def _linked(text: str, outcome_address: str, outcome: str) -> str:
    """Return a text as HTML, with a link to the ideas with that outcome if there is one."""
    if not (outcome and outcome_address):
        return as_html(text)
    return f'<a href="{as_html(outcome_address + outcome)}#ideas">{as_html(text)}</a>'
