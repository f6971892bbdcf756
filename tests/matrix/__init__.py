"""The declared matrix: every route of the platform with who may open it and who may act. One module per app."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.factories.cast import EVERYONE, Cast

PAST = "pa"  # a member who left, an admin whose mandate ended

Arguments = Callable[[Cast], list[Any]]


def nothing(_cast: Cast) -> list[Any]:
    return []


@dataclass(frozen=True)
class Row:
    """One route.

    `see`: letters that may know the object exists; all others get 404. `act`: letters that may use the route, all of
    `see` by default; the rest of `see` get 403 with the reason. `get` / `post`: whether the route takes the method
    (405 otherwise). `public`: open to people who are not signed in. `past`: whether those who left still
    take it, where whoever sees the object does. `answers`: by method, the code where nothing is shown.
    `args` makes what the address needs.
    """

    see: str = EVERYONE
    act: str | None = None
    args: Arguments = nothing
    get: bool = True
    post: bool = False
    public: bool = False
    past: bool = True
    answers: dict[str, int] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)

    @property
    def edition_wide(self) -> bool:
        """Whether it is of the edition as such: N has the same part in it as the cohort's own people."""
        return "N" in self.see and "A" in self.see

    def expected(self, letter: str, method: str) -> set[int]:
        """Acceptable answers: an empty POST by someone who may act is a form with errors or a redirect, never a 500.

        Who left reads as the second circle does, and acts as nobody; whose mandate ended is nobody.
        """
        if not (self.get if method == "get" else self.post):
            return {405}
        if {"p": "R", "a": "X"}.get(letter, letter) not in self.see:
            return {404}
        if self.act is not None and {"p": "X", "a": "X"}.get(letter, letter) not in self.act:
            return {403}
        if letter == "p" and not self.past:
            return {403}
        if method in self.answers:
            return {self.answers[method]}
        return {200, 302} if method == "post" else {200}
