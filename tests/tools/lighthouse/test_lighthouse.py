"""What `make lighthouse` makes of a report: points, what costs them, and the middle of three runs."""

from contextlib import nullcontext
from typing import Any

import pytest

from tools.lighthouse import __main__ as command
from tools.lighthouse import pages
from tools.lighthouse.pages import NOT_INDEXED, MeasuredPage, one_of_each_kind
from tools.lighthouse.reports import GOALS, METRICS, Report, read_report
from tools.scans.platform import RunningPlatform, WalkerPerson

SITEMAP = "".join(
    f"<loc>https://lab.example{path}</loc>"
    for path in (
        "/public/fr/",
        "/public/fr/ideas/a/",
        "/public/en/ideas/a/",
        "/public/fr/ideas/b/",
        "/public/fr/data/x/",
    )
)


def result(performance: float, contrast: float | None) -> dict[str, Any]:
    """Return a report as Lighthouse writes it, cut down to what is read."""
    node = {"node": {"snippet": "<p>"}}
    audits: dict[str, Any] = {name: {"title": name, "displayValue": "1.0\xa0s"} for name in METRICS}
    audits["network-requests"] = {"title": "", "details": {"items": [{"transferSize": 2048}, {}]}}
    audits["fonts"] = {"title": "Fonts block", "details": {"overallSavingsMs": 300.4}}
    audits["contrast"] = {"title": "Contrast", "score": contrast, "scoreDisplayMode": "binary"}
    audits["contrast"]["details"] = {"items": [{}, node]}
    audits["video"] = {"title": "Captions", "score": None, "scoreDisplayMode": "notApplicable"}
    audits["robots"] = {"title": "Robots", "score": None, "scoreDisplayMode": "error", "errorMessage": "no answer"}
    audits["manual"] = {"title": "Look yourself", "score": 0}
    checked = [{"id": name, "weight": 7} for name in ("contrast", "video")] + [{"id": "manual", "weight": 0}]
    categories = {name: {"score": 1, "auditRefs": []} for name in GOALS}
    categories["performance"] = {"score": performance, "auditRefs": [{"id": "fonts", "weight": 1}]}
    categories["accessibility"]["auditRefs"] = checked
    categories["seo"] = {"score": None, "auditRefs": [{"id": "robots", "weight": 1}]}
    return {"audits": audits, "categories": categories}


def test_a_report_says_what_costs_points():
    poor, good = read_report(result(0.94, 0)), read_report(result(0.95, 1))
    times = "FCP 1.0 s, LCP 1.0 s, TBT 1.0 s, CLS 1.0 s, SI 1.0 s"
    assert (poor.scores["performance"], poor.requests, poor.bytes) == (94, 2, 2048)
    assert poor.complaints == {
        "performance": [times, "Fonts block: 300 ms"],
        "accessibility": ["Contrast <p>"],
        "best-practices": [],
        "seo": ["Robots no answer"],
    }
    assert (poor.missed(GOALS), good.missed(GOALS)) == (["performance", "seo"], ["seo"])
    assert [name for name, lines in good.complaints.items() if lines] == ["seo"]


def test_the_first_page_of_each_kind_is_taken_from_the_sitemap():
    assert one_of_each_kind(SITEMAP) == {"public ideas": "/public/fr/ideas/a/", "public data": "/public/fr/data/x/"}


@pytest.mark.parametrize(
    ("runs", "code", "measured"), [([95], 0, 1), ([94, 96, 95], 0, 3), ([94, 99, 93], 1, 3)], ids=str
)
def test_a_page_below_its_goals_is_measured_twice_more_and_its_middle_run_counts(
    monkeypatch: pytest.MonkeyPatch, runs: list[int], code: int, measured: int
):
    opened = []
    scores = iter(runs)

    def measure(address: str, cookies: str) -> Report:
        opened.append((address, cookies))
        return Report({**GOALS, "seo": 60, "performance": next(scores)}, 1, 1, {name: [] for name in GOALS})

    served = RunningPlatform("http://lab", [WalkerPerson(), WalkerPerson("lab", 1, "session")], None)  # type: ignore[arg-type]
    page = MeasuredPage("home", "/", signed_in=True, goals=NOT_INDEXED)
    monkeypatch.setattr(command, "measure", measure)
    monkeypatch.setattr(command, "platform", lambda *_people, **_settings: nullcontext(served))
    monkeypatch.setattr(pages, "select_pages", lambda *_choice: [page])
    assert (command.main([]), opened) == (code, [("http://lab/", "session")] * measured)
