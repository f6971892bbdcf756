"""Pages of costs: of a cohort, with its lines and rates, and of all cohorts of an edition."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.budget import actions
from cohorts.budget.costs import CostTotal, read_costs, total_of, totals_by_category
from cohorts.budget.enums import DayGroup
from cohorts.budget.forms import BudgetLineForm, DayRateForm
from cohorts.budget.funding import excess_amount, funded_periods
from cohorts.budget.line_list import BUDGET_LINES
from cohorts.budget.permissions import costs_subject
from cohorts.budget.statements import cohorts_of_edition, statements_of_edition
from cohorts.budget.views.lookups import get_edition_with_costs_or_404, get_line_or_404
from cohorts.cohort.enums import CohortState
from cohorts.hooks import cost_panels
from cohorts.models import Agreement, Cohort, Statement
from cohorts.permissions import can_manage_cohorts
from lists.pages import list_page
from web.database.prepared import prepared
from web.dates.clock import Today, today_everywhere
from web.decisions import enforce
from web.forms.edit_conflicts import column_values
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.pages.panels import render_panels


@require_safe
def costs(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what a cohort costs by category, counted and entered, with its rates, funders and statements; to lab staff
    also whether statements to funders exceed what was spent, those on the edition included.

    404 for a cohort that the person cannot see, 403 if they may not read its costs.
    """
    user, subject = person(request), costs_subject(person(request), slug)
    cohort, today = subject.cohort, today_everywhere()
    read = read_costs([cohort])
    entries = read.entries()
    statements = _statements(user, cohort.edition_id, today)
    total = total_of(entries)
    context = {
        "cohort": cohort,
        "permissions": subject.permissions,
        "rows": totals_by_category(entries),
        "total": total,
        "rates": [
            (DayGroup(group).label, starts_on, euros)
            for (_cohort, group), rates in sorted(read.rates.items())
            for starts_on, euros in reversed(rates)
        ],
        "agreements": _agreements(user, cohort.pk, cohort.edition_id, today),
        "statements": [row for row in reversed(statements) if row.agreement.cohort_id == cohort.pk],
        "excess": excess_amount(funded_periods(statements), read, cohort.pk) if user.is_lab_staff else None,
        "panels": render_panels(cost_panels(), request, cohort, total.spent),
    }
    return render(request, "cohorts/budget/costs.html", context)


@prepared
def _statements(user: User, edition: int, today: Today) -> QuerySet[Statement]:
    """Return the current statements on an edition and its cohorts that the user may read, with their agreements."""
    return Statement.objects.visible_to(user, today).of_edition(edition)


@prepared
def _agreements(user: User, cohort: int, edition: int, today: Today) -> QuerySet[Agreement]:
    """Return the agreements by which a cohort is funded that the user may read, with their funders."""
    rows = Agreement.objects.visible_to(user, today).of_cohort(cohort, edition)
    return rows.select_related("funder", "cohort").order_by("starts_on", "pk")


@require_safe
def budget_lines(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the list of the lines of a cohort's costs; 404 for a cohort that the person cannot see, 403 if they may not
    read its costs.
    """
    listed = costs_subject(person(request), slug)
    can_write = listed.permissions["manage_cohort"]
    context: dict[str, Any] = {"cohort": listed.cohort, "can_write": can_write}
    if can_write:
        context |= {"add_href": reverse("cohorts:add_budget_line", args=[slug]), "add_label": _("Add line")}
    return list_page(request, BUDGET_LINES, "cohorts/budget/lines.html", context, subject_key=slug, subject=listed)


@form_page
def add_budget_line(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff the form that adds a line to the costs of a cohort; add it on POST."""
    cohort = _writable_cohort(request, slug)
    form = BudgetLineForm(submitted_data(request), initial={"kind": "spent"})
    page = _page(cohort, _("Add line"), _("Add"))
    add = actions.add_budget_line
    return form_response(request, form, page, add, cohort=cohort, by=person(request), done=_("The line is added."))


@form_page
def edit_budget_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form of a line; save it on POST, as a line that corrects it once a statement was issued."""
    line = get_line_or_404(request, pk)
    enforce(can_manage_cohorts(person(request)))
    form = BudgetLineForm(submitted_data(request), current=column_values(line, *actions.LINE_FIELDS))
    is_stated = line.is_stated()
    stated = _("A statement was issued for this day. Saving adds a line that corrects this one; the statement stays.")
    page = _page(line.cohort, _("Edit line"), _("Save"), intro=stated if is_stated else "")
    change = actions.change_budget_line
    return form_response(request, form, page, change, line=line, by=person(request), done=_("Saved."))


@form_page
def remove_budget_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask lab staff to confirm that a line is removed; remove it on POST, unless a statement was issued for its day."""
    line = get_line_or_404(request, pk)
    enforce(can_manage_cohorts(person(request)))
    title = _("Remove the line “%(line)s”") % {"line": line}
    consequences = (_("The line is left out of all totals."),)
    page = _page(line.cohort, title, _("Remove the line"), consequences=consequences, is_destructive=True)
    form = ConfirmationForm(submitted_data(request))
    return form_response(
        request, form, page, actions.remove_budget_line, line=line, by=person(request), done=_("The line is removed.")
    )


@form_page
def set_day_rate(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff the form that sets what a day in a session costs from a day on; save it on POST."""
    cohort = _writable_cohort(request, slug)
    form = DayRateForm(submitted_data(request), initial={"starts_on": cohort.starts_on})
    intro = _("Days in sessions are counted, and multiplied by the rate that applies on that day.")
    page = _page(cohort, _("Set a day rate"), _("Save"), intro=intro, back="cohorts:costs")
    return form_response(
        request, form, page, actions.set_day_rate, cohort=cohort, by=person(request), done=_("The rate is set.")
    )


@require_safe
def edition_costs(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff what is planned and spent by each cohort of an edition, and in all, and who funds the whole
    edition; 403 for others.

    Withdrawn cohorts are listed if they spent something. Statements that exceed what was spent are marked.
    """
    edition = get_edition_with_costs_or_404(request, slug)
    cohorts = cohorts_of_edition(edition.pk)
    agreements = edition.agreements.visible_to(person(request), today_everywhere()).filter(cohort=None)
    totals = {cohort.pk: CostTotal() for cohort in cohorts if cohort.state != CohortState.WITHDRAWN}
    read, periods = read_costs(cohorts), funded_periods(statements_of_edition(edition.pk))
    entries = read.entries()
    for entry in entries:
        totals.setdefault(entry.cohort, CostTotal()).add(entry)
    context = {
        "edition": edition,
        "rows": [(cohort, totals[cohort.pk]) for cohort in cohorts if cohort.pk in totals],
        "total": total_of(entries),
        "agreements": agreements.select_related("funder").order_by("starts_on", "pk"),
        "excess": max(excess_amount(periods, read, key) for key in (None, *(cohort.pk for cohort in cohorts))),
        "can_write": can_manage_cohorts(person(request)),
    }
    return render(request, "cohorts/budget/edition.html", context)


def _writable_cohort(request: HttpRequest, slug: str) -> Cohort:
    """Return the cohort with this slug; raise Http404 or Refused unless the person may change its costs."""
    subject = costs_subject(person(request), slug)
    enforce(subject.permissions["manage_cohort"])
    return subject.cohort


def _page(cohort: Cohort, title: str, action: str, *, back: str = "cohorts:budget_lines", **more: Any) -> FormPage:
    """Return a page with one form about the costs of a cohort, which leads back to its lines."""
    href = reverse(back, args=[cohort.slug])
    costs_href = reverse("cohorts:costs", args=[cohort.slug])
    crumb: dict[str, Any] = {"crumb": _("Costs and funders"), "crumb_href": costs_href, "parent": cohort.name}
    return FormPage(title, action, href, **crumb, **more)
