"""The field notebook: add a note on a phone, the list and the page of notes, and withdrawal by code."""

from datetime import timedelta
from typing import Final

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.clock import local_today
from fieldwork.models import Note
from fieldwork.notes import actions
from fieldwork.notes.codes import LENGTH
from fieldwork.notes.enums import NoteKind, Removal
from fieldwork.notes.file_owners import files_of_notes
from fieldwork.notes.forms import REFUSED, NewNoteForm, NoteConsentForm, NoteForm, WithdrawalForm
from fieldwork.notes.lookups import get_cohort_of_work_or_404, get_note_or_404
from fieldwork.notes.note_list import NOTES
from fieldwork.permissions import can_edit_note, can_write_notes
from files.enums import PEOPLE_AGREED
from files.uploads.receiving import received_files
from lists.pages import list_page
from prototypes.views.lookups import roles_in
from prototypes.visibility import working_cohorts
from web.dates.clock import today_everywhere
from web.decisions import enforce
from web.errors import DomainError
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, adding_errors_to, form_page, form_response, submitted_data
from web.security.headers import HEADERS
from web.security.rate_limits import count_try, tried_too_often
from web.text.names import name_ordering

A_DAY: Final = timedelta(hours=24)
MAX_WRONG_CODES, WRONG_CODES_SECONDS = 20, 600  # codes tried from one IP address, and the period
# The page of a voice memo asks for the microphone, which all other pages leave off.
WITH_MICROPHONE: Final = HEADERS["Permissions-Policy"].replace("microphone=()", "microphone=(self)")


@require_safe
def choose_notebook(request: HttpRequest) -> HttpResponse:
    """Show the notebook of the person's cohort; with several cohorts a choice, without one who writes notes."""
    cohorts = list(working_cohorts(person(request), today_everywhere()).order_by(*name_ordering()))
    if len(cohorts) == 1:
        return notebook(request, cohorts[0].slug)
    return render(request, "fieldwork/notes/choose_notebook.html", {"cohorts": cohorts})


@require_safe
def notebook(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the notebook of a cohort on a phone: a button for each kind of note, and what the person noted today.

    Raises Http404 for people who do not work in the cohort.
    """
    cohort = get_cohort_of_work_or_404(request, slug)
    own = Note.objects.own_since(person(request), cohort, now() - A_DAY).select_related("cohort__authority")
    context = {
        "cohort": cohort,
        "kinds": NoteKind,
        "notes": own,
        "can_write": can_write_notes(roles_in(request, cohort)),
    }
    return render(request, "fieldwork/notes/notebook.html", context)


@form_page
def add_note(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """Show the form of a note of one kind; save it on POST and go back to the notebook for the next one.

    Raises Refused for people other than the lab, coordinator, residents, pilot and ambassadors, Http404 for an unknown
    kind.
    """
    cohort, user = get_cohort_of_work_or_404(request, slug), person(request)
    if kind not in NoteKind.values:
        raise Http404
    enforce(can_write_notes(roles_in(request, cohort)))
    place = Note.objects.own_since(user, cohort, now() - A_DAY).values_list("place", flat=True).first()
    received = received_files(request, recordings=kind == NoteKind.VOICE)
    form = NewNoteForm(
        submitted_data(request),
        kind=kind,
        cohort=cohort,
        today=local_today(cohort),
        received=received,
        initial={"place": place or ""},
    )
    if form.is_bound and form.is_valid():
        with adding_errors_to(form):
            at = now()
            note = actions.add_note(cohort=cohort, kind=kind, happened_at=at, by=user, at=at, **form.action_arguments())
            messages.success(request, _saved(request, note))
            return redirect("fieldwork:notebook", slug)
    response = render(
        request,
        "fieldwork/notes/add.html",
        {"cohort": cohort, "form": form, "kind": NoteKind(kind), "cancel": reverse("fieldwork:notebook", args=[slug])},
    )
    if kind == NoteKind.VOICE:
        response["Permissions-Policy"] = WITH_MICROPHONE
    return response


def _saved(request: HttpRequest, note: Note) -> str:
    """Return the message after a note was saved, with the code to give to the person who agreed, and its address."""
    if note.printed_code and note.consent in PEOPLE_AGREED:
        values = {"address": request.get_host() + reverse("fieldwork:withdraw"), "code": note.printed_code}
        text = _("Saved. Give the person this code, with which they can withdraw the note at %(address)s: %(code)s")
        return text % values
    return _("Saved.")


@require_safe
def note_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the notes of a cohort that the person may read; Http404 if its notebook is not for them."""
    subject = NOTES.subject(person(request), slug)
    context = {"cohort": subject.cohort, "can_write": can_write_notes(subject.roles)}
    if context["can_write"]:
        context |= {"add_href": reverse("fieldwork:notebook", args=[slug]), "add_label": _("Add note")}
    return list_page(request, NOTES, "fieldwork/notes/list.html", context, subject_key=slug, subject=subject)


@require_safe
def note_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a note with its file, its consent and the code to withdraw it; Http404 for people who may not read it."""
    note = get_note_or_404(request, pk)
    context = {
        "note": note,
        "file": files_of_notes([note]).get(note.pk),
        "can_edit": can_edit_note(roles_in(request, note.cohort), person(request), note),
        "is_usable": note.is_usable(local_today(note.cohort)),
        "withdrawal_url": request.build_absolute_uri(reverse("fieldwork:withdraw")),
    }
    return render(request, "fieldwork/notes/page.html", context)


@form_page
def edit_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to edit the texts of a note; save it on POST and go back to the note.

    Raises Refused for people other than its author, the lab, coordinator, residents and pilot.
    """
    note = _note_to_edit(request, pk)
    form = NoteForm(submitted_data(request), kind=note.kind, cohort=note.cohort, current=note.form_values())
    page = FormPage(_("Edit the note"), _("Save"), note.get_absolute_url(), crumb=note)
    return form_response(
        request, form, page, actions.change_note, done=_("Saved."), note=note, by=person(request), at=now()
    )


@form_page
def note_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form about the consent to a note; save it on POST and go back to the note. A refusal deletes the note.

    Raises Refused for people other than its author, the lab, coordinator, residents and pilot.
    """
    note = _note_to_edit(request, pk)
    form = NoteConsentForm(submitted_data(request), current=note.consent_values(), kind=note.kind)
    page = FormPage(_("Consent to the note"), _("Save"), note.get_absolute_url(), crumb=note)
    if form.is_bound and form.is_valid() and form.cleaned_data["consent"] == REFUSED:
        return _delete(request, note, Removal.REFUSED)
    return form_response(
        request, form, page, actions.record_consent, done=_("Saved."), note=note, by=person(request), at=now()
    )


@form_page
def delete_note(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ask whether to delete a note of a cohort; delete it on POST and go to the list of notes, also when it is gone.

    Raises Refused for people other than its author, the lab, coordinator, residents and pilot.
    """
    cohort, user = get_cohort_of_work_or_404(request, slug), person(request)
    note = Note.objects.visible_to(user).filter(cohort=cohort, pk=pk).first()
    if note is None:
        return redirect("fieldwork:note_list", slug)
    enforce(can_edit_note(roles_in(request, cohort), user, note))
    form = ConfirmationForm(submitted_data(request))
    page = FormPage(
        _("Delete the note"),
        _("Delete the note"),
        note.get_absolute_url(),
        crumb=note,
        consequences=(_("The text and the file of the note are deleted at once. They cannot be restored."),),
        is_destructive=True,
    )
    if form.is_bound and form.is_valid():
        return _delete(request, note, Removal.DELETED)
    return page.show(request, form)


def _delete(request: HttpRequest, note: Note, removal: Removal) -> HttpResponse:
    """Delete the note for this reason, and redirect to the list of notes."""
    actions.delete_note(note=note, by=person(request), at=now(), removal=removal)
    messages.success(request, _("The note is deleted."))
    return redirect("fieldwork:note_list", note.cohort.slug)


def _note_to_edit(request: HttpRequest, pk: int) -> Note:
    """Return the note with this key, which the person may edit; raises Http404, or Refused with the reason."""
    note = get_note_or_404(request, pk)
    enforce(can_edit_note(roles_in(request, note.cohort), person(request), note))
    return note


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@form_page
def withdraw(request: HttpRequest) -> HttpResponse:
    """Let a person without an account withdraw their consent to a note, by the code that they were given.

    The first button finds the note, the second deletes its content and its file. A note that a phone has not sent yet
    is refused when it comes. After 20 wrong codes from one IP address within ten minutes, all are refused.
    """
    client = get_adapter(request).get_client_ip(request) or ""
    too_often = tried_too_often("withdrawal", client, limit=MAX_WRONG_CODES)
    form, note, is_early = WithdrawalForm(submitted_data(request)), None, False
    if form.is_bound and form.is_valid() and not too_often:
        code = form.cleaned_data["code"]
        note = Note.objects.filter(withdrawal_code=code).first()
        if note is None:
            count_try("withdrawal", client, seconds=WRONG_CODES_SECONDS)
            is_early = len(code) == LENGTH
            if is_early and "early" in request.POST:
                with adding_errors_to(form):
                    actions.withdraw_before_arrival(code=code, by=None, at=now())
                    return render(request, "fieldwork/notes/withdrawn.html", {"is_early": True})
            else:
                DomainError(actions.UNKNOWN_CODE, field="code").add_to(form)
        elif "confirm" in request.POST:
            with adding_errors_to(form):
                actions.withdraw_consent(code=form.cleaned_data["code"], by=None, at=now())
                return render(request, "fieldwork/notes/withdrawn.html")
    context = {"form": form, "note": note, "is_early": is_early, "too_often": too_often}
    return render(request, "fieldwork/notes/withdraw.html", context, status=429 if too_often else 200)
