"""Changes that are sent twice: the same Idempotency-Key makes one change, and is answered the same for a day.

The key and the change are one transaction. So a second request waits for a first one that is under way, and a change
whose answer was lost on the way is not made again.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils.translation import gettext as _

from api.http.problems import FIRST_ERROR, InvalidValues
from api.http.requests import ApiRequest
from api.models import MAX_KEYS, ApiToken, IdempotencyKey

IDEMPOTENCY_KEY: Final = "Idempotency-Key"
READING_METHODS: Final = frozenset({"GET", "HEAD"})


class KeyUsedBefore(Exception):
    """The key was sent before with another request."""


class AlreadySent(Exception):
    """The same request was sent before with this key, whose row is `sent`."""

    def __init__(self, sent: IdempotencyKey) -> None:
        super().__init__()
        self.sent = sent


def sends_key(request: HttpRequest) -> bool:
    """Return whether the request is a change with a key."""
    return request.method not in READING_METHODS and bool(request.headers.get(IDEMPOTENCY_KEY))


def in_one_transaction(get_response: Callable[[HttpRequest], HttpResponse], request: ApiRequest) -> HttpResponse:
    """Return the response to a change with a key, which is stored with the change; after an error neither is."""
    with transaction.atomic():
        response = get_response(request)
        sent = request.idempotency_key
        if response.status_code >= FIRST_ERROR:
            transaction.set_rollback(True)
        elif sent is not None:
            sent.status, sent.address = response.status_code, request.address
            sent.save(update_fields=["status", "address"])
    return response


def claim_key(request: ApiRequest, token: ApiToken, at: datetime) -> None:
    """Reserve the key of a request for its token, or raise AlreadySent when the same request was made before.

    Raises KeyUsedBefore for another request with this key, InvalidValues for a key that is no UUID. Waits for a
    request with the same key that is under way.
    """
    if not sends_key(request):
        return
    key, digest = _key_of(request), _digest_of(request)
    of_token = IdempotencyKey.objects.filter(token=token)
    surplus = of_token.order_by("-pk").values("pk")[MAX_KEYS - 1 :]
    (of_token.outdated(at) | of_token.filter(pk__in=surplus)).delete()
    sent, is_new = of_token.get_or_create(token=token, key=key, defaults={"digest": digest, "created_at": at})
    if not is_new:
        raise AlreadySent(sent) if sent.digest == digest else KeyUsedBefore
    request.idempotency_key = sent  # `in_one_transaction` fills it


def answer_again(request: ApiRequest, sent: IdempotencyKey) -> HttpResponse:
    """Return what a change was answered when it was first sent: its status, and the object as its person reads it now.

    A problem when they may no longer read it.
    """
    endpoint, method = resolve(sent.address), request.method
    request.method, request.address = "GET", sent.address  # for the middleware
    try:
        response: HttpResponse = endpoint.func(request, **endpoint.kwargs)
    finally:
        request.method = method
    if response.status_code < FIRST_ERROR:
        response.status_code = sent.status
        response.headers["Idempotency-Replayed"] = "true"
    return response


def form_key(request: ApiRequest) -> UUID | None:
    """Return the key for the form of a page, which creates a row once for each: that of the request, for its token."""
    sent = request.idempotency_key
    return uuid5(sent.key, str(sent.token_id)) if sent else None


def _key_of(request: HttpRequest) -> UUID:
    """Return the key of a request; raise InvalidValues when it is no UUID."""
    try:
        return UUID(request.headers[IDEMPOTENCY_KEY])
    except ValueError as error:
        text = _("Send a UUID, such as 6f1f2c5e-4f6e-4c66-9d5c-3c1f7f0f6b11.")
        raise InvalidValues([(IDEMPOTENCY_KEY, text)]) from error


def _digest_of(request: HttpRequest) -> str:
    """Return the hash of what a request asks for: method, address and body."""
    return hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).hexdigest()
