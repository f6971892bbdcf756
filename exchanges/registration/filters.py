"""Filters of the list of participants of an exchange."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cohorts.models import Cohort
from exchanges.models import Guest, Registration
from exchanges.registration.enums import GuestState, RegistrationState
from exchanges.registration.models.registrations import RegistrationQuerySet
from exchanges.registration.participants import ParticipantAccess
from web.exports.tables import Cell
from web.forms.filters import ListFilter
from web.text.names import name_ordering

MAX_COHORTS = 200  # a longer list is hard to choose from
NEEDS = {
    "any": ~Q(needs=None) & Q(needs__purged_on=None),
    "access": Q(needs__access__gt=""),
    "diet": Q(needs__diet__gt=""),
}
GUEST_STATES = {
    RegistrationState.REGISTERED: GuestState.EXPECTED,
    RegistrationState.ATTENDED: GuestState.ATTENDED,
    RegistrationState.NO_SHOW: GuestState.NO_SHOW,
}
NEEDS_CHOICES = [("any", _("Any")), ("access", _("Access needs")), ("diet", _("Dietary needs"))]


class ParticipantFilter(ListFilter):
    """Narrows the list of participants by name, cohort, answer and needs; the waiting list is in its own order."""

    q = django_filters.CharFilter(label=_("Name"), method="by_name")
    cohort = django_filters.ChoiceFilter(label=_("Cohort"), empty_label=_("All cohorts"))
    answer = django_filters.ChoiceFilter(
        label=pgettext_lazy("of a participant", "Answer"),
        choices=RegistrationState.choices,
        empty_label=_("All answers"),
        method="by_answer",
    )
    needs = django_filters.ChoiceFilter(
        label=_("Journey and needs"), choices=NEEDS_CHOICES, empty_label=_("Everyone"), method="by_needs"
    )

    class Meta:
        model = Registration
        fields: tuple[str, ...] = ()

    def __init__(self, query: Any, *, queryset: RegistrationQuerySet, access: ParticipantAccess) -> None:
        """Create the filter of these participants; it offers their cohorts, if there are several (one statement).

        Needs are offered only to those who may read them.
        """
        super().__init__(query, queryset=queryset)
        cohorts = Cohort.objects.filter(pk__in=queryset.order_by().values("cohort")).order_by(*name_ordering())
        choices = list(cohorts.values_list("pk", "name")[:MAX_COHORTS])
        self.filters["cohort"].extra["choices"] = choices
        if len(choices) < 2:
            del self.filters["cohort"]
        if not access.sees_needs:
            del self.filters["needs"]

    def filtered_guests(self, guests: QuerySet[Guest]) -> QuerySet[Guest]:
        """Return those of the guests that belong to the list: none with a filter by cohort or needs, which guests do
        not have, nor with an answer that they cannot give.
        """
        values = self.form.cleaned_data if self.is_bound and self.form.is_valid() else {}
        if values.get("cohort") or values.get("needs"):
            return guests.none()
        if answer := values.get("answer"):
            guests = guests.filter(state=GUEST_STATES.get(answer, ""))
        return guests.filter(name__unaccent__icontains=values["q"]) if values.get("q") else guests

    def by_name(self, rows: RegistrationQuerySet, _field: str, text: str) -> RegistrationQuerySet:
        """Return the people whose name contains the text; accents and capitals do not count."""
        return rows.filter(user__full_name__unaccent__icontains=text)

    def by_answer(self, rows: RegistrationQuerySet, _field: str, answer: str) -> RegistrationQuerySet:
        """Return the people with this answer; those on the waiting list in its order."""
        rows = rows.filter(state=answer)
        return rows.order_by("ticket") if answer == RegistrationState.WAITLISTED else rows

    def by_needs(self, rows: RegistrationQuerySet, _field: str, kind: str) -> RegistrationQuerySet:
        """Return the people who gave their journey or needs (“any”), or who have access or dietary needs."""
        return rows.filter(NEEDS[kind])

    def labels(self) -> list[tuple[str, Cell]]:
        """Return the filters in use as pairs of label and chosen value, for the file."""
        bound_fields = [self.form[name] for name in self.filters if self.is_bound and self.form.data.get(name)]
        return [(str(field.label), _value_label(field)) for field in bound_fields if not field.errors]


def _value_label(field: Any) -> str:
    """Return the value of a bound field as people read it: the label of a choice, or the text that was typed."""
    labels = {str(value): str(label) for value, label in getattr(field.field, "choices", [])}
    return labels.get(str(field.value()), str(field.value()))
