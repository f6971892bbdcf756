"""Excerpts: the words looked for are marked in the text as it was written, and nothing in it comes alive."""

import pytest

from accounts.models import User
from tests.factories.accounts import UserFactory
from web.database.text_search import any_of
from web.text.excerpts import BEGIN, END, cut, shown

LONG = "Un mot sans rapport. " * 60


def excerpt(text: str, words: str, *, whole: bool = False) -> str:
    row = UserFactory(full_name=text[:150])
    french, english = cut("full_name", any_of(words), whole=whole)
    return shown(User.objects.filter(pk=row.pk).values_list(french, english).get())


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
    assert excerpt(text, words, whole=True) == marked


@pytest.mark.django_db
def test_a_long_text_is_cut_around_the_word():
    said = excerpt(f"{LONG[:100]}le seau fuit {LONG[:30]}", "fuite")
    assert "le seau <mark>fuit</mark>" in said
    assert len(said) < 150


@pytest.mark.django_db
@pytest.mark.parametrize("whole", [True, False])
def test_what_looks_like_html_stays_text(whole: bool):
    said = excerpt('guide <script>alert(1)</script> <img src=x onerror="a()"> & "x" </mark>', "guide", whole=whole)
    assert said.startswith("<mark>guide</mark>")
    assert "<" not in said.replace("<mark>guide</mark>", "")


@pytest.mark.parametrize(
    ("reading", "html"),
    [
        (f"a {BEGIN}<b>{END} c", "a <mark>&lt;b&gt;</mark> c"),
        (f"{END}{BEGIN}a{BEGIN}b{END}{BEGIN}", "a<mark>b</mark>"),
        ("a\x07\x00b\x02", "ab"),
        ("", ""),
    ],
)
def test_signs_that_someone_typed_open_and_close_nothing(reading: str, html: str):
    assert shown([reading]) == html


def test_the_reading_that_finds_more_is_shown():
    assert shown(["a policy", f"a {BEGIN}policy{END}"]) == "a <mark>policy</mark>"
    assert shown([]) == ""
