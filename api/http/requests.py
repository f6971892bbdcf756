"""A request to an endpoint, with what its token, its key and its endpoint add to it."""

from typing import cast

from django.http import HttpRequest

from api.http.rate_limits import RateLimit
from api.models import ApiToken, IdempotencyKey


class ApiRequest(HttpRequest):
    """A request below `/api/v1/`.

    `api_token` is its token once it may do this; `rate_limit` what is left of its limit; `idempotency_key` the row of
    its key, if it sends one; `address` the path that reads what it changed.
    """

    api_token: ApiToken | None
    rate_limit: RateLimit | None
    idempotency_key: IdempotencyKey | None
    address: str


def as_api_request(request: HttpRequest) -> ApiRequest:
    """Return the same request with these attributes, still empty."""
    api_request = cast("ApiRequest", request)
    api_request.api_token = api_request.rate_limit = api_request.idempotency_key = None
    api_request.address = ""
    return api_request
