"""What old code would not survive is named in each kind of operation; what only adds is not."""

from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.state import ModelState, ProjectState

from tools.lint_migrations import database_operations, reason_against
from web.database.operation_group import OperationGroup

FIELDS = {"name": models.TextField(null=True), "kind": models.TextField(db_default=""), "size": models.TextField()}
STATE = ProjectState()
STATE.add_model(ModelState("files", "Attachment", FIELDS))
ATTACHMENT = {"model_name": "attachment"}


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (migrations.RemoveField(**ATTACHMENT, name="size"), "old code still reads it"),
        (migrations.RenameField(**ATTACHMENT, old_name="size", new_name="bytes"), "old code still reads it"),
        (migrations.DeleteModel("Attachment"), "old code still reads it"),
        (
            migrations.AddField(**ATTACHMENT, name="new", field=models.TextField(default="")),
            "old code adds rows without it: give it a db_default or null=True",
        ),
        (migrations.AddField(**ATTACHMENT, name="new", field=models.TextField(db_default="")), None),
        (migrations.AddField(**ATTACHMENT, name="new", field=models.TextField(null=True)), None),
        (migrations.AddField("attachmentevent", name="new", field=models.TextField(default="")), None),
        (migrations.AlterField(**ATTACHMENT, name="name", field=models.TextField()), "old code still writes NULL"),
        (migrations.AlterField(**ATTACHMENT, name="kind", field=models.TextField()), "old code adds rows without it"),
        (migrations.AlterField(**ATTACHMENT, name="size", field=models.TextField(blank=True)), None),
        (migrations.RunSQL("ALTER TABLE a DROP COLUMN b"), "old code still uses it"),
        (migrations.RunSQL("UPDATE a SET b = 1"), None),
        (migrations.CreateModel("New", [("id", models.BigAutoField(primary_key=True))]), None),
    ],
)
def test_operations_that_old_code_does_not_survive_are_named(operation: Any, reason: str | None):
    grouped = [OperationGroup([migrations.SeparateDatabaseAndState(database_operations=[operation])])]
    found = [reason_against(each, "files", STATE) for each in database_operations(grouped)]
    assert (found, list(database_operations([migrations.SeparateDatabaseAndState([], [operation])]))) == ([reason], [])
