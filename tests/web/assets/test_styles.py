"""The one style sheet has every file, every class that pages use, and no class that none does."""

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from labplatform.settings.base import OUR_APPS
from web.assets import styles
from web.assets.styles import NAME, StylesFinder

ROOT = Path(settings.BASE_DIR)
CSS = ROOT / "static" / "css"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PROGRAMS = [
    *(path for path in sorted((ROOT / "static" / "js").rglob("*.js"))),
    *(path for app in OUR_APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts),
]
ATTRIBUTE = re.compile(r'\bclass="((?:{%.*?%}|{{.*?}}|[^"])*)"', re.S)
IN_PYTHON = re.compile(r'class=\\?["\']([\w -]+)["\']|"class": "([\w -]+)"')
BEFORE_VALUE = re.compile(r"[ \"](\w[\w-]*-)\{")  # the beginning of a class that ends with a value in an f-string
TAG, VALUE, COMMENT = re.compile(r"{%.*?%}"), re.compile(r"{{.*?}}"), re.compile(r"/\*.*?\*/", re.S)
CLASS = re.compile(r"\.([a-z][\w-]*)")
NAMED_ELSEWHERE = {
    "cell-leave": "a button that static/js/canvas.js presses",
    "saved-status": "a sentence that static/js/field/entries.js writes",
    "ec-auto-dark": "of the calendar's own style sheet",
}
# Beginnings of classes of the libraries that draw in pages.
LIBRARIES = ("ec", "htmx-")


def declared() -> set[str]:
    return set(CLASS.findall(COMMENT.sub("", "\n".join(path.read_text() for path in CSS.rglob("*.css")))))


def in_templates() -> dict[str, str]:
    """Return each class that a template names, with the template; one that ends with a value, up to its `-`."""
    found = {}
    for path in TEMPLATES:
        for names in ATTRIBUTE.findall(path.read_text()):
            for name in VALUE.sub("\0", TAG.sub(" ", names)).split():
                if name.partition("\0")[0]:
                    found[name.partition("\0")[0]] = path.name
    return found


def in_programs() -> dict[str, str]:
    return {
        name: path.name
        for path in PROGRAMS
        for names in IN_PYTHON.findall(path.read_text())
        for name in "".join(names).split()
    }


def test_every_class_of_a_page_has_a_rule():
    rules = declared()
    found = in_templates() | in_programs()
    assert len(found) > 250
    assert {
        name: place
        for name, place in found.items()
        if name not in rules
        and name not in NAMED_ELSEWHERE
        and not (name.endswith("-") and any(rule.startswith(name) for rule in rules))
    } == {}


def test_every_rule_is_for_a_class_of_a_page():
    pages = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    words = {word for path in (*pages, *PROGRAMS) for word in re.findall(r"[\w-]+", path.read_text())}
    in_python = (word for path in PROGRAMS for word in BEFORE_VALUE.findall(path.read_text()))
    beginnings = (*(name for name in in_templates() if name.endswith("-")), *in_python, *LIBRARIES)
    assert [name for name in sorted(declared()) if name not in words and not name.startswith(beginnings)] == []


def test_every_file_is_in_the_style_sheet_once_and_the_last_is_for_paper():
    assert sorted(path.stem for path in styles.source_files()[1:]) == sorted(path.stem for path in CSS.glob("*.css"))
    text = Path(str(finders.find(NAME))).read_text()
    assert [text.count(start) for start in ("@media print{@page{", ":root{color-scheme", "Licensed under MIT")] == [
        1
    ] * 3
    assert text.count("{") == text.count("}")
    assert len(text.encode()) < 80_000  # 71 kB on 2026-11-30


def test_the_style_sheet_is_written_again_when_a_source_is_newer(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    settings.VAR_DIR, source = tmp_path, tmp_path / "one.css"
    monkeypatch.setattr(styles, "source_files", lambda: [source, source])
    found = {}
    for rule, seconds_later in (("a", 0), ("b", -10), ("c", 10)):
        source.write_text(f"{rule} {{ top: 0 }}")
        moment = time.time() + seconds_later
        os.utime(source, (moment, moment))
        found[rule] = Path(StylesFinder().find(NAME)).read_text()[0]
    assert found == {"a": "a", "b": "a", "c": "c"}
