"""Group e-mails as a kind of event: who gets one, what it says, and when a person no longer gets it.

Recipients are determined when the e-mails are created, and each is checked again just before theirs is sent.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from notifications.group_emails.circles import CirclePage, email_circles
from notifications.group_emails.models import KIND, GroupEmail
from notifications.models import Preference, Reminder
from notifications.registries import CommandScope, EmailPart, EventKind, Recipient, RecipientCheck, everyone_can_see
from notifications.reminders.reason_texts import join_with_colon

TO_WRITER: Final = "group_email_test"  # the type of e-mail of a test, which goes to the writer alone


class WrittenEmail(NamedTuple):
    """A group e-mail with the name and the page of its target, such as a cohort."""

    row: GroupEmail
    page: CirclePage


def find(reminder: Reminder) -> WrittenEmail | None:
    """Return the group e-mail of a reminder, with its writer; None when it was deleted."""
    row = _find_row(reminder)
    return with_page(row) if row else None


def with_page(row: GroupEmail) -> WrittenEmail:
    """Return a group e-mail with the page of its target, which its button opens (one statement)."""
    pages = email_circles[row.circle].pages([row.object_id])
    return WrittenEmail(row, pages.get(row.object_id) or CirclePage("", reverse("home")))


def _find_row(reminder: Reminder) -> GroupEmail | None:
    """Return the row of a reminder's group e-mail, with its writer; None when it was deleted."""
    return GroupEmail.objects.select_related("written_by").filter(pk=reminder.object_id).first()


def recipients(reminder: Reminder, at: datetime) -> list[Recipient]:
    """Return the people in the e-mail's audience at the moment `at`; the writer alone for a test."""
    row = _find_row(reminder)
    if row is None:
        return []
    if reminder.email_type == TO_WRITER:
        return [Recipient(row.written_by)]
    return [Recipient(user) for user in people_of(row, at)]


def people_of(row: GroupEmail, at: datetime) -> list[User]:
    """Return the people with an open account in the audience of a group e-mail at the moment `at`, by name."""
    if row.circle not in email_circles:
        return []
    in_audience = email_circles[row.circle].people(row.object_id, row.audience, at)
    return list(User.objects.filter(in_audience, is_active=True).order_by("full_name", "pk"))


def without_unsubscribed(people: Collection[User]) -> list[User]:
    """Return the people who have not stopped group e-mails (one statement)."""
    stopped = {user for user, kind in Preference.objects.refused_by({row.pk for row in people}) if kind == KIND}
    return [user for user in people if user.pk not in stopped]


def check(reminder: Reminder, user: User, at: datetime) -> RecipientCheck:
    """Return the group e-mail, and a slug for why the person should no longer get it; "" when they should.

    "removed" when it was deleted, "answered" for someone who has answered since then, else "left".
    """
    row = _find_row(reminder)
    if row is None:
        return RecipientCheck("removed", None)
    return RecipientCheck(_exclusion_reason(reminder, row, user, at), with_page(row))


def _exclusion_reason(reminder: Reminder, row: GroupEmail, user: User, at: datetime) -> str:
    """Return a slug for why the person is not a recipient of the reminder at the moment `at`; "" when they are."""
    if reminder.email_type == TO_WRITER:
        return "" if row.written_by_id == user.pk else "left"
    people = email_circles[row.circle].people(row.object_id, row.audience, at)
    if User.objects.filter(people, pk=user.pk).exists():
        return ""
    return "answered" if row.audience == "unanswered" else "left"


def render(reminder: Reminder, email: WrittenEmail, _user: User, language: str) -> EmailPart:
    """Return the e-mail that someone wrote, in the reader's language where it has one, with a button to the page.

    A test has a mark in its subject.
    """
    row, page = email
    circle, wording = email_circles[row.circle], row.wording(language)
    subject = wording.subject or _("An e-mail whose text was deleted")
    values = {
        "writer": row.written_by,
        "audience": circle.audiences.get(row.audience, row.audience),
        "name": page.name,
    }
    is_test = reminder.email_type == TO_WRITER
    return EmailPart(
        subject=_("Test: %(subject)s") % {"subject": subject} if is_test else subject,
        text=wording.body or _("The text of this e-mail is no longer stored."),
        why=_("You are receiving this e-mail because %(writer)s wrote to: %(audience)s (%(name)s).") % values,
        button=(str(circle.button), page.href),
    )


def describe(reminder: Reminder) -> str:
    """Return to whom a group e-mail goes and what it is, in one line; a test goes to its writer."""
    what = _("e-mail to a group")
    if reminder.email_type == TO_WRITER:
        return join_with_colon(_("Its writer only"), _("test of an e-mail to a group"))
    slug, _dash, audience = reminder.audience.partition("-")
    labels = email_circles[slug].audiences if slug in email_circles else {}
    return join_with_colon(labels.get(audience, audience), what)


def href(reminder: Reminder) -> str:
    """Return the path of the page of the reminder's group e-mail."""
    return reverse("notifications:group_email", args=[reminder.object_id])


def names(pks: Collection[int]) -> dict[int, str]:
    """Return the subject of each group e-mail by its key; deleted ones are left out (one statement)."""
    return {row.pk: str(row) for row in GroupEmail.objects.filter(pk__in=pks)}


def in_scope(scope: CommandScope) -> set[int]:
    """Return the keys of the group e-mails of the edition, cohort or authority that a command is limited to."""
    pks: set[int] = set()
    for slug, circle in email_circles.items():
        rows = GroupEmail.objects.filter(circle=slug)
        targets = None if not scope else circle.in_scope(scope)
        pks |= set((rows if targets is None else rows.filter(object_id__in=targets)).values_list("pk", flat=True))
    return pks


GROUP_EMAIL: Final = EventKind(
    label=gettext_lazy("News from the lab and from those who lead your cohort"),
    recipients=recipients,
    check=check,
    find=find,
    render=render,
    describe=describe,
    href=href,
    in_scope=in_scope,
    can_see=everyone_can_see,
    names=names,
)
