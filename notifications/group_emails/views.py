"""Pages of group e-mails: those to the people of one thing, writing one, and the page of a draft or a sent one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import person
from notifications import actions
from notifications.emails.rendering import RenderedEmail, render_email
from notifications.group_emails.circles import CircleAccess, email_circles
from notifications.group_emails.event_kind import people_of, with_page, without_unsubscribed
from notifications.group_emails.forms import GroupEmailForm
from notifications.group_emails.models import KIND, LANGUAGES, TEXTS, GroupEmail
from notifications.group_emails.permissions import find_circle_access, group_email_access, has_received
from notifications.models import DeliveryItem, Reminder
from notifications.registries import Topic
from notifications.reminders.outcome_texts import outcome_of
from web.dates.clock import platform_day
from web.decisions import enforce
from web.errors import DomainError
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.pages.pagination import paginate
from web.security.acting import forbidden_while_acting

MAX_NAMED = 200


def _access_or_404(request: HttpRequest, circle: str, object_id: int) -> CircleAccess:
    """Return the name of the thing whose people the person may write to.

    Raises Http404 for a thing that they may not see, Refused with the reason where they may not write to its people.
    """
    access = find_circle_access(person(request), circle, object_id)
    if access is None:
        raise Http404
    enforce(access.can_write)
    return access


def _email_or_404(request: HttpRequest, pk: int) -> GroupEmail:
    """Return the group e-mail `pk`; raises Http404 unless the person may open it."""
    row = get_object_or_404(GroupEmail.objects.select_related("written_by"), pk=pk)
    if group_email_access(person(request), row) is None:
        raise Http404
    return row


def _draft_or_404(request: HttpRequest, pk: int) -> GroupEmail:
    """Return the draft `pk` of the person; raises Http404 for any other e-mail."""
    row = _email_or_404(request, pk)
    if row.sent_at is not None:
        raise Http404
    return row


@require_safe
def group_emails(request: HttpRequest, circle: str, object_id: int) -> HttpResponse:
    """Show the e-mails sent to the people of a thing, such as a cohort, and one's own drafts, with a link to write one.

    Only people who may write to them read the page.
    """
    user, access = person(request), _access_or_404(request, circle, object_id)
    rows = GroupEmail.objects.about(circle, object_id).select_related("written_by")
    audiences = email_circles[circle].audiences
    page = paginate(rows.sent().order_by("-sent_at"), request.GET.get("page"))
    for row in page.rows:
        row.audience_label = audiences.get(row.audience, row.audience)  # type: ignore[attr-defined]
    context = {
        "access": access,
        "circle": circle,
        "object_id": object_id,
        "thing": email_circles[circle].pages([object_id])[object_id],
        "drafts": list(rows.drafts_of(user)[:MAX_NAMED]),
        "page": page,
    }
    return render(request, "notifications/group_emails/list.html", context)


@forbidden_while_acting
@form_page
def write_group_email(request: HttpRequest, circle: str, object_id: int) -> HttpResponse:
    """Show the form for an e-mail to the people of a thing; on POST save a draft, send nothing, and go to its page."""
    user, access = person(request), _access_or_404(request, circle, object_id)
    form = GroupEmailForm(submitted_data(request), circle=email_circles[circle])
    row = apply_form(form, actions.write_group_email, circle=circle, object_id=object_id, at=timezone.now(), by=user)
    if row:
        return redirect(row)
    return _form_page(access, circle, object_id).show(request, form)


@forbidden_while_acting
@form_page
def change_group_email(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the writer the form with a draft; save it on POST."""
    user, row = person(request), _draft_or_404(request, pk)
    access = _access_or_404(request, row.circle, row.object_id)
    initial = {name: getattr(row, name) for name in ("audience", *TEXTS)}
    form = GroupEmailForm(submitted_data(request), circle=email_circles[row.circle], initial=initial)
    if apply_form(form, actions.change_group_email, email=row, by=user):
        return redirect(row)
    return _form_page(access, row.circle, row.object_id, cancel=row.get_absolute_url()).show(request, form)


def _form_page(access: CircleAccess, circle: str, object_id: int, *, cancel: str = "") -> FormPage:
    """Return the page of the form that writes an e-mail to the people of a thing; `cancel` leads back by default to
    the list.
    """
    overview = reverse("notifications:group_emails", args=[circle, object_id])
    return FormPage(
        _("Write an e-mail"),
        _("Continue to the preview"),
        cancel or overview,
        crumb=access.name,
        crumb_href=overview,
        intro=_("Nothing is sent yet. The next page shows the e-mail and who will receive it."),
    )


@require_safe
def group_email(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a group e-mail as people read it: who will receive a draft, or who received a sent one and who did not.

    People who received it read its text only. Raises Http404 for others who may not write to the same people.
    """
    user, row = person(request), get_object_or_404(GroupEmail.objects.select_related("written_by"), pk=pk)
    access = group_email_access(user, row)
    if access is None and not has_received(user, row):
        raise Http404
    context: dict[str, Any] = {
        "row": row,
        "access": access,
        "audience": email_circles[row.circle].audiences.get(row.audience, row.audience),
        "previews": _previews(row, user),
    }
    if access:
        context |= _recipients_context(row) if row.sent_at is None else _outcome_context(row)
    return render(request, "notifications/group_emails/page.html", context)


def _previews(row: GroupEmail, user: User) -> list[RenderedEmail]:
    """Return the e-mail as the user would read it in each language that it is written in (two statements)."""
    at = timezone.now()
    reminder = Reminder(
        kind=KIND, object_id=row.pk, step=KIND, email_type=KIND, due_at=at, due_on=platform_day(at), expires_at=at
    )
    topic = Topic(reminder, with_page(row))
    languages = [language for language in LANGUAGES if getattr(row, f"subject_{language}")]
    return [render_email(user, language, [topic], masked=True) for language in languages]


def _recipients_context(row: GroupEmail) -> dict[str, Any]:
    """Return who would receive a draft now: how many people, their names, and how many stopped these e-mails."""
    people = people_of(row, timezone.now())
    recipients = without_unsubscribed(people)
    return {
        "people": recipients[:MAX_NAMED],
        "people_count": len(recipients),
        "more_people": max(len(recipients) - MAX_NAMED, 0),
        "stopped_count": len(people) - len(recipients),
    }


def _outcome_context(row: GroupEmail) -> dict[str, Any]:
    """Return what happened to a sent e-mail: sentences, and what happened for each person, by name."""
    reminders = Reminder.objects.filter(kind=KIND, object_id=row.pk, email_type=KIND)
    people = DeliveryItem.objects.filter(reminder__in=reminders).select_related("user", "delivery", "reminder")
    items = list(people.order_by("user__full_name", "pk")[:MAX_NAMED])
    reminder = items[0].reminder if items else reminders.first()
    return {"outcome": outcome_of(reminder, timezone.now()) if reminder else None, "items": items}


@forbidden_while_acting
@require_POST
def try_group_email(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft to its writer alone; redirect to its page with a message."""
    row = _draft_or_404(request, pk)
    try:
        actions.try_group_email(email=row, at=timezone.now(), by=person(request))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The test is on its way to you."))
    return redirect(row)


@forbidden_while_acting
@require_POST
def send_group_email(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a draft to its audience; redirect to its page, which then shows who received it.

    A second request for the same e-mail sends nothing.
    """
    row = _email_or_404(request, pk)
    try:
        actions.send_group_email(email=row, at=timezone.now(), by=person(request))
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The e-mail is being sent, to one person after the other."))
    return redirect(row)


@forbidden_while_acting
@require_POST
def delete_group_email(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft of the person and redirect to the list of e-mails to the same people."""
    row = _draft_or_404(request, pk)
    actions.delete_group_email(email=row, by=person(request))
    messages.success(request, _("The draft is deleted."))
    return redirect("notifications:group_emails", row.circle, row.object_id)
