"""Field notes on a phone: a test is logged without network, and arrives once whatever happens on the way."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from cohorts.models import Membership
from files.models import Attachment
from prototypes import actions
from prototypes.models import Trial, TrialNote
from tests.factories.cohorts import MembershipFactory
from tests.factories.files import picture
from tests.factories.prototypes import TrialFactory
from tests.journeys.conftest import PASSWORD, prepared, sign_in
from tests.journeys.network import NetworkProxy
from tests.journeys.phone import (
    NOW,
    STORED,
    Device,
    add_picture,
    describe_picture,
    save,
    send_now,
    take_picture,
    write,
)
from tests.journeys.test_pages import axe_result, too_wide

ONE_DRAFT = re.compile("1 (draft|brouillon)")
pytestmark = pytest.mark.usefixtures("clock")
# The device makes the next picture smaller once it is released.
HOLD_PICTURE = """() => {
    const decode = window.createImageBitmap;
    window.createImageBitmap = async (...args) => {
        window.createImageBitmap = decode;
        await new Promise((resolve) => (window.release = resolve));
        return decode(...args);
    };
}"""
# The next draft takes a moment to be encrypted.
SLOW_WRITE = """() => {
    const encrypt = SubtleCrypto.prototype.encrypt;
    SubtleCrypto.prototype.encrypt = async function (...args) {
        SubtleCrypto.prototype.encrypt = encrypt;
        await new Promise((resolve) => setTimeout(resolve, 300));
        return encrypt.apply(this, args);
    };
}"""
RETURN_FROM_CAMERA = """() => {
    document.dispatchEvent(new Event("visibilitychange"));
    return navigator.locks.request("field", () => undefined); // after the page has loaded and sent
}"""


def test_a_test_is_logged_with_network(device: Device, member: Membership, trials: list[Trial]):
    """The picture is taken first: while it is made smaller, the page refreshes and a test is chosen.

    The form is left with the last key, and opened again from the list.
    """
    again = TrialFactory(prototype=trials[0].prototype, state="locked", hypothesis="Sans aide, " + "aussi " * 20)
    page = prepared(device, member)
    for trial, text in (
        (trials[0], "Borne en carton, version 1 · 8 personnes sur 10 trouvent le bon guichet."),
        (again, "Borne en carton, version 1 · Sans aide, aussi aussi aussi aussi aussi aussi aussi aussi…"),
    ):
        expect(page.locator(f"#trial option[value='{trial.pk}']")).to_have_text(text)
    page.evaluate(HOLD_PICTURE)
    take_picture(page)
    page.evaluate(RETURN_FROM_CAMERA)
    page.select_option("#trial", str(trials[0].pk))
    write(page, "Les pictogrammes")
    save(page)
    page.evaluate("window.release()")
    expect(page.locator("#pictures [data-alt]")).to_be_focused()
    describe_picture(page)
    expect(page.locator("#saved-notes")).to_be_hidden()
    page.evaluate(SLOW_WRITE)
    page.fill("[name=learning]", "Les pictogrammes aident.")
    page.evaluate("location.hash = ''")
    page.click("#drafts [data-open]")
    save(page)
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(1)
    trials[0].refresh_from_db()
    assert (trials[0].state, trials[0].result, trials[0].learning) == (
        "concluded",
        "not_met",
        "Les pictogrammes aident.",
    )
    assert Attachment.objects.get().alt_text == "La borne dans le hall"


def test_three_drafts_written_without_network_arrive_once_though_the_phone_is_killed_in_mid_upload(
    restartable_device: Device, member: Membership, trials: list[Trial], proxy: NetworkProxy
):
    device = restartable_device
    prepared(device, member)
    device.off()
    proxy.disconnect()
    page = device.on()  # a cold start without network
    page.goto("/field/#test")
    expect(page.locator("#notes .note")).to_have_count(1)
    for number, trial in enumerate(trials):
        page.select_option("#trial", str(trial.pk))
        write(page, f"Note {number}")
        add_picture(page)
        save(page)
        expect(page.locator("#drafts > li[data-state=waiting]")).to_have_count(number + 1)
        page.click("#another")
    assert (TrialNote.objects.count(), Attachment.objects.count()) == (0, 0)

    proxy.reconnect()
    proxy.hold_marker = b"/pictures/"
    send_now(page)
    assert proxy.upload_held.wait(60)
    device.off()  # killed in mid-upload
    proxy.reconnect()
    assert (TrialNote.objects.count(), Attachment.objects.count()) == (1, 0)

    proxy.drop_marker = b"/pictures/"  # and then the answer to a picture is lost on the way
    page = device.on()
    page.goto("/field/#test")
    assert proxy.answer_dropped.wait(60)
    device.off()
    proxy.reconnect()

    page = device.on()
    page.goto("/field/#test")
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(3, timeout=60_000)
    arrived = TrialNote.objects.order_by("trial").values_list("trial", "outcome", "answers__learning")
    assert list(arrived) == [(trial.pk, "taken", f"Note {number}") for number, trial in enumerate(trials)]
    assert {max(size) for size in Attachment.objects.values_list("width", "height")} == {
        2000
    }  # made small on the phone
    assert sorted(Attachment.objects.values_list("object_id", flat=True)) == [trial.pk for trial in trials]
    assert Trial.objects.filter(state="concluded").count() == 3


def test_note_of_someone_else_is_shown_next_to_the_draft(
    device: Device, member: Membership, trials: list[Trial], proxy: NetworkProxy
):
    page = prepared(device, member)
    page.select_option("#trial", str(trials[0].pk))
    proxy.disconnect()
    write(page, "Ma version")
    save(page)
    expect(page.locator("#drafts > li[data-state=waiting]")).to_have_count(1)
    conclude(trials[0], "Leur version")
    proxy.reconnect()
    send_now(page)
    expect(page.locator("#drafts > li[data-state=beside]")).to_have_count(1)
    page.click("#drafts [data-see]")
    table = page.locator("main table").first
    expect(table).to_contain_text("Leur version")
    expect(table).to_contain_text("Ma version")


def conclude(trial: Trial, learning: str) -> None:
    pilot = MembershipFactory(cohort=trial.prototype.idea.cohort, role="pilot").user
    answers = {"held_on": NOW.date(), "participants": 20, "successes": 20}
    actions.log_trial(trial=trial, by=pilot, at=NOW, run=answers, conclusion={"result": "met", "learning": learning})


def test_an_expired_session_keeps_the_draft_and_sends_it_after_signing_in_again(
    device: Device, member: Membership, trials: list[Trial]
):
    page = prepared(device, member)
    write(page, "Écrit avant")
    Session.objects.all().delete()
    save(page)
    link = page.locator("#notes a:visible")
    expect(link).to_be_visible()
    expect(page.locator("#drafts > li[data-state=waiting]")).to_have_count(1)
    link.click()
    page.fill("input[name=login]", member.user.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/field/#test")
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(1)
    assert TrialNote.objects.get().answers["learning"] == "Écrit avant"


def test_signing_out_names_the_drafts_that_stay_and_hides_them_from_others(
    device: Device, member: Membership, trials: list[Trial]
):
    page = prepared(device, member)
    write(page, "Seulement pour moi")
    expect(page.locator("#saved-status")).not_to_be_empty()
    page.goto("/accounts/logout/")
    page.locator("main button[type=submit]").click()
    expect(page.locator("#leaving")).to_be_visible()
    expect(page.locator("#leaving p")).to_contain_text("1")
    page.click("#leaving [value=yes]")
    page.wait_for_url("**/accounts/login/")
    stored = page.evaluate(STORED)
    assert [text for text in ("Seulement pour moi", "Borne en carton", '"keys"') if text in stored] == []
    page.goto("/field/#test")
    expect(page.locator("#notes")).to_contain_text(ONE_DRAFT)
    expect(page.locator("body")).not_to_contain_text("Seulement pour moi")
    sign_in(page, MembershipFactory(cohort=member.cohort).user)
    page.goto("/field/#test")
    expect(page.locator("#notes")).to_contain_text(ONE_DRAFT)
    expect(page.locator("#log")).to_be_visible()
    assert page.input_value("[name=learning]") == ""
    page.context.clear_cookies()
    sign_in(page, member.user)
    page.goto("/field/#test")
    expect(page.locator("[name=learning]")).to_have_value("Seulement pour moi")


def test_full_device_shows_an_error_and_loses_no_text(
    restartable_device: Device, member: Membership, trials: list[Trial]
):
    device = restartable_device
    prepared(device, member)
    device.off()
    page = device.on()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": device.proxy.url, "quotaSize": 1})
    page.goto("/field/#test")
    write(page, "Sur un téléphone plein")
    expect(page.locator("#notes .note")).to_have_count(1)
    page.set_input_files("#photo", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(600, 400))})
    expect(page.locator("#notes .note")).to_have_count(1)
    expect(page.locator("#picture-sign")).to_contain_text(re.compile("was not saved|n’a pas été gardée"))
    expect(page.locator("#pictures > li")).to_have_count(0)
    page.reload()
    expect(page.locator("[name=learning]")).to_have_value("Sur un téléphone plein")
    page.evaluate("location.hash = 'note-verbatim'")
    page.fill("[name=text]", "Un verbatim")
    expect(page.locator("form[data-kind=note] .saved-status")).not_to_be_empty()
    page.reload()
    expect(page.locator("[name=text]")).to_have_value("Un verbatim")
    page.evaluate("location.hash = 'test'")
    expect(page.locator("[name=learning]")).to_have_value("Sur un téléphone plein")
    save(page)
    expect(page.locator("#another")).to_be_visible()
    expect(page.locator("#drafts > li:not([data-state=sent])")).to_have_count(1)  # the note
    assert TrialNote.objects.get().answers["learning"] == "Sur un téléphone plein"


SUBMIT_WHILE_PICTURES_ARE_READ = """() => {
    const form = document.getElementById("log");
    const getAll = IDBIndex.prototype.getAll;
    IDBIndex.prototype.getAll = function (...args) {
        IDBIndex.prototype.getAll = getAll;
        form.requestSubmit(form.querySelector("[type=submit]:not(#save-later)"));
        const hold = () => form.hidden || Object.assign(this.count(), { onsuccess: hold });
        hold();
        return getAll.apply(this, args);
    };
    window.dispatchEvent(new Event("online"));
}"""


def test_draft_submitted_while_the_page_opens_it_is_sent_once(device: Device, member: Membership, trials: list[Trial]):
    page = prepared(device, member)
    write(page, "Envoyée pendant l’ouverture")
    expect(page.locator("#saved-status")).not_to_be_empty()
    page.reload()
    expect(page.locator("[name=learning]")).to_have_value("Envoyée pendant l’ouverture")
    page.wait_for_load_state("networkidle")
    page.evaluate(SUBMIT_WHILE_PICTURES_ARE_READ)
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(1)
    assert TrialNote.objects.get().answers["learning"] == "Envoyée pendant l’ouverture"


def test_refused_draft_shows_the_reason_and_can_be_corrected(device: Device, member: Membership, trials: list[Trial]):
    page = prepared(device, member)
    write(page, "Refusé d’abord")
    page.locator("#more summary").click()
    page.fill("[name=groups]", "des habitants sans nombre")
    save(page)
    line = page.locator("#drafts > li[data-state=refused]")
    expect(line).to_have_count(1)
    line.locator("[data-open]").click()
    expect(page.locator("#id_groups_error")).to_contain_text("des habitants sans nombre")
    page.fill("[name=groups]", "habitants 12")
    save(page)
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(1)
    assert TrialNote.objects.get().answers["groups"] == {"habitants": 12}


def test_every_state_of_the_page_is_accessible_and_fits_a_phone(
    device: Device, member: Membership, trials: list[Trial], proxy: NetworkProxy
):
    page = prepared(device, member)
    page.context.add_init_script(Axe().axe_script)
    found = {}
    for language in ("fr", "en"):
        page.goto(f"/field/{language}/#test")
        page.locator("#more summary").click()
        found[f"{language} blank"] = axe_result(page)
        write(page, "Une note")
        page.set_input_files("#photo", {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": picture()})
        expect(page.locator("#pictures > li")).to_have_count(1)
        page.fill("[name=participants]", "")
        save(page)
        expect(page.locator("#id_participants_error")).to_be_visible()
        found[f"{language} refused"] = axe_result(page) + too_wide(page)
        page.emulate_media(color_scheme="dark")
        found[f"{language} dark"] = axe_result(page)
        page.click("#remove")
        found[f"{language} sure"] = axe_result(page)
        page.click("#sure [value=yes]")
        expect(page.locator("[name=learning]")).to_have_value("")
    proxy.disconnect()
    write(page, "Une note")
    save(page)
    expect(page.locator("#drafts > li")).to_have_count(1)
    found["waiting"] = axe_result(page) + too_wide(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_a_change_made_after_the_answer_was_lost_becomes_a_second_version(
    device: Device, member: Membership, trials: list[Trial], proxy: NetworkProxy
):
    page = prepared(device, member)
    write(page, "Première")
    proxy.drop_marker = b"/field/tests/"
    save(page)
    assert proxy.answer_dropped.wait(60)
    proxy.disconnect()
    page.locator("#drafts [data-open]").click()
    page.fill("[name=learning]", "Première, corrigée")
    save(page)
    proxy.reconnect()
    send_now(page)
    expect(page.locator("#drafts > li[data-state=beside]")).to_have_count(1)
    arrived = TrialNote.objects.values_list("outcome", "answers__learning")
    assert list(arrived) == [("taken", "Première"), ("beside", "Première, corrigée")]
