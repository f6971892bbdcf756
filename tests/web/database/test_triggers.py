"""The shared triggers on a test table: what each allows and refuses, by raw SQL."""

import pgtrigger
import pytest
from django.apps.registry import Apps
from django.db import IntegrityError, connection, models, transaction

from web.database.triggers import FixedColumns, Frozen, NoTruncate, Rule, StateMachine, refuse

pytestmark = pytest.mark.django_db
registry = Apps()


class Lamp(models.Model):
    state = models.CharField(max_length=8)
    colour = models.CharField(max_length=8, default="white")
    watts = models.IntegerField(default=1)
    retrospective = models.BooleanField(default=False)
    owner = models.IntegerField(null=True)

    class Meta:
        app_label = "test_triggers"
        db_table = "test_lamp"
        apps = registry

    def __str__(self) -> str:
        return self.state


def install(*triggers: pgtrigger.Trigger) -> None:
    with connection.cursor() as cursor:
        for trigger in triggers:
            cursor.execute(str(trigger.compile(Lamp).install_sql))


@pytest.fixture(autouse=True)
def table(db: None) -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Lamp)


def sql(statement: str) -> list[tuple[object, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def insert_sql(state: str, *, retrospective: bool = False, watts: int = 1) -> str:
    columns = "state, colour, watts, retrospective"
    return f"INSERT INTO test_lamp ({columns}) VALUES ('{state}', 'white', {watts}, {retrospective})"


def lamp(state: str = "off", *, retrospective: bool = False, watts: int = 1) -> None:
    sql(insert_sql(state, retrospective=retrospective, watts=watts))


def refused(statement: str) -> str:
    """Return the name of the rule that refused the statement."""
    with pytest.raises(IntegrityError) as error:
        sql(statement)
    return error.value.__cause__.diag.constraint_name


MACHINE = {"off": ["on"], "on": ["off", "broken"]}


def test_state_machine_allows_new_rows_in_initial_states_only():
    install(StateMachine(name="lamp_state", transitions=MACHINE, initial=["off"]))
    lamp("off")
    assert refused(insert_sql("on")) == "lamp_state"


@pytest.mark.parametrize(("path", "allowed"), [("on", True), ("broken", False), ("off", True), ("unheard", False)])
def test_state_machine_allows_only_declared_transitions(path: str, allowed: bool):
    install(StateMachine(name="lamp_state", transitions=MACHINE, initial=["off"]))
    lamp("off")
    move = f"UPDATE test_lamp SET state = '{path}'"
    if allowed:
        sql(move)
        assert sql("SELECT state FROM test_lamp") == [(path,)]
    else:
        assert refused(move) == "lamp_state"


def test_state_machine_ignores_other_columns():
    install(StateMachine(name="lamp_state", transitions=MACHINE, initial=["off"]))
    lamp("off")
    sql("UPDATE test_lamp SET colour = 'red'")
    assert sql("SELECT colour FROM test_lamp") == [("red",)]


def test_published_facts_may_be_created_in_any_state_if_the_model_allows_it():
    install(StateMachine(name="lamp_state", transitions=MACHINE, initial=["off"], retrospective=True))
    lamp("broken", retrospective=True)
    assert refused(insert_sql("on")) == "lamp_state"


def test_rule_refuses_when_its_condition_is_true_but_not_when_it_is_null():
    install(Rule(name="lamp_watts", broken="NEW.watts > 100"))
    lamp(watts=100)
    assert refused("UPDATE test_lamp SET watts = 101") == "lamp_watts"


def test_rule_may_run_sql_first_and_refuse_under_a_shared_name():
    rule = Rule(
        name="lamp_many",
        rule="lamp_limit",
        declare=[("many", "int")],
        before="SELECT COUNT(*) INTO many FROM test_lamp;",
        broken="many >= 2",
        operation=pgtrigger.Insert,
    )
    install(rule)
    lamp()
    lamp()
    assert refused(insert_sql("off")) == "lamp_limit"


@pytest.mark.parametrize("columns", [("watts",), ("owner",), ("watts", "owner")])
def test_fixed_columns_never_change_not_even_from_null(columns: tuple[str, ...]):
    install(FixedColumns(*columns, name="lamp_fixed"))
    lamp()
    sql("UPDATE test_lamp SET colour = 'red', watts = 1, owner = NULL")
    for column in columns:
        assert refused(f"UPDATE test_lamp SET {column} = 2") == "lamp_fixed"


def test_frozen_rows_allow_changes_of_their_mutable_columns_only():
    install(Frozen(name="lamp_frozen", frozen_if="OLD.state = 'on'", mutable_columns=["colour"]))
    lamp("off")
    sql("UPDATE test_lamp SET watts = 2, state = 'on'")
    sql("UPDATE test_lamp SET colour = 'red'")
    assert refused("UPDATE test_lamp SET watts = 3") == "lamp_frozen"
    assert refused("UPDATE test_lamp SET watts = 3, colour = 'blue'") == "lamp_frozen"
    assert refused("DELETE FROM test_lamp") == "lamp_frozen"
    assert sql("SELECT watts, colour FROM test_lamp") == [(2, "red")]


def test_rows_that_are_not_frozen_can_be_deleted():
    install(Frozen(name="lamp_frozen", frozen_if="OLD.state = 'on'"))
    lamp("off")
    sql("DELETE FROM test_lamp")
    assert sql("SELECT count(*) FROM test_lamp") == [(0,)]


def test_truncate_is_refused():
    install(NoTruncate(name="lamp_kept"))
    lamp()
    assert refused("TRUNCATE test_lamp") == "lamp_kept"
    assert sql("SELECT count(*) FROM test_lamp") == [(1,)]


def test_a_message_may_contain_an_apostrophe():
    assert "MESSAGE = 'l''idée'" in refuse("rule", "l'idée")
