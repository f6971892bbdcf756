"""The action that records the answer to a follow-up of a handed-over idea."""

from collections.abc import Sequence
from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.clock import local_day
from prototypes.effects.actions import check_answers, save_answers
from prototypes.effects.answers import IndicatorAnswer, as_form_values
from prototypes.effects.models import answers_of
from prototypes.enums import FOLLOW_UP_MONTHS, FollowUpStart
from prototypes.handover.reminders import handover_of
from prototypes.ideas.actions.recording import lock_idea
from prototypes.implementations.models import live_day
from prototypes.models import FollowUp, Idea, Indicator
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


def indicators_to_answer(idea: Idea, counted_from: str) -> list[Indicator]:
    """Return the indicators of the idea that a follow-up asks for, each in its current version, in the order recorded.

    [] for a follow-up counted from the hand-over, before the idea is live.
    """
    if counted_from != FollowUpStart.LIVE:
        return []
    return list(Indicator.objects.current().filter(idea=idea))


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
    indicators: Sequence[IndicatorAnswer] = (),
    version_token: str | None = None,
) -> FollowUp:
    """Record the answer whether the idea is live, `months` after it went live or, before that, after its hand-over.
    Return it.

    `answer` is "full", "partial", "no" or "unknown", `at` the time; `indicators` has an answer for each indicator of a
    live idea. The same answer again changes nothing. Raises DomainError when the question does not exist or is not due
    yet, or when an indicator has no answer; EditConflict when someone else answered since the form was opened
    (`version_token` is the hash of the answer then).
    """
    lock_idea(idea)
    today, (counted_from, day) = local_day(idea.cohort, at), follow_up_start(idea)
    if day is None:
        raise DomainError(_("The idea was not handed over, so there is no follow-up to answer."))
    if months not in FOLLOW_UP_MONTHS[counted_from]:
        raise DomainError(_("There is no follow-up after this number of months."))
    if today < due_on(day, months):
        raise DomainError(_("This follow-up is not due yet. Answer it when it is due."))
    units = {indicator.first_id: indicator.unit for indicator in indicators_to_answer(idea, counted_from)}
    check_answers(units, indicators, live=day, today=today)
    latest = latest_follow_up(idea, counted_from, months)
    row = FollowUp(idea=idea, counted_from=counted_from, months=months, noted_on=today, by=by)
    row.answer, row.words, row.evidence = answer, words, evidence
    current_values = (latest or FollowUp()).form_values() | as_form_values(units, answers_of(latest))
    new_values = row.form_values() | as_form_values(units, indicators)
    if latest and current_values == new_values:
        return latest
    check_version(version_token, current=current_values, submitted=new_values)
    row.save()
    save_answers(row, indicators)
    return row
