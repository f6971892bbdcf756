"""The download of the network: the page's numbers, with the date, the filters and the definitions."""

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
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, InnovationTeamFactory, MembershipFactory
from tests.factories.contents import ContributionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.figures import share_with_edition
from tests.pages import links

IN_MAY = date(2026, 5, 4)
EDITION = {"edition": "transfo-2026"}


def client_of(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def fetched(user: User, language: str = "en", **query: str) -> Any:
    return client_of(user, language).get("/network/figures.csv", query)


def lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def figures(user: User, **query: str) -> list[list[str]]:
    found = lines(fetched(user, **query))
    return found[1 : found.index([])]


def about(user: User, **query: str) -> list[list[str]]:
    found = lines(fetched(user, **query))
    return found[found.index([]) + 2 :]


@pytest.fixture
def grown(cast: Cast) -> Cast:
    """Add six members of others, who share, a team and two links from Montagne to Rivage."""
    share_with_edition(cast.other_cohort)
    MembershipFactory.create_batch(5, cohort=cast.other_cohort, starts_on=IN_MAY)
    InnovationTeamFactory(cohort=cast.cohort)
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held", first_day=date(2026, 6, 9))
    ContributionFactory.create_batch(2, exchange=exchange, cohort=cast.other_cohort, kind="offer")
    return cast


@pytest.mark.parametrize(("role", "query"), [("S", {}), ("S", EDITION), ("A", {}), ("A", EDITION), ("N", EDITION)])
def test_file_has_the_numbers_of_the_page(role: str, query: dict[str, str], grown: Cast):
    context = client_of(grown[role]).get("/network/", query).context
    file_rows = figures(grown[role], **query)
    last = context["table"][-1]
    day = context["as_of"].isoformat()
    assert [line[4] for line in file_rows if line[:2] == ["People active", ""] and line[3] == day] == [
        str(number) for number in (*last.circles, last.point.active)
    ]
    by_cohort = [line[1:] for line in file_rows if line[0] == "People active" and line[1] and not line[2]]
    assert by_cohort == [
        [row.cohort.name if row.cohort else "Other cohorts", "", day, str(row.active)] for row in context["cohort_rows"]
    ]
    pairs = [line[1:] for line in file_rows if line[0] == "contributions to its Intertransfos"]
    assert pairs == [["Ville de Montagne", "Ville de Rivage", day, "2"]]
    assert len(file_rows) == len({tuple(line[:4]) for line in file_rows}), "each figure once"


@pytest.mark.parametrize("role", ["S", "A"])
def test_file_has_the_growth_of_the_page(role: str, grown: Cast):
    context = client_of(grown[role]).get("/network/", EDITION).context
    file_rows = {line[0]: int(line[4]) for line in figures(grown[role], **EDITION)}
    assert [point.months for point in context["growth_points"]] == [0, 4, 10]
    for point in context["growth_points"]:
        period = f"{point.months} months"
        assert [
            file_rows[f"Cohorts followed for {period}"],
            file_rows[f"People when these cohorts began ({period})"],
            file_rows[f"People in these cohorts after {period}"],
        ] == [point.cohorts, point.people_at_start, point.people]
    assert file_rows["People active in cohorts that had not begun on 31 January 2026"] == context["in_later_cohorts"]


def test_cohorts_that_do_not_share_are_named_and_not_counted(cast: Cast):
    assert {line[4] for line in figures(cast["A"], **EDITION) if line[0] == "People active" and line[1] == ""} == {
        "0",
        "1",
        "2",
        "5",
    }
    assert ["Not included (each cohort chooses whether to share its figures)", "Ville de Montagne"] in about(
        cast["A"], **EDITION
    )


def test_file_names_no_person(grown: Cast):
    text = fetched(grown["S"]).content.decode()
    assert [str(person) for person in grown.people.values() if str(person) in text] == []


def test_file_states_scope_day_and_authorities(grown: Cast):
    assert about(grown["A"], **EDITION, as_of="2026-11-10")[:5] == [
        ["People counted", "All authorities of the edition · La Transfo 2026–2028"],
        ["Edition", "La Transfo 2026–2028"],
        ["As of", "10 November 2026"],
        ["Counted", "Ville de Montagne, Ville de Rivage"],
        ["Made on", "24 November 2026"],
    ]
    assert [line[0] for line in about(grown["A"])][:3] == ["People counted", "As of", "Made on"]


def test_page_and_file_have_the_same_definitions(grown: Cast):
    page = client_of(grown["S"]).get("/network/definitions/").content.decode()
    with override("en"):
        pairs = [[str(heading), str(words)] for heading, words in DEFINITIONS]
    assert about(grown["S"])[-len(pairs) :] == pairs
    assert [words in page for _heading, words in pairs] == [True] * len(pairs)


def test_page_links_to_the_file_with_the_chosen_filters(grown: Cast):
    there = links(client_of(grown["A"]).get("/network/", EDITION))
    assert [there[kind] for kind in ("CSV", "XLSX")] == [
        f"/network/figures.{kind}?edition=transfo-2026" for kind in ("csv", "xlsx")
    ]


def test_xlsx_has_typed_numbers_and_days(grown: Cast):
    answer = client_of(grown["A"]).get("/network/figures.xlsx", EDITION)
    sheet, _definitions = load_workbook(io.BytesIO(answer.content)).worksheets
    read = [["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [str(line[4]) for line in read] == [line[4] for line in figures(grown["A"], **EDITION)]
    assert {type(line[4]) for line in read} <= {int, str}
    assert read[0][3].date() == date(2026, 1, 31)


def test_french_file_name_is_valid_in_a_header(grown: Cast):
    answer = fetched(grown["A"], "fr")
    assert answer["Content-Disposition"].isascii()
    assert (answer["Cache-Control"], answer["Content-Type"]) == ("private, no-store", "text/csv; charset=utf-8")
    assert fetched(grown["A"])["Content-Disposition"] == 'attachment; filename="network-2026-11-24.csv"'


@pytest.mark.parametrize("query", [{"as_of": "x"}, {"as_of": "2026-11-25"}, {"cohort": "montagne"}, {"edition": "é"}])
def test_invalid_query_string_redirects_to_the_page(query: dict[str, str], cast: Cast):
    page = client_of(cast["A"]).get("/network/figures.csv", query, follow=True)
    assert (page.redirect_chain[0][0].split("?")[0], list(page.context["form"].errors)) == ("/network/", list(query))


def test_reader_without_cohort_gets_definitions_and_no_figure(cast: Cast):
    assert (figures(cast["X"]), bool(about(cast["X"]))) == ([], True)


def test_before_the_first_member_the_file_has_no_figure(cast: Cast):
    assert figures(cast["S"], as_of="2020-01-01") == []


def test_an_authority_named_like_a_formula_stays_a_text(cast: Cast):
    cohort = CohortFactory(edition=cast.edition, name="=1+1")
    MembershipFactory(cohort=cohort)
    assert "'=1+1" in {line[1] for line in figures(cast["S"])}
