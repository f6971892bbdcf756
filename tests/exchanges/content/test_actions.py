"""Verbs on the content of an exchange: what they write, when they refuse, and that twice changes nothing."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from accounts.models import User
from exchanges.content import actions
from exchanges.models import Commitment, Contribution, Exchange, Feedback, Match, Minutes, ProgrammeItem, Question
from tests.at_once import at_once
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
from web.forms.edit_conflicts import Changed, fingerprint

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def of_rivage(cast: Cast, state: str, **more: Any) -> Exchange:
    return ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state, **more)


def said(model: Any) -> list[Any]:
    return list(model.objects.order_by("pk"))


class TestQuestions:
    def test_they_are_asked_one_after_another(self, cast: Cast):
        exchange = of_rivage(cast, "announced")
        for text in ("Who pays? ", "Who decides?"):
            actions.ask_question(exchange=exchange, text=text, by=cast["S"])
        assert list(exchange.questions.values_list("position", "text")) == [(1, "Who pays?"), (2, "Who decides?")]

    def test_asked_twice_it_is_one(self, cast: Cast):
        exchange = of_rivage(cast, "announced")
        rows = [actions.ask_question(exchange=exchange, text="Who pays?", by=cast["S"]) for _ in range(2)]
        assert (rows[0], len(said(Question))) == (rows[1], 1)

    def test_not_once_registration_has_closed(self, cast: Cast):
        with pytest.raises(DomainError, match="Registration has closed"):
            actions.ask_question(exchange=of_rivage(cast, "registration_closed"), text="Who pays?", by=cast["S"])

    def test_they_are_worded_otherwise(self, cast: Cast):
        question = QuestionFactory()
        actions.change_question(question=question, text=" Who stays? ", by=cast["S"])
        assert said(Question)[0].text == "Who stays?"

    def test_the_second_of_two_who_word_it_at_once_is_told_and_nothing_is_lost(self, cast: Cast):
        question = QuestionFactory(text="Who pays?")

        def change(text: str) -> Question:
            started = fingerprint("Who pays?")
            return actions.change_question(question=question, text=text, seen=started, by=cast["S"])

        change("Ann's")
        change("Ann's")  # sent twice
        with pytest.raises(Changed, match="Someone else saved changes since you opened this page") as refused:
            change("Bob's")
        assert (refused.value.stands, said(Question)[0].text) == ({"text": "Ann's"}, "Ann's")

    def test_one_taken_back_meanwhile_is_not_there_any_more(self, cast: Cast):
        question = QuestionFactory()
        actions.remove_question(question=question, by=cast["S"])
        with pytest.raises(DomainError, match="This item no longer exists"):
            actions.change_question(question=question, text="Late", by=cast["S"])

    def test_and_taken_back(self, cast: Cast):
        question = QuestionFactory()
        for _ in range(2):
            actions.remove_question(question=question, by=cast["S"])
        assert said(Question) == []

    @pytest.mark.parametrize("act", ["change_question", "remove_question"])
    def test_not_once_answered(self, cast: Cast, act: str):
        question = QuestionFactory()
        ContributionFactory(exchange=question.exchange, kind="answer", question=question)
        told = {"text": "Other?"} if act == "change_question" else {}
        with pytest.raises(DomainError, match="A cohort has already answered this question: it cannot be"):
            getattr(actions, act)(question=question, by=cast["S"], **told)

    def test_published_ones_never_change(self, cast: Cast):
        published = ExchangeFactory(retrospective=True, state="held", number=None)
        with pytest.raises(DomainError, match="published fact"):
            actions.ask_question(exchange=published, text="Who pays?", by=cast["S"])


class TestContributions:
    def contribute(self, cast: Cast, exchange: Exchange, **more: Any) -> Contribution:
        told = {"cohort": cast.cohort, "kind": "success", "text": "It works ", **more}
        return actions.contribute(exchange=exchange, by=cast["M"], **told)

    def test_a_cohort_says_something(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort)
        row = self.contribute(cast, of_rivage(cast, "announced"), idea=idea)
        assert (row.cohort, row.kind, row.text, row.idea, row.author, row.question) == (
            cast.cohort,
            "success",
            "It works",
            idea,
            cast["M"],
            None,
        )

    def test_what_belongs_to_a_question_is_an_answer(self, cast: Cast):
        question = QuestionFactory(exchange=of_rivage(cast, "registration_open"))
        row = self.contribute(cast, question.exchange, kind="", question=question)
        assert (row.kind, row.question) == ("answer", question)

    def test_an_answer_to_no_question_is_refused(self, cast: Cast):
        with pytest.raises(DomainError) as refused:
            self.contribute(cast, of_rivage(cast, "announced"), kind="answer")
        assert (str(refused.value), refused.value.field) == (
            "Choose the question that the contribution answers, or another kind.",
            "question",
        )

    def test_said_twice_it_is_one(self, cast: Cast):
        exchange = of_rivage(cast, "announced")
        assert self.contribute(cast, exchange) == self.contribute(cast, exchange)

    @pytest.mark.parametrize(
        ("wrong", "reason"),
        [
            ("cohort", "Only cohorts of the edition can contribute"),
            ("question", "Choose a question of this Intertransfo"),
            ("idea", "Choose an idea of the cohort that contributes"),
        ],
    )
    def test_what_is_not_theirs_is_refused_beside_its_field(self, cast: Cast, wrong: str, reason: str):
        foreign = {
            "cohort": lambda: ContributionFactory().cohort,
            "question": QuestionFactory,
            "idea": lambda: IdeaFactory(cohort=cast.other),
        }
        with pytest.raises(DomainError, match=reason) as refused:
            self.contribute(cast, of_rivage(cast, "announced"), **{"kind": "", wrong: foreign[wrong]()})
        assert refused.value.field == wrong

    @pytest.mark.parametrize("state", ["host_confirmed", "followed_up"])
    def test_neither_before_it_is_announced_nor_after_it_is_closed(self, cast: Cast, state: str):
        with pytest.raises(DomainError, match="from the announcement until"):
            self.contribute(cast, of_rivage(cast, state))

    def test_it_is_said_otherwise_under_the_same_name(self, cast: Cast):
        row, idea = ContributionFactory(author=cast["M"]), None
        idea = IdeaFactory(cohort=row.cohort)
        actions.change_contribution(contribution=row, text=" Better ", idea=idea, by=cast["S"])
        row.refresh_from_db()
        assert (row.text, row.idea, row.author) == ("Better", idea, cast["M"])

    def test_of_two_who_change_it_at_once_one_is_told(self, cast: Cast):
        row, ann, bob = ContributionFactory(author=cast["M"], text="First"), UserFactory(), UserFactory()

        def change(text: str, by: User) -> Any:
            started = fingerprint(*row.said().values())
            return lambda: actions.change_contribution(contribution=row, text=text, seen=started, by=by)

        change("Ann's", ann)()
        change("Ann's", ann)()  # sent twice
        with pytest.raises(Changed, match="Someone else saved changes since you opened this page") as refused:
            change("Bob's", bob)()
        row.refresh_from_db()
        assert (refused.value.stands, row.edited_by) == ({"text": "Ann's", "idea": None}, ann)

    @pytest.mark.parametrize(
        ("factory", "change"),
        [
            (ContributionFactory, lambda row, by: actions.change_contribution(contribution=row, text="Late", by=by)),
            (ProgrammeItemFactory, lambda row, by: actions.change_programme(item=row, title="Late", by=by)),
        ],
    )
    def test_what_was_taken_away_meanwhile_cannot_be_changed(self, cast: Cast, factory: Any, change: Any):
        row = factory()
        type(row).objects.filter(pk=row.pk).delete()
        with pytest.raises(DomainError, match="This item no longer exists"):
            change(row, cast["S"])

    def test_withdrawn_it_goes_with_its_matches(self, cast: Cast):
        made = MatchFactory()
        for _ in range(2):
            actions.withdraw_contribution(contribution=made.offer, by=cast["S"])
        assert (said(Contribution), said(Match)) == ([made.request], [])

    def test_not_once_all_is_closed(self, cast: Cast):
        exchange = of_rivage(cast, "held")
        row = ContributionFactory(exchange=exchange)
        MinutesFactory(exchange=exchange)
        actions.follow_up(exchange=exchange, at=AT, by=cast["S"])
        with pytest.raises(DomainError, match="until the Intertransfo is closed"):
            actions.withdraw_contribution(contribution=row, by=cast["S"])


class TestMatches:
    @pytest.mark.parametrize("act", ["match", "unmatch", "withdraw_contribution"])
    @pytest.mark.parametrize(("state", "open_"), [("host_confirmed", False), ("announced", True), ("held", True)])
    def test_while_cohorts_contribute(self, cast: Cast, act: str, state: str, open_: bool):
        made = MatchFactory()
        force(made.offer.exchange, state=state)
        told: dict[str, dict[str, Any]] = {
            "match": {"offer": made.offer, "request": made.request},
            "unmatch": {"match": made},
            "withdraw_contribution": {"contribution": made.offer},
        }
        if open_:
            getattr(actions, act)(by=cast["S"], **told[act])
        else:
            with pytest.raises(DomainError, match="from the announcement until the Intertransfo is closed"):
                getattr(actions, act)(by=cast["S"], **told[act])

    @pytest.mark.parametrize("act", ["match", "unmatch"])
    def test_not_once_all_is_closed(self, cast: Cast, act: str):
        exchange = of_rivage(cast, "held")
        made = MatchFactory(offer__exchange=exchange)
        request = ContributionFactory(exchange=exchange, cohort=made.request.cohort, kind="request")
        MinutesFactory(exchange=exchange)
        actions.follow_up(exchange=exchange, at=AT, by=cast["S"])
        told: dict[str, dict[str, Any]] = {
            "match": {"offer": made.offer, "request": request},
            "unmatch": {"match": made},
        }
        with pytest.raises(DomainError, match="You can match offers and requests from the announcement"):
            getattr(actions, act)(by=cast["S"], **told[act])
        assert said(Match) == [made]

    def test_made_and_taken_apart(self, cast: Cast):
        exchange = of_rivage(cast, "announced")
        offer = ContributionFactory(exchange=exchange, kind="offer")
        request = ContributionFactory(exchange=exchange, cohort=cast.other, kind="request")
        rows = [actions.match(offer=offer, request=request, by=cast["S"]) for _ in range(2)]
        assert (rows[0] == rows[1], rows[0].made_by) == (True, cast["S"])
        for _ in range(2):
            actions.unmatch(match=rows[0], by=cast["S"])
        assert said(Match) == []

    def test_not_within_one_cohort(self, cast: Cast):
        offer = ContributionFactory(exchange=of_rivage(cast, "announced"), kind="offer")
        request = ContributionFactory(exchange=offer.exchange, kind="request")
        with pytest.raises(DomainError, match="a request of another cohort"):
            actions.match(offer=offer, request=request, by=cast["S"])


class TestProgramme:
    PART = {"day": 1, "starts_at": time(9), "ends_at": time(10), "title": "Welcome", "place": "", "parallel": False}

    def test_set_changed_and_left_out(self, cast: Cast):
        exchange = of_rivage(cast, "host_confirmed")
        rows = [actions.add_to_programme(exchange=exchange, speaker=None, by=cast["S"], **self.PART) for _ in range(2)]
        assert rows[0] == rows[1]
        actions.change_programme(item=rows[0], ends_at=time(11), speaker=cast.cohort, by=cast["S"])
        assert list(ProgrammeItem.objects.values_list("ends_at", "speaker")) == [(time(11), cast.cohort.pk)]
        for _ in range(2):
            actions.remove_from_programme(item=rows[0], by=cast["S"])
        assert said(ProgrammeItem) == []

    def test_two_things_at_once_are_refused(self, cast: Cast):
        item = ProgrammeItemFactory()
        with pytest.raises(DomainError, match="Something else takes place at this time"):
            actions.add_to_programme(
                exchange=item.exchange, speaker=None, by=cast["S"], **{**self.PART, "title": "Tour"}
            )

    @pytest.mark.parametrize("state", ["proposed", "followed_up", "cancelled"])
    def test_only_while_it_is_being_prepared(self, cast: Cast, state: str):
        with pytest.raises(DomainError, match="once date and host are confirmed"):
            actions.add_to_programme(exchange=of_rivage(cast, state), speaker=None, by=cast["S"], **self.PART)


class TestMinutes:
    def write(self, exchange: Exchange, text: str, by: User, seen: str = "") -> Minutes:
        return actions.write_minutes(exchange=exchange, text=text, seen=fingerprint(seen), at=AT, by=by)

    def test_who_and_when(self, cast: Cast):
        row = self.write(of_rivage(cast, "held"), " We agreed. ", cast["P"])
        assert (row.text, row.written_by, row.written_at) == ("We agreed.", cast["P"], AT)

    def test_again_by_somebody_else(self, cast: Cast):
        exchange = of_rivage(cast, "held")
        self.write(exchange, "First", cast["P"])
        self.write(exchange, "First and second", cast["D"], seen="First")
        assert [(row.text, row.written_by) for row in said(Minutes)] == [("First and second", cast["D"])]

    def test_the_second_of_two_who_wrote_at_once_is_told_and_nothing_is_lost(self, cast: Cast):
        exchange = of_rivage(cast, "held")
        self.write(exchange, "Mine", cast["P"])
        with pytest.raises(DomainError, match="join both texts") as refused:
            self.write(exchange, "Theirs", cast["D"])
        assert (refused.value.field, [row.text for row in said(Minutes)]) == ("text", ["Mine"])

    def test_sent_twice_it_is_saved_once(self, cast: Cast):
        exchange = of_rivage(cast, "held")
        assert self.write(exchange, "Mine", cast["P"]) == self.write(exchange, "Mine", cast["P"])

    def test_not_before_the_days(self, cast: Cast):
        with pytest.raises(DomainError, match="You can write the minutes once registration is closed"):
            self.write(of_rivage(cast, "registration_open"), "Early", cast["P"])


class TestCommitments:
    def commit(self, cast: Cast, owner: User, **more: Any) -> Commitment:
        exchange = more.pop("exchange", None) or of_rivage(cast, "held")
        told = {"what": " Send the guide ", "due_on": date(2027, 1, 15), **more}
        return actions.commit(exchange=exchange, owner=owner, at=AT, by=cast["P"], **told)

    @pytest.mark.parametrize(("letter", "cohort"), [("M", "Rivage"), ("N", "Montagne"), ("A", "Rivage"), ("S", None)])
    def test_somebody_promises_something_for_their_cohort(self, cast: Cast, letter: str, cohort: str | None):
        row = self.commit(cast, cast[letter])
        assert (row.owner, row.what, row.made_on, row.state) == (
            cast[letter],
            "Send the guide",
            date(2026, 11, 24),
            "open",
        )
        assert (row.cohort.name if row.cohort else None) == cohort

    def test_nobody_from_outside(self, cast: Cast):
        with pytest.raises(DomainError, match="Only people active in the edition") as refused:
            self.commit(cast, cast["X"])
        assert refused.value.field == "owner"

    def test_noted_twice_it_is_one(self, cast: Cast):
        exchange = of_rivage(cast, "held")
        assert self.commit(cast, cast["M"], exchange=exchange) == self.commit(cast, cast["M"], exchange=exchange)

    def test_not_until_yesterday(self, cast: Cast):
        with pytest.raises(DomainError, match="Choose a due date that is not before the day on which the") as refused:
            self.commit(cast, cast["M"], due_on=date(2026, 11, 23))
        assert refused.value.field == "due_on"

    def test_kept(self, cast: Cast):
        row = CommitmentFactory()
        rows = [actions.keep(commitment=row, at=AT, by=cast["P"]) for _ in range(2)]
        assert {(row.state, row.closed_on) for row in rows} == {("kept", date(2026, 11, 24))}

    def test_dropped_for_a_reason(self, cast: Cast):
        row = actions.drop(commitment=CommitmentFactory(), reason=" No time ", at=AT, by=cast["P"])
        assert (row.state, row.reason, row.closed_on) == ("dropped", "No time", date(2026, 11, 24))

    def test_not_without_one(self, cast: Cast):
        with pytest.raises(DomainError, match="Say why the commitment is dropped: the cohorts will read") as refused:
            actions.drop(commitment=CommitmentFactory(), reason=" ", at=AT, by=cast["P"])
        assert refused.value.field == "reason"

    def test_what_is_kept_is_not_dropped_afterwards(self, cast: Cast):
        row = CommitmentFactory(state="kept")
        with pytest.raises(DomainError, match="closed"):
            actions.drop(commitment=row, reason="No time", at=AT, by=cast["P"])


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

    def test_given_again_it_replaces_what_was_said(self, cast: Cast):
        came = RegistrationFactory(exchange=of_rivage(cast, "held"), state="attended")
        self.give(came)
        self.give(came, useful=2)
        assert list(Feedback.objects.values_list("useful", "time_together", "organisation", "keep", "change")) == [
            (2, 4, 3, "The walk", "")
        ]

    def test_who_stayed_away_says_nothing(self, cast: Cast):
        absent = RegistrationFactory(exchange=of_rivage(cast, "held"), state="no_show")
        with pytest.raises(DomainError, match="Only people who came"):
            self.give(absent)


class TestFollowUp:
    def test_with_minutes_it_is_closed(self, cast: Cast):
        exchange = of_rivage(cast, "held")
        MinutesFactory(exchange=exchange)
        rows = [actions.follow_up(exchange=exchange, at=AT, by=cast["S"]) for _ in range(2)]
        assert {row.state for row in rows} == {"followed_up"}

    def test_without_it_is_not(self, cast: Cast):
        with pytest.raises(DomainError, match="Write the minutes first"):
            actions.follow_up(exchange=of_rivage(cast, "held"), at=AT, by=cast["S"])

    def test_nor_before_it_took_place(self, cast: Cast):
        exchange = of_rivage(cast, "registration_closed")
        MinutesFactory(exchange=exchange)
        with pytest.raises(DomainError, match="cannot go from its present state"):
            actions.follow_up(exchange=exchange, at=AT, by=cast["S"])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_the_minutes_at_once_one_is_told():
    exchange, ann, bob = ExchangeFactory(state="held"), UserFactory(), UserFactory()
    answers = at_once(
        lambda: actions.write_minutes(exchange=exchange, text="Ann's", seen=fingerprint(""), at=AT, by=ann),
        lambda: actions.write_minutes(exchange=exchange, text="Bob's", seen=fingerprint(""), at=AT, by=bob),
    )
    assert answers == ["Someone else has changed the minutes: join both texts, then save again.", "done"]
    assert Minutes.objects.count() == 1
