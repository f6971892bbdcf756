"""Guessing columns: by heading, by what was chosen before, by content."""

import pytest

from cohorts.imports.members import COLUMNS
from imports.columns import guess_by_content, guess_columns, header_position


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("Nom;Prénom;Courriel;Service", "last_name first_name email unit"),
        ("Name;E-mail;Service", "full_name email unit"),
        ("E-mail address;Role;Language;Surname;First name", "email role language last_name first_name"),
        ("N°;NOM (obligatoire);Prénom *;Adresse mail professionnelle;Pôle", "- last_name first_name email unit"),
        ("Noms;Emails;Rôle dans la cohorte;Remarques", "last_name email role -"),
        ("Nom complet;Nom;mél", "full_name last_name email"),
    ],
)
def test_headings_are_recognised_in_french_and_english(header: str, names: str):
    assert guess_columns(header.split(";"), COLUMNS) == [name.replace("-", "") for name in names.split()]


def test_what_was_chosen_before_comes_first_and_no_column_twice():
    remembered = {"remarques": "unit", "service": "", "gone": "nothing"}
    assert guess_columns(["Remarques", "Service", "Unité", "Gone"], COLUMNS, remembered) == ["unit", "", "", ""]
    assert guess_columns(["Courriel", "E-mail"], COLUMNS) == ["email", ""]


def test_a_table_without_headings_is_recognised_by_its_content():
    rows = [["Ada Essai", "ada@ville.example", "relais", "Accueil"], ["Bob Essai", "", "relais", "Voirie"]]
    assert header_position(rows, COLUMNS) is None
    assert guess_by_content(rows, COLUMNS) == ["full_name", "email", "role", ""]


def test_the_heading_is_the_row_with_most_columns_among_the_first_ten():
    title = ["Liste de 2026", "", ""]
    header, row = ["Nom", "Courriel", "Service"], ["Ada", "ada@ville.example", "Nom"]
    assert header_position([title, row, header, row], COLUMNS) == 2
    assert header_position([*[title] * 9, header], COLUMNS) == 9
    assert header_position([*[title] * 10, header], COLUMNS) == 0
    assert header_position([["Foo", "Bar"], ["1", "2"]], COLUMNS) == 0
