"""Database triggers that the apps share: state machines, append-only and frozen rows.

A refusal is raised as a check violation with the rule's name as its constraint, so that Django sees an IntegrityError
and `web.database.refusals` finds the sentence people read.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pgtrigger
from django.db import models

Transitions = Mapping[Any, Iterable[Any]]


def refuse(rule: str, detail: str = "") -> str:
    """Return the plpgsql statement that refuses a row under the name of a rule, for which people read a sentence.

    `detail` is the technical message of the error, by default the rule.
    """
    message = (detail or rule).replace("'", "''")
    return f"RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}', MESSAGE = '{message}';"


def _transition_list(pairs: Iterable[tuple[str, str]]) -> str:
    """Return pairs of states as a list of SQL texts: 'draft>open', 'open>closed'."""
    return ", ".join(f"'{before}>{after}'" for before, after in pairs)


def update_of(*columns: str) -> pgtrigger.core.UpdateOf:
    """Return the operation for a trigger that runs for an UPDATE only if the statement sets one of these columns."""
    return pgtrigger.UpdateOf(*columns)  # type: ignore[no-untyped-call] # pgtrigger annotates it in part


class StateMachine(pgtrigger.Trigger):
    """Refuse rows that are created in a state not in `initial`, or that change their state other than by one of
    `transitions`.

    `retrospective=True` says that the model has a column of this name: such rows (published facts) may be created in
    any state. So may rows for which the SQL condition `any_initial_if` holds.
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
        """Create the trigger `name`, which refuses other states at creation than `initial`, and other changes than
        `transitions`.

        `field` is the column of the state; `transitions` gives, for each state, those that may follow it. With
        `retrospective`, published facts may be created in any state, as may rows for which the SQL `any_initial_if`
        holds.
        """
        self.field, self.retrospective, self.any_initial_if = field, retrospective, any_initial_if
        self.pairs = [(str(before), str(after)) for before, targets in transitions.items() for after in targets]
        self.initial = [str(state) for state in initial]
        super().__init__(name=name, **kwargs)

    def get_func(self, model: models.Model) -> str:
        """Return the plpgsql body of the trigger, which refuses a wrong first state or a wrong change of state.

        `model` is not used.
        """
        initial = ", ".join(f"'{state}'" for state in self.initial)
        exempt = "NOT NEW.retrospective AND " if self.retrospective else ""
        exempt += f"NOT ({self.any_initial_if}) AND " if self.any_initial_if else ""
        return f"""
            IF TG_OP = 'INSERT' THEN
                IF {exempt}NEW.{self.field} NOT IN ({initial}) THEN {refuse(str(self.name))} END IF;
            ELSIF OLD.{self.field} IS DISTINCT FROM NEW.{self.field}
                  AND (OLD.{self.field} || '>' || NEW.{self.field}) NOT IN ({_transition_list(self.pairs)}) THEN
                {refuse(str(self.name))}
            END IF;
            RETURN NEW;
        """


class Rule(pgtrigger.Trigger):
    """Refuse an inserted or updated row when the SQL condition `broken` holds; the plpgsql in `before` runs first.

    `rule` is the name under which it is refused, where several triggers enforce the same rule; by default `name`.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, *, name: str, broken: str, before: str = "", rule: str = "", **kwargs: Any) -> None:
        self.broken, self.before, self.rule = broken, before, rule or name
        super().__init__(name=name, **kwargs)

    def get_func(self, model: models.Model) -> str:
        """Return the plpgsql body of the trigger, which refuses a row of the `model` when its SQL condition holds."""
        return f"{self.before} IF {self.refused_if(model)} THEN {refuse(self.rule)} END IF; RETURN NEW;"

    def refused_if(self, model: models.Model) -> str:
        """Return the SQL condition under which a row of the `model` is refused."""
        return self.broken


def columns_differ(*columns: str) -> str:
    """Return the SQL condition, for a trigger, that one of these columns differs between the row after (NEW) and before
    (OLD); two NULLs are equal.
    """
    if len(columns) == 1:
        return f"NEW.{columns[0]} IS DISTINCT FROM OLD.{columns[0]}"
    new, old = (", ".join(f"{row}.{column}" for column in columns) for row in ("NEW", "OLD"))
    return f"ROW({new}) IS DISTINCT FROM ROW({old})"


class FixedColumns(Rule):
    """Refuse an update that changes one of the `columns`, named as in the database."""

    def __init__(self, *columns: str, name: str, rule: str = "") -> None:
        self.columns = columns
        super().__init__(name=name, broken=f"TG_OP = 'UPDATE' AND {columns_differ(*columns)}", rule=rule)

    def refused_if(self, model: models.Model) -> str:
        """Return the SQL condition of the rule; a single column that is never NULL is compared with `<>`."""
        never_null = {field.column for field in model._meta.concrete_fields if not field.null}
        if len(self.columns) == 1 and never_null.issuperset(self.columns):
            return "TG_OP = 'UPDATE' AND NEW.{0} <> OLD.{0}".format(*self.columns)
        return super().refused_if(model)


class Frozen(pgtrigger.Trigger):
    """Refuse to change or delete rows for which the SQL condition `frozen_if` holds, by default all rows.

    The `mutable_columns` may still change, for example the key of an erased person. `rule` is the name under which a
    row is refused, by default `name`.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete

    def __init__(
        self, *, name: str, frozen_if: str = "TRUE", mutable_columns: Iterable[str] = (), rule: str = "", **kwargs: Any
    ) -> None:
        self.frozen_if, self.mutable_columns, self.rule = frozen_if, tuple(mutable_columns), rule or name
        super().__init__(name=name, **kwargs)

    def get_func(self, model: models.Model) -> str:
        """Return the plpgsql body of the trigger, which refuses to delete a frozen row or to change its frozen columns.

        `model` is not used.
        """
        free = "".join(f" - '{column}'" for column in self.mutable_columns)
        is_changed = f"(to_jsonb(NEW){free}) IS DISTINCT FROM (to_jsonb(OLD){free})"
        return f"""
            IF {self.frozen_if} AND (TG_OP = 'DELETE' OR {is_changed}) THEN
                {refuse(self.rule)}
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """


class NoTruncate(pgtrigger.Trigger):
    """Refuse TRUNCATE, which row triggers do not see."""

    level = pgtrigger.Statement
    when = pgtrigger.Before
    operation = pgtrigger.Truncate

    def __init__(self, *, name: str) -> None:
        super().__init__(name=name)

    def get_func(self, model: models.Model) -> str:
        """Return the plpgsql body of the trigger, which refuses every TRUNCATE; `model` is not used."""
        return f"{refuse(str(self.name))} RETURN NULL;"
