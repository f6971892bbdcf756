"""Lists for programs: the rows and filters of the lists of pages, in the order of their keys, by cursor."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterable, Iterator
from typing import Any, Final, Generic, TypeVar

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Field, Schema

from accounts.requests import person
from api.http.problems import WRONG_TYPES, InvalidValues
from lists.access import open_list
from web.database.keys import key_of
from web.forms.filters import ListFilter, RowFilter
from web.lists.declarations import List
from web.site_addresses import absolute_url

T = TypeVar("T")
MAX_ROWS: Final = 200
ROWS: Final = 50
TRUTH_VALUES: Final = frozenset({"true", "false"})


class PageQuery(Schema):
    """The part of a list that is wanted."""

    cursor: str = Field("", max_length=64, description="Where the list goes on: taken from “next” of the part before.")
    limit: int = Field(ROWS, ge=1, le=MAX_ROWS, description="How many rows at most, 50 by default.")


class Page(Schema, Generic[T]):
    """A part of a list, in the order of `id`. `next` is the address of the next part; null after the last row."""

    items: list[T]
    next: str | None = Field(None, examples=["https://lab.example/api/v1/ideas/?cursor=NDI"])


def filtered_rows(request: HttpRequest, of_list: List, subject_key: str = "", subject: Any = None) -> QuerySet[Any]:
    """Return the rows of a list that the address asks for, filtered as its page is.

    `subject_key` is that of the object the list belongs to, `subject` the object if it was read before. Raises Http404
    or Refused if the person may not see the list, InvalidValues for a parameter that it does not know or a value that
    its filter refuses.
    """
    bound_list = open_list(person(request), of_list, request.GET, subject_key, subject=subject)
    check_names(request, [*of_list.filters.base_filters, *PageQuery.model_fields])
    _check_values(request, bound_list.filters)
    rows: QuerySet[Any] = bound_list.filters.qs
    return rows


def read_page(request: HttpRequest, rows: QuerySet[Any], query: PageQuery) -> dict[str, Any]:
    """Return the part of the rows that the address asks for, in the order of their keys (`Page`).

    It checks neither the reader nor the parameters: `filtered_rows` does.
    """
    part = list(rows.filter(pk__gt=_key_after(query.cursor)).order_by("pk")[: query.limit + 1])
    items = part[: query.limit]
    return {"items": items, "next": _address_after(request, items[-1].pk) if len(part) > query.limit else None}


def read_unfiltered_page(request: HttpRequest, rows: QuerySet[Any], query: PageQuery) -> dict[str, Any]:
    """Return the part of rows without filters that the address asks for (`Page`, one statement)."""
    check_names(request, PageQuery.model_fields)
    return read_page(request, rows, query)


def check_names(request: HttpRequest, known: Iterable[str]) -> None:
    """Raise InvalidValues when the address has parameters other than these, or has one twice."""
    errors = [(name, _("There is no such parameter here.")) for name in sorted(request.GET.keys() - {*known})]
    errors += [(name, _("Send this parameter once.")) for name, values in request.GET.lists() if len(values) > 1]
    if errors:
        raise InvalidValues(errors)


def _check_values(request: HttpRequest, filters: ListFilter) -> None:
    """Raise InvalidValues for values that a filter refuses, and for a filter that the person is not offered."""
    errors = [(name, str(text)) for name, texts in filters.form.errors.items() for text in texts]
    errors += [
        (name, str(WRONG_TYPES["bool"]))
        for name, each in filters.base_filters.items()
        if isinstance(each, django_filters.BooleanFilter) and request.GET.get(name, "true") not in TRUTH_VALUES
    ]
    errors += [
        (name, _("You have nothing to choose from here: leave this filter out."))
        for name in filters.base_filters
        if name not in filters.form.fields and request.GET.get(name)
    ]
    if errors:
        raise InvalidValues(errors)


def _key_after(cursor: str) -> int:
    """Return the key after which a part of a list begins; 0 for the first part."""
    if not cursor:
        return 0
    try:
        key = key_of(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii"))
    except (Error, ValueError):
        key = None
    if not key:
        raise InvalidValues([("cursor", _("Take the cursor from “next” of the part before."))])
    return key


def _address_after(request: HttpRequest, key: int) -> str:
    """Return the address of the part of the list that follows the row with this key."""
    parameters = request.GET.copy()
    parameters["cursor"] = urlsafe_b64encode(str(key).encode()).decode().rstrip("=")
    return absolute_url(f"{request.path}?{parameters.urlencode()}")


def filter_parameters(of_list: List) -> dict[str, Any]:
    """Return the filters of a list as parameters for the OpenAPI document, with the labels that its page has."""
    return {
        "parameters": [
            {"in": "query", "name": name, "required": False, "schema": _schema_of(each), "description": each.label}
            for name, each in of_list.filters.base_filters.items()
        ]
    }


def _schema_of(each: django_filters.Filter) -> dict[str, Any]:
    """Return the JSON schema of the values that a filter takes."""
    if isinstance(each, RowFilter):
        return {"type": "string", "description": gettext_lazy("Its id, its slug if it has one, or a part of its name.")}
    if isinstance(each, django_filters.ChoiceFilter):
        return {"type": "string", "enum": list(choice_values(each.extra.get("choices", ())))}
    if isinstance(each, django_filters.BooleanFilter):
        return {"type": "boolean"}
    if isinstance(each, django_filters.DateFilter):
        return {"type": "string", "format": "date"}
    return {"type": "string", "maxLength": 200}


def choice_values(choices: Any) -> Iterator[str]:
    """Yield the values of the choices of a form or filter, out of their groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from choice_values(label)
        else:
            yield str(value)
