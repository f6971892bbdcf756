"""Your downloads: how far each of one's own is, to be fetched once it is written. Nobody else knows of them."""

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
from files.attachments.views.serving import content_of
from files.enums import Size
from files.exports import actions
from files.exports.enums import FailedFor
from files.exports.writing import CONTENT_TYPES, prepared
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
    """Http404 for what is not there, or another's."""
    return get_object_or_404(Export.objects.visible_to(person(request)), pk=pk)


@require_safe
def export_list(request: HttpRequest) -> HttpResponse:
    """One's own, the latest first."""
    page = paginate(Export.objects.visible_to(person(request)), request.GET.get("page"), per_page=PER_PAGE)
    rows = [(row, _label(row)) for row in page]
    return render_page(request, "files/exports.html", {"page": page, "rows": rows})


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is: asked again and again while it is under way, by htmx or by hand."""
    row = _own(request, pk)
    kind = dict(export_kinds.items()).get(row.kind)
    context = {
        "export": row,
        "label": _label(row),
        "back": kind.href(QueryDict(row.asked)) if kind else "",
        "percent": int(row.share * 100),
        "why": FailedFor(row.failed_for).label if row.failed_for else "",
    }
    return render(request, "files/export.html", "progress", context)


def _label(row: Export) -> str:
    return str(export_kinds[row.kind].label) if row.kind in export_kinds else row.name


@forbidden_while_acting
@require_safe
def export_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself, to be saved; kept under no address but this one, and for nobody who may not read it any more."""
    row = _own(request, pk)
    if not row.stored:
        raise Http404
    enforce(_still_theirs(row))
    try:
        return content_of(row.stored, Size.FULL, name=row.name, content_type=CONTENT_TYPES[row.form])
    except FileNotFoundError as error:
        logger.exception("The file of export %d is missing", row.pk)
        raise Http404 from error


def _still_theirs(row: Export) -> Decision:
    """What was theirs when it was written may be so no more: a file outlives a mandate by seven days."""
    try:
        prepared(row)
    except DomainError:
        return deny(FailedFor(FailedFor.NOT_YOURS).label)
    return ALLOW


@require_POST
def cancel_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it; one that had ended by itself stays as it is."""
    row = _own(request, pk)
    if actions.cancel_export(export=row, by=person(request), at=now()):
        messages.success(request, _("The file is no longer being created."))
    else:
        messages.info(request, _("The creation of the file had already ended."))
    return redirect(row)
