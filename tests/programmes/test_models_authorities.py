"""Constraints of authorities, their admins and calendar periods, tested with raw SQL."""

from datetime import date

import pytest

from programmes.models import Authority
from programmes.workdays import Calendar, Period, PeriodKind
from tests.factories.accounts import UserFactory
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory, CalendarPeriodFactory
from tests.sql import insert_like, refused_by, update

RENNES, NANTES = "213502388", "214401093"


def siren_of(authority: Authority) -> str | None:
    authority.refresh_from_db()
    return authority.siren


@pytest.mark.django_db
class TestSiren:
    @pytest.mark.parametrize("number", ["213502389", "12345678", "21350238A", "2135023888", "", "         "])
    def test_invalid_input_is_refused(self, number: str):
        authority = AuthorityFactory(siren=RENNES)
        if len(number) > 9:
            return
        with refused_by("authority_siren_luhn"):
            update(authority, siren=number)
        assert siren_of(authority) == RENNES

    def test_invalid_input_is_refused_on_creation(self):
        authority = AuthorityFactory()
        with refused_by("authority_siren_luhn"):
            insert_like(authority, slug="other", siren="213502389")

    def test_a_valid_number_is_accepted(self):
        authority = AuthorityFactory()
        update(authority, siren=NANTES)
        assert siren_of(authority) == NANTES

    def test_it_may_be_unknown(self):
        authority = AuthorityFactory(siren=RENNES)
        update(authority, siren=None)
        assert siren_of(authority) is None

    def test_two_living_authorities_cannot_share_a_siren(self):
        authority = AuthorityFactory(siren=RENNES)
        with refused_by("authority_siren_once"):
            insert_like(authority, slug="other")

    def test_a_dissolved_authority_may_share_its_siren_with_a_living_one(self):
        authority = AuthorityFactory(siren=RENNES)
        insert_like(authority, slug="other", dissolved_on=date(2016, 1, 1))
        assert Authority.objects.filter(siren=RENNES).count() == 2

    def test_a_dissolved_authority_with_a_reused_siren_cannot_be_restored(self):
        AuthorityFactory(siren=RENNES)
        old = AuthorityFactory(siren=RENNES, dissolved_on=date(2016, 1, 1))
        with refused_by("authority_siren_once"):
            update(old, dissolved_on=None)


@pytest.mark.django_db
class TestAuthority:
    def test_an_address_is_used_once(self):
        authority = AuthorityFactory(slug="rennes")
        with refused_by("authority_slug_once"):
            insert_like(authority, name="Another")

    def test_it_does_not_succeed_itself(self):
        authority = AuthorityFactory()
        with refused_by("authority_dissolved_has_no_self_successor"):
            update(authority, successor_id=authority.pk)

    @pytest.mark.parametrize(
        "place",
        [
            {"latitude": 48.1, "longitude": None},
            {"latitude": None, "longitude": 2.3},
            {"latitude": 90.1, "longitude": 2.3},
            {"latitude": -90.1, "longitude": 2.3},
            {"latitude": 48.1, "longitude": 180.1},
            {"latitude": 48.1, "longitude": -180.1},
        ],
        ids=str,
    )
    def test_coordinates_are_valid_and_complete(self, place: dict[str, float | None]):
        authority = AuthorityFactory()
        with refused_by("authority_coordinates"):
            update(authority, **place)

    def test_coordinates_may_be_unknown(self):
        authority = AuthorityFactory()
        update(authority, latitude=None, longitude=None)
        authority.refresh_from_db()
        assert (authority.latitude, authority.longitude) == (None, None)

    def test_its_calendar_is_its_school_zone_and_its_own_holidays(self):
        assert AuthorityFactory(school_zone="B", holiday_subdivision="6AE").calendar == Calendar("6AE", "B")

    def test_without_zone_or_subdivision_the_national_calendar_applies(self):
        assert AuthorityFactory(school_zone="", holiday_subdivision="").calendar == Calendar()

    def test_the_text_form_is_the_name(self):
        assert str(AuthorityFactory(name="Ville de Rennes")) == "Ville de Rennes"

    def test_the_url_contains_the_slug(self):
        assert AuthorityFactory(slug="rennes").get_absolute_url() == "/authorities/rennes/"


@pytest.mark.django_db
class TestAuthorityAdmin:
    def test_a_person_has_one_open_mandate_per_authority(self):
        admin = AuthorityAdminFactory()
        with refused_by("authority_admin_once"):
            insert_like(admin, since=date(2027, 1, 1))

    def test_a_person_may_be_admin_again_later(self):
        admin = AuthorityAdminFactory(until=date(2026, 6, 30))
        insert_like(admin, since=date(2027, 1, 1), until=None)
        assert admin.authority.admins.count() == 2

    def test_a_person_may_be_admin_of_two_authorities(self):
        admin = AuthorityAdminFactory()
        insert_like(admin, authority_id=AuthorityFactory().pk)
        assert admin.user.administered.count() == 2

    def test_a_person_with_a_closed_account_cannot_be_admin(self):
        admin, closed = AuthorityAdminFactory(), UserFactory(is_active=False)
        with refused_by("authority_admin_open_account"):
            insert_like(admin, user_id=closed.pk)

    def test_a_closed_account_keeps_its_mandates(self):
        admin = AuthorityAdminFactory()
        update(admin.user, is_active=False)
        insert_like(admin, until=date(2026, 12, 31))
        assert admin.user.administered.count() == 2

    def test_the_end_does_not_come_before_the_start(self):
        admin = AuthorityAdminFactory(since=date(2026, 1, 1))
        with refused_by("authority_admin_dates"):
            update(admin, until=date(2025, 12, 31))

    def test_a_mandate_may_last_one_day(self):
        admin = AuthorityAdminFactory(since=date(2026, 1, 1))
        update(admin, until=date(2026, 1, 1))
        admin.refresh_from_db()
        assert admin.until == date(2026, 1, 1)

    def test_the_text_form_names_person_and_authority(self):
        admin = AuthorityAdminFactory(authority__name="Ville de Rennes", user__full_name="Ada Martin")
        assert str(admin) == "Ada Martin · Ville de Rennes"


@pytest.mark.django_db
class TestCalendarPeriod:
    def test_it_does_not_end_before_it_starts(self):
        line = CalendarPeriodFactory(starts_on=date(2027, 4, 5))
        with refused_by("calendar_period_dates"):
            update(line, ends_on=date(2027, 4, 4))

    def test_a_period_may_last_one_day(self):
        line = CalendarPeriodFactory(starts_on=date(2027, 4, 5))
        update(line, ends_on=date(2027, 4, 5))
        line.refresh_from_db()
        assert line.ends_on == date(2027, 4, 5)

    def test_the_same_period_is_stored_once(self):
        line = CalendarPeriodFactory()
        with refused_by("calendar_period_once"):
            insert_like(line)

    def test_the_same_holiday_may_concern_two_zones(self):
        line = CalendarPeriodFactory(kind="school_holiday", school_zone="A")
        insert_like(line, school_zone="B")
        assert type(line).objects.count() == 2

    def test_a_row_becomes_a_period_for_workdays(self):
        line = CalendarPeriodFactory(
            name="Toussaint", kind="school_holiday", school_zone="A", holiday_subdivision="20R"
        )
        assert line.period == Period(
            date(2027, 4, 5),
            date(2027, 4, 25),
            PeriodKind.SCHOOL_HOLIDAY,
            name="Toussaint",
            zones=frozenset({"A"}),
            subdivisions=frozenset({"20R"}),
        )

    def test_a_period_without_zone_or_subdivision_applies_everywhere(self):
        period = CalendarPeriodFactory().period
        assert (period.zones, period.subdivisions) == (frozenset(), frozenset())

    def test_the_text_form_is_the_name(self):
        assert str(CalendarPeriodFactory(name="Municipales")) == "Municipales"


@pytest.mark.parametrize(
    ("zone", "area", "unknown", "own"),
    [("B", "", False, False), ("", "", True, False), ("", "6AE", True, False), ("", "974", False, True)],
)
def test_school_holidays_are_known_from_a_zone_or_an_own_calendar(zone, area, unknown, own):
    authority = AuthorityFactory.build(school_zone=zone, holiday_subdivision=area)
    assert (authority.school_zone_unknown, authority.has_own_school_calendar) == (unknown, own)


def test_a_zone_that_differs_from_the_territory_is_reported():
    assert str(AuthorityFactory.build(insee_code="35238", school_zone="A").school_zone_overridden) == "zone B"
    assert AuthorityFactory.build(insee_code="35238", school_zone="B").school_zone_overridden == ""
