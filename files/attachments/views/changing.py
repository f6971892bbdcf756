"""Add files, describe one anew, withdraw one."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from accounts.requests import person
from files.attachments import actions
from files.attachments.forms import AddForm, DescribeForm, WithdrawForm
from files.attachments.views.finding import kept_at, owner_at
from files.documents.identification import kinds_in_words
from files.permissions import may_edit
from files.registries import Owner
from files.uploads.receiving import REMOVE, received_files
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import FormPage, done, form_page, sent


@form_page
def add_files(request: HttpRequest, about: str, object_id: int) -> HttpResponse:
    """Add pictures and documents, up to four at once; those that are in stay when the form comes back."""
    owner = owner_at(request, about, object_id)
    enforce(owner.may_add)
    form = _add_form(request)
    if form.is_bound and form.is_valid() and (count := _brought(request, owner, form)):
        said = ngettext("The file is added.", "%(n)d files are added.", count)
        messages.success(request, said % {"n": count})
        return redirect(f"{owner.href}#files")
    context = {"owner": owner, "form": form, "kinds": kinds_in_words(), "most": settings.FILES_MOST_BYTES}
    return render(request, "files/add.html", context)


def _add_form(request: HttpRequest) -> AddForm:
    """Return the form; after a file was removed it is not checked, and has what was typed."""
    if request.method != "POST":
        return AddForm()
    received = received_files(request)
    if REMOVE in request.POST:
        return AddForm(initial=request.POST.dict(), received=received)
    return AddForm(request.POST, received=received)


def _brought(request: HttpRequest, owner: Owner, form: AddForm) -> int:
    """How many files were kept; none when the domain refuses, which goes into the form."""
    try:
        rows = actions.bring_files(owner=owner, files=form.brought(), by=person(request), at=now(), **form.agreed())
    except DomainError as error:
        error.add_to(form)
        form.renew()
        return 0
    return len(rows)


@form_page
def edit_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Say something else about what it shows, and how far people agreed."""
    row, owner = kept_at(request, pk)
    enforce(may_edit(owner, row))
    if row.withdrawn_at:
        return _gone(request, owner)
    form = DescribeForm(sent(request), attachment=row)
    if done(form, actions.describe_file, attachment=row, by=person(request)):
        messages.success(request, _("Saved."))
        return redirect(f"{owner.href}#files")
    page = FormPage(
        _("Edit the file"), _("Save"), f"{owner.href}#files", crumb=owner.name, crumb_href=owner.href, intro=row.name
    )
    return page.show(request, form)


@form_page
def withdraw_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a file; it cannot be brought back."""
    row, owner = kept_at(request, pk)
    enforce(may_edit(owner, row))
    if row.withdrawn_at:
        return _gone(request, owner)
    form = WithdrawForm(sent(request))
    if done(form, actions.withdraw_file, attachment=row, by=person(request), at=now()):
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
        grave=True,
    ).show(request, form)


def _gone(request: HttpRequest, owner: Owner) -> HttpResponse:
    """The answer to a form about a file that is withdrawn, a second sending among them."""
    messages.info(request, _("The file is withdrawn: nobody sees it any more."))
    return redirect(f"{owner.href}#files")
