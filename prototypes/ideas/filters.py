"""Filters of the list of ideas, with choices limited to what the person can see."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from cohorts.models import Cohort
from prototypes.enums import IdeaState
from prototypes.models import Challenge, FieldNote, Idea
from web.database.keys import key_of
from web.dates.clock import Day
from web.forms.filters import ListFilter
from web.text.names import name_ordering

MAX_COHORTS_WITHOUT_EDITION = 60  # more cohorts are only offered once an edition is chosen


class IdeaFilter(ListFilter):
    """Narrows the list of ideas. A choice is offered only where there are several values."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    edition = django_filters.ChoiceFilter(
        label=_("Edition"), field_name="cohort__edition", empty_label=_("All editions")
    )
    cohort = django_filters.ChoiceFilter(label=_("Cohort"), empty_label=_("All cohorts"))
    challenge = django_filters.ChoiceFilter(label=_("Challenge"), empty_label=_("All challenges"))
    owner = django_filters.ChoiceFilter(label=_("Owner"), empty_label=_("All owners"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=IdeaState.choices, empty_label=_("All states"))
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

    def __init__(self, *args: Any, user: User, today: Day, **kwargs: Any) -> None:
        """Create the filter; it offers only cohorts, challenges and owners that `user` may see.

        `today` is the day on which ideas count as unconfirmed and roles of the person hold.
        """
        super().__init__(*args, **kwargs)
        self.user, self.today = user, today
        cohorts = list(_cohorts(user))
        editions = {edition: name for _cohort, _name, edition, name in cohorts}
        self.offer("edition", sorted(editions.items(), key=lambda pair: pair[1]), at_least=2)
        self.offer("cohort", self.cohorts(cohorts), at_least=2 if len(cohorts) <= MAX_COHORTS_WITHOUT_EDITION else 1)
        self.offer("challenge", self.challenges(), at_least=1)
        self.offer("owner", self.owners(), at_least=2)
        if "two_notes" not in (self.data or {}):  # only the link of the home page sets it
            del self.filters["two_notes"]

    def offer(self, name: str, choices: list[tuple[int, str]], *, at_least: int) -> None:
        """Set the choices (pairs of key and label) of the filter `name`, or remove the filter when there are fewer than
        `at_least`.

        A filter that the query string uses stays as long as it has a choice.
        """
        if len(choices) < (1 if self.chosen(name) else at_least):
            del self.filters[name]
        else:
            self.filters[name].extra["choices"] = choices

    def chosen(self, name: str) -> int:
        """Return the key that the query string gives for the filter `name`; 0 when it gives none, or no number."""
        return key_of((self.data or {}).get(name, "")) or 0

    def cohorts(self, visible_cohorts: list[tuple[int, str, int, str]]) -> list[tuple[int, str]]:
        """Return the cohorts to offer, as pairs of key and name: all if there are at most 60, else those of the chosen
        edition.

        `visible_cohorts` holds key, name, edition's key and edition's name of each. A chosen cohort counts as a choice
        of its edition.
        """
        cohort, is_short_list = self.chosen("cohort"), len(visible_cohorts) <= MAX_COHORTS_WITHOUT_EDITION
        chosen = {self.chosen("edition")} | {
            edition for pk, _name, edition, _edition in visible_cohorts if pk == cohort
        }
        return [(pk, name) for pk, name, edition, _edition in visible_cohorts if is_short_list or edition in chosen]

    def challenges(self) -> list[tuple[int, str]]:
        """Return the challenges of the chosen cohort that the person may read, as key and title, by title; [] without a
        chosen cohort.
        """
        if not (cohort := self.chosen("cohort")):
            return []
        challenges = Challenge.objects.visible_to(self.user).filter(cohort=cohort).order_by(*name_ordering("title"))
        return list(challenges.values_list("pk", "title"))

    def owners(self) -> list[tuple[int, str]]:
        """Return the owners of ideas in the chosen cohort that the person may read, as key and name, by name; []
        without a chosen cohort.
        """
        if not (cohort := self.chosen("cohort")):
            return []
        ideas = Idea.objects.visible_to(self.user).filter(cohort=cohort)
        return list(
            User.objects.filter(ideas__in=ideas)
            .distinct()
            .order_by(*name_ordering("full_name"))
            .values_list("pk", "full_name")
        )

    def search(self, ideas: Any, _name: str, words: str) -> QuerySet[Idea]:
        """Return those of the ideas that have every one of the words in reference, title or summary, regardless of
        accents and capitals.
        """
        results: QuerySet[Idea] = ideas.matching(words)
        return results

    def mine_only(self, ideas: Any, _name: str, chosen: bool) -> QuerySet[Idea]:
        """Return those of the ideas of which the signed-in person is owner or co-author, if the box is ticked
        (`chosen`); else all.
        """
        results: QuerySet[Idea] = ideas.authored_by(self.user) if chosen else ideas
        return results

    def unconfirmed_only(self, ideas: Any, _name: str, chosen: bool) -> QuerySet[Idea]:
        """Return those of the ideas that count in the rates and had no update for six months, if the box is ticked;
        else all.

        `chosen` says whether it is ticked.
        """
        results: QuerySet[Idea] = ideas.unconfirmed(self.today) if chosen else ideas
        return results

    def with_two_notes(self, ideas: Any, _name: str, chosen: bool) -> QuerySet[Idea]:
        """Return those of the ideas that have a test with a second note which the person may settle, if the box is
        ticked; else all.

        `chosen` says whether it is ticked. To settle is to choose which of two notes counts.
        """
        waiting = FieldNote.objects.settleable_by(self.user, self.today).order_by()
        results: QuerySet[Idea] = ideas.filter(pk__in=waiting.values("trial__prototype__idea")) if chosen else ideas
        return results


def _cohorts(user: User) -> QuerySet[Cohort, tuple[int, str, int, str]]:
    """Return the query for the cohorts that the person may see, by name: key, name, edition's key, edition's name."""
    rows = Cohort.objects.visible_to(user).by_name()
    return rows.values_list("pk", "name", "edition_id", "edition__name")
