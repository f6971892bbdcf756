"""The content and headers of e-mails."""

from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.mail.backends.console import EmailBackend as ConsoleBackend
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from icalendar import Calendar

from accounts.models import User
from notifications.emails import rendering
from notifications.emails.messages import EncodedMessage
from notifications.models import Delivery, Reminder
from notifications.registries import EmailPart, EventKind
from notifications.reminders.schedule import event_uid
from tests.factories.notifications import (
    FROM_EMAIL,
    NOW,
    DeliveryFactory,
    ReminderFactory,
    WorkshopGuestFactory,
    registered,
    workshop,
)
from web.calendars.ics import CalendarEntry


@pytest.fixture
def delivery(db: None, workshop: EventKind) -> Delivery:
    return DeliveryFactory(user=WorkshopGuestFactory(full_name="Ana Lys"), reminder=ReminderFactory(step="details"))


def reminders(delivery: Delivery) -> list[Reminder]:
    return [item.reminder for item in delivery.items.all()]


def rendered(delivery: Delivery, language: str = "en") -> rendering.RenderedEmail:
    return rendering.render_email(delivery.user, language, rendering.load_topics(reminders(delivery)))


def message_of(delivery: Delivery) -> EmailMessage:
    """Return the message as another program parses it."""
    content = rendering.build_message(delivery, rendered(delivery), NOW, from_email=FROM_EMAIL).message().as_bytes()
    return message_from_bytes(content, policy=policy.default)


def body(delivery: Delivery, kind: str) -> str:
    return str(message_of(delivery).get_body((kind,)).get_content())


def test_an_email_has_greeting_text_and_one_link(delivery: Delivery):
    text = body(delivery, "plain")
    assert text.startswith("Hello Ana Lys,\n\nDear Ana Lys,\n\nversion 1 <of> the workshop (en).\n")
    assert "See the workshop:\nhttps://lab.example/workshops/7/\n" in text


def test_an_unverified_address_gets_no_text_by_other_users(delivery: Delivery):
    """The kind of the event, and where to sign in: no name, title, text or calendar entry."""
    EmailAddress.objects.filter(user=delivery.user).update(verified=False)
    delivery.user = User.objects.get(pk=delivery.user.pk)
    email = rendered(delivery)
    assert email.subject == "There is news for you on labplatform"
    assert email.text.startswith("Hello,\n\nSubject: Workshops. Sign in to read the message.\n\nOpen the platform:\n")
    assert [word for word in ("Ana", "Lys", "version 1") if word in email.text + email.html] == []
    assert [part.get_content_type() for part in message_of(delivery).walk() if part.get_filename()] == []


def test_an_email_states_its_reason_and_how_to_unsubscribe(delivery: Delivery):
    for kind in ("plain", "html"):
        text = body(delivery, kind)
        assert "You are receiving this e-mail because you are a guest of the workshop." in text
        assert "https://lab.example/e-mails/mine/" in text
        assert "https://lab.example/privacy/" in text
        assert rendered(delivery).unsubscribe_url in text


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_kinds_are_listed_in_the_language_of_the_email(db: None, kind: str):
    with registered(workshop(label=gettext_lazy("Meetings"))), registered(workshop(label=gettext_lazy("E-mails")), "b"):
        delivery = DeliveryFactory(reminder=ReminderFactory(step="details"))
        delivery.items.create(reminder=ReminderFactory(kind="b", state="expanded"), user=delivery.user)
        text = " ".join(body(delivery, kind).split())
    assert "Stop e-mails of this kind (E-mails, Meetings)" in text
    assert "[" not in text


def test_text_and_html_have_the_same_content_and_markup_is_escaped(delivery: Delivery):
    html = body(delivery, "html")
    assert "version 1 &lt;of&gt; the workshop (en)." in html
    assert html.count("<p>Dear Ana Lys,</p>") == 1


def test_an_email_has_one_button_and_no_picture(delivery: Delivery):
    html = body(delivery, "html")
    assert html.count('bgcolor="#0f5c4a"') == 1
    assert [word for word in ("<img", "<script", "style=", "http://") if word in html] == []


def test_one_email_for_several_reminders_names_each(db: None, workshop: EventKind):
    delivery = DeliveryFactory(reminder=ReminderFactory(step="details"))
    delivery.items.create(reminder=ReminderFactory(step="thanks", object_id=8, state="expanded"), user=delivery.user)
    assert rendered(delivery).subject == "Workshop 7: details, and one more reminder"
    text = body(delivery, "plain")
    assert ("== Workshop 7: details ==" in text, "== Workshop 8: thanks ==" in text) == (True, True)
    assert body(delivery, "html").count('bgcolor="#0f5c4a"') == 1
    assert "Open the platform:\nhttps://lab.example/\n" in text


def test_an_email_uses_the_persons_language_and_the_page_keeps_its_own(delivery: Delivery):
    with translation.override("fr"):
        assert "(en)" in rendered(delivery, "en").text
        assert translation.get_language() == "fr"
    assert "(fr)" in rendered(delivery, "fr").text
    assert '<html lang="fr">' in rendered(delivery, "fr").html


@pytest.mark.django_db
@pytest.mark.parametrize(("preference", "expected"), [("en", "en"), ("fr", "fr"), ("", "fr")])
def test_emails_are_french_until_the_lab_or_a_person_chooses_a_language(preference: str, expected: str):
    assert rendering.language_of(WorkshopGuestFactory.build(language=preference)) == expected


def test_the_headers_identify_the_email_and_allow_one_click_unsubscribe(delivery: Delivery):
    message = message_of(delivery)
    assert message["Message-ID"] == delivery.message_id
    assert message["To"] == delivery.user.email
    assert message["List-Unsubscribe"].strip() == f"<{rendered(delivery).unsubscribe_url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (message["Auto-Submitted"], message["Content-Language"]) == ("auto-generated", "en")


def test_a_message_that_is_encoded_once_is_for_each_person_what_django_encodes(db: None):
    """Django encodes each message with a very long line; Django's console backend prints both."""

    def plain(reminder: Reminder, _event: Any, _user: Any, _language: str) -> EmailPart:
        return EmailPart("Workshop", "Come. " * (200 if reminder.step == "long" else 1), "Because.", ("Open", "/w/"))

    def content(message: Any) -> tuple[Any, ...]:
        parsed = message_from_bytes(message.as_bytes(linesep="\r\n"), policy=policy.default)
        headers = {name: value.strip() for name, value in parsed.items() if name not in {"Content-Type", "Date"}}
        return headers, bool(parsed["Date"]), [part.get_content() for part in parsed.iter_parts()]

    reminders = [ReminderFactory(step="short", state="expanded"), ReminderFactory(step="long", state="expanded")]
    with registered(workshop(render=plain)):
        for name in ("Ana Lys", "Zoé <b> & Lys"):
            for reminder, is_encoded_once in zip(reminders, (True, False), strict=True):
                delivery = DeliveryFactory(user=WorkshopGuestFactory(full_name=name), reminder=reminder)
                message = rendering.build_message(delivery, rendered(delivery), NOW, from_email=FROM_EMAIL)
                assert isinstance(message.message(), EncodedMessage) == is_encoded_once
                assert content(message.message()) == content(message.encoded_by_django())
                console = StringIO()
                ConsoleBackend(stream=console).send_messages([message])
                assert f"To: {delivery.user.email}" in console.getvalue()


def test_every_attempt_has_the_same_message_id(delivery: Delivery):
    assert message_of(delivery)["Message-ID"] == message_of(delivery)["Message-ID"] == delivery.message_id


def test_a_subject_is_one_line_of_limited_length(db: None):
    def shouting(reminder: Reminder, event: Any, user: Any, language: str) -> EmailPart:
        return EmailPart("A\r\nBcc: all@people.example " + "x" * 400, "Come.", "Because.")

    with registered(workshop(render=shouting)):
        delivery = DeliveryFactory()
        assert message_of(delivery)["Bcc"] is None
        assert len(rendered(delivery).subject) == 250


def test_a_part_without_a_button_has_no_link(db: None):
    with registered(workshop(render=lambda *_args: EmailPart("Thanks", "Thank you.", "Why."))):
        delivery = DeliveryFactory()
        assert 'bgcolor="#0f5c4a"' not in body(delivery, "html")


def test_a_kind_may_provide_its_own_markup(db: None):
    markup = format_html("<ul><li>{}</li></ul>", "Thank you & <you>.")
    part = EmailPart("Thanks", "Thank you.", "Why.", html=markup)
    with registered(workshop(render=lambda *_args: part)):
        assert "<ul><li>Thank you &amp; &lt;you&gt;.</li></ul>" in body(DeliveryFactory(), "html")


@pytest.mark.parametrize(
    ("part", "html"),
    [
        ({"text": "", "html": "<script>go()</script>"}, "&lt;script&gt;go()&lt;/script&gt;"),
        ({"text": "Hi <b>\n\nyou\nthere"}, "<p>Hi &lt;b&gt;</p>\n\n<p>you<br>there</p>"),
        ({"text": mark_safe("<script>go()</script>")}, "<p>&lt;script&gt;go()&lt;/script&gt;</p>"),
    ],
    ids=["a plain string as markup", "plain text", "text that calls itself safe"],
)
def test_plain_strings_are_escaped(part: dict[str, Any], html: str):
    assert rendering.Section(Reminder(), EmailPart(subject="Thanks", why="Why.", **part)).html == html


def test_a_calendar_part_comes_as_an_invitation_and_as_a_file(db: None, workshop: EventKind):
    delivery = DeliveryFactory(alone=True)
    message = message_of(delivery)
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics"]
    invitation = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert invitation.get_param("method") == "REQUEST"
    event = Calendar.from_ical(invitation.get_content()).walk("VEVENT")[0]
    assert (str(event["UID"]), event["SEQUENCE"]) == (f"{event_uid('workshop', 7)}@lab.example", 3)
    assert (event.decoded("DTSTART"), str(event["STATUS"])) == (date(2026, 12, 8), "TENTATIVE")
    assert str(event["ATTENDEE"]) == f"mailto:{delivery.user.email}"


def test_a_cancelled_event_is_removed_from_calendars(db: None):
    entry = CalendarEntry(date(2026, 12, 8), date(2026, 12, 8), "Workshop", "CANCELLED")
    part = EmailPart("Cancelled", "It is cancelled.", "Why.", calendar=entry)
    with registered(workshop(render=lambda *_args: part)):
        delivery = DeliveryFactory(alone=True, reminder=ReminderFactory(version=3, state="expanded"))
        invitation = next(part for part in message_of(delivery).walk() if part.get_content_type() == "text/calendar")
        event = Calendar.from_ical(invitation.get_content()).walk("VEVENT")[0]
    assert (invitation.get_param("method"), event["SEQUENCE"], str(event["STATUS"])) == ("CANCEL", 11, "CANCELLED")


def test_several_entries_are_attached_as_files_with_distinct_names(db: None):
    days = [date(2026, 12, 8), date(2026, 12, 15)]
    entries = [CalendarEntry(day, day, "Workshop", uid=f"day-{day.day}") for day in days]
    part = EmailPart("Dates", "Two days.", "Why.", calendar=entries)
    with registered(workshop(render=lambda *_args: part)):
        message = message_of(DeliveryFactory(alone=True, reminder=ReminderFactory(version=2, state="expanded")))
    files = [part for part in message.walk() if not part.is_multipart()][2:]
    assert [(part.get_content_type(), part.get_filename()) for part in files] == [
        ("application/ics", "invite-1.ics"),
        ("application/ics", "invite-2.ics"),
    ]
    events = [Calendar.from_ical(part.get_content()).walk("VEVENT")[0] for part in files]
    assert [(str(event["UID"]), event.decoded("DTSTART"), event["SEQUENCE"]) for event in events] == [
        ("day-8@lab.example", days[0], 7),
        ("day-15@lab.example", days[1], 7),
    ]


def test_a_preview_is_the_email_as_sent(delivery: Delivery):
    preview = rendering.preview(delivery.user, reminders(delivery), reader=delivery.user)
    assert preview is not None
    assert (preview.subject, preview.text) == (rendered(delivery).subject, rendered(delivery).text)


def test_there_is_no_preview_without_reminders_or_when_rendering_fails(delivery: Delivery):
    assert rendering.preview(delivery.user, [], reader=delivery.user) is None
    assert rendering.preview(delivery.user, [ReminderFactory(kind="picnic")], reader=delivery.user) is None
