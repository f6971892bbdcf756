"""What is taken out when a check is: each kind of check, on a piece of code that has it."""

import builtins
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest

from tools.mutants.checks import switched
from tools.mutants.parts import closed_doors, every_part, is_part, is_row, noticing, take_out
from tools.mutants.rows import every_row, tables, widen
from tools.mutants.switches import OUR_APPS, Switch, every_check
from tools.mutants.walls import MIDDLEWARES, PARTS, REGISTRIES
from web.decisions import ALLOW, deny
from web.errors import Refused


class Rows:
    """As a manager answers: all rows, or those of one person."""

    def all(self) -> list[int]:
        return [1, 2]

    def visible_to(self, person: int) -> list[int]:
        return [person]


def played(source: str, out: int | None, module: str = "a.module", **names: Any) -> dict[str, Any]:
    """The names the module has once it ran with its check of that place taken out."""
    tree, found = switched(dedent(source), module)
    switch = builtins.__check__ = Switch()
    switch.out = "" if out is None else found[out]
    try:
        exec(compile(tree, module, "exec"), names)  # noqa: S102 - the source stands in this file
    finally:
        del builtins.__check__
    return names | {"reached": switch.reached, "found": found}


@pytest.mark.parametrize(("out", "seen"), [(None, [2]), (0, [1, 2])])
def test_without_its_scope_a_list_holds_everything(out: int | None, seen: list[int]):
    assert played("seen = rows.visible_to(2)", out, rows=Rows())["seen"] == seen


def refuse(_decision: object) -> None:
    raise Refused("no")


def test_what_is_not_enforced_passes():
    with pytest.raises(Refused):
        played("enforce(False)", None, enforce=refuse)
    assert played("enforce(False)", 0, enforce=refuse)["found"] == ["a.module:1:0 enforced enforce(False)"]


@pytest.mark.parametrize(("out", "allowed"), [(None, False), (0, True)])
def test_what_is_not_denied_is_allowed(out: int | None, allowed: bool):
    assert played("said = deny('no')", out, deny=deny)["said"].allowed is allowed


@pytest.mark.parametrize(("out", "staff"), [(None, False), (0, True)])
def test_without_the_question_everybody_is_lab_staff(out: int | None, staff: bool):
    user = SimpleNamespace(is_lab_staff=False)
    assert bool(played("staff = user.is_lab_staff", out, user=user)["staff"]) is staff


def test_a_value_given_to_a_person_is_no_question():
    user = SimpleNamespace(is_lab_staff=False)
    assert played("user.is_lab_staff = True", None, user=user)["found"] == []


def test_a_guard_answers_at_once_once_it_is_out():
    source = '''
        def made_for_another(request):
            """Whether."""
            return True
        answer = made_for_another(None)
    '''
    tree, found = switched(dedent(source), "accounts.sign_in.middleware")
    assert [name.split()[1:] for name in found] == [["guard", "made_for_another"]]
    switch = builtins.__check__ = Switch()
    try:
        for out, answer in (("", True), (found[0], False)):
            switch.out, names = out, {}
            exec(compile(tree, "accounts.sign_in.middleware", "exec"), names)  # noqa: S102
            assert names["answer"] is answer
    finally:
        del builtins.__check__


class Asked:
    """As a manager is asked: with words, or for all."""

    def filter(self, **words: object) -> dict[str, object]:
        return words

    def active(self, day: int) -> str:
        return f"of day {day}"

    def all(self) -> str:
        return "of every day"


@pytest.mark.parametrize(
    ("out", "asked"), [(None, {"user": 1, "open": 2}), (0, {"open": 2})], ids=["as it is", "without the person"]
)
def test_a_search_narrowed_to_a_person_is_made_for_everybody(out: int | None, asked: dict[str, int]):
    assert played("asked = rows.filter(user=1, open=2)", out, rows=Asked())["asked"] == asked


@pytest.mark.parametrize(("out", "held"), [(None, "of day 3"), (0, "of every day")])
def test_without_its_term_a_mandate_holds_for_ever(out: int | None, held: str):
    assert played("held = rows.active(3)", out, "app.queries", rows=Asked())["held"] == held


@pytest.mark.parametrize(("out", "both"), [(None, 0b100), (0, 0b110), (1, 0b101)])
def test_of_two_conditions_either_is_left_out(out: int | None, both: int):
    assert played("both = 0b101 & 0b110", out, "app.permissions")["both"] == both


def test_elsewhere_two_conditions_are_arithmetic():
    assert played("both = 0b101 & 0b110", None)["found"] == []


@pytest.mark.parametrize(("out", "stopped"), [(None, True), (0, False)])
def test_an_error_that_stops_somebody_is_not_raised(out: int | None, stopped: bool):
    source = """
        def door(): raise Http404
        try:
            door()
        except Http404:
            stopped = True
    """
    assert played(source, out, Http404=ValueError, stopped=False)["stopped"] is stopped


OVER = """
    def over(request, told, at):
        if told or at:
            return "time"
        return ""
    said = over(None, told, at)
"""


@pytest.mark.parametrize(("out", "said"), [(None, "time"), (0, "time"), (1, ""), (2, "")])
def test_a_step_is_not_taken_or_not_for_one_of_its_reasons(out: int | None, said: str):
    ran = played(OVER, out, "accounts.acting.support_session", told=False, at=True)
    assert (ran["said"], len(ran["found"])) == (said, 3)


VOUCHED = """
    def _vouched(claims, email, settings):
        return bool(email and claims)
    said = _vouched(claims, email, None)
"""


@pytest.mark.parametrize(("out", "said"), [(None, False), (0, False), (1, True), (2, True)])
def test_who_is_let_in_needs_one_reason_less(out: int | None, said: bool):
    """The last one takes out the whole of it, of which the address stays."""
    assert played(VOUCHED, out, "accounts.openid.claims", claims=False, email="a@b")["said"] is said


@pytest.mark.parametrize(("out", "signed"), [(None, False), (0, True)])
def test_without_the_question_everybody_is_signed_in(out: int | None, signed: bool):
    user = SimpleNamespace(is_authenticated=False)
    assert bool(played("signed = user.is_authenticated", out, user=user)["signed"]) is signed


def test_parts_of_the_program_are_told_by_their_names_and_have_tests():
    names, doors = (
        every_part(),
        ["tests/test_role_matrix.py::test_only_routes_declared_public_answer_whoever_is_signed_out"],
    )
    assert (len(names), {is_part(name) for name in names}) == (len(set(names)), {True})
    assert {is_row(name) for name in every_row()} == {True}
    assert {name for name in (*names, *every_check()) if is_row(name)} == set()
    assert noticing("cohorts:cohort opens to whoever is signed out", []) == doors
    assert noticing(
        "settings runs without accounts.acting.support_session.ActingAs",
        ["tests/accounts/acting/test_support_session.py::one"],
    ) == ["tests/accounts/acting/test_support_session.py::one"]


def test_every_file_whose_tests_are_asked_is_there():
    asked = [*(files for _module, _name, files in (*PARTS, *REGISTRIES)), *MIDDLEWARES.values()]
    named, root = {file for files in asked for file in files.split(",")}, Path(__file__).parents[3]
    assert {file for file in named if not (root / file).exists()} == set()


def test_a_door_that_was_closed_is_open():
    name, view = next(iter(closed_doors().items()))
    try:
        take_out(f"{name} opens to whoever is signed out")
        assert name not in closed_doors()
    finally:
        del view.login_required


def test_each_check_is_one_switch_and_only_the_chosen_one_is_out():
    source = "first, second = rows.visible_to(1), rows.visible_to(2)"
    ran = played(source, 1, rows=Rows())
    assert (ran["first"], ran["second"], ran["reached"]) == ([1], [1, 2], set(ran["found"]))


def test_every_app_has_checks_and_no_name_stands_twice():
    names = every_check()
    assert (len(names), {name.split(".")[0] for name in names}) == (len(set(names)), set(OUR_APPS))


def test_a_letter_that_is_put_into_a_row_is_in_the_table():
    module, name, table = tables()[0]
    act, row = next(iter(table.items()))
    letter = next(check[-1] for check in every_row() if f" row {act} + " in check)
    try:
        widen(f"{module}:{name} row {act} + {letter}")
        assert (table[act][0], ALLOW.allowed) == (row[0] + letter, True)
    finally:
        table[act] = row
