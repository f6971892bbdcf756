"""Finds the checks in a module's source and puts a switch in the place of each."""

from __future__ import annotations

import ast
import copy
from typing import Any, Final

from tools.mutants.walls import DECIDING, GUARDS, NARROWING, SEARCHES, STEPS, STOPPING, Q

ALLOWED: Final = "__import__('web.decisions', fromlist=['ALLOW']).ALLOW"
SCOPES: Final = ("within_reach", "was_there", "said_at", "by_then")  # what says which rows a person reads
OUT: Final = {"enforce": "None", "deny": ALLOWED} | dict.fromkeys(SCOPES, Q)
KINDS: Final = {"enforce": "enforced", "deny": "denied"} | dict.fromkeys(SCOPES, "scope")
OTHER: Final = {"stops": "lets", "lets": "stops"}
LETS_PASS: Final = {"stops": (None, False, ""), "lets": (True,)}  # what is answered where nobody is stopped


def expression(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body


class Checks(ast.NodeTransformer):
    """Puts `taken out if switched off else as it is` in the place of every check; `found` are their names."""

    def __init__(self, module: str) -> None:
        self.module, self.found, self.path = module, [], [module]  # type: tuple[str, list[str], list[str]]
        places = module.split(".")
        self.decides = "models" not in places and any(word in place for place in places for word in DECIDING)
        self.answers = ""  # what the function around does with what it answers, where its steps are taken out
        self.told: set[ast.AST] = set()  # what is a check together with what is around it

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.path.append(node.name)
        name, around = ".".join(self.path), self.answers
        self.answers = STEPS.get(name, "")
        self.generic_visit(node)
        if answer := GUARDS.get(name):
            test = self._switch(node, "guard", node.name)
            first = 1 if ast.get_docstring(node) else 0
            node.body.insert(first, ast.If(test, [ast.Return(expression(answer))], []))
        self.answers = around
        self.path.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """A queryset decides wherever it stands: beside its model, too."""
        self.path.append(node.name)
        around = self.decides
        self.decides = around or node.name.endswith("QuerySet")
        self.generic_visit(node)
        self.decides = around
        self.path.pop()
        return node

    def visit_If(self, node: ast.If) -> ast.AST:
        """A step that stops somebody: it is not taken, or not for one of its reasons."""
        if self.answers and not node.orelse and self._stops(node.body):
            if len(node.body) == 1:
                self.told.add(node.body[0])
            plain = copy.deepcopy(node.test)
            test = self._looser(node.test, "stops")
            node.test = ast.BoolOp(ast.And(), [ast.UnaryOp(ast.Not(), self._switch(node, "step", _said(plain))), test])
        return self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        error = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        stops = bool(error) and (self.answers or ast.unparse(error).rpartition(".")[2] in STOPPING)
        if not stops or node in self.told:
            return self.generic_visit(node)
        switch = self._switch(node, "refused", _said(node))
        return ast.If(ast.UnaryOp(ast.Not(), switch), [self.generic_visit(node)], [])

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if self.answers and node.value:
            node.value = self._looser(node.value, self.answers)
        return self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        """Reasons by what is so: each is taken out."""
        whole: ast.expr = node
        for place, key in enumerate(node.keys if self.answers == "stops" else []):
            if key and "State" in ast.unparse(key):
                keys, values = ([*part[:place], *part[place + 1 :]] for part in (node.keys, node.values))
                whole = ast.IfExp(self._switch(key, "reason", _said(key)), ast.Dict(keys, values), whole)
        self.generic_visit(node)
        return whole

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Of two conditions that both must hold, only one is asked."""
        if not (self.decides and isinstance(node.op, ast.BitAnd)):
            return self.generic_visit(node)
        left, right = (self._switch(side, "half", _said(side)) for side in (node.left, node.right))
        self.generic_visit(node)
        return ast.IfExp(left, node.right, ast.IfExp(right, node.left, node))

    def visit_Call(self, node: ast.Call) -> ast.AST:
        plain = copy.deepcopy(node)
        self.generic_visit(node)
        if without := self._without(plain):
            return ast.IfExp(self._switch(node, *without[:1], _said(plain)), expression(without[1]), node)
        whole: ast.expr = node
        for word in node.keywords if _name(node.func) in SEARCHES else []:
            if word.arg in NARROWING:
                wider = ast.Call(node.func, node.args, [other for other in node.keywords if other is not word])
                said = f"{word.arg}={_said(plain.keywords[node.keywords.index(word)].value)}"
                whole = ast.IfExp(self._switch(word, "own", said), wider, whole)
        return whole

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        said = _said(node)
        self.generic_visit(node)
        kinds = {"is_lab_staff": "staff", "is_authenticated": "signed"}
        if node.attr in kinds and isinstance(node.ctx, ast.Load):
            return ast.BoolOp(ast.Or(), [self._switch(node, kinds[node.attr], said), node])
        return node

    def _without(self, call: ast.Call) -> tuple[str, str] | None:
        """The kind of check a call is, and what stands in its place when it is taken out."""
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
            passes = LETS_PASS[self.answers]
            return not (isinstance(last.value, ast.Constant) and last.value.value in passes)
        return isinstance(last, (ast.Raise, ast.Assign))

    def _looser(self, node: ast.expr, does: str) -> ast.expr:
        """The condition with each of its parts to be left out by itself, so that fewer are stopped, or more let in."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            node.operand = self._looser(node.operand, OTHER[does])
        elif isinstance(node, ast.Call) and _name(node.func) == "bool" and node.args:
            node.args[0] = self._looser(node.args[0], does)
        elif isinstance(node, ast.BoolOp):
            parts = [(part, _said(part)) for part in node.values]
            node.values = [self._looser(part, does) for part, _ in parts]
            if isinstance(node.op, ast.Or if does == "stops" else ast.And):
                out = ast.Constant(does == "lets")
                pairs = zip(node.values, parts, strict=True)
                node.values = [ast.IfExp(self._switch(old, "part", said), out, new) for new, (old, said) in pairs]
        return node

    def _switch(self, node: Any, kind: str, said: str) -> ast.expr:
        name = f"{self.module}:{node.lineno}:{node.col_offset} {kind} {' '.join(said.split())[:90]}"
        self.found.append(name if name not in self.found else f"{name} (again)")
        return ast.Call(ast.Name("__check__", ast.Load()), [ast.Constant(self.found[-1])], [])


def _said(node: ast.AST) -> str:
    return ast.unparse(node)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def switched(source: str, module: str) -> tuple[ast.Module, list[str]]:
    """The module with its checks as switches, and their names."""
    checks = Checks(module)
    tree = checks.visit(ast.parse(source))
    return ast.fix_missing_locations(tree), checks.found
