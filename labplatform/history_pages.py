"""The history of an object: its page, and the same to take away."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.permissions import may_read_history
from accounts.requests import person
from labplatform import history
from labplatform.history_form import HistoryForm
from labplatform.history_told import as_table, entries
from web.decisions import enforce
from web.downloads import download_table
from web.histories import Kept, histories
from web.htmx import render as render_part

MOST_ROWS = 2000  # of a file; the page has the rest


@require_safe
def object_history(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Who changed what, when and why, the latest first; for lab staff."""
    kept, pk = _asked_for(request, kind, key)
    form = _form(request, kept, pk)
    page = history.lines(kept, pk, form.asked, page=request.GET.get("page"))
    rows = history.rows(page.rows)
    context: dict[str, Any] = {"form": form, "page": page, "kind": kind, "key": key, "title": _title(kept, pk)}
    context["entries"] = entries(rows, history.names(rows))
    return render_part(request, "history/history.html", "changes", context)


@require_safe
def object_history_csv(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The latest lines at the same choices, a row for each field that changed."""
    kept, pk = _asked_for(request, kind, key)
    rows = history.rows(history.all_lines(kept, pk, _form(request, kept, pk).asked, most=MOST_ROWS))
    table = as_table(_title(kept, pk), entries(rows, history.names(rows)))
    name = f"{pgettext('name of a file', 'history')}-{kind}-{pk}.csv"
    return download_table(table, "csv", name=name, language=request.LANGUAGE_CODE)


def _asked_for(request: HttpRequest, kind: str, key: str) -> tuple[Kept, int]:
    """The kind and the number of the object; asked of whoever may read it only."""
    enforce(may_read_history(person(request)))
    pk = history.find(histories[kind], key) if kind in histories else None
    if pk is None:
        raise Http404
    return histories[kind], pk


def _form(request: HttpRequest, kept: Kept, pk: int) -> HistoryForm:
    return HistoryForm(request.GET, kept=kept, people=history.who_acted(kept, pk))


def _title(kept: Kept, pk: int) -> str:
    """What the object is called, or was when it was removed."""
    if not kept.title:
        return _("%(kind)s no. %(number)s") % {"kind": capfirst(str(kept.one)), "number": pk}
    return history.title(kept, pk) or f"{kept.one} {pk}"
