"""What brings the demonstration's database up to date: its tables first, then what they hold."""

from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from labplatform.devstack import database


@pytest.mark.django_db
def test_the_tables_are_there_before_anything_is_loaded_and_nothing_is_loaded_where_demo_is_off(settings: Any):
    settings.DEMO = False
    with pytest.raises(CommandError, match="set DEMO=true"):
        database.main()
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
