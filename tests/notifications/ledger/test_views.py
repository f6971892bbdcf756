"""Pages about e-mails: the ledger, the switch, previews, own e-mails, preferences, the mailbox of the demonstration."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from notifications import actions
from notifications.emails.links import UnsubscribeRequest, read_unsubscribe_token, unsubscribe_url
from notifications.ledger import filters
from notifications.models import Delivery, MailSwitch, Preference
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory, WorkshopGuestFactory
from tests.factories.programmes import EditionFactory
from tests.factories.prototypes import IdeaFactory
from tests.pages import elements, links, texts

pytestmark = pytest.mark.usefixtures("db", "today", "workshop")


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def staff() -> User:
    return UserFactory(full_name="Staff Lab", is_lab_staff=True, language="en")


@pytest.fixture
def lab(staff: User) -> Client:
    return signed_in(staff)


def words(answer) -> str:
    """Return the text of a page without markup and repeated white space."""
    main = answer.content.decode().split('<main id="main"')[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def rows(answer) -> list[str]:
    return [
        " ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split())
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", answer.content.decode(), re.S)
    ][1:]


# --- the ledger -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_ledger_names_the_event_of_waiting_emails_and_takes_eight_statements(
    lab: Client, django_assert_num_queries, count: int
):
    exchange = ExchangeFactory(state="announced", number=3, edition=EditionFactory(name="Édition 5"))
    reminder = ReminderFactory(
        kind="exchange", object_id=exchange.pk, audience="lab", email_type="exchange_final_numbers"
    )
    DeliveryFactory.create_batch(count, reminder=reminder)
    with django_assert_num_queries(8):
        answer = lab.get(reverse("notifications:ledger"))
    assert ["Intertransfo 3 · Édition 5 · Lab: final numbers" in row for row in rows(answer)] == [True] * count


@pytest.mark.parametrize("count", [1, 3])
def test_the_next_reminders_take_one_statement_for_each_kind_of_event(
    cast: Cast, django_assert_num_queries, count: int
):
    lab = signed_in(cast["S"])
    exchange = ExchangeFactory(state="announced", edition=cast.edition)
    group, steering = (SessionFactory(cohort=cast.cohort, kind=kind) for kind in ("group", "steering"))
    idea, invitation = IdeaFactory(cohort=cast.cohort), InvitationFactory(cohort=cast.cohort)
    events = [("exchange", exchange), ("group_session", group), ("stakeholder_session", steering)]
    events += [("idea", idea), ("unconfirmed", idea), ("invitation", invitation)]
    for kind, event in events:
        for number in range(count):
            due_at = NOW + timedelta(days=1 + number)
            ReminderFactory(kind=kind, object_id=event.pk, step=f"step-{number}", due_at=due_at)
    with django_assert_num_queries(10):
        answer = lab.get(reverse("notifications:reminders"))
    assert len(elements(answer, "li")) >= min(6 * count, 10)
    assert f"{idea} · Rivage" in words(answer)


def test_a_filter_reloads_only_the_emails(lab: Client, django_assert_num_queries):
    DeliveryFactory()
    ReminderFactory()
    with django_assert_num_queries(6):
        answer = lab.get(reverse("notifications:ledger"), headers={"hx-request": "true"})
    assert "<h1" not in answer.content.decode()


def test_the_next_reminders_name_their_event_and_link_to_a_preview(lab: Client):
    exchange = ExchangeFactory(state="announced", number=3, edition=EditionFactory(name="Édition 5"))
    row = ReminderFactory(
        kind="exchange",
        object_id=exchange.pk,
        audience="lab",
        email_type="exchange_final_numbers",
        due_at=NOW + timedelta(days=3),
    )
    answer = lab.get(reverse("notifications:reminders"))
    assert texts(answer, "li", "step-later") == [
        (
            "27 Nov 2026 Intertransfo 3 · Édition 5 · Lab: final numbers · will be sent in 3 days "
            "to 1 person, once the Intertransfo is ready for it preview"
        )
    ]
    assert links(answer)["preview"] == f"/e-mails/reminders/{row.pk}/"


def test_the_reminders_after_the_first_ten_are_counted(lab: Client):
    assert "No reminder is planned." in words(lab.get(reverse("notifications:reminders")))
    ReminderFactory.create_batch(11)
    assert "1 more reminder is planned after these." in words(lab.get(reverse("notifications:reminders")))
    assert links(lab.get(reverse("notifications:ledger")))["See next reminders"] == "/e-mails/reminders/"


def test_the_ledger_shows_planned_sent_paused_and_failed_emails(lab: Client):
    ana = WorkshopGuestFactory(full_name="Ana Lys")
    DeliveryFactory(user=ana, state="sent", subject="Workshop 7: details")
    DeliveryFactory(user=ana, state="held")
    DeliveryFactory(user=ana, state="dead", last_error="550 no such person")
    DeliveryFactory(user=ana)
    assert rows(lab.get(reverse("notifications:ledger"))) == [
        "24 Nov 2026 Ana Lys Guests: workshop_details waiting",
        ("24 Nov 2026 Ana Lys Guests: workshop_details failed the mail server refused the e-mail · 550 no such person"),
        "24 Nov 2026 Ana Lys Guests: workshop_details paused lab staff paused the e-mail",
        "24 Nov 2026 Ana Lys Workshop 7: details sent 24 Nov 2026 10:00",
    ]


def test_a_retried_email_shows_its_attempts(lab: Client):
    DeliveryFactory(attempts=2, last_error="451 busy")
    assert rows(lab.get(reverse("notifications:ledger")))[0].endswith("waiting 2 attempts so far · 451 busy")


def test_a_filter_without_matches_offers_a_link_to_clear_it(lab: Client):
    DeliveryFactory()
    page = lab.get(reverse("notifications:ledger"), {"state": "dead"})
    assert texts(page, "p", "empty-title") == ["Nothing fits these filters"]
    assert links(page)["Show everything"] == reverse("notifications:ledger")


def test_an_empty_ledger_explains_what_will_be_listed(lab: Client):
    assert "E-mails appear here once a reminder for an Intertransfo, a" in words(
        lab.get(reverse("notifications:ledger"))
    )


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=dead", ["Bo"]),
        ("kind=workshop", ["Bo", "Ana Lys"]),
        ("q=lys", ["Ana Lys"]),
        ("q=bo@", ["Bo"]),
        ("q=%00", ["Bo", "Ana Lys"]),
        ("state=dead&q=lys", []),
        ("state=nonsense", ["Bo", "Ana Lys"]),
    ],
)
def test_emails_can_be_filtered_by_state_kind_and_person(lab: Client, query: str, names: list[str]):
    DeliveryFactory(user=WorkshopGuestFactory(full_name="Ana Lys"))
    DeliveryFactory(user=WorkshopGuestFactory(full_name="Bo", email="bo@guests.example"), state="dead")
    answer = lab.get(f"{reverse('notifications:ledger')}?{query}")
    assert [delivery.user.full_name for delivery in answer.context["page"]] == names


@pytest.mark.parametrize("max_people", [1, 2])
def test_emails_to_many_people_are_filtered_as_those_to_few(lab: Client, monkeypatch, max_people: int):
    """Two people fit: their keys are looked up, or the names next to the e-mails are compared."""
    monkeypatch.setattr(filters, "MAX_PEOPLE", max_people)
    for name in ("Ana Lys", "Bo", "Lysandre"):
        DeliveryFactory(user=WorkshopGuestFactory(full_name=name))
    answer = lab.get(reverse("notifications:ledger"), {"q": "LYS"})
    assert {delivery.user.full_name for delivery in answer.context["page"]} == {"Ana Lys", "Lysandre"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_ledger_of_a_person_takes_eight_statements(lab: Client, django_assert_num_queries, count: int):
    for number in range(count):
        DeliveryFactory(user=WorkshopGuestFactory(full_name=f"Ana Lys {number}"))
    lab.get(reverse("notifications:ledger"))
    with django_assert_num_queries(8):
        lab.get(reverse("notifications:ledger"), {"q": "lys"})


def test_due_emails_count_as_paused_while_the_switch_is_on(lab: Client):
    DeliveryFactory(user=WorkshopGuestFactory(full_name="Ana Lys"))
    DeliveryFactory(user=WorkshopGuestFactory(full_name="Bo"), next_attempt_at=NOW + timedelta(days=1))
    DeliveryFactory(user=WorkshopGuestFactory(full_name="Cléo"), state="held")
    DeliveryFactory(user=WorkshopGuestFactory(full_name="Dora"), state="sent")

    def held() -> set[str]:
        answer = lab.get(reverse("notifications:ledger"), {"state": "held"})
        return {delivery.user.full_name for delivery in answer.context["page"]}

    assert held() == {"Cléo"}
    actions.pause_all_emails(reason="A restore", at=NOW, by=UserFactory())
    assert held() == {"Ana Lys", "Cléo"}
    actions.resume_all_emails(by=UserFactory())
    assert held() == {"Cléo"}


def test_a_page_lists_forty_emails(lab: Client):
    reminder = ReminderFactory(state="expanded")
    for _ in range(41):
        DeliveryFactory(reminder=reminder)
    assert len(rows(lab.get(reverse("notifications:ledger")))) == 40
    assert len(rows(lab.get(f"{reverse('notifications:ledger')}?page=2"))) == 1
    assert len(rows(lab.get(f"{reverse('notifications:ledger')}?page=nonsense"))) == 40


def test_an_htmx_request_gets_only_the_list(lab: Client):
    DeliveryFactory()
    answer = lab.get(reverse("notifications:ledger"), headers={"hx-request": "true"})
    assert (answer.status_code, b"<main" in answer.content, b'id="results"' in answer.content) == (200, False, True)


def test_emails_of_an_unknown_kind_are_listed(lab: Client):
    DeliveryFactory(reminder=ReminderFactory(kind="picnic", state="expanded"))
    assert "A reminder of an event that no longer exists" in rows(lab.get(reverse("notifications:ledger")))[0]


# --- the switch -------------------------------------------------------------------------------------------------------


def test_pausing_shows_the_consequences_and_asks_for_a_reason(lab: Client):
    assert "No reminder is sent to anyone until a member of the lab" in words(
        lab.get(reverse("notifications:pause_all_emails"))
    )
    answer = lab.post(reverse("notifications:pause_all_emails"), {"reason": " "})
    assert (answer.status_code, answer.context["form"].errors.keys()) == (200, {"reason"})
    assert MailSwitch.objects.count() == 0


def test_the_ledger_shows_since_when_and_why_emails_are_paused(lab: Client):
    for _ in range(2):  # sent twice
        answer = lab.post(reverse("notifications:pause_all_emails"), {"reason": "Restored from a backup"}, follow=True)
    assert "No e-mail has been sent since 24 Nov 2026. Staff Lab paused them: Restored from a backup" in words(answer)
    assert MailSwitch.objects.get().reason == "Restored from a backup"


def test_resuming_shows_how_many_emails_will_be_sent(lab: Client, staff: User):
    actions.pause_all_emails(reason="Restored", at=NOW, by=staff)
    DeliveryFactory.create_batch(2)
    assert "2 e-mails are due and will be sent within minutes." in words(
        lab.get(reverse("notifications:resume_all_emails"))
    )
    for _ in range(2):
        lab.post(reverse("notifications:resume_all_emails"))
    assert MailSwitch.objects.get().held_since is None


# --- one e-mail -------------------------------------------------------------------------------------------------------


def test_the_page_of_an_email_shows_its_outcome_and_preview(lab: Client, django_assert_num_queries):
    delivery = DeliveryFactory(user=WorkshopGuestFactory(full_name="Ana Lys"))
    with django_assert_num_queries(6):  # one of them reads whether the address is verified
        answer = lab.get(delivery.get_absolute_url())
    text = words(answer)
    assert "To Ana Lys, 24 Nov 2026" in text
    assert "This e-mail will be sent on 24 Nov 2026 at 10:00, and no later than 25 Nov 2026." in text
    assert "You are receiving this e-mail because you are a guest of the workshop." in text
    assert b"srcdoc=" in answer.content


def test_a_sent_email_is_previewed_as_of_today_in_the_language_it_was_sent_in(lab: Client):
    delivery = DeliveryFactory(
        user=WorkshopGuestFactory(language="en"), language="fr", state="sent", subject="Atelier, salle B"
    )
    step = delivery.items.get().reminder
    sentence = (
        "This is how the e-mail would read today. The e-mail sent on 24 Nov 2026 at 10:00"
        " had the subject: Atelier, salle B"
    )
    for address in (delivery.get_absolute_url(), reverse("notifications:reminder", args=[step.pk])):
        answer = lab.get(address)
        assert (sentence in words(answer), answer.context["email"].language) == (True, "fr")


def test_a_waiting_email_shows_nothing_as_sent(lab: Client):
    answer = lab.get(DeliveryFactory(language="fr").get_absolute_url())
    assert ("This is how the e-mail would read today" in words(answer), answer.context["email"].language) == (
        False,
        "fr",
    )


def unsubscribe_requests(answer: Any) -> list[UnsubscribeRequest | None]:
    """Return the requests that the unsubscribe links of a shown e-mail hold."""
    return [
        read_unsubscribe_token(unquote(token))
        for token in re.findall(r"/e-mails/stop/([^/]+)/", answer.content.decode())
    ]


def test_only_the_recipient_sees_the_unsubscribe_link(lab: Client):
    delivery = DeliveryFactory()
    step = delivery.items.get().reminder
    own = unsubscribe_requests(signed_in(delivery.user).get(delivery.get_absolute_url()))
    assert own == [UnsubscribeRequest(delivery.user_id, (step.kind,))] * 2
    for address in (delivery.get_absolute_url(), reverse("notifications:reminder", args=[step.pk])):
        assert unsubscribe_requests(lab.get(address)) == [None, None]


def test_a_preview_cannot_break_out_of_its_frame(lab: Client):
    delivery = DeliveryFactory(user=WorkshopGuestFactory(full_name='"><script>alert(1)</script>'))
    page = lab.get(delivery.get_absolute_url()).content.decode()
    assert "&lt;script&gt;" in page
    assert ("<script>alert(1)" in page, re.search(r"<iframe\s+sandbox\s", page) is not None) == (False, True)


def test_an_email_about_a_deleted_event_still_has_its_page(lab: Client):
    delivery = DeliveryFactory(reminder=ReminderFactory(kind="picnic", state="expanded"))
    assert "This e-mail cannot be shown: what it is about no longer" in words(lab.get(delivery.get_absolute_url()))


@pytest.mark.parametrize(
    ("state", "button"),
    [("queued", "Pause sending"), ("held", "Resume sending"), ("dead", "Try again"), ("sent", None)],
)
def test_staff_see_the_one_button_for_the_state(lab: Client, state: str, button: str | None):
    page = words(lab.get(DeliveryFactory(state=state).get_absolute_url()))
    assert [name for name in ("Pause sending", "Resume sending", "Try again") if name in page] == (
        [button] if button else []
    )


@pytest.mark.parametrize(
    ("before", "route", "after"),
    [
        ("dead", "notifications:retry_email", "queued"),
        ("queued", "notifications:pause_email", "held"),
        ("held", "notifications:resume_email", "queued"),
        ("sent", "notifications:retry_email", "sent"),
        ("sent", "notifications:pause_email", "sent"),
        ("sent", "notifications:resume_email", "sent"),
    ],
)
def test_staff_actions_on_an_email_show_a_message(lab: Client, before: str, route: str, after: str):
    delivery = DeliveryFactory(state=before)
    answer = lab.post(reverse(route, args=[delivery.pk]), follow=True)
    delivery.refresh_from_db()
    assert (answer.redirect_chain, delivery.state) == ([(delivery.get_absolute_url(), 302)], after)
    assert [str(message.level_tag) for message in answer.context["messages"]] == [
        "success" if before != after else "error"
    ]


def test_people_read_only_their_own_emails():
    delivery = DeliveryFactory(last_error="451 internal words of a server", attempts=1)
    own, other = signed_in(delivery.user), signed_in(WorkshopGuestFactory())
    text = words(own.get(delivery.get_absolute_url()))
    assert "Reason for this e-mail" in text
    assert ("Choose your e-mails" in text, "451" in text, "Pause sending" in text) == (True, False, False)
    assert other.get(delivery.get_absolute_url()).status_code == 404


MADE_AGAIN = "The list is drawn up again when the e-mail is sent."

# --- one reminder -----------------------------------------------------------------------------------------------------


def test_a_planned_reminder_shows_todays_recipients(lab: Client):
    WorkshopGuestFactory(full_name="Ana Lys")
    WorkshopGuestFactory(full_name="Bo")
    text = words(lab.get(reverse("notifications:reminder", args=[ReminderFactory().pk])))
    assert f"2 people as of today. {MADE_AGAIN} Ana Lys Bo Preview for Ana Lys." in text
    assert Delivery.objects.count() == 0


def test_a_reminder_without_recipients_says_so(lab: Client):
    text = words(lab.get(reverse("notifications:reminder", args=[ReminderFactory().pk])))
    assert (
        f"As of today, nobody. {MADE_AGAIN} As of today, nobody would receive it. This is how you would read it."
        in text
    )
    assert "0 people" not in text


def test_a_reminder_whose_event_is_not_ready_says_why_nobody_gets_it(lab: Client):
    report = {"kind": "exchange", "email_type": "exchange_report", "audience": "members"}
    row = ReminderFactory(**report, object_id=ExchangeFactory(state="announced").pk)
    text = words(lab.get(reverse("notifications:reminder", args=[row.pk])))
    assert (
        "As of today, nobody: the Intertransfo is not ready for this e-mail yet. "
        "The list is drawn up again when the e-mail is sent."
    ) in text


@pytest.mark.parametrize(("state", "is_shown"), [("queued", True), ("skipped", False)])
def test_waiting_emails_about_an_ended_event_say_so(lab: Client, state: str, is_shown: bool):
    exchange = ExchangeFactory(state="held")
    row = ReminderFactory(kind="exchange", email_type="exchange_programme", object_id=exchange.pk, state="expanded")
    DeliveryFactory(reminder=row, state=state)
    text = words(lab.get(reverse("notifications:reminder", args=[row.pk])))
    assert (
        ("As of today, nobody: it was no longer needed. The list is drawn up again when the e-mail is sent.") in text
    ) is is_shown


def test_a_sent_reminder_shows_its_recipients(lab: Client):
    delivery = DeliveryFactory(user=WorkshopGuestFactory(full_name="Ana Lys"), state="skipped", reason="declined")
    text = words(lab.get(reverse("notifications:reminder", args=[delivery.items.get().reminder_id])))
    assert ("Delivery Skipped for 1 person: the person declined. Ana Lys skipped: the person declined") in text
    assert MADE_AGAIN not in text


@pytest.mark.parametrize(("kind", "is_unregistered"), [("workshop", False), ("picnic", True)])
def test_an_unsent_reminder_shows_the_reason_and_a_preview(lab: Client, kind: str, is_unregistered: bool):
    WorkshopGuestFactory()
    row = ReminderFactory(kind=kind, state="skipped", reason="late", due_at=NOW - timedelta(days=200))
    text = words(lab.get(reverse("notifications:reminder", args=[row.pk])))
    assert "Delivery The reminder was not sent: a later reminder is sent instead." in text
    assert (
        "This e-mail cannot be shown: what it is about no longer" in text,
        "As of today, nobody would receive it. This is how you would read it." in text,
    ) == (
        is_unregistered,
        not is_unregistered,
    )
    assert "Recipients as of today" not in text


def test_an_expired_reminder_has_no_recipients(lab: Client):
    WorkshopGuestFactory()
    row = ReminderFactory(due_at=NOW - timedelta(days=200))
    text = words(lab.get(reverse("notifications:reminder", args=[row.pk])))
    assert ("Delivery The reminder was useful until 9 May 2026 and will no longer be sent.") in text
    assert MADE_AGAIN not in text


def test_the_page_of_a_reminder_takes_the_same_statements_for_any_number_of_emails(
    lab: Client, django_assert_num_queries
):
    row = ReminderFactory(state="expanded")
    DeliveryFactory.create_batch(3, reminder=row, state="sent")
    with django_assert_num_queries(6):  # one of them reads whether the address is verified
        lab.get(reverse("notifications:reminder", args=[row.pk]))


# --- one's own e-mails ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_own_emails_takes_six_statements(django_assert_num_queries, count: int):
    guest = WorkshopGuestFactory()
    DeliveryFactory.create_batch(count, user=guest)
    DeliveryFactory()
    client = signed_in(guest)
    with django_assert_num_queries(6):
        answer = client.get(reverse("notifications:own_emails"))
    assert len(rows(answer)) == count


def test_an_empty_list_of_own_emails_explains_what_will_come():
    assert "Invitations and reminders that concern you" in words(
        signed_in(WorkshopGuestFactory()).get(reverse("notifications:own_emails"))
    )


def test_preferences_show_and_save_the_choice():
    guest = WorkshopGuestFactory()
    client, address = signed_in(guest), reverse("notifications:preferences")
    assert 'value="workshop"' in client.get(address).content.decode()
    assert client.get(address).context["form"]["wanted"].initial.count("workshop") == 1
    client.post(address, {"wanted": []})
    assert Preference.objects.filter(user=guest, kind="workshop").exists()
    assert "workshop" not in client.get(address).context["form"].initial["wanted"]
    client.post(address, {"wanted": ["workshop"]})
    assert not Preference.objects.filter(user=guest, kind="workshop").exists()


def test_preferences_affect_only_the_own_emails():
    guest, other = WorkshopGuestFactory(), WorkshopGuestFactory()
    Preference.objects.create(user=other, kind="workshop")
    client, address = signed_in(guest), reverse("notifications:preferences")
    assert "workshop" in client.get(address).context["form"].initial["wanted"]
    client.post(address, {"wanted": ["workshop"]})
    assert list(Preference.objects.filter(kind="workshop").values_list("user", flat=True)) == [other.pk]


def test_an_unknown_kind_is_refused():
    guest = WorkshopGuestFactory()
    answer = signed_in(guest).post(reverse("notifications:preferences"), {"wanted": ["nonsense"]})
    assert (answer.status_code, Preference.objects.count()) == (200, 0)
    assert "wanted" in answer.context["form"].errors


# --- unsubscribing from an e-mail -----------------------------------------------------------------------------------


def unsubscribe_path(user: User, *kinds: str) -> str:
    return unsubscribe_url(user.pk, kinds or ["workshop"]).removeprefix("https://lab.example")


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_opening_the_unsubscribe_page_changes_nothing(method: str):
    guest = WorkshopGuestFactory()
    getattr(Client(), method)(unsubscribe_path(guest))
    assert Preference.objects.count() == 0


def test_the_unsubscribe_page_names_kinds_and_masks_the_address():
    guest = WorkshopGuestFactory(email="camille@guests.example")
    answer = Client(headers={"accept-language": "en"}).get(unsubscribe_path(guest))
    assert "Stop all e-mails to c…@guests.example about Workshops?" in words(answer)
    assert "camille" not in answer.content.decode()


def test_one_click_unsubscribe_works_without_cookies_or_csrf_token():
    guest = WorkshopGuestFactory()
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = client.post(unsubscribe_path(guest), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert list(Preference.objects.values_list("user", "kind")) == [(guest.pk, "workshop")]


def test_unsubscribing_from_an_email_about_two_kinds_stops_both():
    guest = WorkshopGuestFactory()
    Client().post(unsubscribe_path(guest, "workshop", "picnic"))
    assert sorted(Preference.objects.values_list("kind", flat=True)) == ["picnic", "workshop"]


def test_the_page_after_unsubscribing_links_to_preferences():
    text = words(Client(headers={"accept-language": "en"}).post(unsubscribe_path(WorkshopGuestFactory())))
    assert "no longer receives e-mails about Workshops." in text
    assert "Have you changed your mind" in text


@pytest.mark.parametrize("method", ["get", "post"])
def test_forged_unsubscribe_urls_answer_404(method: str):
    guest = WorkshopGuestFactory()
    forged = unsubscribe_path(guest).replace(f"/{guest.pk}:", f"/{guest.pk + 1}:")
    of_unknown_user = unsubscribe_url(10**9, ["workshop"]).removeprefix("https://lab.example")
    for path in (forged, of_unknown_user, reverse("notifications:unsubscribe", args=["nonsense"])):
        assert getattr(Client(), method)(path).status_code == 404
    assert Preference.objects.count() == 0


# --- the demonstration's mailbox ------------------------------------------------------------------------------------

FILE_NAME = "1795510800000000000-0123abcd"
CONTENT = (
    b"To: ana@people.example\r\nSubject: Workshop\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
    b"<p>Come</p><script>alert(1)</script>"
)


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Path:
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    folder = tmp_path / "e-mails"
    folder.mkdir()
    return folder


def test_there_is_no_mailbox_outside_the_demonstration(lab: Client, demo: Path, settings: Settings):
    (demo / f"{FILE_NAME}.eml").write_bytes(CONTENT)
    settings.DEMO = False
    for path in (reverse("notifications:demo_mailbox"), reverse("notifications:demo_email", args=[FILE_NAME])):
        assert lab.get(path).status_code == 404


def test_the_mailbox_lists_arrived_emails(lab: Client, demo: Path):
    (demo / f"{FILE_NAME}.eml").write_bytes(CONTENT)
    (demo / "1795510800000000001-0123abcd.eml").write_bytes(b"\xff\x00")
    assert rows(lab.get(reverse("notifications:demo_mailbox"))) == [
        "24 Nov 2026 10:00 (without a subject)",
        "24 Nov 2026 10:00 ana@people.example Workshop",
    ]


def test_an_empty_mailbox_says_when_emails_arrive(lab: Client, demo: Path):
    assert "within half a minute" in words(lab.get(reverse("notifications:demo_mailbox")))


def test_the_mailbox_is_paginated(lab: Client, demo: Path):
    for number in range(51):
        (demo / f"{1795510800000000000 + number}-0123abcd.eml").write_bytes(CONTENT)
    assert len(rows(lab.get(reverse("notifications:demo_mailbox")))) == 50
    assert len(rows(lab.get(f"{reverse('notifications:demo_mailbox')}?page=2"))) == 1
    assert len(rows(lab.get(f"{reverse('notifications:demo_mailbox')}?page=99"))) == 1


def test_an_email_of_the_mailbox_is_shown_in_a_sandboxed_frame(lab: Client, demo: Path):
    (demo / f"{FILE_NAME}.eml").write_bytes(CONTENT)
    page = lab.get(reverse("notifications:demo_email", args=[FILE_NAME])).content.decode()
    assert 'srcdoc="&lt;p&gt;Come&lt;/p&gt;' in page
    assert "<script>alert(1)" not in page


def test_a_missing_email_of_the_mailbox_answers_404(lab: Client, demo: Path):
    assert lab.get(reverse("notifications:demo_email", args=[FILE_NAME])).status_code == 404
