"""The verb that notes what became of a handed-over idea, so many months later."""

from datetime import date, datetime

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext as _

from accounts.models import User
from cohorts.clock import local_day
from prototypes.actions.reminders import handover_of
from prototypes.actions.story import lock_idea
from prototypes.models import FollowUp, Idea
from web.errors import DomainError
from web.seen import check_seen
from web.verbs import verb


def due_on(handed_over_on: date, months: int) -> date:
    """The day from which the question of that many months has its answer."""
    return handed_over_on + relativedelta(months=months)


@verb
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
    """Is it still live, `months` after hand-over? Noted again, the later answer stands and the history keeps both.

    Raises DomainError before its time, and Changed when someone else answered meanwhile (`seen`, see `web.seen`).
    """
    lock_idea(idea)
    today, handover = local_day(idea.cohort, at), handover_of(idea)
    if handover is None or handover.effective_on is None:
        raise DomainError(_("The idea was not handed over: there is nothing to follow up."))
    if today < due_on(handover.effective_on, months):
        raise DomainError(_("This follow-up is still to come."))
    row = FollowUp.objects.filter(idea=idea, months=months).first() or FollowUp(idea=idea, months=months)
    stands = row.stands()
    row.answer, row.words, row.evidence, row.noted_on, row.by = answer, words, evidence, today, by
    check_seen(seen, stands=stands, sent=row.stands())
    row.save()
    return row
