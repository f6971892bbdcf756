"""What people see while the replica follows, is behind, gone and promoted, and while PgBouncer and PostgreSQL end."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from tools.drill.__main__ import Drill as Findings
from tools.faults.platform import RunPlatform, connect, disconnect, wait_for
from tools.rehearsal.databases import Databases, Pooler, kill_cluster
from tools.rehearsal.visitor import Visitor, status_counts

WORD: Final = "Quokka"  # of the title of the idea that is searched
TIMES: Final = 20


@dataclass
class DatabaseChecks:
    """The pilot of a cohort and another person search an idea of the cohort while something happens to a server."""

    findings: Findings
    databases: Databases
    visitor: Visitor
    cast: dict[str, Any]
    read_metrics: Callable[[], str]

    def __post_init__(self) -> None:
        from cohorts.models import Membership
        from tests.factories.cohorts import CohortFactory, MembershipFactory
        from tests.factories.prototypes import IdeaFactory
        from tests.factories.publications import PublicationFactory

        self.replica = self.databases.replica
        cohort = Membership.objects.get(user=self.cast["pilot"]).cohort
        self.idea = IdeaFactory(cohort=cohort, title=f"{WORD} in the hall", shared_with_edition=True)
        self.publication = PublicationFactory(idea=self.idea, state="published")
        MembershipFactory(cohort=CohortFactory(edition=cohort.edition), user=self.cast["other"])
        self.guest = self.visitor.other()
        self.guest.sign_in(self.cast["other"].email)

    def run(self) -> None:
        self.check_following()
        self.check_behind()
        self.check_gone()
        self.check_promoted()
        if self.databases.pooler:
            self.check_sessions(self.databases.pooler)
            self.check_pooler_killed(self.databases.pooler)
            self.check_primary_killed(self.databases.pooler)

    # --- what is asked -----------------------------------------------------------------------------------------------

    def finds(self, word: str = WORD, visitor: Visitor | None = None) -> tuple[int, bool]:
        """Return the status of the search for a word, and whether it finds the idea."""
        answer = (visitor or self.visitor).get(f"/search/?q={word}")
        return answer.status_code, f"/ideas/{self.idea.pk}/" in answer.text

    def pages(self, path: str = "/cohorts/", times: int = TIMES) -> dict[int | str, int]:
        return status_counts(lambda: self.visitor.get(path), times)

    def search(self, what: str, times: int, *, by_replica: int | None = None) -> int:
        """Search so many times, without an error; return how many of them the replica answered."""
        before = self.replica.searches(WORD)
        self.findings.check(f"{what}: searches", self.pages(f"/search/?q={WORD}", times), {200: times})
        answered = self.replica.searches(WORD) - before
        if by_replica is not None:
            self.findings.check("of these the replica answered", answered, by_replica)
        return answered

    def wait_for_replica(self) -> float:
        """Search until the replica answers; return how many seconds that took."""
        before, begun = self.replica.searches(WORD), time.monotonic()
        wait_for(lambda: self.finds() and self.replica.searches(WORD) > before, "an answer of the replica", pause=0.2)
        return time.monotonic() - begun

    def change(self, **values: Any) -> None:
        """Change columns of the idea."""
        type(self.idea).objects.filter(pk=self.idea.pk).update(**values)

    def bytes_behind(self) -> float:
        """Return what the metrics say of the replica, in bytes; -1 where it does not follow."""
        [line] = re.findall(r"^labplatform_replica_behind_bytes (\S+)$", self.read_metrics(), re.MULTILINE)
        return float(line)

    # --- what happens ------------------------------------------------------------------------------------------------

    def check_following(self) -> None:
        self.wait_for_replica()
        self.search("nobody writes", TIMES, by_replica=TIMES)
        with Writing(self.databases.run_platform) as writing:
            answered = self.search("others write", 2 * TIMES)
        print(f"      the replica answered {answered}, at {writing.per_second:.0f} commits a second")
        missed = 0
        for number in range(TIMES):
            self.change(title=f"{WORD}{number}x in the hall")
            missed += self.finds(f"{WORD}{number}x") != (200, True)
        self.findings.check("changes that the next search missed", missed, 0)
        self.findings.check("another cohort finds the shared idea", self.finds(visitor=self.guest), (200, True))

    def check_behind(self) -> None:
        """Withdraw a publication, the sharing of an idea and its title while the replica still has them."""
        public_page = f"/public/en/ideas/{self.publication.slug}/"
        self.findings.check("the public page", self.visitor.get(public_page).status_code, 200)
        self.replica.execute("SELECT pg_wal_replay_pause()")
        withdrawal = self.visitor.post(f"/publications/{self.publication.pk}/withdraw/", {"reason": "A name."})
        self.findings.check("replay paused: withdrawing answers", withdrawal.status_code, 302)
        state = f"SELECT state FROM publications_publication WHERE id = {self.publication.pk}"
        self.findings.check("on the replica it is", self.replica.execute(state), "published")
        self.findings.check("the public page", self.visitor.get(public_page).status_code, 410)
        self.change(shared_with_edition=False)
        self.findings.check("no longer shared: the other cohort finds it", self.finds(visitor=self.guest), (200, False))
        self.change(title="Numbat in the hall")
        found = {word: self.finds(word) for word in (WORD, "Numbat")}
        self.findings.check("a renamed idea is found", found, {WORD: (200, False), "Numbat": (200, True)})
        self.search("replay paused", 2 * TIMES, by_replica=0)
        self.findings.check("the metrics say that it is behind", self.bytes_behind() > 0, True)
        self.replica.execute("SELECT pg_wal_replay_resume()")
        print(f"      the replica answered again after {self.wait_for_replica():.1f} s")

    def check_gone(self) -> None:
        kill_cluster(self.replica.cluster)
        self.search("replica killed", 2 * TIMES, by_replica=0)
        self.findings.check("the metrics say", self.bytes_behind(), -1)
        self.replica.cluster.start()
        print(f"      the replica answered again {self.wait_for_replica():.1f} s after it was back")

    def check_promoted(self) -> None:
        """Promote the replica by mistake: what is written there is another history."""
        self.replica.execute("SELECT pg_promote()")
        change = f"UPDATE prototypes_idea SET title = '{WORD} elsewhere' WHERE id = {self.idea.pk}"
        self.replica.execute(f"{change} RETURNING 1")
        self.search("replica promoted by mistake", 2 * TIMES)
        self.findings.check("what was written there is found", self.finds(), (200, False))

    def check_sessions(self, pooler: Pooler) -> None:
        """Ask the connections behind PgBouncer what was left on them; a session that leaves something must be found."""
        left = pooler.left_behind()
        self.findings.check("connections to PostgreSQL", len(set(left.pop("processes"))) > 1, True)
        self.findings.check("what sessions left on them", {what: rows for what, rows in left.items() if rows}, {})
        with psycopg.connect(pooler.url, autocommit=True) as careless:
            careless.execute("SET lock_timeout = '1h'")
        self.findings.check("control: a setting left on one", pooler.left_behind()["settings"], [("lock_timeout",)])

    def check_pooler_killed(self, pooler: Pooler) -> None:
        pooler.kill()
        self.findings.check("PgBouncer killed: pages", self.pages(times=2), {500: 2})
        pooler.start()
        self.findings.check("PgBouncer started: pages", self.pages(), {200: TIMES})

    def check_primary_killed(self, pooler: Pooler) -> None:
        """Kill PostgreSQL, and lead to the promoted replica in its place."""
        platform = self.databases.run_platform
        disconnect()
        kill_cluster(platform.cluster)
        pooler.lead_to(self.replica.cluster)
        begun = time.monotonic()
        wait_for(lambda: self.pages(times=1) == {200: 1}, "pages from the promoted replica")
        print(f"      PostgreSQL killed: pages {time.monotonic() - begun:.1f} s after PgBouncer led to the replica")
        self.findings.check("pages from the promoted replica", self.pages(), {200: TIMES})
        self.search("promoted replica", TIMES)
        self.findings.check("what was written there is found", self.finds(), (200, True))
        platform.cluster.start()
        pooler.lead_to(platform.cluster)
        connect(platform)


class Writing:
    """Commits small changes one after the other inside the block, in a thread."""

    def __init__(self, platform: RunPlatform) -> None:
        self.url, self.ended, self.count, self.per_second = platform.url, threading.Event(), 0, 0.0
        self.thread = threading.Thread(target=self._write)

    def _write(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self.ended.wait(0.004):
                connection.execute("UPDATE notifications_taskrun SET started_at = started_at")
                self.count += 1

    def __enter__(self) -> Writing:
        self.begun = time.monotonic()
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.ended.set()
        self.thread.join()
        self.per_second = self.count / (time.monotonic() - self.begun)
