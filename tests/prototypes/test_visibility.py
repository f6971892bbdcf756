"""Questions about ideas, and who may see which."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.timezone import localdate

from prototypes.confirmations.unconfirmed import is_unconfirmed
from prototypes.models import Challenge, Idea, IdeaEvent, Implementation, Prototype, Trial
from prototypes.visibility import LEADING_ROLES, working_cohorts
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    IdeaFactory,
    PrototypeFactory,
    TrialFactory,
    tell,
)

pytestmark = pytest.mark.django_db


class TestVisibility:
    @pytest.mark.parametrize(("shared", "readers"), [(False, "SCDPMRA"), (True, "SCDPMRAN")])
    def test_ideas_and_all_that_hangs_on_them(self, cast: Cast, shared: bool, readers: str):
        idea = IdeaFactory(cohort=cast.cohort, state="implemented", shared_with_edition=shared)
        TrialFactory(prototype=PrototypeFactory(idea=idea))
        for model in (Idea, Prototype, Trial, Implementation):
            seen = "".join(letter for letter in EVERYONE if model.objects.visible_to(cast[letter]).exists())
            assert (model.__name__, seen) == (model.__name__, readers)

    def test_challenges_are_the_cohorts_own(self, cast: Cast):
        ChallengeFactory(cohort=cast.cohort)
        seen = "".join(letter for letter in EVERYONE if Challenge.objects.visible_to(cast[letter]).exists())
        assert seen == "SCDPMRA"

    def test_nobody_signed_out_sees_anything(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        assert Idea.objects.visible_to(AnonymousUser()).count() == 0

    def test_past_members_keep_reading(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort)
        member = MembershipFactory(cohort=cast.cohort, role="relay", ends_on=date(2026, 6, 1)).user
        assert Idea.objects.visible_to(member).count() == 1

    def test_what_another_edition_shares_stays_there(self, cast: Cast):
        IdeaFactory(shared_with_edition=True)
        assert Idea.objects.visible_to(cast["M"]).count() == 0


class TestSearch:
    @pytest.mark.parametrize("words", ["ecole", "ÉCOLE", "verger l'école", "RIV-001", "riv verger", "pépinière"])
    def test_ignores_accents_and_capitals_and_takes_every_word(self, cast: Cast, words: str):
        IdeaFactory(cohort=cast.cohort, title="Un verger à l'école", summary="Une pepiniere d'idées")
        IdeaFactory(cohort=cast.cohort, title="Autre chose", summary="")
        assert [idea.reference for idea in Idea.objects.saying(words)] == ["RIV-001"]

    @pytest.mark.parametrize("words", ["verger absent", "%", "_", "\\", "'"])
    def test_finds_nothing_it_should_not(self, cast: Cast, words: str):
        IdeaFactory(cohort=cast.cohort, title="Un verger", summary="")
        assert list(Idea.objects.saying(words)) == []

    def test_nothing_asked_is_everything(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort)
        assert Idea.objects.saying("  ").count() == 1


class TestIdeas:
    def test_open_ones_are_neither_implemented_nor_ended(self, cast: Cast):
        for state in ("captured", "parked", "implementing", "implemented", "abandoned"):
            IdeaFactory(cohort=cast.cohort, state=state)
        assert sorted(Idea.objects.open().values_list("state", flat=True)) == ["captured", "implementing", "parked"]

    def test_measured_ones_are_not_published_facts(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, retrospective=True)
        running = IdeaFactory(cohort=cast.cohort)
        assert list(Idea.objects.measured()) == [running]

    def test_unconfirmed_ones_count_in_the_rates_and_gave_their_last_sign_by_that_day(self, cast: Cast):
        silent = IdeaFactory(cohort=cast.cohort, state="accepted")
        given_up = IdeaFactory(cohort=cast.cohort, state="abandoned", days={"abandoned": date(2026, 3, 2)})
        IdeaFactory(cohort=cast.cohort, state="testing")
        IdeaFactory(cohort=cast.cohort)
        IdeaFactory(cohort=cast.cohort, state="merged", merged_into=silent, days={"merged": date(2026, 3, 2)})
        rows, day = Idea.objects.order_by("pk"), date(2026, 9, 2)
        found = [list(rows.unconfirmed(day)), [row for row in rows if is_unconfirmed(row, day)]]
        assert [*found, [row for row in rows.marked(cast["X"], day) if row.faded]] == [[silent, given_up]] * 3

    def test_ideas_without_a_sign_come_last(self, cast: Cast):
        unknown = IdeaFactory(cohort=cast.cohort, state="", retrospective=True)
        IdeaFactory(cohort=cast.cohort)
        assert Idea.objects.newest_sign_first().last() == unknown


def test_events_count_until_they_are_corrected(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    wrong = idea.events.get(state="accepted")
    right = tell(idea, "accepted", date(2026, 3, 9), corrects=wrong, reason="Minutes")
    assert list(IdeaEvent.objects.counting()) == [idea.events.get(state="captured"), right]


def test_challenges_alive_take_ideas(cast: Cast):
    for state in ("proposed", "framed", "active", "handed_over", "closed", "dropped"):
        ChallengeFactory(cohort=cast.cohort, state=state)
    alive = sorted(Challenge.objects.alive().values_list("state", flat=True))
    assert alive == ["active", "framed", "handed_over", "proposed"]


class TestWorkingCohorts:
    def test_members_work_in_their_own(self, cast: Cast):
        found = {letter: list(working_cohorts(cast[letter], localdate())) for letter in EVERYONE}
        own, both, none = [cast.cohort], {cast.cohort, cast.other}, []
        assert {letter: found[letter] for letter in "CDPM"} == dict.fromkeys("CDPM", own)
        assert (set(found["S"]), found["N"]) == (both, [cast.other])
        assert {letter: found[letter] for letter in "RAX"} == dict.fromkeys("RAX", none)

    def test_coordinators_and_pilots_lead(self, cast: Cast):
        leads = "".join(
            letter for letter in "CDPMRA" if working_cohorts(cast[letter], localdate(), LEADING_ROLES).exists()
        )
        assert leads == "CP"

    def test_past_members_work_no_more(self, cast: Cast):
        member = MembershipFactory(cohort=cast.cohort, ends_on=date(2026, 11, 23)).user
        assert list(working_cohorts(member, localdate())) == []

    def test_nobody_works_on_published_facts(self, cast: Cast):
        old = CohortFactory(retrospective=True, state="running")
        MembershipFactory(cohort=old, user=cast["M"])
        assert list(working_cohorts(cast["M"], localdate())) == [cast.cohort]
