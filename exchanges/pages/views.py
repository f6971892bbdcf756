"""The list of exchanges by edition, and the page of one exchange."""

from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from cohorts.cohort.timelines import cohorts_layout, marks_of, with_calendar
from cohorts.models import Cohort
from exchanges.content.context import carried_commitments, published_content, with_contents
from exchanges.exchange.clock import exchange_today
from exchanges.exchange.pages import current_time
from exchanges.models import Exchange
from exchanges.pages.exchange_context import exchange_page_context
from exchanges.pages.filters import ExchangeFilter
from exchanges.permissions import can_propose_exchange
from exchanges.registration.seats import with_guest_count
from programmes.enums import EditionState
from programmes.models import Edition
from web.database.prepared import one_or_404, prepared
from web.dates.clock import platform_today
from web.lists.columns import Reader
from web.pages.htmx import render as render_part
from web.pages.pagination import Page, paginate

PER_PAGE = 20  # enough for upcoming exchanges and a few earlier ones
BY_EDITION = (F("edition__starts_on").desc(nulls_last=True), "edition_id")
# Columns that the list shows. Others are not read.
LIST_COLUMNS = (
    "kind",
    "kind_label",
    "number",
    "theme",
    "state",
    "retrospective",
    "venue",
    "host__name",
    "first_day",
    "first_day_precision",
    "days",
    "edition__name",
    "edition__slug",
    "edition__state",
    "edition__programme__family",
    "edition__format__exchange_interval_months",
)
BY_DAY = (F("first_day").asc(nulls_last=True), F("number").asc(nulls_last=True), "id")


@require_safe
def exchange_list(request: HttpRequest) -> HttpResponse:
    """List the exchanges that the person may see, grouped by edition, the latest edition first, 20 a page.

    These are exchanges of editions where they are a member or an authority admin, and imported published facts; lab
    staff see all.
    """
    user = person(request)
    rows = Exchange.objects.visible_to(user).select_related("edition__programme", "edition__format", "host")
    search = ExchangeFilter(request.GET, rows.only(*LIST_COLUMNS), reader=Reader(user, platform_today()))
    page = paginate(search.qs.order_by(*BY_EDITION, *BY_DAY), request.GET.get("page"), per_page=PER_PAGE)
    context = {
        "page": page,
        "filter": search,
        **_timeline_context(page, user),
        "to_plan": _editions_to_plan(page, user),
    }
    return render_part(request, "exchanges/pages/list.html", "results", context)


def _editions_to_plan(page: Page[Exchange], user: User) -> list[Edition]:
    """Return the editions on this page of the list for which the person may propose another exchange; empty outside the
    lab.
    """
    editions = {exchange.edition_id: exchange.edition for exchange in page}
    return [edition for edition in editions.values() if can_propose_exchange(user, edition)]


def _timeline_context(page: Page[Exchange], user: User) -> dict[str, Any]:
    """Return the template context for the timeline of the first running edition on this page of the list.

    It has the cohorts that the person may see; it is empty when no edition on the page is running. Published facts do
    not count.
    """
    planned = (row.edition for row in page if not row.retrospective)
    edition = next((edition for edition in planned if edition.state == EditionState.RUNNING), None)
    if edition is None:
        return {}
    rows = _timeline_cohorts(user, edition.pk)
    for row in rows:
        row.edition = edition
    return {"line_edition": edition, "layout": cohorts_layout(rows, marks=marks_of(rows), today=platform_today())}


@prepared
def _timeline_cohorts(user: User, edition_id: int) -> QuerySet[Cohort]:
    """Return the query for the cohorts of an edition that the person may see, by start.

    Withdrawn cohorts are left out.
    """
    cohorts = Cohort.objects.visible_to(user).filter(edition=edition_id).not_withdrawn()
    return with_calendar(cohorts.by_start(), user)


@prepared
def _exchange(user: User, pk: int) -> QuerySet[Exchange]:
    """Return the query for the exchange with the key `pk`, with what its page needs; no row when the person may not see
    it.
    """
    visible = Exchange.objects.visible_to(user).with_host_and_edition().with_own_answer(user)
    return with_contents(with_guest_count(visible.select_related("turn")), user).filter(pk=pk)


@require_safe
def exchange(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one exchange: dates, host, participants, content and planned e-mails.

    Raises Http404 when the person may not see it.
    """
    row = one_or_404(_exchange(person(request), pk))
    context = {
        **exchange_page_context(row, person(request), current_time(), exchange_today(row)),
        "carried_commitments": carried_commitments(row, person(request)),
        "published_content": published_content(row, person(request)),
    }
    return render(request, "exchanges/pages/page.html", context)
