"""Pages on one's own downloads: the list, the progress of each, and the file. Nobody else can see them."""

import logging

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.shortcuts import render as render_page
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import person
from files.attachments.views.serving import stored_file_response
from files.enums import StoredSize
from files.exports import actions
from files.exports.enums import FailureReason
from files.exports.writing import CONTENT_TYPES, prepared_export
from files.models import Export
from files.registries import export_kinds
from web.decisions import ALLOW, Decision, deny, enforce
from web.errors import DomainError
from web.pages.htmx import render
from web.pages.pagination import paginate
from web.security.acting import forbidden_while_acting

logger = logging.getLogger(__name__)
PER_PAGE = 25


def _own(request: HttpRequest, pk: int) -> Export:
    """Return the signed-in person's own export `pk`; raises Http404 if it does not exist or is someone else's."""
    return get_object_or_404(Export.objects.visible_to(person(request)), pk=pk)


@require_safe
def export_list(request: HttpRequest) -> HttpResponse:
    """Show the signed-in person's own files to download, 25 on a page, the latest request first.

    Failed, cancelled and expired ones are included.
    """
    page = paginate(Export.objects.visible_to(person(request)), request.GET.get("page"), per_page=PER_PAGE)
    rows = [(row, _label(row)) for row in page]
    return render_page(request, "files/exports/exports.html", {"page": page, "rows": rows})


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the progress of the person's export `pk`, its download, or why it failed.

    The page reloads while it is written. Raises Http404 if it does not exist or is someone else's.
    """
    row = _own(request, pk)
    kind = dict(export_kinds.items()).get(row.kind)
    context = {
        "export": row,
        "label": _label(row),
        "back": kind.href(QueryDict(row.query)) if kind else "",
        "percent": int(row.share * 100),
        "failure_reason": FailureReason(row.failure_reason).label if row.failure_reason else "",
    }
    return render(request, "files/exports/export.html", "progress", context)


def _label(row: Export) -> str:
    """Return the label of the kind of export, such as “What the platform keeps about you”.

    For a kind that is no longer registered, the file's name.
    """
    return str(export_kinds[row.kind].label) if row.kind in export_kinds else row.name


@forbidden_while_acting
@require_safe
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Download the file of the person's export `pk`; raises Http404 without a file or for someone else's export.

    Raises Refused once the person may not read all of its content.
    """
    row = _own(request, pk)
    if not row.stored:
        raise Http404
    enforce(_can_still_read(row))
    try:
        return stored_file_response(
            row.stored, StoredSize.FULL, name=row.name, content_type=CONTENT_TYPES[row.file_format]
        )
    except FileNotFoundError as error:
        logger.exception("The file of export %d is missing", row.pk)
        raise Http404 from error


def _can_still_read(row: Export) -> Decision:
    """Return whether the export's person may still read all its content: the file can outlive their rights by seven
    days.
    """
    try:
        prepared_export(row)
    except DomainError:
        return deny(FailureReason(FailureReason.NOT_YOURS).label)
    return ALLOW


@require_POST
def cancel_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel the person's export `pk` and redirect to its page; one that had ended stays as it is.

    Raises Http404 for someone else's export.
    """
    row = _own(request, pk)
    if actions.cancel_export(export=row, by=person(request), at=now()):
        messages.success(request, _("The file is no longer being created."))
    else:
        messages.info(request, _("The creation of the file had already ended."))
    return redirect(row)
