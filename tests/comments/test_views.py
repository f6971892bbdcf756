"""Comments below pages and on their own pages: what each person sees and may do, with htmx and without."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from comments.models import Comment
from prototypes.models import Idea
from tests.factories.canvases import CanvasFactory
from tests.factories.cast import Cast
from tests.factories.comments import CommentFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory
from tests.pages import elements, links, texts
from tests.prototypes.pages import errors, page, send, signed_in, statements
from web.forms.edit_conflicts import fingerprint

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 11, 24, 8, 5, tzinfo=UTC)


@pytest.fixture
def idea(cast: Cast) -> Idea:
    return IdeaFactory(cohort=cast.cohort, owner=cast["M"], state="accepted")


def opened(user: Any, address: str) -> Any:
    answer = signed_in(user).get(address)
    assert answer.status_code == 200, answer.status_code
    return answer


def comment_texts(answer: Any) -> list[str]:
    """Return the texts of the comments in order."""
    return texts(answer, "div", "prose")


def swapped(user: Any, address: str, **form: Any) -> Any:
    return signed_in(user).post(address, form, headers={"hx-request": "true"})


class TestPanel:
    @pytest.mark.parametrize("rows", [1, 20])
    @pytest.mark.parametrize(("on", "count"), [("idea", 8), ("prototype", 9), ("canvas", 7)])
    def test_the_panel_takes_one_statement_at_most(self, cast: Cast, idea: Idea, on: str, count: int, rows: int):
        cohort = {"cohort": cast.cohort} if on == "canvas" else {"idea": idea}
        about = idea if on == "idea" else {"prototype": PrototypeFactory, "canvas": CanvasFactory}[on](**cohort)
        for _ in range(rows):
            CommentFactory(on=about, names=[cast["P"]])
        assert statements(cast["M"], about.get_absolute_url()) == count

    def test_the_latest_thread_is_last(self, cast: Cast, idea: Idea):
        first, second = (CommentFactory(idea=idea, text=text) for text in ("Un", "Deux"))
        CommentFactory(thread=first, text="Réponse")
        answer = opened(cast["M"], idea.get_absolute_url())
        assert (comment_texts(answer), second.thread) == (["Deux", "Un", "Réponse"], None)
        assert len(texts(answer, "article", "comment-reply")) == 1

    def test_more_than_twenty_comments_have_a_link_to_earlier_ones(self, cast: Cast, idea: Idea):
        for number in range(21):
            CommentFactory(idea=idea, text=f"n{number}")
        answer = opened(cast["M"], idea.get_absolute_url())
        assert (comment_texts(answer)[0], len(comment_texts(answer))) == ("n1", 20)
        assert links(answer)["Earlier comments"] == f"/ideas/{idea.pk}/comments/"

    def test_mentions_are_marked_in_the_text_or_listed_below(self, cast: Cast, idea: Idea):
        CommentFactory(idea=idea, text="**@Pilot Rivage** voyez", names=[cast["P"], cast["R"]])
        answer = opened(cast["M"], idea.get_absolute_url())
        assert texts(answer, "span", "mention") + texts(answer, "bdi", "mention") == ["@Pilot Rivage", "Relay Rivage"]

    @pytest.mark.parametrize(("role", "may"), [("R", True), ("M", True), ("A", False), ("S", True)])
    def test_people_who_may_not_comment_see_the_reason(self, cast: Cast, idea: Idea, role: str, may: bool):
        text = page(cast[role], idea.get_absolute_url())
        reason = "Only the lab and the people of the cohort can comment here."
        assert ('name="text"' in text, reason in text) == (may, not may)

    def test_only_the_writer_sees_the_edit_link(self, cast: Cast, idea: Idea):
        CommentFactory(idea=idea, written_by=cast["M"])
        own, other = (links(opened(cast[role], idea.get_absolute_url())) for role in "MP")
        assert ("Withdraw" in own, "Withdraw" in other) == (True, False)

    def test_a_withdrawn_comment_is_marked_and_keeps_its_replies(self, cast: Cast, idea: Idea):
        gone = CommentFactory(idea=idea, text="", withdrawn_at=LATER)
        CommentFactory(thread=gone, text="Dommage")
        answer = opened(cast["M"], idea.get_absolute_url())
        assert (comment_texts(answer), "Withdrawn by its author." in texts(answer, "p", "small")) == (["Dommage"], True)

    def test_published_facts_have_no_comments(self, cast: Cast):
        known = IdeaFactory(cohort=cast.cohort, retrospective=True, state="")
        assert 'id="comments"' not in page(cast["M"], known.get_absolute_url())

    def test_hostile_names_and_texts_are_escaped(self, cast: Cast, idea: Idea):
        script = "<script>alert(1)</script>"
        cast["P"].full_name = f"P {script}"
        cast["P"].save()
        CommentFactory(idea=idea, written_by=cast["P"], names=[cast["P"]], text=f"@P {script} [a](javascript:alert(1))")
        text = page(cast["M"], idea.get_absolute_url())
        assert (script in text, 'href="javascript' in text) == (False, False)


class TestWriting:
    def test_posting_without_htmx_redirects_to_the_comment(self, cast: Cast, idea: Idea):
        answer = send(cast["R"], f"/ideas/{idea.pk}/comments/new/", text="À essayer")
        comment = Comment.objects.get()
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/ideas/{idea.pk}/#comment-{comment.pk}")

    def test_posting_with_htmx_returns_the_panel_with_an_empty_form(self, cast: Cast, idea: Idea):
        answer = swapped(cast["R"], f"/ideas/{idea.pk}/comments/new/", text="À essayer")
        assert (comment_texts(answer), texts(answer, "textarea")) == (["À essayer"], [""])
        assert "<html" not in answer.content.decode()
        [line] = elements(answer, "article", "comment")
        assert {"data-focus", "data-announce"} <= set(line["attrs"])

    def test_a_refused_htmx_form_keeps_the_typed_text(self, cast: Cast, idea: Idea):
        long = "x" * 20_001
        answer = swapped(cast["R"], f"/ideas/{idea.pk}/comments/new/", text=long)
        assert (texts(answer, "textarea"), len(texts(answer, "ul", "errorlist"))) == ([long], 1)

    @pytest.mark.parametrize("text", ["", "   ", "x" * 20_001, "a\0b"])
    def test_invalid_input_gets_an_error(self, cast: Cast, idea: Idea, text: str):
        answer = send(cast["M"], f"/ideas/{idea.pk}/comments/new/", text=text)
        assert (list(errors(answer)), Comment.objects.count()) == (["text"], 0)

    def test_line_breaks_count_as_one_character(self, cast: Cast, idea: Idea):
        send(cast["M"], f"/ideas/{idea.pk}/comments/new/", text="a\r\n" * 9_999 + "ab")
        assert len(Comment.objects.get().text) == 20_000

    def test_choosing_people_keeps_the_typed_text_unsaved(self, cast: Cast, idea: Idea):
        answer = send(cast["M"], f"/ideas/{idea.pk}/comments/new/", text="À suivre", choose="1")
        assert (texts(answer, "textarea"), Comment.objects.count()) == (["À suivre"], 0)
        offered = [label for label in texts(answer, "label") if label.endswith(("Rivage", "Lab", "Montagne"))]
        assert offered == [
            *("Admin Rivage", "Coordinator Rivage", "Pilot Rivage"),
            *("Relay Rivage", "Resident Rivage", "Staff Lab"),
        ]

    def test_people_can_be_chosen_without_javascript(self, cast: Cast, idea: Idea):
        send(cast["M"], f"/ideas/{idea.pk}/comments/new/", text="À suivre", mentioned=[cast["P"].pk])
        assert list(Comment.objects.get().mentions.values_list("person", flat=True)) == [cast["P"].pk]

    def test_people_of_other_cohorts_cannot_be_chosen(self, cast: Cast, idea: Idea):
        answer = send(cast["M"], f"/ideas/{idea.pk}/comments/new/", text="À suivre", mentioned=[cast["N"].pk])
        assert (list(errors(answer)), Comment.objects.count()) == (["mentioned"], 0)


class TestCanvas:
    def test_a_canvas_has_comments_like_an_idea(self, cast: Cast):
        canvas = CanvasFactory(cohort=cast.cohort, made_by=cast["P"], shared_with_edition=True)
        answer = swapped(cast["R"], f"/canvases/{canvas.pk}/comments/new/", text="Ce guichet ferme à midi")
        assert (comment_texts(answer), Comment.objects.get().subject) == (["Ce guichet ferme à midi"], canvas)
        pages = {role: opened(cast[role], canvas.get_absolute_url()) for role in "MRAN"}
        assert {role: (len(comment_texts(one)), len(texts(one, "textarea"))) for role, one in pages.items()} == {
            **dict.fromkeys("MR", (1, 1)),
            **dict.fromkeys("AN", (1, 0)),
        }
        comment = Comment.objects.get()
        assert links(opened(cast["N"], comment.get_absolute_url()))[canvas.title] == canvas.get_absolute_url()


class TestPages:
    @pytest.mark.parametrize("rows", [1, 20])
    def test_the_list_takes_the_same_statements_at_any_length(self, cast: Cast, idea: Idea, rows: int):
        for _ in range(rows):
            CommentFactory(idea=idea, names=[cast["P"]])
        assert statements(cast["M"], f"/ideas/{idea.pk}/comments/") == 7

    def test_the_list_has_twenty_comments_a_page_latest_first(self, cast: Cast, idea: Idea):
        for number in range(21):
            CommentFactory(idea=idea, text=f"n{number}")
        latest, earlier = (opened(cast["M"], f"/ideas/{idea.pk}/comments/?page={n}") for n in ("1", "2"))
        assert (comment_texts(latest)[-1], comment_texts(earlier)) == ("n20", ["n0"])
        assert ("Earlier comments" in links(latest), "Later comments" in links(earlier)) == (True, True)

    def test_a_comment_has_a_page_with_its_conversation(self, cast: Cast, idea: Idea):
        opener = CommentFactory(idea=idea, text="Un")
        CommentFactory(idea=idea, text="Ailleurs")
        answer = CommentFactory(thread=opener, text="Deux")
        assert comment_texts(opened(cast["A"], answer.get_absolute_url())) == ["Un", "Deux"]

    def test_a_reply_page_shows_the_comment_above_the_form(self, cast: Cast, idea: Idea):
        opener = CommentFactory(idea=idea, text="Un")
        address = f"/comments/{opener.pk}/reply/"
        assert comment_texts(opened(cast["R"], address)) == ["Un"]
        send(cast["R"], address, text="Deux")
        assert list(opener.answers.values_list("text", flat=True)) == ["Deux"]

    def test_a_comment_on_a_hidden_subject_gives_404(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea)
        ways = ("", "reply/", "edit/", "take-back/")
        clients = [signed_in(cast[role]) for role in "NX"]
        assert {one.get(f"/comments/{comment.pk}/{way}").status_code for way in ways for one in clients} == {404}


class TestOwn:
    def test_an_edited_comment_shows_the_time(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], text="Un")
        send(cast["M"], f"/comments/{comment.pk}/edit/", text="Deux", version_token=fingerprint("Un"))
        text = page(cast["M"], idea.get_absolute_url())
        assert ("edited 24 Nov 2026, 10:00" in text, ">Deux</p>" in text.replace("<p>", ">")) == (True, True)

    def test_an_edit_conflict_shows_both_texts(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], text="Un")
        address = f"/comments/{comment.pk}/edit/"
        send(cast["M"], address, text="Deux", version_token=fingerprint("Un"))
        answer = send(cast["M"], address, text="Trois", version_token=fingerprint("Un"))
        assert (comment_texts(answer), texts(answer, "textarea")) == (["Deux"], ["Trois"])
        send(cast["M"], address, text="Deux et trois", version_token=fingerprint("Deux"))
        assert Comment.objects.get().text == "Deux et trois"

    def test_editing_a_withdrawn_comment_shows_the_typed_text_and_the_reason(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], text="Un")
        send(cast["S"], f"/comments/{comment.pk}/take-back/", reason="Nous parlons des idées")
        sent = {role: send(cast[role], f"/comments/{comment.pk}/edit/", text="Deux") for role in "MP"}
        assert [answer.status_code for answer in sent.values()] == [409, 403]
        assert (texts(sent["M"], "div", "note"), texts(sent["M"], "div", "prose")) == (
            [
                (
                    "This comment was withdrawn. It can no longer be changed. Withdrawn by the lab: "
                    "Nous parlons des idées Go back"
                )
            ],
            ["Deux"],
        )

    def test_mentioned_people_stay_ticked(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], names=[cast["P"]])
        boxes = elements(opened(cast["M"], f"/comments/{comment.pk}/edit/"), "input")
        assert [box["attrs"]["value"] for box in boxes if "checked" in box["attrs"]] == [str(cast["P"].pk)]

    def test_withdrawing_asks_for_confirmation(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], text="Regretté")
        address = f"/comments/{comment.pk}/take-back/"
        assert "The text of the comment is deleted, and no more e-mails" in page(cast["M"], address)
        send(cast["M"], address)
        assert "Regretté" not in page(cast["M"], idea.get_absolute_url())
        assert signed_in(cast["M"]).get(address).status_code == 302

    def test_the_labs_reason_is_shown_in_place_of_the_comment(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], text="Des insultes")
        address = f"/comments/{comment.pk}/take-back/"
        offered = links(opened(cast["S"], idea.get_absolute_url()))
        assert offered["Withdraw on behalf of the lab · Ambassador Rivage"] == address
        assert "Des insultes" in page(cast["S"], address)
        assert list(errors(send(cast["S"], address, reason=" "))) == ["reason"]
        send(cast["S"], address, reason="Nous parlons des idées")
        answer = opened(cast["P"], idea.get_absolute_url())
        assert "Withdrawn by the lab: Nous parlons des idées" in texts(answer, "p", "small")
        assert (comment_texts(answer), signed_in(cast["S"]).get(address).status_code) == ([], 302)

    def test_a_past_member_may_read_and_withdraw_but_not_comment(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"])
        cast["M"].memberships.update(ends_on="2026-11-20")
        client = signed_in(cast["M"])
        assert client.get(f"/comments/{comment.pk}/edit/").status_code == 403
        client.post(f"/comments/{comment.pk}/take-back/")
        comment.refresh_from_db()
        assert comment.text == ""


def test_the_script_is_small():
    source = (Path(__file__).parents[2] / "static" / "js" / "mentions.js").read_text()
    assert (len(source.encode()) <= 5 * 1024, re.findall(r"innerHTML|eval|insertAdjacentHTML", source)) == (True, [])


class TestUnknownMentions:
    """Names after an `@` that mention nobody are reported."""

    UNKNOWN_TEXT = "@Sacha, @pilot: nobody with this name will get an e-mail. Choose people from the list."

    @pytest.mark.parametrize("htmx", [True, False])
    def test_unknown_mentions_are_reported_when_writing(self, cast: Cast, idea: Idea, htmx: bool):
        headers = {"hx-request": "true"} if htmx else {}
        form = {"text": "@Sacha et @pilot, voir `@Bob`", "idempotency_key": str(uuid4())}
        answer = signed_in(cast["M"]).post(f"/ideas/{idea.pk}/comments/new/", form, headers=headers, follow=True)
        assert texts(answer, "p", "message-warning") == [self.UNKNOWN_TEXT]

    def test_unknown_mentions_are_reported_when_editing(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], text="Vu")
        form = {
            "version_token": fingerprint("Vu"),
            "mentioned": [cast["P"].pk],
            "text": "@relay rivage : @Sacha dit à @Pilot",
        }
        answer = signed_in(cast["M"]).post(f"/comments/{comment.pk}/edit/", form, follow=True)
        assert texts(answer, "p", "message-warning") == [
            "@Sacha: nobody with this name will get an e-mail. Choose people from the list."
        ]
        assert sorted(comment.mentions.values_list("person__full_name", flat=True)) == ["Pilot Rivage", "Relay Rivage"]
