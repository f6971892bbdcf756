"""The pages of a test: plan, lock, log, and what was observed."""

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
from files.attachments.panels import files_panel
from lists.pages import list_page
from prototypes import actions
from prototypes.action_pages.definitions import TRIAL_ACTIONS
from prototypes.action_pages.views import available_actions, get_action_or_404, perform
from prototypes.enums import LOGGABLE_STATES, IdeaState, PrototypeState, TrialState
from prototypes.file_owners import owner_of
from prototypes.ideas.views.idea_timeline import acceptance_hint
from prototypes.models import Prototype, Trial
from prototypes.notes.comparison import second_versions, trial_corrections_with_lines
from prototypes.notes.forms import CorrectTrialForm, SecondNoteForm, answers
from prototypes.notes.second_notes import has_note
from prototypes.permissions import (
    TABLE,
    allow_if_all,
    can_add_work,
    can_edit_trial,
    can_run_tests,
    open_to_corrections,
    open_to_edits,
)
from prototypes.trials.cards import locked_trials, trial_card
from prototypes.trials.forms import LearningForm, LogForm, NewTrialForm, TrialForm
from prototypes.trials.log_values import log_form_values
from prototypes.trials.meters import criterion, observed_text
from prototypes.trials.trial_list import TRIALS
from prototypes.views.lookups import get_prototype_or_404, get_trial_or_404, roles_in, works_somewhere
from prototypes.visibility import working_cohorts
from web.dates.clock import today_everywhere
from web.decisions import ALLOW, Decision, deny, enforce
from web.errors import DomainError
from web.forms.pages import FormPage, form_page, form_response, submitted_data
from web.pages.hooks import menu_items

MAX_ROWS = 30
SAVED_AS_SECOND_VERSION = gettext_lazy(
    "This test is already %(state)s. Your note is saved as a second version; choose which one counts."
)


@require_safe
def trial_list(request: HttpRequest) -> HttpResponse:
    """Show the tests that the person may read: those of their cohorts, and of ideas shared with their editions."""
    return list_page(request, TRIALS, "prototypes/trials/list.html")


@require_safe
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a test: what was expected, observed and learnt, its corrections and second versions, and the buttons for
    this person.

    Raises Http404 for people who may not read it.
    """
    row = get_trial_or_404(request, pk)
    roles = roles_in(request, row.prototype.idea.cohort)
    can_run, today = can_run_tests(roles), local_today(row.prototype.idea.cohort)
    context = {
        "trial": row,
        "prototype": row.prototype,
        "idea": row.prototype.idea,
        "card": trial_card(row, locked_trials(person(request), row.prototype.idea_id)),
        "groups": row.groups.all(),
        "second_versions": second_versions(row, person(request)),
        "corrections": trial_corrections_with_lines(row, person(request)),
        "can_correct": allow_if_all(can_run, open_to_corrections(row)),
        "can_settle": can_edit_trial(roles, person(request), row),
        "actions": available_actions(
            TRIAL_ACTIONS, "prototypes:trial_action", row, roles, without={"lock"} if can_run else ()
        ),
        "step": next_step(row) if can_run else "",
        "can_edit": allow_if_all(can_edit_trial(roles, person(request), row), open_to_edits(row)),
        "files": files_panel(owner_of(row, person(request), roles), today),
    }
    return render(request, "prototypes/trials/page.html", context)


def next_step(row: Trial) -> str:
    """Return what the main button of the test's page does: "lock" a planned test, "log" a locked or held one, "" for
    nothing.
    """
    steps = {TrialState.PLANNED: "lock", TrialState.LOCKED: "log", TrialState.HELD: "log"}
    return "" if row.retrospective else steps.get(TrialState(row.state), "")


@form_page
def plan_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to plan a test of a prototype (its key is `pk`); save it on POST and go to the test.

    Raises Refused for people other than the lab, coordinator, residents, pilot and ambassadors.
    """
    prototype = get_prototype_or_404(request, pk)
    enforce(can_add_work(roles_in(request, prototype.idea.cohort)))
    form = NewTrialForm(submitted_data(request))
    return form_response(
        request,
        form,
        FormPage(_("Plan test"), _("Plan the test"), prototype.get_absolute_url(), crumb=prototype),
        actions.plan_trial,
        done=_("The test is planned. Lock it before you run it."),
        to_result=True,
        prototype=prototype,
        by=person(request),
    )


@form_page
def edit_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to edit the plan of a planned test, or the texts of a concluded one; save it on POST and go to the
    test.

    Raises Refused for people other than the lab, coordinator, residents, pilot, and ambassadors for their own or shared
    work, for tests in other states, and for published facts.
    """
    row = get_trial_or_404(request, pk)
    roles = roles_in(request, row.prototype.idea.cohort)
    enforce(allow_if_all(can_edit_trial(roles, person(request), row), open_to_edits(row)))
    if row.state == TrialState.PLANNED:
        return edit_planned_trial(request, row)
    form = LearningForm(submitted_data(request), current=row.learning_values())
    prototype = row.prototype
    page = FormPage(_("Edit what was learnt"), _("Save"), prototype.get_absolute_url(), crumb=prototype)
    complete, user = actions.complete_trial, person(request)
    return form_response(request, form, page, complete, done=_("Saved."), to_result=True, trial=row, by=user)


def edit_planned_trial(request: HttpRequest, row: Trial) -> HttpResponse:
    """Show the form to edit the plan of a planned test; save it on POST and go to the test. The caller has checked
    permissions.
    """
    sessions = row.prototype.idea.cohort.sessions.order_by("pk")
    form = TrialForm(submitted_data(request), sessions=sessions, current=row.plan_values())
    page = FormPage(_("Edit the test"), _("Save"), row.prototype.get_absolute_url(), crumb=row.prototype)
    change, user = actions.change_trial, person(request)
    return form_response(request, form, page, change, done=_("Saved."), to_result=True, trial=row, by=user)


@form_page
def trial_action(request: HttpRequest, pk: int, action_slug: str) -> HttpResponse:
    """Show the form to "lock" or "cancel" a test (`action_slug`); do so on POST and go back to the test.

    Raises Refused for people other than the lab, coordinator, residents, pilot and ambassadors, Http404 for another
    action.
    """
    row = get_trial_or_404(request, pk)
    action = get_action_or_404(TRIAL_ACTIONS, action_slug)
    roles = roles_in(request, row.prototype.idea.cohort)
    context = {"crumb": row.prototype, "trial": row if action_slug == "lock" else None, "criterion": criterion(row)}

    def extra_message() -> str:
        """Return the sentence that a captured idea moves on once it is accepted, for the message after its test was
        locked; else "".
        """
        return acceptance_hint(row.prototype.idea, IdeaState.TESTING) if action_slug == "lock" else ""

    return perform(
        request, action, roles, back=row.get_absolute_url(), context=context, extra_message=extra_message, trial=row
    )


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show the locked and held tests that the person can log; with only one, go straight to its form, unless `?all` is
    in the query.

    Planned tests and prototypes without a test are listed too, of the cohorts in which the person adds work.
    """
    user, today = person(request), today_everywhere()
    waiting = first_rows(Trial.objects.to_log(user, today))
    if len(waiting) == 1 and "all" not in request.GET:
        return redirect("prototypes:log_trial", waiting[0].pk)
    context = {
        "waiting": waiting,
        "on_phone": reverse(next(item.phone_url for item in menu_items() if item.url_name == "prototypes:log")),
        "planned": first_rows(Trial.objects.filter(state=TrialState.PLANNED).worked_on(user, today)),
        "untested": untested(request) if len(waiting) < MAX_ROWS else [],
        "can_work_anywhere": partial(can_work_anywhere, request),  # read only by a page without tests
    }
    return render(request, "prototypes/trials/log.html", context)


def can_work_anywhere(request: HttpRequest) -> Decision:
    """Allow people who add work in at least one cohort to log tests; the refusal says who may.

    They are active coordinators, residents, pilots and ambassadors, and lab staff while a cohort runs.
    """
    return ALLOW if works_somewhere(person(request), today_everywhere()) else deny(TABLE["run_tests"][1])


def first_rows(rows: QuerySet[Trial]) -> list[Trial]:
    """Return the first 30 of these tests, each read with its prototype and idea (one statement)."""
    return list(rows.select_related("prototype__idea")[:MAX_ROWS])


def untested(request: HttpRequest) -> list[Prototype]:
    """Return the prototypes without any test, and not retired, in cohorts in which the person adds work, the newest
    first; at most 30.
    """
    rows = Prototype.objects.filter(
        idea__cohort__in=working_cohorts(person(request), today_everywhere()), trials=None
    ).exclude(state=PrototypeState.RETIRED)
    return list(rows.select_related("idea").order_by("-made_on", "-pk")[:MAX_ROWS])


@form_page
def log_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to log a test: people, observation, whether the criterion is met, what was learnt; save it on POST.

    A test that cannot be logged leads back to its page with a warning. Raises Refused for people other than the lab,
    coordinator, residents, pilot and ambassadors.
    """
    row = get_trial_or_404(request, pk)
    enforce(can_run_tests(roles_in(request, row.prototype.idea.cohort)))
    if not has_note(row) and row.state not in LOGGABLE_STATES and (request.method != "POST" or not was_locked(row)):
        messages.warning(request, logging_refusal(row))
        return redirect(row)
    later, today = concludes_later(request), local_today(row.prototype.idea.cohort)
    form = log_form(row)(submitted_data(request), trial=row, later=later, today=today, current=log_form_values(row))
    if request.method == "POST" and form.is_valid() and save_log(request, row, form, later=later):
        return redirect(row)
    context = {"trial": row, "prototype": row.prototype, "idea": row.prototype.idea, "form": form}
    context["first_note"] = observed_text(row) if has_note(row) else ""
    return render(request, "prototypes/trials/log_trial.html", context | {"criterion": criterion(row)})


def log_form(row: Trial) -> type[LogForm]:
    """Return the class of the form to log a test: that of a second note if figures are recorded already, else that of a
    first one.
    """
    return SecondNoteForm if has_note(row) and not row.retrospective else LogForm


@form_page
def correct_trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form to correct the figures of a concluded test, with a reason; save the correction on POST and go to
    the test.

    Raises Refused for people other than the lab, coordinator, residents, pilot and ambassadors, for a test that is not
    concluded, and for published facts.
    """
    row = get_trial_or_404(request, pk)
    enforce(allow_if_all(can_run_tests(roles_in(request, row.prototype.idea.cohort)), open_to_corrections(row)))
    form = CorrectTrialForm(submitted_data(request), trial=row)
    return form_response(
        request,
        form,
        FormPage(_("Correct the figures"), _("Save the correction"), row.get_absolute_url(), crumb=row.prototype),
        actions.correct_trial,
        done=_("The figures are corrected. The test and its idea show what changed and why."),
        trial=row,
        by=person(request),
        at=now(),
    )


def was_locked(row: Trial) -> bool:
    """Return whether the test was ever locked, so that a log that is sent late can be saved as a second version.

    False for published facts.
    """
    return row.locked_on is not None and not row.retrospective


def concludes_later(request: HttpRequest) -> bool:
    """Return whether the button “conclude later” was pressed, which leaves the result open.

    Raises BadRequest for a value that the button does not have.
    """
    if request.POST.get("later", "1") != "1":
        raise BadRequest(_("This page does not have this button. Reload the page and try again."))
    return "later" in request.POST


def logging_refusal(row: Trial) -> str:
    """Return the sentence why a test cannot be logged: it is not locked yet, or, once concluded or cancelled, nothing
    is left to record.
    """
    if row.state == TrialState.PLANNED:
        return _("Lock the test first. A value observed before locking is not evidence.")
    return _("This test is %(state)s: there is nothing left to record.") % {"state": row.get_state_display()}


def save_log(request: HttpRequest, row: Trial, form: LogForm, *, later: bool) -> bool:
    """Save a valid form to log a test, and return whether that succeeded; `later` leaves the conclusion open.

    A refusal is added to the form. A log of a test that was closed since the form was opened is saved as a second
    version, with a warning.
    """
    arguments: dict[str, Any] = {"trial": row, "by": person(request), "at": now()}
    version_token, note = form.cleaned_data["version_token"], None
    try:
        if isinstance(form, SecondNoteForm) and form.cleaned_data["choice"]:
            actions.log_second_note(
                **arguments, answers=answers(form, later=later), choice=form.chosen(), version_token=version_token
            )
        elif row.state not in LOGGABLE_STATES:
            note = actions.save_second_version(**arguments, answers=answers(form, later=later))
        elif later:
            actions.hold_trial(
                **arguments,
                version_token=version_token,
                **form.run_arguments(),
                conclusion=form.partial_conclusion_arguments(),
            )
        else:
            actions.log_trial(
                **arguments,
                version_token=version_token,
                run=form.run_arguments(),
                conclusion=form.conclusion_arguments(),
            )
    except DomainError as error:
        error.add_to(form)
        row.refresh_from_db()
        return False
    if note:
        messages.warning(request, SAVED_AS_SECOND_VERSION % {"state": row.get_state_display()})
    else:
        messages.success(request, _("Saved."))
    return True
