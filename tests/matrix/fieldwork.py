"""Routes of field notes and insights: for those who work in the cohort; anyone withdraws by a code."""

from typing import Any

from tests.factories.cast import Cast
from tests.factories.fieldwork import InsightFactory, NoteFactory
from tests.matrix import RouteRow
from tests.matrix.prototypes import WORKERS, cohort
from tests.matrix.sessions import COHORT, PLAN, session


def note(cast: Cast) -> list[Any]:
    """Return a note of the pilot, which an ambassador may not edit."""
    return [NoteFactory(cohort=cast.cohort, author=cast["P"]).pk]


def insight(cast: Cast) -> list[Any]:
    return [InsightFactory(cohort=cast.cohort).pk]


def note_of_cohort(cast: Cast) -> list[Any]:
    return [*cohort(cast), *note(cast)]


def insight_of_cohort(cast: Cast) -> list[Any]:
    return [*cohort(cast), *insight(cast)]


def new_note(cast: Cast) -> list[Any]:
    return [*cohort(cast), "verbatim"]


PAST_WORKER = {"past_member_as": "M"}

ROUTES: dict[str, RouteRow] = {
    "fieldwork:choose_notebook": RouteRow(),
    "fieldwork:withdraw": RouteRow(post=True, public=True),
    "fieldwork:notebook": RouteRow(visible_to=WORKERS, args=cohort, **PAST_WORKER),
    "fieldwork:add_note": RouteRow(visible_to=WORKERS, usable_by=WORKERS, post=True, args=new_note, **PAST_WORKER),
    "fieldwork:snapshot": RouteRow(),
    "fieldwork:receive_note": RouteRow(
        visible_to=WORKERS, usable_by=WORKERS, get=False, post=True, args=new_note, **PAST_WORKER
    ),
    "fieldwork:receive_idea": RouteRow(usable_by=WORKERS + "N", get=False, post=True),
    "fieldwork:receive_attendance": RouteRow(
        visible_to=COHORT, usable_by=PLAN, get=False, post=True, args=session("scheduled")
    ),
    "fieldwork:note_list": RouteRow(visible_to=WORKERS, args=cohort, **PAST_WORKER),
    "fieldwork:note_page": RouteRow(visible_to=WORKERS, args=note, **PAST_WORKER),
    "fieldwork:edit_note": RouteRow(visible_to=WORKERS, usable_by="SCDP", post=True, args=note, **PAST_WORKER),
    "fieldwork:note_consent": RouteRow(visible_to=WORKERS, usable_by="SCDP", post=True, args=note, **PAST_WORKER),
    "fieldwork:delete_note": RouteRow(
        visible_to=WORKERS, usable_by="SCDP", post=True, args=note_of_cohort, **PAST_WORKER
    ),
    "fieldwork:move_note": RouteRow(visible_to=WORKERS, usable_by=WORKERS, post=True, args=note, **PAST_WORKER),
    "fieldwork:board": RouteRow(visible_to=WORKERS, args=cohort, **PAST_WORKER),
    "fieldwork:add_insight": RouteRow(visible_to=WORKERS, usable_by=WORKERS, post=True, args=cohort, **PAST_WORKER),
    "fieldwork:name_insight": RouteRow(visible_to=WORKERS, usable_by=WORKERS, post=True, args=insight, **PAST_WORKER),
    "fieldwork:delete_insight": RouteRow(
        visible_to=WORKERS, usable_by=WORKERS, post=True, args=insight_of_cohort, **PAST_WORKER
    ),
    "fieldwork:make_challenge": RouteRow(visible_to=WORKERS, usable_by=WORKERS, post=True, args=insight, **PAST_WORKER),
}
