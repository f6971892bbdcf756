"""The list of tests: its columns and filters."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import django_filters
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from cohorts.models import Cohort
from prototypes.enums import Result, Strength, TrialDecision, TrialState
from prototypes.models import Idea, Prototype, Trial
from web.forms.filters import ListFilter, RowFilter
from web.lists.columns import (
    FIGURE,
    NUMBER,
    ListColumn,
    Reader,
    by_name,
    choice_column,
    choice_label,
    field_column,
    text_column,
    value_column,
)
from web.lists.declarations import List
from web.templatetags.web import state_tag


def _cohorts(reader: Reader) -> QuerySet[Cohort]:
    """Return the cohorts that the reader may see."""
    return Cohort.objects.visible_to(reader.user)


def _ideas(reader: Reader) -> QuerySet[Idea]:
    """Return the ideas that the reader may read."""
    return Idea.objects.visible_to(reader.user)


def _prototypes(reader: Reader) -> QuerySet[Prototype]:
    """Return the prototypes that the reader may read."""
    return Prototype.objects.visible_to(reader.user)


class TrialFilter(ListFilter):
    """Filter of the list of tests by words, cohort, idea, prototype, state and result."""

    q = django_filters.CharFilter(label=gettext_lazy("Filter by keyword"), method="search")
    cohort = RowFilter(
        label=gettext_lazy("Cohort"),
        field_name="prototype__idea__cohort",
        rows=_cohorts,
        empty_label=gettext_lazy("All cohorts"),
    )
    idea = RowFilter(
        label=gettext_lazy("Idea"), field_name="prototype__idea", rows=_ideas, name="reference", typed=True
    )
    prototype = RowFilter(
        label=gettext_lazy("Prototype"), field_name="prototype", rows=_prototypes, name="title", typed=True
    )
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=TrialState.choices, empty_label=gettext_lazy("All states")
    )
    result = django_filters.ChoiceFilter(
        label=gettext_lazy("Result"), choices=Result.choices, empty_label=gettext_lazy("All results")
    )

    def search(self, trials: QuerySet[Trial], _name: str, text: str) -> QuerySet[Trial]:
        """Return those of the tests whose hypothesis, measure, prototype or idea contains the text; accents and
        capitals do not matter.
        """
        places = ("hypothesis", "measure", "prototype__title", "prototype__idea__title", "prototype__idea__reference")
        found = Q()
        for place in places:
            found |= Q(**{f"{place}__unaccent__icontains": text.strip()})
        return trials.filter(found)


def _rows(reader: Reader) -> QuerySet[Trial]:
    """Return the tests that the reader may read."""
    return Trial.objects.visible_to(reader.user)


def _test(trial: Trial) -> SafeString:
    """Return what the test is about as a link to its page: the hypothesis, else the measure, else the prototype."""
    return format_html('<a href="{}">{}</a>', trial.get_absolute_url(), _name(trial))


def _name(trial: Trial) -> str:
    """Return what the test is about: the hypothesis, else the measure, else the prototype."""
    return str(trial) or trial.prototype.title


def _day(trial: Trial) -> date | None:
    """Return the day on which the test was run, else the one for which it is planned."""
    return trial.held_on or trial.planned_on


def _result(trial: Trial) -> SafeString | str:
    """Return the result of the test with its shape and colour; "" while there is none."""
    return state_tag(choice_label(trial, "result"), trial.result_tone) if trial.result else ""


COLUMNS: Final[Mapping[str, ListColumn]] = {
    "idea": value_column("prototype__idea__reference", gettext_lazy("Idea"), width=12, css=FIGURE, always=True),
    "test": ListColumn(
        header=gettext_lazy("Test"),
        value=_name,
        html=_test,
        order=by_name("hypothesis"),
        width=60,
        always=True,
    ),
    "prototype": text_column("prototype__title", gettext_lazy("Prototype"), width=32),
    "cohort": text_column("prototype__idea__cohort__name", gettext_lazy("Cohort"), width=24),
    "state": choice_column(
        "state",
        gettext_lazy("State"),
        TrialState.values,
        html=lambda trial: state_tag(choice_label(trial, "state"), trial.tone),
        width=14,
    ),
    "day": ListColumn(
        header=gettext_lazy("Day"),
        value=_day,
        order=(Coalesce("held_on", "planned_on").asc(nulls_first=True),),
        width=12,
        css=NUMBER,
        reads=("held_on", "planned_on"),
    ),
    "result": choice_column("result", gettext_lazy("Result"), Result.values, html=_result, width=14),
    "participants": value_column("participants", gettext_lazy("Participants"), width=12, css=NUMBER, by_default=False),
    "decision": choice_column("decision", gettext_lazy("Decision"), TrialDecision.values, width=16, by_default=False),
    "strength": choice_column(
        "strength", gettext_lazy("Strength of evidence"), Strength.values, width=18, by_default=False
    ),
    "learning": field_column("learning", gettext_lazy("Learning"), width=60, by_default=False),
}

TRIALS: Final = List(
    slug="tests",
    title=gettext_lazy("Tests"),
    route="prototypes:trial_list",
    rows=_rows,
    filters=TrialFilter,
    columns=COLUMNS,
    heading="test",
    order="-day",
    reads=("hypothesis", "measure", "prototype__title"),
    name=_name,
    empty_icon="clipboard-list",
    empty_title=gettext_lazy("No test yet"),
    empty_text=gettext_lazy("Tests that the cohorts plan appear here, with what came out of each."),
)
