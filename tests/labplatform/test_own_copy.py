"""A person's copy of their data: everything stored about them and nothing about others, for them only."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from pghistory.models import Event

from accounts.actions import close_account
from accounts.hooks import personal_data
from accounts.models import User
from files.exports.own_copy import request_own_copy
from files.exports.writing import write_due_exports
from files.models import Export
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.comments import CommentFactory
from tests.factories.files import AttachmentFactory, accepted_sizes, picture
from tests.factories.notifications import DeliveryFactory
from tests.factories.prototypes import IdeaFactory
from tests.pages import links, texts

pytestmark = pytest.mark.django_db

# Columns that lead to a person and are in no part of their copy, and why.
LISTED = {
    "accounts.AddressRelease.staff": "Who of the lab released an address; the copy of its person has it.",
    "accounts.FactorReset.staff": "Who of the lab took a lost second factor away; that person's copy has it.",
    "accounts.SupportVisit.staff": "Who of the lab acted for somebody; that person's copy has it.",
    "cohorts.AccessRequest.answered_by": "An act of the lab on what another asked for.",
    "cohorts.Application.decided_by": "The same.",
    "cohorts.Invitation.accepted_by": "The person invited, whose copy has it.",
    "cohorts.Invitation.invited_by": "An act for the cohort; the invitation is in the copy of whoever got it.",
    "admin.LogEntry.user": "Who changed what in the administration, by number, as the history does.",
    "cohorts.StakeholderContact.recorded_by": "An act for the cohort; the consent is in the copy of whoever gave it.",
    "exchanges.Contribution.edited_by": "Who corrected another's words; the words are the author's.",
    "files.Attachment.withdrawn_by": "That somebody withdrew a file belongs to the file's record.",
    "labplatform.AccessibilityReport.answered_by": "An act of the lab on what another reported.",
    "notifications.MailSwitch.held_by": "Who paused all e-mails: an action of the lab, kept with the switch.",
    "comments.Comment.withdrawn_by": "An act of the lab on what another wrote.",
    "prototypes.TrialNote.settled_by": "Which of two versions holds; the note is its writer's.",
}
# Models that tell of people without a key to them.
LISTED_ELSEWHERE = {
    "cohorts.Assessment": "Under a pseudonym, so that nobody, the platform neither, tells whose it is.",
    "cohorts.Stakeholder": "People without an account, kept by the cohort.",
    "sessions.Session": "Ends within a day; whose it is stands inside it only.",
}


def lookups_to_people() -> Iterator[str]:
    """Yield every column of every table that refers to a person, except histories and foreign proxies."""
    for model in apps.get_models():
        if issubclass(model, Event) or model._meta.app_label == "pghistory":
            continue
        if model._meta.app_label != model._meta.concrete_model._meta.app_label:
            continue
        for field in [*model._meta.concrete_fields, *model._meta.local_many_to_many]:
            if field.related_model is User:
                yield f"{model._meta.label}.{field.name}"


def test_every_reference_to_a_person_is_in_the_copy_or_listed_with_a_reason():
    covered = [way for part in personal_data().values() for way in part.covers]
    assert sorted(lookups_to_people()) == sorted({*covered, *LISTED})
    assert len(covered) == len(set(covered))


def test_indirect_references_to_a_person_are_in_the_copy():
    assert {slug for slug, part in personal_data().items() if not part.covers} == {
        "absences",
        "accessibility_reports",
        "account",
        "application_ratings",
        "attendance",
        "feedback",
        "named_in_applications",
        "needs",
    }


def test_every_listed_exception_exists_and_has_a_reason():
    assert {label for label in LISTED_ELSEWHERE if apps.get_model(label) is None} == set()
    assert [reason for reason in (LISTED | LISTED_ELSEWHERE).values() if not reason.endswith(".")] == []


def copy_of(user: User, language: str = "en") -> dict[str, bytes]:
    """Return the files in the copy, by name."""
    row = request_own_copy(user=user, language=language, at=NOW)
    assert write_due_exports(lambda: NOW) == 1
    answer = signed_in(user).get(f"/exports/{row.pk}/file/")
    assert answer["Content-Type"] == "application/zip"
    with ZipFile(BytesIO(answer.getvalue())) as package:
        return {name: package.read(name) for name in package.namelist()}


def rows_of_part(copy: dict[str, bytes], slug: str) -> list[dict[str, Any]]:
    return json.loads(copy[f"{slug}.json"])["rows"]


def pairs(html: str) -> list[tuple[str, str]]:
    """Return the labels and texts of a section of the page."""
    return re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", html)


def test_copy_has_a_file_for_each_part(cast: Cast):
    parts = [f"{slug}.json" for slug in personal_data()]
    assert sorted(copy_of(cast["X"])) == sorted([*parts, "personal-data.html", "style.css"])


def test_copy_contains_the_stored_data(cast: Cast):
    user = cast["M"]
    idea = IdeaFactory(cohort=cast.cohort, owner=user, title="A sign at the door")
    CommentFactory(idea=idea, written_by=user, text="To be tried")
    DeliveryFactory(user=user, state="sent")
    copy = copy_of(user)
    [account] = rows_of_part(copy, "account")
    assert (account["email"], account["full_name"]) == (user.email, user.full_name)
    assert [row["cohort_name"] for row in rows_of_part(copy, "memberships")] == ["Rivage"]
    assert [row["title"] for row in rows_of_part(copy, "ideas")] == ["A sign at the door"]
    assert [row["text"] for row in rows_of_part(copy, "comments")] == ["To be tried"]
    assert [row["state"] for row in rows_of_part(copy, "emails")] == ["sent"]
    assert json.loads(copy["account.json"])["what"] == "Account"


def test_copy_has_a_page_with_the_same_rows_in_the_persons_language(cast: Cast):
    user = cast["M"]
    idea = IdeaFactory(cohort=cast.cohort, owner=user, title="A sign <at> the door", state="captured")
    CommentFactory(idea=idea, written_by=user, text="One line\nand another")
    own = AttachmentFactory(of=idea, uploaded_by=user, alt_text="The sign")
    copy = copy_of(user, "fr")
    page = copy["donnees-personnelles.html"].decode()
    parts = ['<html lang="fr">' in page, "style.css" in copy, f'href="files/{own.pk}-atelier.jpg"' in page]
    assert parts == [True, True, True]
    sections = dict(re.findall(r'<section id="([^"]+)">(.*?)</section>', page, re.S))
    filled = {name[:-5] for name in copy if name.endswith(".json") and json.loads(copy[name])["rows"]}
    assert sections.keys() == filled
    assert pairs(sections["ideas"])[:2] == [("Référence", idea.reference), ("Titre", "A sign &lt;at&gt; the door")]
    assert "<dd>One line<br>and another</dd>" in sections["comments"]
    assert ("Cohorte", "Rivage") in pairs(sections["memberships"])


def test_copy_contains_only_the_persons_own_files(cast: Cast):
    user, session = cast["M"], SessionFactory(cohort=cast.cohort)
    own = AttachmentFactory(of=session, uploaded_by=user)
    AttachmentFactory(of=session, uploaded_by=cast["P"])
    AttachmentFactory(of=session, uploaded_by=user, withdrawn=True)
    AttachmentFactory(of=session, uploaded_by=user, consent="cohort", consent_until="2026-11-01")
    copy = copy_of(user)
    brought = {name: content for name, content in copy.items() if name.startswith("files/")}
    assert brought == {f"files/{own.pk}-atelier.jpg": accepted_sizes("atelier.jpg")[1]["full"]}
    assert len(rows_of_part(copy, "files")) == 3


def test_copy_contains_no_name_or_address_of_others(cast: Cast):
    user = cast["M"]
    idea = IdeaFactory(cohort=cast.cohort, owner=user)
    CommentFactory(idea=idea, written_by=cast["P"], text="Well done", names=[user])
    CommentFactory(idea=idea, written_by=cast["C"])
    content = b"\n".join(copy_of(user).values()).decode()
    others = [person for role, person in cast.people.items() if role != "M"]
    assert [person.full_name for person in others if person.full_name in content] == []
    assert [person.email for person in others if person.email in content] == []
    assert "Well done" not in content


def test_only_the_person_can_download_the_copy_while_it_is_retained(cast: Cast):
    copy_of(cast["M"])
    row = Export.objects.get()
    for role in "SPX":
        answer = signed_in(cast[role]).get(f"/exports/{row.pk}/file/")
        assert (role, answer.status_code) == (role, 404)
    write_due_exports(lambda: NOW + timedelta(days=7))
    assert signed_in(cast["M"]).get(f"/exports/{row.pk}/file/").status_code == 404


def test_copy_is_not_written_for_an_account_closed_since_then(cast: Cast):
    row = request_own_copy(user=cast["M"], language="en", at=NOW)
    close_account(user=cast["M"], at=NOW, by=None)
    assert write_due_exports(lambda: NOW) == 0
    row.refresh_from_db()
    assert (row.state, row.failure_reason) == ("failed", "not_yours")


class TestPage:
    def test_page_explains_the_copy(self, cast: Cast, django_assert_num_queries: Any):
        client = signed_in(cast["M"])
        with django_assert_num_queries(2):
            page = client.get("/account/data/")
        assert (page.status_code, texts(page, "h1")) == (200, ["Download your data"])
        assert Export.objects.count() == 0

    def test_page_asks_for_the_password(self, cast: Cast):
        client = signed_in(cast["M"], again=False)
        answer = client.post("/account/data/")
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/reauthenticate/?next=%2Faccount%2Fdata%2F")
        assert Export.objects.count() == 0
        answer = client.post(answer["Location"], {"password": "a long demonstration word"})
        row = Export.objects.get()
        assert (answer.status_code, answer["Location"], row.person) == (302, f"/exports/{row.pk}/", cast["M"])

    def test_second_request_writes_no_second_copy(self, cast: Cast):
        client = signed_in(cast["M"])
        addresses = [client.post("/account/data/")["Location"] for _turn in range(2)]
        row = Export.objects.get()
        assert addresses == [f"/exports/{row.pk}/"] * 2
        assert (row.kind, row.file_format, row.query) == ("personal", "zip", "")

    def test_progress_is_shown_with_the_other_downloads(self, cast: Cast):
        copy_of(cast["M"])
        client, row = signed_in(cast["M"]), Export.objects.get()
        page = client.get(f"/exports/{row.pk}/")
        assert f"/exports/{row.pk}/file/" in links(page).values()
        listed = client.get("/exports/")
        assert (row.name in listed.content.decode(), row.name) == (True, f"{row.name[:-14]}2026-11-24.zip")


def test_request_a_day_later_writes_a_new_copy(cast: Cast):
    first = request_own_copy(user=cast["M"], language="en", at=NOW)
    write_due_exports(lambda: NOW)
    second = request_own_copy(user=cast["M"], language="en", at=NOW + timedelta(days=1))
    assert (first.pk == second.pk, second.name[-14:]) == (False, "2026-11-25.zip")


def test_picture_in_the_copy_is_the_stored_one():
    user = UserFactory()
    row = AttachmentFactory(uploaded_by=user)
    copy = copy_of(user)[f"files/{row.pk}-atelier.jpg"]
    assert (copy[:2], len(copy)) == (picture()[:2], row.size)
