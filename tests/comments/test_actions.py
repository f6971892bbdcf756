"""Writing, changing and withdrawing comments, and the people whom they mention."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from comments import actions
from comments.email_times import next_email_at
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
from web.forms.edit_conflicts import EditConflict, fingerprint

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
    def test_a_comment_can_be_about_an_idea_a_prototype_or_a_canvas(self, cast: Cast, idea: Idea):
        for about in (idea, PrototypeFactory(idea=idea), CanvasFactory(cohort=cast.cohort)):
            comment = write(about, cast["R"])
            assert (comment.subject, comment.written_by, comment.written_at) == (about, cast["R"], NOW)

    def test_a_reply_to_a_reply_joins_its_thread(self, cast: Cast, idea: Idea):
        opener = write(idea, cast["M"])
        answer = write(idea, cast["P"], thread=opener)
        assert write(idea, cast["C"], thread=answer).thread == opener

    def test_the_same_form_sent_again_gives_the_same_comment(self, cast: Cast, idea: Idea):
        idempotency_key = uuid4()
        first = write(idea, cast["M"], idempotency_key=idempotency_key)
        assert (write(idea, cast["M"], idempotency_key=idempotency_key), Comment.objects.count()) == (first, 1)

    def test_the_same_form_with_another_text_is_refused(self, cast: Cast, idea: Idea):
        idempotency_key = uuid4()
        write(idea, cast["M"], idempotency_key=idempotency_key)
        with pytest.raises(DomainError, match="it created “À essayer”"):
            write(idea, cast["M"], "Autre chose", idempotency_key=idempotency_key)

    def test_published_facts_cannot_be_commented_on(self, cast: Cast):
        known = IdeaFactory(cohort=cast.cohort, retrospective=True, state="")
        with pytest.raises(DomainError, match="They cannot be commented on here"):
            write(known, cast["M"])


class TestMentions:
    def test_readers_whose_full_name_is_in_the_text_are_mentioned(self, cast: Cast, idea: Idea):
        text = "@Pilot Rivage et @Admin Rivage, voyez ; @Neighbour Montagne et @Ambassador non"
        assert mentioned(write(idea, cast["C"], text)) == ["Admin Rivage", "Pilot Rivage"]

    def test_people_of_the_edition_can_be_mentioned_on_shared_work(self, cast: Cast):
        shared = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        assert mentioned(write(shared, cast["M"], "@Neighbour Montagne ?")) == ["Neighbour Montagne"]

    def test_chosen_people_are_mentioned_once(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["C"], "@Pilot Rivage", mentioned=[cast["P"], cast["R"]])
        assert mentioned(comment) == ["Pilot Rivage", "Relay Rivage"]

    def test_people_who_may_not_read_it_cannot_be_chosen(self, cast: Cast, idea: Idea):
        with pytest.raises(DomainError, match="cannot read this"):
            write(idea, cast["C"], mentioned=[cast["N"]])
        assert Comment.objects.count() == 0

    def test_of_two_people_of_one_name_only_the_chosen_one_is_mentioned(self, cast: Cast, idea: Idea):
        twin = MembershipFactory(cohort=cast.cohort, user=UserFactory(full_name="Pilot Rivage"), role="relay").user
        assert mentioned(write(idea, cast["C"], "@Pilot Rivage")) == []
        comment = write(idea, cast["C"], "@Pilot Rivage", mentioned=[twin])
        assert list(comment.mentions.values_list("person", flat=True)) == [twin.pk]

    def test_a_closed_account_is_not_mentioned(self, cast: Cast, idea: Idea):
        cast["P"].is_active = False
        cast["P"].save()
        assert mentioned(write(idea, cast["C"], "@Pilot Rivage")) == []


class TestChanging:
    def test_text_and_mentions_can_be_changed(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"], "@Pilot Rivage")
        changed = actions.change_comment(comment=comment, text="@Relay Rivage", by=cast["M"], at=NOW + HOUR)
        assert (changed.text, changed.edited_at, mentioned(changed)) == ("@Relay Rivage", NOW + HOUR, ["Relay Rivage"])

    def test_saving_the_same_text_is_no_edit(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"])
        assert actions.change_comment(comment=comment, text=comment.text, by=cast["M"], at=NOW + HOUR).edited_at is None

    def test_an_edit_from_an_old_window_is_refused(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"], "Un")
        version_token = fingerprint("Un")
        actions.change_comment(comment=comment, text="Deux", version_token=version_token, by=cast["M"], at=NOW)
        with pytest.raises(EditConflict) as caught:
            actions.change_comment(comment=comment, text="Trois", version_token=version_token, by=cast["M"], at=NOW)
        assert caught.value.current == {"text": "Deux"}

    def test_a_withdrawn_comment_cannot_be_changed(self, cast: Cast, idea: Idea):
        comment = actions.withdraw_comment(comment=write(idea, cast["M"]), by=cast["M"], at=NOW)
        with pytest.raises(DomainError, match="This comment was withdrawn"):
            actions.change_comment(comment=comment, text="Again", by=cast["M"], at=NOW)


class TestWithdrawing:
    def test_withdrawing_deletes_text_mentions_and_emails(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"], "@Pilot Rivage")
        gone = actions.withdraw_comment(comment=comment, by=cast["M"], at=NOW + HOUR)
        assert (gone.text, gone.withdrawn_at, mentioned(gone)) == ("", NOW + HOUR, [])
        assert list(Reminder.objects.values_list("state", "reason")) == [("cancelled", "withdrawn")]

    def test_the_lab_withdraws_with_a_reason_and_others_cannot(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"], "Insultes")
        for role, reason in (("S", " "), ("P", "Hors sujet")):
            with pytest.raises(DomainError, match="Give a reason" if role == "S" else "Only the person who wrote"):
                actions.withdraw_comment(comment=comment, by=cast[role], at=NOW, reason=reason)
        gone = actions.withdraw_comment(comment=comment, by=cast["S"], at=NOW, reason=" Des insultes ")
        assert (gone.text, gone.withdrawn_by, gone.withdrawal_reason) == ("", cast["S"], "Des insultes")
        own = actions.withdraw_comment(comment=write(idea, cast["S"]), by=cast["S"], at=NOW)
        assert (own.withdrawn_by, own.withdrawn_at) == (None, NOW)

    def test_withdrawing_twice_changes_nothing(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"])
        actions.withdraw_comment(comment=comment, by=cast["M"], at=NOW)
        assert actions.withdraw_comment(comment=comment, by=cast["M"], at=NOW + HOUR).withdrawn_at == NOW

    def test_replies_stay_after_a_withdrawal(self, cast: Cast, idea: Idea):
        opener = CommentFactory(idea=idea, written_by=cast["M"])
        write(idea, cast["P"], "Oui", thread=opener)
        actions.withdraw_comment(comment=opener, by=cast["M"], at=NOW)
        write(idea, cast["P"], "Dommage", thread=opener)
        assert list(opener.answers.values_list("text", flat=True)) == ["Oui", "Dommage"]


class TestDailyEmail:
    def test_a_comment_has_one_reminder_at_the_end_of_the_day(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["M"])
        row = Reminder.objects.get()
        assert (row.kind, row.object_id, row.audience, row.alone, row.due_at, row.due_on) == (
            *("comment", comment.pk, "concerned", False),
            *(datetime(2026, 11, 24, 16, tzinfo=UTC), date(2026, 11, 24)),
        )

    def test_someone_mentioned_later_has_one_reminder(self, cast: Cast, idea: Idea):
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
        ("written_at", "sent_at", "zone"),
        [
            (datetime(2026, 11, 24, 15, 59, tzinfo=UTC), datetime(2026, 11, 24, 16, tzinfo=UTC), PARIS),
            (datetime(2026, 11, 24, 16, tzinfo=UTC), datetime(2026, 11, 25, 16, tzinfo=UTC), PARIS),
            (datetime(2026, 11, 24, 23, 30, tzinfo=UTC), datetime(2026, 11, 25, 16, tzinfo=UTC), PARIS),  # 00:30 there
            (datetime(2026, 11, 27, 17, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC), PARIS),  # over a week-end
            (datetime(2026, 10, 23, 20, tzinfo=UTC), datetime(2026, 10, 26, 16, tzinfo=UTC), PARIS),  # a clock change
            (datetime(2026, 11, 24, 16, tzinfo=UTC), datetime(2026, 11, 24, 20, tzinfo=UTC), CAYENNE),  # 13:00 there
        ],
    )
    def test_emails_are_sent_at_five_on_a_working_day(self, written_at: datetime, sent_at: datetime, zone: str):
        assert next_email_at(written_at, lambda day: day.weekday() < 5, zone) == sent_at

    def test_the_time_is_that_of_the_authority(self, cast: Cast, idea: Idea):
        Authority.objects.update(time_zone="America/Cayenne")
        write(Idea.objects.get(pk=idea.pk), cast["M"], at=NOW)
        assert Reminder.objects.get().due_at == datetime(2026, 11, 24, 20, tzinfo=UTC)

    @given(st.integers(0, 600_000))
    def test_the_next_email_is_later_and_within_four_days(self, hours: int):
        at = NOW + hours * HOUR / 4
        assert timedelta(0) < next_email_at(at, lambda day: day.weekday() < 5, PARIS) - at <= timedelta(days=3, hours=1)


@pytest.mark.django_db(transaction=True)
def test_a_simultaneous_change_and_withdrawal_leave_no_text():
    idea = IdeaFactory()
    writer = MembershipFactory(cohort=idea.cohort).user
    comment = write(idea, writer, at=NOW)
    refused = refusals(
        lambda: actions.change_comment(comment=comment, text="Encore", by=writer, at=NOW),
        lambda: actions.withdraw_comment(comment=comment, by=writer, at=NOW),
    )
    comment.refresh_from_db()
    assert (comment.text, comment.withdrawn_at, len(refused) <= 1) == ("", NOW, True)
    connection.check_constraints()
