"""What docs/operations.md and README.md name is there, and what is there they name."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class

from labplatform.monitoring.email_status import TASKS
from labplatform.settings import base

ROOT = Path(__file__).parent.parent
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
OF_DJANGO = {"check", "collectstatic", "createsuperuser", "makemigrations", "migrate", "shell"}
# Of whoever tries the demonstration or runs the tests; operators set none of them.
NOT_FOR_OPERATORS = {"DEMO_PASSWORD"}
# Set by docker-compose.yml and the Dockerfile, or said where it is used.
SET_FOR_THEM = {"BIND", "WEB_CONCURRENCY", "PROMETHEUS_MULTIPROC_DIR", "WORKER_ALIVE", "DJANGO_SETTINGS_MODULE"}


def rows(heading: str, page: str = OPERATIONS) -> list[list[str]]:
    """The cells of the first table below a heading."""
    table = page.partition(f"\n## {heading}")[2].partition("\n|")[2].partition("\n\n")[0]
    lines = [line for line in f"|{table}".splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def spoken(seconds: float) -> str:
    """A period as the page says it."""
    for size, one in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0:
            count = int(seconds // size)
            return f"every {one}" if count == 1 else f"every {count} {one}s"
    return f"every {int(seconds)} seconds"


def test_every_task_of_beat_is_named_with_its_period():
    told = {cells[0].strip("`"): cells[1] for cells in rows("What beat asks for")}
    assert told == {row["task"]: spoken(row["schedule"]) for row in base.CELERY_BEAT_SCHEDULE.values()}
    assert told.keys() == TASKS.keys()


def ours() -> set[str]:
    """Commands of our own apps, but those that only do Django's own in our way."""
    labels = {config.name for config in apps.get_app_configs() if Path(config.path).parent == ROOT}
    return {name for name, app in get_commands().items() if app in labels} - OF_DJANGO


def test_every_command_has_its_row():
    assert sorted(cells[0].strip("`") for cells in rows("Commands")) == sorted(ours())


def options(name: str) -> set[str]:
    found = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    return {option for action in found._actions for option in action.option_strings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_that_are_written_out_are_there_with_their_options(page: Path):
    written = re.findall(r"manage\.py ([a-z_]+)([^`|\n;]*)", page.read_text())
    unknown = [name for name, _rest in written if name not in get_commands()]
    assert unknown == []
    wrong = [
        (name, option)
        for name, rest in written
        for option in re.findall(r"--[a-z-]+", rest)
        if option not in options(name)
    ]
    assert wrong == []


def test_all_but_the_roles_of_the_database_answer_in_json_and_what_writes_can_be_tried_first():
    assert {name for name in ours() if "--json" not in options(name)} == {"database_roles"}
    reads = {"database_roles", "fingerprint", "implementation_rates"}
    assert {name for name in ours() if "--dry-run" not in options(name)} == reads


def targets() -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_tasks_of_make_that_are_named_are_there(page: Path):
    assert set(re.findall(r"`make ([a-z0-9-]+)", page.read_text())) - targets() == set()


def test_the_first_page_names_what_measures_and_what_attacks():
    shown = {"demo", "test", "bench", "faults", "oracles", "drill", "rehearse", "mutants", "scan"}
    assert shown - set(re.findall(r"make ([a-z0-9-]+)", README)) == set()


def test_every_variable_that_is_read_is_told():
    read = "".join(path.read_text() for path in (ROOT / "labplatform").rglob("*.py") if "localstack" not in path.parts)
    named = set(re.findall(r'env\.\w+\("([A-Z_]+)"', read)) | set(re.findall(r'environ\.get\("([A-Z_]+)"', read))
    told = set(re.findall(r"`([A-Z][A-Z_]+)`", " ".join(cells[0] for cells in rows("Settings"))))
    assert named - SET_FOR_THEM - NOT_FOR_OPERATORS - told == set()
    assert told - named - {"PORT"} == set()


def links(page: Path) -> list[str]:
    text = re.sub(r"`[^`\n]*`", "", page.read_text())
    return [link for link in re.findall(r"\]\(([^)#\s]+)", text) if not link.startswith("http")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_a_page(page: Path):
    assert [link for link in links(page) if not (page.parent / link).exists()] == []


def test_the_variables_of_the_compose_file_are_in_its_example():
    composed = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / ".env.example").read_text()
    images = {name for name in re.findall(r"\$\{(\w+)", composed) if name.endswith("_IMAGE")}
    elsewhere = {"DATABASE_URL", "MIGRATION_DATABASE_URL", "HTTP_PORT", "HTTPS_PORT"}
    asked: set[Any] = set(re.findall(r"(?<!\$)\$\{(\w+)", composed)) - images - elsewhere
    assert asked - set(re.findall(r"^(\w+)=", example, re.MULTILINE)) == set()
