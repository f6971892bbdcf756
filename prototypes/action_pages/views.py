"""The page that all actions share: description, form, and the call of the action."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.requests import person
from accounts.roles import Role, Roles
from cohorts.clock import local_today
from cohorts.models import Cohort
from prototypes.action_pages import edit_conflicts
from prototypes.action_pages.buttons import Button
from prototypes.action_pages.definitions import OfferedAction
from prototypes.action_pages.forms import ActionForm, MergeForm
from prototypes.models import Challenge, Idea, Implementation, Prototype, Trial
from web.decisions import enforce
from web.forms.pages import apply_form, submitted_data


@dataclass(frozen=True, slots=True)
class AvailableActions:
    """The actions possible now: buttons that the person may use, and refused actions grouped by reason."""

    offered: list[Button]
    refused: list[tuple[str, StrOrPromise]]


def available_actions(
    actions: Mapping[str, OfferedAction], route: str, subject: Any, roles: Roles, without: Iterable[str] = ()
) -> AvailableActions:
    """Return buttons for the actions that the state of the row `subject` allows, in the order of `actions`, which has
    them by slug.

    `route` is the URL name of the page of an action, `roles` are those of the reader; actions they may not take are
    listed with the reason. `without` names actions to leave out. There are none for published facts, nor for readers
    who have no role in the cohort, such as former members and members of another cohort of the edition.
    """
    if not roles - {Role.NEIGHBOUR}:
        return AvailableActions([], [])
    buttons = [
        Button(action.label, reverse(route, args=[subject.pk, slug]), action.permission(roles), action.danger)
        for slug, action in actions.items()
        if subject.state in action.from_states and slug not in without and not subject.retrospective
    ]
    reasons = {str(button.decision.reason): button.decision.reason for button in buttons if not button.decision}
    refused = {reason: [str(b.label) for b in buttons if str(b.decision.reason) == reason] for reason in reasons}
    return AvailableActions(
        [b for b in buttons if b.decision], [(", ".join(refused[key]), reasons[key]) for key in reasons]
    )


def get_action_or_404(actions: Mapping[str, OfferedAction], slug: str) -> OfferedAction:
    """Return the action with this slug from a table of actions; raise Http404 if there is none."""
    if slug not in actions:
        raise Http404
    return actions[slug]


def perform(
    request: HttpRequest,
    action: OfferedAction,
    roles: Roles,
    *,
    back: str,
    context: Mapping[str, Any],
    extra_message: Callable[[], str] = str,
    **subject: Any,
) -> HttpResponse:
    """Show the form of an action; on POST run the action, then go to the URL `back` with a message.

    `subject` is one keyword argument: the name under which the action takes the row, and the row. `context` is for the
    template and needs `crumb`, the object above the page; `extra_message` returns text to add to the message. Raises
    Refused when these roles may not act. When the state no longer allows the action, text that was typed is shown next
    to what someone else recorded; otherwise a warning.
    """
    enforce(action.permission(roles))
    [row] = subject.values()
    form = build_form(person(request), action, row, submitted_data(request))
    if refusal := unavailable_reason(action, row):
        if form.is_bound and not row.retrospective:
            recorded = edit_conflicts.recorded_answers(row)
            if edit_conflicts.loses_input(action, form, recorded):
                return edit_conflicts.edit_conflict_page(
                    request, action, form, refusal, recorded, back=back, crumb=context["crumb"]
                )
        messages.warning(request, refusal)
        return redirect(back)
    timestamp = {"at": now()} if action.takes_timestamp else {}
    apply_form(form, action.action, **subject, by=person(request), **timestamp)
    if form.is_bound and not form.errors:
        messages.success(request, f"{_('Saved.')} {extra_message()}".strip())
        return redirect(back)
    return render(
        request,
        "prototypes/action_pages/action.html",
        {"action": action, "form": form, "back": back, "row": row, **context},
    )


def unavailable_reason(action: OfferedAction, row: Any) -> str:
    """Return the sentence why the action is not possible on the row: published facts, already done, or another state;
    else "".
    """
    if row.retrospective:
        return _("These are published facts. They cannot be changed here.")
    if action.to_state and row.state == action.to_state:
        return _("This was recorded already.")
    if row.state not in action.from_states:
        return _("“%(action)s” is not possible now: the present state is “%(state)s”.") % {
            "action": action.label,
            "state": row.get_state_display(),
        }
    return ""


def build_form(user: User, action: OfferedAction, row: Any, data: Mapping[str, Any] | None = None) -> ActionForm:
    """Return the action's form for the row, bound to the data if there are any; its date starts from today in the row's
    authority.
    """
    extra = {"user": user} if issubclass(action.form, MergeForm) else {}
    return action.form(data, subject=row, today=local_today(cohort_of(row)), **extra)


def cohort_of(row: Challenge | Idea | Prototype | Trial | Implementation) -> Cohort:
    """Return the cohort to which a challenge, idea, prototype, test or implementation belongs."""
    if isinstance(row, Challenge | Idea):
        return row.cohort
    return (row.prototype if isinstance(row, Trial) else row).idea.cohort
