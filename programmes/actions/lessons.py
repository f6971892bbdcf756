"""Actions on lessons: added by people of an edition, accepted or refused by the lab, answered by a version."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from programmes.enums import LessonState
from programmes.models import Edition, Format, Lesson, Method
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version


@action(gettext_lazy("Lesson added"))
def add_lesson(
    *, edition: Edition, phase: str, text: str, method: Method | None = None, today: date, by: User
) -> Lesson:
    """Add a lesson about a phase of the edition, dated `today`, for the lab to accept or refuse; return it.

    `phase` is a kind of phase, such as "immersion", `method` the one that the lesson is about, if any; `by` becomes its
    author. Raises DomainError for an empty text, or one that the person has added before.
    """
    return Lesson.objects.create(
        edition=edition, phase=phase, text=text.strip(), method=method, noted_by=by, noted_on=today
    )


@action(gettext_lazy("Lesson changed"))
def edit_lesson(
    *,
    lesson: Lesson,
    phase: str,
    text: str,
    method: Method | None = None,
    version_token: str | None = None,
    by: User,
) -> Lesson:
    """Change the phase, text and method of a lesson and return it; raises DomainError once the lab has decided on it.

    `version_token` is the hash (`fingerprint`) of the values the form started from: raises EditConflict when someone
    else has saved since; None replaces whatever is saved.
    """
    row = _lock_lesson(lesson)
    current = row.form_values()
    row.phase, row.text, row.method = phase, text.strip(), method
    check_version(version_token, current=current, submitted=row.form_values(), field="text")
    row.save(update_fields=["phase", "text", "method"])
    return row


@action(gettext_lazy("Lesson accepted"))
def accept_lesson(*, lesson: Lesson, by: User) -> Lesson:
    """Accept a lesson and return it: a later version of the format should answer it.

    Raises DomainError for a refused lesson; accepting one twice changes nothing.
    """
    return _decide(lesson, LessonState.ACCEPTED)


@action(gettext_lazy("Lesson refused"))
def refuse_lesson(*, lesson: Lesson, reason: str, by: User) -> Lesson:
    """Refuse a lesson, with a reason that its author can read, and return it.

    Raises DomainError for an accepted lesson and without a reason; a lesson refused before keeps its first reason.
    """
    return _decide(lesson, LessonState.REFUSED, reason.strip())


@action(gettext_lazy("Lesson answered by a version"))
def answer_lesson(
    *, lesson: Lesson, answered_by: Format, answer: str, about: str = "", version_token: str | None = None, by: User
) -> Lesson:
    """Record that an accepted lesson is answered by the format version `answered_by`, later than its edition's.

    `answer` says what that version changed, `about` in which part of the format ("" for none). `version_token` is the
    hash (`fingerprint`) of the values the form started from: raises EditConflict when someone else has saved since.
    Raises DomainError for a lesson that is not accepted, an earlier version or one of another programme, and an empty
    answer.
    """
    row = _lock_lesson(lesson)
    current = row.answer_form_values()
    row.answered_by, row.answer, row.about = answered_by, answer.strip(), about
    check_version(version_token, current=current, submitted=row.answer_form_values(), field="answer")
    row.save(update_fields=["answered_by", "answer", "about"])
    return row


@action(gettext_lazy("Answer withdrawn"))
def withdraw_answer(*, lesson: Lesson, by: User) -> Lesson:
    """Remove a lesson's answer: its version, text and part of the format. Only the lesson's history keeps them.

    The lesson stays accepted; without an answer nothing changes.
    """
    row = _lock_lesson(lesson)
    row.answered_by, row.answer, row.about = None, "", ""
    row.save(update_fields=["answered_by", "answer", "about"])
    return row


def _lock_lesson(lesson: Lesson) -> Lesson:
    """Return the lesson with its edition, read again and locked until the transaction ends."""
    return Lesson.objects.select_for_update(no_key=True, of=["self"]).select_related("edition").get(pk=lesson.pk)


def _decide(lesson: Lesson, state: LessonState, reason: str = "") -> Lesson:
    """Set the lab's decision (`state`: accepted or refused) on a proposed lesson; repeating the same decision changes
    nothing.

    Raises DomainError when the lab has already decided otherwise.
    """
    row = _lock_lesson(lesson)
    if row.state == state:
        return row
    if row.state != LessonState.PROPOSED:
        raise DomainError(
            _("The lab has already decided on this lesson: it is %(state)s.") % {"state": row.get_state_display()}
        )
    row.state, row.reason = state, reason
    row.save(update_fields=["state", "reason"])
    return row
