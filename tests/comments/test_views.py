"""Comments below a page and on pages of their own: what each person sees and may do, with htmx and without."""

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


def said(answer: Any) -> list[str]:
    """The texts of the comments, in order."""
    return texts(answer, "div", "prose")


def swapped(user: Any, address: str, **form: Any) -> Any:
    return signed_in(user).post(address, form, headers={"hx-request": "true"})


class TestPanel:
    @pytest.mark.parametrize("rows", [1, 20])
    @pytest.mark.parametrize(("on", "count"), [("idea", 8), ("prototype", 9), ("canvas", 7)])
    def test_costs_at_most_one_statement_with_one_and_with_twenty(
        self, cast: Cast, idea: Idea, on: str, count: int, rows: int
    ):
        cohort = {"cohort": cast.cohort} if on == "canvas" else {"idea": idea}
        about = idea if on == "idea" else {"prototype": PrototypeFactory, "canvas": CanvasFactory}[on](**cohort)
        for _ in range(rows):
            CommentFactory(on=about, names=[cast["P"]])
        assert statements(cast["M"], about.get_absolute_url()) == count

    def test_the_latest_is_at_the_end_with_what_it_answers(self, cast: Cast, idea: Idea):
        first, second = (CommentFactory(idea=idea, text=text) for text in ("Un", "Deux"))
        CommentFactory(thread=first, text="Réponse")
        answer = opened(cast["M"], idea.get_absolute_url())
        assert (said(answer), second.thread) == (["Deux", "Un", "Réponse"], None)
        assert len(texts(answer, "article", "comment-answer")) == 1

    def test_beyond_twenty_a_link_leads_to_the_earlier_ones(self, cast: Cast, idea: Idea):
        for number in range(21):
            CommentFactory(idea=idea, text=f"n{number}")
        answer = opened(cast["M"], idea.get_absolute_url())
        assert (said(answer)[0], len(said(answer))) == ("n1", 20)
        assert links(answer)["Earlier comments"] == f"/ideas/{idea.pk}/comments/"

    def test_names_in_the_text_are_marked_and_others_named_below(self, cast: Cast, idea: Idea):
        CommentFactory(idea=idea, text="**@Pilot Rivage** voyez", names=[cast["P"], cast["R"]])
        answer = opened(cast["M"], idea.get_absolute_url())
        assert texts(answer, "span", "mention") + texts(answer, "bdi", "mention") == ["@Pilot Rivage", "Relay Rivage"]

    @pytest.mark.parametrize(("letter", "may"), [("R", True), ("M", True), ("A", False), ("S", True)])
    def test_whoever_may_not_comment_reads_why(self, cast: Cast, idea: Idea, letter: str, may: bool):
        text = page(cast[letter], idea.get_absolute_url())
        reason = "Only the lab and the people of the cohort can comment here."
        assert ('name="text"' in text, reason in text) == (may, not may)

    def test_its_writer_may_change_it_and_nobody_else(self, cast: Cast, idea: Idea):
        CommentFactory(idea=idea, written_by=cast["M"])
        own, other = (links(opened(cast[letter], idea.get_absolute_url())) for letter in "MP")
        assert ("Withdraw" in own, "Withdraw" in other) == (True, False)

    def test_what_was_taken_back_says_so_and_its_answers_stay(self, cast: Cast, idea: Idea):
        gone = CommentFactory(idea=idea, text="", taken_back_at=LATER)
        CommentFactory(thread=gone, text="Dommage")
        answer = opened(cast["M"], idea.get_absolute_url())
        assert (said(answer), "Withdrawn by its author." in texts(answer, "p", "small")) == (["Dommage"], True)

    def test_published_facts_have_no_comments(self, cast: Cast):
        known = IdeaFactory(cohort=cast.cohort, retrospective=True, state="")
        assert 'id="comments"' not in page(cast["M"], known.get_absolute_url())

    def test_hostile_names_and_texts_stay_words(self, cast: Cast, idea: Idea):
        script = "<script>alert(1)</script>"
        cast["P"].full_name = f"P {script}"
        cast["P"].save()
        CommentFactory(idea=idea, written_by=cast["P"], names=[cast["P"]], text=f"@P {script} [a](javascript:alert(1))")
        text = page(cast["M"], idea.get_absolute_url())
        assert (script in text, 'href="javascript' in text) == (False, False)


class TestWriting:
    def test_sent_plainly_one_comes_back_to_it_on_the_page(self, cast: Cast, idea: Idea):
        answer = send(cast["R"], f"/ideas/{idea.pk}/comments/new/", text="À essayer")
        comment = Comment.objects.get()
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/ideas/{idea.pk}/#comment-{comment.pk}")

    def test_sent_by_htmx_the_panel_has_it_in_place_and_an_empty_form(self, cast: Cast, idea: Idea):
        answer = swapped(cast["R"], f"/ideas/{idea.pk}/comments/new/", text="À essayer")
        assert (said(answer), texts(answer, "textarea")) == (["À essayer"], [""])
        assert "<html" not in answer.content.decode()
        [line] = elements(answer, "article", "comment")
        assert {"data-focus", "data-announce"} <= set(line["attrs"])

    def test_a_refusal_by_htmx_keeps_what_was_typed(self, cast: Cast, idea: Idea):
        long = "x" * 20_001
        answer = swapped(cast["R"], f"/ideas/{idea.pk}/comments/new/", text=long)
        assert (texts(answer, "textarea"), len(texts(answer, "ul", "errorlist"))) == ([long], 1)

    @pytest.mark.parametrize("text", ["", "   ", "x" * 20_001, "a\0b"])
    def test_nonsense_gets_its_reason(self, cast: Cast, idea: Idea, text: str):
        answer = send(cast["M"], f"/ideas/{idea.pk}/comments/new/", text=text)
        assert (list(errors(answer)), Comment.objects.count()) == (["text"], 0)

    def test_twenty_thousand_letters_with_line_ends_of_two_signs_are_as_many(self, cast: Cast, idea: Idea):
        send(cast["M"], f"/ideas/{idea.pk}/comments/new/", text="a\r\n" * 9_999 + "ab")
        assert len(Comment.objects.get().text) == 20_000

    def test_choosing_people_keeps_what_was_typed_and_saves_nothing(self, cast: Cast, idea: Idea):
        answer = send(cast["M"], f"/ideas/{idea.pk}/comments/new/", text="À suivre", choose="1")
        assert (texts(answer, "textarea"), Comment.objects.count()) == (["À suivre"], 0)
        offered = [label for label in texts(answer, "label") if label.endswith(("Rivage", "Lab", "Montagne"))]
        assert offered == [
            *("Admin Rivage", "Coordinator Rivage", "Pilot Rivage"),
            *("Relay Rivage", "Resident Rivage", "Staff Lab"),
        ]

    def test_people_are_chosen_without_a_script(self, cast: Cast, idea: Idea):
        send(cast["M"], f"/ideas/{idea.pk}/comments/new/", text="À suivre", named=[cast["P"].pk])
        assert list(Comment.objects.get().mentions.values_list("person", flat=True)) == [cast["P"].pk]

    def test_nobody_of_elsewhere_can_be_chosen(self, cast: Cast, idea: Idea):
        answer = send(cast["M"], f"/ideas/{idea.pk}/comments/new/", text="À suivre", named=[cast["N"].pk])
        assert (list(errors(answer)), Comment.objects.count()) == (["named"], 0)


class TestCanvas:
    def test_it_is_discussed_like_an_idea_by_its_readers_who_may(self, cast: Cast):
        canvas = CanvasFactory(cohort=cast.cohort, made_by=cast["P"], shared_with_edition=True)
        answer = swapped(cast["R"], f"/canvases/{canvas.pk}/comments/new/", text="Ce guichet ferme à midi")
        assert (said(answer), Comment.objects.get().subject) == (["Ce guichet ferme à midi"], canvas)
        pages = {letter: opened(cast[letter], canvas.get_absolute_url()) for letter in "MRAN"}
        assert {letter: (len(said(one)), len(texts(one, "textarea"))) for letter, one in pages.items()} == {
            **dict.fromkeys("MR", (1, 1)),
            **dict.fromkeys("AN", (1, 0)),
        }
        comment = Comment.objects.get()
        assert links(opened(cast["N"], comment.get_absolute_url()))[canvas.title] == canvas.get_absolute_url()


class TestPages:
    @pytest.mark.parametrize("rows", [1, 20])
    def test_all_comments_cost_the_same(self, cast: Cast, idea: Idea, rows: int):
        for _ in range(rows):
            CommentFactory(idea=idea, names=[cast["P"]])
        assert statements(cast["M"], f"/ideas/{idea.pk}/comments/") == 7

    def test_twenty_a_page_the_latest_first(self, cast: Cast, idea: Idea):
        for number in range(21):
            CommentFactory(idea=idea, text=f"n{number}")
        latest, earlier = (opened(cast["M"], f"/ideas/{idea.pk}/comments/?page={n}") for n in ("1", "2"))
        assert (said(latest)[-1], said(earlier)) == ("n20", ["n0"])
        assert ("Earlier comments" in links(latest), "Later comments" in links(earlier)) == (True, True)

    def test_a_comment_has_an_address_that_shows_its_conversation(self, cast: Cast, idea: Idea):
        opener = CommentFactory(idea=idea, text="Un")
        CommentFactory(idea=idea, text="Ailleurs")
        answer = CommentFactory(thread=opener, text="Deux")
        assert said(opened(cast["A"], answer.get_absolute_url())) == ["Un", "Deux"]

    def test_an_answer_shows_what_it_answers_and_goes_below_it(self, cast: Cast, idea: Idea):
        opener = CommentFactory(idea=idea, text="Un")
        address = f"/comments/{opener.pk}/answer/"
        assert said(opened(cast["R"], address)) == ["Un"]
        send(cast["R"], address, text="Deux")
        assert list(opener.answers.values_list("text", flat=True)) == ["Deux"]

    def test_a_comment_on_what_one_may_not_read_is_not_there(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea)
        ways = ("", "answer/", "edit/", "take-back/")
        clients = [signed_in(cast[letter]) for letter in "NX"]
        assert {one.get(f"/comments/{comment.pk}/{way}").status_code for way in ways for one in clients} == {404}


class TestOwn:
    def test_edited_it_says_when(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], text="Un")
        send(cast["M"], f"/comments/{comment.pk}/edit/", text="Deux", seen=fingerprint("Un"))
        text = page(cast["M"], idea.get_absolute_url())
        assert ("edited 24 Nov 2026, 10:00" in text, ">Deux</p>" in text.replace("<p>", ">")) == (True, True)

    def test_two_windows_show_both_texts(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], text="Un")
        address = f"/comments/{comment.pk}/edit/"
        send(cast["M"], address, text="Deux", seen=fingerprint("Un"))
        answer = send(cast["M"], address, text="Trois", seen=fingerprint("Un"))
        assert (said(answer), texts(answer, "textarea")) == (["Deux"], ["Trois"])
        send(cast["M"], address, text="Deux et trois", seen=fingerprint("Deux"))
        assert Comment.objects.get().text == "Deux et trois"

    def test_taken_back_meanwhile_it_shows_what_was_typed_and_why_it_went(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], text="Un")
        send(cast["S"], f"/comments/{comment.pk}/take-back/", reason="Nous parlons des idées")
        sent = {letter: send(cast[letter], f"/comments/{comment.pk}/edit/", text="Deux") for letter in "MP"}
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

    def test_whoever_it_mentions_stays_ticked(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], names=[cast["P"]])
        boxes = elements(opened(cast["M"], f"/comments/{comment.pk}/edit/"), "input")
        assert [box["attrs"]["value"] for box in boxes if "checked" in box["attrs"]] == [str(cast["P"].pk)]

    def test_taken_back_after_a_question(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], text="Regretté")
        address = f"/comments/{comment.pk}/take-back/"
        assert "The text of the comment is deleted, and no more e-mails" in page(cast["M"], address)
        send(cast["M"], address)
        assert "Regretté" not in page(cast["M"], idea.get_absolute_url())
        assert signed_in(cast["M"]).get(address).status_code == 302

    def test_the_lab_takes_it_back_with_a_reason_that_stands_in_its_place(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], text="Des insultes")
        address = f"/comments/{comment.pk}/take-back/"
        offered = links(opened(cast["S"], idea.get_absolute_url()))
        assert offered["Withdraw on behalf of the lab · Ambassador Rivage"] == address
        assert "Des insultes" in page(cast["S"], address)
        assert list(errors(send(cast["S"], address, reason=" "))) == ["reason"]
        send(cast["S"], address, reason="Nous parlons des idées")
        answer = opened(cast["P"], idea.get_absolute_url())
        assert "Withdrawn by the lab: Nous parlons des idées" in texts(answer, "p", "small")
        assert (said(answer), signed_in(cast["S"]).get(address).status_code) == ([], 302)

    def test_a_past_member_reads_and_takes_back_but_says_no_more(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"])
        cast["M"].memberships.update(ends_on="2026-11-20")
        client = signed_in(cast["M"])
        assert client.get(f"/comments/{comment.pk}/edit/").status_code == 403
        client.post(f"/comments/{comment.pk}/take-back/")
        comment.refresh_from_db()
        assert comment.text == ""


def test_the_script_is_small_enough_for_a_phone():
    source = (Path(__file__).parents[2] / "static" / "js" / "mentions.js").read_text()
    assert (len(source.encode()) <= 5 * 1024, re.findall(r"innerHTML|eval|insertAdjacentHTML", source)) == (True, [])


class TestUnheard:
    """A name after an `@` that tells nobody is named."""

    SAID = "@Sacha, @pilot: nobody with this name will get an e-mail. Choose people from the list."

    @pytest.mark.parametrize("htmx", [True, False])
    def test_when_it_is_written(self, cast: Cast, idea: Idea, htmx: bool):
        headers = {"hx-request": "true"} if htmx else {}
        form = {"text": "@Sacha et @pilot, voir `@Bob`", "entry": str(uuid4())}
        answer = signed_in(cast["M"]).post(f"/ideas/{idea.pk}/comments/new/", form, headers=headers, follow=True)
        assert texts(answer, "p", "message-warning") == [self.SAID]

    def test_when_it_is_changed_and_not_for_those_who_are_told(self, cast: Cast, idea: Idea):
        comment = CommentFactory(idea=idea, written_by=cast["M"], text="Vu")
        form = {"seen": fingerprint("Vu"), "named": [cast["P"].pk], "text": "@relay rivage : @Sacha dit à @Pilot"}
        answer = signed_in(cast["M"]).post(f"/comments/{comment.pk}/edit/", form, follow=True)
        assert texts(answer, "p", "message-warning") == [
            "@Sacha: nobody with this name will get an e-mail. Choose people from the list."
        ]
        assert sorted(comment.mentions.values_list("person__full_name", flat=True)) == ["Pilot Rivage", "Relay Rivage"]
