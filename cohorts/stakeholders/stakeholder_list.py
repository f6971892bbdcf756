"""The list of the stakeholders of a cohort: its columns and filters."""

from collections.abc import Mapping
from typing import Any, Final

import django_filters
from django.db.models import F, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cohorts.cohort.list_subject import cohort_subject, plans_sessions
from cohorts.models import Stakeholder
from cohorts.stakeholders.enums import StakeholderCategory
from web.forms.filters import ListFilter
from web.lists.columns import (
    NUMBER,
    ListColumn,
    Reader,
    button_column,
    by_name,
    choice_column,
    choice_label,
    field_column,
    text_column,
)
from web.lists.declarations import List
from web.site_addresses import cached_reverse


class StakeholderFilter(ListFilter):
    """Filter of the stakeholders of a cohort by name and category."""

    q = django_filters.CharFilter(label=gettext_lazy("Filter by name"), method="named_like")
    category = django_filters.ChoiceFilter(
        label=gettext_lazy("Category"),
        choices=StakeholderCategory.choices,
        empty_label=gettext_lazy("All categories"),
    )

    def named_like(self, stakeholders: Any, _name: str, text: str) -> QuerySet[Stakeholder]:
        """Return those of the stakeholders whose name or organisation contains the text; accents and capitals do not
        matter.
        """
        rows: QuerySet[Stakeholder] = stakeholders.named_like(text.strip())
        return rows


def _rows(reader: Reader) -> QuerySet[Stakeholder]:
    """Return the stakeholders of the cohort that the reader may see."""
    return Stakeholder.objects.visible_to(reader.user).filter(cohort=reader.subject.cohort)


def _with_days_met(stakeholders: Any, _reader: Reader) -> QuerySet[Stakeholder]:
    """Annotate stakeholders with `days_met`: on how many days of sessions they were present."""
    rows: QuerySet[Stakeholder] = stakeholders.with_days_met()
    return rows


def _edit_link(stakeholder: Stakeholder) -> SafeString:
    """Return the link to the form of the stakeholder."""
    return format_html(
        '<a href="{}">{}<span class="visually-hidden">: {}</span></a>',
        cached_reverse("cohorts:edit_stakeholder", stakeholder.pk),
        _("Edit"),
        stakeholder.name,
    )


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "name": text_column("name", gettext_lazy("Name"), width=32, always=True),
    "organisation": text_column("organisation", gettext_lazy("Organisation"), width=32),
    "kind": ListColumn(
        header=gettext_lazy("Kind"),
        value=lambda stakeholder: choice_label(stakeholder, "kind"),
        order=by_name("kind"),
        width=14,
        by_default=False,
        reads=("kind",),
    ),
    "category": choice_column("category", gettext_lazy("Category"), StakeholderCategory.values, width=20),
    "influence": ListColumn(
        header=gettext_lazy("Influence"),
        value=lambda stakeholder: choice_label(stakeholder, "influence"),
        order=(F("influence").desc(), F("interest").desc(), *by_name("name")),
        width=12,
        reads=("influence",),
    ),
    "interest": ListColumn(
        header=gettext_lazy("Interest"),
        value=lambda stakeholder: choice_label(stakeholder, "interest"),
        order=(F("interest").desc(), F("influence").desc(), *by_name("name")),
        width=12,
        reads=("interest",),
    ),
    "days-met": ListColumn(
        header=gettext_lazy("Days met"),
        value=lambda stakeholder: stakeholder.days_met,
        order=(F("days_met").asc(),),
        width=10,
        css=NUMBER,
        annotate=_with_days_met,
    ),
    "notes": field_column("notes", gettext_lazy("Notes"), width=60, by_default=False),
    "actions": button_column(gettext_lazy("Actions"), _edit_link, offered_to=plans_sessions),
}

STAKEHOLDERS: Final = List(
    slug="stakeholders",
    title=gettext_lazy("Stakeholders"),
    route="cohorts:stakeholders",
    rows=_rows,
    filters=StakeholderFilter,
    columns=COLUMNS,
    heading="name",
    order="influence",
    reads=("name",),
    subject=cohort_subject,
    empty_icon="handshake",
    empty_title=gettext_lazy("No stakeholder yet"),
    empty_text=gettext_lazy(
        "People and organisations the cohort works with: users, agents, elected officials, partners."
    ),
)
