"""The register of triggers still refuses what would overwrite another trigger."""

import pgtrigger
import pytest
from pgtrigger.registry import _registry

from cohorts.models import Cohort


def test_names_are_those_of_all_triggers():
    every = [(model, each) for model, each in (_registry[uri] for uri in _registry)]
    assert len(every) > 500
    assert _registry.pg_function_names == {each.get_pgid(model) for model, each in every}
    assert _registry.by_db_table == {(model._meta.db_table, each.name): each for model, each in every}


def test_second_trigger_of_a_name_is_refused():
    taken = next(each.name for model, each in _registry.values() if model is Cohort)
    trigger = pgtrigger.Trigger(name=taken, operation=pgtrigger.Update, when=pgtrigger.Before, func="RETURN NEW;")
    with pytest.raises(KeyError, match=f'"{taken}" already used for model "cohorts.Cohort"'):
        trigger.register(Cohort)
