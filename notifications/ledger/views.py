"""The ledger: what will go, went, is held or failed; the switch; one reminder before it goes. For lab staff."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.requests import person
from notifications import actions
from notifications.emails import rendering
from notifications.enums import ItemState
from notifications.ledger.filters import LetterFilter
from notifications.models import Delivery, MailSwitch, Reminder
from notifications.permissions import may_keep_letters
from notifications.registries import event_kinds
from notifications.reminders.outcome_texts import outcome_of
from notifications.reminders.reason_texts import reason_in_words
from notifications.reminders.step_status import coming_reminders
from notifications.sending.forms import HoldForm
from web.decisions import enforce
from web.errors import DomainError
from web.forms.fields import SureForm
from web.forms.pages import FormPage, done, form_page, refusals_into, sent
from web.pages.htmx import render as render_partial
from web.pages.htmx import wants_partial
from web.pages.pagination import paginate

MOST_NAMED = 50
PER_PAGE = 40  # lines of several words each: the page stays under 60 KiB


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """What goes next, then every letter, the latest first; a filter asks for the letters only."""
    enforce(may_keep_letters(person(request)))
    switch = MailSwitch.objects.held().select_related("held_by").first()
    coming, more = ([], 0) if wants_partial(request) else coming_reminders(timezone.now(), held=switch is not None)
    rows = Delivery.objects.latest_first().select_related("user").prefetch_related("items__reminder")
    found = LetterFilter(request.GET, queryset=rows)
    context = {
        "form": found.form,
        "page": paginate(found.qs, request.GET.get("page"), per_page=PER_PAGE),
        "switch": switch,
        "coming": coming,
        "more_coming": more,
    }
    return render_partial(request, "notifications/ledger.html", "results", context)


@form_page
def hold(request: HttpRequest) -> HttpResponse:
    """Stop every letter, after saying what that means."""
    user = person(request)
    enforce(may_keep_letters(user))
    form = HoldForm(sent(request))
    if done(form, actions.hold_mail, at=timezone.now(), by=user):
        messages.success(request, _("E-mails are paused. No e-mail is sent until you resume sending."))
        return redirect("notifications:ledger")
    consequences = (
        _("No reminder is sent to anyone until a member of the lab staff resumes sending."),
        _("Reminders are still planned. Those that are no longer useful when sending resumes are never sent."),
        _("E-mails from the sign-in pages, such as for a new password, are still sent."),
    )
    return _page(_("Pause all e-mails"), consequences, grave=True).show(request, form)


@form_page
def release(request: HttpRequest) -> HttpResponse:
    """Let letters leave again, after saying how many are waiting."""
    user = person(request)
    enforce(may_keep_letters(user))
    form = SureForm(sent(request))
    if form.is_bound and form.is_valid():
        with refusals_into(form):
            actions.release_mail(by=user)
            messages.success(request, _("Sending of e-mails is resumed."))
            return redirect("notifications:ledger")
    due = Delivery.objects.claimable(timezone.now())[:MOST_NAMED].count()
    consequences = (_waiting(due), _("E-mails that became useless during the pause are not sent."))
    return _page(_("Resume sending e-mails"), consequences).show(request, form)


def _page(title: str, consequences: tuple[str, ...], *, grave: bool = False) -> FormPage:
    ledger_page = reverse("notifications:ledger")
    return FormPage(title, title, ledger_page, crumb=_("E-mails"), consequences=consequences, grave=grave)


def _waiting(due: int) -> str:
    if due == MOST_NAMED:
        return _("More than %(due)s e-mails are due and will be sent within minutes.") % {"due": due}
    said = ngettext(
        "%(counter)s e-mail is due and will be sent within minutes.",
        "%(counter)s e-mails are due and will be sent within minutes.",
        due,
    )
    return said % {"counter": due}


@require_safe
def reminder(request: HttpRequest, pk: int) -> HttpResponse:
    """One step of a ladder: what became of it or whom it concerns today, and how it reads for the first of them.

    Where it concerns nobody it is shown as the person who asks would read it.
    """
    enforce(may_keep_letters(person(request)))
    row, at = get_object_or_404(Reminder, pk=pk), timezone.now()
    outcome = outcome_of(row, at)
    items = list(row.items.select_related("user", "delivery", "reminder")[:MOST_NAMED])
    people = _concerned(row, at) if outcome.still_open else []
    waits = outcome.still_open or any(item.state == ItemState.QUEUED for item in items)
    delivery = items[0].delivery if items and not people else None
    reader = people[0] if people else items[0].user if items else person(request)
    language = delivery.language if delivery else ""
    context = {
        "reminder": row,
        "outcome": outcome,
        "items": items,
        "people": people[:MOST_NAMED],
        "count": len(people),
        "stopped": _stopped(row, at) if waits and not people else "",
        "letter": rendering.preview(reader, [row], reader=person(request), language=language),
        "delivery": delivery,
        "reader": reader,
    }
    return render(request, "notifications/reminder.html", context)


def _concerned(row: Reminder, at: datetime) -> list[User]:
    if row.kind not in event_kinds:
        return []
    return [found.user for found in event_kinds[row.kind].recipients(row, at)]


def _stopped(row: Reminder, at: datetime) -> str:
    """Why the event, as it stands, has no use for the letter, in words."""
    stops = event_kinds[row.kind].stops if row.kind in event_kinds else None
    reason = stops(row, at) if stops else ""
    return reason_in_words(reason, row.kind) if reason else ""


def _act(request: HttpRequest, pk: int, action: Callable[..., Any], done: StrOrPromise, **kwargs: Any) -> HttpResponse:
    """Find a letter, try an action on it, go back to it with what became of that."""
    user = person(request)
    row = get_object_or_404(Delivery.objects.visible_to(user), pk=pk)
    enforce(may_keep_letters(user))
    try:
        action(letter=row, by=user, **kwargs)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(done))
    return redirect(row)


@require_POST
def retry_letter(request: HttpRequest, pk: int) -> HttpResponse:
    done = _("The e-mail is back in the queue and will be sent.")
    return _act(request, pk, actions.retry_letter, done, at=timezone.now())


@require_POST
def hold_letter(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.hold_letter, _("The e-mail is paused."))


@require_POST
def release_letter(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(
        request, pk, actions.release_letter, _("The e-mail is back in the queue and will be sent."), at=timezone.now()
    )
