"""Actions on e-mails to groups: write, change, try, send and delete, with limits against misuse."""

from datetime import datetime, timedelta
from typing import Final, TypedDict, Unpack

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from notifications.events import EventRef
from notifications.group_emails.event_kind import TO_WRITER, people_of, without_unsubscribed
from notifications.group_emails.models import KIND, GroupEmail
from notifications.models import Reminder
from notifications.reminders.actions.schedule import announce_change
from web.actions import action
from web.errors import DomainError
from web.text import formats
from web.text.language import active_language

WINDOW: Final = timedelta(hours=24)
LIMIT: Final = 5  # e-mails to groups within the window, by one person
LIMIT_OF_LAB: Final = 30
LIMIT_OF_TESTS: Final = 20
USEFUL: Final = timedelta(days=7)
GROUP_EMAIL_SENT: Final = gettext_lazy("This e-mail is sent and can no longer be changed.")


class GroupEmailTexts(TypedDict):
    """The audience and the texts of a group e-mail that actions take, named as in the model."""

    audience: str
    subject_fr: str
    body_fr: str
    subject_en: str
    body_en: str


@action(gettext_lazy("Group e-mail drafted"), forbidden_while_acting=True)
def write_group_email(
    *, circle: str, object_id: int, at: datetime, by: User, **texts: Unpack[GroupEmailTexts]
) -> GroupEmail:
    """Create the draft of an e-mail to people of a target, such as a cohort, and return it; nothing is sent.

    `circle` is the slug of the kind of target, `object_id` its key. A draft of the person with the same texts is
    returned instead, so that a form sent twice makes one. Raises DomainError without a text, and for a language with a
    subject or a text alone.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    columns = {"circle": circle, "object_id": object_id, "written_by": by, **texts}
    same = GroupEmail.objects.drafts_of(by).filter(**columns).first()
    return same or GroupEmail.objects.create(written_at=at, **columns)


@action(gettext_lazy("Group e-mail changed"), forbidden_while_acting=True)
def change_group_email(*, email: GroupEmail, by: User, **texts: Unpack[GroupEmailTexts]) -> GroupEmail:
    """Save audience and texts of a draft and return it. Raises DomainError for an e-mail that was sent."""
    row = _lock_draft(email)
    for name, value in texts.items():
        setattr(row, name, value)
    row.save()
    return row


@action(gettext_lazy("Test of a group e-mail sent"), forbidden_while_acting=True)
def try_group_email(*, email: GroupEmail, at: datetime, by: User) -> Reminder:
    """Send the draft to its writer alone, through the same ledger as every e-mail, and return the reminder.

    Raises DomainError for an e-mail that was sent, and above 20 tests within 24 hours.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two at once count each other's tests
    row, audience = _lock_draft(email), f"writer-{by.pk}"
    tests = Reminder.objects.filter(kind=KIND, email_type=TO_WRITER)
    if tests.filter(audience=audience, due_at__gt=at - WINDOW).count() >= LIMIT_OF_TESTS:  # of deleted drafts too
        raise DomainError(_("You sent yourself too many tests today. Try again tomorrow."))
    number = tests.filter(object_id=row.pk).count() + 1
    return announce_change(
        event=EventRef(KIND, row.pk),
        email_type=TO_WRITER,
        step=f"test_{number}",
        audience=audience,
        at=at,
        until=at + timedelta(days=1),
        by=by,
    )


@action(gettext_lazy("Group e-mail sent"), security_event=True, forbidden_while_acting=True)
def send_group_email(*, email: GroupEmail, at: datetime, by: User) -> GroupEmail:
    """Send a draft to its audience: one e-mail for each person, through the ledger; return the row.

    An e-mail that was sent already is returned unchanged, so that a form sent twice sends it once. It is useful for a
    week. Raises DomainError when it is for nobody, and when the person sent too many within 24 hours.
    """
    User.objects.select_for_update(no_key=True).get(pk=email.written_by_id)  # two at once count each other's e-mails
    row = GroupEmail.objects.select_for_update().get(pk=email.pk)
    if row.sent_at is not None:
        return row
    _check_limit(by, at)
    if not without_unsubscribed(people_of(row, at)):
        raise DomainError(_("As of today nobody would receive this e-mail. Choose other recipients."))
    row.sent_at = at
    row.save(update_fields=["sent_at"])
    announce_change(
        event=EventRef(KIND, row.pk),
        email_type=KIND,
        audience=f"{row.circle}-{row.audience}",
        at=at,
        until=at + USEFUL,
        by=by,
    )
    return row


@action(gettext_lazy("Draft of a group e-mail deleted"), forbidden_while_acting=True)
def delete_group_email(*, email: GroupEmail, by: User) -> None:
    """Delete a draft. Raises DomainError for an e-mail that was sent."""
    _lock_draft(email).delete()


def limit_of(user: User) -> int:
    """Return how many group e-mails the person may send within 24 hours."""
    return LIMIT_OF_LAB if user.is_lab_staff else LIMIT


def _lock_draft(email: GroupEmail) -> GroupEmail:
    """Return the row of a draft, locked until the transaction ends. Raises DomainError for an e-mail that was sent."""
    row = GroupEmail.objects.select_for_update().get(pk=email.pk)
    if row.sent_at is not None:
        raise DomainError(GROUP_EMAIL_SENT)
    return row


def _check_limit(user: User, at: datetime) -> None:
    """Raise DomainError when the person has sent as many group e-mails within 24 hours as they may."""
    limit = limit_of(user)
    sent = GroupEmail.objects.sent().filter(written_by=user, sent_at__gt=at - WINDOW).order_by("-sent_at")
    latest = list(sent.values_list("sent_at", flat=True)[:limit])
    if len(latest) < limit or latest[-1] is None:
        return
    local, language = timezone.localtime(latest[-1] + WINDOW), active_language()
    text = ngettext(
        "You sent %(count)s e-mail to groups within 24 hours, which is the limit. You can send the next one on %(day)s"
        " at %(time)s.",
        "You sent %(count)s e-mails to groups within 24 hours, which is the limit. You can send the next one on"
        " %(day)s at %(time)s.",
        limit,
    )
    day, time = formats.long_day(local.date(), language), formats.clock(local.time(), language)
    raise DomainError(text % {"count": limit, "day": day, "time": time})
