"""docs/pages.md is up to date."""

from tools import pages_doc


def test_page_is_up_to_date():
    assert pages_doc.PAGE.read_text() == pages_doc.page(), "write it anew: python -m tools.pages_doc"


def test_every_url_has_a_view_and_its_readers():
    lines = [line.split(" | ") for line in pages_doc.page().splitlines() if line.startswith("| `/")]
    assert len(lines) > 200
    assert [line for line in lines if line[4] in {"", "without the matrix"}] == []
