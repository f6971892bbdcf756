"""Calls for authorities: pages of the lab, public pages, reviews, decision and cohort."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from cohorts.calls.actions.calls import add_reviewer
from cohorts.models import Application, Call, Cohort, Invitation
from notifications.sending.cycle import send_round
from programmes.models import Authority, ListedAuthority
from prototypes.models import Challenge
from tests.cohorts.calls.visitors import sent_link, visitor
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
from tests.factories.programmes import AuthorityFactory

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


class TestPagesOfTheLab:
    def test_call_is_written_published_extended_and_closed(self, cast: Cast, django_capture_on_commit_callbacks: Any):
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
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/calls/{row.pk}/edit/", CALL_FORM | {"title_en": "Call of 2027", "version_token": token})
        assert "Call of 2027" in page_text(visitor().get("/public/en/calls/appel-2027/"))
        assert "closes_on" in errors(client.post(f"/calls/{row.pk}/extend/", {"closes_on": "2026-12-18"}))
        client.post(f"/calls/{row.pk}/extend/", {"closes_on": "2026-12-20"})
        client.post(f"/calls/{row.pk}/close/")
        row.refresh_from_db()
        assert (row.state, row.closes_on) == ("closed", date(2026, 12, 20))
        client.post(f"/calls/{row.pk}/extend/", {"closes_on": "2026-11-24"})
        row.refresh_from_db()
        assert (row.state, row.closes_on) == ("published", date(2026, 11, 24))
        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"/calls/{row.pk}/withdraw/")
        assert "was withdrawn" in page_text(client.get(f"/calls/{row.pk}/extend/"))
        codes = [
            visitor().get(path).status_code
            for path in ("/public/en/calls/appel-2027/", "/apply/appel-2027/", "/public/en/calls/")
        ]
        assert codes == [410, 200, 200]
        for path in ("/public/en/calls/", "/public/sitemap.xml", "/public/en/feed.atom"):
            assert "appel-2027" not in visitor().get(path).content.decode()
        for _each in range(2):
            client.post("/calls/new/", CALL_FORM)  # the second is refused: no withdrawn call has its address
        assert set(Call.objects.values_list("slug", flat=True)) == {"appel-2027", "appel-2027-2"}

    def test_reviewer_needs_an_open_account_and_gets_an_email(self, cast: Cast, call: Call):
        client = browser(cast["S"])
        reader = UserFactory(is_lab_staff=True, lab_role="reader")
        for address, reason in {
            "nobody@people.example": "Nobody has an account with this address. Invite the person first.",
            UserFactory(is_active=False).email: "Nobody has an account with this address. Invite the person first.",
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
        assert browser(cast["D"]).get(call.get_absolute_url()).status_code == 200
        address = f"/calls/{call.pk}/reviewers/{reviewer.pk}/remove/"
        client.post(address)
        assert (client.get(address).status_code, reviewer.ratings.count()) == (404, 1)
        assert browser(cast["D"]).get(call.get_absolute_url()).status_code == 404
        with time_machine.travel(NOW + DAY, tick=False):
            browser(cast["S"]).post(f"/calls/{call.pk}/reviewers/new/", {"email": cast["D"].email})
        send_round(lambda: NOW + DAY, seconds=60)
        assert (call.reviewers.current().get(), len(mail.outbox)) == (reviewer, 2)

    def test_removed_reviewer_stays_removed_when_someone_else_is_asked(self, cast: Cast, call: Call):
        CallReviewerFactory(call=call, user=cast["P"], ended_at=NOW)
        add_reviewer(call=call, email=cast["D"].email, at=NOW, by=cast["S"])
        assert [row.user for row in call.reviewers.current()] == [cast["D"]]

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
        with django_assert_num_queries(9):
            assert f"Rated {number - 1}" in page_text(client.get(f"/applications/{row.pk}/"))
        link = link_of(row)
        with django_assert_num_queries(5):
            assert f"Lea{number - 1}" in page_text(visitor().get(link))
        with django_assert_num_queries(3):
            assert "Ten authorities" in page_text(visitor().get("/public/en/calls/?fresh=1"))
        with django_assert_num_queries(3):
            assert "Ten authorities" in page_text(visitor().get(f"/public/en/calls/{calls[0].slug}/?fresh=1"))

    def test_drafts_of_the_same_authority_are_not_shown_beside_an_application(self, cast: Cast, call: Call):
        row = ApplicationFactory(call=call, authority_name="Ville de Brume")
        ApplicationFactory(call=call, authority_name="Ville de Brume", state="draft")
        assert list(browser(cast["S"]).get(row.get_absolute_url()).context["same_authority"]) == []

    def test_home_says_what_waits_for_reviewers_and_for_the_lab(self, cast: Cast, call: Call):
        row = ApplicationFactory(call=call)
        CallReviewerFactory(call=call, user=cast["D"])
        ApplicationFactory(call=CallReviewerFactory(user=cast["N"]).call)
        home = page_text(browser(cast["D"]).get("/"))
        assert ("1 application waits for your review." in home, "has arrived" in home) == (True, False)
        CallFactory(title_en="Reviewed by others")
        assert {role: "Reviewed by others" in page_text(browser(cast[role]).get("/calls/")) for role in "SD"} == {
            "S": True,
            "D": False,
        }
        home = page_text(browser(cast["S"]).get("/"))
        assert ("1 application has arrived." in home, "waits for a decision" in home) == (True, False)
        call.state = "closed"
        call.save()
        assert "1 application waits for a decision" in page_text(browser(cast["S"]).get("/"))
        reader = UserFactory(is_lab_staff=True, lab_role="reader")
        assert "waits for a decision" not in page_text(browser(reader).get("/"))
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


class TestReviewsAndDecision:
    def test_reviewer_reads_what_others_gave_once_they_have_rated(self, cast: Cast, call: Call):
        row = ApplicationFactory(call=call)
        ApplicationRatingFactory(application=row, sentence="Very well supported")
        CallReviewerFactory(call=call, user=cast["D"])
        client, address = browser(cast["D"]), f"/applications/{row.pk}/"
        assert "Very well supported" not in page_text(client.get(address))
        for state, code in {"submitted": 200, "draft": 404, "withdrawn": 404, "unconfirmed": 404}.items():
            other = ApplicationFactory(call=call, state=state)
            assert browser(cast["S"]).get(f"/history/application/{other.pk}/").status_code == code
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
        other = ApplicationFactory(call=call)
        User.objects.filter(pk=other.user_id).update(email="moved@dunes.example")
        client.post(f"/applications/{other.pk}/decide/", values)
        send_round(lambda: NOW, seconds=60)
        assert mail.outbox[-1].to == ["moved@dunes.example"]
        assert f"/apply/{call.slug}/" in mail.outbox[-1].body


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

    def test_a_namesake_is_chosen_by_the_lab_alone(self, cast: Cast, call: Call):
        namesake = AuthorityFactory(name="Saint-Denis", siren="356000000")
        ListedAuthority.objects.create(
            key="x",
            kind="municipality",
            name="Saint-Denis",
            words=" saint denis",
            department="La Réunion",
            siren="732829320",
            list_version="1",
            time_zone="Indian/Reunion",
        )
        row = ApplicationFactory(call=call, state="accepted", authority_name="Saint-Denis")
        same = ApplicationFactory(call=call, authority_name="SAINT-DENIS")
        client, address = browser(cast["S"]), f"/applications/{row.pk}/cohort/"
        assert same.get_absolute_url() in page_links(client.get(row.get_absolute_url()))
        ApplicationFactory(call=call)
        assert page_text(client.get(call.get_absolute_url())).count("this authority applied more than once") == 2
        form = client.get(address).context["form"]
        assert [label for _key, label in form.fields["authority"].choices] == [
            f"Saint-Denis ({namesake.get_kind_display()}, SIREN 356000000, on the platform already)",
            "Saint-Denis (municipality, La Réunion, SIREN 732829320, from the official list)",
            "another authority, added as it was written: Saint-Denis",
        ]
        values = {"edition": cast.edition.pk}
        assert list(errors(client.post(address, values))) == ["authority"]
        assert errors(client.post(address, values | {"authority": "new"})) == {
            "kind": ["Choose the kind of this authority."]
        }
        assert not Cohort.objects.filter(authority__name="Saint-Denis").exists()
        client.post(address, values | {"authority": form.fields["authority"].choices[1][0]})
        assert Cohort.objects.get(authority__name="Saint-Denis").authority.siren == "732829320"
        assert namesake.cohorts.count() == 0
