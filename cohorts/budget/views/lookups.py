"""Find the line, agreement, statement or edition of a page of costs, or raise Http404."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.requests import person
from cohorts.models import Agreement, BudgetLine, Statement
from cohorts.permissions import can_see_edition_costs
from programmes.models import Edition
from web.database.prepared import one_or_404, prepared
from web.dates.clock import Today, today_everywhere
from web.decisions import enforce


def get_line_or_404(request: HttpRequest, pk: int) -> BudgetLine:
    """Return the line with this key, with its cohort, if the person who asks may read it; else raise Http404."""
    rows = BudgetLine.objects.visible_to(person(request), today_everywhere())
    return get_object_or_404(rows.select_related("cohort__authority", "cohort__edition"), pk=pk)


def get_agreement_or_404(request: HttpRequest, pk: int) -> Agreement:
    """Return the agreement with this key, with what it is about, if the person may read it; else raise Http404."""
    rows = Agreement.objects.visible_to(person(request), today_everywhere())
    return get_object_or_404(rows.select_related("funder", "edition", "cohort__authority"), pk=pk)


def get_statement_or_404(request: HttpRequest, pk: int) -> Statement:
    """Return the statement with this key, with its agreement, if the person may read it; else raise Http404."""
    return one_or_404(_statement(person(request), pk, today_everywhere()))


@prepared
def _statement(user: User, pk: int, today: Today) -> QuerySet[Statement]:
    """Return the statement with this key, with its agreement, if the person may read it."""
    related = ("agreement__funder", "agreement__edition", "agreement__cohort", "issued_by", "replaces", "replacement")
    return Statement.objects.visible_to(user, today).select_related(*related).filter(pk=pk)


def get_edition_with_costs_or_404(request: HttpRequest, slug: str) -> Edition:
    """Return the edition with this slug, if the person may read the costs of its cohorts.

    Raises Http404 if they may not see the edition, and Refused (403) unless they are lab staff.
    """
    edition = get_object_or_404(Edition.objects.visible_to(person(request)), slug=slug, retrospective=False)
    enforce(can_see_edition_costs(person(request)))
    return edition
