"""The page that offers to create a large file in the background."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from files.exports.actions import request_export
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, adding_errors_to, submitted_data
from web.templatetags.web import number

MAX_DIRECT_ROWS = 2000  # rows downloaded directly, without a background task


def offer_background_export(
    request: HttpRequest, title: StrOrPromise, *, back: str, crumb: object, kind: str, query: str, name: str, rows: int
) -> HttpResponse:
    """Show a confirmation on GET; on POST, start the export in the background and go to the page of its progress.

    `back` is the address of the page of the same rows, `crumb` its name. `kind` is the slug of an `ExportKind`, `query`
    the query string that it reads, `name` that of the file, which ends in its type, and `rows` its number of rows.
    """
    sure = ConfirmationForm(submitted_data(request))
    if sure.is_bound and sure.is_valid():
        with adding_errors_to(sure):
            export = request_export(
                kind=kind,
                file_format=name.rpartition(".")[2],
                language=request.LANGUAGE_CODE[:2],
                query=query,
                name=name,
                rows=rows,
                by=person(request),
                at=now(),
            )
            return redirect(export)
    return FormPage(
        title,
        _("Create file"),
        back,
        crumb=crumb,
        intro=ngettext("The file has %(n)s row.", "The file has %(n)s rows.", rows) % {"n": number(rows)},
        consequences=(
            _(
                "The file is created in the background. You can leave the page and find the file later under"
                " “Your downloads”."
            ),
            _("Only you can download it. It is deleted after seven days."),
        ),
    ).show(request, sure)
