"""The action that notes what became of a handed-over idea, so many months later."""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from cohorts.clock import local_day
from prototypes.enums import FOLLOWED_UP, FollowedFrom
from prototypes.handover.reminders import handover_of
from prototypes.ideas.actions.story import lock_idea
from prototypes.implementations.models import live_day
from prototypes.models import FollowUp, Idea
from web.actions import action
from web.errors import DomainError
from web.forms.edit_conflicts import check_seen


def due_on(counted_from: date, months: int) -> date:
    """Return the day from which the question of that many months can be answered."""
    return counted_from + relativedelta(months=months)


def follow_up_start(idea: Idea) -> tuple[FollowedFrom, date | None]:
    """Return what the months count from, and its day: going live, or the hand-over while the idea is not live."""
    if live := live_day(idea.implementations.all()):
        return FollowedFrom.LIVE, live
    handover = handover_of(idea)
    return FollowedFrom.HANDOVER, handover.effective_on if handover else None


def latest_answer(idea: Idea, counted_from: str, months: int) -> FollowUp | None:
    return idea.follow_ups.filter(counted_from=counted_from, months=months).order_by("noted_on", "pk").last()


@action(gettext_lazy("Follow-up recorded"))
def note_follow_up(
    *,
    idea: Idea,
    months: int,
    answer: str,
    by: User,
    at: datetime,
    words: str = "",
    evidence: str = "",
    seen: str | None = None,
) -> FollowUp:
    """Append an answer: is it live `months` after it went live, or after hand-over while it is not live yet?

    The same answer again changes nothing. Raises DomainError before its time, and Changed when someone else answered
    since the form was opened (`seen`, see `web.forms.edit_conflicts`).
    """
    lock_idea(idea)
    today, (counted_from, day) = local_day(idea.cohort, at), follow_up_start(idea)
    if day is None:
        raise DomainError(_("The idea was not handed over, so there is no follow-up to answer."))
    if months not in FOLLOWED_UP[counted_from]:
        raise DomainError(_("There is no follow-up after this number of months."))
    if today < due_on(day, months):
        raise DomainError(_("This follow-up is not due yet. Answer it when it is due."))
    latest = latest_answer(idea, counted_from, months)
    row = FollowUp(idea=idea, counted_from=counted_from, months=months, noted_on=today, by=by)
    row.answer, row.words, row.evidence = answer, words, evidence
    stands = (latest or FollowUp()).stands()
    if latest and stands == row.stands():
        return latest
    check_seen(seen, stands=stands, sent=row.stands())
    row.save()
    return row
