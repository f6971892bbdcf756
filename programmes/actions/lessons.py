"""Verbs on lessons: noted by people of an edition, judged by the lab, answered by a later version of the format."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from programmes.enums import LessonState
from programmes.models import Edition, Format, Lesson
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_seen


@action(gettext_lazy("Lesson added"))
def note_lesson(*, edition: Edition, phase: str, text: str, today: date, by: User) -> Lesson:
    """Propose what was learned in a phase; the edition keeps its format whatever becomes of it."""
    return Lesson.objects.create(edition=edition, phase=phase, text=text.strip(), noted_by=by, noted_on=today)


@action(gettext_lazy("Lesson changed"))
def edit_lesson(*, lesson: Lesson, phase: str, text: str, seen: str | None = None, by: User) -> Lesson:
    """Word it otherwise before the lab judges it; `seen` is the `fingerprint` of what the writer started from."""
    row = _locked(lesson)
    stands = row.said()
    row.phase, row.text = phase, text.strip()
    check_seen(seen, stands=stands, sent=row.said(), field="text")
    row.save(update_fields=["phase", "text"])
    return row


@action(gettext_lazy("Lesson accepted"))
def accept_lesson(*, lesson: Lesson, by: User) -> Lesson:
    """Say that the format should change; asked twice, the second time changes nothing."""
    return _judged(lesson, LessonState.ACCEPTED)


@action(gettext_lazy("Lesson refused"))
def refuse_lesson(*, lesson: Lesson, reason: str, by: User) -> Lesson:
    """Say that the format stays, and why; asked twice, the first reason stands."""
    return _judged(lesson, LessonState.REFUSED, reason.strip())


@action(gettext_lazy("Lesson answered by a version"))
def answer_lesson(
    *, lesson: Lesson, answered_by: Format, answer: str, about: str = "", seen: str | None = None, by: User
) -> Lesson:
    """Name the later version that answers an accepted lesson, a draft or a published one: neither changes by it."""
    row = _locked(lesson)
    stands = row.answered()
    row.answered_by, row.answer, row.about = answered_by, answer.strip(), about
    check_seen(seen, stands=stands, sent=row.answered(), field="answer")
    row.save(update_fields=["answered_by", "answer", "about"])
    return row


@action(gettext_lazy("Answer withdrawn"))
def withdraw_answer(*, lesson: Lesson, by: User) -> Lesson:
    """Let the lesson wait for an answer again; the history keeps the one it had."""
    row = _locked(lesson)
    row.answered_by, row.answer, row.about = None, "", ""
    row.save(update_fields=["answered_by", "answer", "about"])
    return row


def _locked(lesson: Lesson) -> Lesson:
    return Lesson.objects.select_for_update(no_key=True, of=["self"]).select_related("edition").get(pk=lesson.pk)


def _judged(lesson: Lesson, state: LessonState, reason: str = "") -> Lesson:
    row = _locked(lesson)
    if row.state == state:
        return row
    if row.state != LessonState.PROPOSED:
        raise DomainError(
            _("The lab has already decided on this lesson: it is %(state)s.") % {"state": row.get_state_display()}
        )
    row.state, row.reason = state, reason
    row.save(update_fields=["state", "reason"])
    return row
