"""E-mails that someone writes to a group: once for each person, in their language, through the ledger."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from notifications import actions
from notifications.emails.creation import create_due_emails
from notifications.group_emails.actions import LIMIT, LIMIT_OF_TESTS
from notifications.group_emails.event_kind import in_scope
from notifications.models import Delivery, DeliveryItem, GroupEmail, Reminder
from notifications.personal_data import forget_emails, purge_group_emails
from notifications.registries import CommandScope
from notifications.sending.cycle import send_round
from tests.factories.cast import NOW, Cast, create_cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.notifications import GroupEmailFactory
from tests.pages import errors, messages, texts
from tests.sql import delete, refused_by, truncate, update
from web.errors import DomainError

pytestmark = pytest.mark.django_db(transaction=True)
TYPED = {
    "audience": "everyone",
    "subject_fr": "Salle <changée>",
    "body_fr": "Au deuxième étage.\n\nÀ mardi {dates} %(dates)s {{ dates }}",
    "subject_en": "",
    "body_en": "",
}
CHANGES = {name: value for name, value in TYPED.items() if name != "audience"}


@pytest.fixture
def cast() -> Cast:
    """Return the cast with an address by role; the ambassador reads English, the others French."""
    cast = create_cast()
    for role, person in cast.people.items():
        User.objects.filter(pk=person.pk).update(email=f"{role}@people.example", language="en" if role == "M" else "fr")
        person.refresh_from_db()
    return cast


def browser(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    client.cookies["language"] = "en"
    return client


def draft_to(cast: Cast, audience: str = "everyone", by: str = "P", **more: Any) -> GroupEmail:
    return GroupEmailFactory(object_id=cast.cohort.pk, written_by=cast[by], audience=audience, **more)


def post() -> list[tuple[str, str]]:
    """Send what is due now; return the roles of the recipients with the subjects."""
    mail.outbox.clear()
    send_round(timezone.now, seconds=60)
    return sorted((message.to[0][0], message.subject) for message in mail.outbox)


def test_a_pilot_writes_tries_and_sends_an_email(cast: Cast, django_assert_num_queries: Any):
    User.objects.update(language="en")
    MembershipFactory(cohort=cast.cohort, user__is_active=False)  # a closed account
    client, folder = browser(cast["P"]), f"/e-mails/to/cohort/{cast.cohort.pk}/"
    page = client.post(f"{folder}write/", {**TYPED, "body_fr": "", "subject_en": "Room"})
    assert list(page.context["form"].errors) == ["body_fr", "body_en"]
    assert "Write both a subject and a text in this language, or neither." in errors(page)
    assert page.context["form"]["subject_fr"].value() == "Salle <changée>"
    page = client.post(f"{folder}write/", TYPED, follow=True)
    row = GroupEmail.objects.get()
    assert [str(user) for user in page.context["people"]] == [
        "Ambassador Rivage",
        "Coordinator Rivage",
        "Pilot Rivage",
        "Relay Rivage",
        "Resident Rivage",
    ]
    with django_assert_num_queries(9):
        client.get(row.get_absolute_url())
    assert post() == []
    client.post(f"{row.get_absolute_url()}test/")
    assert post() == [("P", "Test: Salle <changée>")]
    for _twice in range(2):
        page = client.post(f"{row.get_absolute_url()}send/", follow=True)
    assert messages(page) == ["The e-mail is being sent, to one person after the other."]
    assert post() == [(role, "Salle <changée>") for role in "CDMPR"]
    body = mail.outbox[0].body
    assert "Au deuxième étage.\n\nÀ mardi {dates} %(dates)s {{ dates }}" in body
    assert "because Pilot Rivage wrote to: All members (Rivage)." in body
    assert post() == []
    page = client.get(row.get_absolute_url())
    assert [item.state for item in page.context["items"]] == ["sent"] * 5
    with django_assert_num_queries(8):
        page = client.get(folder)
    assert "Salle <changée>" in texts(page, "a")
    assert client.post(f"{row.get_absolute_url()}edit/", TYPED).status_code == 404
    page = browser(cast["M"]).get(row.get_absolute_url())  # who received it reads the text, not who else did
    assert ("Au deuxième étage" in page.content.decode(), "Relay Rivage" in page.content.decode()) == (True, False)
    assert browser(cast["N"]).get(row.get_absolute_url()).status_code == 404
    assert Reminder.objects.filter(kind="group_email").count() == 2


def test_each_person_reads_their_language_and_only_people_concerned_at_sending_get_it(cast: Cast):
    EmailAddress.objects.create(user=cast["R"], email=cast["R"].email, verified=False)
    actions.unsubscribe(user=cast["D"], kinds=["group_email"], by=cast["D"])
    now = timezone.now()
    row = actions.send_group_email(email=draft_to(cast), at=now, by=cast["P"])
    create_due_emails(now)
    cast.cohort.memberships.filter(user=cast["C"]).update(ends_on="2026-11-20")
    assert post() == [
        ("M", "Another room"),
        ("P", "Salle changée"),
        ("R", "Il y a du nouveau pour vous sur labplatform"),
    ]
    assert {item.user.email[0]: (item.state, item.reason) for item in DeliveryItem.objects.all()} == {
        "M": ("sent", ""),
        "P": ("sent", ""),
        "R": ("sent", ""),
        "C": ("skipped", "left"),
    }
    assert [message.body for message in mail.outbox if "étage" in message.body and message.to[0][0] == "R"] == []
    assert Delivery.objects.filter(alone=True).count() == 4
    assert (in_scope(CommandScope()), in_scope(CommandScope(cohort="rivage")), in_scope(CommandScope("other"))) == (
        {row.pk},
        {row.pk},
        set(),
    )


def test_an_email_is_useful_for_a_week(cast: Cast):
    actions.send_group_email(email=draft_to(cast), at=NOW, by=cast["P"])
    create_due_emails(NOW + timedelta(days=7))
    assert (DeliveryItem.objects.count(), Reminder.objects.get().reason) == (0, "expired")


def test_misuse_is_limited(cast: Cast):
    for number in range(LIMIT):
        actions.send_group_email(email=draft_to(cast), at=NOW + timedelta(minutes=number), by=cast["P"])
    late = draft_to(cast)
    with pytest.raises(DomainError, match="2026"):  # when the next one can be sent
        actions.send_group_email(email=late, at=NOW + timedelta(hours=23), by=cast["P"])
    actions.send_group_email(email=late, at=NOW + timedelta(hours=24), by=cast["P"])
    nobody = draft_to(cast, "elected", by="C")
    with pytest.raises(DomainError):
        actions.send_group_email(email=nobody, at=NOW, by=cast["C"])
    for _number in range(LIMIT_OF_TESTS):
        actions.try_group_email(email=nobody, at=NOW, by=cast["C"])
    with pytest.raises(DomainError):
        actions.try_group_email(email=nobody, at=NOW, by=cast["C"])
    actions.delete_group_email(email=nobody, by=cast["C"])  # tests of deleted drafts count too
    with pytest.raises(DomainError):
        actions.try_group_email(email=draft_to(cast, by="C"), at=NOW, by=cast["C"])
    for action in (actions.change_group_email, actions.delete_group_email):
        arguments = {"audience": "pilot", **CHANGES} if action is actions.change_group_email else {}
        with pytest.raises(DomainError):
            action(email=late, by=cast["P"], **arguments)


def test_a_draft_is_its_writers_alone(cast: Cast):
    row = draft_to(cast)
    assert {role: browser(cast[role]).get(row.get_absolute_url()).status_code for role in "SCPMN"} == {
        **dict.fromkeys("SCMN", 404),
        "P": 200,
    }
    cast.cohort.memberships.filter(user=cast["P"]).update(ends_on="2026-11-01")
    assert browser(cast["P"]).get(row.get_absolute_url()).status_code == 404


def test_texts_are_deleted_in_time_and_with_a_person(cast: Cast):
    sent = draft_to(cast, sent_at=NOW, body_fr="Appelez Coordinator Rivage.")
    other = draft_to(cast, sent_at=NOW)
    draft_to(cast, by="C")
    forget_emails(user=cast["C"], at=NOW)
    assert list(GroupEmail.objects.order_by("pk").values_list("body_fr", "body_en")) == [
        ("", ""),
        (other.body_fr, other.body_en),
    ]
    draft_to(cast)
    for days, purged in ((90, 0), (91, 1), (365, 0), (366, 1)):
        at = NOW + timedelta(days=days)
        assert (purge_group_emails(at=at, dry_run=True), purge_group_emails(at=at)) == (purged, purged)
    assert set(GroupEmail.objects.values_list("pk", "subject_fr")) == {(sent.pk, ""), (other.pk, "")}


def test_the_database_keeps_what_was_sent(cast: Cast):
    draft = draft_to(cast)
    for change, rule in (
        ({"subject_fr": "", "body_fr": "", "subject_en": "", "body_en": ""}, "group_email_has_text"),
        ({"subject_fr": ""}, "group_email_both_parts"),
        ({"sent_at": NOW - timedelta(hours=1)}, "group_email_in_order"),
    ):
        with refused_by(rule):
            update(draft, **change)
    update(draft, sent_at=NOW)
    for change in ({"body_fr": "Autre"}, {"audience": "pilot"}, {"sent_at": None}, {"object_id": 0}):
        with refused_by("group_email_sent_frozen"):
            update(draft, **change)
    with refused_by("group_email_sent_frozen"):
        delete(draft)
    with refused_by("group_email_no_truncate"):
        truncate(GroupEmail)
    update(draft, body_fr="", subject_fr="")
