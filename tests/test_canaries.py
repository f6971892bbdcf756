"""Nothing of the neighbour's or of another edition's is heard anywhere: letters, search, choices, filters, logs.

Pages, downloads and calendars are searched with every request of `tests/test_role_matrix.py`. The control: the lab, and
whoever is of the neighbour, do hear it.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.sessions.emails import texts as session_letters
from comments.actions import write_comment
from comments.models import Comment
from exchanges.emails import texts as exchange_letters
from notifications.models import Reminder
from notifications.registries import event_kinds
from programmes.formats.reminder_schedules import DEFAULT_LADDERS
from tests.factories.cast import NOW
from tests.factories.invitations import InvitationFactory
from tests.factories.notifications import DeliveryFactory, ReminderFactory, recipients, rendered
from tests.matrix import PAST
from tests.matrix.canaries import (
    FAR,
    HIDDEN,
    NEAR,
    NOBODYS,
    OF_THE_EDITION,
    OPEN_TO_ALL,
    STAYS_EMPTY,
    WITHIN,
    heard,
    kept_within,
    keys_of_texts,
    marked_within,
    planted,
    watched,
    words_of,
)
from tests.matrix.stage import Stage, scene
from tests.pages import elements
from tests.test_role_matrix import ROWS, hidden_from

pytestmark = pytest.mark.django_db

HOME = "CDPMRAX" + PAST
LISTS = [
    name for name, row in sorted(ROWS.items()) if row.get and not row.public and set("SM") <= set(row.act or row.see)
]


@pytest.mark.parametrize(("canary", "spared"), [(FAR, {}), (NEAR, OF_THE_EDITION)])
def test_it_stands_in_every_text_that_is_not_for_all(canary: str, spared: dict[str, str], stage: Stage):
    """A new model, or a new text of one, is furnished in `tests/matrix/furniture.py`, or named with its reason."""
    hidden = [model for model in watched() if model.__name__ not in {*OPEN_TO_ALL, *NOBODYS, *spared}]
    texts = {f"{model.__name__}.{field.name}" for model in hidden for field in words_of(model)}
    assert texts - planted(canary) == {text for text in STAYS_EMPTY if text in texts}


@pytest.mark.parametrize("name", sorted(WITHIN))
def test_every_key_of_json_is_known_to_hold_words_or_what_the_code_chooses(name: str, stage: Stage):
    """A new key is named in `tests/matrix/canaries.py`; one of words stands on the stage, with the canary in it."""
    words, chosen = WITHIN[name]
    kept = kept_within(name)
    found = {key for value in kept for key in keys_of_texts(value)}
    assert (words & chosen, found - words - chosen) == (set(), set())
    said = json.dumps(kept)
    assert words - {key for key in words if f" {HIDDEN} {name.replace('.', ' ')} {key}" in said} == set()


@pytest.mark.parametrize(
    ("value", "marked"),
    [
        ({"said": "a", "by": "b", "n": 1}, {"said": "zq said", "by": "b", "n": 1}),
        ([{"in": [{"said": ["a", "b"]}]}], [{"in": [{"said": ["zq said", "zq said"]}]}]),
        ({"groups": {"people": 8}}, {"groups": {"zq groups people": 8}}),
        ({"said": None}, {"said": None}),
    ],
)
def test_in_json_it_stands_wherever_words_do_and_nowhere_else(value: Any, marked: Any):
    assert marked_within(value, {"said", "groups"}, "zq") == marked


def page(client: Client, route: str, *args: Any, **asked: Any) -> bytes:
    answer = client.get(f"{reverse(route, args=args)}?{urlencode(asked)}")
    return bytes(answer.getvalue())


def test_the_lab_and_the_neighbour_hear_it(stage: Stage):
    """What is searched for can be found: in a page, in the search, in a table and in a workbook."""
    with scene():
        assert heard(page(stage.clients["S"], "prototypes:idea_list"), FAR)
        assert heard(page(stage.clients["N"], "prototypes:idea_list"), NEAR)
        assert not heard(page(stage.clients["N"], "prototypes:idea_list"), FAR)
        assert heard(page(stage.clients["S"], "search", q=HIDDEN), FAR)
        assert heard(page(stage.clients["S"], "figures:rates_ideas_csv", edition=stage.far.edition.slug), FAR)
        assert heard(page(stage.clients["S"], "figures:rates_ideas_xlsx", edition=stage.far.edition.slug), FAR)


def test_what_is_packed_is_unpacked_before_it_is_searched():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.xml", f"<t>{FAR}</t>")
    assert heard(packed.getvalue(), FAR, NEAR) == [f"<t>{FAR}</t>"]


def test_the_search_finds_nothing_of_others(stage: Stage):
    found = {letter: heard(page(stage.clients[letter], "search", q=HIDDEN), *hidden_from(letter)) for letter in HOME}
    assert found == {letter: [] for letter in HOME}
    assert heard(page(stage.clients["N"], "search", q=HIDDEN), FAR) == []


LETTERS = {
    "exchange": exchange_letters.LETTERS,
    "group_session": session_letters.LETTERS,
    "stakeholder_session": session_letters.LETTERS,
    "idea": ("idea_follow_up",),
    "unconfirmed": ("idea_unconfirmed",),
    "invitation": ("invitation", "invitation_open_still"),
}


def about_home(stage: Stage) -> Iterator[Reminder]:
    """One reminder of every letter of every kind, about what is of the cohort at home."""
    cohort = stage.home.cohort
    session, idea = cohort.sessions.get(state="scheduled"), cohort.ideas.filter(state="handed_over").first()
    invited = InvitationFactory(cohort=cohort)
    of = {
        "idea": idea,
        "unconfirmed": idea,
        "invitation": invited,
        "exchange": stage.home.edition.exchanges.filter(host=cohort).first(),
    }
    for kind, letters in LETTERS.items():
        event = of.get(kind, session)
        audiences = [step.audience for step in DEFAULT_LADDERS.get(kind, DEFAULT_LADDERS["idea"])]
        version = getattr(event, "version", 1)
        for letter in letters:
            about = {"kind": kind, "object_id": event.pk, "version": version, "letter": letter}
            yield ReminderFactory(**about, audience=audiences[0], event_day=NOW.date())
    write_comment(about=idea, text="À voir", by=stage.home["C"], at=NOW)
    yield Reminder.objects.filter(kind="comment").latest("pk")


def test_no_letter_tells_of_others_or_goes_to_them(stage: Stage):
    far = {person.pk for letter, person in stage.far.people.items() if letter != "S"}
    with scene():
        reminders = list(about_home(stage))
        assert {reminder.kind for reminder in reminders} == set(event_kinds.slugs())
        for reminder in reminders:
            assert not far & {person.pk for person in recipients(reminder, NOW)}
            for letter in "PMRA":
                said = rendered(reminder, stage.home[letter])
                assert heard(repr(said).encode(), FAR, NEAR) == [], reminder.letter


def test_an_old_letter_is_not_read_as_its_event_stands_once_that_is_hidden(stage: Stage):
    """The letter reached them while they might know; its page says what the event says today."""
    of_others = {
        "idea": ("idea_follow_up", stage.near.cohort.ideas.filter(state="handed_over").first()),
        "unconfirmed": ("idea_unconfirmed", stage.near.cohort.ideas.filter(state="accepted").first()),
        "group_session": ("group_details", stage.near.cohort.sessions.get(state="scheduled")),
        "exchange": ("exchange_programme", stage.far.edition.exchanges.filter(state="registration_open").first()),
        "comment": ("comment", Comment.objects.filter(idea__cohort=stage.near.cohort, taken_back_at=None).first()),
    }
    with scene():
        for kind, (letter, event) in of_others.items():
            told = {"kind": kind, "letter": letter, "object_id": event.pk, "state": "expanded", "event_day": NOW.date()}
            reminder = ReminderFactory(**told, audience="owner" if kind in {"idea", "unconfirmed"} else "registered")
            row = DeliveryFactory(user=stage.home["M"], reminder=reminder, state="sent")
            said = {
                letter: heard(page(stage.clients[letter], "notifications:letter", row.pk), FAR, NEAR) for letter in "MS"
            }
            assert (said["M"], bool(said["S"])) == ([], True), kind


def asked_by_address(client: Client, address: str) -> list[str]:
    """What people choose on a page, which ends up in its address."""
    answer = client.get(address)
    if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html"):
        answer.getvalue()
        return []
    return sorted({element["attrs"].get("name") or "" for element in elements(answer, "select")} - {""})


def keys_of(stage: Stage) -> list[Any]:
    """By which an address could ask for what is of others."""
    rows = [stage.near.cohort, stage.far.cohort, stage.far.edition, stage.far.cohort.authority]
    slugs = [row.slug for row in rows]
    people = [stage.near["P"].pk, stage.far["P"].pk]
    ideas = [cast.cohort.ideas.first().pk for cast in (stage.near, stage.far)]
    return [*slugs, *(row.pk for row in rows), *people, *ideas]


@pytest.mark.parametrize("name", [name for name in LISTS if not ROWS[name].post])
def test_no_parameter_of_an_address_opens_what_is_of_others(name: str, stage: Stage):
    """Each is asked for one key after another; a page that is refused says nothing either."""
    client = stage.clients["M"]
    with scene():
        address = reverse(name, args=ROWS[name].args(stage.home))
        wrong = []
        for parameter in asked_by_address(client, address):
            for key in keys_of(stage):
                answer = client.get(address, {parameter: key})
                body = answer.getvalue()
                if answer.status_code not in {200, 302, 404} or heard(body, FAR, NEAR):
                    wrong.append((parameter, key, answer.status_code, heard(body, FAR, NEAR)[:1]))
    assert wrong == []
