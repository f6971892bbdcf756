"""The action that records the answer to a follow-up of a handed-over idea."""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.clock import local_day
from prototypes.enums import FOLLOW_UP_MONTHS, FollowUpStart
from prototypes.handover.reminders import handover_of
from prototypes.ideas.actions.recording import lock_idea
from prototypes.implementations.models import live_day
from prototypes.models import FollowUp, Idea
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_version


def due_on(counted_from: date, months: int) -> date:
    """Return the day from which a follow-up can be answered: `months` after the day `counted_from`."""
    return counted_from + relativedelta(months=months)


def follow_up_start(idea: Idea) -> tuple[FollowUpStart, date | None]:
    """Return the event from which an idea's follow-ups count, and its day: the day it went live, else that of the
    hand-over.

    The day is None for an idea that was neither handed over nor live, or whose hand-over has no date.
    """
    if live := live_day(idea.implementations.all()):
        return FollowUpStart.LIVE, live
    handover = handover_of(idea)
    return FollowUpStart.HANDOVER, handover.effective_on if handover else None


def latest_follow_up(idea: Idea, counted_from: str, months: int) -> FollowUp | None:
    """Return the latest answer to one follow-up question of the idea; None without an answer.

    The question is whether the idea is live, `months` months after the event `counted_from`, "handover" or "live".
    """
    return idea.follow_ups.filter(counted_from=counted_from, months=months).order_by("noted_on", "pk").last()


@action(gettext_lazy("Follow-up recorded"))
def record_follow_up(
    *,
    idea: Idea,
    months: int,
    answer: str,
    by: User,
    at: datetime,
    words: str = "",
    evidence: str = "",
    version_token: str | None = None,
) -> FollowUp:
    """Record the answer whether the idea is live, `months` after it went live or, before that, after its hand-over.
    Return it.

    `answer` is "full", "partial", "no" or "unknown", `at` the time. The same answer again changes nothing. Raises
    DomainError when the question does not exist or is not due yet, EditConflict when someone else answered since the
    form was opened (`version_token` is the hash of the answer then).
    """
    lock_idea(idea)
    today, (counted_from, day) = local_day(idea.cohort, at), follow_up_start(idea)
    if day is None:
        raise DomainError(_("The idea was not handed over, so there is no follow-up to answer."))
    if months not in FOLLOW_UP_MONTHS[counted_from]:
        raise DomainError(_("There is no follow-up after this number of months."))
    if today < due_on(day, months):
        raise DomainError(_("This follow-up is not due yet. Answer it when it is due."))
    latest = latest_follow_up(idea, counted_from, months)
    row = FollowUp(idea=idea, counted_from=counted_from, months=months, noted_on=today, by=by)
    row.answer, row.words, row.evidence = answer, words, evidence
    current_values = (latest or FollowUp()).form_values()
    if latest and current_values == row.form_values():
        return latest
    check_version(version_token, current=current_values, submitted=row.form_values())
    row.save()
    return row
