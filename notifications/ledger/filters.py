"""The filter of the ledger, the list of all e-mails."""

from typing import Any, Final

import django_filters
from django.db.models import Exists, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notifications.emails.models import DeliveryQuerySet
from notifications.enums import DeliveryState
from notifications.models import Delivery, DeliveryItem, MailSwitch
from notifications.registries import event_kinds
from web.forms.filters import ListFilter

MAX_PEOPLE: Final = 100  # whose e-mails are looked up by their keys


def _kinds() -> list[tuple[str, Any]]:
    """Return pairs of slug and label of each kind of event that has e-mails, for the filter's choices."""
    return [(slug, kind.label) for slug, kind in event_kinds.items()]


class DeliveryFilter(ListFilter):
    """Filter the ledger's e-mails by state, kind of event and person."""

    state = django_filters.ChoiceFilter(
        label=_("State"), choices=DeliveryState.choices, empty_label=_("All states"), method="in_state"
    )
    kind = django_filters.ChoiceFilter(label=_("About"), choices=_kinds, empty_label=_("All kinds"), method="of_kind")
    q = django_filters.CharFilter(label=_("Person"), method="of_person")

    def in_state(self, rows: DeliveryQuerySet, _name: str, value: str) -> DeliveryQuerySet:
        """Return the e-mails in the state with the stored value `value`.

        While the switch pauses all e-mails, those that are due count as “paused” too.
        """
        condition = Q(state=value)
        if value == DeliveryState.PAUSED:
            due = Delivery.objects.claimable(timezone.now()).order_by().values("pk")
            condition |= Q(Exists(MailSwitch.objects.paused()), pk__in=due)
        return rows.filter(condition)

    def of_kind(self, rows: DeliveryQuerySet, _name: str, value: str) -> DeliveryQuerySet:
        """Return e-mails with at least one reminder of the kind of event with the slug `value`."""
        return rows.filter(pk__in=DeliveryItem.objects.filter(reminder__kind=value).values("delivery"))

    def of_person(self, rows: DeliveryQuerySet, _name: str, value: str) -> DeliveryQuerySet:
        """Return e-mails to people whose name or address contains the text `value`, in capitals or not.

        Up to a hundred such people are looked up first: then PostgreSQL finds their e-mails by the index. It would read
        every e-mail in search of a rare name. With more people it soon finds a page of e-mails.
        """
        text = value.replace("\x00", "").strip()
        people = User.objects.filter(Q(full_name__icontains=text) | Q(email__icontains=text)).order_by()
        keys = list(people.values_list("pk", flat=True)[: MAX_PEOPLE + 1])
        if len(keys) <= MAX_PEOPLE:
            return rows.filter(user__in=keys)
        return rows.filter(Q(user__full_name__icontains=text) | Q(user__email__icontains=text))
