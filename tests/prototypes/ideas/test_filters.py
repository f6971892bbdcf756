"""Filters of the list of ideas."""

from datetime import date, timedelta
from typing import Any

import pytest
from dateutil.relativedelta import relativedelta

from accounts.models import User
from prototypes.ideas.filters import IdeaFilter
from prototypes.ideas.stale import stale_cutoff
from prototypes.models import Idea
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory, TrialNoteFactory
from web.forms.row_fields import MAX_CHOICES
from web.lists.columns import Reader

pytestmark = pytest.mark.django_db


def filtered(user: User, **query: Any) -> list[str]:
    """Return the titles of the ideas that match a query."""
    ideas = Idea.objects.visible_to(user).order_by("title")
    return [idea.title for idea in idea_filter(user, ideas, **query).qs]


def idea_filter(user: User, ideas: Any = None, **query: Any) -> IdeaFilter:
    data = {name: str(value) for name, value in query.items()}
    return IdeaFilter(data, Idea.objects.all() if ideas is None else ideas, reader=Reader(user, TODAY))


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


def test_filter_by_open_states(ideas: Cast):
    assert filtered(ideas["M"], state="open") == ["A borne", "B école", "D shared"]


@pytest.mark.parametrize(("value", "months"), [("not-1", 1), ("not-2", 2), ("not-6", 6)])
def test_filter_by_last_update_counts_months_to_the_day(ideas: Cast, value: str, months: int):
    rows = Idea.objects.filter(title="A borne")
    limit = rows.get().last_update_on + relativedelta(months=months)

    def found(when: str, today: date) -> bool:
        return IdeaFilter({"updated": when}, rows, reader=Reader(ideas["M"], today)).qs.exists()

    assert [found(value, limit + timedelta(days=shift)) for shift in (-1, 0)] == [False, True]
    assert [found("month", limit + timedelta(days=shift)) for shift in (-1, 0)] == [months == 1, False]
    assert found("not-x", limit)


def test_filter_by_owner(ideas: Cast):
    assert filtered(ideas["M"], mine="on") == ["A borne"]


def test_filter_by_unconfirmed(ideas: Cast):
    assert filtered(ideas["M"], unconfirmed="on") == ["A borne"]


def test_filter_by_two_different_notes_on_a_test(ideas: Cast):
    settled = {"settlement": "recorded", "settled_at": NOW, "settled_by": ideas["P"]}
    for title, columns in {"A borne": {}, "B école": settled}.items():
        prototype = PrototypeFactory(idea=Idea.objects.get(title=title))
        trial = TrialFactory(prototype=prototype, state="concluded")
        TrialNoteFactory(trial=trial, by=ideas["M"], **columns)
    assert [filtered(ideas[role], two_notes="on") for role in "PX"] == [["A borne"], []]


def test_filter_by_two_notes_is_offered_only_when_the_address_sets_it(ideas: Cast):
    assert (offered(ideas["M"]), offered(ideas["M"], two_notes="on")) == (ALWAYS, ALWAYS | {"two_notes"})


def test_filter_by_cohort(ideas: Cast):
    assert filtered(ideas["S"], cohort=ideas.other_cohort.pk) == ["D shared"]


def test_challenge_and_owner_are_typed_by_name_or_given_by_key(ideas: Cast):
    challenge = ideas.cohort.challenges.get()
    assert [filtered(ideas["M"], challenge=value) for value in (challenge.pk, "ACCUEIL", "cueil")] == [["A borne"]] * 3
    assert [filtered(ideas["M"], owner=value) for value in (ideas["P"].pk, "pilot")] == [["B école"]] * 2


def test_filter_by_edition(ideas: Cast):
    elsewhere = IdeaFactory(title="E elsewhere", cohort=CohortFactory())
    assert filtered(ideas["S"], edition=elsewhere.cohort.edition_id) == ["E elsewhere"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("cohort", "0"), ("cohort", "x"), ("challenge", "none"), ("owner", "9"), ("edition", "²"), ("state", "secret")],
)
def test_unknown_values_are_ignored_and_reported(ideas: Cast, field: str, value: str):
    results = idea_filter(ideas["S"], **{field: value})
    assert (results.qs.count(), [ignored.value for ignored in results.form.ignored]) == (4, [value])


def test_a_foreign_cohort_is_not_offered(ideas: Cast):
    assert filtered(ideas["M"], cohort=CohortFactory().pk) == ["A borne", "B école", "C parked", "D shared"]


def offered(user: User, **query: str) -> set[str]:
    return set(idea_filter(user, **query).form.fields)


ALWAYS = {"q", "state", "updated", "challenge", "owner", "mine", "unconfirmed"}


def test_filters_without_a_choice_are_not_shown(ideas: Cast):
    assert offered(ideas["M"]) == ALWAYS


def test_cohort_filter_is_shown_with_several_cohorts(ideas: Cast):
    MembershipFactory(cohort=ideas.other_cohort, user=ideas["M"])
    assert offered(ideas["M"]) == ALWAYS | {"cohort"}


def test_edition_filter_is_shown_with_several_editions(ideas: Cast):
    MembershipFactory(cohort=CohortFactory(), user=ideas["M"])
    assert offered(ideas["M"]) == ALWAYS | {"cohort", "edition"}


def test_cohorts_are_typed_once_they_are_many(ideas: Cast):
    assert [name for _pk, name in idea_filter(ideas["S"]).form.fields["cohort"].choices] == ["Montagne", "Rivage"]
    CohortFactory.create_batch(MAX_CHOICES - 1, authority=ideas.cohort.authority)
    many = idea_filter(ideas["S"], cohort="rivage")
    assert (many.form.fields["cohort"].choices, many.qs.count()) == (None, 3)
    chosen = idea_filter(ideas["S"], cohort=ideas.other_cohort.pk)
    assert (chosen.qs.count(), 'value="Montagne"' in str(chosen.form["cohort"])) == (1, True)


def test_past_members_choose_among_rows_of_their_last_day(ideas: Cast):
    past_member = MembershipFactory(cohort=ideas.cohort, ends_on=date(2026, 9, 30)).user
    ChallengeFactory(cohort=ideas.cohort, title="Later", created_on=date(2026, 11, 1))
    IdeaFactory(cohort=ideas.cohort, title="E later", owner=ideas["R"], created_on=date(2026, 11, 1))
    for query in ({"challenge": "later"}, {"owner": ideas["R"].full_name}):
        ignored = [idea_filter(user, **query).form.ignored for user in (past_member, ideas["S"])]
        assert [len(values) for values in ignored] == [1, 0]


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
