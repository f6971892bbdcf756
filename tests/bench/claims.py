"""What a claim of 100 due letters costs in a ledger of a million: most of them went, ten thousand are due."""

import time
from collections.abc import Callable
from typing import Any

from tests.faults.stage import House

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
    ELSE %(at)s::timestamptz - n * INTERVAL '1 minute' END AS moment FROM generate_series(1, %(rows)s) n
    ORDER BY moment) numbered CROSS JOIN LATERAL (SELECT id, email FROM accounts_user LIMIT 1 OFFSET 0) p
"""


def measure(house: House, rows: int, rounds: int) -> Callable[[Any], list[Any]]:
    with house.stage():
        fill(rows)
        medians = [claims() for _ in range(rounds)]

    def figures(figure: Any) -> list[Any]:
        return [figure(f"claim of 100 due letters of {rows:,}", medians, 5.0, 1.0, least=False, unit="ms")]

    return figures


def fill(rows: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from tests.factories.accounts import UserFactory

    UserFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # rows as they are after years, not born today
        values = {"open": DUE + WAITING, "due": DUE, "rows": rows, "at": timezone.now()}
        cursor.execute(FILL, values)
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE notifications_delivery")


def claims() -> float:
    """The median of CLAIMS claims in milliseconds, each by a sender that has claimed before; they are given back."""
    import statistics

    from django.utils import timezone

    from notifications.sending import claim, give_back

    taken, spent = [], []
    for _ in range(CLAIMS):
        begun = time.perf_counter()
        found = claim(timezone.now(), 100)
        spent.append((time.perf_counter() - begun) * 1000)
        assert len(found.letters) == 100
        taken.append(found)
    for found in taken:
        give_back(found)
    return statistics.median(spent)
