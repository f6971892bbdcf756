"""The privacy page for everyone; leaving, consents and processing records for lab staff."""

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.actions import close_account
from accounts.hooks import Retention, retentions
from accounts.models import User
from accounts.privacy.actions import close_own_account
from accounts.privacy.retention import purge
from accounts.privacy.unassigned_work import people_leaving
from files.models import Attachment, Export
from labplatform.privacy.records import ACTIVITIES
from labplatform.tasks import purge as purge_task
from notifications.models import CalendarFeed, Delivery
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.exchanges import NeedsFactory, RegistrationFactory
from tests.factories.files import AttachmentFactory, written_export
from tests.factories.invitations import InvitationFactory, link
from tests.factories.notifications import DeliveryFactory
from tests.factories.prototypes import IdeaFactory, PrototypeFactory, TrialFactory
from tests.pages import elements, links, rows, texts
from tests.sql import execute, update

pytestmark = pytest.mark.django_db

A_YEAR = timedelta(days=365)


class TestPrivacyPage:
    def test_everyone_sees_the_full_retention_table(self, cast: Cast, django_assert_num_queries: Any):
        client = signed_in(cast["X"])
        with django_assert_num_queries(3):
            page = client.get("/privacy/")
        with translation.override("en"):
            fields = [[str(row.what), str(row.why), row.how_long] for row in retentions().values()]
            assert [line for line in rows(page) if line] == fields

    @pytest.mark.parametrize(
        ("days", "fields"),
        [(1, "1 day"), (30, "30 days"), (364, "364 days"), (365, "1 year"), (400, "400 days"), (730, "2 years")],
    )
    def test_whole_years_are_shown_in_years(self, days: int, fields: str):
        with translation.override("en"):
            assert Retention("It", "To see.", days, len).how_long == fields

    def test_each_app_registers_how_long_it_keeps_things(self):
        with translation.override("en"):
            assert {slug: row.how_long for slug, row in retentions().items()} == {
                "closed_accounts": "2 years",
                "sign_in_links": "30 days",
                "sign_ins": "7 days",
                "address_claims": "3 days",
                "bulk-actions": "30 days",
                "exports": "7 days",
                "file-drafts": "1 day",
                "emails": "1 year",
                "group_emails": "1 year",
                "calendars": "1 year",
                "imports": "30 days",
                "access_requests": "90 days",
                "applications": "1 year",
                "provider_groups": "90 days",
                "invitations": "90 days",
                "guests": "30 days",
                "stakeholder_contacts": "1 year",
                "notes-without-consent": "30 days",
                "recordings": "90 days",
                "early-withdrawals": "90 days",
                "directory": "30 days",
                "peer_visits": "1 year",
                "needs": "30 days",
                "report-visits": "1 year",
                "dossiers": "8 days",
                "api-tokens": "1 year",
                "idempotency-keys": "1 day",
                "webhook-deliveries": "90 days",
                "accessibility_reports": "1 year",
            }

    def test_visitor_sees_the_page_without_personal_data(
        self, client: Any, settings: Any, django_assert_num_queries: Any
    ):
        settings.DPO_CONTACT = "dpo@lab.example"
        with django_assert_num_queries(1):  # the accessibility status
            page = client.get("/privacy/", headers={"accept-language": "en"})
        assert [line[0] for line in rows(page) if line] == [str(row.what) for row in retentions().values()]
        assert texts(page, "h2") == ["How long things are kept", "Who to ask"]
        assert "The data-protection officer: dpo@lab.example" in texts(page, "p")
        assert links(page).keys().isdisjoint({"Download your data", "Close your account", "Register of consents"})

    def test_sender_address_is_shown_when_no_officer_is_named(self, client: Any, settings: Any):
        settings.DPO_CONTACT, settings.DEFAULT_FROM_EMAIL = "", "Le labo <labo@rivage.example>"
        page = client.get("/privacy/", headers={"accept-language": "en"})
        [whom] = [section for section in texts(page, "section") if "Who to ask" in section]
        assert ("The lab’s e-mails come from labo@rivage.example." in whom, "every e-mail" in whom) == (True, False)

    @pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/"])
    def test_pages_before_sign_in_link_to_it(self, client: Any, db: None, address: str):
        assert links(client.get(address, headers={"accept-language": "en"}))["Your data"] == "/privacy/"

    def test_invitation_page_links_to_it_before_acceptance(self, cast: Cast, client: Any):
        page = client.get(link(InvitationFactory(cohort=cast.cohort)), headers={"accept-language": "en"})
        assert links(page)["What the platform keeps about you, why, and for how long"] == "/privacy/"

    def test_the_officer_is_named_where_one_is(self, cast: Cast, settings: Any):
        settings.DPO_CONTACT = "dpo@lab.example"
        page = signed_in(cast["X"]).get("/privacy/")
        assert "The data-protection officer: dpo@lab.example" in texts(page, "p")

    @pytest.mark.parametrize(("role", "offered"), [("S", True), ("P", False), ("A", False), ("X", False)])
    def test_lab_staff_see_links_to_the_registers(self, cast: Cast, role: str, *, offered: bool):
        page = signed_in(cast[role]).get("/privacy/")
        assert {"Register of consents" in links(page), "Closed accounts" in links(page)} == {offered}

    def test_account_page_links_to_it(self, cast: Cast):
        links_found = links(signed_in(cast["M"]).get("/account/"))
        assert links_found["What is kept, and for how long"] == "/privacy/"
        assert links_found["Close your account"] == "/account/leave/"
        assert links_found["Download your data"] == "/account/data/"


class TestLeaving:
    def test_page_lists_what_is_deleted_and_what_stays(self, cast: Cast, django_assert_num_queries: Any):
        client = signed_in(cast["P"])
        with django_assert_num_queries(5):
            page = client.get("/account/leave/")
        items = texts(page, "li")
        assert "Rivage has no other pilot." in items
        assert sum("Former member" in line for line in items) == 1
        assert User.objects.get(pk=cast["P"].pk).is_active is True

    @pytest.mark.parametrize("typed", ["", "somebody@else.example", "nonsense"])
    def test_leaving_needs_a_confirmation(self, cast: Cast, typed: str):
        page = signed_in(cast["M"]).post("/account/leave/", {"email": typed})
        assert (page.status_code, bool(page.context["form"].errors["email"])) == (200, True)
        assert User.objects.get(pk=cast["M"].pk).is_active is True

    def test_leaving_needs_the_password(self, cast: Cast):
        client = signed_in(cast["M"], again=False)
        answer = client.post("/account/leave/", {"email": cast["M"].email})
        assert answer["Location"] == "/accounts/reauthenticate/?next=%2Faccount%2Fleave%2F"
        assert User.objects.get(pk=cast["M"].pk).is_active is True
        client.post(answer["Location"], {"password": "a long demonstration word"})
        assert User.objects.get(pk=cast["M"].pk).is_active is False

    def test_leaving_closes_the_account_and_ends_the_session(
        self, cast: Cast, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
    ):
        client = signed_in(cast["M"])
        with caplog.at_level("INFO", logger="labplatform.security"), django_capture_on_commit_callbacks(execute=True):
            answer = client.post("/account/leave/", {"email": cast["M"].email.upper()})
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
        row = User.objects.get(pk=cast["M"].pk)
        assert (row.is_active, row.erase_on) == (False, date(2026, 12, 8))
        assert client.get("/account/").status_code == 302
        assert [record.event for record in caplog.records] == [
            "signed_out",
            "close_account",
            "close_own_account",
        ]
        assert cast["M"].email not in caplog.text

    def test_last_lab_administrator_sees_why_leaving_is_refused(self, cast: Cast):
        page = signed_in(cast["S"]).post("/account/leave/", {"email": cast["S"].email})
        messages = [str(error) for error in page.context["form"].non_field_errors()]
        assert messages == ["This is the lab’s last administrator. First make a colleague an administrator."]
        assert User.objects.get(pk=cast["S"].pk).is_active is True

    def test_lab_home_page_shows_closed_accounts(self, cast: Cast, rf: Any):
        request = rf.get("/")
        request.LANGUAGE_CODE = "en"
        request.user = cast["S"]
        assert people_leaving(request) == []
        close_own_account(user=cast["M"], at=NOW, by=cast["M"])
        assert [str(note.strong) for note in people_leaving(request)] == ["1 account is closed."]
        request.user = cast["P"]
        assert people_leaving(request) == []


class TestClosedAccounts:
    @pytest.mark.parametrize("count", [1, 3])
    def test_closed_accounts_are_sorted_by_erasure_date(self, cast: Cast, count: int, django_assert_num_queries: Any):
        for number in range(count):
            close_account(user=UserFactory(full_name=f"Leaver {number}"), at=NOW - timedelta(days=number), by=None)
        client = signed_in(cast["S"])
        with django_assert_num_queries(4):
            page = client.get("/privacy/leaving/")
        names = [line[0] for line in rows(page) if line]
        assert names == [f"Leaver {number}" for number in reversed(range(count))]

    def test_empty_list_is_stated(self, cast: Cast):
        assert "No closed account" in texts(signed_in(cast["S"]).get("/privacy/leaving/"), "p")

    def test_page_of_a_closed_account_lists_unassigned_work(self, cast: Cast, django_assert_num_queries: Any):
        close_own_account(user=cast["P"], at=NOW, by=cast["P"])
        client = signed_in(cast["S"])
        with django_assert_num_queries(6):
            page = client.get(f"/privacy/leaving/{cast['P'].pk}/")
        assert "Rivage has no other pilot." in texts(page, "li")

    def test_account_is_reopened(self, cast: Cast):
        close_own_account(user=cast["M"], at=NOW, by=cast["M"])
        client, address = signed_in(cast["S"]), f"/privacy/leaving/{cast['M'].pk}/"
        assert client.post(address)["Location"] == "/privacy/leaving/"
        assert User.objects.get(pk=cast["M"].pk).is_active is True
        assert client.post(address)["Location"] == "/privacy/leaving/"

    def test_get_request_reopens_nothing(self, cast: Cast):
        close_own_account(user=cast["M"], at=NOW, by=cast["M"])
        signed_in(cast["S"]).get(f"/privacy/leaving/{cast['M'].pk}/")
        assert User.objects.get(pk=cast["M"].pk).is_active is False


def consented_file(of: Any, about: str, **fields: Any) -> Attachment:
    given = {"consent": "cohort", "consent_until": "2027-11-30"} | fields
    return AttachmentFactory(of=of, about=about, **given)


class TestConsentRegister:
    @pytest.fixture
    def attachments(self, cast: Cast) -> dict[str, Attachment]:
        """Create a file for each kind of owner, and one ended, withdrawn, of another cohort, and without people."""
        session, idea = SessionFactory(cohort=cast.cohort), IdeaFactory(cohort=cast.cohort)
        prototype = PrototypeFactory(idea=idea)
        AttachmentFactory(of=session, file="nobody.jpg")
        return {
            "session": consented_file(session, "session", consent_on="2026-11-02", consent_how="paper"),
            "idea": consented_file(idea, "idea", consent_held="Lab folder"),
            "prototype": consented_file(prototype, "prototype", consent_until="2026-11-23"),
            "trial": consented_file(TrialFactory(prototype=prototype), "trial", withdrawn=True),
            "other": consented_file(SessionFactory(cohort=cast.other_cohort), "session", consent="edition"),
        }

    def states(self, page: Any) -> list[tuple[str, str]]:
        return sorted((line["cohort"], str(line["state"])) for line in page.context["lines"])

    def test_register_lists_files_with_recognisable_people(
        self, cast: Cast, attachments: Any, django_assert_num_queries: Any
    ):
        client = signed_in(cast["S"])
        with django_assert_num_queries(5):
            page = client.get("/privacy/consents/")
        found = [("Montagne", "valid"), *[("Rivage", state) for state in ("ended", "valid", "valid", "withdrawn")]]
        assert self.states(page) == found

    def test_rows_take_no_extra_query(self, cast: Cast, django_assert_num_queries: Any):
        consented_file(SessionFactory(cohort=cast.cohort), "session")
        client = signed_in(cast["S"])
        with django_assert_num_queries(5):
            page = client.get("/privacy/consents/")
        assert self.states(page) == [("Rivage", "valid")]

    @pytest.mark.parametrize(
        ("state", "found"),
        [("holds", ["idea", "other", "session"]), ("ended", ["prototype"]), ("withdrawn", ["trial"])],
    )
    def test_register_is_filtered_by_state(self, cast: Cast, attachments: Any, state: str, found: list[str]):
        page = signed_in(cast["S"]).get("/privacy/consents/", {"state": state})
        listed = {line["file"].pk for line in page.context["lines"]}
        assert listed == {attachments[name].pk for name in found}

    def test_register_is_filtered_by_cohort(self, cast: Cast, attachments: Any):
        page = signed_in(cast["S"]).get("/privacy/consents/", {"cohort": cast.other_cohort.pk})
        assert [line["file"].pk for line in page.context["lines"]] == [attachments["other"].pk]

    @pytest.mark.parametrize("query", [{"state": "nonsense"}, {"cohort": "0"}, {"cohort": "x"}])
    def test_invalid_input_shows_an_error_next_to_its_field_and_stays_selected(
        self, cast: Cast, attachments: Any, query: dict[str, str]
    ):
        client = signed_in(cast["S"])
        page = client.get("/privacy/consents/", query)
        assert (page.status_code, page.context["lines"]) == (200, [])
        [(name, value)] = query.items()
        message = "This choice is not offered here. Choose one from the list."
        assert page.context["form"].errors == {name: [message]}
        chosen = [option["attrs"]["value"] for option in elements(page, "option") if "selected" in option["attrs"]]
        assert value in chosen
        table = client.get("/privacy/consents.csv", query)
        assert (table.status_code, table["Location"]) == (302, f"/privacy/consents/?{name}={value}")

    def test_register_is_downloaded_as_a_table(self, cast: Cast, attachments: Any):
        answer = signed_in(cast["S"]).get("/privacy/consents.csv", {"cohort": cast.cohort.pk, "state": "holds"})
        lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert answer["Cache-Control"] == "private, no-store"
        same, until = ("Rivage", "atelier.jpg", "for the cohort"), ("2027-11-30", "valid")
        assert sorted(line for line in lines[1:3]) == sorted(
            [
                [
                    *same,
                    "2026-11-02",
                    "signed on paper",
                    "",
                    *until,
                    str(attachments["session"].uploaded_by),
                    "2026-11-03",
                ],
                [*same, "", "", "Lab folder", *until, str(attachments["idea"].uploaded_by), "2026-11-03"],
            ]
        )

    def test_picture_is_hidden_once_consent_is_withdrawn(self, cast: Cast, attachments: Any):
        row = attachments["trial"]
        assert (row.stored, signed_in(cast["M"]).get(f"/files/{row.pk}/").status_code) == ("", 404)

    def test_files_without_recognisable_people_are_not_listed(self, cast: Cast):
        page = signed_in(cast["S"]).get("/privacy/consents/")
        assert "No consent here" in texts(page, "p")


class TestProcessingRecords:
    def test_records_list_every_processing_activity(self, cast: Cast, django_assert_num_queries: Any):
        client = signed_in(cast["S"])
        with django_assert_num_queries(2):
            page = client.get("/privacy/records/")
        assert [line[0] for line in rows(page) if line] == [str(row.purpose) for row in ACTIVITIES]

    def test_every_retention_belongs_to_an_activity(self):
        fields = [slug for row in ACTIVITIES for slug in row.retention_slugs]
        assert sorted(fields) == sorted(set(fields) & set(retentions()))
        assert set(retentions()) - set(fields) == set()

    def test_activities_show_retentions_of_the_table(self):
        with translation.override("en"):
            [accounts] = [row.how_long for row in ACTIVITIES if "closed_accounts" in row.retention_slugs]
            assert accounts.endswith(f"{retentions()['closed_accounts'].what}: 2 years")
        assert [row.how_long for row in ACTIVITIES if row.retention_slugs == ("needs",)] == [
            "Travel, dietary and access needs, and guests’ addresses: 30 days"
        ]

    @pytest.mark.parametrize(("contact", "expected"), [("", "not named"), ("dpo@lab.example", "dpo@lab.example")])
    def test_records_are_downloaded_with_the_officer(self, cast: Cast, settings: Any, contact: str, expected: str):
        settings.DPO_CONTACT = contact
        answer = signed_in(cast["S"]).get("/privacy/records.csv")
        lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert [line[1] for line in lines if line[:1] == ["Data-protection officer"]] == [expected]
        assert len([line for line in lines if len(line) == 6]) == len(ACTIVITIES) + 1


class TestEachPurge:
    """Each purge deletes exactly what is due, and a dry run deletes nothing."""

    def counted(self, slug: str, at: Any) -> tuple[int, int, int]:
        """Return the counts of a dry run, a run and a second run."""
        runs = [purge(at=at, dry_run=True), purge(at=at), purge(at=at)]
        return tuple(next(row.rows for row in run if row.slug == slug) for run in runs)  # type: ignore[return-value]

    def test_emails_lose_address_and_subject_after_a_year(self):
        old, new = DeliveryFactory(state="sent"), DeliveryFactory(state="sent")
        waiting = DeliveryFactory()
        execute("SET LOCAL session_replication_role = replica")
        for email in (old, new, waiting):
            update(email, address="a@b.example", subject="You are awaited", due_at=NOW - A_YEAR)
        update(new, due_at=NOW - A_YEAR + timedelta(days=1))
        execute("SET LOCAL session_replication_role = DEFAULT")
        assert self.counted("emails", NOW + timedelta(minutes=1)) == (1, 1, 0)
        rows = Delivery.objects.order_by("pk").values_list("address", "subject")
        assert list(rows) == [("", ""), *[("a@b.example", "You are awaited")] * 2]

    def test_calendars_unread_for_a_year_are_revoked(self):
        made = {"about": "cohort", "made_at": NOW - 2 * A_YEAR}
        read = {"a": NOW - A_YEAR - timedelta(days=1), "b": NOW - timedelta(days=1), "c": None}
        for number, (digit, last) in enumerate(read.items()):
            CalendarFeed.objects.create(
                user=UserFactory(), object_id=number, token_hash=digit * 64, last_read_at=last, **made
            )
        assert self.counted("calendars", NOW) == (2, 2, 0)
        assert list(CalendarFeed.objects.values_list("token_hash", flat=True)) == ["b" * 64]

    def test_downloads_are_deleted_after_seven_days(self):
        row = written_export()
        ends = Export.objects.get(pk=row.pk).expires_at
        assert self.counted("exports", ends - timedelta(minutes=1)) == (0, 0, 0)
        assert self.counted("exports", ends) == (1, 1, 0)

    def test_needs_are_deleted_thirty_days_after_the_exchange(self):
        NeedsFactory(registration=RegistrationFactory(state="registered"), diet="no nuts")
        last = NOW.replace(year=2027, month=6, day=9)
        assert self.counted("needs", last + timedelta(days=29)) == (0, 0, 0)
        assert self.counted("needs", last + timedelta(days=31)) == (1, 1, 0)

    def test_scheduled_task_runs_every_purge(self, cast: Cast):
        close_own_account(user=cast["M"], at=NOW - timedelta(days=20), by=cast["M"])
        assert purge_task() == 1
        assert User.objects.get(pk=cast["M"].pk).erased_at is not None


def test_account_menu_links_every_privacy_page(cast: Cast):
    found = links(signed_in(cast["M"]).get("/privacy/"))
    assert found["Your data"] == reverse("privacy")
