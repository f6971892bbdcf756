"""Who may do what with the content of an exchange. Letters are those of `cohorts.permissions`.

What the domain's table has no row for (questions, programme, matches, closing) belongs to lab staff.
"""

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.permissions import ONLY_STAFF, decide
from exchanges.enums import CAME
from exchanges.models import Commitment, Contribution, Exchange, Feedback, Registration
from exchanges.permissions import Standing
from web.decisions import ALLOW, Decision, deny

TABLE: dict[str, tuple[str, StrOrPromise]] = {
    "prepare": ("S", ONLY_STAFF),
    "contribute": ("SCDPMRA", _("Only people active in the edition contribute.")),
    "edit": ("SCDP", _("Only its author, the cohort’s design team and its pilot can change a contribution.")),
    "write_minutes": ("SCDP", _("Only the lab, the host’s design team and its pilot can do this.")),
    "commit": ("SCDPMRA", _("Only people active in the edition promise something.")),
    "commit_for_others": ("SCP", _("Only the lab, a cohort’s coordinator and its pilot note what others promise.")),
    "close": ("SCP", _("Only the one who promised, the lab, the cohort’s coordinator and its pilot can do this.")),
}


def may_prepare(standing: Standing) -> Decision:
    """Ask questions, set the programme, match offers with requests, close the whole."""
    return decide(standing.anywhere(), *TABLE["prepare"])


def may_contribute(standing: Standing) -> Decision:
    """Contribute for some cohort of the edition; for which ones, `speaks_for` says."""
    return decide(standing.anywhere(), *TABLE["contribute"])


def speaks_for(standing: Standing) -> list[int] | None:
    """Ids of the cohorts the person contributes for; None for all of them."""
    return None if standing.staff else standing.cohorts_with(TABLE["contribute"][0])


def may_edit(standing: Standing, contribution: Contribution) -> Decision:
    """Change or withdraw a contribution: one's own while active in its cohort, or as its team and pilot."""
    letters = standing.in_cohort(contribution.cohort_id)
    own = contribution.author_id == standing.user.pk and letters
    return ALLOW if own else decide(letters, *TABLE["edit"])


def may_write_minutes(standing: Standing, exchange: Exchange) -> Decision:
    """Write the minutes, and read what those who came would keep and change."""
    return decide(standing.in_cohort(exchange.host_id), *TABLE["write_minutes"])


def may_commit(standing: Standing) -> Decision:
    """Promise something oneself."""
    return decide(standing.anywhere(), *TABLE["commit"])


def may_commit_for_others(standing: Standing) -> Decision:
    """Note what somebody else promised; of which cohorts, `exchanges.permissions.leads_of` says."""
    return decide(standing.anywhere(), *TABLE["commit_for_others"])


def may_close(standing: Standing, commitment: Commitment) -> Decision:
    """Say that a promise was kept, or drop it."""
    if commitment.owner_id == standing.user.pk:
        return ALLOW
    return decide(standing.in_cohort(commitment.cohort_id), *TABLE["close"])


def own_answer(user: User, exchange: Exchange) -> Registration | None:
    """The registration of somebody who was there, or expected there while attendance is not recorded.

    `told` is whether they have said what they thought.
    """
    said = Exists(Feedback.objects.filter(registration=OuterRef("pk")))
    return exchange.registrations.filter(user=user, state__in=CAME).annotate(told=said).first()


def may_give_feedback(own: Registration | None) -> Decision:
    """Say what one thought."""
    return ALLOW if own else deny(_("Only those who came tell what they thought."))
