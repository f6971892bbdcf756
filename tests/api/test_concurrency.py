"""Programs that change a row while someone else does."""

from typing import Any

import pytest

from prototypes import actions
from tests.concurrency import run_during_transaction
from tests.factories.api import problems, program_of
from tests.factories.cast import NOW, new_cast
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory


@pytest.mark.django_db(transaction=True)
def test_result_of_a_test_that_someone_concludes_at_the_same_moment_is_refused():
    cast = new_cast()
    prototype = PrototypeFactory(idea=IdeaFactory(cohort=cast.cohort, state="testing"), state="in_test")
    trial = TrialFactory(prototype=prototype, state="locked")
    run, conclusion = {"participants": 10, "successes": 9}, {"result": "met"}
    program, answers = program_of(cast["P"]), list[Any]()
    run_during_transaction(
        lambda: actions.log_trial(trial=trial, run=run, conclusion=conclusion, by=cast["M"], at=NOW),
        lambda: answers.append(program.post(f"tests/{trial.pk}/result/", **run, **conclusion)),
    )
    assert problems(answers[0]) == {"": "This test is concluded: there is nothing left to record."}
