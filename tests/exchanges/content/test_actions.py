"""Actions on the content of an exchange: what they write, when they refuse, and that repeating them changes nothing."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from accounts.models import User
from exchanges.content import actions
from exchanges.models import Commitment, Contribution, Exchange, Feedback, Match, Minutes, ProgrammeItem, Question
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.contents import (
    CommitmentFactory,
    ContributionFactory,
    MatchFactory,
    MinutesFactory,
    ProgrammeItemFactory,
    QuestionFactory,
)
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.factories.prototypes import IdeaFactory
from tests.sql import force
from web.errors import DomainError
from web.forms.edit_conflicts import EditConflict, fingerprint

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def exchange_of_rivage(cast: Cast, state: str, **more: Any) -> Exchange:
    return ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state, **more)


def rows_of(model: Any) -> list[Any]:
    return list(model.objects.order_by("pk"))


class TestQuestions:
    def test_questions_are_added_in_order(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "announced")
        for text in ("Who pays? ", "Who decides?"):
            actions.ask_question(exchange=exchange, text=text, by=cast["S"])
        assert list(exchange.questions.values_list("position", "text")) == [(1, "Who pays?"), (2, "Who decides?")]

    def test_adding_the_same_question_twice_adds_it_once(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "announced")
        rows = [actions.ask_question(exchange=exchange, text="Who pays?", by=cast["S"]) for _ in range(2)]
        assert (rows[0], len(rows_of(Question))) == (rows[1], 1)

    def test_no_question_is_added_once_registration_has_closed(self, cast: Cast):
        with pytest.raises(DomainError, match="Registration has closed"):
            actions.ask_question(
                exchange=exchange_of_rivage(cast, "registration_closed"), text="Who pays?", by=cast["S"]
            )

    def test_question_text_can_be_changed(self, cast: Cast):
        question = QuestionFactory()
        actions.change_question(question=question, text=" Who stays? ", by=cast["S"])
        assert rows_of(Question)[0].text == "Who stays?"

    def test_second_of_two_simultaneous_editors_gets_a_conflict_and_no_text_is_lost(self, cast: Cast):
        question = QuestionFactory(text="Who pays?")

        def change(text: str) -> Question:
            started = fingerprint("Who pays?")
            return actions.change_question(question=question, text=text, version_token=started, by=cast["S"])

        change("Ann's")
        change("Ann's")  # sent twice
        with pytest.raises(EditConflict, match="Someone else saved changes since you opened this page") as refused:
            change("Bob's")
        assert (refused.value.current, rows_of(Question)[0].text) == ({"text": "Ann's"}, "Ann's")

    def test_changing_a_withdrawn_question_is_refused(self, cast: Cast):
        question = QuestionFactory()
        actions.remove_question(question=question, by=cast["S"])
        with pytest.raises(DomainError, match="This item no longer exists"):
            actions.change_question(question=question, text="Late", by=cast["S"])

    def test_question_can_be_withdrawn(self, cast: Cast):
        question = QuestionFactory()
        for _ in range(2):
            actions.remove_question(question=question, by=cast["S"])
        assert rows_of(Question) == []

    @pytest.mark.parametrize("action_name", ["change_question", "remove_question"])
    def test_answered_question_cannot_be_changed_or_withdrawn(self, cast: Cast, action_name: str):
        question = QuestionFactory()
        ContributionFactory(exchange=question.exchange, kind="answer", question=question)
        arguments = {"text": "Other?"} if action_name == "change_question" else {}
        with pytest.raises(DomainError, match="A cohort has already answered this question: it cannot be"):
            getattr(actions, action_name)(question=question, by=cast["S"], **arguments)

    def test_questions_of_published_facts_never_change(self, cast: Cast):
        published = ExchangeFactory(retrospective=True, state="held", number=None)
        with pytest.raises(DomainError, match="published fact"):
            actions.ask_question(exchange=published, text="Who pays?", by=cast["S"])


class TestContributions:
    def contribute(self, cast: Cast, exchange: Exchange, **more: Any) -> Contribution:
        arguments = {"cohort": cast.cohort, "kind": "success", "text": "It works ", **more}
        return actions.contribute(exchange=exchange, by=cast["M"], **arguments)

    def test_cohort_can_contribute(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        row = self.contribute(cast, exchange_of_rivage(cast, "announced"), idea=idea)
        assert (row.cohort, row.kind, row.text, row.idea, row.author, row.question) == (
            cast.cohort,
            "success",
            "It works",
            idea,
            cast["M"],
            None,
        )

    def test_contribution_to_a_question_becomes_an_answer(self, cast: Cast):
        question = QuestionFactory(exchange=exchange_of_rivage(cast, "registration_open"))
        row = self.contribute(cast, question.exchange, kind="", question=question)
        assert (row.kind, row.question) == ("answer", question)

    def test_answer_without_a_question_is_refused(self, cast: Cast):
        with pytest.raises(DomainError) as refused:
            self.contribute(cast, exchange_of_rivage(cast, "announced"), kind="answer")
        assert (str(refused.value), refused.value.field) == (
            "Choose the question that the contribution answers, or another kind.",
            "question",
        )

    def test_contributing_the_same_text_twice_adds_it_once(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "announced")
        assert self.contribute(cast, exchange) == self.contribute(cast, exchange)

    @pytest.mark.parametrize(
        ("wrong", "reason"),
        [
            ("cohort", "Only cohorts of the edition can contribute"),
            ("question", "Choose a question of this Intertransfo"),
            ("idea", "Choose an idea of the cohort that contributes"),
        ],
    )
    def test_question_or_idea_of_others_is_refused_next_to_its_field(self, cast: Cast, wrong: str, reason: str):
        foreign = {
            "cohort": lambda: ContributionFactory().cohort,
            "question": QuestionFactory,
            "idea": lambda: IdeaFactory(cohort=cast.other_cohort),
        }
        with pytest.raises(DomainError, match=reason) as refused:
            self.contribute(cast, exchange_of_rivage(cast, "announced"), **{"kind": "", wrong: foreign[wrong]()})
        assert refused.value.field == wrong

    @pytest.mark.parametrize("state", ["host_confirmed", "followed_up"])
    def test_contributing_before_announcement_or_after_closing_is_refused(self, cast: Cast, state: str):
        with pytest.raises(DomainError, match="from the announcement until"):
            self.contribute(cast, exchange_of_rivage(cast, state))

    def test_changing_a_contribution_keeps_its_author_and_records_the_editor(self, cast: Cast):
        row, idea = ContributionFactory(author=cast["M"]), None
        idea = IdeaFactory(cohort=row.cohort)
        actions.change_contribution(contribution=row, text=" Better ", idea=idea, by=cast["S"])
        row.refresh_from_db()
        assert (row.text, row.idea, row.author) == ("Better", idea, cast["M"])

    def test_second_of_two_simultaneous_editors_gets_a_conflict(self, cast: Cast):
        row, ann, bob = ContributionFactory(author=cast["M"], text="First"), UserFactory(), UserFactory()

        def change(text: str, by: User) -> Any:
            started = fingerprint(*row.form_values().values())
            return lambda: actions.change_contribution(contribution=row, text=text, version_token=started, by=by)

        change("Ann's", ann)()
        change("Ann's", ann)()  # sent twice
        with pytest.raises(EditConflict, match="Someone else saved changes since you opened this page") as refused:
            change("Bob's", bob)()
        row.refresh_from_db()
        assert (refused.value.current, row.edited_by) == ({"text": "Ann's", "idea": None}, ann)

    @pytest.mark.parametrize(
        ("factory", "change"),
        [
            (ContributionFactory, lambda row, by: actions.change_contribution(contribution=row, text="Late", by=by)),
            (ProgrammeItemFactory, lambda row, by: actions.change_programme(item=row, title="Late", by=by)),
        ],
    )
    def test_changing_a_withdrawn_contribution_is_refused(self, cast: Cast, factory: Any, change: Any):
        row = factory()
        type(row).objects.filter(pk=row.pk).delete()
        with pytest.raises(DomainError, match="This item no longer exists"):
            change(row, cast["S"])

    def test_withdrawing_a_contribution_deletes_its_matches(self, cast: Cast):
        made = MatchFactory()
        for _ in range(2):
            actions.withdraw_contribution(contribution=made.offer, by=cast["S"])
        assert (rows_of(Contribution), rows_of(Match)) == ([made.request], [])

    def test_contribution_cannot_be_withdrawn_once_the_exchange_is_closed(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "held")
        row = ContributionFactory(exchange=exchange)
        MinutesFactory(exchange=exchange)
        actions.close_exchange(exchange=exchange, at=AT, by=cast["S"])
        with pytest.raises(DomainError, match="until the Intertransfo is closed"):
            actions.withdraw_contribution(contribution=row, by=cast["S"])


class TestMatches:
    @pytest.mark.parametrize("action_name", ["match", "unmatch", "withdraw_contribution"])
    @pytest.mark.parametrize(("state", "open_"), [("host_confirmed", False), ("announced", True), ("held", True)])
    def test_matching_is_possible_while_cohorts_contribute(self, cast: Cast, action_name: str, state: str, open_: bool):
        made = MatchFactory()
        force(made.offer.exchange, state=state)
        arguments: dict[str, dict[str, Any]] = {
            "match": {"offer": made.offer, "request": made.request},
            "unmatch": {"match": made},
            "withdraw_contribution": {"contribution": made.offer},
        }
        if open_:
            getattr(actions, action_name)(by=cast["S"], **arguments[action_name])
        else:
            with pytest.raises(DomainError, match="from the announcement until the Intertransfo is closed"):
                getattr(actions, action_name)(by=cast["S"], **arguments[action_name])

    @pytest.mark.parametrize("action_name", ["match", "unmatch"])
    def test_matching_is_refused_once_the_exchange_is_closed(self, cast: Cast, action_name: str):
        exchange = exchange_of_rivage(cast, "held")
        made = MatchFactory(offer__exchange=exchange)
        request = ContributionFactory(exchange=exchange, cohort=made.request.cohort, kind="request")
        MinutesFactory(exchange=exchange)
        actions.close_exchange(exchange=exchange, at=AT, by=cast["S"])
        arguments: dict[str, dict[str, Any]] = {
            "match": {"offer": made.offer, "request": request},
            "unmatch": {"match": made},
        }
        with pytest.raises(DomainError, match="You can match offers and requests from the announcement"):
            getattr(actions, action_name)(by=cast["S"], **arguments[action_name])
        assert rows_of(Match) == [made]

    def test_match_can_be_made_and_deleted(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "announced")
        offer = ContributionFactory(exchange=exchange, kind="offer")
        request = ContributionFactory(exchange=exchange, cohort=cast.other_cohort, kind="request")
        rows = [actions.match(offer=offer, request=request, by=cast["S"]) for _ in range(2)]
        assert (rows[0] == rows[1], rows[0].made_by) == (True, cast["S"])
        for _ in range(2):
            actions.unmatch(match=rows[0], by=cast["S"])
        assert rows_of(Match) == []

    def test_offer_and_request_of_the_same_cohort_are_not_matched(self, cast: Cast):
        offer = ContributionFactory(exchange=exchange_of_rivage(cast, "announced"), kind="offer")
        request = ContributionFactory(exchange=offer.exchange, kind="request")
        with pytest.raises(DomainError, match="a request of another cohort"):
            actions.match(offer=offer, request=request, by=cast["S"])


class TestProgramme:
    PART = {"day": 1, "starts_at": time(9), "ends_at": time(10), "title": "Welcome", "venue": "", "parallel": False}

    def test_part_of_the_programme_can_be_added_changed_and_removed(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "host_confirmed")
        rows = [actions.add_to_programme(exchange=exchange, speaker=None, by=cast["S"], **self.PART) for _ in range(2)]
        assert rows[0] == rows[1]
        actions.change_programme(item=rows[0], ends_at=time(11), speaker=cast.cohort, by=cast["S"])
        assert list(ProgrammeItem.objects.values_list("ends_at", "speaker")) == [(time(11), cast.cohort.pk)]
        for _ in range(2):
            actions.remove_from_programme(item=rows[0], by=cast["S"])
        assert rows_of(ProgrammeItem) == []

    def test_overlapping_parts_are_refused(self, cast: Cast):
        item = ProgrammeItemFactory()
        with pytest.raises(DomainError, match="Something else takes place at this time"):
            actions.add_to_programme(
                exchange=item.exchange, speaker=None, by=cast["S"], **{**self.PART, "title": "Tour"}
            )

    @pytest.mark.parametrize("state", ["proposed", "followed_up", "cancelled"])
    def test_programme_changes_only_between_confirmation_and_closing(self, cast: Cast, state: str):
        with pytest.raises(DomainError, match="once date and host are confirmed"):
            actions.add_to_programme(exchange=exchange_of_rivage(cast, state), speaker=None, by=cast["S"], **self.PART)


class TestMinutes:
    def write(self, exchange: Exchange, text: str, by: User, version_token: str = "") -> Minutes:
        return actions.write_minutes(
            exchange=exchange, text=text, version_token=fingerprint(version_token), at=AT, by=by
        )

    def test_minutes_record_author_and_time(self, cast: Cast):
        row = self.write(exchange_of_rivage(cast, "held"), " We agreed. ", cast["P"])
        assert (row.text, row.written_by, row.written_at) == ("We agreed.", cast["P"], AT)

    def test_other_author_can_replace_the_minutes(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "held")
        self.write(exchange, "First", cast["P"])
        self.write(exchange, "First and second", cast["D"], version_token="First")
        assert [(row.text, row.written_by) for row in rows_of(Minutes)] == [("First and second", cast["D"])]

    def test_second_of_two_simultaneous_writers_gets_a_conflict_and_no_text_is_lost(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "held")
        self.write(exchange, "Mine", cast["P"])
        with pytest.raises(DomainError, match="join both texts") as refused:
            self.write(exchange, "Theirs", cast["D"])
        assert (refused.value.field, [row.text for row in rows_of(Minutes)]) == ("text", ["Mine"])

    def test_sending_the_same_minutes_twice_saves_them_once(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "held")
        assert self.write(exchange, "Mine", cast["P"]) == self.write(exchange, "Mine", cast["P"])

    def test_writing_minutes_before_the_meeting_is_refused(self, cast: Cast):
        with pytest.raises(DomainError, match="You can write the minutes once registration is closed"):
            self.write(exchange_of_rivage(cast, "registration_open"), "Early", cast["P"])


class TestCommitments:
    def commit(self, cast: Cast, owner: User, **more: Any) -> Commitment:
        exchange = more.pop("exchange", None) or exchange_of_rivage(cast, "held")
        arguments = {"what": " Send the guide ", "due_on": date(2027, 1, 15), **more}
        return actions.record_commitment(exchange=exchange, owner=owner, at=AT, by=cast["P"], **arguments)

    @pytest.mark.parametrize(("role", "cohort"), [("M", "Rivage"), ("N", "Montagne"), ("A", "Rivage"), ("S", None)])
    def test_commitment_belongs_to_the_owners_cohort(self, cast: Cast, role: str, cohort: str | None):
        row = self.commit(cast, cast[role])
        assert (row.owner, row.what, row.made_on, row.state) == (
            cast[role],
            "Send the guide",
            date(2026, 11, 24),
            "open",
        )
        assert (row.cohort.name if row.cohort else None) == cohort

    def test_owner_from_outside_the_edition_is_refused(self, cast: Cast):
        with pytest.raises(DomainError, match="Only people active in the edition") as refused:
            self.commit(cast, cast["X"])
        assert refused.value.field == "owner"

    def test_recording_the_same_commitment_twice_adds_it_once(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "held")
        assert self.commit(cast, cast["M"], exchange=exchange) == self.commit(cast, cast["M"], exchange=exchange)

    def test_due_date_before_the_commitment_is_refused(self, cast: Cast):
        with pytest.raises(DomainError, match="Choose a due date that is not before the day on which the") as refused:
            self.commit(cast, cast["M"], due_on=date(2026, 11, 23))
        assert refused.value.field == "due_on"

    def test_commitment_can_be_fulfilled(self, cast: Cast):
        row = CommitmentFactory()
        rows = [actions.fulfil_commitment(commitment=row, at=AT, by=cast["P"]) for _ in range(2)]
        assert {(row.state, row.closed_on) for row in rows} == {("kept", date(2026, 11, 24))}

    def test_commitment_can_be_dropped_with_a_reason(self, cast: Cast):
        row = actions.drop_commitment(commitment=CommitmentFactory(), reason=" No time ", at=AT, by=cast["P"])
        assert (row.state, row.reason, row.closed_on) == ("dropped", "No time", date(2026, 11, 24))

    def test_dropping_without_a_reason_is_refused(self, cast: Cast):
        with pytest.raises(DomainError, match="Say why the commitment is dropped: the cohorts will read") as refused:
            actions.drop_commitment(commitment=CommitmentFactory(), reason=" ", at=AT, by=cast["P"])
        assert refused.value.field == "reason"

    def test_fulfilled_commitment_cannot_be_dropped(self, cast: Cast):
        row = CommitmentFactory(state="kept")
        with pytest.raises(DomainError, match="closed"):
            actions.drop_commitment(commitment=row, reason="No time", at=AT, by=cast["P"])


class TestFeedback:
    def give(self, registration: Any, useful: int = 5) -> Feedback:
        return actions.give_feedback(
            registration=registration,
            useful=useful,
            time_together=4,
            organisation=3,
            keep=" The walk ",
            change="",
            by=registration.user,
        )

    def test_second_feedback_replaces_the_first(self, cast: Cast):
        came = RegistrationFactory(exchange=exchange_of_rivage(cast, "held"), state="attended")
        self.give(came)
        self.give(came, useful=2)
        assert list(Feedback.objects.values_list("useful", "time_together", "organisation", "keep", "change")) == [
            (2, 4, 3, "The walk", "")
        ]

    def test_feedback_of_absent_people_is_refused(self, cast: Cast):
        absent = RegistrationFactory(exchange=exchange_of_rivage(cast, "held"), state="no_show")
        with pytest.raises(DomainError, match="Only people who came"):
            self.give(absent)


class TestCloseExchange:
    def test_exchange_with_minutes_can_be_closed(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "held")
        MinutesFactory(exchange=exchange)
        rows = [actions.close_exchange(exchange=exchange, at=AT, by=cast["S"]) for _ in range(2)]
        assert {row.state for row in rows} == {"followed_up"}

    def test_exchange_without_minutes_cannot_be_closed(self, cast: Cast):
        with pytest.raises(DomainError, match="Write the minutes first"):
            actions.close_exchange(exchange=exchange_of_rivage(cast, "held"), at=AT, by=cast["S"])

    def test_exchange_that_was_not_held_cannot_be_closed(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "registration_closed")
        MinutesFactory(exchange=exchange)
        with pytest.raises(DomainError, match="cannot go from its present state"):
            actions.close_exchange(exchange=exchange, at=AT, by=cast["S"])


@pytest.mark.django_db(transaction=True)
def test_second_of_two_who_start_the_minutes_at_once_gets_a_conflict():
    exchange, ann, bob = ExchangeFactory(state="held"), UserFactory(), UserFactory()
    answers = run_at_once(
        lambda: actions.write_minutes(exchange=exchange, text="Ann's", version_token=fingerprint(""), at=AT, by=ann),
        lambda: actions.write_minutes(exchange=exchange, text="Bob's", version_token=fingerprint(""), at=AT, by=bob),
    )
    assert answers == ["Someone else has changed the minutes: join both texts, then save again.", "done"]
    assert Minutes.objects.count() == 1
