"""Challenges, ideas, prototypes, tests and implementations."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from ninja import Body, Query, Router, Schema

from accounts.models import User
from accounts.requests import person
from api.enums import Area
from api.http.authentication import TokenAuth
from api.http.forms import FormBody, action_body, body_of, check_body, refuse_errors, save_form, sent_form
from api.http.lists import (
    Page,
    PageQuery,
    choice_values,
    filter_parameters,
    filtered_rows,
    read_page,
    read_unfiltered_page,
)
from api.http.problems import InvalidValues
from api.http.requests import ApiRequest
from api.http.versions import locked_if_current
from api.v1.addresses import answer_change, answer_creation, cohort_slug, with_key
from api.v1.schemas import ChallengeOut, EventOut, IdeaOut, ImplementationOut, PrototypeOut, TrialOut
from cohorts.clock import local_today
from prototypes import actions
from prototypes.action_pages.definitions import (
    CHALLENGE_ACTIONS,
    IDEA_ACTIONS,
    IMPLEMENTATION_ACTIONS,
    PROTOTYPE_ACTIONS,
    TRIAL_ACTIONS,
    OfferedAction,
    prototype_actions_for,
)
from prototypes.action_pages.views import build_form, cohort_of, get_action_or_404, unavailable_reason
from prototypes.challenges.challenge_list import CHALLENGES
from prototypes.enums import LOGGABLE_STATES, TrialState
from prototypes.ideas.forms import IdeaForm, NewIdeaForm
from prototypes.ideas.idea_list import IDEAS
from prototypes.ideas.views.ideas import idea_targets, latest_common_day, parse_target
from prototypes.models import Idea, Implementation, Prototype
from prototypes.notes.actions import CHOICE_NEEDED
from prototypes.notes.forms import SecondNoteForm, answers
from prototypes.notes.second_notes import has_note
from prototypes.permissions import (
    ONLY_LEADS_RESIDENTS_AND_AMBASSADORS,
    allow_if_all,
    can_add_work,
    can_edit_idea,
    can_edit_prototype,
    can_edit_trial,
    can_run_tests,
    open_to_edits,
)
from prototypes.prototypes.forms import NewPrototypeForm, PrototypeForm
from prototypes.trials.actions import NO_LONGER_PLANNED
from prototypes.trials.forms import LogForm, NewTrialForm, TrialForm
from prototypes.trials.log_values import log_form_values
from prototypes.trials.trial_list import TRIALS
from prototypes.trials.views import logging_refusal
from prototypes.views.lookups import (
    get_challenge_or_404,
    get_idea_or_404,
    get_implementation_or_404,
    get_prototype_or_404,
    get_trial_or_404,
    people_for,
    roles_in,
)
from prototypes.visibility import working_cohorts
from web.database.prepared import one_or_404
from web.dates.clock import today_everywhere
from web.decisions import ALLOW, deny, enforce
from web.errors import DomainError
from web.forms.pages import adding_errors_to

router = Router(auth=TokenAuth(Area.IDEAS), tags=[Area.IDEAS.value])

if TYPE_CHECKING:
    NewIdea = FormBody
    IdeaChange = FormBody
    NewPrototype = FormBody
    PrototypeChange = FormBody
    NewTest = FormBody
    TestChange = FormBody
    TestResult = FormBody
    SecondNote = FormBody
else:
    NewIdea = body_of(NewIdeaForm, "NewIdea")
    IdeaChange = body_of(IdeaForm, "IdeaChange", change=True)
    NewPrototype = body_of(NewPrototypeForm, "NewPrototype")
    PrototypeChange = body_of(PrototypeForm, "PrototypeChange", change=True)
    NewTest = body_of(NewTrialForm, "NewTest")
    TestChange = body_of(TrialForm, "TestChange", change=True)
    TestResult = body_of(LogForm, "TestResult")
    SecondNote = body_of(SecondNoteForm, "SecondNote")


def _with_idea_references(ideas: QuerySet[Idea]) -> QuerySet[Idea]:
    """Return the ideas with what `IdeaOut` names."""
    co_authors = Prefetch("co_authors", User.objects.order_by("pk"))
    return ideas.select_related("cohort", "challenge", "owner").prefetch_related(co_authors)


def _read_idea(request: HttpRequest, pk: int) -> Idea:
    """Return the idea as `IdeaOut` reads it; raise Http404 if the person may not read it."""
    rows = _with_idea_references(Idea.objects.visible_to(person(request)))
    return one_or_404(rows.filter(pk=pk))


@router.get(
    "/cohorts/{slug:slug}/challenges/",
    response=Page[ChallengeOut],
    url_name="challenges",
    summary=_("List the challenges of a cohort"),
    openapi_extra=filter_parameters(CHALLENGES),
)
def list_challenges(request: HttpRequest, slug: str, query: Query[PageQuery]) -> Any:
    """Return a part of the challenges of a cohort."""
    return read_page(request, filtered_rows(request, CHALLENGES, cohort_slug(request, slug)), query)


@router.get(
    "/ideas/",
    response=Page[IdeaOut],
    url_name="ideas",
    summary=_("List ideas"),
    openapi_extra=filter_parameters(IDEAS),
)
def list_ideas(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the ideas that the person may read."""
    return read_page(request, _with_idea_references(filtered_rows(request, IDEAS)), query)


@router.post("/ideas/", response={201: IdeaOut}, url_name="ideas", summary=_("Add an idea"))
def create_idea(request: ApiRequest, body: NewIdea) -> Any:
    """Add an idea. `target` is where it belongs: `cohort-3`, `cohort-pays-de-la-loire` or `challenge-7`."""
    cohorts = working_cohorts(person(request), today_everywhere())
    offered = idea_targets(cohorts)
    enforce(ALLOW if offered else deny(ONLY_LEADS_RESIDENTS_AND_AMBASSADORS))

    def capture(target: str, **values: Any) -> Idea:
        """Save the idea in the chosen cohort and return it."""
        cohort, challenge = parse_target(target)
        return actions.capture_idea(cohort=cohort, challenge=challenge, by=person(request), at=now(), **values)

    make_form, values = partial(NewIdeaForm, targets=offered, today=latest_common_day(cohorts)), body.values()
    if values.get("target"):
        values["target"] = with_key(cohorts, str(values["target"]), prefix="cohort-")
        _refuse_unknown_target(values["target"], list(choice_values(offered)))
    row = save_form(request, make_form, values, capture)
    return answer_creation(request, _read_idea(request, row.pk), "idea")


def _refuse_unknown_target(target: str, possible: list[str]) -> None:
    """Raise InvalidValues, which lists the targets that the person can choose, for another one."""
    if target not in possible:
        text = _("You cannot add an idea to %(target)s. Choose one of these: %(targets)s.")
        raise InvalidValues([("target", text % {"target": target, "targets": ", ".join(possible)})])


@router.get("/ideas/{int:pk}/", response=IdeaOut, url_name="idea", summary=_("Read an idea"))
def read_idea(request: HttpRequest, pk: int) -> Any:
    """Return an idea. Its ETag goes into If-Match when it is changed."""
    return _read_idea(request, pk)


@router.patch("/ideas/{int:pk}/", response=IdeaOut, url_name="idea", summary=_("Change an idea"))
def change_idea(request: ApiRequest, body: IdeaChange, pk: int) -> Any:
    """Change texts, challenge, owner or co-authors of an idea. With If-Match, only the version that was read."""
    row = get_idea_or_404(request, pk)
    enforce(allow_if_all(can_edit_idea(roles_in(request, row.cohort), person(request), row), open_to_edits(row)))
    with locked_if_current(request, IdeaOut, row, partial(_read_idea, request, pk)) as locked_idea:
        make_form = partial(
            IdeaForm,
            challenges=row.cohort.challenges.order_by("title"),
            people=people_for(row, local_today(row.cohort)),
            current=locked_idea.form_values(),
        )
        save_form(request, make_form, body.values(), actions.change_idea, idea=row, by=person(request))
    return answer_change(request, _read_idea(request, pk), "idea", pk)


OptionalBody = Body[dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class ActionSubject:
    """A kind of object with actions: their table, the name under which they take the row, and the endpoint `route`.

    `find` returns the row on which they are taken, `read` as `schema` has it; both raise Http404.
    """

    actions: Callable[[User, Any], Mapping[str, OfferedAction]]
    name: str
    route: str
    schema: type[Schema]
    find: Callable[[HttpRequest, int], Any]
    read: Callable[[HttpRequest, int], Any]


IDEA: Final = ActionSubject(lambda *_: IDEA_ACTIONS, "idea", "idea", IdeaOut, get_idea_or_404, _read_idea)
TRIAL: Final = ActionSubject(lambda *_: TRIAL_ACTIONS, "trial", "test", TrialOut, get_trial_or_404, get_trial_or_404)
CHALLENGE: Final = ActionSubject(
    lambda *_: CHALLENGE_ACTIONS, "challenge", "challenge", ChallengeOut, get_challenge_or_404, get_challenge_or_404
)
PROTOTYPE: Final = ActionSubject(
    prototype_actions_for, "prototype", "prototype", PrototypeOut, get_prototype_or_404, get_prototype_or_404
)
IMPLEMENTATION: Final = ActionSubject(
    lambda *_: IMPLEMENTATION_ACTIONS,
    *("implementation", "implementation", ImplementationOut),
    *(get_implementation_or_404, get_implementation_or_404),
)


def act(request: ApiRequest, kind: ActionSubject, pk: int, slug: str, body: Mapping[str, Any] | None) -> Any:
    """Take one of the actions that a page offers on a row, with the page's form, permission and sentences.

    Return the row after it. Raises Http404 for an unknown action, DomainError when the state of the row does not allow
    it.
    """
    user, row = person(request), kind.find(request, pk)
    offered = get_action_or_404(kind.actions(user, row), slug)
    enforce(offered.permission(roles_in(request, cohort_of(row))))
    timestamp = {"at": now()} if offered.takes_timestamp else {}
    # Without If-Match nothing is locked here: actions lock rows in an order of their own.
    lock = locked_if_current(request, kind.schema, row, partial(kind.read, request, pk))
    with lock if "If-Match" in request.headers else nullcontext():
        if refusal := unavailable_reason(offered, row):
            raise DomainError(refusal)
        values = check_body(action_body(offered.form, offered.form.__name__), body or {})
        make_form = partial(build_form, user, offered, row)
        save_form(request, make_form, values, offered.action, **{kind.name: row}, by=user, **timestamp)
    return answer_change(request, kind.read(request, pk), kind.route, pk)


@router.get(
    "/ideas/{int:pk}/events/",
    response=Page[EventOut],
    url_name="idea_events",
    summary=_("List what happened to an idea"),
)
def list_events(request: HttpRequest, query: Query[PageQuery], pk: int) -> Any:
    """Return a part of the events of an idea, in the order in which they were recorded."""
    return read_unfiltered_page(request, get_idea_or_404(request, pk).events.all(), query)


@router.get(
    "/ideas/{int:pk}/implementations/",
    response=Page[ImplementationOut],
    url_name="idea_implementations",
    summary=_("List the implementations of an idea"),
)
def list_implementations(request: HttpRequest, query: Query[PageQuery], pk: int) -> Any:
    """Return a part of the implementations of an idea, without those that were corrected."""
    idea = get_idea_or_404(request, pk)
    rows = Implementation.objects.visible_to(person(request)).filter(idea=idea).select_related("authority")
    return read_unfiltered_page(request, rows, query)


@router.get(
    "/ideas/{int:pk}/prototypes/",
    response=Page[PrototypeOut],
    url_name="idea_prototypes",
    summary=_("List the prototypes of an idea"),
)
def list_prototypes(request: HttpRequest, query: Query[PageQuery], pk: int) -> Any:
    """Return a part of the versions of the prototype of an idea."""
    idea = get_idea_or_404(request, pk)
    return read_unfiltered_page(request, Prototype.objects.visible_to(person(request)).filter(idea=idea), query)


@router.post(
    "/ideas/{int:pk}/prototypes/",
    response={201: PrototypeOut},
    url_name="idea_prototypes",
    summary=_("Add a prototype to an idea"),
)
def create_prototype(request: ApiRequest, body: NewPrototype, pk: int) -> Any:
    """Add the next version of a prototype, which replaces the latest. The idea must be accepted."""
    idea, user = get_idea_or_404(request, pk), person(request)
    enforce(can_add_work(roles_in(request, idea.cohort)))
    make_form = partial(NewPrototypeForm, today=local_today(idea.cohort))
    add = partial(actions.add_prototype, idea=idea, by=user, at=now(), replaces_latest=True)
    return answer_creation(request, save_form(request, make_form, body.values(), add), "prototype")


@router.post("/ideas/{int:pk}/{slug:action}/", response=IdeaOut, url_name="idea_action", summary=_("Act on an idea"))
def act_on_idea(request: ApiRequest, action: str, pk: int, body: OptionalBody = None) -> Any:
    """Take one of the actions of the page of an idea, such as `accept`."""
    return act(request, IDEA, pk, action, body)


@router.get(
    "/tests/",
    response=Page[TrialOut],
    url_name="tests",
    summary=_("List tests"),
    openapi_extra=filter_parameters(TRIALS),
)
def list_trials(request: HttpRequest, query: Query[PageQuery]) -> Any:
    """Return a part of the tests that the person may read."""
    return read_page(request, filtered_rows(request, TRIALS).select_related("prototype__idea"), query)


@router.get("/tests/{int:pk}/", response=TrialOut, url_name="test", summary=_("Read a test"))
def read_trial(request: HttpRequest, pk: int) -> Any:
    """Return a test."""
    return get_trial_or_404(request, pk)


@router.get("/prototypes/{int:pk}/", response=PrototypeOut, url_name="prototype", summary=_("Read a prototype"))
def read_prototype(request: HttpRequest, pk: int) -> Any:
    """Return a version of a prototype."""
    return get_prototype_or_404(request, pk)


@router.patch("/prototypes/{int:pk}/", response=PrototypeOut, url_name="prototype", summary=_("Change a prototype"))
def change_prototype(request: ApiRequest, body: PrototypeChange, pk: int) -> Any:
    """Change the description of a version of a prototype. With If-Match, only as it was read."""
    row, user, read = get_prototype_or_404(request, pk), person(request), partial(get_prototype_or_404, request, pk)
    enforce(allow_if_all(can_edit_prototype(roles_in(request, row.idea.cohort), user, row), open_to_edits(row)))
    with locked_if_current(request, PrototypeOut, row, read) as locked_prototype:
        earlier = row.idea.prototypes.filter(version__lt=row.version)
        make_form = partial(PrototypeForm, earlier=earlier, current=locked_prototype.form_values())
        change = partial(actions.change_prototype, prototype=row, by=user, at=now())
        save_form(request, make_form, body.values(), change)
    return answer_change(request, read(), "prototype", pk)


@router.post(
    "/prototypes/{int:pk}/tests/",
    response={201: TrialOut},
    url_name="prototype_tests",
    summary=_("Plan a test of a prototype"),
)
def plan_trial(request: ApiRequest, body: NewTest, pk: int) -> Any:
    """Plan a test. Lock it before it is run: its criterion is fixed then."""
    prototype, user = get_prototype_or_404(request, pk), person(request)
    enforce(can_add_work(roles_in(request, prototype.idea.cohort)))
    row = save_form(request, NewTrialForm, body.values(), actions.plan_trial, prototype=prototype, by=user)
    return answer_creation(request, get_trial_or_404(request, row.pk), "test")


@router.patch("/tests/{int:pk}/", response=TrialOut, url_name="test", summary=_("Change the plan of a test"))
def change_trial(request: ApiRequest, body: TestChange, pk: int) -> Any:
    """Change the plan of a test that is not locked yet. With If-Match, only as it was read."""
    row, user, read = get_trial_or_404(request, pk), person(request), partial(get_trial_or_404, request, pk)
    cohort = row.prototype.idea.cohort
    enforce(allow_if_all(can_edit_trial(roles_in(request, cohort), user, row), open_to_edits(row)))
    with locked_if_current(request, TrialOut, row, read) as locked_trial:
        if locked_trial.state != TrialState.PLANNED:
            raise DomainError(NO_LONGER_PLANNED)
        make_form = partial(TrialForm, sessions=cohort.sessions.order_by("pk"), current=locked_trial.plan_values())
        save_form(request, make_form, body.values(), actions.change_trial, trial=row, by=user)
    return answer_change(request, read(), "test", pk)


@router.post("/tests/{int:pk}/result/", response=TrialOut, url_name="test_result", summary=_("Log what a test showed"))
def log_trial(request: ApiRequest, body: TestResult, pk: int) -> Any:
    """Conclude a locked test: `successes` where its unit is a share of people (%), else `observed_value`."""
    row, user = get_trial_or_404(request, pk), person(request)
    enforce(can_run_tests(roles_in(request, row.prototype.idea.cohort)))
    today = local_today(row.prototype.idea.cohort)
    with locked_if_current(request, TrialOut, row, partial(get_trial_or_404, request, pk)) as locked_trial:
        if locked_trial.retrospective or locked_trial.state not in LOGGABLE_STATES:
            raise DomainError(logging_refusal(locked_trial))
        make_form = partial(LogForm, trial=locked_trial, today=today, current=log_form_values(locked_trial))
        form = sent_form(request, make_form, body.values())
        with adding_errors_to(form):
            actions.log_trial(
                trial=locked_trial,
                by=user,
                at=now(),
                version_token=form.cleaned_data["version_token"],
                run=form.run_arguments(),
                conclusion=form.conclusion_arguments(),
            )
        refuse_errors(form)
    return answer_change(request, get_trial_or_404(request, pk), "test", pk)


@router.post(
    "/tests/{int:pk}/second-note/",
    response=TrialOut,
    url_name="test_second_note",
    summary=_("Add a second note to a test"),
)
def add_second_note(request: ApiRequest, body: SecondNote, pk: int) -> Any:
    """Add what someone else noted to the note that a test has, or replace that note, with the reason: see `choice`."""
    row, user = get_trial_or_404(request, pk), person(request)
    enforce(can_run_tests(roles_in(request, row.prototype.idea.cohort)))
    today = local_today(row.prototype.idea.cohort)
    with locked_if_current(request, TrialOut, row, partial(get_trial_or_404, request, pk)) as locked_trial:
        if locked_trial.retrospective or not has_note(locked_trial):
            raise DomainError(_("This test has no note yet. Log its result."))
        make_form = partial(SecondNoteForm, trial=locked_trial, today=today, current=log_form_values(locked_trial))
        form = sent_form(request, make_form, body.values())
        if not form.cleaned_data["choice"]:
            form.add_error("choice", CHOICE_NEEDED)
        refuse_errors(form)
        with adding_errors_to(form):
            actions.log_second_note(
                trial=locked_trial,
                answers=answers(form, later=False),
                choice=form.chosen(),
                version_token=form.cleaned_data["version_token"],
                by=user,
                at=now(),
            )
        refuse_errors(form)
    return answer_change(request, get_trial_or_404(request, pk), "test", pk)


@router.post("/tests/{int:pk}/{slug:action}/", response=TrialOut, url_name="test_action", summary=_("Act on a test"))
def act_on_trial(request: ApiRequest, action: str, pk: int, body: OptionalBody = None) -> Any:
    """Take one of the actions of the page of a test, such as `lock`."""
    return act(request, TRIAL, pk, action, body)


@router.get("/challenges/{int:pk}/", response=ChallengeOut, url_name="challenge", summary=_("Read a challenge"))
def read_challenge(request: HttpRequest, pk: int) -> Any:
    """Return a challenge."""
    return get_challenge_or_404(request, pk)


@router.post(
    "/challenges/{int:pk}/{slug:action}/",
    response=ChallengeOut,
    url_name="challenge_action",
    summary=_("Act on a challenge"),
)
def act_on_challenge(request: ApiRequest, action: str, pk: int, body: OptionalBody = None) -> Any:
    """Take one of the actions of the page of a challenge, such as `activate`."""
    return act(request, CHALLENGE, pk, action, body)


@router.post(
    "/prototypes/{int:pk}/{slug:action}/",
    response=PrototypeOut,
    url_name="prototype_action",
    summary=_("Act on a prototype"),
)
def act_on_prototype(request: ApiRequest, action: str, pk: int, body: OptionalBody = None) -> Any:
    """Take one of the actions of the page of a prototype, such as `ready`."""
    return act(request, PROTOTYPE, pk, action, body)


@router.get(
    "/implementations/{int:pk}/",
    response=ImplementationOut,
    url_name="implementation",
    summary=_("Read an implementation"),
)
def read_implementation(request: HttpRequest, pk: int) -> Any:
    """Return an implementation."""
    return get_implementation_or_404(request, pk)


@router.post(
    "/implementations/{int:pk}/{slug:action}/",
    response=ImplementationOut,
    url_name="implementation_action",
    summary=_("Act on an implementation"),
)
def act_on_implementation(request: ApiRequest, action: str, pk: int, body: OptionalBody = None) -> Any:
    """Take one of the actions on an implementation, such as `live`. A correction answers with the corrected one."""
    return act(request, IMPLEMENTATION, pk, action, body)


OFFERED: Final = {
    "/ideas/{pk}/{action}/": IDEA_ACTIONS,
    "/tests/{pk}/{action}/": TRIAL_ACTIONS,
    "/challenges/{pk}/{action}/": CHALLENGE_ACTIONS,
    "/prototypes/{pk}/{action}/": PROTOTYPE_ACTIONS,
    "/implementations/{pk}/{action}/": IMPLEMENTATION_ACTIONS,
}
