"""Filters of the list of ideas, with choices limited to what the person can see."""

from typing import Any, Final

import django_filters
from dateutil.relativedelta import relativedelta
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from cohorts.models import Cohort
from programmes.models import Edition
from prototypes.enums import IDEA_PATH, IdeaState
from prototypes.models import Challenge, Idea, TrialNote
from web.dates.clock import day_of_rows
from web.forms.filters import ListFilter, RowFilter
from web.lists.columns import Reader


def _cohorts(reader: Reader) -> QuerySet[Cohort]:
    """Return the cohorts that the reader may see."""
    return Cohort.objects.visible_to(reader.user)


def _editions(reader: Reader) -> QuerySet[Edition]:
    """Return the editions of the cohorts that the reader may see."""
    return Edition.objects.filter(pk__in=_cohorts(reader).values("edition"))


def _challenges(reader: Reader) -> QuerySet[Challenge]:
    """Return the challenges that the reader may read."""
    return Challenge.objects.visible_to(reader.user)


def _owners(reader: Reader) -> QuerySet[User]:
    """Return the owners of ideas that the reader may read."""
    return User.objects.filter(pk__in=Idea.objects.visible_to(reader.user).order_by().values("owner"))


OPEN: Final = "open"  # neither ended nor parked: the cohort or the department works on it
RECENT: Final = "month"
UPDATED: Final = [
    (RECENT, _("in the last month")),
    ("not-1", _("none for a month")),
    ("not-2", _("none for two months")),
    ("not-6", _("none for six months")),
]


class IdeaFilter(ListFilter):
    """Narrows the list of ideas."""

    q = django_filters.CharFilter(label=_("Filter by keyword"), method="search")
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(OPEN, pgettext_lazy("ideas", "open")), *IdeaState.choices],
        empty_label=_("All states"),
        method="in_state",
    )
    updated = django_filters.ChoiceFilter(
        label=_("Last update"), choices=UPDATED, empty_label=_("At any time"), method="updated_when"
    )
    edition = RowFilter(label=_("Edition"), field_name="cohort__edition", rows=_editions, empty_label=_("All editions"))
    cohort = RowFilter(label=_("Cohort"), field_name="cohort", rows=_cohorts, empty_label=_("All cohorts"))
    challenge = RowFilter(label=_("Challenge"), field_name="challenge", rows=_challenges, name="title", typed=True)
    owner = RowFilter(label=_("Owner"), field_name="owner", rows=_owners, name="full_name", typed=True)
    mine = django_filters.BooleanFilter(label=_("Only my ideas"), method="mine_only", widget=forms.CheckboxInput)
    unconfirmed = django_filters.BooleanFilter(
        label=_("Unconfirmed"), method="unconfirmed_only", widget=forms.CheckboxInput
    )
    two_notes = django_filters.BooleanFilter(
        label=_("Two different notes on a test"), method="with_two_notes", widget=forms.CheckboxInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Create the filter for the `reader`, whose day decides which ideas are unconfirmed."""
        super().__init__(*args, **kwargs)
        if "two_notes" not in (self.data or {}):  # only the link of the home page sets it
            del self.filters["two_notes"]

    def search(self, ideas: Any, _name: str, words: str) -> QuerySet[Idea]:
        """Return those of the ideas that have every one of the words in reference, title or summary, or words of the
        same stem.
        """
        results: QuerySet[Idea] = ideas.matching(words)
        return results

    def in_state(self, ideas: Any, _name: str, state: str) -> QuerySet[Idea]:
        """Return those of the ideas in this state; for "open" those that are neither ended nor parked."""
        results: QuerySet[Idea] = ideas.filter(state__in=list(IDEA_PATH) if state == OPEN else [state])
        return results

    def updated_when(self, ideas: Any, _name: str, when: str) -> QuerySet[Idea]:
        """Return those of the ideas with an update in the last month, or with none for some months ("not-2": two).

        Published ideas have no updates.
        """
        months = 1 if when == RECENT else int(when.removeprefix("not-"))
        limit = day_of_rows(self.reader.today, "cohort__authority", lambda day: day - relativedelta(months=months))
        column = "last_update_on__gt" if when == RECENT else "last_update_on__lte"
        results: QuerySet[Idea] = ideas.filter(retrospective=False, **{column: limit})
        return results

    def mine_only(self, ideas: Any, _name: str, chosen: bool) -> QuerySet[Idea]:
        """Return those of the ideas of which the reader is owner or co-author, if the box is ticked (`chosen`); else
        all.
        """
        results: QuerySet[Idea] = ideas.authored_by(self.reader.user) if chosen else ideas
        return results

    def unconfirmed_only(self, ideas: Any, _name: str, chosen: bool) -> QuerySet[Idea]:
        """Return those of the ideas that count in the rates and had no update for six months, if the box is ticked;
        else all.

        `chosen` says whether it is ticked.
        """
        results: QuerySet[Idea] = ideas.unconfirmed(self.reader.today) if chosen else ideas
        return results

    def with_two_notes(self, ideas: Any, _name: str, chosen: bool) -> QuerySet[Idea]:
        """Return those of the ideas that have a test with a second note which the reader may settle, if the box is
        ticked; else all.

        `chosen` says whether it is ticked. To settle is to choose which of two notes counts.
        """
        waiting = TrialNote.objects.settleable_by(self.reader.user, self.reader.today).order_by()
        results: QuerySet[Idea] = ideas.filter(pk__in=waiting.values("trial__prototype__idea")) if chosen else ideas
        return results
