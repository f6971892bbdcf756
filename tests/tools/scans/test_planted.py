"""A scanner that finds nothing shows nothing, unless it finds what was planted for it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tools.scans import __main__ as scans
from tools.scans import interface, planted_site, walker
from tools.scans.found import Found
from tools.scans.own_rules import plant, read, rules
from tools.scans.served import answered
from tools.scans.tools import Unavailable


def test_every_rule_of_our_own_has_its_planted_line(tmp_path: Path):
    expected = plant(tmp_path)
    assert sorted(expected) == sorted(rules())
    assert all(len(lines) == 1 for lines in expected.values())


GOOD = Found("s", "all", {"a": True})
MISSED = Found("s", "all", {"a": True, "b": False})
OURS = Found("s", "all", {"a": True}, ["open redirect"])
AWAY = Found("s", not_run="no service")
NOTHING = Found("s", planted={"a": True}, nothing="no document")


@pytest.mark.parametrize(
    ("found", "end", "said"),
    [
        (GOOD, "passed", "s: all; planted 1/1 found; ours 0 (ok)"),
        (MISSED, "red", "s: all; planted 1/2 found; ours 0 (RED)"),
        (OURS, "red", "s: all; planted 1/1 found; ours 1 (RED)"),
        (Found("s", "all"), "red", "s: all; planted 0/0 found; ours 0 (RED)"),
        (AWAY, "could not run", "s: NOT RUN, so nothing is shown: no service"),
        (replace(GOOD, not_run="no service"), "could not run", "s: NOT RUN, so nothing is shown: no service"),
        (NOTHING, "had nothing to look at", "s: NOTHING TO DO, so nothing is shown: no document; planted 1/1 found"),
        (replace(NOTHING, planted={"a": False}), "red", "s: ; planted 0/1 found; ours 0 (RED)"),
    ],
)
def test_it_passed_when_it_looked_and_found_all_that_was_planted_and_nothing_of_ours(found: Found, end: str, said: str):
    assert (found.end, found.said) == (end, said)


@pytest.mark.parametrize(
    ("found", "accepted", "code"),
    [
        ([GOOD, GOOD], "", 0),
        ([GOOD, NOTHING], "", 0),
        ([GOOD, MISSED], "", 1),
        ([OURS, AWAY], "", 1),
        ([GOOD, AWAY], "", 3),
        ([GOOD, AWAY], "semgrep", 3),  # another may be away, not this one
        ([GOOD, AWAY], "pip-audit", 0),
        ([GOOD, OURS], "pip-audit", 1),  # it ran: what it finds counts
    ],
)
def test_it_ends_with_1_when_a_scanner_is_red_and_with_3_when_one_could_not_run(
    found: list[Found], accepted: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for name, one in zip(("semgrep", "pip-audit"), found, strict=True):
        monkeypatch.setitem(scans.SCANS, name, lambda one=one: one)
    assert scans.main(["--only", "semgrep,pip-audit", "--without", accepted]) == code
    lines = [[one.said, *(f"    MISSED {n}" for n in one.missed), *(f"    {n}" for n in one.ours)] for one in found]
    assert capsys.readouterr().out.splitlines()[:-1] == [line for told in lines for line in told]


def test_the_last_line_counts_how_they_ended(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    for name, one in {"semgrep": GOOD, "deploy": GOOD, "pip-audit": AWAY, "schemathesis": NOTHING}.items():
        monkeypatch.setitem(scans.SCANS, name, lambda one=one: one)
    assert scans.main(["--only", "semgrep,deploy,pip-audit,schemathesis"]) == 3
    told = "scanners: 2 passed, 1 could not run, 1 had nothing to look at"
    assert capsys.readouterr().out.splitlines()[-1] == told


def test_one_that_cannot_be_installed_keeps_the_others_from_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def away() -> Found:
        raise Unavailable("no registry")

    monkeypatch.setitem(scans.SCANS, "semgrep", away)
    monkeypatch.setitem(scans.SCANS, "deploy", lambda: GOOD)
    assert scans.main(["--only", "semgrep,deploy"]) == 3
    assert capsys.readouterr().out.splitlines()[:2] == [
        "semgrep: NOT RUN, so nothing is shown: no registry",
        GOOD.said,
    ]


def test_a_scanner_nobody_knows_is_no_scan(capsys: pytest.CaptureFixture[str]):
    for option in ("--only", "--without"):
        with pytest.raises(SystemExit, match="2"):
            scans.main([option, "wapitti"])
        assert "no scanner is called wapitti" in capsys.readouterr().err


def test_an_answer_that_cannot_be_read_is_no_answer():
    assert read('{"results": []}') == {"results": []}
    with pytest.raises(Unavailable, match="nothing that can be read"):
        read("")


@pytest.mark.parametrize(
    ("brought", "let_in"), [("a=1; b=2", True), ("session=1; b=2; a=1", True), ("a=1", False), ("", False)]
)
def test_the_small_site_shows_its_faults_to_whoever_brings_the_cookies(brought: str, let_in: bool):
    assert planted_site.let_in(brought, "a=1; b=2") is let_in
    assert planted_site.let_in(brought, "") is True


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
        json.dumps({"event": "forged_form", "fact_person": 7, "fact_method": "POST"}),
        json.dumps({"event": "forged_form", "fact_person": 7, "fact_method": "PUT"}),  # no form was sent
        json.dumps({"event": "forged_form", "fact_person": None, "fact_method": "POST"}),
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
    outside = [line("request_finished", None, request="POST accounts/login/", code=429)] * walker.LEAST_OUTSIDE
    assert walker.doubts(answered(outside, None), None) == []
    assert walker.doubts(answered(outside[1:], None), None) == [
        f"attacked hardly a form: {walker.LEAST_OUTSIDE - 1} were sent with a good token"
    ]
    forged = [json.dumps({"event": "forged_form", "fact_person": 7, "fact_method": "POST"})]
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
    assert interface.scan().said == (
        "schemathesis: NOTHING TO DO, so nothing is shown: there is no OpenAPI document; planted 2/2 found"
    )
    tmp_path.joinpath("openapi.json").write_text("{}")
    monkeypatch.setattr(interface, "ROOT", tmp_path)
    assert interface.scan().ours == [
        "openapi.json describes an interface that nothing attacks yet: let schemathesis do it here"
    ]


def test_a_walk_that_broke_off_goes_on_with_what_had_not_begun():
    said = "[*] Launching module csp\nfine\n[*] Launching module sql\nMax attack time was reached for module sql"
    assert walker.not_begun(["csp", "sql", "xss"], said) == ["xss"]
    assert walker.not_begun(["csp"], "the crawl broke off") == ["csp"]


def test_what_a_report_holds_is_a_line_each():
    one = {"method": "GET", "path": "/go", "info": "to anywhere"}
    report = {"vulnerabilities": {"Open Redirect": [one], "SQL Injection": []}, "anomalies": {"Error": [one]}}
    assert walker.told(report) == ["Open Redirect: GET /go to anywhere", "Error: GET /go to anywhere"]


def test_every_kind_of_attack_has_a_fault_to_find():
    assert sorted(set(walker.FAULTS.values())) == sorted(walker.FAULTS.values())
    assert set(walker.IN_A_FORM.split(",")) - set(walker.FAULTS) == set()
    assert walker.PLANTED_SECONDS >= 60
