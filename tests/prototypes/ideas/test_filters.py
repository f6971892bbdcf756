"""Filters of the list of ideas."""

from datetime import date
from typing import Any

import pytest

from accounts.models import User
from prototypes.ideas.filters import IdeaFilter
from prototypes.ideas.stale import stale_cutoff
from prototypes.models import Idea
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.prototypes import ChallengeFactory, FieldNoteFactory, IdeaFactory, PrototypeFactory, TrialFactory

pytestmark = pytest.mark.django_db


def filtered(user: User, **query: Any) -> list[str]:
    """Return the titles of the ideas that match a query."""
    ideas = Idea.objects.visible_to(user).order_by("title")
    results = IdeaFilter({name: str(value) for name, value in query.items()}, ideas, user=user, today=TODAY)
    return [idea.title for idea in results.qs]


@pytest.fixture
def ideas(cast: Cast) -> Cast:
    """Create three ideas of the cohort and a shared one of the other cohort."""
    challenge = ChallengeFactory(cohort=cast.cohort, title="Accueil")
    IdeaFactory(cohort=cast.cohort, title="A borne", challenge=challenge, owner=cast["M"], state="testing")
    IdeaFactory(cohort=cast.cohort, title="B école", owner=cast["P"])
    IdeaFactory(cohort=cast.cohort, title="C parked", state="parked")
    IdeaFactory(cohort=cast.other_cohort, title="D shared", shared_with_edition=True)
    return cast


def test_empty_filter_keeps_all_ideas(ideas: Cast):
    assert filtered(ideas["M"]) == ["A borne", "B école", "C parked", "D shared"]


def test_filter_by_words(ideas: Cast):
    assert filtered(ideas["M"], q="ECOLE") == ["B école"]


def test_filter_by_state(ideas: Cast):
    assert filtered(ideas["M"], state="parked") == ["C parked"]


def test_filter_by_owner(ideas: Cast):
    assert filtered(ideas["M"], mine="on") == ["A borne"]


def test_filter_by_unconfirmed(ideas: Cast):
    assert filtered(ideas["M"], unconfirmed="on") == ["A borne"]


def test_filter_by_two_different_notes_on_a_test(ideas: Cast):
    settled = {"settlement": "recorded", "settled_at": NOW, "settled_by": ideas["P"]}
    for title, columns in {"A borne": {}, "B école": settled}.items():
        prototype = PrototypeFactory(idea=Idea.objects.get(title=title))
        trial = TrialFactory(prototype=prototype, state="concluded")
        FieldNoteFactory(trial=trial, by=ideas["M"], **columns)
    assert [filtered(ideas[role], two_notes="on") for role in "PX"] == [["A borne"], []]


def test_filter_by_two_notes_is_offered_only_when_the_address_sets_it(ideas: Cast):
    assert (offered(ideas["M"]), offered(ideas["M"], two_notes="on")) == (ALWAYS, ALWAYS | {"two_notes"})


def test_filter_by_cohort(ideas: Cast):
    assert filtered(ideas["S"], cohort=ideas.other_cohort.pk) == ["D shared"]


def test_filter_by_challenge_after_the_cohort_is_chosen(ideas: Cast):
    challenge = ideas.cohort.challenges.get()
    assert filtered(ideas["S"], cohort=ideas.cohort.pk, challenge=challenge.pk) == ["A borne"]


def test_filter_by_edition(ideas: Cast):
    elsewhere = IdeaFactory(title="E elsewhere", cohort=CohortFactory())
    assert filtered(ideas["S"], edition=elsewhere.cohort.edition_id) == ["E elsewhere"]


@pytest.mark.parametrize(
    ("field", "value"), [("cohort", "0"), ("cohort", "x"), ("challenge", "1"), ("edition", "²"), ("state", "secret")]
)
def test_unknown_values_are_ignored(ideas: Cast, field: str, value: str):
    assert len(filtered(ideas["S"], **{field: value})) == 4


def test_a_foreign_cohort_is_not_offered(ideas: Cast):
    assert filtered(ideas["M"], cohort=CohortFactory().pk) == ["A borne", "B école", "C parked", "D shared"]


def offered(user: User, **query: str) -> set[str]:
    return set(IdeaFilter(query, Idea.objects.all(), user=user, today=TODAY).form.fields)


ALWAYS = {"q", "state", "mine", "unconfirmed"}


def test_filters_without_a_choice_are_not_shown(ideas: Cast):
    assert offered(ideas["M"]) == ALWAYS


def test_cohort_filter_is_shown_with_several_cohorts(ideas: Cast):
    MembershipFactory(cohort=ideas.other_cohort, user=ideas["M"])
    assert offered(ideas["M"]) == ALWAYS | {"cohort"}


def test_edition_filter_is_shown_with_several_editions(ideas: Cast):
    MembershipFactory(cohort=CohortFactory(), user=ideas["M"])
    assert offered(ideas["M"]) == ALWAYS | {"cohort", "edition"}


def test_many_cohorts_are_limited_to_the_chosen_edition(ideas: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("prototypes.ideas.filters.MAX_COHORTS_WITHOUT_EDITION", 2)
    alone, both = CohortFactory(), [ideas.cohort.pk, ideas.other_cohort.pk]
    queries: list[dict[str, str]] = [
        {},
        {"edition": str(ideas.cohort.edition_id)},
        {"cohort": str(ideas.other_cohort.pk)},
        {"cohort": str(alone.pk)},
    ]
    filters = [IdeaFilter(data, Idea.objects.all(), user=ideas["S"], today=date(2026, 11, 24)) for data in queries]
    results = [
        [pk for pk, _name in one.filters["cohort"].extra["choices"]] for one in filters if "cohort" in one.filters
    ]
    assert [sorted(pks) for pks in results] == [sorted(both), sorted(both), [alone.pk]]
    assert [row.cohort_id for row in filters[2].qs] == [ideas.other_cohort.pk]


def test_challenges_are_those_of_the_chosen_cohort(ideas: Cast):
    assert offered(ideas["S"], cohort=str(ideas.cohort.pk)) - {"owner"} == ALWAYS | {"cohort", "challenge"}
    assert offered(ideas["S"], cohort=str(ideas.other_cohort.pk)) == ALWAYS | {"cohort"}


def choices(user: User, cohort: int, field: str) -> list[str]:
    chosen = IdeaFilter({"cohort": str(cohort)}, Idea.objects.visible_to(user), user=user, today=TODAY)
    return [name for _pk, name in chosen.filters[field].extra["choices"]] if field in chosen.filters else []


def test_past_members_are_offered_choices_of_their_last_day(ideas: Cast):
    past_member = MembershipFactory(cohort=ideas.cohort, ends_on=date(2026, 9, 30)).user
    for cohort in (ideas.other_cohort, CohortFactory(edition=ideas.edition)):
        MembershipFactory(cohort=cohort, user=past_member)
    ChallengeFactory(cohort=ideas.cohort, title="Later", created_on=date(2026, 11, 1))
    IdeaFactory(cohort=ideas.cohort, title="E later", owner=ideas["R"], created_on=date(2026, 11, 1))
    assert choices(past_member, ideas.cohort.pk, "challenge") == ["Accueil"]
    assert choices(past_member, ideas.cohort.pk, "owner") == ["Ambassador Rivage", "Pilot Rivage"]
    assert "Later" in choices(ideas["S"], ideas.cohort.pk, "challenge")


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2026, 11, 24), date(2026, 5, 24)),
        (date(2026, 8, 31), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2025, 9, 1)),
    ],
)
def test_idea_is_unconfirmed_after_six_calendar_months(today: date, day: date):
    assert stale_cutoff(today) == day
