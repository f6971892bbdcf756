"""Filters of the list of innovation teams."""

import django_filters
from django.utils.translation import gettext_lazy as _

from cohorts.cohort.filters import _editions
from cohorts.teams.enums import TeamState
from web.forms.filters import ListFilter, RowFilter


class TeamFilter(ListFilter):
    """Filter of the list of innovation teams by state, and by the edition of their cohort."""

    state = django_filters.ChoiceFilter(
        label=_("State"),
        field_name="state_on_day",
        choices=TeamState.choices,
        empty_label=_("All states"),
    )
    edition = RowFilter(label=_("Edition"), field_name="cohort__edition", rows=_editions, empty_label=_("All editions"))
