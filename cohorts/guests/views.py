"""Pages of guests, behind a link that shows one session, and the page that records a stakeholder's e-mail address.

Reading them changes nothing, since mail scanners follow links; only buttons do. The URL of a guest's page holds the
token: it reaches neither logs, nor other sites, nor the history.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import pghistory
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables

from accounts.lab.models import Lab
from accounts.requests import person
from cohorts.attendance.actions import ANSWERABLE_STATUSES
from cohorts.attendance.enums import EXPECTED_OR_PRESENT, AttendanceStatus
from cohorts.clock import local_today
from cohorts.guests import actions
from cohorts.guests.enums import GuestAnswer
from cohorts.guests.forms import AnswerForm, ContactForm, CorrectionForm
from cohorts.guests.links import GuestLink, guest_of
from cohorts.guests.reminders import KIND
from cohorts.models import Attendance, Stakeholder, StakeholderContact
from cohorts.sessions.enums import SessionState
from cohorts.stakeholders.views import editable_stakeholder
from notifications.emails.links import unsubscribe_url
from notifications.models import Preference
from notifications.registries import HIDDEN
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.mailboxes import masked_address
from web.security.acting import forbidden_while_acting
from web.security.link_tokens import hide_address
from web.security.rate_limits import count_try, tried_too_often

MAX_CORRECTIONS, CORRECTIONS_SECONDS = 10, 3600  # of the data of one guest, and the period
GuestView = Callable[[HttpRequest, GuestLink, str], HttpResponse]


@form_page
def stakeholder_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the stakeholder `pk` agreed to; record their e-mail address and these words on POST.

    The address is not shown: it may belong to an account, whose person may have changed it since.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    user, stakeholder = person(request), editable_stakeholder(request, pk)
    contact = _contact_of(stakeholder)
    form = ContactForm(submitted_data(request), initial={"consent": contact.consent} if contact else {})
    back = reverse("cohorts:stakeholders", args=[stakeholder.cohort.slug])
    if apply_form(form, actions.record_contact, stakeholder=stakeholder, at=timezone.now(), by=user):
        messages.success(request, _("Saved."))
        return redirect(back)
    context = {"form": form, "stakeholder": stakeholder, "contact": contact, "back": back, "cohort": stakeholder.cohort}
    context["has_stopped"] = contact is not None and Preference.objects.filter(user=contact.user, kind=KIND).exists()
    return render(request, "cohorts/guests/contact.html", context)


@form_page
def remove_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to confirm that the e-mail address of the stakeholder `pk` is removed; remove it on POST.

    For lab staff and the cohort's coordinator, residents and pilot; 403 for others.
    """
    user, stakeholder = person(request), editable_stakeholder(request, pk)
    if request.method == "POST":
        actions.remove_contact(stakeholder=stakeholder, at=timezone.now(), by=user)
        messages.success(request, _("The address is removed."))
        return redirect("cohorts:stakeholders", stakeholder.cohort.slug)
    return FormPage(
        _("Remove the e-mail address of %(name)s") % {"name": stakeholder.name},
        _("Remove the address"),
        reverse("cohorts:stakeholder_contact", args=[stakeholder.pk]),
        crumb=stakeholder.name,
        parent=stakeholder.cohort.name,
        consequences=(
            _("No more e-mails are sent to this person about sessions, and the links they have no longer work."),
            _("The stakeholder stays on the cohort’s list, with their attendance."),
        ),
        is_destructive=True,
    ).show(request, ConfirmationForm())


def guest_page(view: GuestView) -> Callable[[HttpRequest, str], HttpResponse]:
    """Wrap a view of a guest: it gets what the link opens, and the link's token, without a sign-in.

    A link that opens nothing gives a 404 page with the same words whatever the reason.
    """

    @forbidden_while_acting
    @login_not_required
    @never_cache
    @sensitive_variables("token")
    @form_page
    @wraps(view)
    def page(request: HttpRequest, token: str) -> HttpResponse:
        """Show the page of the guest whose link has this token, or that it opens nothing."""
        guest = guest_of(token)
        if guest is None:
            context = {"lab_address": Lab.objects.address()}
            return hide_address(render(request, "cohorts/guests/invalid_link.html", context, status=404))
        with pghistory.context(url=reverse("cohorts:guest_session", args=[HIDDEN])):
            return hide_address(view(request, guest, token))

    return page


@guest_page
def guest_session(request: HttpRequest, guest: GuestLink, token: str) -> HttpResponse:
    """Show a guest their session, and ask whether they come; save the answer on POST."""
    today = local_today(guest.session.cohort)
    open_rows = [row for row in guest.attendances if row.day.date >= today and row.status in ANSWERABLE_STATUSES]
    can_answer = guest.session.state == SessionState.SCHEDULED and bool(open_rows)
    form = AnswerForm(submitted_data(request), initial=_answer_of(open_rows))
    by = guest.contact.user
    answer = {"contact": guest.contact, "session": guest.session, "today": today, "by": by}
    if apply_form(form, actions.answer_as_guest, **answer):
        messages.success(request, _("Your answer is saved. You can change it on this page until the session."))
        return redirect("cohorts:guest_session", token)
    was_expected_or_came = any(row.status in EXPECTED_OR_PRESENT for row in guest.attendances)
    report = guest.session.report if guest.session.state == SessionState.REPORTED and was_expected_or_came else ""
    outcome = guest.session.outcome if was_expected_or_came else ""
    days = list(guest.session.days.all())
    context = {"form": form, "can_answer": can_answer, "days": days, "report": report, "outcome": outcome}
    context["no_answer_reason"] = actions.no_answer_reason(guest.session, today)
    return render(request, "cohorts/guests/session.html", context | _page_context(guest, token))


@guest_page
def guest_data(request: HttpRequest, guest: GuestLink, token: str) -> HttpResponse:
    """Show a guest what is stored about them, and let them correct their name and organisation, ten times an hour."""
    stakeholder, who = guest.contact.stakeholder, str(guest.contact.stakeholder_id)
    too_often = tried_too_often("guest-correction", who, limit=MAX_CORRECTIONS)
    initial = {"name": stakeholder.name, "organisation": stakeholder.organisation}
    form = CorrectionForm(submitted_data(request), initial=initial)
    if form.is_bound:
        count_try("guest-correction", who, seconds=CORRECTIONS_SECONDS)
    if too_often and form.is_bound:
        form.add_error(None, _("You tried this many times. Wait an hour, or ask the team to correct it."))
    elif apply_form(form, actions.correct_guest, contact=guest.contact, by=guest.contact.user):
        messages.success(request, _("Saved."))
        return redirect("cohorts:guest_data", token)
    return render(request, "cohorts/guests/data.html", {"form": form, **_page_context(guest, token)})


@guest_page
def erase_guest(request: HttpRequest, guest: GuestLink, token: str) -> HttpResponse:
    """Say what is erased and what stays; erase the guest at once on POST."""
    if request.method == "POST":
        actions.erase_guest(stakeholder=guest.contact.stakeholder, at=timezone.now(), by=None)
        return render(request, "cohorts/guests/erased.html", {"lab_address": Lab.objects.address()})
    return render(request, "cohorts/guests/erase.html", _page_context(guest, token))


def _answer_of(rows: list[Attendance]) -> dict[str, str]:
    """Return the answer that a guest gave, from their attendance on the days to come; empty before they answered."""
    row = next((row for row in rows if row.answered_on), None)
    if row is None:
        return {}
    if row.status == AttendanceStatus.EXCUSED:
        return {"answer": GuestAnswer.NO}
    answer = GuestAnswer.SUBSTITUTE if row.substitute else GuestAnswer.YES
    return {"answer": answer, "substitute": row.substitute, "needs": row.needs}


def _contact_of(stakeholder: Stakeholder) -> StakeholderContact | None:
    """Return the address of a stakeholder with who recorded it; None without one."""
    contacts = StakeholderContact.objects.select_related("recorded_by")
    return contacts.filter(stakeholder=stakeholder).first()


def _page_context(guest: GuestLink, token: str) -> dict[str, Any]:
    """Return what each page of a guest shows: the session, the stakeholder, how to reach the lab, and the links of its
    token.
    """
    return {
        "session": guest.session,
        "stakeholder": guest.contact.stakeholder,
        "contact": guest.contact,
        "address": masked_address(guest.contact.user.email),
        "lab_address": Lab.objects.address(),
        "token": token,
        "unsubscribe_url": unsubscribe_url(guest.contact.user_id, [KIND]),
    }
