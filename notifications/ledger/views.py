"""Pages for lab staff: the ledger of all e-mails, the switch that pauses them, and the planned reminders."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
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
from lists.pages import list_page
from notifications import actions
from notifications.emails import rendering
from notifications.enums import ItemState
from notifications.ledger.email_list import EMAILS
from notifications.models import Delivery, MailSwitch, Reminder
from notifications.permissions import can_manage_emails, can_read_emails
from notifications.registries import event_kinds
from notifications.reminders.outcome_texts import outcome_of
from notifications.reminders.reason_texts import reason_in_words
from notifications.reminders.step_status import upcoming_reminders
from notifications.sending.forms import PauseForm
from web.decisions import enforce
from web.errors import DomainError
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, adding_errors_to, apply_form, form_page, submitted_data

MAX_LISTED = 50


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Show lab staff the list of all e-mails, the latest first, 40 on a page. Raises Refused for others."""
    user = person(request)
    enforce(can_read_emails(user))
    context = {
        "can_manage": can_manage_emails(user),
        "has_mailbox": settings.DEMO or (settings.LOCAL_MAILBOX and user.is_lab_administrator),
        "switch": MailSwitch.objects.paused().select_related("held_by").first(),
    }
    return list_page(request, EMAILS, "notifications/ledger/list.html", context, can_act=True)


@require_safe
def reminders(request: HttpRequest) -> HttpResponse:
    """Show lab staff the next ten planned reminders of all events, with who gets them. Raises Refused for others."""
    enforce(can_manage_emails(person(request)))
    is_paused = MailSwitch.objects.paused().exists()
    upcoming, more = upcoming_reminders(timezone.now(), is_paused=is_paused)
    context = {"is_paused": is_paused, "upcoming": upcoming, "more_upcoming": more}
    return render(request, "notifications/ledger/reminders.html", context)


@form_page
def pause_all_emails(request: HttpRequest) -> HttpResponse:
    """Show lab staff the form for the reason to pause all e-mails; pause them on POST. Raises Refused for others."""
    user = person(request)
    enforce(can_manage_emails(user))
    form = PauseForm(submitted_data(request))
    if apply_form(form, actions.pause_all_emails, at=timezone.now(), by=user):
        messages.success(request, _("E-mails are paused. No e-mail is sent until you resume sending."))
        return redirect("notifications:ledger")
    consequences = (
        _("No reminder is sent to anyone until a member of the lab staff resumes sending."),
        _("Reminders are still planned. Those that are no longer useful when sending resumes are never sent."),
        _("E-mails from the sign-in pages, such as for a new password, are still sent."),
    )
    return _confirmation_page(_("Pause all e-mails"), consequences).show(request, form)


@form_page
def resume_all_emails(request: HttpRequest) -> HttpResponse:
    """Show lab staff the form to resume sending, which says how many e-mails are due; resume it on POST.

    While people erased since a restored backup are back, it is refused with an error in the form. Raises Refused for
    others than lab staff.
    """
    user = person(request)
    enforce(can_manage_emails(user))
    form = ConfirmationForm(submitted_data(request))
    if form.is_bound and form.is_valid():
        with adding_errors_to(form):
            actions.resume_all_emails(by=user)
            messages.success(request, _("Sending of e-mails is resumed."))
            return redirect("notifications:ledger")
    due = Delivery.objects.claimable(timezone.now())[: MAX_LISTED + 1].count()
    consequences = (_due_text(due), _("E-mails that became useless during the pause are not sent."))
    return _confirmation_page(_("Resume sending e-mails"), consequences).show(request, form)


def _confirmation_page(title: str, consequences: tuple[str, ...]) -> FormPage:
    """Return the form page to pause or resume all e-mails; `title` is also the label of its button.

    `consequences` are sentences about what it does.
    """
    ledger_page = reverse("notifications:ledger")
    return FormPage(title, title, ledger_page, crumb=_("E-mails"), consequences=consequences)


def _due_text(due: int) -> str:
    """Return how many e-mails are due and sent soon, in words.

    Above 50, that there are more than 50.
    """
    if due > MAX_LISTED:
        return _("More than %(due)s e-mails are due and will be sent within minutes.") % {"due": MAX_LISTED}
    text = ngettext(
        "%(counter)s e-mail is due and will be sent within minutes.",
        "%(counter)s e-mails are due and will be sent within minutes.",
        due,
    )
    return text % {"counter": due}


@require_safe
def reminder(request: HttpRequest, pk: int) -> HttpResponse:
    """Show lab staff the reminder `pk`: what happened to it or who would get it now, and the e-mail to the first of
    them.

    When nobody gets it, the preview is addressed to the person who asks. Raises Refused for people outside the lab.
    """
    enforce(can_read_emails(person(request)))
    row, at = get_object_or_404(Reminder, pk=pk), timezone.now()
    outcome = outcome_of(row, at)
    items = list(row.items.select_related("user", "delivery", "reminder")[:MAX_LISTED])
    people = _recipients(row, at) if outcome.is_open else []
    is_waiting = outcome.is_open or any(item.state == ItemState.QUEUED for item in items)
    delivery = items[0].delivery if items and not people else None
    recipient = people[0] if people else items[0].user if items else person(request)
    language = delivery.language if delivery else ""
    context = {
        "reminder": row,
        "outcome": outcome,
        "items": items,
        "people": people[:MAX_LISTED],
        "people_count": len(people),
        "stop_reason": _stop_reason(row, at) if is_waiting and not people else "",
        "email": rendering.preview(recipient, [row], reader=person(request), language=language),
        "delivery": delivery,
        "recipient": recipient,
    }
    return render(request, "notifications/ledger/reminder.html", context)


def _recipients(row: Reminder, at: datetime) -> list[User]:
    """Return the people who would get the reminder `row` at the moment `at`, as its kind of event names them.

    [] when this kind is no longer registered.
    """
    if row.kind not in event_kinds:
        return []
    return [recipient.user for recipient in event_kinds[row.kind].recipients(row, at)]


def _stop_reason(row: Reminder, at: datetime) -> str:
    """Return in words why the event's present state leaves the reminder `row` without recipients at the moment `at`.

    "" when it has some, or when its kind of event has no such rule.
    """
    stop_reason = event_kinds[row.kind].stop_reason if row.kind in event_kinds else None
    reason = stop_reason(row, at) if stop_reason else ""
    return reason_in_words(reason, row.kind) if reason else ""


def _apply_action(
    request: HttpRequest, pk: int, action: Callable[..., Any], success: StrOrPromise, **kwargs: Any
) -> HttpResponse:
    """Apply an action of lab staff to the e-mail with the key `pk`, and redirect to its page with a message.

    `success` is the message. The button has no form that could show a refusal by the action: it is the message instead.
    `kwargs` go to the action. Raises Http404 when the person may not see the e-mail, Refused when they are not lab
    staff.
    """
    user = person(request)
    row = get_object_or_404(Delivery.objects.visible_to(user), pk=pk)
    enforce(can_manage_emails(user))
    try:
        action(email=row, by=user, **kwargs)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, str(success))
    return redirect(row)


@require_POST
def retry_email(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the e-mail `pk`, which failed for good, back in the queue and redirect to its page.

    For lab staff, POST only.
    """
    success = _("The e-mail is back in the queue and will be sent.")
    return _apply_action(request, pk, actions.retry_email, success, at=timezone.now())


@require_POST
def pause_email(request: HttpRequest, pk: int) -> HttpResponse:
    """Pause the queued e-mail `pk` and redirect to its page; for lab staff, POST only."""
    return _apply_action(request, pk, actions.pause_email, _("The e-mail is paused."))


@require_POST
def resume_email(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the paused e-mail `pk` back in the queue and redirect to its page; for lab staff, POST only."""
    return _apply_action(
        request, pk, actions.resume_email, _("The e-mail is back in the queue and will be sent."), at=timezone.now()
    )
