"""Guests: consent to an address, e-mails with a link, answers without an account, correction and erasure."""

import re
from datetime import date, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from accounts.actions import close_account
from accounts.lab.models import Lab
from accounts.models import User
from accounts.privacy.actions import erase_person
from cohorts.attendance.actions import (
    AttendanceMark,
    answers_given,
    invite_people,
    record_attendance,
    restore_answers,
)
from cohorts.guests.actions import (
    correct_guest,
    erase_guest,
    purge_contacts,
    purge_guest_texts,
    record_contact,
    remove_contact,
)
from cohorts.guests.emails import GUEST_SESSION
from cohorts.guests.links import guest_token
from cohorts.invitations.actions.retention import purge_invitations
from cohorts.models import Attendance, Session, Stakeholder, StakeholderContact
from cohorts.sessions.actions.sessions import (
    DayPlan,
    cancel_session,
    hold_session,
    move_session,
    plan_session,
    postpone_session,
    report_session,
    schedule_session,
    write_outcome,
)
from dossiers.models import Dossier
from files.models import Export
from notifications.emails.links import unsubscribe_url
from notifications.models import Delivery, DeliveryItem, Preference, Reminder, StoppedAddress
from notifications.sending.cycle import send_round
from tests.cohorts.pages import browser, errors, page_text
from tests.cohorts.raw import refused, run_sql
from tests.concurrency import run_at_once
from tests.factories.cast import NOW, TODAY, Cast, create_cast
from tests.factories.cohorts import AttendanceFactory, SessionFactory, StakeholderContactFactory, StakeholderFactory
from tests.factories.dossiers import DossierFactory
from tests.factories.files import written_export
from tests.factories.imports import ImportBatchFactory, ImportRowFactory
from tests.factories.programmes import format_with_schedules
from tests.factories.snapshots import built_once
from web.errors import DomainError

SOON = TODAY + timedelta(days=20)
EXPECTED: dict[str, Any] = {"member": None, "status": "expected", "half_days": 0}
CONSENT = "On 3 March, at the town hall, she said yes to our invitations"
LINK = re.compile(r"https?://[^/\s]+(/guests/\S+/)")


@pytest.fixture
def contact(cast: Cast) -> StakeholderContact:
    row = StakeholderFactory(cohort=cast.cohort, name="Zoé Citoyenne", organisation="Voisins", notes="Seen in May")
    return record_contact(stakeholder=row, email="Zoe@people.example", consent=CONSENT, at=NOW, by=cast["P"])


@pytest.fixture
def listed(cast: Cast, contact: StakeholderContact) -> Session:
    """Return a scheduled session on whose list the guest is."""
    session = SessionFactory(cohort=cast.cohort, date=SOON, kind="stakeholder_meeting", title="Atelier")
    AttendanceFactory(day=session.days.get(), stakeholder=contact.stakeholder, **EXPECTED)
    return session


def visitor() -> Client:
    """Return the browser of someone who is not signed in and reads English."""
    return Client(headers={"accept-language": "en"})


def path(contact: StakeholderContact, session: Session, more: str = "") -> str:
    return f"/guests/{guest_token(contact, session.pk)}/{more}"


def statuses(contact: StakeholderContact) -> list[tuple[str, bool, str, str]]:
    rows = Attendance.objects.filter(stakeholder=contact.stakeholder_id).order_by("day__date")
    return [(row.status, row.answered_on is not None, row.substitute, row.needs) for row in rows]


class TestConsent:
    def test_address_is_that_of_a_person_who_cannot_sign_in(self, cast: Cast, contact: StakeholderContact):
        user = contact.user
        assert (user.email, user.joined, user.is_active) == ("zoe@people.example", False, False)
        assert (contact.consent, contact.recorded_by, contact.recorded_at) == (CONSENT, cast["P"], NOW)

    @pytest.mark.parametrize("words", ["", "  "])
    def test_there_is_no_address_without_the_words_of_the_consent(self, words: str, contact: StakeholderContact):
        with refused("stakeholder_contact_fixed"):
            run_sql("UPDATE cohorts_stakeholdercontact SET consent = 'She agreed to more'")
        run_sql("DELETE FROM cohorts_stakeholdercontact")
        with refused("stakeholder_contact_consent"):
            StakeholderContactFactory(stakeholder=contact.stakeholder, consent=words)

    def test_address_belongs_to_one_stakeholder_of_a_cohort(self, cast: Cast, contact: StakeholderContact):
        with refused("stakeholder_contact_once"):
            StakeholderContactFactory(stakeholder=StakeholderFactory(cohort=cast.cohort), user=contact.user)
        other = StakeholderContactFactory(stakeholder__cohort=cast.other_cohort, user=contact.user)
        remove_contact(stakeholder=contact.stakeholder, at=NOW, by=cast["P"])
        purge_invitations(at=NOW, dry_run=False, by=None)
        assert User.objects.get(pk=other.user_id).erased_at is None

    def test_another_address_replaces_the_first_which_is_erased(self, cast: Cast, contact: StakeholderContact):
        first = contact.user
        new = record_contact(
            stakeholder=contact.stakeholder, email="z@people.example", consent="By phone", at=NOW, by=cast["P"]
        )
        first.refresh_from_db()
        assert (new.user.email, first.erased_at) == ("z@people.example", NOW)

    def test_one_person_records_a_limited_number_of_addresses(self, settings: Any, cast: Cast, contact: Any):
        settings.FIRST_EMAILS_PER_PERSON = 2
        other = StakeholderFactory(cohort=cast.cohort)
        values = {"stakeholder": other, "consent": "Yes", "by": cast["P"]}
        record_contact(email="b@people.example", at=NOW, **values)
        remove_contact(stakeholder=other, at=NOW, by=cast["P"])
        with pytest.raises(DomainError, match="Continue tomorrow"):
            record_contact(email="c@people.example", at=NOW, **values)
        record_contact(email="c@people.example", at=NOW + timedelta(days=1), **values)

    @pytest.mark.django_db(transaction=True)
    def test_addresses_recorded_at_the_same_moment_do_not_pass_the_limit(self, settings: Any, cast: Cast):
        settings.FIRST_EMAILS_PER_PERSON = 1
        rows = [StakeholderFactory(cohort=cast.cohort) for _ in range(2)]
        answers = run_at_once(
            *(
                partial(record_contact, stakeholder=row, email=f"{row.pk}@people.example", consent="Yes", at=NOW,
                        by=cast["P"])
                for row in rows
            )
        )  # fmt: skip
        assert (answers[1], StakeholderContact.objects.count()) == ("done", 1)

    def test_team_records_corrects_and_removes_it_on_a_page(self, cast: Cast):
        row, client = StakeholderFactory(cohort=cast.cohort), browser(cast["P"])
        address = f"/stakeholders/{row.pk}/contact/"
        assert list(errors(client.post(address, {"email": "nowhere", "consent": " "}))) == ["email", "consent"]
        client.post(address, {"email": "a@people.example", "consent": CONSENT})
        page = page_text(client.get(address))
        assert CONSENT in client.get(address).content.decode()
        assert ("Recorded by Pilot Rivage" in page, "a@people.example" in page) == (True, False)
        client.post(f"{address}remove/")
        assert not StakeholderContact.objects.exists()


class TestPage:
    def test_reading_the_page_changes_nothing(self, contact: StakeholderContact, listed: Session):
        page = visitor().get(path(contact, listed))
        assert (page.status_code, page["X-Robots-Tag"], page["Referrer-Policy"]) == (200, "noindex", "strict-origin")
        assert "Atelier" in page_text(page)
        assert set(page.cookies) <= {"csrftoken"}
        assert statuses(contact) == [("expected", False, "", "")]

    @pytest.mark.parametrize(
        ("sent", "saved"),
        [
            ({"answer": "yes", "needs": "A ramp"}, ("expected", True, "", "A ramp")),
            ({"answer": "no", "needs": "A ramp"}, ("excused", True, "", "")),
            ({"answer": "substitute", "substitute": "Léo"}, ("expected", True, "Léo", "")),
            ({"answer": "substitute"}, ("expected", False, "", "")),
            ({"answer": "yes", "substitute": "Léo"}, ("expected", False, "", "")),
            ({"answer": "perhaps"}, ("expected", False, "", "")),
            ({"answer": "yes", "needs": "x" * 301}, ("expected", False, "", "")),
        ],
    )
    def test_answer_counts_in_the_attendance(self, sent: Any, saved: Any, contact: Any, listed: Session):
        visitor().post(path(contact, listed), sent)
        assert statuses(contact) == [saved]

    @pytest.mark.parametrize(
        ("sent", "saved"),
        [({"answer": "no"}, "excused"), ({"answer": "substitute", "substitute": "Léo"}, "expected")],
    )
    def test_answer_comes_back_when_a_move_is_undone(
        self, sent: Any, saved: str, cast: Cast, contact: Any, listed: Session
    ):
        visitor().post(path(contact, listed), sent)
        before, answers = statuses(contact), answers_given(listed)
        move_session(session=listed, days=[DayPlan(SOON + timedelta(days=1))], accept_conflicts=True, at=NOW,
                     by=cast["P"])  # fmt: skip
        page = page_text(browser(cast["P"]).get(f"/sessions/{listed.pk}/participants/"))
        assert (statuses(contact)[0][:2], "Léo" in page, "Léo" in str(answers)) == (("expected", False), False, False)
        listed.refresh_from_db()
        move_session(session=listed, days=[DayPlan(SOON)], accept_conflicts=True, at=NOW, by=cast["P"])
        restore_answers(session=listed, answers=answers, by=cast["P"])
        assert (statuses(contact), before[0][0]) == (before, saved)

    def test_team_reads_substitute_and_needs_and_others_read_no_needs(self, cast: Cast, contact: Any, listed: Session):
        visitor().post(path(contact, listed), {"answer": "substitute", "substitute": "Léo", "needs": "A ramp"})
        texts = {
            role: page_text(browser(cast[role]).get(f"/sessions/{listed.pk}/participants/")) for role in ("P", "M")
        }
        assert ["Léo, for Zoé Citoyenne" in text for text in texts.values()] == [True, True]
        assert {role: "A ramp" in text for role, text in texts.items()} == {"P": True, "M": False}

    @pytest.mark.parametrize("state", ["postponed", "cancelled"])
    def test_answer_is_refused_when_the_session_does_not_take_place(self, state: str, cast: Cast, contact: Any):
        session = SessionFactory(cohort=cast.cohort, date=SOON)
        AttendanceFactory(day=session.days.get(), stakeholder=contact.stakeholder, needs="A ramp", **EXPECTED)
        act = postpone_session if state == "postponed" else cancel_session
        act(session=session, reason="Snow", at=NOW, by=cast["P"])
        page = visitor().post(path(contact, session), {"answer": "no"})
        assert f"This session is {state}." in page_text(page)
        kept = "A ramp" if state == "postponed" else ""
        assert statuses(contact) == [("expected", False, "", kept)]
        erase_guest(stakeholder=contact.stakeholder, at=NOW, by=None)
        assert statuses(contact) == []

    def test_link_opens_only_the_session_for_which_it_was_made(self, cast: Cast, contact: Any, listed: Session):
        other = SessionFactory(cohort=cast.cohort, date=SOON + timedelta(days=1))
        wrong = [path(contact, other), path(contact, listed)[:-2] + "/", "/guests/1:2:3/", "/guests/…/"]
        assert [visitor().get(link).status_code for link in wrong] == [404] * 4
        first = path(contact, listed)
        record_contact(
            stakeholder=contact.stakeholder, email="z@people.example", consent="By phone", at=NOW, by=cast["P"]
        )
        assert visitor().get(first).status_code == 404

    @pytest.mark.parametrize("count", [1, 3])
    def test_page_takes_the_same_statements_for_three_days(
        self, count: int, contact: Any, listed: Session, django_assert_num_queries: DjangoAssertNumQueries
    ):
        for number in range(1, count):
            day = listed.days.create(date=SOON + timedelta(days=number))
            AttendanceFactory(day=day, stakeholder=contact.stakeholder, **EXPECTED)
        with django_assert_num_queries(6):
            visitor().get(path(contact, listed))

    def test_each_page_has_the_address_of_the_lab_if_it_has_one(self, contact: Any, listed: Session):
        links = [*(path(contact, listed, more) for more in ("", "data/", "erase/")), "/guests/1:2:3/"]
        assert ["Questions?" in visitor().get(link).content.decode() for link in links] == [False] * 4
        Lab.objects.create(name="Labo", sender="lab@people.example")
        pages = [visitor().get(link) for link in links] + [visitor().post(path(contact, listed, "erase/"))]
        assert ["mailto:lab@people.example" in page.content.decode() for page in pages] == [True] * 5

    def test_guest_corrects_name_and_organisation(self, contact: Any, listed: Session):
        page = visitor().get(path(contact, listed, "data/"))
        assert all(text in page.content.decode() for text in (CONSENT, "z…@people.example"))
        assert "Seen in May" not in page.content.decode()
        assert list(errors(visitor().post(path(contact, listed, "data/"), {"name": "#1"}))) == ["name"]
        visitor().post(path(contact, listed, "data/"), {"name": "Zoë C.", "organisation": ""})
        row = Stakeholder.objects.get(pk=contact.stakeholder_id)
        assert (row.name, row.organisation, row.contacts.get().user.full_name) == ("Zoë C.", "", "Zoë C.")

    def test_corrections_do_not_tell_whom_else_the_cohort_works_with(self, cast: Cast, contact: Any, listed: Session):
        StakeholderFactory(cohort=cast.cohort, name="Ana Autre")
        client, link = visitor(), path(contact, listed, "data/")
        assert errors(client.post(link, {"name": "ana autre"}))["name"] == [
            "This could not be saved. Ask the team to correct it."
        ]
        answers = [client.post(link, {"name": f"Zoé {number}"}) for number in range(10)]
        assert [answer.status_code for answer in answers] == [302] * 9 + [200]
        assert "You tried this many times" in answers[-1].content.decode()

    def test_refused_addresses_do_not_tell_who_has_them(self, cast: Cast, contact: Any):
        """Another stakeholder of the cohort has the first; the second is that of a closed account."""
        close_account(user=cast["X"], at=NOW, by=cast["S"])
        other = StakeholderFactory(cohort=cast.cohort)
        for email in (contact.user.email, cast["X"].email):
            with pytest.raises(DomainError) as refusal:
                record_contact(stakeholder=other, email=email, consent=CONSENT, at=NOW, by=cast["P"])
            assert (refusal.value.field, str(refusal.value)) == (
                "email",
                "This address cannot be recorded here. Ask the person for another one.",
            )


class TestErasure:
    def test_guest_is_erased_at_once_and_past_attendance_stays(self, cast: Cast, contact: Any, listed: Session):
        past = SessionFactory(cohort=cast.cohort, date=TODAY - timedelta(days=7), state="held")
        came = {"status": "present", "half_days": 2, "needs": "A ramp", "recorded_on": TODAY}
        AttendanceFactory(day=past.days.get(), member=None, stakeholder=contact.stakeholder, **came)
        client, link = visitor(), path(contact, listed, "erase/")
        assert "Kept, and why" in page_text(client.get(link))
        assert Stakeholder.objects.get().erased_at is None
        assert "Your data is erased" in page_text(client.post(link))
        row, user = Stakeholder.objects.get(), User.objects.get(pk=contact.user_id)
        number = row.pk
        assert (row.name, row.organisation, row.notes) == (f"Erased stakeholder {number}", "", "")
        assert (statuses(contact), user.erased_at is not None) == ([("present", False, "", "")], True)
        assert (StakeholderContact.objects.count(), client.get(link).status_code) == (0, 404)
        with refused("stakeholder_erased"):
            run_sql("UPDATE cohorts_stakeholder SET name = 'Zoé', erased_at = NULL")
        with refused("stakeholder_erased"):
            StakeholderContactFactory(stakeholder=row)

    def test_files_with_the_name_are_deleted_too(self, cast: Cast, contact: Any, listed: Session):
        lists = {
            f"subject_key={cast.cohort.slug}&list=stakeholders": "expired",
            f"subject_key={listed.pk}&day=all&list=session-participants": "expired",
            f"subject_key={cast.other_cohort.slug}&list=stakeholders": "done",
            f"subject_key={cast.cohort.slug}&list=sessions": "done",
        }
        for query in lists:
            written_export(person=cast["S"], kind="list-rows", query=query)
        thanks = {name: DossierFactory(cohort=cast.cohort, thanks=name) for name in ("Zoé Citoyenne", "Zoé")}
        erase_guest(stakeholder=contact.stakeholder, at=NOW, by=None)
        assert dict(Export.objects.values_list("query", "state")) == lists
        assert list(Dossier.objects.all()) == [thanks["Zoé"]]

    def test_name_that_looks_erased_is_refused(self, contact: Any):
        with refused("stakeholder_erased_is_anonymous"):
            run_sql("UPDATE cohorts_stakeholder SET name = '#12'")

    def test_account_with_the_same_address_stays(self, cast: Cast):
        row = StakeholderFactory(cohort=cast.cohort)
        record_contact(stakeholder=row, email=cast["X"].email, consent=CONSENT, at=NOW, by=cast["P"])
        erase_guest(stakeholder=row, at=NOW, by=None)
        assert User.objects.get(pk=cast["X"].pk).erased_at is None

    def test_erasing_the_person_erases_the_stakeholder(self, contact: Any):
        erase_person(user=contact.user, at=NOW, by=None)
        assert Stakeholder.objects.get().erased_at == NOW

    def test_address_is_removed_a_year_after_the_last_session(self, contact: Any, listed: Session):
        year = timedelta(days=365)
        assert purge_contacts(at=NOW + year + timedelta(days=20), dry_run=False, by=None) == 0
        assert purge_contacts(at=NOW + year + timedelta(days=21), dry_run=True, by=None) == 1
        assert purge_contacts(at=NOW + year + timedelta(days=21), dry_run=False, by=None) == 1
        assert (StakeholderContact.objects.count(), User.objects.get(pk=contact.user_id).erased_at is None) == (
            0,
            False,
        )

    def test_imported_rows_with_the_name_are_erased_too(self, cast: Cast, contact: Any):
        batch = ImportBatchFactory(kind="stakeholders", target_slug=cast.cohort.slug)
        for line, name in enumerate(("Zoé Citoyenne", "Someone else")):
            ImportRowFactory(batch=batch, line=line, cells=[name, "Voisins"])
        erase_guest(stakeholder=contact.stakeholder, at=NOW, by=None)
        assert [row.cells[0] for row in batch.rows.all()] == ["Someone else"]

    def test_form_opened_before_a_guest_corrected_the_name_does_not_bring_it_back(self, cast: Cast, contact: Any):
        row, client = contact.stakeholder, browser(cast["P"])
        address = f"/stakeholders/{row.pk}/"
        opened = {"version_token": client.get(address).context["form"].initial["version_token"]}
        correct_guest(contact=contact, name="Zoë C.", organisation="Voisins", by=contact.user)
        fields = {"kind": "person", "name": row.name, "organisation": "Voisins", "category": row.category}
        answer = client.post(address, {**opened, **fields, "influence": 2, "interest": 2, "notes": "Seen"})
        assert "Someone else saved changes" in page_text(answer)
        assert Stakeholder.objects.get().name == "Zoë C."

    def test_needs_are_erased_after_thirty_days(self, cast: Cast, contact: Any):
        session = SessionFactory(cohort=cast.cohort, date=TODAY)
        AttendanceFactory(day=session.days.get(), stakeholder=contact.stakeholder, needs="A ramp", **EXPECTED)
        with refused("attendance_texts_of_stakeholders"):
            AttendanceFactory(substitute="Léo")
        assert purge_guest_texts(at=NOW + timedelta(days=30), dry_run=False, by=None) == 0
        assert purge_guest_texts(at=NOW + timedelta(days=31), dry_run=True, by=None) == 1
        assert purge_guest_texts(at=NOW + timedelta(days=31), dry_run=False, by=None) == 1
        assert statuses(contact)[0][3] == ""


@built_once
def cast_with_schedules() -> Cast:
    return create_cast(format_with_schedules("group_session", "stakeholder_session", "idea"))


@pytest.mark.django_db(transaction=True)
class TestEmails:
    @pytest.fixture(autouse=True)
    def _emails_in_english(self, settings: Any) -> None:
        settings.LANGUAGE_CODE = "en"

    @pytest.fixture
    def cast(self, transactional_db: None) -> Cast:
        return cast_with_schedules()

    def scheduled(
        self, cast: Cast, contact: Any, day: date, number: str = "7", *, venue: str = "Mairie", title: str = "Atelier"
    ) -> Session:
        draft = plan_session(
            cohort=cast.cohort,
            number=number,
            kind="stakeholder_meeting",
            title=title,
            days=[DayPlan(day, venue=venue)],
            accept_conflicts=True,
            by=cast["P"],
        )
        invite_people(days=list(draft.days.all()), people=[contact.stakeholder], today=TODAY, at=NOW, by=cast["P"])
        return schedule_session(session=draft, at=NOW, by=cast["P"])

    def sent_at(self, moment: Any) -> list[Any]:
        mail.outbox.clear()
        send_round(lambda: moment, seconds=60)
        return [email for email in mail.outbox if email.to == ["zoe@people.example"]]

    def test_invitation_has_a_link_a_calendar_entry_what_it_is_about_and_no_name(self, cast: Cast, contact: Any):
        session = self.scheduled(cast, contact, TODAY + timedelta(days=20))
        [email] = self.sent_at(NOW)
        assert email.subject.startswith("Invitation: Stakeholder meeting, ")
        entry = Calendar.from_ical(next(part for name, part, _kind in email.attachments if name == "invite.ics"))
        texts = email.body + str(entry.walk("VEVENT")[0]["SUMMARY"])
        assert not any(typed in texts for typed in ("Zoé", "Pilot", CONSENT))
        assert "About: Atelier\n" in email.body
        assert (str(entry.walk("VEVENT")[0]["LOCATION"]), str(entry["METHOD"])) == ("Mairie", "REQUEST")
        page = page_text(browser(cast["P"]).get(session.get_absolute_url()))
        assert "Guests: invitation, with a calendar entry · sent to 1 person" in page
        assert "Guests: last message" in page
        found = LINK.search(email.body)
        assert found
        assert visitor().post(found[1], {"answer": "no"}).status_code == 302
        assert statuses(contact) == [("excused", True, "", "")]
        assert self.sent_at(NOW + timedelta(days=14)) == []
        assert (self.sent_at(NOW), session.state) == ([], "scheduled")

    def test_link_is_the_guests_own_and_hidden_from_other_readers(self, cast: Cast, contact: Any):
        session = self.scheduled(cast, contact, TODAY + timedelta(days=20))
        reminder = Reminder.objects.filter(kind="guest_session", email_type="stakeholder_invitation").earliest("pk")
        other = StakeholderContactFactory(stakeholder__cohort=cast.cohort)
        AttendanceFactory(day=session.days.get(), stakeholder=other.stakeholder, **EXPECTED)
        links = [GUEST_SESSION.render(reminder, session, user, "en").button[1] for user in (other.user, cast["S"])]
        assert links == [path(other, session), "/guests/%E2%80%A6/"]
        assert [GUEST_SESSION.can_see(cast[role], session.pk) for role in "PN"] == [True, False]

    @pytest.mark.parametrize("status", ["present", "absent"])
    def test_guests_who_came_get_the_summary_and_read_the_report(self, status: str, cast: Cast, contact: Any):
        day = TODAY + timedelta(days=2)
        session = self.scheduled(cast, contact, day)
        self.sent_at(NOW)
        later, came = NOW + timedelta(days=8), status == "present"
        mark = AttendanceMark(status)
        marks = {(session.days.get(), contact.stakeholder): mark}
        record_attendance(session=session, marks=marks, today=later.date(), by=cast["P"])
        assert self.sent_at(later) == []
        hold_session(session=session, today=later.date(), by=cast["P"])
        report_session(session=session, report="A lift is needed.", at=later, by=cast["P"])
        assert len(self.sent_at(later)) == came
        assert ("A lift is needed." in page_text(visitor().get(path(contact, session)))) == came

    @pytest.mark.parametrize("days_late", [0, 3, 90])
    def test_guests_who_came_read_what_became_of_the_session_once_it_is_written(
        self, days_late: int, cast: Cast, contact: Any
    ):
        session = self.scheduled(cast, contact, TODAY + timedelta(days=2))
        self.sent_at(NOW)
        marks = {(session.days.get(), contact.stakeholder): AttendanceMark("present")}
        due = NOW + timedelta(days=35)  # the thirtieth day is a Saturday
        record_attendance(session=session, marks=marks, today=due.date(), by=cast["P"])
        hold_session(session=session, today=due.date(), by=cast["P"])
        written_at = due + timedelta(days=days_late)
        if days_late:
            assert self.sent_at(due) == []
        write_outcome(session=session, outcome="A **ramp** was built.", at=written_at, by=cast["P"])
        emails = self.sent_at(written_at)
        assert [email.subject.endswith(": what became of it") for email in emails] == [True] * (days_late < 90)
        assert "What became of it A ramp was built." in page_text(visitor().get(path(contact, session)))
        assert "ramp" not in "".join(email.body for email in emails)
        assert self.sent_at(written_at) == []

    def test_guest_who_is_added_late_is_invited_once(self, cast: Cast, contact: Any):
        session = self.scheduled(cast, contact, TODAY + timedelta(days=6))
        assert [email.subject.partition(":")[0] for email in self.sent_at(NOW)].count("Invitation") == 1
        later = StakeholderFactory(cohort=cast.cohort)
        invite_people(days=list(session.days.all()), people=[later], today=TODAY, at=NOW, by=cast["P"])
        record_contact(stakeholder=later, email="late@people.example", consent=CONSENT, at=NOW, by=cast["P"])
        assert self.sent_at(NOW) == []
        assert [email.to for email in mail.outbox if "late@" in email.to[0]] == [["late@people.example"]]

    def test_guests_learn_of_another_date_and_of_a_cancellation(self, cast: Cast, contact: Any):
        session = self.scheduled(cast, contact, TODAY + timedelta(days=20))
        self.sent_at(NOW)
        move_session(
            session=session, days=[DayPlan(TODAY + timedelta(days=23))], accept_conflicts=True, at=NOW, by=cast["P"]
        )
        assert [email.subject for email in self.sent_at(NOW)] == ["Stakeholder meeting: the date or the venue changed"]
        session.refresh_from_db()
        cancel_session(session=session, reason="Snow", at=NOW, by=cast["P"])
        [email] = self.sent_at(NOW)
        assert (email.subject.endswith(": cancelled"), "Snow" in email.body) == (True, False)

    @pytest.mark.parametrize("way", ["unsubscribe", "erase", "remove"])
    def test_nothing_is_sent_after_a_guest_stopped_it(self, way: str, cast: Cast, contact: Any):
        self.scheduled(cast, contact, TODAY + timedelta(days=20))
        [email] = self.sent_at(NOW)
        if way == "unsubscribe":
            link = re.search(r"https?://[^/\s]+(/\S*unsubscribe\S*)", email.body) or re.search(
                r"<https?://[^/\s]+(\S+)>", str(email.message()["List-Unsubscribe"])
            )
            assert link
            visitor().post(link[1])
        elif way == "erase":
            erase_guest(stakeholder=contact.stakeholder, at=NOW, by=None)
        else:
            remove_contact(stakeholder=contact.stakeholder, at=NOW, by=cast["P"])
        assert self.sent_at(NOW + timedelta(days=14)) == []

    @pytest.mark.parametrize("way", ["unsubscribe", "erase", "remove"])
    def test_address_recorded_again_gets_nothing_where_its_person_stopped_it(self, way: str, cast: Cast, contact: Any):
        session, row = self.scheduled(cast, contact, TODAY + timedelta(days=20)), contact.stakeholder
        Preference.objects.create(user=cast["M"], kind="guest_session")  # someone else stopped these e-mails
        assert len(self.sent_at(NOW)) == 1
        if way == "unsubscribe":
            visitor().post(urlsplit(unsubscribe_url(contact.user_id, ["guest_session"])).path)
        if way == "erase":
            erase_guest(stakeholder=row, at=NOW, by=None)
            row = StakeholderFactory(cohort=cast.cohort)
            invite_people(days=list(session.days.all()), people=[row], today=TODAY, at=NOW, by=cast["P"])
        remove_contact(stakeholder=row, at=NOW, by=cast["P"])
        record_contact(stakeholder=row, email="ZOE@people.example", consent=CONSENT, at=NOW, by=cast["P"])
        assert len(self.sent_at(NOW)) == (way == "remove")
        page = page_text(browser(cast["P"]).get(f"/stakeholders/{row.pk}/contact/"))
        assert ("stopped these e-mails" in page, StoppedAddress.objects.count()) == (way != "remove", 0)

    def test_one_address_gets_a_limited_number_of_invitations_a_day(self, settings: Any, cast: Cast, contact: Any):
        settings.FIRST_EMAILS_PER_ADDRESS = 2
        sessions = [self.scheduled(cast, contact, TODAY + timedelta(days=20 + n), str(n + 1)) for n in range(4)]
        ana = StakeholderFactory(cohort=cast.cohort)
        record_contact(stakeholder=ana, email="ana@people.example", consent=CONSENT, at=NOW, by=cast["P"])
        for session in sessions[:2]:
            invite_people(days=list(session.days.all()), people=[ana], today=TODAY, at=NOW, by=cast["P"])
        assert len(self.sent_at(NOW)) == 2
        assert [email.to for email in mail.outbox].count(["ana@people.example"]) == 2
        skipped = DeliveryItem.objects.filter(reason="limit").values_list("reminder__object_id", flat=True)
        assert (skipped.count(), self.sent_at(NOW + timedelta(hours=23))) == (2, [])
        late = NOW + timedelta(hours=25)
        session = next(session for session in sessions if session.pk in skipped)
        other = StakeholderFactory(cohort=cast.cohort)
        invite_people(days=list(session.days.all()), people=[other], today=TODAY, at=late, by=cast["P"])
        assert len(self.sent_at(late)) == 1

    @pytest.mark.parametrize(
        ("typed", "sent"),
        [
            ("Win: https://evil.example/x", ""),
            ("Go to evil.example", ""),
            ("evil。example", ""),
            ("Mail a@b", ""),
            ("Salle 2.12, bât. B, 1er étage", "Salle 2.12, bât. B, 1er étage"),
            ("x" * 200, "x" * 80),
        ],
    )
    def test_venue_and_title_in_an_email_to_a_guest_hold_no_link(self, typed: str, sent: str, cast: Cast, contact: Any):
        self.scheduled(cast, contact, TODAY + timedelta(days=20), venue=typed, title=typed[:160])
        [email] = self.sent_at(NOW)
        entry = Calendar.from_ical(next(part for name, part, _kind in email.attachments if name == "invite.ics"))
        assert str(entry.walk("VEVENT")[0].get("LOCATION", "")) == sent
        assert (typed in email.body, f", {sent}\n" in email.body) == (typed == sent, bool(sent))
        assert ("About:" in email.body, f"About: {sent}\n" in email.body) == (bool(sent), bool(sent))

    def test_cohort_without_addresses_plans_no_emails_to_guests(self, cast: Cast):
        session = SessionFactory(cohort=cast.cohort, state="draft", date=SOON)
        schedule_session(session=session, at=NOW, by=cast["P"])
        assert not Reminder.objects.filter(kind="guest_session").exists()
        assert not Delivery.objects.filter(items__reminder__kind="guest_session").exists()
