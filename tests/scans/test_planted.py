"""A scanner that finds nothing shows nothing, unless it finds what was planted for it."""

from pathlib import Path

import pytest

from tests.scans import __main__ as scans
from tests.scans.found import Found
from tests.scans.own_rules import plant, rules


def test_every_rule_of_our_own_has_its_planted_line(tmp_path: Path):
    expected = plant(tmp_path)
    assert sorted(expected) == sorted(rules())
    assert all(len(lines) == 1 for lines in expected.values())


@pytest.mark.parametrize(
    ("found", "good"),
    [
        (Found("s", planted={"a": True}), True),
        (Found("s", planted={"a": True, "b": False}), False),
        (Found("s", planted={"a": True}, ours=["one"]), False),
        (Found("s"), False),  # nothing was planted
        (Found("s", planted={"a": True}, not_run="no service"), False),
    ],
)
def test_it_is_good_when_it_found_all_that_was_planted_and_nothing_of_ours(found: Found, good: bool):
    assert found.good is good


def test_what_was_not_looked_at_is_said_and_is_no_pass():
    assert Found("pip-audit", not_run="no service").said == "pip-audit: NOT RUN, so nothing is shown: no service"


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (Found("s", "all", {"a": True}), 0),
        (Found("s", "all", {"a": False}), 1),
        (Found("s", "all", {"a": True}, ["open redirect"]), 1),
    ],
)
def test_it_ends_with_1_when_a_scanner_is_red(
    found: Found, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(scans.SCANS, "semgrep", lambda: found)
    assert scans.main(["--only", "semgrep"]) == code
    missed = ["    MISSED a"] if found.missed else []
    assert capsys.readouterr().out.splitlines() == [found.said, *missed, *(f"    {line}" for line in found.ours)]
