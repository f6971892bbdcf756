"""Who may do what with ideas: the rows of the domain's table, and one function per "may".

They take the letters a person has in the cohort (`cohorts.permissions.standing`), read once a page, and answer whether
this person may; whether the idea is in the right state is another question (`possible` in the views).
"""

from collections.abc import Callable, Collection

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from cohorts.models import Cohort
from cohorts.permissions import ONLY_LEADS, ONLY_OWNERS, ONLY_TEAM, decide
from prototypes.enums import IDEA_REPLACED, IdeaState, TrialState
from prototypes.models import Challenge, Idea, IdeaEvent, Prototype, Trial
from prototypes.refusals import NOT_CONCLUDED
from web.decisions import ALLOW, Decision, deny

Letters = frozenset[str]

MEMBERS = frozenset("CDPMR")  # whoever has a place in the cohort

ONLY_MEMBERS = _("Only the lab, the cohort’s design team, its pilot and its ambassadors can do this.")
ONLY_CONFIRMERS = _(
    "Only the lab, the cohort’s coordinator and pilot, the authority’s admin, "
    "the idea’s owner and its co-authors can do this."
)
ONLY_EDITORS = _("Only the lab, the cohort’s design team, its pilot, the idea’s owner and co-authors can do this.")

TABLE: dict[str, tuple[str, StrOrPromise]] = {
    "add_work": ("SCDPM", ONLY_MEMBERS),
    "edit_work": ("SCDP", ONLY_EDITORS),
    "edit_challenge": ("SCDP", ONLY_TEAM),
    "run_tests": ("SCDPM", ONLY_MEMBERS),
    "steer_idea": ("SCP", ONLY_LEADS),
    "deliver_idea": ("SPA", ONLY_OWNERS),
    "confirm_idea": ("SCPA", ONLY_CONFIRMERS),
}
# The story is corrected by those who steer the idea; what those who deliver it record, by them.
CORRECTED_BY = {
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


def may_add_work(letters: Letters) -> Decision:
    """Add challenges, ideas, prototypes and tests."""
    return decide(letters, *TABLE["add_work"])


def may_run_tests(letters: Letters) -> Decision:
    """Lock, hold, conclude and cancel tests."""
    return decide(letters, *TABLE["run_tests"])


def may_steer(letters: Letters) -> Decision:
    """Accept, decide, park, abandon, merge, split, reopen and share an idea."""
    return decide(letters, *TABLE["steer_idea"])


def may_deliver(letters: Letters) -> Decision:
    """Hand over, implementing, implemented, replicated, discontinued, follow-ups."""
    return decide(letters, *TABLE["deliver_idea"])


def may_confirm(letters: Letters, user: User, idea: Idea) -> Decision:
    """Say that an idea still is as its page says; members also of their own (`queries.confirms` asks it of many)."""
    allowed, reason = TABLE["confirm_idea"]
    own = bool(letters & MEMBERS) and idea.is_by(user)
    return decide(letters, allowed + "".join(MEMBERS) if own else allowed, reason)


def may_edit_work(letters: Letters) -> Decision:
    """Edit what anybody made; who may edit their own as well is asked with the row."""
    return decide(letters, *TABLE["edit_work"])


def may_edit_challenge(letters: Letters) -> Decision:
    return decide(letters, *TABLE["edit_challenge"])


def may_edit_idea(letters: Letters, user: User, idea: Idea) -> Decision:
    """An ambassador edits what is their own (as owner or co-author), or shared with the edition."""
    return edits(letters, lambda: _own(user, idea))


def may_edit_prototype(letters: Letters, user: User, prototype: Prototype) -> Decision:
    return edits(letters, lambda: user.pk == prototype.made_by_id or _own(user, prototype.idea))


def may_edit_trial(letters: Letters, user: User, trial: Trial) -> Decision:
    return edits(letters, lambda: user.pk == trial.planned_by_id or _own(user, trial.prototype.idea))


def may_correct(letters: Letters, event: IdeaEvent) -> Decision:
    """Correct an event: those who steer the idea, also what the work of all shows (captured, prototyping, testing);
    those who deliver it what they record."""
    return decide(letters, *TABLE[CORRECTED_BY[IdeaState(event.state)]])


def _own(user: User, idea: Idea) -> bool:
    return idea.shared_with_edition or idea.is_by(user)


def edits(letters: Letters, own: Callable[[], bool]) -> Decision:
    """Return whether the person edits this work; `own` is called for ambassadors only, since it may cost a query."""
    allowed, reason = TABLE["edit_work"]
    return decide(letters, f"{allowed}M" if "M" in letters and own() else allowed, reason)


def open_to_edits(row: Challenge | Idea | Prototype | Trial) -> Decision:
    """Published facts stay. A test is edited while it is planned, and what was learnt once it is concluded."""
    if row.retrospective:
        return deny(_("These are published facts. They cannot be changed here."))
    if isinstance(row, Trial) and row.state not in {TrialState.PLANNED, TrialState.CONCLUDED}:
        return deny(_("A test can only be edited while it is planned, or once its conclusion is recorded."))
    return ALLOW


def open_to_corrections(trial: Trial) -> Decision:
    """Return whether the figures of a test can be corrected: once it is concluded. Before, they are logged."""
    if trial.retrospective:
        return deny(_("These are published facts. They cannot be changed here."))
    if trial.state != TrialState.CONCLUDED:
        return deny(NOT_CONCLUDED)
    return ALLOW


def open_to_confirmation(idea: Idea) -> Decision:
    """Whether the rates count the idea: of no other does anybody need to know how it stands."""
    if idea.retrospective:
        return deny(_("These are published facts. They cannot be changed here."))
    if idea.state == IdeaState.MERGED:
        return deny(_("The idea was merged into another one. Confirm that other idea instead."))
    if idea.state == IdeaState.SPLIT:
        return deny(_("The idea was split. Confirm its parts instead."))
    return ALLOW if idea.accepted_on else deny(_("The idea was not accepted. It counts in no rate."))


def open_to_additions(cohort: Cohort) -> Decision:
    """Whether challenges and canvases can be added to the cohort."""
    if cohort.retrospective:
        return deny(_("This cohort is only known from publications. Nothing can be added to it."))
    return ALLOW


def open_to_reuse(idea: Idea) -> Decision:
    """Whether other cohorts may take the idea up."""
    if idea.shared_with_edition or idea.retrospective:
        return ALLOW
    return deny(
        _("Only a shared or published idea can be taken up by another cohort. Ask the cohort of the idea to share it.")
    )


def both(*decisions: Decision) -> Decision:
    """The first refusal, if any."""
    return next((decision for decision in decisions if not decision), ALLOW)


def open_to_work(idea: Idea, closed: Collection[str] = ("parked", "abandoned", *IDEA_REPLACED)) -> Decision:
    """Whether new prototypes and tests can be added to the idea."""
    if idea.retrospective:
        return deny(_("This idea is only known from publications. Nothing can be added to it."))
    if idea.state in closed:
        return deny(_("The idea is parked or has ended. Take it up again first."))
    return ALLOW
