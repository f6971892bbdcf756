"""Names of files: what a person sees is what it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.uploads.file_names import LONGEST, LONGEST_ENDING, clean_name, split_name, with_ending

RLO, LRI, ZWSP, BOM = "\u202e", "\u2066", "\u200b", "\ufeff"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Compte rendu d’atelier.pdf", "Compte rendu d’atelier.pdf"),
        ("R&D #2 (50%).csv", "R&D #2 (50%).csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\camille\\photo.JPG", "photo.jpg"),
        ("/var/www/static/x.png", "x.png"),
        (f"facture{RLO}gpj.exe", "facturegpj.exe"),
        (f"{LRI}plan{ZWSP}{BOM}.odt", "plan.odt"),
        ("a\0b\r\nc.txt", "ab c.txt"),
        ("<script>alert(1)</script>.jpg", "script.jpg"),
        ('"><img src=x onerror=alert(1)>.png', "img src=x onerror=alert(1).png"),
        ("  deux   espaces .txt", "deux espaces.txt"),
        ("...", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        (".jpg", "jpg"),
        ("con.txt", "_con.txt"),
        ("archive.tar.gz", "archive.tar.gz"),
        ("e\u0301te\u0301.txt", "été.txt"),
        ("no ending", "no ending"),
        ("v1.2 (final)", "v1.2 (final)"),
    ],
)
def test_what_a_name_becomes(given: str, kept: str):
    assert clean_name(given, otherwise="file") == kept


def test_a_name_of_three_hundred_letters_is_cut_and_keeps_its_ending():
    assert clean_name("x" * 300 + ".pdf", otherwise="file") == "x" * (LONGEST - LONGEST_ENDING - 1) + ".pdf"


@given(st.text(max_size=400))
def test_whatever_it_was_a_name_is_short_visible_and_no_path(said: str):
    kept = clean_name(said, otherwise="file")
    assert 0 < len(kept) <= LONGEST
    assert not set(kept) & set('/\\<>"|?*\r\n\t\0\u202e\u200f')
    assert (kept.strip(), kept.strip(".")) == (kept, kept)


@given(st.text(max_size=200))
def test_a_clean_name_stays_as_it_is(said: str):
    kept = clean_name(said, otherwise="file")
    assert clean_name(kept, otherwise="file") == kept


@pytest.mark.parametrize(
    ("name", "parts"),
    [("a.PDF", ("a", "pdf")), ("a", ("a", "")), ("a.b c", ("a.b c", "")), ("a.", ("a.", "")), ("a.b.c", ("a.b", "c"))],
)
def test_the_ending_follows_the_last_point(name: str, parts: tuple[str, str]):
    assert split_name(name) == parts


@pytest.mark.parametrize(
    ("name", "ending", "made"),
    [
        ("a.png", "jpg", "a.jpg"),
        ("a.jpg", "jpg", "a.jpg"),
        ("image", "png", "image.png"),
        ("v1.2 x", "png", "v1.2 x.png"),
    ],
)
def test_a_name_takes_the_ending_its_content_has(name: str, ending: str, made: str):
    assert with_ending(name, ending) == made
