"""The list of authorities: its columns."""

from collections.abc import Mapping
from typing import Final

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from programmes.enums import AuthorityKind
from programmes.filters import AuthorityFilter
from programmes.models import Authority
from web.lists.columns import (
    FIGURE,
    NUMBER,
    ListColumn,
    Reader,
    by_choice,
    by_name,
    by_value,
    choice_label,
    text_column,
    value_column,
)
from web.lists.declarations import List
from web.templatetags.web import day


def _rows(reader: Reader) -> QuerySet[Authority]:
    """Return the authorities that the reader may see."""
    return Authority.objects.visible_to(reader.user)


def _name(authority: Authority) -> SafeString:
    """Return the name of the authority as a link to its page, and when it was dissolved."""
    dissolved = ""
    if authority.dissolved_on:
        text = _("dissolved on %(day)s") % {"day": day(authority.dissolved_on)}
        dissolved = format_html(" <small>{}</small>", text)
    return format_html('<a href="{}">{}</a>{}', authority.get_absolute_url(), authority.name, dissolved)


def _school_zone(authority: Authority) -> str:
    """Return the school zone in words: unknown, none, or the zone."""
    if authority.school_zone_unknown:
        return pgettext("school zone", "unknown")
    if authority.has_own_school_calendar:
        return _("none (own school calendar)")
    return choice_label(authority, "school_zone")


def _school_zone_cell(authority: Authority) -> SafeString | str:
    """Return the school zone in words; an unknown one is marked, because it needs attention."""
    text = _school_zone(authority)
    return format_html('<span class="mark">{}</span>', text) if authority.school_zone_unknown else text


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "name": ListColumn(
        header=gettext_lazy("Name"),
        value=lambda authority: authority.name,
        html=_name,
        order=by_name("name"),
        indexed=True,
        width=40,
        always=True,
        reads=("slug", "dissolved_on"),
    ),
    "kind": ListColumn(
        header=gettext_lazy("Kind"),
        value=lambda authority: str(authority.kind_label or choice_label(authority, "kind")),
        order=by_choice("kind", AuthorityKind.values),
        width=24,
        reads=("kind", "kind_label"),
    ),
    "seat": text_column("seat", gettext_lazy("Headquarters"), width=24),
    "school-zone": ListColumn(
        header=gettext_lazy("School zone"),
        value=lambda authority: choice_label(authority, "school_zone"),
        html=_school_zone_cell,
        order=by_value("school_zone"),
        width=16,
        reads=("school_zone", "holiday_subdivision"),
    ),
    "siren": value_column("siren", gettext_lazy("SIREN"), width=12, css=FIGURE, by_default=False),
    "insee": value_column("insee_code", gettext_lazy("INSEE code"), width=10, css=FIGURE, by_default=False),
    "dissolved": value_column("dissolved_on", gettext_lazy("Dissolved on"), width=12, css=NUMBER, by_default=False),
}

AUTHORITIES: Final = List(
    slug="authorities",
    title=gettext_lazy("Authorities"),
    route="programmes:authorities",
    rows=_rows,
    filters=AuthorityFilter,
    columns=COLUMNS,
    heading="name",
    order="name",
    reads=("name",),
    empty_icon="map-pin",
    empty_title=gettext_lazy("No authority yet"),
    empty_text=gettext_lazy("Authorities appear here once lab staff add them."),
)
