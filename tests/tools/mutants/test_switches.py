"""Each kind of check, removed from a piece of code that contains it."""

import builtins
from pathlib import Path
from textwrap import dedent
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.functional import cached_property
from django.utils.module_loading import import_string

from accounts.roles import Role
from tools.mutants.checks import switched
from tools.mutants.guards import FILTERING, GUARDS, HOOKS, MIDDLEWARES, PARTS, STEPS
from tools.mutants.parts import every_part, is_part, is_row, noticing, take_out, views_with_sign_in
from tools.mutants.routes import MATRIX, matrix_tests_of
from tools.mutants.rows import every_row, tables, widen
from tools.mutants.switches import OUR_APPS, Switch, compiled, every_check
from web.decisions import ALLOW, deny
from web.errors import Refused


class FakeManager:
    """Returns all rows, or those of one person."""

    def all(self) -> list[int]:
        return [1, 2]

    def visible_to(self, person: int) -> list[int]:
        return [person]


def run_mutant(source: str, out: int | None, module: str = "a.module", **names: Any) -> dict[str, Any]:
    """Return the names of the module after it ran with the check at that position removed."""
    tree, found = switched(dedent(source), module)
    switch = builtins.__check__ = Switch()
    switch.out = "" if out is None else found[out]
    try:
        exec(compile(tree, module, "exec"), names)  # noqa: S102 - the source is in this file
    finally:
        del builtins.__check__
    return names | {"reached": switch.reached, "found": found}


def test_module_is_compiled_once_and_anew_when_its_source_changes(tmp_path: Path):
    def found(source: str) -> list[str]:
        return compiled(source.encode(), "a.module", "a/module.py", tmp_path)[1]

    before = found("enforce(False)")
    (stored,) = tmp_path.iterdir()
    written = stored.stat().st_mtime_ns
    assert (found("enforce(False)"), stored.stat().st_mtime_ns) == (before, written)
    assert found("enforce(True)") == ["a.module:1:0 enforced enforce(True)"]
    stored.write_bytes(stored.read_bytes()[:9])  # by a process that was killed
    assert found("enforce(False)") == before


@pytest.mark.parametrize(("out", "expected"), [(None, [2]), (0, [1, 2])])
def test_list_without_its_scope_contains_everything(out: int | None, expected: list[int]):
    assert run_mutant("visible = rows.visible_to(2)", out, rows=FakeManager())["visible"] == expected


def refuse(_decision: object) -> None:
    raise Refused("no")


def test_removed_enforce_lets_everyone_pass():
    with pytest.raises(Refused):
        run_mutant("enforce(False)", None, enforce=refuse)
    assert run_mutant("enforce(False)", 0, enforce=refuse)["found"] == ["a.module:1:0 enforced enforce(False)"]


@pytest.mark.parametrize(("out", "allowed"), [(None, False), (0, True)])
def test_removed_deny_allows(out: int | None, allowed: bool):
    assert run_mutant("decision = deny('no')", out, deny=deny)["decision"].allowed is allowed


@pytest.mark.parametrize(("out", "staff"), [(None, False), (0, True)])
def test_removed_staff_check_makes_everyone_lab_staff(out: int | None, staff: bool):
    user = SimpleNamespace(is_lab_staff=False)
    assert bool(run_mutant("staff = user.is_lab_staff", out, user=user)["staff"]) is staff


def test_assignment_to_a_user_is_no_check():
    user = SimpleNamespace(is_lab_staff=False)
    assert run_mutant("user.is_lab_staff = True", None, user=user)["found"] == []


def test_removed_guard_returns_its_open_answer():
    source = '''
        def is_made_for_another_user(request):
            """Whether."""
            return True
        answer = is_made_for_another_user(None)
    '''
    tree, found = switched(dedent(source), "accounts.sign_in.middleware")
    assert [name.split()[1:] for name in found] == [["guard", "is_made_for_another_user"]]
    switch = builtins.__check__ = Switch()
    try:
        for out, answer in (("", True), (found[0], False)):
            switch.out, names = out, {}
            exec(compile(tree, "accounts.sign_in.middleware", "exec"), names)  # noqa: S102
            assert names["answer"] is answer
    finally:
        del builtins.__check__


class FakeQuerySet:
    """Returns its arguments."""

    def filter(self, **words: object) -> dict[str, object]:
        return words

    def active(self, day: int) -> str:
        return f"of day {day}"

    def all(self) -> str:
        return "of every day"


@pytest.mark.parametrize(
    ("out", "expected"), [(None, {"user": 1, "open": 2}), (0, {"open": 2})], ids=["as it is", "without the person"]
)
def test_removed_filter_by_person_searches_everyone(out: int | None, expected: dict[str, int]):
    assert run_mutant("query = rows.filter(user=1, open=2)", out, rows=FakeQuerySet())["query"] == expected


PUBLISHED = """
    class PublicationQuerySet:
        def published(self):
            return rows.filter(1, 2, state=3)
    query = PublicationQuerySet().published()
"""


@pytest.mark.parametrize(
    ("out", "expected"),
    [(None, ((1, 2), {"state": 3})), (0, ((1, 2), {})), (1, ((2,), {"state": 3})), (2, ((1,), {"state": 3}))],
)
def test_each_condition_is_removed_where_a_function_chooses_what_is_public(out: int | None, expected: Any):
    rows = SimpleNamespace(filter=lambda *args, **words: (args, words))
    assert run_mutant(PUBLISHED, out, "publications.models", rows=rows)["query"] == expected


@pytest.mark.parametrize(("out", "expected"), [(None, "of day 3"), (0, "of every day")])
def test_removed_term_makes_a_mandate_unlimited(out: int | None, expected: str):
    assert run_mutant("mandates = rows.active(3)", out, "app.queries", rows=FakeQuerySet())["mandates"] == expected


@pytest.mark.parametrize(("out", "both"), [(None, 0b100), (0, 0b110), (1, 0b101)])
def test_each_of_two_conditions_is_removed_in_turn(out: int | None, both: int):
    assert run_mutant("both = 0b101 & 0b110", out, "app.permissions")["both"] == both


def test_other_ands_are_not_checks():
    assert run_mutant("both = 0b101 & 0b110", None)["found"] == []


@pytest.mark.parametrize(("out", "stopped"), [(None, True), (0, False)])
def test_removed_error_is_not_raised(out: int | None, stopped: bool):
    source = """
        def view(): raise Http404
        try:
            view()
        except Http404:
            stopped = True
    """
    assert run_mutant(source, out, Http404=ValueError, stopped=False)["stopped"] is stopped


END_REASON = """
    def end_reason(request, ended, expired):
        if ended or expired:
            return "time"
        return ""
    reason = end_reason(None, ended, expired)
"""


@pytest.mark.parametrize(("out", "expected"), [(None, "time"), (0, "time"), (1, ""), (2, "")])
def test_each_refusing_step_and_each_of_its_reasons_is_removed_in_turn(out: int | None, expected: str):
    ran = run_mutant(END_REASON, out, "accounts.acting.support_session", ended=False, expired=True)
    assert (ran["reason"], len(ran["found"])) == (expected, 3)


EMAIL_VERIFIED = """
    def _is_email_verified(claims, email, settings):
        return bool(email and claims)
    trusted = _is_email_verified(claims, email, None)
"""


@pytest.mark.parametrize(("out", "expected"), [(None, False), (0, False), (1, True), (2, True)])
def test_each_condition_to_let_someone_in_is_removed_in_turn(out: int | None, expected: bool):
    """The last mutant removes the whole guard, except for the address."""
    assert run_mutant(EMAIL_VERIFIED, out, "accounts.openid.claims", claims=False, email="a@b")["trusted"] is expected


@pytest.mark.parametrize(("out", "signed"), [(None, False), (0, True)])
def test_removed_sign_in_check_makes_everyone_signed_in(out: int | None, signed: bool):
    user = SimpleNamespace(is_authenticated=False)
    assert bool(run_mutant("signed = user.is_authenticated", out, user=user)["signed"]) is signed


@pytest.fixture(scope="module")
def checks() -> list[str]:
    return every_check()


def test_parts_are_identified_by_name_and_have_tests(checks: list[str]):
    names, public_routes = (
        every_part(),
        ["tests/test_role_matrix.py::test_only_routes_declared_public_answer_signed_out_users"],
    )
    assert (len(names), {is_part(name) for name in names}) == (len(set(names)), {True})
    assert {is_row(name) for name in every_row()} == {True}
    assert {name for name in (*names, *checks) if is_row(name)} == set()
    assert noticing("cohorts:cohort opens to whoever is signed out", []) == public_routes
    assert noticing(
        "settings runs without accounts.acting.support_session.SupportSessionMiddleware",
        ["tests/accounts/acting/test_support_session.py::one"],
    ) == ["tests/accounts/acting/test_support_session.py::one"]


def test_check_in_an_endpoint_is_tried_on_the_cells_of_its_address(checks: list[str]):
    """A check that several endpoints share is tried on the first six of their module."""
    enforced = next(name for name in checks if name.startswith("api.v1.cohorts:") and "lead_cohort" in name)
    shared = next(name for name in checks if name.startswith("api.v1.ideas:") and " scope Idea." in name)
    assert matrix_tests_of(enforced) == [f"{MATRIX}::test_each_role_gets_the_declared_answer[api_v1:members]"]
    assert len(matrix_tests_of(shared)) == 6


def test_every_named_test_file_exists():
    named_files = [*(files for *_names, files in (*PARTS, *HOOKS)), *MIDDLEWARES.values()]
    named, root = {file for files in named_files for file in files.split(",")}, Path(__file__).parents[3]
    assert {file for file in named if not (root / file).exists()} == set()


def test_closed_view_becomes_public():
    name, view = next(iter(views_with_sign_in().items()))
    try:
        take_out(f"{name} opens to whoever is signed out")
        assert name not in views_with_sign_in()
    finally:
        del view.login_required


def test_each_check_is_one_switch_and_only_the_chosen_one_is_off():
    source = "first, second = rows.visible_to(1), rows.visible_to(2)"
    ran = run_mutant(source, 1, rows=FakeManager())
    assert (ran["first"], ran["second"], ran["reached"]) == ([1], [1, 2], set(ran["found"]))


def test_every_app_has_checks_and_names_are_unique(checks: list[str]):
    with_checks = set(OUR_APPS) - {"search"}  # the sources of a search, in `web`, read what a person may see
    assert (len(checks), {name.split(".")[0] for name in checks}) == (len(set(checks)), with_checks)


def test_role_added_to_a_row_is_in_the_table():
    module, name, table = tables()[0]
    permission, row = next(iter(table.items()))
    role = next(Role(check[-1]) for check in every_row() if f" row {permission} + " in check)
    try:
        widen(f"{module}:{name} row {permission} + {role}")
        assert (table[permission][0], ALLOW.allowed) == (row[0] | {role}, True)
    finally:
        table[permission] = row


def is_function(name: str) -> bool:
    """Return whether there is a function of this name, of a module or of a class."""
    owner, _, function = name.rpartition(".")
    try:
        found = import_string(name)
    except ImportError:
        found = vars(import_string(owner)).get(function)
    return callable(found) or isinstance(found, staticmethod | classmethod | cached_property)


def test_every_guard_is_a_function_of_ours():
    """A guard under a name that no longer exists would not be removed, and nobody would notice."""
    assert [name for name in sorted({*GUARDS, *STEPS, *FILTERING}) if not is_function(name)] == []
