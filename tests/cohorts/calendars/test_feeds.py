"""Sessions in calendar feeds: whose, on which days, with which status; and the panel of the cohort's page."""

from datetime import date, time
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from accounts.models import User
from cohorts.models import Attendance, Membership, Session, SessionDay
from cohorts.people.actions import end_membership
from cohorts.sessions.actions.sessions import (
    DayPlan,
    cancel_session,
    move_session,
    postpone_session,
    reschedule_session,
)
from notifications.actions import open_calendar
from notifications.emails.links import calendar_address, calendar_uid
from notifications.models import CalendarFeed
from notifications.reminders.schedule import event_uid
from programmes.models import AuthorityAdmin
from tests.cohorts.pages import browser, doors, main
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory
from tests.factories.programmes import AuthorityFactory
from tests.readers import ZONES, Read, both_readers, with_icalendar
from tests.sql import update

pytestmark = pytest.mark.django_db
CANARY = "CANARI"


def own(user: User) -> str:
    return address(user, "person", user.pk)


def of_cohort(user: User, cohort: Any) -> str:
    return address(user, "cohort", cohort.pk)


def address(user: User, about: str, object_id: int) -> str:
    return urlsplit(calendar_address(open_calendar(about=about, object_id=object_id, at=NOW, by=user))).path


def text(path: str) -> bytes:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content


def read(path: str) -> Read:
    return with_icalendar(text(path))


def summaries(path: str) -> list[str]:
    return [entry["summary"] for entry in read(path).entries]


def session(cast: Cast, title: str = "Atelier", **more: Any) -> Session:
    return SessionFactory(**({"cohort": cast.cohort, "title": title, "date": date(2027, 3, 9)} | more))


@pytest.fixture
def split(cast: Cast) -> Session:
    """A draft over three scattered days, planned in no particular order."""
    row = session(cast, "En trois fois", state="draft", date=date(2027, 4, 13))
    for day in (date(2027, 3, 16), date(2027, 5, 18)):
        SessionDay.objects.create(session=row, date=day, starts_at=time(14), ends_at=time(17), place="Mairie")
    row.state = "scheduled"
    row.save()
    return row


def uid(day: SessionDay) -> str:
    """What the letters of the session call this day."""
    return calendar_uid("session", day.session_id, event_uid("session_day", day.pk))


class TestEntry:
    def test_it_has_title_time_and_place_and_nothing_else(self, cast):
        row = session(cast, report="Secret report", place="Hôtel de ville")
        (entry,) = read(of_cohort(cast["M"], cast.cohort)).entries
        assert entry == {
            "uid": uid(row.days.get()),
            "sequence": 4,
            "status": "CONFIRMED",
            "summary": "Atelier · Rivage",
            "place": "Hôtel de ville",
            "zone": "Europe/Paris",
            "starts": "2027-03-09T09:00:00",
            "ends": "2027-03-09T17:00:00",
            "starts_utc": "2027-03-09T08:00:00Z",
            "ends_utc": "2027-03-09T16:00:00Z",
            "changed": entry["changed"],
        }

    @pytest.mark.parametrize("known", [{}, {"starts_at": time(9)}, {"ends_at": time(17)}])
    def test_a_day_whose_times_are_not_both_known_is_a_whole_day(self, cast, known):
        row = session(cast, date=None, state="draft")
        SessionDay.objects.create(session=row, date=date(2027, 3, 9), **known)
        (entry,) = read(of_cohort(cast["M"], cast.cohort)).entries
        assert (entry["starts"], entry["ends"], entry["place"]) == ("2027-03-09", "2027-03-10", None)

    @pytest.mark.parametrize(
        ("state", "status"),
        [
            ("draft", "TENTATIVE"),
            ("scheduled", "CONFIRMED"),
            ("postponed", "CANCELLED"),
            ("held", "CONFIRMED"),
            ("reported", "CONFIRMED"),
            ("cancelled", "CANCELLED"),
        ],
    )
    def test_its_status_follows_the_sessions_state(self, cast, state, status):
        session(cast, state=state)
        assert [entry["status"] for entry in read(of_cohort(cast["M"], cast.cohort)).entries] == [status]

    def test_a_split_session_has_an_entry_for_each_day_with_the_uid_of_its_letters(self, cast, split):
        found = read(of_cohort(cast["M"], cast.cohort)).entries
        first, second, third = split.days.order_by("date")
        assert [(entry["uid"], entry["starts"], entry["place"]) for entry in found] == [
            (uid(first), "2027-03-16T14:00:00", "Mairie"),
            (uid(second), "2027-04-13T09:00:00", "Salle du conseil"),
            (uid(third), "2027-05-18T14:00:00", "Mairie"),
        ]

    def test_days_keep_their_uids_whatever_else_is_left_out(self, cast, split):
        """Excused from the first day, the person finds the others where they were."""
        first, second, third = split.days.order_by("date")
        AttendanceFactory(
            member=Membership.objects.get(user=cast["M"]), day=first, status="excused", half_days=0, recorded_on=TODAY
        )
        assert [entry["uid"] for entry in read(own(cast["M"])).entries] == [uid(second), uid(third)]

    @both_readers
    @pytest.mark.parametrize("zone", ZONES)
    def test_it_is_at_the_local_hour_on_both_sides_of_every_change(self, cast, zone, read):
        cohort = CohortFactory(edition=cast.edition, authority=AuthorityFactory(time_zone=zone))
        MembershipFactory(cohort=cohort, user=cast["X"])
        days = [date(2027, 3, day) for day in (27, 28, 29)] + [
            date(2027, 10, 30),
            date(2027, 10, 31),
            date(2027, 11, 1),
        ]
        for day in days:
            SessionFactory(cohort=cohort, date=day)
        found = read(text(own(cast["X"]))).entries
        assert [(entry["starts"], entry["zone"]) for entry in found] == [(f"{day}T09:00:00", zone) for day in days]
        hours = {"Europe/Paris": [8, 7, 7, 7, 8, 8], "America/Cayenne": [12] * 6, "Indian/Reunion": [5] * 6}[zone]
        assert [int(entry["starts_utc"][11:13]) for entry in found] == hours


class TestChange:
    @both_readers
    def test_what_moves_and_is_called_off_stays_one_entry(self, cast, read):
        row, path, told, kept = session(cast), of_cohort(cast["M"], cast.cohort), [], {}

        def look() -> None:
            nonlocal kept
            kept |= read(text(path)).by_uid
            told.extend((entry["sequence"], entry["status"], entry["starts"][:10]) for entry in kept.values())

        look()
        by, days = cast["S"], [DayPlan(date(2027, 3, 11), time(9), time(17))]
        row = move_session(session=row, days=days, at=NOW, accept_conflicts=True, by=by)
        look()
        row = postpone_session(session=row, reason="Strike", at=NOW, by=by)
        look()
        days = [DayPlan(date(2027, 4, 1), time(9), time(17))]
        row = reschedule_session(session=row, days=days, at=NOW, accept_conflicts=True, by=by)
        look()
        cancel_session(session=row, reason="Nobody is free", at=NOW, by=by)
        look()
        assert told == [
            (4, "CONFIRMED", "2027-03-09"),
            (7, "CONFIRMED", "2027-03-11"),
            (8, "CANCELLED", "2027-03-11"),
            (10, "CONFIRMED", "2027-04-01"),
            (11, "CANCELLED", "2027-04-01"),
        ]

    def test_the_reasons_stay_on_the_platform(self, cast):
        cancel_session(session=session(cast), reason="Nobody is free", at=NOW, by=cast["S"])
        assert b"Nobody" not in text(of_cohort(cast["M"], cast.cohort))

    @pytest.mark.django_db(transaction=True)
    def test_the_last_change_is_that_of_the_session_or_of_its_day(self, cast):
        row = session(cast)
        day = row.days.get()

        def changed() -> Any:
            return SessionDay.objects.as_entries().get().changed_at

        def last(model: Any) -> Any:
            return model.pgh_event_model.objects.latest("pgh_created_at").pgh_created_at

        update(day, place="Elsewhere")
        assert changed() == last(SessionDay) > last(Session)
        update(row, title="Other")
        assert changed() == last(Session) > last(SessionDay)


class TestWhose:
    def test_ones_own_has_the_cohorts_sessions_for_those_always_expected(self, cast):
        session(cast)
        assert {letter: summaries(own(cast[letter])) for letter in "CDPMRANXS"} == {
            **{letter: ["Atelier · Rivage"] for letter in "CDPM"},
            **{letter: [] for letter in "RANXS"},
        }

    def test_those_who_come_when_invited_have_what_they_are_invited_to(self, cast):
        invited, _other = session(cast, "Invitée"), session(cast, "Sans elle", date=date(2027, 3, 10))
        relay = Membership.objects.get(user=cast["R"])
        Attendance.objects.create(member=relay, day=invited.days.get(), recorded_on=TODAY)
        assert summaries(own(cast["R"])) == ["Invitée · Rivage"]

    def test_a_day_one_is_excused_from_leaves_ones_own_calendar_and_not_the_cohorts(self, cast):
        row, member = session(cast), Membership.objects.get(user=cast["M"])
        Attendance.objects.create(member=member, day=row.days.get(), status="excused", recorded_on=TODAY)
        assert summaries(own(cast["M"])) == []
        assert summaries(of_cohort(cast["M"], cast.cohort)) == ["Atelier · Rivage"]

    def test_who_left_keeps_the_days_until_then_and_reads_the_cohorts_as_past_members_do(self, cast):
        session(cast, "Avant", date=date(2026, 11, 10), state="held")
        session(cast, "Après")
        mine, all_of_it = own(cast["M"]), of_cohort(cast["M"], cast.cohort)
        member = Membership.objects.get(user=cast["M"])
        end_membership(membership=member, ends_on=TODAY, reason="Left", at=NOW, by=cast["S"])
        assert summaries(mine) == ["Avant · Rivage"]
        assert summaries(all_of_it) == ["Avant · Rivage", "Après · Rivage"]
        assert len(Session.objects.visible_to(cast["M"])) == 2

    def test_what_one_may_no_longer_see_leaves_the_calendar(self, cast):
        session(cast, CANARY)
        path = of_cohort(cast["A"], cast.cohort)
        assert summaries(path) == [f"{CANARY} · Rivage"]
        AuthorityAdmin.objects.filter(user=cast["A"]).delete()
        assert (read(path).entries, CANARY.encode() in text(path)) == ([], False)

    @pytest.mark.parametrize("letter", "CDPMRAX")
    def test_nothing_of_another_cohort_is_ever_in_it(self, cast, letter):
        """Whatever row the address is about, even one that was tampered with."""
        SessionFactory(cohort=cast.other, title=CANARY, place=CANARY)
        SessionFactory(cohort=CohortFactory(name=CANARY), title=CANARY)
        for path in (own(cast[letter]), of_cohort(cast[letter], cast.cohort), of_cohort(cast[letter], cast.other)):
            assert CANARY.encode() not in text(path)
            assert b"Montagne" not in text(path)

    def test_names_of_people_are_in_none(self, cast):
        session(cast)
        names = [cast[letter].full_name.encode() for letter in "SCDPMRAN"]
        told = text(own(cast["M"])) + text(of_cohort(cast["M"], cast.cohort))
        assert [name for name in names if name in told] == []

    def test_published_facts_are_in_none(self, cast):
        published = CohortFactory(retrospective=True, state="completed", name="Passée")
        SessionFactory(cohort=published, retrospective=True, state="reported", title=CANARY)
        assert CANARY.encode() not in text(of_cohort(cast["M"], published)) + text(own(cast["S"]))

    def test_a_calendar_about_something_unknown_is_empty(self, cast):
        session(cast)
        assert read(address(cast["S"], "planet", cast.cohort.pk)).entries == []


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(("who", "statements"), [("M person", 4), ("M cohort", 5), ("S cohort", 5)])
def test_it_costs_the_same_for_three_sessions(cast, who, statements, many, django_assert_num_queries):
    for month in range(1, many + 1):
        session(cast, date=date(2027, month, 12))
    letter, about = who.split()
    path = own(cast[letter]) if about == "person" else of_cohort(cast[letter], cast.cohort)
    with django_assert_num_queries(statements):
        assert len(read(path).entries) == many


class TestPanel:
    def test_the_cohorts_page_offers_its_calendar_to_everyone_who_sees_it(self, cast):
        for letter in "SCDPMRA":
            page = browser(cast[letter]).get("/cohorts/rivage/")
            assert "/cohorts/rivage/calendar/" in doors(page)
            assert "in your own calendar, kept up to date." in main(page)

    def test_each_makes_and_revokes_an_address_of_their_own(self, cast):
        for letter in "MS":
            assert browser(cast[letter]).post("/cohorts/rivage/calendar/").status_code == 200
        assert "/cohorts/rivage/calendar/revoke/" in doors(browser(cast["M"]).get("/cohorts/rivage/"))
        answer = browser(cast["M"]).post("/cohorts/rivage/calendar/revoke/")
        assert answer.headers["Location"] == "/cohorts/rivage/"
        assert list(CalendarFeed.objects.values_list("user", "about", "object_id")) == [
            (cast["S"].pk, "cohort", cast.cohort.pk)
        ]

    def test_published_cohorts_have_no_calendar(self, cast):
        CohortFactory(retrospective=True, state="completed", slug="passee", name="Passée")
        assert "/cohorts/passee/calendar/" not in doors(browser(cast["X"]).get("/cohorts/passee/"))

    @pytest.mark.parametrize("letter", "NX")
    def test_others_do_not_learn_that_there_is_one(self, cast, letter):
        answers = [browser(cast[letter]).post(f"/cohorts/rivage/calendar/{end}").status_code for end in ("", "revoke/")]
        assert (answers, CalendarFeed.objects.count()) == ([404, 404], 0)
