"""Errors of the API as `application/problem+json` (RFC 9457), with the sentences that pages and forms show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http.client import responses
from typing import Any, Final

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import ConfigDict

from web.errors import DomainError, Refused

MEDIA_TYPE: Final = "application/problem+json"
FIRST_ERROR: Final = 400
DETAILS: Final = {
    400: gettext_lazy("The request could not be read. Send valid JSON."),
    401: gettext_lazy("Send a valid token in the header “Authorization: Bearer …”."),
    404: gettext_lazy("There is nothing at this address, or you may not see it."),
    405: gettext_lazy("This address does not accept this method."),
    422: gettext_lazy("Some values were not accepted. Correct them, then send the request again."),
}
# The sentences for values that pydantic refuses, by the beginning of its name for the error.
WRONG_TYPES: Final = {
    "extra_forbidden": gettext_lazy("There is no such field here."),
    "missing": gettext_lazy("This field is required."),
    "string_type": gettext_lazy("Send a text."),
    "bool": gettext_lazy("Send true or false."),
    "int": gettext_lazy("Send a whole number."),
    "decimal": gettext_lazy("Send a number."),
    "date": gettext_lazy("Send a day, such as 2026-11-24."),
    "list": gettext_lazy("Send a list."),
    "dict": gettext_lazy("Send an object."),
    "model": gettext_lazy("Send an object."),
}
CHANGED_SINCE: Final = gettext_lazy("Someone else saved changes since you read this. Read it again, then send yours.")
SERVER_ERROR: Final = gettext_lazy("The platform could not answer. Try again later.")


class FieldProblem(Schema):
    """What is wrong with one value: the name of the parameter or field, and the sentence that its form shows."""

    field: str
    detail: str


class Problem(Schema):
    """Why a request was refused. `title` is the name of the status, `detail` says what to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "about:blank",
                    "title": "Unprocessable Entity",
                    "status": 422,
                    "detail": "Some values were not accepted. Correct them, then send the request again.",
                    "errors": [{"field": "title", "detail": "This field is required."}],
                }
            ]
        }
    )

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


class InvalidValues(Exception):
    """Values that were sent are not accepted: each pair names the parameter or field and holds the sentence."""

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        super().__init__()
        self.errors = list(errors)

    @classmethod
    def of_form(cls, form: BaseForm) -> InvalidValues:
        """Return the errors of a form; those above the form have no field."""
        return cls(
            ("" if name == "__all__" else name, str(message))
            for name, messages in form.errors.items()
            for message in messages
        )


class PreconditionFailed(Exception):
    """Someone changed the object since the client read it: the header If-Match names another version."""


def problem_response(
    status: int,
    detail: object = "",
    *,
    type_: str = "about:blank",
    title: object = "",
    errors: Iterable[tuple[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a response with this status; `detail` is the sentence that says why, by default that of the status.

    A kind of problem that programs may want to tell from others has a `type_`, an address, and a `title`.
    """
    content: dict[str, Any] = {
        "type": type_,
        "title": str(title or responses.get(status, "Error")),
        "status": status,
        "detail": str(detail or DETAILS.get(status, SERVER_ERROR)),
    }
    if listed := [{"field": field, "detail": str(text)} for field, text in errors]:
        content["errors"] = listed
    return HttpResponse(json.dumps(content), status=status, content_type=MEDIA_TYPE, headers=headers)


def add_handlers(api: NinjaAPI) -> None:
    """Have the API answer every error that has a sentence with a problem."""

    @api.exception_handler(DomainError)
    def refused_by_rule(_request: HttpRequest, error: DomainError) -> HttpResponse:
        """Return 409 for what a rule of the domain forbids now."""
        return problem_response(409, error)

    @api.exception_handler(Refused)
    def refused(_request: HttpRequest, error: Refused) -> HttpResponse:
        """Return 403 with the reason why the person may not do this."""
        return problem_response(403, error)

    @api.exception_handler(Http404)
    def not_found(_request: HttpRequest, _error: Http404) -> HttpResponse:
        """Return 404, the same for what does not exist and for what belongs to others."""
        return problem_response(404)

    @api.exception_handler(AuthenticationError)
    def not_authenticated(_request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        """Return 401; the message of the error is empty unless the token is known."""
        detail = "" if error.message == "Unauthorized" else error.message
        return problem_response(401, detail, headers={"WWW-Authenticate": "Bearer"})

    @api.exception_handler(HttpError)
    def unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
        """Return the status of the error, such as 400 for a body that is no JSON."""
        return problem_response(error.status_code)

    @api.exception_handler(ValidationError)
    def invalid_types(_request: HttpRequest, error: ValidationError) -> HttpResponse:
        """Return 422 for values of a wrong type, and for fields that do not exist."""
        return problem_response(422, errors=[_field_and_text(each) for each in error.errors])

    @api.exception_handler(InvalidValues)
    def invalid_values(_request: HttpRequest, error: InvalidValues) -> HttpResponse:
        """Return 422 with the sentences that the form shows."""
        return problem_response(422, errors=error.errors)

    @api.exception_handler(PreconditionFailed)
    def changed_since(_request: HttpRequest, _error: PreconditionFailed) -> HttpResponse:
        """Return 412 for a change of a version that is not the current one."""
        return problem_response(412, CHANGED_SINCE)


def _field_and_text(error: Mapping[str, Any]) -> tuple[str, str]:
    """Return the name of the parameter or field that pydantic refuses, and the sentence why."""
    source, *path = (str(part) for part in error["loc"])
    return ".".join(path[1:] if source == "body" else path), text_of(error)


def text_of(error: Mapping[str, Any]) -> str:
    """Return the sentence for a value that pydantic refuses; for rare errors its own, in English."""
    name = error["type"]
    return str(WRONG_TYPES.get(name) or WRONG_TYPES.get(name.partition("_")[0], error["msg"]))
