"""Pages on the content of an exchange: what they say to whom, their forms, and their cost in statements."""

from datetime import date, time
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from exchanges.content import actions
from exchanges.models import Commitment, Contribution, Exchange, Feedback, Match, Minutes, ProgrammeItem, Question
from tests.factories.cast import Cast
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
from tests.factories.programmes import EditionFactory
from tests.factories.prototypes import IdeaFactory
from tests.pages import elements, links, rows, said, texts


def signed_in(person: User) -> Client:
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def of_rivage(cast: Cast, state: str = "registration_open", **more: Any) -> Exchange:
    return ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state, **{"number": 1, **more})


def at(route: str, exchange: Exchange, *more: Any) -> str:
    return reverse(f"exchanges:{route}", args=[exchange.pk, *more])


def page(cast: Cast, letter: str, route: str, exchange: Exchange) -> Any:
    return signed_in(cast[letter]).get(at(route, exchange))


def body(response: Any) -> str:
    return " ".join(texts(response, "main")[0].split())


def hidden(form: Any) -> dict[str, Any]:
    """What a form sends along without showing it."""
    return {field.html_name: field.value() for field in form.hidden_fields()}


def seen(client: Client, row: Contribution) -> str:
    """The mark of what the form on a contribution starts from."""
    return client.get(at("change_contribution", row.exchange, row.pk)).context["form"]["seen"].value()


def full(cast: Cast, count: int, state: str = "registration_open") -> Exchange:
    """An exchange with so much of everything."""
    exchange = of_rivage(cast, state)
    earlier = of_rivage(cast, "held", number=2, first_day=date(2026, 6, 9), swap_reason="Test")
    for n in range(count):
        if state == "registration_open":
            question = QuestionFactory(exchange=exchange)
            ContributionFactory(
                exchange=exchange, kind="answer", question=question, idea=IdeaFactory(cohort=cast.cohort)
            )
        request = ContributionFactory(exchange=exchange, cohort=cast.other, kind="request")
        MatchFactory(offer=ContributionFactory(exchange=exchange, kind="offer"), request=request)
        ProgrammeItemFactory(exchange=exchange, starts_at=time(9 + n), ends_at=time(10 + n), speaker=cast.other)
        CommitmentFactory(exchange=earlier, owner=cast["M"])
        if state == "held":
            CommitmentFactory(exchange=exchange, owner=cast["M"])
            FeedbackFactory(registration=RegistrationFactory(exchange=exchange, state="attended"))
    return exchange


COSTS = {
    ("S", "contributions"): 7,
    ("M", "contributions"): 9,
    ("S", "programme"): 4,
    ("M", "programme"): 6,
    ("S", "minutes"): 8,
    ("M", "minutes"): 9,
}


class TestCost:
    @pytest.mark.parametrize("count", [1, 3])
    @pytest.mark.parametrize(("letter", "route"), COSTS)
    def test_pages_cost_the_same_however_much_there_is(
        self, cast: Cast, count: int, letter: str, route: str, django_assert_num_queries: Any
    ):
        exchange = full(cast, count, "held" if route == "minutes" else "registration_open")
        client = signed_in(cast[letter])
        client.get(at(route, exchange))
        with django_assert_num_queries(COSTS[letter, route]):
            client.get(at(route, exchange))

    @pytest.mark.parametrize("count", [1, 3])
    def test_a_published_one_is_read_whole(self, cast: Cast, count: int, django_assert_num_queries: Any):
        published = ExchangeFactory(retrospective=True, state="held", number=None)
        for n in range(count):
            ProgrammeItemFactory(exchange=published, starts_at=None, ends_at=None, title=f"Part {n}")
            QuestionFactory(exchange=published)
        client = signed_in(cast["X"])
        client.get(published.get_absolute_url())
        with django_assert_num_queries(7):
            client.get(published.get_absolute_url())


class TestOnThePageOfTheExchange:
    def test_it_says_how_much_there_is(self, cast: Cast):
        exchange = full(cast, 2)
        found = body(signed_in(cast["M"]).get(exchange.get_absolute_url()))
        for told in ("2 questions", "6 contributions", "2 parts", "no minutes yet", "0 commitments"):
            assert told in found

    def test_promises_of_before_open_the_next_one(self, cast: Cast):
        exchange = full(cast, 1)
        CommitmentFactory(
            exchange=Exchange.objects.get(number=2), owner=cast["P"], what="Call Metz", due_on=date(2026, 11, 24)
        )
        answer = signed_in(cast["M"]).get(exchange.get_absolute_url())
        assert texts(answer, "h2")[0] == "Earlier commitments"
        assert "Call Metz" in body(answer)
        own = Commitment.objects.get(owner=cast["M"])
        assert links(answer)["Update the commitment"] == reverse("exchanges:close_commitment", args=[own.pk])

    def test_those_kept_or_dropped_do_not(self, cast: Cast):
        earlier = of_rivage(cast, "held", first_day=date(2026, 6, 9))
        for state in ("kept", "dropped"):
            CommitmentFactory(exchange=earlier, owner=cast["M"], state=state)
        later = of_rivage(cast, number=2, swap_reason="Test")
        assert "Earlier commitments" not in texts(signed_in(cast["M"]).get(later.get_absolute_url()), "h2")

    def test_nor_do_they_open_those_after_the_next_one(self, cast: Cast):
        exchange = full(cast, 1)
        after = of_rivage(cast, "proposed", number=3, first_day=date(2027, 11, 9), swap_reason="Test")
        client = signed_in(cast["S"])
        opened = [texts(client.get(row.get_absolute_url()), "h2")[0] for row in (exchange, after)]
        assert [text == "Earlier commitments" for text in opened] == [True, False]

    def test_the_day_it_is_due_is_said_one_way(self, cast: Cast):
        exchange = full(cast, 1)
        opening = body(signed_in(cast["M"]).get(exchange.get_absolute_url()))
        others = body(signed_in(cast["S"]).get(exchange.get_absolute_url()))
        promised = Commitment.objects.get().what
        assert (f"{promised} (due 15 Jan 2027)" in opening, f"{promised} due 15 Jan 2027" in others) == (True, True)
        minutes = page(cast, "M", "minutes", exchange)
        assert [cell["attrs"]["data-label"] for cell in elements(minutes, "td") if cell["text"] == "15 Jan 2027"] == [
            "Due date"
        ]

    def test_one_that_is_late_says_so(self, cast: Cast):
        exchange = full(cast, 1)
        row = Commitment.objects.get()
        row.made_on, row.due_on = date(2026, 6, 10), date(2026, 11, 1)
        row.save()
        assert "late" in body(signed_in(cast["S"]).get(exchange.get_absolute_url()))

    def test_published_facts_are_told_in_order(self, cast: Cast):
        published = ExchangeFactory(
            retrospective=True, state="held", number=None, first_day=date(2012, 6, 26), days=1, source="A page"
        )
        for when, title in (("Le matin", "Où en sont-elles"), ("", "Trois conditions")):
            ProgrammeItemFactory(exchange=published, starts_at=None, ends_at=None, when=when, title=title)
        answer = signed_in(cast["X"]).get(published.get_absolute_url())
        assert texts(answer, "li")[-2:] == ["Le matin · Où en sont-elles", "Trois conditions"]
        assert "Tue 26 June 2012" in texts(answer, "h2")

    def test_with_minutes_lab_staff_close_it(self, cast: Cast):
        exchange = of_rivage(cast, "held")
        client = signed_in(cast["S"])
        assert "Record who came" in links(client.get(exchange.get_absolute_url()))
        MinutesFactory(exchange=exchange)
        assert links(client.get(exchange.get_absolute_url()))["Close the Intertransfo"] == at("follow_up", exchange)


class TestContributions:
    def test_each_cohort_with_what_it_brings(self, cast: Cast):
        exchange = of_rivage(cast)
        ContributionFactory(exchange=exchange, text="It works", author=cast["M"])
        answer = page(cast, "N", "contributions", exchange)
        assert texts(answer, "h3") == ["Montagne", "Rivage"]
        assert "success It works Ambassador Rivage" in body(answer)
        assert "Montagne Nothing yet." in body(answer)

    def test_an_idea_is_named_to_those_who_may_read_it(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, title="Une borne")
        exchange = of_rivage(cast)
        ContributionFactory(exchange=exchange, idea=idea)
        named = f"{idea.reference} · Une borne"
        assert links(page(cast, "M", "contributions", exchange))[named] == f"/ideas/{idea.pk}/"
        neighbours = page(cast, "N", "contributions", exchange)
        assert (named in body(neighbours), idea.reference in body(neighbours)) == (False, True)

    def test_empty_it_says_the_first_step(self, cast: Cast):
        exchange = of_rivage(cast)
        answer = page(cast, "S", "contributions", exchange)
        assert texts(answer, "p", "empty-title") == ["No question yet"]
        assert links(answer)["Ask the first question"] == at("ask_question", exchange)

    def test_a_member_is_told_that_nothing_is_asked(self, cast: Cast):
        assert "The lab has not sent any question." in body(page(cast, "M", "contributions", of_rivage(cast)))

    @pytest.mark.parametrize(("letter", "shown"), [("M", True), ("P", True), ("R", False), ("N", False)])
    def test_who_may_change_one_finds_the_link(self, cast: Cast, letter: str, shown: bool):
        exchange = of_rivage(cast)
        row = ContributionFactory(exchange=exchange, author=cast["M"])
        hrefs = links(page(cast, letter, "contributions", exchange)).values()
        assert (at("change_contribution", exchange, row.pk) in hrefs) is shown

    def test_an_answer_stands_under_its_question_only(self, cast: Cast):
        exchange = of_rivage(cast)
        question = QuestionFactory(exchange=exchange)
        answers = {"exchange": exchange, "kind": "answer", "author": cast["M"]}
        row = ContributionFactory(question=question, text="The mayor", **answers)
        ContributionFactory(text="A ramp", exchange=exchange)
        ContributionFactory(question=question, text="Nobody", cohort=cast.other, **answers)
        answer = page(cast, "M", "contributions", exchange)
        (under, loose), cards = elements(answer, "ul", "plain-links"), elements(answer, "section", "card")
        assert [under["text"].count(text) for text in ("Rivage The mayor", "Montagne Nobody")] == [1, 1]
        assert loose["text"].startswith("success A ramp")
        assert "Montagne The answers of this cohort are shown under the questions." in cards[1]["text"]
        assert [body(answer).count(text) for text in ("The mayor Ambassador", "Nobody Ambassador")] == [1, 1]
        assert at("change_contribution", exchange, row.pk) in links(answer).values()

    def test_contributing_for_the_own_cohort(self, cast: Cast):
        exchange = of_rivage(cast)
        question, idea = QuestionFactory(exchange=exchange), IdeaFactory(cohort=cast.cohort)
        client = signed_in(cast["M"])
        form = client.get(at("contribute", exchange) + f"?question={question.pk}").context["form"]
        assert (form["kind"].value(), form["question"].value()) == ("answer", str(question.pk))
        assert [name for _pk, name in form.fields["cohort"].choices] == ["Rivage"]
        sent = {"cohort": cast.cohort.pk, "kind": "answer", "question": question.pk, "text": "We do", "idea": idea.pk}
        answer = client.post(at("contribute", exchange), sent, follow=True)
        assert said(answer) == ["Your contribution is on the page."]
        assert list(Contribution.objects.values_list("cohort", "question", "idea", "author")) == [
            (cast.cohort.pk, question.pk, idea.pk, cast["M"].pk)
        ]

    def test_anything_else_under_a_question_is_refused_beside_its_kind(self, cast: Cast):
        exchange = of_rivage(cast)
        question = QuestionFactory(exchange=exchange)
        sent = {"cohort": cast.cohort.pk, "kind": "success", "question": question.pk, "text": "We do"}
        answer = signed_in(cast["M"]).post(at("contribute", exchange), sent)
        said = "Only an answer can be linked to a question. Choose the kind “answer to a question”, or no question."
        assert (answer.context["form"].errors, Contribution.objects.count()) == ({"kind": [said]}, 0)

    @pytest.mark.parametrize(("asked", "field"), [(1, "question"), (0, "kind")])
    def test_an_answer_without_its_question_is_refused_beside_the_field(self, cast: Cast, asked: int, field: str):
        exchange = of_rivage(cast)
        QuestionFactory.create_batch(asked, exchange=exchange)
        sent = {"cohort": cast.cohort.pk, "kind": "answer", "text": "We do"}
        answer = signed_in(cast["M"]).post(at("contribute", exchange), sent)
        refusal = "Choose the question that the contribution answers, or another kind."
        assert answer.context["form"].errors == {field: [refusal]}

    def test_not_for_another_one_nor_with_its_ideas(self, cast: Cast):
        exchange, idea = of_rivage(cast), IdeaFactory(cohort=cast.other)
        IdeaFactory(cohort=cast.cohort)
        sent = {"cohort": cast.other.pk, "kind": "success", "text": "Ours", "idea": idea.pk}
        answer = signed_in(cast["M"]).post(at("contribute", exchange), sent)
        assert sorted(answer.context["form"].errors) == ["cohort", "idea"]
        assert answer.context["form"]["text"].value() == "Ours"

    def test_changed_and_withdrawn(self, cast: Cast):
        exchange = of_rivage(cast)
        row, client = ContributionFactory(exchange=exchange, author=cast["M"]), signed_in(cast["M"])
        client.post(at("change_contribution", exchange, row.pk), {"text": "Better", "seen": seen(client, row)})
        assert Contribution.objects.get().text == "Better"
        address = at("withdraw_contribution", exchange, row.pk)
        assert "Better" in body(client.get(address))
        assert said(client.post(address, follow=True)) == ["The contribution is withdrawn."]
        assert said(client.post(address, follow=True)) == ["This item no longer exists. Someone may have removed it."]

    def test_the_second_of_two_who_change_it_sees_both_and_joins_them(self, cast: Cast):
        exchange, idea = of_rivage(cast), IdeaFactory(cohort=cast.cohort)
        row = ContributionFactory(exchange=exchange, author=cast["M"], cohort=cast.cohort, text="As it was")
        address, second = at("change_contribution", exchange, row.pk), signed_in(cast["P"])
        started = hidden(second.get(address).context["form"])
        actions.change_contribution(contribution=row, text="Theirs", idea=idea, by=cast["S"])
        answer = second.post(address, {"text": "Mine", **started})
        assert answer.context["form"].theirs == [("Text", "Theirs"), ("Idea", f"{idea.reference} · {idea.title}")]
        assert "Version saved by someone else Text Theirs Idea" in body(answer)
        assert answer.context["form"]["text"].value() == "Mine"
        assert Contribution.objects.get().text == "Theirs"
        second.post(address, {"text": "Theirs and mine", "idea": idea.pk, **hidden(answer.context["form"])})
        row.refresh_from_db()
        assert (row.text, row.idea, row.author, row.edited_by) == ("Theirs and mine", idea, cast["M"], cast["P"])

    def test_who_edited_it_is_said_beside_who_wrote_it(self, cast: Cast):
        exchange = of_rivage(cast)
        mine, edited = (ContributionFactory(exchange=exchange, author=cast["M"], text=text) for text in ("One", "Two"))
        actions.change_contribution(contribution=mine, text="One more", by=cast["M"])
        actions.change_contribution(contribution=edited, text="Two more", by=cast["P"])
        found = body(page(cast, "N", "contributions", exchange))
        assert found.count("edited by") == 1
        assert "Two more Ambassador Rivage edited by Pilot Rivage" in found

    @pytest.mark.parametrize("route", ["change_contribution", "withdraw_contribution", "change_question", "unmatch"])
    def test_parts_of_other_exchanges_are_not_found(self, cast: Cast, route: str):
        factory = {"change_question": QuestionFactory, "unmatch": MatchFactory}.get(route, ContributionFactory)
        assert signed_in(cast["S"]).get(at(route, of_rivage(cast), factory().pk)).status_code == 404

    def test_questions_are_asked_changed_and_taken_back(self, cast: Cast):
        exchange, client = of_rivage(cast), signed_in(cast["S"])
        client.post(at("ask_question", exchange), {"text": "Who pays?"})
        row = Question.objects.get()
        started = hidden(client.get(at("change_question", exchange, row.pk)).context["form"])
        client.post(at("change_question", exchange, row.pk), {"text": "Who stays?", **started})
        assert texts(client.get(at("contributions", exchange)), "h3")[0] == "1. Who stays?"
        client.post(at("remove_question", exchange, row.pk))
        assert Question.objects.count() == 0

    def test_the_second_of_two_who_change_a_question_sees_both_and_joins_them(self, cast: Cast):
        row, second = QuestionFactory(exchange=of_rivage(cast), text="Who pays?"), signed_in(cast["S"])
        address = at("change_question", row.exchange, row.pk)
        started = hidden(second.get(address).context["form"])
        actions.change_question(question=row, text="Theirs?", by=cast["S"])
        answer = second.post(address, {"text": "Mine?", **started})
        assert "Version saved by someone else Question Theirs?" in body(answer)
        assert (answer.context["form"]["text"].value(), Question.objects.get().text) == ("Mine?", "Theirs?")
        second.post(address, {"text": "Theirs and mine?", **hidden(answer.context["form"])})
        assert Question.objects.get().text == "Theirs and mine?"

    def test_one_answered_meanwhile_is_not_taken_back(self, cast: Cast):
        row = QuestionFactory(exchange=of_rivage(cast))
        ContributionFactory(exchange=row.exchange, kind="answer", question=row)
        answer = signed_in(cast["S"]).post(at("remove_question", row.exchange, row.pk))
        refusal = (
            "A cohort has already answered this question: it cannot be changed or withdrawn."
            " Ask another question instead."
        )
        assert refusal in texts(answer, "li")

    def test_offers_meet_requests(self, cast: Cast):
        exchange, client = of_rivage(cast), signed_in(cast["S"])
        offer = ContributionFactory(exchange=exchange, kind="offer", text="A guide")
        request = ContributionFactory(exchange=exchange, cohort=cast.other, kind="request", text="A method")
        assert "Nothing matched yet" in texts(client.get(at("contributions", exchange)), "p", "empty-title")
        client.post(at("match", exchange), {"offer": offer.pk, "request": request.pk})
        found = body(page(cast, "N", "contributions", exchange))
        assert "Rivage A guide → Montagne A method matched by Staff Lab" in found
        client.post(at("unmatch", exchange, Match.objects.get().pk))
        assert Match.objects.count() == 0

    def test_closed_it_takes_nothing_more(self, cast: Cast):
        exchange = of_rivage(cast, "followed_up")
        answer = page(cast, "S", "contributions", exchange)
        assert "Contribute" not in links(answer)
        assert "This cohort contributed nothing in writing." in body(answer)


class TestProgramme:
    def test_day_by_day(self, cast: Cast):
        exchange = of_rivage(cast, venue="La Halle")
        ProgrammeItemFactory(exchange=exchange, title="Welcome", speaker=cast.cohort)
        ProgrammeItemFactory(exchange=exchange, title="Tour", day=2, place="Port", parallel=True)
        answer = page(cast, "M", "programme", exchange)
        assert texts(answer, "h2") == ["Tue 8 June 2027", "Wed 9 June 2027"]
        assert rows(answer) == [
            ["9:00 – 10:00", "Welcome", "La Halle", "Rivage"],
            ["9:00 – 10:00", "Tour in parallel", "Port", "—not known"],
        ]
        assert len(elements(answer, "button", "btn-quiet")) >= 1

    @pytest.mark.parametrize(("letter", "step"), [("S", True), ("M", False)])
    def test_empty_it_says_the_first_step(self, cast: Cast, letter: str, step: bool):
        answer = page(cast, letter, "programme", of_rivage(cast))
        assert texts(answer, "p", "empty-title") == ["No programme yet"]
        assert ("Add the first part" in links(answer)) is step

    def test_set_changed_and_left_out(self, cast: Cast):
        exchange, client = of_rivage(cast), signed_in(cast["S"])
        part = {"day": 2, "starts_at": "09:30", "ends_at": "11:00", "title": "Tables", "speaker": cast.other.pk}
        for _time in range(2):
            client.post(at("add_to_programme", exchange), part)
        row = ProgrammeItem.objects.get()
        assert (row.day, row.starts_at, row.ends_at, row.speaker, row.parallel) == (
            2,
            time(9, 30),
            time(11),
            cast.other,
            False,
        )
        form = client.get(at("change_programme", exchange, row.pk)).context["form"]
        assert (form["day"].value(), form["title"].value(), form["speaker"].value()) == (2, "Tables", cast.other.pk)
        client.post(at("change_programme", exchange, row.pk), {**part, **hidden(form), "day": 1, "parallel": "on"})
        row.refresh_from_db()
        assert (row.day, row.parallel) == (1, True)
        client.post(at("remove_from_programme", exchange, row.pk))
        assert ProgrammeItem.objects.count() == 0

    def test_the_second_of_two_who_change_a_part_sees_both_and_joins_them(self, cast: Cast):
        exchange, client = of_rivage(cast), signed_in(cast["S"])
        row = ProgrammeItemFactory(exchange=exchange, title="Welcome", speaker=cast.cohort)
        address = at("change_programme", exchange, row.pk)
        started = hidden(client.get(address).context["form"])
        actions.change_programme(item=row, title="Theirs", ends_at=time(10, 30), parallel=True, by=cast["S"])
        part = {"day": 1, "starts_at": "09:00", "ends_at": "10:00", "title": "Mine", "speaker": cast.other.pk}
        answer = client.post(address, {**part, **started})
        assert answer.context["form"].theirs == [
            ("Day", "Tue 8 June 2027"),
            ("From", "09:00"),
            ("To", "10:30"),
            ("What", "Theirs"),
            ("Venue", ""),
            ("In parallel", "Yes"),
            ("Lead cohort", "Rivage"),
        ]
        assert ProgrammeItem.objects.get().title == "Theirs"
        client.post(address, {**part, **hidden(answer.context["form"])})
        assert ProgrammeItem.objects.get().title == "Mine"

    def test_what_overlaps_comes_back_with_the_reason(self, cast: Cast):
        exchange = of_rivage(cast)
        ProgrammeItemFactory(exchange=exchange)
        part = {"day": 1, "starts_at": "09:30", "ends_at": "11:00", "title": "Tables"}
        answer = signed_in(cast["S"]).post(at("add_to_programme", exchange), part)
        assert "starts_at" in answer.context["form"].errors
        assert answer.context["form"]["title"].value() == "Tables"


class TestMinutes:
    @pytest.mark.parametrize(("letter", "step"), [("S", True), ("P", True), ("M", False)])
    def test_empty_it_says_the_first_step(self, cast: Cast, letter: str, step: bool):
        answer = page(cast, letter, "minutes", of_rivage(cast, "held"))
        assert ("Write the minutes" in links(answer)) is step

    def test_written_and_read(self, cast: Cast):
        exchange = of_rivage(cast, "held")
        sent = {"text": "We agreed.", "seen": ""}
        answer = signed_in(cast["P"]).post(at("write_minutes", exchange), sent, follow=True)
        assert said(answer) == ["The minutes are saved: everyone in the edition can read them."]
        found = body(page(cast, "N", "minutes", exchange))
        assert "We agreed. Written by Pilot Rivage, 24 Nov 2026" in found

    @pytest.mark.parametrize(
        ("route", "said"),
        [
            ("write_minutes", "You can write the minutes once registration is closed."),
            ("commit", "You can record commitments once registration is closed."),
        ],
    )
    def test_before_the_days_a_form_gives_the_reason_instead(self, cast: Cast, route: str, said: str):
        answer = page(cast, "S", route, of_rivage(cast))
        assert said in body(answer)
        assert elements(answer, "textarea") == []
        begun = of_rivage(cast, "held", number=2, first_day=date(2026, 6, 9), swap_reason="Test")
        assert len(elements(page(cast, "S", route, begun), "textarea")) == 1

    def test_before_the_days_the_page_says_when_promises_are_made(self, cast: Cast):
        assert "You can record commitments once registration is closed" in body(
            page(cast, "M", "minutes", of_rivage(cast))
        )

    def test_the_second_of_two_savers_sees_both_texts_and_joins_them(self, cast: Cast):
        exchange, second = of_rivage(cast, "held"), signed_in(cast["D"])
        seen = second.get(at("write_minutes", exchange)).context["form"]["seen"].value()
        MinutesFactory(exchange=exchange, text="Theirs", written_by=cast["P"])
        answer = second.post(at("write_minutes", exchange), {"text": "Mine", "seen": seen})
        assert "Theirs" in body(answer)
        assert answer.context["form"]["text"].value() == "Mine"
        assert Minutes.objects.get().text == "Theirs"
        seen = answer.context["form"]["seen"].value()
        second.post(at("write_minutes", exchange), {"text": "Theirs and mine", "seen": seen})
        assert Minutes.objects.get().text == "Theirs and mine"

    def test_what_is_written_in_it_is_text(self, cast: Cast):
        exchange = MinutesFactory(exchange=of_rivage(cast, "held"), text="<b>bold</b>").exchange
        assert "&lt;b&gt;bold" in page(cast, "M", "minutes", exchange).content.decode()


class TestCommitments:
    def test_carried_ones_first_then_those_made_there(self, cast: Cast):
        exchange = full(cast, 1, "held")
        answer = page(cast, "S", "minutes", exchange)
        assert texts(answer, "h2")[:3] == ["Earlier commitments", "Minutes", "Commitments made at this Intertransfo"]
        assert [line[1:3] for line in rows(answer)] == [["Ambassador RivageRivage", "15 Jan 2027"]] * 2

    @pytest.mark.parametrize(("letter", "owners"), [("M", 1), ("N", 1), ("P", 5), ("S", 7)])
    def test_who_one_may_note_as_owner(self, cast: Cast, letter: str, owners: int):
        """Oneself; a lead the five of the cohort; lab staff those, the neighbour and themselves."""
        form = page(cast, letter, "commit", of_rivage(cast, "held")).context["form"]
        assert len([pk for pk, _name in form.fields["owner"].choices if pk]) == owners

    def test_noted(self, cast: Cast):
        exchange = of_rivage(cast, "held")
        sent = {"owner": cast["M"].pk, "what": "Send the guide", "due_on": "2027-01-15"}
        for _time in range(2):
            answer = signed_in(cast["M"]).post(at("commit", exchange), sent, follow=True)
        assert said(answer) == ["The commitment is recorded."]
        assert exchange.commitments.count() == 1
        assert rows(answer)[0][:3] == ["Send the guide", "Ambassador RivageRivage", "15 Jan 2027"]

    def test_not_for_somebody_else(self, cast: Cast):
        sent = {"owner": cast["P"].pk, "what": "Send the guide", "due_on": "2027-01-15"}
        answer = signed_in(cast["M"]).post(at("commit", of_rivage(cast, "held")), sent)
        assert list(answer.context["form"].errors) == ["owner"]

    @pytest.mark.parametrize(
        ("sent", "state"),
        [({"became": "kept", "reason": ""}, "kept"), ({"became": "dropped", "reason": "No time"}, "dropped")],
    )
    def test_closed(self, cast: Cast, sent: dict[str, str], state: str):
        row = CommitmentFactory(exchange=of_rivage(cast, "held"), owner=cast["M"])
        address = reverse("exchanges:close_commitment", args=[row.pk])
        client = signed_in(cast["M"])
        assert said(client.post(address, sent, follow=True)) == ["The commitment is closed."]
        row.refresh_from_db()
        assert (row.state, row.reason) == (state, sent["reason"])
        assert "This commitment is closed already." in body(client.get(address))

    def test_dropped_without_a_reason_it_comes_back(self, cast: Cast):
        row = CommitmentFactory(exchange=of_rivage(cast, "held"), owner=cast["M"])
        address = reverse("exchanges:close_commitment", args=[row.pk])
        answer = signed_in(cast["M"]).post(address, {"became": "dropped", "reason": ""})
        assert list(answer.context["form"].errors) == ["reason"]

    def test_those_of_other_editions_are_not_found(self, cast: Cast):
        row = CommitmentFactory()
        address = reverse("exchanges:close_commitment", args=[row.pk])
        assert signed_in(cast["M"]).get(address).status_code == 404


class TestFeedback:
    SENT = {"useful": "4", "time_together": "3", "organisation": "5", "keep": "The walk", "change": ""}

    def given(self, cast: Cast, count: int) -> Exchange:
        exchange = of_rivage(cast, "held")
        for n in range(count):
            came = RegistrationFactory(exchange=exchange, state="attended")
            FeedbackFactory(registration=came, useful=1 + n % 5, keep=f"Walk {n}", change=f"Talk {n}")
        return exchange

    def texts_of(self, answer: HttpResponse) -> list[str]:
        return [text for text in texts(answer, "li") if text.startswith(("Walk", "Talk"))]

    def test_who_came_tells_and_may_tell_otherwise(self, cast: Cast):
        exchange = of_rivage(cast, "held")
        RegistrationFactory(exchange=exchange, user=cast["M"], state="attended")
        client = signed_in(cast["M"])
        assert links(client.get(at("minutes", exchange)))["Give feedback"] == at("give_feedback", exchange)
        client.post(at("give_feedback", exchange), self.SENT)
        found = links(client.get(at("minutes", exchange)))
        assert ("Give feedback" in found, found["Edit your answers"]) == (False, at("give_feedback", exchange))
        assert client.get(at("give_feedback", exchange)).context["form"]["useful"].value() == 4
        client.post(at("give_feedback", exchange), {**self.SENT, "useful": "2"})
        assert list(Feedback.objects.values_list("useful", "keep")) == [(2, "The walk")]

    @pytest.mark.parametrize(("count", "told"), [(4, "Fewer than five people have answered"), (5, "Answers 5")])
    def test_fewer_than_five_are_masked(self, cast: Cast, count: int, told: str):
        assert told in body(page(cast, "M", "minutes", self.given(cast, count)))

    def test_means_without_names(self, cast: Cast):
        found = body(page(cast, "M", "minutes", self.given(cast, 5)))
        assert "Useful for one’s work 3.0 of 5" in found
        assert "Walk 0" not in found

    @pytest.mark.parametrize(("letter", "shown"), [("S", True), ("D", True), ("P", True), ("R", False), ("N", False)])
    def test_what_to_keep_and_change_is_for_the_host_and_the_lab(self, cast: Cast, letter: str, shown: bool):
        wishes = self.texts_of(page(cast, letter, "minutes", self.given(cast, 5)))
        assert wishes == ([f"{what} {n}" for what in ("Walk", "Talk") for n in range(5)] if shown else [])

    def test_of_five_answers_a_text_of_one_is_not_shown(self, cast: Cast):
        exchange = self.given(cast, 5)
        Feedback.objects.exclude(keep="Walk 0").update(keep="")
        answer = page(cast, "S", "minutes", exchange)
        assert self.texts_of(answer) == [f"Talk {n}" for n in range(5)]
        assert "Texts are shown once five people have written one." in body(answer)

    def test_each_list_of_texts_has_its_own_number(self, cast: Cast):
        exchange = self.given(cast, 6)
        Feedback.objects.filter(keep="Walk 0").update(keep="")
        Feedback.objects.filter(change__in=["Talk 0", "Talk 1"]).update(change="")
        answer = page(cast, "S", "minutes", exchange)
        assert self.texts_of(answer) == [f"Walk {n}" for n in range(1, 6)]

    def test_not_while_they_are_fewer_than_five(self, cast: Cast):
        assert "Walk 0" not in body(page(cast, "S", "minutes", self.given(cast, 4)))

    def test_the_form_says_who_reads_what(self, cast: Cast):
        exchange = of_rivage(cast, "held")
        RegistrationFactory(exchange=exchange, user=cast["M"], state="attended")
        told = body(page(cast, "M", "give_feedback", exchange))
        assert "Your answers are added to those of others" in told
        assert "The host and the lab read the texts word for word." in told

    def test_nobody_told_anything_yet(self, cast: Cast):
        assert "Feedback from participants" not in body(page(cast, "S", "minutes", of_rivage(cast, "held")))


class TestFollowUp:
    def test_closing_says_what_will_happen_then_does_it(self, cast: Cast):
        exchange, client = MinutesFactory(exchange=of_rivage(cast, "held")).exchange, signed_in(cast["S"])
        assert "Minutes and contributions can still be read and searched" in body(client.get(at("follow_up", exchange)))
        client.post(at("follow_up", exchange), {"version": exchange.version})
        exchange.refresh_from_db()
        assert exchange.state == "followed_up"


def test_past_members_keep_reading(cast: Cast):
    exchange = full(cast, 1)
    cast["M"].memberships.update(ends_on=date(2026, 11, 1))
    answers = [page(cast, "M", route, exchange) for route in ("contributions", "programme", "minutes")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "Contribute" not in links(answers[0])


def test_members_of_other_editions_do_not(cast: Cast):
    MembershipFactory(cohort=CohortFactory(edition=EditionFactory()), user=cast["X"])
    answers = [page(cast, "X", route, full(cast, 1)) for route in ("contributions",)]
    assert [answer.status_code for answer in answers] == [404]
