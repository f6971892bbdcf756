"""The history of every object: who changed what, when and why, for lab staff, in ten statements at most."""

import csv
import io
import re
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any

import pghistory
import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import translation
from pghistory.models import Event

import history.changes as reading
from accounts.actions import change_profile
from accounts.privacy.actions import erase_person
from cohorts.models import Stakeholder
from history.entries import HAPPENED, deed, entries
from history.names import names
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import StakeholderFactory
from tests.factories.prototypes import FieldNoteFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.sql import update
from tests.test_role_matrix import ROWS
from web.actions import ACTIONS
from web.history_pages import LEFT_OUT, UNSHOWN, histories

pytestmark = pytest.mark.django_db


def told(slug: str, pk: int, **asked: Any) -> list[Any]:
    """The history in words, the latest first."""
    page = reading.lines(histories[slug], pk, reading.Asked(**asked), page="1")
    rows = reading.rows(page.rows)
    return entries(rows, names(rows))


def text_of(answer: Any) -> str:
    main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def tracked_models() -> set[type]:
    found = {model for model in apps.get_models() if issubclass(model, Event) and model._meta.managed}
    return {model.pgh_tracked_model for model in found}


def test_every_tracked_model_has_a_page_belongs_to_one_or_says_why_not():
    of_their_own = {kept.model for kept in histories}
    parts = {part.model for kept in histories for part in kept.parts}
    assert tracked_models() == of_their_own | parts | set(LEFT_OUT)
    assert (of_their_own | parts) & set(LEFT_OUT) == set()
    assert all(reason.endswith(".") for reason in LEFT_OUT.values())


def test_every_page_that_leads_to_a_history_exists_and_names_its_object():
    named = {page: kept.argument for kept in histories for page in kept.pages}
    assert set(named) - set(ROWS) == set()
    assert len(named) == sum(len(kept.pages) for kept in histories)


def test_what_is_never_shown_is_a_column():
    assert [
        (model, name)
        for model, columns in UNSHOWN.items()
        for name in columns
        if name not in {field.name for field in model._meta.concrete_fields}
    ] == []


def test_every_action_has_a_french_label():
    get_resolver("labplatform.urls").reverse_dict  # noqa: B018 - imports the actions of all pages
    for task in apps.get_app_configs():
        if (Path(task.path) / "tasks.py").exists() and not task.name.startswith("allauth"):
            import_module(f"{task.name}.tasks")
    for command, app in get_commands().items():
        load_command_class(app, command)
    ours = [declared for declared in ACTIONS.values() if not declared.module.startswith("test")]
    with translation.override("fr"):
        labels = {declared.name: str(declared.label) for declared in ours}
    with translation.override("en"):
        assert [name for name, label in labels.items() if label in {"", str(ACTIONS[name].label)}] == []
    assert len(ours) > 200


@pytest.mark.parametrize("slug", histories.slugs())
def test_the_history_of_something_that_never_was_is_missing(slug: str, client: Client):
    client.force_login(UserFactory(is_lab_staff=True))
    assert client.get(reverse("object_history", args=[slug, "999999"])).status_code == 404


@pytest.mark.parametrize("key", ["", "x", "9" * 30, "-1", "1' OR '1'='1"])
def test_a_number_that_is_none_is_missing(key: str, client: Client):
    client.force_login(UserFactory(is_lab_staff=True))
    assert client.get(f"/history/idea/{key}/").status_code == 404


def test_a_change_says_who_what_and_the_words(client: Client):
    person, staff = UserFactory(full_name="Ada Lovelace"), UserFactory(full_name="Staff Lab", is_lab_staff=True)
    change_profile(user=person, full_name="Ada King", language="fr", by=staff)
    [latest, _birth] = told("person", person.pk)
    assert (latest.who, str(latest.deed), latest.what, latest.name) == (
        "Staff Lab",
        "Name or language changed",
        "Person",
        "Ada King",
    )
    assert [(one.label, one.before, one.after) for one in latest.changes] == [
        ("Language", "none", "Français"),  # the history keeps no names
    ]


def test_whoever_was_erased_is_a_former_member_there_too(cast: Cast, client: Client):
    idea, pilot = IdeaFactory(cohort=cast.cohort, title="Carpool"), cast["P"]
    with pghistory.context(action="change_idea", by=pilot.pk):
        update(idea, title="Carpool for all")
    erase_person(user=pilot, at=NOW, by=cast["S"])
    client.force_login(cast["S"])
    answer = client.get(reverse("object_history", args=["idea", idea.pk]), headers={"accept-language": "en"})
    assert (text_of(answer).count(f"Former member {pilot.pk}"), f"#{pilot.pk}" in text_of(answer)) == (2, False)


def test_the_page_shows_it_and_what_is_asked_narrows_it(cast: Cast, client: Client):
    idea = IdeaFactory(cohort=cast.cohort, title="Carpool")
    with pghistory.context(action="change_idea", by=cast["P"].pk, reason="It grew"):
        update(idea, title="Carpool for all")
    client.force_login(cast["S"])
    page = reverse("object_history", args=["idea", idea.pk])
    shown = text_of(client.get(page, headers={"accept-language": "en"}))
    assert "Pilot Rivage Idea changed · Idea · Carpool for all · change" in shown
    assert "Why: It grew Title removed: Carpool added: Carpool for all" in shown
    only = client.get(page, {"by": str(cast["P"].pk), "action": "change_idea", "column": "title"}).context["page"]
    assert [line.label for line in only.rows] == ["update"]
    pages = [client.get(page, {"action": action}) for action in ("change_idea", "merge_idea")]
    assert [len(answer.context["entries"]) for answer in pages] == [1, 4]  # what nobody did narrows nothing
    assert client.get(page, {"until": "2000-01-01"}).context["page"].count == 0


def test_the_platform_and_people_are_told_apart(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort)
    with pghistory.context(action="change_idea", by=cast["P"].pk):
        update(idea, summary="Other")
    kept = histories["idea"]
    acted = reading.told_of(kept, idea.pk)
    assert {("0", ""), (str(cast["P"].pk), "Pilot Rivage")} <= set(acted.people)
    assert acted.actions == ["change_idea"]
    assert [one.who for one in told("idea", idea.pk, by=str(cast["P"].pk))] == ["Pilot Rivage"]


def test_who_acted_for_the_lab_is_said_beside(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort)
    with pghistory.context(action="change_idea", by=cast["P"].pk, acting=cast["S"].pk, acting_because="She asked"):
        update(idea, summary="Other")
    latest = told("idea", idea.pk)[0]
    assert (latest.who, latest.by_lab, latest.by_lab_because) == ("Pilot Rivage", "Staff Lab", "She asked")


def test_what_belongs_to_an_idea_is_in_its_history_and_nothing_of_others(cast: Cast):
    idea, other = IdeaFactory(cohort=cast.cohort), IdeaFactory(cohort=cast.cohort)
    trial = TrialFactory(prototype=PrototypeFactory(idea=idea))
    TrialFactory(prototype=PrototypeFactory(idea=other))
    lines = reading.all_lines(histories["idea"], idea.pk, reading.Asked(), most=500)
    kept = {(line.part.model.__name__, reading.rows([line])[0].after["id"]) for line in lines}
    assert ("Trial", trial.pk) in kept
    assert {key for name, key in kept if name == "Trial"} == {trial.pk}
    assert {key for name, key in kept if name == "Idea"} == {idea.pk}


def test_what_was_removed_still_has_its_history(cast: Cast, client: Client):
    row = StakeholderFactory(cohort=cast.cohort, name="The ferry company")
    key = row.pk
    with pghistory.context(action="remove_stakeholder", by=cast["P"].pk, reason="Twice"):
        Stakeholder.objects.filter(pk=key).delete()
    client.force_login(cast["S"])
    shown = text_of(client.get(reverse("object_history", args=["stakeholder", key]), headers={"accept-language": "en"}))
    assert "The ferry company" in shown
    assert "Stakeholder removed" in shown
    of_cohort = told("cohort", cast.cohort.pk, by=str(cast["P"].pk))
    assert [(one.happened, one.reason) for one in of_cohort] == [(HAPPENED["delete"], "Twice")]


def test_secrets_and_confidences_are_never_shown():
    note = FieldNoteFactory()
    shown = " ".join(one.label for entry in told("test", note.trial_id) for one in entry.changes)
    assert ("Draft key" in shown, "What was noted" in shown) == (False, False)


def test_a_long_text_is_compared_word_by_word(cast: Cast):
    idea = IdeaFactory(
        cohort=cast.cohort, summary="A bus that comes when people call it, in the evening, for all villages."
    )
    update(idea, summary="A boat that comes when people call it, in the evening, for all villages.")
    [change] = told("idea", idea.pk)[0].changes
    assert [(piece.change, piece.text) for piece in change.pieces][:3] == [
        ("same", "A "),
        ("removed", "bus"),
        ("added", "boat"),
    ]


@pytest.mark.parametrize("lines", [1, 3, 45])
def test_ten_statements_at_most_however_long_it_is(lines: int, cast: Cast, client: Client):
    idea = IdeaFactory(cohort=cast.cohort)
    for number in range(lines):
        with pghistory.context(action="change_idea", by=cast["P"].pk):
            Idea.objects.filter(pk=idea.pk).update(summary=f"Other {number}", owner=cast["M"].pk)
    client.force_login(cast["S"])
    with CaptureQueriesContext(connection) as seen:
        client.get(reverse("object_history", args=["idea", idea.pk]))
    assert len(seen) == 8


def test_the_file_has_a_row_for_each_field(cast: Cast, client: Client):
    idea = IdeaFactory(cohort=cast.cohort, title="Carpool")
    with pghistory.context(action="change_idea", by=cast["P"].pk, reason="=1+1"):
        update(idea, title="Carpool for all")
    client.force_login(cast["S"])
    answer = client.get(reverse("object_history_csv", args=["idea", idea.pk]), headers={"accept-language": "en"})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["When", "Who", "Action", "Object", "Why", "Field", "Before", "After"]
    assert rows[1][1:] == [
        "Pilot Rivage",
        "Idea changed",
        "Idea · Carpool for all · change",
        "'=1+1",
        "Title",
        "Carpool",
        "Carpool for all",
    ]


def test_the_file_names_the_filters_that_it_ignores_as_the_page_does(cast: Cast, client: Client):
    idea = IdeaFactory(cohort=cast.cohort, title="Carpool")
    client.force_login(cast["S"])
    query, english = {"by": "bogus", "since": "never"}, {"accept-language": "en"}
    answer = client.get(reverse("object_history_csv", args=["idea", idea.pk]), query, headers=english)
    lines = answer.getvalue().decode("utf-8-sig").splitlines()
    rows = list(csv.reader(lines, delimiter=";"))
    sentences = [
        f"The filter “{label}” is ignored: it does not accept the value “{value}”. Choose another value."
        for label, value in (("Who", "bogus"), ("From", "never"))
    ]
    assert rows[rows.index(["About this table"]) :] == [
        ["About this table"],
        ["Who", sentences[0]],
        ["From", sentences[1]],
    ]
    page = text_of(client.get(reverse("object_history", args=["idea", idea.pk]), query, headers=english))
    assert [page.count(sentence) for sentence in sentences] == [1, 1]


@pytest.mark.parametrize(
    ("route", "slug"),
    [("cohorts:cohort", "cohort"), ("programmes:authority", "authority"), ("programmes:edition", "edition")],
)
def test_the_page_of_an_object_leads_staff_to_its_history_and_nobody_else(
    route: str, slug: str, cast: Cast, client: Client
):
    shown = {"cohort": cast.cohort, "authority": cast.cohort.authority, "edition": cast.edition}[slug]
    href = reverse("object_history", args=[slug, shown.slug])
    client.force_login(cast["S"])
    assert f'href="{href}"' in client.get(reverse(route, args=[shown.slug])).content.decode()
    assert client.get(href).status_code == 200
    client.force_login(cast["P"])
    assert "/history/" not in client.get(reverse(route, args=[shown.slug])).content.decode()
    assert client.get(href).status_code == 403


def test_a_action_without_words_is_told_by_its_name():
    assert deed("weigh_anchor") == "weigh anchor"
