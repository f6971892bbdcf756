"""The JSON answers to what a phone sends."""

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse, JsonResponse


def saved_response(row: Any, **details: Any) -> HttpResponse:
    """Return the answer to a draft that is recorded as `row`, also when it was before: its address, and `details`."""
    return JsonResponse({"outcome": "taken", "href": row.get_absolute_url(), **details})


def invalid_response(form: BaseForm) -> HttpResponse:
    """Return the answer to a draft whose form is not valid: “refused”, with the form's own sentences by field."""
    return refusal_response({name: [str(reason) for reason in reasons] for name, reasons in form.errors.items()})


def refusal_response(reasons: Mapping[str, list[str]], *, status: int = 200) -> HttpResponse:
    """Return the answer to a refused draft or picture: `outcome` “refused”, and the `reasons` by field.

    The field `__all__` holds reasons that belong to no field.
    """
    return JsonResponse({"outcome": "refused", "reasons": reasons}, status=status)
