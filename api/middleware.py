"""Requests of programs: no cookies, errors as problems, versions, and the rate limit in the headers."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from api.actions import record_use
from api.http.idempotency import in_one_transaction, sends_key
from api.http.problems import FIRST_ERROR, MEDIA_TYPE, problem_response
from api.http.requests import ApiRequest, as_api_request
from api.http.versions import etag_of
from web.site_addresses import absolute_url

ROOT: Final = "/api/v1/"  # itself the page for people that describes the API
OK: Final = 200
ADDED: Final = frozenset({201, 202})


def serve_programs(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Return the middleware for the API; it leaves all other requests as they are."""

    def respond(request: HttpRequest) -> HttpResponse:
        """Return the response to a request, an error as a problem."""
        return _as_problem(get_response(request))

    def middleware(request: HttpRequest) -> HttpResponse:
        """Answer a request below `/api/v1/`: the token alone says who makes it, and no cookie is read or set."""
        if not request.path_info.startswith(ROOT) or request.path_info == ROOT:
            return get_response(request)
        request.COOKIES = {}
        request.META.pop("HTTP_COOKIE", None)
        if request.method == "HEAD":
            request.method = "GET"  # the server leaves out the body
        api_request = as_api_request(request)
        response = in_one_transaction(respond, api_request) if sends_key(request) else respond(request)
        response.cookies.clear()
        if api_request.api_token:
            record_use(token=api_request.api_token, at=timezone.now())
        if api_request.rate_limit:
            for name, value in api_request.rate_limit.headers.items():
                response.headers[name] = value
        return _with_version(api_request, response)

    return middleware


def _as_problem(response: HttpResponse) -> HttpResponse:
    """Return an error as a problem, also where it is not an endpoint that refused, such as at an unknown address."""
    if response.status_code < FIRST_ERROR or response.headers.get("Content-Type") == MEDIA_TYPE:
        return response
    headers = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
    return problem_response(response.status_code, headers=headers)


def _with_version(request: ApiRequest, response: HttpResponse) -> HttpResponse:
    """Return a successful response with the ETag of what it returns, and its address if that is another one.

    To a GET, return 304 when the client has it already.

    A client may store what it reads, and asks each time whether it still holds.
    """
    if response.status_code not in {OK, *ADDED}:
        return response
    if not response.has_header("ETag"):  # files bring theirs
        response.headers["ETag"] = etag_of(response.content)
    if request.address:
        response.headers["Content-Location"] = request.address
        if response.status_code in ADDED:
            response.headers["Location"] = absolute_url(request.address)
    if request.method != "GET":
        return response
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization, Accept-Language"
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response
