"""Ideas with a known number of months from acceptance to outcome: the worked example, as stored rows."""

from datetime import date

from dateutil.relativedelta import relativedelta

from cohorts.models import Cohort
from prototypes.models import Idea
from tests.factories.cohorts import CohortFactory
from tests.factories.prototypes import PATH, IdeaFactory

AS_OF = date(2026, 11, 24)
FIRST_DAY = date(2024, 1, 1)
IMPLEMENTED, ABANDONED, OPEN = 1, 2, 0
TWENTY_FOUR_IDEAS = [
    (3, 1),
    (4, 2),
    (5, 1),
    (6, 1),
    (6, 2),
    (7, 0),
    (8, 1),
    (9, 2),
    (9, 1),
    (10, 0),
    (11, 1),
    (12, 2),
    (12, 1),
    (13, 0),
    (14, 2),
    (15, 1),
    (16, 0),
    (18, 2),
    (18, 1),
    (20, 0),
    (21, 1),
    (22, 0),
    (24, 0),
    (24, 0),
]


def early_cohort(**fields: object) -> Cohort:
    """Return a cohort running since January 2024."""
    start = {"planned_start": FIRST_DAY, "planned_end": date(2027, 12, 31), "actual_start": FIRST_DAY}
    return CohortFactory(**start | fields)


def idea_after(
    months: int, outcome: int, *, cohort: Cohort, as_of: date = AS_OF, age: int = 24, **fields: object
) -> Idea:
    """Return an idea still open after this many months on `as_of`, or implemented or abandoned after `months`."""
    accepted = as_of - relativedelta(months=months if outcome == OPEN else age)
    then = accepted + relativedelta(months=months)
    early = dict.fromkeys(["captured", "accepted"], accepted)
    if outcome == OPEN:
        return IdeaFactory(cohort=cohort, state="accepted", days=early, **fields)
    if outcome == ABANDONED:
        return IdeaFactory(cohort=cohort, state="abandoned", days=early | {"abandoned": then}, **fields)
    return IdeaFactory(cohort=cohort, state="implemented", days=dict.fromkeys(PATH, then) | early, **fields)


def worked_example(cohort: Cohort, *, ideas: int = len(TWENTY_FOUR_IDEAS), as_of: date = AS_OF) -> list[Idea]:
    """Create the first `ideas` of the worked example in the definition of rates."""
    return [idea_after(months, outcome, cohort=cohort, as_of=as_of) for months, outcome in TWENTY_FOUR_IDEAS[:ideas]]
