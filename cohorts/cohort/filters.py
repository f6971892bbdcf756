"""How people narrow the lists of cohorts and of innovation teams."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.requests import person
from cohorts.access_queries import AccessRequestQuerySet
from cohorts.enums import CohortState, InvitationState, TeamState
from cohorts.invitation_queries import InvitationQuerySet
from cohorts.models import AccessRequest, Cohort, InnovationTeam, Invitation
from cohorts.visibility import CohortQuerySet
from programmes.models import Edition
from web.clock import today_everywhere
from web.filters import ListFilter


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


class InvitationFilter(ListFilter):
    """By words and by what became of them."""

    search = django_filters.CharFilter(label=_("Name or address"), method="named_like")
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=InvitationState.choices,
        empty_label=_("All states"),
        method="in_state",
    )

    class Meta:
        model = Invitation
        fields: list[str] = []

    def named_like(self, queryset: InvitationQuerySet, name: str, value: str) -> InvitationQuerySet:
        return queryset.named_like(value.strip())

    def in_state(self, queryset: InvitationQuerySet, name: str, value: str) -> InvitationQuerySet:
        return queryset.in_state(value, timezone.now())


class AccessFilter(ListFilter):
    """Requests to come in by words, and by whether somebody answered."""

    search = django_filters.CharFilter(label=_("Name, address or authority"), method="named_like")
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[("open", _("waiting for an answer")), ("answered", pgettext_lazy("request", "answered"))],
        method="in_state",
        empty_label=_("All states"),
    )

    class Meta:
        model = AccessRequest
        fields: list[str] = []

    def named_like(self, queryset: AccessRequestQuerySet, name: str, value: str) -> AccessRequestQuerySet:
        return queryset.named_like(value.strip())

    def in_state(self, queryset: AccessRequestQuerySet, name: str, value: str) -> AccessRequestQuerySet:
        return queryset.pending() if value == "open" else queryset.answered()


class TeamFilter(ListFilter):
    """Innovation teams by state, and by the edition of their cohort."""

    state = django_filters.ChoiceFilter(
        label=_("State"),
        field_name="state_then",
        choices=TeamState.choices,
        empty_label=_("All states"),
    )
    edition = django_filters.ModelChoiceFilter(
        label=_("Edition"),
        field_name="cohort__edition",
        to_field_name="slug",
        queryset=_editions,
        empty_label=_("All editions"),
    )

    class Meta:
        model = InnovationTeam
        fields: list[str] = []
