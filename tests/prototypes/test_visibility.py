"""Querysets of ideas, and who can see which rows."""

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
    add_event,
)

pytestmark = pytest.mark.django_db


class TestVisibility:
    @pytest.mark.parametrize(("shared", "readers"), [(False, "SCDPMRA"), (True, "SCDPMRAN")])
    def test_ideas_and_their_work_are_visible_to_their_readers(self, cast: Cast, shared: bool, readers: str):
        idea = IdeaFactory(cohort=cast.cohort, state="implemented", shared_with_edition=shared)
        TrialFactory(prototype=PrototypeFactory(idea=idea))
        for model in (Idea, Prototype, Trial, Implementation):
            roles = "".join(role for role in EVERYONE if model.objects.visible_to(cast[role]).exists())
            assert (model.__name__, roles) == (model.__name__, readers)

    def test_challenges_are_visible_only_to_the_cohort(self, cast: Cast):
        ChallengeFactory(cohort=cast.cohort)
        roles = "".join(role for role in EVERYONE if Challenge.objects.visible_to(cast[role]).exists())
        assert roles == "SCDPMRA"

    def test_signed_out_people_see_nothing(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        assert Idea.objects.visible_to(AnonymousUser()).count() == 0

    def test_past_members_keep_reading(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort)
        member = MembershipFactory(cohort=cast.cohort, role="relay", ends_on=date(2026, 6, 1)).user
        assert Idea.objects.visible_to(member).count() == 1

    def test_ideas_shared_in_another_edition_are_not_visible(self, cast: Cast):
        IdeaFactory(shared_with_edition=True)
        assert Idea.objects.visible_to(cast["M"]).count() == 0


class TestSearch:
    @pytest.mark.parametrize("words", ["ecole", "ÉCOLE", "verger l'école", "RIV-001", "riv verger", "pépinière"])
    def test_search_ignores_accents_and_capitals_and_requires_every_word(self, cast: Cast, words: str):
        IdeaFactory(cohort=cast.cohort, title="Un verger à l'école", summary="Une pepiniere d'idées")
        IdeaFactory(cohort=cast.cohort, title="Autre chose", summary="")
        assert [idea.reference for idea in Idea.objects.matching(words)] == ["RIV-001"]

    @pytest.mark.parametrize("words", ["telephone", "TÉLÉPHONER", "rendez-vous telephones", "phoniq rendez"])
    def test_search_finds_words_of_the_same_stem(self, cast: Cast, words: str):
        IdeaFactory(cohort=cast.cohort, title="Le rendez-vous téléphonique du jeudi", summary="")
        IdeaFactory(cohort=cast.cohort, title="Le rendez-vous du jeudi", summary="")
        assert [idea.reference for idea in Idea.objects.matching(words)] == ["RIV-001"]

    @pytest.mark.parametrize(
        ("words", "references"),
        [
            ("Rendez-vous - jeudi", ["RIV-001", "RIV-002"]),
            ("Accueil – mairie", ["RIV-003"]),
            ("mairie -accueil", ["RIV-003"]),
            ("-jeudi", ["RIV-001", "RIV-002"]),
            ("jeudi OR verger", []),
            ('"mairie accueil"', ["RIV-003"]),
        ],
    )
    def test_search_requires_every_word_whatever_stands_between(self, cast: Cast, words: str, references: list[str]):
        for title in ("Un rendez-vous jeudi", "Le jeudi du rendez-vous", "L'accueil en mairie", "Le verger"):
            IdeaFactory(cohort=cast.cohort, title=title, summary="")
        assert sorted(idea.reference for idea in Idea.objects.matching(words)) == references

    @pytest.mark.parametrize("words", ["verger absent", "%", "_", "\\", "'"])
    def test_search_finds_no_other_ideas(self, cast: Cast, words: str):
        IdeaFactory(cohort=cast.cohort, title="Un verger", summary="")
        assert list(Idea.objects.matching(words)) == []

    def test_empty_search_finds_everything(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort)
        assert Idea.objects.matching("  ").count() == 1


class TestIdeas:
    def test_open_ideas_are_neither_implemented_nor_ended(self, cast: Cast):
        for state in ("captured", "parked", "implementing", "implemented", "abandoned"):
            IdeaFactory(cohort=cast.cohort, state=state)
        assert sorted(Idea.objects.open().values_list("state", flat=True)) == ["captured", "implementing", "parked"]

    def test_measured_ideas_leave_out_published_facts(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, retrospective=True)
        running = IdeaFactory(cohort=cast.cohort)
        assert list(Idea.objects.measured()) == [running]

    def test_unconfirmed_ideas_count_in_the_rates_and_are_marked(self, cast: Cast):
        silent = IdeaFactory(cohort=cast.cohort, state="accepted")
        given_up = IdeaFactory(cohort=cast.cohort, state="abandoned", days={"abandoned": date(2026, 3, 2)})
        IdeaFactory(cohort=cast.cohort, state="testing")
        IdeaFactory(cohort=cast.cohort)
        IdeaFactory(cohort=cast.cohort, state="merged", merged_into=silent, days={"merged": date(2026, 3, 2)})
        rows, day = Idea.objects.order_by("pk"), date(2026, 9, 2)
        found = [list(rows.unconfirmed(day)), [row for row in rows if is_unconfirmed(row, day)]]
        assert [*found, [row for row in rows.with_confirmation_flags(cast["X"], day) if row.is_unconfirmed]] == [
            [silent, given_up]
        ] * 3

    def test_ideas_without_update_come_last(self, cast: Cast):
        unknown = IdeaFactory(cohort=cast.cohort, state="", retrospective=True)
        IdeaFactory(cohort=cast.cohort)
        assert Idea.objects.latest_update_first().last() == unknown


def test_corrected_events_do_not_count(cast: Cast):
    idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    wrong = idea.events.get(state="accepted")
    right = add_event(idea, "accepted", date(2026, 3, 9), corrects=wrong, reason="Minutes")
    assert list(IdeaEvent.objects.uncorrected()) == [idea.events.get(state="captured"), right]


def test_alive_challenges_take_ideas(cast: Cast):
    for state in ("proposed", "framed", "active", "handed_over", "closed", "dropped"):
        ChallengeFactory(cohort=cast.cohort, state=state)
    alive = sorted(Challenge.objects.alive().values_list("state", flat=True))
    assert alive == ["active", "framed", "handed_over", "proposed"]


class TestWorkingCohorts:
    def test_members_work_in_their_own_cohort(self, cast: Cast):
        found = {role: list(working_cohorts(cast[role], localdate())) for role in EVERYONE}
        own, both, none = [cast.cohort], {cast.cohort, cast.other_cohort}, []
        assert {role: found[role] for role in "CDPM"} == dict.fromkeys("CDPM", own)
        assert (set(found["S"]), found["N"]) == (both, [cast.other_cohort])
        assert {role: found[role] for role in "RAX"} == dict.fromkeys("RAX", none)

    def test_coordinators_and_pilots_lead(self, cast: Cast):
        leads = "".join(role for role in "CDPMRA" if working_cohorts(cast[role], localdate(), LEADING_ROLES).exists())
        assert leads == "CP"

    def test_past_members_do_not_work(self, cast: Cast):
        member = MembershipFactory(cohort=cast.cohort, ends_on=date(2026, 11, 23)).user
        assert list(working_cohorts(member, localdate())) == []

    def test_nobody_works_on_published_facts(self, cast: Cast):
        old = CohortFactory(retrospective=True, state="running")
        MembershipFactory(cohort=old, user=cast["M"])
        assert list(working_cohorts(cast["M"], localdate())) == [cast.cohort]
