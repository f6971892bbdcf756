"""Pages of imports: the file, the preview with columns and rows, the progress, the result, and the undo."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from allauth.core import ratelimit
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.shortcuts import render as render_page
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import person
from files.locks import SAME_PERSON_WAIT, Deadline, ServerBusy, exclusive_lock
from files.uploads.handler import Upload
from imports import actions
from imports.enums import BatchState, RowOutcome, StopReason, TargetType
from imports.forms import ColumnsForm, TableForm, UndoForm
from imports.kinds import ImportKind, ImportTarget, import_kinds
from imports.models import ImportBatch
from imports.preview import (
    ambiguous_date,
    ignored_headings,
    missing_columns,
    preview_columns,
    preview_rows,
    refused_table,
    values_for_all_rows,
)
from imports.reading.limits import TableRejected, file_too_large
from imports.reading.notes import note_texts
from imports.reading.tables import first_bytes, open_file, pasted_file
from imports.refusals import READING_ANOTHER
from imports.undoing import first_names
from web.database.keys import key_of
from web.errors import DomainError
from web.exports.downloads import download_table
from web.exports.tables import CONTENT_TYPES
from web.forms.pages import FormPage, adding_errors_to, apply_form, form_page, submitted_data
from web.pages import htmx
from web.pages.pagination import paginate
from web.security.acting import forbidden_while_acting

CORRECTION: Final = "cell_"  # with the key of the row and the name of the column: the text for a wrong cell
MAX_NAMED: Final = 50  # people who received an e-mail
READ_AT_ONCE: Final = 200_000  # bytes of a file that is read while the person waits; the worker reads larger ones


def _own(request: HttpRequest, pk: int) -> ImportBatch:
    """Return the import `pk` of the signed-in person; raises Http404 if it does not exist or is someone else's.

    Lab staff also get those of the command.
    """
    return get_object_or_404(ImportBatch.objects.visible_to(person(request)), pk=pk)


def _kind(slug: str) -> ImportKind:
    """Return the kind of import with this slug; raise Http404 when there is none."""
    if slug not in import_kinds:
        raise Http404
    return import_kinds[slug]


@forbidden_while_acting
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """Show the signed-in person's own imports, the latest first."""
    rows = ImportBatch.objects.visible_to(person(request)).order_by("-pk")
    page = paginate(rows, request.GET.get("page"))
    labels = [import_kinds[batch.kind].label if batch.kind in import_kinds else batch.kind for batch in page]
    context = {"page": page, "batches_with_labels": list(zip(page, labels, strict=True))}
    return render_page(request, "imports/batches.html", context)


@forbidden_while_acting
@form_page
def add(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the form for a table of the platform, and check the table on POST; 404 for a kind that needs a target."""
    return _add(request, kind, "")


@forbidden_while_acting
@form_page
def add_to(request: HttpRequest, kind: str, target: str) -> HttpResponse:
    """Show the form for a table of a cohort or edition, and check the table on POST.

    404 for a target that the signed-in person may not see, 403 when they may not import this kind into it.
    """
    return _add(request, kind, target)


def _add(request: HttpRequest, slug: str, target_slug: str) -> HttpResponse:
    """Answer the page for a table of a kind into a target; a table that was read leads to its preview."""
    kind = _kind(slug)
    if bool(target_slug) == (kind.target_type == TargetType.PLATFORM):
        raise Http404
    target = kind.find_target(target_slug, person(request))
    if target is None:
        raise Http404
    actions.check_permission(kind, target, person(request), timezone.now())
    form = TableForm(submitted_data(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        with adding_errors_to(form):
            return redirect(_read(request, form, slug, target))
    context = {"kind": kind, "target": target, "form": form}
    return render_page(request, "imports/add.html", context)


def _read(request: HttpRequest, form: TableForm, slug: str, target: ImportTarget) -> ImportBatch:
    """Return the import of the file or the pasted rows in a valid form.

    Raises DomainError, at the field of the form, when they cannot be read.
    """
    columns, user = import_kinds[slug].columns, person(request)
    given: dict[str, Any] = {"kind": slug, "target": target, "language": request.LANGUAGE_CODE[:2]}
    given |= {"by": user, "at": timezone.now(), "idempotency_key": form.cleaned_data["idempotency_key"]}
    upload = form.cleaned_data["file"]
    try:
        if not ratelimit.consume(request, action="import_table", user=user):
            raise TableRejected(_("You have imported as many tables as one person can in a day. Try again tomorrow."))
        with _one_table_at_a_time(user):
            if not upload:
                source = pasted_file(form.cleaned_data["pasted"], columns)
                return actions.add_import(source=source, file_name="", **given)
            file, given["file_name"] = _content(upload), str(upload.name)
            if upload.size > READ_AT_ONCE:
                first_bytes(file)
                return actions.add_unread_file(file=file, **given)
            with open_file(file, columns) as source:
                return actions.add_import(source=source, **given)
    except DomainError as error:
        error.field = error.field or ("file" if upload else "pasted")
        raise


@contextmanager
def _one_table_at_a_time(user: User) -> Iterator[None]:
    """Run the block while no other table of the person is read; raise TableRejected when one is: others wait too."""
    with ExitStack() as stack:
        try:
            stack.enter_context(exclusive_lock(f"table-{user.pk}", deadline=Deadline(SAME_PERSON_WAIT)))
        except ServerBusy as error:
            raise TableRejected(READING_ANOTHER) from error
        yield


def _content(upload: UploadedFile[bytes]) -> Any:
    """Return the open content of an upload; raise TableRejected for one that could not be received."""
    if isinstance(upload, Upload) and upload.no_room:
        raise TableRejected(_("The server has no space for this file. Try again later."))
    if isinstance(upload, Upload) and upload.too_large:
        raise file_too_large()
    return upload.file


@forbidden_while_acting
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an import: its preview until it is confirmed, then its progress and its result.

    The page reloads while a worker acts.
    """
    batch = _own(request, pk)
    kind = _kind(batch.kind)
    if batch.state != BatchState.CHECKED:
        return htmx.render(request, "imports/progress.html", "progress", _progress_context(request, batch, kind))
    form = ColumnsForm(batch=batch, columns=list(kind.columns))
    return render_page(request, "imports/preview.html", _preview_context(request, batch, kind, form))


def _target_context(batch: ImportBatch, kind: ImportKind, request: HttpRequest) -> dict[str, Any]:
    """Return what every page of an import shows: the import with those of other sheets of its file, its kind, and its
    target, None if it is gone.
    """
    sheets = ImportBatch.objects.of_same_file(batch).order_by("pk") if batch.sheet else []
    return {
        "batch": batch,
        "kind": kind,
        "target": kind.find_target(batch.target_slug, person(request)),
        "sheets": sheets,
    }


def _preview_context(request: HttpRequest, batch: ImportBatch, kind: ImportKind, form: ColumnsForm) -> dict[str, Any]:
    """Return the context of the preview: the rows of the chosen outcome, page by page, and the form of the columns."""
    chosen = request.GET.get("outcome", "")
    rows = batch.rows.by_outcome()
    page = paginate(rows.filter(outcome=chosen) if chosen in RowOutcome else rows, request.GET.get("page"))
    columns = preview_columns(batch, kind)
    missing = missing_columns(batch, kind)
    return _target_context(batch, kind, request) | {
        "form": form,
        "page": page,
        "columns": columns,
        "rows": preview_rows(batch, kind, page, columns),
        "tabs": _tabs(batch, chosen),
        "notes": note_texts(batch.notes),
        "ignored": ignored_headings(batch),
        "missing": missing,
        "values_for_all_rows": values_for_all_rows(batch, kind),
        "open_columns": bool(missing or form.errors or not columns),
        "ambiguous": ambiguous_date(batch, kind, page),
    }


def _tabs(batch: ImportBatch, chosen: str) -> list[dict[str, Any]]:
    """Return the links to the rows of each outcome, with their number; those without rows are left out."""
    counts = {
        RowOutcome.CREATE: batch.created_count,
        RowOutcome.UPDATE: batch.updated_count,
        RowOutcome.UNCHANGED: batch.unchanged_count,
        RowOutcome.REFUSED: batch.refused_count,
    }
    outcomes = [
        {"value": outcome.value, "outcome": outcome, "count": count, "is_chosen": outcome == chosen}
        for outcome, count in counts.items()
        if count
    ]
    return [{"value": "", "outcome": None, "count": batch.rows_total, "is_chosen": not chosen}, *outcomes]


def _progress_context(request: HttpRequest, batch: ImportBatch, kind: ImportKind) -> dict[str, Any]:
    """Return the context of the progress and the result of an import."""
    return _target_context(batch, kind, request) | {
        "step": 3 if batch.confirmed_at else 2,
        "can_undo": batch.can_still_undo(timezone.now()),
        "refused": batch.rows.refused().order_by("line")[:20] if batch.refused_count else [],
        "notes": note_texts(batch.notes) if batch.stop_reason == StopReason.NOT_READ else [],
        "add_href": reverse("imports:add_to" if batch.target_slug else "imports:add", args=_kind_and_target(batch)),
    }


def _kind_and_target(batch: ImportBatch) -> list[str]:
    """Return the arguments of the page that imports another table of the same kind."""
    return [argument for argument in (batch.kind, batch.target_slug) if argument]


@forbidden_while_acting
@require_POST
def choose_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the columns of an import and check its rows again; the form comes back with what is wrong."""
    batch = _own(request, pk)
    kind = _kind(batch.kind)
    form = ColumnsForm(request.POST, batch=batch, columns=list(kind.columns))
    if form.is_valid():
        with adding_errors_to(form):
            choices: dict[str, Any] = form.choices_made
            return redirect(actions.choose_columns(batch=batch, by=person(request), at=timezone.now(), **choices))
    return render_page(request, "imports/preview.html", _preview_context(request, batch, kind, form))


@forbidden_while_acting
@require_POST
def correct_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the wrong cells of refused rows, by what was typed or by a suggestion, and check all rows again.

    The button of a suggestion is sent after the field of its cell, under the same name: the last value of a name
    counts.
    """
    batch = _own(request, pk)
    corrections: dict[int, dict[str, str]] = {}
    for field, value in request.POST.items():
        row, _separator, column = field.removeprefix(CORRECTION).partition("_")
        if field.startswith(CORRECTION) and (key := key_of(row)):
            corrections.setdefault(key, {})[column] = str(value)
    return _act(request, batch, actions.correct_rows, corrections=corrections, at=timezone.now())


@forbidden_while_acting
@require_safe
def refused_rows(request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
    """Download the refused rows of an import with their reasons, as CSV or XLSX; raises Http404 for another format."""
    batch = _own(request, pk)
    if file_format not in CONTENT_TYPES:
        raise Http404
    name = f"{_('refused-rows')}-{batch.pk}.{file_format}"
    return download_table(
        refused_table(batch, _kind(batch.kind)), file_format, name=name, language=request.LANGUAGE_CODE
    )


@forbidden_while_acting
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Import the checked rows in the background, and lead to the progress.

    Where the import would now do something else than the page showed, lead back to the preview and say what changed.
    """
    batch, by, at = _own(request, pk), person(request), timezone.now()
    try:
        actions.check_again(batch=batch, by=by, at=at)
        actions.confirm_import(batch=batch, plan_token=request.POST.get("plan_token", ""), by=by, at=at)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(batch)


@forbidden_while_acting
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete an import that is not confirmed, and lead to the list of imports."""
    batch = _own(request, pk)
    try:
        actions.discard_import(batch=batch, by=person(request))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(batch)
    messages.success(request, _("Nothing was imported, and the rows are deleted."))
    return redirect("imports:batches")


@forbidden_while_acting
@form_page
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what undoing an import does, who already received an e-mail, or what depends on it; undo it on POST."""
    batch = _own(request, pk)
    kind = _kind(batch.kind)
    names = kind.emails_sent(actions.imported_things(batch))
    form = UndoForm(submitted_data(request), emails_sent=bool(names))
    if undone := apply_form(form, actions.request_import_undo, batch=batch, by=person(request), at=timezone.now()):
        return redirect(undone)
    page = FormPage(
        _("Undo the import"),
        _("Undo the import"),
        reverse("imports:batch", args=[batch.pk]),
        crumb=kind.label,
        consequences=_undo_consequences(names),
        is_destructive=True,
        unavailable_reason=_undo_refusal(request, batch),
    )
    return page.show(request, form)


def _undo_refusal(request: HttpRequest, batch: ImportBatch) -> str:
    """Return why the import cannot be undone, "" when it can."""
    try:
        return " ".join(actions.undo_refusals(batch, person(request), timezone.now()))
    except DomainError as error:
        return str(error)


def _undo_consequences(emails_sent: Sequence[str]) -> tuple[str, ...]:
    """Return sentences on what undoing the import does, with the names of people who already received an e-mail."""
    sentences = [
        _(
            "Everything this import created is removed or ended. Everything it changed gets its earlier values back."
            " Both stay in the history."
        ),
        _("E-mails not sent yet are cancelled."),
    ]
    if emails_sent:
        sentences.append(
            _("These people already received an e-mail: %(names)s.") % {"names": first_names(emails_sent, MAX_NAMED)}
        )
    return tuple(sentences)


def _act(request: HttpRequest, batch: ImportBatch, action: Any, **arguments: Any) -> HttpResponse:
    """Run an action on an import and lead back to its page, with a refusal as a message."""
    try:
        action(batch=batch, by=person(request), **arguments)
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(batch)
