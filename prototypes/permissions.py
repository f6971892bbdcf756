"""Who may do what with challenges, ideas, prototypes and tests: one table of roles, and one function per permission.

The functions take the roles of a person in the cohort (`cohorts.permissions.roles_of`), read once per page. The
`open_to_…` functions decide by the state of the row alone.
"""

from collections.abc import Callable, Collection

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.roles import (
    LAB_PILOT_AND_ADMIN,
    LEADS,
    LEADS_AND_RESIDENTS,
    LEADS_RESIDENTS_AND_AMBASSADORS,
    MEMBERS,
    RESIDENTS_AND_AMBASSADORS,
    Role,
    Roles,
)
from cohorts.models import Cohort
from cohorts.permissions import ONLY_LAB_PILOT_AND_ADMIN, ONLY_LEADS, ONLY_LEADS_AND_RESIDENTS, decide
from prototypes.enums import IDEA_REPLACED, IdeaState, TrialState
from prototypes.models import Challenge, Idea, IdeaEvent, Prototype, Trial
from prototypes.refusals import NOT_CONCLUDED
from web.decisions import ALLOW, Decision, deny

ONLY_LEADS_RESIDENTS_AND_AMBASSADORS = _(
    "Only the lab, the cohort’s design team, its pilot and its ambassadors can do this."
)
ONLY_RESIDENTS_AND_AMBASSADORS = _("Only the cohort’s design team and its ambassadors can do this.")
ONLY_MEMBERS_RATE = _("Only members of the cohort rate its challenges.")
ONLY_CONFIRMERS = _(
    "Only the lab, the cohort’s coordinator and pilot, the authority’s admin, "
    "the idea’s owner and its co-authors can do this."
)
ONLY_EDITORS = _("Only the lab, the cohort’s design team, its pilot, the idea’s owner and co-authors can do this.")

TABLE: dict[str, tuple[Roles, StrOrPromise]] = {
    "add_work": (LEADS_RESIDENTS_AND_AMBASSADORS, ONLY_LEADS_RESIDENTS_AND_AMBASSADORS),
    "edit_work": (LEADS_AND_RESIDENTS, ONLY_EDITORS),
    "edit_challenge": (LEADS_AND_RESIDENTS, ONLY_LEADS_AND_RESIDENTS),
    "rate_challenges": (MEMBERS, ONLY_MEMBERS_RATE),
    "run_tests": (LEADS_RESIDENTS_AND_AMBASSADORS, ONLY_LEADS_RESIDENTS_AND_AMBASSADORS),
    "ask_for_acceptance": (RESIDENTS_AND_AMBASSADORS, ONLY_RESIDENTS_AND_AMBASSADORS),
    "steer_idea": (LEADS, ONLY_LEADS),
    "deliver_idea": (LAB_PILOT_AND_ADMIN, ONLY_LAB_PILOT_AND_ADMIN),
    "confirm_idea": (LEADS | {Role.ADMIN}, ONLY_CONFIRMERS),
}
# The permission to correct an event, by the state that the event led to: whoever may record it may also correct it.
CORRECTION_PERMISSIONS = {
    IdeaState.CAPTURED: "steer_idea",
    IdeaState.ACCEPTED: "steer_idea",
    IdeaState.PROTOTYPING: "steer_idea",
    IdeaState.TESTING: "steer_idea",
    IdeaState.DECIDED: "steer_idea",
    IdeaState.PARKED: "steer_idea",
    IdeaState.ABANDONED: "steer_idea",
    IdeaState.MERGED: "steer_idea",
    IdeaState.SPLIT: "steer_idea",
    IdeaState.HANDED_OVER: "deliver_idea",
    IdeaState.IMPLEMENTING: "deliver_idea",
    IdeaState.IMPLEMENTED: "deliver_idea",
}


def can_add_work(roles: Roles) -> Decision:
    """Allow the lab, coordinator, residents, pilot and ambassadors to add challenges, ideas, prototypes and tests."""
    return decide(roles, *TABLE["add_work"])


def can_run_tests(roles: Roles) -> Decision:
    """Allow the lab, coordinator, residents, pilot and ambassadors to lock, hold, conclude and cancel tests."""
    return decide(roles, *TABLE["run_tests"])


def can_ask_for_acceptance(roles: Roles) -> Decision:
    """Allow residents and ambassadors to ask for the acceptance of an idea; those who may accept it need not ask."""
    return decide(roles, *TABLE["ask_for_acceptance"])


def can_steer_idea(roles: Roles) -> Decision:
    """Allow the lab, coordinator and pilot to accept, decide, park, abandon, merge, split, reopen and share an idea."""
    return decide(roles, *TABLE["steer_idea"])


def can_deliver_idea(roles: Roles) -> Decision:
    """Allow the lab, the pilot and the authority's admin to record hand-overs, implementations and follow-ups."""
    return decide(roles, *TABLE["deliver_idea"])


def can_confirm_idea(roles: Roles, user: User, idea: Idea) -> Decision:
    """Allow the lab, coordinator, pilot and the authority's admin to confirm that the idea's recorded state is correct.

    Its owner and co-authors may too while they are members of the cohort. `visibility.confirmable_ideas` filters by the
    same rule.
    """
    allowed, reason = TABLE["confirm_idea"]
    is_own = bool(roles & MEMBERS) and idea.is_author(user)
    return decide(roles, allowed | MEMBERS if is_own else allowed, reason)


def can_edit_work(roles: Roles) -> Decision:
    """Allow the lab, coordinator, residents and pilot to edit any prototype, also those that others made.

    Ambassadors need a decision on one row: see `can_edit_idea`, `can_edit_prototype` and `can_edit_trial`.
    """
    return decide(roles, *TABLE["edit_work"])


def can_edit_challenge(roles: Roles) -> Decision:
    """Allow the lab, coordinator, residents and pilot to edit challenges and to change their state."""
    return decide(roles, *TABLE["edit_challenge"])


def can_rate_challenges(roles: Roles) -> Decision:
    """Allow the members of the cohort, in any role, to rate challenges in a round; neither lab staff nor admins."""
    return decide(roles, *TABLE["rate_challenges"])


def can_edit_idea(roles: Roles, user: User, idea: Idea) -> Decision:
    """Allow the lab, coordinator, residents and pilot to edit any idea.

    Ambassadors may edit ideas that they own or co-author, and those shared with the edition.
    """
    return can_edit_by_role_or_as_own(roles, lambda: _is_own_or_shared(user, idea))


def can_edit_prototype(roles: Roles, user: User, prototype: Prototype) -> Decision:
    """Allow the lab, coordinator, residents and pilot to edit any prototype.

    Ambassadors may edit prototypes they made, and those of ideas that they own or co-author or that are shared with the
    edition.
    """
    return can_edit_by_role_or_as_own(
        roles, lambda: user.pk == prototype.made_by_id or _is_own_or_shared(user, prototype.idea)
    )


def can_edit_trial(roles: Roles, user: User, trial: Trial) -> Decision:
    """Allow the lab, coordinator, residents and pilot to edit any test.

    Ambassadors may edit tests they planned, and those of ideas that they own or co-author or that are shared with the
    edition.
    """
    return can_edit_by_role_or_as_own(
        roles, lambda: user.pk == trial.planned_by_id or _is_own_or_shared(user, trial.prototype.idea)
    )


def can_correct_event(roles: Roles, event: IdeaEvent) -> Decision:
    """Allow those who may record an event of an idea to correct such an event.

    From the hand-over on these are the lab, the pilot and the authority's admin; before it, the lab, the coordinator
    and the pilot.
    """
    return decide(roles, *TABLE[CORRECTION_PERMISSIONS[IdeaState(event.state)]])


def _is_own_or_shared(user: User, idea: Idea) -> bool:
    """Return whether the person is owner or co-author of the idea, or the idea is shared with the edition."""
    return idea.shared_with_edition or idea.is_author(user)


def can_edit_by_role_or_as_own(roles: Roles, is_own_or_shared: Callable[[], bool]) -> Decision:
    """Allow the lab, coordinator, residents and pilot to edit a row, and ambassadors if it is theirs or shared with the
    edition.

    `is_own_or_shared` says whether it is; it is called for ambassadors only, because it may cost a query.
    """
    allowed, reason = TABLE["edit_work"]
    if Role.AMBASSADOR in roles and is_own_or_shared():
        allowed |= {Role.AMBASSADOR}
    return decide(roles, allowed, reason)


def open_to_edits(row: Challenge | Idea | Prototype | Trial) -> Decision:
    """Refuse edits of published facts, and of tests that are neither planned nor concluded; allow all others.

    The person and their roles do not matter here.
    """
    if row.retrospective:
        return deny(_("These are published facts. They cannot be changed here."))
    if isinstance(row, Trial) and row.state not in {TrialState.PLANNED, TrialState.CONCLUDED}:
        return deny(_("A test can only be edited while it is planned, or once its conclusion is recorded."))
    return ALLOW


def open_to_corrections(trial: Trial) -> Decision:
    """Allow corrections of a test's figures only once it is concluded; before that, its figures are still logged.

    Published facts are refused.
    """
    if trial.retrospective:
        return deny(_("These are published facts. They cannot be changed here."))
    if trial.state != TrialState.CONCLUDED:
        return deny(NOT_CONCLUDED)
    return ALLOW


def open_to_confirmation(idea: Idea) -> Decision:
    """Allow confirmations of an idea's state only if the idea counts in the rates on its own.

    Refused are published facts, and ideas that were merged, split or never accepted.
    """
    if idea.retrospective:
        return deny(_("These are published facts. They cannot be changed here."))
    if idea.state == IdeaState.MERGED:
        return deny(_("The idea was merged into another one. Confirm that other idea instead."))
    if idea.state == IdeaState.SPLIT:
        return deny(_("The idea was split. Confirm its parts instead."))
    return ALLOW if idea.accepted_on else deny(_("The idea was not accepted. It counts in no rate."))


def open_to_additions(cohort: Cohort) -> Decision:
    """Refuse new challenges and canvases in a cohort that is only known from publications; allow them in all others."""
    if cohort.retrospective:
        return deny(_("This cohort is only known from publications. Nothing can be added to it."))
    return ALLOW


def open_to_reuse(idea: Idea) -> Decision:
    """Allow other cohorts to reuse the idea only if it is shared with the edition or a published fact."""
    if idea.shared_with_edition or idea.retrospective:
        return ALLOW
    return deny(
        _("Only a shared or published idea can be reused by another cohort. Ask the cohort of the idea to share it.")
    )


def allow_if_all(*decisions: Decision) -> Decision:
    """Return the first refusal among the decisions; when there is none, a decision that allows."""
    return next((decision for decision in decisions if not decision), ALLOW)


def open_to_work(idea: Idea, closed: Collection[str] = ("parked", "abandoned", *IDEA_REPLACED)) -> Decision:
    """Refuse new prototypes and tests on an idea known from publications only, or whose state is one of `closed`.

    By default these are parked, abandoned, merged and split.
    """
    if idea.retrospective:
        return deny(_("This idea is only known from publications. Nothing can be added to it."))
    if idea.state in closed:
        return deny(_("The idea is parked or has ended. Resume or reopen it first."))
    return ALLOW
