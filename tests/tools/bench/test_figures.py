"""A figure is judged by its median, in the direction of its goal."""

from pathlib import Path

import pytest

from tools.bench import __main__ as bench
from tools.bench.__main__ import Figure, main


@pytest.mark.parametrize(
    ("rounds", "must", "least", "within"),
    [
        ([1.0, 1.4, 9.0], 1.3, True, True),
        ([1.0, 1.2, 9.0], 1.3, True, False),
        ([1.0, 4.9, 99.0], 5.0, False, True),
        ([1.0, 5.1, 5.2], 5.0, False, False),
        ([0.0], None, True, True),
    ],
)
def test_verdict_depends_on_the_median(rounds: list[float], must: float | None, least: bool, within: bool):
    assert Figure("emails", rounds, must, least=least).is_within_budget is within


def test_line_shows_median_smallest_largest_and_verdict():
    line = Figure("ledger ÷ loop", [1.5, 2.5, 2.0], 1.3, 1.6).line().split()
    assert line[:6] == ["ledger", "÷", "loop", "2.00", "1.50", "2.50"]
    assert line[6:10] + line[-1:] == ["≥", "1.3", "≥", "1.6", "ok"]


def test_peers_are_refused_where_no_page_is_measured(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["--only", "planner", "--peers"])
    assert ended.value.code == 2
    assert "--peers needs the figure 'pages': leave out --peers, or use --only pages." in capsys.readouterr().err


def test_what_is_printed_is_also_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr(bench, "OUTPUT_FOLDER", tmp_path / "bench")
    assert main(["--only", "planner", "--smallest"]) == 0
    (output,) = (tmp_path / "bench").iterdir()
    printed = capsys.readouterr().out
    assert output.read_text() == printed
    assert printed.endswith("Everything ran at its smallest size; no figure was judged.\n")
    assert printed.split(", ")[1:2] == ['make bench ARGS="--only planner --smallest"']
