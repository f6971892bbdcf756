"""The rates to take away: the page's numbers in each file, the ideas row by row for those who may see them."""

import csv
import io
import json
import random
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from cohorts.models import Cohort
from files.exporting import path, write_due
from files.models import Export
from programmes.models import AuthorityAdmin
from prototypes import rates_report
from prototypes.figures import as_json
from prototypes.rates_form import RatesForm
from prototypes.views import rates_downloads
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.prototypes import ChallengeFactory, IdeaFactory
from tests.factories.rates import TWENTY_FOUR_IDEAS, early_cohort, idea_after
from tests.pages import links, texts
from tests.sql import force

PAGE = reverse("prototypes:rates")


def client_of(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def csv_rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def xlsx_rows(answer: Any, sheet: str) -> list[list[Any]]:
    return [[cell.value for cell in line] for line in load_workbook(io.BytesIO(answer.content))[sheet].rows]


def figures_of(lines: list[list[Any]]) -> dict[str, list[float | None]]:
    """Value, low, high, numerator and denominator by slug, whatever file they are read from."""
    found = {}
    for line in lines[1:]:
        if not line or not line[0]:
            break
        found[str(line[0])] = [None if cell in ("", None) else float(cell) for cell in line[2:7]]
    return found


def address(name: str, **asked: str) -> str:
    return f"{reverse(f'prototypes:{name}')}?{urlencode(asked)}"


@pytest.fixture
def mixed(cast: Cast) -> list[Cohort]:
    """Three cohorts of two editions with ideas of every fate: enough for a curve, few, and others'."""
    early = [
        early_cohort(authority=cast.cohort.authority, code="TOU", slug="tours", name="Tours"),
        early_cohort(edition=cast.edition, code="LYO", slug="lyon", name="Lyon"),
    ]
    for cohort, ideas in zip(early, (TWENTY_FOUR_IDEAS, TWENTY_FOUR_IDEAS[::3]), strict=True):
        for months, outcome in ideas:
            idea_after(months, outcome, cohort=cohort)
    for state in ("captured", "accepted", "implemented", "abandoned"):
        IdeaFactory(cohort=cast.cohort, state=state)
    return [*early, cast.cohort]


# The same numbers everywhere


def test_page_csv_xlsx_and_command_give_the_same_numbers_for_twenty_filters(
    cast: Cast, mixed: list[Cohort], capsys: Any
):
    chance, staff = random.Random(24), client_of(cast["S"])
    shown = set()
    for _ in range(20):
        asked = random_filter(chance, mixed)
        page = staff.get(PAGE, asked).context["figures"]
        call_command(
            "implementation_rates", *[f"--{name.replace('_', '-')}={it}" for name, it in asked.items()], "--json"
        )
        commanded = json.loads(capsys.readouterr().out)
        of_page = as_json(page)
        assert of_page == {name: commanded[name] for name in of_page} | {"by_cohort": of_page["by_cohort"]}
        told = figures_of(csv_rows(staff.get(address("rates_figures_csv", **asked))))
        assert told == figures_of(xlsx_rows(staff.get(address("rates_figures_xlsx", **asked)), "Figures"))
        assert told == {line.slug: rounded(line[2:7]) for line in rates_report.lines(page)}
        assert against_the_command(told) == expected_of(commanded)
        shown |= set(told)
    assert {"within_12", "month_0_open", "a_quarter_after", "rate", "captured"} <= shown


def random_filter(chance: random.Random, cohorts: list[Cohort]) -> dict[str, str]:
    """Whose ideas, as of when, and what else the page can narrow them by."""
    cohort = chance.choice(cohorts)
    day = date(2024, 6, 1) + timedelta(days=chance.randrange((TODAY - date(2024, 6, 1)).days + 1))
    chosen = {"authority": cohort.authority.slug, "edition": cohort.edition.slug, "cohort": cohort.slug}
    names = chance.sample(sorted(chosen), chance.randrange(3))
    narrow = {"kind": "priority", "accepted_from": "2024-12-01", "accepted_until": "2026-01-31", "known_at": TODAY}
    also = [name for name in narrow if name in RatesForm.base_fields and chance.random() < 1 / 4]
    return {"as_of": day.isoformat()} | {name: str((chosen | narrow)[name]) for name in (*names, *also)}


def rounded(cells: Any) -> list[float | None]:
    return [None if cell is None else round(float(cell), 6) for cell in cells]


def against_the_command(told: dict[str, list[float | None]]) -> dict[str, Any]:
    counts = {name: told[name][0] for name in ("implemented", "abandoned", "open") if name in told}
    return {
        "accepted": told["accepted"][0],
        **counts,
        "stock": told["rate"][:3] if "rate" in told else [None] * 3,
        "within": [told[f"within_{months}"][:3] if f"within_{months}" in told else [None] * 3 for months in (12, 24)],
        "left_out": [told[name][0] for name in ("captured", "merged", "retrospective")],
    }


def expected_of(answer: dict[str, Any]) -> dict[str, Any]:
    """What the command says, without rates of fewer than five ideas and what fewer than five were followed for."""
    few, stock = answer["accepted"] < 5, answer["stock"]
    counts = {name: answer[name] for name in ("implemented", "abandoned", "open") if answer["accepted"]}
    return {
        "accepted": answer["accepted"],
        **counts,
        "stock": [None] * 3 if few else [stock["rate"], stock["low"], stock["high"]],
        "within": [
            [None] * 3 if few or point["at_risk"] < 5 else [point["implemented"], point["low"], point["high"]]
            for point in answer["incidence"]
        ],
        "left_out": list(answer["left_out"].values()),
    }


# What the files say of themselves


@pytest.mark.parametrize(
    ("language", "share", "day"), [("en", "0.416667", "24 November 2026"), ("fr", "0,416667", "24 novembre 2026")]
)
def test_figures_are_in_the_readers_language(cast: Cast, mixed: list[Cohort], language: str, share: str, day: str):
    answer = client_of(cast["A"], language).get(address("rates_figures_csv", cohort="tours"))
    lines = csv_rows(answer)
    assert [line[2] for line in lines if line[:1] == ["rate"]] == [share]
    assert [line[1] for line in lines if len(line) == 2].count(day) == 2  # as of, and made on
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment; filename=")


def test_both_files_carry_filters_days_and_definitions(cast: Cast, mixed: list[Cohort]):
    asked = {"cohort": "tours", "as_of": "2026-09-30"}
    answer = client_of(cast["A"]).get(address("rates_figures_xlsx", **asked))
    about = dict(xlsx_rows(answer, "Definitions"))
    assert {name: about[name] for name in ("Whose ideas", "Cohort", "As of", "Made on")} == {
        "Whose ideas": "Ville de Rivage · all editions · Tours",
        "Cohort": "Tours",
        "As of": "30 September 2026",
        "Made on": "24 November 2026",
    }
    in_csv = dict(
        line
        for line in csv_rows(client_of(cast["A"]).get(address("rates_figures_csv", **asked)))
        if line[1:2] and len(line) == 2
    )
    assert in_csv == about
    assert set(dict(rates_report.definitions())) <= set(about)


# Who gets what


REFUSED = [
    {"as_of": "yesterday"},
    {"as_of": "2999-01-01"},
    {"cohort": "montagne"},
    {"cohort": "no-such"},
    {"edition": "a\0b"},
]


@pytest.mark.parametrize("name", ["rates_figures_csv", "rates_figures_xlsx", "rates_ideas_csv", "rates_ideas_xlsx"])
def test_what_the_pages_form_refuses_is_said_on_the_page(cast: Cast, name: str):
    reader = client_of(cast["A"])
    answers = [reader.get(address(name, **asked)) for asked in REFUSED]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, f"{PAGE}?{urlencode(asked)}") for asked in REFUSED
    ]


def test_what_is_masked_on_the_page_is_masked_in_the_files(cast: Cast):
    for _ in range(4):
        IdeaFactory(cohort=cast.other, state="implemented")
    reader = client_of(cast["A"])
    asked = {"edition": cast.edition.slug}
    assert reader.get(PAGE, asked).context["figures"].masked
    told = figures_of(csv_rows(reader.get(address("rates_figures_csv", **asked))))
    assert told == {"accepted": [None] * 5}
    assert len(xlsx_rows(reader.get(address("rates_figures_xlsx", **asked)), "Figures")) == 2


@pytest.mark.parametrize(
    ("letter", "references"),
    [("A", ["RIV-001", "RIV-002"]), ("S", ["MON-001", "RIV-001", "RIV-002"]), ("N", ["MON-001"]), ("X", [])],
)
def test_ideas_are_those_the_reader_may_see_one_by_one(cast: Cast, letter: str, references: list[str]):
    for cohort, state in ((cast.cohort, "implemented"), (cast.cohort, "accepted"), (cast.other, "abandoned")):
        IdeaFactory(cohort=cohort, state=state)
    IdeaFactory(cohort=cast.cohort)
    asked = {"edition": cast.edition.slug} if letter != "X" else {}
    reader = client_of(cast[letter])
    found = csv_rows(reader.get(address("rates_ideas_csv", **asked)))
    assert [line[0] for line in found[1 : found.index([])]] == references
    sheet = xlsx_rows(reader.get(address("rates_ideas_xlsx", **asked)), "Ideas")
    assert [line[0] for line in sheet[1:]] == references


def test_an_idea_has_a_row_with_its_dates_typed_and_no_formula(cast: Cast):
    challenge = ChallengeFactory(cohort=cast.cohort, title="+ Aide", kind="priority")
    idea = IdeaFactory(cohort=cast.cohort, challenge=challenge, title="=HYPERLINK(1)", state="abandoned")
    answer = client_of(cast["A"]).get(address("rates_ideas_xlsx"))
    header, row = xlsx_rows(answer, "Ideas")
    assert len(header) == len(row)
    told = dict(zip(header, row, strict=True))
    assert {name: told[name] for name in header[:8]} == {
        "Reference": "RIV-001",
        "Idea": "'=HYPERLINK(1)",
        "Challenge": "'+ Aide",
        "Kind of challenge": "priority challenge",
        "Cohort": "Rivage",
        "Authority": "Ville de Rivage",
        "State on that day": "abandoned",
        "Counts as": "abandoned",
    }
    assert (told["Accepted on"].date(), told["Since"].date()) == (idea.accepted_on, idea.state_since)
    assert (told["Accepted: known to the"], told["Since: known to the"], told["Months"]) == ("day", "day", 7)
    assert (told["Reason of abandonment"], told["Last sign, as known today"].date()) == (
        "Told by the tests",
        idea.last_sign_on,
    )


@pytest.mark.parametrize(("known_at", "references"), [("2026-11-24", ["RIV-001"]), ("", ["RIV-001", "RIV-002"])])
def test_ideas_are_those_known_at_the_moment_asked_for(cast: Cast, known_at: str, references: list[str]):
    for _ in range(2):
        idea = IdeaFactory(cohort=cast.cohort, state="accepted")
    for event in idea.events.all():
        force(event, recorded_at="2026-11-25T09:00:00Z")
    found = csv_rows(client_of(cast["A"]).get(address("rates_ideas_csv", known_at=known_at)))
    assert [line[0] for line in found[1 : found.index([])]] == references


def test_rows_take_one_statement_whatever_their_number(cast: Cast):
    counts = []
    for _ in range(2):
        IdeaFactory(cohort=cast.cohort, state="accepted")
        reader = client_of(cast["A"])
        reader.get(address("rates_ideas_csv"))
        with CaptureQueriesContext(connection) as captured:
            reader.get(address("rates_ideas_csv"))
        counts.append(len(captured))
    assert counts == [5, 5]  # session, person, reach, the count, the rows


# Many ideas


@pytest.fixture
def many(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> Client:
    """Three ideas, which here are many."""
    settings.FILES_DIR = tmp_path
    monkeypatch.setattr(rates_downloads, "AT_ONCE", 2)
    for _ in range(3):
        IdeaFactory(cohort=cast.cohort, state="accepted")
    return client_of(cast["A"])


def test_a_long_table_is_asked_for_and_then_fetched(cast: Cast, many: Client):
    asked = many.get(address("rates_ideas_csv", cohort="rivage"))
    assert ("The file has 3 rows." in texts(asked, "p"), Export.objects.count()) == (True, 0)
    sent = many.post(address("rates_ideas_csv", cohort="rivage"))
    row = Export.objects.get()
    assert (sent["Location"], row.asked, row.rows_total) == (
        row.get_absolute_url(),
        f"cohort=rivage&as_of=2026-11-24&whose={cast.cohort.authority_id}",
        3,
    )
    assert write_due(lambda: NOW) == 1
    page = many.get(sent["Location"])
    fetched = many.get(links(page)["Download the file"]).getvalue().decode("utf-8-sig").splitlines()
    assert [line.split(";")[0] for line in fetched[1:4]] == ["RIV-001", "RIV-002", "RIV-003"]


def test_whoever_has_lost_the_right_meanwhile_gets_nothing(cast: Cast, many: Client):
    many.post(address("rates_ideas_csv", cohort="rivage"))
    AuthorityAdmin.objects.all().delete()
    assert (write_due(lambda: NOW), Export.objects.get().failed_for) == (0, "not_yours")


def test_in_french_and_as_xlsx_it_is_written_in_french(cast: Cast, many: Client):
    client_of(cast["A"], "fr").post(address("rates_ideas_xlsx"))
    write_due(lambda: NOW)
    row = Export.objects.get()
    sheet = load_workbook(io.BytesIO(path(row).read_bytes())).worksheets[0]
    assert (row.language, [cell.value for cell in sheet["A"]]) == (
        "fr",
        ["Référence", "RIV-001", "RIV-002", "RIV-003"],
    )


def test_the_page_links_to_its_files_with_what_is_chosen(cast: Cast, mixed: list[Cohort]):
    page = client_of(cast["A"]).get(PAGE, {"cohort": "tours"})
    hrefs = [href for href in page.content.decode().split('"') if href.startswith("/rates/") and "cohort=tours" in href]
    files = [f"/rates/{name}?cohort=tours" for name in ("figures.csv", "figures.xlsx", "ideas.csv", "ideas.xlsx")]
    assert [href for href in hrefs if "csv" in href or "xlsx" in href] == files
