"""Who reads comments, gets e-mails, sees figures or can be mentioned: nobody whose mandate has ended."""

from datetime import date, timedelta

import pytest
from django.db.models import Q

from accounts.models import User
from comments.readers import people, readers, suggested_readers
from figures.scope.visibility import visible_cohorts
from prototypes.board.outputs import outputs
from prototypes.handover.recipients import AUDIENCES
from prototypes.models import Idea
from tests.factories.cast import TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.figures import share_with_edition
from tests.factories.programmes import AuthorityAdminFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.sql import force

pytestmark = pytest.mark.django_db
LAST, AFTER = date(2026, 9, 30), date(2026, 10, 1)


@pytest.fixture
def old_admin(cast: Cast) -> User:
    """An admin of the authority of the cohort until yesterday."""
    yesterday = TODAY - timedelta(days=1)
    return AuthorityAdminFactory(
        authority=cast.cohort.authority, until=yesterday, user__full_name="Admin Autrefois"
    ).user


@pytest.fixture
def past_member(cast: Cast) -> User:
    return MembershipFactory(cohort=cast.cohort, ends_on=LAST, user__full_name="Membre Autrefois").user


def named(found: Q) -> set[str]:
    return {user.full_name for user in people(found)}


class TestFormerAdmin:
    def test_former_admin_reads_no_comments_and_cannot_be_mentioned(self, cast: Cast, old_admin: User):
        for found in (readers(cast.cohort, shared=False, since=None), suggested_readers(cast.cohort, TODAY)):
            assert "Admin Rivage" in named(found)
            assert "Admin Autrefois" not in named(found)

    def test_former_admin_gets_no_email_about_an_unowned_idea(self, cast: Cast, old_admin: User):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        recipients = {user.full_name for user in User.objects.filter(AUDIENCES["owner"](idea.pk, TODAY))}
        assert recipients == {"Pilot Rivage", "Admin Rivage"}

    def test_former_admin_sees_no_figures(self, cast: Cast, old_admin: User):
        assert (list(visible_cohorts(old_admin).cohorts), cast.cohort in visible_cohorts(cast["A"]).cohorts) == (
            [],
            True,
        )

    def test_former_admin_cannot_confirm_ideas(self, cast: Cast, old_admin: User):
        IdeaFactory(cohort=cast.cohort)
        found = [Idea.objects.confirmable_by(user, TODAY).count() for user in (old_admin, cast["A"], cast["S"])]
        assert found == [0, 1, 1]


class TestConfirming:
    def test_own_ideas_are_confirmed_only_by_current_members(self, cast: Cast):
        elsewhere = IdeaFactory(cohort=cast.other_cohort, owner=cast["M"])
        here = IdeaFactory(cohort=cast.cohort, owner=cast["M"])
        assert list(Idea.objects.confirmable_by(cast["M"], TODAY)) == [here]
        assert elsewhere not in Idea.objects.confirmable_by(cast["M"], TODAY)

    @pytest.mark.parametrize(("role", "can_confirm"), [("S", True), ("P", True), ("M", False), ("N", False)])
    def test_unconfirmed_idea_is_marked_for_those_who_can_confirm_it(self, cast: Cast, role: str, *, can_confirm: bool):
        old = date(2026, 1, 5)
        old_idea = IdeaFactory(cohort=cast.cohort, state="accepted")
        fresh = IdeaFactory(cohort=cast.cohort)
        force(old_idea, last_update_on=old)
        marked = {row.pk: vars(row) for row in Idea.objects.with_confirmation_flags(cast[role], TODAY)}
        assert (marked[old_idea.pk]["is_unconfirmed"], bool(marked[old_idea.pk]["can_confirm"])) == (True, can_confirm)
        assert (marked[fresh.pk]["is_unconfirmed"], bool(marked[fresh.pk]["can_confirm"])) == (False, False)


class TestPastMembers:
    def test_past_members_read_own_and_shared_ideas_of_their_last_day(self, cast: Cast, past_member: User):
        third = CohortFactory(edition=CohortFactory().edition)
        for cohort in (cast.cohort, cast.other_cohort, third):
            for created_on in (LAST, AFTER):
                for shared in (False, True):
                    IdeaFactory(cohort=cohort, created_on=created_on, shared_with_edition=shared)
        read = set(Idea.objects.visible_to(past_member).values_list("cohort", "created_on", "shared_with_edition"))
        assert read == {
            (cast.cohort.pk, LAST, False),
            (cast.cohort.pk, LAST, True),
            (cast.other_cohort.pk, LAST, True),
        }

    def test_outputs_count_only_readable_work(self, cast: Cast, past_member: User):
        challenge = ChallengeFactory(cohort=cast.cohort)
        for created_on in (LAST, AFTER):
            idea = IdeaFactory(cohort=cast.cohort, challenge=challenge, state="handed_over", created_on=created_on)
            made = PrototypeFactory(idea=idea, created_on=created_on)
            TrialFactory(prototype=made, state="concluded", created_on=created_on)
        late = PrototypeFactory(idea=Idea.objects.get(created_on=LAST), created_on=AFTER)
        TrialFactory(prototype=late, state="concluded", created_on=AFTER)
        counts = {}
        for user in (past_member, cast["M"]):
            found = outputs(user, cast.cohort, challenge)
            counts[user] = (found.prototypes, found.concluded, found.handed_over)
        assert counts == {past_member: (1, 1, 1), cast["M"]: (3, 3, 2)}


class TestCounting:
    def test_default_scope_covers_only_own_authorities(self, cast: Cast):
        reach = visible_cohorts(cast["M"])
        assert {row.name for row in reach.cohorts} == {"Rivage"}
        share_with_edition(cast.other_cohort)
        reach = visible_cohorts(cast["M"])
        covered = {
            "nothing": {row.name for row in reach.cohorts_in(reach.scope())},
            "edition": {row.name for row in reach.cohorts_in(reach.scope(edition=cast.edition))},
        }
        assert covered == {"nothing": {"Rivage"}, "edition": {"Rivage", "Montagne"}}

    def test_the_lab_covers_every_cohort(self, cast: Cast):
        assert visible_cohorts(cast["S"]).own is None
