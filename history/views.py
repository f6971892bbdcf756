"""The history of an object: its page, and the same to take away."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.permissions import may_read_history
from accounts.requests import person
from history import changes
from history.changes import Found
from history.entries import as_table, entries
from history.forms import HistoryForm
from history.names import names, title
from web.decisions import enforce
from web.exports.downloads import download_table
from web.history_pages import Kept, histories
from web.pages.htmx import render as render_part

MOST_ROWS = 2000  # of a file; the page has the rest


@require_safe
def object_history(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Who changed what, when and why, the latest first; for lab staff."""
    kept, found = _asked_for(request, kind, key)
    form = _form(request, kept, found)
    page = changes.lines(kept, found.key, form.asked, page=request.GET.get("page"))
    rows = changes.rows(page.rows)
    context: dict[str, Any] = {"form": form, "page": page, "kind": kind, "key": key, "title": _title(kept, found)}
    context |= {"entries": entries(rows, names(rows)), "one": capfirst(str(kept.one)), "back": _back(kept, found, key)}
    return render_part(request, "history/history.html", "changes", context)


@require_safe
def object_history_csv(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The latest lines at the same choices, a row for each field that changed."""
    kept, found = _asked_for(request, kind, key)
    form = _form(request, kept, found)
    rows = changes.rows(changes.all_lines(kept, found.key, form.asked, most=MOST_ROWS))
    table = as_table(_title(kept, found), entries(rows, names(rows)), form.ignored)
    name = f"{pgettext('name of a file', 'history')}-{kind}-{found.key}.csv"
    return download_table(table, "csv", name=name, language=request.LANGUAGE_CODE)


def _asked_for(request: HttpRequest, kind: str, key: str) -> tuple[Kept, Found]:
    """The kind and the object; asked of whoever may read it only."""
    enforce(may_read_history(person(request)))
    found = changes.find(histories[kind], key) if kind in histories else None
    if found is None:
        raise Http404
    return histories[kind], found


def _back(kept: Kept, found: Found, key: str) -> str:
    """The page of the object; none of what is gone, or where its address says more."""
    if kept.forms_only or found.state.get("pgh_label") == "delete":
        return ""
    try:
        return reverse(kept.pages[0], kwargs={kept.argument: key} if kept.argument else {})
    except NoReverseMatch:
        return ""


def _form(request: HttpRequest, kept: Kept, found: Found) -> HistoryForm:
    return HistoryForm(request.GET, kept=kept, told=changes.told_of(kept, found.key))


def _title(kept: Kept, found: Found) -> str:
    """What the object is called, or was when it was removed."""
    kind = capfirst(str(kept.one))
    if not kept.argument:
        return kind
    return title(kept, found) or (_("%(kind)s no. %(number)s") % {"kind": kind, "number": found.key})
