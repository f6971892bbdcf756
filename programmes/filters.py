"""How people narrow the lists of programmes and authorities."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.requests import person
from programmes.enums import AuthorityKind, Family
from programmes.models import Authority, Lesson, Programme
from programmes.models.authorities import AuthorityQuerySet
from programmes.models.lessons import LessonQuerySet
from programmes.permissions import may_keep_programmes
from programmes.registries import at_work
from web.dates.clock import today_everywhere
from web.forms.filters import ListFilter


class ProgrammeFilter(ListFilter):
    family = django_filters.ChoiceFilter(label=_("Family"), choices=Family.choices, empty_label=_("All families"))

    class Meta:
        model = Programme
        fields: list[str] = []


class AuthorityFilter(ListFilter):
    """By words and kind; whose task it is to name admins, by whether one is missing too."""

    name = django_filters.CharFilter(label=_("Name or town"), method="named_like")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=AuthorityKind.choices, empty_label=_("All kinds"))
    missing = django_filters.ChoiceFilter(
        label=_("What is missing"),
        choices=[("admin", _("without an admin"))],
        method="without",
        empty_label=_("All authorities"),
    )

    class Meta:
        model = Authority
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_keep_programmes(person(self.request)):
            del self.filters["missing"]

    def named_like(self, queryset: AuthorityQuerySet, name: str, value: str) -> QuerySet[Authority]:
        return queryset.named_like(value)

    def without(self, queryset: AuthorityQuerySet, name: str, value: str) -> QuerySet[Authority]:
        keys = next(iter(at_work), None)
        return queryset.left_alone(keys(), today_everywhere()) if keys else queryset.none()


class LessonFilter(ListFilter):
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
