"""docs/pages.md says of each address what is true now."""

from tools import pages_doc


def test_the_page_is_what_would_be_written_now():
    assert pages_doc.PAGE.read_text() == pages_doc.page(), "write it anew: python -m tools.pages_doc"


def test_every_address_has_a_view_and_says_who_may_see_it():
    lines = [line.split(" | ") for line in pages_doc.page().splitlines() if line.startswith("| `/")]
    assert len(lines) > 200
    assert [line for line in lines if line[4] in {"", "without the matrix"}] == []
