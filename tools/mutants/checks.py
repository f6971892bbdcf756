"""Finds the checks in the source of a module, and adds a switch to each."""

from __future__ import annotations

import ast
import copy
from typing import Any, Final

from tools.mutants.guards import DECIDING, FILTERING, GUARDS, NARROWING, SEARCHES, STEPS, STOPPING, Q

ALLOWED: Final = "__import__('web.decisions', fromlist=['ALLOW']).ALLOW"
# Functions that return a filter for the rows a person may read.
SCOPES: Final = ("visible_rows", "existed_on_last_day", "content_visible_to", "uploaded_until")
OUT: Final = {"enforce": "None", "deny": ALLOWED} | dict.fromkeys(SCOPES, Q)
KINDS: Final = {"enforce": "enforced", "deny": "denied"} | dict.fromkeys(SCOPES, "scope")
OTHER: Final = {"stops": "lets", "lets": "stops"}
LETS_PASS: Final = {"stops": (None, False, ""), "lets": (True,)}  # what a function returns that stops nobody


def expression(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body


class Checks(ast.NodeTransformer):
    """Replaces every check by `removed if switched off else as it is`; `found` are their names."""

    def __init__(self, module: str) -> None:
        self.module, self.found, self.path = module, [], [module]  # type: tuple[str, list[str], list[str]]
        places = module.split(".")
        self.decides = "models" not in places and any(word in place for place in places for word in DECIDING)
        self.filters = False  # whether the function is in FILTERING: each condition of its searches is a check
        self.effect = ""  # of a function in STEPS: whether a true result "stops" someone or "lets" them in
        self.handled: set[ast.AST] = set()  # statements that belong to the check of the `if` around them

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.path.append(node.name)
        name, outer = ".".join(self.path), (self.effect, self.filters)
        self.effect, self.filters = STEPS.get(name, ""), name in FILTERING
        self.generic_visit(node)
        if answer := GUARDS.get(name):
            test = self._switch(node, "guard", node.name)
            first = 1 if ast.get_docstring(node) else 0
            node.body.insert(first, ast.If(test, [ast.Return(expression(answer))], []))
        self.effect, self.filters = outer
        self.path.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """A queryset decides in any module, not only in that of its model."""
        self.path.append(node.name)
        outer = self.decides
        self.decides = outer or node.name.endswith("QuerySet")
        self.generic_visit(node)
        self.decides = outer
        self.path.pop()
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        """A step that stops someone: the whole step is skipped, or one of its reasons."""
        if self.effect and not node.orelse and self._stops(node.body):
            if len(node.body) == 1:
                self.handled.add(node.body[0])
            plain = copy.deepcopy(node.test)
            test = self._looser(node.test, "stops")
            node.test = ast.BoolOp(
                ast.And(), [ast.UnaryOp(ast.Not(), self._switch(node, "step", _source_text(plain))), test]
            )
        return self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        stops = bool(error) and (self.effect or ast.unparse(error).rpartition(".")[2] in STOPPING)
        if not stops or node in self.handled:
            return self.generic_visit(node)
        switch = self._switch(node, "refused", _source_text(node))
        return ast.If(ast.UnaryOp(ast.Not(), switch), [self.generic_visit(node)], [])

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if self.effect and node.value:
            node.value = self._looser(node.value, self.effect)
        return self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        """Reasons by state: each is removed."""
        combined: ast.expr = node
        for place, key in enumerate(node.keys if self.effect == "stops" else []):
            if key and "State" in ast.unparse(key):
                keys, values = ([*part[:place], *part[place + 1 :]] for part in (node.keys, node.values))
                combined = ast.IfExp(self._switch(key, "reason", _source_text(key)), ast.Dict(keys, values), combined)
        self.generic_visit(node)
        return combined

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Of two conditions that both must hold, only one is checked."""
        if not (self.decides and isinstance(node.op, ast.BitAnd)):
            return self.generic_visit(node)
        left, right = (self._switch(side, "half", _source_text(side)) for side in (node.left, node.right))
        self.generic_visit(node)
        return ast.IfExp(left, node.right, ast.IfExp(right, node.left, node))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        plain = copy.deepcopy(node)
        self.generic_visit(node)
        if without := self._without(plain):
            return ast.IfExp(self._switch(node, *without[:1], _source_text(plain)), expression(without[1]), node)
        is_search = _name(node.func) in SEARCHES or (self.filters and _name(node.func) == "exclude")
        return self._wider(node, plain) if is_search else node

    def _wider(self, node: ast.Call, plain: ast.Call) -> ast.expr:
        """Return the search with each of its conditions removable; outside FILTERING, only those in NARROWING."""
        combined: ast.expr = node
        for place, word in enumerate(node.keywords):
            if word.arg in NARROWING or self.filters:
                wider = ast.Call(node.func, node.args, [other for other in node.keywords if other is not word])
                source_text = f"{word.arg}={_source_text(plain.keywords[place].value)}"
                kind = "own" if word.arg in NARROWING else "condition"
                combined = ast.IfExp(self._switch(word, kind, source_text), wider, combined)
        for place, condition in enumerate(node.args if self.filters else []):
            wider = ast.Call(node.func, [other for other in node.args if other is not condition], node.keywords)
            switch = self._switch(condition, "condition", _source_text(plain.args[place]))
            combined = ast.IfExp(switch, wider, combined)
        return combined

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        source_text = _source_text(node)
        self.generic_visit(node)
        kinds = {"is_lab_staff": "staff", "is_authenticated": "signed"}
        if node.attr in kinds and isinstance(node.ctx, ast.Load):
            return ast.BoolOp(ast.Or(), [self._switch(node, kinds[node.attr], source_text), node])
        return node

    def _without(self, call: ast.Call) -> tuple[str, str] | None:
        """Return the kind of check of a call, and what replaces it when removed."""
        name = _name(call.func)
        if isinstance(call.func, ast.Name):
            return (KINDS[name], OUT[name]) if name in OUT else None
        if isinstance(call.func, ast.Attribute) and name == "visible_to":
            return "scope", f"{ast.unparse(call.func.value)}.all()"
        if isinstance(call.func, ast.Attribute) and name == "active" and self.decides:
            return "term", f"{ast.unparse(call.func.value)}.all()"
        return None

    def _stops(self, body: list[ast.stmt]) -> bool:
        last = body[-1]
        if isinstance(last, ast.Return):
            if last.value is None:
                return len(body) > 1
            passes = LETS_PASS[self.effect]
            return not (isinstance(last.value, ast.Constant) and last.value.value in passes)
        return isinstance(last, (ast.Raise, ast.Assign))

    def _looser(self, node: ast.expr, effect: str) -> ast.expr:
        """Return the condition with each part removable, so that fewer are stopped, or more let in."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node.operand = self._looser(node.operand, OTHER[effect])
        elif isinstance(node, ast.Call) and _name(node.func) == "bool" and node.args:
            node.args[0] = self._looser(node.args[0], effect)
        elif isinstance(node, ast.BoolOp):
            parts = [(part, _source_text(part)) for part in node.values]
            node.values = [self._looser(part, effect) for part, _ in parts]
            if isinstance(node.op, ast.Or if effect == "stops" else ast.And):
                out = ast.Constant(effect == "lets")
                pairs = zip(node.values, parts, strict=True)
                node.values = [
                    ast.IfExp(self._switch(old, "part", source_text), out, new) for new, (old, source_text) in pairs
                ]
        return node

    def _switch(self, node: Any, kind: str, source_text: str) -> ast.expr:
        name = f"{self.module}:{node.lineno}:{node.col_offset} {kind} {' '.join(source_text.split())[:90]}"
        self.found.append(name if name not in self.found else f"{name} (again)")
        return ast.Call(ast.Name("__check__", ast.Load()), [ast.Constant(self.found[-1])], [])


def _source_text(node: ast.AST) -> str:
    return ast.unparse(node)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def switched(source: str, module: str) -> tuple[ast.Module, list[str]]:
    """Return the module with its checks as switches, and their names."""
    checks = Checks(module)
    tree = checks.visit(ast.parse(source))
    return ast.fix_missing_locations(tree), checks.found
