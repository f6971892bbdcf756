"""The e-mails about comments: who gets one, at most one a day, and who gets none after all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from accounts.models import User
from comments import actions
from comments.models import Comment
from notifications.actions import choose_email_kinds
from notifications.emails.creation import create_due_emails
from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.registries import CommandScope, event_kinds
from notifications.sending.cycle import send_round
from prototypes.models import Idea
from tests.factories.canvases import CanvasFactory
from tests.factories.cast import NOW, Cast, create_cast
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import IdeaAuthorFactory, IdeaFactory, PrototypeFactory
from tests.sql import execute

pytestmark = pytest.mark.django_db(transaction=True)
EVENING = datetime(2026, 11, 24, 16, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _emails_in_english(settings: Any) -> None:
    """Send e-mails in English to people who chose no language."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def cast() -> Cast:
    cast = create_cast()
    for role, person in cast.people.items():
        User.objects.filter(pk=person.pk).update(email=f"{role}@people.example")
        person.refresh_from_db()
    return cast


@pytest.fixture
def idea(cast: Cast) -> Idea:
    return IdeaFactory(cohort=cast.cohort, owner=cast["M"], title="Une borne")


def write(about: Any, by: User, text: str = "À essayer", **more: Any) -> Comment:
    return actions.write_comment(about=about, text=text, by=by, at=NOW, **more)


def post_at(moment: datetime = EVENING) -> list[tuple[str, str]]:
    """Send what is due at that moment; return the roles of the recipients with the subjects."""
    mail.outbox.clear()
    send_round(lambda: moment, seconds=60)
    return sorted((message.to[0][0], message.subject) for message in mail.outbox)


class TestRecipients:
    def test_the_owner_and_mentioned_people_get_an_email(self, cast: Cast, idea: Idea):
        write(idea, cast["C"], "@Pilot Rivage, @Relay Rivage : et vous ?")
        subject = "Coordinator Rivage commented on RIV-001 Une borne"
        assert post_at() == [("M", subject), ("P", subject), ("R", subject)]

    def test_co_authors_get_an_email(self, cast: Cast, idea: Idea):
        IdeaAuthorFactory(idea=idea, user=cast["D"])
        write(PrototypeFactory(idea=idea, title="Borne en carton"), cast["C"])
        assert [role for role, _ in post_at()] == ["D", "M"]
        role = next(message.body for message in mail.outbox if message.to[0][0] == "D")
        assert "because you are a co-author of RIV-001 Une borne" in role

    def test_the_writer_gets_no_email(self, cast: Cast, idea: Idea):
        write(idea, cast["M"], "@Ambassador Rivage : à moi-même")
        assert post_at() == []

    def test_earlier_writers_in_the_thread_get_an_email_unless_they_withdrew(self, cast: Cast, idea: Idea):
        opener = write(idea, cast["P"])
        write(idea, cast["R"], thread=opener)
        gone = write(idea, cast["D"], thread=opener)
        actions.withdraw_comment(comment=gone, by=cast["D"], at=NOW)
        Reminder.objects.filter(state="planned").update(state="cancelled", reason="cancelled")
        write(idea, cast["C"], "Je réponds", thread=opener)
        assert [role for role, _ in post_at()] == ["M", "P", "R"]

    def test_the_owner_of_the_idea_gets_emails_about_its_prototypes(self, cast: Cast, idea: Idea):
        write(PrototypeFactory(idea=idea, title="Borne en carton"), cast["P"])
        assert post_at() == [("M", "Pilot Rivage commented on Borne en carton")]

    def test_the_author_of_a_canvas_gets_an_email_with_its_kind(self, cast: Cast):
        canvas = CanvasFactory(cohort=cast.cohort, made_by=cast["M"], kind="persona", title="Claire")
        comment = write(canvas, cast["C"], "@Pilot Rivage, @Neighbour Montagne : la connaissez-vous ?")
        subject = "Coordinator Rivage commented on persona “Claire”"
        assert post_at() == [("M", subject), ("P", subject)]
        own = next(message.body for message in mail.outbox if message.to[0][0] == "M")
        assert "because you began persona “Claire”" in own
        kind, scopes = (
            event_kinds["comment"],
            (CommandScope(cohort="rivage"), CommandScope(cohort=cast.other_cohort.slug)),
        )
        assert [kind.in_scope(scope) for scope in scopes] == [{comment.pk}, set()]

    def test_comments_of_one_day_are_one_email(self, cast: Cast, idea: Idea):
        for text in ("Un", "Deux", "Trois"):
            write(idea, cast["C"], text)
        assert post_at() == [("M", "Coordinator Rivage commented on RIV-001 Une borne, and 2 more reminders")]
        assert DeliveryItem.objects.count() == 3

    def test_no_email_is_sent_before_the_end_of_the_day(self, cast: Cast, idea: Idea):
        write(idea, cast["C"])
        assert (post_at(EVENING - timedelta(minutes=1)), len(post_at())) == ([], 1)

    def test_someone_mentioned_later_gets_an_email_and_nobody_gets_two(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["C"])
        post_at()
        actions.change_comment(comment=comment, text="@Pilot Rivage", by=cast["C"], at=EVENING + DAY / 2)
        assert post_at(EVENING + DAY) == [("P", "Coordinator Rivage commented on RIV-001 Une borne")]


class TestFormerRecipients:
    def test_nobody_gets_an_email_about_a_withdrawn_comment(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["C"])
        actions.withdraw_comment(comment=comment, by=cast["C"], at=NOW)
        assert post_at() == []

    def test_a_waiting_email_is_not_sent_once_the_comment_is_withdrawn(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["C"])
        create_due_emails(EVENING)
        actions.withdraw_comment(comment=comment, by=cast["C"], at=EVENING)
        assert (post_at(), list(DeliveryItem.objects.values_list("reason", flat=True))) == ([], ["withdrawn"])

    def test_people_who_may_no_longer_read_it_get_no_email(self, cast: Cast):
        shared = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        write(shared, cast["C"], "@Neighbour Montagne")
        create_due_emails(EVENING)
        shared.shared_with_edition = False
        shared.save()
        assert (post_at(), list(DeliveryItem.objects.values_list("reason", flat=True))) == ([], ["left"])

    def test_people_no_longer_mentioned_get_no_email(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["C"], "@Pilot Rivage")
        create_due_emails(EVENING)
        actions.change_comment(comment=comment, text="Personne", by=cast["C"], at=EVENING)
        assert [role for role, _ in post_at()] == ["M"]
        assert set(DeliveryItem.objects.values_list("state", "reason")) == {("sent", ""), ("skipped", "not_named")}

    def test_people_who_unsubscribed_get_no_email(self, cast: Cast, idea: Idea):
        kinds = [slug for slug in event_kinds.slugs() if slug != "comment"]
        choose_email_kinds(user=cast["M"], wanted=kinds, by=cast["M"])
        write(idea, cast["C"], "@Pilot Rivage")
        assert [role for role, _ in post_at()] == ["P"]


class TestFrequency:
    def test_people_who_want_it_get_theirs_at_once_and_no_second_one(self, cast: Cast, idea: Idea):
        kinds = event_kinds.slugs()
        choose_email_kinds(user=cast["P"], wanted=kinds, every="at_once", at=NOW, by=cast["P"])
        write(idea, cast["C"], "@Pilot Rivage")
        assert post_at(NOW) == [("P", "Coordinator Rivage commented on RIV-001 Une borne")]
        assert [role for role, _ in post_at(EVENING)] == ["M"]
        write(idea, cast["C"], "@Pilot Rivage, encore")  # nobody sends until the evening
        create_due_emails(EVENING + DAY)
        assert [role for role, _ in post_at(EVENING + DAY)] == ["M", "P"]
        assert sorted(DeliveryItem.objects.filter(user=cast["P"]).values_list("state", "reason")) == [
            ("sent", ""),
            ("sent", ""),
            ("skipped", "at_once"),
        ]

    def test_others_get_those_of_a_week_together(self, cast: Cast, idea: Idea):
        choose_email_kinds(user=cast["M"], wanted=event_kinds.slugs(), every="weekly", at=NOW, by=cast["M"])
        first, withdrawn = write(idea, cast["C"], "Un"), write(idea, cast["C"], "Deux")
        write(idea, cast["P"], "Trois")
        assert post_at() == []
        actions.withdraw_comment(comment=withdrawn, by=cast["C"], at=EVENING)
        monday = datetime(2026, 11, 30, 8, tzinfo=UTC)
        assert post_at(monday - timedelta(seconds=1)) == []
        assert post_at(monday) == [
            ("M", "Coordinator Rivage commented on RIV-001 Une borne, and one more reminder"),
        ]
        assert first.text in mail.outbox[0].body


class TestContent:
    def email_to(self, to: str) -> Any:
        return next(message for message in mail.outbox if message.to[0][0] == to)

    def test_the_email_has_writer_text_reason_and_link(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["C"], "<b>@Pilot Rivage</b>, voyez")
        post_at()
        text, html = self.email_to("P").body, self.email_to("P").alternatives[0][0]
        assert "Coordinator Rivage wrote on RIV-001 Une borne:\n\n<b>@Pilot Rivage</b>, voyez" in text
        assert "the comment on RIV-001 Une borne names you" in text
        assert f"/comments/{comment.pk}/" in text
        assert ("&lt;b&gt;@Pilot" in html, "<b>@Pilot" in html) == (True, False)
        assert "You are receiving this e-mail because you own RIV-001 Une borne." in self.email_to("M").body

    def test_the_email_quotes_only_the_beginning(self, cast: Cast, idea: Idea):
        write(idea, cast["C"], "a" * 20_000)
        post_at()
        assert ("a" * 299 + "…" in self.email_to("M").body, "a" * 300 in self.email_to("M").body) == (True, False)

    def test_earlier_writers_get_the_conversation_as_reason(self, cast: Cast, idea: Idea):
        opener = CommentFactory(idea=idea, written_by=cast["R"])
        write(idea, cast["C"], thread=opener)
        post_at()
        assert "because you wrote in this conversation on RIV-001" in self.email_to("R").body

    def test_the_event_kind_has_description_url_and_name(self, cast: Cast, idea: Idea):
        comment, kind = write(idea, cast["C"]), event_kinds["comment"]
        row = Reminder.objects.get()
        with translation.override("en"):
            assert (
                str(kind.describe(row))
                == "People whom the comment names or replies to, or whose work it is about: a comment"
            )
        assert kind.names is not None
        assert (kind.href(row), kind.names([comment.pk])) == (
            f"/comments/{comment.pk}/",
            {comment.pk: "RIV-001 Une borne · Coordinator Rivage"},
        )

    def test_comments_are_selected_by_edition_cohort_or_authority(self, cast: Cast, idea: Idea):
        own, theirs = (
            CommentFactory(idea=idea).pk,
            CommentFactory(on=PrototypeFactory(idea__cohort=cast.other_cohort)).pk,
        )
        scopes = (
            CommandScope(edition="transfo-2026"),
            CommandScope(cohort="rivage"),
            CommandScope(authority=cast.other_cohort.authority.slug),
        )
        assert [event_kinds["comment"].in_scope(scope) for scope in scopes] == [{own, theirs}, {own}, {theirs}]

    def test_no_email_is_sent_about_a_comment_that_no_longer_exists(self, cast: Cast, idea: Idea):
        write(idea, cast["C"])
        execute("SET session_replication_role = replica")
        execute("DELETE FROM comments_comment")
        execute("SET session_replication_role = origin")
        assert (post_at(), Delivery.objects.count()) == ([], 0)
