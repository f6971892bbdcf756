"""Calls for authorities: rules, pages of the lab, the form behind a link, reviews, decision, cohort, retention."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.privacy.actions import erase_person
from cohorts.calls.actions.applications import (
    purge_applications,
    request_link,
    submit_application,
    withdraw_application,
)
from cohorts.calls.permissions import can_decide, can_manage_calls, can_open_cohort, can_read_calls, can_review
from cohorts.calls.views.applicants import network_of
from cohorts.invitations.actions.retention import purge_invitations
from cohorts.models import Application, ApplicationPerson, Call, Cohort, Invitation
from files.models import Attachment
from notifications.sending.cycle import send_round
from programmes.models import Authority, ListedAuthority
from prototypes.models import Challenge
from tests.cohorts.pages import browser, errors, page_links, page_text
from tests.cohorts.raw import refused, run_sql
from tests.factories.accounts import UserFactory
from tests.factories.calls import (
    TEXTS,
    ApplicationFactory,
    ApplicationRatingFactory,
    CallFactory,
    CallReviewerFactory,
    link_of,
)
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.files import sample_content
from tests.factories.programmes import AuthorityFactory
from web.errors import DomainError

LINK = re.compile(r"https?://[^/\s]+(/own-application/\S+/)")
DAY = timedelta(days=1)
CALL_FORM = {
    "title_fr": "Appel 2027",
    "title_en": "Call 2027",
    "text_fr": "Qui peut candidater",
    "text_en": "Who can apply",
    "criteria_fr": "Soutien\r\nUsagers\r\n",
    "criteria_en": "Support\r\nUsers",
    "opens_on": "2026-11-02",
    "closes_on": "2026-12-18",
}


@pytest.fixture
def call(cast: Cast) -> Call:
    return CallFactory(slug="transfo")


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def visitor() -> Client:
    """Return the browser of someone who is not signed in and reads English."""
    return Client(headers={"accept-language": "en"})


def sent_link(address: str = "ada@dunes.example", *, at: datetime = NOW) -> str:
    """Send what is due, and return the path of the link in the latest e-mail to the address."""
    send_round(lambda: at, seconds=60)
    texts = [str(message.body) for message in mail.outbox if message.to == [address]]
    found = LINK.search(texts[-1])
    assert found
    return found[1]


class TestRules:
    def test_call_has_both_languages_the_same_criteria_and_days_in_order(self, cast: Cast):
        CallFactory(state="draft")
        for rule, change in {
            "call_in_both_languages": "title_en = ' '",
            "call_criteria_in_both_languages": "criteria_en = '{}'",
            "call_dates": "closes_on = '2026-11-01'",
            "call_plausible_dates": "closes_on = '2126-11-01'",
            "call_published_at": "published_at = now()",
            "call_state": "state = 'closed'",
            "call_text_fr_length": "text_fr = repeat('x', 10001)",
            "call_text_en_length": "text_en = repeat('x', 10001)",
        }.items():
            with refused(rule):
                run_sql(f"UPDATE cohorts_call SET {change}")
        run_sql("UPDATE cohorts_call SET criteria_fr = '{a}', criteria_en = '{b}'")

    def test_what_applicants_read_is_fixed_once_a_call_is_published(self, call: Call):
        for change in ("slug = 'other'", "criteria_fr = '{a,b}'", "criteria_en = '{a,b}'", "opens_on = '2026-11-01'"):
            with refused("call_fixed"):
                run_sql(f"UPDATE cohorts_call SET {change}")
        with refused("call_slug_once"):
            CallFactory(slug=call.slug)
        reviewer = CallReviewerFactory(call=call)
        with refused("call_reviewer_once"):
            CallReviewerFactory(call=call, user=reviewer.user)

    def test_nothing_is_stored_before_the_address_is_confirmed(self, call: Call):
        ApplicationFactory(call=call, state="unconfirmed")
        for name in TEXTS:
            with refused("application_empty_until_confirmed"):
                run_sql(f"UPDATE cohorts_application SET {name} = '356000000'")
        with refused("application_state"):
            run_sql("UPDATE cohorts_application SET state = 'submitted'")

    def test_application_is_complete_in_time_and_fixed_once_sent(self, call: Call):
        row = ApplicationFactory(call=call, state="draft")
        for day in ("2026-11-01", "2026-12-19"):
            with refused("application_in_time"):
                run_sql("UPDATE cohorts_application SET state = 'submitted', submitted_on = %s", day)
        with refused("application_complete"):
            run_sql("UPDATE cohorts_application SET state = 'submitted', submitted_on = '2026-11-24', need = ' '")
        with refused("application_siren_luhn"):
            run_sql("UPDATE cohorts_application SET siren = '356000001'")
        for name in ("need", "challenge", "sponsors"):
            with refused(f"application_{name}_length"):
                run_sql(f"UPDATE cohorts_application SET {name} = repeat('x', 10001)")
        for day in ("2026-11-02", "2026-12-18"):
            run_sql("UPDATE cohorts_application SET state = 'submitted', submitted_on = %s", day)
            run_sql("DELETE FROM cohorts_applicationperson")
            Application.objects.filter(pk=row.pk).delete()
            row = ApplicationFactory(call=call, state="draft")
        run_sql("UPDATE cohorts_application SET state = 'submitted', submitted_on = '2026-11-24'")
        for name in TEXTS:
            with refused("application_fixed"):
                run_sql(f"UPDATE cohorts_application SET {name} = '732829320'")
        with refused("application_fixed"):
            run_sql("UPDATE cohorts_applicationperson SET full_name = 'Someone else'")
        with refused("application_decided_with_reason"):
            run_sql("UPDATE cohorts_application SET state = 'refused', ended_at = now()")
        with refused("application_cohort_accepted"):
            run_sql("UPDATE cohorts_application SET cohort_id = (SELECT max(id) FROM cohorts_cohort)")

    def test_an_authority_has_one_application_by_its_siren_or_its_name(self, call: Call):
        first = ApplicationFactory(call=call, siren="356000000")
        second = ApplicationFactory(call=call, state="draft", siren="356000000", authority_name="La Ville")
        with refused("application_siren_once"):
            run_sql(
                "UPDATE cohorts_application SET state = 'submitted', submitted_on = %s WHERE state = 'draft'", TODAY
            )
        ApplicationFactory(call=call, authority_name="Syndicat")
        third = ApplicationFactory(call=call, state="draft", authority_name="SYNDICAT")
        with refused("application_name_once"):
            run_sql(
                "UPDATE cohorts_application SET state = 'submitted', submitted_on = %s WHERE id = %s", TODAY, third.pk
            )
        with pytest.raises(DomainError, match="was sent already"):
            submit_application(application=second, today=TODAY, at=NOW, by=second.user)
        run_sql("UPDATE cohorts_application SET state = 'withdrawn', ended_at = now() WHERE id = %s", first.pk)
        submit_application(application=second, today=TODAY, at=NOW, by=second.user)
        with refused("application_of_person_once"):
            ApplicationFactory(call=call, user=second.user, state="unconfirmed")
        with refused("application_link_once"):
            run_sql("UPDATE cohorts_application SET token_hash = %s", second.token_hash)

    def test_people_of_an_application_have_a_name_an_address_and_a_role_of_the_authority(self, call: Call):
        ApplicationFactory(call=call, state="draft")
        for rule, change in {
            "application_person_role": "role = 'coordinator'",
            "application_person_name": "full_name = ' '",
            "application_person_mailbox": "email = 'nobody'",
        }.items():
            with refused(rule):
                run_sql(f"UPDATE cohorts_applicationperson SET {change}")
        person = ApplicationPerson.objects.get()
        with refused("application_person_once"):
            ApplicationPerson.objects.create(
                application=person.application, full_name="Leo", email=person.email.upper(), role="pilot"
            )

    def test_only_a_reviewer_of_the_call_rates_by_its_criteria_until_the_decision(self, call: Call):
        row = ApplicationFactory(call=call)
        rating = ApplicationRatingFactory(application=row)
        for rule, change in {
            "application_rating_points": "points = 6",
            "application_rating_sentence": "sentence = ' '",
            "application_rating_of_call": "criterion = 2",
        }.items():
            with refused(rule):
                run_sql(f"UPDATE cohorts_applicationrating SET {change}")
        with refused("application_rating_points"):
            run_sql("UPDATE cohorts_applicationrating SET points = 0")
        with refused("application_rating_of_call"):
            ApplicationRatingFactory(application=row, reviewer=CallReviewerFactory())
        with refused("application_rating_once"):
            ApplicationRatingFactory(application=row, reviewer=rating.reviewer)
        run_sql("UPDATE cohorts_applicationrating SET criterion = 1, points = 1")
        decided = ApplicationFactory(call=call, state="refused")
        with refused("application_rating_open"):
            ApplicationRatingFactory(application=decided, reviewer=rating.reviewer)


def test_permissions_of_the_lab_its_readers_reviewers_and_others(cast: Cast, call: Call):
    reader = UserFactory(is_lab_staff=True, lab_role="reader")
    waiting, accepted = ApplicationFactory(call=call), ApplicationFactory(call=call, state="accepted")
    CallReviewerFactory(call=call, user=cast["D"])
    CallReviewerFactory(user=cast["N"])  # of another call
    people = {"lab": cast["S"], "reader": reader, "reviewer": cast["D"], "other": cast["N"], "nobody": cast["A"]}
    decisions = {
        who: [
            bool(can_manage_calls(user)),
            bool(can_read_calls(user)),
            bool(can_review(user, waiting)),
            bool(can_review(user, accepted)),
            bool(can_decide(user, waiting)),
            bool(can_decide(user, accepted)),
            bool(can_open_cohort(user, accepted)),
            bool(can_open_cohort(user, waiting)),
        ]
        for who, user in people.items()
    }
    assert decisions == {
        "lab": [True, True, False, False, True, False, True, False],
        "reader": [False, True, False, False, False, False, False, False],
        "reviewer": [False, True, True, False, False, False, False, False],
        "other": [False, True, False, False, False, False, False, False],
        "nobody": [False] * 8,
    }
    seen = {who: Application.objects.visible_to(user).count() for who, user in people.items()}
    assert seen == {"lab": 2, "reader": 2, "reviewer": 2, "other": 0, "nobody": 0}
    for state in ("unconfirmed", "draft", "withdrawn"):
        ApplicationFactory(call=call, state=state)
    assert Application.objects.visible_to(cast["S"]).count() == 2
    CallFactory(state="draft", slug="draft")
    assert {who: Call.objects.visible_to(user).count() for who, user in people.items()} == {
        "lab": 3,
        "reader": 3,
        "reviewer": 1,
        "other": 1,
        "nobody": 0,
    }


class TestPagesOfTheLab:
    def test_call_is_written_published_extended_and_closed(self, cast: Cast):
        client = browser(cast["S"])
        assert errors(client.post("/calls/new/", CALL_FORM | {"criteria_en": "Support"})) == {
            "criteria_en": ["Give the same criteria in both languages, one on each line."]
        }
        client.post("/calls/new/", CALL_FORM)
        row = Call.objects.get()
        assert (row.slug, row.criteria_fr, row.criteria_en) == (
            "appel-2027",
            ["Soutien", "Usagers"],
            ["Support", "Users"],
        )
        assert visitor().get("/public/en/calls/appel-2027/").status_code == 404
        client.post(f"/calls/{row.pk}/publish/")
        assert "Support" in page_text(visitor().get("/public/en/calls/appel-2027/"))
        assert errors(client.post(f"/calls/{row.pk}/edit/", CALL_FORM | {"closes_on": "2026-12-20"})) == {
            "closes_on": ["To change the last day, extend or close the call."]
        }
        token = client.get(f"/calls/{row.pk}/edit/").context["form"].initial["version_token"]
        client.post(f"/calls/{row.pk}/edit/", CALL_FORM | {"title_en": "Call of 2027", "version_token": token})
        assert "Call of 2027" in page_text(visitor().get("/public/en/calls/appel-2027/?fresh=1"))
        assert "closes_on" in errors(client.post(f"/calls/{row.pk}/extend/", {"closes_on": "2026-12-18"}))
        client.post(f"/calls/{row.pk}/extend/", {"closes_on": "2026-12-20"})
        client.post(f"/calls/{row.pk}/close/")
        row.refresh_from_db()
        assert (row.state, row.closes_on) == ("closed", date(2026, 12, 20))
        client.post(f"/calls/{row.pk}/extend/", {"closes_on": "2026-11-24"})
        row.refresh_from_db()
        assert (row.state, row.closes_on) == ("published", date(2026, 11, 24))

    def test_reviewer_needs_an_open_account_and_gets_an_email(self, cast: Cast, call: Call):
        client = browser(cast["S"])
        reader = UserFactory(is_lab_staff=True, lab_role="reader")
        for address, reason in {
            "nobody@people.example": "Nobody has an account with this address. Invite the person first.",
            reader.email: "Readers of the lab change nothing, so they cannot review.",
        }.items():
            assert errors(client.post(f"/calls/{call.pk}/reviewers/new/", {"email": address})) == {"email": [reason]}
        User.objects.filter(pk=cast["D"].pk).update(language="en")
        client.post(f"/calls/{call.pk}/reviewers/new/", {"email": cast["D"].email})
        send_round(lambda: NOW, seconds=60)
        assert [(message.to, message.subject) for message in mail.outbox] == [
            ([cast["D"].email], "Please review the applications to “Ten authorities for La Transfo”")
        ]
        reviewer = call.reviewers.get()
        ApplicationRatingFactory(application=ApplicationFactory(call=call), reviewer=reviewer)
        address = f"/calls/{call.pk}/reviewers/{reviewer.pk}/remove/"
        assert "their ratings stay" in page_text(client.post(address))
        reviewer.ratings.all().delete()
        client.post(address)
        assert call.reviewers.count() == 0

    @pytest.mark.parametrize("number", [1, 3])
    def test_list_and_page_take_as_many_statements_for_one_row_as_for_three(
        self, number: int, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
    ):
        calls = [CallFactory() for _each in range(number)]
        for each in range(number):
            ApplicationFactory(call=calls[0], authority_name=f"Ville {each}")
            CallReviewerFactory(call=calls[0])
        client = browser(cast["S"])
        client.get("/calls/")
        with django_assert_num_queries(6):
            assert "Ten authorities" in page_text(client.get("/calls/"))
        with django_assert_num_queries(6):
            assert "Ville 0" in page_text(client.get(f"/calls/{calls[0].pk}/"))
        people = [("relay", f"Lea{each}") for each in range(number)]
        row = ApplicationFactory(call=calls[0], authority_name="Ville de Lea", people=people)
        for each in range(number):
            ApplicationRatingFactory(application=row, sentence=f"Rated {each}")
        with django_assert_num_queries(8):
            assert f"Rated {number - 1}" in page_text(client.get(f"/applications/{row.pk}/"))
        link = link_of(row)
        with django_assert_num_queries(5):
            assert f"Lea{number - 1}" in page_text(visitor().get(link))
        with django_assert_num_queries(3):
            assert "Ten authorities" in page_text(visitor().get("/public/en/calls/?fresh=1"))
        with django_assert_num_queries(3):
            assert "Ten authorities" in page_text(visitor().get(f"/public/en/calls/{calls[0].slug}/?fresh=1"))

    def test_home_says_what_waits_for_reviewers_and_for_the_lab(self, cast: Cast, call: Call):
        row = ApplicationFactory(call=call)
        CallReviewerFactory(call=call, user=cast["D"])
        assert "1 application waits for your review." in page_text(browser(cast["D"]).get("/"))
        assert "waits for a decision" not in page_text(browser(cast["S"]).get("/"))
        call.state = "closed"
        call.save()
        assert "1 application waits for a decision" in page_text(browser(cast["S"]).get("/"))
        ApplicationRatingFactory(application=row, reviewer=call.reviewers.get())
        assert "waits for your review" not in page_text(browser(cast["D"]).get("/"))


class TestPublicPages:
    def test_a_published_call_is_read_by_anyone_from_its_first_day_on(self, call: Call):
        CallFactory(state="draft", slug="draft")
        CallFactory(slug="later", opens_on=TODAY + DAY)
        CallFactory(slug="closed", state="closed")
        client = visitor()
        codes = {slug: client.get(f"/public/fr/calls/{slug}/").status_code for slug in ("draft", "later", "closed")}
        assert codes == {"draft": 404, "later": 404, "closed": 200}
        assert page_links(client.get("/public/fr/calls/")) == {
            f"/public/fr/calls/{slug}/" for slug in ("transfo", "closed")
        }
        page = client.get("/public/en/calls/transfo/")
        assert "/apply/transfo/" in page_links(page)
        assert "This call takes no applications today." in page_text(client.get("/public/en/calls/closed/"))
        assert (page.cookies, client.get("/public/de/calls/").status_code) == ({}, 404)
        assert "/public/fr/calls/transfo/" in client.get("/public/sitemap.xml").content.decode()
        assert "Ten authorities for La Transfo" in client.get("/public/en/feed.atom").content.decode()
        assert "/draft/" not in client.get("/public/sitemap.xml").content.decode()

    def test_without_a_call_the_page_says_so(self, cast: Cast):
        assert "No call at present" in page_text(visitor().get("/public/en/calls/"))


class TestApplying:
    def test_application_is_begun_confirmed_written_resumed_and_sent(self, cast: Cast, call: Call):
        client = visitor()
        assert "Look into your mailbox" in page_text(
            client.post("/apply/transfo/", {"email": "Ada@dunes.example"}, follow=True)
        )
        row = Application.objects.get()
        assert (row.state, row.user.joined, row.user.is_active) == ("unconfirmed", False, False)
        link = sent_link()
        assert "Confirm and begin" in page_text(client.get(link))
        assert Application.objects.get().state == "unconfirmed"  # mail scanners follow links
        client.post(link)
        step = f"{link}authority/"
        assert errors(client.post(step, {"siren": "123"})) == {
            "siren": ["This is not a valid SIREN number: check the nine digits."]
        }
        client.post(step, {"authority_name": "Ville des Dunes", "siren": "356 000 000", "contact_name": "Ada"})
        assert "Still missing: Need, Challenge, Sponsors, Function of the officer." in page_text(client.get(link))
        assert "Complete the steps" in page_text(client.post(link))
        client.post("/apply/transfo/", {"email": "ada@dunes.example"})
        assert sent_link() == link  # sent twice
        later = NOW + timedelta(minutes=1)
        with time_machine.travel(later, tick=False):
            client.post("/apply/transfo/", {"email": "ada@dunes.example"})
        resumed = sent_link(at=later)
        assert (resumed == link, client.get(link).status_code) == (False, 404)
        assert 'value="Ville des Dunes"' in client.get(f"{resumed}authority/").content.decode()
        client.post(f"{resumed}authority/", {**TEXTS, "siren": "356000000"})
        client.post(f"{resumed}need/", TEXTS)
        row.refresh_from_db()
        assert {name: getattr(row, name) for name in TEXTS} == TEXTS
        client.post(resumed)
        row.refresh_from_db()
        assert (row.state, row.submitted_on) == ("submitted", TODAY)
        assert sent_link(at=later) == resumed
        assert mail.outbox[-1].subject == "Ville des Dunes: your application was received"
        assert client.get(f"{resumed}need/").status_code == 302

    def test_authority_is_found_in_the_official_list(self, call: Call):
        ListedAuthority.objects.create(
            key="x", kind="municipality", name="Dunkerque", words=" dunkerque", siren="356000000", list_version="1"
        )
        row = ApplicationFactory(call=call, state="draft")
        step = link_of(row, "authority/")
        page = visitor().post(step, {"authority_name": "Dunk", "find": "1"})
        assert "Dunkerque" in page_text(page)
        assert "no such authority" in page_text(visitor().post(step, {"authority_name": "Nowhere", "find": "1"}))
        listed = ListedAuthority.objects.get().pk
        visitor().post(step, {"authority_name": "Dunk", "contact_name": "Ada", "listed": str(listed)})
        row.refresh_from_db()
        assert (row.authority_name, row.siren, row.contact_name) == ("Dunkerque", "356000000", "Ada")

    def test_people_are_named_with_all_three_values(self, call: Call):
        row = ApplicationFactory(call=call, state="draft")
        step = link_of(row, "people/")
        ada = {"name_1": "Ada", "email_1": "Ada@dunes.example", "role_1": "pilot"}
        assert errors(visitor().post(step, {**ada, "name_2": "Leo", "email_2": "ada@dunes.example"})) == {
            "role_2": ["Give name, address and role, or leave all three empty."],
            "email_2": ["This person is named already."],
        }
        visitor().post(step, ada)
        assert list(row.people.values_list("full_name", "email", "role")) == [("Ada", "ada@dunes.example", "pilot")]

    def test_documents_are_added_removed_and_read_by_the_call_alone(self, cast: Cast, call: Call):
        row = ApplicationFactory(call=call, state="draft")
        client, step = visitor(), link_of(row, "documents/")
        picture = SimpleUploadedFile("a.pdf", b"no document", "application/pdf")
        assert "document" in errors(client.post(step, {"document": picture}))
        for number in range(5):
            client.post(
                step, {"document": SimpleUploadedFile(f"{number}.pdf", sample_content("notes.pdf"), "application/pdf")}
            )
        sixth = SimpleUploadedFile("6.pdf", sample_content("notes.pdf"), "application/pdf")
        assert errors(client.post(step, {"document": sixth})) == {
            "document": ["You can add five documents. Remove one first."]
        }
        first = Attachment.objects.filter(about="application").earliest("pk")
        client.post(step, {"remove": str(first.pk)})
        first.refresh_from_db()
        assert (first.withdrawn_by, first.stored, Attachment.objects.filter(withdrawn_at=None).count()) == (None, "", 4)
        other = Attachment.objects.filter(withdrawn_at=None).earliest("pk")
        address = f"/files/{other.pk}/"
        assert browser(cast["S"]).get(address).status_code == 404
        submit_application(application=row, today=TODAY, at=NOW, by=row.user)
        CallReviewerFactory(call=call, user=cast["D"])
        answers = {who: browser(cast[who]).get(address) for who in "SDAN"}
        assert {who: bool(answer.getvalue()) and answer.status_code for who, answer in answers.items()} == {
            "S": 200,
            "D": 200,
            "A": 404,
            "N": 404,
        }

    def test_links_are_limited_by_address_network_and_in_all(self, call: Call, settings: Any):
        client = visitor()
        for _each in range(3):
            assert client.post("/apply/transfo/", {"email": "ada@dunes.example"}).status_code == 302
        assert "Too many links" in page_text(client.post("/apply/transfo/", {"email": "ada@dunes.example"}))
        for number in range(7):
            client.post("/apply/transfo/", {"email": f"a{number}@dunes.example"})
        assert "Too many links" in page_text(client.post("/apply/transfo/", {"email": "z@dunes.example"}))
        assert Application.objects.count() == 8
        assert [
            network_of(each) for each in ("192.0.2.7", "2001:db8::1", "2001:db8:0:0:9::1", "2001:db8:0:1::1", "x")
        ] == [
            "192.0.2.7/32",
            "2001:db8::/64",
            "2001:db8::/64",
            "2001:db8:0:1::/64",
            "x",
        ]

    def test_the_answer_does_not_tell_whether_an_address_is_known(self, call: Call):
        closed = CallFactory(slug="closed")
        ApplicationFactory(call=closed, user=UserFactory(email="known@dunes.example", is_active=False))
        closed.state = "closed"
        closed.save()
        texts = {
            page_text(visitor().post("/apply/closed/", {"email": address}, follow=True))
            for address in ("known@dunes.example", "unknown@dunes.example")
        }
        assert len(texts) == 1
        with pytest.raises(DomainError, match="takes no applications today"):
            request_link(call=closed, email="x@dunes.example", language="en", today=TODAY, at=NOW, by=None)

    def test_an_older_link_and_what_was_withdrawn_send_no_email(self, cast: Cast, call: Call):
        later = NOW + timedelta(minutes=5)
        arguments: dict[str, Any] = {"call": call, "email": "ada@dunes.example", "language": "en", "today": TODAY}
        first = request_link(**arguments, at=NOW, by=None)
        request_link(**arguments, at=later, by=None)
        send_round(lambda: later, seconds=60)
        assert [message.to for message in mail.outbox] == [["ada@dunes.example"]]
        assert link_of(first) in mail.outbox[0].body
        row = ApplicationFactory(call=call, state="draft")
        submit_application(application=row, today=TODAY, at=later, by=row.user)
        withdraw_application(application=row, at=later, by=row.user)
        send_round(lambda: later, seconds=60)
        assert len(mail.outbox) == 1

    def test_expired_and_unknown_links_open_nothing(self, call: Call):
        row = ApplicationFactory(call=call, state="draft", link_expires_at=NOW)
        for address in (link_of(row), "/own-application/wrong/", "/own-application/wrong/need/"):
            assert visitor().get(address).status_code == 404
        other = ApplicationFactory(call=call, state="draft", link_expires_at=NOW + timedelta(seconds=1))
        assert [visitor().get(link_of(other, more)).status_code for more in ("", "need/", "other/")] == [200, 200, 404]

    def test_applicant_withdraws_and_erases(self, cast: Cast, call: Call):
        row = ApplicationFactory(call=call)
        visitor().post(link_of(row, "withdraw/"))
        row.refresh_from_db()
        assert (row.state, row.ended_at) == ("withdrawn", NOW)
        assert browser(cast["S"]).get(f"/applications/{row.pk}/").status_code == 404
        assert "Only an application without a decision" in page_text(visitor().post(link_of(row, "withdraw/")))
        visitor().post(link_of(row, "erase/"))
        assert (Application.objects.count(), User.objects.get(pk=row.user_id).erased_at) == (0, NOW)


class TestReviewsAndDecision:
    def test_reviewer_reads_what_others_gave_once_they_have_rated(self, cast: Cast, call: Call):
        row = ApplicationFactory(call=call)
        ApplicationRatingFactory(application=row, sentence="Very well supported")
        CallReviewerFactory(call=call, user=cast["D"])
        client, address = browser(cast["D"]), f"/applications/{row.pk}/"
        assert "Very well supported" not in page_text(client.get(address))
        assert "Very well supported" in page_text(browser(cast["S"]).get(address))
        given = {"points_0": "5", "sentence_0": "Clear", "points_1": "2"}
        assert list(errors(client.post(f"{address}review/", given))) == ["sentence_1"]
        client.post(f"{address}review/", given | {"sentence_1": "Few users"})
        assert "Very well supported" in page_text(client.get(address))
        client.post(f"{address}review/", given | {"sentence_1": "Some users"})
        own = row.ratings.filter(reviewer__user=cast["D"])
        assert list(own.values_list("criterion", "points", "sentence")) == [(0, 5, "Clear"), (1, 2, "Some users")]

    @pytest.mark.parametrize(
        ("decision", "state", "subject"),
        [
            ("accept", "accepted", "Ville des Dunes: your application is accepted"),
            ("refuse", "refused", "Ville des Dunes: your application is not accepted"),
        ],
    )
    def test_decision_is_previewed_and_sent_with_its_reason(
        self, decision: str, state: str, subject: str, cast: Cast, call: Call
    ):
        user = UserFactory(email="ada@dunes.example", language="en")
        row = ApplicationFactory(call=call, user=user, authority_name="Ville des Dunes")
        client, address = browser(cast["S"]), f"/applications/{row.pk}/decide/"
        assert list(errors(client.post(address, {"decision": decision, "preview": "1"}))) == ["reason"]
        values = {"decision": decision, "reason": "A mature project"}
        preview = page_text(client.post(address, values | {"preview": "1"}))
        assert subject in preview
        assert "A mature project" in preview
        assert Application.objects.get().state == "submitted"
        client.post(address, values)
        row.refresh_from_db()
        assert (row.state, row.reason, row.decided_by) == (state, "A mature project", cast["S"])
        link = sent_link()
        assert (mail.outbox[-1].subject, "A mature project" in mail.outbox[-1].body) == (subject, True)
        assert "A mature project" in page_text(visitor().get(link))
        assert client.post(address, values).status_code == 302


class TestCohort:
    def test_accepted_application_becomes_a_cohort_with_its_people(self, cast: Cast, call: Call):
        people = [("pilot", "Lea"), ("ambassador", "Tom"), ("relay", "Zoe")]
        row = ApplicationFactory(
            call=call, state="accepted", siren="356000000", people=people, authority_name="Ville des Dunes"
        )
        client, address = browser(cast["S"]), f"/applications/{row.pk}/cohort/"
        page = client.get(address)
        assert "is added as it was written" in page_text(page)
        invited = list(row.people.order_by("pk").values_list("pk", flat=True)[:2])
        values = {"edition": cast.edition.pk, "site": "École", "people": invited}
        assert list(errors(client.post(address, values))) == ["kind"]
        client.post(address, values | {"kind": "municipality"})
        row.refresh_from_db()
        cohort = Cohort.objects.get(pk=row.cohort_id)
        assert (cohort.authority.name, cohort.authority.siren, cohort.site) == ("Ville des Dunes", "356000000", "École")
        roles = Invitation.objects.filter(cohort=cohort).order_by("pk").values_list("role", "full_name")
        assert list(roles) == [("pilot", "Lea"), ("ambassador", "Tom")]
        challenge = Challenge.objects.get(cohort=cohort)
        assert (challenge.title, challenge.framing) == (TEXTS["challenge"], TEXTS["challenge"])
        assert client.post(address, values).status_code == 302
        second = ApplicationFactory(call=call, state="accepted")
        with refused("application_cohort_once"):
            run_sql("UPDATE cohorts_application SET cohort_id = %s WHERE id = %s", cohort.pk, second.pk)

    def test_authority_that_the_platform_has_is_used_and_nothing_is_half_saved(self, cast: Cast, call: Call):
        authority = AuthorityFactory(siren="356000000")
        row = ApplicationFactory(call=call, state="accepted", siren="356000000", people=[("pilot", "Lea")])
        Invitation.objects.all().delete()
        client, address = browser(cast["S"]), f"/applications/{row.pk}/cohort/"
        assert "which the platform has already" in page_text(client.get(address))
        values = {"edition": cast.edition.pk, "starts_on": "2020-01-01", "people": []}
        assert "would start before the edition" in page_text(client.post(address, values))
        row.refresh_from_db()
        assert (row.cohort_id, authority.cohorts.count()) == (None, 0)
        client.post(address, {"edition": cast.edition.pk})
        assert (authority.cohorts.count(), Invitation.objects.count()) == (1, 0)
        assert Authority.objects.filter(siren="356000000").count() == 1


class TestRetention:
    def test_each_state_is_kept_for_its_own_time(self, call: Call):
        rows = {
            state: ApplicationFactory(call=call, state=state, authority_name=state)
            for state in ("unconfirmed", "draft", "submitted", "refused", "withdrawn", "accepted")
        }

        def left(at: Any) -> set[str]:
            purge_applications(at=at, dry_run=False, by=None)
            return set(Application.objects.values_list("state", flat=True))

        assert purge_applications(at=NOW + timedelta(days=900), dry_run=True, by=None) == 5
        assert left(rows["unconfirmed"].created_at + 2 * DAY) == set(rows)
        assert left(rows["unconfirmed"].created_at + 3 * DAY) == set(rows) - {"unconfirmed"}
        assert User.objects.get(pk=rows["unconfirmed"].user_id).erased_at is not None
        assert "draft" in left(NOW.replace(month=12, day=18) + 30 * DAY)
        assert "draft" not in left(NOW.replace(month=12, day=18) + 31 * DAY)
        assert left(NOW + 365 * DAY) == {"submitted", "refused", "withdrawn", "accepted"}
        assert left(NOW + 366 * DAY) == {"submitted"}

    def test_erasing_a_person_erases_their_applications_and_their_name_in_others(self, cast: Cast, call: Call):
        own = ApplicationFactory(call=call, user=cast["M"], authority_name="Own")
        draft = ApplicationFactory(call=call, state="draft", people=[("pilot", "Lea")])
        ApplicationPerson.objects.create(
            application=draft, full_name="M", email=cast["M"].email.lower(), role="ambassador"
        )
        purge_invitations(at=NOW, dry_run=False, by=None)
        assert User.objects.get(pk=draft.user_id).erased_at is None  # the application needs the address
        erase_person(user=cast["M"], at=NOW, by=None)
        assert Application.objects.filter(pk=own.pk).count() == 0
        assert list(draft.people.values_list("full_name", flat=True)) == ["Lea"]
