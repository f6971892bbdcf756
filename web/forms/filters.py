"""The base class of list filters: it limits texts, and reports the values in a URL that it ignores."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import django_filters
from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from web.forms.fields import CHOICE_ERRORS

MAX_TEXT_CHARACTERS: Final = 200  # characters: an address stays within what servers accept


class IgnoredValue(NamedTuple):
    """A value in the URL that does not filter the list, with the label of its filter."""

    label: StrOrPromise
    value: str


def invalid_values(form: forms.BaseForm) -> list[IgnoredValue]:
    """Return the values in a URL that a filter form refuses, each with the label of its field."""
    invalid = (name for name in form.errors if name in form.fields and form.data.get(name))
    return [IgnoredValue(form[name].label, form.data[name]) for name in invalid]


def invalid_choices(form: forms.BaseForm) -> list[IgnoredValue]:
    """Return the values in a URL that the choice fields of a filter form refuse, each with the label of its field.

    Refused values of other fields are left out.
    """
    choices = {str(form[name].label) for name, field in form.fields.items() if isinstance(field, forms.ChoiceField)}
    return [ignored for ignored in invalid_values(form) if str(ignored.label) in choices]


def ignored_lines(ignored: Sequence[IgnoredValue]) -> list[tuple[str, str]]:
    """Return a pair of label and sentence for each value in a URL that a filter ignores, for an exported file.

    The sentence tells the reader to choose another value.
    """
    sentence = _("The filter “%(label)s” is ignored: it does not accept the value “%(value)s”. Choose another value.")
    return [
        (str(each.label), sentence % {"label": each.label, "value": Truncator(each.value).chars(60)})
        for each in ignored
    ]


class ListFilter(django_filters.FilterSet):
    """Filters a list by the parameters of a URL; `form.ignored` lists the values in the URL that it cannot use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in self.filters.values():
            if isinstance(each, django_filters.ChoiceFilter | django_filters.ModelChoiceFilter):
                each.extra.setdefault("error_messages", CHOICE_ERRORS)
            elif isinstance(each, django_filters.CharFilter):
                each.extra.setdefault("max_length", MAX_TEXT_CHARACTERS)

    @property
    def form(self) -> Any:
        """Return the form of the filters; its attribute `ignored` lists the values in the URL that do not filter the
        list.

        These are values that a field refuses, and values of filters the person is not offered.
        """
        form = super().form
        form.ignored = [*invalid_values(form), *self._values_of_omitted_filters(form)]
        return form

    def _values_of_omitted_filters(self, form: forms.Form) -> list[IgnoredValue]:
        """Return the values in the URL for filters that the form leaves out, because the person has nothing to choose
        there.
        """
        return [
            IgnoredValue(each.label, self.data[name])
            for name, each in self.base_filters.items()
            if name not in form.fields and (self.data or {}).get(name)
        ]
