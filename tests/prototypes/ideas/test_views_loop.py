"""The board, the comparison of versions, packages, follow-ups, reuse, and their entries in the timeline."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import RequestFactory

from accounts.models import User
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
    add_event,
    package,
    support,
)
from tests.pages import elements, links, messages, row_heads, texts
from tests.prototypes.pages import change, errors, page, send, signed_in, statements
from web.forms import row_fields

pytestmark = pytest.mark.django_db

BOARD = "/cohorts/rivage/board/"
DAY = {"on": "2026-11-24", "precision": "day"}


def timeline_html(text: str) -> str:
    return text.split('<ol class="idea-timeline">')[1].split("</ol>", maxsplit=1)[0]


def timeline_or_board_html(text: str) -> str:
    return timeline_html(text) if '<ol class="idea-timeline">' in text else text


def other_actions(idea: Idea) -> str:
    return f"/ideas/{idea.pk}/other-actions/"


def other_actions_text(user: User, idea: Idea) -> str:
    """Return the text of the list of actions for this user."""
    [section] = elements(signed_in(user).get(other_actions(idea)), "section")
    return str(section["text"])


class TestBoard:
    @pytest.mark.parametrize("rows", [1, 30])
    def test_costs_the_same_with_one_idea_and_with_thirty(self, cast: Cast, rows: int):
        for number in range(rows):
            idea = IdeaFactory(cohort=cast.cohort, owner=cast["M"], state=["accepted", "prototyping"][number % 2])
            PrototypeFactory(idea=idea)
        assert statements(cast["M"], BOARD) == 8

    def test_board_has_columns_for_main_states_and_for_other_states_with_ideas(self, cast: Cast):
        for state in ("captured", "captured", "testing", "abandoned"):
            IdeaFactory(cohort=cast.cohort, state=state)
        headings = texts(signed_in(cast["M"]).get(BOARD), "h2")
        assert [text for text in headings if text[-1].isdigit()] == [
            *("captured 2", "accepted 0", "prototyping 0", "in test 1", "decided 0", "handed over 0"),
            *("being implemented 0", "implemented 0", "abandoned 1"),
        ]

    def test_long_column_shows_the_latest_ideas_and_links_to_all(self, cast: Cast):
        made = [IdeaFactory(cohort=cast.cohort, state="captured") for _number in range(8)]
        addresses = [idea.get_absolute_url() for idea in made]
        few, every = page(cast["M"], BOARD), page(cast["M"], BOARD, all="on")
        assert [[address in text for address in addresses].count(True) for text in (few, every)] == [6, 8]
        assert links(signed_in(cast["M"]).get(BOARD))["Show all 8"] == "?all=on#column-1"
        assert "Show all" not in every

    def test_each_card_has_its_next_action_and_a_link_to_other_actions(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="captured")
        urls = links(signed_in(cast["P"]).get(BOARD))
        assert (urls["Accept"], urls["See other actions"]) == (
            f"/ideas/{idea.pk}/accept/?from=board",
            f"/ideas/{idea.pk}/other-actions/",
        )

    def test_action_from_the_board_returns_to_the_board(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="captured")
        answer = signed_in(cast["P"]).post(f"/ideas/{idea.pk}/accept/?from=board", DAY)
        assert (answer.status_code, answer.headers["Location"]) == (302, BOARD)

    @pytest.mark.parametrize(
        ("action", "message"), [("accept", "Saved. {idea} is now “accepted”."), ("share", "Saved.")]
    )
    def test_message_after_an_action_names_the_idea_and_its_new_state(self, cast: Cast, action: str, message: str):
        idea = IdeaFactory(cohort=cast.cohort, state="captured")
        answer = signed_in(cast["P"]).post(f"/ideas/{idea.pk}/{action}/?from=board", DAY, follow=True)
        assert messages(answer) == [message.format(idea=idea.reference)]

    @pytest.mark.parametrize(
        ("state", "prototype", "address"),
        [
            ("accepted", False, "/ideas/{idea}/prototypes/new/"),
            ("prototyping", True, "/prototypes/{prototype}/tests/new/"),
        ],
    )
    def test_next_action_of_a_card_is_its_next_work(self, cast: Cast, state: str, prototype: bool, address: str):
        idea = IdeaFactory(cohort=cast.cohort, state=state)
        made = PrototypeFactory(idea=idea).pk if prototype else 0
        assert address.format(idea=idea.pk, prototype=made) in page(cast["M"], BOARD)

    def test_card_ignores_retired_prototypes_and_offers_to_log_locked_tests(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        served = PrototypeFactory(idea=idea, state="retired")
        for address in (BOARD, idea.get_absolute_url()):
            text = page(cast["M"], address)
            offered = [f"/prototypes/{served.pk}/tests/new/" in text, f"/ideas/{idea.pk}/prototypes/new/" in text]
            assert offered == [False, True]
        trial = TrialFactory(prototype=served, state="locked")
        for address in (BOARD, idea.get_absolute_url()):
            assert f"/trials/{trial.pk}/log/" in timeline_or_board_html(page(cast["M"], address))

    def test_ambassador_asks_for_acceptance_on_the_card(self, cast: Cast):
        IdeaFactory(cohort=cast.cohort, state="captured")
        text = page(cast["M"], BOARD)
        assert ("/accept/" in text, "/ask-for-acceptance/" in text) == (False, True)

    @pytest.mark.parametrize(
        ("state", "is_linked"), [("captured", True), ("implementing", True), ("implemented", False), ("split", False)]
    )
    def test_card_links_to_other_actions_if_there_are_any(self, cast: Cast, state: str, is_linked: bool):
        IdeaFactory(cohort=cast.cohort, state=state)
        assert ("See other actions" in page(cast["S"], BOARD)) == is_linked

    @pytest.mark.parametrize(("role", "is_linked"), [("M", False), ("A", False), ("P", True)])
    def test_card_links_to_other_actions_only_for_people_who_may_take_one(self, cast: Cast, role: str, is_linked: bool):
        IdeaFactory(cohort=cast.cohort, state="captured")
        assert ("See other actions" in page(cast[role], BOARD)) == is_linked

    @pytest.mark.parametrize(("role", "times"), [("M", 1), ("P", 0), ("R", 0)])
    def test_board_names_once_to_members_who_can_decide(self, cast: Cast, role: str, times: int):
        IdeaFactory.create_batch(2, cohort=cast.cohort, state="testing")
        text = page(cast[role], BOARD)
        assert text.count("the coordinator and the pilot of the cohort can accept") == times

    def test_card_of_an_idea_in_test_offers_the_test_to_people_who_may_not_decide(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        prototype = PrototypeFactory(idea=idea)
        assert f"/prototypes/{prototype.pk}/tests/new/?from=board" in page(cast["M"], BOARD)
        trial = TrialFactory(prototype=prototype, state="locked")
        assert links(signed_in(cast["M"]).get(BOARD))["Log a test"] == f"/trials/{trial.pk}/log/?from=board"
        assert f"/ideas/{idea.pk}/decide/?from=board" in page(cast["P"], BOARD)

    @pytest.mark.parametrize(
        ("prototype", "trial", "label"),
        [(False, False, "Add prototype"), (True, False, "Plan test"), (True, True, "Log a test")],
    )
    def test_refused_next_work_has_its_name_among_other_actions(
        self, cast: Cast, prototype: bool, trial: bool, label: str
    ):
        """A relay reads the ideas of the cohort and cannot add work to them."""
        idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
        if prototype:
            made = PrototypeFactory(idea=idea)
            if trial:
                TrialFactory(prototype=made, state="locked")
        assert other_actions_text(cast["R"], idea).startswith(f"{label}. Only ")

    def test_published_ideas_have_no_actions(self, cast: Cast):
        old = CohortFactory(edition=EditionFactory(retrospective=True, state="archived"), retrospective=True)
        IdeaFactory(cohort=old, retrospective=True, state="")
        text = page(cast["X"], f"/cohorts/{old.slug}/board/")
        assert ("not known" in text, "See other actions" in text, "/ideas/new/" in text) == (True, False, False)

    def test_ideas_without_update_come_last(self, cast: Cast, rf: RequestFactory):
        """A full board leaves out unconfirmed ideas, never those that just changed."""
        ideas = [IdeaFactory(cohort=cast.cohort, state=state) for state in ("captured", "")]
        request = rf.get(BOARD)
        request.user = cast["M"]
        assert ideas_of(cast.cohort, None, request) == ideas

    def test_board_shows_one_challenge(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort, title="Accueil")
        inside = IdeaFactory(cohort=cast.cohort, challenge=challenge)
        outside = IdeaFactory(cohort=cast.cohort)
        text = page(cast["M"], BOARD, challenge=challenge.pk)
        assert (inside.get_absolute_url() in text, outside.get_absolute_url() in text) == (True, False)

    @pytest.mark.parametrize("requested", ["x", "0", "²", "99999999999999999999"])
    def test_unknown_challenge_shows_all_ideas(self, cast: Cast, requested: str):
        idea = IdeaFactory(cohort=cast.cohort)
        assert idea.get_absolute_url() in page(cast["M"], BOARD, challenge=requested)

    def test_board_shows_the_outputs_of_the_work(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
        text = page(cast["M"], BOARD)
        assert "1 prototype · 1 test concluded, 1 locked beforehand · 0 ideas handed over · 0 implemented" in text
        assert "1 test did not meet its threshold and says what was learnt: that is a result too." in text


class TestOtherActions:
    def test_pilot_gets_every_action_but_the_next_one(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="captured")
        hrefs = [link for link in links(signed_in(cast["P"]).get(other_actions(idea))).values() if "?from=" in link]
        assert hrefs == [f"/ideas/{idea.pk}/{slug}/?from=board" for slug in ("park", "split", "merge", "abandon")]

    def test_refused_actions_have_the_reason(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="captured")
        assert other_actions_text(cast["M"], idea) == (
            "Park, Split, Merge, Abandon. Only the lab, the cohort’s coordinator and its pilot can do this."
        )

    def test_published_idea_has_no_actions(self, cast: Cast):
        old = CohortFactory(edition=EditionFactory(retrospective=True, state="archived"), retrospective=True)
        idea = IdeaFactory(cohort=old, retrospective=True, state="captured")
        assert other_actions_text(cast["S"], idea) == ""

    def test_htmx_gets_only_the_part_for_the_card(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="captured")
        answer = signed_in(cast["P"]).get(other_actions(idea), headers={"HX-Request": "true"})
        text = answer.content.decode().strip()
        assert (text.startswith("<details"), text.endswith("</details>")) == (True, True)
        assert [summary["text"] for summary in elements(answer, "summary")] == ["Other actions"]

    def test_costs_the_same_statements_in_every_state(self, cast: Cast):
        ideas = [IdeaFactory(cohort=cast.cohort, state=state) for state in ("captured", "prototyping", "parked")]
        assert [statements(cast["P"], other_actions(idea)) for idea in ideas] == [4] * 3


class TestOutputs:
    def test_documented_failure_counts_if_it_was_locked_beforehand(self, cast: Cast):
        prototype = PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="testing"))
        TrialFactory(prototype=prototype, state="concluded")
        for untold in ({"learning": ""}, {"strength": ""}, {"held_on": date(2026, 5, 3)}):
            TrialFactory(prototype=prototype, state="concluded", **untold)
        met = {"result": "met", "observed_value": Decimal(90), "successes": 11}
        TrialFactory(prototype=prototype, state="concluded", **met)
        assert outputs(cast["M"], cast.cohort) == Outputs(
            prototypes=1, concluded=5, locked_beforehand=4, documented_failures=1, handed_over=0, live=0
        )

    def test_outputs_of_one_challenge(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort)
        idea = IdeaFactory(cohort=cast.cohort, challenge=challenge, state="implemented")
        for _ in range(2):
            PrototypeFactory(idea=idea)
        PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="prototyping"))
        assert outputs(cast["M"], cast.cohort, challenge) == Outputs(prototypes=2, handed_over=1, live=1)

    @pytest.mark.parametrize(
        ("states", "expected"),
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
    def test_outputs_of_published_ideas_claim_nothing_unpublished(self, cast: Cast, states: list[str], expected: str):
        """“None implemented” is shown only if a publication says so."""
        challenge = ChallengeFactory(cohort=cast.cohort)
        for state in states:
            IdeaFactory(cohort=cast.cohort, challenge=challenge, state=state, retrospective=True)
        text = page(cast["M"], challenge.get_absolute_url())
        assert (expected in text, "prototypes ·" in text, "handed over" in text) == (True, False, False)

    def test_outputs_show_recorded_work_and_unknown_outcomes(self, cast: Cast):
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

    def test_comparison_shows_the_last_two_or_the_requested_versions(self, cast: Cast):
        idea = self.versions(cast, 3)

        def compared_titles(**query: int) -> list[str]:
            answer = signed_in(cast["M"]).get(f"/ideas/{idea.pk}/compare/", query)
            return [side.prototype.title for side in answer.context["sides"]]

        assert compared_titles() == ["Kiosk 2", "Kiosk 3"]
        assert compared_titles(first=3, second=1) == ["Kiosk 1", "Kiosk 3"]
        assert compared_titles(first=2, second=2) == ["Kiosk 2", "Kiosk 3"]
        assert compared_titles(first=9, second=1) == ["Kiosk 2", "Kiosk 3"]

    def test_past_members_see_no_versions_created_after_their_last_day(self, cast: Cast):
        past_member = MembershipFactory(cohort=cast.cohort, ends_on=date(2026, 9, 30)).user
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        old = PrototypeFactory(idea=idea, title="Kiosk")
        TrialFactory(prototype=old, state="concluded", created_on=date(2026, 10, 1))
        PrototypeFactory(idea=idea, title="Later", created_on=date(2026, 10, 1))
        read = [
            signed_in(user).get(f"/ideas/{idea.pk}/compare/").context["versions"] for user in (past_member, cast["M"])
        ]
        expected = [[(row.title, len(row.trials.all())) for row in versions] for versions in read]
        assert expected == [[("Kiosk", 0)], [("Kiosk", 1), ("Later", 0)]]

    def test_comparison_marks_differences(self, cast: Cast):
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

    def test_comparison_of_one_version_is_empty(self, cast: Cast):
        idea = self.versions(cast, 1)
        assert "Nothing to compare yet" in page(cast["M"], f"/ideas/{idea.pk}/compare/")


class TestPackage:
    def test_package_page_shows_work_decision_and_texts(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing", title="Une borne")
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea, title="Kiosk"), state="concluded")
        support(trial)
        idea.refresh_from_db()
        add_event(idea, "handed_over", evidence="Accueil central")
        row = package(idea, watch="Its words", open_points="Who repairs it")
        text = page(cast["R"], row.get_absolute_url())
        expected = (
            "Une borne",
            "Kiosk",
            "not met: 9 of 12",
            "Accueil central",
            "La borne",
            "Its words",
            "Who repairs it",
        )
        assert [part for part in expected if part not in text] == []
        assert ("Le pilote" in text, "Test of 11 May 2026: not met" in text) == (True, True)
        assert statements(cast["R"], row.get_absolute_url()) <= 5

    def test_other_cohorts_see_only_the_title_of_the_challenge(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort, title="Accueil", framing="Au guichet", sponsor="DGS")
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over", challenge=challenge, shared_with_edition=True)
        address = package(idea).get_absolute_url()
        pages = {role: page(cast[role], address) for role in "MN"}
        read = {role: [word in pages[role] for word in ("Accueil", "Au guichet", "DGS")] for role in pages}
        assert read == {"M": [True, True, True], "N": [True, False, False]}

    def test_package_is_linked_from_the_timeline_after_a_correction(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        row = package(idea)
        wrong = idea.events.get(state="handed_over")
        add_event(idea, "handed_over", date(2026, 7, 8), corrects=wrong, reason="Minutes", recorded_on=date(2026, 8, 1))
        text = timeline_html(page(cast["M"], idea.get_absolute_url()))
        assert row.get_absolute_url() in text
        assert "First recorded: 1 Jul 2026. Corrected: Minutes" in text


class TestFollowUps:
    def address(self, idea: Idea, months: int = 3) -> str:
        return f"/ideas/{idea.pk}/follow-ups/{months}/"

    def test_due_follow_ups_are_offered_to_those_who_can_answer(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        compared_titles = {role: self.address(idea) in page(cast[role], idea.get_absolute_url()) for role in "SPAMR"}
        assert compared_titles == {"S": True, "P": True, "A": True, "M": False, "R": False}
        assert self.address(idea, 6) not in page(cast["P"], idea.get_absolute_url())

    def test_follow_ups_whose_day_has_passed_say_that_there_is_no_answer(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        assert page(cast["M"], idea.get_absolute_url()).count("No answer yet") == 1  # of two
        FollowUpFactory(idea=idea, months=3)
        assert "No answer yet" not in page(cast["M"], idea.get_absolute_url())

    def test_follow_ups_of_a_resumed_idea_keep_their_dates(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        add_event(idea, "parked", date(2026, 11, 2))
        add_event(idea, "handed_over", date(2026, 11, 23))
        assert self.address(idea) in page(cast["P"], idea.get_absolute_url())
        assert send(cast["P"], self.address(idea), answer="unknown").status_code == 302

    def test_answered_follow_up_is_shown_in_the_timeline(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        answer = send(cast["A"], self.address(idea), answer="partial", words="Two halls", evidence="Photos")
        assert (answer.status_code, FollowUp.objects.get().answer) == (302, "partial")
        text = timeline_html(page(cast["M"], idea.get_absolute_url()))
        expected = ("3 months after hand-over", "Live, in part. Two halls", "Photos")
        assert [part for part in expected if part not in text] == []

    def test_invalid_follow_up_is_refused_next_to_its_field(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over")
        assert list(errors(send(cast["A"], self.address(idea), answer="full"))) == ["evidence"]
        assert list(errors(send(cast["A"], self.address(idea), answer="no"))) == ["words"]
        assert list(errors(send(cast["A"], self.address(idea, 6), answer="unknown"))) == ["__all__"]

    @pytest.mark.parametrize(
        ("state", "statuses"), [("handed_over", [200, 200, 404, 404]), ("implemented", [200, 200, 200, 200])]
    )
    def test_two_follow_ups_after_hand_over_and_four_once_live(self, cast: Cast, state: str, statuses: list[int]):
        idea = IdeaFactory(cohort=cast.cohort, state=state)
        pages = {months: signed_in(cast["A"]).get(self.address(idea, months)) for months in (3, 6, 12, 24, 4)}
        assert [answer.status_code for answer in pages.values()] == [*statuses, 404]


class TestReuse:
    def test_shared_idea_can_be_reused_from_its_page(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, title="Une borne", shared_with_edition=True)
        address = f"/ideas/{idea.pk}/reuse/"
        assert address in page(cast["N"], idea.get_absolute_url())
        values = {"target": f"cohort-{cast.other_cohort.pk}", "title": "Notre borne"}
        answer = send(cast["N"], address, **values)
        child = Idea.objects.get(title="Notre borne")
        assert (answer.status_code, answer.headers["Location"]) == (302, child.get_absolute_url())
        text = page(cast["N"], child.get_absolute_url())
        assert ("Reused from" in text, ">RIV-001 Une borne</a>, Rivage" in text) == (True, True)
        assert idea.get_absolute_url() in text

    def test_people_without_another_cohort_cannot_reuse(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        assert f"/ideas/{idea.pk}/reuse/" not in page(cast["M"], idea.get_absolute_url())

    def test_own_and_foreign_cohorts_are_not_offered_for_reuse(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        for target_cohort in (cast.cohort, CohortFactory()):
            sent = {"target": f"cohort-{target_cohort.pk}", "title": "Ours"}
            assert list(errors(send(cast["N"], f"/ideas/{idea.pk}/reuse/", **sent))) == ["target"]
        assert Lineage.objects.count() == 0

    def test_person_in_several_cohorts_chooses_where_an_idea_is_reused(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        pages = []
        for _ in range(2):
            pages.append(signed_in(cast["N"]).get(f"/ideas/{idea.pk}/reuse/").context["form"]["target"])
            MembershipFactory(user=cast["N"], cohort=CohortFactory(edition=cast.cohort.edition), role="ambassador")
        assert [target.field.choices[0][0] for target in pages] == [f"cohort-{cast.other_cohort.pk}", ""]

    def test_lab_staff_choose_the_cohort_of_a_reuse_first_where_there_are_many(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(row_fields, "MAX_CHOICES", 1)
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        address, far, staff = f"/ideas/{idea.pk}/reuse/", CohortFactory(), signed_in(cast["S"])
        assert staff.get(address).context["form"].fields.keys() == {"cohort"}
        assert list(errors(staff.get(address, {"cohort": cast.cohort.name}))) == ["cohort"]
        chosen = staff.get(address, {"cohort": far.name})
        assert chosen.headers["Location"] == f"{address}?target=cohort-{far.pk}"
        assert f'<option value="cohort-{far.pk}" selected>' in page(cast["S"], chosen.headers["Location"])
        sent = send(cast["S"], f"{address}?target=cohort-{far.pk}", target="", title="Ours")
        assert [value for value, _label in sent.context["form"].fields["target"].choices] == [f"cohort-{far.pk}"]
        assert send(cast["S"], address, target=f"cohort-{far.pk}", title="Ours").status_code == 302
        private = IdeaFactory(cohort=cast.cohort)
        assert staff.get(f"/ideas/{private.pk}/reuse/").status_code == 403

    def test_original_idea_counts_reuses_that_are_not_shared(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        LineageFactory(parent=idea, child=IdeaFactory(cohort=cast.other_cohort, title="Hidden"))
        text = page(cast["M"], idea.get_absolute_url())
        assert ("1 other cohort has reused this idea." in text, "Hidden" in text) == (True, False)


class TestTimeline:
    @pytest.mark.parametrize("rows", [1, 3])
    def test_idea_page_costs_the_same_with_more_related_rows(self, cast: Cast, rows: int):
        idea = IdeaFactory(cohort=cast.cohort, state="handed_over", owner=cast["P"], shared_with_edition=True)
        package(idea)
        for number in range(rows):
            IdeaAuthorFactory(idea=idea)
            TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
            FollowUpFactory(idea=idea, months=[3, 6, 12][number])
            LineageFactory(parent=idea)
            IdeaFactory(cohort=cast.cohort, state="merged", merged_into=idea)
            ImplementationFactory(idea=idea, state="planned", unit=f"Service {number}")
        assert statements(cast["M"], idea.get_absolute_url()) == 9

    def test_decision_names_its_tests(self, cast: Cast):
        trial = TrialFactory(
            prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="testing")), state="concluded"
        )
        idea = support(trial).event.idea
        text = timeline_html(page(cast["M"], idea.get_absolute_url()))
        assert "Based on:" in text
        assert f'href="{trial.get_absolute_url()}"' in text.split("Based on:")[1]

    def test_split_idea_and_its_parts_link_to_each_other(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing", title="Whole")
        send(cast["P"], f"/ideas/{idea.pk}/split/", titles="Sign\nWord", on="2026-11-24")
        parts = list(Idea.objects.filter(origins__parent=idea).order_by("pk"))
        text = timeline_html(page(cast["M"], idea.get_absolute_url()))
        assert [part.title for part in parts] == ["Sign", "Word"]
        assert ["Split" in text, *(part.get_absolute_url() in text for part in parts)] == [True, True, True]
        assert "Part of" in page(cast["M"], parts[1].get_absolute_url())

    @pytest.mark.parametrize("titles", ["Only one", "", "x" * 161 + "\ny", "\n".join(map(str, range(13)))])
    def test_invalid_split_is_refused_next_to_the_parts(self, cast: Cast, titles: str):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        answer = send(cast["P"], f"/ideas/{idea.pk}/split/", titles=titles, on="2026-11-24")
        assert (list(errors(answer)), Idea.objects.count()) == (["titles"], 1)

    def test_merged_ideas_appear_in_the_timeline(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        other = IdeaFactory(cohort=cast.cohort, state="merged", merged_into=idea)
        text = timeline_html(page(cast["M"], idea.get_absolute_url()))
        assert "Another idea was merged into this one" in text
        assert other.get_absolute_url() in text

    def test_timeline_shows_partial_replicated_and_ended_implementations(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="implementing")
        ImplementationFactory(idea=idea, scope="partial", live_on=date(2026, 8, 10))
        there = cast.other_cohort.authority
        ended = {"ended_on": date(2026, 10, 2), "reason": "Moved"}
        ImplementationFactory(idea=idea, authority=there, kind="replication", state="discontinued", **ended)
        text = timeline_html(page(cast["M"], idea.get_absolute_url()))
        expected = ["Live in part", "Live elsewhere", "Not live any more"]
        assert sorted(expected, key=text.index) == expected

    def test_abandonment_shows_the_listed_reason_and_the_comment(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        sent = DAY | {"abandoned_for": "no_service", "reason": "Asked three of them"}
        send(cast["P"], f"/ideas/{idea.pk}/abandon/", **sent)
        assert "No department takes it over. Asked three of them" in timeline_html(
            page(cast["M"], idea.get_absolute_url())
        )

    def test_changed_criterion_is_shown_with_its_reason(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
        lower = TrialFactory(prototype=PrototypeFactory(idea=idea), threshold=60)
        address = f"/trials/{lower.pk}/lock/"
        assert "The success criterion was: at least 80" in page(cast["M"], address)
        assert list(errors(send(cast["M"], address))) == ["criterion_change_reason"]
        change(cast["M"], address, criterion_change_reason="First visits are harder")
        for compared_titles in (idea, lower, lower.prototype):
            text = page(cast["M"], compared_titles.get_absolute_url())
            assert "criterion changed" in text
            assert re.search(r"from at least 80%\s?to at least 60%", text)
            assert "First visits are harder" in text

    def test_co_authors_are_named_and_may_edit(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, owner=cast["P"])
        assert signed_in(cast["M"]).get(f"/ideas/{idea.pk}/edit/").status_code == 403
        IdeaAuthorFactory(idea=idea, user=cast["M"])
        assert signed_in(cast["M"]).get(f"/ideas/{idea.pk}/edit/").status_code == 200
        assert "with Ambassador Rivage" in page(cast["R"], idea.get_absolute_url())

    def test_form_offers_co_authors(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, owner=cast["P"])
        change(cast["P"], f"/ideas/{idea.pk}/edit/", title="Une borne", owner=cast["P"].pk, co_authors=[cast["M"].pk])
        assert Idea.objects.get(pk=idea.pk).co_author_ids == {cast["M"].pk}
        foreign = {"title": "Une borne", "co_authors": [cast["N"].pk]}
        assert list(errors(change(cast["P"], f"/ideas/{idea.pk}/edit/", **foreign))) == ["co_authors"]


class TestChallenge:
    def test_challenge_page_shows_stakeholders_and_sessions(self, cast: Cast):
        row = ChallengeFactory(cohort=cast.cohort)
        person = StakeholderFactory(cohort=cast.cohort, name="A landlord")
        session = SessionFactory(cohort=cast.cohort)
        answer = change(cast["P"], f"/challenges/{row.pk}/links/", stakeholders=[person.pk], sessions=[session.pk])
        text = page(cast["M"], row.get_absolute_url())
        assert (answer.status_code, "A landlord" in text, session.get_absolute_url() in text) == (302, True, True)

    @pytest.mark.parametrize("rows", [1, 3])
    def test_challenge_page_costs_the_same_with_one_and_three_rows(self, cast: Cast, rows: int):
        row = ChallengeFactory(cohort=cast.cohort)
        for _ in range(rows):
            row.stakeholders.add(StakeholderFactory(cohort=cast.cohort))
            row.sessions.add(SessionFactory(cohort=cast.cohort))
            IdeaFactory(cohort=cast.cohort, challenge=row)
        assert statements(cast["M"], row.get_absolute_url()) == 10

    def test_challenge_page_shows_the_latest_fifty_ideas_and_links_to_all(self, cast: Cast):
        row = ChallengeFactory(cohort=cast.cohort)
        counts_and_links = []
        for number in (50, 1):
            IdeaFactory.create_batch(number, cohort=cast.cohort, challenge=row)
            answer = signed_in(cast["M"]).get(row.get_absolute_url())
            counts_and_links.append((len(row_heads(answer)), links(answer).get("See all ideas of the challenge")))
        assert counts_and_links == [(50, None), (50, f"/ideas/?challenge={row.pk}")]

    def test_foreign_stakeholders_and_sessions_are_refused(self, cast: Cast):
        row = ChallengeFactory(cohort=cast.cohort)
        sent = {"stakeholders": [StakeholderFactory().pk], "sessions": [SessionFactory().pk]}
        assert list(errors(change(cast["P"], f"/challenges/{row.pk}/links/", **sent))) == ["stakeholders", "sessions"]


def test_list_can_be_filtered_by_owner_and_cohort(cast: Cast):
    for role in "MP":
        IdeaFactory(cohort=cast.cohort, owner=cast[role], title=f"Of {role}")
    for _ in range(2):
        IdeaFactory(cohort=cast.other_cohort)
    answer = signed_in(cast["S"]).get("/ideas/", {"cohort": cast.cohort.pk, "owner": cast["M"].pk})
    assert [idea.title for idea in answer.context["page"].rows] == ["Of M"]
    names = [field["attrs"]["name"] for field in elements(answer, "select")]
    assert (names, answer.context["bound_list"].filters.form["owner"].value()) == (
        ["state", "updated", "cohort", "sort"],
        cast["M"].full_name,
    )


def test_page_with_fifty_ideas_of_one_cohort_is_small(cast: Cast):
    for _ in range(50):
        IdeaFactory(cohort=cast.cohort, owner=cast["M"], title="L'accompagnement des déménagements " * 3)
    answer = signed_in(cast["S"]).get("/ideas/", {"cohort": cast.cohort.pk})
    assert len(answer.content) <= 60 * 1024
