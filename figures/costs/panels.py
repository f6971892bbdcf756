"""The panel of a cohort's costs that says what was spent for each implemented idea."""

from decimal import Decimal
from typing import Any, Final

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cohorts.clock import local_today
from cohorts.models import Cohort
from figures.costs.cost_per_idea import EstimatedCost, cost_so_far, estimated_cost
from figures.number_formats import day, number, share, share_range
from figures.outcomes.outcome_counts import Figures
from figures.outcomes.queries import implementation_rates
from figures.scope.selection import FiguresScope
from web.pages.panels import Panel
from web.text import formats
from web.text.language import active_language


def cost_panel(_request: HttpRequest, cohort: Cohort, spent: Decimal) -> dict[str, Any] | None:
    """Return the sentences on the cost per implemented idea, as of today; None while nothing is spent or accepted.

    Who may read the costs of a cohort may also read its rates.
    """
    figures = implementation_rates(scope=FiguresScope(cohort=cohort), as_of=local_today(cohort), bounded=False)
    if not (spent and figures.accepted):
        return None
    cost, estimate = cost_so_far(spent, figures), estimated_cost(spent, figures)
    return {
        "cost": "" if cost is None else _euros(cost),
        "so_far": _so_far(spent, figures),
        "estimate": "" if cost is None or estimate is None else _estimate(estimate, figures),
    }


def _so_far(spent: Decimal, figures: Figures) -> str:
    """Return as a sentence what was spent and how many ideas are implemented."""
    if not figures.implemented:
        return _("No idea is implemented yet: there is no cost per implemented idea.")
    return ngettext(
        "By %(day)s: %(spent)s spent, %(implemented)s idea implemented of %(accepted)s accepted.",
        "By %(day)s: %(spent)s spent, %(implemented)s ideas implemented of %(accepted)s accepted.",
        figures.implemented,
    ) % {
        "day": day(figures.as_of),
        "spent": _euros(spent),
        "implemented": number(figures.implemented),
        "accepted": number(figures.accepted),
    }


def _estimate(estimate: EstimatedCost, figures: Figures) -> str:
    """Return as sentences which share of ideas is estimated to be implemented in time, and the cost that follows."""
    ideas = _(
        "Within %(months)s months of acceptance, an estimated %(share)s of the %(accepted)s accepted ideas are"
        " implemented (%(interval)s)."
    ) % {
        "months": number(estimate.months),
        "share": share(estimate.share),
        "accepted": number(figures.accepted),
        "interval": share_range(estimate.low, estimate.high),
    }
    least = {"least": _euros(estimate.least)}
    if estimate.most is None:
        return f"{ideas} {_('With what is spent so far, that is at least %(least)s for each of them.') % least}"
    cost = _("With what is spent so far, that is between %(least)s and %(most)s for each of them.")
    return f"{ideas} {cost % {**least, 'most': _euros(estimate.most)}}"


def _euros(amount: Decimal) -> str:
    """Return an amount in whole euros, in the reader's language."""
    return formats.euros(amount, active_language(), rounded=True)


COST_PANEL: Final = Panel("figures/costs/panel.html", cost_panel)
