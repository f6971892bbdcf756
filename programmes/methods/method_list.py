"""The list of methods: its columns and filters."""

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
from web.lists.columns import NUMBER, ListColumn, Reader, choice_column, field_column, text_column, value_column
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
    "name": text_column("name", gettext_lazy("Name"), html=_name, width=32, always=True),
    "need": field_column("need", gettext_lazy("When to use it"), width=60),
    "phase": choice_column("phase", gettext_lazy("Phase"), PhaseKind.values, width=20),
    "time": value_column(
        "minutes", pgettext_lazy("duration", "Time"), html=lambda method: method.time, width=10, css=NUMBER
    ),
    "material": field_column("material", gettext_lazy("Material"), width=40, by_default=False),
    "steps": field_column("steps", gettext_lazy("Steps"), width=80, by_default=False),
    "licence": text_column("licence", gettext_lazy("Licence"), width=16, by_default=False),
    "author": text_column("author", gettext_lazy("Author"), width=24, by_default=False),
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
