"""Database triggers the apps share: state machines, append-only and frozen rows.

A refusal is raised as a check violation with the rule's name as its constraint, so that Django sees an IntegrityError
and `web.database.refusals` finds the sentence people read.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pgtrigger
from django.db import models

Transitions = Mapping[Any, Iterable[Any]]


def refuse(rule: str, detail: str = "") -> str:
    """The plpgsql statement that refuses a row under the name of a rule."""
    said = (detail or rule).replace("'", "''")
    return f"RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}', MESSAGE = '{said}';"


def _listed(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"'{before}>{after}'" for before, after in pairs)


def update_of(*columns: str) -> pgtrigger.core.UpdateOf:
    """Return the operation of an update that names one of these columns."""
    return pgtrigger.UpdateOf(*columns)  # type: ignore[no-untyped-call] # pgtrigger annotates it in part


class StateMachine(pgtrigger.Trigger):
    """A row is born in an initial state and moves along the declared transitions only.

    `retrospective` rows (published facts) may be born in any state; the model says with `retrospective=True` that it
    has that column. So may rows for which the SQL condition `any_initial_if` holds.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(
        self,
        *,
        name: str,
        transitions: Transitions,
        initial: Iterable[str],
        field: str = "state",
        retrospective: bool = False,
        any_initial_if: str = "",
        **kwargs: Any,
    ) -> None:
        self.field, self.retrospective, self.any_initial_if = field, retrospective, any_initial_if
        self.pairs = [(str(before), str(after)) for before, targets in transitions.items() for after in targets]
        self.initial = [str(state) for state in initial]
        super().__init__(name=name, **kwargs)

    def get_func(self, model: models.Model) -> str:
        born = ", ".join(f"'{state}'" for state in self.initial)
        exempt = "NOT NEW.retrospective AND " if self.retrospective else ""
        exempt += f"NOT ({self.any_initial_if}) AND " if self.any_initial_if else ""
        return f"""
            IF TG_OP = 'INSERT' THEN
                IF {exempt}NEW.{self.field} NOT IN ({born}) THEN {refuse(str(self.name))} END IF;
            ELSIF OLD.{self.field} IS DISTINCT FROM NEW.{self.field}
                  AND (OLD.{self.field} || '>' || NEW.{self.field}) NOT IN ({_listed(self.pairs)}) THEN
                {refuse(str(self.name))}
            END IF;
            RETURN NEW;
        """


class Rule(pgtrigger.Trigger):
    """Refuses an inserted or updated row when the SQL condition `broken` holds; `declare` and `before` prepare it.

    `rule` is the name it refuses under, where several triggers hold one rule."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, *, name: str, broken: str, before: str = "", rule: str = "", **kwargs: Any) -> None:
        self.broken, self.before, self.rule = broken, before, rule or name
        super().__init__(name=name, **kwargs)

    def get_func(self, model: models.Model) -> str:
        return f"{self.before} IF {self.broken} THEN {refuse(self.rule)} END IF; RETURN NEW;"


class Frozen(pgtrigger.Trigger):
    """Rows that can neither be changed nor deleted while the SQL condition `once` holds for them.

    `but` names columns that may still change (an erased person's key, for one).
    """

    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def __init__(
        self, *, name: str, once: str = "TRUE", but: Iterable[str] = (), rule: str = "", **kwargs: Any
    ) -> None:
        self.once, self.but, self.rule = once, tuple(but), rule or name
        super().__init__(name=name, **kwargs)

    def get_func(self, model: models.Model) -> str:
        free = "".join(f" - '{column}'" for column in self.but)
        return f"""
            IF {self.once} AND (TG_OP = 'DELETE' OR (to_jsonb(NEW){free}) IS DISTINCT FROM (to_jsonb(OLD){free})) THEN
                {refuse(self.rule)}
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """


class NoTruncate(pgtrigger.Trigger):
    """TRUNCATE goes past row triggers; this one stops it."""

    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Truncate

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)

    def get_func(self, model: models.Model) -> str:
        return f"{refuse(str(self.name))} RETURN NULL;"
