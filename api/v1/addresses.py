"""What addresses name: the object that a change is about, and cohorts by their id or by their slug."""

from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from ninja import Status

from accounts.requests import person
from api.http.requests import ApiRequest
from cohorts.models import Cohort
from web.database.keys import is_slug, key_of

R = TypeVar("R")


def answer_change(request: ApiRequest, row: R, route: str, pk: int) -> R:
    """Return what a change is answered with, and note its address: that of the endpoint `route` for the key `pk`.

    The middleware sends it as Location or Content-Location, and stores it with the Idempotency-Key.
    """
    request.address = reverse(f"api_v1:{route}", args=[pk])
    return row


def answer_creation(request: ApiRequest, row: Any, route: str) -> Status[Any]:
    """Return the response 201 with a new row; its address is as for `answer_change`."""
    return Status(201, answer_change(request, row, route, row.pk))


def with_key(rows: QuerySet[Any], text: str, *, prefix: str = "") -> str:
    """Return a text that names a row by its slug after the prefix with its id in place of the slug; others as they are.

    Takes one statement for a slug.
    """
    slug = text.removeprefix(prefix)
    if not (text.startswith(prefix) and is_slug(slug)) or key_of(slug):
        return text
    key = rows.filter(slug=slug).values_list("pk", flat=True).first()
    return f"{prefix}{key}" if key else text


def slug_of_key(rows: QuerySet[Any], text: str) -> str:
    """Return the slug of the row that a text names by its id (one statement); other texts as they are."""
    key = key_of(text)
    return next(iter(rows.filter(pk=key).values_list("slug", flat=True)), text) if key else text


def cohort_slug(request: HttpRequest, text: str) -> str:
    """Return the slug of the cohort that an address names by its id or its slug.

    A text that names no cohort of this person is returned as it is, and is not found.
    """
    return slug_of_key(Cohort.objects.visible_to(person(request)), text)
