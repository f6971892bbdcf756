"""What changed adds up: for any history, the lines are the difference of the two figures."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pgtrigger
import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import User
from cohorts.models import Cohort
from figures.changes.causes import Counts
from figures.changes.lines import change_log
from figures.changes.queries import Changes, Side, compare, read_changes
from figures.changes.report import cells
from figures.outcomes.queries import implementation_rates
from figures.scope.visibility import visible_cohorts
from figures.sharing.models import FiguresConsent
from programmes.models import Edition
from prototypes import actions
from prototypes.models import Challenge, Idea
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.figures import FiguresConsentFactory
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory, EditionFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, add_event
from tests.sql import execute
from web.errors import DomainError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

HISTORIES = ("prototypes_implementationevent", "prototypes_ideahistory", "prototypes_challengeevent")
HISTORIES += ("figures_figuresconsentevent",)
FIRST = date(2026, 1, 12)
STEPS = 45
NEXT = {
    "captured": ["accepted", "accepted", "accepted", "abandoned"],
    "accepted": ["prototyping", "abandoned", "implemented", "split", "merged", "parked"],
    "prototyping": ["testing", "abandoned", "implemented", "split"],
    "testing": ["decided", "abandoned", "merged", "implemented"],
    "decided": ["implemented", "abandoned"],
    "parked": ["abandoned", "merged"],
    "abandoned": ["accepted", "accepted"],
}
TO_IMPLEMENTED = ["prototyping", "testing", "decided", "handed_over", "implementing"]


class History:
    """An edition whose cohorts do anything on one day after the other, three days apart."""

    def __init__(self, chance: random.Random) -> None:
        self.chance, self.edition = chance, EditionFactory()
        self.cohorts = [
            CohortFactory(edition=self.edition, actual_start=FIRST, planned_start=FIRST, authority=AuthorityFactory())
            for _ in range(3)
        ]
        self.challenges = {cohort.pk: ChallengeFactory(cohort=cohort) for cohort in self.cohorts}
        self.by, self.day = UserFactory(is_lab_staff=True), FIRST

    @property
    def at(self) -> datetime:
        return datetime.combine(self.day, time(12), tzinfo=UTC)

    def run(self) -> None:
        for _ in range(STEPS):
            self.day += timedelta(days=3)
            try:
                with transaction.atomic():
                    self.chance.choice([self.capture, *[self.go_on] * 3, self.correct, self.share, self.regroup])()
            except (DomainError, IntegrityError, IndexError):
                continue
            self.stamp_histories()

    def stamp_histories(self) -> None:
        """Set the time of history rows of this step, which the database stamps with its own clock."""
        with pgtrigger.ignore():
            for table in HISTORIES:
                execute(f"UPDATE {table} SET pgh_created_at = %s WHERE pgh_created_at = now()", self.at)

    def capture(self) -> None:
        cohort = self.chance.choice(self.cohorts)
        challenge = self.chance.choice([None, self.challenges[cohort.pk]])
        idea = IdeaFactory(cohort=cohort, challenge=challenge, state="")
        self.record(idea, "captured")
        if self.chance.random() < 0.8:
            self.record(idea, "accepted")

    def go_on(self) -> None:
        ideas = [idea for idea in self.ideas() if idea.state in NEXT]
        if ideas:
            idea = self.chance.choice(ideas)
            self.record(idea, self.chance.choice(NEXT[idea.state]))

    def ideas(self) -> list[Idea]:
        return list(Idea.objects.filter(cohort__in=self.cohorts).order_by("pk"))

    def record(self, idea: Idea, state: str) -> None:
        on = max(idea.state_since or FIRST, self.day - timedelta(days=self.chance.choice([0, 0, 2, 20])))
        if state == "split":
            actions.split_idea(idea=idea, titles=["One", "Two"], by=self.by, at=self.at, on=on)
        elif state == "merged":
            into = self.chance.choice([other for other in self.ideas() if other.pk != idea.pk])
            actions.merge_idea(idea=idea, into=into, by=self.by, at=self.at, on=on)
        elif state == "implemented":
            for step in TO_IMPLEMENTED[TO_IMPLEMENTED.index(idea.state) + 1 if idea.state in TO_IMPLEMENTED else 0 :]:
                add_event(idea, step, on, recorded_on=self.day, recorded_at=self.at)
            actions.mark_implemented(idea=idea, scope="full", evidence="Page", by=self.by, at=self.at, on=on)
        else:
            add_event(idea, state, on, recorded_on=self.day, recorded_at=self.at)
        idea.refresh_from_db()

    def correct(self) -> None:
        events = [event for idea in self.ideas() for event in idea.events.filter(corrections=None).order_by("pk")]
        if events:
            event = self.chance.choice(events)
            before = {"implemented": "implementing", "merged": "accepted", "abandoned": "accepted"}
            state = self.chance.choice([event.state, before.get(event.state, event.state)])
            on = event.effective_on + timedelta(days=self.chance.choice([-3, 0, 3, 9]))
            actions.correct_event(event=event, state=state, reason="Wrong", on=on, by=self.by, at=self.at)

    def regroup(self) -> None:
        """Change the kind of a challenge, or the challenge of an idea."""
        challenge = self.chance.choice(list(self.challenges.values()))
        if self.chance.random() < 0.5:
            Challenge.objects.filter(pk=challenge.pk).update(kind=self.chance.choice(["test_case", "priority"]))
        else:
            idea = self.chance.choice([idea for idea in self.ideas() if idea.cohort_id == challenge.cohort_id])
            Idea.objects.filter(pk=idea.pk).update(challenge=self.chance.choice([None, challenge]))

    def share(self) -> None:
        cohort = self.chance.choice(self.cohorts[1:])
        consent = FiguresConsent.objects.open().filter(cohort=cohort).first()
        if consent:
            consent.withdrawn_on, consent.withdrawn_by = self.day, self.by
            consent.save()
        else:
            FiguresConsentFactory(cohort=cohort, granted_on=self.day)


def counts_of(side: Side) -> Counts:
    """Return the counts of a side as the rates page gives them."""
    figures = implementation_rates(scope=side.scope, as_of=side.as_of, known_at=side.known_at)
    return Counts(figures.accepted, figures.implemented, figures.abandoned)


def sum_of(effects: Iterator[Counts]) -> Counts:
    total = Counts()
    for effect in effects:
        total = total.plus(effect)
    return total


def moments(chance: random.Random) -> tuple[datetime, datetime | None]:
    """Return the two moments of a comparison; None is now."""
    first, last = sorted(chance.sample(range(STEPS * 3 + 4), 2))
    since = datetime.combine(FIRST + timedelta(days=first), time(23), tzinfo=UTC)
    return since, chance.choice([None, since + timedelta(days=last - first)])


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(seed=0)
@given(seed=st.integers(1, 1_000_000))
def test_lines_add_up_to_the_difference_of_the_figures(seed: int):
    lines = check_history(seed)
    assert seed or lines > 0, "the first history has lines"


def check_history(seed: int) -> int:
    """Compare moments of a generated history as two people read them, and return the number of lines."""
    chance = random.Random(seed)
    history = History(chance)
    history.run()
    admin = UserFactory()
    AuthorityAdminFactory(authority=history.cohorts[0].authority, user=admin)
    return sum(check(history, user, chance) for user in (admin, history.by) for _ in range(4))


def check(history: History, user: User, chance: random.Random) -> int:
    """Compare two moments as this person reads them, and return the number of lines."""
    visible = visible_cohorts(user)
    scope = visible.scope(**chance.choice([{}, {"edition": history.edition}, {"edition": history.edition}]))
    if chance.random() < 0.3:
        scope = filtered(scope, chance)
    since, until = moments(chance)
    day = chance.choice([history.day, FIRST + timedelta(days=40)])
    later = Side(scope, min(day, until.date()) if until else day, until)
    comparison = compare(visible, scope, since=Side(scope, min(later.as_of, since.date()), since), until=later)
    log = change_log(visible, comparison, user, at=history.at, limit=10_000)
    assert (log.changes.earlier, log.changes.later) == (counts_of(comparison.earlier), counts_of(comparison.later))
    added = sum_of(row.effect for row in (*log.cohorts, *log.ideas))
    assert added == counts_of(comparison.later).minus(counts_of(comparison.earlier))
    *rows, difference = list(cells(log))
    assert tuple(map(sum, zip((0, 0, 0), *(row[-3:] for row in rows), strict=True))) == difference[-3:]
    assert all(any(row.effect) or row.cause == "dates" for row in log.ideas)
    assert pages_of(comparison, len(log.ideas)) == [change.idea.pk for change in log.ideas]
    return len(log.ideas) + len(log.cohorts)


def filtered(scope: Any, chance: random.Random) -> Any:
    """Return the scope with a kind of challenge or a period of acceptance."""
    more = {"kind": "test_case"} if chance.random() < 0.5 else {"accepted_from": FIRST + timedelta(days=30)}
    return replace(scope, **more)


def pages_of(comparison: Any, count: int) -> list[int]:
    """Return the ids of the changed ideas, read two at a time."""
    pages: list[Changes] = [read_changes(comparison, skip=skip, limit=2) for skip in range(0, count, 2)]
    assert {page.idea_count for page in pages} <= {count}
    return [change.idea for page in pages for change in page.ideas]


def test_cohorts_that_do_not_share_now_neither_began_nor_stopped():
    """The days on which each cohort shared; the figures of March are compared with those of June."""
    edition: Edition = EditionFactory()
    own = CohortFactory(edition=edition)
    FiguresConsentFactory(cohort=own, granted_on=date(2026, 5, 1))
    periods = {
        "always": [(1, None)],
        "began": [(5, None)],
        "stopped": [(1, 5), (7, None)],
        "began and not now": [(5, 7)],
        "stopped and not now": [(1, 5)],
    }
    ids = {name: CohortFactory(edition=edition).pk for name in periods}
    for name, months in periods.items():
        for begins, ends in months:
            withdrawal = {"withdrawn_on": date(2026, ends, 1), "withdrawn_by": UserFactory()} if ends else {}
            FiguresConsentFactory(cohort_id=ids[name], granted_on=date(2026, begins, 1), **withdrawal)
    admin = AuthorityAdminFactory(authority=own.authority).user
    visible = visible_cohorts(admin)
    scope = visible.scope(edition=edition)
    since, until = (Side(scope, date(2026, month, 15), datetime(2026, month, 15, tzinfo=UTC)) for month in (3, 6))
    comparison = compare(visible, scope, since=since, until=until)
    assert (comparison.earlier.scope.shared, comparison.later.scope.shared) == (
        {ids["always"], ids["stopped"]},
        {ids["always"], ids["began"]},
    )
    assert (comparison.began, comparison.stopped) == ({ids["began"]}, {ids["stopped"]})
    assert comparison.no_longer_shared == {ids["stopped and not now"]}


def test_a_comparison_takes_one_statement(django_assert_num_queries: Any):
    edition: Edition = EditionFactory()
    cohort: Cohort = CohortFactory(edition=edition)
    for ideas in (1, 3):
        for _ in range(ideas):
            IdeaFactory(cohort=cohort, state="accepted")
        scope = visible_cohorts(UserFactory(is_lab_staff=True)).scope(edition=edition)
        since = Side(scope, FIRST, datetime(2026, 2, 1, tzinfo=UTC))
        comparison = compare(visible_cohorts(UserFactory(is_lab_staff=True)), scope, since=since, until=since)
        with django_assert_num_queries(1):
            read_changes(comparison, limit=50)
