"""Attacks on tokens: what is no valid token opens nothing, and a token does no more than its person may today."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.actions import close_account
from api.actions import revoke_token
from api.enums import SCOPES
from api.models import ApiToken
from cohorts.models import Membership
from labplatform.settings import base
from tests.factories.accounts import UserFactory
from tests.factories.api import Program, problems, program_of, token_of
from tests.factories.cast import NOW, Cast
from tests.factories.prototypes import IdeaFactory
from tests.factories.second_factors import an_app

pytestmark = pytest.mark.django_db
ACCEPT = "ideas/{}/accept/"


def test_refusal_without_a_valid_token_explains_how_to_send_one(cast: Cast):
    for header in ("", "Bearer", "Bearer \0", "Bearer é", "Bearer " + "a" * 5000, "Token x"):
        answer = Client().get("/api/v1/ideas/", headers={"authorization": header, "accept-language": "en"})
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert problems(answer) == {"": "Send a valid token in the header “Authorization: Bearer …”."}


def test_a_browser_stays_signed_in_after_a_request_without_a_token(cast: Cast):
    client = Client()
    client.force_login(cast["S"])
    assert client.get("/api/v1/ideas/").status_code == 401
    assert client.get("/").status_code == 200


def test_the_person_of_the_token_counts_and_not_the_one_who_is_signed_in(cast: Cast):
    IdeaFactory(cohort=cast.cohort)
    program = program_of(cast["X"])
    program.client.force_login(cast["S"])
    answer = program.get("ideas/")
    assert (answer.json()["items"], dict(answer.cookies)) == ([], {})


def test_a_token_ends_by_revocation_expiry_and_with_the_account(cast: Cast):
    (revoked, first), (_, second) = token_of(cast["M"]), token_of(cast["P"], days=30)
    third = program_of(cast["C"])
    revoke_token(token=revoked, at=NOW, by=cast["M"])
    assert problems(Program(first).get("ideas/")) == {
        "": "This token is revoked. Create another one on the page of your account."
    }
    assert Program(second).get("ideas/").status_code == 200
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        assert problems(Program(second).get("ideas/")) == {
            "": "This token has expired. Create another one on the page of your account."
        }
    assert third.get("ideas/").status_code == 200
    type(cast["C"]).objects.filter(pk=cast["C"].pk).update(is_active=False)
    assert third.get("ideas/").status_code == 401
    close_account(user=cast["P"], at=NOW, by=None)
    assert Program(second).get("ideas/").status_code == 401


@pytest.mark.parametrize("lacking", [scope for scope in SCOPES if not scope.startswith("ideas:")])
def test_a_scope_opens_its_area_only(cast: Cast, lacking: str):
    answer = program_of(cast["S"], lacking).get("ideas/")
    assert answer.status_code == 403
    assert problems(answer) == {"": "This token lacks the scope ideas:read. Create one that has it."}
    assert ApiToken.objects.get().last_used_at is None


def test_a_scope_to_read_changes_nothing_and_one_to_change_reads(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="captured")
    answer = program_of(cast["P"], "ideas:read").post(ACCEPT.format(idea.pk))
    assert problems(answer) == {"": "This token lacks the scope ideas:write. Create one that has it."}
    idea.refresh_from_db()
    assert idea.state == "captured"
    program = program_of(cast["P"], "ideas:write")
    assert program.post(ACCEPT.format(idea.pk)).json()["state"] == "accepted"
    assert program.get(f"ideas/{idea.pk}/").status_code == 200


def test_roles_are_those_of_today(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="captured")
    program = program_of(cast["P"])
    Membership.objects.filter(user=cast["P"]).update(ends_on=date(2026, 11, 23))
    assert program.post(ACCEPT.format(idea.pk)).status_code == 403
    Membership.objects.filter(user=cast["P"]).update(ends_on=date(2026, 1, 31))
    assert program.post(ACCEPT.format(idea.pk)).status_code in {403, 404}
    program = program_of(UserFactory(is_lab_staff=True, lab_role="reader"))
    assert program.get(f"ideas/{idea.pk}/").status_code == 200
    for pk in (idea.pk, 0):  # whatever it would change
        assert "You are a reader of the lab" in problems(program.post(ACCEPT.format(pk)))[""]
    idea.refresh_from_db()
    assert idea.state == "captured"


def test_a_person_who_needs_a_second_factor_uses_one_to_create_a_token(cast: Cast, settings: Any):
    settings.SECOND_FACTOR_REQUIRED = True
    without, with_factor = program_of(cast["S"]), program_of(cast["S"], with_second_factor=True)
    sentence = {"": "You need a second factor. Set it up, sign in with it, then create another token."}
    assert problems(without.get("ideas/")) == sentence
    assert problems(with_factor.get("ideas/")) == sentence
    factor = an_app(cast["S"])
    assert problems(without.get("ideas/")) == sentence
    assert with_factor.get("ideas/").status_code == 200
    factor.delete()
    assert problems(with_factor.get("ideas/")) == sentence
    assert program_of(cast["M"]).get("ideas/").status_code == 200


@pytest.mark.parametrize("method", ["read", "write"])
def test_requests_of_a_minute_are_counted_for_each_token(cast: Cast, method: str, settings: Any):
    settings.API_REQUESTS_PER_MINUTE = {"read": 9, "write": 9, method: 2}
    program, other = program_of(cast["M"]), program_of(cast["M"])

    def request(program: Program) -> Any:
        return program.get("ideas/") if method == "read" else program.post("ideas/")

    with time_machine.travel(NOW + timedelta(seconds=20), tick=False) as clock:
        assert [request(program).headers["RateLimit"] for _ in range(2)] == [
            f'"{method}";r=1;t=40',
            f'"{method}";r=0;t=40',
        ]
        answer = request(program)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "40")
        assert answer.headers["RateLimit-Policy"] == f'"{method}";q=2;w=60'
        assert "Wait until the next one begins" in problems(answer)[""]
        assert request(other).status_code != 429
        clock.shift(40)
        assert request(program).status_code != 429


def test_limits_are_600_requests_to_read_and_60_to_change():
    assert base.API_REQUESTS_PER_MINUTE == {"read": 600, "write": 60}


def test_use_is_recorded_every_five_minutes(cast: Cast):
    program = program_of(cast["M"])
    with time_machine.travel(NOW, tick=False) as clock:
        for minutes, recorded in ((0, 0), (4, 0), (1, 5)):
            clock.shift(minutes * 60)
            program.get("ideas/999999/")  # also one that is refused
            assert ApiToken.objects.get().last_used_at == NOW + timedelta(minutes=recorded)


def test_texts_are_in_the_language_of_the_person(cast: Cast):
    program = program_of(cast["M"])
    program.headers["accept-language"] = "fr"
    type(cast["M"]).objects.filter(pk=cast["M"].pk).update(language="en")
    assert problems(program.get("ideas/999999/"))[""].startswith("There is nothing at this address")
    assert timezone.get_current_timezone_name() == "Europe/Paris"


def test_every_refusal_is_a_problem(cast: Cast):
    program = program_of(cast["M"])
    for answer, status in (
        (program.get("nothing/"), 404),
        (program.get("ideas/abc/"), 404),
        (program.send("delete", "ideas/"), 405),
        (program.client.post("/api/v1/ideas/", "{", "application/json", headers=program.headers), 400),
        (program.client.post("/api/v1/ideas/", {"title": "x"}, headers=program.headers), 400),
        (program.client.post("/api/v1/ideas/", "[]", "application/json", headers=program.headers), 422),
    ):
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert program.send("delete", "ideas/").headers["Allow"]
