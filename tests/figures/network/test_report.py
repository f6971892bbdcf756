"""The network to take away: the page's own numbers, masked as there, with the day, the choices and the definitions."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from openpyxl import load_workbook

from accounts.models import User
from figures.network.report import DEFINITIONS
from figures.scope.forms import MONTHLY
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, InnovationTeamFactory, MembershipFactory
from tests.factories.contents import ContributionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.pages import links

IN_MAY = date(2026, 5, 4)
EDITION = {"edition": "transfo-2026"}


def client_of(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def fetched(user: User, language: str = "en", **asked: str) -> Any:
    return client_of(user, language).get("/network/figures.csv", asked)


def lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def figures(user: User, **asked: str) -> list[list[str]]:
    found = lines(fetched(user, **asked))
    return found[1 : found.index([])]


def about(user: User, **asked: str) -> list[list[str]]:
    found = lines(fetched(user, **asked))
    return found[found.index([]) + 2 :]


@pytest.fixture
def grown(cast: Cast) -> Cast:
    """Six others, a team, two links from Montagne to Rivage."""
    MembershipFactory.create_batch(5, cohort=cast.other, starts_on=IN_MAY)
    InnovationTeamFactory(cohort=cast.cohort)
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held", first_day=date(2026, 6, 9))
    ContributionFactory.create_batch(2, exchange=exchange, cohort=cast.other, kind="offer")
    return cast


@pytest.mark.parametrize(("letter", "asked"), [("S", {}), ("S", EDITION), ("A", {}), ("A", EDITION), ("N", EDITION)])
def test_the_numbers_are_those_of_the_page(letter: str, asked: dict[str, str], grown: Cast):
    shown = client_of(grown[letter]).get("/network/", asked).context
    told = figures(grown[letter], **asked)
    last = shown["table"][-1]
    day = shown["as_of"].isoformat()
    assert [line[4] for line in told if line[:2] == ["People active", ""] and line[3] == day] == [
        "< 5" if number is None else str(number) for number in (*last.circles, last.point.active.shown)
    ]
    by_cohort = [line[1:] for line in told if line[0] == "People active" and line[1] and not line[2]]
    assert by_cohort == [
        [row.cohort.name if row.cohort else "Other cohorts", "", day, "< 5" if row.active is None else str(row.active)]
        for row in shown["cohort_rows"]
    ]
    pairs = [line[1:] for line in told if line[0] == "contributions to its Intertransfos"]
    assert pairs == [["Ville de Montagne", "Ville de Rivage", shown["linked_by"].isoformat(), "2"]]
    assert len(told) == len({tuple(line[:4]) for line in told}), "each figure once"


def test_what_is_masked_on_the_page_is_masked_here(cast: Cast):
    told = figures(cast["A"], **EDITION)
    assert {line[4] for line in told if line[1] in {"", "Other cohorts"} and line[0] == "People active"} == {"< 5"}
    assert all("Montagne" not in cell for line in told for cell in line)


def test_nobody_is_named(grown: Cast):
    text = fetched(grown["S"]).content.decode()
    assert [str(person) for person in grown.people.values() if str(person) in text] == []


def test_it_says_whose_as_of_when_and_why(grown: Cast):
    assert about(grown["A"], **EDITION, as_of="2026-11-10")[:4] == [
        ["People counted", "All authorities of the edition · La Transfo 2026–2028"],
        ["As of", "31 October 2026"],
        ["Why this day", str(MONTHLY)],
        ["Made on", "24 November 2026"],
    ]
    assert [line[0] for line in about(grown["A"])][:3] == ["People counted", "As of", "Made on"]


def test_page_and_file_have_the_same_definitions(grown: Cast):
    page = client_of(grown["S"]).get("/network/").content.decode()
    with override("en"):
        pairs = [[str(heading), str(words)] for heading, words in DEFINITIONS]
    assert about(grown["S"])[-len(pairs) :] == pairs
    assert [words in page for _heading, words in pairs] == [True] * len(pairs)


def test_the_page_leads_there_with_what_is_chosen(grown: Cast):
    there = links(client_of(grown["A"]).get("/network/", EDITION))
    assert [there[kind] for kind in ("CSV", "XLSX")] == [
        f"/network/figures.{kind}?edition=transfo-2026" for kind in ("csv", "xlsx")
    ]


def test_as_xlsx_numbers_and_days_are_such(grown: Cast):
    answer = client_of(grown["A"]).get("/network/figures.xlsx", EDITION)
    sheet, _definitions = load_workbook(io.BytesIO(answer.content)).worksheets
    read = [["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [str(line[4]) for line in read] == [line[4] for line in figures(grown["A"], **EDITION)]
    assert {type(line[4]) for line in read} <= {int, str}
    assert read[0][3].date() == date(2026, 1, 31)


def test_in_french_its_name_has_letters_that_a_header_can_carry(grown: Cast):
    answer = fetched(grown["A"], "fr")
    assert answer["Content-Disposition"].isascii()
    assert (answer["Cache-Control"], answer["Content-Type"]) == ("private, no-store", "text/csv; charset=utf-8")
    assert fetched(grown["A"])["Content-Disposition"] == 'attachment; filename="network-2026-11-24.csv"'


@pytest.mark.parametrize("asked", [{"as_of": "x"}, {"as_of": "2026-11-25"}, {"cohort": "montagne"}, {"edition": "é"}])
def test_what_the_form_refuses_the_page_explains(asked: dict[str, str], cast: Cast):
    page = client_of(cast["A"]).get("/network/figures.csv", asked, follow=True)
    assert (page.redirect_chain[0][0].split("?")[0], list(page.context["form"].errors)) == ("/network/", list(asked))


def test_who_has_nothing_gets_definitions_and_no_figure(cast: Cast):
    assert (figures(cast["X"]), bool(about(cast["X"]))) == ([], True)


def test_before_anybody_came_there_is_nothing_rather_than_zero(cast: Cast):
    assert figures(cast["S"], as_of="2020-01-01") == []


def test_an_authority_named_like_a_formula_stays_a_text(cast: Cast):
    cohort = CohortFactory(edition=cast.edition, name="=1+1")
    MembershipFactory(cohort=cohort)
    assert "'=1+1" in {line[1] for line in figures(cast["S"])}
