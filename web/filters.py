"""The base of filtered lists: bounded texts, and the report of the values of an address that narrow nothing."""

from typing import Any, Final, NamedTuple

import django_filters
from django import forms
from django_stubs_ext import StrOrPromise

from web.forms import CHOOSE

LONGEST_TEXT: Final = 200  # characters: an address stays within what servers accept


class Ignored(NamedTuple):
    """A value of the address that the list is not narrowed by, with the label of its filter."""

    label: StrOrPromise
    value: str


def refused_values(form: forms.BaseForm) -> list[Ignored]:
    """Return the values that their own field finds wrong."""
    wrong = (name for name in form.errors if name in form.fields and form.data.get(name))
    return [Ignored(form[name].label, form.data[name]) for name in wrong]


def refused_choices(form: forms.BaseForm) -> list[Ignored]:
    """Return the values that are not among the choices of their field; a text that is refused is no choice."""
    choices = {str(form[name].label) for name, field in form.fields.items() if isinstance(field, forms.ChoiceField)}
    return [ignored for ignored in refused_values(form) if str(ignored.label) in choices]


class ListFilter(django_filters.FilterSet):
    """Narrows a list by what an address asks for; `form.ignored` names the values that it cannot use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in self.filters.values():
            if isinstance(each, django_filters.ChoiceFilter | django_filters.ModelChoiceFilter):
                each.extra.setdefault("error_messages", CHOOSE)
            elif isinstance(each, django_filters.CharFilter):
                each.extra.setdefault("max_length", LONGEST_TEXT)

    @property
    def form(self) -> Any:
        """The form of the filters, with what it ignores."""
        form = super().form
        form.ignored = [*refused_values(form), *self._not_offered(form)]
        return form

    def _not_offered(self, form: forms.Form) -> list[Ignored]:
        """Return the values of filters that are declared but left out, because this person has nothing to choose."""
        return [
            Ignored(each.label, self.data[name])
            for name, each in self.base_filters.items()
            if name not in form.fields and (self.data or {}).get(name)
        ]
