"""The form of scope and day: any day up to today, and the cohorts that share their figures now."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import User
from cohorts.models import Cohort
from figures.scope.forms import ScopeForm
from figures.scope.visibility import visible_cohorts
from tests.factories.cast import TODAY, Cast
from tests.factories.figures import FiguresConsentFactory, share_with_edition
from tests.factories.prototypes import IdeaFactory

ACCEPTED = date(2026, 10, 12)


def test_filters_on_ideas_have_no_effect_on_the_network(cast: Cast):
    """An address of the rates, pasted on the network page, must not silently remove others."""
    query = QueryDict("edition=transfo-2026&kind=priority&known_at=2026-11-24&accepted_from=x")
    plain = ScopeForm(QueryDict("edition=transfo-2026"), visible=visible_cohorts(cast["A"]), today=TODAY)
    assert ScopeForm(query, visible=visible_cohorts(cast["A"]), today=TODAY).scope == plain.scope
    assert plain.scope.everyone


@pytest.mark.parametrize(("typed", "day"), [("", TODAY), ("2026-11-24", TODAY), ("2026-10-30", date(2026, 10, 30))])
def test_day_of_the_figures_is_the_one_typed_whoever_is_counted(typed: str, day: date, cast: Cast):
    share_with_edition(cast.other_cohort)
    form = ScopeForm(QueryDict(f"edition=transfo-2026&as_of={typed}"), visible=visible_cohorts(cast["A"]), today=TODAY)
    assert (form.is_valid(), form.cleaned_data["as_of"], form["as_of"].value()) == (True, day, typed)


# What pages count


def accept(cohort: Cohort, ideas: int, on: date) -> None:
    for _ in range(ideas):
        IdeaFactory(cohort=cohort, state="accepted", days={"captured": on, "accepted": on})


@pytest.fixture
def fourteen(cast: Cast) -> Cast:
    """Create six ideas of each by the end of September, and one more of each on 12 October."""
    for cohort in (cast.cohort, cast.other_cohort):
        accept(cohort, 6, date(2026, 9, 1))
        accept(cohort, 1, ACCEPTED)
    return cast


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def accepted(user: User, day: date, **query: str) -> int:
    page = client_of(user).get("/rates/", {**query, "as_of": day.isoformat()})
    return int(page.context["figures"].accepted)


@pytest.mark.parametrize(
    ("role", "query", "counts"),
    [
        ("S", {"edition": "transfo-2026"}, [12, 14]),
        ("A", {"edition": "transfo-2026"}, [12, 14]),
        ("N", {"edition": "transfo-2026"}, [6, 7]),
        ("A", {}, [6, 7]),
        ("A", {"edition": "transfo-2026", "cohort": "rivage"}, [6, 7]),
    ],
)
def test_cohorts_that_share_are_counted_on_any_day(role: str, query: dict[str, str], counts: list[int], fourteen: Cast):
    """Montagne shares since November, Rivage does not; sharing opens earlier days too."""
    share_with_edition(fourteen.other_cohort)
    days = [ACCEPTED - timedelta(days=1), ACCEPTED]
    assert [accepted(fourteen[role], day, **query) for day in days] == counts


@pytest.mark.parametrize(
    ("consent", "count"),
    [
        ({}, 14),
        ({"audience": "public"}, 7),
        ({"withdrawn_on": TODAY}, 7),
    ],
)
def test_only_an_open_consent_for_the_edition_counts(consent: dict[str, object], count: int, fourteen: Cast):
    """Once it ends, no day shows the cohort any more."""
    by = {"withdrawn_by": fourteen["N"]} if "withdrawn_on" in consent else {}
    FiguresConsentFactory(cohort=fourteen.other_cohort, **consent, **by)
    assert accepted(fourteen["A"], TODAY, edition="transfo-2026") == count
    assert accepted(fourteen["A"], date(2026, 11, 10), edition="transfo-2026") == count
