"""Addresses of the rates page: those with a few choices, and the permanent one of a report."""

from datetime import date, datetime
from urllib.parse import urlencode

from django.urls import reverse

from figures.implementation.forms import RatesForm
from figures.scope.about import OUTCOME_FIELD
from figures.scope.moments import end_of, write_moment
from figures.scope.reports import write_report_cohorts


def rates_address(**parameters: str) -> str:
    """Return the address of the rates page with `parameters` as its query string, such as an edition's slug."""
    return f"{reverse('figures:rates')}?{urlencode(parameters, safe=':')}"


def permanent_parameters(form: RatesForm, at: datetime) -> dict[str, str]:
    """Return the query string of a report, by field, that means the same at any later day; `form` must be valid.

    It names each choice, the day of the figures, the moment after which records are ignored (`at`, or the earlier one
    that was chosen), and the cohorts counted.
    """
    chosen = {name: value for name, value in form.cleaned_data.items() if value and name != OUTCOME_FIELD}
    known_at = end_of(chosen.pop("known_at", None))
    counted = chosen.pop("counted", "") or write_report_cohorts(form.visible, form.scope)
    chosen |= {"known_at": write_moment(min(known_at or at, at))} | ({"counted": counted} if counted else {})
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in chosen.items()}


def permanent_address(form: RatesForm, at: datetime) -> str:
    """Return the path and query string of the permanent address of a report; `form` must be valid."""
    return rates_address(**permanent_parameters(form, at))
