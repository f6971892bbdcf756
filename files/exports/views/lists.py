"""The download of a list as CSV or XLSX: exactly the rows, order and columns of its page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.requests import person
from files.exports.lists import LIST_KEY, LIST_ROWS
from files.exports.views.background import MAX_DIRECT_ROWS, offer_background_export
from lists.access import open_list
from web.dates.clock import platform_today
from web.decisions import deny, enforce
from web.exports.downloads import download_table
from web.exports.tables import CONTENT_TYPES
from web.forms.pages import form_page
from web.lists.bound import SELECTED, SUBJECT_KEY, BoundList
from web.lists.bulk_actions import NOTHING_SELECTED
from web.lists.declarations import lists
from web.lists.tables import list_table
from web.security.lab_readers import open_to_lab_readers
from web.templatetags.web import number


@open_to_lab_readers
@form_page
def list_file(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """Download a list as its page shows it at the same address; `form` is the file type, “csv” or “xlsx”.

    With more than 2,000 rows, a GET offers lab staff to create the file in the background, and a POST starts that;
    others are asked to narrow the list. Raises Http404 for an unknown list or file type, and Http404 or Refused for a
    list that the person may not see. With “selected” in the address the file holds the selected rows.
    """
    if slug not in lists or form not in CONTENT_TYPES:
        raise Http404
    bound_list = open_list(person(request), lists[slug], request.GET, request.GET.get(SUBJECT_KEY, ""))
    if SELECTED in request.GET and bound_list.selected_keys == set():
        messages.warning(request, NOTHING_SELECTED)
        return redirect(bound_list.address())
    name = f"{slugify(bound_list.declaration.title)}-{platform_today().isoformat()}.{form}"
    if bound_list.file_rows.order_by()[: MAX_DIRECT_ROWS + 1].count() > MAX_DIRECT_ROWS:
        return _offer_background_export(request, bound_list, name)
    table = list_table(bound_list, made_on=platform_today())
    return download_table(table, form, name=name, language=request.LANGUAGE_CODE)


def _offer_background_export(request: HttpRequest, bound_list: BoundList, name: str) -> HttpResponse:
    """Show a confirmation on GET; on POST, start the export in the background and go to the page of its progress.

    Raises Refused for people who are not lab staff.
    """
    if not person(request).is_lab_staff:
        text = _("A file has at most %(n)s rows. Narrow the list with filters first.")
        enforce(deny(text % {"n": number(MAX_DIRECT_ROWS)}))
    query = QueryDict(bound_list.export_query(), mutable=True)
    query[LIST_KEY] = bound_list.declaration.slug
    title, rows = bound_list.declaration.title, bound_list.filters.qs.order_by().count()
    return offer_background_export(
        request,
        title,
        back=bound_list.address(),
        crumb=title,
        kind=LIST_ROWS,
        query=query.urlencode(),
        name=name,
        rows=rows,
    )
