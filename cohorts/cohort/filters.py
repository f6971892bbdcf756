"""Filters of the list of cohorts."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.requests import person
from cohorts.cohort.enums import CohortState
from cohorts.cohort.models import CohortQuerySet
from cohorts.models import Cohort
from programmes.models import Edition
from web.dates.clock import today_everywhere
from web.forms.filters import ListFilter


def _editions(request: HttpRequest | None) -> QuerySet[Edition]:
    """Those the person may see; none where nobody asks."""
    return Edition.objects.visible_to(person(request)).latest_first() if request else Edition.objects.none()


class CohortFilter(ListFilter):
    """By words, edition and state; who answers for cohorts, by what theirs lack."""

    search = django_filters.CharFilter(label=_("Name, site, code or authority"), method="named_like")
    edition = django_filters.ModelChoiceFilter(label=_("Edition"), queryset=_editions, empty_label=_("All editions"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=CohortState.choices, empty_label=_("All states"))
    missing = django_filters.ChoiceFilter(
        label=_("What is missing"),
        choices=[("pilot", _("without a pilot")), ("start", _("not started as planned"))],
        method="without",
        empty_label=_("All cohorts"),
    )

    class Meta:
        model = Cohort
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user, today = person(self.request), today_everywhere()
        if not (user.is_lab_staff or Cohort.objects.led_by(user, today).exists()):
            del self.filters["missing"]

    def without(self, queryset: CohortQuerySet, name: str, value: str) -> CohortQuerySet:
        """As the home page says it, and of the same cohorts: those the person answers for."""
        today = today_everywhere()
        led = queryset.led_by(person(self.request), today)
        return led.without_pilot(today) if value == "pilot" else led.overdue(today)

    def named_like(self, queryset: CohortQuerySet, name: str, value: str) -> CohortQuerySet:
        return queryset.named_like(value.strip())
