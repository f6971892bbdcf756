"""The history page of a canvas: actors, times, locations and differences in the texts."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from canvases import actions
from canvases.models import Canvas
from tests.factories.canvases import drawn
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.pages import texts
from tests.prototypes.pages import signed_in, statements

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
def canvas(cast: Cast) -> Canvas:
    """A canvas with one step, whose text two people wrote three times."""
    made = actions.add_canvas(cohort=cast.cohort, kind="service_blueprint", title="Trouver", by=cast["M"])
    step = actions.add_step(canvas=made, name="Arriver", by=cast["M"])
    place = {"canvas": made, "step": step, "lane": "user", "at": AT}
    actions.write_cell(**place, text="Elle entre et cherche", assumption=True, by=cast["M"])
    actions.write_cell(**place, text="Elle entre et demande", assumption=True, by=cast["P"])
    session = SessionFactory(cohort=cast.cohort)
    actions.write_cell(**place, text="Elle entre et demande", session=session, by=cast["P"])
    return made


def history(canvas: Canvas) -> str:
    return reverse("canvases:canvas_history", args=[canvas.pk])


def lines_and_texts(cast: Cast, canvas: Canvas) -> list[tuple[str, str]]:
    """Return each entry as a line without its time, and its text."""
    answer = signed_in(cast["M"]).get(history(canvas))
    lines = [line.split(" · ", 1)[1] for line in texts(answer, "p", "small") if " · " in line]
    return list(zip(lines, texts(answer, "p", "difference"), strict=True))


def test_changes_are_listed_latest_first_with_removed_and_added_words(canvas: Canvas, cast: Cast):
    """All lines of one transaction have the same time: they are in the order of each table."""
    found = lines_and_texts(cast, canvas)
    assert [line for line in found if "User" in line[0]] == [
        ("Pilot Rivage · Arriver · User · seen in a session", "Elle entre et demande"),
        ("Pilot Rivage · Arriver · User", "Elle entre et removed: chercheadded: demande"),
        ("Ambassador Rivage · Arriver · User · marked as an assumption", "added: Elle entre et cherche"),
    ]
    assert sorted(line for line in found if "User" not in line[0]) == [
        ("Ambassador Rivage · Arriver · added", "added: Arriver"),
        ("Ambassador Rivage · begun", "added: Trouver"),
    ]


def test_a_removed_step_keeps_its_name_and_its_texts(canvas: Canvas, cast: Cast):
    actions.remove_step(step=canvas.steps.get(), by=cast["P"])
    gone = sorted(line for line in lines_and_texts(cast, canvas) if "removed" in line[0])
    assert gone == [
        ("Pilot Rivage · Arriver · User · removed with its step", "removed: Elle entre et demande"),
        ("Pilot Rivage · Arriver · removed", "removed: Arriver"),
    ]


def test_other_canvases_are_not_listed(canvas: Canvas, cast: Cast):
    drawn(2, cohort=cast.cohort)
    assert len(lines_and_texts(cast, canvas)) == 5


@pytest.mark.parametrize("changes", [1, 30])
def test_the_page_takes_seven_statements(changes: int, canvas: Canvas, cast: Cast):
    step = canvas.steps.get()
    for turn in range(changes):
        actions.rename_step(step=step, name=f"Arriver {turn}", by=cast["M"])
    assert statements(cast["M"], history(canvas)) == 7


def test_markup_in_texts_is_escaped(canvas: Canvas, cast: Cast):
    step = canvas.steps.get()
    actions.write_cell(
        canvas=canvas, step=step, lane="user", text="<script>x</script>", assumption=True, by=cast["M"], at=AT
    )
    assert "<script>x" not in signed_in(cast["M"]).get(history(canvas)).content.decode()
