"""Rubbish in every field of every form, and every form sent twice: a reason beside the field, nothing half-saved."""

import threading
from collections.abc import Callable, Iterator
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

from cohorts.sessions.forms import DayForm
from labplatform.settings.base import OUR_APPS
from prototypes.action_pages.offered import CHALLENGE_ACTS, IDEA_ACTS, IMPLEMENTATION_ACTS, PROTOTYPE_ACTS, TRIAL_ACTS
from tests.factories.cast import Cast, assemble
from tests.factories.cohorts import CohortFactory, SessionFactory, StakeholderFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
)
from tests.factories.remembered import remembered
from tests.test_role_matrix import ROWS, rows_written

pytestmark = pytest.mark.django_db

NUL, HUGE, LONG = "a\0b", "9" * 30, "x" * 50_001
UNSEEN = " \u200b\u2060 \x07 "
# What no field of a kind takes; the first kind that fits counts.
RUBBISH: list[tuple[type[forms.Field], list[str]]] = [
    (forms.BooleanField, []),
    (forms.FileField, []),  # tests/files/uploads/test_hostile.py
    (forms.ModelChoiceField, ["999999999", HUGE, NUL, "-1"]),
    (forms.ChoiceField, ["nothing of the kind", HUGE, NUL]),
    (forms.DateField, ["2026-02-31", "0001-01-01", "9999-12-31", "99999-01-01", NUL]),
    (forms.TimeField, ["25:61", NUL]),
    (forms.IntegerField, [HUGE, f"-{HUGE}", "NaN", NUL]),
    (forms.UUIDField, ["not a key", NUL]),
    (forms.EmailField, ["nobody", NUL, f"{LONG}@example.org"]),
    (forms.CharField, [NUL, LONG]),
]
PLAUSIBLE: list[tuple[type[forms.Field], str]] = [
    (forms.BooleanField, ""),
    (forms.DateField, "2026-11-24"),
    (forms.TimeField, "09:30"),
    (forms.IntegerField, "5"),
    (forms.EmailField, "new.person@example.org"),
    (forms.CharField, "Words"),
]


class Document(SimpleUploadedFile):
    """A file that can be sent again and again."""

    def read(self, *_args: Any) -> bytes:
        self.seek(0)
        return bytes(super().read())


DOCUMENT = Document("persona.json", b'{"format": "labplatform-canvas-1", "kind": "persona", "title": "Marc"}')

# What no guess gets right: these routes ask for more than words, the first choice and today.
FILLED: dict[str, dict[str, Any]] = {
    "account_email": {"action_add": "1"},
    "cohorts:move_session": {"days-0-date": "2026-12-01", "days-1-date": "2026-12-02"},
    "cohorts:plan_session": {"days-0-date": "2026-12-01"},
    "cohorts:invite_list": {"people": "Ada Essai <ada.essai@example.org>", "send": "1"},
    "exchanges:add_to_programme": {"ends_at": "10:30"},
    "exchanges:propose": {"first_day": "2027-03-09"},
    "programmes:change_authority": {"siren": "732829320"},
    "programmes:create_authority": {"siren": "732829320"},
    "programmes:set_phases": {
        f"{kind}_{end}": month if kind == "preparation" else ""
        for kind in ("preparation", "immersion", "test_case", "priority_challenges", "handover")
        for end, month in (("from", "0"), ("to", "3"))
    },
    "programmes:name_admin": {"email": "other.person@example.org"},
    "programmes:set_ladder": {"seen": ""}
    | {
        f"form-{row}-{part}": said
        for row, weeks, letter in (("0", "20", "exchange_choose_host"), ("1", "3", "exchange_host_unconfirmed"))
        for part, said in (("offset_0", weeks), ("offset_1", "-w"), ("letter", letter), ("slug", ""))
    },
    "canvases:add_canvas": {"about": ""},
    "canvases:import_canvas": {"file": DOCUMENT},
    "idea split": {"titles": "A sign\nA word"},
    "prototypes:log_trial": {"groups": "habitants 5"},
    "prototypes:correct_trial": {"groups": "habitants 5"},
}
# What cannot be done with words alone, or not in the state the row is in: both sendings are told why.
TOO_EARLY = {
    "cohorts:agree_cohort",
    "cohorts:become_alumni",
    "cohorts:replan_sessions",
    "cohorts:resume_cohort",
    "cohorts:review_edition",
    "cohorts:start_cohort",
    "cohorts:undo_replanning",
    "exchanges:hold",
    "leave",  # the address of one's own account: tests/labplatform/privacy/test_pages.py
    "files:add",  # a form of files without any
    "programmes:publish_format",
    "prototypes:unconfirmed",  # nothing to confirm: tests/prototypes/confirmations/test_views.py
}


@dataclass(frozen=True)
class Sending:
    """A form's route, what its address needs, and who may send it: of those, the one who may least."""

    route: str
    args: Callable[[Cast], list[Any]]
    letter: str


def acts() -> Iterator[tuple[str, Sending]]:
    """The acts that share one route with others."""
    for slug, act in IDEA_ACTS.items():
        yield f"idea {slug}", Sending("prototypes:idea_act", idea_in(_start(act.starts), slug), "S")
    for slug, act in CHALLENGE_ACTS.items():
        yield f"challenge {slug}", Sending("prototypes:challenge_act", made(ChallengeFactory, act.starts, slug), "D")
    for slug, act in PROTOTYPE_ACTS.items():
        yield f"prototype {slug}", Sending("prototypes:prototype_act", made(PrototypeFactory, act.starts, slug), "D")
    for slug, act in TRIAL_ACTS.items():
        yield f"test {slug}", Sending("prototypes:trial_act", made(TrialFactory, act.starts, slug), "M")
    for slug, act in IMPLEMENTATION_ACTS.items():
        chosen = made(ImplementationFactory, act.starts, slug)
        yield f"implementation {slug}", Sending("prototypes:implementation_act", chosen, "A")


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


def made(factory: Any, states: Any, slug: str) -> Callable[[Cast], list[Any]]:
    return lambda cast: [factory(state=_start(states), **{WHERE[factory]: cast.cohort}).pk, slug]


def routes() -> Iterator[tuple[str, Sending]]:
    for name, row in ROWS.items():
        if row.post and row.get and not row.public and not name.endswith("_act"):
            yield name, Sending(name, row.args, (row.see if row.act is None else row.act)[-1])


SENDINGS = dict(sorted([*routes(), *acts()]))


@remembered
def staged() -> Cast:
    """The cast, others' rows that no form may offer, and an idea of the edition to merge into."""
    cast, cohort = assemble(), CohortFactory()
    idea = IdeaFactory(cohort=cohort, challenge=ChallengeFactory(cohort=cohort))
    PrototypeFactory(idea=idea)
    SessionFactory(cohort=cohort)
    StakeholderFactory(cohort=cohort)
    IdeaFactory(cohort=cast.other)
    return cast


@pytest.fixture
def stage(db: None, today: None) -> Cast:
    return staged()


def signed_in(cast: Cast, letter: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast[letter], backend="django.contrib.auth.backends.ModelBackend")
    return client


def shown(answer: HttpResponse) -> Iterator[Any]:
    """Everything the page itself was made of, its panels left out; what groups forms is looked into."""
    if not answer.context:
        return
    rendered = zip(answer.templates, answer.context, strict=True)
    framed = [context for template, context in rendered if template.name == "base.html"]
    for value in (framed or answer.context)[0].flatten().values():
        yield value
        if type(value).__module__.split(".")[0] in OUR_APPS and hasattr(value, "__dict__"):
            yield from vars(value).values()


def form_sets(answer: HttpResponse) -> list[forms.BaseFormSet[Any]]:
    return [value for value in shown(answer) if isinstance(value, forms.BaseFormSet)]


def forms_of(answer: HttpResponse) -> list[forms.BaseForm]:
    """Every form the page shows, those of form sets included; what a form set counts by is its own affair."""
    alone = [form for form in shown(answer) if isinstance(form, forms.BaseForm)]
    inner = [form for rows in form_sets(answer) for form in rows]
    return [form for form in [*alone, *inner] if not isinstance(form, ManagementForm)]


def fields_of(answer: HttpResponse) -> dict[str, tuple[forms.BaseForm, str]]:
    return {form.add_prefix(name): (form, name) for form in forms_of(answer) for name in form.fields}


def plausible(form: forms.BaseForm, name: str) -> Any:
    """What the page proposes, else the first choice, else a word, a number or a day; what is hidden stays."""
    field, value = form.fields[name], form[name].value()
    if form[name].is_hidden and value is not None:
        return value
    if value not in (None, "", []):
        return field.widget.format_value(value) if isinstance(field.widget, forms.DateInput) else value
    if isinstance(form, DayForm):
        return ""
    choices = [key for key, _ in getattr(field, "choices", []) if str(key)]
    if choices:
        return str(choices[0])
    if isinstance(field, forms.ModelChoiceField):
        return []
    return next((text for kind, text in PLAUSIBLE if isinstance(field, kind)), "")


def rubbish(field: forms.Field) -> list[str]:
    found = next((values for kind, values in RUBBISH if isinstance(field, kind)), [NUL, HUGE])
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        foreign = field.queryset.model._default_manager.exclude(pk__in=field.queryset.values("pk")).first()
        return [*found, str(foreign.pk)] if foreign else found
    return [*found, UNSEEN] if found is RUBBISH[-1][1] and field.required else found


def whole_form(answer: HttpResponse) -> dict[str, Any]:
    """What a person would send from this page without a mistake, form sets counted."""
    filled = {key: plausible(form, field) for key, (form, field) in fields_of(answer).items()}
    return filled | counters(answer)


def counters(answer: HttpResponse) -> dict[str, Any]:
    counts = [rows.management_form for rows in form_sets(answer)]
    return {form.add_prefix(name): form[name].value() for form in counts for name in form.fields}


BESIDE = {"longitude": "latitude"}  # the two are one question


def taken(client: Client, address: str, whole: dict[str, Any], bad: dict[str, str]) -> list[str]:
    """The fields with no reason beside them (where a field is hidden, anywhere in its form) after `bad` was sent."""
    answer = client.post(address, whole | bad | {f"{key}_0": value for key, value in bad.items()})
    if answer.status_code == 302 and answer["Location"].partition("?")[0] == address:
        answer = client.get(answer["Location"])  # what was sent waits in the session, and the page shows it again
    fields = fields_of(answer) if answer.status_code == 200 else {}
    return [key for key in bad if key not in fields or not reason_beside(*fields[key])]


def reason_beside(form: forms.BaseForm, name: str) -> bool:
    told = form.errors.keys() & {name, BESIDE.get(name)}
    return bool(told or (form[name].is_hidden and form.errors))


@pytest.mark.parametrize("name", SENDINGS)
def test_rubbish_comes_back_beside_its_field_and_leaves_nothing(name: str, stage: Cast):
    """Everywhere at once first; what is not refused then is tried alone in a form that is otherwise right."""
    sending = SENDINGS[name]
    client, address = signed_in(stage, sending.letter), reverse(sending.route, args=sending.args(stage))
    page = client.get(address)
    whole, before, wrong = whole_form(page) | FILLED.get(name, {}), rows_written(), []
    tries = {key: rubbish(form.fields[field]) for key, (form, field) in fields_of(page).items()}
    for turn in range(max(map(len, tries.values()), default=0)):
        bad = {key: values[turn] for key, values in tries.items() if turn < len(values)}
        for key in taken(client, address, whole, bad):
            wrong += [(one, bad[one][:20]) for one in taken(client, address, whole, {key: bad[key]})]
    assert (wrong, rows_written()) == ([], before)


def domain_rows() -> dict[str, int]:
    """Rows by table, history left out."""
    kept = [model for model in apps.get_models() if not issubclass(model, Event) and model._meta.app_label in OUR_APPS]
    sums = ", ".join(f"(SELECT count(*) FROM {model._meta.db_table})" for model in kept)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sums}")
        return dict(zip((model.__name__ for model in kept), cursor.fetchone(), strict=True))


@pytest.mark.parametrize("name", SENDINGS)
def test_a_form_sent_twice_makes_one_row(name: str, stage: Cast):
    sending = SENDINGS[name]
    client, address = signed_in(stage, sending.letter), reverse(sending.route, args=sending.args(stage))
    whole = whole_form(client.get(address)) | FILLED.get(name, {})
    first = client.post(address, whole)
    reasons = [form.errors for form in forms_of(first) if form.errors]
    reasons += [rows.non_form_errors() for rows in form_sets(first) if rows.non_form_errors()]
    assert (first.status_code, bool(reasons)) == ((200, True) if name in TOO_EARLY else (302, False)), reasons
    once = domain_rows()
    second = client.post(address, whole)
    assert (second.status_code in {200, 302}, domain_rows()) == (True, once)


# Forms that make a row, and how many rows of which table one sending makes.
MAKING = {
    "cohorts:add_cohort": {"Cohort": 1},
    "cohorts:add_member": {"Invitation": 1, "Reminder": 3, "User": 1},
    "cohorts:add_stakeholder": {"Stakeholder": 1},
    "cohorts:assess": {"Assessment": 2},
    "cohorts:grant_access": {"Membership": 1, "User": 1},
    "cohorts:invite_list": {"Invitation": 1, "InvitationList": 1, "Reminder": 3, "User": 1},
    "cohorts:plan_session": {"Session": 1},
    "cohorts:propose_team": {"InnovationTeam": 1},
    "exchanges:guests": {"Guest": 1},
    "exchanges:needs": {"Needs": 1},
    "exchanges:add_to_programme": {"ProgrammeItem": 1},
    "exchanges:ask_question": {"Question": 1},
    "exchanges:commit": {"Commitment": 1},
    "exchanges:contribute": {"Contribution": 1},
    "exchanges:give_feedback": {"Feedback": 1},
    "exchanges:match": {"Match": 1},
    "exchanges:others": {"Registration": 1},
    "exchanges:propose": {"Exchange": 1},
    "idea abandon": {"IdeaEvent": 1},
    "idea implemented": {"IdeaEvent": 1, "Implementation": 1},
    "idea hand-over": {"IdeaEvent": 1, "Package": 1},
    "idea split": {"Idea": 2, "IdeaEvent": 3, "Lineage": 2},
    "idea replicate": {"Implementation": 1},
    "programmes:add_calendar_period": {"CalendarPeriod": 1},
    "programmes:create_authority": {"Authority": 1},
    "programmes:create_programme": {"Programme": 1},
    "programmes:draft_format": {"Format": 1},
    "programmes:name_admin": {"Invitation": 1, "Reminder": 3, "User": 1},
    "programmes:note_lesson": {"Lesson": 1},
    "programmes:revise_format": {"Format": 1},
    "canvases:add_canvas": {"Canvas": 1},
    "prototypes:add_challenge": {"Challenge": 1},
    "prototypes:add_idea": {"Idea": 1, "IdeaEvent": 1},
    "prototypes:add_prototype": {"Prototype": 1},
    "canvases:add_step": {"CanvasStep": 1},
    "canvases:copy_canvas": {"Canvas": 1, "CanvasStep": 2, "CanvasCell": 10},
    "comments:answer": {"Comment": 1, "Reminder": 1},
    "comments:comment_on_canvas": {"Comment": 1, "Reminder": 1},
    "comments:comment_on_idea": {"Comment": 1, "Reminder": 1},
    "comments:comment_on_prototype": {"Comment": 1, "Reminder": 1},
    "prototypes:confirm_idea": {"Confirmation": 1},
    "prototypes:correct_event": {"IdeaEvent": 1},
    "canvases:import_canvas": {"Canvas": 1},
    "prototypes:follow_up": {"FollowUp": 1},
    "prototypes:log_trial": {"ParticipantGroup": 1},
    "prototypes:plan_trial": {"Trial": 1},
    "prototypes:reuse_idea": {"Idea": 1, "IdeaEvent": 1, "Lineage": 1},
}


def sent_at_once(cast: Cast, letter: str, address: str, form: dict[str, Any]) -> list[int]:
    """Two browsers send the same form at the same moment; what each is answered."""
    start, answers = threading.Barrier(2), []

    def send(client: Client) -> None:
        start.wait()
        try:
            answers.append(client.post(address, form).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[signed_in(cast, letter)]) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_forms_sent_twice_at_the_same_moment_make_one_row(stage: Cast):
    """In one test: emptying the tables after each would cost more than all the sendings together."""
    found: dict[str, Any] = {}
    for name, made_once in MAKING.items():
        sending = SENDINGS[name]
        address = reverse(sending.route, args=sending.args(stage))
        whole = whole_form(signed_in(stage, sending.letter).get(address)) | FILLED.get(name, {})
        before = domain_rows()
        answers = sent_at_once(stage, sending.letter, address, whole)
        after = domain_rows()
        found[name] = ({table: after[table] - before[table] for table in made_once}, set(answers) <= {200, 302})
    assert found == {name: (made_once, True) for name, made_once in MAKING.items()}
