"""The history of an object, as a page and as a file."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import person
from history import changes
from history.changes import HistoryObject
from history.entries import as_table, entries
from history.forms import HistoryForm
from history.names import names_in, object_title
from history.permissions import can_read_history
from web.decisions import enforce
from web.exports.downloads import download_table
from web.history_pages import HistoryKind, histories
from web.pages.htmx import render as render_part

MAX_ROWS = 2000  # of a file; the page has all lines


@require_safe
def object_history(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Show who changed what on an object, when and why, the latest change first, filtered by the query string.

    `kind` is the slug of the kind of object, `key` names the object. Raises Refused for people other than lab staff,
    Http404 without such an object.
    """
    history, obj = _history_object(request, kind, key)
    form = _form(request, history, obj)
    page = changes.page_of_lines(history, obj.key, form.query, page=request.GET.get("page"))
    rows = changes.changed_rows(page.rows)
    context: dict[str, Any] = {"form": form, "page": page, "kind": kind, "key": key, "title": _title(history, obj)}
    context |= {"entries": entries(rows, names_in(rows)), "kind_label": capfirst(str(history.singular))}
    context["object_href"] = _object_href(history, obj, key)
    return render_part(request, "history/history.html", "changes", context)


@require_safe
def object_history_csv(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Download the latest 2000 lines of an object's history that match the query string, as CSV with a row for each
    changed field.

    `kind` is the slug of the kind of object, `key` names the object. Raises Refused for people other than lab staff,
    Http404 without such an object.
    """
    history, obj = _history_object(request, kind, key)
    form = _form(request, history, obj)
    rows = changes.changed_rows(changes.latest_lines(history, obj.key, form.query, limit=MAX_ROWS))
    table = as_table(_title(history, obj), entries(rows, names_in(rows)), form.ignored)
    name = f"{pgettext('name of a file', 'history')}-{kind}-{obj.key}.csv"
    return download_table(table, "csv", name=name, language=request.LANGUAGE_CODE)


def _history_object(request: HttpRequest, kind: str, key: str) -> tuple[HistoryKind, HistoryObject]:
    """Return the kind of history with the slug `kind` and its object that `key` names; raise Http404 when there is
    none.

    Raises Refused for people other than lab staff.
    """
    enforce(can_read_history(person(request)))
    obj = changes.find_object(histories[kind], key) if kind in histories else None
    if obj is None or not _is_visible(histories[kind], obj, person(request)):
        raise Http404
    return histories[kind], obj


def _is_visible(history: HistoryKind, obj: HistoryObject, user: User) -> bool:
    """Return whether the user may read the object of a history page."""
    return history.visible_to is None or history.visible_to(user).filter(pk=obj.key).exists()


def _object_href(history: HistoryKind, obj: HistoryObject, key: str) -> str:
    """Return the URL of the object's own page; `key` is its name in the URL.

    Returns "" for a removed object, where its pages are forms only, or where their URL needs more than the key.
    """
    if history.forms_only or obj.state.get("pgh_label") == "delete":
        return ""
    try:
        return reverse(history.pages[0], kwargs={history.argument: key} if history.argument else {})
    except NoReverseMatch:
        return ""


def _form(request: HttpRequest, history: HistoryKind, obj: HistoryObject) -> HistoryForm:
    """Return the filter of the object's history with the values of the query string, and the people and actions it can
    name.
    """
    return HistoryForm(request.GET, history=history, choices=changes.choices_of(history, obj.key))


def _title(history: HistoryKind, obj: HistoryObject) -> str:
    """Return the title of the object, the last one if it was removed; without a title, its kind and number: “Idea no.
    7”.

    Where there is only one object of its kind, the kind alone is the title.
    """
    kind = capfirst(str(history.singular))
    if not history.argument:
        return kind
    return object_title(history, obj) or (_("%(kind)s no. %(number)s") % {"kind": kind, "number": obj.key})
