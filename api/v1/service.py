"""The API as an object of django-ninja: its routers, its errors, and its OpenAPI document."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from api.enums import ACCOUNT, Area, Permission, scope
from api.http.authentication import RateLimitReached
from api.http.forms import action_body
from api.http.header_fields import REQUEST_HEADERS, RESPONSE_HEADERS, request_headers, response_headers
from api.http.idempotency import AlreadySent, KeyUsedBefore, answer_again
from api.http.problems import Problem, add_handlers, problem_response
from api.http.requests import ApiRequest
from api.middleware import ROOT
from api.v1 import (
    account,
    calls,
    canvases,
    cohorts,
    comments,
    costs,
    effects,
    exchanges,
    figures,
    files,
    ideas,
    notes,
    programmes,
    rating_rounds,
    sessions,
)
from prototypes.action_pages.definitions import OfferedAction
from web.site_addresses import absolute_url

REFUSALS: Final = {
    "401": _("No valid token."),
    "403": _("The token has no scope for this, or its person may not do it."),
    "404": _("There is nothing at this address, or its person may not see it."),
    "422": _("Values that are not accepted."),
    "429": _("Too many requests in this minute."),
}
REFUSED_CHANGES: Final = {
    "400": _("The body is not JSON."),
    "409": _("The state of the object does not allow this."),
}
NOT_CHANGED: Final = _("Not modified: your ETag is current.")
TOO_LONG: Final = _("The address is longer than about 4,000 bytes.")
CHANGED_SINCE: Final = {"412": _("Someone changed the object since it was read.")}
KEY_USED_BEFORE: Final = "key-used-before"  # the anchor in the reference page that explains it


class LabAPI(NinjaAPI):
    """Adds to the OpenAPI document what all endpoints have: the scope that each needs, and the problems."""

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        """Return the path below which all endpoints are."""
        return ROOT

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the OpenAPI document, in the language in which it is read."""
        document = super().get_openapi_schema(**options)
        document["components"]["schemas"]["Problem"] = Problem.model_json_schema(
            ref_template="#/components/schemas/{model}"
        )
        document["components"]["schemas"] |= document["components"]["schemas"]["Problem"].pop("$defs")
        document["components"] |= {"parameters": REQUEST_HEADERS, "headers": RESPONSE_HEADERS}
        document["servers"] = [{"url": absolute_url("").rstrip("/")}]
        for path, offered in ideas.OFFERED.items():
            _name_actions(document, path, offered)
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                _complete(operation, path, method)
        return document


def _name_actions(document: OpenAPISchema, path: str, offered: Mapping[str, OfferedAction]) -> None:
    """Replace an address that takes any action by one address for each, with the label, text and form of its page."""
    path = ROOT.rstrip("/") + path
    general = document["paths"].pop(path)["post"]
    parameters = [each for each in general["parameters"] if each["name"] != "action"]
    schemas = document["components"]["schemas"]
    for slug, action in offered.items():
        body = action_body(action.form, action.form.__name__)
        schemas[body.__name__] = body.model_json_schema()
        schema = {"$ref": f"#/components/schemas/{body.__name__}"}
        document["paths"][path.replace("{action}", slug)] = {
            "post": {
                **general,
                "operationId": f"{general['operationId']}_{slug}".replace("-", "_"),
                "summary": format_lazy("{} · {}", general["summary"], action.label),
                "description": action.description,
                "parameters": list(parameters),
                "responses": dict(general["responses"]),
                "requestBody": {
                    "content": {"application/json": {"schema": schema}},
                    "required": bool(schemas[body.__name__].get("required")),
                },
            }
        }


def _complete(operation: dict[str, Any], path: str, method: str) -> None:
    """Add to an operation of the document the scope that it needs, its headers, and its refusals."""
    is_change = method != "get"
    [tag] = operation["tags"]
    permission = Permission.WRITE if is_change else Permission.READ
    operation["security"] = [{"TokenAuth": [] if tag == ACCOUNT else [scope(Area(tag), permission)]}]
    takes_version = is_change and 201 not in operation["responses"]
    operation["parameters"] += request_headers(is_change=is_change, takes_version=takes_version)
    for status, response in operation["responses"].items():
        response["headers"] = response_headers(status, is_change=is_change)
    refusals = REFUSALS | (REFUSED_CHANGES if is_change else {}) | (CHANGED_SINCE if takes_version else {})
    if "{" not in path:
        refusals.pop("404")
    if not is_change:
        operation["responses"]["304"] = {"description": NOT_CHANGED, "headers": response_headers(304, is_change=False)}
    if any(each.get("in") == "query" for each in operation["parameters"]):
        operation["responses"]["414"] = {"description": TOO_LONG, "headers": {}}  # by the server, before any view
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    operation["responses"] |= {
        status: {"description": text, "content": content, "headers": response_headers(int(status), is_change=is_change)}
        for status, text in sorted(refusals.items())
    }


api = LabAPI(
    title="labplatform",
    version="1",
    description=_(
        "Everything that pages show, and their main actions. A token does what its person may do on pages that day."
    ),
    openapi_url=None,
    docs_url=None,
    urls_namespace="api_v1",
)
add_handlers(api)


@api.exception_handler(RateLimitReached)
def too_many_requests(_request: Any, error: RateLimitReached) -> Any:
    """Return 429 with the seconds until the next minute begins."""
    text = _("This token made too many requests in this minute. Wait until the next one begins.")
    return problem_response(429, text, headers={"Retry-After": str(error.limit.seconds)})


@api.exception_handler(AlreadySent)
def already_sent(request: ApiRequest, error: AlreadySent) -> Any:
    """Return what the same request was answered before."""
    return answer_again(request, error.sent)


@api.exception_handler(KeyUsedBefore)
def key_used_before(_request: Any, _error: KeyUsedBefore) -> Any:
    """Return 422 with a type of its own, so that a program can tell it from values that are not accepted."""
    text = _("This Idempotency-Key was sent before with another request. Send a new key for a new change.")
    address = f"{absolute_url(ROOT)}#{KEY_USED_BEFORE}"
    return problem_response(422, text, type_=address, title="Idempotency-Key used before")


# effects before ideas: /ideas/{pk}/{action}/ would match follow-ups and indicators
work = (effects, ideas, rating_rounds, canvases, comments)
for module in (account, programmes, cohorts, sessions, *work, notes, exchanges, figures, costs, calls, files):
    api.add_router("", module.router)
