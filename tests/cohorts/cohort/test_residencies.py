"""The page of a residency: weeks on site with the site, and the team by discipline, instead of a timeline."""

from datetime import date
from typing import Any

import pytest

from cohorts.cohort.residencies import team_by_discipline
from cohorts.models import Membership
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.programmes import EditionFactory, FormatFactory, ProgrammeFactory
from tests.pages import elements, texts
from tests.prototypes.pages import signed_in


def resident(discipline: str) -> Membership:
    return Membership(role="resident", discipline=discipline)


def names(team: Any) -> list[tuple[str, int]]:
    return [(each.name, len(each.people)) for each in team]


def test_required_disciplines_come_first_and_a_missing_one_stays_visible():
    residents = [resident("cuisine"), resident("Design"), resident("DESIGN"), resident("")]
    assert names(team_by_discipline(residents, ["design", "sociologie"])) == [
        ("design", 2),
        ("sociologie", 0),
        ("cuisine", 1),
        ("", 1),
    ]
    assert team_by_discipline([], []) == []


@pytest.mark.django_db
def test_page_shows_weeks_site_and_team_instead_of_the_timeline(cast: Cast, django_assert_num_queries: Any):
    programme = ProgrammeFactory(family="residency")
    published = FormatFactory(programme=programme, onsite_weeks=3, required_disciplines=["design", "sociologie"])
    edition = EditionFactory(programme=programme, format=published, state="running")
    row = CohortFactory(edition=edition, site="Lycée des Embruns", state="running")
    for day, state in ((date(2026, 10, 5), "held"), (date(2026, 12, 7), "scheduled")):
        SessionFactory(cohort=row, kind="immersion", state=state, date=day, title=f"Week of {day:%d}")
    SessionFactory(cohort=row, kind="debrief", state="scheduled", date=date(2026, 12, 14), title="What we saw")
    person = UserFactory(full_name="Dana Design")
    MembershipFactory(cohort=row, user=person, role="resident", discipline="Design")
    page = signed_in(cast["S"]).get(row.get_absolute_url())
    assert page.status_code == 200
    assert [week["text"].split()[:2] for week in elements(page, "li", "week")] == [["Week", "1"], ["Week", "2"]]
    text = " ".join(page.content.decode().split())
    assert ("1 of 3 weeks held" in text, "The format has 3 weeks on site; 2 planned." in text) == (True, True)
    assert ("Lycée des Embruns" in text, 'class="timeline' in text) == (True, False)
    [team] = [
        section["text"] for section in elements(page, "section") if section["attrs"].get("aria-labelledby") == "team"
    ]
    assert team == "Team on site design Dana Design sociologie missing"
    assert "Meetings" in " ".join(texts(page, "h2"))
    assert texts(page, "h2").count("Sessions") == 0
