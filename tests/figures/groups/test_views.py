"""Groups side by side: whose ideas each reader's groups count, their order, and the same numbers in every file."""

import csv
import io
import re
from datetime import date
from html import unescape
from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import strip_tags
from openpyxl import load_workbook

from cohorts.models import Cohort
from programmes.models import Authority, Edition
from tests.cohorts.pages import browser, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.figures import share_with_edition
from tests.factories.programmes import AuthorityFactory, EditionFactory, FormatFactory
from tests.factories.prototypes import IdeaFactory
from tests.factories.rates import early_cohort, idea_after, worked_example
from tests.pages import errors, links

PAGE, CSV, XLSX = (reverse(f"figures:{name}") for name in ("groups", "groups_csv", "groups_xlsx"))
NOT_YET = ["not known yet", "too few ideas have been followed that long"]


def opened(cast: Cast, role: str = "S", **query: object) -> Any:
    return browser(cast[role]).get(PAGE, query)


def table(page: Any, name: str) -> list[list[str]]:
    """Return the texts of the cells of one table of the page, row by row, without the headings of its columns."""
    html = page.content.decode().split(f'id="{name}"')[1].split("</table>")[0]
    cells = (re.findall(r"<t[hd].*?</t[hd]>", line, re.DOTALL) for line in html.split("<tr>")[2:])
    return [[" ".join(unescape(strip_tags(cell)).split()) for cell in line] for line in cells]


def counted(page: Any) -> dict[str, str]:
    """Return the sentences on the authorities of each group, by its name."""
    return {row[0]: row[3] for row in table(page, "groups")}


def region(cast: Cast, name: str = "Région Est", **fields: Any) -> Cohort:
    """Return a cohort of a region in the edition of the cast, running since January 2024."""
    return early_cohort(edition=cast.edition, authority=AuthorityFactory(name=name, kind="region"), **fields)


def two_examples(cast: Cast) -> list[Cohort]:
    """Add two cohorts of the cast's municipality with 24 ideas each, and two of regions with 20; return the latter."""
    for site in ("Lycée", "Annexe"):
        worked_example(early_cohort(edition=cast.edition, authority=cast.cohort.authority, site=site))
    regions = [region(cast), region(cast, "Région Ouest")]
    for cohort in regions:
        worked_example(cohort, ideas=20)
    return regions


# What is shown


def test_share_interval_difference_and_number_followed_of_each_group(cast: Cast):
    two_examples(cast)
    page = opened(cast)
    assert [row[:3] for row in table(page, "groups")] == [["Municipality", "48", "20"], ["Region", "40", "18"]]
    assert table(page, "within-12") == [
        ["Municipality", "31%", "18% – 44%", "", "", "26"],
        ["Region", "38%", "22% – 53%", "+7 points, between −14 points and +27 points", "no", "18"],
        ["All groups: ideas followed up to 12 months", "44"],
    ]
    assert table(page, "within-24") == [
        ["Municipality", *NOT_YET, "", "", "4"],
        ["Region", *NOT_YET, "", "", "0"],
        ["All groups: ideas followed up to 24 months", "4"],
    ]


def test_groups_that_differ_are_shown_to_differ(cast: Cast):
    for name in ("Région Est", "Région Ouest"):
        ideas_of(region(cast, name), implemented=0)
        ideas_of(early_cohort(edition=cast.edition), implemented=20)
    [_municipality, region_row, _total] = table(opened(cast), "within-12")
    assert region_row[3:5] == ["−80 points, between −89 points and −13 points", "yes"]


def ideas_of(cohort: Cohort, *, implemented: int) -> None:
    """Add 25 ideas: some implemented after three months, the others open and followed for two years."""
    for number in range(25):
        idea_after(*((3, 1) if number < implemented else (24, 0)), cohort=cohort)


def test_another_group_can_be_chosen_for_comparison(cast: Cast):
    two_examples(cast)
    page = opened(cast, reference="region")
    assert "Difference from Region" in page_text(page)
    assert [row[3] != "" for row in table(page, "within-12")[:2]] == [True, False]
    assert {address for text, address in links(page).items() if text.startswith("Compare others with it")} == {
        "?reference=municipality"
    }
    assert table(opened(cast, reference="no such group"), "within-12")[0][3] == ""


def test_editions_are_in_the_order_of_their_first_days_whatever_their_results(cast: Cast):
    for year, number in ((2024, 2), (2025, 20), (2023, 12)):
        edition = EditionFactory(name=f"Edition {year}", slug=f"e-{year}", starts_on=date(year, 1, 1))
        worked_example(early_cohort(edition=edition), ideas=number)
    page = opened(cast, by="edition")
    names = ["Edition 2023", "Edition 2024", "Edition 2025", "La Transfo 2026–2028"]
    assert [row[0] for row in table(page, "groups")] == names
    assert [row[0] for row in table(page, "within-12")[:-1]] == names
    assert links(page)["Edition 2023"] == reverse("programmes:edition", args=["e-2023"])


def test_formats_are_in_the_order_of_programmes_and_versions(cast: Cast):
    programme = cast.edition.programme
    for version in (9001, 9000):
        given = FormatFactory(programme=programme, version=version, phases=())
        CohortFactory(edition=EditionFactory(format=given))
    versions = (cast.edition.format.version, 9000, 9001)
    assert [row[0] for row in table(opened(cast, by="format"), "groups")] == [
        f"{programme.name_en}, version {version}" for version in versions
    ]


def test_only_the_chosen_edition_and_day_are_counted(cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="accepted")
    IdeaFactory(cohort=early_cohort(authority=AuthorityFactory(kind="region")), state="accepted")
    assert [row[:2] for row in table(opened(cast), "groups")] == [["Municipality", "1"], ["Region", "1"]]
    assert [row[:2] for row in table(opened(cast, edition="transfo-2026"), "groups")] == [["Municipality", "1"]]
    past = opened(cast, edition="transfo-2026", as_of="2026-01-06")
    assert ([row[:2] for row in table(past, "groups")], "as of 6 January 2026" in page_text(past)) == (
        [["Municipality", "0"]],
        True,
    )


def test_facts_known_from_publications_are_in_no_group(cast: Cast):
    past = EditionFactory(name="Past", retrospective=True, starts_on=None, ends_on=None)
    CohortFactory(edition=past, retrospective=True)
    assert [row[0] for row in table(opened(cast, by="edition"), "groups")] == [cast.edition.name]


# Whose ideas


def test_a_group_counts_a_neighbour_only_while_it_shares_and_names_it_otherwise(cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="accepted")
    IdeaFactory(cohort=cast.other_cohort, state="accepted")
    alone = opened(cast, "P")
    assert [row[:2] for row in table(alone, "groups")] == [["Municipality", "1"]]
    assert counted(alone) == {
        "Municipality": "Counted: Ville de Rivage."
        " Not included: Ville de Montagne. Each cohort chooses whether to share its figures."
    }
    share_with_edition(cast.other_cohort)
    together = opened(cast, "P")
    assert [row[:2] for row in table(together, "groups")] == [["Municipality", "2"]]
    assert counted(together) == {"Municipality": "Counted: Ville de Montagne, Ville de Rivage."}


def test_a_group_without_any_cohort_that_shares_is_named_without_figures(cast: Cast):
    Authority.objects.filter(pk=cast.other_cohort.authority_id).update(kind="region")
    worked_example(early_cohort(edition=cast.edition, authority=cast.other_cohort.authority, site="Lycée"))
    page = opened(cast, "P")
    assert (
        counted(page)["Region"] == "Not included: Ville de Montagne. Each cohort chooses whether to share its figures."
    )
    assert table(page, "within-12")[1] == ["Region", *NOT_YET, "", "", "0"]


def test_cohorts_of_editions_without_the_reader_are_neither_counted_nor_named(cast: Cast):
    elsewhere = CohortFactory(authority=AuthorityFactory(name="Ailleurs"))
    share_with_edition(elsewhere)
    assert ["Ailleurs" in page_text(opened(cast, role)) for role in "SPN"] == [True, False, False]


def test_lab_staff_count_every_cohort(cast: Cast):
    for cohort in (cast.cohort, cast.other_cohort, region(cast)):
        IdeaFactory(cohort=cohort, state="accepted")
    assert counted(opened(cast)) == {
        "Municipality": "Counted: Ville de Montagne, Ville de Rivage.",
        "Region": "Counted: Région Est.",
    }


def test_nobody_else_has_groups(cast: Cast):
    assert "Nothing to show yet" in page_text(opened(cast, "X"))


# Choices


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"by": "results"}, "by"),
        ({"edition": "nowhere"}, "edition"),
        ({"as_of": "soon"}, "as_of"),
        ({"as_of": "2026-11-25"}, "as_of"),
        ({"by": "\0", "reference": "\0", "authority": "9" * 30}, "by"),
    ],
)
def test_a_refused_choice_has_its_error_and_downloads_lead_to_it(query: dict[str, str], field: str, cast: Cast):
    page = opened(cast, **query)
    assert (list(page.context["form"].errors), len(errors(page))) == ([field], 1)
    assert "comparison" not in page.context
    answer = browser(cast["S"]).get(CSV, query)
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, PAGE)


def test_a_reader_cannot_choose_the_edition_of_others(cast: Cast):
    other = CohortFactory().edition
    assert [errors(opened(cast, role, edition=other.slug)) != [] for role in "SP"] == [False, True]


# Files


def downloads(cast: Cast, **query: str) -> tuple[list[list[str]], list[list[Any]]]:
    """Return the rows of both files."""
    client = browser(cast["P"])
    text = client.get(CSV, query).content.decode("utf-8-sig")
    workbook = load_workbook(io.BytesIO(client.get(XLSX, query).content))
    rows = [[cell.value for cell in line] for line in workbook.worksheets[0].rows]
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";")), rows


def test_files_have_the_numbers_of_the_page(cast: Cast):
    for shared in two_examples(cast):
        share_with_edition(shared)
    lines, cells = downloads(cast, by="kind")
    comparison = opened(cast, "P", by="kind").context["comparison"]
    expected = [
        [
            *(row.group.name, row.at.share, row.at.low, row.at.high, row.at.followed),
            *(row.difference or (None, None, None)),
        ]
        for horizon in comparison.horizons
        for row in horizon.rows
    ]
    numbers = [[line[0], *line[6:9], line[10], *line[12:15]] for line in cells[1:]]
    assert [[round(cell, 6) if isinstance(cell, float) else cell for cell in line] for line in expected] == numbers
    assert numbers[1][1:] == [0.375, 0.222712, 0.527002, 18, 0.067791, -0.136301, 0.265588]
    in_csv = [[line[0], *line[6:9], line[10], *line[12:15]] for line in lines[1:5]]
    written = [[f"{cell:.6f}" if isinstance(cell, float) else str(cell or "") for cell in line] for line in numbers]
    assert in_csv == [[cell or "0" if place == 4 else cell for place, cell in enumerate(line)] for line in written]


def test_files_name_the_authorities_and_the_choices(cast: Cast):
    lines, _cells = downloads(cast, edition="transfo-2026")
    assert lines[1][:3] == ["Municipality", "Ville de Rivage", "Ville de Montagne"]
    assert [line for line in lines if line[:1] in (["Group by"], ["Edition"], ["As of"], ["Made on"])] == [
        ["Group by", "Kind of authority"],
        ["Edition", "La Transfo 2026–2028"],
        ["As of", "24 November 2026"],
        ["Made on", "24 November 2026"],
    ]


# Cost and links


@pytest.mark.parametrize(("by", "statements"), [("kind", 4), ("edition", 4), ("format", 5)])
@pytest.mark.parametrize("more", [1, 3])
def test_statements_do_not_grow_with_groups_and_cohorts(
    by: str, statements: int, more: int, cast: Cast, django_assert_num_queries
):
    """Session, person, cohorts and ideas; formats too where they are the groups."""
    for kind in ("region", "department", "state")[:more]:
        cohort = CohortFactory(authority=AuthorityFactory(kind=kind), edition=EditionFactory(format=FormatFactory()))
        IdeaFactory(cohort=cohort, state="implemented")
    for role in "SP":
        client = browser(cast[role])
        with django_assert_num_queries(statements):
            page = client.get(PAGE, {"by": by})
        assert len(page.context["comparison"].groups) == (more + 1 if role == "S" else 1)


def test_of_many_groups_twenty_are_on_a_page_and_all_in_the_file(cast: Cast, django_assert_num_queries):
    """Session, person, cohorts and ideas."""
    for number in range(20):
        edition = EditionFactory(slug=f"e-{number}", name=f"Edition {number:02}", starts_on=date(2024, 1, 1 + number))
        CohortFactory(edition=edition, authority=cast.cohort.authority)
    names = [*(f"Edition {number:02}" for number in range(20)), cast.edition.name]
    client = browser(cast["S"])
    for number, listed in (("1", names[:20]), ("2", names[20:]), ("99", names[20:]), ("x", names[:20])):
        with django_assert_num_queries(4):
            page = client.get(PAGE, {"by": "edition", "page": number})
        tables = [table(page, name) for name in ("groups", "within-12", "within-24")]
        assert [row[0] for row in tables[0]] == listed
        assert [[row[0] for row in rows[:-1]] for rows in tables[1:]] == [listed, listed]
    assert links(client.get(PAGE, {"by": "edition"}))["Next"] == "?by=edition&page=2"
    assert links(page)["Compare others with it (Edition 03)"] == "?by=edition&page=x&reference=e-3"
    file = client.get(CSV, {"by": "edition", "page": "2"}).content.decode("utf-8-sig")
    assert [sum(name in line for line in file.splitlines()) for name in names] == [2] * 21


def test_pages_of_programmes_editions_and_rates_link_to_the_groups(cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="accepted")
    for address in (reverse("programmes:programmes"), cast.edition.get_absolute_url()):
        assert [f"{PAGE}?by=edition" in links(browser(cast[role]).get(address)).values() for role in "SA"] == [
            True,
            False,
        ]
    assert [PAGE in links(browser(cast[role]).get(reverse("figures:rates"))).values() for role in "SA"] == [True, True]


@pytest.mark.django_db
def test_empty_page_says_what_it_will_show():
    page = browser(UserFactory(is_lab_staff=True)).get(PAGE)
    assert ("Nothing to show yet" in page_text(page), page.context["form"].errors) == (True, {})
    assert Edition.objects.count() == 0
