"""The rates page links each number to its ideas, and never reveals a single idea of others by doing so."""

import re
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from prototypes.actions import split_idea
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.figures import share_with_edition
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, add_event
from tests.factories.rates import early_cohort, worked_example
from tests.pages import links, texts

PAGE = reverse("figures:rates")


def answer(user: User, **query: str):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client.get(PAGE, query)


def page_of_ideas(page) -> list[str]:
    return [idea.title for idea, _outcome in page.context["rows"]]


@pytest.fixture
def every_kind(cast: Cast) -> Cast:
    """Create one or two ideas behind each number of the page."""

    def idea(title: str, state: str, **fields: object):
        return IdeaFactory(cohort=cast.cohort, title=title, state=state, **fields)

    idea("In place", "implemented")
    stopped = idea("Stopped", "implemented").implementations.get()
    stopped.state, stopped.ended_on, stopped.reason = "discontinued", date(2026, 10, 1), "The tests"
    stopped.save()
    add_event(idea("Too dear", "accepted"), "abandoned", abandoned_for="too_costly")
    add_event(idea("Nobody said why", "accepted"), "abandoned", abandoned_for="")
    add_event(idea("Vague", "captured"), "accepted", date(2026, 10, 1), precision="month")
    idea("Silent", "accepted")
    idea("Noted", "captured")
    idea("Merged", "merged", merged_into=idea("Whole", "testing"))
    return cast


BEHIND = {
    "": ["In place", "Stopped", "Too dear", "Nobody said why", "Vague", "Silent", "Whole"],
    "implemented": ["In place", "Stopped"],
    "discontinued": ["Stopped"],
    "abandoned": ["Too dear", "Nobody said why"],
    "reason_too_costly": ["Too dear"],
    "reason_unsaid": ["Nobody said why"],
    "reason_no_need": [],
    "open": ["Vague", "Silent", "Whole"],
    "unconfirmed": ["Silent", "Whole"],
    "imprecise": ["Vague"],
    "captured": ["Noted"],
    "merged": ["Merged"],
}


def test_each_number_lists_its_ideas_and_a_tag_that_removes_the_filter(every_kind: Cast):
    page = answer(every_kind["A"], cohort="rivage")
    behind = {outcome: answer(every_kind["A"], cohort="rivage", outcome=outcome, page="1") for outcome in BEHIND}
    assert {outcome: page_of_ideas(each) for outcome, each in behind.items()} == BEHIND
    assert behind["captured"].context["figures"] == page.context["figures"]
    assert [(tag[1], tag[2]) for tag in behind["captured"].context["tags"]] == [
        ("Rivage", "?outcome=captured"),
        ("captured only", "?cohort=rivage"),
    ]


def test_numbers_link_to_as_many_ideas_as_they_state(every_kind: Cast):
    page = answer(every_kind["A"])
    found = {words: address for words, address in links(page).items() if "outcome=" in address}
    assert found == {
        "2 of 7 accepted": "?outcome=implemented#ideas",
        "not updated: 2 open, 0 closed": "?outcome=unconfirmed#ideas",
        "1 no longer in use": "?outcome=discontinued#ideas",
        "2": "?outcome=abandoned#ideas",
        "3": "?outcome=open#ideas",
        "1": "?outcome=reason_unsaid#ideas",
        "1 idea only captured,": "?outcome=captured#ideas",
        "1 merged into another,": "?outcome=merged#ideas",
        "Show these ideas": "?outcome=imprecise#ideas",
    }
    assert page_of_ideas(answer(every_kind["A"], outcome="reason_too_costly")) == ["Too dear"]


def test_a_split_idea_without_an_update_leads_to_its_parts(cast: Cast):
    row = IdeaFactory(cohort=cast.cohort, state="accepted", title="Whole")
    at = datetime(2026, 4, 1, 9, tzinfo=UTC)
    split_idea(idea=row, titles=["One", "Two"], by=cast["P"], at=at, on=at.date())
    pages = [answer(cast["M"], cohort="rivage", outcome=outcome) for outcome in ("unconfirmed", "open")]
    assert [page_of_ideas(page) for page in pages] == [["Whole"], ["Whole"]]
    found = [links(page).get("See its parts: Whole") for page in pages]
    assert found == [f"{row.get_absolute_url()}#origin", None]


def test_reasons_of_abandonment_are_counted(every_kind: Cast):
    page = answer(every_kind["A"])
    assert [(str(reason), outcome, count) for reason, outcome, count in page.context["reasons"]] == [
        ("it costs too much time or money", "reason_too_costly", 1),
        ("no reason was chosen", "reason_unsaid", 1),
    ]
    assert "It costs too much time or money" in texts(page, "th")


def test_unknown_outcome_is_refused_next_to_its_field(every_kind: Cast):
    page = answer(every_kind["A"], outcome="nonsense")
    assert (list(page.context["form"].errors), "figures" in page.context) == (["outcome"], False)


def test_list_of_an_outcome_is_paginated_and_restarts_past_its_end(cast: Cast):
    for _ in range(26):
        IdeaFactory(cohort=cast.cohort)
    pages = [answer(cast["A"], outcome="captured", page=number) for number in ("1", "3", "9")]
    assert [len(page.context["rows"]) for page in pages] == [10, 6, 10]
    assert [(page.context["page"].count, page.context["page"].next) for page in pages] == [(26, 2), (26, None), (26, 2)]


@pytest.mark.parametrize("ideas", [1, 3])
@pytest.mark.parametrize("role", ["S", "A"])
def test_with_every_choice_made_the_page_takes_seven_statements(
    role: str, ideas: int, cast: Cast, django_assert_num_queries
):
    """Session, person, scope, tally, measured effects, outcomes, ideas.

    Claims are about all ideas, not those of a period.
    """
    worked_example(early_cohort(authority=cast.cohort.authority), ideas=ideas)
    client = Client()
    client.force_login(cast[role])
    chosen = {"accepted_from": "2020-01-01", "known_at": "2026-11-24", "page": "1"}
    with django_assert_num_queries(7):
        assert len(client.get(PAGE, chosen).context["rows"]) == ideas


@pytest.mark.parametrize("outcome", ["", "imprecise"])
def test_days_known_to_the_month_take_no_more_statements_and_are_shown(
    outcome: str, every_kind: Cast, django_assert_num_queries
):
    """Session, person, scope, tally, bounds with measured effects, ideas, outcomes, claims, work, visit."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(every_kind["A"])
    with django_assert_num_queries(10):
        page = client.get(PAGE, {"outcome": outcome, "page": "1"})
    assert page.context["imprecise"] == "1 idea has a date known to the month or the year only."


# What could be worked out


def accept(cohort, ideas: int, **fields: object) -> None:
    for _ in range(ideas):
        IdeaFactory(cohort=cohort, state="accepted", **fields)


def test_numbers_of_others_ideas_have_no_link(cast: Cast):
    accept(cast.other_cohort, 6)
    add_event(cast.other_cohort.ideas.order_by("pk")[0], "abandoned", abandoned_for="not_allowed")
    share_with_edition(cast.other_cohort)
    page = answer(cast["N"], edition="transfo-2026", cohort="")
    assert [address for address in links(page).values() if "outcome=" in address] != []
    former = cast["M"]
    former.memberships.update(ends_on=date(2026, 6, 1))
    page = answer(former, edition="transfo-2026")
    assert page.context["figures"].accepted == 6
    assert [address for address in links(page).values() if "outcome=" in address] == []


@pytest.mark.parametrize(
    "choice",
    [
        {"kind": "priority"},
        {"accepted_from": "2026-03-02"},
        {"accepted_until": "2026-03-02"},
        {"known_at": "2026-11-24"},
    ],
    ids=str,
)
def test_filters_apply_to_the_ideas_of_cohorts_that_share(choice: dict[str, str], cast: Cast):
    for cohort, ideas in ((cast.cohort, 2), (cast.other_cohort, 9)):
        accept(cohort, ideas, challenge=ChallengeFactory(cohort=cohort, kind="priority"))
    share_with_edition(cast.other_cohort)
    counted = {role: answer(cast[role], edition="transfo-2026", **choice).context["figures"] for role in "SAN"}
    assert {role: (figures.accepted, figures.listed) for role, figures in counted.items()} == {
        "S": (11, 11),
        "A": (11, 2),
        "N": (9, 9),
    }


def test_reasons_of_others_are_counted_while_they_share(cast: Cast):
    accept(cast.cohort, 2)
    accept(cast.other_cohort, 2)
    add_event(cast.other_cohort.ideas.order_by("pk")[0], "abandoned", abandoned_for="not_allowed")
    share_with_edition(cast.cohort)
    pages = {role: answer(cast[role], edition="transfo-2026") for role in "SAN"}
    assert {
        role: [count for _reason, _slug, count in page.context.get("reasons", [])] for role, page in pages.items()
    } == {
        "S": [1],
        "A": [],
        "N": [1],
    }


LONG_AGO = dict.fromkeys(["captured", "accepted"], date(2025, 6, 2))


def funnel_of(user: User):
    return answer(user, edition="transfo-2026").context.get("funnel")


@pytest.fixture
def three(cast: Cast) -> Cast:
    """Create cohorts of five, six and seven ideas accepted long ago; the first also has many recent ones."""
    third = CohortFactory(edition=cast.edition, name="Vallée", slug="vallee", code="VAL")
    for cohort, ideas in ((cast.cohort, 5), (cast.other_cohort, 6), (third, 7)):
        Cohort.objects.filter(pk=cohort.pk).update(actual_start=date(2025, 1, 6))
        accept(cohort, ideas, days=LONG_AGO)
    accept(cast.cohort, 3)
    share_with_edition(cast.cohort, cast.other_cohort, third)
    return cast


def test_funnel_shows_only_the_reader_s_own_cohorts(three: Cast):
    tables = {role: [[row.name, row.dot.followed] for row in funnel_of(three[role])["rows"]] for role in "SAN"}
    assert tables == {
        "S": [["Montagne", 6], ["Rivage", 5], ["Vallée", 7]],
        "A": [["Rivage", 5]],
        "N": [["Montagne", 6]],
    }


@pytest.mark.parametrize(("role", "cells"), [("A", ["0 of 5 ideas", "0%", "0%"]), ("N", ["0 of 6 ideas", "0%", "0%"])])
def test_page_does_not_reveal_the_size_of_another_cohort(role: str, cells: list[str], three: Cast):
    page = answer(three[role], edition="transfo-2026")
    text = page.content.decode()
    table = text.split('id="funnel-table"')[1].split("</table>")[0]
    found = [" ".join(cell.split()) for cell in re.findall(r"<td[^>]*>(.*?)</td>", table, re.DOTALL)]
    assert (found[1:4], len(found), table.count("<circle")) == (cells, 6, 1)
    assert "Of all cohorts together, 0 of 18 such ideas were implemented within 12 months." in " ".join(text.split())


def test_long_funnel_lists_the_first_cohorts_unless_all_are_to_be_shown(three: Cast, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("figures.implementation.context.MAX_COHORTS_LISTED", 2)
    page = answer(three["S"], edition="transfo-2026")
    assert "Only the first 2 of 3 cohorts are listed. Show all" in texts(page, "p")
    assert links(page)["Show all"] == "?edition=transfo-2026&show_all=1#cohorts"
    every = answer(three["S"], edition="transfo-2026", show_all="1")
    assert [html.content.decode().count('<svg class="share-range"') for html in (page, every)] == [2, 3]
    assert "Show all" not in links(every)


def test_young_ideas_are_in_no_funnel(three: Cast):
    page = answer(three["A"], edition="transfo-2026")
    assert page.context["figures"].accepted == 21
    assert page.context["funnel"]["sentence"] == (
        "At the same age, 12 months after acceptance, the cohort shown is within the "
        "range that chance alone would give."
    )


def test_page_says_so_where_three_cohorts_are_too_young(cast: Cast):
    sentences = []
    for more in range(2):
        sentences.append("It is too early to compare cohorts" in answer(cast["S"]).content.decode())
        for cohort in (cast.cohort, cast.other_cohort, CohortFactory(edition=cast.edition))[: 2 + more]:
            accept(cohort, 5)
    sentences.append("It is too early to compare cohorts" in answer(cast["S"]).content.decode())
    assert sentences == [False, False, True]
