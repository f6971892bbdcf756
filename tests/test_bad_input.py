"""Invalid input in every field of every form, and every form sent twice: an error next to the field, nothing saved."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.forms.formsets import ManagementForm
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pghistory.models import Event

from cohorts.sessions.forms import SessionDayForm
from labplatform.settings.base import OUR_APPS
from prototypes.action_pages.definitions import (
    CHALLENGE_ACTIONS,
    IDEA_ACTIONS,
    IMPLEMENTATION_ACTIONS,
    PROTOTYPE_ACTIONS,
    TRIAL_ACTIONS,
)
from tests.factories.cast import Cast, create_cast
from tests.factories.cohorts import CohortFactory, SessionFactory, StakeholderFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
)
from tests.factories.snapshots import built_once
from tests.full import FULL
from tests.test_role_matrix import ROWS, rows_written
from web.forms.fields import DayField, VisibleTextField

pytestmark = pytest.mark.django_db

NUL, HUGE, LONG = "a\0b", "9" * 30, "x" * 50_001
INVISIBLE = " \u200b\u2060 \x07 "
# What no field of a kind takes; the first kind that fits counts. The first list depends on the field, as a limit does.
# What is in the second one is refused by the class of the field, whatever the form: each form gets one of it in turn.
INVALID_INPUT: list[tuple[type[forms.Field], list[str], list[str]]] = [
    (forms.BooleanField, [], []),
    (DayField, [], ["2026-02-31", "99999-01-01", NUL, "0001-01-01", "9999-12-31"]),
    (forms.ModelChoiceField, [], ["999999999", HUGE, NUL, "-1"]),
    (forms.ChoiceField, [], ["nothing of the kind", HUGE, NUL]),
    (forms.DateField, ["0001-01-01", "9999-12-31"], ["2026-02-31", "99999-01-01", NUL]),
    (forms.TimeField, [], ["25:61", NUL]),
    (forms.IntegerField, [HUGE, f"-{HUGE}"], ["NaN", NUL]),
    (forms.UUIDField, [], ["not a key", NUL]),
    (forms.EmailField, [f"{LONG}@example.org"], ["nobody", NUL]),
    (forms.URLField, ["javascript:alert(1)"], ["nothing of the kind", NUL]),
    (VisibleTextField, [LONG], [NUL, INVISIBLE]),
    (forms.CharField, [LONG], [NUL]),
]
PLAUSIBLE: list[tuple[type[forms.Field], str]] = [
    (forms.BooleanField, ""),
    (forms.DateField, "2026-11-24"),
    (forms.TimeField, "09:30"),
    (forms.IntegerField, "5"),
    (forms.EmailField, "new.person@example.org"),
    (forms.URLField, "https://authority.example/plan"),
    (forms.CharField, "Words"),
]


class Document(SimpleUploadedFile):
    """A file that can be uploaded repeatedly."""

    def read(self, *_args: Any) -> bytes:
        self.seek(0)
        return bytes(super().read())


DOCUMENT = Document("persona.json", b'{"format": "labplatform-canvas-1", "kind": "persona", "title": "Marc"}')

# What no guess gets right: these routes ask for more than words, the first choice and today.
EXTRA_INPUT: dict[str, dict[str, Any]] = {
    "cohorts:extend_call": {"closes_on": "2027-01-15"},
    "account_email": {"action_add": "1"},
    "cohorts:move_session": {"days-0-date": "2026-12-01", "days-1-date": "2026-12-02"},
    "cohorts:write_outcome": {"outcome": "A ramp was built."},
    "cohorts:report_session": {"report": "What we saw, below no heading."},
    "cohorts:plan_session": {"days-0-date": "2026-12-01"},
    "cohorts:add_agreement": {"amount": ""},
    "cohorts:issue_statement": {"first_day": "2026-07-01", "last_day": "2026-07-31"},
    "imports:add": {"file": "", "pasted": "Name\nA new town"},
    "imports:add_to": {"file": "", "pasted": "Name;E-mail\nAda Essai;ada.essai@example.org"},
    "exchanges:add_to_programme": {"ends_at": "10:30"},
    "exchanges:propose": {"first_day": "2027-03-09", "allow_session_days": "on"},
    "lab_settings": {"card_sites": ""},
    "planning:add_absence": {"member": "", "host": "The head teacher"},
    "planning:allow_exception": {"rule": "spacing", "subject": "", "monday": ""},
    "programmes:change_authority": {"siren": "732829320"},
    "programmes:create_authority": {"siren": "732829320"},
    "programmes:set_phases": {
        f"{kind}_{end}": month if kind == "preparation" else ""
        for kind in ("preparation", "immersion", "test_case", "priority_challenges", "handover")
        for end, month in (("from", "0"), ("to", "3"))
    },
    "programmes:name_admin": {"email": "other.person@example.org"},
    "programmes:set_reminder_schedule": {"version_token": ""}
    | {
        f"form-{row}-{part}": text
        for row, weeks, email_type in (("0", "20", "exchange_choose_host"), ("1", "3", "exchange_host_unconfirmed"))
        for part, text in (("offset_0", weeks), ("offset_1", "-w"), ("email_type", email_type), ("slug", ""))
    },
    "canvases:add_canvas": {"about": ""},
    "canvases:import_canvas": {"file": DOCUMENT},
    "idea split": {"titles": "A sign\nA word"},
    "prototypes:add_idea": {"alt_text_1": ""},  # describes a picture
    "prototypes:add_prototype": {"alt_text_1": ""},
    "prototypes:log_trial": {"groups": "habitants 5"},
    "prototypes:correct_indicator": {"target": "3"},
    "prototypes:correct_trial": {"groups": "habitants 5"},
}
# Forms that text alone cannot submit, or not in the state of the row: both submissions are refused with a reason.
ALWAYS_REFUSED = {
    "cohorts:add_reviewer",  # of an address without an account: tests/cohorts/calls/test_calls.py
    "cohorts:agree_cohort",
    "cohorts:become_alumni",
    "cohorts:end_lab_role",  # of the last administrator: tests/cohorts/lab/test_views.py
    "cohorts:remove_budget_line",  # a statement was issued for its day: tests/cohorts/budget/test_views.py
    "cohorts:hand_over_coordination",  # without another colleague: the same tests
    "cohorts:replan_sessions",
    "cohorts:resume_cohort",
    "cohorts:review_edition",
    "cohorts:start_cohort",
    "cohorts:undo_replanning",
    "exchanges:hold",
    "leave",  # the address of one's own account: tests/labplatform/privacy/test_pages.py
    "files:add",  # a form of files without any
    "lists:add_view",  # an address without filters: tests/lists/test_pages.py
    "planning:undo_plan",  # no plan is in use: tests/planning/test_residencies.py
    "planning:use_exchanges",  # the same, of an edition: tests/planning/test_exchanges.py
    "planning:use_sessions",  # the same: tests/planning/test_sessions.py
    "planning:use_together",  # the same
    "planning:use_plan",  # a plan that is not up to date: the same tests
    "programmes:publish_format",
    "snooze_notice",  # of no reminder: tests/labplatform/home/test_notices.py
    "prototypes:unconfirmed",  # nothing to confirm: tests/prototypes/confirmations/test_views.py
}
# Not sent here: of a short list there is a file and no form, and a deleted view is not found the second time. See
# tests/files/exports/test_lists.py and tests/lists/test_pages.py.
SENT_ELSEWHERE = {
    "files:list_file",
    "lists:delete_view",
    "cohorts:remove_reviewer",  # nor is a removed reviewer: tests/cohorts/calls
    "programmes:remove_method",  # nor is a removed method: tests/programmes/methods, tests/cohorts/methods
    "cohorts:remove_session_method",
    "cohorts:add_group_rule",  # saved after a preview, for a provider: tests/cohorts/group_roles
    "cohorts:remove_group_rule",
    "publications:discard",  # nor is a deleted draft, or a withdrawn name: tests/publications
    "publications:withdraw_name",
    "webhooks:add_webhook",  # answers with a secret, this once: tests/webhooks/test_views.py
    "webhooks:rotate_secret",
    "webhooks:delete_webhook",
}


@dataclass(frozen=True)
class FormRoute:
    """The route of a form, the arguments of its address, and the role that sends it: the allowed one with fewest
    rights.
    """

    route: str
    args: Callable[[Cast], list[Any]]
    role: str


def action_routes() -> Iterator[tuple[str, FormRoute]]:
    """The actions that share one route with others."""
    for slug, action in IDEA_ACTIONS.items():
        role = "M" if slug == "ask-for-acceptance" else "S"
        yield f"idea {slug}", FormRoute("prototypes:idea_action", idea_in(_start(action.from_states), slug), role)
    for slug, action in CHALLENGE_ACTIONS.items():
        yield (
            f"challenge {slug}",
            FormRoute("prototypes:challenge_action", made_row(ChallengeFactory, action.from_states, slug), "D"),
        )
    for slug, action in PROTOTYPE_ACTIONS.items():
        yield (
            f"prototype {slug}",
            FormRoute("prototypes:prototype_action", made_row(PrototypeFactory, action.from_states, slug), "D"),
        )
    for slug, action in TRIAL_ACTIONS.items():
        yield (
            f"test {slug}",
            FormRoute("prototypes:trial_action", made_row(TrialFactory, action.from_states, slug), "M"),
        )
    for slug, action in IMPLEMENTATION_ACTIONS.items():
        chosen = made_row(ImplementationFactory, action.from_states, slug)
        yield f"implementation {slug}", FormRoute("prototypes:implementation_action", chosen, "A")


def _start(states: Any) -> str:
    return next(state for state in states if state)


def idea_in(state: str, slug: str) -> Callable[[Cast], list[Any]]:
    return lambda cast: [IdeaFactory(cohort=cast.cohort, state=state).pk, slug]


WHERE = {
    ChallengeFactory: "cohort",
    PrototypeFactory: "idea__cohort",
    TrialFactory: "prototype__idea__cohort",
    ImplementationFactory: "idea__cohort",
}


def made_row(factory: Any, states: Any, slug: str) -> Callable[[Cast], list[Any]]:
    return lambda cast: [factory(state=_start(states), **{WHERE[factory]: cast.cohort}).pk, slug]


def routes() -> Iterator[tuple[str, FormRoute]]:
    for name, row in ROWS.items():
        is_form = row.post and row.get and not row.public and not name.endswith("_action")
        if is_form and name not in SENT_ELSEWHERE:
            yield name, FormRoute(name, row.args, (row.visible_to if row.usable_by is None else row.usable_by)[-1])


FORM_ROUTES = dict(sorted([*routes(), *action_routes()]))


@built_once
def build_scene() -> Cast:
    """Return the cast, rows of others that no form may offer, and an idea of the edition to merge into."""
    cast, cohort = create_cast(), CohortFactory()
    idea = IdeaFactory(cohort=cohort, challenge=ChallengeFactory(cohort=cohort))
    PrototypeFactory(idea=idea)
    SessionFactory(cohort=cohort)
    StakeholderFactory(cohort=cohort)
    IdeaFactory(cohort=cast.other_cohort)
    return cast


@pytest.fixture
def stage(db: None, today: None) -> Cast:
    return build_scene()


def signed_in(cast: Cast, role: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast[role])
    return client


def context_values(answer: HttpResponse) -> Iterator[Any]:
    """Return all values of the page's context without its panels; groups of forms are unpacked."""
    if not answer.context:
        return
    rendered = zip(answer.templates, answer.context, strict=True)
    framed = [context for template, context in rendered if template.name == "base.html"]
    for value in (framed or answer.context)[0].flatten().values():
        yield value
        if type(value).__module__.split(".")[0] in OUR_APPS and hasattr(value, "__dict__"):
            yield from vars(value).values()


def form_sets(answer: HttpResponse) -> list[forms.BaseFormSet[Any]]:
    return [value for value in context_values(answer) if isinstance(value, forms.BaseFormSet)]


def forms_of(answer: HttpResponse) -> list[forms.BaseForm]:
    """Return every form of the page, including those of form sets, without their management forms."""
    alone = [form for form in context_values(answer) if isinstance(form, forms.BaseForm)]
    inner = [form for rows in form_sets(answer) for form in rows]
    return [form for form in [*alone, *inner] if not isinstance(form, ManagementForm)]


def fields_of(answer: HttpResponse) -> dict[str, tuple[forms.BaseForm, str]]:
    return {form.add_prefix(name): (form, name) for form in forms_of(answer) for name in form.fields}


def plausible(form: forms.BaseForm, name: str) -> Any:
    """Return the initial value of the field, else the first choice, else a valid value; hidden values stay."""
    field, value = form.fields[name], form[name].value()
    if form[name].is_hidden and value is not None:
        return value
    if value not in (None, "", []):
        return field.widget.format_value(value) if isinstance(field.widget, forms.DateInput) else value
    if isinstance(form, SessionDayForm):
        return ""
    choices = [key for key, _ in getattr(field, "choices", []) if str(key)]
    if choices:
        return str(choices[0])
    if isinstance(field, forms.ModelChoiceField):
        return []
    return next((text for kind, text in PLAUSIBLE if isinstance(field, kind)), "")


def invalid_values(field: forms.Field, turn: int) -> list[str]:
    """Return what the field refuses: its own, and one value of its class, which `turn` chooses; all with `FULL` set."""
    if isinstance(field.widget, forms.FileInput):
        return []  # tests/files/uploads/test_hostile.py
    kinds = (row for row in INVALID_INPUT if isinstance(field, row[0]))
    kind, own, of_class = next(kinds, (forms.Field, [], [NUL, HUGE]))
    of_class = [value for value in of_class if field.required or value != INVISIBLE]
    found = [*own, *(of_class if FULL or not of_class else [of_class[turn % len(of_class)]])]
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        foreign = field.queryset.model._default_manager.exclude(pk__in=field.queryset.values("pk")).first()
        return [*found, str(foreign.pk)] if foreign else found
    return [*found, INVISIBLE] if kind is forms.CharField and field.required else found


def complete_form(answer: HttpResponse) -> dict[str, Any]:
    """Return the data of a valid submission of this page, including management forms."""
    filled = {key: plausible(form, field) for key, (form, field) in fields_of(answer).items()}
    return filled | counters(answer)


def counters(answer: HttpResponse) -> dict[str, Any]:
    counts = [rows.management_form for rows in form_sets(answer)]
    return {form.add_prefix(name): form[name].value() for form in counts for name in form.fields}


SHARED_ERRORS = {"longitude": "latitude"}  # the two are one question


def accepted_fields(client: Client, address: str, full_form: dict[str, Any], bad: dict[str, str]) -> list[str]:
    """Return the fields without an error after `bad` was sent; for a hidden field the error may be anywhere in its
    form.
    """
    answer = client.post(address, full_form | bad | {f"{key}_0": value for key, value in bad.items()})
    if answer.status_code == 302 and answer["Location"].partition("?")[0] == address:
        answer = client.get(answer["Location"])  # what was sent waits in the session, and the page shows it again
    fields = fields_of(answer) if answer.status_code == 200 else {}
    return [key for key in bad if key not in fields or not has_error(*fields[key])]


def has_error(form: forms.BaseForm, name: str) -> bool:
    errors = form.errors.keys() & {name, SHARED_ERRORS.get(name)}
    return bool(errors or (form[name].is_hidden and form.errors))


@pytest.mark.parametrize("name", FORM_ROUTES)
def test_invalid_input_is_refused_next_to_its_field_and_a_form_sent_twice_makes_one_row(name: str, stage: Cast):
    form_route = FORM_ROUTES[name]
    client, address = signed_in(stage, form_route.role), reverse(form_route.route, args=form_route.args(stage))
    page = client.get(address)
    full_form = complete_form(page) | EXTRA_INPUT.get(name, {})
    check_invalid_input(client, address, page, full_form, first=sorted(FORM_ROUTES).index(name))
    check_sent_twice(client, address, full_form, is_refused=name in ALWAYS_REFUSED)


def check_invalid_input(
    client: Client, address: str, page: HttpResponse, full_form: dict[str, Any], *, first: int
) -> None:
    """Send all fields invalid at once; a field not refused then is tried alone in an otherwise valid form."""
    before, wrong = rows_written(), []
    fields = enumerate(fields_of(page).items(), first)
    tries = {key: invalid_values(form.fields[field], turn) for turn, (key, (form, field)) in fields}
    for turn in range(max(map(len, tries.values()), default=0)):
        bad = {key: values[turn] for key, values in tries.items() if turn < len(values)}
        for key in accepted_fields(client, address, full_form, bad):
            wrong += [(one, bad[one][:20]) for one in accepted_fields(client, address, full_form, {key: bad[key]})]
    assert (wrong, rows_written()) == ([], before)


def domain_rows(*names: str) -> dict[str, int]:
    """Return rows by table, without history: of all tables, or of those named."""
    tracked = [
        model
        for model in apps.get_models()
        if not issubclass(model, Event)
        and model._meta.app_label in OUR_APPS
        and model._meta.managed
        and (not names or model.__name__ in names)
    ]
    sums = ", ".join(f"(SELECT count(*) FROM {model._meta.db_table})" for model in tracked)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sums}")
        return dict(zip((model.__name__ for model in tracked), cursor.fetchone(), strict=True))


def check_sent_twice(client: Client, address: str, full_form: dict[str, Any], *, is_refused: bool) -> None:
    first = client.post(address, full_form)
    reasons = [form.errors for form in forms_of(first) if form.errors]
    reasons += [rows.non_form_errors() for rows in form_sets(first) if rows.non_form_errors()]
    assert (first.status_code, bool(reasons)) == ((200, True) if is_refused else (302, False)), reasons
    once = domain_rows()
    second = client.post(address, full_form)
    assert (second.status_code in {200, 302}, domain_rows()) == (True, once)


# Forms that make a row, and how many rows of which table one sending makes.
CREATED_ROWS = {
    "cohorts:add_call": {"Call": 1},
    "cohorts:add_cohort": {"Cohort": 1},
    "cohorts:open_cohort": {"Authority": 1, "Challenge": 1, "Cohort": 1, "Invitation": 1, "Reminder": 3, "User": 1},
    "cohorts:add_member": {"Invitation": 1, "Reminder": 3, "User": 1},
    "cohorts:add_stakeholder": {"Stakeholder": 1},
    "cohorts:stakeholder_contact": {"StakeholderContact": 1},
    "cohorts:assess": {"Assessment": 2},
    "cohorts:grant_access": {"Membership": 1, "User": 1},
    "imports:add": {"ImportBatch": 1, "ImportRow": 1},
    "imports:add_to": {"ImportBatch": 1, "ImportRow": 1},
    "cohorts:plan_session": {"Session": 1},
    "cohorts:add_budget_line": {"BudgetLine": 1},
    "cohorts:set_day_rate": {"DayRate": 1},
    "cohorts:add_agreement": {"Agreement": 1, "Funder": 1},
    "cohorts:issue_statement": {"Statement": 1},
    "cohorts:reissue_statement": {"Statement": 1},
    "cohorts:propose_team": {"InnovationTeam": 1},
    "cohorts:follow_up_team": {"TeamFollowUp": 1},
    "cohorts:session_walk_in": {"Attendance": 1},
    "exchanges:add_guest": {"Guest": 1},
    "exchanges:walk_in_guest": {"Guest": 1},
    "exchanges:walk_in": {"Registration": 1},
    "exchanges:needs": {"Needs": 1},
    "exchanges:add_to_programme": {"ProgrammeItem": 1},
    "exchanges:ask_question": {"Question": 1},
    "exchanges:record_commitment": {"Commitment": 1},
    "exchanges:contribute": {"Contribution": 1},
    "exchanges:give_feedback": {"Feedback": 1},
    "exchanges:match": {"Match": 1},
    "exchanges:register_others": {"Registration": 1},
    "exchanges:propose": {"Exchange": 1},
    "idea abandon": {"IdeaEvent": 1},
    "idea implemented": {"IdeaEvent": 1, "Implementation": 1},
    "idea hand-over": {"IdeaEvent": 1, "Package": 1},
    "idea split": {"Idea": 2, "IdeaEvent": 3, "Lineage": 2},
    "idea replicate": {"Implementation": 1},
    "idea add-indicator": {"Indicator": 1},
    "programmes:add_calendar_period": {"CalendarPeriod": 1},
    "programmes:create_authority": {"Authority": 1},
    "programmes:create_programme": {"Programme": 1},
    "programmes:draft_format": {"Format": 1},
    "programmes:name_admin": {"Invitation": 1, "Reminder": 3, "User": 1},
    "programmes:add_lesson": {"Lesson": 1},
    "programmes:revise_format": {"Format": 1},
    "canvases:add_canvas": {"Canvas": 1},
    "prototypes:add_challenge": {"Challenge": 1},
    "prototypes:open_rating_round": {"RatingRound": 1, "RatedChallenge": 3},  # one by the form above
    "prototypes:rate_challenges": {"ChallengeRating": 2},
    "prototypes:add_idea": {"Idea": 1, "IdeaEvent": 1},
    "prototypes:add_prototype": {"Prototype": 1},
    "canvases:add_step": {"CanvasStep": 1},
    "canvases:copy_canvas": {"Canvas": 1, "CanvasStep": 2, "CanvasCell": 10},
    "comments:reply": {"Comment": 1, "Reminder": 1},
    "comments:comment_on_canvas": {"Comment": 1, "Reminder": 1},
    "comments:comment_on_idea": {"Comment": 1, "Reminder": 1},
    "comments:comment_on_prototype": {"Comment": 1, "Reminder": 1},
    "prototypes:confirm_idea": {"Confirmation": 1},
    "prototypes:correct_event": {"IdeaEvent": 1},
    "prototypes:correct_indicator": {"Indicator": 1},
    "canvases:import_canvas": {"Canvas": 1},
    "prototypes:follow_up": {"FollowUp": 1},
    "prototypes:log_trial": {"ParticipantGroup": 1},
    "prototypes:plan_trial": {"Trial": 1},
    "prototypes:reuse_idea": {"Idea": 1, "IdeaEvent": 1, "Lineage": 1},
}


class TwoBrowsers:
    """Two threads that send the same form at the same moment; each keeps its database session for the next form."""

    def __init__(self) -> None:
        self.start, self.threads = threading.Barrier(2), ThreadPoolExecutor(2)

    def submit(self, clients: Sequence[Client], address: str, form: dict[str, Any]) -> list[int]:
        """Return the status of both answers."""

        def send(client: Client) -> int:
            self.start.wait(60)
            return int(client.post(address, form).status_code)

        return list(self.threads.map(send, clients))

    def close(self) -> None:
        """End both threads with their database sessions."""

        def end(_number: int) -> None:
            self.start.wait(60)  # one in each thread
            connection.close()

        list(self.threads.map(end, range(2)))
        self.threads.shutdown()


@pytest.mark.django_db(transaction=True)
def test_form_sent_twice_at_the_same_moment_makes_one_row(stage: Cast):
    """A single test, because emptying the tables after each form would take longer than all requests."""
    found: dict[str, Any] = {}
    browsers = TwoBrowsers()
    for name, made_once in CREATED_ROWS.items():
        form_route = FORM_ROUTES[name]
        address = reverse(form_route.route, args=form_route.args(stage))
        clients = [signed_in(stage, form_route.role) for _ in range(2)]
        full_form = complete_form(clients[0].get(address)) | EXTRA_INPUT.get(name, {})
        before = domain_rows(*made_once)
        answers = browsers.submit(clients, address, full_form)
        after = domain_rows(*made_once)
        found[name] = ({table: after[table] - before[table] for table in made_once}, set(answers) <= {200, 302})
    browsers.close()
    assert found == {name: (made_once, True) for name, made_once in CREATED_ROWS.items()}
