"""The role matrix: every route with the roles that may see it and use it, one module per app."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.factories.cast import EVERYONE, Cast

FORMER = "pa"  # a member who left, an admin whose mandate ended

Arguments = Callable[[Cast], list[Any]]


def no_arguments(_cast: Cast) -> list[Any]:
    return []


@dataclass(frozen=True)
class RouteRow:
    """Who may use one route, by role letter.

    `visible_to`: roles that may know the object exists; all others get 404. `usable_by`: roles that may use the route,
    by default all of `visible_to`; the rest of `visible_to` get 403 with the reason. `get` / `post`: whether the route
    accepts the method (405 otherwise). `public`: open to people who are not signed in. `open_to_former`: whether
    former members may use it when they see the object. `past_member_as`: the role as which a past ambassador reads.
    `codes`: the expected status code by method, where it is neither a page nor a redirect. `args` returns the arguments
    of the address.

    `parts`: queries of the address that load a part of the page, which all who may read the page also request.
    `token`: an endpoint of the API, which a token opens. Its methods in `changes` are for the roles `changed_by`.
    """

    visible_to: str = EVERYONE
    usable_by: str | None = None
    args: Arguments = no_arguments
    get: bool = True
    post: bool = False
    public: bool = False
    open_to_former: bool = True
    past_member_as: str = "R"
    codes: dict[str, int] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    token: bool = False
    changes: tuple[str, ...] = ()
    changed_by: str | None = None

    @property
    def is_edition_wide(self) -> bool:
        """Whether the route belongs to the whole edition, so that N has the same rights as the cohort's own members."""
        return "N" in self.visible_to and "A" in self.visible_to

    def of_changes(self, method: str) -> "RouteRow":
        """Return the row of an endpoint's changes: an empty PATCH changes nothing, an empty POST is refused."""
        codes = {"post": 200 if method == "patch" else 422}
        return replace(self, usable_by=self.changed_by, post=True, changes=(), codes=codes)

    def expected(self, role: str, method: str) -> set[int]:  # noqa: PLR0911 - one line for each answer
        """Return the acceptable status codes; an empty POST gives a form with errors or a redirect, never a 500.

        A former member reads like a relay and may do nothing; an admin whose mandate ended has no rights at all.
        """
        if method in self.changes:
            return self.of_changes(method).expected(role, "post")
        if not (self.get if method == "get" else self.post):
            return {405}
        if {"p": self.past_member_as, "a": "X"}.get(role, role) not in self.visible_to:
            return {404}
        if self.usable_by is not None and {"p": "X", "a": "X"}.get(role, role) not in self.usable_by:
            return {403}
        if role == "p" and not self.open_to_former:
            return {403}
        if method in self.codes:
            return {self.codes[method]}
        return {200, 302} if method == "post" else {200}
