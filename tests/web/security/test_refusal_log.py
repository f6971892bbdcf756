"""Every refusal and every act that matters to security leaves one line: numbers and routes, never a name or a word."""

import json
import re
from pathlib import Path
from typing import Any

import pghistory
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cohorts.invitations.actions.invitations import invite_admin
from cohorts.people import actions as people
from notifications import actions as letters
from notifications.actions import retry_letter
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.notifications import DeliveryFactory
from tests.factories.prototypes import IdeaFactory
from web.actions import ACTIONS, action
from web.security import log
from web.security.log import inventing

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(caplog: Any) -> Any:
    """The events so far, with their facts."""
    caplog.set_level("INFO", logger="labplatform.security")
    return lambda: [(line.event, line.facts) for line in caplog.records if line.name == "labplatform.security"]


def test_a_refusal_says_who_and_which_route(cast: Cast, client: Client, told: Any):
    client.force_login(cast["M"])
    assert client.get(reverse("status")).status_code == 403
    assert told() == [("refused", {"person": cast["M"].pk, "method": "GET", "route": "status"})]


def test_something_of_others_is_missing_and_noted(cast: Cast, client: Client, told: Any):
    idea = IdeaFactory(cohort=cast.other)
    client.force_login(cast["M"])
    client.get(reverse("prototypes:idea", args=[idea.pk]))
    assert told() == [("not_found", {"person": cast["M"].pk, "method": "GET", "route": "prototypes:idea"})]


def test_a_slip_of_the_pen_is_not_noted(cast: Cast, client: Client, told: Any):
    client.get("/idaes/")
    assert client.get(reverse("notifications:calendar", args=["nothing"])).status_code == 404
    client.force_login(cast["M"])
    client.get("/idaes/")
    assert told() == []


def test_another_method_and_a_forged_form_are_noted(cast: Cast, told: Any):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["M"])
    assert client.get(reverse("stop_acting")).status_code == 405
    assert client.post(reverse("language"), {"language": "en"}).status_code == 403
    assert [(event, facts["route"], facts["person"]) for event, facts in told()] == [
        ("method_refused", "stop_acting", cast["M"].pk),
        ("forged_form", "language", cast["M"].pk),
    ]


def test_no_line_has_a_word_of_what_was_asked_for(cast: Cast, client: Client, caplog: Any, told: Any):
    client.force_login(cast["M"])
    client.post(reverse("cohorts:add_member", args=["montagne"]), {"full_name": "Zoé Canari"})
    [(event, facts)] = told()
    assert (event, "anari" in json.dumps(facts), "montagne" in json.dumps(facts)) == ("not_found", False, False)


BY_HAND = {
    "accept_invitation": {"invitation_accepted"},
    "ask_for_access": {"access_requested"},
    "ask_sign_in_link": {"sign_in_link_asked"},
    "end_sign_in": {"session_ended"},
    "end_sign_ins": {"session_ended", "password_changed"},
    "end_support": {"support_ended"},
    "join_and_accept": {"invitation_accepted"},
    "open_support": {"support_began"},
    "use_sign_in_link": {"sign_in_link_refused", "signed_in"},
}


def test_actions_noted_by_hand_are_named_with_their_events_and_not_watched_too():
    said, events = set(re.findall(r"`(\w+)`", log.__doc__ or "")), set().union(*BY_HAND.values())
    assert said - {"note", "security_event"} == set(BY_HAND) | events
    assert set(BY_HAND) - set(ACTIONS) == set()
    assert [name for name in BY_HAND if ACTIONS[name].security_event] == []
    code = "".join(file.read_text() for app in ("accounts", "cohorts") for file in Path(app).rglob("*.py"))
    assert {event for event in events if f'note("{event}"' not in code} == set()


def test_a_letter_tried_again_is_noted(told: Any, django_capture_on_commit_callbacks: Any):
    letter, staff = DeliveryFactory(state="dead"), UserFactory(is_lab_staff=True)
    with django_capture_on_commit_callbacks(execute=True):
        retry_letter(letter=letter, at=NOW, by=staff)
    assert told() == [("retry_letter", {"letter": letter.pk, "by": staff.pk, "delivery": letter.pk})]


def test_rights_given_are_noted_once_they_are_there(cast: Cast, told: Any, django_capture_on_commit_callbacks: Any):
    member = cast.cohort.memberships.get(user=cast["R"])
    with django_capture_on_commit_callbacks(execute=True):
        people.end_membership(membership=member, ends_on=TODAY, reason="Changes post", by=cast["P"], at=NOW)
        assert told() == []
    assert told() == [("end_membership", {"membership": member.pk, "by": cast["P"].pk})]


@action("Switch turned", security_event=True)
def turn_switch(*, by: User | None) -> None:
    """An action that changes nothing, to see its line."""


@action("Switch turned twice", security_event=True)
def turn_twice(*, person: User, by: User | None) -> None:
    turn_switch(by=by)


def test_action_inside_another_is_noted_too_with_who_acted(told: Any, django_capture_on_commit_callbacks: Any):
    person, staff = UserFactory(), UserFactory(is_lab_staff=True)
    with django_capture_on_commit_callbacks(execute=True), pghistory.context(acting=staff.pk):
        turn_twice(person=person, by=person)
    acting = {"by": person.pk, "acting": staff.pk}
    assert told() == [("turn_switch", acting), ("turn_twice", acting | {"person": person.pk})]


def test_what_was_made_is_in_the_line(cast: Cast, told: Any, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        made = invite_admin(
            authority=cast.cohort.authority, email="ada@ville.example", full_name="Ada", at=NOW, by=cast["S"]
        )
    assert told() == [
        ("invite_admin", {"invitation": made.pk, "authority": cast.cohort.authority.pk, "by": cast["S"].pk}),
    ]


def test_what_was_undone_is_not_noted(told: Any, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        turn_switch(by=UserFactory())
        transaction.set_rollback(True)
    assert told() == []


def test_what_a_demonstration_invents_is_not_noted_at_its_commit_either(
    told: Any, django_capture_on_commit_callbacks: Any
):
    with django_capture_on_commit_callbacks(execute=True):
        with inventing():
            turn_switch(by=None)
        turn_switch(by=UserFactory())
    assert [facts.keys() for _event, facts in told()] == [{"by"}]


def test_letters_held_are_noted(cast: Cast, told: Any, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        letters.hold_mail(by=cast["S"], reason="Restored from a backup", at=NOW)
    assert told() == [("hold_mail", {"by": cast["S"].pk, "mailswitch": 1})]


def test_a_platform_without_a_person_is_noted_too(told: Any, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        turn_switch(by=None)
    assert told() == [("turn_switch", {})]
