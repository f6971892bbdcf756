"""The page of what changed between two figures, its downloads, and the download of the rates with what changed."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.acting.support_session import is_acting
from accounts.models import User
from accounts.requests import person
from figures.changes import report
from figures.changes.forms import ChangesForm
from figures.changes.lines import ChangeLog, change_log
from figures.changes.queries import Comparison, Side, compare
from figures.changes.table_rows import changed_idea_rows
from figures.implementation.addresses import permanent_parameters, rates_address
from figures.implementation.exports import ABOUT, RatesQuery, figures_table, file_name, parse_rates_query
from figures.number_formats import day
from figures.outcomes.outcome_counts import Figures
from figures.outcomes.queries import implementation_rates
from figures.scope.about import about_rows
from figures.scope.choices import CHOICES, choices_page
from figures.scope.moments import end_of, moment_text, write_moment
from figures.scope.reports import missing_from_report, write_report_cohorts
from figures.scope.sentences import DATED_EDITIONS, coverage, scope_labels
from figures.scope.visibility import visible_cohorts
from figures.visits.recording import last_changed_visit, record_changes_read, report_key
from web.dates.clock import platform_day, platform_today
from web.exports.downloads import download_table
from web.exports.tables import Cell, FurtherSheet, Table
from web.pages.pagination import LAST_PAGE, Page, page_number
from web.site_addresses import absolute_url
from web.text.language import active_language

PER_PAGE: Final = 50


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """Show what changed between two figures of the rates page: why, by how much, by whom; and both figures.

    The query string is that of the rates page, with the day or moment `since`. Readers see ideas one by one where the
    rates page shows them so, else the net change of each cohort that shares its figures.
    """
    form = _form(request)
    if CHOICES in request.GET:
        return choices_page(request, form)
    context: dict[str, Any] = {
        "form": form,
        "scope_labels": scope_labels(form.visible, form.scope, editions=DATED_EDITIONS),
        "nothing_to_show": form.visible.has_nothing_to_show(form.scope),
    }
    if form.is_valid() and not context["nothing_to_show"]:
        context |= _log_context(request, form, now())
    return render(request, "figures/changes/page.html", context)


@require_safe
def changes_table(request: HttpRequest, file_format: str) -> HttpResponse:
    """Download what changed for the query string of the page; `file_format` is the file type, “csv” or “xlsx”.

    An invalid query string redirects to the page, which shows the errors. At most 2,000 ideas have a row of their own.
    """
    form, at = _form(request), now()
    if not form.is_valid():
        return redirect(f"{reverse('figures:changes')}?{request.GET.urlencode()}")
    table = Table(
        title=_("What changed"),
        header=report.header(),
        rows=_rows(form, person(request), at),
        about_title=str(ABOUT),
        about=[
            *about_rows(form, _("Ideas covered")),
            (_("Permanent address"), absolute_url(_permanent_address(form, at))),
        ],
        widths=report.WIDTHS,
    )
    name = file_name(pgettext("name of a file", "changes"), form.cleaned_data["as_of"], file_format)
    return download_table(table, file_format, name=name, language=active_language())


@require_safe
def rates_figures(request: HttpRequest, file_format: str) -> HttpResponse:
    """Download the figures of the rates page for its query string, and what changed since its reader last looked.

    `file_format` is “csv” or “xlsx”. What changed is a sheet of its own in XLSX; it is that of thirty days
    where the figures are those that the reader saw. An invalid query string redirects to the page, which shows the
    errors.
    """
    user, at = person(request), now()
    query = parse_rates_query(user, request.GET, today=platform_today())
    if not query.form.is_valid():
        return redirect(f"{reverse('figures:rates')}?{request.GET.urlencode()}")
    figures = query.figures()
    table = figures_table(query, figures)
    if figures:
        table = _with_changes(table, _changes_form(query, figures, user), user, at)
    name = file_name(pgettext("name of a file", "rates"), query.as_of, file_format)
    return download_table(table, file_format, name=name, language=active_language())


def _changes_form(query: RatesQuery, figures: Figures, user: User) -> ChangesForm:
    """Return the form that compares valid figures with those the person saw before, or of thirty days before."""
    address, form = query.address.copy(), query.form
    address.pop("since", None)
    if not (query.known_at or form.cleaned_data["counted"]):
        report_name = report_key(form.scope, figures.as_of, today=form.today)
        if changed_since := last_changed_visit(user=user, report=report_name, figures=figures):
            address["since"] = write_moment(changed_since)
    return ChangesForm(address, visible=query.visible, today=form.today)


def _with_changes(table: Table, form: ChangesForm, user: User, at: datetime) -> Table:
    """Return the table with what changed as a further one; as it is where the form is not valid."""
    if not form.is_valid():
        return table
    sheet = FurtherSheet(_("What changed"), report.header(), _rows(form, user, at), report.WIDTHS)
    since = str(form.fields["since"].label), moment_text(form.cleaned_data["since"])
    return replace(table, about=[*table.about, since], further=sheet)


def _rows(form: ChangesForm, user: User, at: datetime) -> list[tuple[Cell, ...]]:
    """Return the rows of what changed for a valid form; none where there is nothing to show to this person."""
    if form.visible.has_nothing_to_show(form.scope):
        return []
    return list(report.cells(change_log(form.visible, _comparison(form), user, at=at, limit=report.MAX_ROWS)))


def _form(request: HttpRequest) -> ChangesForm:
    """Return the form with the choices in the query string, for the signed-in person and today."""
    visible = visible_cohorts(person(request), request.GET)
    return ChangesForm(request.GET, visible=visible, today=platform_today())


def _comparison(form: ChangesForm) -> Comparison:
    """Return the two figures that a valid form compares."""
    since, until = form.sides()
    return compare(form.visible, form.scope, since=since, until=until)


def _log_context(request: HttpRequest, form: ChangesForm, at: datetime) -> dict[str, Any]:
    """Return the template context of what changed, for a valid form; `at` is the present moment.

    Where the later figures are the present ones, the person has then read what changed.
    """
    comparison, number = _comparison(form), page_number(request.GET.get("page"))
    skip = (number - 1) * PER_PAGE
    log = change_log(form.visible, comparison, person(request), at=at, skip=skip, limit=PER_PAGE)
    count = log.changes.idea_count
    if request.method == "GET" and not is_acting(request):
        _record_reading(person(request), form, comparison, at)
    return {
        "log": log,
        "idea_rows": changed_idea_rows(log.ideas),
        "page": Page(log.ideas, number, count, capped=False, has_next=number * PER_PAGE < count and number < LAST_PAGE),
        "figures_rows": _figures_rows(log),
        "sides": [_side_context(form, side, at) for side in (comparison.earlier, comparison.later)],
        "coverage": coverage(form.visible, form.scope).sentences,
        "report_notice": missing_from_report(form.visible, form.scope, form.cleaned_data["counted"]),
        "tags": [(label, value) for name, label, value in form.chosen() if name not in {"since", "known_at", "as_of"}],
        "permanent_address": absolute_url(_permanent_address(form, at)),
        "made_on": platform_day(at),
    }


def _record_reading(user: User, form: ChangesForm, comparison: Comparison, at: datetime) -> None:
    """Record that the person has read what changed, where the later figures are the present ones."""
    later, since = comparison.later, comparison.earlier.known_at
    if later.known_at or since is None or form.cleaned_data["counted"]:
        return
    figures = implementation_rates(scope=form.scope, as_of=later.as_of, bounded=False)
    report_name = report_key(form.scope, later.as_of, today=form.today)
    record_changes_read(user=user, report=report_name, figures=figures, since=since, at=at)


def _figures_rows(log: ChangeLog) -> list[tuple[str, int, int, int]]:
    """Return (label, earlier number, later number, difference) of each count."""
    labels = (_("Accepted"), _("Implemented"), _("Abandoned"))
    rows = zip(labels, log.changes.earlier, log.changes.later, log.changes.difference, strict=True)
    return [(str(label), earlier, later, difference) for label, earlier, later, difference in rows]


def _side_context(form: ChangesForm, side: Side, at: datetime) -> dict[str, str]:
    """Return the text and the address of one of the two figures: its day, and what was known then.

    The address of figures as known now is that of the present page, without a moment.
    """
    fixed = {"since", "known_at", "counted"}
    parameters = {name: value for name, value in permanent_parameters(form, at).items() if name not in fixed}
    parameters["as_of"] = side.as_of.isoformat()
    if side.known_at:
        counted = write_report_cohorts(form.visible, side.scope)
        parameters |= {"known_at": write_moment(side.known_at)} | ({"counted": counted} if counted else {})
    return {
        "as_of": day(side.as_of),
        "known_at": moment_text(side.known_at) if side.known_at else "",
        "address": rates_address(**parameters),
    }


def _permanent_address(form: ChangesForm, at: datetime) -> str:
    """Return the address that lists the same changes at any later day; which cohorts shared when is recorded."""
    parameters = {name: value for name, value in permanent_parameters(form, at).items() if name != "counted"}
    since = end_of(form.cleaned_data["since"]) or at
    return f"{reverse('figures:changes')}?{urlencode(parameters | {'since': write_moment(since)}, safe=':')}"
