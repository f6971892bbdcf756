"""What the list of ideas can be narrowed by: editions, cohorts and challenges the person can see, and no others."""

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
from web.database.prepared import prepared
from web.dates.clock import Day
from web.forms.filters import ListFilter
from web.text.names import by_name

MOST_COHORTS = 60  # offered without an edition


class IdeaFilter(ListFilter):
    """Narrows the list of ideas; a choice is offered where there are several."""

    q = django_filters.CharFilter(label=_("Search"), method="search")
    edition = django_filters.ChoiceFilter(
        label=_("Edition"), field_name="cohort__edition", empty_label=_("All editions")
    )
    cohort = django_filters.ChoiceFilter(label=_("Cohort"), empty_label=_("All cohorts"))
    challenge = django_filters.ChoiceFilter(label=_("Challenge"), empty_label=_("All challenges"))
    owner = django_filters.ChoiceFilter(label=_("Owner"), empty_label=_("All owners"))
    state = django_filters.ChoiceFilter(label=_("State"), choices=IdeaState.choices, empty_label=_("All states"))
    mine = django_filters.BooleanFilter(label=_("Only my ideas"), method="owned", widget=forms.CheckboxInput)
    silent = django_filters.BooleanFilter(label=_("Unconfirmed"), method="without_sign", widget=forms.CheckboxInput)

    two_notes = django_filters.BooleanFilter(
        label=_("Two different notes on a test"), method="with_two_notes", widget=forms.CheckboxInput
    )

    class Meta:
        model = Idea
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, user: User, today: Day, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.today = user, today
        cohorts = _cohorts(user)
        editions = {edition: name for _cohort, _name, edition, name in cohorts}
        self.offer("edition", sorted(editions.items(), key=lambda pair: pair[1]), at_least=2)
        self.offer("cohort", self.cohorts(cohorts), at_least=2 if len(cohorts) <= MOST_COHORTS else 1)
        self.offer("challenge", self.challenges(), at_least=1)
        self.offer("owner", self.owners(), at_least=2)
        if "two_notes" not in (self.data or {}):  # the link of the home page chooses it
            del self.filters["two_notes"]

    def offer(self, name: str, choices: list[tuple[int, str]], *, at_least: int) -> None:
        """Fill a choice, or leave it out where there is nothing to choose; one that the address makes stays."""
        if len(choices) < (1 if self.chosen(name) else at_least):
            del self.filters[name]
        else:
            self.filters[name].extra["choices"] = choices

    def chosen(self, name: str) -> int:
        """The key that is asked for, 0 for none."""
        return key_of((self.data or {}).get(name, "")) or 0

    def cohorts(self, all_of_them: list[tuple[int, str, int, str]]) -> list[tuple[int, str]]:
        """All where they are few; of many those of the chosen edition, or of the chosen cohort's."""
        cohort, few = self.chosen("cohort"), len(all_of_them) <= MOST_COHORTS
        chosen = {self.chosen("edition")} | {edition for pk, _name, edition, _edition in all_of_them if pk == cohort}
        return [(pk, name) for pk, name, edition, _edition in all_of_them if few or edition in chosen]

    def challenges(self) -> list[tuple[int, str]]:
        """Those of the chosen cohort; too many to choose from without one."""
        if not (cohort := self.chosen("cohort")):
            return []
        found = Challenge.objects.visible_to(self.user).filter(cohort=cohort).order_by(*by_name("title"))
        return list(found.values_list("pk", "title"))

    def owners(self) -> list[tuple[int, str]]:
        """Who owns ideas of the chosen cohort that the person may read."""
        if not (cohort := self.chosen("cohort")):
            return []
        ideas = Idea.objects.visible_to(self.user).filter(cohort=cohort)
        return list(
            User.objects.filter(ideas__in=ideas)
            .distinct()
            .order_by(*by_name("full_name"))
            .values_list("pk", "full_name")
        )

    def search(self, ideas: Any, _name: str, words: str) -> QuerySet[Idea]:
        found: QuerySet[Idea] = ideas.saying(words)
        return found

    def owned(self, ideas: Any, _name: str, chosen: bool) -> QuerySet[Idea]:
        found: QuerySet[Idea] = ideas.by(self.user) if chosen else ideas
        return found

    def without_sign(self, ideas: Any, _name: str, chosen: bool) -> QuerySet[Idea]:
        found: QuerySet[Idea] = ideas.unconfirmed(self.today) if chosen else ideas
        return found

    def with_two_notes(self, ideas: Any, _name: str, chosen: bool) -> QuerySet[Idea]:
        """Keep ideas with a second note on a test that waits for a choice of this person."""
        waiting = FieldNote.objects.settleable_by(self.user, self.today).order_by()
        found: QuerySet[Idea] = ideas.filter(pk__in=waiting.values("trial__prototype__idea")) if chosen else ideas
        return found


@prepared
def _cohorts(user: User) -> QuerySet[Cohort, tuple[int, str, int, str]]:
    rows = Cohort.objects.visible_to(user).by_name()
    return rows.values_list("pk", "name", "edition_id", "edition__name")
