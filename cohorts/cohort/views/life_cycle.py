"""Pages of the actions on a cohort's state: each says what will happen, asks what it needs, and does it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.requests import person
from cohorts.clock import local_today
from cohorts.cohort import actions
from cohorts.cohort.enums import COHORT_TRANSITIONS, CohortState
from cohorts.cohort.format_checks import deviations_from_format
from cohorts.cohort.forms import CohortReasonForm, CompleteCohortForm, StartCohortForm
from cohorts.cohort.pages import get_cohort_or_404, page_about
from cohorts.models import Cohort
from cohorts.permissions import decisions, roles_of
from web.decisions import Decision, enforce
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page


@dataclass(frozen=True, slots=True)
class LifeCycleAction:
    """A change of a cohort's state as a page offers it: from which states to which, the permission, the form, the
    effects.

    `day_field` names the form's date, which may not be after today. `perform` is passed the present moment if it
    `sends_emails`.
    """

    url_name: str
    label: StrOrPromise
    from_states: frozenset[CohortState]
    to_state: CohortState
    permission: str
    perform: Callable[..., Cohort]
    consequences: tuple[StrOrPromise, ...]
    form: type[forms.Form] = ConfirmationForm
    day_field: str = ""
    sends_emails: bool = False
    is_destructive: bool = False

    def is_available_for(self, cohort: Cohort) -> bool:
        """Return whether the cohort's present state allows this change of state; the person's permissions are not
        checked.
        """
        state = CohortState(cohort.state)
        return state in self.from_states and self.to_state in COHORT_TRANSITIONS.get(state, [])


AGREE = LifeCycleAction(
    "agree_cohort",
    gettext_lazy("Record the agreement"),
    frozenset({CohortState.PROSPECT}),
    CohortState.AGREED,
    "manage_cohort",
    actions.agree_cohort,
    (gettext_lazy("The authority has signed. The cohort is expected from its planned start."),),
    sends_emails=True,
)
START = LifeCycleAction(
    "start_cohort",
    gettext_lazy("Start the cohort"),
    frozenset({CohortState.AGREED}),
    CohortState.RUNNING,
    "lead_cohort",
    actions.start_cohort,
    (
        gettext_lazy(
            "The cohort is under way from the day you give. The time to the first prototype in test is counted"
            " from that day."
        ),
        gettext_lazy("Phases and sessions keep their planned dates."),
        gettext_lazy("If this cohort is the first to start, its edition is under way from now on."),
    ),
    form=StartCohortForm,
    day_field="actual_start",
)
SUSPEND = LifeCycleAction(
    "suspend_cohort",
    gettext_lazy("Suspend"),
    frozenset({CohortState.RUNNING}),
    CohortState.SUSPENDED,
    "lead_cohort",
    actions.suspend_cohort,
    (
        gettext_lazy("The cohort is shown as suspended, with your reason."),
        gettext_lazy("Sessions stay as they are: postpone those that cannot be held."),
        gettext_lazy("If the cohort was to host an Intertransfo, the turn goes to the next cohort in line."),
        gettext_lazy("You can resume work at any time."),
    ),
    form=CohortReasonForm,
    sends_emails=True,
)
RESUME = LifeCycleAction(
    "resume_cohort",
    gettext_lazy("Resume work"),
    frozenset({CohortState.SUSPENDED}),
    CohortState.RUNNING,
    "lead_cohort",
    actions.resume_cohort,
    (gettext_lazy("The cohort is under way again. Its first start date does not change."),),
    sends_emails=True,
)
COMPLETE = LifeCycleAction(
    "complete_cohort",
    gettext_lazy("Complete"),
    frozenset({CohortState.RUNNING}),
    CohortState.COMPLETED,
    "lead_cohort",
    actions.complete_cohort,
    (
        gettext_lazy("The work of the cohort is over; this cannot be undone."),
        gettext_lazy("The people stay members until they leave. Their ideas are still followed up."),
    ),
    form=CompleteCohortForm,
    day_field="actual_end",
)
BECOME_ALUMNI = LifeCycleAction(
    "become_alumni",
    gettext_lazy("Join the alumni"),
    frozenset({CohortState.COMPLETED}),
    CohortState.ALUMNI,
    "manage_cohort",
    actions.become_alumni,
    (gettext_lazy("The cohort stays in the network and may host an Intertransfo."),),
)
WITHDRAW = LifeCycleAction(
    "withdraw_cohort",
    pgettext_lazy("cohort", "Withdraw"),
    frozenset({CohortState.PROSPECT, CohortState.AGREED, CohortState.RUNNING, CohortState.SUSPENDED}),
    CohortState.WITHDRAWN,
    "manage_cohort",
    actions.withdraw_cohort,
    (
        gettext_lazy("The authority leaves the edition; this cannot be undone."),
        gettext_lazy("Sessions still to be held are cancelled with the same reason."),
        gettext_lazy("If the cohort was to host an Intertransfo, the turn goes to the next cohort in line."),
        gettext_lazy("People who took part can still read what was done."),
    ),
    form=CohortReasonForm,
    sends_emails=True,
    is_destructive=True,
)
LIFE_CYCLE_ACTIONS = (AGREE, START, RESUME, SUSPEND, COMPLETE, BECOME_ALUMNI, WITHDRAW)


def available_actions(cohort: Cohort, permissions: Mapping[str, Decision]) -> list[LifeCycleAction]:
    """Return the changes of state that the cohort's state and the person's permissions allow, in the order of its life.

    `permissions` holds a decision for each permission by name, as `cohorts.permissions.decisions` returns them.
    """
    return [
        action for action in LIFE_CYCLE_ACTIONS if permissions[action.permission] and action.is_available_for(cohort)
    ]


@form_page
def take_step(request: HttpRequest, slug: str, action: LifeCycleAction) -> HttpResponse:
    """Show what a change of the cohort's state will do, with its form; do it on POST and return to the cohort.

    `action` is the change, which the URL names. 403 for people whose role does not permit it, 404 for a cohort they
    cannot see. The page says why when the state does not allow the change.
    """
    user, cohort = person(request), get_cohort_or_404(request, slug)
    today = local_today(cohort)
    enforce(decisions(roles_of(user, cohort, today))[action.permission])
    arguments: dict[str, Any] = {"today": today} if action.day_field else {}
    arguments |= {"at": timezone.now()} if action.sends_emails else {}
    form = action.form(
        request.POST if request.method == "POST" else None,
        initial={action.day_field: today} if action.day_field else None,
    )
    warnings = deviations_from_format(cohort, today) if action is START and action.is_available_for(cohort) else []
    if action is START and not warnings:
        del form.fields["reason"]
    if changed := apply_form(form, action.perform, cohort=cohort, by=user, **arguments):
        messages.success(
            request, _("%(name)s is now “%(state)s”.") % {"name": changed.name, "state": changed.get_state_display()}
        )
        return redirect(changed)
    return _action_page(cohort, action, warnings).show(request, form)


def _action_page(cohort: Cohort, action: LifeCycleAction, warnings: Iterable[str]) -> FormPage:
    """Return the page with the form of a change of state; its consequences are listed after the `warnings`.

    `warnings` are sentences on how the cohort departs from its format. If its state does not allow the action, the page
    says so in place of the form.
    """
    impossible = ""
    if not action.is_available_for(cohort):
        impossible = _("The cohort is “%(state)s”: this step is not possible from that state.") % {
            "state": cohort.get_state_display()
        }
    return page_about(
        cohort,
        action.label,
        action.label,
        consequences=(*warnings, *action.consequences),
        is_destructive=action.is_destructive,
        unavailable_reason=impossible,
    )
