"""Tests of sessions in calendar feeds: whose, on which days, with which status; and of the cohort page's panel."""

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
from notifications.emails.links import calendar_uid, calendar_url
from notifications.models import CalendarFeed
from notifications.reminders.schedule import event_uid
from programmes.models import AuthorityAdmin
from tests.calendar_readers import ZONES, ParsedCalendar, both_readers, with_icalendar
from tests.cohorts.pages import browser, page_links, page_text
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory
from tests.factories.programmes import AuthorityFactory, EditionFactory
from tests.sql import update

pytestmark = pytest.mark.django_db
LEAK_MARKER = "CANARI"


def personal_feed(user: User) -> str:
    return feed_path(user, "person", user.pk)


def cohort_feed(user: User, cohort: Any) -> str:
    return feed_path(user, "cohort", cohort.pk)


def feed_path(user: User, about: str, object_id: int) -> str:
    return urlsplit(calendar_url(open_calendar(about=about, object_id=object_id, at=NOW, by=user))).path


def feed_content(path: str) -> bytes:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content


def read(path: str) -> ParsedCalendar:
    return with_icalendar(feed_content(path))


def summaries(path: str) -> list[str]:
    return [entry["summary"] for entry in read(path).entries]


def session(cast: Cast, title: str = "Atelier", **more: Any) -> Session:
    return SessionFactory(**({"cohort": cast.cohort, "title": title, "date": date(2027, 3, 9)} | more))


@pytest.fixture
def split_session(cast: Cast) -> Session:
    """A scheduled session on three scattered days, created in no particular order."""
    row = session(cast, "En trois fois", state="draft", date=date(2027, 4, 13))
    for day in (date(2027, 3, 16), date(2027, 5, 18)):
        SessionDay.objects.create(session=row, date=day, starts_at=time(14), ends_at=time(17), venue="Mairie")
    row.state = "scheduled"
    row.save()
    return row


def uid(day: SessionDay) -> str:
    """Return the UID of this day in the e-mails of the session."""
    return calendar_uid("session", day.session_id, event_uid("session_day", day.pk))


class TestEntry:
    def test_an_entry_has_title_time_and_venue_and_nothing_else(self, cast):
        row = session(cast, report="Secret report", venue="Hôtel de ville")
        (entry,) = read(cohort_feed(cast["M"], cast.cohort)).entries
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

    @pytest.mark.parametrize("hours", [{}, {"starts_at": time(9)}, {"ends_at": time(17)}])
    def test_a_day_without_both_times_is_an_all_day_entry(self, cast, hours):
        row = session(cast, date=None, state="draft")
        SessionDay.objects.create(session=row, date=date(2027, 3, 9), **hours)
        (entry,) = read(cohort_feed(cast["M"], cast.cohort)).entries
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
    def test_the_status_of_an_entry_follows_the_session_state(self, cast, state, status):
        session(cast, state=state)
        assert [entry["status"] for entry in read(cohort_feed(cast["M"], cast.cohort)).entries] == [status]

    def test_a_split_session_has_an_entry_per_day_with_the_uid_of_its_emails(self, cast, split_session):
        entries = read(cohort_feed(cast["M"], cast.cohort)).entries
        first, second, third = split_session.days.order_by("date")
        assert [(entry["uid"], entry["starts"], entry["place"]) for entry in entries] == [
            (uid(first), "2027-03-16T14:00:00", "Mairie"),
            (uid(second), "2027-04-13T09:00:00", "Salle du conseil"),
            (uid(third), "2027-05-18T14:00:00", "Mairie"),
        ]

    def test_days_keep_their_uids_when_others_are_excluded(self, cast, split_session):
        """A person excused from the first day finds the other days unchanged."""
        first, second, third = split_session.days.order_by("date")
        AttendanceFactory(
            member=Membership.objects.get(user=cast["M"]), day=first, status="excused", half_days=0, recorded_on=TODAY
        )
        assert [entry["uid"] for entry in read(personal_feed(cast["M"])).entries] == [uid(second), uid(third)]

    @both_readers
    @pytest.mark.parametrize("zone", ZONES)
    def test_an_entry_is_at_the_local_hour_before_and_after_each_clock_change(self, cast, zone, read):
        cohort = CohortFactory(edition=cast.edition, authority=AuthorityFactory(time_zone=zone))
        MembershipFactory(cohort=cohort, user=cast["X"])
        days = [date(2027, 3, day) for day in (27, 28, 29)] + [
            date(2027, 10, 30),
            date(2027, 10, 31),
            date(2027, 11, 1),
        ]
        for day in days:
            SessionFactory(cohort=cohort, date=day)
        entries = read(feed_content(personal_feed(cast["X"]))).entries
        assert [(entry["starts"], entry["zone"]) for entry in entries] == [(f"{day}T09:00:00", zone) for day in days]
        hours = {"Europe/Paris": [8, 7, 7, 7, 8, 8], "America/Cayenne": [12] * 6, "Indian/Reunion": [5] * 6}[zone]
        assert [int(entry["starts_utc"][11:13]) for entry in entries] == hours


class TestChange:
    @both_readers
    def test_a_moved_and_cancelled_session_stays_one_entry(self, cast, read):
        row, path, versions, entries = session(cast), cohort_feed(cast["M"], cast.cohort), [], {}

        def read_feed() -> None:
            nonlocal entries
            entries |= read(feed_content(path)).by_uid
            versions.extend((entry["sequence"], entry["status"], entry["starts"][:10]) for entry in entries.values())

        read_feed()
        by, days = cast["S"], [DayPlan(date(2027, 3, 11), time(9), time(17))]
        row = move_session(session=row, days=days, at=NOW, accept_conflicts=True, by=by)
        read_feed()
        row = postpone_session(session=row, reason="Strike", at=NOW, by=by)
        read_feed()
        days = [DayPlan(date(2027, 4, 1), time(9), time(17))]
        row = reschedule_session(session=row, days=days, at=NOW, accept_conflicts=True, by=by)
        read_feed()
        cancel_session(session=row, reason="Nobody is free", at=NOW, by=by)
        read_feed()
        assert versions == [
            (4, "CONFIRMED", "2027-03-09"),
            (7, "CONFIRMED", "2027-03-11"),
            (8, "CANCELLED", "2027-03-11"),
            (10, "CONFIRMED", "2027-04-01"),
            (11, "CANCELLED", "2027-04-01"),
        ]

    def test_entries_contain_no_reasons(self, cast):
        cancel_session(session=session(cast), reason="Nobody is free", at=NOW, by=cast["S"])
        assert b"Nobody" not in feed_content(cohort_feed(cast["M"], cast.cohort))

    @pytest.mark.django_db(transaction=True)
    def test_the_last_change_is_that_of_the_session_or_of_its_day(self, cast):
        row = session(cast)
        day = row.days.get()

        def changed() -> Any:
            return SessionDay.objects.as_entries().get().changed_at

        def last(model: Any) -> Any:
            return model.pgh_event_model.objects.latest("pgh_created_at").pgh_created_at

        update(day, venue="Elsewhere")
        assert changed() == last(SessionDay) > last(Session)
        update(row, title="Other")
        assert changed() == last(Session) > last(SessionDay)


class TestVisibility:
    def test_a_personal_feed_has_all_sessions_for_core_members(self, cast):
        session(cast)
        assert {role: summaries(personal_feed(cast[role])) for role in "CDPMRANXS"} == {
            **{role: ["Atelier · Rivage"] for role in "CDPM"},
            **{role: [] for role in "RANXS"},
        }

    def test_a_personal_feed_of_an_invited_role_has_only_sessions_with_an_invitation(self, cast):
        invited, _other = session(cast, "Invitée"), session(cast, "Sans elle", date=date(2027, 3, 10))
        relay = Membership.objects.get(user=cast["R"])
        Attendance.objects.create(member=relay, day=invited.days.get(), recorded_on=TODAY)
        assert summaries(personal_feed(cast["R"])) == ["Invitée · Rivage"]

    def test_an_excused_day_leaves_the_personal_feed_but_not_the_cohort_feed(self, cast):
        row, member = session(cast), Membership.objects.get(user=cast["M"])
        Attendance.objects.create(member=member, day=row.days.get(), status="excused", recorded_on=TODAY)
        assert summaries(personal_feed(cast["M"])) == []
        assert summaries(cohort_feed(cast["M"], cast.cohort)) == ["Atelier · Rivage"]

    def test_a_past_member_keeps_earlier_days_in_the_personal_feed_and_all_in_the_cohort_feed(self, cast):
        session(cast, "Avant", date=date(2026, 11, 10), state="held")
        session(cast, "Après")
        mine, all_of_it = personal_feed(cast["M"]), cohort_feed(cast["M"], cast.cohort)
        member = Membership.objects.get(user=cast["M"])
        end_membership(membership=member, ends_on=TODAY, reason="Left", at=NOW, by=cast["S"])
        assert summaries(mine) == ["Avant · Rivage"]
        assert summaries(all_of_it) == ["Avant · Rivage", "Après · Rivage"]
        assert len(Session.objects.visible_to(cast["M"])) == 2

    def test_sessions_no_longer_visible_leave_the_feed(self, cast):
        session(cast, LEAK_MARKER)
        path = cohort_feed(cast["A"], cast.cohort)
        assert summaries(path) == [f"{LEAK_MARKER} · Rivage"]
        AuthorityAdmin.objects.filter(user=cast["A"]).delete()
        assert (read(path).entries, LEAK_MARKER.encode() in feed_content(path)) == ([], False)

    @pytest.mark.parametrize("role", "CDPMRAX")
    def test_a_feed_never_contains_sessions_of_another_cohort(self, cast, role):
        """The row that the address names does not matter, even if it was tampered with."""
        SessionFactory(cohort=cast.other_cohort, title=LEAK_MARKER, venue=LEAK_MARKER)
        SessionFactory(cohort=CohortFactory(name=LEAK_MARKER), title=LEAK_MARKER)
        for path in (
            personal_feed(cast[role]),
            cohort_feed(cast[role], cast.cohort),
            cohort_feed(cast[role], cast.other_cohort),
        ):
            assert LEAK_MARKER.encode() not in feed_content(path)
            assert b"Montagne" not in feed_content(path)

    def test_feeds_contain_no_names_of_people(self, cast):
        session(cast)
        names = [cast[role].full_name.encode() for role in "SCDPMRAN"]
        content = feed_content(personal_feed(cast["M"])) + feed_content(cohort_feed(cast["M"], cast.cohort))
        assert [name for name in names if name in content] == []

    def test_feeds_contain_no_published_facts(self, cast):
        published = CohortFactory(retrospective=True, state="completed", name="Passée")
        SessionFactory(cohort=published, retrospective=True, state="reported", title=LEAK_MARKER)
        assert LEAK_MARKER.encode() not in feed_content(cohort_feed(cast["M"], published)) + feed_content(
            personal_feed(cast["S"])
        )

    def test_a_feed_of_an_edition_or_of_everything_has_what_its_person_may_see(self, cast):
        session(cast)
        SessionFactory(cohort=cast.other_cohort, title="Ailleurs", date=date(2027, 3, 10))
        SessionFactory(cohort=CohortFactory(name="Lointain"), title="Étranger", date=date(2027, 3, 11))
        own, other, far = "Atelier · Rivage", "Ailleurs · Montagne", "Étranger · Lointain"
        feeds = {
            (role, about): read(feed_path(cast[role], about, object_id)).entries
            for role in "SMN"
            for about, object_id in (("edition", cast.edition.pk), ("everything", cast[role].pk))
        }
        assert {key: [entry["summary"] for entry in entries] for key, entries in feeds.items()} == {
            ("S", "edition"): [own, other],
            ("S", "everything"): [own, other, far],
            **{key: [own] for key in [("M", "edition"), ("M", "everything")]},
            **{key: [other] for key in [("N", "edition"), ("N", "everything")]},
        }
        draft = EditionFactory(state="draft", name="Secrète")
        names = [read(feed_path(cast["M"], "edition", edition.pk)).name for edition in (cast.edition, draft)]
        assert names == [cast.edition.name, "Sessions et Intertransfos"]

    def test_a_feed_about_an_unknown_object_is_empty(self, cast):
        session(cast)
        assert read(feed_path(cast["S"], "planet", cast.cohort.pk)).entries == []


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize(("who", "statements"), [("M person", 6), ("M cohort", 7), ("S cohort", 6)])
def test_a_feed_needs_as_many_statements_for_three_sessions_as_for_one(
    cast, who, statements, many, django_assert_num_queries
):
    for month in range(1, many + 1):
        session(cast, date=date(2027, month, 12))
    role, about = who.split()
    path = personal_feed(cast[role]) if about == "person" else cohort_feed(cast[role], cast.cohort)
    with django_assert_num_queries(statements):
        assert len(read(path).entries) == many


class TestPanel:
    def test_the_cohort_page_offers_its_feed_to_everyone_who_sees_it(self, cast):
        for role in "SCDPMRA":
            page = browser(cast[role]).get("/cohorts/rivage/")
            assert "/calendar/subscribe/" in page_links(page)
            assert "in your own calendar, kept up to date." in page_text(page)

    def test_each_person_creates_and_revokes_their_own_address(self, cast):
        for role in "MS":
            assert browser(cast[role]).post("/calendar/subscribe/", {"of": "cohort:rivage"}).status_code == 200
        revoke = "/calendar/revoke/?of=cohort%3Arivage"
        assert revoke in page_links(browser(cast["M"]).get("/cohorts/rivage/"))
        assert browser(cast["M"]).post(revoke).headers["Location"] == "/calendar/?of=cohort:rivage"
        assert list(CalendarFeed.objects.values_list("user", "about", "object_id")) == [
            (cast["S"].pk, "cohort", cast.cohort.pk)
        ]

    def test_cohorts_of_published_facts_have_no_feed(self, cast):
        CohortFactory(retrospective=True, state="completed", slug="passee", name="Passée")
        assert "/calendar/subscribe/" not in page_links(browser(cast["X"]).get("/cohorts/passee/"))

    def test_the_edition_page_offers_its_feed_to_people_who_take_part(self, cast):
        pages = {role: page_links(browser(cast[role]).get("/editions/transfo-2026/")) for role in "SPNX"}
        offered = [role for role, found in pages.items() if "/calendar/subscribe/" in found]
        assert offered == ["S", "P", "N"]

    @pytest.mark.parametrize("role", "NX")
    def test_other_people_get_a_404_for_the_feed(self, cast, role):
        person = browser(cast[role])
        answers = [
            person.post("/calendar/subscribe/", {"of": "cohort:rivage"}).status_code,
            person.post("/calendar/revoke/?of=cohort:rivage").status_code,
            person.get("/calendar/?of=cohort:rivage").status_code,
            person.get("/calendar/events/?of=cohort:rivage").status_code,
        ]
        assert (answers, CalendarFeed.objects.count()) == ([404] * 4, 0)
