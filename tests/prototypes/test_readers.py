"""Who reads an idea's comments, is asked about it, counts it or may be named there: nobody whose mandate is over."""

from datetime import date, timedelta

import pytest
from django.db.models import Q

from accounts.models import User
from figures.scope.visibility import reach_of
from prototypes.comment_queries import in_touch, people, readers
from prototypes.letters.audiences import AUDIENCES
from prototypes.models import Idea
from prototypes.outputs import outputs
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.programmes import AuthorityAdminFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.sql import force

pytestmark = pytest.mark.django_db
LAST, AFTER = date(2026, 9, 30), date(2026, 10, 1)


@pytest.fixture
def old_admin(cast: Cast) -> User:
    """Answered for the cohort's authority until yesterday."""
    yesterday = TODAY - timedelta(days=1)
    return AuthorityAdminFactory(
        authority=cast.cohort.authority, until=yesterday, user__full_name="Admin Autrefois"
    ).user


@pytest.fixture
def gone(cast: Cast) -> User:
    return MembershipFactory(cohort=cast.cohort, ends_on=LAST, user__full_name="Membre Autrefois").user


def named(found: Q) -> set[str]:
    return {user.full_name for user in people(found)}


class TestWhoseMandateIsOver:
    def test_reads_no_comment_and_is_offered_to_nobody(self, cast: Cast, old_admin: User):
        for found in (readers(cast.cohort, shared=False, since=None), in_touch(cast.cohort, TODAY)):
            assert "Admin Rivage" in named(found)
            assert "Admin Autrefois" not in named(found)

    def test_is_not_asked_what_became_of_an_idea_without_an_owner(self, cast: Cast, old_admin: User):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        asked = {user.full_name for user in User.objects.filter(AUDIENCES["owner"](idea.pk, TODAY))}
        assert asked == {"Pilot Rivage", "Admin Rivage"}

    def test_counts_nothing_by_it(self, cast: Cast, old_admin: User):
        assert (list(reach_of(old_admin).cohorts), cast.cohort in reach_of(cast["A"]).cohorts) == ([], True)

    def test_confirms_no_idea(self, cast: Cast, old_admin: User):
        IdeaFactory(cohort=cast.cohort)
        found = [Idea.objects.confirmable_by(user, TODAY).count() for user in (old_admin, cast["A"], cast["S"])]
        assert found == [0, 1, 1]


class TestConfirming:
    def test_ones_own_idea_only_as_a_member_of_its_cohort(self, cast: Cast):
        elsewhere = IdeaFactory(cohort=cast.other, owner=cast["M"])
        here = IdeaFactory(cohort=cast.cohort, owner=cast["M"])
        assert list(Idea.objects.confirmable_by(cast["M"], TODAY)) == [here]
        assert elsewhere not in Idea.objects.confirmable_by(cast["M"], TODAY)

    @pytest.mark.parametrize(("letter", "to_confirm"), [("S", True), ("P", True), ("M", False), ("N", False)])
    def test_a_faded_idea_is_marked_for_whoever_may_say_how_it_stands(
        self, cast: Cast, letter: str, *, to_confirm: bool
    ):
        old = date(2026, 1, 5)
        faded = IdeaFactory(cohort=cast.cohort, state="accepted")
        fresh = IdeaFactory(cohort=cast.cohort)
        force(faded, last_sign_on=old)
        marked = {row.pk: vars(row) for row in Idea.objects.marked(cast[letter], TODAY)}
        assert (marked[faded.pk]["faded"], bool(marked[faded.pk]["to_confirm"])) == (True, to_confirm)
        assert (marked[fresh.pk]["faded"], bool(marked[fresh.pk]["to_confirm"])) == (False, False)


class TestPastMembers:
    def test_ideas_of_their_last_day_only_and_of_others_what_was_shared_then(self, cast: Cast, gone: User):
        third = CohortFactory(edition=CohortFactory().edition)
        for cohort in (cast.cohort, cast.other, third):
            for born_on in (LAST, AFTER):
                for shared in (False, True):
                    IdeaFactory(cohort=cohort, born_on=born_on, shared_with_edition=shared)
        read = set(Idea.objects.visible_to(gone).values_list("cohort", "born_on", "shared_with_edition"))
        assert read == {
            (cast.cohort.pk, LAST, False),
            (cast.cohort.pk, LAST, True),
            (cast.other.pk, LAST, True),
        }

    def test_what_came_of_the_work_is_counted_of_what_they_read(self, cast: Cast, gone: User):
        challenge = ChallengeFactory(cohort=cast.cohort)
        for born_on in (LAST, AFTER):
            idea = IdeaFactory(cohort=cast.cohort, challenge=challenge, state="handed_over", born_on=born_on)
            made = PrototypeFactory(idea=idea, born_on=born_on)
            TrialFactory(prototype=made, state="concluded", born_on=born_on)
        late = PrototypeFactory(idea=Idea.objects.get(born_on=LAST), born_on=AFTER)
        TrialFactory(prototype=late, state="concluded", born_on=AFTER)
        told = {}
        for user in (gone, cast["M"]):
            found = outputs(user, cast.cohort, challenge)
            told[user] = (found.prototypes, found.concluded, found.handed_over)
        assert told == {gone: (1, 1, 1), cast["M"]: (3, 3, 2)}


class TestCounting:
    def test_without_a_choice_the_persons_own_authorities_are_covered_and_no_neighbour(self, cast: Cast):
        reach = reach_of(cast["M"])
        assert {row.name for row in reach.cohorts} == {"Rivage", "Montagne"}
        covered = {
            "nothing": {row.name for row in reach.within(reach.scope())},
            "edition": {row.name for row in reach.within(reach.scope(edition=cast.edition))},
        }
        assert covered == {"nothing": {"Rivage"}, "edition": {"Rivage", "Montagne"}}

    def test_the_lab_covers_every_cohort(self, cast: Cast):
        assert reach_of(cast["S"]).own is None
