"""The as-of date for counts of others: ends of months only, so that no two days reveal what one of them did between."""

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
from figures.scope.forms import MONTH_END_NOTICE, ScopeForm, figures_day, latest_month_end
from figures.scope.visibility import visible_cohorts
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
def test_latest_month_end_of_a_day(day: date, end: date):
    assert latest_month_end(day) == end


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_latest_month_end_is_not_after_the_day(day: date):
    end = latest_month_end(day)
    within = [end + timedelta(days=number) for number in range((day - end).days + 1)]
    assert [one for one in within if (one + timedelta(days=1)).day == 1] == [end]
    assert latest_month_end(end) == end


# Whose rows are in the total


@pytest.mark.parametrize(
    ("query", "monthly"),
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
def test_day_is_a_month_end_where_others_are_counted(query: str, monthly: str, cast: Cast):
    """N may not choose another cohort, so the form refuses it and the edition remains."""
    CohortFactory(retrospective=True, state="alumni", edition__slug="transfo-2011", edition__retrospective=True)
    address = QueryDict(query.replace("OWN", cast.cohort.authority.slug))
    days = {}
    for role in EVERYONE:
        visible = visible_cohorts(cast[role])
        days[role] = figures_day(visible, ScopeForm.scope_of(visible, address), TODAY)
    assert days == {role: OCTOBER if role in monthly else TODAY for role in EVERYONE}


def test_published_facts_of_others_do_not_change_the_day(cast: Cast):
    """They are visible to everyone, row by row."""
    alone = CohortFactory(authority=cast.cohort.authority, edition__slug="transfo-2029")
    CohortFactory(edition=alone.edition, retrospective=True, state="alumni")
    visible = visible_cohorts(cast["A"])
    assert figures_day(visible, ScopeForm.scope_of(visible, QueryDict("edition=transfo-2029")), TODAY) == TODAY


def test_reader_of_every_authority_may_choose_any_day(cast: Cast):
    AuthorityAdminFactory(authority=cast.other_cohort.authority, user=cast["A"])
    visible = visible_cohorts(cast["A"])
    assert figures_day(visible, ScopeForm.scope_of(visible, QueryDict("edition=transfo-2026")), TODAY) == TODAY


@pytest.mark.parametrize("narrow", ["kind=priority", "accepted_from=2026-01-01", "known_at=2026-11-24"])
def test_filtered_rates_count_own_ideas_on_any_day(narrow: str, cast: Cast):
    form = RatesForm(QueryDict(f"edition=transfo-2026&{narrow}"), visible=visible_cohorts(cast["A"]), today=TODAY)
    assert (form.is_valid(), form.cleaned_data["as_of"], form.other_day_reason) == (True, TODAY, "")


def test_filters_on_ideas_have_no_effect_on_the_network(cast: Cast):
    """An address of the rates, pasted on the network page, must not silently remove others."""
    query = QueryDict("edition=transfo-2026&kind=priority&known_at=2026-11-24&accepted_from=x")
    plain = ScopeForm(QueryDict("edition=transfo-2026"), visible=visible_cohorts(cast["A"]), today=TODAY)
    assert ScopeForm(query, visible=visible_cohorts(cast["A"]), today=TODAY).scope == plain.scope
    assert plain.scope.everyone


@pytest.mark.parametrize(
    ("typed", "day", "why"),
    [("", OCTOBER, MONTH_END_NOTICE), ("2026-10-31", OCTOBER, ""), ("2026-10-30", date(2026, 9, 30), MONTH_END_NOTICE)],
)
def test_form_states_the_day_of_the_figures_and_keeps_the_typed_day(typed: str, day: date, why: str, cast: Cast):
    form = ScopeForm(QueryDict(f"edition=transfo-2026&as_of={typed}"), visible=visible_cohorts(cast["A"]), today=TODAY)
    assert (form.is_valid(), form.cleaned_data["as_of"], form.other_day_reason) == (True, day, why)
    assert form["as_of"].value() == typed


def test_refused_day_has_no_reason_for_another_day(cast: Cast):
    form = ScopeForm(QueryDict("edition=transfo-2026&as_of=x"), visible=visible_cohorts(cast["A"]), today=TODAY)
    assert (form.is_valid(), form.other_day_reason) == (False, "")


# What pages and files tell


def accept(cohort: Cohort, ideas: int, on: date) -> None:
    for _ in range(ideas):
        IdeaFactory(cohort=cohort, state="accepted", days={"captured": on, "accepted": on})


@pytest.fixture
def twelve(cast: Cast) -> Cast:
    """Create six ideas of each by the end of September, and one more of each on 12 October."""
    for cohort in (cast.cohort, cast.other_cohort):
        accept(cohort, 6, date(2026, 9, 1))
        accept(cohort, 1, ACCEPTED)
    return cast


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def accepted(user: User, day: date, **query: str) -> int:
    page = client_of(user).get("/rates/", {**query, "as_of": day.isoformat()})
    return int(page.context["figures"].accepted)


@pytest.mark.parametrize(
    ("role", "query", "counts"),
    [
        ("S", {"edition": "transfo-2026"}, [12, 14, 14, 14]),
        ("A", {"edition": "transfo-2026"}, [12, 12, 12, 14]),
        ("N", {"edition": "transfo-2026"}, [12, 12, 12, 14]),
        ("A", {}, [6, 7, 7, 7]),
        ("A", {"edition": "transfo-2026", "cohort": "rivage"}, [6, 7, 7, 7]),
    ],
)
def test_two_days_in_a_row_do_not_reveal_when_another_s_idea_was_accepted(
    role: str, query: dict[str, str], counts: list[int], twelve: Cast
):
    """Without one's own, which may be as of any day, six others remain until the end of the month, then seven."""
    days = [ACCEPTED - timedelta(days=1), ACCEPTED, date(2026, 10, 30), OCTOBER]
    assert [accepted(twelve[role], day, **query) for day in days] == counts


def test_page_states_the_day_and_the_reason(twelve: Cast):
    page = client_of(twelve["A"]).get("/rates/", {"edition": "transfo-2026"}).content.decode()
    assert "as of 31 October 2026" in page
    assert str(MONTH_END_NOTICE) in page
    assert str(MONTH_END_NOTICE) not in client_of(twelve["A"]).get("/rates/").content.decode()
    assert (
        str(MONTH_END_NOTICE) not in client_of(twelve["S"]).get("/rates/", {"edition": "transfo-2026"}).content.decode()
    )


def test_file_states_the_day_and_the_reason(twelve: Cast):
    query = {"edition": "transfo-2026", "as_of": "2026-10-30"}
    file_text = client_of(twelve["A"]).get("/rates/figures.csv", query).content.decode("utf-8-sig")
    assert '"As of";"30 September 2026"\r\n' in file_text
    with override("en"):
        assert f'"Why this day";"{MONTH_END_NOTICE}"\r\n' in file_text
    assert "Why this day" not in client_of(twelve["A"]).get("/rates/figures.csv").content.decode()


def test_edition_page_uses_the_same_day(twelve: Cast):
    """Otherwise daily visits would reveal it there."""
    accept(twelve.other_cohort, 1, date(2026, 11, 23))
    address = twelve.edition.get_absolute_url()
    page_texts = {role: client_of(twelve[role]).get(address).content.decode() for role in "SA"}
    assert {role: f"Of {count} ideas accepted" in page_texts[role] for role, count in (("S", 15), ("A", 14))} == {
        "S": True,
        "A": True,
    }
    assert {role: str(MONTH_END_NOTICE) in page_texts[role] for role in "SA"} == {"S": False, "A": True}
