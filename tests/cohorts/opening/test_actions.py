"""Tests of opening an edition: it creates cohorts, phases and proposed sessions, or nothing at all."""

from datetime import UTC, date, datetime, time
from itertools import pairwise

import pytest

from accounts.models import User
from cohorts.calendars.proposals import Participation, calendar_periods, pattern_of, proposed_calendars
from cohorts.models import Cohort, Phase, Session, SessionDay
from cohorts.opening import actions
from programmes.models import Authority, CalendarPeriod, Edition, Format
from programmes.workdays import is_working_day
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.programmes import AuthorityFactory, EditionFactory, FormatFactory
from web.errors import DomainError

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
START = date(2027, 1, 4)


@pytest.fixture
def staff() -> User:
    return UserFactory(is_lab_staff=True)


@pytest.fixture
def pattern() -> Format:
    return FormatFactory()


@pytest.fixture
def loire() -> Authority:
    return AuthorityFactory(name="Pays de la Loire", slug="pays-de-la-loire")


@pytest.fixture
def metz() -> Authority:
    return AuthorityFactory(name="Metz", slug="metz", holiday_subdivision="57")


def open_edition_with(
    pattern: Format, *authorities: actions.AuthorityChoice, by: User | None = None, **changes: object
) -> Edition:
    arguments = {"name": "La Transfo 2027–2028", "starts_on": START, "at": NOW} | changes
    return actions.open_edition(
        programme=pattern.programme, format=pattern, authorities=list(authorities), by=by, **arguments
    )


def nothing_saved() -> bool:
    return not any(model.objects.exists() for model in (Edition, Cohort, Phase, Session, SessionDay))


def test_an_edition_is_opened_with_one_cohort_per_authority(pattern, loire, metz, staff):
    edition = open_edition_with(pattern, (loire, None, ""), (metz, date(2027, 3, 1), ""), by=staff)
    assert (edition.state, edition.format, edition.starts_on, edition.slug) == (
        "open",
        pattern,
        START,
        "la-transfo-2027-2028",
    )
    assert list(
        edition.cohorts.order_by("pk").values_list(
            "authority__name", "code", "slug", "name", "state", "planned_start", "planned_end", "seats"
        )
    ) == [
        ("Pays de la Loire", "PDL", "pays-de-la-loire", "Pays de la Loire", "prospect", START, date(2029, 1, 3), 15),
        ("Metz", "MET", "metz", "Metz", "prospect", date(2027, 3, 1), date(2029, 2, 28), 15),
    ]


def test_the_edition_lasts_until_its_last_cohort_ends(pattern, loire, metz):
    edition = open_edition_with(pattern, (loire, None, ""), (metz, date(2027, 3, 1), ""))
    assert edition.ends_on == date(2029, 2, 28)


def test_each_cohort_gets_dated_copies_of_the_phases(pattern, loire):
    edition = open_edition_with(pattern, (loire, None, ""))
    assert list(edition.cohorts.get().phases.values_list("kind", "starts_on", "ends_on")) == [
        ("preparation", START, date(2027, 3, 3)),
        ("test_case", date(2027, 3, 4), date(2027, 9, 3)),
        ("priority_challenges", date(2027, 9, 4), date(2028, 11, 3)),
        ("handover", date(2028, 11, 4), date(2029, 1, 3)),
    ]


def test_each_cohort_gets_draft_sessions_on_working_days(pattern, metz):
    cohort = open_edition_with(pattern, (metz, None, "")).cohorts.get()
    sessions = list(cohort.sessions.order_by("pk"))
    assert [(session.number, session.state) for session in sessions] == [(str(n), "draft") for n in range(1, 19)]
    assert [session.kind for session in sessions] == ["kick_off", *["group"] * 17]
    days = SessionDay.objects.filter(session__cohort=cohort)
    assert days.count() == 36
    assert all(is_working_day(day.date, metz.calendar) for day in days)
    assert set(days.values_list("starts_at", "ends_at")) == {(time(9), time(17))}


def test_remarks_about_unavoidable_conflicts_are_saved_with_the_session(loire):
    crowded = FormatFactory(months=1, sessions=14, days_per_session=1, phases=(), first_prototype_months=1)
    cohort = open_edition_with(crowded, (loire, None, ""), starts_on=date(2027, 2, 8)).cohorts.get()
    remarks = [session.remarks for session in cohort.sessions.order_by("pk")]
    assert {slug for slugs in remarks for slug in slugs} == {"school_holiday", "monday_or_friday"}
    assert [] in remarks


def test_the_editable_periods_are_avoided(loire):
    one_week = FormatFactory(months=1, sessions=1, days_per_session=1, phases=(), first_prototype_months=1)
    CalendarPeriod.objects.create(
        name="Elections", kind="closed", starts_on=date(2027, 3, 8), ends_on=date(2027, 3, 26)
    )
    cohort = open_edition_with(one_week, (loire, None, ""), starts_on=date(2027, 3, 1)).cohorts.get()
    day = SessionDay.objects.get(session__cohort=cohort).date
    assert not date(2027, 3, 8) <= day <= date(2027, 3, 26)


def test_a_residency_gets_three_separate_on_site_weeks(loire):
    residency = FormatFactory(
        months=6, onsite_weeks=3, sessions=3, days_per_session=5, phases=(("immersion", 0, 5), ("handover", 5, 6))
    )
    cohort = open_edition_with(residency, (loire, None, "Lycée Colbert"), name="Résidences 2027").cohorts.get()
    assert (cohort.name, cohort.site) == ("Pays de la Loire, Lycée Colbert", "Lycée Colbert")
    weeks = [
        list(session.days.values_list("date", flat=True))
        for session in cohort.sessions.filter(kind="immersion").order_by("pk")
    ]
    assert [len(days) for days in weeks] == [5, 5, 5]
    assert all((later[0] - earlier[-1]).days > 9 for earlier, later in pairwise(weeks))


def test_an_edition_without_authorities_is_refused_next_to_the_field(pattern):
    with pytest.raises(DomainError) as refused:
        open_edition_with(pattern)
    assert (str(refused.value), refused.value.field) == (str(actions.NO_AUTHORITY), "authorities")
    assert nothing_saved()


@pytest.mark.parametrize(
    ("own_start", "dissolved_on", "message"),
    [
        (date(2026, 12, 31), None, "start before the edition"),
        (None, date(2027, 1, 1), "no longer exists on that date"),
        (date(2027, 6, 1), date(2027, 6, 1), "no longer exists on that date"),
    ],
)
def test_one_authority_that_cannot_take_part_saves_nothing(pattern, metz, own_start, dissolved_on, message):
    other = AuthorityFactory(name="Bourgogne", dissolved_on=dissolved_on)
    with pytest.raises(DomainError, match=message) as refused:
        open_edition_with(pattern, (metz, None, ""), (other, own_start, ""))
    assert refused.value.field == "authorities"
    assert "Bourgogne" in str(refused.value)
    assert nothing_saved()


@pytest.mark.parametrize(("starts_on", "own_start"), [(date.min, None), (date.max, None), (date(2027, 1, 4), date.max)])
def test_an_implausible_first_day_is_refused_before_planning(pattern, metz, starts_on, own_start):
    with pytest.raises(DomainError, match="Check the year"):
        open_edition_with(pattern, (metz, own_start, ""), starts_on=starts_on)
    assert nothing_saved()


def test_the_same_authority_twice_saves_nothing(pattern, metz):
    with pytest.raises(DomainError) as refused:
        open_edition_with(pattern, (metz, None, ""), (metz, None, ""))
    assert refused.value.field == "authority"
    assert nothing_saved()


def test_the_same_name_twice_makes_one_edition(pattern, metz, loire):
    open_edition_with(pattern, (metz, None, ""))
    with pytest.raises(DomainError) as refused:
        open_edition_with(pattern, (loire, None, ""))
    assert refused.value.field == "name"
    assert (Edition.objects.count(), Cohort.objects.count()) == (1, 1)


def test_a_format_that_is_not_published_is_refused(metz):
    draft = FormatFactory(published_at=None)
    with pytest.raises(DomainError) as refused:
        open_edition_with(draft, (metz, None, ""))
    assert refused.value.field == "format"
    assert nothing_saved()


def test_codes_and_slugs_are_unique_across_editions(pattern, loire):
    CohortFactory(code="PDL", slug="pays-de-la-loire")
    cohort = open_edition_with(pattern, (loire, None, "")).cohorts.get()
    assert (cohort.code, cohort.slug) == ("PAY", "pays-de-la-loire-2027")


def test_funders_and_the_demonstration_mark_are_saved_with_the_edition(pattern, metz):
    edition = open_edition_with(pattern, (metz, None, ""), funders="Région", planned_authorities=10, demonstration=True)
    assert (edition.funders, edition.planned_authorities, edition.demonstration) == ("Région", 10, True)


def test_the_history_records_who_opened_the_edition(pattern, metz, staff):
    cohort = open_edition_with(pattern, (metz, None, ""), by=staff).cohorts.get()
    assert cohort.events.get().pgh_context.metadata == {"action": "open_edition", "by": staff.pk, "reason": ""}


def test_an_authority_added_later_gets_the_same_calendar(pattern, loire, metz):
    edition = open_edition_with(pattern, (loire, None, ""))
    cohort = actions.add_cohort(
        edition=edition, authority=metz, starts_on=date(2027, 9, 1), site="", by=None, today=TODAY
    )
    assert (cohort.edition, cohort.code, cohort.planned_end) == (edition, "MET", date(2029, 8, 31))
    assert (cohort.phases.count(), cohort.sessions.count()) == (4, 18)
    edition.refresh_from_db()
    assert edition.ends_on == date(2029, 8, 31)


def test_an_authority_that_ends_with_the_others_does_not_extend_the_edition(pattern, loire, metz):
    edition = open_edition_with(pattern, (loire, None, ""))
    actions.add_cohort(edition=edition, authority=metz, by=None, today=TODAY)
    edition.refresh_from_db()
    assert edition.ends_on == date(2029, 1, 3)


def test_a_closed_edition_takes_no_more_authorities(metz):
    edition = EditionFactory(state="closed")
    with pytest.raises(DomainError, match="The edition is over: no authority can be added to it"):
        actions.add_cohort(edition=edition, authority=metz, by=None, today=TODAY)
    assert not Cohort.objects.exists()


def test_an_authority_is_added_once(pattern, metz):
    edition = open_edition_with(pattern, (metz, None, ""))
    with pytest.raises(DomainError) as refused:
        actions.add_cohort(edition=edition, authority=metz, by=None, today=TODAY)
    assert refused.value.field == "authority"
    assert edition.cohorts.count() == 1


def days_of(cohort: Cohort) -> set[date]:
    return set(SessionDay.objects.filter(session__cohort=cohort).values_list("date", flat=True))


def test_cohorts_of_one_edition_have_different_days(pattern, loire, metz):
    edition = open_edition_with(pattern, (loire, None, ""), (metz, None, ""))
    first, second = edition.cohorts.order_by("pk")
    assert days_of(first) & days_of(second) == set()


def test_two_residencies_of_one_edition_are_on_site_in_different_weeks(loire, metz):
    residency = FormatFactory(
        months=6, onsite_weeks=3, sessions=3, days_per_session=5, phases=(("immersion", 0, 5), ("handover", 5, 6))
    )
    edition = open_edition_with(residency, (loire, None, "Lycée Colbert"), (metz, None, "Gare"), name="Résidences 2027")
    first, second = ({day.isocalendar()[:2] for day in days_of(cohort)} for cohort in edition.cohorts.order_by("pk"))
    assert (len(first), len(second), first & second) == (3, 3, set())


def test_an_authority_added_later_avoids_days_of_other_cohorts_and_intertransfos(pattern, loire, metz):
    edition = open_edition_with(pattern, (loire, None, ""))
    meeting = ExchangeFactory(edition=edition, first_day=date(2027, 6, 8), host=CohortFactory(edition=edition))
    cohort = actions.add_cohort(edition=edition, authority=metz, by=None, today=TODAY)
    taken = days_of(edition.cohorts.get(authority=loire)) | {meeting.first_day, date(2027, 6, 9)}
    assert days_of(cohort) & taken == set()


def test_the_saved_calendar_is_that_of_the_preview(pattern, loire, metz):
    participations = [(loire, None, ""), (metz, date(2027, 3, 1), "")]
    preview = proposed_calendars(
        pattern_of(pattern),
        START,
        [Participation(*participation) for participation in participations],
        periods=calendar_periods(),
        today=TODAY,
    )
    edition = open_edition_with(pattern, *participations)
    assert [days_of(cohort) for cohort in edition.cohorts.order_by("pk")] == [
        {day for session in one.plan.sessions for day in session.days} for one in preview
    ]
