"""What a letter says and how it is put in its envelope."""

from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from icalendar import Calendar

from accounts.models import User
from notifications.calendars.ics import Entry
from notifications.emails import rendering
from notifications.models import Delivery, Reminder
from notifications.registries import EventKind, LetterPart
from notifications.reminders.schedule import event_uid
from tests.factories.notifications import NOW, DeliveryFactory, GuestFactory, ReminderFactory, registered, workshop


@pytest.fixture
def letter(db: None, workshop: EventKind) -> Delivery:
    return DeliveryFactory(user=GuestFactory(full_name="Ana Lys"), reminder=ReminderFactory(step="details"))


def reminders(letter: Delivery) -> list[Reminder]:
    return [item.reminder for item in letter.items.all()]


def written(letter: Delivery, language: str = "en") -> rendering.Letter:
    return rendering.written(letter.user, language, rendering.topics_of(reminders(letter)))


def sent(letter: Delivery) -> EmailMessage:
    """The message as another program reads it."""
    content = rendering.envelope(letter, written(letter), NOW).message().as_bytes()
    return message_from_bytes(content, policy=policy.default)


def body(letter: Delivery, kind: str) -> str:
    return str(sent(letter).get_body((kind,)).get_content())


def test_a_letter_greets_says_its_part_and_leads_to_one_page(letter: Delivery):
    text = body(letter, "plain")
    assert text.startswith("Hello Ana Lys,\n\nDear Ana Lys,\n\nversion 1 <of> the workshop (en).\n")
    assert "See the workshop:\nhttps://lab.example/workshops/7/\n" in text


def test_an_address_that_nobody_has_verified_gets_no_word_of_others(letter: Delivery):
    """The kind of the event, and where to sign in: no name, title, text or calendar entry."""
    EmailAddress.objects.filter(user=letter.user).update(verified=False)
    letter.user = User.objects.get(pk=letter.user.pk)
    found = written(letter)
    assert found.subject == "There is news for you on labplatform"
    assert found.text.startswith("Hello,\n\nSubject: Workshops. Sign in to read the message.\n\nOpen the platform:\n")
    assert [word for word in ("Ana", "Lys", "version 1") if word in found.text + found.html] == []
    assert [part.get_content_type() for part in sent(letter).walk() if part.get_filename()] == []


def test_it_says_why_and_how_to_stop_it(letter: Delivery):
    for kind in ("plain", "html"):
        text = body(letter, kind)
        assert "You get this letter because you are a guest of the workshop." in text
        assert "https://lab.example/letters/mine/" in text
        assert "https://lab.example/privacy/" in text
        assert written(letter).stop_address in text


@pytest.mark.parametrize("kind", ["plain", "html"])
def test_kinds_are_listed_in_the_letters_language(db: None, kind: str):
    with registered(workshop(label=gettext_lazy("Meetings"))), registered(workshop(label=gettext_lazy("E-mails")), "b"):
        letter = DeliveryFactory(reminder=ReminderFactory(step="details"))
        letter.items.create(reminder=ReminderFactory(kind="b", state="expanded"), user=letter.user)
        text = " ".join(body(letter, kind).split())
    assert "Stop e-mails of this kind (E-mails, Meetings)" in text
    assert "[" not in text


def test_both_halves_say_the_same_and_markup_is_escaped(letter: Delivery):
    html = body(letter, "html")
    assert "version 1 &lt;of&gt; the workshop (en)." in html
    assert html.count("<p>Dear Ana Lys,</p>") == 1


def test_it_has_one_button_and_no_picture(letter: Delivery):
    html = body(letter, "html")
    assert html.count('bgcolor="#0f5c4a"') == 1
    assert [word for word in ("<img", "<script", "style=", "http://") if word in html] == []


def test_one_letter_for_several_reminders_names_each(db: None, workshop: EventKind):
    letter = DeliveryFactory(reminder=ReminderFactory(step="details"))
    letter.items.create(reminder=ReminderFactory(step="thanks", object_id=8, state="expanded"), user=letter.user)
    assert written(letter).subject == "Workshop 7: details, and one more reminder"
    text = body(letter, "plain")
    assert ("== Workshop 7: details ==" in text, "== Workshop 8: thanks ==" in text) == (True, True)
    assert body(letter, "html").count('bgcolor="#0f5c4a"') == 1
    assert "Open the platform:\nhttps://lab.example/\n" in text


def test_the_letter_takes_the_persons_language_and_the_page_keeps_its_own(letter: Delivery):
    with translation.override("fr"):
        assert "(en)" in written(letter, "en").text
        assert translation.get_language() == "fr"
    assert "(fr)" in written(letter, "fr").text
    assert '<html lang="fr">' in written(letter, "fr").html


@pytest.mark.parametrize(("chosen", "taken"), [("en", "en"), ("fr", "fr"), ("", "fr")])
def test_without_a_choice_letters_are_french(chosen: str, taken: str):
    assert rendering.language_of(GuestFactory.build(language=chosen)) == taken


def test_the_envelope_can_be_told_and_stopped_by_mail_programs(letter: Delivery):
    message = sent(letter)
    assert message["Message-ID"] == letter.message_id
    assert message["To"] == letter.user.email
    assert message["List-Unsubscribe"].strip() == f"<{written(letter).stop_address}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (message["Auto-Submitted"], message["Content-Language"]) == ("auto-generated", "en")


def test_every_attempt_writes_the_same_message_id(letter: Delivery):
    assert sent(letter)["Message-ID"] == sent(letter)["Message-ID"] == letter.message_id


def test_a_subject_stays_on_one_line_and_within_the_ledger(db: None):
    def shouting(reminder: Reminder, event: Any, user: Any, language: str) -> LetterPart:
        return LetterPart("A\r\nBcc: all@people.example " + "x" * 400, "Come.", "Because.")

    with registered(workshop(render=shouting)):
        letter = DeliveryFactory()
        assert sent(letter)["Bcc"] is None
        assert len(written(letter).subject) == 250


def test_a_part_without_a_button_leads_nowhere(db: None):
    with registered(workshop(render=lambda *_asked: LetterPart("Thanks", "Thank you.", "Why."))):
        letter = DeliveryFactory()
        assert 'bgcolor="#0f5c4a"' not in body(letter, "html")


def test_a_kind_may_bring_its_own_markup(db: None):
    markup = format_html("<ul><li>{}</li></ul>", "Thank you & <you>.")
    part = LetterPart("Thanks", "Thank you.", "Why.", html=markup)
    with registered(workshop(render=lambda *_asked: part)):
        assert "<ul><li>Thank you &amp; &lt;you&gt;.</li></ul>" in body(DeliveryFactory(), "html")


@pytest.mark.parametrize(
    ("part", "shown"),
    [
        ({"text": "", "html": "<script>go()</script>"}, "&lt;script&gt;go()&lt;/script&gt;"),
        ({"text": "Hi <b>\n\nyou\nthere"}, "<p>Hi &lt;b&gt;</p>\n\n<p>you<br>there</p>"),
        ({"text": mark_safe("<script>go()</script>")}, "<p>&lt;script&gt;go()&lt;/script&gt;</p>"),
    ],
    ids=["a plain string as markup", "plain text", "text that calls itself safe"],
)
def test_whatever_is_not_made_as_markup_is_escaped(part: dict[str, Any], shown: str):
    assert rendering.Section(Reminder(), LetterPart(subject="Thanks", why="Why.", **part)).html == shown


def test_a_calendar_part_comes_as_an_invitation_and_as_a_file(db: None, workshop: EventKind):
    letter = DeliveryFactory(alone=True)
    message = sent(letter)
    kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics"]
    invitation = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert invitation.get_param("method") == "REQUEST"
    event = Calendar.from_ical(invitation.get_content()).walk("VEVENT")[0]
    assert (str(event["UID"]), event["SEQUENCE"]) == (f"{event_uid('workshop', 7)}@lab.example", 3)
    assert (event.decoded("DTSTART"), str(event["STATUS"])) == (date(2026, 12, 8), "TENTATIVE")
    assert str(event["ATTENDEE"]) == f"mailto:{letter.user.email}"


def test_a_cancelled_event_is_taken_out_of_calendars(db: None):
    entry = Entry(date(2026, 12, 8), date(2026, 12, 8), "Workshop", "CANCELLED")
    part = LetterPart("Cancelled", "It is cancelled.", "Why.", calendar=entry)
    with registered(workshop(render=lambda *_asked: part)):
        letter = DeliveryFactory(alone=True, reminder=ReminderFactory(version=3, state="expanded"))
        invitation = next(part for part in sent(letter).walk() if part.get_content_type() == "text/calendar")
        event = Calendar.from_ical(invitation.get_content()).walk("VEVENT")[0]
    assert (invitation.get_param("method"), event["SEQUENCE"], str(event["STATUS"])) == ("CANCEL", 11, "CANCELLED")


def test_several_entries_come_as_a_file_each_with_a_name_of_its_own(db: None):
    days = [date(2026, 12, 8), date(2026, 12, 15)]
    entries = [Entry(day, day, "Workshop", uid=f"day-{day.day}") for day in days]
    part = LetterPart("Dates", "Two days.", "Why.", calendar=entries)
    with registered(workshop(render=lambda *_asked: part)):
        message = sent(DeliveryFactory(alone=True, reminder=ReminderFactory(version=2, state="expanded")))
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


def test_a_preview_is_the_letter(letter: Delivery):
    shown = rendering.preview(letter.user, reminders(letter), reader=letter.user)
    assert shown is not None
    assert (shown.subject, shown.text) == (written(letter).subject, written(letter).text)


def test_there_is_no_preview_of_nothing_nor_of_what_cannot_be_written(letter: Delivery):
    assert rendering.preview(letter.user, [], reader=letter.user) is None
    assert rendering.preview(letter.user, [ReminderFactory(kind="picnic")], reader=letter.user) is None
