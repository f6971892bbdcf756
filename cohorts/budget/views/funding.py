"""Pages of agreements with funders, and of the statements issued to them."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.budget import actions
from cohorts.budget.file_owners import owner_of
from cohorts.budget.forms import AgreementForm, ReissueForm, StatementForm
from cohorts.budget.funding_lists import AGREEMENTS, STATEMENTS
from cohorts.budget.statements import check_statement, draft_of, entries_of, statement_table
from cohorts.budget.views.lookups import get_agreement_or_404, get_edition_with_costs_or_404, get_statement_or_404
from cohorts.permissions import can_manage_cohorts
from files.attachments.panels import files_panel
from lists.pages import list_page
from programmes.models import Edition
from web.dates.clock import day_in, platform_today
from web.decisions import enforce
from web.exports.downloads import download_table
from web.forms.pages import FormPage, apply_form, form_page, form_response, submitted_data
from web.text.language import active_language


@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """Show the list of the agreements that the person may see."""
    return list_page(request, AGREEMENTS, "cohorts/budget/agreements.html")


@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """Show the list of the statements that the person may see."""
    return list_page(request, STATEMENTS, "cohorts/budget/statements.html")


@form_page
def add_agreement(request: HttpRequest, slug: str) -> HttpResponse:
    """Show lab staff the form that adds an agreement with a funder of an edition; add it on POST."""
    edition = get_edition_with_costs_or_404(request, slug)
    enforce(can_manage_cohorts(person(request)))
    initial = {"cohort": request.GET.get("cohort"), "starts_on": edition.starts_on, "ends_on": edition.ends_on}
    form = AgreementForm(submitted_data(request), edition=edition, initial=initial)
    page = _agreement_page(edition, _("Add agreement"), _("Add"))
    return form_response(
        request,
        form,
        page,
        actions.add_agreement,
        edition=edition,
        by=person(request),
        done=_("The agreement is added."),
    )


@require_safe
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an agreement with its documents and its statements; 404 if the person may not see it."""
    user, row = person(request), get_agreement_or_404(request, pk)
    owner = owner_of(row, user)
    context = {
        "agreement": row,
        "files": files_panel(owner, day_in(owner.zone, now())),
        "statements": row.statements.current().order_by("-number"),
        "can_write": can_manage_cohorts(user),
    }
    return render(request, "cohorts/budget/agreement.html", context)


@form_page
def edit_agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the form of an agreement; save it on POST."""
    agreement = get_agreement_or_404(request, pk)
    enforce(can_manage_cohorts(person(request)))
    current = actions.agreement_values(agreement)
    form = AgreementForm(submitted_data(request), edition=agreement.edition, agreement=agreement, current=current)
    stated = _("A statement was issued on this agreement: only its last day and reference can change.")
    intro = "" if "share" in form.fields else stated
    page = _agreement_page(agreement.edition, _("Edit agreement"), _("Save"), intro=intro)
    change = actions.change_agreement
    return form_response(request, form, page, change, agreement=agreement, by=person(request), done=_("Saved."))


def _agreement_page(edition: Edition, title: str, action: str, **more: Any) -> FormPage:
    """Return a page with one form about an agreement on an edition, which leads back to the list of agreements."""
    back, costs_href = reverse("cohorts:agreements"), reverse("cohorts:edition_costs", args=[edition.slug])
    crumb: dict[str, Any] = {"crumb": _("Costs and funders"), "crumb_href": costs_href, "parent": edition.name}
    return FormPage(title, action, back, **crumb, **more)


@form_page
def issue_statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff what a statement on an agreement would hold for the period of the address; issue it on POST.

    The first day proposed is the one after the last statement on the agreement.
    """
    user, agreement, today = person(request), get_agreement_or_404(request, pk), platform_today()
    enforce(can_manage_cohorts(user))
    data = submitted_data(request) or (request.GET if "first_day" in request.GET else None)
    last_day = min(agreement.ends_on, today - timedelta(days=1))
    stated = agreement.statements.aggregate(until=Max("last_day", filter=Q(last_day__lt=last_day)))["until"]
    first_day = stated + timedelta(days=1) if stated else agreement.starts_on
    form = StatementForm(data, initial={"first_day": first_day, "last_day": last_day})
    if request.method == "POST":
        issue = actions.issue_statement
        if statement := apply_form(form, issue, agreement=agreement, today=today, by=user):
            messages.success(request, _("The statement is issued. Its numbers will not change."))
            return redirect(statement)
    draft = draft_of(agreement, **form.cleaned_data) if form.is_bound and form.is_valid() else None
    return render(request, "cohorts/budget/issue.html", {"agreement": agreement, "form": form, "draft": draft})


@require_safe
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an issued statement, ready to print; 404 if the person may not see it.

    Lab staff are warned if the costs of its period have changed since, and if statements exceed them.
    """
    row = get_statement_or_404(request, pk)
    replacement, can_write = getattr(row, "replacement", None), can_manage_cohorts(person(request))
    context = {
        "statement": row,
        "check": check_statement(row) if can_write and not replacement else None,
        "entries": entries_of(row),
        "has_cohorts": row.agreement.cohort is None,
        "replacement": replacement,
        "can_write": can_write,
    }
    return render(request, "cohorts/budget/statement.html", context)


@require_safe
def statement_file(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """Download an issued statement as a table; 404 if the person may not see it."""
    row = get_statement_or_404(request, pk)
    name = f"statement-{row}.{file_format}"
    return download_table(statement_table(row, entries_of(row)), file_format, name=name, language=active_language())


@form_page
def reissue_statement(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask lab staff why a statement is issued again; on POST, issue one with the costs as they are now."""
    row = get_statement_or_404(request, pk)
    enforce(can_manage_cohorts(person(request)))
    page = FormPage(
        _("Issue statement %(number)s again") % {"number": row},
        _("Issue again"),
        row.get_absolute_url(),
        crumb=str(row),
        consequences=(
            _("A new statement for the same period replaces this one, with the costs as they are now."),
            _("This statement keeps its numbers; its page leads to the new one."),
        ),
    )
    return form_response(
        request,
        ReissueForm(submitted_data(request)),
        page,
        actions.reissue_statement,
        statement=row,
        today=platform_today(),
        by=person(request),
        done=_("The statement is issued. Its numbers will not change."),
        to_result=True,
    )
