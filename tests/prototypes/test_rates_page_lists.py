"""The rates page leads from each number to its ideas, and tells nobody's single idea apart by doing so."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from cohorts.models import Cohort
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, tell
from tests.factories.rates import early_cohort, worked_example
from tests.pages import links, texts

PAGE = reverse("prototypes:rates")


def answer(user: User, **asked: str):
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(PAGE, asked)


def listed(page) -> list[str]:
    return [idea.title for idea, _told in page.context["rows"]]


@pytest.fixture
def every_kind(cast: Cast) -> Cast:
    """One idea or two behind each number of the page."""

    def idea(title: str, state: str, **fields: object):
        return IdeaFactory(cohort=cast.cohort, title=title, state=state, **fields)

    idea("In place", "implemented")
    stopped = idea("Stopped", "implemented").implementations.get()
    stopped.state, stopped.ended_on, stopped.reason = "discontinued", date(2026, 10, 1), "The tests"
    stopped.save()
    tell(idea("Too dear", "accepted"), "abandoned", abandoned_for="too_costly")
    tell(idea("Nobody said why", "accepted"), "abandoned", abandoned_for="")
    tell(idea("Vague", "captured"), "accepted", date(2026, 10, 1), precision="month")
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


def test_behind_each_number_stand_its_ideas_and_a_tag_that_takes_the_choice_back(every_kind: Cast):
    page = answer(every_kind["A"], cohort="rivage")
    behind = {outcome: answer(every_kind["A"], cohort="rivage", outcome=outcome) for outcome in BEHIND}
    assert {outcome: listed(each) for outcome, each in behind.items()} == BEHIND
    assert behind["captured"].context["figures"] == page.context["figures"]
    assert [(tag[1], tag[2]) for tag in behind["captured"].context["tags"]] == [
        ("Rivage", "?outcome=captured"),
        ("only noted", "?cohort=rivage"),
    ]


def test_numbers_are_links_to_as_many_ideas_as_they_say(every_kind: Cast):
    page = answer(every_kind["A"])
    found = {words: address for words, address in links(page).items() if "outcome=" in address}
    assert found == {
        "2 of 7": "?outcome=implemented#ideas",
        "2 not confirmed": "?outcome=unconfirmed#ideas",
        "1 no longer": "?outcome=discontinued#ideas",
        "2": "?outcome=abandoned#ideas",
        "3": "?outcome=open#ideas",
        "1": "?outcome=reason_unsaid#ideas",
        "1 idea only noted,": "?outcome=captured#ideas",
        "1 merged into another,": "?outcome=merged#ideas",
        "Which": "?outcome=imprecise#ideas",
    }
    assert listed(answer(every_kind["A"], outcome="reason_too_costly")) == ["Too dear"]


def test_reasons_of_abandonment_are_counted(every_kind: Cast):
    page = answer(every_kind["A"])
    assert [(str(reason), outcome, count) for reason, outcome, count in page.context["reasons"]] == [
        ("it costs too much time or money", "reason_too_costly", 1),
        ("no reason was chosen", "reason_unsaid", 1),
    ]
    assert "It costs too much time or money" in texts(page, "th")


def test_an_outcome_nobody_knows_is_refused_beside_its_field(every_kind: Cast):
    page = answer(every_kind["A"], outcome="nonsense")
    assert (list(page.context["form"].errors), "figures" in page.context) == (["outcome"], False)


def test_the_list_of_an_outcome_goes_on_and_past_its_end_begins_again(cast: Cast):
    for _ in range(26):
        IdeaFactory(cohort=cast.cohort)
    pages = [answer(cast["A"], outcome="captured", page=number) for number in ("1", "2", "9")]
    assert [len(page.context["rows"]) for page in pages] == [20, 6, 20]
    assert [(page.context["page"].count, page.context["page"].next) for page in pages] == [(26, 2), (26, None), (26, 2)]


@pytest.mark.parametrize("ideas", [1, 3])
@pytest.mark.parametrize("letter", ["S", "A"])
def test_with_every_choice_made_the_page_takes_seven_statements(
    letter: str, ideas: int, cast: Cast, django_assert_num_queries
):
    """Session, person, reach, tally, keys, ideas, what is told of them: claims are of all ideas, not of a period's."""
    worked_example(early_cohort(authority=cast.cohort.authority), ideas=ideas)
    client = Client()
    client.force_login(cast[letter], backend="django.contrib.auth.backends.ModelBackend")
    chosen = {"accepted_from": "2020-01-01", "known_at": "2026-11-24", "outcome": ""}
    with django_assert_num_queries(7):
        assert len(client.get(PAGE, chosen).context["rows"]) == ideas


def test_days_known_to_the_month_cost_one_statement_more_and_are_told(every_kind: Cast, django_assert_num_queries):
    """Session, person, reach, tally, bounds, keys, ideas, what is told of them, claims, what the work gave."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(every_kind["A"], backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_num_queries(10):
        page = client.get(PAGE, {"outcome": "imprecise"})
    assert page.context["imprecise"] == "1 idea has a date known to the month or the year only."


# What could be worked out


def accept(cohort, ideas: int, **fields: object) -> None:
    for _ in range(ideas):
        IdeaFactory(cohort=cohort, state="accepted", **fields)


def test_numbers_of_others_ideas_lead_nowhere(cast: Cast):
    accept(cast.other, 6)
    page = answer(cast["A"], edition="transfo-2026")
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
def test_others_ideas_are_never_narrowed_so_that_two_counts_cannot_be_subtracted(choice: dict[str, str], cast: Cast):
    for cohort, ideas in ((cast.cohort, 2), (cast.other, 9)):
        accept(cohort, ideas, challenge=ChallengeFactory(cohort=cohort, kind="priority"))
    counted = {
        letter: answer(cast[letter], edition="transfo-2026", **choice).context["figures"].group for letter in "SAN"
    }
    assert {letter: group.total for letter, group in counted.items()} == {"S": 11, "A": 2, "N": 9}
    assert [group.hidden for group in counted.values()] == [0, 0, 0]
    said = "Only ideas of your own authority are counted here"
    assert [said in answer(cast[letter], edition="transfo-2026", **choice).content.decode() for letter in "SA"] == [
        False,
        True,
    ]


def test_reasons_of_others_are_not_counted_out(cast: Cast):
    accept(cast.cohort, 2)
    accept(cast.other, 6)
    tell(cast.other.ideas.order_by("pk")[0], "abandoned", abandoned_for="not_allowed")
    shown = {letter: answer(cast[letter], edition="transfo-2026") for letter in "SA"}
    assert [page.context["figures"].abandoned for page in shown.values()] == [1, 1]
    assert {letter: len(page.context["reasons"]) for letter, page in shown.items()} == {"S": 1, "A": 0}
    assert "choose your own authority" in shown["A"].content.decode()


LONG_AGO = dict.fromkeys(["captured", "accepted"], date(2025, 6, 2))


def funnel_of(user: User):
    return answer(user, edition="transfo-2026").context.get("funnel")


@pytest.fixture
def three(cast: Cast) -> Cast:
    """Cohorts of five, six and seven ideas accepted long ago; the first has many young ones too."""
    third = CohortFactory(edition=cast.edition, name="Vallée", slug="vallee", code="VAL")
    for cohort, ideas in ((cast.cohort, 5), (cast.other, 6), (third, 7)):
        Cohort.objects.filter(pk=cohort.pk).update(actual_start=date(2025, 1, 6))
        accept(cohort, ideas, days=LONG_AGO)
    accept(cast.cohort, 3)
    return cast


def test_cohorts_stand_beside_one_another_and_only_ones_own_is_there(three: Cast):
    tables = {letter: [[row.name, row.dot.followed] for row in funnel_of(three[letter])["rows"]] for letter in "SAN"}
    assert tables == {
        "S": [["Montagne", 6], ["Rivage", 5], ["Vallée", 7]],
        "A": [["Rivage", 5]],
        "N": [["Montagne", 6]],
    }


@pytest.mark.parametrize(("letter", "cells"), [("A", ["5", "0", "0%"]), ("N", ["6", "0", "0%"])])
def test_nothing_of_the_page_tells_the_size_of_anothers_cohort(letter: str, cells: list[str], three: Cast):
    page = answer(three[letter], edition="transfo-2026")
    text = page.content.decode()
    assert [name in text for name in ("Vallée", {"A": "Montagne", "N": "Rivage"}[letter])] == [False, False]
    table = text.split('id="funnel-table"')[1].split("</table>")[0]
    assert re.findall(r"<td[^>]*>(.*?)</td>", table)[:-1] == cells
    drawn = [point for line in page.context["funnel"]["chart"].option["series"] for point in line["data"]]
    widths = {point["value"][0] if isinstance(point, dict) else point[0] for point in drawn}
    assert max(widths) == 23
    assert "of all cohorts together, including those you cannot see: 0 of 18." in " ".join(text.split())


def test_young_ideas_are_told_by_no_cohort(three: Cast):
    page = answer(three["A"], edition="transfo-2026")
    assert page.context["figures"].accepted == 21
    assert page.context["funnel"]["said"] == (
        "At the same age, 12 months after acceptance, the cohort shown lies within what chance alone would give."
    )


def test_where_three_cohorts_are_too_young_the_page_says_so(cast: Cast):
    said = []
    for more in range(2):
        said.append("Too early to set cohorts beside one another" in answer(cast["S"]).content.decode())
        for cohort in (cast.cohort, cast.other, CohortFactory(edition=cast.edition))[: 2 + more]:
            accept(cohort, 5)
    said.append("Too early to set cohorts beside one another" in answer(cast["S"]).content.decode())
    assert said == [False, False, True]


def test_four_ideas_of_others_are_in_no_funnel(cast: Cast):
    mine = [CohortFactory(edition=cast.edition, authority=cast.cohort.authority, site=site) for site in "AB"]
    for cohort, ideas in ((cast.cohort, 5), (mine[0], 5), (mine[1], 5), (cast.other, 4)):
        Cohort.objects.filter(pk=cohort.pk).update(actual_start=date(2025, 1, 6))
        accept(cohort, ideas, days=LONG_AGO)
    accept(cast.other, 5)  # young ones: the edition as a whole is shown
    assert (funnel_of(cast["A"]), len(funnel_of(cast["S"])["rows"])) == (None, 3)
