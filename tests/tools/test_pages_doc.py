"""docs/pages.md is up to date."""

import pytest
from django.template.loader import get_template

from tools import pages_doc


@pytest.fixture(scope="module")
def document() -> str:
    return pages_doc.page()


@pytest.fixture
def lines(document: str) -> list[list[str]]:
    """Return the cells of the line of each address."""
    return [line.strip(" |").split(" | ") for line in document.splitlines() if line.startswith("| `/")]


def test_page_is_up_to_date(document: str):
    assert pages_doc.PAGE.read_text() == document, "write it anew: python -m tools.pages_doc"


def test_every_url_has_a_view_and_its_readers(lines: list[list[str]]):
    assert len(lines) > 200
    assert [line for line in lines if line[4] in {"", "without the matrix"}] == []


def test_templates_and_tests_exist(lines: list[list[str]]):
    for template in {name.strip("`") for line in lines for name in line[3].split(", ") if name}:
        assert get_template(template)
    assert [line[6] for line in lines if not (pages_doc.ROOT / line[6].strip("`")).is_file()] == []


@pytest.mark.parametrize(
    ("name", "templates", "test"),
    [
        ("prototypes:idea_action", "prototypes/action_pages/action.html", "tests/prototypes/ideas/test_views_loop.py"),
        ("cohorts:join", "cohorts/invitations/join.html", "tests/cohorts/invitations/test_views_acceptance.py"),
        ("prototypes:trial", "prototypes/trials/page.html", "tests/prototypes/trials/test_views.py"),
        ("programmes:create_authority", "form_page.html", "tests/programmes/test_views_authorities.py"),
    ],
)
def test_row_has_the_templates_and_the_nearest_test(lines: list[list[str]], name: str, templates: str, test: str):
    [line] = [line for line in lines if line[1] == name]
    assert f"`{templates}`" in line[3].split(", ")
    assert line[6] == f"`{test}`"
