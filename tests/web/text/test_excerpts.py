"""Excerpts: matches are marked in the text as written, and all of it is escaped."""

import pytest

from accounts.models import User
from tests.factories.accounts import UserFactory
from web.database.text_search import any_word_query
from web.text.excerpts import BEGIN, END, headlines, marked_html

LONG = "Un mot sans rapport. " * 60


def excerpt(text: str, words: str, *, full: bool = False) -> str:
    row = UserFactory(full_name=text[:150])
    french, english = headlines("full_name", any_word_query(words), full=full)
    return marked_html(User.objects.filter(pk=row.pk).values_list(french, english).get())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("Les élèves d’Évry", "eleve EVRY", "Les <mark>élèves</mark> d’<mark>Évry</mark>"),
        ("Des œuvres", "oeuvre", "Des <mark>œuvres</mark>"),
        ("Tested policies", "policy testing", "<mark>Tested</mark> <mark>policies</mark>"),
        ("Une préfiguration", "préfig", "Une <mark>préfiguration</mark>"),
        ("Un guide du guichet", '"guide du guichet"', "Un <mark>guide</mark> du <mark>guichet</mark>"),
        ("Un guide du guichet", "guide -guichet", "Un <mark>guide</mark> du guichet"),
        ("Un guide du guichet", "bureau OR guichet", "Un guide du <mark>guichet</mark>"),
        ("Un guide", "zzz", "Un guide"),
        ("Un guide", '"', "Un guide"),
        ("Un guide", "½ ŉŉŉŉŉ (((", "Un guide"),
    ],
)
def test_each_word_is_marked_in_the_form_it_has(text: str, words: str, marked: str):
    assert excerpt(text, words, full=True) == marked


@pytest.mark.django_db
def test_a_long_text_is_cut_around_the_word():
    html = excerpt(f"{LONG[:100]}le seau fuit {LONG[:30]}", "fuite")
    assert "le seau <mark>fuit</mark>" in html
    assert len(html) < 150


@pytest.mark.django_db
@pytest.mark.parametrize("full", [True, False])
def test_what_looks_like_html_stays_text(full: bool):
    html = excerpt('guide <script>alert(1)</script> <img src=x onerror="a()"> & "x" </mark>', "guide", full=full)
    assert html.startswith("<mark>guide</mark>")
    assert "<" not in html.replace("<mark>guide</mark>", "")


@pytest.mark.parametrize(
    ("reading", "html"),
    [
        (f"a {BEGIN}<b>{END} c", "a <mark>&lt;b&gt;</mark> c"),
        (f"{END}{BEGIN}a{BEGIN}b{END}{BEGIN}", "a<mark>b</mark>"),
        ("a\x07\x00b\x02", "ab"),
        ("", ""),
    ],
)
def test_typed_control_characters_mark_nothing(reading: str, html: str):
    assert marked_html([reading]) == html


def test_the_language_with_more_matches_is_shown():
    assert marked_html(["a policy", f"a {BEGIN}policy{END}"]) == "a <mark>policy</mark>"
    assert marked_html([]) == ""
