"""Updating the demonstration's database: tables first, then data."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from labplatform.devstack import database


@pytest.mark.django_db
def test_main_migrates_before_it_loads_anything(settings: Any, tmp_path: Path):
    settings.NODE_MODULES = tmp_path
    with pytest.raises(CommandError, match="The official list is not installed"):
        database.main()
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
