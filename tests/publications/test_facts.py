"""Facts on a public page: those of its idea alone."""

from datetime import date

import pytest

from publications.facts import facts_of, measured_effects
from tests.factories.cast import TODAY, Cast
from tests.factories.prototypes import PrototypeFactory, TrialFactory, measured_idea
from tests.sql import force

pytestmark = pytest.mark.django_db


def test_facts_leave_out_other_ideas_drafts_and_tests_without_a_conclusion(cast: Cast):
    idea = measured_idea(cohort=cast.cohort)
    indicator = idea.indicators.get()
    prototype = PrototypeFactory(idea=idea, state="in_test")
    TrialFactory(prototype=prototype, state="concluded")
    facts = facts_of(idea, shows_tests=True, indicator=indicator.pk, today=TODAY)
    assert [len(facts[name]) for name in ("events", "live", "prototypes", "tests")] == [8, 1, 1, 1]
    other = measured_idea("3", cohort=cast.cohort)
    force(other.implementations.get(), live_on=date(2026, 5, 4))
    TrialFactory(prototype=PrototypeFactory(idea=other, state="in_test"), state="concluded")
    TrialFactory(prototype=prototype, state="locked")
    PrototypeFactory(idea=idea, state="draft")
    assert facts_of(idea, shows_tests=True, indicator=indicator.pk, today=TODAY) == facts
    assert [*measured_effects(idea)] == [indicator.pk]
