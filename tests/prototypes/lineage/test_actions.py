"""Splitting an idea, taking one up elsewhere, co-authors: what is written, and that rates count each idea once."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from figures.outcomes.queries import implementation_rates
from figures.scope.selection import Scope
from prototypes import actions
from prototypes.models import Idea, Lineage
from tests.factories.cast import Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.prototypes import ChallengeFactory, IdeaAuthorFactory, IdeaFactory, ImplementationFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def split(cast: Cast, idea: Idea, *titles: str) -> list[Idea]:
    return actions.split_idea(idea=idea, titles=titles or ("Sign", "Word"), by=cast["P"], at=AT, reason="Two things")


class TestSplit:
    def test_the_parts_stand_for_the_whole(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort)
        idea = IdeaFactory(
            cohort=cast.cohort, challenge=challenge, state="testing", owner=cast["M"], shared_with_edition=True
        )
        parts = split(cast, idea)
        assert [(p.title, p.state, p.challenge, p.owner, p.shared_with_edition) for p in parts] == [
            ("Sign", "accepted", challenge, cast["M"], True),
            ("Word", "accepted", challenge, cast["M"], True),
        ]
        assert (idea.state, idea.merged_into) == ("split", None)
        assert set(Lineage.objects.values_list("child", "parent", "kind")) == {
            (part.pk, idea.pk, "split") for part in parts
        }

    def test_they_keep_its_clock_and_its_co_authors(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        author = IdeaAuthorFactory(idea=idea).user
        parts = split(cast, idea)
        assert [(part.accepted_on, set(part.author_ids)) for part in parts] == [(date(2026, 3, 2), {author.pk})] * 2

    def test_of_an_idea_nobody_accepted_they_are_captured(self, cast: Cast):
        parts = split(cast, IdeaFactory(cohort=cast.cohort))
        assert [(part.state, part.accepted_on) for part in parts] == [("captured", None)] * 2

    @pytest.mark.parametrize("state", ["handed_over", "parked", "abandoned", "implemented"])
    def test_not_in_any_other_state(self, cast: Cast, state: str):
        idea = IdeaFactory(cohort=cast.cohort, state=state)
        with pytest.raises(DomainError, match="It can no longer be split"):
            split(cast, idea)
        assert Idea.objects.count() == 1

    def test_into_two_at_least(self, cast: Cast):
        with pytest.raises(DomainError) as refused:
            split(cast, IdeaFactory(cohort=cast.cohort), "Sign")
        assert refused.value.field == "titles"

    def test_twice_is_once(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        stale = Idea.objects.get(pk=idea.pk)
        split(cast, idea)
        with pytest.raises(DomainError):
            split(cast, stale)
        assert Idea.objects.count() == 3

    @pytest.mark.parametrize(
        ("as_of", "accepted", "merged"), [(date(2026, 11, 23), 1, 0), (TODAY, 1, 0)], ids=["before", "after"]
    )
    def test_the_rates_count_the_whole_once_before_and_after(self, cast: Cast, as_of: date, accepted: int, merged: int):
        split(cast, IdeaFactory(cohort=cast.cohort, state="accepted"))
        found = implementation_rates(scope=Scope(cohort=cast.cohort), as_of=as_of)
        assert (found.accepted, found.merged.total, found.captured.total) == (accepted, merged, 0)

    def test_the_whole_is_counted_from_the_day_it_was_accepted(self, cast: Cast):
        split(cast, IdeaFactory(cohort=cast.cohort, state="accepted"))
        [row] = implementation_rates(scope=Scope(cohort=cast.cohort), as_of=TODAY).by_month
        assert (int(row.months), row.open) == (8, 1)


class TestReuse:
    def reuse(self, cast: Cast, idea: Idea, **given: object) -> Idea:
        told = {"cohort": cast.other, "title": "Our kiosk", "by": cast["N"], "at": AT} | given
        return actions.reuse_idea(idea=idea, **told)

    def test_makes_a_new_idea_there_that_says_where_it_comes_from(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing", shared_with_edition=True)
        child = self.reuse(cast, idea, summary="At the station")
        assert (child.cohort, child.title, child.summary, child.state, child.owner, child.accepted_on) == (
            cast.other,
            "Our kiosk",
            "At the station",
            "captured",
            cast["N"],
            None,
        )
        assert Lineage.objects.values_list("child", "parent", "kind").get() == (child.pk, idea.pk, "reuse")

    def test_sent_twice_it_is_one(self, cast: Cast):
        idea, entry = IdeaFactory(cohort=cast.cohort, shared_with_edition=True), uuid4()
        made = [self.reuse(cast, idea, entry=entry) for _ in range(2)]
        assert (made[0] == made[1], Lineage.objects.count()) == (True, 1)

    def test_a_cohort_takes_an_idea_up_once(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        child = self.reuse(cast, idea)
        with pytest.raises(DomainError, match=f"{child.reference} Our kiosk") as refused:
            self.reuse(cast, idea, entry=uuid4())
        assert refused.value.field == "place"

    def test_and_again_once_the_first_was_given_up(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        actions.abandon_idea(idea=self.reuse(cast, idea), reason="No", by=cast["N"], at=AT)
        assert self.reuse(cast, idea, entry=uuid4()).state == "captured"

    def test_only_what_is_shared(self, cast: Cast):
        with pytest.raises(DomainError, match="Only a shared or published idea can be taken up by another"):
            self.reuse(cast, IdeaFactory(cohort=cast.cohort))
        assert Idea.objects.filter(cohort=cast.other).count() == 0

    def test_in_the_rates_each_counts_for_itself_and_nothing_twice(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implemented", shared_with_edition=True)
        child = self.reuse(cast, idea)
        for state in ("accepted", "abandoned"):
            action = {"accepted": actions.accept_idea, "abandoned": actions.abandon_idea}[state]
            action(idea=child, by=cast["N"], at=AT, **({"reason": "No"} if state == "abandoned" else {}))
        found = implementation_rates(scope=Scope(edition=cast.edition), as_of=TODAY)
        assert (found.accepted, found.implemented, found.abandoned) == (2, 1, 1)

    def test_a_replication_of_it_there_is_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing", shared_with_edition=True)
        self.reuse(cast, idea)
        with pytest.raises(DomainError) as refused:
            actions.replicate_idea(idea=idea, authority=cast.other.authority, by=cast["P"])
        assert refused.value.field == "authority"

    def test_and_the_other_way_round(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing", shared_with_edition=True)
        ImplementationFactory(idea=idea, authority=cast.other.authority, kind="replication", state="live")
        with pytest.raises(DomainError, match="Your authority already follows this idea as a replication"):
            self.reuse(cast, idea)


class TestCoAuthors:
    def test_are_named_and_taken_back(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, owner=cast["M"])
        idea = actions.change_idea(idea=idea, co_authors=[cast["D"], cast["R"], cast["M"]], by=cast["P"])
        assert set(idea.author_ids) == {cast["D"].pk, cast["R"].pk}
        idea = actions.change_idea(idea=idea, co_authors=[cast["R"]], by=cast["P"])
        assert (set(idea.author_ids), idea.is_by(cast["R"]), idea.is_by(cast["D"])) == ({cast["R"].pk}, True, False)

    def test_are_of_the_cohort(self, cast: Cast):
        with pytest.raises(DomainError) as refused:
            actions.change_idea(idea=IdeaFactory(cohort=cast.cohort), co_authors=[cast["N"]], by=cast["P"])
        assert refused.value.field == "co_authors"

    def test_other_changes_leave_them_alone(self, cast: Cast):
        row = IdeaAuthorFactory(idea=IdeaFactory(cohort=cast.cohort), user=cast["M"])
        actions.change_idea(idea=row.idea, title="Other", by=cast["P"])
        assert set(row.idea.author_ids) == {cast["M"].pk}

    def test_what_is_ones_own_is_found_as_such(self, cast: Cast):
        own = IdeaFactory(cohort=cast.cohort, owner=cast["M"])
        shared = IdeaAuthorFactory(idea=IdeaFactory(cohort=cast.cohort), user=cast["M"]).idea
        IdeaAuthorFactory(idea=IdeaFactory(cohort=cast.cohort), user=MembershipFactory(cohort=cast.cohort).user)
        assert set(Idea.objects.by(cast["M"])) == {own, shared}
