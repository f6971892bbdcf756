"""The list of unconfirmed ideas and the page that confirms one. Today is 24 November 2026."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.models import User
from cohorts.models import Membership
from prototypes.models import Confirmation, Idea
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.prototypes import (
    ConfirmationFactory,
    IdeaAuthorFactory,
    IdeaFactory,
    ImplementationFactory,
    add_event,
)
from tests.pages import errors, messages, texts
from tests.prototypes.pages import change, page, send, signed_in, statements

pytestmark = pytest.mark.django_db
LIST = "/ideas/unconfirmed/"
SILENT = dict.fromkeys(["captured", "accepted", "prototyping", "testing", "decided"], date(2026, 3, 2))
LIVE = SILENT | dict.fromkeys(["handed_over", "implementing", "implemented"], date(2026, 4, 1))


def unconfirmed_idea(cast: Cast, state: str = "accepted", **more: Any) -> Idea:
    """Create an idea without an update since spring."""
    return IdeaFactory(**{"cohort": cast.cohort, "state": state, "days": LIVE | {"abandoned": date(2026, 3, 9)}} | more)


def listed_references(user: User, **query: str) -> list[str]:
    """Return the references on the list, in order."""
    answer = signed_in(user).get(LIST, query)
    assert answer.status_code == 200
    return [str(row.idea.reference) for row in answer.context["form"].rows()]


def form_data(user: User, address: str = LIST, **words: str) -> dict[str, str]:
    """Return what the form of the list sends, with nothing ticked."""
    form = signed_in(user).get(address).context["form"]
    sent = {str(row.version_token.html_name): str(row.version_token.value()) for row in form.rows()}
    return sent | {str(row.evidence.html_name): "" for row in form.rows()} | words


def confirmation_rows() -> list[tuple[str, str, str]]:
    rows = Confirmation.objects.order_by("idea__reference", "pk")
    return list(rows.values_list("idea__reference", "state", "evidence"))


class TestList:
    def test_list_shows_only_ideas_the_person_may_confirm(self, cast: Cast):
        own, theirs, shared = (
            unconfirmed_idea(cast, owner=cast["M"]),
            unconfirmed_idea(cast),
            unconfirmed_idea(cast, owner=cast["R"]),
        )
        IdeaAuthorFactory(idea=shared, user=cast["D"])
        IdeaFactory(cohort=cast.other_cohort, state="accepted")
        mine, their, ours = own.reference, theirs.reference, shared.reference
        everything = [mine, their, ours]
        assert {role: listed_references(cast[role], cohort="") for role in EVERYONE} == {
            "S": ["MON-001", *everything],
            "C": everything,
            "D": [ours],
            "P": everything,
            "M": [mine],
            "R": [ours],
            "A": everything,
            "N": [],
            "X": [],
        }

    @pytest.mark.parametrize(
        ("made", "is_unconfirmed"),
        [
            ({"state": "captured"}, False),
            ({"state": "accepted"}, True),
            ({"state": "parked"}, False),
            ({"state": "abandoned"}, True),
            ({"state": "implemented"}, True),
            ({"state": "accepted", "days": SILENT | {"accepted": date(2026, 5, 24)}}, True),
            ({"state": "accepted", "days": SILENT | {"accepted": date(2026, 5, 25)}}, False),
            ({"state": "implemented", "retrospective": True, "days": LIVE}, False),
        ],
        ids=["captured", "open", "news", "given up", "live", "six months", "a day less", "published"],
    )
    def test_list_shows_counted_ideas_without_update_for_six_months(
        self, cast: Cast, made: dict[str, Any], is_unconfirmed: bool
    ):
        idea = unconfirmed_idea(cast, **made)
        assert (listed_references(cast["P"]), "idea to confirm" in page(cast["P"], LIST)) == (
            [idea.reference] * is_unconfirmed,
            is_unconfirmed,
        )

    def test_list_filters_by_cohort_and_state_and_ignores_invalid_input(self, cast: Cast):
        (
            unconfirmed_idea(cast),
            unconfirmed_idea(cast, "abandoned"),
            IdeaFactory(cohort=cast.other_cohort, state="accepted"),
        )
        assert listed_references(cast["S"], cohort=str(cast.cohort.pk), state="abandoned") == ["RIV-002"]
        assert listed_references(cast["S"], cohort=str(cast.other_cohort.pk)) == ["MON-001"]
        assert listed_references(cast["S"], cohort="x' or 1", state="flying", page="-1") == [
            "MON-001",
            "RIV-001",
            "RIV-002",
        ]

    def test_empty_list_differs_from_a_list_without_a_match(self, cast: Cast):
        assert "You have no ideas to confirm" in page(cast["P"], LIST)
        unconfirmed_idea(cast)
        assert "No unconfirmed idea fits" in page(cast["P"], LIST, state="abandoned")

    @pytest.mark.parametrize("number", [1, 3])
    def test_list_takes_the_same_statements_for_one_and_three_ideas(self, cast: Cast, number: int):
        for _ in range(number):
            unconfirmed_idea(cast, owner=cast["M"])
        assert statements(cast["P"], LIST) == 5

    def test_list_has_pages_of_ten(self, cast: Cast):
        for _number in range(11):
            unconfirmed_idea(cast)
        pages = [signed_in(cast["S"]).get(LIST, {"page": number}).context["page"] for number in (1, 2)]
        assert ([len(page) for page in pages], pages[0].count) == ([10, 1], 11)

    def test_home_page_shows_the_same_count_and_links_to_the_list(self, cast: Cast):
        unconfirmed_idea(cast), unconfirmed_idea(cast, "abandoned")
        answer = signed_in(cast["A"]).get("/")
        assert ("2 ideas" in texts(answer, "b"), LIST in answer.content.decode()) == (True, True)


class TestConfirming:
    def test_button_of_one_idea_confirms_only_that_idea_and_returns_to_the_list(self, cast: Cast):
        first, second = unconfirmed_idea(cast), unconfirmed_idea(cast)
        address = f"{LIST}?state=accepted"
        words = {f"evidence-{first.pk}": "Vue au conseil", f"evidence-{second.pk}": "Pas encore lue"}
        answer = send(cast["A"], address, **form_data(cast["A"], **words), one=str(first.pk))
        assert (answer.status_code, answer.url, confirmation_rows()) == (
            302,
            address,
            [(first.reference, "accepted", "Vue au conseil")],
        )
        assert (listed_references(cast["A"]), Confirmation.objects.get().by) == ([second.reference], cast["A"])

    def test_ticked_ideas_are_confirmed_together(self, cast: Cast):
        rows = [unconfirmed_idea(cast) for _ in range(3)]
        ticked = {f"chosen-{row.pk}": "on" for row in rows[:2]}
        answer = signed_in(cast["C"]).post(LIST, form_data(cast["C"]) | ticked, follow=True)
        assert (messages(answer), listed_references(cast["C"])) == (["2 ideas are confirmed."], [rows[2].reference])

    def test_form_without_a_tick_asks_for_one(self, cast: Cast):
        unconfirmed_idea(cast)
        answer = send(cast["C"], LIST, **form_data(cast["C"]))
        assert (errors(answer), confirmation_rows()) == (
            ["Tick the ideas whose state is still correct, or use the button of a single idea."],
            [],
        )

    def test_implemented_idea_needs_evidence_and_typed_text_is_kept(self, cast: Cast):
        live, idea = unconfirmed_idea(cast, "implemented"), unconfirmed_idea(cast)
        ticked = {f"chosen-{live.pk}": "on", f"chosen-{idea.pk}": "on", f"evidence-{idea.pk}": "Réunion de mai"}
        answer = send(cast["A"], LIST, **form_data(cast["A"]) | ticked)
        assert (errors(answer), confirmation_rows()) == (
            ["To confirm an implemented idea, give evidence that it is implemented."],
            [],
        )
        assert [row.evidence.value() for row in answer.context["form"].rows()] == ["", "Réunion de mai"]

    def test_change_since_the_page_was_opened_is_shown_and_second_submission_counts(self, cast: Cast):
        idea, other = unconfirmed_idea(cast), unconfirmed_idea(cast)
        form = form_data(cast["A"]) | {f"chosen-{row.pk}": "on" for row in (idea, other)}
        form[f"evidence-{idea.pk}"] = "Vue au conseil"
        add_event(idea, "abandoned", date(2026, 11, 23))
        answer = send(cast["A"], LIST, **form)
        [reason] = errors(answer)
        assert (
            reason.startswith("This idea has changed since you opened the page: “abandoned”, last update on 23 Nov"),
            confirmation_rows(),
        ) == (
            True,
            [],
        )
        rows = {row.idea.pk: row for row in answer.context["form"].rows()}
        assert (rows[idea.pk].evidence.value(), set(rows)) == ("Vue au conseil", {idea.pk, other.pk})
        form[f"version_token-{idea.pk}"] = str(rows[idea.pk].version_token.value())
        assert send(cast["A"], LIST, **form).status_code == 302
        assert [row[1] for row in confirmation_rows()] == ["abandoned", "accepted"]

    def test_idea_that_became_unconfirmed_after_the_list_was_read_does_not_block_others(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        form = form_data(cast["A"]) | {"one": str(idea.pk)}
        later = unconfirmed_idea(cast)
        answer = signed_in(cast["A"]).post(LIST, form, follow=True)
        assert (messages(answer), confirmation_rows()) == (["1 idea is confirmed."], [(idea.reference, "accepted", "")])
        assert listed_references(cast["A"]) == [later.reference]

    @pytest.mark.parametrize("version_token", [{}, {"version_token": ""}], ids=["missing", "empty"])
    def test_idea_without_version_token_is_confirmed_only_on_second_submission(
        self, cast: Cast, version_token: dict[str, str]
    ):
        idea, other = unconfirmed_idea(cast), unconfirmed_idea(cast)
        form = {"one": str(idea.pk), f"evidence-{idea.pk}": "Vue au conseil"}
        form |= {f"{name}-{idea.pk}": value for name, value in version_token.items()}
        answer = send(cast["A"], LIST, **form)
        assert (errors(answer), confirmation_rows()) == (["Look at this idea first, then confirm it."], [])
        rows = answer.context["form"].rows()
        again = form | {str(row.version_token.html_name): str(row.version_token.value()) for row in rows}
        assert send(cast["A"], LIST, **again).status_code == 302
        assert (confirmation_rows(), {row.idea for row in rows}) == (
            [(idea.reference, "accepted", "Vue au conseil")],
            {idea, other},
        )

    @pytest.mark.parametrize("mark", ["x" * 65, "a\0b"], ids=["long", "no text"])
    def test_invalid_evidence_of_another_idea_is_ignored_and_of_its_own_is_refused(self, cast: Cast, mark: str):
        idea, other = unconfirmed_idea(cast), unconfirmed_idea(cast)
        form = form_data(cast["A"]) | {f"version_token-{other.pk}": mark}
        answer = send(cast["A"], LIST, **form, one=str(other.pk))
        assert ([reason.split(":")[0] for reason in errors(answer)], confirmation_rows()) == (
            ["This idea has changed since you opened the page"],
            [],
        )
        assert send(cast["A"], LIST, **form, one=str(idea.pk)).status_code == 302

    def test_form_sent_twice_records_one_confirmation(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        form = form_data(cast["A"]) | {"one": str(idea.pk)}
        assert [send(cast["A"], LIST, **form).status_code for _ in range(2)] == [302, 302]
        assert len(confirmation_rows()) == 1

    @pytest.mark.parametrize("key", ["999999999", "9" * 30, "-1", "a\0b", "x"])
    def test_foreign_ideas_and_invalid_input_confirm_nothing(self, cast: Cast, key: str):
        unconfirmed_idea(cast)
        foreign = IdeaFactory(cohort=cast.other_cohort, state="accepted")
        answers = [send(cast["P"], LIST, one=one).status_code for one in (key, str(foreign.pk))]
        assert (answers[0] in {200, 404}, answers[1], confirmation_rows()) == (True, 404, [])

    def test_htmx_request_returns_the_list_with_the_message(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        client = signed_in(cast["A"])
        form = form_data(cast["A"]) | {"one": str(idea.pk)}
        answer = client.post(LIST, form, headers={"hx-request": "true"}, follow=True)
        assert ("<html" in answer.content.decode(), messages(answer)) == (False, ["1 idea is confirmed."])
        assert "You have no ideas to confirm" in answer.content.decode()


class TestPageOfOne:
    def address(self, idea: Idea) -> str:
        return f"/ideas/{idea.pk}/confirm/"

    def test_opening_the_page_changes_nothing_and_sending_confirms(self, cast: Cast):
        idea = unconfirmed_idea(cast, owner=cast["M"])
        assert ("Yes, nothing has changed" in page(cast["M"], self.address(idea)), confirmation_rows()) == (True, [])
        answer = change(cast["M"], self.address(idea), evidence="On la teste en juin")
        assert (answer.url, confirmation_rows()) == (
            idea.get_absolute_url(),
            [(idea.reference, "accepted", "On la teste en juin")],
        )

    def test_page_returns_to_the_list_it_was_opened_from(self, cast: Cast):
        address = (
            self.address(unconfirmed_idea(cast)) + "?from=unconfirmed&state=accepted&page=2&evil=https://x.example"
        )
        assert change(cast["P"], address).url == f"{LIST}?state=accepted&page=2"

    def test_change_is_recorded_from_the_page_and_returns_to_the_list(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        text = page(cast["P"], self.address(idea), **{"from": "unconfirmed"})
        address = f"/ideas/{idea.pk}/abandon/?from=unconfirmed"
        form = {"abandoned_for": "no_need", "reason": "Personne ne la porte", "on": TODAY, "precision": "day"}
        assert (address in text, send(cast["P"], address, **form).url, listed_references(cast["P"])) == (True, LIST, [])

    def test_person_who_may_record_no_change_reads_whom_to_ask(self, cast: Cast):
        idea = unconfirmed_idea(cast, owner=cast["M"])
        texts_of = {role: page(cast[role], self.address(idea)) for role in "MP"}
        sentences = "You cannot record such a change yourself.", "Choose what has happened."
        assert {role: [sentence in text for sentence in sentences] for role, text in texts_of.items()} == {
            "M": [True, False],
            "P": [False, True],
        }

    def test_discontinued_implementation_is_an_update_of_the_idea(self, cast: Cast):
        idea = unconfirmed_idea(cast, "implemented")
        live = idea.implementations.get()
        address = f"/implementations/{live.pk}/discontinue/?from=unconfirmed"
        assert address in page(cast["A"], self.address(idea), **{"from": "unconfirmed"})
        answer = send(cast["A"], address, reason="Le guichet a fermé", on="2026-06-01", precision="day")
        assert (answer.url, listed_references(cast["A"]), confirmation_rows()) == (
            LIST,
            [],
            [],
        )

    def test_end_of_a_replication_is_no_update_of_the_idea(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        live = ImplementationFactory(idea=idea, kind="replication", authority=cast.other_cohort.authority)
        send(cast["A"], f"/implementations/{live.pk}/discontinue/", reason="Fermé", on="2026-11-01", precision="day")
        assert (live.idea.implementations.get().state, confirmation_rows()) == ("discontinued", [])

    @pytest.mark.parametrize(
        "made",
        [{"state": "captured"}, {"state": "implemented", "retrospective": True}],
        ids=["captured", "published"],
    )
    def test_idea_that_counts_in_no_rate_has_no_confirmation_page(self, cast: Cast, made: dict[str, Any]):
        assert signed_in(cast["P"]).get(self.address(unconfirmed_idea(cast, **made))).status_code == 403

    def test_owner_who_has_left_cannot_confirm(self, cast: Cast):
        idea = unconfirmed_idea(cast, owner=cast["M"])
        Membership.objects.filter(user=cast["M"]).update(ends_on=date(2026, 11, 23))
        assert (signed_in(cast["M"]).get(self.address(idea)).status_code, listed_references(cast["M"])) == (403, [])

    def test_page_shows_the_previous_confirmation(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        ConfirmationFactory(idea=idea)
        assert "This idea was already confirmed on 2 Oct 2026, as “accepted”." in page(cast["P"], self.address(idea))


class TestElsewhere:
    def test_idea_page_marks_the_idea_and_offers_to_confirm(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        pages = {role: page(cast[role], idea.get_absolute_url()) for role in "PM"}
        offered = {role: f"/ideas/{idea.pk}/confirm/" in text for role, text in pages.items()}
        assert (offered, ["unconfirmed" in text for text in pages.values()]) == ({"P": True, "M": False}, [True, True])

    def test_idea_page_names_who_last_confirmed_the_current_state(self, cast: Cast):
        idea = unconfirmed_idea(cast)
        ConfirmationFactory(idea=idea, by=cast["A"])
        text = page(cast["M"], idea.get_absolute_url())
        expected = ["last confirmed 2 Oct 2026 by Admin Rivage", "Confirmed: accepted", "Vue à l&#x27;accueil"]
        assert [words in text for words in [*expected, "unconfirmed"]] == [True, True, True, False]
        assert f"/ideas/{idea.pk}/confirm/" in page(cast["P"], idea.get_absolute_url())  # a wrong one, in other words
        add_event(idea, "abandoned", date(2026, 11, 2))
        assert "last confirmed" not in page(cast["M"], idea.get_absolute_url())

    @pytest.mark.parametrize("number", [0, 3])
    def test_idea_page_takes_no_additional_statement(self, cast: Cast, number: int):
        idea = unconfirmed_idea(cast)
        for month in range(number):
            ConfirmationFactory(idea=idea, by=cast["A"], confirmed_on=date(2026, 7 + month, 1))
        assert statements(cast["P"], idea.get_absolute_url()) == 8

    @pytest.mark.parametrize(
        "address",
        [lambda cast: "/ideas/", lambda cast: f"/cohorts/{cast.cohort.slug}/board/"],
        ids=["list", "board"],
    )
    def test_lists_and_boards_mark_unconfirmed_ideas(self, cast: Cast, address: Callable[[Cast], str]):
        unconfirmed_idea(cast), IdeaFactory(cohort=cast.cohort, state="testing", days={"testing": date(2026, 11, 2)})
        answer = signed_in(cast["R"]).get(address(cast))
        assert texts(answer, "span", "tag").count("unconfirmed") == 1

    def test_list_row_offers_confirmation_to_those_who_can_confirm(self, cast: Cast):
        idea = unconfirmed_idea(cast, owner=cast["M"])
        pages = {role: f"/ideas/{idea.pk}/confirm/" in page(cast[role], "/ideas/") for role in EVERYONE}
        assert {role for role, offers in pages.items() if offers} == set("SCPMA")
