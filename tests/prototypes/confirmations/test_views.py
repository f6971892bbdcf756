"""The list of unconfirmed ideas and the page that confirms one, as people use them. Today is 24 November 2026."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.models import User
from cohorts.models import Membership
from prototypes.models import Confirmation, Idea
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.prototypes import ConfirmationFactory, IdeaAuthorFactory, IdeaFactory, ImplementationFactory, tell
from tests.pages import errors, said, texts
from tests.prototypes.pages import change, page, send, signed_in, statements

pytestmark = pytest.mark.django_db
LIST = "/ideas/unconfirmed/"
SILENT = dict.fromkeys(["captured", "accepted", "prototyping", "testing", "decided"], date(2026, 3, 2))
LIVE = SILENT | dict.fromkeys(["handed_over", "implementing", "implemented"], date(2026, 4, 1))


def faded(cast: Cast, state: str = "accepted", **more: Any) -> Idea:
    """Nobody has given a sign of it since spring."""
    return IdeaFactory(**{"cohort": cast.cohort, "state": state, "days": LIVE | {"abandoned": date(2026, 3, 9)}} | more)


def listed(user: User, **query: str) -> list[str]:
    """References on the list, in its order."""
    answer = signed_in(user).get(LIST, query)
    assert answer.status_code == 200
    return [str(row.idea.reference) for row in answer.context["form"].rows()]


def filled(user: User, address: str = LIST, **words: str) -> dict[str, str]:
    """What the list's form would send, nothing ticked."""
    form = signed_in(user).get(address).context["form"]
    sent = {str(row.seen.html_name): str(row.seen.value()) for row in form.rows()}
    return sent | {str(row.evidence.html_name): "" for row in form.rows()} | words


def confirmed() -> list[tuple[str, str, str]]:
    rows = Confirmation.objects.order_by("idea__reference", "pk")
    return list(rows.values_list("idea__reference", "state", "evidence"))


class TestList:
    def test_lists_what_each_may_confirm_and_nothing_else(self, cast: Cast):
        own, theirs, shared = faded(cast, owner=cast["M"]), faded(cast), faded(cast, owner=cast["R"])
        IdeaAuthorFactory(idea=shared, user=cast["D"])
        IdeaFactory(cohort=cast.other, state="accepted")
        mine, their, ours = own.reference, theirs.reference, shared.reference
        everything = [mine, their, ours]
        assert {letter: listed(cast[letter], cohort="") for letter in EVERYONE} == {
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
        ("made", "waits"),
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
    def test_has_what_counts_in_the_rates_and_was_silent_for_six_months(
        self, cast: Cast, made: dict[str, Any], waits: bool
    ):
        idea = faded(cast, **made)
        assert (listed(cast["P"]), "to confirm" in page(cast["P"], LIST)) == ([idea.reference] * waits, waits)

    def test_filters_by_cohort_and_state_and_ignores_nonsense(self, cast: Cast):
        faded(cast), faded(cast, "abandoned"), IdeaFactory(cohort=cast.other, state="accepted")
        assert listed(cast["S"], cohort=str(cast.cohort.pk), state="abandoned") == ["RIV-002"]
        assert listed(cast["S"], cohort=str(cast.other.pk)) == ["MON-001"]
        assert listed(cast["S"], cohort="x' or 1", state="flying", page="-1") == ["MON-001", "RIV-001", "RIV-002"]

    def test_says_that_all_is_confirmed_or_that_nothing_fits(self, cast: Cast):
        assert "Every idea is confirmed" in page(cast["P"], LIST)
        faded(cast)
        assert "No unconfirmed idea fits" in page(cast["P"], LIST, state="abandoned")

    @pytest.mark.parametrize("number", [1, 3])
    def test_takes_the_same_statements_for_one_and_three(self, cast: Cast, number: int):
        for _ in range(number):
            faded(cast, owner=cast["M"])
        assert statements(cast["P"], LIST) == 5

    def test_the_home_page_counts_as_many_and_leads_here(self, cast: Cast):
        faded(cast), faded(cast, "abandoned")
        answer = signed_in(cast["A"]).get("/")
        assert ("2 ideas" in texts(answer, "b"), LIST in answer.content.decode()) == (True, True)


class TestConfirming:
    def test_one_with_its_button_leaves_the_others_and_comes_back_to_the_same_list(self, cast: Cast):
        first, second = faded(cast), faded(cast)
        address = f"{LIST}?state=accepted"
        words = {f"evidence-{first.pk}": "Vue au conseil", f"evidence-{second.pk}": "Pas encore lue"}
        answer = send(cast["A"], address, **filled(cast["A"], **words), one=str(first.pk))
        assert (answer.status_code, answer.url, confirmed()) == (
            302,
            address,
            [(first.reference, "accepted", "Vue au conseil")],
        )
        assert (listed(cast["A"]), Confirmation.objects.get().by) == ([second.reference], cast["A"])

    def test_those_that_are_ticked_together(self, cast: Cast):
        rows = [faded(cast) for _ in range(3)]
        ticked = {f"chosen-{row.pk}": "on" for row in rows[:2]}
        answer = signed_in(cast["C"]).post(LIST, filled(cast["C"]) | ticked, follow=True)
        assert (said(answer), listed(cast["C"])) == (["2 ideas are confirmed."], [rows[2].reference])

    def test_without_a_tick_it_asks_for_one(self, cast: Cast):
        faded(cast)
        answer = send(cast["C"], LIST, **filled(cast["C"]))
        assert (errors(answer), confirmed()) == (
            ["Tick the ideas whose state is still correct, or use the button of a single idea."],
            [],
        )

    def test_an_implemented_one_takes_what_shows_it_and_nothing_typed_is_lost(self, cast: Cast):
        live, idea = faded(cast, "implemented"), faded(cast)
        ticked = {f"chosen-{live.pk}": "on", f"chosen-{idea.pk}": "on", f"evidence-{idea.pk}": "Réunion de mai"}
        answer = send(cast["A"], LIST, **filled(cast["A"]) | ticked)
        assert (errors(answer), confirmed()) == (
            ["To confirm an implemented idea, give evidence that it is implemented."],
            [],
        )
        assert [row.evidence.value() for row in answer.context["form"].rows()] == ["", "Réunion de mai"]

    def test_what_was_recorded_meanwhile_is_told_and_sent_again_it_counts(self, cast: Cast):
        idea, other = faded(cast), faded(cast)
        form = filled(cast["A"]) | {f"chosen-{row.pk}": "on" for row in (idea, other)}
        form[f"evidence-{idea.pk}"] = "Vue au conseil"
        tell(idea, "abandoned", date(2026, 11, 23))
        answer = send(cast["A"], LIST, **form)
        [reason] = errors(answer)
        assert (
            reason.startswith("This idea has changed since you opened the page: “abandoned”, last update on 23 Nov"),
            confirmed(),
        ) == (
            True,
            [],
        )
        rows = {row.idea.pk: row for row in answer.context["form"].rows()}
        assert (rows[idea.pk].evidence.value(), set(rows)) == ("Vue au conseil", {idea.pk, other.pk})
        form[f"seen-{idea.pk}"] = str(rows[idea.pk].seen.value())
        assert send(cast["A"], LIST, **form).status_code == 302
        assert [row[1] for row in confirmed()] == ["abandoned", "accepted"]

    def test_an_idea_that_fell_silent_since_the_list_was_read_is_in_nobodys_way(self, cast: Cast):
        idea = faded(cast)
        form = filled(cast["A"]) | {"one": str(idea.pk)}
        later = faded(cast)
        answer = signed_in(cast["A"]).post(LIST, form, follow=True)
        assert (said(answer), confirmed()) == (["1 idea is confirmed."], [(idea.reference, "accepted", "")])
        assert listed(cast["A"]) == [later.reference]

    @pytest.mark.parametrize("seen", [{}, {"seen": ""}], ids=["missing", "empty"])
    def test_what_was_not_looked_at_is_not_confirmed_and_sent_again_it_is(self, cast: Cast, seen: dict[str, str]):
        idea, other = faded(cast), faded(cast)
        form = {"one": str(idea.pk), f"evidence-{idea.pk}": "Vue au conseil"}
        form |= {f"{name}-{idea.pk}": value for name, value in seen.items()}
        answer = send(cast["A"], LIST, **form)
        assert (errors(answer), confirmed()) == (["Look at this idea first, then confirm it."], [])
        rows = answer.context["form"].rows()
        again = form | {str(row.seen.html_name): str(row.seen.value()) for row in rows}
        assert send(cast["A"], LIST, **again).status_code == 302
        assert (confirmed(), {row.idea for row in rows}) == (
            [(idea.reference, "accepted", "Vue au conseil")],
            {idea, other},
        )

    @pytest.mark.parametrize("mark", ["x" * 65, "a\0b"], ids=["long", "no text"])
    def test_nonsense_beside_another_idea_stops_nothing_and_beside_its_own_is_told(self, cast: Cast, mark: str):
        idea, other = faded(cast), faded(cast)
        form = filled(cast["A"]) | {f"seen-{other.pk}": mark}
        answer = send(cast["A"], LIST, **form, one=str(other.pk))
        assert ([reason.split(":")[0] for reason in errors(answer)], confirmed()) == (
            ["This idea has changed since you opened the page"],
            [],
        )
        assert send(cast["A"], LIST, **form, one=str(idea.pk)).status_code == 302

    def test_sent_twice_it_counts_once(self, cast: Cast):
        idea = faded(cast)
        form = filled(cast["A"]) | {"one": str(idea.pk)}
        assert [send(cast["A"], LIST, **form).status_code for _ in range(2)] == [302, 302]
        assert len(confirmed()) == 1

    @pytest.mark.parametrize("key", ["999999999", "9" * 30, "-1", "a\0b", "x"])
    def test_foreign_ideas_and_nonsense_confirm_nothing(self, cast: Cast, key: str):
        faded(cast)
        foreign = IdeaFactory(cohort=cast.other, state="accepted")
        answers = [send(cast["P"], LIST, one=one).status_code for one in (key, str(foreign.pk))]
        assert (answers[0] in {200, 404}, answers[1], confirmed()) == (True, 404, [])

    def test_a_swap_brings_the_list_alone_with_what_was_done(self, cast: Cast):
        idea = faded(cast)
        client = signed_in(cast["A"])
        form = filled(cast["A"]) | {"one": str(idea.pk)}
        answer = client.post(LIST, form, headers={"hx-request": "true"}, follow=True)
        assert ("<html" in answer.content.decode(), said(answer)) == (False, ["1 idea is confirmed."])
        assert "Every idea is confirmed" in answer.content.decode()


class TestPageOfOne:
    def address(self, idea: Idea) -> str:
        return f"/ideas/{idea.pk}/confirm/"

    def test_looking_changes_nothing_and_sending_confirms(self, cast: Cast):
        idea = faded(cast, owner=cast["M"])
        assert ("Yes, nothing has changed" in page(cast["M"], self.address(idea)), confirmed()) == (True, [])
        answer = change(cast["M"], self.address(idea), evidence="On la teste en juin")
        assert (answer.url, confirmed()) == (
            idea.get_absolute_url(),
            [(idea.reference, "accepted", "On la teste en juin")],
        )

    def test_comes_back_to_the_list_it_was_asked_from(self, cast: Cast):
        address = self.address(faded(cast)) + "?from=unconfirmed&state=accepted&page=2&evil=https://x.example"
        assert change(cast["P"], address).url == f"{LIST}?state=accepted&page=2"

    def test_what_has_changed_is_recorded_from_here_and_comes_back_too(self, cast: Cast):
        idea = faded(cast)
        text = page(cast["P"], self.address(idea), **{"from": "unconfirmed"})
        address = f"/ideas/{idea.pk}/abandon/?from=unconfirmed"
        form = {"abandoned_for": "no_need", "reason": "Personne ne la porte", "on": TODAY, "precision": "day"}
        assert (address in text, send(cast["P"], address, **form).url, listed(cast["P"])) == (True, LIST, [])

    def test_what_is_live_no_more_is_news_of_the_idea(self, cast: Cast):
        idea = faded(cast, "implemented")
        live = idea.implementations.get()
        address = f"/implementations/{live.pk}/discontinue/?from=unconfirmed"
        assert address in page(cast["A"], self.address(idea), **{"from": "unconfirmed"})
        answer = send(cast["A"], address, reason="Le guichet a fermé", on="2026-06-01", precision="day")
        assert (answer.url, listed(cast["A"]), confirmed()) == (
            LIST,
            [],
            [],
        )

    def test_a_replication_that_ends_says_nothing_of_the_idea(self, cast: Cast):
        idea = faded(cast)
        live = ImplementationFactory(idea=idea, kind="replication", authority=cast.other.authority)
        send(cast["A"], f"/implementations/{live.pk}/discontinue/", reason="Fermé", on="2026-11-01", precision="day")
        assert (live.idea.implementations.get().state, confirmed()) == ("discontinued", [])

    @pytest.mark.parametrize(
        "made",
        [{"state": "captured"}, {"state": "implemented", "retrospective": True}],
        ids=["captured", "published"],
    )
    def test_what_counts_in_no_rate_is_not_confirmed(self, cast: Cast, made: dict[str, Any]):
        assert signed_in(cast["P"]).get(self.address(faded(cast, **made))).status_code == 403

    def test_an_owner_who_has_left_confirms_nothing(self, cast: Cast):
        idea = faded(cast, owner=cast["M"])
        Membership.objects.filter(user=cast["M"]).update(ends_on=date(2026, 11, 23))
        assert (signed_in(cast["M"]).get(self.address(idea)).status_code, listed(cast["M"])) == (403, [])

    def test_says_what_was_confirmed_before(self, cast: Cast):
        idea = faded(cast)
        ConfirmationFactory(idea=idea)
        assert "This idea was already confirmed on 2 Oct 2026, as “accepted”." in page(cast["P"], self.address(idea))


class TestElsewhere:
    def test_the_ideas_page_says_so_and_offers_to_confirm(self, cast: Cast):
        idea = faded(cast)
        shown = {letter: page(cast[letter], idea.get_absolute_url()) for letter in "PM"}
        offered = {letter: f"/ideas/{idea.pk}/confirm/" in text for letter, text in shown.items()}
        assert (offered, ["unconfirmed" in text for text in shown.values()]) == ({"P": True, "M": False}, [True, True])

    def test_the_ideas_page_tells_who_confirmed_it_last_in_the_state_it_has(self, cast: Cast):
        idea = faded(cast)
        ConfirmationFactory(idea=idea, by=cast["A"])
        text = page(cast["M"], idea.get_absolute_url())
        told = ["last confirmed 2 Oct 2026 by Admin Rivage", "Confirmed: accepted", "Vue à l&#x27;accueil"]
        assert [words in text for words in [*told, "unconfirmed"]] == [True, True, True, False]
        assert f"/ideas/{idea.pk}/confirm/" in page(cast["P"], idea.get_absolute_url())  # a wrong one, in other words
        tell(idea, "abandoned", date(2026, 11, 2))
        assert "last confirmed" not in page(cast["M"], idea.get_absolute_url())

    @pytest.mark.parametrize("number", [0, 3])
    def test_the_ideas_page_takes_no_statement_more(self, cast: Cast, number: int):
        idea = faded(cast)
        for month in range(number):
            ConfirmationFactory(idea=idea, by=cast["A"], confirmed_on=date(2026, 7 + month, 1))
        assert statements(cast["P"], idea.get_absolute_url()) == 8

    @pytest.mark.parametrize(
        "address",
        [lambda cast: "/ideas/", lambda cast: f"/cohorts/{cast.cohort.slug}/board/"],
        ids=["list", "board"],
    )
    def test_lists_and_boards_mark_it(self, cast: Cast, address: Callable[[Cast], str]):
        faded(cast), IdeaFactory(cohort=cast.cohort, state="testing", days={"testing": date(2026, 11, 2)})
        answer = signed_in(cast["R"]).get(address(cast))
        assert texts(answer, "span", "tag").count("unconfirmed") == 1

    def test_a_row_of_the_list_offers_to_confirm_to_those_who_may(self, cast: Cast):
        idea = faded(cast, owner=cast["M"])
        shown = {letter: f"/ideas/{idea.pk}/confirm/" in page(cast[letter], "/ideas/") for letter in EVERYONE}
        assert {letter for letter, offers in shown.items() if offers} == set("SCPMA")
