"""The steps of a cohort's life as pages: each says what will happen, asks what it needs, and does it."""

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
from cohorts.cohort.format_checks import departures_from_format
from cohorts.cohort.forms import CompleteForm, ReasonForm, StartForm
from cohorts.cohort.pages import find_cohort, page_about
from cohorts.models import Cohort
from cohorts.permissions import decisions, standing
from web.decisions import Decision, enforce
from web.forms.fields import SureForm
from web.forms.pages import FormPage, done, form_page


@dataclass(frozen=True, slots=True)
class Act:
    """One step: from which states to which, who may (a row of the permission table), what it asks and what it does.

    One that `tells` people by letter is given the moment.
    """

    url_name: str
    label: StrOrPromise
    leaves: frozenset[CohortState]
    to: CohortState
    right: str
    action: Callable[..., Cohort]
    consequences: tuple[StrOrPromise, ...]
    form: type[forms.Form] = SureForm
    day: str = ""
    tells: bool = False
    grave: bool = False

    def open_to(self, cohort: Cohort) -> bool:
        """Whether the cohort is where this step begins."""
        state = CohortState(cohort.state)
        return state in self.leaves and self.to in COHORT_TRANSITIONS.get(state, [])


AGREE = Act(
    "agree_cohort",
    gettext_lazy("Record the agreement"),
    frozenset({CohortState.PROSPECT}),
    CohortState.AGREED,
    "open_cohort",
    actions.agree_cohort,
    (gettext_lazy("The authority has signed. The cohort is expected from its planned start."),),
    tells=True,
)
START = Act(
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
    form=StartForm,
    day="actual_start",
)
SUSPEND = Act(
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
    form=ReasonForm,
    tells=True,
)
RESUME = Act(
    "resume_cohort",
    gettext_lazy("Resume work"),
    frozenset({CohortState.SUSPENDED}),
    CohortState.RUNNING,
    "lead_cohort",
    actions.resume_cohort,
    (gettext_lazy("The cohort is under way again. Its first start date does not change."),),
    tells=True,
)
COMPLETE = Act(
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
    form=CompleteForm,
    day="actual_end",
    grave=True,
)
BECOME_ALUMNI = Act(
    "become_alumni",
    gettext_lazy("Join the alumni"),
    frozenset({CohortState.COMPLETED}),
    CohortState.ALUMNI,
    "open_cohort",
    actions.become_alumni,
    (gettext_lazy("The cohort stays in the network and may host an Intertransfo."),),
)
WITHDRAW = Act(
    "withdraw_cohort",
    pgettext_lazy("cohort", "Withdraw"),
    frozenset({CohortState.PROSPECT, CohortState.AGREED, CohortState.RUNNING, CohortState.SUSPENDED}),
    CohortState.WITHDRAWN,
    "open_cohort",
    actions.withdraw_cohort,
    (
        gettext_lazy("The authority leaves the edition; this cannot be undone."),
        gettext_lazy("Sessions still to be held are cancelled with the same reason."),
        gettext_lazy("If the cohort was to host an Intertransfo, the turn goes to the next cohort in line."),
        gettext_lazy("People who took part can still read what was done."),
    ),
    form=ReasonForm,
    tells=True,
    grave=True,
)
ACTS = (AGREE, START, RESUME, SUSPEND, COMPLETE, BECOME_ALUMNI, WITHDRAW)


def acts_for(cohort: Cohort, may: Mapping[str, Decision]) -> list[Act]:
    """The steps the cohort's state allows and the person may take, in the order of a cohort's life."""
    return [act for act in ACTS if may[act.right] and act.open_to(cohort)]


@form_page
def take_step(request: HttpRequest, slug: str, act: Act) -> HttpResponse:
    """Say what the step does, and take it when it is confirmed."""
    user, cohort = person(request), find_cohort(request, slug)
    today = local_today(cohort)
    enforce(decisions(standing(user, cohort, today))[act.right])
    given: dict[str, Any] = {"today": today} if act.day else {}
    given |= {"at": timezone.now()} if act.tells else {}
    form = act.form(request.POST if request.method == "POST" else None, initial={act.day: today} if act.day else None)
    warnings = departures_from_format(cohort, today) if act is START and act.open_to(cohort) else []
    if act is START and not warnings:
        del form.fields["reason"]
    if moved := done(form, act.action, cohort=cohort, by=user, **given):
        messages.success(
            request, _("%(name)s is now “%(state)s”.") % {"name": moved.name, "state": moved.get_state_display()}
        )
        return redirect(moved)
    return _page(cohort, act, warnings).show(request, form)


def _page(cohort: Cohort, act: Act, warnings: Iterable[str]) -> FormPage:
    impossible = ""
    if not act.open_to(cohort):
        impossible = _("The cohort is “%(state)s”: this step is not possible from that state.") % {
            "state": cohort.get_state_display()
        }
    return page_about(
        cohort,
        act.label,
        act.label,
        consequences=(*warnings, *act.consequences),
        grave=act.grave,
        impossible=impossible,
    )
