"""The filters of the rates page, and invalid values in them."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from django.utils.translation import override

from figures.implementation.forms import RatesForm
from figures.scope.moments import end_of
from figures.scope.visibility import visible_cohorts
from tests.factories.cast import Cast

NOT_OFFERED = "This choice is not offered here. Choose one from the list."

TODAY = date(2026, 11, 24)


def form_of(cast: Cast, query: str, role: str = "A") -> RatesForm:
    return RatesForm(QueryDict(query), visible=visible_cohorts(cast[role]), today=TODAY)


@pytest.mark.parametrize(
    ("query", "day"),
    [
        ("", TODAY),
        ("as_of=", TODAY),
        ("as_of=2026-11-24", TODAY),
        ("as_of=2026-02-28", date(2026, 2, 28)),
        ("as_of=24/02/2026", date(2026, 2, 24)),
        ("as_of=1990-01-01", date(1990, 1, 1)),
    ],
)
def test_day_is_the_one_asked_for_or_today(query: str, day: date, cast: Cast):
    with override("fr"):
        form = form_of(cast, query)
        assert (form.is_valid(), form.cleaned_data["as_of"]) == (True, day)


@pytest.mark.parametrize("typed", ["2026-11-25", "2027-01-01", "2100-12-31"])
def test_future_day_is_refused_and_stays_in_the_field(typed: str, cast: Cast):
    with override("en"):
        form = form_of(cast, f"as_of={typed}")
        assert form.errors == {
            "as_of": ["This date is in the future. Figures go up to today: choose today or an earlier date."]
        }
        assert f'value="{typed}"' in str(form["as_of"])


@pytest.mark.parametrize("typed", ["yesterday", "2026-13-01", "2026-02-30", "%00", "2026", "-1"])
def test_invalid_day_is_refused_and_stays_in_the_field(typed: str, cast: Cast):
    with override("en"):
        form = form_of(cast, f"as_of={typed}")
        assert form.errors == {"as_of": ["This is not a valid date. Write it like this: 2026-11-24."]}
        assert form["as_of"].value() == QueryDict(f"as_of={typed}")["as_of"]


@pytest.mark.parametrize("name", ["as_of", "known_at", "accepted_from", "accepted_until"])
def test_implausible_day_is_refused_in_every_field(name: str, cast: Cast):
    with override("en"):
        for typed in ("0001-01-01", "1989-12-31", "9999-12-31"):
            form = form_of(cast, f"{name}={typed}")
            assert form.errors == {name: ["Check the year: dates must be between 1990 and 2100."]}


def test_field_shows_today_by_default(cast: Cast):
    assert form_of(cast, "").data["as_of"] == "2026-11-24"


def test_only_visible_cohorts_are_offered(cast: Cast):
    form = form_of(cast, "")
    offered = {name: [value for value, _ in form.fields[name].choices] for name in ("authority", "edition", "cohort")}
    assert offered == {
        "authority": ["", cast.cohort.authority.slug],
        "edition": ["", "transfo-2026"],
        "cohort": ["", "rivage"],
    }


def test_choice_becomes_a_scope(cast: Cast):
    query = QueryDict(f"authority={cast.cohort.authority.slug}&edition=transfo-2026&cohort=rivage")
    scope = RatesForm.scope_of(visible_cohorts(cast["A"]), query)
    assert (scope.authority, scope.edition, scope.cohort) == (cast.cohort.authority, cast.edition, cast.cohort)


@pytest.mark.parametrize("query", ["", "authority=&edition=&cohort="])
def test_without_a_choice_the_scope_is_the_reader_s_own(query: str, cast: Cast):
    scope = RatesForm.scope_of(visible_cohorts(cast["A"]), QueryDict(query))
    assert (scope.authority, scope.edition, scope.cohort, scope.everyone) == (None, None, None, False)


@pytest.mark.parametrize("query", ["cohort=montagne", "cohort=nowhere", "edition=nowhere", "authority=%00", "cohort=1"])
def test_choice_out_of_scope_is_refused_next_to_its_field(query: str, cast: Cast):
    field, _typed = query.split("=")
    with override("en"):
        form = form_of(cast, query)
        assert form.errors == {field: [NOT_OFFERED]}
    assert RatesForm.scope_of(visible_cohorts(cast["A"]), QueryDict(query)) == RatesForm.scope_of(
        visible_cohorts(cast["A"]), QueryDict("")
    )


def test_other_authority_is_refused_like_one_that_does_not_exist(cast: Cast):
    refused = [
        list(form_of(cast, f"authority={slug}").errors)
        for slug in (cast.other_cohort.authority.slug, "nothing_to_show")
    ]
    assert refused == [["authority"]] * 2


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("kind=nonsense", {"kind": [NOT_OFFERED]}),
        (
            "accepted_from=2026-13-01",
            {"accepted_from": ["This is not a valid date. Write it like this: 2026-11-24."]},
        ),
        (
            "accepted_from=2026-02-01&accepted_until=2026-01-31",
            {"accepted_until": ["The end date of the period is before its start date. Check both dates."]},
        ),
        ("accepted_from=2026-02-01&accepted_until=2026-02-01", {}),
        (
            "known_at=2026-11-25",
            {"known_at": ["This date is in the future. Figures go up to today: choose today or an earlier date."]},
        ),
        (
            "as_of=2026-03-01&known_at=2026-02-28",
            {
                "known_at": [
                    "This date is before the date of the figures. Choose the date of the figures or a later one."
                ]
            },
        ),
        ("as_of=2026-03-01&known_at=2026-03-01", {}),
        ("outcome=reason_", {"outcome": [NOT_OFFERED]}),
    ],
)
def test_invalid_choice_is_refused_next_to_its_field(query: str, errors: dict[str, list[str]], cast: Cast):
    with override("en"):
        assert form_of(cast, query).errors == errors


def test_kind_and_period_become_part_of_the_scope(cast: Cast):
    query = QueryDict("kind=priority&accepted_from=2025-01-01&accepted_until=2025-12-31")
    scope = RatesForm.scope_of(visible_cohorts(cast["S"]), query)
    assert (scope.kind, scope.accepted_from, scope.accepted_until) == ("priority", date(2025, 1, 1), date(2025, 12, 31))
    nonsense = RatesForm.scope_of(
        visible_cohorts(cast["S"]), QueryDict("kind=x&accepted_from=x&accepted_until=0001-01-01")
    )
    assert nonsense == RatesForm.scope_of(visible_cohorts(cast["S"]), QueryDict(""))


def test_known_at_is_the_end_of_the_day_in_paris():
    assert end_of(date(2026, 7, 1)) == datetime(2026, 7, 1, 21, 59, 59, 999999, tzinfo=UTC)
    assert end_of(None) is None


def test_today_counts_as_a_choice_where_it_narrows_the_figures(cast: Cast):
    form = form_of(cast, "known_at=2026-11-24&accepted_until=2026-11-24&as_of=2026-11-24")
    assert form.is_valid()
    assert [(name, value) for name, _label, value in form.chosen()] == [("accepted_until", TODAY), ("known_at", TODAY)]


def test_the_field_with_a_long_help_text_is_the_last_that_is_shown(cast: Cast):
    assert " ".join(form_of(cast, "").fields) == (
        "authority edition cohort kind accepted_from accepted_until as_of outcome known_at counted"
    )


def test_choices_are_listed_without_today(cast: Cast):
    form = form_of(cast, "cohort=rivage&kind=priority&as_of=2026-11-24&accepted_from=2026-01-05&outcome=open")
    assert form.is_valid()
    with override("en"):
        assert [(name, str(label), str(value)) for name, label, value in form.chosen()] == [
            ("cohort", "Cohort", "Rivage"),
            ("kind", "Kind of challenge", "priority challenge"),
            ("accepted_from", "Accepted from", "2026-01-05"),
            ("outcome", "Ideas to show", "open"),
        ]
