"""Every refusal and every security event leaves one log line with numbers and routes, never a name or a text."""

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
from notifications import actions as notification_actions
from notifications.actions import retry_email
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.notifications import DeliveryFactory
from tests.factories.prototypes import IdeaFactory
from web.actions import ACTIONS, action
from web.security import log
from web.security.log import demo_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged(caplog: Any) -> Any:
    """The events logged so far, with their facts."""
    caplog.set_level("INFO", logger="labplatform.security")
    return lambda: [(line.event, line.facts) for line in caplog.records if line.name == "labplatform.security"]


def test_a_refusal_is_logged_with_person_and_route(cast: Cast, client: Client, logged: Any):
    client.force_login(cast["M"])
    assert client.get(reverse("status")).status_code == 403
    assert logged() == [("refused", {"person": cast["M"].pk, "method": "GET", "route": "status"})]


def test_a_hidden_object_of_others_is_logged_as_not_found(cast: Cast, client: Client, logged: Any):
    idea = IdeaFactory(cohort=cast.other_cohort)
    client.force_login(cast["M"])
    client.get(reverse("prototypes:idea", args=[idea.pk]))
    assert logged() == [("not_found", {"person": cast["M"].pk, "method": "GET", "route": "prototypes:idea"})]


def test_a_mistyped_url_is_not_logged(cast: Cast, client: Client, logged: Any):
    client.get("/idaes/")
    assert client.get(reverse("notifications:calendar_feed", args=["nothing"])).status_code == 404
    client.force_login(cast["M"])
    client.get("/idaes/")
    assert logged() == []


def test_a_wrong_method_and_a_forged_form_are_logged(cast: Cast, logged: Any):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast["M"])
    assert client.get(reverse("stop_acting")).status_code == 405
    assert client.post(reverse("language"), {"language": "en"}).status_code == 403
    assert [(event, facts["route"], facts["person"]) for event, facts in logged()] == [
        ("method_refused", "stop_acting", cast["M"].pk),
        ("forged_form", "language", cast["M"].pk),
    ]


def test_log_lines_do_not_contain_the_requested_object(cast: Cast, client: Client, caplog: Any, logged: Any):
    client.force_login(cast["M"])
    client.post(reverse("cohorts:add_member", args=["montagne"]), {"full_name": "Zoé Canari"})
    [(event, facts)] = logged()
    assert (event, "anari" in json.dumps(facts), "montagne" in json.dumps(facts)) == ("not_found", False, False)


BY_HAND = {
    "accept_invitation": {"invitation_accepted"},
    "request_access": {"access_requested"},
    "request_sign_in_link": {"sign_in_link_asked"},
    "end_sign_in": {"session_ended"},
    "end_sign_ins": {"session_ended", "password_changed"},
    "end_support": {"support_ended"},
    "join_and_accept": {"invitation_accepted"},
    "open_support": {"support_began"},
    "use_sign_in_link": {"sign_in_link_refused", "signed_in"},
}


def test_actions_logged_by_pages_are_not_security_events_too():
    documented, events = set(re.findall(r"`(\w+)`", log.__doc__ or "")), set().union(*BY_HAND.values())
    assert documented - {"log_security_event", "security_event"} == set(BY_HAND) | events
    assert set(BY_HAND) - set(ACTIONS) == set()
    assert [name for name in BY_HAND if ACTIONS[name].security_event] == []
    code = "".join(file.read_text() for app in ("accounts", "cohorts") for file in Path(app).rglob("*.py"))
    assert events - set(re.findall(r'log_security_event\(\s*"(\w+)"', code)) == set()


def test_retrying_an_email_is_logged(logged: Any, django_capture_on_commit_callbacks: Any):
    delivery, staff = DeliveryFactory(state="dead"), UserFactory(is_lab_staff=True)
    with django_capture_on_commit_callbacks(execute=True):
        retry_email(email=delivery, at=NOW, by=staff)
    assert logged() == [("retry_email", {"email": delivery.pk, "by": staff.pk, "delivery": delivery.pk})]


def test_granted_rights_are_logged_at_the_commit(cast: Cast, logged: Any, django_capture_on_commit_callbacks: Any):
    member = cast.cohort.memberships.get(user=cast["R"])
    with django_capture_on_commit_callbacks(execute=True):
        people.end_membership(membership=member, ends_on=TODAY, reason="Changes post", by=cast["P"], at=NOW)
        assert logged() == []
    assert logged() == [("end_membership", {"membership": member.pk, "by": cast["P"].pk})]


@action("Switch turned", security_event=True)
def turn_switch(*, by: User | None) -> None:
    """An action that changes nothing, to see its log line."""


@action("Switch turned twice", security_event=True)
def turn_twice(*, person: User, by: User | None) -> None:
    turn_switch(by=by)


def test_nested_action_is_logged_with_the_acting_staff(logged: Any, django_capture_on_commit_callbacks: Any):
    person, staff = UserFactory(), UserFactory(is_lab_staff=True)
    with django_capture_on_commit_callbacks(execute=True), pghistory.context(acting=staff.pk):
        turn_twice(person=person, by=person)
    acting = {"by": person.pk, "acting": staff.pk}
    assert logged() == [("turn_switch", acting), ("turn_twice", acting | {"person": person.pk})]


def test_the_created_row_is_in_the_log_line(cast: Cast, logged: Any, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        made = invite_admin(
            authority=cast.cohort.authority, email="ada@ville.example", full_name="Ada", at=NOW, by=cast["S"]
        )
    assert logged() == [
        ("invite_admin", {"invitation": made.pk, "authority": cast.cohort.authority.pk, "by": cast["S"].pk}),
    ]


def test_a_rolled_back_action_is_not_logged(logged: Any, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        turn_switch(by=UserFactory())
        transaction.set_rollback(True)
    assert logged() == []


def test_demo_data_is_not_logged_at_its_commit(logged: Any, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        with demo_data():
            turn_switch(by=None)
        turn_switch(by=UserFactory())
    assert [facts.keys() for _event, facts in logged()] == [{"by"}]


def test_holding_emails_is_logged(cast: Cast, logged: Any, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        notification_actions.pause_all_emails(by=cast["S"], reason="Restored from a backup", at=NOW)
    assert logged() == [("pause_all_emails", {"by": cast["S"].pk, "mailswitch": 1})]


def test_an_action_without_a_person_is_logged(logged: Any, django_capture_on_commit_callbacks: Any):
    with django_capture_on_commit_callbacks(execute=True):
        turn_switch(by=None)
    assert logged() == [("turn_switch", {})]
