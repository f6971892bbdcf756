"""What an exchange is made of, as its pages show it: read in as few statements as it takes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, QuerySet, Subquery

from accounts.models import User
from cohorts.cohort.enums import CohortState
from cohorts.models import Cohort
from exchanges.content.enums import FEW, CommitmentState
from exchanges.exchange.clock import today_of_host
from exchanges.exchange.enums import COMING
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.models import Commitment, Contribution, Exchange, Feedback, Match, Minutes, ProgrammeItem, Question
from exchanges.visibility import said_at
from web.database.nested_rows import nested
from web.text.names import shown_name

MOST_CARRIED = 20
COUNTED: dict[str, type[Any]] = {
    "questions_asked": Question,
    "contributions_made": Contribution,
    "programme_parts": ProgrammeItem,
    "commitments_made": Commitment,
}
SAID = (Question, Contribution, Commitment)  # each since a day of its own


def _how_many(model: type[Any], user: User) -> Subquery:
    told = model.objects.filter(said_at(user)) if model in SAID else model.objects
    rows = told.filter(exchange=OuterRef("pk")).order_by().values("exchange")
    return Subquery(rows.annotate(n=Count("pk")).values("n"))


def with_contents(exchanges: ExchangeQuerySet, user: User) -> ExchangeQuerySet:
    """With counts of what they are made of, whether minutes are written, and the promises they open with.

    Of what the person may read.

    All of it comes with the exchange's own statement.
    """
    carried = Commitment.objects.visible_to(user).carried_to(OuterRef("edition"), OuterRef("first_day"))
    sooner = Exchange.objects.filter(edition=OuterRef("edition"), state__in=COMING, first_day__lt=OuterRef("first_day"))
    return exchanges.annotate(
        **{name: _how_many(model, user) for name, model in COUNTED.items()},
        minutes_written=Exists(Minutes.objects.filter(said_at(user), exchange=OuterRef("pk"))),
        another_first=Exists(sooner.planned_here()),
        carried_rows=nested(
            carried.order_by("due_on", "pk")[:MOST_CARRIED],
            "id",
            "what",
            "due_on",
            "state",
            "owner_id",
            owner="owner__full_name",
            zone="exchange__host__authority__time_zone",
        ),
    )


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment of an earlier exchange, as the next one opens with it."""

    pk: int
    what: str
    owner: str
    due_on: date
    state: CommitmentState
    late: bool
    own: bool


def promises(exchange: Exchange, user: User) -> list[Promise]:
    """What the page of an exchange found by `with_contents` opens with; nothing on those after the next one."""
    found: Any = exchange
    if exchange.retrospective or (exchange.state in COMING and found.another_first):
        return []
    return [_promise(row, user) for row in found.carried_rows]


def _promise(row: dict[str, Any], user: User) -> Promise:
    due_on, state = date.fromisoformat(row["due_on"]), CommitmentState(row["state"])
    late = state == CommitmentState.OPEN and due_on < today_of_host(row["zone"])
    return Promise(row["id"], row["what"], shown_name(row["owner"]), due_on, state, late, row["owner_id"] == user.pk)


@dataclass(slots=True)
class CohortPart:
    """What one cohort brings. Answers to a question stand under it, and are only counted here."""

    cohort: Cohort
    contributions: list[Contribution] = field(default_factory=list)
    answers: int = 0

    def add(self, row: Contribution) -> None:
        if row.question_id is None:
            self.contributions.append(row)
        else:
            self.answers += 1


def contributions_of(exchange: Exchange, user: User) -> list[Contribution]:
    """In the order of their cohorts and as they came, ready to be shown (one statement)."""
    rows = exchange.contributions.as_read_by(user)
    return list(rows.order_by("cohort__name", "cohort_id", "pk"))


def by_cohort(contributions: Iterable[Contribution], cohorts: Iterable[Cohort]) -> list[CohortPart]:
    """Each cohort with what it brings, those that bring nothing yet included, in the order of the cohorts."""
    parts = {cohort.pk: CohortPart(cohort) for cohort in cohorts}
    for row in contributions:
        parts.setdefault(row.cohort_id, CohortPart(row.cohort)).add(row)
    return sorted(parts.values(), key=lambda part: part.cohort.name)


def taking_part(exchange: Exchange) -> QuerySet[Cohort]:
    """The cohorts of the edition that have not withdrawn, by name."""
    cohorts = Cohort.objects.filter(edition=exchange.edition_id).exclude(state=CohortState.WITHDRAWN)
    return cohorts.order_by("name", "pk")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the answers it got."""

    question: Question
    answers: list[Contribution]


def asked(questions: Iterable[Question], contributions: Iterable[Contribution]) -> list[Asked]:
    answers: dict[int | None, list[Contribution]] = defaultdict(list)
    for row in contributions:
        answers[row.question_id].append(row)
    return [Asked(question, answers[question.pk]) for question in questions]


def matches_of(exchange: Exchange, brought: Iterable[Contribution]) -> list[Match]:
    """Offers with the requests they fit, among those `brought` that are shown (one statement)."""
    shown = [row.pk for row in brought]
    rows = Match.objects.filter(offer__exchange=exchange, offer__in=shown, request__in=shown)
    return list(rows.select_related("offer__cohort", "request__cohort", "made_by").order_by("pk"))


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the programme; without a date where nobody published one."""

    number: int
    date: date | None
    items: list[ProgrammeItem]


def days_of(exchange: Exchange) -> list[Day]:
    """Every day of the exchange with its programme, empty ones too (one statement)."""
    items = list(exchange.programme.select_related("speaker").order_by("day", "starts_at", "pk"))
    last = max([exchange.days or 1, *(item.day for item in items)])
    return [
        Day(number, date_of(exchange, number), [item for item in items if item.day == number])
        for number in range(1, last + 1)
    ]


def date_of(exchange: Exchange, number: int) -> date | None:
    """The date of the first day, the second, …; None where the first is not known to the day."""
    if exchange.first_day is None or exchange.first_day_precision != "day":
        return None
    return exchange.first_day + timedelta(days=number - 1)


def questions_of(exchange: Exchange, user: User) -> list[Question]:
    """Those the person may read, in their order (one statement)."""
    return list(exchange.questions.filter(said_at(user)))


def commitments_of(exchange: Exchange, user: User) -> tuple[list[Commitment], list[Commitment]]:
    """Promises it opened with, and those made there (one statement)."""
    opened = Commitment.objects.none()
    if exchange.first_day and not exchange.retrospective:
        opened = Commitment.objects.carried_to(exchange.edition_id, exchange.first_day)
    rows = (opened | Commitment.objects.filter(exchange=exchange)).filter(said_at(user))
    found = list(rows.with_people().order_by("due_on", "pk"))
    return (
        [row for row in found if row.exchange_id != exchange.pk],
        [row for row in found if row.exchange_id == exchange.pk],
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """What those who came thought, summed up. Under five answers only their number is told."""

    answers: int
    useful: float | None = None
    time_together: float | None = None
    organisation: float | None = None

    @property
    def masked(self) -> bool:
        return self.answers < FEW


def heard(exchange: Exchange) -> Heard:
    """The means of the three scales (one statement)."""
    scales = ("useful", "time_together", "organisation")
    rows = Feedback.objects.filter(registration__exchange=exchange)
    found = rows.aggregate(answers=Count("pk"), **{scale: Avg(scale) for scale in scales})
    return Heard(found["answers"]) if found["answers"] < FEW else Heard(**found)


def wishes(exchange: Exchange) -> tuple[Sequence[str], Sequence[str]]:
    """What to keep and what to change, in the order of the alphabet so that none tells whose it is (one statement).

    Each of the two is masked by its own number: of many answers, one alone may have a text.
    """
    rows = list(Feedback.objects.filter(registration__exchange=exchange).values_list("keep", "change"))
    return (_unless_few(keep for keep, _ in rows), _unless_few(change for _, change in rows))


def _unless_few(texts: Iterable[str]) -> Sequence[str]:
    said = sorted(text for text in texts if text)
    return said if len(said) >= FEW else ()


def published(exchange: Exchange, user: User) -> dict[str, Any]:
    """All that is known of a published exchange, to be read on its one page; nothing of others."""
    found: Any = exchange
    if not exchange.retrospective:
        return {}
    brought = contributions_of(exchange, user) if found.contributions_made else []
    return {
        "set": bool(found.programme_parts),
        "days": days_of(exchange) if found.programme_parts else [],
        "questions": asked(questions_of(exchange, user), brought) if found.questions_asked else [],
        "cohorts": by_cohort(brought, []),
    }
