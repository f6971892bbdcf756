"""What is taken out when a check is: each kind of check, on a piece of code that has it."""

import builtins
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest

from tests.mutants.rows import every_row, tables, widen
from tests.mutants.switches import APPS, Switch, every_check, switched
from web.decisions import ALLOW, deny
from web.errors import Refused


class Rows:
    """As a manager answers: all rows, or those of one person."""

    def all(self) -> list[int]:
        return [1, 2]

    def visible_to(self, person: int) -> list[int]:
        return [person]


def played(source: str, out: int | None, **names: Any) -> dict[str, Any]:
    """The names the module has once it ran with its check of that place taken out."""
    tree, found = switched(dedent(source), "a.module")
    switch = builtins.__check__ = Switch()
    switch.out = "" if out is None else found[out]
    try:
        exec(compile(tree, "a.module", "exec"), names)  # noqa: S102 - the source stands in this file
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
    tree, found = switched(dedent(source), "accounts.middleware")
    assert [name.split()[1:] for name in found] == [["guard", "made_for_another"]]
    switch = builtins.__check__ = Switch()
    try:
        for out, answer in (("", True), (found[0], False)):
            switch.out, names = out, {}
            exec(compile(tree, "accounts.middleware", "exec"), names)  # noqa: S102
            assert names["answer"] is answer
    finally:
        del builtins.__check__


def test_each_check_is_one_switch_and_only_the_chosen_one_is_out():
    source = "first, second = rows.visible_to(1), rows.visible_to(2)"
    ran = played(source, 1, rows=Rows())
    assert (ran["first"], ran["second"], ran["reached"]) == ([1], [1, 2], set(ran["found"]))


def test_every_app_has_checks_and_no_name_stands_twice():
    names = every_check()
    assert (len(names), {name.split(".")[0] for name in names}) == (len(set(names)), set(APPS))


def test_a_letter_that_is_put_into_a_row_is_in_the_table():
    module, name, table = tables()[0]
    act, row = next(iter(table.items()))
    letter = next(check[-1] for check in every_row() if f" row {act} + " in check)
    try:
        widen(f"{module}:{name} row {act} + {letter}")
        assert (table[act][0], ALLOW.allowed) == (row[0] + letter, True)
    finally:
        table[act] = row
