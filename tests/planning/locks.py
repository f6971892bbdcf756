"""Which statements of an action lock rows."""

from django.test.utils import CaptureQueriesContext


def locks_sessions_first(run: CaptureQueriesContext) -> bool:
    """Return whether the first statement that reads sessions locks them, so that none moves afterwards."""
    reads = [each["sql"] for each in run.captured_queries if 'FROM "cohorts_session"' in each["sql"]]
    return "FOR NO KEY UPDATE" in reads[0]
