"""The list of methods: its columns and filters."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

import django_filters
from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from programmes.enums import PhaseKind
from programmes.methods.models import Method
from programmes.methods.uses import uses_in_words
from web.forms.filters import ListFilter
from web.lists.columns import NUMBER, ListColumn, Reader, by_choice, by_name, by_value, choice_label
from web.lists.declarations import List


class MethodFilter(ListFilter):
    """Filter of the methods by words, phase and time."""

    q = django_filters.CharFilter(label=gettext_lazy("Filter by keyword"), method="containing")
    phase = django_filters.ChoiceFilter(
        label=gettext_lazy("Phase"),
        choices=PhaseKind.choices,
        method="fitting_phase",
        empty_label=gettext_lazy("All phases"),
    )
    time = django_filters.ChoiceFilter(
        label=pgettext_lazy("duration", "Time"),
        choices=[
            ("60", gettext_lazy("one hour at most")),
            ("120", gettext_lazy("two hours at most")),
            ("240", gettext_lazy("half a day at most")),
        ],
        field_name="minutes",
        lookup_expr="lte",
        empty_label=gettext_lazy("Any time"),
    )

    class Meta:
        model = Method
        fields: tuple[str, ...] = ()

    def containing(self, methods: QuerySet[Method], _name: str, text: str) -> QuerySet[Method]:
        """Return those of the methods whose name, need or material contains the text; accents and capitals do not
        matter.
        """
        places = ("name", "need", "material")
        return methods.filter(
            Q(*((f"{place}__unaccent__icontains", text.strip()) for place in places), _connector="OR")
        )

    def fitting_phase(self, methods: QuerySet[Method], _name: str, phase: str) -> QuerySet[Method]:
        """Return those of the methods that are for the phase, or for any phase."""
        return methods.filter(phase__in=(phase, ""))


def _rows(reader: Reader) -> QuerySet[Method]:
    """Return the methods that the reader may see."""
    return Method.objects.visible_to(reader.user)


def _load_uses(methods: Sequence[Method], reader: Reader) -> None:
    """Set on each method where it is used, in words, as `uses`."""
    words = uses_in_words(reader.user, [method.pk for method in methods])
    for method in methods:
        method.uses = words.get(method.pk, "")  # type: ignore[attr-defined]


def _file_notes(_reader: Reader, columns: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield what a file says about its numbers: times are in minutes."""
    if "time" in columns:
        yield pgettext("duration", "Time"), _("in minutes")


def _name(method: Method) -> SafeString:
    """Return the name of the method as a link to its page."""
    return format_html('<a href="{}">{}</a>', method.get_absolute_url(), method.name)


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "name": ListColumn(
        header=gettext_lazy("Name"),
        value=lambda method: method.name,
        html=_name,
        order=by_name("name"),
        width=32,
        always=True,
    ),
    "need": ListColumn(
        header=gettext_lazy("When to use it"), value=lambda method: method.need, width=60, reads=("need",)
    ),
    "phase": ListColumn(
        header=gettext_lazy("Phase"),
        value=lambda method: choice_label(method, "phase"),
        order=by_choice("phase", PhaseKind.values),
        width=20,
        reads=("phase",),
    ),
    "time": ListColumn(
        header=pgettext_lazy("duration", "Time"),
        value=lambda method: method.minutes,
        html=lambda method: method.time,
        order=by_value("minutes"),
        width=10,
        css=NUMBER,
        reads=("minutes",),
    ),
    "material": ListColumn(
        header=gettext_lazy("Material"),
        value=lambda method: method.material,
        width=40,
        by_default=False,
        reads=("material",),
    ),
    "steps": ListColumn(
        header=gettext_lazy("Steps"), value=lambda method: method.steps, width=80, by_default=False, reads=("steps",)
    ),
    "licence": ListColumn(
        header=gettext_lazy("Licence"),
        value=lambda method: method.licence,
        order=by_name("licence"),
        width=16,
        by_default=False,
        reads=("licence",),
    ),
    "author": ListColumn(
        header=gettext_lazy("Author"),
        value=lambda method: method.author,
        order=by_name("author"),
        width=24,
        by_default=False,
        reads=("author",),
    ),
    "uses": ListColumn(header=gettext_lazy("Used in"), value=lambda method: method.uses, width=32),
}

METHODS: Final = List(
    slug="methods",
    title=gettext_lazy("Methods"),
    route="programmes:methods",
    rows=_rows,
    filters=MethodFilter,
    columns=COLUMNS,
    heading="name",
    order="name",
    reads=("name",),
    load_for_cells=_load_uses,
    file_notes=_file_notes,
    empty_icon="layers",
    empty_title=gettext_lazy("No method yet"),
    empty_text=gettext_lazy("Ways to work that the lab describes for sessions and tests appear here."),
)
