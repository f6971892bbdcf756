"""As of which day others are counted: ends of months only, so that no two days tell what one of them did between."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from cohorts.models import Cohort
from figures.implementation.forms import RatesForm
from figures.scope.forms import MONTHLY, ReachForm, month_end_by, told_by
from figures.scope.visibility import reach_of
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import AuthorityAdminFactory
from tests.factories.prototypes import IdeaFactory

OCTOBER = date(2026, 10, 31)
ACCEPTED = date(2026, 10, 12)


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (TODAY, OCTOBER),
        (OCTOBER, OCTOBER),
        (date(2026, 10, 30), date(2026, 9, 30)),
        (date(2026, 1, 1), date(2025, 12, 31)),
        (date(2026, 3, 30), date(2026, 2, 28)),
        (date(2028, 3, 1), date(2028, 2, 29)),
        (date(2028, 2, 28), date(2028, 1, 31)),
        (date(1990, 1, 1), date(1989, 12, 31)),
    ],
)
def test_the_last_end_of_a_month(day: date, end: date):
    assert month_end_by(day) == end


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_it_is_the_last_one_not_after_the_day_and_its_own(day: date):
    end = month_end_by(day)
    within = [end + timedelta(days=number) for number in range((day - end).days + 1)]
    assert [one for one in within if (one + timedelta(days=1)).day == 1] == [end]
    assert month_end_by(end) == end


# Whose rows are in the total


@pytest.mark.parametrize(
    ("asked", "monthly"),
    [
        ("", ""),
        ("edition=transfo-2026", "CDPMRAN"),
        ("cohort=rivage", ""),
        ("edition=transfo-2026&cohort=rivage", "N"),
        ("edition=transfo-2026&authority=OWN", "N"),
        ("authority=OWN", ""),
        ("edition=transfo-2011", ""),
        ("edition=nowhere", ""),
    ],
)
def test_with_others_in_the_total_the_day_is_the_end_of_a_month(asked: str, monthly: str, cast: Cast):
    """What is another's for N, their form refuses: what is left is the edition."""
    CohortFactory(retrospective=True, state="alumni", edition__slug="transfo-2011", edition__retrospective=True)
    address = QueryDict(asked.replace("OWN", cast.cohort.authority.slug))
    days = {}
    for letter in EVERYONE:
        reach = reach_of(cast[letter])
        days[letter] = told_by(reach, ReachForm.scope_of(reach, address), TODAY)
    assert days == {letter: OCTOBER if letter in monthly else TODAY for letter in EVERYONE}


def test_published_facts_of_others_move_no_day(cast: Cast):
    """They are open to everyone, row by row."""
    alone = CohortFactory(authority=cast.cohort.authority, edition__slug="transfo-2029")
    CohortFactory(edition=alone.edition, retrospective=True, state="alumni")
    reach = reach_of(cast["A"])
    assert told_by(reach, ReachForm.scope_of(reach, QueryDict("edition=transfo-2029")), TODAY) == TODAY


def test_whoever_answers_for_every_authority_reads_each_day(cast: Cast):
    AuthorityAdminFactory(authority=cast.other.authority, user=cast["A"])
    reach = reach_of(cast["A"])
    assert told_by(reach, ReachForm.scope_of(reach, QueryDict("edition=transfo-2026")), TODAY) == TODAY


@pytest.mark.parametrize("narrow", ["kind=priority", "accepted_from=2026-01-01", "known_at=2026-11-24"])
def test_narrowed_the_rates_are_ones_own_and_free_to_the_day(narrow: str, cast: Cast):
    form = RatesForm(QueryDict(f"edition=transfo-2026&{narrow}"), reach=reach_of(cast["A"]), today=TODAY)
    assert (form.is_valid(), form.cleaned_data["as_of"], form.another_day) == (True, TODAY, "")


def test_what_narrows_ideas_narrows_no_network(cast: Cast):
    """The address of the rates, pasted on the network's page, must not drop the others without a word."""
    asked = QueryDict("edition=transfo-2026&kind=priority&known_at=2026-11-24&accepted_from=x")
    plain = ReachForm(QueryDict("edition=transfo-2026"), reach=reach_of(cast["A"]), today=TODAY)
    assert ReachForm(asked, reach=reach_of(cast["A"]), today=TODAY).scope == plain.scope
    assert plain.scope.everyone


@pytest.mark.parametrize(
    ("typed", "day", "why"),
    [("", OCTOBER, MONTHLY), ("2026-10-31", OCTOBER, ""), ("2026-10-30", date(2026, 9, 30), MONTHLY)],
)
def test_the_form_tells_the_day_of_the_figures_and_keeps_the_one_typed(typed: str, day: date, why: str, cast: Cast):
    form = ReachForm(QueryDict(f"edition=transfo-2026&as_of={typed}"), reach=reach_of(cast["A"]), today=TODAY)
    assert (form.is_valid(), form.cleaned_data["as_of"], form.another_day) == (True, day, why)
    assert form["as_of"].value() == typed


def test_a_day_that_is_refused_gives_no_reason_of_another_day(cast: Cast):
    form = ReachForm(QueryDict("edition=transfo-2026&as_of=x"), reach=reach_of(cast["A"]), today=TODAY)
    assert (form.is_valid(), form.another_day) == (False, "")


# What pages and files tell


def accept(cohort: Cohort, ideas: int, on: date) -> None:
    for _ in range(ideas):
        IdeaFactory(cohort=cohort, state="accepted", days={"captured": on, "accepted": on})


@pytest.fixture
def twelve(cast: Cast) -> Cast:
    """Six ideas of each by the end of September; in October one more of each, on the 12th."""
    for cohort in (cast.cohort, cast.other):
        accept(cohort, 6, date(2026, 9, 1))
        accept(cohort, 1, ACCEPTED)
    return cast


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def accepted(user: User, day: date, **asked: str) -> int:
    page = client_of(user).get("/rates/", {**asked, "as_of": day.isoformat()})
    return int(page.context["figures"].accepted)


@pytest.mark.parametrize(
    ("letter", "asked", "counts"),
    [
        ("S", {"edition": "transfo-2026"}, [12, 14, 14, 14]),
        ("A", {"edition": "transfo-2026"}, [12, 12, 12, 14]),
        ("N", {"edition": "transfo-2026"}, [12, 12, 12, 14]),
        ("A", {}, [6, 7, 7, 7]),
        ("A", {"edition": "transfo-2026", "cohort": "rivage"}, [6, 7, 7, 7]),
    ],
)
def test_two_days_in_a_row_do_not_tell_when_anothers_idea_was_accepted(
    letter: str, asked: dict[str, str], counts: list[int], twelve: Cast
):
    """Less one's own, which are free to the day, six others are left until the end of the month, then seven."""
    days = [ACCEPTED - timedelta(days=1), ACCEPTED, date(2026, 10, 30), OCTOBER]
    assert [accepted(twelve[letter], day, **asked) for day in days] == counts


def test_the_page_says_the_day_and_why(twelve: Cast):
    page = client_of(twelve["A"]).get("/rates/", {"edition": "transfo-2026"}).content.decode()
    assert "as of 31 October 2026" in page
    assert str(MONTHLY) in page
    assert str(MONTHLY) not in client_of(twelve["A"]).get("/rates/").content.decode()
    assert str(MONTHLY) not in client_of(twelve["S"]).get("/rates/", {"edition": "transfo-2026"}).content.decode()


def test_the_file_says_the_day_and_why(twelve: Cast):
    asked = {"edition": "transfo-2026", "as_of": "2026-10-30"}
    said = client_of(twelve["A"]).get("/rates/figures.csv", asked).content.decode("utf-8-sig")
    assert '"As of";"30 September 2026"\r\n' in said
    with override("en"):
        assert f'"Why this day";"{MONTHLY}"\r\n' in said
    assert "Why this day" not in client_of(twelve["A"]).get("/rates/figures.csv").content.decode()


def test_the_editions_page_is_no_way_round(twelve: Cast):
    """Somebody who looks every day would read it there."""
    accept(twelve.other, 1, date(2026, 11, 23))
    address = twelve.edition.get_absolute_url()
    said = {letter: client_of(twelve[letter]).get(address).content.decode() for letter in "SA"}
    assert {letter: f"Of {count} ideas accepted" in said[letter] for letter, count in (("S", 15), ("A", 14))} == {
        "S": True,
        "A": True,
    }
    assert {letter: str(MONTHLY) in said[letter] for letter in "SA"} == {"S": False, "A": True}
