"""Measured effects on the rates page, in its files, and in the command."""

import csv
import io
import json
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories.cast import Cast
from tests.factories.figures import share_with_edition
from tests.factories.prototypes import IdeaFactory, measured_idea
from tests.prototypes.pages import page, signed_in, statements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
RATES = reverse("figures:rates")


def csv_rows(cast: Cast, role: str, name: str, **query: str) -> list[list[str]]:
    answer = signed_in(cast[role]).get(reverse(f"figures:{name}"), query)
    return list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";"))


@pytest.fixture
def ideas(cast: Cast) -> None:
    """Two implemented ideas of the cohort, one of them measured; one measured idea of another cohort."""
    measured_idea("4.5", cohort=cast.cohort)
    IdeaFactory(cohort=cast.cohort, state="implemented")
    measured_idea(cohort=cast.other_cohort)


@pytest.mark.usefixtures("ideas")
class TestTheRates:
    def test_page_says_how_many_and_that_other_causes_are_possible(self, cast: Cast):
        text = page(cast["P"], RATES)
        assert "Measured before and after: 1 of 2 implemented ideas." in text
        assert "A difference from before does not show that the idea caused it: other causes are possible." in text

    def test_total_of_an_edition_counts_only_cohorts_that_share(self, cast: Cast):
        sentences = ("1 of 2 implemented ideas", "2 of 3 implemented ideas")
        query = {"edition": cast.edition.slug}
        before = page(cast["P"], RATES, **query)
        share_with_edition(cast.other_cohort)
        after = page(cast["P"], RATES, **query)
        assert [[sentence in text for sentence in sentences] for text in (before, after)] == [
            [True, False],
            [False, True],
        ]

    def test_page_without_implemented_ideas_has_no_such_card(self, cast: Cast):
        assert "Measured before and after" not in page(cast["P"], RATES, as_of="2026-08-31")

    def test_csv_xlsx_and_command_have_the_number_of_the_page(self, cast: Cast):
        [line] = [row for row in csv_rows(cast, "P", "rates_figures_csv") if row[:1] == ["measured_effects"]]
        answer = signed_in(cast["P"]).get(reverse("figures:rates_figures_xlsx"))
        sheet = load_workbook(io.BytesIO(b"".join(answer))).worksheets[0]
        [cells] = [[cell.value for cell in row] for row in sheet.rows if row[0].value == "measured_effects"]
        assert (line[2], line[6], cells[2], cells[6]) == ("1", "2", 1, 2)

    def test_command_has_the_number_of_the_page(self, cast: Cast, capsys: pytest.CaptureFixture[str]):
        call_command("implementation_rates", "--json", cohort=cast.cohort.slug, as_of="2026-11-24")
        assert json.loads(capsys.readouterr().out)["measured_effects"] == {"count": 1, "of": 2}

    @pytest.mark.parametrize(
        ("role", "values"), [("S", ["4.50", "5.00"]), ("P", ["4.50"]), ("N", ["5.00"]), ("R", ["4.50"])]
    )
    def test_rows_are_those_of_ones_own_authority(self, cast: Cast, role: str, values: list[str]):
        share_with_edition(cast.cohort, cast.other_cohort)
        header, *rows = csv_rows(cast, role, "rates_effects_csv", edition=cast.edition.slug)
        assert sorted(row[header.index("Value")] for row in rows if len(row) == len(header)) == values

    def test_csv_for_french_readers_has_a_decimal_comma(self, cast: Cast):
        answer = signed_in(cast["P"]).get(reverse("figures:rates_effects_csv"), headers={"accept-language": "fr"})
        assert ";4,50;" in b"".join(answer).decode()

    def test_xlsx_has_values_as_numbers(self, cast: Cast):
        answer = signed_in(cast["P"]).get(reverse("figures:rates_effects_xlsx"))
        header, row, *_rest = load_workbook(io.BytesIO(b"".join(answer))).worksheets[0].iter_rows(values_only=True)
        values = dict(zip(header, row, strict=True))
        assert [values[name] for name in ("Baseline", "Target", "Value")] == [12, 4, 4.5]
        assert Decimal(values["Months after it went live"]) == 3

    def test_invalid_query_goes_to_the_page_that_shows_the_error(self, cast: Cast):
        answer = signed_in(cast["P"]).get(reverse("figures:rates_effects_csv"), {"as_of": "never"})
        assert answer["Location"] == f"{RATES}?as_of=never"

    def test_download_is_offered_where_there_is_a_row(self, cast: Cast):
        link = reverse("figures:rates_effects_csv")
        assert link in page(cast["P"], RATES)
        assert link not in page(cast["P"], RATES, as_of="2026-11-01")


def test_number_of_statements_does_not_grow_with_measured_ideas(cast: Cast):
    measured_idea(cohort=cast.cohort)
    once = statements(cast["P"], RATES)
    measured_idea(cohort=cast.cohort)
    measured_idea(cohort=cast.cohort)
    assert statements(cast["P"], RATES) == once
