"""Parsers of single cells, as people write dates, numbers, choices and addresses."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from cohorts.people.enums import MembershipRole
from imports.cells import (
    EXCEL_DAY_ZERO,
    CellError,
    CellOptions,
    Parser,
    clock_time,
    day,
    days,
    email_address,
    enum_choice,
    integer,
    is_ambiguous_day,
    name_of_address,
    number,
    seems_month_first,
    text,
)
from imports.kinds import import_kinds

OPTIONS = CellOptions()
OCTOBER = date(2026, 10, 3)


def refusal(parse: Parser, cell: str) -> tuple[str, str]:
    with pytest.raises(CellError) as refused:
        parse(cell, OPTIONS)
    return refused.value.reason, refused.value.suggestion


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-10-03", "2026-10-03 00:00:00", "2026-10-03T09:30", "03/10/2026", "3/10/26", "03.10.2026", "3-10-2026"),
        *("3 octobre 2026", "samedi 3 octobre 2026", "3 oct. 2026", "sam. 3 oct 2026", "3 October 2026"),
        *("October 3, 2026", "Saturday, 3 October 2026", "Oct 3rd 2026", "46298", "46298.5", " 03/10/2026\u00a0"),
    ],
)
def test_dates_are_read_in_every_usual_notation(cell: str):
    assert day(cell, OPTIONS) == OCTOBER


def test_month_comes_first_only_when_it_was_chosen():
    assert day("03/10/2026", CellOptions(month_first=True)) == date(2026, 3, 10)
    assert day("1er octobre 2026", OPTIONS) == date(2026, 10, 1)
    assert day("", OPTIONS) is None


@pytest.mark.parametrize(
    ("cell", "reason", "suggestion"),
    [
        ("31/09/2026", "September 2026 has 30 days.", "30/09/2026"),
        ("2026-02-30", "February 2026 has 28 days.", "2026-02-28"),
        ("09/30/2026", "There is no month 30. Check whether day and month are exchanged.", "30/09/2026"),
        ("3 jui 2026", "“3 jui 2026” is not a date.", ""),
        ("bientôt", "“bientôt” is not a date.", ""),
        ("19999", "“19999” is not a date.", ""),
        (f"lun {'a' * 300}", f"“lun {'a' * 76}” is not a date.", ""),
    ],
)
def test_impossible_dates_are_refused_with_the_nearest_one(cell: str, reason: str, suggestion: str):
    assert refusal(day, cell) == (reason, suggestion)


@given(st.dates(date(1960, 1, 1), date(2100, 1, 1)))
def test_a_date_is_read_back_from_iso_from_a_serial_and_from_either_order(expected: date):
    serial = (expected - EXCEL_DAY_ZERO).days
    cells = [expected.isoformat(), str(serial), f"{expected:%d/%m/%Y}"]
    assert {day(cell, OPTIONS) for cell in cells} == {expected}
    assert day(f"{expected:%m/%d/%Y}", CellOptions(month_first=True)) == expected


def test_a_cell_holds_at_most_31_dates():
    given = [date(2026, 10, 1) + timedelta(days=number) for number in range(32)]
    cell = ", ".join(day.isoformat() for day in given)
    assert refusal(days, cell) == ("A cell holds at most 31 dates. Divide them among several rows.", "")
    assert len(days(cell.rpartition(",")[0], CellOptions())) == 31


def test_the_limits_of_serials_are_days_of_our_time():
    assert day("20000", OPTIONS) == EXCEL_DAY_ZERO + timedelta(days=20000)
    assert day("79999", OPTIONS) == date(2119, 1, 10)


def test_order_of_day_and_month_is_guessed_from_dates_that_tell():
    assert (seems_month_first(["03/10/2026"]), seems_month_first(["03/10/2026", "09/30/2026"])) == (None, True)
    assert seems_month_first(["09/30/2026", "30/09/2026"]) is False
    assert [is_ambiguous_day(cell) for cell in ("03/10/2026", "10/10/2026", "30/09/2026", "Ada")] == [
        True,
        *[False] * 3,
    ]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *(("12,5", "12.50"), ("12.5", "12.50"), ("1 234,56 €", "1234.56"), ("1\u202f234,5", "1234.50")),
        *(
            ("1,234.56", "1234.56"),
            ("1.234,56", "1234.56"),
            ("1.234.567", "1234567.00"),
            ("12 %", "12.00"),
            ("−3", "-3"),
        ),
    ],
)
def test_numbers_are_read_with_comma_or_point(cell: str, value: str):
    assert number(least=-10, decimals=2)(cell, OPTIONS) == Decimal(value)


def test_numbers_that_are_none_or_beyond_their_limits_are_refused():
    assert refusal(number(), "douze") == ("“douze” is not a number.", "")
    assert refusal(number(decimals=1), "1,25") == ("At most 1 decimal is accepted.", "1.2")
    assert refusal(integer(least=1, most=5), "6")[0] == "The number must be between 1 and 5."
    assert [integer(least=1, most=5)(cell, OPTIONS) for cell in ("1", "5", "")] == [1, 5, None]


@pytest.mark.parametrize(
    ("cell", "role"),
    [
        *(("élu ou élue", "elected"), ("Elu", "elected"), ("ELECTED OFFICIAL", "elected"), ("relais", "relay")),
        *(("relay", "relay"), ("Référente", "pilot"), ("", ""), ("ambassadeur ou ambassadrice", "ambassador")),
    ],
)
def test_choices_are_read_by_slug_label_and_synonym(cell: str, role: str):
    assert enum_choice(MembershipRole, {"référente": "pilot"})(cell, OPTIONS) == role


@pytest.mark.parametrize(
    ("cell", "suggestion"),
    [("ambasador", "ambassador"), ("résidant", "résident"), ("référante", "référente"), ("x", "")],
)
def test_unknown_choice_is_refused_with_the_nearest_word_in_its_own_language(cell: str, suggestion: str):
    reason, suggested = refusal(enum_choice(MembershipRole, {"référente": "pilot", "xx": "pilot"}), cell)
    assert reason.startswith(f"“{cell}” is not one of: ambassador, relay, pilot,")
    assert reason.endswith("French and English words are accepted.")
    assert suggested == suggestion


OPPOSITES = {
    ("ideas", "state"): [
        *("non retenue", "pas retenue", "non validée", "not accepted", "unaccepted", "réalisée", "non abandonnée"),
    ],
    ("attendance", "status"): [
        *("pas venu", "n'est pas venu", "not attended", "non présent", "non excusée", "unexcused", "inexcusé"),
    ],
    ("stakeholders", "influence"): ["pas élevé", "peu élevé", "non élevée"],
    ("members", "role"): ["non élu"],
    ("authorities", "school_zone"): ["zone d"],
}
CLOSE = {
    ("ideas", "state"): [("abandoné", "abandoned"), ("mise en oeuvres", "mise en œuvre")],
    ("attendance", "status"): [("presence partiele", "présence partielle"), ("non enregistré", "non enregistrée")],
    ("stakeholders", "influence"): [("faibles", "faible"), ("niveau élevée", "niveau élevé")],
    ("members", "role"): [("elus", "élu")],
    ("budgets", "category"): [("prestation achetée", "prestations achetées")],
}


def parser_of(kind: str, column: str) -> Parser:
    return next(row.parse for row in import_kinds[kind].columns if row.name == column)


@pytest.mark.parametrize(("column", "cell"), [(column, cell) for column, cells in OPPOSITES.items() for cell in cells])
def test_no_suggestion_says_the_opposite_of_the_cell(column: tuple[str, str], cell: str):
    assert refusal(parser_of(*column), cell)[1] == ""


@pytest.mark.parametrize(("column", "cell"), [(column, cell) for column, cells in CLOSE.items() for cell in cells])
def test_a_slip_in_a_choice_has_a_suggestion(column: tuple[str, str], cell: tuple[str, str]):
    assert refusal(parser_of(*column), cell[0])[1] == cell[1]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_word_of_a_choice_repeats_its_ending(language: str):
    repeated = set()
    with override(language):
        for kind in import_kinds:
            for column in kind.columns:
                for _value, label in column.choices:
                    ending = str(label).split(maxsplit=1)[1:]
                    repeated |= {(column.parse, " ".join([str(label), *ending]))} if ending else set()
    assert len(repeated) > 20
    assert {cell for parse, cell in repeated if accepts(parse, cell)} == set()


def accepts(parse: Parser, cell: str) -> bool:
    try:
        return parse(cell, OPTIONS) not in (cell, "")
    except CellError:
        return False


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        *(("Ada Essai <ADA@Ville.example>", "Ada Essai"), ('"Essai, Ada" <ada@ville.example>', "Essai, Ada")),
        *(("Ada Essai ada@ville.example", "Ada Essai"), ("ada@ville.example Ada Essai", "Ada Essai")),
        *(("Ada Essai (ada@ville.example)", "Ada Essai"), ("Essai, Ada, ada@ville.example", "Essai, Ada")),
        *(("ada@ville.example", ""), ("mailto:ada@ville.example", ""), ("Ada<ada@ville.example>;", "Ada")),
    ],
)
def test_addresses_are_read_with_the_name_next_to_them(cell: str, name: str):
    assert (email_address(cell, OPTIONS), name_of_address(cell)) == ("ada@ville.example", name)


def test_what_is_no_address_or_more_than_one_is_refused():
    assert refusal(email_address, "a@b.example, c@d.example")[0] == (
        "This cell has more than one address. Give each person a row."
    )
    assert refusal(email_address, "Ada Essai")[0].startswith("This is not a valid e-mail address.")
    assert (email_address("", OPTIONS), name_of_address("Ada Essai")) == ("", "")


@pytest.mark.parametrize(
    ("cell", "time"), [("9h30", "09:30"), ("9 h", "09:00"), ("09:30:00", "09:30"), ("9:30 pm", "21:30"), ("", "")]
)
def test_times_of_day_are_read(cell: str, time: str):
    assert clock_time(cell, OPTIONS) == time


def test_texts_lose_control_characters_and_have_a_length():
    assert text()(" a\tb\u202e\n", OPTIONS) == "a b"
    assert refusal(text(length=3), "abcd") == ("This text has 4 characters; at most 3 are accepted.", "abc")
    assert (text(length=3)("abc", OPTIONS), refusal(clock_time, "25:00")[1]) == ("abc", "09:30")


PARSERS: list[Any] = [day, number(), integer(), enum_choice(MembershipRole), email_address, clock_time]


@given(st.text(max_size=60), st.sampled_from(PARSERS))
def test_no_text_makes_a_parser_fail_otherwise(cell: str, parse: Parser):
    try:
        parse(cell, OPTIONS)
    except CellError as error:
        assert error.reason  # noqa: PT017 - any text may be refused
