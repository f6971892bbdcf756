"""Pages about the content of an exchange: texts by role, forms, and statement counts."""

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
from tests.pages import elements, links, messages, rows, texts


def signed_in(person: User) -> Client:
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person)
    return client


def exchange_of_rivage(cast: Cast, state: str = "registration_open", **more: Any) -> Exchange:
    return ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state, **{"number": 1, **more})


def url_of(route: str, exchange: Exchange, *more: Any) -> str:
    return reverse(f"exchanges:{route}", args=[exchange.pk, *more])


def page(cast: Cast, role: str, route: str, exchange: Exchange) -> Any:
    return signed_in(cast[role]).get(url_of(route, exchange))


def body(response: Any) -> str:
    return " ".join(texts(response, "main")[0].split())


def hidden(form: Any) -> dict[str, Any]:
    """Return the hidden values of a form."""
    return {field.html_name: field.value() for field in form.hidden_fields()}


def version_token(client: Client, row: Contribution) -> str:
    """Return the version token in the form about a contribution."""
    return client.get(url_of("change_contribution", row.exchange, row.pk)).context["form"]["version_token"].value()


def full(cast: Cast, count: int, state: str = "registration_open") -> Exchange:
    """Return an exchange with `count` rows of every kind of content."""
    exchange = exchange_of_rivage(cast, state)
    earlier = exchange_of_rivage(cast, "held", number=2, first_day=date(2026, 6, 9), swap_reason="Test")
    for n in range(count):
        if state == "registration_open":
            question = QuestionFactory(exchange=exchange)
            ContributionFactory(
                exchange=exchange, kind="answer", question=question, idea=IdeaFactory(cohort=cast.cohort)
            )
        request = ContributionFactory(exchange=exchange, cohort=cast.other_cohort, kind="request")
        MatchFactory(offer=ContributionFactory(exchange=exchange, kind="offer"), request=request)
        ProgrammeItemFactory(exchange=exchange, starts_at=time(9 + n), ends_at=time(10 + n), speaker=cast.other_cohort)
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
    @pytest.mark.parametrize(("role", "route"), COSTS)
    def test_statement_count_does_not_depend_on_the_amount_of_content(
        self, cast: Cast, count: int, role: str, route: str, django_assert_num_queries: Any
    ):
        exchange = full(cast, count, "held" if route == "minutes" else "registration_open")
        client = signed_in(cast[role])
        client.get(url_of(route, exchange))
        with django_assert_num_queries(COSTS[role, route]):
            client.get(url_of(route, exchange))

    @pytest.mark.parametrize("count", [1, 3])
    def test_published_exchange_shows_all_its_content(self, cast: Cast, count: int, django_assert_num_queries: Any):
        published = ExchangeFactory(retrospective=True, state="held", number=None)
        for n in range(count):
            ProgrammeItemFactory(exchange=published, starts_at=None, ends_at=None, title=f"Part {n}")
            QuestionFactory(exchange=published)
        client = signed_in(cast["X"])
        client.get(published.get_absolute_url())
        with django_assert_num_queries(7):
            client.get(published.get_absolute_url())


class TestOnThePageOfTheExchange:
    def test_page_counts_the_content(self, cast: Cast):
        exchange = full(cast, 2)
        page_body = body(signed_in(cast["M"]).get(exchange.get_absolute_url()))
        for text in ("2 questions", "6 contributions", "2 parts", "no minutes yet", "0 commitments"):
            assert text in page_body

    def test_open_commitments_are_visible_on_the_next_exchange(self, cast: Cast):
        exchange = full(cast, 1)
        CommitmentFactory(
            exchange=Exchange.objects.get(number=2), owner=cast["P"], what="Call Metz", due_on=date(2026, 11, 24)
        )
        answer = signed_in(cast["M"]).get(exchange.get_absolute_url())
        assert "Earlier commitments" in texts(answer, "h2")
        assert "Call Metz" in body(answer)
        own = Commitment.objects.get(owner=cast["M"])
        assert links(answer)["Update the commitment"] == reverse("exchanges:close_commitment", args=[own.pk])

    def test_closed_commitments_are_not_carried_over(self, cast: Cast):
        earlier = exchange_of_rivage(cast, "held", first_day=date(2026, 6, 9))
        for state in ("kept", "dropped"):
            CommitmentFactory(exchange=earlier, owner=cast["M"], state=state)
        later = exchange_of_rivage(cast, number=2, swap_reason="Test")
        assert "Earlier commitments" not in texts(signed_in(cast["M"]).get(later.get_absolute_url()), "h2")

    def test_commitments_are_visible_only_on_the_next_exchange(self, cast: Cast):
        exchange = full(cast, 1)
        after = exchange_of_rivage(cast, "proposed", number=3, first_day=date(2027, 11, 9), swap_reason="Test")
        client = signed_in(cast["S"])
        pages = [texts(client.get(row.get_absolute_url()), "h2") for row in (exchange, after)]
        assert ["Earlier commitments" in headings for headings in pages] == [True, False]

    def test_due_date_has_one_format(self, cast: Cast):
        exchange = full(cast, 1)
        opening = body(signed_in(cast["M"]).get(exchange.get_absolute_url()))
        others = body(signed_in(cast["S"]).get(exchange.get_absolute_url()))
        commitment = Commitment.objects.get().what
        assert (f"{commitment} (due 15 Jan 2027)" in opening, f"{commitment} due 15 Jan 2027" in others) == (True, True)
        minutes = page(cast, "M", "minutes", exchange)
        assert [cell["attrs"]["data-label"] for cell in elements(minutes, "td") if cell["text"] == "15 Jan 2027"] == [
            "Due date"
        ]

    def test_late_commitment_is_marked(self, cast: Cast):
        exchange = full(cast, 1)
        row = Commitment.objects.get()
        row.made_on, row.due_on = date(2026, 6, 10), date(2026, 11, 1)
        row.save()
        assert "late" in body(signed_in(cast["S"]).get(exchange.get_absolute_url()))

    def test_published_facts_are_visible_in_order(self, cast: Cast):
        published = ExchangeFactory(
            retrospective=True, state="held", number=None, first_day=date(2012, 6, 26), days=1, source="A page"
        )
        for when, title in (("Le matin", "Où en sont-elles"), ("", "Trois conditions")):
            ProgrammeItemFactory(exchange=published, starts_at=None, ends_at=None, when=when, title=title)
        answer = signed_in(cast["X"]).get(published.get_absolute_url())
        assert texts(answer, "li")[-2:] == ["Le matin · Où en sont-elles", "Trois conditions"]
        assert "Tue 26 June 2012" in texts(answer, "h2")

    def test_lab_staff_can_close_an_exchange_with_minutes(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "held")
        client = signed_in(cast["S"])
        assert "Record who came" in links(client.get(exchange.get_absolute_url()))
        MinutesFactory(exchange=exchange)
        assert links(client.get(exchange.get_absolute_url()))["Close the Intertransfo"] == url_of(
            "close_exchange", exchange
        )


class TestContributions:
    def test_page_groups_contributions_by_cohort(self, cast: Cast):
        exchange = exchange_of_rivage(cast)
        ContributionFactory(exchange=exchange, text="It works", author=cast["M"])
        answer = page(cast, "N", "contributions", exchange)
        assert texts(answer, "h3") == ["Montagne", "Rivage"]
        assert "success It works Ambassador Rivage" in body(answer)
        assert "Montagne Nothing yet." in body(answer)

    def test_title_of_an_idea_is_visible_only_to_its_readers(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, title="Une borne")
        exchange = exchange_of_rivage(cast)
        ContributionFactory(exchange=exchange, idea=idea)
        named = f"{idea.reference} · Une borne"
        assert links(page(cast, "M", "contributions", exchange))[named] == f"/ideas/{idea.pk}/"
        neighbours = page(cast, "N", "contributions", exchange)
        assert (named in body(neighbours), idea.reference in body(neighbours)) == (False, True)

    def test_empty_page_offers_the_first_step(self, cast: Cast):
        exchange = exchange_of_rivage(cast)
        answer = page(cast, "S", "contributions", exchange)
        assert texts(answer, "p", "empty-title") == ["No question yet"]
        assert links(answer)["Ask the first question"] == url_of("ask_question", exchange)

    def test_member_reads_that_there_is_no_question(self, cast: Cast):
        assert "The lab has not sent any question." in body(page(cast, "M", "contributions", exchange_of_rivage(cast)))

    @pytest.mark.parametrize(("role", "is_visible"), [("M", True), ("P", True), ("R", False), ("N", False)])
    def test_edit_link_is_visible_to_people_who_can_edit(self, cast: Cast, role: str, is_visible: bool):
        exchange = exchange_of_rivage(cast)
        row = ContributionFactory(exchange=exchange, author=cast["M"])
        hrefs = links(page(cast, role, "contributions", exchange)).values()
        assert (url_of("change_contribution", exchange, row.pk) in hrefs) is is_visible

    def test_answer_is_visible_only_under_its_question(self, cast: Cast):
        exchange = exchange_of_rivage(cast)
        question = QuestionFactory(exchange=exchange)
        answers = {"exchange": exchange, "kind": "answer", "author": cast["M"]}
        row = ContributionFactory(question=question, text="The mayor", **answers)
        ContributionFactory(text="A ramp", exchange=exchange)
        ContributionFactory(question=question, text="Nobody", cohort=cast.other_cohort, **answers)
        answer = page(cast, "M", "contributions", exchange)
        (under, loose), cards = elements(answer, "ul", "plain-links"), elements(answer, "section", "card")
        assert [under["text"].count(text) for text in ("Rivage The mayor", "Montagne Nobody")] == [1, 1]
        assert loose["text"].startswith("success A ramp")
        assert "Montagne The answers of this cohort are shown under the questions." in cards[1]["text"]
        assert [body(answer).count(text) for text in ("The mayor Ambassador", "Nobody Ambassador")] == [1, 1]
        assert url_of("change_contribution", exchange, row.pk) in links(answer).values()

    def test_member_contributes_for_their_cohort(self, cast: Cast):
        exchange = exchange_of_rivage(cast)
        question, idea = QuestionFactory(exchange=exchange), IdeaFactory(cohort=cast.cohort)
        client = signed_in(cast["M"])
        form = client.get(url_of("contribute", exchange) + f"?question={question.pk}").context["form"]
        assert (form["kind"].value(), form["question"].value()) == ("answer", str(question.pk))
        assert [name for _pk, name in form.fields["cohort"].choices] == ["Rivage"]
        sent = {"cohort": cast.cohort.pk, "kind": "answer", "question": question.pk, "text": "We do", "idea": idea.pk}
        answer = client.post(url_of("contribute", exchange), sent, follow=True)
        assert messages(answer) == ["Your contribution is on the page."]
        assert list(Contribution.objects.values_list("cohort", "question", "idea", "author")) == [
            (cast.cohort.pk, question.pk, idea.pk, cast["M"].pk)
        ]

    def test_other_kind_with_a_question_is_refused_next_to_its_field(self, cast: Cast):
        exchange = exchange_of_rivage(cast)
        question = QuestionFactory(exchange=exchange)
        sent = {"cohort": cast.cohort.pk, "kind": "success", "question": question.pk, "text": "We do"}
        answer = signed_in(cast["M"]).post(url_of("contribute", exchange), sent)
        message = "Only an answer can be linked to a question. Choose the kind “answer to a question”, or no question."
        assert (answer.context["form"].errors, Contribution.objects.count()) == ({"kind": [message]}, 0)

    @pytest.mark.parametrize(("question_count", "field"), [(1, "question"), (0, "kind")])
    def test_answer_without_a_question_is_refused_next_to_its_field(self, cast: Cast, question_count: int, field: str):
        exchange = exchange_of_rivage(cast)
        QuestionFactory.create_batch(question_count, exchange=exchange)
        sent = {"cohort": cast.cohort.pk, "kind": "answer", "text": "We do"}
        answer = signed_in(cast["M"]).post(url_of("contribute", exchange), sent)
        refusal = "Choose the question that the contribution answers, or another kind."
        assert answer.context["form"].errors == {field: [refusal]}

    def test_cohort_and_ideas_of_others_are_refused(self, cast: Cast):
        exchange, idea = exchange_of_rivage(cast), IdeaFactory(cohort=cast.other_cohort)
        IdeaFactory(cohort=cast.cohort)
        sent = {"cohort": cast.other_cohort.pk, "kind": "success", "text": "Ours", "idea": idea.pk}
        answer = signed_in(cast["M"]).post(url_of("contribute", exchange), sent)
        assert sorted(answer.context["form"].errors) == ["cohort", "idea"]
        assert answer.context["form"]["text"].value() == "Ours"

    def test_contribution_can_be_edited_and_withdrawn(self, cast: Cast):
        exchange = exchange_of_rivage(cast)
        row, client = ContributionFactory(exchange=exchange, author=cast["M"]), signed_in(cast["M"])
        client.post(
            url_of("change_contribution", exchange, row.pk),
            {"text": "Better", "version_token": version_token(client, row)},
        )
        assert Contribution.objects.get().text == "Better"
        address = url_of("withdraw_contribution", exchange, row.pk)
        assert "Better" in body(client.get(address))
        assert messages(client.post(address, follow=True)) == ["The contribution is withdrawn."]
        assert messages(client.post(address, follow=True)) == [
            "This item no longer exists. Someone may have removed it."
        ]

    def test_second_of_two_editors_sees_both_versions_and_joins_them(self, cast: Cast):
        exchange, idea = exchange_of_rivage(cast), IdeaFactory(cohort=cast.cohort)
        row = ContributionFactory(exchange=exchange, author=cast["M"], cohort=cast.cohort, text="As it was")
        address, second = url_of("change_contribution", exchange, row.pk), signed_in(cast["P"])
        started = hidden(second.get(address).context["form"])
        actions.change_contribution(contribution=row, text="Theirs", idea=idea, by=cast["S"])
        answer = second.post(address, {"text": "Mine", **started})
        assert answer.context["form"].conflicting_values == [
            ("Text", "Theirs"),
            ("Idea", f"{idea.reference} · {idea.title}"),
        ]
        assert "Version saved by someone else Text Theirs Idea" in body(answer)
        assert answer.context["form"]["text"].value() == "Mine"
        assert Contribution.objects.get().text == "Theirs"
        second.post(address, {"text": "Theirs and mine", "idea": idea.pk, **hidden(answer.context["form"])})
        row.refresh_from_db()
        assert (row.text, row.idea, row.author, row.edited_by) == ("Theirs and mine", idea, cast["M"], cast["P"])

    def test_editor_is_visible_next_to_the_author(self, cast: Cast):
        exchange = exchange_of_rivage(cast)
        mine, edited = (ContributionFactory(exchange=exchange, author=cast["M"], text=text) for text in ("One", "Two"))
        actions.change_contribution(contribution=mine, text="One more", by=cast["M"])
        actions.change_contribution(contribution=edited, text="Two more", by=cast["P"])
        page_body = body(page(cast, "N", "contributions", exchange))
        assert page_body.count("edited by") == 1
        assert "Two more Ambassador Rivage edited by Pilot Rivage" in page_body

    @pytest.mark.parametrize("route", ["change_contribution", "withdraw_contribution", "change_question", "unmatch"])
    def test_content_of_other_exchanges_is_not_found(self, cast: Cast, route: str):
        factory = {"change_question": QuestionFactory, "unmatch": MatchFactory}.get(route, ContributionFactory)
        assert signed_in(cast["S"]).get(url_of(route, exchange_of_rivage(cast), factory().pk)).status_code == 404

    def test_question_can_be_added_edited_and_withdrawn(self, cast: Cast):
        exchange, client = exchange_of_rivage(cast), signed_in(cast["S"])
        client.post(url_of("ask_question", exchange), {"text": "Who pays?"})
        row = Question.objects.get()
        started = hidden(client.get(url_of("change_question", exchange, row.pk)).context["form"])
        client.post(url_of("change_question", exchange, row.pk), {"text": "Who stays?", **started})
        assert texts(client.get(url_of("contributions", exchange)), "h3")[0] == "1. Who stays?"
        client.post(url_of("remove_question", exchange, row.pk))
        assert Question.objects.count() == 0

    def test_second_of_two_editors_of_a_question_sees_both_versions_and_joins_them(self, cast: Cast):
        row, second = QuestionFactory(exchange=exchange_of_rivage(cast), text="Who pays?"), signed_in(cast["S"])
        address = url_of("change_question", row.exchange, row.pk)
        started = hidden(second.get(address).context["form"])
        actions.change_question(question=row, text="Theirs?", by=cast["S"])
        answer = second.post(address, {"text": "Mine?", **started})
        assert "Version saved by someone else Question Theirs?" in body(answer)
        assert (answer.context["form"]["text"].value(), Question.objects.get().text) == ("Mine?", "Theirs?")
        second.post(address, {"text": "Theirs and mine?", **hidden(answer.context["form"])})
        assert Question.objects.get().text == "Theirs and mine?"

    def test_question_answered_in_the_meantime_is_not_withdrawn(self, cast: Cast):
        row = QuestionFactory(exchange=exchange_of_rivage(cast))
        ContributionFactory(exchange=row.exchange, kind="answer", question=row)
        answer = signed_in(cast["S"]).post(url_of("remove_question", row.exchange, row.pk))
        refusal = (
            "A cohort has already answered this question: it cannot be changed or withdrawn."
            " Ask another question instead."
        )
        assert refusal in texts(answer, "li")

    def test_offer_and_request_can_be_matched_and_unmatched(self, cast: Cast):
        exchange, client = exchange_of_rivage(cast), signed_in(cast["S"])
        offer = ContributionFactory(exchange=exchange, kind="offer", text="A guide")
        request = ContributionFactory(exchange=exchange, cohort=cast.other_cohort, kind="request", text="A method")
        assert "Nothing matched yet" in texts(client.get(url_of("contributions", exchange)), "p", "empty-title")
        client.post(url_of("match", exchange), {"offer": offer.pk, "request": request.pk})
        page_body = body(page(cast, "N", "contributions", exchange))
        assert "Rivage A guide → Montagne A method matched by Staff Lab" in page_body
        client.post(url_of("unmatch", exchange, Match.objects.get().pk))
        assert Match.objects.count() == 0

    def test_closed_exchange_accepts_no_contribution(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "followed_up")
        answer = page(cast, "S", "contributions", exchange)
        assert "Contribute" not in links(answer)
        assert "This cohort contributed nothing in writing." in body(answer)


class TestProgramme:
    def test_programme_is_visible_day_by_day(self, cast: Cast):
        exchange = exchange_of_rivage(cast, venue="La Halle")
        ProgrammeItemFactory(exchange=exchange, title="Welcome", speaker=cast.cohort)
        ProgrammeItemFactory(exchange=exchange, title="Tour", day=2, venue="Port", parallel=True)
        answer = page(cast, "M", "programme", exchange)
        assert texts(answer, "h2") == ["Tue 8 June 2027", "Wed 9 June 2027"]
        assert rows(answer) == [
            ["9:00 – 10:00", "Welcome", "La Halle", "Rivage"],
            ["9:00 – 10:00", "Tour in parallel", "Port", "—not known"],
        ]
        assert len(elements(answer, "button", "btn-quiet")) >= 1

    @pytest.mark.parametrize(("role", "step"), [("S", True), ("M", False)])
    def test_empty_programme_offers_the_first_step(self, cast: Cast, role: str, step: bool):
        answer = page(cast, role, "programme", exchange_of_rivage(cast))
        assert texts(answer, "p", "empty-title") == ["No programme yet"]
        assert ("Add the first part" in links(answer)) is step

    def test_part_can_be_added_edited_and_removed(self, cast: Cast):
        exchange, client = exchange_of_rivage(cast), signed_in(cast["S"])
        part = {"day": 2, "starts_at": "09:30", "ends_at": "11:00", "title": "Tables", "speaker": cast.other_cohort.pk}
        for _time in range(2):
            client.post(url_of("add_to_programme", exchange), part)
        row = ProgrammeItem.objects.get()
        assert (row.day, row.starts_at, row.ends_at, row.speaker, row.parallel) == (
            2,
            time(9, 30),
            time(11),
            cast.other_cohort,
            False,
        )
        form = client.get(url_of("change_programme", exchange, row.pk)).context["form"]
        assert (form["day"].value(), form["title"].value(), form["speaker"].value()) == (
            2,
            "Tables",
            cast.other_cohort.pk,
        )
        client.post(url_of("change_programme", exchange, row.pk), {**part, **hidden(form), "day": 1, "parallel": "on"})
        row.refresh_from_db()
        assert (row.day, row.parallel) == (1, True)
        client.post(url_of("remove_from_programme", exchange, row.pk))
        assert ProgrammeItem.objects.count() == 0

    def test_second_of_two_editors_of_a_part_sees_both_versions_and_joins_them(self, cast: Cast):
        exchange, client = exchange_of_rivage(cast), signed_in(cast["S"])
        row = ProgrammeItemFactory(exchange=exchange, title="Welcome", speaker=cast.cohort)
        address = url_of("change_programme", exchange, row.pk)
        started = hidden(client.get(address).context["form"])
        actions.change_programme(item=row, title="Theirs", ends_at=time(10, 30), parallel=True, by=cast["S"])
        part = {"day": 1, "starts_at": "09:00", "ends_at": "10:00", "title": "Mine", "speaker": cast.other_cohort.pk}
        answer = client.post(address, {**part, **started})
        assert answer.context["form"].conflicting_values == [
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

    def test_overlapping_part_is_refused_with_the_reason(self, cast: Cast):
        exchange = exchange_of_rivage(cast)
        ProgrammeItemFactory(exchange=exchange)
        part = {"day": 1, "starts_at": "09:30", "ends_at": "11:00", "title": "Tables"}
        answer = signed_in(cast["S"]).post(url_of("add_to_programme", exchange), part)
        assert "starts_at" in answer.context["form"].errors
        assert answer.context["form"]["title"].value() == "Tables"


class TestMinutes:
    @pytest.mark.parametrize(("role", "step"), [("S", True), ("P", True), ("M", False)])
    def test_empty_minutes_offer_the_first_step(self, cast: Cast, role: str, step: bool):
        answer = page(cast, role, "minutes", exchange_of_rivage(cast, "held"))
        assert ("Write the minutes" in links(answer)) is step

    def test_minutes_are_saved_and_visible(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "held")
        sent = {"text": "We agreed.", "version_token": ""}
        answer = signed_in(cast["P"]).post(url_of("write_minutes", exchange), sent, follow=True)
        assert messages(answer) == ["The minutes are saved: everyone in the edition can read them."]
        page_body = body(page(cast, "N", "minutes", exchange))
        assert "We agreed. Written by Pilot Rivage, 24 Nov 2026" in page_body

    @pytest.mark.parametrize(
        ("route", "reason"),
        [
            ("write_minutes", "You can write the minutes once registration is closed."),
            ("record_commitment", "You can record commitments once registration is closed."),
        ],
    )
    def test_before_the_meeting_the_page_gives_a_reason_instead_of_a_form(self, cast: Cast, route: str, reason: str):
        answer = page(cast, "S", route, exchange_of_rivage(cast))
        assert reason in body(answer)
        assert elements(answer, "textarea") == []
        held = exchange_of_rivage(cast, "held", number=2, first_day=date(2026, 6, 9), swap_reason="Test")
        assert len(elements(page(cast, "S", route, held), "textarea")) == 1

    def test_before_the_meeting_the_page_states_when_commitments_can_be_made(self, cast: Cast):
        assert "You can record commitments once registration is closed" in body(
            page(cast, "M", "minutes", exchange_of_rivage(cast))
        )

    def test_second_of_two_writers_sees_both_texts_and_joins_them(self, cast: Cast):
        exchange, second = exchange_of_rivage(cast, "held"), signed_in(cast["D"])
        version_token = second.get(url_of("write_minutes", exchange)).context["form"]["version_token"].value()
        MinutesFactory(exchange=exchange, text="Theirs", written_by=cast["P"])
        answer = second.post(url_of("write_minutes", exchange), {"text": "Mine", "version_token": version_token})
        assert "Theirs" in body(answer)
        assert answer.context["form"]["text"].value() == "Mine"
        assert Minutes.objects.get().text == "Theirs"
        version_token = answer.context["form"]["version_token"].value()
        second.post(url_of("write_minutes", exchange), {"text": "Theirs and mine", "version_token": version_token})
        assert Minutes.objects.get().text == "Theirs and mine"

    def test_html_in_minutes_is_escaped(self, cast: Cast):
        exchange = MinutesFactory(exchange=exchange_of_rivage(cast, "held"), text="<b>bold</b>").exchange
        assert "&lt;b&gt;bold" in page(cast, "M", "minutes", exchange).content.decode()


class TestCommitments:
    def test_carried_commitments_come_before_new_ones(self, cast: Cast):
        exchange = full(cast, 1, "held")
        answer = page(cast, "S", "minutes", exchange)
        assert texts(answer, "h2")[:3] == ["Earlier commitments", "Minutes", "Commitments made at this Intertransfo"]
        assert [row[1:3] for row in rows(answer)] == [["Ambassador RivageRivage", "15 Jan 2027"]] * 2

    @pytest.mark.parametrize(("role", "owners"), [("M", 1), ("N", 1), ("P", 5), ("S", 7)])
    def test_possible_owners_depend_on_the_role(self, cast: Cast, role: str, owners: int):
        """Members may choose themselves, leads the five of the cohort, lab staff also the neighbour and themselves."""
        form = page(cast, role, "record_commitment", exchange_of_rivage(cast, "held")).context["form"]
        assert len([pk for pk, _name in form.fields["owner"].choices if pk]) == owners

    def test_commitment_is_recorded(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "held")
        sent = {"owner": cast["M"].pk, "what": "Send the guide", "due_on": "2027-01-15"}
        for _time in range(2):
            answer = signed_in(cast["M"]).post(url_of("record_commitment", exchange), sent, follow=True)
        assert messages(answer) == ["The commitment is recorded."]
        assert exchange.commitments.count() == 1
        assert rows(answer)[0][:3] == ["Send the guide", "Ambassador RivageRivage", "15 Jan 2027"]

    def test_member_cannot_record_a_commitment_of_someone_else(self, cast: Cast):
        sent = {"owner": cast["P"].pk, "what": "Send the guide", "due_on": "2027-01-15"}
        answer = signed_in(cast["M"]).post(url_of("record_commitment", exchange_of_rivage(cast, "held")), sent)
        assert list(answer.context["form"].errors) == ["owner"]

    @pytest.mark.parametrize(
        ("sent", "state"),
        [({"outcome": "kept", "reason": ""}, "kept"), ({"outcome": "dropped", "reason": "No time"}, "dropped")],
    )
    def test_commitment_can_be_closed(self, cast: Cast, sent: dict[str, str], state: str):
        row = CommitmentFactory(exchange=exchange_of_rivage(cast, "held"), owner=cast["M"])
        address = reverse("exchanges:close_commitment", args=[row.pk])
        client = signed_in(cast["M"])
        assert messages(client.post(address, sent, follow=True)) == ["The commitment is closed."]
        row.refresh_from_db()
        assert (row.state, row.reason) == (state, sent["reason"])
        assert "This commitment is closed already." in body(client.get(address))

    def test_dropping_without_a_reason_shows_an_error(self, cast: Cast):
        row = CommitmentFactory(exchange=exchange_of_rivage(cast, "held"), owner=cast["M"])
        address = reverse("exchanges:close_commitment", args=[row.pk])
        answer = signed_in(cast["M"]).post(address, {"outcome": "dropped", "reason": ""})
        assert list(answer.context["form"].errors) == ["reason"]

    def test_commitments_of_other_editions_are_not_found(self, cast: Cast):
        row = CommitmentFactory()
        address = reverse("exchanges:close_commitment", args=[row.pk])
        assert signed_in(cast["M"]).get(address).status_code == 404


class TestFeedback:
    SENT = {"useful": "4", "time_together": "3", "organisation": "5", "keep": "The walk", "change": ""}

    def exchange_with_feedback(self, cast: Cast, count: int) -> Exchange:
        exchange = exchange_of_rivage(cast, "held")
        for n in range(count):
            came = RegistrationFactory(exchange=exchange, state="attended")
            FeedbackFactory(registration=came, useful=1 + n % 5, keep=f"Walk {n}", change=f"Talk {n}")
        return exchange

    def texts_of(self, answer: HttpResponse) -> list[str]:
        return [text for text in texts(answer, "li") if text.startswith(("Walk", "Talk"))]

    def test_participant_can_give_and_edit_feedback(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "held")
        RegistrationFactory(exchange=exchange, user=cast["M"], state="attended")
        client = signed_in(cast["M"])
        assert links(client.get(url_of("minutes", exchange)))["Give feedback"] == url_of("give_feedback", exchange)
        client.post(url_of("give_feedback", exchange), self.SENT)
        page_links = links(client.get(url_of("minutes", exchange)))
        assert ("Give feedback" in page_links, page_links["Edit your answers"]) == (
            False,
            url_of("give_feedback", exchange),
        )
        assert client.get(url_of("give_feedback", exchange)).context["form"]["useful"].value() == 4
        client.post(url_of("give_feedback", exchange), {**self.SENT, "useful": "2"})
        assert list(Feedback.objects.values_list("useful", "keep")) == [(2, "The walk")]

    @pytest.mark.parametrize(("count", "text"), [(4, "Fewer than five people have answered"), (5, "Answers 5")])
    def test_fewer_than_five_answers_are_masked(self, cast: Cast, count: int, text: str):
        assert text in body(page(cast, "M", "minutes", self.exchange_with_feedback(cast, count)))

    def test_summary_shows_means_without_names(self, cast: Cast):
        page_body = body(page(cast, "M", "minutes", self.exchange_with_feedback(cast, 5)))
        assert "Useful for one’s work 3.0 of 5" in page_body
        assert "Walk 0" not in page_body

    @pytest.mark.parametrize(
        ("role", "is_visible"), [("S", True), ("D", True), ("P", True), ("R", False), ("N", False)]
    )
    def test_only_host_and_lab_read_the_texts(self, cast: Cast, role: str, is_visible: bool):
        feedback_texts = self.texts_of(page(cast, role, "minutes", self.exchange_with_feedback(cast, 5)))
        assert feedback_texts == ([f"{what} {n}" for what in ("Walk", "Talk") for n in range(5)] if is_visible else [])

    def test_single_text_among_five_answers_is_hidden(self, cast: Cast):
        exchange = self.exchange_with_feedback(cast, 5)
        Feedback.objects.exclude(keep="Walk 0").update(keep="")
        answer = page(cast, "S", "minutes", exchange)
        assert self.texts_of(answer) == [f"Talk {n}" for n in range(5)]
        assert "Texts are shown once five people have written one." in body(answer)

    def test_each_list_of_texts_is_masked_by_its_own_number(self, cast: Cast):
        exchange = self.exchange_with_feedback(cast, 6)
        Feedback.objects.filter(keep="Walk 0").update(keep="")
        Feedback.objects.filter(change__in=["Talk 0", "Talk 1"]).update(change="")
        answer = page(cast, "S", "minutes", exchange)
        assert self.texts_of(answer) == [f"Walk {n}" for n in range(1, 6)]

    def test_fewer_than_five_texts_are_hidden(self, cast: Cast):
        assert "Walk 0" not in body(page(cast, "S", "minutes", self.exchange_with_feedback(cast, 4)))

    def test_form_states_who_reads_the_answers(self, cast: Cast):
        exchange = exchange_of_rivage(cast, "held")
        RegistrationFactory(exchange=exchange, user=cast["M"], state="attended")
        page_body = body(page(cast, "M", "give_feedback", exchange))
        assert "Your answers are added to those of others" in page_body
        assert "The host and the lab read the texts word for word." in page_body

    def test_summary_is_hidden_without_feedback(self, cast: Cast):
        assert "Feedback from participants" not in body(page(cast, "S", "minutes", exchange_of_rivage(cast, "held")))


class TestCloseExchange:
    def test_closing_page_lists_consequences_and_closes(self, cast: Cast):
        exchange, client = MinutesFactory(exchange=exchange_of_rivage(cast, "held")).exchange, signed_in(cast["S"])
        assert "Minutes and contributions can still be read and searched" in body(
            client.get(url_of("close_exchange", exchange))
        )
        client.post(url_of("close_exchange", exchange), {"version": exchange.version})
        exchange.refresh_from_db()
        assert exchange.state == "followed_up"


def test_past_members_can_still_read(cast: Cast):
    exchange = full(cast, 1)
    cast["M"].memberships.update(ends_on=date(2026, 11, 1))
    answers = [page(cast, "M", route, exchange) for route in ("contributions", "programme", "minutes")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert "Contribute" not in links(answers[0])


def test_members_of_other_editions_cannot_read(cast: Cast):
    MembershipFactory(cohort=CohortFactory(edition=EditionFactory()), user=cast["X"])
    answers = [page(cast, "X", route, full(cast, 1)) for route in ("contributions",)]
    assert [answer.status_code for answer in answers] == [404]
