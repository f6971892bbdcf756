"""The base class of list filters: it limits texts, and reports the values in a URL that it ignores."""

from collections.abc import Callable, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from web.database.prepared import prepared
from web.forms.fields import CHOICE_ERRORS
from web.forms.row_fields import RowField, choice_rows, few_choices

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


class RowFilter(django_filters.Filter):
    """Filters by a related row, such as a cohort: chosen from a list while there are few, typed by name otherwise.

    `rows` returns the rows that the reader of the filter set may choose. They depend on its `user` alone, so that their
    SQL is composed once, unless they are `of_subject`, the object whose list it is.
    """

    def __init__(
        self,
        *,
        rows: Callable[[Any], QuerySet[Any]],
        name: str = "name",
        empty_label: StrOrPromise = "",
        typed: bool = False,
        of_subject: bool = False,
        **options: Any,
    ) -> None:
        """Create the filter; `rows` is called with the reader, `name` is the column of the name of a row.

        With `typed`, the name is always typed, and no choices are read. `empty_label` is the choice of all rows;
        `options` are those of any filter.
        """
        super().__init__(**options)
        self.rows, self.name, self.empty_label, self.typed = rows, name, empty_label, typed
        self.of_subject = of_subject
        self.choices_of_user = prepared(lambda user: choice_rows(rows(SimpleNamespace(user=user)), name))

    @property
    def field(self) -> RowField:
        """The form field, with its choices while there are at most 30 (one statement unless `typed`, once for a
        reader).
        """
        if not hasattr(self, "_field"):
            reader = self.parent.reader
            key = (self.rows, self.name)
            if not self.typed and key not in reader.choices:
                if self.of_subject:
                    reader.choices[key] = few_choices(choice_rows(self.rows(reader), self.name))
                else:
                    reader.choices[key] = few_choices(self.choices_of_user(reader.user))
            self._field = RowField(
                rows=partial(self.rows, reader),
                name=self.name,
                choices=reader.choices.get(key),
                empty_label=self.empty_label,
                label=self.label,
                required=False,
            )
        return self._field

    @property
    def has_choice(self) -> bool:
        """Whether there is something to choose: names to type, or at least two rows."""
        return self.field.choices is None or len(self.field.choices) > 1

    def filter(self, queryset: QuerySet[Any], value: tuple[int, ...]) -> QuerySet[Any]:
        """Return the rows that belong to one of the chosen ones; all without a choice."""
        return queryset.filter(**{f"{self.field_name}__in": value}) if value else queryset


class ListFilter(django_filters.FilterSet):
    """Filters a list by the parameters of a URL; `form.ignored` lists the values in the URL that it cannot use.

    `reader` is who reads the list (`web.lists.columns.Reader`), for filters that depend on the person.
    """

    def __init__(self, *args: Any, reader: Any = None, **kwargs: Any) -> None:
        """Create the filter set for the parameters of a URL and a queryset; filters by a row without a choice are left
        out, unless the URL uses them.
        """
        super().__init__(*args, **kwargs)
        self.reader = reader
        for name, each in list(self.filters.items()):
            if isinstance(each, RowFilter) and not (each.has_choice or (self.data or {}).get(name)):
                del self.filters[name]
        for each in self.filters.values():
            if isinstance(each, django_filters.ChoiceFilter):
                each.extra.setdefault("error_messages", CHOICE_ERRORS)
            elif isinstance(each, django_filters.CharFilter):
                each.extra.setdefault("max_length", MAX_TEXT_CHARACTERS)

    @property
    def order(self) -> str:
        """The name of the column to sort by, with "-" before it for the opposite order, where what is chosen suggests
        one; "" where it does not.
        """
        return ""

    @cached_property
    def form(self) -> Any:
        """The form of the filters; its attribute `ignored` lists the values in the URL that do not filter the
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
