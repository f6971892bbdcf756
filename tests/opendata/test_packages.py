"""The latest package: what is in it and what is not, and that its shares can be computed from it."""

import csv
import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from frictionless import Package, system, validate

from figures.outcomes.outcome_counts import Figures, month_counts
from figures.rates import MonthCounts
from opendata.actions import make_release
from opendata.content import EditionTotals, PublicContent
from opendata.packages import SCRIPTS
from opendata.tables import TABLES, durations
from programmes.models import Edition
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.figures import FiguresConsentFactory
from tests.factories.prototypes import IdeaFactory
from tests.factories.publications import TEXTS, PublicationFactory, PublicNameFactory
from tools.oracles.sets import portfolio
from web.pages import hot_pages

TABLES_BY_FILE = {f"{table.name}.csv": table for table in TABLES}
SHIPPED = Path(__file__).parents[2] / "opendata" / "shipped"
DAYS = {"accepted": date(2026, 3, 2), "implemented": date(2026, 9, 1), "abandoned": date(2026, 10, 5)}


def public_file(dataset: str, name: str, version: str = "latest") -> Any:
    return Client().get(f"/public/data/{dataset}/{version}/{name}")


def rows_of(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.content
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def publish_work(cast: Cast) -> None:
    """Publish the figures of a cohort with six accepted ideas, and one idea of the other cohort, which shares none."""
    FiguresConsentFactory(cohort=cast.cohort, audience="public")
    for state in ("implemented", "implemented", "abandoned", "testing", "accepted", "accepted"):
        IdeaFactory(cohort=cast.cohort, state=state, title="Not published", days=DAYS)
    PublicationFactory(cohort=cast.other_cohort, state="published", title_fr="=Formule")
    PublicationFactory(cohort=cast.cohort)
    PublicNameFactory(publication=(named := PublicationFactory(cohort=cast.cohort)), agreed_until="2026-11-23")
    PublicationFactory.publish(named)


def test_package_of_an_edition_holds_what_is_public(cast: Cast, tmp_path: Path, django_assert_num_queries: Any):
    publish_work(cast)
    with django_assert_num_queries(7):  # the last is the newest release, to cite
        answer = public_file("transfo-2026", "package.zip")
    assert (answer.cookies, answer.headers["Access-Control-Allow-Origin"]) == ({}, "*")
    (tmp_path / "package.zip").write_bytes(answer.content)
    shutil.unpack_archive(tmp_path / "package.zip", tmp_path)
    with system.use_context(trusted=True):
        report = validate(str(tmp_path / "datapackage.json"))
        assert (report.valid, report.flatten(["message"])) == (True, [])
        assert {each.name for each in Package(str(tmp_path / "datapackage.json")).resources} == {
            name.removesuffix(".csv") for name in TABLES_BY_FILE
        }
    assert {path.name for path in tmp_path.iterdir()} == {
        *("package.zip", "datapackage.json", "README.md"),
        *SCRIPTS,
        *TABLES_BY_FILE,
    }
    descriptor = json.loads((tmp_path / "datapackage.json").read_text())
    fields = [field for each in descriptor["resources"] for field in each["schema"]["fields"]]
    assert all(field["description"] != field["description_fr"] for field in fields)
    assert [licence["name"] for licence in descriptor["licenses"]] == ["etalab-2.0", "cc-by-4.0"]
    readme = (tmp_path / "README.md").read_text()
    assert ("## Licence" in readme, "## Ce qui n’y est pas" in readme, "## What is not in it" in readme) == (True,) * 3
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"Not published" not in everything
    assert b"Ana Roy" not in everything


def test_tables_hold_the_figures_of_the_page_and_the_facts_of_publications(cast: Cast):
    publish_work(cast)
    figures = {row["figure"]: row for row in rows_of(public_file("all", "figures.csv"))}
    shares = {name: (row["share"], row["ideas"], row["accepted"]) for name, row in figures.items()}
    assert shares == {
        "accepted": ("", "6", ""),
        "rate": ("0.3333333333333333", "2", "6"),
        "within_12": ("", "", ""),
        "within_24": ("", "", ""),
        "abandoned": ("", "1", "6"),
    }
    (publication,) = rows_of(public_file("all", "publications.csv"))
    assert rows_of(public_file("all", "tests.csv"))[0]["is_percentage"] in {"true", "false"}
    assert (publication["title_fr"], publication["edition"]) == ("'=Formule", "transfo-2026")
    assert rows_of(public_file("all", "editions.csv")) == [
        {"edition": "transfo-2026", "name": "La Transfo 2026–2028", "authorities": "Ville de Rivage"}
    ]
    key = publication["publication"]
    assert rows_of(public_file("all", "tests.csv"))[0]["publication"] == key
    assert [row["state"] for row in rows_of(public_file("all", "steps.csv"))] == ["captured", "implemented"]
    assert rows_of(public_file("all", "implementations.csv")) == [
        {
            "publication": key,
            "authority": "Ville de Rivage",
            "scope": "full",
            "state": "live",
            "day": "2026-09-01",
            "precision": "day",
        }
    ]


def test_package_tells_nothing_of_cohorts_that_do_not_publish_their_figures(cast: Cast):
    publish_work(cast)
    names = ("datapackage.json", "README.md", *TABLES_BY_FILE)
    before = {name: public_file("all", name).content for name in names}
    hot_pages.drop_all()
    for state in ("implemented", "abandoned", "accepted", "captured"):
        IdeaFactory(cohort=cast.other_cohort, state=state, days=DAYS)
    FiguresConsentFactory(cohort=cast.other_cohort, audience="edition")
    assert {name: public_file("all", name).content for name in names} == before
    hot_pages.drop_all()
    FiguresConsentFactory(cohort=cast.other_cohort, audience="public")
    assert public_file("all", "durations.csv").content != before["durations.csv"]
    own = {name: public_file("transfo-2026", name).content for name in names}
    hot_pages.drop_all()
    elsewhere = CohortFactory()
    FiguresConsentFactory(cohort=elsewhere, audience="public")
    PublicationFactory(cohort=elsewhere, state="published")
    assert {name: public_file("transfo-2026", name).content for name in names} == own  # nothing of another edition


def test_months_end_where_pages_end_the_curve():
    counts = {(2.5, "implemented"): 1, (3.0, "open"): 4, (4.0, "abandoned"): 1, (9.0, "open"): 3}
    figures = Figures(TODAY, month_counts(counts))
    assert list(durations(figures)) == [
        MonthCounts(2.5, 1, 0, 0),
        MonthCounts(3.0, 0, 0, 4),
        (None, 0, 1, 3),
    ]
    few = Figures(TODAY, month_counts({(2.5, "implemented"): 1, (3.0, "open"): 3}))
    assert list(durations(few)) == [(None, 1, 0, 3)]


def sets_of_figures() -> Iterator[EditionTotals]:
    """Yield figures of many kinds, as of editions: ties, few ideas, no events, heavy censoring, exact months."""
    for number in range(0, 500, 7):
        counts: dict[tuple[float, str], int] = {}
        for months, outcome in portfolio(number):
            key = (months + number % 31 / 31, outcome)
            counts[key] = counts.get(key, 0) + 1
        yield EditionTotals(Edition(slug=f"e{number}"), [], Figures(TODAY, month_counts(counts)))


@pytest.mark.parametrize("program", [[sys.executable, "recompute.py"], ["Rscript", "recompute.R"]])
def test_programs_compute_the_shares_of_the_platform_from_the_tables(program: list[str], tmp_path: Path):
    if not (runner := shutil.which(program[0])):
        pytest.skip(f"{program[0]} is not installed")
    assert len((SHIPPED / program[1]).read_text().splitlines()) <= 40
    totals = tuple(sets_of_figures())
    content = PublicContent(None, TODAY, TODAY, totals, (), ())
    for name in ("figures.csv", "durations.csv"):
        (tmp_path / name).write_bytes(TABLES_BY_FILE[name].as_csv(content))
    command = [runner, str(SHIPPED / program[1]), str(tmp_path)]
    *output, last = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    computed = {(edition, name): float(share) for edition, name, _, share in csv.reader(output)}
    expected = dict(expected_shares(totals))
    assert (last, computed.keys()) == ("All shares agree.", expected.keys())
    assert len(computed) > 100
    assert max(abs(computed[key] - expected[key]) for key in expected) < 1e-9
    wrong = (tmp_path / "durations.csv").read_text().replace(",1,0,0", ",0,1,0")
    (tmp_path / "durations.csv").write_text(wrong)
    assert subprocess.run(command, check=False, capture_output=True).returncode == 1


def expected_shares(totals: tuple[EditionTotals, ...]) -> Iterator[tuple[tuple[str, str], float]]:
    """Yield the shares that pages show, by edition and figure."""
    for each in totals:
        figures = each.figures
        if not figures.is_too_few_for_rates:
            yield (each.edition.slug, "rate"), figures.rate or 0.0
            for months in (12, 24):
                if (point := figures.incidence_at(months)) and point.implemented is not None:
                    yield (each.edition.slug, f"within_{months}"), point.implemented


def test_other_files_and_languages_are_not_there(cast: Cast, tmp_path: Path, settings: Any):
    settings.FILES_DIR = tmp_path
    PublicationFactory(cohort=cast.cohort, state="published")
    make_release(edition=None, as_of=date(2026, 9, 30), by=None, at=NOW)
    missing = (
        *("data/ideas/riv-001.pdf", "data/ideas/riv-002.csv", "data/cohorts/riv-001.csv"),
        *("data/all/latest/other.csv", "data/all/2026-09-30/other.csv", "data/all/2026-01-01/package.zip"),
        *("data/none/latest/package.zip", "de/data/"),
    )
    assert {path: Client().get(f"/public/{path}").status_code for path in missing} == dict.fromkeys(missing, 404)


def test_edition_without_anything_public_has_no_data(cast: Cast):
    IdeaFactory(cohort=cast.cohort, title=TEXTS["title_fr"])
    assert public_file("transfo-2026", "package.zip").status_code == 404
    assert public_file("all", "package.zip").status_code == 404
    assert Client().get("/public/en/data/transfo-2026/").status_code == 404
    assert Client().get("/public/en/data/").status_code == 200
