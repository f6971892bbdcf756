"""The house rules that a machine can check, with the figures they are held to."""

import ast
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from labplatform.settings.base import OUR_APPS
from tests.conftest import UNUSED_FIXTURES

ROOT = Path(__file__).parent.parent
MODULES = [p for app in OUR_APPS for p in sorted((ROOT / app).rglob("*.py")) if "migrations" not in p.parts]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
SHARED_DRAWERS = {"utils", "helpers", "common", "manager", "services", "misc", "data"}


@dataclass
class Definitions:
    """What the rules ask of a module: its docstring, the lines of each function, its classes, its names of gettext."""

    docstring: str | None
    functions: list[tuple[int, str]] = field(default_factory=list)  # lines without docstring and decorators
    classes: list[str] = field(default_factory=list)
    gettext: list[tuple[str, str | None]] = field(default_factory=list)  # what is imported, and as what


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Return all statements below a node; no definition is inside an expression."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield child
            yield from statements(child)


@cache
def definitions(path: Path) -> Definitions:
    """Parse a module, once for all rules."""
    tree, name = ast.parse(path.read_text()), path.relative_to(ROOT)
    found = Definitions(ast.get_docstring(tree))
    for node in statements(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            start = node.body[0].end_lineno if ast.get_docstring(node) else node.lineno
            found.functions.append(((node.end_lineno or 0) - (start or 0), f"{name}:{node.name}"))
        elif isinstance(node, ast.ClassDef):
            found.classes.append(node.name)
        elif isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            found.gettext += [(part.name, part.asname) for part in node.names if "gettext" in part.name]
    return found


def test_no_function_is_longer_than_sixty_lines():
    found = sorted(function for path in MODULES for function in definitions(path).functions)
    lengths = [length for length, _ in found]
    median, high = statistics.median(lengths), lengths[int(len(lengths) * 0.95)]
    print(f"\n{len(lengths)} functions: median {median} lines, 95th percentile {high}, longest {found[-1]}")  # noqa: T201
    assert [name for length, name in found if length > 60] == []


@pytest.mark.parametrize(
    ("paths", "limit"),
    [(MODULES, 500), (TEMPLATES, 300), (STYLES, 600)],
    ids=["modules", "templates", "styles"],
)
def test_files_stay_short(paths: list[Path], limit: int):
    assert [str(p.relative_to(ROOT)) for p in paths if len(p.read_text().splitlines()) > limit] == []


def folders() -> dict[Path, list[str]]:
    """The names of the modules in each folder of the house, packages' own files left out."""
    found: dict[Path, list[str]] = defaultdict(list)
    for path in MODULES:
        if path.stem != "__init__":
            found[path.parent.relative_to(ROOT)].append(path.stem)
    return found


def test_no_folder_has_more_than_twenty_modules():
    assert {str(folder): len(names) for folder, names in folders().items() if len(names) > 20} == {}


def test_no_three_files_of_a_folder_share_a_prefix():
    """A prefix that three share is the name of a folder."""
    shared = {
        (str(folder), prefix)
        for folder, names in folders().items()
        for prefix, count in Counter(name.partition("_")[0] for name in names).items()
        if count > 2
    }
    assert shared == set()


def test_modules_say_what_they_are_for():
    assert [str(p.relative_to(ROOT)) for p in MODULES if p.read_text().strip() and not definitions(p).docstring] == []


# Words that say too little as a name or a part of one, and what to say instead.
UNCLEAR_WORDS = {
    "told": "payload, details, claims",
    "said": "text, message, values",
    "says": "text, help_text",
    "asked": "query, request, parameters",
    "shown": "context, rows, visible",
    "stands": "is_current, form_values",
    "standing": "roles_of",
    "beside": "related, comparison",
    "kept": "retained, cached, saved",
    "whole": "full, total",
    "around": "related",
    "outlook": "planning_context",
    "rung": "step",
    "rungs": "steps",
    "ladder": "reminder schedule",
    "ladders": "reminder schedules",
    "born": "created",
    "overtaken": "edit_conflict",
    "knock": "access_request",
    "bringing": "invitations",
    "silence": "stale",
    "faded": "stale",
    "furniture": "fixtures",
    "canaries": "leak_markers",
    "letter": "email, role or character",
    "letters": "emails, roles or characters",
    "verb": "action",
    "verbs": "actions",
    "meanwhile": "edit_conflict",
}
# Names that have such a word for a good reason.
RIGHT_WORDS = {
    "mission_letter_on": "a letter on paper, by which an authority sends its agent",
    "kept": "commitments that were kept, in a text that is translated",
    "is_shown": "a sentence about what a page shows",
}
PYTHON = [
    *MODULES,
    *(p for folder in ("tests", "tools") for p in sorted((ROOT / folder).rglob("*.py"))),
]
VARIABLES = re.compile(r"{{.*?}}|{%.*?%}", re.S)
STRINGS_AND_COMMENTS = re.compile(
    r""""{3}(?:[^"\\]++|\\.|"(?!""))*+"{3}|'{3}(?:[^'\\]++|\\.|'(?!''))*+'{3}"""
    r"""|"(?:[^"\\\n]++|\\.)*+"|'(?:[^'\\\n]++|\\.)*+'|#[^\n]*""",
    re.S,
)
WORD = re.compile(r"[^\W\d]\w*")
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


@cache
def unclear(name: str) -> set[str]:
    """Return the unclear words in a name; the name of a test is a sentence, in which they may be right."""
    if name.lower().startswith("test"):
        return set()
    return {part.lower() for part in re.sub(r"([a-z])([A-Z])", r"\1_\2", name).split("_")} & UNCLEAR_WORDS.keys()


def unclear_in_code(path: Path) -> set[str]:
    return {name for name in set(WORD.findall(STRINGS_AND_COMMENTS.sub(" ", path.read_text()))) if unclear(name)}


def unclear_in_template(path: Path) -> set[str]:
    tags = (QUOTED.sub("", tag) for tag in VARIABLES.findall(path.read_text()))
    return {name for tag in tags for name in WORD.findall(tag) if unclear(name)}


def unclear_names() -> dict[str, str]:
    """Return the names with an unclear word, each with a file that has it."""
    names = {name: str(path.relative_to(ROOT)) for path in PYTHON for name in unclear_in_code(path)}
    return names | {name: str(path.relative_to(ROOT)) for path in TEMPLATES for name in unclear_in_template(path)}


def test_names_use_plain_words_and_words_that_are_right_are_used():
    names = unclear_names()
    found = {name: (path, unclear(name)) for name, path in names.items() if name not in RIGHT_WORDS}
    assert (found, RIGHT_WORDS.keys() - names.keys()) == ({}, set())


def test_no_class_name_is_used_in_three_modules():
    """Names that a framework asks for are left out. Two classes of one name are a smell, three confuse everyone."""
    modules: dict[str, set[str]] = defaultdict(set)
    for path in [*MODULES, *sorted((ROOT / "tools").rglob("*.py"))]:
        for name in definitions(path).classes:
            modules[name].add(str(path.relative_to(ROOT)))
    for of_frameworks in ("Command", "Migration", "Meta"):
        modules.pop(of_frameworks, None)
    assert {name: sorted(paths) for name, paths in modules.items() if len(paths) > 2} == {}


def test_strings_are_marked_by_names_that_their_collector_knows():
    """Under another name than these, what is marked stays out of the catalogue, and so in English."""
    known = {None, "_"}
    others = [
        f"{path.relative_to(ROOT)}: {name} as {alias}"
        for path in MODULES
        for name, alias in definitions(path).gettext
        if alias not in known
    ]
    assert others == []


def test_no_shared_drawers():
    assert [
        str(p.relative_to(ROOT)) for p in MODULES if p.stem in SHARED_DRAWERS or p.parent.name in SHARED_DRAWERS
    ] == []


def test_templates_carry_no_style_and_no_script_of_their_own():
    assert [
        str(p.relative_to(ROOT)) for p in TEMPLATES if " style=" in p.read_text() or "<style" in p.read_text()
    ] == []
    assert [
        str(p.relative_to(ROOT)) for p in TEMPLATES if "<script>" in p.read_text() or " onclick=" in p.read_text()
    ] == []


def test_pictures_have_their_size_so_that_nothing_moves_when_they_arrive():
    pictures = [(p.name, picture) for p in TEMPLATES for picture in re.findall("<img.*?>", p.read_text(), re.S)]
    assert len(pictures) > 5
    assert [p for p in pictures if not {"width", "height"} <= set(re.findall(r"\s(\w+)=", p[1]))] == []


def test_views_write_nothing_themselves():
    written = (".save(", ".delete(", ".bulk_create(", ".objects.create(", ".get_or_create(", ".update_or_create(")
    views = [p for p in MODULES if p.stem == "views" or p.parent.name == "views"]
    assert [str(p.relative_to(ROOT)) for p in views if any(word in p.read_text() for word in written)] == []


@pytest.mark.parametrize("word", ["Content-Disposition", "FileResponse(", "content_disposition_header("])
def test_files_to_save_are_answered_in_one_place(word: str):
    assert [p.relative_to(ROOT).as_posix() for p in MODULES if word in p.read_text()] == ["web/exports/downloads.py"]


def test_actions_note_nothing_themselves():
    """An action declared a security event is noted by `web.actions`, once it is committed."""
    actions = [p for p in MODULES if "\n@action(" in p.read_text()]
    assert len(actions) > 20
    assert [str(p.relative_to(ROOT)) for p in actions if "web.security.log" in p.read_text()] == []


def test_pure_modules_never_ask_for_the_time():
    pure = [
        "figures/rates.py",
        "figures/groups/group_shares.py",
        "figures/costs/cost_per_idea.py",
        "figures/share_words.py",
        "figures/intervals/differences.py",
        "figures/intervals/influence.py",
        "figures/intervals/pooled.py",
        "figures/intervals/student.py",
        "figures/work/work_counts.py",
        "figures/outcomes/outcome_counts.py",
        "exchanges/rotation.py",
        "exchanges/calendar.py",
        "programmes/workdays.py",
        "notifications/reminders/schedule.py",
        "web/dates/months.py",
    ]
    clock = ("today()", "now()", "timezone.now", "localdate(")
    assert [p for p in pure if any(word in (ROOT / p).read_text() for word in clock)] == []


# What does nothing in a test without the fixtures that `UNUSED_FIXTURES` of `conftest.py` leaves out.
NEEDS_UNUSED_FIXTURES = re.compile(
    r"mark\.(?:urls|django_isolate_apps|ignore_template_errors)\b|\b(?:Simple|Transaction|LiveServer)?TestCase\b"
    r"|contrib\.sites|\bfaker_(?:session_)?locale\b|def test_\w+\([^)]*\bfaker\b"
)


def test_no_test_needs_a_fixture_that_is_left_out_of_all_tests():
    files = [path for path in PYTHON if path.is_relative_to(ROOT / "tests") and path != Path(__file__)]
    assert [path.name for path in files if NEEDS_UNUSED_FIXTURES.search(path.read_text())] == []


def test_plugins_have_each_fixture_that_is_left_out_of_all_tests(request: pytest.FixtureRequest):
    plugins = request.config.pluginmanager.get_plugins()
    assert [name for name in UNUSED_FIXTURES if not any(hasattr(plugin, name) for plugin in plugins)] == []


def test_lines_of_tests_and_of_code_are_printed():
    code = sum(len(p.read_text().splitlines()) for p in MODULES)
    tests = sum(len(p.read_text().splitlines()) for p in sorted((ROOT / "tests").rglob("*.py")))
    print(f"\n{tests} lines of test for {code} of code: {tests / code:.2f}")  # noqa: T201
    assert min(code, tests) > 0
