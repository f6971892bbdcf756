"""How people narrow the lists of programmes and authorities."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.requests import person
from programmes.enums import AuthorityKind, Family
from programmes.models import Authority, Lesson, Programme
from programmes.queries import AuthorityQuerySet, LessonQuerySet
from web.forms import CHOOSE


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


class LessonFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[
            ("proposed", _("waiting for the lab")),
            ("unanswered", _("accepted, without an answer yet")),
            ("answered", _("answered by a later version")),
            ("refused", _("refused by the lab")),
        ],
        method="in_state",
        empty_label=_("All lessons"),
        error_messages=CHOOSE,
    )

    class Meta:
        model = Lesson
        fields: list[str] = []

    def in_state(self, queryset: LessonQuerySet, name: str, value: str) -> QuerySet[Lesson]:
        user = person(self.request)
        found = {
            "proposed": queryset.proposed(),
            "unanswered": queryset.unanswered(user),
            "answered": queryset.answered(user),
            "refused": queryset.refused(),
        }
        return found[value]
