"""A scanner that finds nothing shows nothing, unless it finds what was planted for it."""

import json
from pathlib import Path

import pytest

from tests.scans import __main__ as scans
from tests.scans import interface, walker
from tests.scans.found import Found
from tests.scans.own_rules import plant, rules
from tests.scans.served import answered


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


def line(event: str, number: int | None, **told: object) -> str:
    return json.dumps({"event": event, "user_id": number, **told})


def test_what_the_log_says_of_a_walk_is_that_person_s_alone():
    lines = [
        "not a line of the log",
        line("request_finished", 7, request="GET ideas/<int:pk>/", code=200),
        line("request_finished", 7, request="GET ideas/<int:pk>/", code=200),
        line("request_finished", 7, request="GET lab/", code=403),
        line("request_finished", None, request="GET accounts/login/", code=200),
        line("request_finished", 7, request="POST account/", code=302),
        line("request_finished", 7, request="POST account/", code=403),
        json.dumps({"event": "forged_form", "fact_person": 7}),
        json.dumps({"event": "forged_form", "fact_person": None}),
    ]
    seen = answered(lines, 7)
    assert (seen.opened, dict(seen.sent), seen.forged, seen.taken) == ({"ideas/<int:pk>/"}, {302: 1, 403: 1}, 1, 1)
    assert seen.said == "1 routes opened, 2 forms sent, 1 with a good token"


def test_a_walk_that_went_nowhere_as_that_person_is_no_pass():
    few = answered([line("request_finished", 7, request="GET ", code=200)], 7)
    assert walker.doubts(few, 7) == [
        "walked like a stranger: 1 routes opened",
        "attacked hardly a form: 0 were sent with a good token",
    ]
    many = [line("request_finished", 7, request=f"GET {number}", code=200) for number in range(walker.LEAST_ROUTES)]
    sent = [line("request_finished", 7, request="POST account/", code=302)] * walker.LEAST_FORMS
    assert walker.doubts(answered([*many, *sent], 7), 7) == []
    forged = [json.dumps({"event": "forged_form", "fact_person": 7})]
    assert walker.doubts(answered([*many, *sent, *forged], 7), 7) == [
        f"attacked hardly a form: {walker.LEAST_FORMS - 1} were sent with a good token"
    ]


def test_a_false_alarm_is_known_by_all_its_words():
    for known in walker.FALSE_ALARMS:
        assert walker.false_alarm(known)
        assert not walker.false_alarm(known.replace("who", "sessionid").replace("csrftoken", "sessionid"))


@pytest.mark.parametrize(("name", "text"), interface.PLANTED.items())
def test_an_openapi_document_is_noticed_as_soon_as_there_is_one(name: str, text: str, tmp_path: Path):
    assert interface.documents(tmp_path) == []
    tmp_path.joinpath(name).parent.mkdir()
    tmp_path.joinpath(name).write_text(text)
    assert interface.documents(tmp_path) == [name]


def test_one_of_a_package_is_not_ours(tmp_path: Path):
    tmp_path.joinpath("node_modules").mkdir()
    tmp_path.joinpath("node_modules", "openapi.json").write_text("{}")
    assert interface.documents(tmp_path) == []


def test_with_one_the_scan_is_red_until_something_attacks_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert interface.scan().said == "schemathesis: NOT RUN, so nothing is shown: no OpenAPI document, nothing to do"
    tmp_path.joinpath("openapi.json").write_text("{}")
    monkeypatch.setattr(interface, "ROOT", tmp_path)
    assert interface.scan().ours == [
        "openapi.json describes an interface that nothing attacks yet: let schemathesis do it here"
    ]
