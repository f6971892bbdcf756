"""Pages that add files, describe one, withdraw one."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.requests import person
from files.attachments import actions
from files.attachments.forms import AddFilesForm, DescribeForm, WithdrawForm
from files.attachments.views.lookups import get_described_file_or_404, get_owner_or_404
from files.documents.identification import kinds_in_words
from files.permissions import can_edit_file
from files.registries import Owner
from files.uploads.receiving import REMOVE, received_files
from web.decisions import enforce
from web.forms.pages import FormPage, adding_errors_to, apply_form, form_page, submitted_data


@form_page
def add_files(request: HttpRequest, about: str, object_id: int) -> HttpResponse:
    """Show the form to add files to an object, several at once; attach them on POST and redirect to the object.

    `about` is the slug of the object's kind. Files received stay when the form comes back with an error. Raises Http404
    when the person may not see the object, Refused when they may not add files.
    """
    owner = get_owner_or_404(request, about, object_id)
    enforce(owner.can_add)
    form = _add_form(request)
    if form.is_bound and form.is_valid() and (count := _attach_files(request, owner, form)):
        text = ngettext("The file is added.", "%(n)d files are added.", count)
        messages.success(request, text % {"n": count})
        return redirect(f"{owner.href}#files")
    context = {"owner": owner, "form": form, "kinds": kinds_in_words(), "max_bytes": settings.FILES_MAX_BYTES}
    return render(request, "files/attachments/add.html", context)


def _add_form(request: HttpRequest) -> AddFilesForm:
    """Return the form to add files, with the files received by this request; empty unless it is a POST.

    After the button “Remove” of a file the form is not checked, and keeps what was typed.
    """
    if request.method != "POST":
        return AddFilesForm()
    received = received_files(request)
    if REMOVE in request.POST:
        return AddFilesForm(initial=request.POST.dict(), received=received)
    return AddFilesForm(request.POST, received=received)


def _attach_files(request: HttpRequest, owner: Owner, form: AddFilesForm) -> int:
    """Attach the files of the valid form to the object `owner` and return how many.

    0 when they are refused: the reason is then an error in the form, which gets a new idempotency key.
    """
    with adding_errors_to(form):
        rows = actions.attach_files(
            owner=owner, files=form.new_files(), by=person(request), at=now(), **form.consent_arguments()
        )
        return len(rows)
    return 0


@form_page
def edit_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form for the description of the file `pk` and the consent of the people on it; save it on POST.

    Redirects when the file is withdrawn. Raises Http404 when the person may not see it, Refused when they may not edit
    it.
    """
    row, owner = get_described_file_or_404(request, pk)
    enforce(can_edit_file(owner, row))
    if row.withdrawn_at:
        return _already_withdrawn(request, owner)
    form = DescribeForm(submitted_data(request), attachment=row)
    if apply_form(form, actions.describe_file, attachment=row, by=person(request)):
        messages.success(request, _("Saved."))
        return redirect(f"{owner.href}#files")
    page = FormPage(
        _("Edit the file"), _("Save"), f"{owner.href}#files", crumb=owner.name, crumb_href=owner.href, intro=row.name
    )
    return page.show(request, form)


@form_page
def withdraw_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to withdraw the file `pk` with a reason; withdraw it for good on POST.

    Redirects when it is withdrawn already. Raises Http404 when the person may not see it, Refused when they may not
    edit it.
    """
    row, owner = get_described_file_or_404(request, pk)
    enforce(can_edit_file(owner, row))
    if row.withdrawn_at:
        return _already_withdrawn(request, owner)
    form = WithdrawForm(submitted_data(request))
    if apply_form(form, actions.withdraw_file, attachment=row, by=person(request), at=now()):
        messages.success(request, _("The file is withdrawn: nobody sees it any more."))
        return redirect(f"{owner.href}#files")
    consequences = (
        _("“%(name)s” is deleted immediately. Nobody can see or download it any more.") % {"name": row.name},
        _("The history keeps a record of the file and of why it is withdrawn."),
    )
    return FormPage(
        _("Withdraw the file"),
        pgettext("file", "Withdraw"),
        f"{owner.href}#files",
        crumb=owner.name,
        crumb_href=owner.href,
        consequences=consequences,
        is_destructive=True,
    ).show(request, form)


def _already_withdrawn(request: HttpRequest, owner: Owner) -> HttpResponse:
    """Redirect to the page of the object `owner` of a file that was withdrawn before, with a message that says so."""
    messages.info(request, _("The file is withdrawn: nobody sees it any more."))
    return redirect(f"{owner.href}#files")
