"""Comments are written, changed and taken back by one person; whoever they name in full is mentioned."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from comments import actions
from comments.email_times import next_letter
from comments.models import Comment
from notifications.models import Reminder
from programmes.models import Authority
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.canvases import CanvasFactory
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory
from tests.prototypes.test_concurrency import refusals
from web.errors import DomainError
from web.forms.edit_conflicts import Changed, fingerprint

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
PARIS, CAYENNE = "Europe/Paris", "America/Cayenne"


@pytest.fixture
def idea(cast: Cast) -> Idea:
    return IdeaFactory(cohort=cast.cohort, owner=cast["M"])


def write(about: Any, by: Any, text: str = "À essayer", **more: Any) -> Comment:
    return actions.write_comment(about=about, text=text, by=by, at=more.pop("at", NOW), **more)


def mentioned(comment: Comment) -> list[str]:
    return sorted(comment.mentions.values_list("person__full_name", flat=True))


class TestWriting:
    def test_it_is_about_the_idea_the_prototype_or_the_canvas(self, cast: Cast, idea: Idea):
        for about in (idea, PrototypeFactory(idea=idea), CanvasFactory(cohort=cast.cohort)):
            comment = write(about, cast["R"])
            assert (comment.subject, comment.written_by, comment.written_at) == (about, cast["R"], NOW)

    def test_an_answer_to_an_answer_joins_its_thread(self, cast: Cast, idea: Idea):
        opener = write(idea, cast["M"])
        answer = write(idea, cast["P"], thread=opener)
        assert write(idea, cast["C"], thread=answer).thread == opener

    def test_the_same_form_sent_again_gives_the_same_comment(self, cast: Cast, idea: Idea):
        entry = uuid4()
        first = write(idea, cast["M"], entry=entry)
        assert (write(idea, cast["M"], entry=entry), Comment.objects.count()) == (first, 1)

    def test_the_same_form_with_another_text_says_what_became_of_the_first(self, cast: Cast, idea: Idea):
        entry = uuid4()
        write(idea, cast["M"], entry=entry)
        with pytest.raises(DomainError, match="it created “À essayer”"):
            write(idea, cast["M"], "Autre chose", entry=entry)

    def test_published_facts_take_none(self, cast: Cast):
        known = IdeaFactory(cohort=cast.cohort, retrospective=True, state="")
        with pytest.raises(DomainError, match="They cannot be commented on here"):
            write(known, cast["M"])


class TestMentions:
    def test_whoever_the_text_names_in_full_and_may_read_it(self, cast: Cast, idea: Idea):
        text = "@Pilot Rivage et @Admin Rivage, voyez ; @Neighbour Montagne et @Ambassador non"
        assert mentioned(write(idea, cast["C"], text)) == ["Admin Rivage", "Pilot Rivage"]

    def test_of_what_the_edition_reads_its_people_too(self, cast: Cast):
        shared = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        assert mentioned(write(shared, cast["M"], "@Neighbour Montagne ?")) == ["Neighbour Montagne"]

    def test_whoever_was_chosen_from_the_list_once(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["C"], "@Pilot Rivage", named=[cast["P"], cast["R"]])
        assert mentioned(comment) == ["Pilot Rivage", "Relay Rivage"]

    def test_nobody_who_may_not_read_it_can_be_chosen(self, cast: Cast, idea: Idea):
        with pytest.raises(DomainError, match="cannot read this"):
            write(idea, cast["C"], named=[cast["N"]])
        assert Comment.objects.count() == 0

    def test_of_two_of_one_name_only_the_one_who_was_chosen(self, cast: Cast, idea: Idea):
        twin = MembershipFactory(cohort=cast.cohort, user=UserFactory(full_name="Pilot Rivage"), role="relay").user
        assert mentioned(write(idea, cast["C"], "@Pilot Rivage")) == []
        comment = write(idea, cast["C"], "@Pilot Rivage", named=[twin])
        assert list(comment.mentions.values_list("person", flat=True)) == [twin.pk]

    def test_a_closed_account_is_not_mentioned(self, cast: Cast, idea: Idea):
        cast["P"].is_active = False
        cast["P"].save()
        assert mentioned(write(idea, cast["C"], "@Pilot Rivage")) == []


class TestChanging:
    def test_its_text_and_whom_it_mentions(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"], "@Pilot Rivage")
        changed = actions.change_comment(comment=comment, text="@Relay Rivage", by=cast["M"], at=NOW + HOUR)
        assert (changed.text, changed.edited_at, mentioned(changed)) == ("@Relay Rivage", NOW + HOUR, ["Relay Rivage"])

    def test_the_same_text_was_not_edited(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"])
        assert actions.change_comment(comment=comment, text=comment.text, by=cast["M"], at=NOW + HOUR).edited_at is None

    def test_two_windows_of_its_writer_lose_nothing(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"], "Un")
        seen = fingerprint("Un")
        actions.change_comment(comment=comment, text="Deux", seen=seen, by=cast["M"], at=NOW)
        with pytest.raises(Changed) as caught:
            actions.change_comment(comment=comment, text="Trois", seen=seen, by=cast["M"], at=NOW)
        assert caught.value.stands == {"text": "Deux"}

    def test_what_was_taken_back_is_not_changed(self, cast: Cast, idea: Idea):
        comment = actions.take_back_comment(comment=write(idea, cast["M"]), by=cast["M"], at=NOW)
        with pytest.raises(DomainError, match="This comment was withdrawn"):
            actions.change_comment(comment=comment, text="Again", by=cast["M"], at=NOW)


class TestTakingBack:
    def test_the_text_the_mentions_and_the_letters_go(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"], "@Pilot Rivage")
        gone = actions.take_back_comment(comment=comment, by=cast["M"], at=NOW + HOUR)
        assert (gone.text, gone.taken_back_at, mentioned(gone)) == ("", NOW + HOUR, [])
        assert list(Reminder.objects.values_list("state", "reason")) == [("cancelled", "taken_back")]

    def test_by_the_lab_with_a_reason_and_never_by_others(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"], "Insultes")
        for letter, reason in (("S", " "), ("P", "Hors sujet")):
            with pytest.raises(DomainError, match="Give a reason" if letter == "S" else "Only the person who wrote"):
                actions.take_back_comment(comment=comment, by=cast[letter], at=NOW, reason=reason)
        gone = actions.take_back_comment(comment=comment, by=cast["S"], at=NOW, reason=" Des insultes ")
        assert (gone.text, gone.taken_back_by, gone.taken_back_reason) == ("", cast["S"], "Des insultes")
        own = actions.take_back_comment(comment=write(idea, cast["S"]), by=cast["S"], at=NOW)
        assert (own.taken_back_by, own.taken_back_at) == (None, NOW)

    def test_again_changes_nothing(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"])
        actions.take_back_comment(comment=comment, by=cast["M"], at=NOW)
        assert actions.take_back_comment(comment=comment, by=cast["M"], at=NOW + HOUR).taken_back_at == NOW

    def test_answers_stay_and_more_may_come(self, cast: Cast, idea: Idea):
        opener = CommentFactory(idea=idea, written_by=cast["M"])
        write(idea, cast["P"], "Oui", thread=opener)
        actions.take_back_comment(comment=opener, by=cast["M"], at=NOW)
        write(idea, cast["P"], "Dommage", thread=opener)
        assert list(opener.answers.values_list("text", flat=True)) == ["Oui", "Dommage"]


class TestLetterOfTheDay:
    def test_a_comment_has_one_at_the_end_of_the_day(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"])
        row = Reminder.objects.get()
        assert (row.kind, row.object_id, row.audience, row.alone, row.due_at, row.due_on) == (
            *("comment", comment.pk, "concerned", False),
            *(datetime(2026, 11, 24, 16, tzinfo=UTC), date(2026, 11, 24)),
        )

    def test_somebody_mentioned_later_has_one_too_and_only_one(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"])
        actions.change_comment(comment=comment, text="@Pilot Rivage", by=cast["M"], at=NOW)
        assert Reminder.objects.count() == 1
        Reminder.objects.update(state="expanded")
        actions.change_comment(comment=comment, text="@Pilot Rivage @Relay Rivage", by=cast["M"], at=NOW + 24 * HOUR)
        actions.change_comment(comment=comment, text="@Relay Rivage @Pilot Rivage!", by=cast["M"], at=NOW + 24 * HOUR)
        assert list(Reminder.objects.order_by("version").values_list("version", "state")) == [
            (1, "expanded"),
            (2, "planned"),
        ]

    @pytest.mark.parametrize(
        ("said", "leaves", "zone"),
        [
            (datetime(2026, 11, 24, 15, 59, tzinfo=UTC), datetime(2026, 11, 24, 16, tzinfo=UTC), PARIS),
            (datetime(2026, 11, 24, 16, tzinfo=UTC), datetime(2026, 11, 25, 16, tzinfo=UTC), PARIS),
            (datetime(2026, 11, 24, 23, 30, tzinfo=UTC), datetime(2026, 11, 25, 16, tzinfo=UTC), PARIS),  # 00:30 there
            (datetime(2026, 11, 27, 17, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC), PARIS),  # over a week-end
            (datetime(2026, 10, 23, 20, tzinfo=UTC), datetime(2026, 10, 26, 16, tzinfo=UTC), PARIS),  # a clock change
            (datetime(2026, 11, 24, 16, tzinfo=UTC), datetime(2026, 11, 24, 20, tzinfo=UTC), CAYENNE),  # 13:00 there
        ],
    )
    def test_it_leaves_at_five_of_a_working_day_there(self, said: datetime, leaves: datetime, zone: str):
        assert next_letter(said, lambda day: day.weekday() < 5, zone) == leaves

    def test_that_is_where_the_authority_is(self, cast: Cast, idea: Idea):
        Authority.objects.update(time_zone="America/Cayenne")
        write(Idea.objects.get(pk=idea.pk), cast["M"], at=NOW)
        assert Reminder.objects.get().due_at == datetime(2026, 11, 24, 20, tzinfo=UTC)

    @given(st.integers(0, 600_000))
    def test_always_later_and_within_four_days(self, hours: int):
        at = NOW + hours * HOUR / 4
        assert timedelta(0) < next_letter(at, lambda day: day.weekday() < 5, PARIS) - at <= timedelta(days=3, hours=1)


@pytest.mark.django_db(transaction=True)
def test_a_change_and_a_taking_back_at_once_leave_no_text():
    idea = IdeaFactory()
    writer = MembershipFactory(cohort=idea.cohort).user
    comment = write(idea, writer, at=NOW)
    refused = refusals(
        lambda: actions.change_comment(comment=comment, text="Encore", by=writer, at=NOW),
        lambda: actions.take_back_comment(comment=comment, by=writer, at=NOW),
    )
    comment.refresh_from_db()
    assert (comment.text, comment.taken_back_at, len(refused) <= 1) == ("", NOW, True)
    connection.check_constraints()
