"""Rules on what an exchange is made of that the database itself refuses to break, tried with plain SQL."""

import json
from datetime import date, time
from typing import Any

import pytest
from django.db import models

from cohorts.models import Cohort
from exchanges.content.enums import ASKING, CONTRIBUTING, MEETING, PROGRAMMING
from exchanges.exchange.enums import ExchangeState
from exchanges.models import Commitment, Exchange
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.contents import (
    CommitmentFactory,
    ContributionFactory,
    FeedbackFactory,
    MatchFactory,
    MinutesFactory,
    ProgrammeItemFactory,
    QuestionFactory,
)
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.programmes import AuthorityAdminFactory
from tests.factories.prototypes import IdeaFactory
from tests.sql import delete, execute, force, insert_like, refused_by, update

pytestmark = pytest.mark.django_db
STATES = [state for state in ExchangeState if state != "cancelled"]


def state_of_parent(row: models.Model, state: str) -> None:
    force(row.exchange, state=state)  # type: ignore[attr-defined]


def elsewhere() -> Cohort:
    return CohortFactory()


@pytest.mark.parametrize(
    ("factory", "column", "most", "rule"),
    [
        (QuestionFactory, "text", 10_000, "question_length"),
        (ContributionFactory, "text", 10_000, "contribution_length"),
        (MinutesFactory, "text", 50_000, "minutes_length"),
        (CommitmentFactory, "what", 1000, "commitment_length"),
        (CommitmentFactory, "reason", 1000, "commitment_reason_length"),
        (ExchangeFactory, "outcome", 10_000, "exchange_outcome_length"),
    ],
)
def test_a_text_is_as_long_as_its_form_takes_and_no_longer(factory: Any, column: str, most: int, rule: str):
    row = factory()
    update(row, **{column: "é" * most})
    with refused_by(rule):
        update(row, **{column: "é" * (most + 1)})


class TestQuestions:
    @pytest.mark.parametrize("state", STATES)
    def test_they_are_asked_until_registration_closes(self, state: str):
        row = QuestionFactory(exchange=ExchangeFactory(state="announced"))
        state_of_parent(row, state)
        if state in ASKING:
            insert_like(row, position=row.position + 1, text="Another?")
        else:
            with refused_by("question_asked_late"):
                insert_like(row, position=row.position + 1, text="Another?")

    @pytest.mark.parametrize("state", STATES)
    def test_they_are_changed_and_taken_back_until_then(self, state: str):
        row = QuestionFactory(exchange=ExchangeFactory(state="announced"))
        state_of_parent(row, state)
        if state in ASKING:
            update(row, text="Another?")
            delete(row)
        else:
            with refused_by("question_frozen"):
                update(row, text="Another?")
            with refused_by("question_frozen"):
                delete(row)

    def test_one_that_was_answered_stays_as_it_is(self):
        row = QuestionFactory()
        ContributionFactory(exchange=row.exchange, kind="answer", question=row)
        with refused_by("question_answered"):
            update(row, text="Another?")
        update(row, position=7)

    def test_nobody_is_asked_the_same_twice_nor_two_things_at_one_place(self):
        row = QuestionFactory()
        with refused_by("question_once"):
            insert_like(row, position=row.position + 1)
        with refused_by("question_position_once"):
            insert_like(row, text="Another?")

    def test_nothing_is_no_question(self):
        with refused_by("question_said"):
            update(QuestionFactory(), text="")


class TestContributions:
    @pytest.mark.parametrize("state", STATES)
    def test_they_are_taken_from_the_announcement_until_the_closing(self, state: str):
        row = ContributionFactory()
        state_of_parent(row, state)
        if state in CONTRIBUTING:
            insert_like(row, text="Another")
        else:
            with refused_by("contribution_in_time"):
                insert_like(row, text="Another")

    @pytest.mark.parametrize("state", STATES)
    def test_and_taken_back_until_then(self, state: str):
        row = ContributionFactory()
        state_of_parent(row, state)
        if state in CONTRIBUTING:
            delete(row)
        else:
            with refused_by("contribution_in_time"):
                delete(row)

    def test_only_of_cohorts_of_the_edition(self):
        with refused_by("contribution_of_edition"):
            insert_like(ContributionFactory(), cohort_id=elsewhere().pk)

    def test_an_answer_belongs_to_a_question_of_the_same_exchange(self):
        question, foreign = QuestionFactory(), QuestionFactory()
        row = ContributionFactory(exchange=question.exchange, kind="answer", question=question)
        with refused_by("contribution_question_of_exchange"):
            update(row, question_id=foreign.pk)
        update(row, question_id=QuestionFactory(exchange=row.exchange).pk)

    def test_an_answer_belongs_to_one(self):
        question = QuestionFactory()
        row = ContributionFactory(exchange=question.exchange, kind="answer", question=question)
        with refused_by("contribution_answers_something"):
            update(row, question_id=None)
        with refused_by("contribution_answers_something"):
            insert_like(row, question_id=None, text="To whom?")

    def test_nothing_but_an_answer_belongs_to_a_question(self):
        row = ContributionFactory(kind="success")
        with refused_by("contribution_answers"):
            update(row, question_id=QuestionFactory(exchange=row.exchange).pk)

    def test_the_idea_cited_is_one_of_the_cohort(self):
        row = ContributionFactory()
        with refused_by("contribution_idea_of_cohort"):
            update(row, idea_id=IdeaFactory(cohort=elsewhere()).pk)
        update(row, idea_id=IdeaFactory(cohort=row.cohort).pk)

    def test_only_published_ones_have_no_author(self):
        row = ContributionFactory()
        with refused_by("contribution_author_known"):
            update(row, author_id=None)
        published = ExchangeFactory(retrospective=True, state="held", number=None)
        cohort = CohortFactory(edition=published.edition)
        assert ContributionFactory(exchange=published, cohort=cohort, author=None).author is None

    @pytest.mark.parametrize("column", ["kind", "exchange_id", "cohort_id"])
    def test_kind_cohort_and_exchange_stay(self, column: str):
        row = ContributionFactory()
        edition = row.exchange.edition
        other: dict[str, Any] = {
            "kind": "offer",
            "exchange_id": ExchangeFactory(edition=edition, state="announced", first_day=date(2027, 11, 9)).pk,
            "cohort_id": CohortFactory(edition=edition).pk,
        }
        with refused_by("contribution_fixed"):
            update(row, **{column: other[column]})

    def test_a_cohort_says_a_thing_once(self):
        row = ContributionFactory()
        with refused_by("contribution_once"):
            insert_like(row)

    def test_and_something(self):
        with refused_by("contribution_said"):
            update(ContributionFactory(), text="")


class TestMatches:
    def test_an_offer_fits_the_request_of_another_cohort(self):
        assert MatchFactory().offer.cohort_id != MatchFactory().request.cohort_id

    def test_not_of_its_own(self):
        row = MatchFactory()
        own = ContributionFactory(exchange=row.offer.exchange, kind="request")
        with refused_by("match_fits"):
            update(row, request_id=own.pk)

    def test_nor_of_another_exchange(self):
        row, foreign = MatchFactory(), ContributionFactory(kind="request")
        with refused_by("match_fits"):
            update(row, request_id=foreign.pk)

    def test_nor_an_offer_with_an_offer(self):
        row = MatchFactory()
        offer = ContributionFactory(exchange=row.offer.exchange, cohort=row.request.cohort, kind="offer")
        with refused_by("match_fits"):
            update(row, request_id=offer.pk)

    @pytest.mark.parametrize("state", STATES)
    def test_made_and_taken_apart_while_cohorts_contribute(self, state: str):
        row = MatchFactory()
        other = ContributionFactory(exchange=row.offer.exchange, cohort=row.request.cohort, kind="request")
        force(row.offer.exchange, state=state)
        if state in CONTRIBUTING:
            insert_like(row, request_id=other.pk)
            delete(row)
        else:
            with refused_by("match_in_time"):
                insert_like(row, request_id=other.pk)
            with refused_by("match_in_time"):
                update(row, request_id=other.pk)
            with refused_by("match_in_time"):
                delete(row)

    def test_once(self):
        with refused_by("match_once"):
            insert_like(MatchFactory())


class TestProgramme:
    @pytest.mark.parametrize(
        ("starts_at", "ends_at", "day", "fits"),
        [
            (time(10), time(11), 1, True),
            (time(8), time(9), 1, True),
            (time(9, 30), time(10, 30), 1, False),
            (time(8), time(12), 1, False),
            (time(9, 15), time(9, 45), 1, False),
            (time(9, 30), time(10, 30), 2, True),
        ],
    )
    def test_two_things_do_not_take_place_at_once(self, starts_at: time, ends_at: time, day: int, fits: bool):
        row = ProgrammeItemFactory(starts_at=time(9), ends_at=time(10))
        told = {"starts_at": starts_at, "ends_at": ends_at, "day": day, "title": "Other"}
        if fits:
            insert_like(row, **told)
        else:
            with refused_by("programme_overlap"):
                insert_like(row, **told)

    @pytest.mark.parametrize("state", STATES)
    def test_it_is_set_from_the_host_on_until_the_closing(self, state: str):
        row = ProgrammeItemFactory()
        state_of_parent(row, state)
        if state in PROGRAMMING:
            insert_like(row, title="Other", parallel=True)
            update(row, title="Another")
            delete(row)
        else:
            with refused_by("programme_in_time"):
                insert_like(row, title="Other", parallel=True)
            with refused_by("programme_in_time"):
                update(row, title="Another")
            with refused_by("programme_in_time"):
                delete(row)

    def test_unless_one_is_said_to_be_in_parallel(self):
        row = ProgrammeItemFactory()
        insert_like(row, title="Other", parallel=True)
        with refused_by("programme_overlap"):
            execute("UPDATE exchanges_programmeitem SET parallel = FALSE")

    def test_nor_of_two_exchanges(self):
        row, other = ProgrammeItemFactory(), ProgrammeItemFactory()
        assert (row.starts_at, row.exchange_id == other.exchange_id) == (other.starts_at, False)

    def test_the_same_twice_is_one(self):
        row = ProgrammeItemFactory(parallel=True)
        with refused_by("programme_once"):
            insert_like(row)

    def test_it_ends_after_it_begins(self):
        with refused_by("programme_hours"):
            update(ProgrammeItemFactory(), ends_at=time(9))

    @pytest.mark.parametrize(("day", "rule"), [(0, "programme_day_positive"), (3, "programme_day_of_exchange")])
    def test_on_a_day_of_the_exchange(self, day: int, rule: str):
        with refused_by(rule):
            update(ProgrammeItemFactory(), day=day)

    def test_something_takes_place(self):
        with refused_by("programme_said"):
            update(ProgrammeItemFactory(), title="")

    @pytest.mark.parametrize("column", ["starts_at", "ends_at"])
    def test_from_when_to_when(self, column: str):
        with refused_by("programme_times_known"):
            update(ProgrammeItemFactory(), **{column: None})

    def test_published_parts_may_know_their_order_only(self):
        published = ExchangeFactory(retrospective=True, state="held", number=None)
        row = ProgrammeItemFactory(exchange=published, starts_at=None, ends_at=None, when="Le matin")
        assert (row.starts_at, row.when) == (None, "Le matin")

    def test_led_by_a_cohort_of_the_edition(self):
        row = ProgrammeItemFactory()
        with refused_by("programme_speaker_of_edition"):
            update(row, speaker_id=elsewhere().pk)
        update(row, speaker_id=row.exchange.host_id)


class TestMinutes:
    @pytest.mark.parametrize("state", STATES)
    def test_they_are_written_from_the_days_on(self, state: str):
        row = MinutesFactory()
        state_of_parent(row, state)
        if state in MEETING:
            update(row, text="Other")
        else:
            with refused_by("minutes_in_time"):
                update(row, text="Other")

    def test_one_text_for_each(self):
        with refused_by("minutes_once"):
            insert_like(MinutesFactory())

    def test_with_something_in_it(self):
        with refused_by("minutes_said"):
            update(MinutesFactory(), text="")

    def test_nothing_is_closed_without_them(self):
        exchange = ExchangeFactory(state="held")
        with refused_by("exchange_follow_up_minutes"):
            update(exchange, state="followed_up")
        MinutesFactory(exchange=exchange)
        update(exchange, state="followed_up")


class TestCommitments:
    @pytest.mark.parametrize("state", STATES)
    def test_they_are_made_from_the_days_on(self, state: str):
        row = CommitmentFactory()
        state_of_parent(row, state)
        if state in MEETING:
            insert_like(row, what="Other")
        else:
            with refused_by("commitment_in_time"):
                insert_like(row, what="Other")

    def test_they_are_born_open(self):
        with refused_by("commitment_state"):
            insert_like(CommitmentFactory(), what="Other", state="kept", closed_on=date(2026, 12, 1))

    @pytest.mark.parametrize("state", ["kept", "dropped"])
    @pytest.mark.parametrize("change", [{"state": "open", "closed_on": None}, {"what": "Other"}, {"reason": "Other"}])
    def test_closed_they_stay_as_they_are(self, state: str, change: dict[str, Any]):
        row = CommitmentFactory(state=state)
        with refused_by("commitment_closed"):
            update(row, **change)

    def test_closed_they_are_not_removed(self):
        with refused_by("commitment_closed"):
            delete(CommitmentFactory(state="kept"))

    def test_dropped_with_a_reason(self):
        with refused_by("commitment_dropped_reason"):
            update(CommitmentFactory(), state="dropped", closed_on=date(2026, 12, 1))

    @pytest.mark.parametrize("columns", [{"state": "kept"}, {"closed_on": date(2026, 12, 1)}])
    def test_closed_on_a_day_and_open_on_none(self, columns: dict[str, Any]):
        with refused_by("commitment_closed_on"):
            update(CommitmentFactory(), **columns)

    def test_due_after_it_is_made(self):
        row = CommitmentFactory(made_on=date(2026, 11, 24))
        with refused_by("commitment_due_after"):
            update(row, due_on=date(2026, 11, 23))
        update(row, due_on=date(2026, 11, 24))

    def test_on_a_day_somebody_can_mean(self):
        with refused_by("commitment_plausible_dates"):
            update(CommitmentFactory(), due_on=date(2127, 1, 1))

    def test_a_person_promises_a_thing_once(self):
        with refused_by("commitment_once"):
            insert_like(CommitmentFactory())

    def test_and_something(self):
        with refused_by("commitment_said"):
            update(CommitmentFactory(), what="")

    def test_it_stays_where_it_was_made(self):
        row = CommitmentFactory()
        later = ExchangeFactory(edition=row.exchange.edition, state="held", first_day=date(2027, 11, 9))
        with refused_by("commitment_exchange_fixed"):
            update(row, exchange_id=later.pk)

    def test_for_a_cohort_of_the_edition(self):
        with refused_by("commitment_cohort_of_edition"):
            update(CommitmentFactory(), cohort_id=elsewhere().pk)

    def owned_by(self, exchange: Exchange, who: str) -> Commitment:
        cohort, owner = exchange.host, UserFactory(is_lab_staff=who == "lab staff")
        assert cohort is not None
        if who in {"member", "member gone", "member of elsewhere"}:
            ended = date(2026, 11, 23) if who == "member gone" else None
            MembershipFactory(cohort=elsewhere() if who.endswith("elsewhere") else cohort, user=owner, ends_on=ended)
        if who in {"admin", "admin no longer"}:
            until = date(2026, 11, 23) if who == "admin no longer" else None
            AuthorityAdminFactory(authority=cohort.authority, user=owner, since=date(2026, 1, 5), until=until)
        return CommitmentFactory(exchange=exchange, owner=owner)

    @pytest.mark.parametrize("who", ["member", "admin", "lab staff"])
    def test_its_owner_is_active_in_the_edition(self, who: str):
        assert self.owned_by(ExchangeFactory(state="held"), who).state == "open"

    @pytest.mark.parametrize("who", ["member gone", "member of elsewhere", "admin no longer", "nobody"])
    def test_and_nobody_else(self, who: str):
        exchange = ExchangeFactory(state="held")
        with refused_by("commitment_owner_active"):
            self.owned_by(exchange, who)


class TestFeedback:
    def test_the_history_keeps_the_scales_and_never_the_texts(self):
        row = FeedbackFactory(keep="The walk", change="Less talk")
        update(row, useful=1, keep="The walk along the quay")
        kept = execute("SELECT to_jsonb(e) FROM exchanges_feedbackevent e ORDER BY pgh_id")
        told = [json.loads(line) if isinstance(line, str) else line for (line,) in kept]
        assert [(line["useful"], {"keep", "change"} & set(line)) for line in told] == [(4, set()), (1, set())]

    @pytest.mark.parametrize("scale", ["useful", "time_together", "organisation"])
    @pytest.mark.parametrize("value", [0, 6])
    def test_from_one_to_five(self, scale: str, value: int):
        with refused_by("feedback_scales"):
            update(FeedbackFactory(), **{scale: value})

    def test_once_for_each(self):
        with refused_by("feedback_once"):
            insert_like(FeedbackFactory())

    @pytest.mark.parametrize("answer", ["invited", "declined", "cancelled", "no_show"])
    def test_of_those_who_came(self, answer: str):
        stayed_away = RegistrationFactory(exchange=ExchangeFactory(state="held"), state=answer)
        with refused_by("feedback_of_attendee"):
            insert_like(FeedbackFactory(), registration_id=stayed_away.pk)

    @pytest.mark.parametrize("state", STATES)
    def test_once_it_has_begun(self, state: str):
        row = FeedbackFactory()
        force(row.registration.exchange, state=state)
        if state in MEETING:
            update(row, useful=1)
        else:
            with refused_by("feedback_of_attendee"):
                update(row, useful=1)
