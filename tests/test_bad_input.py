"""Rubbish in every field of every form, and every form sent twice: a reason beside the field, nothing half-saved."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django import forms
from django.forms.formsets import ManagementForm
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from prototypes.acts import CHALLENGE_ACTS, IDEA_ACTS, IMPLEMENTATION_ACTS, PROTOTYPE_ACTS, TRIAL_ACTS
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, SessionFactory, StakeholderFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
)
from tests.test_role_matrix import ROWS, rows_written

pytestmark = pytest.mark.django_db

NUL, HUGE, LONG = "a\0b", "9" * 30, "x" * 50_001
# What no field of a kind takes; the first kind that fits counts.
RUBBISH: list[tuple[type[forms.Field], list[str]]] = [
    (forms.BooleanField, []),
    (forms.ModelChoiceField, ["999999999", HUGE, NUL, "-1"]),
    (forms.ChoiceField, ["nothing of the kind", HUGE, NUL]),
    (forms.DateField, ["2026-02-31", "0000-01-01", "99999-01-01", NUL]),
    (forms.TimeField, ["25:61", NUL]),
    (forms.IntegerField, [HUGE, f"-{HUGE}", "1e400", "NaN", NUL]),
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
        yield f"prototype {slug}", Sending("prototypes:prototype_act", made(PrototypeFactory, act.starts, slug), "M")
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


@pytest.fixture
def stage(cast: Cast) -> Cast:
    """The cast, and others' rows that no form may offer."""
    for cohort in (cast.other, CohortFactory()):
        idea = IdeaFactory(cohort=cohort, state="prototyping", challenge=ChallengeFactory(cohort=cohort))
        TrialFactory(prototype=PrototypeFactory(idea=idea), session=SessionFactory(cohort=cohort))
        StakeholderFactory(cohort=cohort)
    return cast


def signed_in(cast: Cast, letter: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast[letter], backend="django.contrib.auth.backends.ModelBackend")
    return client


def forms_of(answer: HttpResponse) -> list[forms.BaseForm]:
    """Every form the page shows, those of form sets included; what a form set counts by is its own affair."""
    found: dict[int, forms.BaseForm] = {}
    for layer in getattr(answer, "context", None) or []:
        for values in layer:
            for value in values.values():
                for form in value if isinstance(value, forms.BaseFormSet) else [value]:
                    if isinstance(form, forms.BaseForm) and not isinstance(form, ManagementForm):
                        found[id(form)] = form
    return list(found.values())


def fields_of(answer: HttpResponse) -> dict[str, tuple[forms.BaseForm, str]]:
    return {form.add_prefix(name): (form, name) for form in forms_of(answer) for name in form.fields}


def plausible(form: forms.BaseForm, name: str) -> Any:
    """What the page proposes, else the first choice, else a word, a number or a day."""
    field, value = form.fields[name], form[name].value()
    if value not in (None, "", []):
        return field.widget.format_value(value) if isinstance(field.widget, forms.DateInput) else value
    choices = [key for key, _ in getattr(field, "choices", []) if str(key)]
    if choices:
        return str(choices[0])
    return next((text for kind, text in PLAUSIBLE if isinstance(field, kind)), "")


def rubbish(field: forms.Field) -> list[str]:
    found = next((values for kind, values in RUBBISH if isinstance(field, kind)), [NUL, HUGE])
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        foreign = field.queryset.model._default_manager.exclude(pk__in=field.queryset.values("pk")).first()
        return [*found, str(foreign.pk)] if foreign else found
    return found


def whole_form(answer: HttpResponse) -> dict[str, Any]:
    """What a person would send from this page without a mistake, form sets counted."""
    filled = {key: plausible(form, field) for key, (form, field) in fields_of(answer).items()}
    return filled | counters(answer)


def counters(answer: HttpResponse) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for layer in getattr(answer, "context", None) or []:
        for values in layer:
            for formset in (value for value in values.values() if isinstance(value, forms.BaseFormSet)):
                form = formset.management_form
                found |= {form.add_prefix(name): form[name].value() for name in form.fields}
    return found


def refused(answer: HttpResponse, key: str) -> bool:
    """The form is back with a reason beside the field; where the field is hidden, anywhere in the form."""
    form, name = fields_of(answer).get(key, (None, "")) if answer.status_code == 200 else (None, "")
    return form is not None and (name in form.errors or (form[name].is_hidden and bool(form.errors)))


@pytest.mark.parametrize("name", SENDINGS)
def test_rubbish_comes_back_beside_its_field_and_leaves_nothing(name: str, stage: Cast):
    sending = SENDINGS[name]
    client, address = signed_in(stage, sending.letter), reverse(sending.route, args=sending.args(stage))
    page = client.get(address)
    whole, before = whole_form(page), rows_written()
    wrong = [
        (key, value[:20])
        for key, (form, field) in fields_of(page).items()
        for value in rubbish(form.fields[field])
        if not refused(client.post(address, whole | {key: value}), key)
    ]
    assert (wrong, rows_written()) == ([], before)
