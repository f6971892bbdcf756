"""A person's own copy: everything kept of them and nothing of others, written by a worker, fetched by them only."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from pghistory.models import Event

from accounts.actions import close_account
from accounts.models import User
from accounts.registries import personal_data
from files.exports.own_copy import ask_for_own
from files.exports.writing import write_due
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
    "cohorts.Invitation.accepted_by": "The person invited, whose copy has it.",
    "cohorts.Invitation.invited_by": "An act for the cohort; the invitation is in the copy of whoever got it.",
    "cohorts.InvitationList.made_by": "How far a pasted list is; what it said of people is gone.",
    "admin.LogEntry.user": "Who changed what in the administration, by number, as the history does.",
    "exchanges.Contribution.edited_by": "Who corrected another's words; the words are the author's.",
    "files.Attachment.withdrawn_by": "That somebody withdrew a file belongs to the file's record.",
    "notifications.MailSwitch.held_by": "Who held all letters: an act of the lab, kept with the switch.",
    "comments.Comment.taken_back_by": "An act of the lab on what another wrote.",
    "prototypes.FieldNote.settled_by": "Which of two versions holds; the note is its writer's.",
}
# Models that tell of people without a key to them.
BESIDE = {
    "cohorts.Assessment": "Under a pseudonym, so that nobody, the platform neither, tells whose it is.",
    "cohorts.Stakeholder": "People without an account, kept by the cohort.",
    "sessions.Session": "Ends within a day; whose it is stands inside it only.",
}


def ways_to_people() -> Iterator[str]:
    """Every column of every table that names a person, but histories and proxies of another app's."""
    for model in apps.get_models():
        if issubclass(model, Event) or model._meta.app_label == "pghistory":
            continue
        if model._meta.app_label != model._meta.concrete_model._meta.app_label:
            continue
        for field in [*model._meta.concrete_fields, *model._meta.local_many_to_many]:
            if field.related_model is User:
                yield f"{model._meta.label}.{field.name}"


def test_every_way_to_a_person_is_in_their_copy_or_listed_with_a_reason():
    covered = [way for part in personal_data for way in part.covers]
    assert sorted(ways_to_people()) == sorted({*covered, *LISTED})
    assert len(covered) == len(set(covered))


def test_what_leads_to_a_person_by_way_of_something_else_is_in_it_too():
    assert {slug for slug, part in personal_data.items() if not part.covers} == {
        "account",
        "attendance",
        "feedback",
        "needs",
    }


def test_what_is_listed_is_there_and_says_why():
    assert {label for label in BESIDE if apps.get_model(label) is None} == set()
    assert [reason for reason in (LISTED | BESIDE).values() if not reason.endswith(".")] == []


def copy_of(user: User) -> dict[str, bytes]:
    """The files in the copy, by name."""
    row = ask_for_own(user=user, language="en", at=NOW)
    assert write_due(lambda: NOW) == 1
    answer = signed_in(user).get(f"/exports/{row.pk}/file/")
    assert answer["Content-Type"] == "application/zip"
    with ZipFile(BytesIO(answer.getvalue())) as package:
        return {name: package.read(name) for name in package.namelist()}


def told(found: dict[str, bytes], slug: str) -> list[dict[str, Any]]:
    return json.loads(found[f"{slug}.json"])["rows"]


def test_it_has_a_file_for_each_part(cast: Cast):
    assert sorted(copy_of(cast["X"])) == sorted(f"{slug}.json" for slug in personal_data.slugs())


def test_it_tells_what_is_kept(cast: Cast):
    user = cast["M"]
    idea = IdeaFactory(cohort=cast.cohort, owner=user, title="A sign at the door")
    CommentFactory(idea=idea, written_by=user, text="To be tried")
    DeliveryFactory(user=user, state="sent")
    found = copy_of(user)
    [account] = told(found, "account")
    assert (account["email"], account["full_name"]) == (user.email, user.full_name)
    assert [row["cohort_name"] for row in told(found, "memberships")] == ["Rivage"]
    assert [row["title"] for row in told(found, "ideas")] == ["A sign at the door"]
    assert [row["text"] for row in told(found, "comments")] == ["To be tried"]
    assert [row["state"] for row in told(found, "letters")] == ["sent"]
    assert json.loads(found["account.json"])["what"] == "Account"


def test_the_files_they_brought_come_along_and_no_others(cast: Cast):
    user, session = cast["M"], SessionFactory(cohort=cast.cohort)
    own = AttachmentFactory(of=session, uploaded_by=user)
    AttachmentFactory(of=session, uploaded_by=cast["P"])
    AttachmentFactory(of=session, uploaded_by=user, withdrawn=True)
    AttachmentFactory(of=session, uploaded_by=user, consent="cohort", consent_until="2026-11-01")
    found = copy_of(user)
    brought = {name: content for name, content in found.items() if name.startswith("files/")}
    assert brought == {f"files/{own.pk}-atelier.jpg": accepted_sizes("atelier.jpg")[1]["full"]}
    assert len(told(found, "files")) == 3


def test_nobody_elses_name_or_address_is_in_it(cast: Cast):
    user = cast["M"]
    idea = IdeaFactory(cohort=cast.cohort, owner=user)
    CommentFactory(idea=idea, written_by=cast["P"], text="Well done", names=[user])
    CommentFactory(idea=idea, written_by=cast["C"])
    content = b"\n".join(copy_of(user).values()).decode()
    others = [person for letter, person in cast.people.items() if letter != "M"]
    assert [person.full_name for person in others if person.full_name in content] == []
    assert [person.email for person in others if person.email in content] == []
    assert "Well done" not in content


def test_only_they_fetch_it_and_only_while_it_is_kept(cast: Cast):
    copy_of(cast["M"])
    row = Export.objects.get()
    for letter in "SPX":
        answer = signed_in(cast[letter]).get(f"/exports/{row.pk}/file/")
        assert (letter, answer.status_code) == (letter, 404)
    write_due(lambda: NOW + timedelta(days=7))
    assert signed_in(cast["M"]).get(f"/exports/{row.pk}/file/").status_code == 404


def test_it_is_not_written_for_an_account_that_is_closed_meanwhile(cast: Cast):
    row = ask_for_own(user=cast["M"], language="en", at=NOW)
    close_account(user=cast["M"], at=NOW, by=None)
    assert write_due(lambda: NOW) == 0
    row.refresh_from_db()
    assert (row.state, row.failed_for) == ("failed", "not_yours")


class TestThePage:
    def test_says_what_the_copy_is(self, cast: Cast, django_assert_num_queries: Any):
        client = signed_in(cast["M"])
        with django_assert_num_queries(2):
            page = client.get("/account/data/")
        assert (page.status_code, texts(page, "h1")) == (200, ["Download your data"])
        assert Export.objects.count() == 0

    def test_asks_for_the_password_first(self, cast: Cast):
        client = signed_in(cast["M"], again=False)
        answer = client.post("/account/data/")
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/reauthenticate/?next=%2Faccount%2Fdata%2F")
        assert Export.objects.count() == 0
        answer = client.post(answer["Location"], {"password": "a long demonstration word"})
        row = Export.objects.get()
        assert (answer.status_code, answer["Location"], row.person) == (302, f"/exports/{row.pk}/", cast["M"])

    def test_asked_twice_it_is_written_once(self, cast: Cast):
        client = signed_in(cast["M"])
        addresses = [client.post("/account/data/")["Location"] for _turn in range(2)]
        row = Export.objects.get()
        assert addresses == [f"/exports/{row.pk}/"] * 2
        assert (row.kind, row.form, row.asked) == ("personal", "zip", "")

    def test_how_far_it_is_is_seen_with_the_other_downloads(self, cast: Cast):
        copy_of(cast["M"])
        client, row = signed_in(cast["M"]), Export.objects.get()
        page = client.get(f"/exports/{row.pk}/")
        assert f"/exports/{row.pk}/file/" in links(page).values()
        listed = client.get("/exports/")
        assert (row.name in listed.content.decode(), row.name) == (True, f"{row.name[:-14]}2026-11-24.zip")


def test_a_day_later_the_copy_is_a_new_one(cast: Cast):
    first = ask_for_own(user=cast["M"], language="en", at=NOW)
    write_due(lambda: NOW)
    second = ask_for_own(user=cast["M"], language="en", at=NOW + timedelta(days=1))
    assert (first.pk == second.pk, second.name[-14:]) == (False, "2026-11-25.zip")


def test_the_picture_in_it_is_the_one_that_is_kept():
    user = UserFactory()
    row = AttachmentFactory(uploaded_by=user)
    found = copy_of(user)[f"files/{row.pk}-atelier.jpg"]
    assert (found[:2], len(found)) == (picture()[:2], row.size)
