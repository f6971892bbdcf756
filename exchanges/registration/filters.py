"""Filters of the list of participants of an exchange."""

from typing import Any, Final

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cohorts.models import Cohort
from exchanges.registration.enums import RegistrationState
from exchanges.registration.models.participants import ParticipantQuerySet
from exchanges.registration.participants import visible_participants
from web.forms.filters import ListFilter, RowFilter
from web.lists.columns import Reader

NEEDS: Final = {
    "any": ~Q(registration__needs=None) & Q(registration__needs__purged_on=None),
    "access": Q(registration__needs__access__gt=""),
    "diet": Q(registration__needs__diet__gt=""),
}
NEEDS_CHOICES: Final = [("any", _("Any")), ("access", _("Access needs")), ("diet", _("Dietary needs"))]
MEMBERS, GUESTS = "members", "guests"


def _cohorts(reader: Reader) -> QuerySet[Cohort]:
    """Return the cohorts of the participants whom the reader may see."""
    participants = visible_participants(reader.subject).order_by()
    return Cohort.objects.filter(pk__in=participants.values("registration__cohort"))


class ParticipantFilter(ListFilter):
    """Narrows the list of participants by name, cohort, answer and needs; the waiting list is in its own order.

    Needs are offered only to those who may read them.
    """

    q = django_filters.CharFilter(label=_("Filter by name"), field_name="sort_name", lookup_expr="unaccent__icontains")
    cohort = RowFilter(
        label=_("Cohort"),
        field_name="registration__cohort",
        rows=_cohorts,
        of_subject=True,
        empty_label=_("All cohorts"),
    )
    kind = django_filters.ChoiceFilter(
        label=_("Participants"),
        choices=[(MEMBERS, _("People of the edition")), (GUESTS, _("External guests"))],
        empty_label=_("Everyone"),
        method="of_kind",
    )
    answer = django_filters.ChoiceFilter(
        label=pgettext_lazy("of a participant", "Answer"),
        field_name="state",
        choices=RegistrationState.choices,
        empty_label=_("All answers"),
    )
    needs = django_filters.ChoiceFilter(
        label=_("Journey and needs"), choices=NEEDS_CHOICES, empty_label=_("Everyone"), method="by_needs"
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        """Create the filter set for the reader: without needs and guests where they may not read of them."""
        super().__init__(*args, reader=reader, **kwargs)
        access = reader.subject.access
        if not access.can_see_needs:
            del self.filters["needs"]
        if not access.can_see_all:
            del self.filters["kind"]

    @property
    def order(self) -> str:
        """The order unless another is chosen: the waiting list in its own order, else the usual one."""
        is_waiting_list = self.form.cleaned_data.get("answer") == RegistrationState.WAITLISTED
        return "waiting-number" if is_waiting_list else ""

    def of_kind(self, participants: ParticipantQuerySet, _field: str, kind: str) -> ParticipantQuerySet:
        """Return the external guests, or everyone else."""
        return participants.filter(guest__isnull=kind == MEMBERS)

    def by_needs(self, participants: ParticipantQuerySet, _field: str, kind: str) -> ParticipantQuerySet:
        """Return the people who gave their journey or needs (“any”), or who have access or dietary needs."""
        return participants.filter(NEEDS[kind])
