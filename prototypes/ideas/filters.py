"""Filters of the list of ideas, with choices limited to what the person can see."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort
from programmes.models import Edition
from prototypes.enums import IdeaState
from prototypes.models import Challenge, FieldNote, Idea
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


class IdeaFilter(ListFilter):
    """Narrows the list of ideas."""

    q = django_filters.CharFilter(label=_("Filter by keyword"), method="search")
    state = django_filters.ChoiceFilter(label=_("State"), choices=IdeaState.choices, empty_label=_("All states"))
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

    class Meta:
        model = Idea
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Create the filter for the `reader`, whose day decides which ideas are unconfirmed."""
        super().__init__(*args, **kwargs)
        if "two_notes" not in (self.data or {}):  # only the link of the home page sets it
            del self.filters["two_notes"]

    def search(self, ideas: Any, _name: str, words: str) -> QuerySet[Idea]:
        """Return those of the ideas that have every one of the words in reference, title or summary, regardless of
        accents and capitals.
        """
        results: QuerySet[Idea] = ideas.matching(words)
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
        waiting = FieldNote.objects.settleable_by(self.reader.user, self.reader.today).order_by()
        results: QuerySet[Idea] = ideas.filter(pk__in=waiting.values("trial__prototype__idea")) if chosen else ideas
        return results
