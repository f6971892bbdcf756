"""The cost of claiming 100 due e-mails in a ledger of a million: most were sent, ten thousand are due."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import timezone

from notifications.sending.delivery import claim, release_unsent
from tools.faults.platform import PlatformHost

DUE = 10_000
WAITING = 50_000
CLAIMS = 40

FILL = """
INSERT INTO notifications_delivery (user_id, address, language, day, sequence, alone, message_id, state, reason,
    due_at, expires_at, attempts, next_attempt_at, sent_at, last_error, subject)
SELECT p.id, p.email, 'fr', DATE '2020-01-01' + (n / 1000)::int, n %% 1000 + 1, false, '<' || n || '@lab.example>',
    CASE WHEN n <= %(open)s THEN 'queued' ELSE 'sent' END, '', moment, moment + INTERVAL '2 days',
    (n > %(open)s)::int, moment, CASE WHEN n > %(open)s THEN moment END, '', 'Rappel'
FROM (SELECT n, CASE WHEN n <= %(due)s THEN %(at)s::timestamptz - n * INTERVAL '1 second'
    WHEN n <= %(open)s THEN %(at)s::timestamptz + n * INTERVAL '1 minute'
    ELSE %(at)s::timestamptz - n * INTERVAL '1 minute' END AS moment FROM generate_series(%(first)s, %(rows)s) n
    ORDER BY moment) numbered CROSS JOIN LATERAL (SELECT id, email FROM accounts_user LIMIT 1 OFFSET 0) p
"""


def measure(host: PlatformHost, rows: int, rounds: int) -> Callable[[Any], list[Any]]:
    with host.start_platform():
        fill(rows)
        pairs = [(claims(), round_trips()) for _ in range(rounds)]

    def figures(figure: Any) -> list[Any]:
        return [
            figure("SELECT 1, what any journey costs just now", [trip for _claim, trip in pairs], unit="ms"),
            figure(f"claim of 100 due e-mails of {rows:,}", [spent for spent, _trip in pairs], 5.0, 1.0, False, "ms"),
        ]

    return figures


def fill(rows: int) -> None:
    from tests.factories.accounts import UserFactory

    UserFactory()
    add_emails(1, rows, due=DUE, waiting=WAITING)


def add_emails(first: int, rows: int, *, due: int = 0, waiting: int = 0) -> None:
    """Add the e-mails with the numbers from `first` to `rows`; the first ones are `due` or wait, others are sent."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # rows as they are after years, not born today
        values = {"open": due + waiting, "due": due, "first": first, "rows": rows, "at": timezone.now()}
        cursor.execute(FILL, values)
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE notifications_delivery")


def claims() -> float:
    """Return the median of CLAIMS claims in milliseconds; five at a time are held, as by five senders, and released."""
    spent: list[float] = []
    while len(spent) < CLAIMS:
        batches = []
        for _ in range(5):
            begun = time.perf_counter()
            batches.append(claim(timezone.now(), 100))
            spent.append((time.perf_counter() - begun) * 1000)
        assert all(len(batch.ids) == 100 for batch in batches)
        for batch in batches:
            release_unsent(batch)
    return statistics.median(spent)


def round_trips() -> float:
    """Return the median of CLAIMS empty statements in milliseconds: the current cost of a round trip."""
    spent: list[float] = []
    with connection.cursor() as cursor:
        for _ in range(CLAIMS):
            begun = time.perf_counter()
            cursor.execute("SELECT 1")
            spent.append((time.perf_counter() - begun) * 1000)
    return statistics.median(spent)
