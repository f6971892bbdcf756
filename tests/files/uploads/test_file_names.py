"""Names of files: what a person sees is what the file is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from files.uploads.file_names import MAX_ENDING_CHARACTERS, MAX_NAME_CHARACTERS, clean_name, split_name, with_ending

RLO, LRI, ZWSP, BOM = "\u202e", "\u2066", "\u200b", "\ufeff"


@pytest.mark.parametrize(
    ("given", "clean"),
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
def test_names_are_cleaned(given: str, clean: str):
    assert clean_name(given, default="file") == clean


def test_long_name_is_cut_and_keeps_its_ending():
    assert (
        clean_name("x" * 300 + ".pdf", default="file")
        == "x" * (MAX_NAME_CHARACTERS - MAX_ENDING_CHARACTERS - 1) + ".pdf"
    )


@given(st.text(max_size=400))
def test_any_name_becomes_short_visible_and_no_path(name: str):
    clean = clean_name(name, default="file")
    assert 0 < len(clean) <= MAX_NAME_CHARACTERS
    assert not set(clean) & set('/\\<>"|?*\r\n\t\0\u202e\u200f')
    assert (clean.strip(), clean.strip(".")) == (clean, clean)


@given(st.text(max_size=200))
def test_clean_name_does_not_change(name: str):
    clean = clean_name(name, default="file")
    assert clean_name(clean, default="file") == clean


@pytest.mark.parametrize(
    ("name", "parts"),
    [("a.PDF", ("a", "pdf")), ("a", ("a", "")), ("a.b c", ("a.b c", "")), ("a.", ("a.", "")), ("a.b.c", ("a.b", "c"))],
)
def test_ending_follows_the_last_dot(name: str, parts: tuple[str, str]):
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
def test_name_takes_the_ending_of_its_content(name: str, ending: str, made: str):
    assert with_ending(name, ending) == made
