"""The board, two versions side by side, the package, follow-ups, an idea taken up, and what the story tells of them."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import RequestFactory

from prototypes.board.outputs import Outputs, outputs
from prototypes.board.views import ideas_of
from prototypes.models import FollowUp, Idea, Lineage
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory, StakeholderFactory
from tests.factories.programmes import EditionFactory
from tests.factories.prototypes import (
    ChallengeFactory,
    FollowUpFactory,
    IdeaAuthorFactory,
    IdeaFactory,
    ImplementationFactory,
    LineageFactory,
    PrototypeFactory,
    TrialFactory,
    package,
    support,
    tell,
)
from tests.pages import elements, links, texts
from tests.prototypes.pages import change, errors, page, send, signed_in, statements

pytestmark = pytest.mark.django_db

BOARD = "/cohorts/rivage/board/"
DAY = {"on": "2026-11-24", "precision": "day"}


def story(text: str) -> str:
    return text.split('<ol class="story">')[1].split("</ol>", maxsplit=1)[0]


def story_or_board(text: str) -> str:
    return story(text) if '<ol class="story">' in text else text


class TestBoard:
    @pytest.mark.parametrize("rows", [1, 30])
    def test_costs_the_same_with_one_idea_and_with_thirty(self, cast: Cast, rows: int):
        for number in range(rows):
            idea = IdeaFactory(cohort=cast.cohort, owner=cast["M"], state=["accepted", "prototyping"][number % 2])
            PrototypeFactory(idea=idea)
        assert statements(cast["M"], BOARD) == 8

    def test_has_a_column_for_each_state_of_the_path_and_others_where_an_idea_is(self, cast: Cast):
        for state in ("captured", "captured", "testing", "abandoned"):
            IdeaFactory(cohort=cast.cohort, state=state)
        found = texts(signed_in(cast["M"]).get(BOARD), "h2")
        assert [text for text in found if text[-1].isdigit()] == [
            *("captured 2", "accepted 0", "prototyping 0", "in test 1", "decided 0", "handed over 0"),
            *("being implemented 0", "implemented 0", "abandoned 1"),
        ]

    def test_a_long_column_shows_the_latest_and_leads_to_all_of_them(self, cast: Cast):
        made = [IdeaFactory(cohort=cast.cohort, state="captured") for _number in range(8)]
        addresses = [idea.get_absolute_url() for idea in made]
        few, every = page(cast["M"], BOARD), page(cast["M"], BOARD, all="on")
        assert [[address in text for address in addresses].count(True) for text in (few, every)] == [6, 8]
        assert links(signed_in(cast["M"]).get(BOARD))["Show all 8"] == "?all=on#column-1"
        assert "Show all" not in every

    def test_each_idea_has_its_next_move_and_the_others(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="captured")
        found = links(signed_in(cast["P"]).get(BOARD))
        moves = {
            word: found[word].split("?")[0].split("/")[-2] for word in ("Accept", "Split", "Park", "Merge", "Abandon")
        }
        assert moves == {word: word.lower() for word in ("Accept", "Split", "Park", "Merge", "Abandon")}
        assert found["Accept"] == f"/ideas/{idea.pk}/accept/?from=board"

    def test_a_move_comes_back_to_the_board(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="captured")
        answer = signed_in(cast["P"]).post(f"/ideas/{idea.pk}/accept/?from=board", DAY)
        assert (answer.status_code, answer.headers["Location"]) == (302, BOARD)

    @pytest.mark.parametrize(
        ("state", "prototype", "address"),
        [
            ("accepted", False, "/ideas/{idea}/prototypes/new/"),
            ("prototyping", True, "/prototypes/{prototype}/tests/new/"),
        ],
    )
    def test_where_work_comes_next_it_is_the_move(self, cast: Cast, state: str, prototype: bool, address: str):
        idea = IdeaFactory(cohort=cast.cohort, state=state)
        made = PrototypeFactory(idea=idea).pk if prototype else 0
        assert address.format(idea=idea.pk, prototype=made) in page(cast["M"], BOARD)

    def test_a_retired_prototype_is_tested_no_more_and_a_locked_test_is_noted(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        served = PrototypeFactory(idea=idea, state="retired")
        for address in (BOARD, idea.get_absolute_url()):
            text = page(cast["M"], address)
            found = [f"/prototypes/{served.pk}/tests/new/" in text, f"/ideas/{idea.pk}/prototypes/new/" in text]
            assert found == [False, True]
        trial = TrialFactory(prototype=served, state="locked")
        for address in (BOARD, idea.get_absolute_url()):
            assert f"/trials/{trial.pk}/log/" in story_or_board(page(cast["M"], address))

    def test_what_one_may_not_do_says_why(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, state="captured")
        text = page(cast["M"], BOARD)
        assert "/accept/" not in text
        assert "<b>Accept.</b> Only the lab, the cohort’s coordinator and its pilot can do this." in text

    def test_published_ideas_move_nowhere(self, cast: Cast):
        old = CohortFactory(edition=EditionFactory(retrospective=True, state="archived"), retrospective=True)
        IdeaFactory(cohort=old, retrospective=True, state="")
        text = page(cast["X"], f"/cohorts/{old.slug}/board/")
        assert ("not known" in text, "Other actions" in text, "/ideas/new/" in text) == (True, False, False)

    def test_what_gave_no_sign_comes_last(self, cast: Cast, rf: RequestFactory):
        """A full board leaves out the silent ones, never those that just moved."""
        ideas = [IdeaFactory(cohort=cast.cohort, state=state) for state in ("captured", "")]
        request = rf.get(BOARD)
        request.user = cast["M"]
        assert ideas_of(cast.cohort, None, request) == ideas

    def test_shows_one_challenge(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort, title="Accueil")
        inside = IdeaFactory(cohort=cast.cohort, challenge=challenge)
        outside = IdeaFactory(cohort=cast.cohort)
        text = page(cast["M"], BOARD, challenge=challenge.pk)
        assert (inside.get_absolute_url() in text, outside.get_absolute_url() in text) == (True, False)

    @pytest.mark.parametrize("asked", ["x", "0", "²", "99999999999999999999"])
    def test_a_challenge_nobody_offered_is_all_of_them(self, cast: Cast, asked: str):
        idea = IdeaFactory(cohort=cast.cohort)
        assert idea.get_absolute_url() in page(cast["M"], BOARD, challenge=asked)

    def test_says_what_the_work_produced(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
        text = page(cast["M"], BOARD)
        assert "1 prototype · 1 test concluded, 1 locked beforehand · 0 ideas handed over · 0 implemented" in text
        assert "1 test did not meet its threshold and says what was learnt: that is a result too." in text


class TestOutputs:
    def test_a_failure_counts_when_it_is_told_and_was_locked_before(self, cast: Cast):
        prototype = PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="testing"))
        TrialFactory(prototype=prototype, state="concluded")
        for untold in ({"learning": ""}, {"strength": ""}, {"held_on": date(2026, 5, 3)}):
            TrialFactory(prototype=prototype, state="concluded", **untold)
        met = {"result": "met", "observed_value": Decimal(90), "successes": 11}
        TrialFactory(prototype=prototype, state="concluded", **met)
        assert outputs(cast["M"], cast.cohort) == Outputs(
            prototypes=1, concluded=5, locked_before=4, told_failures=1, handed_over=0, live=0
        )

    def test_of_one_challenge(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort)
        idea = IdeaFactory(cohort=cast.cohort, challenge=challenge, state="implemented")
        for _ in range(2):
            PrototypeFactory(idea=idea)
        PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="prototyping"))
        assert outputs(cast["M"], cast.cohort, challenge) == Outputs(prototypes=2, handed_over=1, live=1)

    @pytest.mark.parametrize(
        ("states", "told"),
        [
            (["captured"], "1 known from publications: whether it was implemented is not known"),
            (
                ["captured", "accepted", "implemented"],
                "1 implemented · 2 known from publications: whether they were implemented is not known",
            ),
            (["implemented"], "1 implemented"),
            (["abandoned"], "0 implemented"),
        ],
        ids=str,
    )
    def test_of_published_ideas_nothing_is_told_that_nobody_wrote_down(self, cast: Cast, states: list[str], told: str):
        """A challenge as its page says it: none implemented is a fact only where somebody said so."""
        challenge = ChallengeFactory(cohort=cast.cohort)
        for state in states:
            IdeaFactory(cohort=cast.cohort, challenge=challenge, state=state, retrospective=True)
        text = page(cast["M"], challenge.get_absolute_url())
        assert (told in text, "prototypes ·" in text, "handed over" in text) == (True, False, False)

    def test_what_was_worked_on_is_told_beside_what_is_not_known(self, cast: Cast):
        PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="prototyping"))
        IdeaFactory(cohort=cast.cohort, retrospective=True)
        assert outputs(cast["M"], cast.cohort) == Outputs(prototypes=1, published=1, unknown=1)
        assert "1 prototype · 0 tests concluded, 0 locked beforehand · 0 ideas handed over · 1 known from" in page(
            cast["M"], BOARD
        )


class TestComparing:
    def versions(self, cast: Cast, number: int) -> Idea:
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        for version in range(number):
            TrialFactory(prototype=PrototypeFactory(idea=idea, title=f"Kiosk {version + 1}"), state="concluded")
        return idea

    @pytest.mark.parametrize("number", [2, 4])
    def test_costs_the_same_with_two_versions_and_with_four(self, cast: Cast, number: int):
        idea = self.versions(cast, number)
        assert statements(cast["M"], f"/ideas/{idea.pk}/compare/") == 5

    def test_the_last_two_by_default_those_asked_for_else(self, cast: Cast):
        idea = self.versions(cast, 3)

        def shown(**query: int) -> list[str]:
            answer = signed_in(cast["M"]).get(f"/ideas/{idea.pk}/compare/", query)
            return [side.prototype.title for side in answer.context["sides"]]

        assert shown() == ["Kiosk 2", "Kiosk 3"]
        assert shown(first=3, second=1) == ["Kiosk 1", "Kiosk 3"]
        assert shown(first=2, second=2) == ["Kiosk 2", "Kiosk 3"]
        assert shown(first=9, second=1) == ["Kiosk 2", "Kiosk 3"]

    def test_of_what_came_after_their_last_day_past_members_read_nothing(self, cast: Cast):
        gone = MembershipFactory(cohort=cast.cohort, ends_on=date(2026, 9, 30)).user
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        old = PrototypeFactory(idea=idea, title="Kiosk")
        TrialFactory(prototype=old, state="concluded", born_on=date(2026, 10, 1))
        PrototypeFactory(idea=idea, title="Later", born_on=date(2026, 10, 1))
        read = [signed_in(user).get(f"/ideas/{idea.pk}/compare/").context["versions"] for user in (gone, cast["M"])]
        told = [[(row.title, len(row.trials.all())) for row in versions] for versions in read]
        assert told == [[("Kiosk", 0)], [("Kiosk", 1), ("Later", 0)]]

    def test_marks_what_differs(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        PrototypeFactory(idea=idea, title="Kiosk", fidelity=2)
        PrototypeFactory(idea=idea, title="Kiosk", fidelity=3)
        rows = signed_in(cast["M"]).get(f"/ideas/{idea.pk}/compare/").context["rows"]
        assert [(str(row.label), row.differs) for row in rows][:5] == [
            ("Title", False),
            ("Made on", False),
            ("State", False),
            ("Medium", False),
            ("Realism", True),
        ]

    def test_one_version_has_nothing_beside_it(self, cast: Cast):
        idea = self.versions(cast, 1)
        assert "Nothing to compare yet" in page(cast["M"], f"/ideas/{idea.pk}/compare/")


class TestPackage:
    def test_prints_the_work_the_decision_and_what_was_written(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing", title="Une borne")
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea, title="Kiosk"), state="concluded")
        support(trial)
        idea.refresh_from_db()
        tell(idea, "handed_over", evidence="Accueil central")
        row = package(idea, watch="Its words", open_points="Who repairs it")
        text = page(cast["R"], row.get_absolute_url())
        said = ("Une borne", "Kiosk", "not met: 9 of 12", "Accueil central", "La borne", "Its words", "Who repairs it")
        assert [part for part in said if part not in text] == []
        assert ("Le pilote" in text, "Test of 11 May: not met" in text) == (True, True)
        assert statements(cast["R"], row.get_absolute_url()) <= 5

    def test_other_cohorts_read_of_its_challenge_what_the_idea_shows_them(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort, title="Accueil", framing="Au guichet", sponsor="DGS")
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over", challenge=challenge, shared_with_edition=True)
        address = package(idea).get_absolute_url()
        pages = {letter: page(cast[letter], address) for letter in "MN"}
        read = {letter: [word in pages[letter] for word in ("Accueil", "Au guichet", "DGS")] for letter in pages}
        assert read == {"M": [True, True, True], "N": [True, False, False]}

    def test_is_linked_from_the_story_even_after_a_correction(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        row = package(idea)
        wrong = idea.events.get(state="handed_over")
        tell(idea, "handed_over", date(2026, 7, 8), corrects=wrong, reason="Minutes", recorded_on=date(2026, 8, 1))
        text = story(page(cast["M"], idea.get_absolute_url()))
        assert row.get_absolute_url() in text
        assert "First recorded: 1 Jul. Corrected: Minutes" in text


class TestFollowUps:
    def address(self, idea: Idea, months: int = 3) -> str:
        return f"/ideas/{idea.pk}/follow-ups/{months}/"

    def test_are_offered_once_due_to_those_who_may(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        shown = {letter: self.address(idea) in page(cast[letter], idea.get_absolute_url()) for letter in "SPAMR"}
        assert shown == {"S": True, "P": True, "A": True, "M": False, "R": False}
        assert self.address(idea, 6) not in page(cast["P"], idea.get_absolute_url())

    def test_parked_and_taken_up_again_they_keep_their_days(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        tell(idea, "parked", date(2026, 11, 2))
        tell(idea, "handed_over", date(2026, 11, 23))
        assert self.address(idea) in page(cast["P"], idea.get_absolute_url())
        assert send(cast["P"], self.address(idea), answer="unknown").status_code == 302

    def test_are_noted_and_told(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        answer = send(cast["A"], self.address(idea), answer="partial", words="Two halls", evidence="Photos")
        assert (answer.status_code, FollowUp.objects.get().answer) == (302, "partial")
        text = story(page(cast["M"], idea.get_absolute_url()))
        told = ("3 months after hand-over", "Live, in part. Two halls", "Photos")
        assert [part for part in told if part not in text] == []

    def test_come_back_beside_their_field(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        assert list(errors(send(cast["A"], self.address(idea), answer="full"))) == ["evidence"]
        assert list(errors(send(cast["A"], self.address(idea), answer="no"))) == ["words"]
        assert list(errors(send(cast["A"], self.address(idea, 6), answer="unknown"))) == ["__all__"]

    @pytest.mark.parametrize(
        ("state", "statuses"), [("handed_over", [200, 200, 404, 404]), ("implemented", [200, 200, 200, 200])]
    )
    def test_are_open_twice_after_hand_over_and_four_times_once_live(self, cast: Cast, state: str, statuses: list[int]):
        idea = IdeaFactory(cohort=cast.cohort, state=state)
        pages = {months: signed_in(cast["A"]).get(self.address(idea, months)) for months in (3, 6, 12, 24, 4)}
        assert [answer.status_code for answer in pages.values()] == [*statuses, 404]


class TestTakingUp:
    def test_from_the_page_of_a_shared_idea(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, title="Une borne", shared_with_edition=True)
        address = f"/ideas/{idea.pk}/reuse/"
        assert address in page(cast["N"], idea.get_absolute_url())
        place = {"place": f"cohort-{cast.other.pk}", "title": "Notre borne"}
        answer = send(cast["N"], address, **place)
        child = Idea.objects.get(title="Notre borne")
        assert (answer.status_code, answer.headers["Location"]) == (302, child.get_absolute_url())
        text = page(cast["N"], child.get_absolute_url())
        assert ("Taken up from" in text, ">RIV-001 Une borne</a>, Rivage" in text) == (True, True)
        assert idea.get_absolute_url() in text

    def test_not_by_those_who_work_nowhere_else(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        assert f"/ideas/{idea.pk}/reuse/" not in page(cast["M"], idea.get_absolute_url())

    def test_its_own_cohort_is_not_offered_nor_one_where_one_does_not_work(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        for place in (cast.cohort, CohortFactory()):
            sent = {"place": f"cohort-{place.pk}", "title": "Ours"}
            assert list(errors(send(cast["N"], f"/ideas/{idea.pk}/reuse/", **sent))) == ["place"]
        assert Lineage.objects.count() == 0

    def test_the_source_counts_the_cohorts_that_show_nothing_of_it(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        LineageFactory(parent=idea, child=IdeaFactory(cohort=cast.other, title="Hidden"))
        text = page(cast["M"], idea.get_absolute_url())
        assert ("1 other cohort has taken up this idea." in text, "Hidden" in text) == (True, False)


class TestStory:
    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_whatever_hangs_on_it(self, cast: Cast, rows: int):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over", owner=cast["P"], shared_with_edition=True)
        package(idea)
        for number in range(rows):
            IdeaAuthorFactory(idea=idea)
            TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
            FollowUpFactory(idea=idea, months=[3, 6, 12][number])
            LineageFactory(parent=idea)
            IdeaFactory(cohort=cast.cohort, state="merged", merged_into=idea)
            ImplementationFactory(idea=idea, state="planned", unit=f"Service {number}")
        assert statements(cast["M"], idea.get_absolute_url()) == 10

    def test_a_decision_names_its_tests(self, cast: Cast):
        trial = TrialFactory(
            prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="testing")), state="concluded"
        )
        idea = support(trial).event.idea
        text = story(page(cast["M"], idea.get_absolute_url()))
        assert "Based on:" in text
        assert f'href="{trial.get_absolute_url()}"' in text.split("Based on:")[1]

    def test_a_split_leads_to_its_parts_and_back(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing", title="Whole")
        send(cast["P"], f"/ideas/{idea.pk}/split/", titles="Sign\nWord", on="2026-11-24")
        parts = list(Idea.objects.filter(origins__parent=idea).order_by("pk"))
        text = story(page(cast["M"], idea.get_absolute_url()))
        assert [part.title for part in parts] == ["Sign", "Word"]
        assert ["Split" in text, *(part.get_absolute_url() in text for part in parts)] == [True, True, True]
        assert "Part of" in page(cast["M"], parts[1].get_absolute_url())

    @pytest.mark.parametrize("titles", ["Only one", "", "x" * 161 + "\ny", "\n".join(map(str, range(13)))])
    def test_a_split_that_is_none_comes_back_beside_its_parts(self, cast: Cast, titles: str):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        answer = send(cast["P"], f"/ideas/{idea.pk}/split/", titles=titles, on="2026-11-24")
        assert (list(errors(answer)), Idea.objects.count()) == (["titles"], 1)

    def test_what_merged_into_it_is_told_in_its_place(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        other = IdeaFactory(cohort=cast.cohort, state="merged", merged_into=idea)
        text = story(page(cast["M"], idea.get_absolute_url()))
        assert "Another idea was merged into this one" in text
        assert other.get_absolute_url() in text

    def test_where_it_is_live_in_part_elsewhere_and_no_more(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        ImplementationFactory(idea=idea, scope="partial", live_on=date(2026, 8, 10))
        there = cast.other.authority
        ended = {"ended_on": date(2026, 10, 2), "reason": "Moved"}
        ImplementationFactory(idea=idea, authority=there, kind="replication", state="discontinued", **ended)
        text = story(page(cast["M"], idea.get_absolute_url()))
        told = ["Live in part", "Live elsewhere", "Not live any more"]
        assert sorted(told, key=text.index) == told

    def test_giving_up_says_the_reason_of_the_list_and_the_words(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        sent = DAY | {"abandoned_for": "no_service", "reason": "Asked three of them"}
        send(cast["P"], f"/ideas/{idea.pk}/abandon/", **sent)
        assert "No department takes it over. Asked three of them" in story(page(cast["M"], idea.get_absolute_url()))

    def test_a_moved_bar_is_told_with_its_reason(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
        lower = TrialFactory(prototype=PrototypeFactory(idea=idea), threshold=60)
        address = f"/trials/{lower.pk}/lock/"
        assert "The success criterion was: at least 80" in page(cast["M"], address)
        assert list(errors(send(cast["M"], address))) == ["moved_because"]
        change(cast["M"], address, moved_because="First visits are harder")
        for shown in (idea, lower, lower.prototype):
            text = page(cast["M"], shown.get_absolute_url())
            assert "criterion changed" in text
            assert re.search(r"from at least 80%\s?to at least 60%", text)
            assert "First visits are harder" in text

    def test_co_authors_are_named_and_may_edit(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, owner=cast["P"])
        assert signed_in(cast["M"]).get(f"/ideas/{idea.pk}/edit/").status_code == 403
        IdeaAuthorFactory(idea=idea, user=cast["M"])
        assert signed_in(cast["M"]).get(f"/ideas/{idea.pk}/edit/").status_code == 200
        assert "with Ambassador Rivage" in page(cast["R"], idea.get_absolute_url())

    def test_the_form_names_them(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, owner=cast["P"])
        change(cast["P"], f"/ideas/{idea.pk}/edit/", title="Une borne", owner=cast["P"].pk, co_authors=[cast["M"].pk])
        assert Idea.objects.get(pk=idea.pk).author_ids == {cast["M"].pk}
        foreign = {"title": "Une borne", "co_authors": [cast["N"].pk]}
        assert list(errors(change(cast["P"], f"/ideas/{idea.pk}/edit/", **foreign))) == ["co_authors"]


class TestChallenge:
    def test_shows_its_stakeholders_and_sessions(self, cast: Cast):
        row = ChallengeFactory(cohort=cast.cohort)
        person = StakeholderFactory(cohort=cast.cohort, name="A landlord")
        session = SessionFactory(cohort=cast.cohort)
        answer = change(cast["P"], f"/challenges/{row.pk}/links/", stakeholders=[person.pk], sessions=[session.pk])
        text = page(cast["M"], row.get_absolute_url())
        assert (answer.status_code, "A landlord" in text, session.get_absolute_url() in text) == (302, True, True)

    @pytest.mark.parametrize("rows", [1, 3])
    def test_costs_the_same_with_one_and_with_three(self, cast: Cast, rows: int):
        row = ChallengeFactory(cohort=cast.cohort)
        for _ in range(rows):
            row.stakeholders.add(StakeholderFactory(cohort=cast.cohort))
            row.sessions.add(SessionFactory(cohort=cast.cohort))
            IdeaFactory(cohort=cast.cohort, challenge=row)
        assert statements(cast["M"], row.get_absolute_url()) == 10

    def test_foreign_ones_are_refused(self, cast: Cast):
        row = ChallengeFactory(cohort=cast.cohort)
        sent = {"stakeholders": [StakeholderFactory().pk], "sessions": [SessionFactory().pk]}
        assert list(errors(change(cast["P"], f"/challenges/{row.pk}/links/", **sent))) == ["stakeholders", "sessions"]


def test_the_list_is_narrowed_by_owner_once_the_cohort_is_chosen(cast: Cast):
    for letter in "MP":
        IdeaFactory(cohort=cast.cohort, owner=cast[letter], title=f"Of {letter}")
    for _ in range(2):
        IdeaFactory(cohort=cast.other)
    answer = signed_in(cast["S"]).get("/ideas/", {"cohort": cast.cohort.pk, "owner": cast["M"].pk})
    assert [idea.title for idea in answer.context["page"].rows] == ["Of M"]
    assert elements(answer, "select")[-2]["attrs"]["name"] in {"owner", "state", "challenge"}


def test_fifty_ideas_of_one_cohort_weigh_little(cast: Cast):
    for _ in range(50):
        IdeaFactory(cohort=cast.cohort, owner=cast["M"], title="L'accompagnement des déménagements " * 3)
    answer = signed_in(cast["S"]).get("/ideas/", {"cohort": cast.cohort.pk})
    assert len(answer.content) <= 60 * 1024
