"""Actions on several ideas at once: each runs the single action on each idea, with its permission."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django import forms
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Roles
from cohorts.clock import local_day
from cohorts.models import Membership
from cohorts.permissions import roles_by_cohort
from cohorts.visibility import active_on
from prototypes import actions
from prototypes.action_pages.definitions import IDEA_ACTIONS
from prototypes.action_pages.views import unavailable_reason
from prototypes.enums import IdeaState
from prototypes.forms import text_field
from prototypes.ideas.recorded_reasons import BULK_ACTION_UNDONE
from prototypes.models import Idea, IdeaAuthor, IdeaEvent
from prototypes.permissions import can_edit_idea, open_to_edits
from web.decisions import ALLOW, Decision, deny
from web.errors import DomainError
from web.lists.bulk_actions import BulkAction, BulkForm, Decide
from web.lists.columns import Reader
from web.text.names import name_ordering

COHORT: Final = ("cohort__authority",)


class ReasonForm(BulkForm):
    """The reason of an action, the same for all ideas."""

    reason = text_field(gettext_lazy("Reason"), required=False, rows=2)


class OwnerForm(BulkForm):
    """The new owner of several ideas: someone who is a member of all their cohorts today."""

    owner = forms.ModelChoiceField(label=gettext_lazy("New owner"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Create the form; it offers the active members that all cohorts of the selected ideas have in common."""
        super().__init__(*args, **kwargs)
        cohorts = {idea.cohort_id for idea in self.selected_rows}
        field: Any = self.fields["owner"]
        field.queryset = members_of_all(cohorts, self.reader)
        if len(cohorts) > 1:
            field.help_text = _(
                "The ideas belong to several cohorts: only members of all of them are offered. To choose among all"
                " members, select ideas of one cohort."
            )


def members_of_all(cohorts: set[int], reader: Reader) -> Any:
    """Return the people who are active members of every one of the cohorts with these keys today, by name."""
    members = User.objects.filter(active_on(reader.today, "memberships__"), memberships__cohort__in=cohorts)
    shared = members.annotate(number=Count("memberships__cohort", distinct=True)).filter(number=len(cohorts))
    return User.objects.filter(pk__in=shared.values("pk")).order_by(*name_ordering("full_name"))


def _by_roles(permission: Callable[[Roles], Decision]) -> Callable[[Reader, Sequence[Idea]], Decide]:
    """Return the permission of a bulk action from that of its single action, which decides by the roles of a person in
    a cohort.
    """

    def for_ideas(reader: Reader, ideas: Sequence[Idea]) -> Decide:
        """Return the function that decides on one of the ideas (one statement at most)."""
        roles = _roles(reader, ideas)
        return lambda idea: permission(roles[idea.cohort_id])

    return for_ideas


def _roles(reader: Reader, ideas: Sequence[Idea]) -> dict[int, Roles]:
    """Return the roles of the reader in the cohorts of the ideas, by key of the cohort (one statement at most)."""
    return roles_by_cohort(reader.user, {idea.cohort for idea in ideas}, reader.today)


def _can_edit(reader: Reader, ideas: Sequence[Idea]) -> Decide:
    """Return the function that decides whether the reader may edit one of the ideas (two statements at most)."""
    roles, co_authors = _roles(reader, ideas), defaultdict[int, set[int]](set)
    for key, person in IdeaAuthor.objects.filter(idea__in=ideas).values_list("idea_id", "user_id"):
        co_authors[key].add(person)
    for idea in ideas:
        idea.co_author_ids = frozenset(co_authors[idea.pk])
    return lambda idea: can_edit_idea(roles[idea.cohort_id], reader.user, idea)


def _state_decision(slug: str) -> Decide:
    """Return the function that decides by its state whether a single action on an idea is possible now."""

    def state_decision(idea: Idea) -> Decision:
        """Return the decision, with the reason that the page of the action gives."""
        reason = unavailable_reason(IDEA_ACTIONS[slug], idea)
        return deny(reason) if reason else ALLOW

    return state_decision


def _accept(idea: Idea, _values: Mapping[str, Any], by: User, at: datetime) -> Mapping[str, Any]:
    """Accept the idea today."""
    return {"event": actions.accept_idea(idea=idea, by=by, at=at).pk, "before": IdeaState.CAPTURED}


def _park(idea: Idea, values: Mapping[str, Any], by: User, at: datetime) -> Mapping[str, Any]:
    """Park the idea today, with the reason given."""
    before = idea.state
    return {"event": actions.park_idea(idea=idea, by=by, at=at, reason=values["reason"]).pk, "before": before}


def _undo_event(idea: Idea, details: Mapping[str, Any], by: User, at: datetime) -> None:
    """Correct the event of a bulk action: it never happened. Raises DomainError when something was recorded since."""
    last = IdeaEvent.objects.uncorrected().filter(idea=idea).last()
    if last is None or last.pk != details["event"]:
        raise DomainError(_("Something was recorded about this idea since then. Correct it on the page of the idea."))
    last.idea = idea
    actions.correct_event(event=last, state=details["before"], reason=BULK_ACTION_UNDONE, by=by, at=at)


def _change_owner(idea: Idea, values: Mapping[str, Any], by: User, _at: datetime) -> Mapping[str, Any]:
    """Give the idea another owner, who is no co-author any more."""
    owner = values["owner"]
    before = {"owner": idea.owner_id, "co_authors": sorted(idea.co_author_ids)}
    _save_owner(idea, owner, idea.co_author_ids, by)
    return {**before, "new_owner": owner.pk}


def _undo_owner(idea: Idea, details: Mapping[str, Any], by: User, at: datetime) -> None:
    """Give the idea its former owner and co-authors back. Raises DomainError when these were changed since, or the
    former owner has left the cohort.
    """
    owner = details["new_owner"]
    if (idea.owner_id, idea.co_author_ids) != (owner, frozenset(details["co_authors"]) - {owner}):
        raise DomainError(_("Someone has changed the owner or the co-authors of this idea since then."))
    former = User.objects.filter(pk=details["owner"]).first() if details["owner"] else None
    memberships = Membership.objects.filter(cohort=idea.cohort_id, user=former)
    if memberships.people_who_left(local_day(idea.cohort, at)):
        raise DomainError(_("The owner from before has left the cohort. Choose another owner on the page of the idea."))
    _save_owner(idea, former, details["co_authors"], by)


def _lock(idea: Idea) -> None:
    """Lock the idea, and read its owner and co-authors again."""
    idea.refresh_from_db(fields=["owner"], from_queryset=Idea.objects.select_for_update(no_key=True, of=["self"]))
    idea.__dict__.pop("co_author_ids", None)


def _save_owner(idea: Idea, owner: User | None, co_authors: Any, by: User) -> None:
    """Save owner and co-authors of the idea; people who are no co-authors yet are added, the owner is left out."""
    people = User.objects.filter(pk__in=co_authors)
    actions.change_idea(idea=idea, owner=owner, co_authors=people, by=by)


ACCEPT: Final = BulkAction(
    label=IDEA_ACTIONS["accept"].label,
    description=IDEA_ACTIONS["accept"].description,
    permission=_by_roles(IDEA_ACTIONS["accept"].permission),
    state_decision=_state_decision("accept"),
    run=_accept,
    undo=_undo_event,
    related=COHORT,
)
PARK: Final = BulkAction(
    label=IDEA_ACTIONS["park"].label,
    description=IDEA_ACTIONS["park"].description,
    permission=_by_roles(IDEA_ACTIONS["park"].permission),
    state_decision=_state_decision("park"),
    run=_park,
    undo=_undo_event,
    form=ReasonForm,
    related=COHORT,
)
CHANGE_OWNER: Final = BulkAction(
    label=gettext_lazy("Change owner"),
    description=gettext_lazy("The ideas get the owner that you choose. Their co-authors stay."),
    permission=_can_edit,
    state_decision=open_to_edits,
    run=_change_owner,
    undo=_undo_owner,
    form=OwnerForm,
    related=COHORT,
    compared=("owner_id",),
    lock=_lock,
)
