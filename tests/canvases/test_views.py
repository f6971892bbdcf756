"""The pages of canvases."""

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.urls import reverse

from canvases import actions as canvas_actions
from canvases.canvas_schema import PATTERNS
from canvases.models import Canvas, CanvasCell, CanvasStep
from fieldwork.insights.actions import delete_insight
from fieldwork.notes.actions import withdraw_consent
from prototypes import actions
from tests.factories.canvases import CanvasCellFactory, CanvasFactory, CanvasStepFactory, drawn
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import CohortFactory, SessionFactory
from tests.factories.fieldwork import InsightFactory, NoteFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.pages import elements, links, rows, texts
from tests.prototypes.pages import errors, page, send, signed_in, statements
from web.errors import DomainError

pytestmark = pytest.mark.django_db


def list_of(cast: Cast) -> str:
    return reverse("canvases:canvas_list", args=[cast.cohort.slug])


def page_messages(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def address(place: CanvasCell | Canvas, lane: str = "", step: int = 0) -> str:
    """Return the URL of the form of a cell."""
    if isinstance(place, CanvasCell):
        return address(place.canvas, place.lane, place.step_id or 0)
    return reverse("canvases:write_cell", args=[place.pk, step, lane])


class TestList:
    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_takes_six_statements(self, count: int, cast: Cast):
        for _ in range(count):
            drawn(1, cohort=cast.cohort)
        assert statements(cast["M"], list_of(cast)) == 6

    def test_the_list_counts_texts_and_assumptions(self, cast: Cast):
        canvas = drawn(1, cohort=cast.cohort, title="Trouver son guichet", made_by=cast["P"])
        cell = canvas.cells.get(lane="user")
        cell.text, cell.assumption, cell.version = "", False, 2
        cell.save()
        answer = signed_in(cast["M"]).get(list_of(cast))
        assert rows(answer) == [["service blueprint", "", "4", "4"]]

    def test_the_list_filters_by_kind(self, cast: Cast):
        for kind in ("persona", "service_model"):
            CanvasFactory(cohort=cast.cohort, kind=kind)
        answer = signed_in(cast["M"]).get(list_of(cast), {"kind": "persona"})
        assert [line[0] for line in rows(answer)] == ["persona"]

    def test_an_empty_list_of_a_kind_describes_the_kind(self, cast: Cast):
        assert str(PATTERNS["journey_map"].description) in page(cast["M"], list_of(cast), kind="journey_map")

    def test_an_empty_list_offers_the_first_step(self, cast: Cast):
        assert "Begin with a persona" in page(cast["M"], list_of(cast))
        assert "Begin with a persona" not in page(cast["R"], list_of(cast))

    def test_invalid_input_is_ignored(self, cast: Cast):
        CanvasFactory(cohort=cast.cohort)
        assert len(rows(signed_in(cast["M"]).get(list_of(cast), {"kind": "poster"}))) == 1


class TestPage:
    @pytest.mark.parametrize("kind", PATTERNS)
    @pytest.mark.parametrize("steps", [3, 30])
    def test_the_page_takes_seven_statements_at_any_length(self, kind: str, steps: int, cast: Cast):
        canvas = drawn(steps, kind=kind, cohort=cast.cohort, made_by=cast["M"])
        assert statements(cast["M"], canvas.get_absolute_url()) == 7

    def test_a_blueprint_is_a_table_of_lanes_by_steps(self, cast: Cast):
        canvas = drawn(2, cohort=cast.cohort)
        answer = signed_in(cast["M"]).get(canvas.get_absolute_url())
        columns = [found["attrs"]["scope"] for found in elements(answer, "th")]
        assert columns == ["col"] * 2 + ["row"] * 5
        assert [len(line) for line in rows(answer)] == [1, 2, 2, 2, 2, 2]

    def test_more_than_ten_steps_continue_in_another_band(self, cast: Cast):
        canvas = drawn(11, cohort=cast.cohort)
        tables = elements(signed_in(cast["M"]).get(canvas.get_absolute_url()), "table")
        assert len(tables) == 2

    def test_each_text_shows_its_state(self, cast: Cast):
        canvas = CanvasFactory(cohort=cast.cohort, kind="service_model")
        session = SessionFactory(cohort=cast.cohort, title="Dans le bois")
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded", hypothesis="On trouve seul")
        make = {"canvas": canvas, "step": None}
        CanvasCellFactory(lane="problem", **make)
        CanvasCellFactory(lane="value", session=session, assumption=False, **make)
        CanvasCellFactory(lane="channels", trial=trial, stance="supports", **make)
        CanvasCellFactory(lane="costs", trial=trial, stance="contradicts", **make)
        answer = signed_in(cast["M"]).get(canvas.get_absolute_url())
        footers = [element["text"] for element in elements(answer, "div", "cell-foot") if "Edit" not in element["text"]]
        sections = [element["text"] for element in elements(answer, "section", "canvas-section")]
        assert len(footers) == 11
        assert [words for words in sections if "assumption" in words] == [sections[0]]
        assert [index for index, words in enumerate(sections) if "by a test On trouve seul" in words] == [3, 7]
        assert links(answer)["Dans le bois"] == session.get_absolute_url()

    def test_a_cited_note_or_insight_is_named_to_those_who_read_the_notebook(self, cast: Cast):
        canvas = CanvasFactory(cohort=cast.cohort, kind="service_model", shared_with_edition=True)
        note, withdrawn = (NoteFactory(cohort=cast.cohort, text=text) for text in ("Trois guichets", "Retirée"))
        insight = InsightFactory(cohort=cast.cohort, title="Les sigles égarent")
        cited: dict[str, Any] = {
            "value": {"note": note},
            "costs": {"note": withdrawn},
            "channels": {"insight": insight},
        }
        for lane, evidence in cited.items():
            CanvasCellFactory(canvas=canvas, step=None, lane=lane, assumption=False, **evidence)
        withdraw_consent(code=withdrawn.withdrawal_code, by=None, at=NOW)
        found = {role: page(cast[role], canvas.get_absolute_url()) for role in "MRN"}
        words = ("Trois guichets", "Les sigles égarent", note.get_absolute_url(), f"#insight-{insight.pk}")
        assert {role: [word for word in words if word in text] for role, text in found.items()} == {
            "M": list(words),
            "R": [],
            "N": [],
        }
        gone = "The note was withdrawn, or its consent has ended."
        counts = [(text.count("seen or heard in the field"), text.count(gone)) for text in found.values()]
        assert counts == [(3 + 1, 1)] * 3

    def test_a_neighbour_reads_a_shared_canvas_without_evidence(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, title="Dans le bois")
        canvas = CanvasFactory(cohort=cast.cohort, kind="service_model", shared_with_edition=True)
        CanvasCellFactory(
            canvas=canvas, step=None, lane="value", session=session, assumption=False, text="Gagner une heure"
        )
        found = page(cast["N"], canvas.get_absolute_url())
        assert ("Gagner une heure" in found, "seen in a session" in found, "Dans le bois" in found) == (
            True,
            True,
            False,
        )

    def test_readers_have_no_edit_links(self, cast: Cast):
        canvas = drawn(1, cohort=cast.cohort)
        found = page(cast["R"], canvas.get_absolute_url()).partition("<main")[2]
        assert ("cell-edit" in found, "add-step" in found, "icon-button" in found) == (False, False, False)

    def test_an_ambassador_edits_own_and_shared_canvases(self, cast: Cast):
        found = {
            name: "cell-edit" in page(cast["M"], drawn(1, cohort=cast.cohort, **fields).get_absolute_url())
            for name, fields in {
                "own": {"made_by": cast["M"]},
                "shared": {"shared_with_edition": True},
                "other": {"made_by": cast["P"]},
            }.items()
        }
        assert found == {"own": True, "shared": True, "other": False}

    def test_an_empty_canvas_says_how_to_begin(self, cast: Cast):
        canvas = CanvasFactory(cohort=cast.cohort, made_by=cast["M"])
        assert str(PATTERNS["service_blueprint"].empty_text) in page(cast["M"], canvas.get_absolute_url())

    def test_markup_is_escaped(self, cast: Cast):
        canvas = drawn(1, cohort=cast.cohort, title="<script>alert(1)</script>")
        step = CanvasStepFactory(canvas=canvas, name="<img onerror=alert(1)>")
        session = SessionFactory(cohort=cast.cohort, title="<i>Dans le bois</i>")
        CanvasCellFactory(canvas=canvas, step=step, text="<b>Elle entre</b>", session=session, assumption=False)
        found = page(cast["S"], canvas.get_absolute_url())
        assert [tag for tag in ("<script>alert", "<img onerror", "<b>Elle", "<i>Dans") if tag in found] == []
        assert [text for text in ("&lt;b&gt;Elle entre", "&lt;i&gt;Dans le bois") if text not in found] == []

    def test_each_step_is_renamed_moved_and_removed_by_name(self, cast: Cast):
        canvas = CanvasFactory(cohort=cast.cohort, made_by=cast["M"])
        first, last = (CanvasStepFactory(canvas=canvas, name=name, position=at) for at, name in enumerate("AB", 1))
        answer = signed_in(cast["M"]).get(canvas.get_absolute_url())
        base = f"{canvas.get_absolute_url()}steps/"
        buttons = {
            found["text"]: (found["attrs"]["form"], found["attrs"]["formaction"])
            for found in elements(answer, "button", "icon-button")
            if "formaction" in found["attrs"]
        }
        assert buttons == {
            "Move “A” later": ("move-step", f"{base}{first.pk}/later/move/"),
            "Move “B” earlier": ("move-step", f"{base}{last.pk}/earlier/move/"),
        }
        found_links = {name: href for name, href in links(answer).items() if href.startswith(base)}
        assert found_links == {
            "Edit the name “A”": f"{base}{first.pk}/",
            "Remove “A”": f"{base}{first.pk}/remove/",
            "Edit the name “B”": f"{base}{last.pk}/",
            "Remove “B”": f"{base}{last.pk}/remove/",
        }

    def test_link_to_write_is_named_for_lane_and_step(self, cast: Cast):
        canvas = CanvasFactory(cohort=cast.cohort, kind="persona", made_by=cast["M"])
        CanvasStepFactory(canvas=canvas, name="Hurried")
        CanvasCellFactory(canvas=canvas, step=None, lane="quote")
        names = list(links(signed_in(cast["M"]).get(canvas.get_absolute_url())))
        assert {"Edit In their own words", "Write Situation", "Write Trait · Hurried"} <= set(names)


class TestAdding:
    def test_a_canvas_can_be_about_an_idea(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        answer = send(
            cast["M"],
            reverse("canvases:add_canvas", args=[cast.cohort.slug]),
            kind="persona",
            title=" Marc ",
            about=f"idea-{idea.pk}",
        )
        made = Canvas.objects.get()
        assert (answer.status_code, made.title, made.idea, made.made_by) == (302, "Marc", idea, cast["M"])

    def test_the_idea_page_links_to_its_canvas(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        canvas = CanvasFactory(cohort=cast.cohort, idea=idea, title="Marc, boulanger")
        challenge = ChallengeFactory(cohort=cast.cohort)
        other = CanvasFactory(cohort=cast.cohort, challenge=challenge, title="Trouver")
        found = links(signed_in(cast["M"]).get(idea.get_absolute_url()))
        assert found["Marc, boulanger"] == canvas.get_absolute_url()
        assert links(signed_in(cast["M"]).get(challenge.get_absolute_url()))["Trouver"] == other.get_absolute_url()

    def test_a_neighbour_sees_only_shared_canvases_of_a_shared_idea(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, shared_with_edition=True)
        CanvasFactory(cohort=cast.cohort, idea=idea, title="Marc, boulanger")
        CanvasFactory(cohort=cast.cohort, idea=idea, title="Trouver", shared_with_edition=True)
        found = links(signed_in(cast["N"]).get(idea.get_absolute_url()))
        assert ("Marc, boulanger" in found, "Trouver" in found) == (False, True)

    def test_a_title_of_blanks_is_refused(self, cast: Cast):
        answer = send(cast["M"], reverse("canvases:add_canvas", args=[cast.cohort.slug]), kind="persona", title="   ")
        assert list(errors(answer)) == ["title"]

    def test_a_canvas_can_be_shared_and_unshared(self, cast: Cast):
        canvas = CanvasFactory(cohort=cast.cohort)
        share = reverse("canvases:share_canvas", args=[canvas.pk])
        found = []
        for readers in ("edition", "edition", "cohort"):
            send(cast["P"], share, readers=readers)
            canvas.refresh_from_db()
            found.append(canvas.shared_with_edition)
        assert found == [True, True, False]


class TestCopying:
    def copy(self, canvas: Canvas) -> str:
        return reverse("canvases:copy_canvas", args=[canvas.pk])

    def test_a_neighbour_copies_a_shared_canvas_into_their_cohort(self, cast: Cast):
        canvas = drawn(1, cohort=cast.cohort, shared_with_edition=True)
        send(cast["N"], self.copy(canvas), cohort=cast.other_cohort.pk, title="Chez nous")
        made = Canvas.objects.get(cohort=cast.other_cohort)
        assert (made.copied_from, made.made_by, made.cells.count()) == (canvas, cast["N"], 5)
        assert links(signed_in(cast["N"]).get(made.get_absolute_url()))[canvas.title] == canvas.get_absolute_url()

    def test_a_copy_names_the_cohort_of_an_original_no_longer_shared(self, cast: Cast):
        canvas = drawn(1, cohort=cast.cohort)
        made = CanvasFactory(cohort=cast.other_cohort, copied_from=canvas, title="Chez nous")
        found = page(cast["N"], made.get_absolute_url())
        assert ("copied from Rivage" in found, canvas.title in found) == (True, False)

    def test_a_copy_can_only_go_to_own_cohorts(self, cast: Cast):
        canvas = drawn(1, cohort=cast.cohort)
        answer = send(cast["M"], self.copy(canvas), cohort=cast.other_cohort.pk, title="Ailleurs")
        assert (list(errors(answer)), Canvas.objects.count()) == (["cohort"], 1)


class TestWriting:
    @pytest.fixture
    def cell(self, cast: Cast) -> CanvasCell:
        canvas = CanvasFactory(cohort=cast.cohort, made_by=cast["M"])
        return CanvasCellFactory(step=CanvasStepFactory(canvas=canvas), text="L'agente accompagne")

    def version_token(self, cast: Cast, cell: CanvasCell) -> str:
        return str(signed_in(cast["M"]).get(address(cell)).context["form"]["version_token"].value())

    def test_the_cell_page_takes_the_same_statements_with_much_evidence(self, cell: CanvasCell, cast: Cast):
        counts = []
        for _turn in range(2):
            counts.append(statements(cast["M"], address(cell)))
            for _ in range(3):
                SessionFactory(cohort=cast.cohort, state="reported")
                NoteFactory(cohort=cast.cohort, insight=InsightFactory(cohort=cast.cohort))
                idea = IdeaFactory(cohort=cast.cohort, state="testing")
                TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
        assert counts == [10, 10]

    def test_without_javascript_saving_redirects_to_the_cell(self, cell: CanvasCell, cast: Cast):
        answer = send(
            cast["M"],
            address(cell),
            text="Elle se lève",
            basis="assumption",
            version_token=self.version_token(cast, cell),
        )
        cell.refresh_from_db()
        assert (answer.status_code, cell.text, cell.version, cell.edited_by) == (302, "Elle se lève", 2, cast["M"])
        assert answer.headers["Location"] == f"{cell.canvas.get_absolute_url()}#text-{cell.step_id}-frontstage"

    def test_with_htmx_saving_returns_the_cell_alone(self, cell: CanvasCell, cast: Cast):
        client = signed_in(cast["M"])
        form = {"text": "Elle se lève", "basis": "assumption", "version_token": self.version_token(cast, cell)}
        answer = client.post(address(cell), form, headers={"hx-request": "true"})
        assert (answer.status_code, texts(answer, "div", "cell-text"), texts(answer, "h1")) == (
            200,
            ["Elle se lève"],
            [],
        )
        assert "data-focus" in answer.content.decode()

    def test_leaving_shows_the_saved_text(self, cell: CanvasCell, cast: Cast):
        answer = signed_in(cast["M"]).get(address(cell), {"leave": ""}, headers={"hx-request": "true"})
        assert texts(answer, "div", "cell-text") == ["L'agente accompagne"]
        assert signed_in(cast["M"]).get(address(cell), {"leave": ""}).status_code == 302

    @pytest.mark.parametrize("script", [True, False])
    def test_an_edit_conflict_shows_both_texts(self, script: bool, cell: CanvasCell, cast: Cast):
        version_token = self.version_token(cast, cell)
        send(cast["P"], address(cell), text="Version de Pia", basis="assumption", version_token=version_token)
        headers = {"hx-request": "true"} if script else {}
        form = {"text": "Version de Mo", "basis": "assumption", "version_token": version_token}
        answer = signed_in(cast["M"]).post(address(cell), form, headers=headers)
        cell.refresh_from_db()
        assert (answer.status_code, cell.text) == (200, "Version de Pia")
        assert answer.context["form"]["text"].value() == "Version de Mo"
        assert "Version de Pia" in answer.content.decode()
        joined = form | {"text": "Les deux", "version_token": answer.context["form"]["version_token"].value()}
        signed_in(cast["M"]).post(address(cell), joined)
        cell.refresh_from_db()
        assert (cell.text, cell.version) == ("Les deux", 3)

    def test_a_text_that_is_too_long_is_refused_and_kept_in_the_form(self, cell: CanvasCell, cast: Cast):
        long = "é" * 20_001
        answer = send(
            cast["M"], address(cell), text=long, basis="assumption", version_token=self.version_token(cast, cell)
        )
        assert list(errors(answer)) == ["text"]
        assert answer.context["form"]["text"].value() == long

    def test_line_breaks_count_as_one_character(self, cell: CanvasCell, cast: Cast):
        text = "\r\n".join(["a"] * 10_000)
        answer = send(
            cast["M"], address(cell), text=text, basis="assumption", version_token=self.version_token(cast, cell)
        )
        cell.refresh_from_db()
        assert (answer.status_code, cell.text) == (302, text.replace("\r", ""))

    def test_a_text_can_cite_a_session_or_a_test(self, cell: CanvasCell, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="reported")
        trial = TrialFactory(
            prototype=PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="testing")), state="concluded"
        )
        found = []
        for basis in (f"session-{session.pk}", f"contradicts-{trial.pk}", "assumption"):
            send(
                cast["M"], address(cell), text="Elle se lève", basis=basis, version_token=self.version_token(cast, cell)
            )
            cell.refresh_from_db()
            found.append(cell.basis)
        assert found == [f"session-{session.pk}", f"contradicts-{trial.pk}", "assumption"]

    def test_tests_of_one_hypothesis_are_told_apart_by_their_numbers(self, cell: CanvasCell, cast: Cast):
        prototype = PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="testing"))
        for number in (1, 2):
            TrialFactory(prototype=prototype, state="concluded", number=number, hypothesis="Ils trouvent")
        found = [option["text"] for option in elements(signed_in(cast["M"]).get(address(cell)), "option")]
        assert [text for text in found if text.startswith("RIV-")] == [
            f"RIV-001 · prototype {prototype.version}, test {number} · Ils trouvent" for number in (2, 1)
        ] * 2

    def test_a_text_can_cite_a_note_or_an_insight_and_keeps_one_withdrawn_since(self, cell: CanvasCell, cast: Cast):
        note, insight = NoteFactory(cohort=cast.cohort, text="Trois guichets"), InsightFactory(cohort=cast.cohort)
        for basis in (f"insight-{insight.pk}", f"note-{note.pk}"):
            form = {"text": "Elle cherche", "basis": basis, "version_token": self.version_token(cast, cell)}
            assert send(cast["M"], address(cell), **form).status_code == 302
            cell.refresh_from_db()
            assert cell.basis == basis
        withdraw_consent(code=note.withdrawal_code, by=None, at=NOW)
        assert "the field note or insight cited so far" in page(cast["M"], address(cell))
        form = {"text": "Elle attend", "basis": f"note-{note.pk}", "version_token": self.version_token(cast, cell)}
        assert send(cast["M"], address(cell), **form).status_code == 302
        other = CanvasCellFactory(step=cell.step, lane="backstage")
        with pytest.raises(DomainError, match="cannot be cited any more"):
            canvas_actions.write_cell(
                canvas=cell.canvas, step=cell.step, lane=other.lane, text="x", note=note, by=cast["M"], at=NOW
            )
        exported = signed_in(cast["M"]).get(reverse("canvases:export_canvas", args=[cell.canvas_id])).json()
        assert exported["steps"][0]["cells"]["frontstage"] == {"text": "Elle attend", "assumption": True}

    def test_an_insight_that_a_canvas_cites_is_not_deleted(self, cell: CanvasCell, cast: Cast):
        insight = InsightFactory(cohort=cast.cohort)
        where = {"canvas": cell.canvas, "step": cell.step, "lane": cell.lane}
        canvas_actions.write_cell(**where, text="x", insight=insight, by=cast["M"], at=NOW)
        history = page(cast["R"], reverse("canvases:canvas_history", args=[cell.canvas_id]))
        assert ("an insight supports it" in history, insight.title in history) == (True, False)
        with pytest.raises(DomainError, match="A canvas cites this insight"):
            delete_insight(insight=insight, by=cast["M"])

    def test_an_assumption_keeps_a_test_concluded_since(self, cell: CanvasCell, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="testing")
        trial = TrialFactory(prototype=PrototypeFactory(idea=idea), state="held")
        send(
            cast["M"], address(cell), text="a", basis=f"awaits-{trial.pk}", version_token=self.version_token(cast, cell)
        )
        actions.conclude_trial(
            trial=trial, result="met", observed_value=90, contradiction_reason="x", by=cast["M"], at=NOW
        )
        form = signed_in(cast["M"]).get(address(cell)).context["form"]
        form = {name: form[name].value() for name in ("basis", "version_token")}
        answer = send(cast["M"], address(cell), text="b", **form)
        cell = cell.canvas.cells.with_state().get()
        assert (answer.status_code, cell.text, cell.basis, cell.cell_state) == (
            302,
            "b",
            f"awaits-{trial.pk}",
            "supported",
        )

    def test_sessions_of_another_cohort_are_not_offered(self, cell: CanvasCell, cast: Cast):
        foreign = SessionFactory(cohort=cast.other_cohort, state="reported")
        answer = send(
            cast["M"],
            address(cell),
            text="x",
            basis=f"session-{foreign.pk}",
            version_token=self.version_token(cast, cell),
        )
        assert list(errors(answer)) == ["basis"]

    def test_an_emptied_cell_is_empty(self, cell: CanvasCell, cast: Cast):
        send(cast["M"], address(cell), text=" ", basis="assumption", version_token=self.version_token(cast, cell))
        cell.refresh_from_db()
        assert (cell.text, cell.basis, cell.version) == ("", "", 2)

    def test_a_level_is_chosen_by_its_label(self, cast: Cast):
        canvas = drawn(1, kind="journey_map", cohort=cast.cohort, made_by=cast["M"])
        cell = canvas.cells.get(lane="emotion")
        send(
            cast["M"],
            address(cell),
            text="",
            level="-2",
            basis="assumption",
            version_token=self.version_token(cast, cell),
        )
        assert "very hard" in page(cast["M"], canvas.get_absolute_url())

    @pytest.mark.parametrize(("lane", "at_step"), [("value", False), ("nowhere", True), ("frontstage", False)])
    def test_an_unknown_cell_gives_404(self, lane: str, at_step: bool, cell: CanvasCell, cast: Cast):
        wrong = address(cell.canvas, lane, cell.step_id if at_step else 0)
        assert signed_in(cast["M"]).get(wrong).status_code == 404

    def test_writing_at_a_removed_step_returns_the_text(self, cell: CanvasCell, cast: Cast):
        step = cell.step
        canvas_actions.remove_step(step=step, by=cast["P"])
        with pytest.raises(DomainError, match="Someone else has removed this step since you opened it"):
            canvas_actions.write_cell(
                canvas=cell.canvas, lane="user", step=step, text="x", by=cast["M"], at=cell.edited_at
            )


class TestSteps:
    @pytest.fixture
    def canvas(self, cast: Cast) -> Canvas:
        return drawn(3, cohort=cast.cohort, made_by=cast["M"])

    def order(self, canvas: Canvas) -> list[int]:
        return list(canvas.steps.order_by("position").values_list("pk", flat=True))

    def move(self, cast: Cast, canvas: Canvas, pk: int, way: str) -> Any:
        return send(cast["M"], reverse("canvases:move_step", args=[canvas.pk, pk, way]))

    def test_steps_move_earlier_and_later(self, canvas: Canvas, cast: Cast):
        one, two, three = self.order(canvas)
        self.move(cast, canvas, three, "earlier")
        assert self.order(canvas) == [one, three, two]
        answer = self.move(cast, canvas, one, "later")
        assert self.order(canvas) == [three, one, two]
        assert answer.headers["Location"] == f"{canvas.get_absolute_url()}#step-{one}"

    @pytest.mark.parametrize(("which", "way"), [(0, "earlier"), (2, "later")])
    def test_the_first_and_last_step_stay_at_the_end(self, which: int, way: str, canvas: Canvas, cast: Cast):
        before = self.order(canvas)
        self.move(cast, canvas, before[which], way)
        assert self.order(canvas) == before

    def test_other_directions_give_404(self, canvas: Canvas, cast: Cast):
        assert self.move(cast, canvas, self.order(canvas)[0], "sideways").status_code == 404

    def test_moving_a_step_removed_at_that_moment_shows_a_warning(self, canvas: Canvas, cast: Cast):
        """Someone removes the step after the page has read it, while the action waits for the lock of the canvas."""
        step = self.order(canvas)[1]

        def removing(execute: Any, sql: str, *more: Any) -> Any:
            if "FOR NO KEY UPDATE" in sql:
                CanvasStep.objects.filter(pk=step).delete()
            return execute(sql, *more)

        with connection.execute_wrapper(removing):
            answer = self.move(cast, canvas, step, "later")
        assert (answer.status_code, answer.headers["Location"]) == (302, canvas.get_absolute_url())
        assert page_messages(answer) == [
            "Someone else has removed this step since you opened it. Copy your text and write it elsewhere."
        ]

    def test_a_new_step_is_added_at_the_end(self, canvas: Canvas, cast: Cast):
        send(cast["M"], reverse("canvases:add_step", args=[canvas.pk]), name="Repartir")
        assert [step.name for step in canvas.steps.order_by("position")][3:] == ["Repartir"]

    def test_another_name_with_the_same_key_is_refused_and_kept_in_the_form(self, canvas: Canvas, cast: Cast):
        """A page that the browser's Back button shows again sends the same key."""
        add, idempotency_key = reverse("canvases:add_step", args=[canvas.pk]), str(uuid4())
        send(cast["M"], add, name="Repartir", idempotency_key=idempotency_key)
        form = send(cast["M"], add, name="Revenir", idempotency_key=idempotency_key).context["form"]
        send(cast["M"], add, **{name: form[name].value() for name in ("name", "idempotency_key")})
        assert [step.name for step in canvas.steps.order_by("position")][3:] == ["Repartir", "Revenir"]

    def test_removing_a_step_with_a_level_only_names_it_first(self, cast: Cast):
        canvas = CanvasFactory(cohort=cast.cohort, made_by=cast["M"], kind="journey_map")
        cell = CanvasCellFactory(step=CanvasStepFactory(canvas=canvas), lane="emotion", text="", level=-2)
        answer = signed_in(cast["M"]).get(reverse("canvases:remove_step", args=[canvas.pk, cell.step_id]))
        assert texts(answer, "li")[-1:] == ["very hard"]

    def test_removing_lists_the_deleted_texts_and_closes_the_gap(self, canvas: Canvas, cast: Cast):
        one, two, three = self.order(canvas)
        remove = reverse("canvases:remove_step", args=[canvas.pk, two])
        answer = signed_in(cast["M"]).get(remove)
        assert "L&#x27;agente se lève et accompagne." in answer.content.decode()
        send(cast["M"], remove, version_token=answer.context["form"]["version_token"].value())
        assert list(canvas.steps.order_by("position").values_list("pk", "position")) == [(one, 1), (three, 2)]
        assert send(cast["M"], remove).status_code == 302

    def test_text_written_since_must_be_read_before_removing(self, canvas: Canvas, cast: Cast):
        step = canvas.steps.order_by("position")[1]
        remove = reverse("canvases:remove_step", args=[canvas.pk, step.pk])
        version_token = signed_in(cast["M"]).get(remove).context["form"]["version_token"].value()
        send(cast["P"], address(canvas, "user", step.pk), text="Nouveau", basis="assumption", version_token="")
        cell = canvas.cells.get(step=step, lane="user")
        cell.text, cell.version = "Nouveau", cell.version + 1
        cell.save()
        answer = send(cast["M"], remove, version_token=version_token)
        assert (answer.status_code, canvas.steps.count(), "Nouveau" in answer.content.decode()) == (200, 3, True)
        send(cast["M"], remove, version_token=answer.context["form"]["version_token"].value())
        assert canvas.steps.count() == 2

    def test_an_edit_conflict_of_a_step_name_is_shown(self, canvas: Canvas, cast: Cast):
        step = canvas.steps.order_by("position")[0]
        name = reverse("canvases:rename_step", args=[canvas.pk, step.pk])
        version_token = signed_in(cast["M"]).get(name).context["form"]["version_token"].value()
        send(cast["P"], name, name="Arriver", version_token=version_token)
        answer = send(cast["M"], name, name="Entrer", version_token=version_token)
        step.refresh_from_db()
        assert (step.name, answer.context["form"]["name"].value()) == ("Arriver", "Entrer")

    def test_a_service_model_has_no_steps(self, cast: Cast):
        canvas = CanvasFactory(cohort=cast.cohort, kind="service_model", made_by=cast["M"])
        assert signed_in(cast["M"]).get(reverse("canvases:add_step", args=[canvas.pk])).status_code == 404

    def test_the_sixty_first_step_is_refused_with_a_sentence(self, cast: Cast):
        canvas = CanvasFactory(cohort=cast.cohort, made_by=cast["M"])
        CanvasStepFactory(canvas=canvas, position=60)
        answer = send(cast["M"], reverse("canvases:add_step", args=[canvas.pk]), name="Encore")
        assert errors(answer) == {"__all__": ["A canvas has 60 steps at most. Combine two steps first."]}


def test_published_cohorts_cannot_get_canvases(cast: Cast):
    past = CohortFactory(edition=cast.edition, retrospective=True, state="completed")
    staff = signed_in(cast["S"])
    addresses = [f"/cohorts/{past.slug}/canvases/{what}/" for what in ("new", "import")]
    assert [staff.get(address).status_code for address in addresses] == [403, 403]
    assert not set(addresses) & set(links(staff.get(f"/cohorts/{past.slug}/canvases/")).values())
