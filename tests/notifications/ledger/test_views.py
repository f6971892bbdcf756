"""Pages about letters: the ledger, the switch, previews, one's own letters, preferences, the letterbox."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from notifications import actions
from notifications.emails.links import Stop, read_stop, stop_address
from notifications.models import Delivery, MailSwitch, Preference
from tests.factories.accounts import UserFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.notifications import NOW, DeliveryFactory, GuestFactory, ReminderFactory
from tests.factories.programmes import EditionFactory
from tests.pages import links, texts

pytestmark = pytest.mark.usefixtures("db", "today", "workshop")


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def staff() -> User:
    return UserFactory(full_name="Staff Lab", is_lab_staff=True, language="en")


@pytest.fixture
def lab(staff: User) -> Client:
    return signed_in(staff)


def words(answer) -> str:
    """The text of a page, its markup and white space gone."""
    main = answer.content.decode().split('<main id="main"')[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def rows(answer) -> list[str]:
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for row in re.findall(r"<tr>(.*?)</tr>", answer.content.decode(), re.S)
    ][1:]


# --- the ledger -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_ledger_takes_ten_statements_however_many_letters_and_reminders(
    lab: Client, django_assert_num_queries, count: int
):
    exchange = ExchangeFactory(state="announced")
    DeliveryFactory.create_batch(count)
    ReminderFactory.create_batch(count, kind="exchange", object_id=exchange.pk, audience="lab")
    with django_assert_num_queries(10):
        answer = lab.get(reverse("notifications:ledger"))
    assert (len(rows(answer)), len(texts(answer, "li", "step-next"))) == (count, count)


def test_a_filter_asks_for_the_letters_only(lab: Client, django_assert_num_queries):
    DeliveryFactory()
    ReminderFactory()
    with django_assert_num_queries(7):
        lab.get(reverse("notifications:ledger"), headers={"hx-request": "true"})


def test_the_ledger_begins_with_what_goes_next(lab: Client):
    exchange = ExchangeFactory(state="announced", number=3, edition=EditionFactory(name="Édition 5"))
    row = ReminderFactory(
        kind="exchange",
        object_id=exchange.pk,
        audience="lab",
        letter="exchange_final_numbers",
        due_at=NOW + timedelta(days=3),
    )
    answer = lab.get(reverse("notifications:ledger"))
    assert texts(answer, "li", "step-later") == [
        (
            "27 Nov 2026 Intertransfo 3 · Édition 5 · Lab: final numbers · will be sent in 3 days "
            "to 1 person, once the Intertransfo has reached that stage preview"
        )
    ]
    assert links(answer)["preview"] == f"/letters/reminders/{row.pk}/"


def test_the_ledger_counts_the_reminders_after_the_first_ten(lab: Client):
    assert "No reminder is planned." in words(lab.get(reverse("notifications:ledger")))
    ReminderFactory.create_batch(11)
    assert "1 more reminder is planned after these." in words(lab.get(reverse("notifications:ledger")))


def test_the_ledger_says_what_will_go_went_is_held_and_failed(lab: Client):
    ana = GuestFactory(full_name="Ana Lys")
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


def test_a_letter_that_is_tried_again_says_how_often(lab: Client):
    DeliveryFactory(attempts=2, last_error="451 busy")
    assert rows(lab.get(reverse("notifications:ledger")))[0].endswith("waiting 2 attempts so far · 451 busy")


def test_a_filter_that_matches_nothing_says_so_and_is_cleared_by_a_link(lab: Client):
    DeliveryFactory()
    page = lab.get(reverse("notifications:ledger"), {"state": "dead"})
    assert texts(page, "p", "empty-title") == ["No e-mail matches"]
    assert links(page)["Show all e-mails"] == reverse("notifications:ledger")


def test_an_empty_ledger_says_what_goes_there(lab: Client):
    assert "E-mails appear here once a reminder for an Intertransfo, a" in words(
        lab.get(reverse("notifications:ledger"))
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=dead", ["Bo"]),
        ("kind=workshop", ["Bo", "Ana Lys"]),
        ("person=lys", ["Ana Lys"]),
        ("person=bo@", ["Bo"]),
        ("person=%00", ["Bo", "Ana Lys"]),
        ("state=dead&person=lys", []),
        ("state=nonsense", ["Bo", "Ana Lys"]),
    ],
)
def test_letters_are_found_by_state_kind_and_person(lab: Client, query: str, found: list[str]):
    DeliveryFactory(user=GuestFactory(full_name="Ana Lys"))
    DeliveryFactory(user=GuestFactory(full_name="Bo", email="bo@guests.example"), state="dead")
    answer = lab.get(f"{reverse('notifications:ledger')}?{query}")
    assert [letter.user.full_name for letter in answer.context["page"]] == found


def test_while_the_switch_holds_every_letter_what_is_due_is_held(lab: Client):
    DeliveryFactory(user=GuestFactory(full_name="Ana Lys"))
    DeliveryFactory(user=GuestFactory(full_name="Bo"), next_attempt_at=NOW + timedelta(days=1))
    DeliveryFactory(user=GuestFactory(full_name="Cléo"), state="held")
    DeliveryFactory(user=GuestFactory(full_name="Dora"), state="sent")

    def held() -> set[str]:
        answer = lab.get(reverse("notifications:ledger"), {"state": "held"})
        return {letter.user.full_name for letter in answer.context["page"]}

    assert held() == {"Cléo"}
    actions.hold_mail(reason="A restore", at=NOW, by=UserFactory())
    assert held() == {"Ana Lys", "Cléo"}
    actions.release_mail(by=UserFactory())
    assert held() == {"Cléo"}


def test_forty_letters_make_a_page(lab: Client):
    reminder = ReminderFactory(state="expanded")
    for _ in range(41):
        DeliveryFactory(reminder=reminder)
    assert len(rows(lab.get(reverse("notifications:ledger")))) == 40
    assert len(rows(lab.get(f"{reverse('notifications:ledger')}?page=2"))) == 1
    assert len(rows(lab.get(f"{reverse('notifications:ledger')}?page=nonsense"))) == 40


def test_a_swap_brings_the_list_only(lab: Client):
    DeliveryFactory()
    answer = lab.get(reverse("notifications:ledger"), headers={"hx-request": "true"})
    assert (answer.status_code, b"<main" in answer.content, b'id="results"' in answer.content) == (200, False, True)


def test_letters_of_a_kind_nobody_knows_are_listed_all_the_same(lab: Client):
    DeliveryFactory(reminder=ReminderFactory(kind="picnic", state="expanded"))
    assert "A reminder of an event that no longer exists" in rows(lab.get(reverse("notifications:ledger")))[0]


# --- the switch -------------------------------------------------------------------------------------------------------


def test_holding_says_what_will_happen_and_asks_for_a_reason(lab: Client):
    assert "No reminder is sent to anyone until a member of the lab" in words(lab.get(reverse("notifications:hold")))
    answer = lab.post(reverse("notifications:hold"), {"reason": " "})
    assert (answer.status_code, answer.context["form"].errors.keys()) == (200, {"reason"})
    assert MailSwitch.objects.count() == 0


def test_letters_are_held_and_the_ledger_says_since_when_and_why(lab: Client):
    for _ in range(2):  # sent twice by an impatient finger
        answer = lab.post(reverse("notifications:hold"), {"reason": "Restored from a backup"}, follow=True)
    assert "No e-mail has been sent since 24 Nov 2026. Staff Lab: Restored from a backup" in words(answer)
    assert MailSwitch.objects.get().reason == "Restored from a backup"


def test_releasing_says_how_many_leave(lab: Client, staff: User):
    actions.hold_mail(reason="Restored", at=NOW, by=staff)
    DeliveryFactory.create_batch(2)
    assert "2 e-mails are due and will be sent within minutes." in words(lab.get(reverse("notifications:release")))
    for _ in range(2):
        lab.post(reverse("notifications:release"))
    assert MailSwitch.objects.get().held_since is None


# --- one letter -------------------------------------------------------------------------------------------------------


def test_a_letters_page_says_what_became_of_it_and_how_it_reads(lab: Client, django_assert_num_queries):
    letter = DeliveryFactory(user=GuestFactory(full_name="Ana Lys"))
    with django_assert_num_queries(6):  # one of them reads whether the address is verified
        answer = lab.get(letter.get_absolute_url())
    text = words(answer)
    assert "To Ana Lys, 24 Nov 2026" in text
    assert "This e-mail will be sent on 24 Nov 2026 at 10:00, and no later than 25 Nov 2026." in text
    assert "You get this letter because you are a guest of the workshop." in text
    assert b"srcdoc=" in answer.content


def test_a_letter_that_went_is_shown_as_of_today_with_what_left_in_the_language_it_left_in(lab: Client):
    letter = DeliveryFactory(user=GuestFactory(language="en"), language="fr", state="sent", subject="Atelier, salle B")
    step = letter.items.get().reminder
    said = (
        "This is how the e-mail would read today. The e-mail sent on 24 Nov 2026 at 10:00"
        " had the subject: Atelier, salle B"
    )
    for address in (letter.get_absolute_url(), reverse("notifications:reminder", args=[step.pk])):
        answer = lab.get(address)
        assert (said in words(answer), answer.context["letter"].language) == (True, "fr")


def test_one_that_is_to_go_says_nothing_of_what_left(lab: Client):
    answer = lab.get(DeliveryFactory(language="fr").get_absolute_url())
    assert ("This is how the e-mail would read today" in words(answer), answer.context["letter"].language) == (
        False,
        "fr",
    )


def stops(answer: Any) -> list[Stop | None]:
    """What the addresses in a letter that is shown would stop."""
    return [read_stop(unquote(token)) for token in re.findall(r"/letters/stop/([^/]+)/", answer.content.decode())]


def test_only_the_reader_of_a_letter_finds_how_to_stop_it(lab: Client):
    letter = DeliveryFactory()
    step = letter.items.get().reminder
    own = stops(signed_in(letter.user).get(letter.get_absolute_url()))
    assert own == [Stop(letter.user_id, (step.kind,))] * 2
    for address in (letter.get_absolute_url(), reverse("notifications:reminder", args=[step.pk])):
        assert stops(lab.get(address)) == [None, None]


def test_a_preview_cannot_break_out_of_its_frame(lab: Client):
    letter = DeliveryFactory(user=GuestFactory(full_name='"><script>alert(1)</script>'))
    page = lab.get(letter.get_absolute_url()).content.decode()
    assert "&lt;script&gt;" in page
    assert ("<script>alert(1)" in page, re.search(r"<iframe\s+sandbox\s", page) is not None) == (False, True)


def test_a_letter_whose_event_is_gone_still_has_its_page(lab: Client):
    letter = DeliveryFactory(reminder=ReminderFactory(kind="picnic", state="expanded"))
    assert "This e-mail cannot be shown: what it is about no longer" in words(lab.get(letter.get_absolute_url()))


@pytest.mark.parametrize(
    ("state", "button"),
    [("queued", "Pause sending"), ("held", "Resume sending"), ("dead", "Try again"), ("sent", None)],
)
def test_staff_get_the_one_button_that_fits(lab: Client, state: str, button: str | None):
    page = words(lab.get(DeliveryFactory(state=state).get_absolute_url()))
    assert [name for name in ("Pause sending", "Resume sending", "Try again") if name in page] == (
        [button] if button else []
    )


@pytest.mark.parametrize(
    ("before", "route", "after"),
    [
        ("dead", "notifications:retry_letter", "queued"),
        ("queued", "notifications:hold_letter", "held"),
        ("held", "notifications:release_letter", "queued"),
        ("sent", "notifications:retry_letter", "sent"),
        ("sent", "notifications:hold_letter", "sent"),
        ("sent", "notifications:release_letter", "sent"),
    ],
)
def test_staff_act_on_one_letter_and_are_told(lab: Client, before: str, route: str, after: str):
    letter = DeliveryFactory(state=before)
    answer = lab.post(reverse(route, args=[letter.pk]), follow=True)
    letter.refresh_from_db()
    assert (answer.redirect_chain, letter.state) == ([(letter.get_absolute_url(), 302)], after)
    assert [str(message.level_tag) for message in answer.context["messages"]] == [
        "success" if before != after else "error"
    ]


def test_people_read_their_own_letters_and_no_others():
    letter = DeliveryFactory(last_error="451 internal words of a server", attempts=1)
    own, other = signed_in(letter.user), signed_in(GuestFactory())
    text = words(own.get(letter.get_absolute_url()))
    assert "Reason for this e-mail" in text
    assert ("Choose your e-mails" in text, "451" in text, "Pause sending" in text) == (True, False, False)
    assert other.get(letter.get_absolute_url()).status_code == 404


MADE_AGAIN = "The list is drawn up again when the e-mail is sent."

# --- one reminder -----------------------------------------------------------------------------------------------------


def test_before_it_goes_a_reminder_shows_whom_it_concerns_today(lab: Client):
    GuestFactory(full_name="Ana Lys")
    GuestFactory(full_name="Bo")
    text = words(lab.get(reverse("notifications:reminder", args=[ReminderFactory().pk])))
    assert f"2 people as of today. {MADE_AGAIN} Ana Lys Bo Shown as Ana Lys reads it." in text
    assert Delivery.objects.count() == 0


def test_a_reminder_without_a_recipient_says_that_it_is_nobody(lab: Client):
    text = words(lab.get(reverse("notifications:reminder", args=[ReminderFactory().pk])))
    assert (
        f"As of today, nobody. {MADE_AGAIN} As of today, nobody would receive it. This is how you would read it."
        in text
    )
    assert "0 people" not in text


def test_where_the_event_is_not_so_far_it_says_why_it_is_nobody(lab: Client):
    report = {"kind": "exchange", "letter": "exchange_report", "audience": "members"}
    row = ReminderFactory(**report, object_id=ExchangeFactory(state="announced").pk)
    text = words(lab.get(reverse("notifications:reminder", args=[row.pk])))
    assert (
        "As of today, nobody: the Intertransfo has not reached that stage yet. The list "
        "is drawn up again when the e-mail is sent."
    ) in text


@pytest.mark.parametrize(("state", "said"), [("queued", True), ("skipped", False)])
def test_letters_that_wait_for_what_has_ended_say_so(lab: Client, state: str, said: bool):
    exchange = ExchangeFactory(state="held")
    row = ReminderFactory(kind="exchange", letter="exchange_programme", object_id=exchange.pk, state="expanded")
    DeliveryFactory(reminder=row, state=state)
    text = words(lab.get(reverse("notifications:reminder", args=[row.pk])))
    assert (
        ("As of today, nobody: it was no longer needed. The list is drawn up again when the e-mail is sent.") in text
    ) is said


def test_after_it_went_a_reminder_shows_to_whom(lab: Client):
    letter = DeliveryFactory(user=GuestFactory(full_name="Ana Lys"), state="skipped", reason="declined")
    text = words(lab.get(reverse("notifications:reminder", args=[letter.items.get().reminder_id])))
    assert ("Delivery Skipped for 1 person: the person declined. Ana Lys skipped: the person declined") in text
    assert MADE_AGAIN not in text


@pytest.mark.parametrize(("kind", "gone"), [("workshop", False), ("picnic", True)])
def test_a_reminder_that_did_not_go_says_why_and_how_it_would_have_read(lab: Client, kind: str, gone: bool):
    GuestFactory()
    row = ReminderFactory(kind=kind, state="skipped", reason="late", due_at=NOW - timedelta(days=200))
    text = words(lab.get(reverse("notifications:reminder", args=[row.pk])))
    assert "Delivery The reminder was not sent: a later reminder is sent instead." in text
    assert (
        "This e-mail cannot be shown: what it is about no longer" in text,
        "As of today, nobody would receive it. This is how you would read it." in text,
    ) == (
        gone,
        not gone,
    )
    assert "Recipients as of today" not in text


def test_a_reminder_long_past_its_use_concerns_nobody_any_more(lab: Client):
    GuestFactory()
    row = ReminderFactory(due_at=NOW - timedelta(days=200))
    text = words(lab.get(reverse("notifications:reminder", args=[row.pk])))
    assert ("Delivery The reminder was useful until 9 May 2026 and will no longer be sent.") in text
    assert MADE_AGAIN not in text


def test_a_reminders_page_takes_as_many_statements_however_many_letters(lab: Client, django_assert_num_queries):
    row = ReminderFactory(state="expanded")
    DeliveryFactory.create_batch(3, reminder=row, state="sent")
    with django_assert_num_queries(6):  # one of them reads whether the address is verified
        lab.get(reverse("notifications:reminder", args=[row.pk]))


# --- one's own letters ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_ones_own_letters_take_six_statements(django_assert_num_queries, count: int):
    guest = GuestFactory()
    DeliveryFactory.create_batch(count, user=guest)
    DeliveryFactory()
    client = signed_in(guest)
    with django_assert_num_queries(6):
        answer = client.get(reverse("notifications:mine"))
    assert len(rows(answer)) == count


def test_who_got_nothing_yet_is_told_what_comes():
    assert "Invitations and reminders that concern you" in words(
        signed_in(GuestFactory()).get(reverse("notifications:mine"))
    )


def test_preferences_show_and_keep_what_was_chosen():
    guest = GuestFactory()
    client, address = signed_in(guest), reverse("notifications:preferences")
    assert 'value="workshop"' in client.get(address).content.decode()
    assert client.get(address).context["form"]["wanted"].initial.count("workshop") == 1
    client.post(address, {"wanted": []})
    assert Preference.objects.filter(user=guest, kind="workshop").exists()
    assert "workshop" not in client.get(address).context["form"].initial["wanted"]
    client.post(address, {"wanted": ["workshop"]})
    assert not Preference.objects.filter(user=guest, kind="workshop").exists()


def test_preferences_are_ones_own():
    guest, other = GuestFactory(), GuestFactory()
    Preference.objects.create(user=other, kind="workshop")
    client, address = signed_in(guest), reverse("notifications:preferences")
    assert "workshop" in client.get(address).context["form"].initial["wanted"]
    client.post(address, {"wanted": ["workshop"]})
    assert list(Preference.objects.filter(kind="workshop").values_list("user", flat=True)) == [other.pk]


def test_a_kind_that_does_not_exist_is_no_choice():
    guest = GuestFactory()
    answer = signed_in(guest).post(reverse("notifications:preferences"), {"wanted": ["nonsense"]})
    assert (answer.status_code, Preference.objects.count()) == (200, 0)
    assert "wanted" in answer.context["form"].errors


# --- stopping letters from the letter ---------------------------------------------------------------------------------


def stop_path(user: User, *kinds: str) -> str:
    return stop_address(user.pk, kinds or ["workshop"]).removeprefix("https://lab.example")


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(method: str):
    guest = GuestFactory()
    getattr(Client(), method)(stop_path(guest))
    assert Preference.objects.count() == 0


def test_the_page_says_whose_letters_about_what_without_telling_the_address():
    guest = GuestFactory(email="camille@guests.example")
    answer = Client(headers={"accept-language": "en"}).get(stop_path(guest))
    assert "Stop all e-mails to c…@guests.example about Workshops?" in words(answer)
    assert "camille" not in answer.content.decode()


def test_one_click_from_a_mail_program_acts_without_cookies_or_token():
    guest = GuestFactory()
    client = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = client.post(stop_path(guest), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert list(Preference.objects.values_list("user", "kind")) == [(guest.pk, "workshop")]


def test_a_letter_about_two_kinds_stops_both():
    guest = GuestFactory()
    Client().post(stop_path(guest, "workshop", "picnic"))
    assert sorted(Preference.objects.values_list("kind", flat=True)) == ["picnic", "workshop"]


def test_afterwards_it_says_so_and_how_to_change_ones_mind():
    text = words(Client(headers={"accept-language": "en"}).post(stop_path(GuestFactory())))
    assert "no longer receives e-mails about Workshops." in text
    assert "Have you changed your mind" in text


@pytest.mark.parametrize("method", ["get", "post"])
def test_forged_addresses_lead_nowhere(method: str):
    guest = GuestFactory()
    forged = stop_path(guest).replace(f"/{guest.pk}:", f"/{guest.pk + 1}:")
    gone = stop_address(10**9, ["workshop"]).removeprefix("https://lab.example")
    for path in (forged, gone, reverse("notifications:stop", args=["nonsense"])):
        assert getattr(Client(), method)(path).status_code == 404
    assert Preference.objects.count() == 0


# --- the demonstration's letterbox ------------------------------------------------------------------------------------

KEPT = "1795510800000000000-0123abcd"
CONTENT = (
    b"To: ana@people.example\r\nSubject: Workshop\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n"
    b"<p>Come</p><script>alert(1)</script>"
)


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Path:
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    folder = tmp_path / "letters"
    folder.mkdir()
    return folder


def test_there_is_no_letterbox_outside_the_demonstration(lab: Client, demo: Path, settings: Settings):
    (demo / f"{KEPT}.eml").write_bytes(CONTENT)
    settings.DEMO = False
    for path in (reverse("notifications:letterbox"), reverse("notifications:kept_letter", args=[KEPT])):
        assert lab.get(path).status_code == 404


def test_the_letterbox_lists_what_arrived(lab: Client, demo: Path):
    (demo / f"{KEPT}.eml").write_bytes(CONTENT)
    (demo / "1795510800000000001-0123abcd.eml").write_bytes(b"\xff\x00")
    assert rows(lab.get(reverse("notifications:letterbox"))) == [
        "24 Nov 2026 10:00 (without a subject)",
        "24 Nov 2026 10:00 ana@people.example Workshop",
    ]


def test_an_empty_letterbox_says_when_letters_come(lab: Client, demo: Path):
    assert "within half a minute" in words(lab.get(reverse("notifications:letterbox")))


def test_the_letterbox_has_pages(lab: Client, demo: Path):
    for number in range(51):
        (demo / f"{1795510800000000000 + number}-0123abcd.eml").write_bytes(CONTENT)
    assert len(rows(lab.get(reverse("notifications:letterbox")))) == 50
    assert len(rows(lab.get(f"{reverse('notifications:letterbox')}?page=2"))) == 1
    assert len(rows(lab.get(f"{reverse('notifications:letterbox')}?page=99"))) == 1


def test_a_kept_letter_is_shown_in_a_frame_that_runs_nothing(lab: Client, demo: Path):
    (demo / f"{KEPT}.eml").write_bytes(CONTENT)
    page = lab.get(reverse("notifications:kept_letter", args=[KEPT])).content.decode()
    assert 'srcdoc="&lt;p&gt;Come&lt;/p&gt;' in page
    assert "<script>alert(1)" not in page


def test_a_kept_letter_that_is_not_there_is_not_found(lab: Client, demo: Path):
    assert lab.get(reverse("notifications:kept_letter", args=[KEPT])).status_code == 404
