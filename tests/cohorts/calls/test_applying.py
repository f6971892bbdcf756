"""Applying to a call by a link, until when applications are kept, and how they are erased."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.addresses.actions import claim_address, confirm_claim, release_address
from accounts.models import User
from accounts.privacy.actions import erase_person
from cohorts.calls.actions import applications as actions
from cohorts.calls.actions.applications import (
    attach_document,
    confirm_application,
    purge_applications,
    request_link,
    submit_application,
    withdraw_application,
)
from cohorts.calls.actions.calls import close_call, withdraw_call
from cohorts.invitations.actions.retention import purge_invitations
from cohorts.models import Application, ApplicationPerson, Call
from files.attachments.actions import withdraw_file
from files.models import Attachment, FileDraft
from files.uploads.intake import AcceptedFile
from notifications.sending.cycle import send_round
from programmes.models import ListedAuthority
from tests.cohorts.calls.visitors import sent_link, visitor
from tests.cohorts.pages import browser, errors, page_text
from tests.factories.accounts import UserFactory
from tests.factories.calls import (
    TEXTS,
    ApplicationFactory,
    CallFactory,
    CallReviewerFactory,
    link_of,
)
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.files import sample_content
from tests.factories.invitations import AwaitedFactory
from web.errors import DomainError

DAY = timedelta(days=1)


def _pdf(name: str = "notes.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, sample_content("notes.pdf"), "application/pdf")


class TestApplying:
    def test_application_is_begun_confirmed_written_resumed_and_sent(self, cast: Cast, call: Call):
        client = visitor()
        assert "Check your e-mail" in page_text(
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
            "siren": ["This is not a SIREN number: check its nine digits."]
        }
        client.post(step, {"authority_name": "Ville des Dunes", "siren": "356 000 000", "contact_name": "Ada"})
        overview = page_text(client.get(link))
        assert re.search(r"Still missing: Your function Why do you want .* first\? Who supports it\?", overview)
        assert "Complete the steps" in page_text(client.post(link))
        client.post("/apply/transfo/", {"email": "ada@dunes.example"})
        assert sent_link() == link  # sent twice
        later = NOW + timedelta(minutes=1)
        with time_machine.travel(later, tick=False):
            client.post("/apply/transfo/", {"email": "ada@dunes.example"})
        assert sent_link(at=later) == link  # nobody else ends a link that works
        assert len([each for each in mail.outbox if link in str(each.body)]) == 2
        Application.objects.update(link_expires_at=later + DAY)
        later += timedelta(minutes=1)
        request_link(call=call, email="ada@dunes.example", language="en", today=TODAY, at=later, by=None)
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
        visitor().post(link_of(row, "need/"), {})
        row.refresh_from_db()
        assert (row.authority_name, row.siren, row.contact_name) == ("Dunkerque", "356000000", "Ada")
        assert User.objects.get(pk=row.user_id).full_name == "Ada"
        other = ApplicationFactory(call=call, state="unconfirmed", user=AwaitedFactory(full_name="Zoe"))
        confirm_application(application=other, at=NOW, by=other.user)
        visitor().post(link_of(other, "need/"), {})
        assert User.objects.get(pk=other.user_id).full_name == "Zoe"

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

    def test_documents_are_added_removed_and_read_by_the_call_alone(
        self, cast: Cast, call: Call, monkeypatch: pytest.MonkeyPatch
    ):
        row = ApplicationFactory(call=call, state="draft")
        client, step = visitor(), link_of(row, "documents/")
        not_a_document = SimpleUploadedFile("a.pdf", b"no document", "application/pdf")
        picture = SimpleUploadedFile("a.png", sample_content("a.png"), "image/png")
        for refused in (not_a_document, picture):
            assert "document" in errors(client.post(step, {"document": refused}))
        for number in range(5):
            client.post(step, {"document": _pdf(f"{number}.pdf")})
        assert errors(client.post(step, {"document": _pdf()})) == {
            "document": ["You can add five documents. Remove one first."]
        }
        with pytest.raises(DomainError, match="five documents"):  # as for two uploads at once
            attach_document(application=row, file=AcceptedFile.of(Attachment.objects.latest("pk")), at=NOW, by=row.user)
        first = Attachment.objects.filter(about="application").earliest("pk")
        client.post(step, {"remove": str(first.pk)})
        first.refresh_from_db()
        assert (first.withdrawn_by, first.stored, first.name) == (None, "", "document")
        assert Attachment.objects.filter(withdrawn_at=None).count() == 4
        monkeypatch.setattr(actions, "MAX_BYTES", Attachment.objects.filter(withdrawn_at=None).count() * first.size)
        not_a_document.seek(0)
        for too_much in (_pdf(), not_a_document):  # refused before it is received
            assert errors(client.post(step, {"document": too_much})) == {
                "document": ["The documents of an application may total 20 MB. Remove one, or add a smaller file."]
            }
        assert FileDraft.objects.count() == 0
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
        withdraw_file(
            attachment=other, reason="Restored", by=None, at=NOW
        )  # as files were before they lost their names
        visitor().post(link_of(row, "erase/"))
        assert set(Attachment.objects.values_list("name", flat=True)) == {"document"}

    def test_links_are_limited_by_address_and_network(self, call: Call):
        # The spelling of IPv4 addresses where the server listens to IPv6.
        client, neighbour = (
            Client(REMOTE_ADDR=f"::ffff:192.0.2.{each}", headers={"accept-language": "en"}) for each in (6, 7)
        )
        for _each in range(3):
            assert client.post("/apply/transfo/", {"email": "ada@dunes.example"}).status_code == 302
        assert "Too many links" in page_text(client.post("/apply/transfo/", {"email": "ada@dunes.example"}))
        for number in range(6):
            client.post("/apply/transfo/", {"email": f"a{number}@dunes.example"})
        assert "Too many links" in page_text(client.post("/apply/transfo/", {"email": "z@dunes.example"}))
        assert Application.objects.count() == 7
        assert neighbour.post("/apply/transfo/", {"email": "z@dunes.example"}).status_code == 302

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

    def test_an_older_link_and_the_receipt_of_a_withdrawn_application_send_no_email(self, cast: Cast, call: Call):
        later = NOW + timedelta(minutes=5)
        arguments: dict[str, Any] = {"call": call, "email": "ada@dunes.example", "language": "en", "today": TODAY}
        first = request_link(**arguments, at=NOW, by=None)
        request_link(**arguments, at=later, by=None)
        send_round(lambda: later, seconds=60)
        assert [message.to for message in mail.outbox] == [["ada@dunes.example"]]
        assert link_of(first) in mail.outbox[0].body
        row = ApplicationFactory(call=call, state="draft", user=AwaitedFactory(language="en"))
        submit_application(application=row, today=TODAY, at=later, by=row.user)
        withdraw_application(application=row, at=later, by=row.user)
        send_round(lambda: later, seconds=60)
        assert len(mail.outbox) == 1
        close_call(call=call, by=cast["S"])
        draft = ApplicationFactory(call=call, state="draft", user=AwaitedFactory(language="en"))
        Application.objects.filter(pk=draft.pk).update(link_expires_at=NOW - DAY)
        writer = draft.user
        withdraw_call(call=call, at=later, by=cast["S"])
        send_round(lambda: later, seconds=60)
        assert [(message.to, message.subject) for message in mail.outbox[1:]] == [
            ([writer.email], "The call “Ten authorities for La Transfo” was withdrawn")
        ]
        assert "until 24 December 2026" in mail.outbox[1].body
        with time_machine.travel(later, tick=False):
            assert "Erase the application" in page_text(visitor().get(sent_link(writer.email, at=later)))
        with time_machine.travel(later, tick=False):
            assert "The lab withdrew this call" in page_text(visitor().get("/apply/transfo/"))
            visitor().post("/apply/transfo/", {"email": row.user.email})
        link = sent_link(row.user.email, at=later)
        assert (len(mail.outbox), mail.outbox[2].subject) == (
            3,
            "Your link for the call “Ten authorities for La Transfo”",
        )
        assert "your application stays as it is" in mail.outbox[2].body
        page = page_text(visitor().get(link))
        assert ("The lab withdrew this call" in page, "Erase the application" in page) == (True, True)

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


class TestRetention:
    def test_each_state_is_kept_for_its_own_time(self, call: Call):
        rows = {
            state: ApplicationFactory(call=call, state=state, authority_name=state)
            for state in ("unconfirmed", "draft", "submitted", "refused", "withdrawn", "accepted")
        }

        def left(at: Any) -> set[str]:
            purge_applications(at=at, dry_run=False, by=None)
            return set(Application.objects.values_list("state", flat=True))

        assert purge_applications(at=NOW + timedelta(days=900), dry_run=True, by=None) == 6
        assert left(rows["unconfirmed"].created_at + 2 * DAY) == set(rows)
        assert left(rows["unconfirmed"].created_at + 3 * DAY) == set(rows) - {"unconfirmed"}
        assert User.objects.get(pk=rows["unconfirmed"].user_id).erased_at is not None
        assert "draft" in left(NOW.replace(month=12, day=18) + 30 * DAY)
        assert "draft" not in left(NOW.replace(month=12, day=18) + 31 * DAY)
        assert left(NOW + 365 * DAY) == {"submitted", "refused", "withdrawn", "accepted"}
        assert left(NOW + 366 * DAY) == {"submitted"}
        assert left(NOW.replace(month=12, day=18) + 365 * DAY) == {"submitted"}
        assert left(NOW.replace(month=12, day=18) + 366 * DAY) == set()

    def test_an_address_with_an_application_goes_to_no_account_and_is_not_released(self, cast: Cast, call: Call):
        row, account = ApplicationFactory(call=call), cast["M"]
        claim = {"token": claim_address(user=account, email=row.user.email, at=NOW, by=account), "user": account}
        release = {"person": row.user, "email": row.user.email, "because": "Hers", "by": cast["S"]}
        for action, arguments in ((confirm_claim, {**claim, "by": account}), (release_address, release)):
            with pytest.raises(DomainError, match="has an application to a call"):
                action(**arguments, at=NOW)
        withdraw_application(application=row, at=NOW, by=row.user)
        other = ApplicationFactory(call=call)
        confirm_claim(**claim, at=NOW, by=account)
        assert (Application.objects.get(), User.objects.get(pk=row.user_id).erased_at) == (other, NOW)

    def test_erasing_a_person_erases_their_applications_and_their_name_in_others(self, cast: Cast, call: Call):
        own = ApplicationFactory(call=call, user=cast["M"], authority_name="Own")
        draft = ApplicationFactory(call=call, state="draft", people=[("pilot", "Lea")])
        ApplicationPerson.objects.create(
            application=draft, full_name="M", email=cast["M"].email.lower(), role="ambassador"
        )
        cast["P"].emailaddress_set.create(email="further@people.example", verified=True)
        ApplicationPerson.objects.create(
            application=draft, full_name="P", email="further@people.example", role="ambassador"
        )
        purge_invitations(at=NOW, dry_run=False, by=None)
        assert User.objects.get(pk=draft.user_id).erased_at is None  # the application needs the address
        erase_person(user=cast["M"], at=NOW, by=None)
        assert Application.objects.filter(pk=own.pk).count() == 0
        assert sorted(draft.people.values_list("full_name", flat=True)) == ["Lea", "P"]
