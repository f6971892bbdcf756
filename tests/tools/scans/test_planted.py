"""A scanner without findings proves nothing unless it finds its planted faults."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest

from tools.scans import __main__ as scans
from tools.scans import interface, planted_site, walker
from tools.scans.environments import Unavailable
from tools.scans.findings import ScanResult
from tools.scans.own_rules import plant, read, rules
from tools.scans.platform import read_walk_log


def test_every_own_rule_has_a_planted_fault(tmp_path: Path):
    expected = plant(tmp_path)
    assert sorted(expected) == sorted(rules())
    assert all(len(lines) == 1 for lines in expected.values())


GOOD = ScanResult("s", "all", {"a": True})
MISSED = ScanResult("s", "all", {"a": True, "b": False})
OURS = ScanResult("s", "all", {"a": True}, ["open redirect"])
AWAY = ScanResult("s", not_run="no service")
NOTHING = ScanResult("s", planted={"a": True}, nothing="no document")


@pytest.mark.parametrize(
    ("result", "outcome", "summary"),
    [
        (GOOD, "passed", "s: all; planted 1/1 found; ours 0 (ok)"),
        (MISSED, "red", "s: all; planted 1/2 found; ours 0 (RED)"),
        (OURS, "red", "s: all; planted 1/1 found; ours 1 (RED)"),
        (ScanResult("s", "all"), "red", "s: all; planted 0/0 found; ours 0 (RED)"),
        (AWAY, "could not run", "s: NOT RUN, so nothing is shown: no service"),
        (replace(GOOD, not_run="no service"), "could not run", "s: NOT RUN, so nothing is shown: no service"),
        (NOTHING, "had nothing to look at", "s: NOTHING TO DO, so nothing is shown: no document; planted 1/1 found"),
        (replace(NOTHING, planted={"a": False}), "red", "s: ; planted 0/1 found; ours 0 (RED)"),
    ],
)
def test_scanner_passes_when_it_finds_all_planted_faults_and_none_of_ours(
    result: ScanResult, outcome: str, summary: str
):
    assert (result.outcome, result.summary) == (outcome, summary)


@pytest.mark.parametrize(
    ("results", "accepted", "code"),
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
def test_exit_code_is_1_when_a_scanner_fails_and_3_when_one_could_not_run(
    results: list[ScanResult],
    accepted: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    for name, result in zip(("semgrep", "pip-audit"), results, strict=True):
        monkeypatch.setitem(scans.SCANS, name, lambda result=result: result)
    assert scans.main(["--only", "semgrep,pip-audit", "--without", accepted]) == code
    lines = [
        [result.summary, *(f"    MISSED {n}" for n in result.missed), *(f"    {n}" for n in result.ours)]
        for result in results
    ]
    assert capsys.readouterr().out.splitlines()[:-1] == [line for expected in lines for line in expected]


def test_last_line_counts_the_results(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    for name, result in {"semgrep": GOOD, "deploy": GOOD, "pip-audit": AWAY, "schemathesis": NOTHING}.items():
        monkeypatch.setitem(scans.SCANS, name, lambda result=result: result)
    assert scans.main(["--only", "semgrep,deploy,pip-audit,schemathesis"]) == 3
    expected = "scanners: 2 passed, 1 could not run, 1 had nothing to look at"
    assert capsys.readouterr().out.splitlines()[-1] == expected


def test_scanner_that_cannot_be_installed_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    def away() -> ScanResult:
        raise Unavailable("no registry")

    monkeypatch.setitem(scans.SCANS, "semgrep", away)
    monkeypatch.setitem(scans.SCANS, "deploy", lambda: GOOD)
    assert scans.main(["--only", "semgrep,deploy"]) == 3
    assert capsys.readouterr().out.splitlines()[:2] == [
        "semgrep: NOT RUN, so nothing is shown: no registry",
        GOOD.summary,
    ]


def test_unknown_scanner_is_refused(capsys: pytest.CaptureFixture[str]):
    for option in ("--only", "--without"):
        with pytest.raises(SystemExit, match="2"):
            scans.main([option, "wapitti"])
        assert "no scanner is called wapitti" in capsys.readouterr().err


def test_unreadable_output_is_no_result():
    assert read('{"results": []}') == {"results": []}
    with pytest.raises(Unavailable, match="nothing that can be read"):
        read("")


@pytest.mark.parametrize(
    ("cookies", "has_session_cookie"), [("a=1; b=2", True), ("session=1; b=2; a=1", True), ("a=1", False), ("", False)]
)
def test_planted_site_shows_its_faults_only_with_cookies(cookies: str, has_session_cookie: bool):
    assert planted_site.has_cookies(cookies, "a=1; b=2") is has_session_cookie
    assert planted_site.has_cookies(cookies, "") is True


def line(event: str, number: int | None, **values: object) -> str:
    return json.dumps({"event": event, "user_id": number, **values})


def test_log_of_a_walk_is_read_for_one_person_only():
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
    requests = read_walk_log(lines, 7)
    assert (requests.opened, dict(requests.sent), requests.forged, requests.accepted) == (
        {"ideas/<int:pk>/"},
        {302: 1, 403: 1},
        1,
        1,
    )
    assert requests.summary == "1 routes opened, 2 forms sent, 1 with a good token"


def test_walk_without_signed_in_requests_does_not_pass():
    log = read_walk_log([line("request_finished", 7, request="GET ", code=200)], 7)
    assert walker.walk_problems(log, 7) == [
        "walked like a stranger: 1 routes opened",
        "attacked hardly a form: 0 were sent with a good token",
    ]
    many = [line("request_finished", 7, request=f"GET {number}", code=200) for number in range(walker.LEAST_ROUTES)]
    sent = [line("request_finished", 7, request="POST account/", code=302)] * walker.LEAST_FORMS
    assert walker.walk_problems(read_walk_log([*many, *sent], 7), 7) == []
    outside = [line("request_finished", None, request="POST accounts/login/", code=429)] * walker.LEAST_OUTSIDE
    assert walker.walk_problems(read_walk_log(outside, None), None) == []
    assert walker.walk_problems(read_walk_log(outside[1:], None), None) == [
        f"attacked hardly a form: {walker.LEAST_OUTSIDE - 1} were sent with a good token"
    ]
    forged = [json.dumps({"event": "forged_form", "fact_person": 7, "fact_method": "POST"})]
    assert walker.walk_problems(read_walk_log([*many, *sent, *forged], 7), 7) == [
        f"attacked hardly a form: {walker.LEAST_FORMS - 1} were sent with a good token"
    ]


def test_false_alarm_must_match_completely():
    for known in walker.FALSE_ALARMS:
        assert walker.false_alarm(known)
        assert not walker.false_alarm(known.replace("who", "sessionid").replace("csrftoken", "sessionid"))


REPORT = """
=================================== FAILURES ===================================
_______________________________ GET /ideas/{pk}/ _______________________________
1. Test Case ID: x1

- ST101 Server error

[500] Internal Server Error:
__________________________________ GET /names/ _________________________________
- ST103 Undocumented status code
- ST103 Undocumented status code
=================================== SUMMARY ====================================
Test cases:
  1,204 generated, 2 found 2 unique failures
"""


def test_findings_of_the_attack_on_the_interface_are_read_one_by_one():
    assert interface.findings(REPORT) == [
        "GET /ideas/{pk}/: ST101 Server error",
        "GET /names/: ST103 Undocumented status code",
    ]
    assert interface.cases(REPORT) == "1,204"
    assert list(interface.faults_of(REPORT).values()) == [True, True, False, False, False]
    with pytest.raises(Unavailable):
        interface.cases("No operations found")


def test_small_interface_has_the_faults_that_must_be_found():
    with interface.planted_interface() as address, urlopen(f"{address}/openapi.json") as answer:  # noqa: S310 - loopback
        paths = json.load(answer)["paths"]
    assert {f"GET {path}" for path in paths} == set(interface.FAULTS.values())


def test_interrupted_walk_resumes_with_the_remaining_modules():
    summary = "[*] Launching module csp\nfine\n[*] Launching module sql\nMax attack time was reached for module sql"
    assert walker.not_begun(["csp", "sql", "xss"], summary) == ["xss"]
    assert walker.not_begun(["csp"], "the crawl broke off") == ["csp"]


def test_report_is_written_one_line_per_finding():
    result = {"method": "GET", "path": "/go", "info": "to anywhere"}
    report = {"vulnerabilities": {"Open Redirect": [result], "SQL Injection": []}, "anomalies": {"Error": [result]}}
    assert walker.report_lines(report) == ["Open Redirect: GET /go to anywhere", "Error: GET /go to anywhere"]


def test_every_kind_of_attack_has_a_planted_fault():
    assert sorted(set(walker.FAULTS.values())) == sorted(walker.FAULTS.values())
    assert set(walker.IN_A_FORM.split(",")) - set(walker.FAULTS) == set()
    assert walker.PLANTED_SECONDS >= 60
