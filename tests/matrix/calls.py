"""Routes of calls: the lab writes and decides, reviewers (here D) read and rate, applicants have a link."""

from collections.abc import Callable
from typing import Any

from tests.factories.calls import ApplicationFactory, CallFactory, CallReviewerFactory, link_of
from tests.factories.cast import Cast
from tests.matrix import RouteRow


def call(state: str = "published") -> Callable[[Cast], list[Any]]:
    return lambda _cast: [CallFactory(state=state).pk]


def reviewed_call(cast: Cast) -> list[Any]:
    return [CallReviewerFactory(user=cast["D"]).call_id]


def call_and_reviewer(_cast: Cast) -> list[Any]:
    row = CallReviewerFactory()
    return [row.call_id, row.pk]


def application(state: str = "submitted") -> Callable[[Cast], list[Any]]:
    def made(cast: Cast) -> list[Any]:
        row = ApplicationFactory(state=state)
        CallReviewerFactory(call=row.call, user=cast["D"])
        return [row.pk]

    return made


def link(state: str = "draft", *more: str) -> Callable[[Cast], list[Any]]:
    """Return the token of an application's link."""
    return lambda _cast: [link_of(ApplicationFactory(state=state)).split("/")[2], *more]


def slug(_cast: Cast) -> list[Any]:
    return [CallFactory().slug]


ROUTES: dict[str, RouteRow] = {
    "cohorts:calls": RouteRow(usable_by="S"),
    "cohorts:add_call": RouteRow(usable_by="S", post=True),
    "cohorts:call": RouteRow(visible_to="SD", args=reviewed_call),
    "cohorts:edit_call": RouteRow(visible_to="SD", usable_by="S", post=True, args=reviewed_call),
    "cohorts:publish_call": RouteRow(visible_to="S", post=True, args=call("draft")),
    "cohorts:close_call": RouteRow(visible_to="SD", usable_by="S", post=True, args=reviewed_call),
    "cohorts:withdraw_call": RouteRow(visible_to="SD", usable_by="S", post=True, args=reviewed_call),
    "cohorts:extend_call": RouteRow(visible_to="SD", usable_by="S", post=True, args=reviewed_call),
    "cohorts:add_reviewer": RouteRow(visible_to="SD", usable_by="S", post=True, args=reviewed_call),
    "cohorts:remove_reviewer": RouteRow(visible_to="S", post=True, args=call_and_reviewer),
    "cohorts:application": RouteRow(visible_to="SD", args=application()),
    "cohorts:review_application": RouteRow(visible_to="SD", usable_by="D", post=True, args=application()),
    "cohorts:decide_application": RouteRow(visible_to="SD", usable_by="S", post=True, args=application()),
    "cohorts:open_cohort": RouteRow(visible_to="SD", usable_by="S", post=True, args=application("accepted")),
    "cohorts:apply": RouteRow(post=True, public=True, args=slug),
    "cohorts:own_application": RouteRow(post=True, public=True, args=link()),
    "cohorts:own_application_step": RouteRow(post=True, public=True, args=link("draft", "need")),
    "cohorts:withdraw_own_application": RouteRow(post=True, public=True, args=link("submitted")),
    "cohorts:erase_own_application": RouteRow(post=True, public=True, args=link("submitted")),
    "publications:calls": RouteRow(public=True, args=lambda _cast: ["fr"]),
    "publications:call": RouteRow(public=True, args=lambda cast: ["fr", *slug(cast)]),
}
