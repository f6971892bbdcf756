"""Filter of the list of invitations."""

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cohorts.invitations.enums import InvitationState
from cohorts.invitations.models import InvitationQuerySet
from cohorts.models import Invitation
from web.forms.filters import ListFilter


class InvitationFilter(ListFilter):
    """Filter of invitations by text and state."""

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
        """Keep the invitations whose name or address contains the text `value`, ignoring accents and capitals.

        `name` is the field of the filter and is not used.
        """
        return queryset.named_like(value.strip())

    def in_state(self, queryset: InvitationQuerySet, name: str, value: str) -> InvitationQuerySet:
        """Keep the invitations that are now in the state `value`: "pending", "expired", "accepted" or "revoked".

        `name` is the field of the filter and is not used.
        """
        return queryset.in_state(value, timezone.now())
