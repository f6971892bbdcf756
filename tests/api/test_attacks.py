"""Attacks on tokens and endpoints: each is refused, changes nothing, and shows nothing of others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.actions import close_account
from api.actions import revoke_token
from api.models import ApiToken
from cohorts.models import Membership
from prototypes.models import Idea
from tests.factories.api import Program, program_of, token_of
from tests.factories.cast import NOW, Cast
from tests.factories.prototypes import IdeaFactory

pytestmark = pytest.mark.django_db
HIDDEN = "Zqsecret"


@dataclass
class Scene:
    """A pilot with a token of every scope, an idea of their cohort, and one that they may not see."""

    cast: Cast
    token: ApiToken
    secret: str
    own: int
    hidden: int

    @property
    def program(self) -> Program:
        return Program(self.secret)

    def with_header(self, value: str, **headers: str) -> Any:
        return Client().get("/api/v1/ideas/", headers={"authorization": value, **headers})

    def accept(self, program: Program | None = None, **headers: str) -> Any:
        return (program or self.program).post(f"ideas/{self.own}/accept/", headers)

    def change(self, **body: Any) -> Any:
        return self.program.patch(f"ideas/{self.own}/", **body)

    def add(self, **body: Any) -> Any:
        return self.program.post("ideas/", **{"title": "Counter", "target": f"cohort-{self.cast.cohort.pk}", **body})

    def send_text(self, text: str, content_type: str = "application/json") -> Any:
        return self.program.client.post("/api/v1/ideas/", text, content_type, headers=self.program.headers)


def revoked(scene: Scene) -> Any:
    revoke_token(token=scene.token, at=NOW, by=scene.cast["P"])
    return scene.accept()


def expired(scene: Scene) -> Any:
    with time_machine.travel(NOW + timedelta(days=365), tick=False):
        return scene.accept()


def closed_account(scene: Scene) -> Any:
    close_account(user=scene.cast["P"], at=NOW, by=None)
    return scene.accept()


def person_who_left(scene: Scene) -> Any:
    Membership.objects.filter(user=scene.cast["P"]).update(ends_on=date(2026, 11, 23))
    return scene.accept()


def signed_in(scene: Scene, role: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(scene.cast[role])
    return client


def session_with_a_token(scene: Scene) -> Any:
    headers = program_of(scene.cast["X"]).headers
    return signed_in(scene, "S").get(f"/api/v1/ideas/{scene.own}/", headers=headers)


def token_in_a_cookie(scene: Scene) -> Any:
    client = Client()
    client.cookies["Authorization"] = client.cookies["token"] = scene.secret
    return client.get("/api/v1/ideas/")


ATTACKS: dict[str, tuple[int, Callable[[Scene], Any]]] = {
    "no token": (401, lambda scene: Client().get("/api/v1/ideas/")),
    "no value": (401, lambda scene: scene.with_header("Bearer ")),
    "a secret cut short": (401, lambda scene: scene.with_header(f"Bearer {scene.secret[:-1]}")),
    "a secret made longer": (401, lambda scene: scene.with_header(f"Bearer {scene.secret}a")),
    "a secret in capitals": (401, lambda scene: scene.with_header(f"Bearer {scene.secret.upper()}")),
    "the hash that is stored": (401, lambda scene: scene.with_header(f"Bearer {scene.token.token_hash}")),
    "half of the hash": (401, lambda scene: scene.with_header(f"Bearer {scene.token.token_hash[:32]}")),
    "the beginning that lists show": (401, lambda scene: scene.with_header(f"Bearer {scene.token.prefix}")),
    "the key of the row": (401, lambda scene: scene.with_header(f"Bearer {scene.token.pk}")),
    "another scheme": (401, lambda scene: scene.with_header(f"Basic {scene.secret}")),
    "two headers": (401, lambda scene: scene.with_header(f"Bearer {scene.secret},Bearer {scene.secret}")),
    "a pattern": (401, lambda scene: scene.with_header("Bearer lab_%")),
    "in the address": (401, lambda scene: Client().get("/api/v1/ideas/", {"access_token": scene.secret})),
    "in the body": (401, lambda scene: Client().post("/api/v1/ideas/", {"access_token": scene.secret})),
    "in a cookie": (401, token_in_a_cookie),
    "a name from a proxy": (401, lambda scene: scene.with_header("", **{"x-forwarded-user": scene.cast["S"].email})),
    "a session alone": (401, lambda scene: signed_in(scene, "S").get("/api/v1/ideas/")),
    "a session together with a token": (404, session_with_a_token),
    "on a page": (302, lambda scene: Client().get("/ideas/", headers=scene.program.headers)),
    "to create a token": (302, lambda scene: Client().post("/account/tokens/new/", headers=scene.program.headers)),
    "revoked": (401, revoked),
    "expired": (401, expired),
    "of a closed account": (401, closed_account),
    "of a person who left": (403, person_who_left),
    "a scope of another area": (403, lambda scene: scene.accept(program_of(scene.cast["P"], "exchanges:write"))),
    "a scope to read": (403, lambda scene: scene.accept(program_of(scene.cast["P"], "ideas:read"))),
    "another method in a header": (
        403,
        lambda scene: scene.accept(program_of(scene.cast["P"], "ideas:read"), **{"x-http-method-override": "GET"}),
    ),
    "another method in the address": (422, lambda scene: scene.program.get("ideas/", _method="POST")),
    "a method that is not offered": (405, lambda scene: scene.program.send("delete", f"ideas/{scene.own}/")),
    "an idea of others": (404, lambda scene: scene.program.get(f"ideas/{scene.hidden}/")),
    "events of others": (404, lambda scene: scene.program.get(f"ideas/{scene.hidden}/events/")),
    "an action on others": (404, lambda scene: scene.program.post(f"ideas/{scene.hidden}/accept/")),
    "a change of others": (404, lambda scene: scene.program.patch(f"ideas/{scene.hidden}/", title="Mine")),
    "a cohort of others": (404, lambda scene: scene.program.get(f"cohorts/{scene.cast.other_cohort.pk}/members/")),
    "into a cohort of others": (422, lambda scene: scene.add(target=f"cohort-{scene.cast.other_cohort.pk}")),
    "by the slug of others": (422, lambda scene: scene.add(target=f"cohort-{scene.cast.other_cohort.slug}")),
    "an owner from elsewhere": (422, lambda scene: scene.change(owner=scene.cast["N"].pk)),
    "a field that is derived": (422, lambda scene: scene.change(state="implemented")),
    "the cohort of an idea": (422, lambda scene: scene.change(cohort=scene.cast.other_cohort.pk)),
    "the key of the form": (422, lambda scene: scene.add(idempotency_key="6f1f2c5e-4f6e-4c66-9d5c-3c1f7f0f6b11")),
    "an old version": (412, lambda scene: scene.accept(**{"if-match": '"0123"'})),
    "a cursor below all rows": (422, lambda scene: scene.program.get("ideas/", cursor="LTE")),
    "a cursor that is no number": (422, lambda scene: scene.program.get("ideas/", cursor="Jw")),
    "a cursor beyond all keys": (422, lambda scene: scene.program.get("ideas/", cursor="OTk5OTk5OTk5OTk5OTk5OTk5OTk")),
    "more rows than offered": (422, lambda scene: scene.program.get("ideas/", limit=10**9)),
    "a key beyond all keys": (404, lambda scene: scene.program.get(f"ideas/{10**30}/")),
    "a path": (404, lambda scene: scene.program.get("cohorts/..%2f..%2fadmin/")),
    "a body too large": (400, lambda scene: scene.send_text("[" + " " * 3_000_000 + "]")),
    "a body too deep": (400, lambda scene: scene.send_text("[" * 100_000)),
    "a body of a browser": (400, lambda scene: scene.send_text("title=Counter", "application/x-www-form-urlencoded")),
    "a list for an object": (422, lambda scene: scene.send_text("[]")),
    "an object for a text": (422, lambda scene: scene.add(title={"$ne": ""})),
    "a text too long": (422, lambda scene: scene.add(title="a" * 5000)),
    "a text with a null character": (422, lambda scene: scene.add(title="a\0b")),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_attack_is_refused_changes_nothing_and_shows_nothing_of_others(cast: Cast, attack: str):
    own = IdeaFactory(cohort=cast.cohort, title="Own", state="captured")
    hidden = IdeaFactory(cohort=cast.other_cohort, title=HIDDEN, state="captured")
    token, secret = token_of(cast["P"])
    status, send = ATTACKS[attack]
    answer = send(Scene(cast, token, secret, own.pk, hidden.pk))
    assert answer.status_code == status, answer.content
    assert HIDDEN not in answer.content.decode()
    if status != 302:
        assert (answer.headers["Content-Type"], dict(answer.cookies)) == ("application/problem+json", {})
    assert [*Idea.objects.order_by("pk").values_list("title", "state", "cohort")] == [
        ("Own", "captured", cast.cohort.pk),
        (HIDDEN, "captured", cast.other_cohort.pk),
    ]
