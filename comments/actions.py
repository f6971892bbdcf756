"""Actions on comments: write, change and withdraw one, and announce it to the people it concerns."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from comments.email_times import AT_ONCE, next_email_at
from comments.models import WITH_COHORT, Comment, Mention, Subject, cohort_of, readable_object_of
from comments.readers import people, readers
from comments.refusals import ALREADY_WITHDRAWN
from notifications.actions import announce_together, cancel_reminders
from notifications.enums import ReminderState
from notifications.events import EventRef
from notifications.models import EmailFrequency, Reminder
from programmes.workdays import is_working_day
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version
from web.forms.idempotency import find_earlier_submission
from web.text.markdown import mentioned_names

KIND: Final = "comment"
COMMENT_ALREADY_SENT: Final = gettext_lazy(
    "You have already sent this form: it created “%(row)s”. To add another comment, send it again."
)


@action(gettext_lazy("Comment written"))
def write_comment(
    *,
    about: Subject,
    text: str,
    by: User,
    at: datetime,
    mentioned: Collection[User] = (),
    thread: Comment | None = None,
    idempotency_key: UUID | None = None,
) -> Comment:
    """Write a comment on an idea, a prototype or a canvas (`about`), or a reply to a comment (`thread`), and return
    it.

    Stores a mention of the people chosen as `mentioned` and of those whom the text names with an `@`, and plans the
    e-mail about it. A form sent twice (`idempotency_key`) returns the first comment. Raises DomainError when the form
    was changed before it was sent again, or when a chosen person may not read the comment.
    """
    type(about).objects.select_for_update(no_key=True).get(pk=about.pk)
    opener = thread and (thread.thread or thread)
    if earlier := find_earlier_submission(
        Comment.objects.visible_to(by),
        idempotency_key,
        message=COMMENT_ALREADY_SENT,
        written_by=by,
        thread=opener,
        text=text,
    ):
        return earlier
    subject = {str(about._meta.model_name): about}
    comment = Comment.objects.create(
        thread=opener, text=text, written_by=by, written_at=at, idempotency_key=idempotency_key or uuid4(), **subject
    )
    _update_mentions(comment, mentioned)
    _announce(comment, at=at, by=by)
    return comment


@action(gettext_lazy("Comment changed"))
def change_comment(
    *,
    comment: Comment,
    text: str,
    by: User,
    at: datetime,
    mentioned: Collection[User] = (),
    version_token: str | None = None,
) -> Comment:
    """Change the text and the mentions of a comment, and return it; people newly mentioned get an e-mail about it.

    People no longer mentioned are left out of e-mails that are still to be sent. Raises EditConflict when the comment
    was changed since the form was opened (`version_token`), and DomainError when it is withdrawn or a chosen person may
    not read it.
    """
    row = _locked(comment)
    if row.withdrawn_at:
        raise DomainError(ALREADY_WITHDRAWN)
    check_version(version_token, current=row.form_values(), submitted={"text": text}, field="text")
    if text != row.text:
        row.text, row.edited_at = text, at
        row.save(update_fields=["text", "edited_at"])
    if _update_mentions(row, mentioned):
        _announce(row, at=at, by=by)
    return row


@action(gettext_lazy("Comment withdrawn"))
def withdraw_comment(*, comment: Comment, by: User, at: datetime, reason: str = "") -> Comment:
    """Delete the text and the mentions of a comment, cancel the planned e-mails about it, and return it.

    The page still shows that there was a comment. `reason` is stored only when someone other than its writer (the lab)
    withdraws it. A withdrawn comment is returned unchanged.
    """
    row = _locked(comment)
    if row.withdrawn_at:
        return row
    row.mentions.all().delete()
    row.text, row.withdrawn_at = "", at
    if by.pk != row.written_by_id:
        row.withdrawn_by, row.withdrawal_reason = by, reason.strip()
    row.save(update_fields=["text", "withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    cancel_reminders(event=EventRef(KIND, row.pk), reason="withdrawn", by=by)
    return row


def _locked(comment: Comment) -> Comment:
    """Return the comment as it is now in the database, locked until the transaction ends.

    It is read with the cohort of its subject.
    """
    rows = Comment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related(*WITH_COHORT).get(pk=comment.pk)


def _update_mentions(comment: Comment, mentioned: Collection[User]) -> bool:
    """Store one mention for each person chosen in the form or named in the text after an `@`, and delete the other
    mentions.

    `mentioned` are the people chosen. Returns whether someone is newly mentioned. Raises DomainError when a chosen
    person may not read the comment.
    """
    readable_object = readable_object_of(comment.subject)
    readable_by = list(
        people(
            readers(readable_object.cohort, shared=readable_object.shared_with_edition, since=comment.created_on)
        ).values_list("pk", "full_name")
    )
    chosen = {person.pk for person in mentioned}
    if chosen - {pk for pk, _name in readable_by}:
        raise DomainError(_("One of these people cannot read this page. Choose other people."), field="mentioned")
    people_mentioned = chosen | _mentioned_in_text(comment.text, readable_by, chosen)
    before = set(comment.mentions.values_list("person", flat=True))
    comment.mentions.exclude(person__in=people_mentioned).delete()
    Mention.objects.bulk_create(Mention(comment=comment, person_id=pk) for pk in sorted(people_mentioned - before))
    return bool(people_mentioned - before)


def _mentioned_in_text(text: str, readers_by_key: Collection[tuple[int, str]], chosen: Collection[int]) -> set[int]:
    """Return the keys of the readers whom the text names after an `@`, without the people already `chosen` in the form.

    `readers_by_key` are pairs of key and name. A name that several readers share names none of them.
    """
    if "@" not in text:
        return set()
    by_name: dict[str, list[int]] = {}
    for pk, name in readers_by_key:
        by_name.setdefault(name, []).append(pk)
    groups = [by_name[name] for name in mentioned_names(text, by_name)]
    return {pks[0] for pks in groups if len(pks) == 1} - set(chosen)


def _announce(comment: Comment, *, at: datetime, by: User) -> None:
    """Plan an e-mail about the comment for the next 5 p.m. of a working day, in the time zone of the cohort's
    authority; and one at `at` for people who want theirs at once.

    Only the latter is planned when an e-mail about this comment is still to be sent: it also covers the change made at
    `at`.
    """
    reminders = Reminder.objects.of_event(EventRef(KIND, comment.pk))
    latest = reminders.filter(step=KIND).order_by("-version").first()
    if EmailFrequency.objects.at_once().exists():
        number = reminders.filter(audience=AT_ONCE).count() + 1
        announce_together(
            event=EventRef(KIND, comment.pk),
            email_type=KIND,
            step=f"{AT_ONCE}_{number}",
            audience=AT_ONCE,
            due=at,
            by=by,
        )
    if latest and latest.state == ReminderState.PLANNED:
        return
    authority = cohort_of(comment.subject).authority
    calendar = authority.calendar
    announce_together(
        event=EventRef(KIND, comment.pk, latest.version + 1 if latest else 1),
        email_type=KIND,
        audience="concerned",
        due=next_email_at(at, lambda day: is_working_day(day, calendar), authority.time_zone),
        by=by,
    )
