"""The board of insights: grouping, simultaneous moves, support, and the challenge that an insight becomes."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from fieldwork.insights import actions, board
from fieldwork.insights.support import InsightSupport, support_of
from fieldwork.models import Insight, Note
from fieldwork.notes.actions import withdraw_consent
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.fieldwork import InsightFactory, NoteFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory
from tests.pages import elements, texts
from tests.prototypes.pages import change, page, send, signed_in, statements
from tests.sql import insert_like, refused_by, update
from web.errors import DomainError
from web.forms.edit_conflicts import EditConflict, fingerprint

pytestmark = pytest.mark.django_db

KINDS = ("observation", "verbatim")


def board_address(cast: Cast) -> str:
    return reverse("fieldwork:board", args=[cast.cohort.slug])


def move_address(note: Note) -> str:
    return reverse("fieldwork:move_note", args=[note.pk])


def token(note: Note) -> str:
    return fingerprint(*note.board_values().values())


@pytest.mark.parametrize(
    ("counts", "expected", "is_weak"),
    [
        ([], InsightSupport({}, 0), True),
        ([("verbatim", False, 3)], InsightSupport({"verbatim": 3}, 0), True),
        (
            [("verbatim", False, 1), ("verbatim", True, 2), ("observation", False, 1)],
            InsightSupport({"observation": 1, "verbatim": 1}, 2),
            True,
        ),
        (
            [("verbatim", False, 2), ("observation", False, 1)],
            InsightSupport({"observation": 1, "verbatim": 2}, 0),
            False,
        ),
    ],
)
def test_support_counts_notes_kinds_and_contradictions(counts: Any, expected: InsightSupport, is_weak: bool):
    support = support_of(counts, KINDS)
    assert (support, support.is_weak) == (expected, is_weak)
    assert list(support.by_kind) == list(expected.by_kind)


class TestRules:
    def test_an_insight_without_a_name_is_no_challenge(self):
        insight = InsightFactory(title="")
        with refused_by("insight_named_before_challenge"):
            update(insight, challenge_id=ChallengeFactory(cohort=insight.cohort).pk)

    def test_an_insight_stays_in_its_cohort_with_a_challenge_of_it(self):
        insight = InsightFactory()
        with refused_by("insight_cohort_fixed"):
            update(insight, cohort_id=CohortFactory().pk)
        with refused_by("insight_challenge_of_cohort"):
            update(insight, challenge_id=ChallengeFactory().pk)
        with refused_by("created_on_fixed"):
            update(insight, created_on=NOW.date())
        with refused_by("insight_idempotency_key_unique"):
            insert_like(insight)


class TestMove:
    def test_of_two_moves_at_once_the_second_is_refused_with_the_place_of_the_note(self, cast: Cast):
        note, first, second = (
            NoteFactory(cohort=cast.cohort),
            InsightFactory(cohort=cast.cohort, title="Les sigles égarent"),
            InsightFactory(cohort=cast.cohort),
        )
        seen = token(note)
        actions.move_note(note=note, insight=first, by=cast["P"], version_token=seen)
        with pytest.raises(EditConflict, match="Les sigles égarent"):
            actions.move_note(note=note, insight=second, by=cast["M"], version_token=seen)
        note.refresh_from_db()
        assert note.insight == first

    def test_the_same_move_twice_is_no_conflict(self, cast: Cast):
        note, insight = NoteFactory(cohort=cast.cohort), InsightFactory(cohort=cast.cohort)
        for _ in range(2):
            actions.move_note(note=note, insight=insight, by=cast["P"], version_token=token(NoteFactory()))
        assert list(insight.notes.all()) == [note]

    def test_a_note_is_not_moved_to_an_insight_that_is_gone(self, cast: Cast):
        note, insight = NoteFactory(cohort=cast.cohort), InsightFactory(cohort=cast.cohort)
        Insight.objects.get(pk=insight.pk).delete()
        with pytest.raises(DomainError, match="no longer on the board"):
            actions.move_note(note=note, insight=insight, by=cast["P"])

    def test_a_new_group_has_no_name(self, cast: Cast):
        note = actions.move_note(
            note=NoteFactory(cohort=cast.cohort), to_new_group=True, contradicts=True, by=cast["M"]
        )
        assert (note.insight.title, note.contradicts) == ("", True)

    def test_a_note_without_consent_today_is_not_grouped(self, cast: Cast):
        own = {"cohort": cast.cohort, "author": cast["M"]}
        for note in NoteFactory(**own, consent="pending"), NoteFactory(**own, consent_until=TODAY - timedelta(days=1)):
            with pytest.raises(DomainError, match="Ask for consent"):
                actions.move_note(note=note, to_new_group=True, by=cast["M"])
        assert not Insight.objects.exists()

    def test_deleting_an_insight_gives_the_notes_back_unless_there_is_a_challenge(self, cast: Cast):
        insight = InsightFactory(cohort=cast.cohort)
        note = NoteFactory(cohort=cast.cohort, insight=insight, contradicts=True)
        insight.challenge = ChallengeFactory(cohort=cast.cohort)
        insight.save()
        with pytest.raises(DomainError, match="became a challenge"):
            actions.delete_insight(insight=insight, by=cast["M"])
        update(insight, challenge_id=None)
        actions.delete_insight(insight=insight, by=cast["M"])
        note.refresh_from_db()
        assert (note.insight, note.contradicts, Insight.objects.exists()) == (None, False, False)

    def test_an_insight_is_not_deleted_with_notes_that_its_reader_has_not_seen(self, cast: Cast):
        insight = InsightFactory(cohort=cast.cohort)
        seen = fingerprint(*insight.group_values().values())
        NoteFactory(cohort=cast.cohort, insight=insight)
        with pytest.raises(EditConflict):
            actions.delete_insight(insight=insight, by=cast["M"], version_token=seen)
        assert change(cast["M"], reverse("fieldwork:delete_insight", args=["rivage", insight.pk])).status_code == 302
        assert not Insight.objects.exists()


class TestBoard:
    @pytest.mark.parametrize("count", [1, 3])
    def test_the_board_takes_seven_statements(self, count: int, cast: Cast):
        for _ in range(count):
            NoteFactory(cohort=cast.cohort, insight=InsightFactory(cohort=cast.cohort))
            NoteFactory(cohort=cast.cohort)
        assert statements(cast["M"], board_address(cast)) == 7

    def test_the_board_shows_support_and_notes_that_are_gone(self, cast: Cast):
        insight = InsightFactory(cohort=cast.cohort)
        for kind in ("verbatim", "verbatim", "observation"):
            NoteFactory(cohort=cast.cohort, kind=kind, insight=insight)
        NoteFactory(cohort=cast.cohort, insight=insight, contradicts=True)
        gone = NoteFactory(cohort=cast.cohort, insight=insight)
        update(gone, text="", withdrawal_code=None, removed_at=NOW, removal="withdrawn")
        [support] = texts(signed_in(cast["M"]).get(board_address(cast)), "p", "support")
        assert support == (
            "3 notes, 2 kinds of sources 1 observation 2 quotes 1 note contradicts it 1 note is no longer available"
        )

    def test_notes_to_sort_are_shown_first_and_all_are_counted(self, cast: Cast):
        insight = InsightFactory(cohort=cast.cohort)
        for kind in ("verbatim", "verbatim", "observation"):
            NoteFactory(cohort=cast.cohort, kind=kind, insight=insight, happened_at=NOW)
        NoteFactory(cohort=cast.cohort, insight=insight, consent_until=TODAY - timedelta(days=1))
        NoteFactory.create_batch(301, cohort=cast.cohort, happened_at=NOW - timedelta(days=2))
        found = board.board_of(cast.cohort, cast["M"], all_to_sort=True)
        [group] = found.groups
        assert (group.support, group.cards, group.unusable_count) == (
            InsightSupport({"observation": 1, "verbatim": 2}, 0),
            [],
            1,
        )
        assert (len(found.to_sort), found.to_sort_count, found.has_more, found.is_cut) == (300, 301, False, True)
        assert "Only 300 notes are shown" in page(cast["M"], board_address(cast))

    def test_a_note_is_moved_by_a_form_and_by_htmx(self, cast: Cast):
        note, insight = NoteFactory(cohort=cast.cohort), InsightFactory(cohort=cast.cohort)
        assert change(cast["M"], move_address(note), insight=insight.pk).status_code == 302
        note.refresh_from_db()
        assert note.insight == insight
        htmx = signed_in(cast["M"])
        values = {"insight": "new", "version_token": "of-before"}
        answer = htmx.post(move_address(note), values, headers={"hx-request": "true"})
        assert "Someone else moved this note to" in texts(answer, "p", "message")[0]
        htmx.post(move_address(note), values | {"version_token": token(note)}, headers={"hx-request": "true"})
        note.refresh_from_db()
        assert (note.insight == insight, note.insight.title) == (False, "")

    def test_past_members_read_the_board_and_move_nothing(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, challenge=ChallengeFactory(cohort=cast.cohort))
        insight = InsightFactory(cohort=cast.cohort, challenge=idea.challenge)
        NoteFactory(cohort=cast.cohort)
        NoteFactory(cohort=cast.cohort, insight=insight, text="Noté depuis", created_on=TODAY)
        addresses = (board_address(cast), idea.get_absolute_url())
        assert ["Noté depuis" in page(cast["M"], address) for address in addresses] == [True, True]
        cast.cohort.memberships.filter(user=cast["M"]).update(ends_on="2026-11-01")
        assert ["Noté depuis" in page(cast["M"], address) for address in addresses] == [False, False]
        [group] = board.board_of(cast.cohort, User.objects.get(pk=cast["M"].pk)).groups
        assert group.support == InsightSupport({}, 0)
        answer = signed_in(cast["M"]).get(board_address(cast))
        assert (len(elements(answer, "article")), "data-board" in answer.content.decode()) == (1, False)
        later = InsightFactory(cohort=cast.cohort, created_on=TODAY)
        answer = signed_in(cast["M"]).get(reverse("fieldwork:delete_insight", args=["rivage", later.pk]))
        assert answer.url == board_address(cast)  # as for one that is gone


class TestChallenge:
    def test_an_insight_becomes_a_challenge_once(self, cast: Cast):
        insight = InsightFactory(cohort=cast.cohort)
        address = reverse("fieldwork:make_challenge", args=[insight.pk])
        answer = send(cast["M"], address, title="Trouver le bon guichet", kind="priority")
        challenge = cast.cohort.challenges.get()
        assert (challenge.title, challenge.kind) == ("Trouver le bon guichet", "priority")
        assert answer.url == challenge.get_absolute_url()
        assert signed_in(cast["M"]).get(address).url == challenge.get_absolute_url()
        assert "Open the challenge" in page(cast["M"], board_address(cast))

    def test_an_insight_joins_a_challenge_that_exists(self, cast: Cast):
        insight, challenge = InsightFactory(cohort=cast.cohort), ChallengeFactory(cohort=cast.cohort)
        closed = ChallengeFactory(cohort=cast.cohort, state="closed")
        with pytest.raises(DomainError, match="This challenge is closed"):
            actions.make_challenge(insight=insight, existing=closed, by=cast["M"])
        for _ in range(2):
            assert actions.make_challenge(insight=insight, existing=challenge, by=cast["M"]) == challenge

    def test_the_second_of_two_people_reads_that_the_insight_is_another_challenge(self, cast: Cast):
        insight = InsightFactory(cohort=cast.cohort, challenge=ChallengeFactory(cohort=cast.cohort, title="Guichet"))
        address = reverse("fieldwork:make_challenge", args=[insight.pk])
        answer = send(cast["P"], address, title="Trouver le bureau", kind="priority")
        assert (answer.status_code, "into the challenge “Guichet”" in answer.content.decode()) == (200, True)
        assert cast.cohort.challenges.count() == 1

    def test_a_group_is_named_first(self, cast: Cast):
        with pytest.raises(DomainError, match="Name the insight first"):
            actions.make_challenge(insight=InsightFactory(title=""), title="x", kind="priority", by=cast["M"])


class TestEvidence:
    @pytest.mark.parametrize(("count", "sentence"), [(4, ""), (5, "See 1 more note"), (6, "See 2 more notes")])
    def test_idea_links_to_the_notes_beyond_the_latest_four(self, cast: Cast, count: int, sentence: str):
        challenge = ChallengeFactory(cohort=cast.cohort)
        insight = InsightFactory(cohort=cast.cohort, title="Les sigles égarent", challenge=challenge)
        NoteFactory.create_batch(count, cohort=cast.cohort, insight=insight)
        text = page(cast["M"], IdeaFactory(cohort=cast.cohort, challenge=challenge).get_absolute_url())
        links = re.findall(r'#insight-\d+"\s*>(See [^<]+)</a>', text)
        assert [" ".join(link.split()) for link in links] == ([sentence] if sentence else [])

    def test_the_line_from_notes_to_the_idea_is_for_those_who_read_the_notebook(self, cast: Cast):
        challenge = ChallengeFactory(cohort=cast.cohort, title="Trouver le bon guichet")
        insight = InsightFactory(cohort=cast.cohort, title="Les sigles égarent", challenge=challenge)
        NoteFactory(cohort=cast.cohort, insight=insight, text="Trois guichets")
        NoteFactory(cohort=cast.cohort, insight=insight, text="Terminé", consent_until=TODAY - timedelta(days=1))
        gone = NoteFactory(cohort=cast.cohort, insight=insight, text="Retirée")
        withdraw_consent(code=gone.withdrawal_code, by=None, at=NOW)
        NoteFactory(cohort=cast.cohort, challenge=challenge, text="Une file devant le panneau")
        idea = IdeaFactory(cohort=cast.cohort, state="accepted", challenge=challenge, title="Trois couleurs")
        origins = {role: texts(signed_in(cast[role]).get(idea.get_absolute_url()), "ol", "origin") for role in "MR"}
        assert origins == {
            "M": [
                "1 field note Trois guichets 2 notes were withdrawn, or their consent has ended. Les sigles égarent"
                " insight Field notes on the challenge Une file devant le panneau Trouver le bon guichet challenge"
                " RIV-001 Trois couleurs idea Not implemented yet."
            ],
            "R": [],
        }
        found = {role: page(cast[role], challenge.get_absolute_url()) for role in "MR"}
        assert {role: "Une file devant le panneau" in text for role, text in found.items()} == {"M": True, "R": False}
