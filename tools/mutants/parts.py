"""Guards that are removed from the running program: parts of constants, hooks, middlewares, sign-in requirements of
views.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, replace
from importlib import import_module
from itertools import chain
from typing import Any, Final

from django.conf import settings

from tests.routes import our_views
from tools.mutants.guards import HOOKS, MIDDLEWARES, PARTS
from web.hooks import Hooks

KINDS: Final = ("lacks", "opens", "runs without")
PUBLIC_ROUTES_TEST: Final = "tests/test_role_matrix.py::test_only_routes_declared_public_answer_signed_out_users"


def every_part() -> list[str]:
    constants = [
        f"{module}:{name} lacks {part}" for module, name, _ in PARTS for part in sorted(_constant(module, name))
    ]
    items = [
        f"{module}:{name} lacks {part}" for module, name, field, _ in HOOKS for part in _answers(module, name, field)
    ]
    views = [f"{name} opens to whoever is signed out" for name in views_with_sign_in()]
    return [*constants, *items, *(f"settings runs without {path}" for path in MIDDLEWARES), *views]


def is_part(check: str) -> bool:
    return any(f" {kind} " in check for kind in KINDS)


def is_row(check: str) -> bool:
    """Return whether the check is a role added to a row of a table (`rows`)."""
    return re.fullmatch(r"[a-z_.]+:[A-Z_]+ row \w+ \+ [A-Z]", check) is not None


def take_out(check: str) -> None:
    """Remove the check in this process."""
    if " opens " in check:
        views_with_sign_in()[check.partition(" ")[0]].login_required = False
        return
    if " runs without " in check:
        settings.MIDDLEWARE = [path for path in settings.MIDDLEWARE if not check.endswith(path)]
        return
    place, _, part = check.partition(" lacks ")
    module, name = place.split(":")
    container = _constant(module, name)
    if isinstance(container, Hooks):
        _unregister(container, *part.split("."))
    elif isinstance(container, Mapping):
        del container[next(key for key in container if str(key) == part)]  # type: ignore[attr-defined]
    else:
        setattr(import_module(module), name, type(container)(value for value in container if str(value) != part))


def noticing(check: str, tests: list[str]) -> list[str]:
    """Return the tests that may notice."""
    if " opens " in check:
        return [PUBLIC_ROUTES_TEST]
    if " runs without " in check:
        return _below(MIDDLEWARES[check.removeprefix("settings runs without ")], tests)
    place = check.partition(" lacks ")[0]
    part = check.partition(" lacks ")[2].split(".")
    constants = (files for module, name, files in PARTS if f"{module}:{name}" == place)
    hooks = (files for module, name, field, files in HOOKS if f"{module}:{name}" == place and field in part[1:2])
    files = next(chain(constants, hooks))
    return _below(files, tests)


def views_with_sign_in() -> dict[str, Any]:
    """Return our views that require sign-in, by the names of their routes."""
    return {name: view for name, view in our_views().items() if getattr(view, "login_required", True)}


def _answers(module: str, name: str, field: str) -> list[str]:
    """Return app.field for each app that answers, or app.field.slug for each part where the answer is a mapping."""
    answers = {app: getattr(hooks, field) for app, hooks in _constant(module, name).by_app.items()}
    unanswered = _default(next(iter(_constant(module, name))), field)
    container = [f"{app}.{field}" for app, answer in answers.items() if not isinstance(answer, Mapping)]
    parts = [
        f"{app}.{field}.{slug}" for app, answer in answers.items() if isinstance(answer, Mapping) for slug in answer
    ]
    return parts or [name for name in container if answers[name.split(".")[0]] is not unanswered]


def _default(hooks: Any, name: str) -> Any:
    [field] = [field for field in fields(hooks) if field.name == name]
    return None if field.default is MISSING else field.default


def _unregister(container: Hooks[Any], app: str, field: str, slug: str = "") -> None:
    hooks = container.by_app[app]
    answer = getattr(hooks, field)
    rest = {key: part for key, part in answer.items() if key != slug} if slug else _default(hooks, field)
    container.by_app[app] = replace(hooks, **{field: rest})


def _constant(module: str, name: str) -> Any:
    return vars(import_module(module))[name]


def _below(files: str, tests: list[str]) -> list[str]:
    return [test for path in files.split(",") for test in tests if test.startswith(path)]
