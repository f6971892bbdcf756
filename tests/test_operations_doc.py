"""docs/operations.md and README.md name only what exists, and everything they must name."""

import re
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import get_commands, load_command_class

from labplatform.monitoring.status import TASK_LABELS
from labplatform.settings import base

ROOT = Path(__file__).parent.parent
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
README = (ROOT / "README.md").read_text()
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
}
OF_DJANGO = {"check", "collectstatic", "createsuperuser", "makemigrations", "migrate", "shell"}
# For the demonstration and the tests; operators set none of them.
NOT_FOR_OPERATORS = {"DEMO_PASSWORD", "LOCAL_MAILBOX", "TEST_TEMPLATE", "WEBHOOKS_TO_LOOPBACK"}
# Set by docker-compose.yml and the Dockerfile, or documented where it is used.
SET_FOR_THEM = {"BIND", "WEB_CONCURRENCY", "PROMETHEUS_MULTIPROC_DIR", "WORKER_ALIVE", "DJANGO_SETTINGS_MODULE"}


def rows(heading: str, page: str = OPERATIONS) -> list[list[str]]:
    """Return the cells of the first table below a heading."""
    table = page.partition(f"\n## {heading}")[2].partition("\n|")[2].partition("\n\n")[0]
    lines = [line for line in f"|{table}".splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def period_text(seconds: float) -> str:
    """Return a period as the document writes it."""
    for size, one in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0:
            count = int(seconds // size)
            return f"every {one}" if count == 1 else f"every {count} {one}s"
    return f"every {int(seconds)} seconds"


def test_every_scheduled_task_is_listed_with_its_period():
    documented = {cells[0].strip("`"): cells[1] for cells in rows("What beat asks for")}
    assert documented == {row["task"]: period_text(row["schedule"]) for row in base.CELERY_BEAT_SCHEDULE.values()}
    assert documented.keys() == TASK_LABELS.keys()


def own_commands() -> set[str]:
    """Return the commands of our apps, without those that only wrap Django's own."""
    labels = {config.name for config in apps.get_app_configs() if Path(config.path).parent == ROOT}
    return {name for name, app in get_commands().items() if app in labels} - OF_DJANGO


def test_every_command_has_a_row():
    assert sorted(cells[0].strip("`") for cells in rows("Commands")) == sorted(own_commands())


def options(name: str) -> set[str]:
    parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
    return {option for action in parser._actions for option in action.option_strings}


def test_written_commands_exist_with_their_options():
    written = {
        (path, name, rest)
        for path, page in PAGES.items()
        for name, rest in re.findall(r"manage\.py ([a-z_]+)([^`|\n;]*)", page)
    }
    unknown = [(path, name) for path, name, _rest in written if name not in get_commands()]
    assert unknown == []
    options_by_command = {name: options(name) for _path, name, _rest in written}
    wrong = [
        (path, name, option)
        for path, name, rest in written
        for option in re.findall(r"--[a-z-]+", rest)
        if option not in options_by_command[name]
    ]
    assert wrong == []


def test_commands_have_json_output_and_a_dry_run_if_they_write():
    assert {name for name in own_commands() if "--json" not in options(name)} == {"database_roles"}
    reads = {"database_roles", "fingerprint", "implementation_rates"}
    assert {name for name in own_commands() if "--dry-run" not in options(name)} == reads


def targets() -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+):(?!=)", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_named_make_targets_exist():
    named = {(path, target) for path, page in PAGES.items() for target in re.findall(r"`make ([a-z0-9-]+)", page)}
    existing = targets()
    assert [(path, target) for path, target in named if target not in existing] == []


def test_readme_names_benchmarks_and_scanners():
    tools = {"demo", "test", "bench", "faults", "oracles", "drill", "rehearse", "mutants", "scan"}
    assert tools - set(re.findall(r"make ([a-z0-9-]+)", README)) == set()


def test_every_variable_read_is_documented():
    read = "".join(path.read_text() for path in (ROOT / "labplatform").rglob("*.py") if "localstack" not in path.parts)
    named = set(re.findall(r'env\.\w+\("([A-Z_]+)"', read)) | set(re.findall(r'environ\.get\("([A-Z_]+)"', read))
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", " ".join(cells[0] for cells in rows("Settings"))))
    assert named - SET_FOR_THEM - NOT_FOR_OPERATORS - documented == set()
    assert documented - named - {"PORT"} == set()


def links(page: str) -> list[str]:
    text = re.sub(r"`[^`\n]*`", "", page)
    return [link for link in re.findall(r"\]\(([^)#\s]+)", text) if not link.startswith("http")]


def test_links_point_to_existing_pages():
    written = [(path, link) for path, page in PAGES.items() for link in links(page)]
    assert [(path, link) for path, link in written if not (ROOT / path).parent.joinpath(link).exists()] == []


def test_variables_of_the_compose_file_are_in_the_example():
    composed = (ROOT / "docker-compose.yml").read_text()
    example = (ROOT / ".env.example").read_text()
    images = {name for name in re.findall(r"\$\{(\w+)", composed) if name.endswith("_IMAGE")}
    elsewhere = {"DATABASE_URL", "MIGRATION_DATABASE_URL", "HTTP_PORT", "HTTPS_PORT"}
    variables: set[Any] = set(re.findall(r"(?<!\$)\$\{(\w+)", composed)) - images - elsewhere
    assert variables - set(re.findall(r"^(\w+)=", example, re.MULTILINE)) == set()
