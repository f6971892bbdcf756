"""The tests that a phone takes along to log them without network."""

from datetime import timedelta
from typing import Any

from accounts.models import User
from prototypes.models import Trial
from prototypes.trials.log_values import groups, lines, plain, standing, version
from web.dates.clock import Day

MOST = 100
CONCLUDED_FOR = timedelta(days=14)  # so long a phone offers a concluded test for another note


def taken_along(user: User, today: Day) -> list[dict[str, Any]]:
    """The tests a person may log, with all that their form needs, in two statements.

    Tests concluded in the last 14 days come last, so that a phone knows of their result before it writes another note.
    """
    trials = Trial.objects.to_note(user, today, concluded_for=CONCLUDED_FOR)
    rows = trials.select_related("prototype__idea__cohort").prefetch_related("groups")
    return [along(trial) for trial in rows[:MOST]]


def along(trial: Trial) -> dict[str, Any]:
    """Return the data of one test that a phone stores."""
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
        "seen": version(trial),
        "noted": plain(standing(trial)) | {"groups": lines(groups(trial))},
    }
