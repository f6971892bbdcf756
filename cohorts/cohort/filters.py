"""Filter of the list of cohorts."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cohorts.cohort.enums import CohortState
from cohorts.cohort.models import CohortQuerySet
from cohorts.models import Cohort
from programmes.models import Edition
from web.forms.filters import ListFilter, RowFilter
from web.lists.columns import Reader


def _editions(reader: Reader) -> QuerySet[Edition]:
    """Return the editions to choose from: those that the reader may see."""
    return Edition.objects.visible_to(reader.user)


class CohortFilter(ListFilter):
    """Filter of the list of cohorts by text, edition and state.

    For people who lead cohorts also by what is missing: cohorts without a pilot, or not started as planned.
    """

    q = django_filters.CharFilter(label=_("Name, site, code or authority"), method="named_like")
    edition = RowFilter(label=_("Edition"), field_name="edition", rows=_editions, empty_label=_("All editions"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=CohortState.choices, empty_label=_("All states"))
    missing = django_filters.ChoiceFilter(
        label=_("What is missing"),
        choices=[("pilot", _("without a pilot")), ("start", _("not started as planned"))],
        method="without",
        empty_label=_("All cohorts"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Remove the filter by what is missing for people who lead no cohort: neither lab staff, nor pilot or
        coordinator today.

        The arguments are those of the filter library; `reader` is required.
        """
        super().__init__(*args, **kwargs)
        user = self.reader.user
        if not (user.is_lab_staff or Cohort.objects.led_by(user, self.reader.today).exists()):
            del self.filters["missing"]

    def without(self, queryset: CohortQuerySet, name: str, value: str) -> CohortQuerySet:
        """Keep the cohorts led by the person (all of them for lab staff) that have no pilot, or that have not started
        as planned.

        `value` is "pilot" or "start"; `name`, the field of the filter, is not used.
        """
        today = self.reader.today
        led = queryset.led_by(self.reader.user, today)
        return led.without_pilot(today) if value == "pilot" else led.overdue(today)

    def named_like(self, queryset: CohortQuerySet, name: str, value: str) -> CohortQuerySet:
        """Keep the cohorts whose name, site or authority contains the text `value`, or whose code is that text.

        Accents and capitals are ignored; `name`, the field of the filter, is not used.
        """
        return queryset.named_like(value.strip())
