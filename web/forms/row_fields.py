"""The form field for a related row, such as a cohort: chosen while there are few of them, typed by name otherwise."""

from collections.abc import Callable, Iterable
from typing import Any, Final
from unicodedata import combining, normalize

from django import forms
from django.contrib.postgres.lookups import Unaccent
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from web.database.keys import key_of
from web.forms.fields import CHOICE_ERRORS

MAX_CHOICES: Final = 30  # rows to choose from; one of more rows is typed by its name
MAX_MATCHES: Final = 100  # rows that a typed name may mean


def _name_key(choice: tuple[int, str]) -> tuple[str, int]:
    """Return the key by which choices, pairs of key and name, are sorted: accents and capitals do not count."""
    key, name = choice
    plain = "".join(character for character in normalize("NFKD", name) if not combining(character))
    return plain.casefold(), key


def choice_rows(rows: QuerySet[Any], name: str) -> QuerySet[Any, Any]:
    """Return key and name of at most 31 of the rows; `name` is the column of their name.

    PostgreSQL stops after these, and so does not sort them.
    """
    return rows.order_by().values_list("pk", name)[: MAX_CHOICES + 1]


def few_choices(choices: Iterable[tuple[int, str]]) -> list[tuple[int, str]] | None:
    """Return the choices, pairs of key and name, by name; None if there are more than 30."""
    by_name = sorted(choices, key=_name_key)
    return by_name if len(by_name) <= MAX_CHOICES else None


class RowField(forms.CharField):
    """A related row by its key, or related rows by a part of their name; the value is the tuple of their keys.

    `choices` are pairs of key and name to choose from, None if the name is typed. `selected_name` is the name of the
    row that is chosen, else what was typed; `selected_key` is its key, None unless it is one.
    """

    def __init__(
        self,
        *,
        rows: Callable[[], QuerySet[Any]],
        name: str,
        choices: list[tuple[int, str]] | None,
        empty_label: StrOrPromise = "",
        **options: Any,
    ) -> None:
        """Create the field; `rows` returns those that may be chosen, `name` is the column of their name.

        With `choices` it is a list to choose from, with `empty_label` for no choice. `options` are those of a text
        field.
        """
        super().__init__(**options)
        self.rows, self.name, self.choices, self.selected_name = rows, name, choices, ""
        self.selected_key: int | None = None
        if choices is not None:
            self.widget = forms.Select(choices=[("", empty_label), *choices])

    def clean(self, value: Any) -> tuple[int, ...]:
        """Return the keys of the rows that the value means; () for none. Raises ValidationError when no row fits."""
        text = super().clean(value).strip()
        matches = self._matches(text) if text else []
        if text and not matches:
            typed = _("Nothing here has this name. Type another one.")
            raise forms.ValidationError(typed if self.choices is None else CHOICE_ERRORS["invalid_choice"])
        self.selected_key, self.selected_name = matches[0] if len(matches) == 1 else (None, text)
        return tuple(pk for pk, _name in matches)

    def prepare_value(self, value: Any) -> Any:
        """Return what the field shows of the row that the address names: its key among choices, else its name."""
        return (self.selected_name if self.choices is None else self.selected_key) or value

    def _matches(self, text: str) -> list[tuple[int, str]]:
        """Return key and name of the row with this key, else of those with this slug or name, else of those whose name
        contains it.
        """
        key = key_of(text)
        if key and self.choices is not None:
            return [choice for choice in self.choices if choice[0] == key]
        rows = self.rows()
        if key and (row := rows.filter(pk=key).values_list("pk", self.name).first()):
            return [row]
        has_slug = "slug" in {field.name for field in rows.model._meta.fields}
        slug = F("slug") if has_slug else Value("")
        named = rows.alias(plain=Lower(Unaccent(self.name)), own_slug=slug)
        matching = named.filter(Q(plain__contains=Lower(Unaccent(Value(text)))) | Q(own_slug=text)).order_by("pk")
        matches = list(matching.values_list("pk", self.name, slug)[:MAX_MATCHES])
        exact = [match for match in matches if text.lower() in (match[1].lower(), match[2])]
        return [match[:2] for match in exact or matches]
