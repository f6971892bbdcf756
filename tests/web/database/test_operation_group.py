"""A group of operations changes the database as its operations would one by one."""

import pytest
from django.db import connection, models
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState

from web.database.operation_group import OperationGroup

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = OperationGroup(
    [
        CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))]),
        CreateModel(
            "Book",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("shelf", models.ForeignKey("library.Shelf", models.PROTECT)),
            ],
        ),
    ]
)


def tables() -> list[str]:
    return [name for name in connection.introspection.table_names() if name.startswith("library_")]


def test_tables_are_created_with_their_keys_and_removed():
    before, after = ProjectState(), ProjectState()
    assert before.apps.get_models() == []
    TABLES.state_forwards("library", after)
    with connection.schema_editor() as editor:
        TABLES.database_forwards("library", editor, before, after)
    assert tables() == ["library_book", "library_shelf"]
    with connection.cursor() as cursor:
        keys = connection.introspection.get_relations(cursor, "library_book")
    assert [(column, key[1]) for column, key in keys.items()] == [("shelf_id", "library_shelf")]
    with connection.schema_editor() as editor:
        TABLES.database_backwards("library", editor, after, before)
    assert tables() == []


def test_models_made_before_are_made_anew_with_the_new_ones():
    state = ProjectState()
    assert state.apps.get_models() == []
    TABLES.state_forwards("library", state)
    assert [model.__name__ for model in state.apps.get_models()] == ["Shelf", "Book"]


def test_plan_names_the_operations():
    assert TABLES.describe() == "Create model Shelf; Create model Book"
