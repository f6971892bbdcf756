"""Acting as someone for support: by lab staff only, seen on every page, in the history, never for what stays theirs."""

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
from files.exports.own_copy import ask_for_own
from files.exports.writing import write_due
from files.models import Export
from notifications.emails.links import read_stop
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
    **{name: ["a-slug"] for name in ("programmes:name_admin", "cohorts:add_member", "cohorts:open_calendar")},
    **{name: ["a-slug"] for name in ("cohorts:revoke_calendar", "cohorts:assess", "cohorts:take_back_answers")},
    **{name: ["a-slug", 1] for name in ("cohorts:edit_membership", "cohorts:end_membership", "programmes:end_admin")},
    **{name: [1] for name in ("exchanges:needs", "exchanges:give_feedback", "files:export_file")},
    **{name: [1] for name in ("cohorts:resend_invitation", "cohorts:revoke_invitation")},
    "cohorts:invite_list": ["a-slug"],
    "cohorts:join": ["a-token"],
    "cohorts:take_up": [],
    "notifications:preferences": [],
    "notifications:stop": ["a-token"],
}


def begin(client: Client, staff: User, someone: User, reason: str = "She asked by telephone") -> Any:
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client.post(reverse("act_as", args=[someone.pk]), {"reason": reason}, headers={"accept-language": "en"})


def who(client: Client) -> User | None:
    """As whom the session is signed in."""
    key = client.session.get("_auth_user_id")
    return get_user_model().objects.get(pk=key) if key else None


@pytest.fixture
def acted(cast: Cast, client: Client) -> Client:
    """The lab's staff acts as the pilot."""
    assert begin(client, cast["S"], cast["P"]).status_code == 302
    return client


def test_staff_act_as_a_member_and_see_what_the_member_sees(acted: Client, cast: Cast):
    assert who(acted) == cast["P"]
    seen = acted.get(reverse("cohorts:cohorts"), headers={"accept-language": "en"}).content.decode()
    assert (cast.cohort.name in seen, cast.other.name in seen, BANNER in seen) == (True, False, True)


def test_what_a_letter_opens_is_not_read_by_whoever_acts(cast: Cast, client: Client):
    asked = {"email": cast["P"].email, "full_name": "Pilot Rivage", "role": "relay"}
    row = invite_member(cohort=cast.other, at=NOW, by=cast["S"], **asked)
    send_round(lambda: NOW + timedelta(minutes=1), seconds=60)
    page = Delivery.objects.get(user=cast["P"]).get_absolute_url()
    begin(client, cast["S"], cast["P"])
    acted_on = client.get(page).content.decode()
    stops = {read_stop(unquote(found)) for found in re.findall(r"/letters/stop/([^/]+)/", acted_on)}
    assert (token(row) in acted_on, HIDDEN in acted_on, stops) == (False, True, {None})
    client.post(reverse("stop_acting"))
    client.force_login(cast["P"])
    assert token(row) in client.get(page).content.decode()


@pytest.mark.parametrize("letter", "CDPMRANX")
def test_nobody_else_acts_for_anybody(letter: str, cast: Cast, client: Client):
    assert begin(client, cast[letter], cast["P"]).status_code == 403
    assert (who(client), SupportVisit.objects.count()) == (cast[letter], 0)


@pytest.mark.parametrize("what", ["is_lab_staff", "is_staff", "is_superuser"])
def test_never_as_a_colleague(what: str, cast: Cast, client: Client):
    colleague = UserFactory(**{what: True})
    assert begin(client, cast["S"], colleague).status_code == 403
    assert who(client) == cast["S"]


def test_never_as_oneself_nor_for_a_closed_account_nor_without_a_reason(cast: Cast, client: Client):
    closed = UserFactory(is_active=False)
    answers = [begin(client, cast["S"], one).status_code for one in (cast["S"], closed)]
    empty = begin(client, cast["S"], cast["P"], reason="  ")
    assert (answers, empty.status_code, SupportVisit.objects.count()) == ([403, 403], 200, 0)


def test_nobody_begins_by_following_a_link(cast: Cast, client: Client):
    client.force_login(cast["S"])
    assert client.get(reverse("act_as", args=[cast["P"].pk])).status_code == 200
    assert (who(client), SupportVisit.objects.count()) == (cast["S"], 0)


@pytest.mark.parametrize("made", [{"person": "S"}, {"staff": "P"}, {"person": "S", "staff": "S"}])
def test_the_database_refuses_it_too(made: dict[str, str], cast: Cast):
    people = {"person": "P", "staff": "S"} | made
    with refused_by("support_of_others_by_lab"):
        SupportVisit.objects.create(**{role: cast[who] for role, who in people.items()}, because="x", began_at=NOW)


def test_what_was_written_of_it_stays(cast: Cast):
    visit = actions.open_support(person=cast["P"], reason="Asked", at=NOW, by=cast["S"])
    with refused_by("support_kept"):
        update(visit, because="Other")
    with refused_by("support_ends_after_it_began"):
        update(visit, ended_at=NOW - timedelta(minutes=1))
    with refused_by("support_says_why"):
        SupportVisit.objects.create(person=cast["M"], staff=cast["S"], because="", began_at=NOW, ended_at=NOW)
    with refused_by("support_one_at_a_time"):
        SupportVisit.objects.create(person=cast["M"], staff=cast["S"], because="x", began_at=NOW)


def test_beginning_anew_ends_what_was_left_open(cast: Cast):
    first = actions.open_support(person=cast["P"], reason="Asked", at=NOW, by=cast["S"])
    actions.open_support(person=cast["M"], reason="Asked too", at=NOW + timedelta(minutes=2), by=cast["S"])
    first.refresh_from_db()
    assert first.ended_at == NOW + timedelta(minutes=2)


def test_a_action_says_in_the_history_who_acted_for_whom_and_why(acted: Client, cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort)
    acted.post(reverse("comments:comment_on_idea", args=[idea.pk]), {"text": "It works", "entry": str(uuid4())})
    said = idea.comments.get().events.latest("pgh_id").pgh_context.metadata
    assert (said["by"], said["acting"], said["acting_because"], said["action"]) == (
        cast["P"].pk,
        cast["S"].pk,
        "She asked by telephone",
        "write_comment",
    )


def test_stopping_gives_the_session_back_as_it_was(cast: Cast, client: Client):
    client.force_login(cast["S"], backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp"}]
    session["second_factor_used_by"] = str(cast["S"].pk)
    session.save()
    first = client.session.session_key
    client.post(reverse("act_as", args=[cast["P"].pk]), {"reason": "Asked"})
    second = client.session.session_key
    assert "second_factor_used_by" not in client.session
    client.post(reverse("stop_acting"))
    assert who(client) == cast["S"]
    assert client.session["second_factor_used_by"] == str(cast["S"].pk)
    assert client.session["account_authentication_methods"] == [{"method": "mfa", "type": "totp"}]
    assert support_session.SUPPORT not in client.session
    assert len({first, second, client.session.session_key}) == 3
    assert SupportVisit.objects.get().ended_at == timezone.now()


def test_afterwards_the_session_is_the_staff_s_to_see_and_to_end(cast: Cast, client: Client):
    begin(client, cast["S"], cast["P"])
    client.post(reverse("stop_acting"))
    assert UserSession.objects.get(user=cast["S"]).session_key == client.session.session_key
    assert end_sign_ins(user=cast["S"], by=cast["S"]) == 1
    assert client.get(reverse("account")).status_code == 302


def test_who_acts_for_nobody_has_nothing_to_stop(cast: Cast, client: Client):
    client.force_login(cast["S"])
    assert (client.post(reverse("stop_acting")).status_code, client.get(reverse("stop_acting")).status_code) == (
        404,
        405,
    )


def test_it_ends_after_half_an_hour_and_nothing_that_was_sent_is_done(acted: Client, cast: Cast):
    challenge = ChallengeFactory(cohort=cast.cohort, title="Before")
    with time_machine.travel(NOW + SupportVisit.LONGEST, tick=False):
        answer = acted.post(reverse("prototypes:edit_challenge", args=[challenge.pk]), {"title": "Other"})
    challenge.refresh_from_db()
    assert (answer.status_code, challenge.title, who(acted)) == (302, "Before", cast["S"])


def test_a_part_of_a_page_is_told_that_it_is_over(acted: Client):
    with time_machine.travel(NOW + SupportVisit.LONGEST, tick=False):
        assert acted.get(reverse("home"), headers={"hx-request": "true"}).status_code == 401


@pytest.mark.parametrize(
    ("letter", "change", "left"),
    [
        ("S", {"is_active": False}, None),
        ("S", {"is_lab_staff": False}, None),
        ("S", {"password": "other"}, None),
        ("P", {"is_active": False}, "S"),
    ],
)
def test_it_ends_with_the_account_of_either(
    letter: str, change: dict[str, Any], left: str | None, acted: Client, cast: Cast
):
    UserFactory(is_lab_staff=True)  # the lab is never left without anybody
    User.objects.filter(pk=cast[letter].pk).update(**change)
    answer = acted.get(reverse("home"))
    assert (answer.status_code, who(acted)) == (302, cast[left] if left else None)
    assert any("messages" in name and cookie.value for name, cookie in answer.cookies.items()) is (left is not None)
    assert SupportVisit.objects.get().ended_at is not None


def test_signing_out_ends_it(acted: Client):
    acted.post(reverse("account_logout"))
    assert (who(acted), SupportVisit.objects.get().ended_at) == (None, timezone.now())


def test_begun_elsewhere_it_ends_here(acted: Client, cast: Cast):
    begin(Client(), cast["S"], cast["M"])
    acted.get(reverse("home"))
    assert who(acted) == cast["S"]


def closed_routes() -> list[str]:
    """Every address without arguments below those of accounts, allauth's included, and the declared pages elsewhere."""
    found = []
    for name in sorted({key for key in get_resolver().reverse_dict if isinstance(key, str)} | {"admin:index"}):
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return [path for path in found if path.startswith(BELOW) and path != reverse("stop_acting")]


def test_what_stays_the_person_s_is_refused_with_the_reason(acted: Client):
    paths = [path for path in closed_routes() if path != reverse("account_logout")]
    answers = {(path, method): getattr(acted, method)(path) for path in paths for method in ("get", "post")}
    assert {answer.status_code for answer in answers.values()} == {403}
    assert {"/account/", "/accounts/password/change/", "/admin/", "/language/", "/sign-in/link/"} <= set(paths)
    shown = acted.get("/account/", headers={"accept-language": "en"}).content.decode()
    with translation.override("en"):
        assert str(REFUSED_WHILE_ACTING) in shown


def test_the_pages_that_stay_the_person_s_elsewhere_are_refused_too(acted: Client):
    """Before anything is looked up: what the address names need not be there."""
    answers = {name: acted.get(reverse(name, args=args)).status_code for name, args in ELSEWHERE.items()}
    assert answers == dict.fromkeys(ELSEWHERE, 403)


@pytest.mark.parametrize("route", ["programmes:name_admin", "cohorts:add_member", "cohorts:open_calendar"])
def test_naming_others_and_secret_addresses_stay_theirs(route: str, acted: Client, cast: Cast):
    slug = cast.cohort.authority.slug if "programmes" in route else cast.cohort.slug
    assert acted.post(reverse(route, args=[slug])).status_code == 403


def test_nobody_takes_up_an_invitation_leaves_or_takes_data_along_for_them(acted: Client, cast: Cast):
    row = InvitationFactory(cohort=cast.other, person=cast["P"])
    export = ask_for_own(user=cast["P"], language="en", at=NOW)
    write_due(lambda: NOW)
    paths = [link(row), reverse("cohorts:take_up"), reverse("leave"), reverse("files:own_copy")]
    paths.append(reverse("files:export_file", args=[export.pk]))
    asked = {(path, method): getattr(acted, method)(path) for path in paths for method in ("get", "post")}
    assert {answer.status_code for answer in asked.values()} == {403}
    row.refresh_from_db()
    cast["P"].refresh_from_db()
    assert (row.accepted_at, cast["P"].erase_on, Export.objects.count()) == (None, None, 1)
    with translation.override("en"):
        assert (
            str(REFUSED_WHILE_ACTING) in acted.get(reverse("leave"), headers={"accept-language": "en"}).content.decode()
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
def test_no_other_door_opens_meanwhile_and_the_banner_stays(path: str, acted: Client, cast: Cast):
    answers = [getattr(acted, method)(path, headers={"accept-language": "en"}) for method in ("get", "post")]
    assert [(answer.status_code, BANNER in answer.content.decode()) for answer in answers] == [(403, True)] * 2
    assert who(acted) == cast["P"]


def test_the_banner_stands_on_the_one_page_of_allauth_that_stays_open(acted: Client):
    assert BANNER in acted.get(reverse("account_logout"), headers={"accept-language": "en"}).content.decode()


def test_acting_for_another_meanwhile_is_refused(acted: Client, cast: Cast):
    assert acted.post(reverse("act_as", args=[cast["M"].pk]), {"reason": "x"}).status_code == 403
    assert SupportVisit.objects.count() == 1


def test_the_person_reads_it_on_their_account_page(acted: Client, cast: Cast, client: Client):
    acted.post(reverse("stop_acting"))
    client.force_login(cast["P"])
    page = client.get(reverse("account"), headers={"accept-language": "en"}).content.decode()
    assert "Staff Lab acted for you on 24 Nov 2026 at 10:00, because: She asked by telephone" in " ".join(page.split())


def test_beginning_refusals_and_ending_are_noted(cast: Cast, client: Client, caplog: Any):
    with caplog.at_level("INFO", logger="labplatform.security"):
        begin(client, cast["S"], cast["P"])
        client.get("/account/")
        client.post(reverse("stop_acting"))
    told = [
        (line.event, line.facts["staff"])
        for line in caplog.records
        if getattr(line, "event", "").startswith("support_")
    ]
    assert told == [(event, cast["S"].pk) for event in ("support_began", "support_refused", "support_ended")]
    assert "telephone" not in caplog.text


def test_last_sign_in_is_the_person_s_own(acted: Client, cast: Cast):
    cast["P"].refresh_from_db()
    assert cast["P"].last_login is None


def test_nor_is_stopping_a_sign_in_of_the_staff(acted: Client, cast: Cast):
    update(cast["S"], last_login=NOW - timedelta(days=1))
    acted.post(reverse("stop_acting"))
    cast["S"].refresh_from_db()
    assert (who(acted), cast["S"].last_login) == (cast["S"], NOW - timedelta(days=1))


def test_whoever_signs_in_at_the_same_moment_is_noted(cast: Cast, client: Client):
    """In another thread of the process, while the session is handed over."""

    def another(*, user: User, **_told: Any) -> None:
        if user == cast["P"]:
            Client().force_login(cast["M"], backend="django.contrib.auth.backends.ModelBackend")

    user_logged_in.connect(another)
    try:
        begin(client, cast["S"], cast["P"])
    finally:
        user_logged_in.disconnect(another)
    assert set(User.objects.filter(last_login=NOW)) == {cast["S"], cast["M"]}


def test_why_the_lab_acted_stays_when_the_person_is_erased(acted: Client, cast: Cast):
    """It answers why each change in other people's histories was made (decision 22)."""
    acted.post(reverse("stop_acting"))
    erase_person(user=cast["P"], at=NOW, by=None)
    assert SupportVisit.objects.get().because == "She asked by telephone"


def test_whoever_acts_for_nobody_pays_nothing(cast: Cast, client: Client):
    client.force_login(cast["P"])
    with CaptureQueriesContext(connection) as plain:
        client.get(reverse("accessibility"))
    begin(client, cast["S"], cast["P"])
    with CaptureQueriesContext(connection) as acting_as:
        client.get(reverse("accessibility"))
    assert len(acting_as) - len(plain) == 2


def test_staff_find_the_way_beside_each_member_and_nobody_else_does(cast: Cast, client: Client):
    href = f'href="{reverse("act_as", args=[cast["P"].pk])}"'
    found = {}
    for letter in "SCP":
        client.force_login(cast[letter])
        found[letter] = href in client.get(reverse("cohorts:members", args=["rivage"])).content.decode()
    assert found == {"S": True, "C": False, "P": False}


def test_meanwhile_too_it_is_in_the_list_of_whoever_acts_and_ends_with_the_others(cast: Cast, client: Client):
    here, staff = Client(), cast["S"]
    here.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    begin(client, staff, cast["M"])
    assert [row.session_key for row in UserSession.objects.filter(user=staff)] == [client.session.session_key]
    assert not UserSession.objects.filter(user=cast["M"]).exists()
    assert end_sign_ins(user=staff, but=here.session.session_key, by=staff) == 1
    assert client.get(reverse("home")).status_code == 302


def test_a_line_that_was_shown_before_still_ends_it(cast: Cast, client: Client):
    staff = cast["S"]
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    shown = UserSession.objects.create(user=staff, session_key=client.session.session_key, ip="127.0.0.1")
    client.post(reverse("act_as", args=[cast["M"].pk]), {"reason": "She asked by telephone"})
    assert client.session[support_session.SUPPORT]["staff"] == staff.pk
    assert end_sign_in(user=staff, pk=shown.pk, by=staff) == 1
    assert client.get(reverse("home")).status_code == 302


def test_an_action_that_is_the_person_s_own_is_refused_whichever_page_calls_it(cast: Cast):
    with pghistory.context(acting=cast["S"].pk), pytest.raises(Refused) as refused:
        change_profile(user=cast["M"], full_name="Another", language="fr", by=cast["M"])
    assert str(refused.value) == str(REFUSED_WHILE_ACTING)
    assert change_profile(user=cast["M"], full_name="Own", language="fr", by=cast["M"]).full_name == "Own"
