"""Filters of the list of unconfirmed ideas: cohort and state."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cohorts.models import Cohort
from prototypes.enums import IDEA_REPLACED, IdeaState
from prototypes.models import Idea
from web.forms.filters import ListFilter, RowFilter
from web.lists.columns import Reader

CONFIRMABLE_STATES = [choice for choice in IdeaState.choices if choice[0] not in {IdeaState.CAPTURED, *IDEA_REPLACED}]


def _cohorts(reader: Reader) -> QuerySet[Cohort]:
    """Return the cohorts of the unconfirmed ideas that the reader may confirm."""
    ideas = Idea.objects.confirmable_by(reader.user, reader.today).unconfirmed(reader.today)
    return Cohort.objects.filter(pk__in=ideas.order_by().values("cohort"))


class UnconfirmedFilter(ListFilter):
    """Narrows the list of unconfirmed ideas by cohort and state."""

    cohort = RowFilter(
        label=_("Cohort"), field_name="cohort", rows=_cohorts, empty_label=_("All cohorts"), of_subject=True
    )
    state = django_filters.ChoiceFilter(label=_("State"), choices=CONFIRMABLE_STATES, empty_label=_("All states"))
