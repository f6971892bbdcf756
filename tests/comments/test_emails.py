"""Letters about comments, with the real ledger: who hears of one, in one letter a day, and who does not after all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from accounts.models import User
from comments import actions
from comments.models import Comment
from notifications.actions import choose_letters
from notifications.emails.creation import expand_due
from notifications.models import Delivery, DeliveryItem, Reminder
from notifications.registries import Scope, event_kinds
from notifications.sending.cycle import send_round
from prototypes.models import Idea
from tests.factories.canvases import CanvasFactory
from tests.factories.cast import NOW, Cast, assemble
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import IdeaAuthorFactory, IdeaFactory, PrototypeFactory
from tests.sql import execute

pytestmark = pytest.mark.django_db(transaction=True)
EVENING = datetime(2026, 11, 24, 16, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _letters_in_english(settings: Any) -> None:
    """For people who chose no language."""
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def cast() -> Cast:
    cast = assemble()
    for letter, person in cast.people.items():
        User.objects.filter(pk=person.pk).update(email=f"{letter}@people.example")
        person.refresh_from_db()
    return cast


@pytest.fixture
def idea(cast: Cast) -> Idea:
    return IdeaFactory(cohort=cast.cohort, owner=cast["M"], title="Une borne")


def write(about: Any, by: User, text: str = "À essayer", **more: Any) -> Comment:
    return actions.write_comment(about=about, text=text, by=by, at=NOW, **more)


def post_at(moment: datetime = EVENING) -> list[tuple[str, str]]:
    """Let the post run; letters of the cast and subjects of what leaves."""
    mail.outbox.clear()
    send_round(lambda: moment, seconds=20)
    return sorted((message.to[0][0], message.subject) for message in mail.outbox)


class TestWhoHearsOfIt:
    def test_the_owner_and_whoever_it_names(self, cast: Cast, idea: Idea):
        write(idea, cast["C"], "@Pilot Rivage, @Relay Rivage : et vous ?")
        said = "Coordinator Rivage commented on RIV-001 Une borne"
        assert post_at() == [("M", said), ("P", said), ("R", said)]

    def test_co_authors_as_the_owner(self, cast: Cast, idea: Idea):
        IdeaAuthorFactory(idea=idea, user=cast["D"])
        write(PrototypeFactory(idea=idea, title="Borne en carton"), cast["C"])
        assert [letter for letter, _ in post_at()] == ["D", "M"]
        letter = next(message.body for message in mail.outbox if message.to[0][0] == "D")
        assert "because you are a co-author of RIV-001 Une borne" in letter

    def test_never_its_writer(self, cast: Cast, idea: Idea):
        write(idea, cast["M"], "@Ambassador Rivage : à moi-même")
        assert post_at() == []

    def test_whoever_wrote_before_in_the_thread_but_what_they_took_back(self, cast: Cast, idea: Idea):
        opener = write(idea, cast["P"])
        write(idea, cast["R"], thread=opener)
        gone = write(idea, cast["D"], thread=opener)
        actions.take_back_comment(comment=gone, by=cast["D"], at=NOW)
        Reminder.objects.filter(state="planned").update(state="cancelled", reason="cancelled")
        write(idea, cast["C"], "Je réponds", thread=opener)
        assert [letter for letter, _ in post_at()] == ["M", "P", "R"]

    def test_the_owner_of_the_idea_hears_of_its_prototypes(self, cast: Cast, idea: Idea):
        write(PrototypeFactory(idea=idea, title="Borne en carton"), cast["P"])
        assert post_at() == [("M", "Pilot Rivage commented on Borne en carton")]

    def test_of_a_canvas_whoever_began_it_and_the_letter_says_its_kind(self, cast: Cast):
        canvas = CanvasFactory(cohort=cast.cohort, made_by=cast["M"], kind="persona", title="Claire")
        comment = write(canvas, cast["C"], "@Pilot Rivage, @Neighbour Montagne : la connaissez-vous ?")
        said = "Coordinator Rivage commented on persona “Claire”"
        assert post_at() == [("M", said), ("P", said)]
        own = next(message.body for message in mail.outbox if message.to[0][0] == "M")
        assert "because you began persona “Claire”" in own
        kind, scopes = event_kinds["comment"], (Scope(cohort="rivage"), Scope(cohort=cast.other.slug))
        assert [kind.within(scope) for scope in scopes] == [{comment.pk}, set()]

    def test_several_of_a_day_are_one_letter(self, cast: Cast, idea: Idea):
        for text in ("Un", "Deux", "Trois"):
            write(idea, cast["C"], text)
        assert post_at() == [("M", "Coordinator Rivage commented on RIV-001 Une borne, and 2 more reminders")]
        assert DeliveryItem.objects.count() == 3

    def test_nothing_leaves_before_the_end_of_the_day(self, cast: Cast, idea: Idea):
        write(idea, cast["C"])
        assert (post_at(EVENING - timedelta(minutes=1)), len(post_at())) == ([], 1)

    def test_somebody_named_later_hears_of_it_and_nobody_twice(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["C"])
        post_at()
        actions.change_comment(comment=comment, text="@Pilot Rivage", by=cast["C"], at=EVENING + DAY / 2)
        assert post_at(EVENING + DAY) == [("P", "Coordinator Rivage commented on RIV-001 Une borne")]


class TestWhoDoesNotAfterAll:
    def test_nobody_once_it_was_taken_back(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["C"])
        actions.take_back_comment(comment=comment, by=cast["C"], at=NOW)
        assert post_at() == []

    def test_nobody_when_it_was_taken_back_while_the_letter_waited(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["C"])
        expand_due(EVENING)
        actions.take_back_comment(comment=comment, by=cast["C"], at=EVENING)
        assert (post_at(), list(DeliveryItem.objects.values_list("reason", flat=True))) == ([], ["taken_back"])

    def test_whoever_lost_sight_of_it_meanwhile(self, cast: Cast):
        shared = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        write(shared, cast["C"], "@Neighbour Montagne")
        expand_due(EVENING)
        shared.shared_with_edition = False
        shared.save()
        assert (post_at(), list(DeliveryItem.objects.values_list("reason", flat=True))) == ([], ["left"])

    def test_whoever_is_named_no_more(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["C"], "@Pilot Rivage")
        expand_due(EVENING)
        actions.change_comment(comment=comment, text="Personne", by=cast["C"], at=EVENING)
        assert [letter for letter, _ in post_at()] == ["M"]
        assert set(DeliveryItem.objects.values_list("state", "reason")) == {("sent", ""), ("skipped", "not_named")}

    def test_whoever_asked_for_no_letters_about_comments(self, cast: Cast, idea: Idea):
        kinds = [slug for slug in event_kinds.slugs() if slug != "comment"]
        choose_letters(user=cast["M"], wanted=kinds, by=cast["M"])
        write(idea, cast["C"], "@Pilot Rivage")
        assert [letter for letter, _ in post_at()] == ["P"]


class TestWhatItSays:
    def letter(self, to: str) -> Any:
        return next(message for message in mail.outbox if message.to[0][0] == to)

    def test_who_wrote_what_why_and_where(self, cast: Cast, idea: Idea):
        comment = write(idea, cast["C"], "<b>@Pilot Rivage</b>, voyez")
        post_at()
        text, html = self.letter("P").body, self.letter("P").alternatives[0][0]
        assert "Coordinator Rivage wrote on RIV-001 Une borne:\n\n<b>@Pilot Rivage</b>, voyez" in text
        assert "the comment on RIV-001 Une borne names you" in text
        assert f"/comments/{comment.pk}/" in text
        assert ("&lt;b&gt;@Pilot" in html, "<b>@Pilot" in html) == (True, False)
        assert "You get this e-mail because you own RIV-001 Une borne." in self.letter("M").body

    def test_no_more_than_its_beginning(self, cast: Cast, idea: Idea):
        write(idea, cast["C"], "a" * 20_000)
        post_at()
        assert ("a" * 299 + "…" in self.letter("M").body, "a" * 300 in self.letter("M").body) == (True, False)

    def test_whoever_is_in_the_conversation_is_told_so(self, cast: Cast, idea: Idea):
        opener = CommentFactory(idea=idea, written_by=cast["R"])
        write(idea, cast["C"], thread=opener)
        post_at()
        assert "because you wrote in this conversation on RIV-001" in self.letter("R").body

    def test_its_line_its_page_and_its_name(self, cast: Cast, idea: Idea):
        comment, kind = write(idea, cast["C"]), event_kinds["comment"]
        row = Reminder.objects.get()
        with translation.override("en"):
            assert (
                str(kind.describe(row))
                == "People whom the comment names or answers, or whose work it is about: a comment"
            )
        assert kind.names is not None
        assert (kind.href(row), kind.names([comment.pk])) == (
            f"/comments/{comment.pk}/",
            {comment.pk: "RIV-001 Une borne · Coordinator Rivage"},
        )

    def test_within_an_edition_a_cohort_or_an_authority(self, cast: Cast, idea: Idea):
        own, theirs = CommentFactory(idea=idea).pk, CommentFactory(on=PrototypeFactory(idea__cohort=cast.other)).pk
        scopes = (Scope(edition="transfo-2026"), Scope(cohort="rivage"), Scope(authority=cast.other.authority.slug))
        assert [event_kinds["comment"].within(scope) for scope in scopes] == [{own, theirs}, {own}, {theirs}]

    def test_a_comment_that_is_gone_ends_its_letter(self, cast: Cast, idea: Idea):
        write(idea, cast["C"])
        execute("SET session_replication_role = replica")
        execute("DELETE FROM comments_comment")
        execute("SET session_replication_role = origin")
        assert (post_at(), Delivery.objects.count()) == ([], 0)
