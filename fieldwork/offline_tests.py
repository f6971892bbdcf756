"""The tests that a phone stores, to log them without a network connection."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from prototypes.models import Trial
from prototypes.trials.log_values import group_lines, groups, json_values, log_version, recorded_values
from web.dates.clock import Day

MAX_TESTS = 100
OFFERED_AFTER_CONCLUSION = timedelta(days=14)  # a concluded test can get another note this long


def offline_tests(user: User, today: Day) -> list[dict[str, Any]]:
    """Return the tests that a person may log, each with all data that its form needs offline (two statements).

    These are locked or held tests of cohorts in which they work on `today`, then those concluded in the last 14 days,
    which can get another note. At most 100.
    """
    trials = Trial.objects.to_note(user, today, concluded_for=OFFERED_AFTER_CONCLUSION)
    rows = trials.select_related("prototype__idea__cohort").prefetch_related("groups")
    return [offline_test(trial) for trial in rows[:MAX_TESTS]]


def offline_test(trial: Trial) -> dict[str, Any]:
    """Return the data of one test that a phone stores, as a dict ready for JSON.

    It holds the names of prototype, idea and cohort, the hypothesis, the criterion, the state, what is recorded so far
    (`noted`) and the `version_token` by which a later note shows which version its writer saw.
    """
    prototype = trial.prototype
    return {
        "id": trial.pk,
        "href": trial.get_absolute_url(),
        "prototype": prototype.title,
        "version": prototype.version,
        "idea": prototype.idea.title,
        "cohort": prototype.idea.cohort.name,
        "hypothesis": trial.hypothesis,
        "locked_on": str(trial.locked_on or ""),
        "comparator": trial.comparator,
        "threshold": str(trial.threshold),
        "unit": trial.unit,
        "counts_people": trial.counts_people,
        "state": trial.state,
        "version_token": log_version(trial),
        "noted": json_values(recorded_values(trial)) | {"groups": group_lines(groups(trial))},
    }
