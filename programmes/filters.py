"""How people narrow the lists of programmes and authorities."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from programmes.enums import AuthorityKind, Family
from programmes.models import Authority, Programme
from programmes.queries import AuthorityQuerySet


class ProgrammeFilter(django_filters.FilterSet):
    family = django_filters.ChoiceFilter(label=_("Family"), choices=Family.choices, empty_label=_("All families"))

    class Meta:
        model = Programme
        fields: list[str] = []


class AuthorityFilter(django_filters.FilterSet):
    name = django_filters.CharFilter(label=_("Name or town"), method="named_like")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=AuthorityKind.choices, empty_label=_("All kinds"))

    class Meta:
        model = Authority
        fields: list[str] = []

    def named_like(self, queryset: AuthorityQuerySet, name: str, value: str) -> QuerySet[Authority]:
        return queryset.named_like(value)
