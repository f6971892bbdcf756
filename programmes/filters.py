"""Filters of the lists of programmes, authorities and lessons."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.requests import person
from programmes.enums import AuthorityKind, ProgrammeFamily
from programmes.hooks import programme_hooks
from programmes.models import Authority, Lesson
from programmes.models.authorities import AuthorityQuerySet
from programmes.models.lessons import LessonQuerySet
from programmes.permissions import can_manage_programmes
from web.forms.filters import ListFilter


class ProgrammeFilter(ListFilter):
    """Filter the list of programmes by family."""

    family = django_filters.ChoiceFilter(
        label=_("Family"), choices=ProgrammeFamily.choices, empty_label=_("All families")
    )


class AuthorityFilter(ListFilter):
    """Filter the list of authorities by name or town, by kind and, for lab staff only, by a missing admin."""

    q = django_filters.CharFilter(label=_("Name or town"), method="by_name_or_town")
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=AuthorityKind.choices, empty_label=_("All kinds"))
    missing = django_filters.ChoiceFilter(
        label=_("What is missing"),
        choices=[("admin", _("without an admin"))],
        method="without",
        empty_label=_("All authorities"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_manage_programmes(self.reader.user):
            del self.filters["missing"]

    def by_name_or_town(self, queryset: AuthorityQuerySet, name: str, value: str) -> QuerySet[Authority]:
        """Return authorities whose name or town contains `value`, ignoring accents and case; `name`, of the field, is
        not used.
        """
        return queryset.named_like(value)

    def without(self, queryset: AuthorityQuerySet, name: str, value: str) -> QuerySet[Authority]:
        """Return authorities that need an admin and have none today with an open account; neither `name` nor `value` is
        used.

        Another app says which need one (`ProgrammeHooks.authorities_in_use`); none do when no app does.
        """
        keys = next((hooks.authorities_in_use for hooks in programme_hooks if hooks.authorities_in_use), None)
        return queryset.without_admin_among(keys(), self.reader.today) if keys else queryset.none()


class LessonFilter(ListFilter):
    """Filter the lessons of an edition by their state, and accepted ones by whether a version answers them."""

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

    def in_state(self, queryset: LessonQuerySet, name: str, value: str) -> QuerySet[Lesson]:
        """Return lessons in the state `value`: "proposed", "unanswered", "answered" or "refused"; `name`, of the field,
        is not used.

        Unanswered are accepted lessons for which the reader may see no version that answers them.
        """
        user = person(self.request)
        rows_by_state = {
            "proposed": queryset.proposed(),
            "unanswered": queryset.unanswered(user),
            "answered": queryset.answered(user),
            "refused": queryset.refused(),
        }
        return rows_by_state[value]
