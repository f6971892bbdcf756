"""Database rules on the content of an exchange, tried with plain SQL."""

import json
from datetime import date, time
from typing import Any

import pytest
from django.db import models

from cohorts.models import Cohort
from exchanges.content.enums import CONTRIBUTION_STATES, MEETING_STATES, PROGRAMME_STATES, QUESTION_STATES
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
def test_texts_are_limited_to_the_length_of_their_form_field(factory: Any, column: str, most: int, rule: str):
    row = factory()
    update(row, **{column: "é" * most})
    with refused_by(rule):
        update(row, **{column: "é" * (most + 1)})


class TestQuestions:
    @pytest.mark.parametrize("state", STATES)
    def test_questions_can_be_added_until_registration_closes(self, state: str):
        row = QuestionFactory(exchange=ExchangeFactory(state="announced"))
        state_of_parent(row, state)
        if state in QUESTION_STATES:
            insert_like(row, position=row.position + 1, text="Another?")
        else:
            with refused_by("question_in_time"):
                insert_like(row, position=row.position + 1, text="Another?")

    @pytest.mark.parametrize("state", STATES)
    def test_questions_can_be_changed_and_deleted_until_registration_closes(self, state: str):
        row = QuestionFactory(exchange=ExchangeFactory(state="announced"))
        state_of_parent(row, state)
        if state in QUESTION_STATES:
            update(row, text="Another?")
            delete(row)
        else:
            with refused_by("question_frozen"):
                update(row, text="Another?")
            with refused_by("question_frozen"):
                delete(row)

    def test_answered_question_cannot_change(self):
        row = QuestionFactory()
        ContributionFactory(exchange=row.exchange, kind="answer", question=row)
        with refused_by("question_answered"):
            update(row, text="Another?")
        update(row, position=7)

    def test_text_and_position_of_a_question_are_unique(self):
        row = QuestionFactory()
        with refused_by("question_once"):
            insert_like(row, position=row.position + 1)
        with refused_by("question_position_once"):
            insert_like(row, text="Another?")

    def test_empty_question_is_refused(self):
        with refused_by("question_text_required"):
            update(QuestionFactory(), text="")


class TestContributions:
    @pytest.mark.parametrize("state", STATES)
    def test_contributions_are_added_from_announcement_to_closing(self, state: str):
        row = ContributionFactory()
        state_of_parent(row, state)
        if state in CONTRIBUTION_STATES:
            insert_like(row, text="Another")
        else:
            with refused_by("contribution_in_time"):
                insert_like(row, text="Another")

    @pytest.mark.parametrize("state", STATES)
    def test_contributions_are_deleted_until_closing(self, state: str):
        row = ContributionFactory()
        state_of_parent(row, state)
        if state in CONTRIBUTION_STATES:
            delete(row)
        else:
            with refused_by("contribution_in_time"):
                delete(row)

    def test_contribution_of_a_cohort_of_another_edition_is_refused(self):
        with refused_by("contribution_of_edition"):
            insert_like(ContributionFactory(), cohort_id=elsewhere().pk)

    def test_answer_to_a_question_of_another_exchange_is_refused(self):
        question, foreign = QuestionFactory(), QuestionFactory()
        row = ContributionFactory(exchange=question.exchange, kind="answer", question=question)
        with refused_by("contribution_question_of_exchange"):
            update(row, question_id=foreign.pk)
        update(row, question_id=QuestionFactory(exchange=row.exchange).pk)

    def test_answer_without_a_question_is_refused(self):
        question = QuestionFactory()
        row = ContributionFactory(exchange=question.exchange, kind="answer", question=question)
        with refused_by("contribution_answers_something"):
            update(row, question_id=None)
        with refused_by("contribution_answers_something"):
            insert_like(row, question_id=None, text="To whom?")

    def test_only_answers_can_have_a_question(self):
        row = ContributionFactory(kind="success")
        with refused_by("contribution_answers"):
            update(row, question_id=QuestionFactory(exchange=row.exchange).pk)

    def test_cited_idea_of_another_cohort_is_refused(self):
        row = ContributionFactory()
        with refused_by("contribution_idea_of_cohort"):
            update(row, idea_id=IdeaFactory(cohort=elsewhere()).pk)
        update(row, idea_id=IdeaFactory(cohort=row.cohort).pk)

    def test_only_published_contributions_have_no_author(self):
        row = ContributionFactory()
        with refused_by("contribution_author_required"):
            update(row, author_id=None)
        published = ExchangeFactory(retrospective=True, state="held", number=None)
        cohort = CohortFactory(edition=published.edition)
        assert ContributionFactory(exchange=published, cohort=cohort, author=None).author is None

    @pytest.mark.parametrize("column", ["kind", "exchange_id", "cohort_id"])
    def test_kind_cohort_and_exchange_of_a_contribution_cannot_change(self, column: str):
        row = ContributionFactory()
        edition = row.exchange.edition
        other: dict[str, Any] = {
            "kind": "offer",
            "exchange_id": ExchangeFactory(edition=edition, state="announced", first_day=date(2027, 11, 9)).pk,
            "cohort_id": CohortFactory(edition=edition).pk,
        }
        with refused_by("contribution_fixed"):
            update(row, **{column: other[column]})

    def test_cohort_cannot_contribute_the_same_text_twice(self):
        row = ContributionFactory()
        with refused_by("contribution_once"):
            insert_like(row)

    def test_empty_contribution_is_refused(self):
        with refused_by("contribution_text_required"):
            update(ContributionFactory(), text="")


class TestMatches:
    def test_offer_matches_request_of_another_cohort(self):
        assert MatchFactory().offer.cohort_id != MatchFactory().request.cohort_id

    def test_offer_does_not_match_request_of_its_own_cohort(self):
        row = MatchFactory()
        own = ContributionFactory(exchange=row.offer.exchange, kind="request")
        with refused_by("match_fits"):
            update(row, request_id=own.pk)

    def test_offer_does_not_match_request_of_another_exchange(self):
        row, foreign = MatchFactory(), ContributionFactory(kind="request")
        with refused_by("match_fits"):
            update(row, request_id=foreign.pk)

    def test_offer_does_not_match_another_offer(self):
        row = MatchFactory()
        offer = ContributionFactory(exchange=row.offer.exchange, cohort=row.request.cohort, kind="offer")
        with refused_by("match_fits"):
            update(row, request_id=offer.pk)

    @pytest.mark.parametrize("state", STATES)
    def test_matches_change_only_while_cohorts_contribute(self, state: str):
        row = MatchFactory()
        other = ContributionFactory(exchange=row.offer.exchange, cohort=row.request.cohort, kind="request")
        force(row.offer.exchange, state=state)
        if state in CONTRIBUTION_STATES:
            insert_like(row, request_id=other.pk)
            delete(row)
        else:
            with refused_by("match_in_time"):
                insert_like(row, request_id=other.pk)
            with refused_by("match_in_time"):
                update(row, request_id=other.pk)
            with refused_by("match_in_time"):
                delete(row)

    def test_offer_and_request_are_matched_only_once(self):
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
    def test_overlapping_parts_are_refused(self, starts_at: time, ends_at: time, day: int, fits: bool):
        row = ProgrammeItemFactory(starts_at=time(9), ends_at=time(10))
        columns = {"starts_at": starts_at, "ends_at": ends_at, "day": day, "title": "Other"}
        if fits:
            insert_like(row, **columns)
        else:
            with refused_by("programme_overlap"):
                insert_like(row, **columns)

    @pytest.mark.parametrize("state", STATES)
    def test_programme_changes_from_confirmation_to_closing(self, state: str):
        row = ProgrammeItemFactory()
        state_of_parent(row, state)
        if state in PROGRAMME_STATES:
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

    def test_parallel_parts_may_overlap(self):
        row = ProgrammeItemFactory()
        insert_like(row, title="Other", parallel=True)
        with refused_by("programme_overlap"):
            execute("UPDATE exchanges_programmeitem SET parallel = FALSE")

    def test_parts_of_two_exchanges_may_overlap(self):
        row, other = ProgrammeItemFactory(), ProgrammeItemFactory()
        assert (row.starts_at, row.exchange_id == other.exchange_id) == (other.starts_at, False)

    def test_same_part_twice_is_refused(self):
        row = ProgrammeItemFactory(parallel=True)
        with refused_by("programme_once"):
            insert_like(row)

    def test_part_must_end_after_its_start(self):
        with refused_by("programme_hours"):
            update(ProgrammeItemFactory(), ends_at=time(9))

    @pytest.mark.parametrize(("day", "rule"), [(0, "programme_day_positive"), (3, "programme_day_of_exchange")])
    def test_part_must_be_on_a_day_of_the_exchange(self, day: int, rule: str):
        with refused_by(rule):
            update(ProgrammeItemFactory(), day=day)

    def test_part_without_a_title_is_refused(self):
        with refused_by("programme_title_required"):
            update(ProgrammeItemFactory(), title="")

    @pytest.mark.parametrize("column", ["starts_at", "ends_at"])
    def test_part_without_times_is_refused(self, column: str):
        with refused_by("programme_times_required"):
            update(ProgrammeItemFactory(), **{column: None})

    def test_published_parts_need_no_times(self):
        published = ExchangeFactory(retrospective=True, state="held", number=None)
        row = ProgrammeItemFactory(exchange=published, starts_at=None, ends_at=None, when="Le matin")
        assert (row.starts_at, row.when) == (None, "Le matin")

    def test_speaker_of_another_edition_is_refused(self):
        row = ProgrammeItemFactory()
        with refused_by("programme_speaker_of_edition"):
            update(row, speaker_id=elsewhere().pk)
        update(row, speaker_id=row.exchange.host_id)


class TestMinutes:
    @pytest.mark.parametrize("state", STATES)
    def test_minutes_are_written_from_the_meeting_on(self, state: str):
        row = MinutesFactory()
        state_of_parent(row, state)
        if state in MEETING_STATES:
            update(row, text="Other")
        else:
            with refused_by("minutes_in_time"):
                update(row, text="Other")

    def test_exchange_has_only_one_minutes_row(self):
        with refused_by("minutes_once"):
            insert_like(MinutesFactory())

    def test_empty_minutes_are_refused(self):
        with refused_by("minutes_text_required"):
            update(MinutesFactory(), text="")

    def test_exchange_without_minutes_cannot_be_closed(self):
        exchange = ExchangeFactory(state="held")
        with refused_by("exchange_follow_up_minutes"):
            update(exchange, state="followed_up")
        MinutesFactory(exchange=exchange)
        update(exchange, state="followed_up")


class TestCommitments:
    @pytest.mark.parametrize("state", STATES)
    def test_commitments_are_made_from_the_meeting_on(self, state: str):
        row = CommitmentFactory()
        state_of_parent(row, state)
        if state in MEETING_STATES:
            insert_like(row, what="Other")
        else:
            with refused_by("commitment_in_time"):
                insert_like(row, what="Other")

    def test_new_commitment_must_be_open(self):
        with refused_by("commitment_state"):
            insert_like(CommitmentFactory(), what="Other", state="kept", closed_on=date(2026, 12, 1))

    @pytest.mark.parametrize("state", ["kept", "dropped"])
    @pytest.mark.parametrize("change", [{"state": "open", "closed_on": None}, {"what": "Other"}, {"reason": "Other"}])
    def test_closed_commitment_cannot_change(self, state: str, change: dict[str, Any]):
        row = CommitmentFactory(state=state)
        with refused_by("commitment_closed"):
            update(row, **change)

    def test_closed_commitment_cannot_be_deleted(self):
        with refused_by("commitment_closed"):
            delete(CommitmentFactory(state="kept"))

    def test_dropped_commitment_needs_a_reason(self):
        with refused_by("commitment_dropped_reason"):
            update(CommitmentFactory(), state="dropped", closed_on=date(2026, 12, 1))

    @pytest.mark.parametrize("columns", [{"state": "kept"}, {"closed_on": date(2026, 12, 1)}])
    def test_only_closed_commitments_have_a_closing_date(self, columns: dict[str, Any]):
        with refused_by("commitment_closed_on"):
            update(CommitmentFactory(), **columns)

    def test_due_date_is_not_before_the_commitment(self):
        row = CommitmentFactory(made_on=date(2026, 11, 24))
        with refused_by("commitment_due_after"):
            update(row, due_on=date(2026, 11, 23))
        update(row, due_on=date(2026, 11, 24))

    def test_implausible_dates_are_refused(self):
        with refused_by("commitment_plausible_dates"):
            update(CommitmentFactory(), due_on=date(2127, 1, 1))

    def test_person_cannot_make_the_same_commitment_twice(self):
        with refused_by("commitment_once"):
            insert_like(CommitmentFactory())

    def test_empty_commitment_is_refused(self):
        with refused_by("commitment_text_required"):
            update(CommitmentFactory(), what="")

    def test_exchange_of_a_commitment_cannot_change(self):
        row = CommitmentFactory()
        later = ExchangeFactory(edition=row.exchange.edition, state="held", first_day=date(2027, 11, 9))
        with refused_by("commitment_exchange_fixed"):
            update(row, exchange_id=later.pk)

    def test_cohort_of_another_edition_is_refused(self):
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
    def test_owner_active_in_the_edition_is_accepted(self, who: str):
        assert self.owned_by(ExchangeFactory(state="held"), who).state == "open"

    @pytest.mark.parametrize("who", ["member gone", "member of elsewhere", "admin no longer", "nobody"])
    def test_owner_not_active_in_the_edition_is_refused(self, who: str):
        exchange = ExchangeFactory(state="held")
        with refused_by("commitment_owner_active"):
            self.owned_by(exchange, who)


class TestFeedback:
    def test_history_has_the_scales_and_never_the_texts(self):
        row = FeedbackFactory(keep="The walk", change="Less talk")
        update(row, useful=1, keep="The walk along the quay")
        rows = execute("SELECT to_jsonb(e) FROM exchanges_feedbackevent e ORDER BY pgh_id")
        events = [json.loads(event) if isinstance(event, str) else event for (event,) in rows]
        assert [(event["useful"], {"keep", "change"} & set(event)) for event in events] == [(4, set()), (1, set())]

    @pytest.mark.parametrize("scale", ["useful", "time_together", "organisation"])
    @pytest.mark.parametrize("value", [0, 6])
    def test_scales_go_from_one_to_five(self, scale: str, value: int):
        with refused_by("feedback_scales"):
            update(FeedbackFactory(), **{scale: value})

    def test_registration_has_only_one_feedback(self):
        with refused_by("feedback_once"):
            insert_like(FeedbackFactory())

    @pytest.mark.parametrize("answer", ["invited", "declined", "cancelled", "no_show"])
    def test_only_people_who_came_can_give_feedback(self, answer: str):
        stayed_away = RegistrationFactory(exchange=ExchangeFactory(state="held"), state=answer)
        with refused_by("feedback_of_attendee"):
            insert_like(FeedbackFactory(), registration_id=stayed_away.pk)

    @pytest.mark.parametrize("state", STATES)
    def test_feedback_is_given_only_from_the_meeting_on(self, state: str):
        row = FeedbackFactory()
        force(row.registration.exchange, state=state)
        if state in MEETING_STATES:
            update(row, useful=1)
        else:
            with refused_by("feedback_of_attendee"):
                update(row, useful=1)
