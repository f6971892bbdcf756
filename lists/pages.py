"""The page of a list: its rows, filters, columns and saved views, for the signed-in person."""

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.template.context_processors import csrf
from django.utils.functional import SimpleLazyObject

from accounts.requests import person
from lists.access import open_list, views_of
from web.database.keys import key_of
from web.lists.bound import VIEW
from web.lists.cells import table_rows
from web.lists.declarations import List
from web.pages import htmx
from web.pages.pagination import paginate

LIST_PAGE: Final = "list_page.html"  # which the templates of lists extend; its part `results` is that of each list


def list_page(
    request: HttpRequest,
    of_list: List,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    subject_key: str = "",
    subject: Any = None,
    can_act: bool = False,
) -> HttpResponse:
    """Return the page of a list at the address of the request, or only its part `results` when htmx asks for that.

    `subject_key` is that of the object the list belongs to, `subject` the object as the list has read it before. With
    `can_act` its bulk actions are offered on the selected rows; everyone can download these. Three statements besides
    those of the filters: the count, the rows, and the saved views. Raises Http404 or Refused if the person may not see
    the list.
    """
    user = person(request)
    token = csrf(request)["csrf_token"]
    bound_list = open_list(user, of_list, request.GET, subject_key, subject=subject, csrf_token=token)
    page = paginate(bound_list.rows, request.GET.get("page"), per_page=of_list.per_page, by_key=True)
    of_list.load_for_cells(page.rows, bound_list.reader)
    of_list.load_for_page(page.rows, bound_list.reader, bound_list.columns)
    return htmx.render(
        request,
        LIST_PAGE if htmx.wants_partial(request) else template,
        "results",
        {
            "bound_list": bound_list,
            "page": page,
            "table_rows": table_rows(bound_list, page),
            "bulk_actions": of_list.bulk_actions if can_act and not user.is_lab_reader else {},
            "views": SimpleLazyObject(lambda: [(view, "") for view in views_of(bound_list)]),
            "current_view": key_of(request.GET.get(VIEW, "")),
            **(context or {}),
        },
    )
