"""The search page of the Intertransfo archive."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.requests import person
from exchanges.archive.forms import ArchiveForm
from exchanges.archive.search import archive_texts, search_archive
from exchanges.models import Exchange
from exchanges.visibility import content_visible_to
from programmes.models import Edition
from web.pages.htmx import render
from web.pages.pagination import paginate

PER_PAGE = 20


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """Search the texts of past and present exchanges that the person may read, by words, edition and kind of text, 20 a
    page.

    Words that cannot be searched for, such as too long a text, find nothing and are reported on the page.
    """
    visible = Exchange.objects.visible_to(person(request))
    editions = Edition.objects.filter(pk__in=visible.values("edition")).latest_first()
    form = ArchiveForm(request.GET, editions=list(editions.values_list("slug", "name")))
    arguments = form.search_arguments()
    search_errors = [str(error) for error in form["q"].errors]  # too long, or without a word to search for
    rows = search_archive(
        visible.none() if search_errors else visible, content_visible_to(person(request)), **arguments
    )
    page = paginate(rows, request.GET.get("page"), per_page=PER_PAGE)
    page = replace(page, rows=archive_texts(page.rows))
    context = {"form": form, "page": page, "has_query": any(arguments.values()), "search_errors": search_errors}
    return render(request, "exchanges/archive/list.html", "results", context)
