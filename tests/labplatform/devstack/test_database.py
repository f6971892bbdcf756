"""Updating the demonstration's database: tables first, then data."""

from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from labplatform.devstack import database


@pytest.mark.django_db
def test_main_migrates_before_loading_and_loading_needs_demo(settings: Any):
    settings.DEMO = False
    with pytest.raises(CommandError, match="set DEMO=true"):
        database.main()
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
