"""Filters of the list of unconfirmed ideas: cohort and state."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort
from prototypes.enums import IDEA_REPLACED, IdeaState
from prototypes.ideas.models import IdeaQuerySet
from prototypes.models import Idea
from web.forms.filters import ListFilter

CONFIRMABLE_STATES = [choice for choice in IdeaState.choices if choice[0] not in {IdeaState.CAPTURED, *IDEA_REPLACED}]


class UnconfirmedFilter(ListFilter):
    """Narrows the list of unconfirmed ideas by cohort and state."""

    cohort = django_filters.ChoiceFilter(label=_("Cohort"), empty_label=_("All cohorts"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=CONFIRMABLE_STATES, empty_label=_("All states"))

    class Meta:
        model = Idea
        fields: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any] | None, ideas: IdeaQuerySet) -> None:
        """Create the filter of these ideas from the query string (`data`); it offers only the cohorts that the ideas
        belong to.
        """
        super().__init__(data, ideas)
        cohorts = Cohort.objects.filter(pk__in=ideas.order_by().values("cohort")).by_name()
        self.filters["cohort"].extra["choices"] = list(cohorts.values_list("pk", "name"))
