"""Changes by programs: the JSON of a request goes through the form and the action of a page."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final, TypeVar, cast

from django import forms
from django.forms import BaseForm
from django_stubs_ext import StrOrPromise
from ninja import Field, Schema
from pydantic import ConfigDict, ValidationError, create_model

from api.http.field_texts import CONDITIONS, EXAMPLES
from api.http.idempotency import form_key
from api.http.problems import WRONG_TYPES, InvalidValues, text_of
from api.http.requests import ApiRequest
from web.forms.pages import apply_form

R = TypeVar("R")
F = TypeVar("F", bound=BaseForm)
AnyForm = forms.Form | forms.ModelForm[Any]
HIDDEN: Final = frozenset({"idempotency_key", "version_token"})  # of pages; here a header field says it
# The JSON of the fields of forms; the first kind that fits counts.
TYPES: Final[list[tuple[type[forms.Field], Any]]] = [
    (forms.ModelMultipleChoiceField, list[int]),
    (forms.ModelChoiceField, int),
    (forms.MultipleChoiceField, list[str]),
    (forms.BooleanField, bool),
    (forms.DecimalField, Decimal),
    (forms.IntegerField, int),
    (forms.DateField, date),
]


class FormBody(Schema):
    """The base of bodies that a form reads; names that it does not have are refused."""

    model_config = ConfigDict(extra="forbid")

    def values(self) -> dict[str, Any]:
        """Return the values that were sent, without those that were left out."""
        return {name: getattr(self, name) for name in self.model_fields_set}

    def require(self, name: str) -> Any:
        """Return the value of a field that no form checks; raise InvalidValues when it was not sent."""
        value = getattr(self, name)
        if value is None:
            raise InvalidValues([(name, str(WRONG_TYPES["missing"]))])
        return value


def body_of(
    form: type[AnyForm],
    name: str,
    *,
    change: bool = False,
    **more: tuple[Any, StrOrPromise],
) -> type[FormBody]:
    """Return the schema of the JSON that the form `form` reads, called `name`.

    Its fields, labels, help texts and choices are those of the form. The form itself checks what is missing, so that
    its sentence is the one of the page; with `change` nothing is required, and what is left out stays as it is.
    Fields that are required of some rows only say when (`CONDITIONS`, `required_if`). `more` are required fields that
    the form lacks, each with its type and its description (`FormBody.require`).
    """
    conditions = {**CONDITIONS, **_conditions_of(form)}
    fields = {
        field_name: field
        for field_name, field in form.base_fields.items()
        if field_name not in HIDDEN and not isinstance(field, forms.FileField)
    }
    required = [
        *(each for each, field in fields.items() if not change and each not in conditions and _is_required(field)),
        *more,
    ]
    described = {
        each: (_type_of(field), _describe(field.label, field.help_text, conditions.get(each), choices=_choices(field)))
        for each, field in fields.items()
    } | {each: (type_, _describe(text)) for each, (type_, text) in more.items()}
    typed: dict[str, Any] = {
        each: (type_ | None, Field(None, json_schema_extra=describe)) for each, (type_, describe) in described.items()
    }

    def mark_required(schema: dict[str, Any]) -> None:
        """Name the required fields in the JSON schema, which pydantic does not check, and add an example."""
        if names := [*schema.get("required", ()), *required]:
            schema["required"] = names
        for each in required:
            values = schema["properties"][each]
            values["anyOf"] = [kind for kind in values["anyOf"] if kind != {"type": "null"}]
        schema["examples"] = [example_of(schema)]

    base = type(name, (FormBody,), {"model_config": ConfigDict(extra="forbid", json_schema_extra=mark_required)})
    return create_model(name, __base__=base, **typed)


def _is_required(field: forms.Field) -> bool:
    """Return whether a value must be sent: where the form proposes none. It proposes today as a day."""
    return field.required and field.initial is None and not isinstance(field, forms.DateField | forms.BooleanField)


def _type_of(field: forms.Field) -> Any:
    """Return the type of the JSON value of a form field."""
    if isinstance(field, forms.TypedChoiceField):
        return type(_choices(field)[0])
    return next((type_ for kind, type_ in TYPES if isinstance(field, kind)), str)


def _conditions_of(form: type[AnyForm]) -> dict[str, StrOrPromise]:
    """Return when the fields of a form are required that `required_if` made optional, by name."""
    return {
        name: field.required_condition
        for name, field in form.base_fields.items()
        if hasattr(field, "required_condition")
    }


def example_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return an example of a body, from its JSON schema: the required fields, and those that are in `EXAMPLES`."""
    fields, required = schema["properties"], schema.get("required", ())
    return {
        name: _fitting(EXAMPLES.get(name), each.get("enum", ()))
        for name, each in fields.items()
        if name in EXAMPLES or name in required
    }


def _fitting(example: Any, choices: Sequence[Any]) -> Any:
    """Return the example if it is among the choices, else the first of these; without choices the example."""
    return choices[0] if choices and example not in choices else example


def _choices(field: forms.Field) -> list[Any]:
    """Return the values to choose from in a field with fixed choices; [] for any other."""
    has_choices = type(field) in {forms.ChoiceField, forms.TypedChoiceField}
    return [value for value, _label in getattr(field, "choices", ()) if value != ""] if has_choices else []


def _describe(*texts: StrOrPromise | None, choices: Sequence[Any] = ()) -> Callable[[dict[str, Any]], None]:
    """Return the function that adds the texts and choices of a field to its JSON schema."""

    def describe(schema: dict[str, Any]) -> None:
        """Add them in the language in which the document is read."""
        schema.pop("title", None)
        schema["description"] = " · ".join(str(text) for text in texts if text)
        if choices:
            schema["enum"] = list(choices)

    return describe


def form_values(request: ApiRequest, form: BaseForm, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data with which to bind the form: what was sent, and for what was left out what the form proposes.

    The header Idempotency-Key takes the place of the hidden key of the page.
    """
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    values |= {name: value for name, value in body.items() if name in form.fields}
    if "idempotency_key" in form.fields:
        values["idempotency_key"] = form_key(request)
    return values


def sent_form(request: ApiRequest, make_form: Callable[[dict[str, Any] | None], F], body: Mapping[str, Any]) -> F:
    """Return the form of a page, filled with a body and valid; raise InvalidValues with its sentences.

    `make_form` returns the form for its data, None for the empty form.
    """
    form = make_form(form_values(request, make_form(None), body))
    form.full_clean()
    refuse_errors(form)
    return form


def refuse_errors(form: BaseForm) -> None:
    """Raise InvalidValues when the form has errors."""
    if form.errors:
        raise InvalidValues.of_form(form)


def save_form(
    request: ApiRequest,
    make_form: Callable[[dict[str, Any] | None], BaseForm],
    body: Mapping[str, Any],
    action: Callable[..., R],
    **arguments: Any,
) -> R:
    """Run the action with the values of a form, as its page does, and return its result.

    `make_form` is as for `sent_form`. Raises InvalidValues for invalid values, and for what the action refuses.
    """
    form = sent_form(request, make_form, body)
    result: Any = apply_form(form, action, **arguments)
    refuse_errors(form)
    return cast("R", result)


@cache
def action_body(form: type[forms.Form], name: str) -> type[FormBody]:
    """Return the schema of the JSON for an action that has this form."""
    return body_of(form, name)


def check_body(schema: type[FormBody], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a body that is read by one of several schemas; raise InvalidValues if it does not fit."""
    try:
        return schema.model_validate(body).values()
    except ValidationError as error:
        raise InvalidValues((".".join(map(str, each["loc"])), text_of(each)) for each in error.errors()) from error
