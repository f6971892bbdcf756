"""The history of every object: actors, changes, times and reasons, for lab staff, in at most ten statements."""

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
from history.entries import KIND_OF_CHANGE, action_label, entries
from history.names import names_in
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import StakeholderFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory, TrialNoteFactory
from tests.sql import update
from tests.test_role_matrix import ROWS
from web.actions import ACTIONS
from web.history_pages import ADDED_PARTS, HIDDEN_COLUMNS, MODELS_WITHOUT_PAGE, histories

pytestmark = pytest.mark.django_db


def history_of(slug: str, pk: int, **filters: Any) -> list[Any]:
    """Return the entries of an object's history, the latest first."""
    page = reading.page_of_lines(histories[slug], pk, reading.HistoryQuery(**filters), page="1")
    rows = reading.changed_rows(page.rows)
    return entries(rows, names_in(rows))


def text_of(answer: Any) -> str:
    main = answer.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def tracked_models() -> set[type]:
    found = {model for model in apps.get_models() if issubclass(model, Event) and model._meta.managed}
    return {model.pgh_tracked_model for model in found}


def test_every_tracked_model_has_a_page_belongs_to_one_or_says_why_not():
    with_page = {kind.model for kind in histories}
    parts = {part.model for kind in histories for part in (*kind.parts, *ADDED_PARTS.get(kind.model, ()))}
    assert tracked_models() == with_page | parts | set(MODELS_WITHOUT_PAGE)
    assert (with_page | parts) & set(MODELS_WITHOUT_PAGE) == set()
    assert all(reason.endswith(".") for reason in MODELS_WITHOUT_PAGE.values())


def test_every_page_that_leads_to_a_history_exists_and_names_its_object():
    arguments = {page: kind.argument for kind in histories for page in kind.pages}
    assert set(arguments) - set(ROWS) == set()
    assert len(arguments) == sum(len(kind.pages) for kind in histories)


def test_hidden_columns_exist():
    assert [
        (model, name)
        for model, columns in HIDDEN_COLUMNS.items()
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
def test_an_unknown_object_has_no_history_page(slug: str, client: Client):
    client.force_login(UserFactory(is_lab_staff=True))
    assert client.get(reverse("object_history", args=[slug, "999999"])).status_code == 404


@pytest.mark.parametrize("key", ["", "x", "9" * 30, "-1", "1' OR '1'='1"])
def test_an_invalid_key_gives_404(key: str, client: Client):
    client.force_login(UserFactory(is_lab_staff=True))
    assert client.get(f"/history/idea/{key}/").status_code == 404


def test_a_change_shows_actor_action_object_and_values(client: Client):
    person, staff = UserFactory(full_name="Ada Lovelace"), UserFactory(full_name="Staff Lab", is_lab_staff=True)
    change_profile(user=person, full_name="Ada King", language="fr", by=staff)
    [latest, _birth] = history_of("person", person.pk)
    assert (latest.actor, str(latest.action_label), latest.object_kind, latest.object_name) == (
        "Staff Lab",
        "Name or language changed",
        "Person",
        "Ada King",
    )
    assert [(one.label, one.before, one.after) for one in latest.changes] == [
        ("Language", "none", "Français"),  # the history keeps no names
    ]


def test_an_erased_person_is_shown_as_a_former_member(cast: Cast, client: Client):
    idea, pilot = IdeaFactory(cohort=cast.cohort, title="Carpool"), cast["P"]
    with pghistory.context(action="change_idea", by=pilot.pk):
        update(idea, title="Carpool for all")
    erase_person(user=pilot, at=NOW, by=cast["S"])
    client.force_login(cast["S"])
    answer = client.get(reverse("object_history", args=["idea", idea.pk]), headers={"accept-language": "en"})
    assert (text_of(answer).count(f"Former member {pilot.pk}"), f"#{pilot.pk}" in text_of(answer)) == (2, False)


def test_the_page_shows_changes_and_filters_them(cast: Cast, client: Client):
    idea = IdeaFactory(cohort=cast.cohort, title="Carpool")
    with pghistory.context(action="change_idea", by=cast["P"].pk, reason="It grew"):
        update(idea, title="Carpool for all")
    client.force_login(cast["S"])
    page = reverse("object_history", args=["idea", idea.pk])
    text = text_of(client.get(page, headers={"accept-language": "en"}))
    assert "Pilot Rivage Idea changed · Idea · Carpool for all · change" in text
    assert "Why: It grew Title removed: Carpool added: Carpool for all" in text
    only = client.get(page, {"by": str(cast["P"].pk), "action": "change_idea", "column": "title"}).context["page"]
    assert [line.label for line in only.rows] == ["update"]
    pages = [client.get(page, {"action": action}) for action in ("change_idea", "merge_idea")]
    assert [len(answer.context["entries"]) for answer in pages] == [1, 4]  # what nobody did narrows nothing
    assert client.get(page, {"until": "2000-01-01"}).context["page"].count == 0


def test_the_platform_and_people_are_different_actors(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort)
    with pghistory.context(action="change_idea", by=cast["P"].pk):
        update(idea, summary="Other")
    kind = histories["idea"]
    choices = reading.choices_of(kind, idea.pk)
    assert {("0", ""), (str(cast["P"].pk), "Pilot Rivage")} <= set(choices.people)
    assert choices.actions == ["change_idea"]
    assert [one.actor for one in history_of("idea", idea.pk, by=str(cast["P"].pk))] == ["Pilot Rivage"]


def test_staff_who_acted_for_someone_are_named(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort)
    with pghistory.context(action="change_idea", by=cast["P"].pk, acting=cast["S"].pk, acting_because="She asked"):
        update(idea, summary="Other")
    latest = history_of("idea", idea.pk)[0]
    assert (latest.actor, latest.acting_staff, latest.acting_reason) == ("Pilot Rivage", "Staff Lab", "She asked")


def test_the_history_of_an_idea_has_its_parts_and_no_others(cast: Cast):
    idea, other = IdeaFactory(cohort=cast.cohort), IdeaFactory(cohort=cast.cohort)
    trial = TrialFactory(prototype=PrototypeFactory(idea=idea))
    TrialFactory(prototype=PrototypeFactory(idea=other))
    lines = reading.latest_lines(histories["idea"], idea.pk, reading.HistoryQuery(), limit=500)
    rows = {(line.part.model.__name__, reading.changed_rows([line])[0].after["id"]) for line in lines}
    assert ("Trial", trial.pk) in rows
    assert {key for name, key in rows if name == "Trial"} == {trial.pk}
    assert {key for name, key in rows if name == "Idea"} == {idea.pk}


def test_a_removed_object_keeps_its_history(cast: Cast, client: Client):
    row = StakeholderFactory(cohort=cast.cohort, name="The ferry company")
    key = row.pk
    with pghistory.context(action="remove_stakeholder", by=cast["P"].pk, reason="Twice"):
        Stakeholder.objects.filter(pk=key).delete()
    client.force_login(cast["S"])
    text = text_of(client.get(reverse("object_history", args=["stakeholder", key]), headers={"accept-language": "en"}))
    assert "Stakeholder removed" in text
    of_cohort = history_of("cohort", cast.cohort.pk, by=str(cast["P"].pk))
    assert [(one.kind_of_change, one.reason) for one in of_cohort] == [(KIND_OF_CHANGE["delete"], "Twice")]


def test_hidden_columns_are_not_shown():
    note = TrialNoteFactory()
    labels = " ".join(one.label for entry in history_of("test", note.trial_id) for one in entry.changes)
    assert ("Draft key" in labels, "What was noted" in labels) == (False, False)


def test_a_long_text_is_compared_word_by_word(cast: Cast):
    idea = IdeaFactory(
        cohort=cast.cohort, summary="A bus that comes when people call it, in the evening, for all villages."
    )
    update(idea, summary="A boat that comes when people call it, in the evening, for all villages.")
    [change] = history_of("idea", idea.pk)[0].changes
    assert [(piece.kind, piece.text) for piece in change.pieces][:3] == [
        ("same", "A "),
        ("removed", "bus"),
        ("added", "boat"),
    ]


@pytest.mark.parametrize("lines", [1, 3, 45])
def test_the_page_takes_at_most_ten_statements(lines: int, cast: Cast, client: Client):
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


def test_page_and_file_list_the_ignored_filters(cast: Cast, client: Client):
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
def test_object_pages_link_only_staff_to_the_history(route: str, slug: str, cast: Cast, client: Client):
    obj = {"cohort": cast.cohort, "authority": cast.cohort.authority, "edition": cast.edition}[slug]
    href = reverse("object_history", args=[slug, obj.slug])
    client.force_login(cast["S"])
    assert f'href="{href}"' in client.get(reverse(route, args=[obj.slug])).content.decode()
    assert client.get(href).status_code == 200
    client.force_login(cast["P"])
    assert "/history/" not in client.get(reverse(route, args=[obj.slug])).content.decode()
    assert client.get(href).status_code == 403


def test_an_action_without_a_label_is_shown_by_its_name():
    assert action_label("weigh_anchor") == "weigh anchor"
