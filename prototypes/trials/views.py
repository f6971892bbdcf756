"""A test's page: planned, locked, then what was observed; and the short form to note it in the field."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.requests import person
from cohorts.clock import local_today
from files.attachments.panels import shelf
from prototypes import actions
from prototypes.action_pages.offered import TRIAL_ACTS
from prototypes.action_pages.views import act_named, perform, possible_acts
from prototypes.attachables import owner_of
from prototypes.enums import TO_LOG, IdeaState, PrototypeState, TrialState
from prototypes.ideas.views.story import waiting
from prototypes.models import Prototype, Trial, TrialCorrection
from prototypes.notes.forms import CorrectTrialForm, LogAgainForm, answers
from prototypes.notes.second_notes import has_note
from prototypes.notes.versions import beside, corrections_of
from prototypes.permissions import (
    TABLE,
    both,
    may_add_work,
    may_edit_trial,
    may_run_tests,
    open_to_corrections,
    open_to_edits,
)
from prototypes.trials.cards import locked_trials, trial_card
from prototypes.trials.forms import LearntForm, LogForm, TrialForm
from prototypes.trials.log_values import logged
from prototypes.trials.meters import criterion, observed
from prototypes.views.lookups import letters, prototype_at, trial_at
from prototypes.views.pages import ask
from prototypes.visibility import working_cohorts
from web.dates.clock import today_everywhere
from web.decisions import ALLOW, Decision, deny, enforce
from web.errors import DomainError
from web.forms.pages import form_page, sent
from web.pages.navigation import navigation

MOST = 30
KEPT_BESIDE = gettext_lazy(
    "This test is already %(state)s. Your note is saved as a second version; choose which one counts."
)


@require_safe
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """What was expected, what was observed, what was learnt."""
    row = trial_at(request, pk)
    holds = letters(request, row.prototype.idea.cohort)
    may_run, today = may_run_tests(holds), local_today(row.prototype.idea.cohort)
    context = {
        "trial": row,
        "prototype": row.prototype,
        "idea": row.prototype.idea,
        "card": trial_card(row, today, locked_trials(person(request), row.prototype.idea_id)),
        "groups": row.groups.all(),
        "versions": beside(row, person(request)),
        "corrections": corrections_of(row, person(request)),
        "may_correct": both(may_run, open_to_corrections(row)),
        "may_settle": may_edit_trial(holds, person(request), row),
        "acts": possible_acts(TRIAL_ACTS, "prototypes:trial_act", row, holds, without={"lock"} if may_run else ()),
        "step": next_step(row) if may_run else "",
        "may_edit": both(may_edit_trial(holds, person(request), row), open_to_edits(row)),
        "files": shelf(owner_of(row, person(request), holds), today),
    }
    return render(request, "prototypes/trial.html", context)


def next_step(row: Trial) -> str:
    """What the page's main button does: lock, log, or nothing more."""
    steps = {TrialState.PLANNED: "lock", TrialState.LOCKED: "log", TrialState.HELD: "log"}
    return "" if row.retrospective else steps.get(TrialState(row.state), "")


@form_page
def plan_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what is expected of the prototype, before it is tested."""
    prototype = prototype_at(request, pk)
    enforce(may_add_work(letters(request, prototype.idea.cohort)))
    form = TrialForm(sent(request), sessions=prototype.idea.cohort.sessions.order_by("pk"))

    def plan() -> Trial:
        return actions.plan_trial(prototype=prototype, by=person(request), **form.told())

    return ask(
        request,
        form,
        plan,
        title=_("Plan test"),
        action=_("Plan the test"),
        done=_("The test is planned. Lock it before you run it."),
        crumb=prototype,
    )


@form_page
def edit_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a planned test, or say more about a concluded one."""
    row = trial_at(request, pk)
    holds = letters(request, row.prototype.idea.cohort)
    enforce(both(may_edit_trial(holds, person(request), row), open_to_edits(row)))
    if row.state == TrialState.PLANNED:
        return edit_plan(request, row)
    form = LearntForm(sent(request), stands=row.learnt())

    def complete() -> Trial:
        return actions.complete_trial(trial=row, by=person(request), **form.cleaned_data)

    return ask(
        request,
        form,
        complete,
        title=_("Edit what was learnt"),
        action=_("Save"),
        done=_("Saved."),
        crumb=row.prototype,
    )


def edit_plan(request: HttpRequest, row: Trial) -> HttpResponse:
    sessions = row.prototype.idea.cohort.sessions.order_by("pk")
    form = TrialForm(sent(request), sessions=sessions, stands=row.expected())

    def change() -> Trial:
        return actions.change_trial(trial=row, by=person(request), **form.changes())

    return ask(request, form, change, title=_("Edit the test"), action=_("Save"), done=_("Saved."), crumb=row.prototype)


@form_page
def trial_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Lock or cancel a test."""
    row = trial_at(request, pk)
    chosen = act_named(TRIAL_ACTS, act)
    holds = letters(request, row.prototype.idea.cohort)
    context = {"crumb": row.prototype, "trial": row if act == "lock" else None, "criterion": criterion(row)}

    def after() -> str:
        return waiting(row.prototype.idea, IdeaState.TESTING) if act == "lock" else ""

    return perform(request, chosen, holds, back=row.get_absolute_url(), context=context, after=after, trial=row)


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Which test to note: straight to the only locked one, unless `?all` asks for the choice."""
    user, today = person(request), today_everywhere()
    waiting = shown(Trial.objects.to_log(user, today))
    if len(waiting) == 1 and "all" not in request.GET:
        return redirect("prototypes:log_trial", waiting[0].pk)
    context = {
        "waiting": waiting,
        "on_phone": reverse(navigation["log"].phone_url),
        "planned": shown(Trial.objects.filter(state=TrialState.PLANNED).worked_on(user, today)),
        "untested": untested(request) if len(waiting) < MOST else [],
        "why_none": partial(why_none, request),  # asked only by a page that has nothing to offer
    }
    return render(request, "prototypes/log.html", context)


def why_none(request: HttpRequest) -> Decision:
    """Whether the person works in any cohort: those who do not are told who logs tests."""
    works = working_cohorts(person(request), today_everywhere()).exists()
    return ALLOW if works else deny(TABLE["run_tests"][1])


def shown(rows: QuerySet[Trial]) -> list[Trial]:
    return list(rows.select_related("prototype__idea")[:MOST])


def untested(request: HttpRequest) -> list[Prototype]:
    """Prototypes of the same cohorts without any test yet, newest first."""
    rows = Prototype.objects.filter(
        idea__cohort__in=working_cohorts(person(request), today_everywhere()), trials=None
    ).exclude(state=PrototypeState.RETIRED)
    return list(rows.select_related("idea").order_by("-made_on", "-pk")[:MOST])


@form_page
def log_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what happened: people, what was observed, whether the criterion is met, what was learnt."""
    row = trial_at(request, pk)
    enforce(may_run_tests(letters(request, row.prototype.idea.cohort)))
    if not has_note(row) and row.state not in TO_LOG and (request.method != "POST" or not was_locked(row)):
        messages.warning(request, why_not_logged(row))
        return redirect(row)
    later, today = concludes_later(request), local_today(row.prototype.idea.cohort)
    form = log_form(row)(sent(request), trial=row, later=later, today=today, stands=logged(row))
    if request.method == "POST" and form.is_valid() and recorded(request, row, form, later=later):
        return redirect(row)
    context = {"trial": row, "prototype": row.prototype, "idea": row.prototype.idea, "form": form}
    context["first_note"] = observed(row) if has_note(row) else ""
    return render(request, "prototypes/log_trial.html", context | {"criterion": criterion(row)})


def log_form(row: Trial) -> type[LogForm]:
    """Return the form of a first note, or of one on a test that has a note already."""
    return LogAgainForm if has_note(row) and not row.retrospective else LogForm


@form_page
def correct_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the figures of a concluded test, with a reason."""
    row = trial_at(request, pk)
    enforce(both(may_run_tests(letters(request, row.prototype.idea.cohort)), open_to_corrections(row)))
    form = CorrectTrialForm(sent(request), trial=row)

    def correct() -> TrialCorrection:
        return actions.correct_trial(trial=row, by=person(request), at=now(), **form.cleaned_data)

    return ask(
        request,
        form,
        correct,
        title=_("Correct the figures"),
        action=_("Save the correction"),
        done=_("The figures are corrected. The test and its idea show what changed and why."),
        crumb=row.prototype,
        back=row.get_absolute_url(),
    )


def was_locked(row: Trial) -> bool:
    """Whether a log that comes too late can be about it."""
    return row.locked_on is not None and not row.retrospective


def concludes_later(request: HttpRequest) -> bool:
    """Which of the two buttons was pressed; raises BadRequest for one that the page does not have."""
    if request.POST.get("later", "1") != "1":
        raise BadRequest(_("This page does not have this button. Reload the page and try again."))
    return "later" in request.POST


def why_not_logged(row: Trial) -> str:
    if row.state == TrialState.PLANNED:
        return _("Lock the test first. A value observed before locking is not evidence.")
    return _("This test is %(state)s: there is nothing left to record.") % {"state": row.get_state_display()}


def recorded(request: HttpRequest, row: Trial, form: LogForm, *, later: bool) -> bool:
    """Hold and conclude; `later` leaves the conclusion open. A refusal goes into the form.

    What comes when the test is closed already, by a phone perhaps, is kept beside it.
    """
    told: dict[str, Any] = {"trial": row, "by": person(request), "at": now()}
    seen, note = form.cleaned_data["seen"], None
    try:
        if isinstance(form, LogAgainForm) and form.cleaned_data["choice"]:
            actions.log_again(**told, answers=answers(form, later=later), choice=form.chosen(), seen=seen)
        elif row.state not in TO_LOG:
            note = actions.note_beside(**told, answers=answers(form, later=later))
        elif later:
            actions.hold_trial(**told, seen=seen, **form.held(), learnt=form.learnt_so_far())
        else:
            actions.log_trial(**told, seen=seen, held=form.held(), learnt=form.learnt())
    except DomainError as error:
        error.add_to(form)
        row.refresh_from_db()
        return False
    if note:
        messages.warning(request, KEPT_BESIDE % {"state": row.get_state_display()})
    else:
        messages.success(request, _("Your entry is recorded."))
    return True
