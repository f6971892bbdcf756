"""Reading: the list of exchanges by edition, and the page of one."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.cohort.enums import CohortState
from cohorts.cohort.timelines import cohorts_layout, marks_of, with_calendar
from cohorts.models import Cohort
from exchanges.content.context import promises, published, with_contents
from exchanges.exchange.action_pages import now
from exchanges.exchange.clock import exchange_today
from exchanges.models import Exchange
from exchanges.pages.exchange_context import sheet
from exchanges.pages.filters import ExchangeFilter
from exchanges.permissions import may_propose
from exchanges.registration.seats import with_line
from programmes.enums import EditionState
from programmes.models import Edition
from web.database.prepared import one_or_404, prepared
from web.dates.clock import platform_today
from web.pages.htmx import render as render_part
from web.pages.pagination import Page, paginate

AT_ONCE = 20  # on a page of the list: what is to come, and a few of those before
BY_EDITION = (F("edition__starts_on").desc(nulls_last=True), "edition_id")
BY_DAY = (F("first_day").asc(nulls_last=True), F("number").asc(nulls_last=True), "id")


@require_safe
def exchange_list(request: HttpRequest) -> HttpResponse:
    """Exchanges of the editions the person takes part in, and published ones."""
    visible = Exchange.objects.visible_to(person(request))
    editions = Edition.objects.filter(pk__in=visible.values("edition")).latest_first()
    search = ExchangeFilter(request.GET, visible.with_place(), editions=list(editions.values_list("slug", "name")))
    page = paginate(search.qs.order_by(*BY_EDITION, *BY_DAY), request.GET.get("page"), per_page=AT_ONCE)
    context = {
        "page": page,
        "filter": search,
        **_line(page, person(request)),
        "to_plan": _to_plan(page, person(request)),
    }
    return render_part(request, "exchanges/list.html", "results", context)


def _to_plan(page: Page[Exchange], user: User) -> list[Edition]:
    """Editions of the page for which the person may propose one more."""
    shown = {exchange.edition_id: exchange.edition for exchange in page}
    return [edition for edition in shown.values() if may_propose(user, edition)]


def _line(page: Page[Exchange], user: User) -> dict[str, Any]:
    """The first edition under way on the page: one line through those of its cohorts the person may see."""
    planned = (row.edition for row in page if not row.retrospective)
    edition = next((edition for edition in planned if edition.state == EditionState.RUNNING), None)
    if edition is None:
        return {}
    rows = _cohorts(user, edition.pk)
    for row in rows:
        row.edition = edition
    return {"line_edition": edition, "layout": cohorts_layout(rows, marks=marks_of(rows), today=platform_today())}


@prepared
def _cohorts(user: User, edition: int) -> QuerySet[Cohort]:
    cohorts = Cohort.objects.visible_to(user).filter(edition=edition).exclude(state=CohortState.WITHDRAWN)
    return with_calendar(cohorts.by_start(), user)


@prepared
def _exchange(user: User, pk: int) -> QuerySet[Exchange]:
    visible = Exchange.objects.visible_to(user).with_place().with_own_answer(user)
    return with_contents(with_line(visible.select_related("turn")), user).filter(pk=pk)


@require_safe
def exchange(request: HttpRequest, pk: int) -> HttpResponse:
    """When, where, who comes, which letters leave."""
    found = one_or_404(_exchange(person(request), pk))
    context = {
        **sheet(found, person(request), now(), exchange_today(found)),
        "promises": promises(found, person(request)),
        "published": published(found, person(request)),
    }
    return render(request, "exchanges/exchange.html", context)
