"""The list of the stakeholders of a cohort: its columns and filters."""

from __future__ import annotations

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
from web.lists.columns import NUMBER, ListColumn, Reader, by_choice, by_name, choice_label
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

    class Meta:
        model = Stakeholder
        fields: tuple[str, ...] = ()

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
    "name": ListColumn(
        header=gettext_lazy("Name"),
        value=lambda stakeholder: stakeholder.name,
        order=by_name("name"),
        width=32,
        always=True,
    ),
    "organisation": ListColumn(
        header=gettext_lazy("Organisation"),
        value=lambda stakeholder: stakeholder.organisation,
        order=by_name("organisation"),
        width=32,
        reads=("organisation",),
    ),
    "kind": ListColumn(
        header=gettext_lazy("Kind"),
        value=lambda stakeholder: choice_label(stakeholder, "kind"),
        order=by_name("kind"),
        width=14,
        by_default=False,
        reads=("kind",),
    ),
    "category": ListColumn(
        header=gettext_lazy("Category"),
        value=lambda stakeholder: choice_label(stakeholder, "category"),
        order=by_choice("category", StakeholderCategory.values),
        width=20,
        reads=("category",),
    ),
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
    "notes": ListColumn(
        header=gettext_lazy("Notes"),
        value=lambda stakeholder: stakeholder.notes,
        width=60,
        by_default=False,
        reads=("notes",),
    ),
    "actions": ListColumn(
        header=gettext_lazy("Actions"),
        value=lambda _stakeholder: None,
        html=_edit_link,
        always=True,
        offered_to=plans_sessions,
        in_file=False,
    ),
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
