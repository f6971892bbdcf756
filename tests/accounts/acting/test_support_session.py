"""Lab staff act as a person for support: on every page, in the history, never on what is reserved for the person."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import pghistory
import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model, user_logged_in
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone, translation

from accounts.acting import actions, support_session
from accounts.actions import change_profile
from accounts.models import SupportVisit, User
from accounts.privacy.actions import erase_person
from accounts.sign_in.actions.sessions import end_sign_in, end_sign_ins
from cohorts.invitations.actions.invitations import invite_member
from files.exports.own_copy import request_own_copy
from files.exports.writing import write_due_exports
from files.models import Export
from notifications.emails.links import read_unsubscribe_token
from notifications.models import Delivery
from notifications.registries import HIDDEN
from notifications.sending.cycle import send_round
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.invitations import InvitationFactory, link, token
from tests.factories.prototypes import ChallengeFactory, IdeaFactory
from tests.sql import refused_by, update
from web.errors import Refused
from web.security.acting import REFUSED_WHILE_ACTING

pytestmark = pytest.mark.django_db
BANNER = "<strong>You are acting for"
# What stays the person's own, once more in full: a line that is lost over there is missed here.
BELOW = ("/account/", "/accounts/", "/admin/", "/language/", "/sign-in/")
ELSEWHERE = {
    **{name: ["a-slug"] for name in ("programmes:name_admin", "cohorts:add_member")},
    **{name: ["a-slug"] for name in ("cohorts:assess", "cohorts:withdraw_answers")},
    **{name: ["a-slug", 1] for name in ("cohorts:edit_membership", "cohorts:end_membership", "programmes:end_admin")},
    **{name: [1] for name in ("exchanges:needs", "exchanges:give_feedback", "files:export_file")},
    **{name: [1] for name in ("cohorts:resend_invitation", "cohorts:revoke_invitation")},
    "notifications:subscribe": [],
    "notifications:revoke_calendar": [],
    **{f"fieldwork:{name}": [] for name in ("tests", "snapshot", "receive_idea")},
    **{f"fieldwork:{name}": [1] for name in ("receive_trial_note", "picture", "receive_attendance")},
    "fieldwork:receive_note": ["a-slug", "verbatim"],
    "imports:add": ["members"],
    "imports:add_to": ["members", "a-slug"],
    "imports:batches": [],
    "imports:batch": [1],
    "imports:refused_rows": [1, "csv"],
    "imports:undo": [1],
    **{f"publications:{name}": [1] for name in ("pictures", "add_name", "submit", "publish")},
    "lists:add_view": ["ideas"],
    "lists:edit_view": [1],
    "lists:delete_view": [1],
    "cohorts:join": ["a-token"],
    "cohorts:accept_remembered": [],
    "notifications:preferences": [],
    "notifications:unsubscribe": ["a-token"],
}


def start(client: Client, staff: User, someone: User, reason: str = "She asked by telephone") -> Any:
    client.force_login(staff)
    return client.post(reverse("act_as", args=[someone.pk]), {"reason": reason}, headers={"accept-language": "en"})


def signed_in_user(client: Client) -> User | None:
    """Return the name of the person as whom the session is signed in."""
    key = client.session.get("_auth_user_id")
    return get_user_model().objects.get(pk=key) if key else None


@pytest.fixture
def acting_client(cast: Cast, client: Client) -> Client:
    """Return a client in which lab staff act as the pilot."""
    assert start(client, cast["S"], cast["P"]).status_code == 302
    return client


def test_staff_act_as_a_member_and_see_what_the_member_sees(acting_client: Client, cast: Cast):
    assert signed_in_user(acting_client) == cast["P"]
    seen = acting_client.get(reverse("cohorts:cohorts"), headers={"accept-language": "en"}).content.decode()
    assert (cast.cohort.name in seen, cast.other_cohort.name in seen, BANNER in seen) == (True, False, True)


def test_acting_staff_cannot_open_e_mails_of_the_person(cast: Cast, client: Client):
    fields = {"email": cast["P"].email, "full_name": "Pilot Rivage", "role": "relay"}
    row = invite_member(cohort=cast.other_cohort, at=NOW, by=cast["S"], **fields)
    send_round(lambda: NOW + timedelta(minutes=1), seconds=60)
    page = Delivery.objects.get(user=cast["P"]).get_absolute_url()
    start(client, cast["S"], cast["P"])
    acted_on = client.get(page).content.decode()
    stops = {read_unsubscribe_token(unquote(found)) for found in re.findall(r"/e-mails/stop/([^/]+)/", acted_on)}
    assert (token(row) in acted_on, HIDDEN in acted_on, stops) == (False, True, {None})
    client.post(reverse("stop_acting"))
    client.force_login(cast["P"])
    assert token(row) in client.get(page).content.decode()


@pytest.mark.parametrize("role", "CDPMRANX")
def test_only_lab_staff_act_for_others(role: str, cast: Cast, client: Client):
    assert start(client, cast[role], cast["P"]).status_code == 403
    assert (signed_in_user(client), SupportVisit.objects.count()) == (cast[role], 0)


@pytest.mark.parametrize("what", ["is_lab_staff", "is_staff", "is_superuser"])
def test_staff_cannot_act_as_a_colleague(what: str, cast: Cast, client: Client):
    colleague = UserFactory(**{what: True})
    assert start(client, cast["S"], colleague).status_code == 403
    assert signed_in_user(client) == cast["S"]


def test_acting_needs_another_open_account_and_a_reason(cast: Cast, client: Client):
    closed = UserFactory(is_active=False)
    answers = [start(client, cast["S"], one).status_code for one in (cast["S"], closed)]
    empty = start(client, cast["S"], cast["P"], reason="  ")
    assert (answers, empty.status_code, SupportVisit.objects.count()) == ([403, 403], 200, 0)


def test_following_a_link_does_not_start_acting(cast: Cast, client: Client):
    client.force_login(cast["S"])
    assert client.get(reverse("act_as", args=[cast["P"].pk])).status_code == 200
    assert (signed_in_user(client), SupportVisit.objects.count()) == (cast["S"], 0)


@pytest.mark.parametrize("made", [{"person": "S"}, {"staff": "P"}, {"person": "S", "staff": "S"}])
def test_database_refuses_forbidden_support_visits(made: dict[str, str], cast: Cast):
    people = {"person": "P", "staff": "S"} | made
    with refused_by("support_of_others_by_lab"):
        SupportVisit.objects.create(
            **{role: cast[signed_in_user] for role, signed_in_user in people.items()}, because="x", began_at=NOW
        )


def test_support_visit_record_cannot_be_changed(cast: Cast):
    visit = actions.open_support(person=cast["P"], reason="Asked", at=NOW, by=cast["S"])
    with refused_by("support_kept"):
        update(visit, because="Other")
    with refused_by("support_ends_after_it_began"):
        update(visit, ended_at=NOW - timedelta(minutes=1))
    with refused_by("support_says_why"):
        SupportVisit.objects.create(person=cast["M"], staff=cast["S"], because="", began_at=NOW, ended_at=NOW)
    with refused_by("support_one_at_a_time"):
        SupportVisit.objects.create(person=cast["M"], staff=cast["S"], because="x", began_at=NOW)


def test_new_support_visit_ends_the_open_one(cast: Cast):
    first = actions.open_support(person=cast["P"], reason="Asked", at=NOW, by=cast["S"])
    actions.open_support(person=cast["M"], reason="Asked too", at=NOW + timedelta(minutes=2), by=cast["S"])
    first.refresh_from_db()
    assert first.ended_at == NOW + timedelta(minutes=2)


def test_history_of_an_action_names_staff_person_and_reason(acting_client: Client, cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort)
    acting_client.post(
        reverse("comments:comment_on_idea", args=[idea.pk]), {"text": "It works", "idempotency_key": str(uuid4())}
    )
    metadata = idea.comments.get().events.latest("pgh_id").pgh_context.metadata
    assert (metadata["by"], metadata["acting"], metadata["acting_because"], metadata["action"]) == (
        cast["P"].pk,
        cast["S"].pk,
        "She asked by telephone",
        "write_comment",
    )


def test_stopping_restores_the_staff_session(cast: Cast, client: Client):
    client.force_login(cast["S"])
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp"}]
    session["second_factor_used_by"] = str(cast["S"].pk)
    session.save()
    first = client.session.session_key
    client.post(reverse("act_as", args=[cast["P"].pk]), {"reason": "Asked"})
    second = client.session.session_key
    assert "second_factor_used_by" not in client.session
    client.post(reverse("stop_acting"))
    assert signed_in_user(client) == cast["S"]
    assert client.session["second_factor_used_by"] == str(cast["S"].pk)
    assert client.session["account_authentication_methods"] == [{"method": "mfa", "type": "totp"}]
    assert support_session.SUPPORT not in client.session
    assert len({first, second, client.session.session_key}) == 3
    assert SupportVisit.objects.get().ended_at == timezone.now()


def test_restored_session_is_listed_and_ended_by_staff(cast: Cast, client: Client):
    start(client, cast["S"], cast["P"])
    client.post(reverse("stop_acting"))
    assert UserSession.objects.get(user=cast["S"]).session_key == client.session.session_key
    assert end_sign_ins(user=cast["S"], by=cast["S"]) == 1
    assert client.get(reverse("account")).status_code == 302


def test_stop_page_is_missing_for_people_who_do_not_act(cast: Cast, client: Client):
    client.force_login(cast["S"])
    assert (client.post(reverse("stop_acting")).status_code, client.get(reverse("stop_acting")).status_code) == (
        404,
        405,
    )


def test_acting_ends_after_half_an_hour_without_executing_the_request(acting_client: Client, cast: Cast):
    challenge = ChallengeFactory(cohort=cast.cohort, title="Before")
    with time_machine.travel(NOW + SupportVisit.MAX_DURATION, tick=False):
        answer = acting_client.post(reverse("prototypes:edit_challenge", args=[challenge.pk]), {"title": "Other"})
    challenge.refresh_from_db()
    assert (answer.status_code, challenge.title, signed_in_user(acting_client)) == (302, "Before", cast["S"])


def test_partial_request_gets_401_once_acting_has_ended(acting_client: Client):
    with time_machine.travel(NOW + SupportVisit.MAX_DURATION, tick=False):
        assert acting_client.get(reverse("home"), headers={"hx-request": "true"}).status_code == 401


@pytest.mark.parametrize(
    ("role", "change", "left"),
    [
        ("S", {"is_active": False}, None),
        ("S", {"is_lab_staff": False, "lab_role": ""}, None),
        ("S", {"password": "other"}, None),
        ("P", {"is_active": False}, "S"),
    ],
)
def test_acting_ends_when_either_account_is_closed(
    role: str, change: dict[str, Any], left: str | None, acting_client: Client, cast: Cast
):
    UserFactory(is_lab_staff=True)  # the lab is never left without anybody
    User.objects.filter(pk=cast[role].pk).update(**change)
    answer = acting_client.get(reverse("home"))
    assert (answer.status_code, signed_in_user(acting_client)) == (302, cast[left] if left else None)
    assert any("messages" in name and cookie.value for name, cookie in answer.cookies.items()) is (left is not None)
    assert SupportVisit.objects.get().ended_at is not None


def test_signing_out_ends_acting(acting_client: Client):
    acting_client.post(reverse("account_logout"))
    assert (signed_in_user(acting_client), SupportVisit.objects.get().ended_at) == (None, timezone.now())


def test_acting_ends_here_when_it_starts_in_another_browser(acting_client: Client, cast: Cast):
    start(Client(), cast["S"], cast["M"])
    acting_client.get(reverse("home"))
    assert signed_in_user(acting_client) == cast["S"]


def closed_routes() -> list[str]:
    """Return every address without arguments below those of accounts, allauth's included, and the declared pages
    elsewhere.
    """
    found = []
    for name in sorted({key for key in get_resolver().reverse_dict if isinstance(key, str)} | {"admin:index"}):
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return [path for path in found if path.startswith(BELOW) and path != reverse("stop_acting")]


def test_reserved_pages_are_refused_with_a_reason(acting_client: Client):
    paths = [path for path in closed_routes() if path != reverse("account_logout")]
    answers = {(path, method): getattr(acting_client, method)(path) for path in paths for method in ("get", "post")}
    assert {answer.status_code for answer in answers.values()} == {403}
    assert {"/account/", "/accounts/password/change/", "/admin/", "/language/", "/sign-in/link/"} <= set(paths)
    page = acting_client.get("/account/", headers={"accept-language": "en"}).content.decode()
    with translation.override("en"):
        assert str(REFUSED_WHILE_ACTING) in page


def test_reserved_pages_of_other_apps_are_refused(acting_client: Client):
    """They are refused before anything is looked up: the object of the address need not exist."""
    answers = {name: acting_client.get(reverse(name, args=args)).status_code for name, args in ELSEWHERE.items()}
    assert answers == dict.fromkeys(ELSEWHERE, 403)


@pytest.mark.parametrize("route", ["programmes:name_admin", "cohorts:add_member"])
def test_role_changes_and_secret_addresses_are_reserved_for_the_person(route: str, acting_client: Client, cast: Cast):
    slug = cast.cohort.authority.slug if "programmes" in route else cast.cohort.slug
    assert acting_client.post(reverse(route, args=[slug])).status_code == 403


def test_staff_cannot_accept_invitations_leave_or_export_data_for_the_person(acting_client: Client, cast: Cast):
    row = InvitationFactory(cohort=cast.other_cohort, person=cast["P"])
    export = request_own_copy(user=cast["P"], language="en", at=NOW)
    write_due_exports(lambda: NOW)
    paths = [link(row), reverse("cohorts:accept_remembered"), reverse("leave"), reverse("files:own_copy")]
    paths.append(reverse("files:export_file", args=[export.pk]))
    answers = {(path, method): getattr(acting_client, method)(path) for path in paths for method in ("get", "post")}
    assert {answer.status_code for answer in answers.values()} == {403}
    row.refresh_from_db()
    cast["P"].refresh_from_db()
    assert (row.accepted_at, cast["P"].erase_on, Export.objects.count()) == (None, None, 1)
    with translation.override("en"):
        assert (
            str(REFUSED_WHILE_ACTING)
            in acting_client.get(reverse("leave"), headers={"accept-language": "en"}).content.decode()
        )


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in/link/",
        "/sign-in/link/a-token/",
        "/accounts/login/",
        "/accounts/oidc/local/login/",
        "/accounts/oidc/local/login/callback/",
        "/accounts/2fa/webauthn/login/",
        "/accounts/password/reset/",
    ],
)
def test_banner_stays_on_every_page_while_acting(path: str, acting_client: Client, cast: Cast):
    answers = [getattr(acting_client, method)(path, headers={"accept-language": "en"}) for method in ("get", "post")]
    assert [(answer.status_code, BANNER in answer.content.decode()) for answer in answers] == [(403, True)] * 2
    assert signed_in_user(acting_client) == cast["P"]


def test_banner_is_on_the_sign_out_page(acting_client: Client):
    assert BANNER in acting_client.get(reverse("account_logout"), headers={"accept-language": "en"}).content.decode()


def test_acting_for_a_second_person_is_refused(acting_client: Client, cast: Cast):
    assert acting_client.post(reverse("act_as", args=[cast["M"].pk]), {"reason": "x"}).status_code == 403
    assert SupportVisit.objects.count() == 1


def test_person_reads_the_support_visit_on_their_account_page(acting_client: Client, cast: Cast, client: Client):
    acting_client.post(reverse("stop_acting"))
    client.force_login(cast["P"])
    page = client.get(reverse("account"), headers={"accept-language": "en"}).content.decode()
    assert "Staff Lab acted for you on 24 Nov 2026 at 10:00, because: She asked by telephone" in " ".join(page.split())


def test_start_refusals_and_end_are_logged(cast: Cast, client: Client, caplog: Any):
    with caplog.at_level("INFO", logger="labplatform.security"):
        start(client, cast["S"], cast["P"])
        client.get("/account/")
        client.post(reverse("stop_acting"))
    logged = [
        (line.event, line.facts["staff"])
        for line in caplog.records
        if getattr(line, "event", "").startswith("support_")
    ]
    assert logged == [(event, cast["S"].pk) for event in ("support_began", "support_refused", "support_ended")]
    assert "telephone" not in caplog.text


def test_acting_does_not_change_the_person_s_last_sign_in(acting_client: Client, cast: Cast):
    cast["P"].refresh_from_db()
    assert cast["P"].last_login is None


def test_stopping_does_not_change_the_staff_s_last_sign_in(acting_client: Client, cast: Cast):
    update(cast["S"], last_login=NOW - timedelta(days=1))
    acting_client.post(reverse("stop_acting"))
    cast["S"].refresh_from_db()
    assert (signed_in_user(acting_client), cast["S"].last_login) == (cast["S"], NOW - timedelta(days=1))


def test_concurrent_sign_in_of_another_user_is_recorded(cast: Cast, client: Client):
    """Another thread of the process signs in while the session switches users."""

    def another(*, user: User, **_kwargs: Any) -> None:
        if user == cast["P"]:
            Client().force_login(cast["M"])

    user_logged_in.connect(another)
    try:
        start(client, cast["S"], cast["P"])
    finally:
        user_logged_in.disconnect(another)
    assert set(User.objects.filter(last_login=NOW)) == {cast["S"], cast["M"]}


def test_reason_for_acting_stays_when_the_person_is_erased(acting_client: Client, cast: Cast):
    """It explains changes in other people's histories (decision 22)."""
    acting_client.post(reverse("stop_acting"))
    erase_person(user=cast["P"], at=NOW, by=None)
    assert SupportVisit.objects.get().because == "She asked by telephone"


def test_people_who_do_not_act_cause_no_extra_query(cast: Cast, client: Client):
    client.force_login(cast["P"])
    with CaptureQueriesContext(connection) as plain:
        client.get(reverse("accessibility"))
    start(client, cast["S"], cast["P"])
    with CaptureQueriesContext(connection) as acting_as:
        client.get(reverse("accessibility"))
    assert len(acting_as) - len(plain) == 2


def test_only_staff_see_the_link_to_act_next_to_each_member(cast: Cast, client: Client):
    href = f'href="{reverse("act_as", args=[cast["P"].pk])}"'
    found = {}
    for role in "SCP":
        client.force_login(cast[role])
        found[role] = href in client.get(reverse("cohorts:members", args=["rivage"])).content.decode()
    assert found == {"S": True, "C": False, "P": False}


def test_session_stays_in_the_staff_s_list_while_acting_and_can_be_ended_there(cast: Cast, client: Client):
    here, staff = Client(), cast["S"]
    here.force_login(staff)
    start(client, staff, cast["M"])
    assert [row.session_key for row in UserSession.objects.filter(user=staff)] == [client.session.session_key]
    assert not UserSession.objects.filter(user=cast["M"]).exists()
    assert end_sign_ins(user=staff, but=here.session.session_key, by=staff) == 1
    assert client.get(reverse("home")).status_code == 302


def test_session_can_be_ended_from_a_list_opened_before_acting(cast: Cast, client: Client):
    staff = cast["S"]
    client.force_login(staff)
    listed = UserSession.objects.create(user=staff, session_key=client.session.session_key, ip="127.0.0.1")
    client.post(reverse("act_as", args=[cast["M"].pk]), {"reason": "She asked by telephone"})
    assert client.session[support_session.SUPPORT]["staff"] == staff.pk
    assert end_sign_in(user=staff, pk=listed.pk, by=staff) == 1
    assert client.get(reverse("home")).status_code == 302


def test_reserved_action_is_refused_from_any_page(cast: Cast):
    with pghistory.context(acting=cast["S"].pk), pytest.raises(Refused) as refused:
        change_profile(user=cast["M"], full_name="Another", language="fr", by=cast["M"])
    assert str(refused.value) == str(REFUSED_WHILE_ACTING)
    assert change_profile(user=cast["M"], full_name="Own", language="fr", by=cast["M"]).full_name == "Own"
