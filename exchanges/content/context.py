"""Reads the content of an exchange for its pages in as few statements as possible."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, QuerySet, Subquery

from accounts.models import User
from cohorts.models import Cohort
from exchanges.content.enums import CommitmentState
from exchanges.exchange.clock import today_of_host
from exchanges.exchange.enums import UPCOMING_STATES
from exchanges.exchange.models import ExchangeQuerySet
from exchanges.models import Commitment, Contribution, Exchange, Feedback, Match, Minutes, ProgrammeItem, Question
from exchanges.visibility import content_visible_to
from web.database.nested_rows import nested
from web.small_groups import MIN_PEOPLE
from web.text.names import display_name

MAX_CARRIED_COMMITMENTS = 20
COUNTED_MODELS: dict[str, type[Any]] = {
    "question_count": Question,
    "contribution_count": Contribution,
    "programme_item_count": ProgrammeItem,
    "commitment_count": Commitment,
}
DATED_MODELS = (Question, Contribution, Commitment)  # visible by the day each row was added


def _count_of(model: type[Any], user: User) -> Subquery:
    """Return a subquery for a query of exchanges: the number of rows of this model at each exchange that the person may
    read.

    The value is None for an exchange without any.
    """
    visible = model.objects.filter(content_visible_to(user)) if model in DATED_MODELS else model.objects
    rows = visible.filter(exchange=OuterRef("pk")).order_by().values("exchange")
    return Subquery(rows.annotate(n=Count("pk")).values("n"))


def with_contents(exchanges: ExchangeQuerySet, user: User) -> ExchangeQuerySet:
    """Annotate exchanges with what their pages show of their content, without a further statement.

    `question_count`, `contribution_count` and `commitment_count` count what the person may read, `programme_item_count`
    all parts of the programme; None for none. `has_minutes` says whether there are minutes they may read,
    `follows_another` whether an earlier exchange is still to come. `carried_commitment_rows` are up to 20 commitments
    of earlier exchanges, open when this one begins.
    """
    still_open = Commitment.objects.visible_to(user).carried_to(OuterRef("edition"), OuterRef("first_day"))
    earlier = Exchange.objects.filter(
        edition=OuterRef("edition"), state__in=UPCOMING_STATES, first_day__lt=OuterRef("first_day")
    )
    return exchanges.annotate(
        **{name: _count_of(model, user) for name, model in COUNTED_MODELS.items()},
        has_minutes=Exists(Minutes.objects.filter(content_visible_to(user), exchange=OuterRef("pk"))),
        follows_another=Exists(earlier.planned_here()),
        carried_commitment_rows=nested(
            still_open.order_by("due_on", "pk")[:MAX_CARRIED_COMMITMENTS],
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
class CarriedCommitment:
    """A commitment of an earlier exchange, shown at the top of the next exchange's page."""

    pk: int
    what: str
    owner: str
    due_on: date
    state: CommitmentState
    is_late: bool
    is_own: bool


def carried_commitments(exchange: Exchange, user: User) -> list[CarriedCommitment]:
    """Return the commitments of earlier exchanges that are open when this one begins, by due date, for its page.

    At most 20. The exchange must be read with `with_contents`, and `user` is the reader. The list is empty for imported
    published facts, and for a future exchange that is not the next one of its edition.
    """
    annotated: Any = exchange
    if exchange.retrospective or (exchange.state in UPCOMING_STATES and annotated.follows_another):
        return []
    return [_carried_commitment(row, user) for row in annotated.carried_commitment_rows]


def _carried_commitment(row: dict[str, Any], user: User) -> CarriedCommitment:
    """Return one commitment carried over from an earlier exchange, from a dictionary of `carried_commitment_rows`.

    It is late by today's date at the host of the exchange where it was made, and the reader's own when `user` is its
    owner.
    """
    due_on, state = date.fromisoformat(row["due_on"]), CommitmentState(row["state"])
    is_late = state == CommitmentState.OPEN and due_on < today_of_host(row["zone"])
    return CarriedCommitment(
        row["id"], row["what"], display_name(row["owner"]), due_on, state, is_late, row["owner_id"] == user.pk
    )


@dataclass(slots=True)
class CohortContributions:
    """The contributions of one cohort. Answers to questions are shown under the questions and only counted here."""

    cohort: Cohort
    contributions: list[Contribution] = field(default_factory=list)
    answers: int = 0

    def add(self, row: Contribution) -> None:
        """Add a contribution of the cohort to the list; of an answer to a question, only count it."""
        if row.question_id is None:
            self.contributions.append(row)
        else:
            self.answers += 1


def contributions_of(exchange: Exchange, user: User) -> list[Contribution]:
    """Return the exchange's contributions that the person may read, sorted by name of the cohort, then oldest first.

    One statement; see `ContributionQuerySet.as_read_by` for what is read with each.
    """
    rows = exchange.contributions.as_read_by(user)
    return list(rows.order_by("cohort__name", "cohort_id", "pk"))


def by_cohort(contributions: Iterable[Contribution], cohorts: Iterable[Cohort]) -> list[CohortContributions]:
    """Return the contributions grouped by cohort, sorted by name; each of `cohorts` without any has an empty group.

    Answers to questions are only counted in the groups.
    """
    parts = {cohort.pk: CohortContributions(cohort) for cohort in cohorts}
    for row in contributions:
        parts.setdefault(row.cohort_id, CohortContributions(row.cohort)).add(row)
    return sorted(parts.values(), key=lambda part: part.cohort.name)


def participating_cohorts(exchange: Exchange) -> QuerySet[Cohort]:
    """Return the cohorts of the exchange's edition, by name, without those that have withdrawn."""
    cohorts = Cohort.objects.filter(edition=exchange.edition_id).not_withdrawn()
    return cohorts.order_by("name", "pk")


@dataclass(frozen=True, slots=True)
class QuestionWithAnswers:
    """A question and its answers."""

    question: Question
    answers: list[Contribution]


def questions_with_answers(
    questions: Iterable[Question], contributions: Iterable[Contribution]
) -> list[QuestionWithAnswers]:
    """Return each question with the contributions that answer it, both in the order given; other contributions are left
    out.
    """
    answers: dict[int | None, list[Contribution]] = defaultdict(list)
    for row in contributions:
        answers[row.question_id].append(row)
    return [QuestionWithAnswers(question, answers[question.pk]) for question in questions]


def matches_of(exchange: Exchange, contributions: Iterable[Contribution]) -> list[Match]:
    """Return the exchange's matches whose offer and request are both among these contributions (one statement)."""
    pks = [row.pk for row in contributions]
    rows = Match.objects.filter(offer__exchange=exchange, offer__in=pks, request__in=pks)
    return list(rows.select_related("offer__cohort", "request__cohort", "made_by").order_by("pk"))


@dataclass(frozen=True, slots=True)
class ProgrammeDay:
    """A day of the programme. `date` is None for published facts without a known date."""

    number: int
    date: date | None
    items: list[ProgrammeItem]


def days_of(exchange: Exchange) -> list[ProgrammeDay]:
    """Return every day of the exchange with the parts of its programme, in order of time (one statement).

    Days without a part are included. An exchange of unknown length has at least one day.
    """
    items = list(exchange.programme.select_related("speaker").order_by("day", "starts_at", "pk"))
    last = max([exchange.days or 1, *(item.day for item in items)])
    return [
        ProgrammeDay(number, date_of(exchange, number), [item for item in items if item.day == number])
        for number in range(1, last + 1)
    ]


def date_of(exchange: Exchange, number: int) -> date | None:
    """Return the date of a day of the exchange: `number` 1 is the first day.

    Returns None while the first day is unknown, or known only by month or year.
    """
    if exchange.first_day is None or exchange.first_day_precision != "day":
        return None
    return exchange.first_day + timedelta(days=number - 1)


def questions_of(exchange: Exchange, user: User) -> list[Question]:
    """Return the exchange's questions that the person may read, by position (one statement)."""
    return list(exchange.questions.filter(content_visible_to(user)))


def commitments_of(exchange: Exchange, user: User) -> tuple[list[Commitment], list[Commitment]]:
    """Return two lists of commitments that the person may read: those carried over to the exchange, and those made at
    it.

    Carried over are commitments of earlier exchanges of the edition that were open when this one began; none for
    imported published facts. Both lists are sorted by due date (one statement).
    """
    opened = Commitment.objects.none()
    if exchange.first_day and not exchange.retrospective:
        opened = Commitment.objects.carried_to(exchange.edition_id, exchange.first_day)
    rows = (opened | Commitment.objects.filter(exchange=exchange)).filter(content_visible_to(user))
    commitments = list(rows.with_people().order_by("due_on", "pk"))
    return (
        [row for row in commitments if row.exchange_id != exchange.pk],
        [row for row in commitments if row.exchange_id == exchange.pk],
    )


@dataclass(frozen=True, slots=True)
class FeedbackSummary:
    """The mean values of the feedback. Below `MIN_PEOPLE` answers it holds only their number."""

    answers: int
    useful: float | None = None
    time_together: float | None = None
    organisation: float | None = None

    @property
    def is_masked(self) -> bool:
        """Return whether the mean values are hidden because there are fewer than five answers."""
        return self.answers < MIN_PEOPLE


def feedback_summary(exchange: Exchange) -> FeedbackSummary:
    """Return the number of answers and the mean values of the three scales of the exchange's feedback (one statement).

    With fewer than five answers it holds only their number; the means are None.
    """
    scales = ("useful", "time_together", "organisation")
    rows = Feedback.objects.filter(registration__exchange=exchange)
    means = rows.aggregate(answers=Count("pk"), **{scale: Avg(scale) for scale in scales})
    return FeedbackSummary(means["answers"]) if means["answers"] < MIN_PEOPLE else FeedbackSummary(**means)


def feedback_texts(exchange: Exchange) -> tuple[Sequence[str], Sequence[str]]:
    """Return what participants want to keep and what they want to change, as two lists of texts (one statement).

    Each is sorted alphabetically so that no author can be guessed, and empty while it has fewer than five texts.
    """
    rows = list(Feedback.objects.filter(registration__exchange=exchange).values_list("keep", "change"))
    return (_masked_if_few(keep for keep, _ in rows), _masked_if_few(change for _, change in rows))


def _masked_if_few(texts: Iterable[str]) -> Sequence[str]:
    """Return the non-empty texts sorted alphabetically, or nothing when there are fewer than five of them."""
    given = sorted(text for text in texts if text)
    return given if len(given) >= MIN_PEOPLE else ()


def published_content(exchange: Exchange, user: User) -> dict[str, Any]:
    """Return the template context for the content of a past meeting that was imported as published facts.

    Keys: `set` (whether there is a programme), `days`, `questions` with answers, and `cohorts` with contributions, as
    far as the person may read them. Empty for exchanges planned on the platform. The exchange must be read with
    `with_contents`.
    """
    row: Any = exchange
    if not exchange.retrospective:
        return {}
    contributions = contributions_of(exchange, user) if row.contribution_count else []
    return {
        "set": bool(row.programme_item_count),
        "days": days_of(exchange) if row.programme_item_count else [],
        "questions": questions_with_answers(questions_of(exchange, user), contributions) if row.question_count else [],
        "cohorts": by_cohort(contributions, []),
    }
