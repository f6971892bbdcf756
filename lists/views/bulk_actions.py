"""Pages of bulk actions: the preview of who is affected, the outcome, and the undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import person
from lists.access import open_list
from lists.actions import MAX_DIRECT, request_run, request_run_undo
from lists.enums import UNDER_WAY, BulkRowState
from lists.models import UNDO_PERIOD, BulkRow, BulkRun
from lists.views.saved_views import get_list_or_404, open_requested_list
from lists.worker import process_run
from web.errors import DomainError
from web.forms.pages import adding_errors_to, form_page, submitted_data
from web.lists.bound import BoundList
from web.lists.bulk_actions import MAX_SELECTED, NOTHING_SELECTED, BulkAction, BulkForm
from web.pages import htmx
from web.security.acting import forbidden_while_acting
from web.text.formats import number
from web.text.language import active_language

MAX_NAMED: Final = 100  # rows that a preview or an outcome names one by one
IDEMPOTENCY_KEY: Final = "idempotency_key"
AFFECTED: Final = "affected"


@dataclass(frozen=True)
class Preview:
    """What a bulk action would do to the selected rows: those affected, and those refused, by reason.

    `compared` are the fields that the action changes. `form_values` are the values of the form, encoded, if the preview
    shows their effect on each row; `effects` are the sentences on it, by key of the row.
    """

    affected: Sequence[Any]
    refused: dict[str, list[Any]]
    compared: Sequence[str] = ()
    form_values: str = ""
    effects: Mapping[int, Sequence[str]] = field(default_factory=dict)

    @property
    def token(self) -> str:
        """A hash of the affected rows, form values and effects: the form sends it back, so that nothing is done that
        nobody has seen.
        """
        rows = [
            (row.pk, *(getattr(row, name) for name in self.compared), *self.effects.get(row.pk, ()))
            for row in self.affected
        ]
        return sha256(f"{rows} {self.form_values}".encode()).hexdigest()[:16]


@forbidden_while_acting
@form_page
def bulk_action(request: HttpRequest, slug: str, action_slug: str) -> HttpResponse:
    """Show whom a bulk action affects, and who is refused and why; on POST run it on the affected rows.

    The address names the list, the action, and the selected rows or “all” that match. Where the effect depends on the
    form, the first POST shows it, and the second one runs the action. When the affected rows have changed since the
    preview, the preview is shown again. A form sent twice leads to the page of the first request. Raises Http404 for an
    unknown list or action.
    """
    bound_list = open_requested_list(request, slug)
    action = bound_list.declaration.bulk_actions.get(action_slug)
    if action is None:
        raise Http404
    if request.method == "POST" and (existing := _run_of_form(request)):
        return redirect(existing)
    rows = _selected_rows(bound_list, action)
    selected = _preview(bound_list, action, rows[:MAX_SELECTED])
    form = action.form(submitted_data(request), reader=bound_list.reader, rows=selected.affected)
    is_valid = form.is_bound and form.is_valid()
    preview = _with_effects(request, selected, action, form) if action.row_effects and is_valid else selected
    submitted = request.POST.get(AFFECTED)
    problem = _selection_problem(rows)
    if is_valid and preview.affected and submitted == preview.token and not problem:
        with adding_errors_to(form):
            return _run(request, bound_list, action_slug, preview, form)
    context = _preview_context(bound_list, action, preview, form)
    has_changed = form.is_bound and submitted not in (preview.token, selected.token)
    return render(request, "lists/preview.html", {**context, "problem": problem, "has_changed": has_changed})


def _selected_rows(bound_list: BoundList, action: BulkAction) -> list[Any]:
    """Return the rows that the address selects and the person may see, at most one more than a bulk action takes."""
    return list(action.with_related(bound_list.selected(bound_list.selected_keys))[: MAX_SELECTED + 1])


def _selection_problem(rows: Sequence[Any]) -> str:
    """Return why nothing can be done with this selection: it is empty or too large; "" if something can."""
    if not rows:
        return str(NOTHING_SELECTED)
    if len(rows) > MAX_SELECTED:
        return _("One action takes at most %(n)s rows. Narrow the list with filters first.") % {
            "n": _number(MAX_SELECTED)
        }
    return ""


def _preview(bound_list: BoundList, action: BulkAction, rows: Sequence[Any]) -> Preview:
    """Return which of the rows the action would affect, and which are refused, grouped by the reason."""
    decide = action.decider(bound_list.reader, rows)
    affected, refused = [], dict[str, list[Any]]()
    for row in rows:
        if decision := decide(row):
            affected.append(row)
        else:
            refused.setdefault(str(decision.reason), []).append(row)
    return Preview(affected, refused, action.compared)


def _with_effects(request: HttpRequest, preview: Preview, action: BulkAction, form: BulkForm) -> Preview:
    """Return the preview with the values of a valid form, and their effect on each affected row."""
    effects = action.row_effects(preview.affected, form.cleaned_data) if action.row_effects else {}
    return replace(preview, form_values=_values(request, form), effects=effects)


def _preview_context(bound_list: BoundList, action: BulkAction, preview: Preview, form: BulkForm) -> dict[str, Any]:
    """Return the template context of a preview; it names the first hundred rows of each group."""
    return {
        "bound_list": bound_list,
        "action": action,
        "form": form,
        "preview": preview,
        "affected": row_names(bound_list, preview.affected, preview.effects),
        "refused": [(reason, row_names(bound_list, rows), len(rows)) for reason, rows in preview.refused.items()],
        "consequences": action.consequences(bound_list.reader, preview.affected) if preview.affected else (),
        "is_next_step_preview": bool(action.row_effects) and not preview.form_values,
        "selected_count": len(preview.affected) + sum(map(len, preview.refused.values())),
        "idempotency_key": uuid4(),
        "max_named": MAX_NAMED,
    }


def row_names(
    bound_list: BoundList, rows: Sequence[Any], effects: Mapping[int, Sequence[str]] = MappingProxyType({})
) -> list[tuple[str, Sequence[str]]]:
    """Return the first hundred rows as pairs of their name, as the list calls them, and of the sentences on the effects
    on them, by key.
    """
    return [(bound_list.declaration.name(row), effects.get(row.pk, ())) for row in rows[:MAX_NAMED]]


def _values(request: HttpRequest, form: BulkForm) -> str:
    """Return what was filled in, as a query string."""
    values = request.POST.copy()
    for name in [name for name in values if name not in form.fields]:
        del values[name]
    return values.urlencode()


def _run(
    request: HttpRequest, bound_list: BoundList, action_slug: str, preview: Preview, form: BulkForm
) -> HttpResponse:
    """Record the bulk action on the affected rows. Do it at once if they are few and go to the list, else go to the
    page of its progress. Raises DomainError if someone else has sent a form with the same key.
    """
    action = bound_list.declaration.bulk_actions[action_slug]
    run = request_run(
        keys=[row.pk for row in action.in_order(preview.affected, form.cleaned_data)],
        seen={row.pk: action.compared_values(row) for row in preview.affected},
        idempotency_key=_key_of_form(request),
        list_slug=bound_list.declaration.slug,
        subject_key=bound_list.reader.subject_key,
        query=bound_list.lasting_query.urlencode()[:2000],
        action_slug=action_slug,
        values=_values(request, form),
        language=active_language(),
        by=person(request),
        at=now(),
    )
    if len(preview.affected) > MAX_DIRECT:
        return redirect(run)
    process_run(run, now)
    _report(request, run, BulkRowState.DONE, BulkRowState.REFUSED)
    return redirect(bound_list.address())


def _run_of_form(request: HttpRequest) -> BulkRun | None:
    """Return the bulk action that this form requested when it was sent before; None the first time."""
    return BulkRun.objects.visible_to(person(request)).filter(idempotency_key=_key_of_form(request)).first()


def _key_of_form(request: HttpRequest) -> UUID:
    """Return the key in the form, or a new one if it is not valid."""
    try:
        return UUID(request.POST.get(IDEMPOTENCY_KEY, ""))
    except ValueError:
        return uuid4()


def _report(request: HttpRequest, run: BulkRun, done: BulkRowState, not_done: BulkRowState) -> None:
    """Add the message on the outcome of a run, with the button that undoes it where it can be undone."""
    action = get_list_or_404(run.list_slug).bulk_actions[run.action_slug]
    states = list(run.rows.values_list("state", flat=True))
    undone = done == BulkRowState.UNDONE
    count = states.count(done)
    sentence = (
        ngettext("“%(action)s” is undone for %(n)s row.", "“%(action)s” is undone for %(n)s rows.", count)
        if undone
        else ngettext("“%(action)s” is done for %(n)s row.", "“%(action)s” is done for %(n)s rows.", count)
    )
    text = sentence % {"action": action.label, "n": _number(count)}
    if refused := states.count(not_done):
        others = ngettext("%(n)s row has stayed as it was.", "%(n)s rows have stayed as they were.", refused)
        text = f"{text} {others % {'n': _number(refused)}}"
    can_be_undone = count and not undone and action.can_be_undone
    messages.success(request, text, extra_tags=reverse("lists:undo", args=[run.pk]) if can_be_undone else "")


def _number(count: int) -> str:
    """Return a count in the language of the page."""
    return number(count, active_language())


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the progress of a bulk action of one's own, what became of each row, and the button that undoes it.

    The page reloads while it is under way. 404 for those of others.
    """
    bulk_run = get_object_or_404(BulkRun.objects.visible_to(person(request)), pk=pk)
    of_list = get_list_or_404(bulk_run.list_slug)
    rows = list(bulk_run.rows.order_by("pk"))
    under_way = [each for each in rows if each.state in UNDER_WAY]
    done = [each for each in rows if each.state == BulkRowState.DONE]
    action = of_list.bulk_actions[bulk_run.action_slug]
    can_be_undone = action.can_be_undone and bool(done) and not under_way and not bulk_run.undo_requested_at
    context = {
        "run": bulk_run,
        "list": of_list,
        "action": action,
        "list_href": of_list.href(bulk_run.subject_key),
        "total": len(rows),
        "ended": len(rows) - len(under_way),
        "percent": 100 * (len(rows) - len(under_way)) // max(len(rows), 1),
        "under_way": bool(under_way),
        "outcomes": _outcomes(request, bulk_run, rows),
        "can_be_undone": can_be_undone and now() <= bulk_run.requested_at + UNDO_PERIOD,
    }
    return htmx.render(request, "lists/run.html", "progress", context)


def _outcomes(request: HttpRequest, bulk_run: BulkRun, rows: Sequence[BulkRow]) -> list[dict[str, Any]]:
    """Return what became of the rows, by state: how many, and the first hundred with name and reason.

    Rows that the person can no longer see have no name.
    """
    first = {state: [each for each in rows if each.state == state][:MAX_NAMED] for state in BulkRowState}
    keys = [each.key for part in first.values() for each in part]
    names = _names(request, bulk_run, keys)
    return [
        {
            "state": state,
            "count": sum(each.state == state for each in rows),
            "rows": [(names.get(each.key, _("a row you can no longer see")), each.reason) for each in part],
        }
        for state, part in first.items()
        if part
    ]


def _names(request: HttpRequest, bulk_run: BulkRun, keys: Sequence[int]) -> dict[int, str]:
    """Return the names of the rows with these keys that the person may see, by key."""
    of_list = get_list_or_404(bulk_run.list_slug)
    try:
        bound_list = open_list(person(request), of_list, request.GET, bulk_run.subject_key)
    except (Http404, DomainError):
        return {}
    return {each.pk: of_list.name(each) for each in bound_list.selected(keys)}


@forbidden_while_acting
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a bulk action of one's own, once; rows that have changed since stay as they are. 404 for those of others."""
    bulk_run = get_object_or_404(BulkRun.objects.visible_to(person(request)), pk=pk)
    try:
        bulk_run = request_run_undo(run=bulk_run, by=person(request), at=now())
    except DomainError as error:
        messages.warning(request, str(error))
        return redirect(bulk_run)
    if bulk_run.rows.filter(state=BulkRowState.UNDOING).count() > MAX_DIRECT:
        return redirect(bulk_run)
    process_run(bulk_run, now)
    _report(request, bulk_run, BulkRowState.UNDONE, BulkRowState.UNCHANGED)
    query = f"?{bulk_run.query}" if bulk_run.query else ""
    return redirect(f"{get_list_or_404(bulk_run.list_slug).href(bulk_run.subject_key)}{query}")
