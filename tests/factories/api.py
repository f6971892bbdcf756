"""Tokens, and programs that use them."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import factory
from django.test import Client

from accounts.models import User
from api.actions import create_token
from api.enums import SCOPES
from api.models import ApiToken, IdempotencyKey
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW


def token_of(user: User, *scopes: str, **fields: Any) -> tuple[ApiToken, str]:
    """Return a token of the user with its secret, by default with every scope and valid for a year."""
    arguments = {"name": "Dashboard", "days": 365, "at": NOW, **fields}
    return create_token(scopes=scopes or SCOPES, by=user, **arguments)


class ApiTokenFactory(factory.django.DjangoModelFactory):
    """A token to read ideas, whose secret nobody knows."""

    class Meta:
        model = ApiToken

    user = factory.SubFactory(UserFactory)
    name = "Dashboard"
    prefix = "lab_00000000"
    token_hash = factory.Sequence(lambda number: f"{number:064x}")
    scopes = ["ideas:read"]
    created_at = NOW
    expires_at = NOW + timedelta(days=30)


class IdempotencyKeyFactory(factory.django.DjangoModelFactory):
    """A key with which a change was sent."""

    class Meta:
        model = IdempotencyKey

    token = factory.SubFactory(ApiTokenFactory)
    key = factory.LazyFunction(uuid4)
    digest = "0" * 64
    address = "/api/v1/me/"
    created_at = NOW


class Program:
    """A program that uses the API with a token, and reads English."""

    def __init__(self, secret: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"authorization": f"Bearer {secret}", "accept-language": "en"}

    def get(self, address: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{address}", query, headers={**self.headers, **(headers or {})})

    def send(self, method: str, address: str, headers: dict[str, str] | None = None, **body: Any) -> Any:
        sent = {"data": json.dumps(body), "content_type": "application/json"}
        return self.client.generic(
            method.upper(), f"/api/v1/{address}", headers={**self.headers, **(headers or {})}, **sent
        )

    def post(self, address: str, headers: dict[str, str] | None = None, **body: Any) -> Any:
        return self.send("post", address, headers, **body)

    def patch(self, address: str, headers: dict[str, str] | None = None, **body: Any) -> Any:
        return self.send("patch", address, headers, **body)


def program_of(user: User, *scopes: str, **fields: Any) -> Program:
    return Program(token_of(user, *scopes, **fields)[1])


def problems(answer: Any) -> dict[str, str]:
    """Return the sentences of a problem by field; that of a problem without fields under ""."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    problem = answer.json()
    assert problem["status"] == answer.status_code
    return {each["field"]: each["detail"] for each in problem.get("errors", [])} or {"": problem["detail"]}
