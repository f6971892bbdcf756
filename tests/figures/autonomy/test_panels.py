"""The autonomy curve on the pages of a cohort and of an edition, and who counts whose sessions."""

from datetime import date
from typing import Any

import pytest
from django.test import RequestFactory

from accounts.models import User
from figures.autonomy import panels
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, SessionFactory
from tests.factories.figures import share_with_edition
from tests.prototypes.pages import page

pytestmark = pytest.mark.django_db
DAYS = (date(2026, 2, 3), date(2026, 5, 5), date(2026, 9, 8))


@pytest.fixture
def led(cast: Cast) -> Cast:
    """Rivage: three sessions since January, the last one led by civil servants; Montagne: one by the design team."""
    for day, lead in zip(DAYS, ("design_team", "both", "civil_servants"), strict=True):
        SessionFactory(cohort=cast.cohort, state="reported", date=day, led_by=lead)
    SessionFactory(cohort=cast.cohort, state="held", date=date(2026, 10, 6))
    SessionFactory(cohort=cast.cohort, state="scheduled", date=date(2026, 12, 8), led_by="both")
    SessionFactory(cohort=cast.other_cohort, state="reported", date=DAYS[0], led_by="design_team")
    return cast


def edition_context(user: User, cast: Cast) -> dict[str, Any] | None:
    request = RequestFactory().get("/")
    request.user = user
    return panels.edition_panel(request, cast.edition)


def counts(context: dict[str, Any] | None) -> list[tuple[str, int, int, int]] | None:
    return context and [
        (months, period.design_team, period.both, period.civil_servants) for months, period in context["periods"]
    ]


def test_the_page_of_a_cohort_shows_the_curve_and_its_table(led: Cast):
    text = page(led["R"], "/cohorts/rivage/")
    assert "recorded for 3 of 4 sessions held" in text
    assert "Months 7–9: civil servants led 1 of 1 session, and 0 together with the design team." in text
    for cells in (("Months 1–3", "0", "0", "1", "0%"), ("Months 7–9", "1", "0", "0", "100%")):
        assert all(cell in text for cell in cells)
    assert "Who leads the sessions" not in page(led["S"], CohortFactory().get_absolute_url())


def test_an_edition_counts_one_s_own_cohort_and_those_that_share_their_figures(led: Cast):
    own = [("Months 1–3", 1, 0, 0), ("Months 4–6", 0, 1, 0), ("Months 7–9", 0, 0, 1)]
    both = [("Months 1–3", 2, 0, 0), *own[1:]]
    found = {role: counts(edition_context(led[role], led)) for role in "SMAN"}
    assert found == {"S": both, "M": own, "A": own, "N": [("Months 1–3", 1, 0, 0)]}
    assert edition_context(led["X"], led) is None
    share_with_edition(led.other_cohort)
    context = edition_context(led["M"], led)
    assert (counts(context), context and context["coverage"]) == (
        both,
        ["Counted: Ville de Montagne, Ville de Rivage."],
    )
    assert counts(edition_context(led["N"], led)) == [("Months 1–3", 1, 0, 0)]


def test_a_period_without_sessions_has_no_area_and_one_period_no_curve(led: Cast):
    SessionFactory(cohort=led.cohort, state="reported", date=date(2027, 5, 4), led_by="both")
    context = edition_context(led["A"], led)
    assert context is not None
    chart = context["chart"]
    assert [area.path.count("M") for area in chart.areas] == [2, 2, 2]
    assert [stop.sentence for stop in chart.stops][3:5] == ["Months 10–12: no session.", "Months 13–15: no session."]
    only = edition_context(led["N"], led)
    assert only is not None
    assert only["chart"] is None


@pytest.mark.parametrize("sessions", [1, 3])
def test_the_panel_of_an_edition_takes_two_statements_and_that_of_a_cohort_none(
    sessions: int, cast: Cast, django_assert_num_queries: Any
):
    for day in DAYS[:sessions]:
        SessionFactory(cohort=cast.cohort, state="reported", date=day, led_by="both")
    with django_assert_num_queries(2):
        edition_context(cast["M"], cast)
    with django_assert_num_queries(1):
        edition_context(cast["S"], cast)
