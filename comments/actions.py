"""Verbs on comments: written and changed by one person, taken back by them or the lab, told to those concerned."""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from comments.email_times import next_letter
from comments.models import WITH_COHORT, Comment, Mention, Subject, cohort_of, home_of
from comments.readers import people, readers
from comments.refusals import TAKEN_BACK
from notifications.actions import announce_together, cancel_reminders
from notifications.enums import ReminderState
from notifications.events import EventRef
from notifications.models import Reminder
from programmes.workdays import is_working_day
from prototypes.ideas.actions.story import sent_before
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_seen
from web.text.markdown import named_in

KIND: Final = "comment"
SENT_BEFORE: Final = gettext_lazy(
    "You have already sent this form: it created “%(made)s”. To add another comment, send it again."
)


@action(gettext_lazy("Comment written"))
def write_comment(
    *,
    about: Subject,
    text: str,
    by: User,
    at: datetime,
    named: Collection[User] = (),
    thread: Comment | None = None,
    entry: UUID | None = None,
) -> Comment:
    """Say something about an idea, a prototype or a canvas, or answer a comment; an answer's answer joins its thread.

    `named` were chosen from a list; whoever the text names with an `@` is mentioned too. The same form sent again gives
    the comment it made the first time; raises DomainError when it was changed meanwhile, or names somebody who may
    not read it.
    """
    type(about).objects.select_for_update(no_key=True).get(pk=about.pk)
    opener = thread and (thread.thread or thread)
    if made := sent_before(
        Comment.objects.visible_to(by), entry, sentence=SENT_BEFORE, written_by=by, thread=opener, text=text
    ):
        return made
    subject = {str(about._meta.model_name): about}
    made = Comment.objects.create(
        thread=opener, text=text, written_by=by, written_at=at, entry=entry or uuid4(), **subject
    )
    _mention(made, named)
    _tell(made, at=at, by=by)
    return made


@action(gettext_lazy("Comment changed"))
def change_comment(
    *, comment: Comment, text: str, by: User, at: datetime, named: Collection[User] = (), seen: str | None = None
) -> Comment:
    """Say it otherwise; people mentioned anew get their letter, those mentioned no more get none.

    Raises Changed when it was changed in another window since it was read (`seen`, see `web.forms.edit_conflicts`).
    """
    now = _locked(comment)
    if now.taken_back_at:
        raise DomainError(TAKEN_BACK)
    check_seen(seen, stands=now.stands(), sent={"text": text}, field="text")
    if text != now.text:
        now.text, now.edited_at = text, at
        now.save(update_fields=["text", "edited_at"])
    if _mention(now, named):
        _tell(now, at=at, by=by)
    return now


@action(gettext_lazy("Comment withdrawn"))
def take_back_comment(*, comment: Comment, by: User, at: datetime, reason: str = "") -> Comment:
    """The text is gone and its letters too; that there was one stays. Again changes nothing.

    The lab gives a `reason` for what somebody else wrote.
    """
    now = _locked(comment)
    if now.taken_back_at:
        return now
    now.mentions.all().delete()
    now.text, now.taken_back_at = "", at
    if by.pk != now.written_by_id:
        now.taken_back_by, now.taken_back_reason = by, reason.strip()
    now.save(update_fields=["text", "taken_back_at", "taken_back_by", "taken_back_reason"])
    cancel_reminders(event=EventRef(KIND, now.pk), reason="taken_back", by=by)
    return now


def _locked(comment: Comment) -> Comment:
    """The comment as it stands, which nobody changes until the transaction ends."""
    rows = Comment.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related(*WITH_COHORT).get(pk=comment.pk)


def _mention(comment: Comment, named: Collection[User]) -> bool:
    """Keep one row for each person chosen or named in the text; whether somebody is new among them."""
    home = home_of(comment.subject)
    reading = list(
        people(readers(home.cohort, shared=home.shared_with_edition, since=comment.born_on)).values_list(
            "pk", "full_name"
        )
    )
    chosen = {person.pk for person in named}
    if chosen - {pk for pk, _name in reading}:
        raise DomainError(_("One of these people cannot read this page. Choose other people."), field="named")
    wanted = chosen | _in_words(comment.text, reading, chosen)
    before = set(comment.mentions.values_list("person", flat=True))
    comment.mentions.exclude(person__in=wanted).delete()
    Mention.objects.bulk_create(Mention(comment=comment, person_id=pk) for pk in sorted(wanted - before))
    return bool(wanted - before)


def _in_words(text: str, reading: Collection[tuple[int, str]], chosen: Collection[int]) -> set[int]:
    """People the text names; of several of one name only whoever was chosen."""
    if "@" not in text:
        return set()
    by_name: dict[str, list[int]] = {}
    for pk, name in reading:
        by_name.setdefault(name, []).append(pk)
    found = [by_name[name] for name in named_in(text, by_name)]
    return {pks[0] for pks in found if len(pks) == 1} - set(chosen)


def _tell(comment: Comment, *, at: datetime, by: User) -> None:
    """Put it in the letter of the day of those it concerns; what waits already will find who was added."""
    latest = Reminder.objects.of_event(EventRef(KIND, comment.pk)).order_by("-version").first()
    if latest and latest.state == ReminderState.PLANNED:
        return
    authority = cohort_of(comment.subject).authority
    calendar = authority.calendar
    announce_together(
        event=EventRef(KIND, comment.pk, latest.version + 1 if latest else 1),
        letter=KIND,
        audience="concerned",
        due=next_letter(at, lambda day: is_working_day(day, calendar), authority.time_zone),
        by=by,
    )
