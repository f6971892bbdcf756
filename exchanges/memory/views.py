"""Exchange memory: questions, contributions, minutes and outcomes, found by words."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import person
from exchanges.memory.forms import MemoryForm
from exchanges.memory.search import remembered, told
from exchanges.models import Exchange
from exchanges.visibility import said_at
from programmes.models import Edition
from web.pages.htmx import render
from web.pages.pagination import paginate

PER_PAGE = 20


@require_safe
def memory(request: HttpRequest) -> HttpResponse:
    """What the exchanges the person may see have left."""
    visible = Exchange.objects.visible_to(person(request))
    editions = Edition.objects.filter(pk__in=visible.values("edition")).latest_first()
    form = MemoryForm(request.GET, editions=list(editions.values_list("slug", "name")))
    asked = form.asked()
    unread = [str(error) for error in form["q"].errors]  # longer than any search, or nothing that can be looked for
    rows = remembered(visible.none() if unread else visible, said_at(person(request)), **asked)
    page = paginate(rows, request.GET.get("page"), per_page=PER_PAGE)
    page = replace(page, rows=told(page.rows))
    context = {"form": form, "page": page, "looked_for": any(asked.values()), "unread": unread}
    return render(request, "exchanges/memory.html", "results", context)
