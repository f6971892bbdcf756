"""Splits, reuses and co-authors: what is recorded, and that rates count each idea once."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from figures.outcomes.queries import implementation_rates
from figures.scope.selection import FiguresScope
from prototypes import actions
from prototypes.models import Idea, Lineage
from tests.factories.cast import Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.prototypes import ChallengeFactory, IdeaAuthorFactory, IdeaFactory, ImplementationFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def split_into(cast: Cast, idea: Idea, *titles: str) -> list[Idea]:
    return actions.split_idea(idea=idea, titles=titles or ("Sign", "Word"), by=cast["P"], at=AT, reason="Two things")


class TestSplit:
    def test_parts_replace_the_split_idea(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort)
        idea = IdeaFactory(
            cohort=cast.cohort, challenge=challenge, state="testing", owner=cast["M"], shared_with_edition=True
        )
        parts = split_into(cast, idea)
        assert [(p.title, p.state, p.challenge, p.owner, p.shared_with_edition) for p in parts] == [
            ("Sign", "accepted", challenge, cast["M"], True),
            ("Word", "accepted", challenge, cast["M"], True),
        ]
        assert (idea.state, idea.merged_into) == ("split", None)
        assert set(Lineage.objects.values_list("child", "parent", "kind")) == {
            (part.pk, idea.pk, "split") for part in parts
        }

    def test_parts_keep_acceptance_date_and_co_authors(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        author = IdeaAuthorFactory(idea=idea).user
        parts = split_into(cast, idea)
        assert [(part.accepted_on, set(part.co_author_ids)) for part in parts] == [(date(2026, 3, 2), {author.pk})] * 2

    def test_parts_of_a_captured_idea_are_captured(self, cast: Cast):
        parts = split_into(cast, IdeaFactory(cohort=cast.cohort))
        assert [(part.state, part.accepted_on) for part in parts] == [("captured", None)] * 2

    @pytest.mark.parametrize("state", ["handed_over", "parked", "abandoned", "implemented"])
    def test_split_in_other_states_is_refused(self, cast: Cast, state: str):
        idea = IdeaFactory(cohort=cast.cohort, state=state)
        with pytest.raises(DomainError, match="It can no longer be split"):
            split_into(cast, idea)
        assert Idea.objects.count() == 1

    def test_split_needs_at_least_two_parts(self, cast: Cast):
        with pytest.raises(DomainError) as refused:
            split_into(cast, IdeaFactory(cohort=cast.cohort), "Sign")
        assert refused.value.field == "titles"

    def test_idea_is_split_once(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        stale = Idea.objects.get(pk=idea.pk)
        split_into(cast, idea)
        with pytest.raises(DomainError):
            split_into(cast, stale)
        assert Idea.objects.count() == 3

    @pytest.mark.parametrize(
        ("as_of", "accepted", "merged"), [(date(2026, 11, 23), 1, 0), (TODAY, 1, 0)], ids=["before", "after"]
    )
    def test_rates_count_a_split_idea_once_before_and_after(self, cast: Cast, as_of: date, accepted: int, merged: int):
        split_into(cast, IdeaFactory(cohort=cast.cohort, state="accepted"))
        rates = implementation_rates(scope=FiguresScope(cohort=cast.cohort), as_of=as_of)
        assert (rates.accepted, rates.merged, rates.captured) == (accepted, merged, 0)

    def test_split_idea_counts_from_its_acceptance(self, cast: Cast):
        split_into(cast, IdeaFactory(cohort=cast.cohort, state="accepted"))
        [row] = implementation_rates(scope=FiguresScope(cohort=cast.cohort), as_of=TODAY).by_month
        assert (int(row.months), row.open) == (8, 1)


class TestReuse:
    def reuse(self, cast: Cast, idea: Idea, **given: object) -> Idea:
        arguments = {"cohort": cast.other_cohort, "title": "Our kiosk", "by": cast["N"], "at": AT} | given
        return actions.reuse_idea(idea=idea, **arguments)

    def test_reuse_creates_an_idea_that_names_its_origin(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing", shared_with_edition=True)
        child = self.reuse(cast, idea, summary="At the station")
        assert (child.cohort, child.title, child.summary, child.state, child.owner, child.accepted_on) == (
            cast.other_cohort,
            "Our kiosk",
            "At the station",
            "captured",
            cast["N"],
            None,
        )
        assert Lineage.objects.values_list("child", "parent", "kind").get() == (child.pk, idea.pk, "reuse")

    def test_form_sent_twice_creates_one_idea(self, cast: Cast):
        idea, idempotency_key = IdeaFactory(cohort=cast.cohort, shared_with_edition=True), uuid4()
        made = [self.reuse(cast, idea, idempotency_key=idempotency_key) for _ in range(2)]
        assert (made[0] == made[1], Lineage.objects.count()) == (True, 1)

    def test_cohort_reuses_an_idea_once(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        child = self.reuse(cast, idea)
        with pytest.raises(DomainError, match=f"{child.reference} Our kiosk") as refused:
            self.reuse(cast, idea, idempotency_key=uuid4())
        assert refused.value.field == "target"

    def test_cohort_reuses_an_idea_again_after_abandoning_the_first(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        actions.abandon_idea(idea=self.reuse(cast, idea), reason="No", by=cast["N"], at=AT)
        assert self.reuse(cast, idea, idempotency_key=uuid4()).state == "captured"

    def test_only_shared_ideas_are_reused(self, cast: Cast):
        with pytest.raises(DomainError, match="Only a shared or published idea can be reused by another"):
            self.reuse(cast, IdeaFactory(cohort=cast.cohort))
        assert Idea.objects.filter(cohort=cast.other_cohort).count() == 0

    def test_rates_count_origin_and_reuse_once_each(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implemented", shared_with_edition=True)
        child = self.reuse(cast, idea)
        for state in ("accepted", "abandoned"):
            action = {"accepted": actions.accept_idea, "abandoned": actions.abandon_idea}[state]
            action(idea=child, by=cast["N"], at=AT, **({"reason": "No"} if state == "abandoned" else {}))
        rates = implementation_rates(scope=FiguresScope(edition=cast.edition), as_of=TODAY)
        assert (rates.accepted, rates.implemented, rates.abandoned) == (2, 1, 1)

    def test_replication_where_the_idea_is_reused_is_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing", shared_with_edition=True)
        self.reuse(cast, idea)
        with pytest.raises(DomainError) as refused:
            actions.replicate_idea(idea=idea, authority=cast.other_cohort.authority, by=cast["P"])
        assert refused.value.field == "authority"

    def test_reuse_where_a_replication_exists_is_refused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing", shared_with_edition=True)
        ImplementationFactory(idea=idea, authority=cast.other_cohort.authority, kind="replication", state="live")
        with pytest.raises(DomainError, match="Your authority already follows this idea as a replication"):
            self.reuse(cast, idea)


class TestCoAuthors:
    def test_co_authors_are_added_and_removed(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, owner=cast["M"])
        idea = actions.change_idea(idea=idea, co_authors=[cast["D"], cast["R"], cast["M"]], by=cast["P"])
        assert set(idea.co_author_ids) == {cast["D"].pk, cast["R"].pk}
        idea = actions.change_idea(idea=idea, co_authors=[cast["R"]], by=cast["P"])
        assert (set(idea.co_author_ids), idea.is_author(cast["R"]), idea.is_author(cast["D"])) == (
            {cast["R"].pk},
            True,
            False,
        )

    def test_co_authors_must_be_of_the_cohort(self, cast: Cast):
        with pytest.raises(DomainError) as refused:
            actions.change_idea(idea=IdeaFactory(cohort=cast.cohort), co_authors=[cast["N"]], by=cast["P"])
        assert refused.value.field == "co_authors"

    def test_other_changes_keep_the_co_authors(self, cast: Cast):
        row = IdeaAuthorFactory(idea=IdeaFactory(cohort=cast.cohort), user=cast["M"])
        actions.change_idea(idea=row.idea, title="Other", by=cast["P"])
        assert set(row.idea.co_author_ids) == {cast["M"].pk}

    def test_own_ideas_are_those_of_owner_and_co_author(self, cast: Cast):
        own = IdeaFactory(cohort=cast.cohort, owner=cast["M"])
        shared = IdeaAuthorFactory(idea=IdeaFactory(cohort=cast.cohort), user=cast["M"]).idea
        IdeaAuthorFactory(idea=IdeaFactory(cohort=cast.cohort), user=MembershipFactory(cohort=cast.cohort).user)
        assert set(Idea.objects.authored_by(cast["M"])) == {own, shared}
