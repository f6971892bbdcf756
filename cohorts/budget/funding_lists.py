"""The lists of the agreements with funders and of the statements issued to them: their columns and filters."""

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

import django_filters
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_stubs_ext import StrOrPromise

from cohorts.models import Agreement, Statement
from cohorts.permissions import can_manage_cohorts
from programmes.models import Edition
from web.forms.filters import ListFilter, RowFilter
from web.lists.columns import FIGURE, NUMBER, ListColumn, Reader, button_column, by_value, text_column, value_column
from web.lists.declarations import List
from web.site_addresses import cached_reverse
from web.templatetags.web import euros, number


def _editions(reader: Reader) -> QuerySet[Edition]:
    """Return the editions to choose from: those that the reader may see."""
    return Edition.objects.visible_to(reader.user)


class AgreementFilter(ListFilter):
    """Filter of agreements by funder or reference, and edition."""

    q = django_filters.CharFilter(label=gettext_lazy("Funder or reference"), method="named_like")
    edition = RowFilter(
        label=gettext_lazy("Edition"),
        field_name="edition",
        rows=_editions,
        empty_label=gettext_lazy("All editions"),
    )

    def named_like(self, rows: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Return those of the agreements whose funder or reference contains the text."""
        text = text.strip()
        return rows.filter(Q(funder__name__unaccent__icontains=text) | Q(reference__unaccent__icontains=text))


class StatementFilter(ListFilter):
    """Filter of statements by funder, edition, and whether another one replaces them."""

    q = django_filters.CharFilter(label=gettext_lazy("Funder"), method="named_like")
    edition = RowFilter(
        label=gettext_lazy("Edition"),
        field_name="agreement__edition",
        rows=_editions,
        empty_label=gettext_lazy("All editions"),
    )

    def named_like(self, rows: QuerySet[Any], _name: str, text: str) -> QuerySet[Any]:
        """Return those of the statements whose funder contains the text."""
        return rows.filter(funder_name__unaccent__icontains=text.strip())


def _agreements(reader: Reader) -> QuerySet[Agreement]:
    """Return the agreements that the reader may see."""
    return Agreement.objects.visible_to(reader.user, reader.today)


def _statements(reader: Reader) -> QuerySet[Statement]:
    """Return the statements that the reader may see."""
    return Statement.objects.visible_to(reader.user, reader.today)


def _day_column(name: str, header: StrOrPromise) -> ListColumn:
    """Return a column with the day in the field `name`."""
    return ListColumn(header=header, value=attrgetter(name), order=by_value(name), width=12, css=FIGURE, reads=(name,))


def _euro_column(name: str, header: StrOrPromise) -> ListColumn:
    """Return a column with the amount in the field `name`."""
    return ListColumn(
        header=header,
        value=attrgetter(name),
        html=lambda row: euros(getattr(row, name)),
        order=by_value(name),
        css=NUMBER,
        reads=(name,),
    )


def _agreement_link(agreement: Agreement) -> SafeString:
    """Return the name of the funder as a link to the page of the agreement."""
    return format_html('<a href="{}">{}</a>', agreement.get_absolute_url(), agreement.funder.name)


def _agreement_links(agreement: Agreement) -> SafeString:
    """Return the links to the forms that change the agreement and that issue a statement on it."""
    return format_html(
        '<a href="{}">{}<span class="visually-hidden">: {}</span></a> · '
        '<a href="{}">{}<span class="visually-hidden">: {}</span></a>',
        *(cached_reverse("cohorts:edit_agreement", agreement.pk), _("Edit"), agreement.funder.name),
        *(cached_reverse("cohorts:issue_statement", agreement.pk), _("Issue a statement"), agreement.funder.name),
    )


def _writes(reader: Reader) -> bool:
    """Return whether the reader may change agreements."""
    return bool(can_manage_cohorts(reader.user))


def _statement_link(statement: Statement) -> SafeString:
    """Return the number of the statement as a link to its page, and whether another one replaces it."""
    replaced = _("replaced") if statement.replacement_key else ""  # type: ignore[attr-defined] # annotated below
    return format_html('<a href="{}">{}</a> <small>{}</small>', statement.get_absolute_url(), statement, replaced)


def _with_replacement(rows: QuerySet[Any], _reader: Reader) -> QuerySet[Any]:
    """Annotate each statement with `replacement_key`, the key of the statement that replaces it, or None."""
    annotated: QuerySet[Any] = rows.annotate(replacement_key=F("replacement__pk"))
    return annotated


AGREEMENT_COLUMNS: Final[Mapping[str, ListColumn]] = {
    "funder": text_column("funder__name", gettext_lazy("Funder"), html=_agreement_link, width=32, always=True),
    "for": ListColumn(
        header=pgettext_lazy("agreement", "For"),
        value=lambda row: str(row.cohort or row.edition),
        order=(Coalesce("cohort__name", "edition__name").asc(),),
        width=28,
        reads=("cohort__name", "edition__name"),
    ),
    "edition": text_column("edition__name", gettext_lazy("Edition"), width=28, by_default=False),
    "share": value_column(
        "share", gettext_lazy("Share (%)"), html=lambda row: number(row.share, 2), width=10, css=NUMBER
    ),
    "amount": value_column(
        "amount", gettext_lazy("Fixed amount (€)"), html=lambda row: euros(row.amount), width=16, css=NUMBER
    ),
    "from": _day_column("starts_on", pgettext_lazy("agreement", "From")),
    "until": _day_column("ends_on", pgettext_lazy("agreement", "Until")),
    "reference": text_column("reference", gettext_lazy("Reference"), width=28),
    "actions": button_column(gettext_lazy("Actions"), _agreement_links, offered_to=_writes),
}

STATEMENT_COLUMNS: Final[Mapping[str, ListColumn]] = {
    "number": ListColumn(
        header=gettext_lazy("Statement"),
        value=str,
        html=_statement_link,
        order=by_value("number"),
        width=10,
        css=FIGURE,
        always=True,
        annotate=_with_replacement,
    ),
    "funder": text_column("funder_name", gettext_lazy("Funder"), width=32),
    "for": text_column("subject_name", pgettext_lazy("agreement", "For"), width=28),
    "first-day": _day_column("first_day", gettext_lazy("First day")),
    "last-day": _day_column("last_day", gettext_lazy("Last day")),
    "planned": _euro_column("planned", gettext_lazy("Planned (€)")),
    "spent": _euro_column("spent", gettext_lazy("Spent (€)")),
    "due": _euro_column("due", gettext_lazy("Due (€)")),
    "issued-on": _day_column("issued_on", gettext_lazy("Issued on")),
}

AGREEMENTS: Final = List(
    slug="agreements",
    title=gettext_lazy("Agreements with funders"),
    route="cohorts:agreements",
    rows=_agreements,
    filters=AgreementFilter,
    columns=AGREEMENT_COLUMNS,
    heading="funder",
    order="funder",
    reads=("funder__name",),
    name=lambda row: row.funder.name,
    empty_icon="handshake",
    empty_title=gettext_lazy("No agreement yet."),
    empty_text=gettext_lazy("Who funds your cohorts, by which share or amount, appears here."),
)

STATEMENTS: Final = List(
    slug="statements",
    title=gettext_lazy("Statements to funders"),
    route="cohorts:statements",
    rows=_statements,
    filters=StatementFilter,
    columns=STATEMENT_COLUMNS,
    heading="number",
    order="-number",
    reads=("number",),
    empty_icon="file-text",
    empty_title=gettext_lazy("No statement yet."),
    empty_text=gettext_lazy("Statements issued to the funders of your cohorts appear here."),
)
