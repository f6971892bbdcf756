"""What is kept and how long, for everyone; who leaves, consents and records, for lab staff."""

import csv
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.actions import close_account
from accounts.models import User
from accounts.privacy.actions import ask_to_leave
from accounts.privacy.leaving import people_leaving
from accounts.privacy.retention import purge
from accounts.registries import Retention, retentions
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


class TestWhatIsKept:
    def test_everyone_reads_the_whole_table(self, cast: Cast, django_assert_num_queries: Any):
        client = signed_in(cast["X"])
        with django_assert_num_queries(2):
            page = client.get("/privacy/")
        with translation.override("en"):
            told = [[str(row.what), str(row.why), row.how_long] for row in retentions]
            assert [line for line in rows(page) if line] == told

    @pytest.mark.parametrize(
        ("days", "told"),
        [(1, "1 day"), (30, "30 days"), (364, "364 days"), (365, "1 year"), (400, "400 days"), (730, "2 years")],
    )
    def test_whole_years_are_told_as_years(self, days: int, told: str):
        with translation.override("en"):
            assert Retention("It", "To see.", days, len).how_long == told

    def test_what_is_kept_longest_is_told_so(self):
        with translation.override("en"):
            told = {slug: row.how_long for slug, row in retentions.items() if row.days >= 365}
        assert told == {"letters": "1 year", "calendars": "1 year", "closed_accounts": "2 years"}

    def test_so_does_whoever_has_no_account_and_nothing_of_anybody(
        self, client: Any, settings: Any, django_assert_num_queries: Any
    ):
        settings.DPO_CONTACT = "dpo@lab.example"
        with django_assert_num_queries(0):
            page = client.get("/privacy/", headers={"accept-language": "en"})
        assert [line[0] for line in rows(page) if line] == [str(row.what) for row in retentions]
        assert texts(page, "h2") == ["How long things are kept", "Who to ask"]
        assert "The data-protection officer: dpo@lab.example" in texts(page, "p")
        assert links(page).keys().isdisjoint({"Download your data", "Close your account", "Register of consents"})

    def test_without_an_officer_the_address_that_letters_come_from_is_shown(self, client: Any, settings: Any):
        settings.DPO_CONTACT, settings.DEFAULT_FROM_EMAIL = "", "Le labo <labo@rivage.example>"
        page = client.get("/privacy/", headers={"accept-language": "en"})
        [whom] = [said for said in texts(page, "section") if "Who to ask" in said]
        assert ("The lab’s e-mails come from labo@rivage.example." in whom, "every e-mail" in whom) == (True, False)

    @pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/password/reset/"])
    def test_the_pages_before_signing_in_lead_there(self, client: Any, db: None, address: str):
        assert links(client.get(address, headers={"accept-language": "en"}))["Your data"] == "/privacy/"

    def test_an_invitation_leads_there_before_anything_is_accepted(self, cast: Cast, client: Any):
        page = client.get(link(InvitationFactory(cohort=cast.cohort)), headers={"accept-language": "en"})
        assert links(page)["What the platform keeps about you, why, and for how long"] == "/privacy/"

    def test_the_officer_is_named_where_one_is(self, cast: Cast, settings: Any):
        settings.DPO_CONTACT = "dpo@lab.example"
        page = signed_in(cast["X"]).get("/privacy/")
        assert "The data-protection officer: dpo@lab.example" in texts(page, "p")

    @pytest.mark.parametrize(("letter", "offered"), [("S", True), ("P", False), ("A", False), ("X", False)])
    def test_the_registers_are_offered_to_the_lab(self, cast: Cast, letter: str, *, offered: bool):
        page = signed_in(cast[letter]).get("/privacy/")
        assert {"Register of consents" in links(page), "Closed accounts" in links(page)} == {offered}

    def test_the_account_page_leads_there(self, cast: Cast):
        found = links(signed_in(cast["M"]).get("/account/"))
        assert found["What is kept, and for how long"] == "/privacy/"
        assert found["Close your account"] == "/account/leave/"
        assert found["Download your data"] == "/account/data/"


class TestLeaving:
    def test_the_page_says_what_goes_what_stays_and_what_is_left(self, cast: Cast, django_assert_num_queries: Any):
        client = signed_in(cast["P"])
        with django_assert_num_queries(4):
            page = client.get("/account/leave/")
        said = texts(page, "li")
        assert "Rivage has no other pilot." in said
        assert sum("Former member" in line for line in said) == 1
        assert User.objects.get(pk=cast["P"].pk).is_active is True

    @pytest.mark.parametrize("typed", ["", "somebody@else.example", "nonsense"])
    def test_nobody_leaves_by_a_slip(self, cast: Cast, typed: str):
        page = signed_in(cast["M"]).post("/account/leave/", {"email": typed})
        assert (page.status_code, bool(page.context["form"].errors["email"])) == (200, True)
        assert User.objects.get(pk=cast["M"].pk).is_active is True

    def test_the_password_is_asked_for_first(self, cast: Cast):
        client = signed_in(cast["M"], again=False)
        answer = client.post("/account/leave/", {"email": cast["M"].email})
        assert answer["Location"] == "/accounts/reauthenticate/?next=%2Faccount%2Fleave%2F"
        assert User.objects.get(pk=cast["M"].pk).is_active is True
        client.post(answer["Location"], {"password": "a long demonstration word"})
        assert User.objects.get(pk=cast["M"].pk).is_active is False

    def test_it_closes_the_account_and_ends_the_session(
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
            "ask_to_leave",
        ]
        assert cast["M"].email not in caplog.text

    def test_the_last_of_the_lab_reads_why_not(self, cast: Cast):
        page = signed_in(cast["S"]).post("/account/leave/", {"email": cast["S"].email})
        said = [str(error) for error in page.context["form"].non_field_errors()]
        assert said == ["This is the lab’s only account. First give an account to someone else at the lab."]
        assert User.objects.get(pk=cast["S"].pk).is_active is True

    def test_the_lab_is_told_on_its_home_page(self, cast: Cast, rf: Any):
        request = rf.get("/")
        request.LANGUAGE_CODE = "en"
        request.user = cast["S"]
        assert people_leaving(request) == []
        ask_to_leave(user=cast["M"], at=NOW, by=cast["M"])
        assert [str(note.strong) for note in people_leaving(request)] == ["1 account is closed."]
        request.user = cast["P"]
        assert people_leaving(request) == []


class TestClosedAccounts:
    @pytest.mark.parametrize("count", [1, 3])
    def test_are_listed_the_soonest_to_go_first(self, cast: Cast, count: int, django_assert_num_queries: Any):
        for number in range(count):
            close_account(user=UserFactory(full_name=f"Leaver {number}"), at=NOW - timedelta(days=number), by=None)
        client = signed_in(cast["S"])
        with django_assert_num_queries(4):
            page = client.get("/privacy/leaving/")
        names = [line[0] for line in rows(page) if line]
        assert names == [f"Leaver {number}" for number in reversed(range(count))]

    def test_none_is_said(self, cast: Cast):
        assert "No closed account" in texts(signed_in(cast["S"]).get("/privacy/leaving/"), "p")

    def test_the_page_of_one_says_what_is_left(self, cast: Cast, django_assert_num_queries: Any):
        ask_to_leave(user=cast["P"], at=NOW, by=cast["P"])
        client = signed_in(cast["S"])
        with django_assert_num_queries(5):
            page = client.get(f"/privacy/leaving/{cast['P'].pk}/")
        assert "Rivage has no other pilot." in texts(page, "li")

    def test_one_is_opened_again(self, cast: Cast):
        ask_to_leave(user=cast["M"], at=NOW, by=cast["M"])
        client, address = signed_in(cast["S"]), f"/privacy/leaving/{cast['M'].pk}/"
        assert client.post(address)["Location"] == "/privacy/leaving/"
        assert User.objects.get(pk=cast["M"].pk).is_active is True
        assert client.post(address)["Location"] == "/privacy/leaving/"

    def test_reading_opens_nothing(self, cast: Cast):
        ask_to_leave(user=cast["M"], at=NOW, by=cast["M"])
        signed_in(cast["S"]).get(f"/privacy/leaving/{cast['M'].pk}/")
        assert User.objects.get(pk=cast["M"].pk).is_active is False


def recognised(of: Any, about: str, **told: Any) -> Attachment:
    given = {"consent": "cohort", "consent_until": "2027-11-30"} | told
    return AttachmentFactory(of=of, about=about, **given)


class TestTheRegisterOfConsents:
    @pytest.fixture
    def shelf(self, cast: Cast) -> dict[str, Attachment]:
        """One of each thing that holds files, one that ended, one withdrawn, one of another cohort, one of nobody."""
        session, idea = SessionFactory(cohort=cast.cohort), IdeaFactory(cohort=cast.cohort)
        prototype = PrototypeFactory(idea=idea)
        AttachmentFactory(of=session, file="nobody.jpg")
        return {
            "session": recognised(session, "session", consent_on="2026-11-02", consent_how="paper"),
            "idea": recognised(idea, "idea", consent_held="Lab folder"),
            "prototype": recognised(prototype, "prototype", consent_until="2026-11-23"),
            "trial": recognised(TrialFactory(prototype=prototype), "trial", withdrawn=True),
            "other": recognised(SessionFactory(cohort=cast.other), "session", consent="edition"),
        }

    def states(self, page: Any) -> list[tuple[str, str]]:
        return sorted((line["cohort"], str(line["state"])) for line in page.context["lines"])

    def test_has_all_on_which_people_can_be_recognised(self, cast: Cast, shelf: Any, django_assert_num_queries: Any):
        client = signed_in(cast["S"])
        with django_assert_num_queries(5):
            page = client.get("/privacy/consents/")
        found = [("Montagne", "valid"), *[("Rivage", state) for state in ("ended", "valid", "valid", "withdrawn")]]
        assert self.states(page) == found

    def test_one_row_takes_as_many_statements(self, cast: Cast, django_assert_num_queries: Any):
        recognised(SessionFactory(cohort=cast.cohort), "session")
        client = signed_in(cast["S"])
        with django_assert_num_queries(5):
            page = client.get("/privacy/consents/")
        assert self.states(page) == [("Rivage", "valid")]

    @pytest.mark.parametrize(
        ("state", "found"),
        [("holds", ["idea", "other", "session"]), ("ended", ["prototype"]), ("withdrawn", ["trial"])],
    )
    def test_is_narrowed_to_a_state(self, cast: Cast, shelf: Any, state: str, found: list[str]):
        page = signed_in(cast["S"]).get("/privacy/consents/", {"state": state})
        shown = {line["file"].pk for line in page.context["lines"]}
        assert shown == {shelf[name].pk for name in found}

    def test_is_narrowed_to_a_cohort(self, cast: Cast, shelf: Any):
        page = signed_in(cast["S"]).get("/privacy/consents/", {"cohort": cast.other.pk})
        assert [line["file"].pk for line in page.context["lines"]] == [shelf["other"].pk]

    @pytest.mark.parametrize("asked", [{"state": "nonsense"}, {"cohort": "0"}, {"cohort": "x"}])
    def test_nonsense_finds_nothing_stays_and_is_said_beside_its_field(
        self, cast: Cast, shelf: Any, asked: dict[str, str]
    ):
        client = signed_in(cast["S"])
        page = client.get("/privacy/consents/", asked)
        assert (page.status_code, page.context["lines"]) == (200, [])
        [(name, value)] = asked.items()
        said = "This choice is not offered here. Choose one from the list."
        assert page.context["form"].errors == {name: [said]}
        chosen = [option["attrs"]["value"] for option in elements(page, "option") if "selected" in option["attrs"]]
        assert value in chosen
        table = client.get("/privacy/consents.csv", asked)
        assert (table.status_code, table["Location"]) == (302, f"/privacy/consents/?{name}={value}")

    def test_is_taken_away_as_a_table(self, cast: Cast, shelf: Any):
        answer = signed_in(cast["S"]).get("/privacy/consents.csv", {"cohort": cast.cohort.pk, "state": "holds"})
        lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert answer["Cache-Control"] == "private, no-store"
        same, until = ("Rivage", "atelier.jpg", "for the cohort"), ("2027-11-30", "valid")
        assert sorted(line for line in lines[1:3]) == sorted(
            [
                [*same, "2026-11-02", "signed on paper", "", *until, str(shelf["session"].uploaded_by), "2026-11-03"],
                [*same, "", "", "Lab folder", *until, str(shelf["idea"].uploaded_by), "2026-11-03"],
            ]
        )

    def test_a_withdrawn_picture_is_gone_at_once(self, cast: Cast, shelf: Any):
        row = shelf["trial"]
        assert (row.stored, signed_in(cast["M"]).get(f"/files/{row.pk}/").status_code) == ("", 404)

    def test_where_nobody_can_be_recognised_there_is_none(self, cast: Cast):
        page = signed_in(cast["S"]).get("/privacy/consents/")
        assert "No consent here" in texts(page, "p")


class TestTheRecords:
    def test_have_a_line_for_each_thing_done_with_data(self, cast: Cast, django_assert_num_queries: Any):
        client = signed_in(cast["S"])
        with django_assert_num_queries(2):
            page = client.get("/privacy/records/")
        assert [line[0] for line in rows(page) if line] == [str(row.purpose) for row in ACTIVITIES]

    def test_every_retention_is_told_by_one_of_them(self):
        told = [slug for row in ACTIVITIES for slug in row.kept]
        assert sorted(told) == sorted(set(told) & set(retentions.slugs()))
        assert set(retentions.slugs()) - set(told) == set()

    def test_say_how_long_in_the_words_of_the_table(self):
        with translation.override("en"):
            [accounts] = [row.how_long for row in ACTIVITIES if "closed_accounts" in row.kept]
            assert accounts.endswith(f"{retentions['closed_accounts'].what}: 2 years")
        assert [row.how_long for row in ACTIVITIES if row.kept == ("needs",)] == [
            "Travel, dietary and access needs, and guests’ addresses: 30 days"
        ]

    @pytest.mark.parametrize(("contact", "said"), [("", "not named"), ("dpo@lab.example", "dpo@lab.example")])
    def test_are_taken_away_with_the_officer(self, cast: Cast, settings: Any, contact: str, said: str):
        settings.DPO_CONTACT = contact
        answer = signed_in(cast["S"]).get("/privacy/records.csv")
        lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert [line[1] for line in lines if line[:1] == ["Data-protection officer"]] == [said]
        assert len([line for line in lines if len(line) == 6]) == len(ACTIVITIES) + 1


class TestEachPurge:
    """Exactly what is due, and nothing by a dry run."""

    def counted(self, slug: str, at: Any) -> tuple[int, int, int]:
        """What a dry run says, what a run says, and what a second run finds."""
        runs = [purge(at=at, dry_run=True), purge(at=at), purge(at=at)]
        return tuple(next(row.rows for row in run if row.slug == slug) for run in runs)  # type: ignore[return-value]

    def test_letters_lose_address_and_subject_after_a_year(self):
        old, new = DeliveryFactory(state="sent"), DeliveryFactory(state="sent")
        waiting = DeliveryFactory()
        execute("SET LOCAL session_replication_role = replica")
        for letter in (old, new, waiting):
            update(letter, address="a@b.example", subject="You are awaited", due_at=NOW - A_YEAR)
        update(new, due_at=NOW - A_YEAR + timedelta(days=1))
        execute("SET LOCAL session_replication_role = DEFAULT")
        assert self.counted("letters", NOW + timedelta(minutes=1)) == (1, 1, 0)
        kept = Delivery.objects.order_by("pk").values_list("address", "subject")
        assert list(kept) == [("", ""), *[("a@b.example", "You are awaited")] * 2]

    def test_calendars_nobody_reads_for_a_year_are_revoked(self):
        made = {"about": "cohort", "made_at": NOW - 2 * A_YEAR}
        read = {"a": NOW - A_YEAR - timedelta(days=1), "b": NOW - timedelta(days=1), "c": None}
        for number, (letter, last) in enumerate(read.items()):
            CalendarFeed.objects.create(
                user=UserFactory(), object_id=number, token_hash=letter * 64, last_read_at=last, **made
            )
        assert self.counted("calendars", NOW) == (2, 2, 0)
        assert list(CalendarFeed.objects.values_list("token_hash", flat=True)) == ["b" * 64]

    def test_files_to_download_go_after_seven_days(self):
        row = written_export()
        ends = Export.objects.get(pk=row.pk).expires_at
        assert self.counted("exports", ends - timedelta(minutes=1)) == (0, 0, 0)
        assert self.counted("exports", ends) == (1, 1, 0)

    def test_needs_go_thirty_days_after_the_last_day(self):
        NeedsFactory(registration=RegistrationFactory(state="registered"), diet="no nuts")
        last = NOW.replace(year=2027, month=6, day=9)
        assert self.counted("needs", last + timedelta(days=29)) == (0, 0, 0)
        assert self.counted("needs", last + timedelta(days=31)) == (1, 1, 0)

    def test_the_task_of_beat_runs_them_all(self, cast: Cast):
        ask_to_leave(user=cast["M"], at=NOW - timedelta(days=20), by=cast["M"])
        assert purge_task() == 1
        assert User.objects.get(pk=cast["M"].pk).erased_at is not None


def test_every_address_of_privacy_is_told_in_the_menu_of_the_account(cast: Cast):
    found = links(signed_in(cast["M"]).get("/privacy/"))
    assert found["Your data"] == reverse("privacy")
