"""A day of immersion with a phone that has no network from nine to five, and a clock that is a day slow."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cohorts.models import Attendance, Membership, Session
from fieldwork.models import Note
from files.models import Attachment
from prototypes.models import Idea, Trial, TrialNote
from tests.factories.cast import TODAY
from tests.factories.cohorts import MembershipFactory, SessionFactory
from tests.factories.fieldwork import wav
from tests.factories.files import picture
from tests.full import FULL
from tests.journeys.conftest import session_of, sign_in
from tests.journeys.network import NetworkProxy
from tests.journeys.phone import STORED, Device, save, send_now, write
from tests.journeys.test_pages import axe_result, too_wide

pytestmark = pytest.mark.usefixtures("clock")
# A microphone, which the browser of the tests lacks: it hears one tone.
MICROPHONE = """() => {
    window.microphones = [];
    navigator.mediaDevices.getUserMedia = async () => {
        const context = new AudioContext();
        const [tone, target] = [context.createOscillator(), context.createMediaStreamDestination()];
        tone.connect(target);
        tone.start();
        microphones.push(...target.stream.getTracks());
        return target.stream;
    };
}"""
PAIRS, PICTURES = (10, 5) if FULL else (3, 2)
KINDS = [*["verbatim", "observation"] * PAIRS, *["picture"] * PICTURES, *["voice"] * 2]
ENTRIES = len(KINDS) + 3  # with an idea, who came to a session, and the result of a test: 30 with `FULL` set
MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)  # of the phone: the platform has 24 November, 10:00 in Paris


@pytest.fixture
def pilot(member: Membership) -> Membership:
    return MembershipFactory(cohort=member.cohort, role="pilot", user__language="en")


def set_time(device: Device, minutes: int) -> None:
    assert device.context is not None
    device.context.clock.set_fixed_time(MORNING + timedelta(minutes=minutes))


def start(device: Device, membership: Membership) -> Page:
    """Return the page of a signed-in person, who has it on the phone now."""
    page = device.on()
    set_time(device, 0)
    page.context.add_init_script(Axe().axe_script)
    page.context.add_cookies([{"url": device.proxy.url, **session_of(membership.user)}])
    page.goto("/field/en/")
    expect(page.locator("#ready")).to_be_visible()
    expect(page.locator("#start-forms")).to_be_visible()
    return page


def open_form(page: Page, name: str) -> None:
    page.evaluate("hash => { location.hash = hash }", name)
    expect(page.locator(f"form[data-kind={name.partition('-')[0]}]")).to_be_visible()


def save_entry(page: Page, waiting: int) -> None:
    page.locator("form[data-kind]:not([hidden]) [type=submit]").click()
    expect(page.locator("#drafts > li[data-state=waiting]")).to_have_count(waiting)


def add_note(page: Page, kind: str, text: str, waiting: int) -> None:
    open_form(page, f"note-{kind}")
    page.fill("form[data-kind=note] [name=text]", text)
    page.locator("form[data-kind=note]").get_by_text("The person agrees", exact=True).click()
    if kind == "picture":
        photo = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(900, 600))}
        page.set_input_files("#id_picture", photo)
        expect(page.locator("[data-thumb]")).to_be_visible()
    if kind == "voice":
        page.set_input_files("#id_recording", {"name": "memo.wav", "mimeType": "audio/wav", "buffer": wav(2)})
        expect(page.locator("[data-file-status]")).not_to_be_empty()
    save_entry(page, waiting)


def faults_of_forms(page: Page, session: Session) -> list[str]:
    faults = axe_result(page) + too_wide(page)
    for form in ("note-verbatim", "note-voice", "note-picture", "idea", f"attendance-{session.pk}"):
        open_form(page, form)
        faults += axe_result(page) + too_wide(page)
    return faults


def write_notes(page: Page, device: Device) -> list[str]:
    """Write a note each quarter of an hour, from nine on, and return their texts in order."""
    texts = [f"{kind} {number}" for number, kind in enumerate(KINDS)]
    for number, (kind, text) in enumerate(zip(KINDS, texts, strict=True)):
        set_time(device, 15 * number)
        add_note(page, kind, text, number + 1)
    return texts


def write_the_rest(page: Page) -> None:
    """Write an idea, who came to the session, and the result of a test."""
    open_form(page, "idea")
    page.fill("[name=title]", "Un accueil sans guichet")
    save_entry(page, ENTRIES - 2)
    page.get_by_role("link", name="Record attendance").click()
    page.locator("form[data-kind=attendance]").get_by_text("Here", exact=True).first.click()
    save_entry(page, ENTRIES - 1)
    page.evaluate("location.hash = 'test'")
    write(page, "Les pictogrammes aident.")
    save(page)
    expect(page.locator("#drafts > li[data-state=waiting]")).to_have_count(ENTRIES)


def codes_on_phone(page: Page) -> list[str]:
    lines = [line.inner_text() for line in page.locator("#drafts [data-explanation]").all()]
    return sorted(line.partition(": ")[2] for line in lines if line)


def test_a_day_without_network_loses_nothing_doubles_nothing_and_keeps_the_order(
    restartable_device: Device,
    pilot: Membership,
    trials: list[Trial],
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
):
    device = restartable_device
    session = SessionFactory(cohort=pilot.cohort, date=TODAY, title="Immersion", venue="Mairie, hall d’accueil")
    page = start(device, pilot)
    expect(page.locator("#sessions")).to_contain_text("Mairie, hall d’accueil")
    device.context.set_offline(True)
    assert faults_of_forms(page, session) == []
    texts = write_notes(page, device)
    codes = codes_on_phone(page)
    write_the_rest(page)
    assert [model.objects.count() for model in (Note, TrialNote, Attendance)] == [0, 0, 0]

    device.off()  # the battery is empty
    page = device.on()  # with its clock set a day ahead
    device.context.set_offline(True)
    page.goto("/field/en/")
    expect(page.locator("#drafts > li[data-state=waiting]")).to_have_count(ENTRIES)
    expect(page.locator("#sessions")).to_contain_text("Mairie, hall d’accueil")
    stored = page.evaluate(STORED)
    assert [text for text in ("verbatim 0", "guichet", "pictogrammes", "Mairie", "data:image") if text in stored] == []

    monkeypatch.setattr("fieldwork.views.fingerprint", lambda *_pages: "next")  # the platform is updated
    clock.move_to(datetime(2026, 11, 24, 17, 30, tzinfo=UTC))  # the sign-in has ended
    set_time(device, 33 * 60 + 30)  # and the phone has set its clock right
    device.context.set_offline(False)
    send_now(page)
    expect(page.locator("#notes a:visible")).to_be_visible()
    expect(page.locator("#reading")).to_be_hidden()
    expect(page.locator("#drafts > li[data-state=waiting]")).to_have_count(ENTRIES)
    sign_in(page, pilot.user)
    page.goto("/field/en/")
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(ENTRIES, timeout=60_000)
    expect(page.locator("#drafts")).not_to_contain_text("verbatim 0")  # the words of a note that was sent are gone
    send_now(page)
    notes = Note.objects.order_by("pk")
    assert [note.text for note in notes] == texts
    moments = [note.happened_at for note in notes]
    assert (moments == sorted(moments), {moment.date() for moment in moments}) == (True, {TODAY})
    assert codes == sorted(note.printed_code for note in notes)
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["picture.jpg"] * PICTURES + ["voice.wav"] * 2
    assert Idea.objects.filter(title="Un accueil sans guichet", owner=pilot.user).count() == 1
    assert [(row.day.session, row.status) for row in Attendance.objects.all()] == [(session, "present")]
    assert TrialNote.objects.get().answers["learning"] == "Les pictogrammes aident."


def test_two_phones_record_the_same_person_and_the_second_decides(
    device: Device, restartable_device: Device, pilot: Membership, member: Membership
):
    session = SessionFactory(cohort=pilot.cohort, date=TODAY, title="Immersion")
    phones = {"Here": start(device, pilot), "Absent": start(restartable_device, pilot)}
    for label, page in phones.items():
        page.context.set_offline(label == "Here")
        open_form(page, f"attendance-{session.pk}")
        people = page.locator("form[data-kind=attendance] li")
        people.filter(has_text=str(member.user)).get_by_text(label, exact=True).click()
        page.locator("form[data-kind=attendance] [type=submit]").click()
    expect(phones["Absent"].locator("#drafts > li[data-state=sent]")).to_have_count(1)
    page = phones["Here"]
    page.context.set_offline(False)
    send_now(page)
    line = page.locator("#drafts > li[data-state=refused]")
    expect(line).to_contain_text("Someone else has changed this to “absent”")
    line.locator("[data-open]").click()
    expect(page.locator("form[data-kind=attendance] .errorlist")).to_have_count(1)
    page.locator("form[data-kind=attendance] [type=submit]").click()
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(1)
    assert [row.status for row in Attendance.objects.all()] == ["present"]


def test_a_note_changed_after_its_answer_was_lost_needs_a_decision(
    device: Device, pilot: Membership, proxy: NetworkProxy
):
    page = start(device, pilot)
    proxy.drop_marker = b"/notes/verbatim/"
    open_form(page, "note-verbatim")
    page.fill("[name=text]", "Trois fois")
    page.locator("form[data-kind=note]").get_by_text("The person agrees", exact=True).click()
    page.locator("form[data-kind=note] [type=submit]").click()
    assert proxy.answer_dropped.wait(60)
    proxy.disconnect()
    page.locator("#drafts [data-open]").click()
    page.fill("[name=text]", "Quatre fois")
    save_entry(page, 1)
    proxy.reconnect()
    send_now(page)
    line = page.locator("#drafts > li[data-state=undecided]")
    expect(line).to_have_count(1)
    line.locator("[data-again]").click()
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(1)
    notes = Note.objects.order_by("pk")
    assert [note.text for note in notes] == ["Trois fois", "Quatre fois"]
    codes = [note.printed_code for note in reversed(notes)]
    expect(page.locator("#drafts [data-explanation]")).to_have_text(re.compile(".*".join(codes)))


def test_a_note_that_gets_no_answer_lets_the_others_pass_and_acting_staff_send_nothing(
    device: Device, pilot: Membership
):
    page = start(device, pilot)
    page.route("**/field/tests.json", lambda route: route.fulfill(status=403))  # as while acting
    for number, kind in enumerate(("observation", "verbatim"), start=1):
        open_form(page, f"note-{kind}")
        page.fill("form[data-kind=note] [name=text]", kind)
        save_entry(page, number)
    expect(page.locator("#notes")).to_contain_text("You are acting for someone else")
    page.route("**/notes/observation/", lambda route: route.fulfill(status=500))
    page.unroute("**/field/tests.json")
    send_now(page)
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(1)
    waiting = page.locator("#drafts > li[data-state=waiting]")
    expect(waiting).to_contain_text("will be sent again")
    assert Note.objects.get().text == "verbatim"


def record(page: Page) -> None:
    """Begin a recording, and let it go on for a moment."""
    page.click("button[data-start]")
    expect(page.locator("form [role=status][data-state]")).to_contain_text(re.compile(r"Recording: \d+ of 180"))
    page.wait_for_timeout(500)


def test_a_recording_ends_and_is_discarded_when_its_form_is_left(device: Device, pilot: Membership):
    page = start(device, pilot)
    page.evaluate(MICROPHONE)
    open_form(page, "note-voice")
    record(page)
    open_form(page, "note-observation")
    open_form(page, "note-voice")
    expect(page.locator("button[data-start]")).to_be_visible()
    record(page)
    page.click("[data-stop]")
    expect(page.locator("[data-file-status]")).not_to_be_empty()
    page.locator("form[data-kind=note]").get_by_text("The person agrees", exact=True).click()
    page.locator("form[data-kind=note] [type=submit]").click()
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(1)
    assert page.evaluate("microphones.map(({ readyState }) => readyState)") == ["ended", "ended"]
    assert ([note.kind for note in Note.objects.all()], Attachment.objects.count()) == (["voice"], 1)
