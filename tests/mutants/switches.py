"""The product with every check as a switch: what is taken out is chosen while the program runs, by the check's name.

All checks stand in one program, so that the suite is read once and a child of it is enough for each of them.
"""

from __future__ import annotations

import ast
import builtins
import copy
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent.parent
APPS: Final = (
    *("labplatform", "exchanges", "prototypes", "cohorts", "programmes"),
    *("notifications", "files", "accounts", "web"),
)
LEFT_ALONE: Final = ("migrations", "localstack", "demo", "management", "facts", "settings")
# What a function answers when the whole of it is taken out: whoever calls it is then let through.
GUARDS: Final[dict[str, str]] = {
    "cohorts.queries.within_reach": "__import__('django.db.models', fromlist=['Q']).Q()",
    "prototypes.rates_reach.reach_of": "WholeReach()",
    "accounts.middleware.SignInFirst.process_view": "None",
    "accounts.middleware.made_for_another": "False",
}
ALLOWED: Final = "__import__('web.decisions', fromlist=['ALLOW']).ALLOW"
SCOPES: Final = ("within_reach", "was_there", "said_at", "by_then")  # what says which rows a person reads
EVERYTHING: Final = "__import__('django.db.models', fromlist=['Q']).Q()"


class Switch:
    """Which check is out, and which were reached since one last asked."""

    def __init__(self) -> None:
        self.out: str = ""
        self.reached: set[str] = set()

    def __call__(self, name: str) -> bool:
        """Whether the check of that name is taken out."""
        self.reached.add(name)
        return name == self.out


SWITCH: Final = Switch()


def expression(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body


class Checks(ast.NodeTransformer):
    """Puts `taken out if switched off else as it is` in the place of every check; `found` are their names."""

    def __init__(self, module: str) -> None:
        self.module, self.found, self.path = module, [], [module]  # type: tuple[str, list[str], list[str]]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.path.append(node.name)
        self.generic_visit(node)
        if answer := GUARDS.get(".".join(self.path)):
            test = self._switch(node, "guard", node.name)
            first = 1 if ast.get_docstring(node) else 0
            node.body.insert(first, ast.If(test, [ast.Return(expression(answer))], []))
        self.path.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.path.append(node.name)
        self.generic_visit(node)
        self.path.pop()
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        plain = copy.deepcopy(node)
        self.generic_visit(node)
        if without := self._without(plain):
            return ast.IfExp(self._switch(node, *without[:1], ast.unparse(plain)), expression(without[1]), node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr == "is_lab_staff" and isinstance(node.ctx, ast.Load):
            return ast.BoolOp(ast.Or(), [self._switch(node, "staff", ast.unparse(node)), node])
        return node

    def _without(self, call: ast.Call) -> tuple[str, str] | None:
        """The kind of check a call is, and what stands in its place when it is taken out."""
        if isinstance(call.func, ast.Attribute) and call.func.attr == "visible_to":
            return "scope", f"{ast.unparse(call.func.value)}.all()"
        if isinstance(call.func, ast.Name):
            places = {"enforce": "None", "deny": ALLOWED} | dict.fromkeys(SCOPES, EVERYTHING)
            kinds = {"enforce": "enforced", "deny": "denied"} | dict.fromkeys(SCOPES, "scope")
            if call.func.id in places:
                return kinds[call.func.id], places[call.func.id]
        return None

    def _switch(self, node: Any, kind: str, said: str) -> ast.expr:
        name = f"{self.module}:{node.lineno}:{node.col_offset} {kind} {' '.join(said.split())[:90]}"
        self.found.append(name)
        return ast.Call(ast.Name("__check__", ast.Load()), [ast.Constant(name)], [])


def switched(source: str, module: str) -> tuple[ast.Module, list[str]]:
    """The module with its checks as switches, and their names."""
    checks = Checks(module)
    tree = checks.visit(ast.parse(source))
    return ast.fix_missing_locations(tree), checks.found


class Loader(SourceFileLoader):
    """Compiles the switched source, always anew."""

    def path_stats(self, path: str) -> dict[str, Any]:
        raise OSError  # so that no compiled module is taken or kept

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:  # type: ignore[override]
        tree, _found = switched(bytes(data).decode(), self.name)
        return compile(tree, path, "exec", dont_inherit=True)


class Finder(MetaPathFinder):
    """Finds our own modules, for `Loader`."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        parts = name.split(".")
        if parts[0] not in APPS or set(parts) & set(LEFT_ALONE):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = Loader(name, spec.loader.path)
        return spec


def install() -> None:
    """From now on our modules are imported with their checks as switches."""
    builtins.__check__ = SWITCH  # type: ignore[attr-defined]
    sys.meta_path.insert(0, Finder())


def modules() -> dict[str, Path]:
    """Our modules by name, those left alone left out."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if not set(parts) & set(LEFT_ALONE):
                found[".".join(parts).removesuffix(".__init__")] = path
    return found


def every_check() -> list[str]:
    """The names of all checks in the code; those of tables are `rows.every_row`."""
    return [name for module, path in modules().items() for name in switched(path.read_text(), module)[1]]
