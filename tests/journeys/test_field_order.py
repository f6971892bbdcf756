"""Several notes on one test from one phone: they are sent in order, and a second note says what it changes."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from cohorts.models import Membership
from prototypes.models import Trial, TrialCorrection, TrialNote
from tests.factories.cohorts import MembershipFactory
from tests.journeys.conftest import prepared, sign_in
from tests.journeys.network import NetworkProxy
from tests.journeys.phone import NOW, Device, save, send_now, write
from tests.journeys.test_pages import axe_result, too_wide

pytestmark = pytest.mark.usefixtures("clock")
# From the next time on that the page needs the drafts, the device is busy with them until it is released.
BUSY = """() => {
    const transaction = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (...args) {
        IDBDatabase.prototype.transaction = transaction;
        const drafts = this.transaction("drafts", "readwrite").objectStore("drafts");
        const hold = () => window.release || Object.assign(drafts.count(), { onsuccess: hold });
        hold();
        return this.transaction(...args);
    };
}"""
RELEASE = "window.release = true"


def begin(page: Page, device: Device, trial: Trial, minutes: int = 0) -> None:
    """Start the next note, some minutes later on the phone's clock."""
    assert device.context is not None
    device.context.clock.set_fixed_time(NOW + timedelta(minutes=minutes))
    if minutes:
        page.click("#another")
    page.select_option("#trial", str(trial.pk))


def choose(page: Page, choice: str) -> None:
    page.locator(f"[name=choice][value={choice}]").check()


def arrived() -> list[tuple[str, str]]:
    return list(TrialNote.objects.order_by("pk").values_list("answers__learning", "outcome"))


def waiting(page: Page, count: int) -> None:
    expect(page.locator("#drafts > li[data-state=waiting]")).to_have_count(count)


def test_two_notes_on_one_test_arrive_in_the_order_written(
    device: Device, member: Membership, trials: list[Trial], proxy: NetworkProxy
):
    page = prepared(device, member)
    begin(page, device, trials[0])
    proxy.disconnect()
    write(page, "First")
    save(page)
    waiting(page, 1)
    begin(page, device, trials[0], minutes=5)
    choose(page, "add")
    write(page, "Second", result="met", participants="10", successes="10")
    save(page)
    waiting(page, 2)
    proxy.reconnect()
    send_now(page)
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(2)
    assert arrived() == [("First", "taken"), ("Second", "taken")]
    trials[0].refresh_from_db()
    assert (trials[0].participants, trials[0].successes, trials[0].result) == (22, 19, "met")


def test_the_page_says_that_a_test_has_a_note_before_another_is_saved(
    device: Device, member: Membership, trials: list[Trial], proxy: NetworkProxy
):
    page = prepared(device, member)
    page.context.add_init_script(Axe().axe_script)
    page.reload()
    begin(page, device, trials[0])
    expect(page.locator("#first")).to_be_hidden()
    proxy.disconnect()
    write(page, "First")
    save(page)
    begin(page, device, trials[0], minutes=5)
    expect(page.locator("#first-text")).to_have_text(
        "Votre note précédente sur ce test n’est pas encore partie de cet appareil : 9 sur 12. Critère non atteint."
        " Si vous ajoutez à la première note, indiquez seulement les personnes venues depuis : les nombres sont"
        " additionnés."
    )
    expect(page.locator("#save-later")).to_be_hidden()
    write(page, "Second", result="met", participants="10", successes="10")
    save(page)
    expect(page.locator("#id_choice_error")).to_be_visible()
    assert axe_result(page) + too_wide(page) == []
    choose(page, "replace")
    save(page)
    expect(page.locator("#id_replace_reason_error")).to_be_visible()
    waiting(page, 1)
    page.fill("[name=replace_reason]", "The first sheet was of a rehearsal")
    save(page)
    waiting(page, 2)
    proxy.reconnect()
    send_now(page)
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(2)
    correction = TrialCorrection.objects.get()
    assert (correction.reason, correction.before["participants"], correction.after["participants"]) == (
        "The first sheet was of a rehearsal",
        12,
        10,
    )


def test_result_on_the_platform_is_shown_on_the_phone(device: Device, member: Membership, trials: list[Trial]):
    """The first note is typed while the device is busy: it stays in the form, and belongs to the chosen test."""
    page = prepared(device, member)
    page.evaluate(BUSY)
    begin(page, device, trials[0])
    write(page, "First")
    page.evaluate(RELEASE)
    save(page)
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(1)
    begin(page, device, trials[0], minutes=5)
    expect(page.locator("#first-text")).to_contain_text("9 sur 12")
    assert page.input_value("[name=participants]") == ""
    choose(page, "add")
    write(page, "Second", participants="8", successes="8", result="met")
    expect(page.locator("#hint")).to_contain_text("17 sur 20")
    save(page)
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(2)
    trials[0].refresh_from_db()
    assert (trials[0].participants, trials[0].successes) == (20, 17)


def test_refused_note_holds_back_the_next_note_on_its_test(
    device: Device, member: Membership, trials: list[Trial], proxy: NetworkProxy
):
    page = prepared(device, member)
    begin(page, device, trials[0])
    proxy.disconnect()
    write(page, "First")
    page.locator("#more summary").click()
    page.fill("[name=groups]", "des habitants sans nombre")
    save(page)
    begin(page, device, trials[0], minutes=5)
    choose(page, "add")
    write(page, "Second", result="met", participants="10", successes="10", groups="")
    save(page)
    begin(page, device, trials[1], minutes=10)
    write(page, "Elsewhere", groups="")
    save(page)
    waiting(page, 3)
    proxy.reconnect()
    send_now(page)
    refused = page.locator("#drafts > li[data-state=refused]")
    expect(refused).to_have_count(1)
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(1)
    waiting(page, 1)
    expect(page.locator("#drafts > li[data-state=waiting] .tag")).to_have_text(
        "en attente de l’envoi de votre note précédente sur ce test"
    )
    assert arrived() == [("Elsewhere", "taken")]
    refused.locator("[data-open]").click()
    page.fill("[name=groups]", "habitants 12")
    save(page)
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(3)
    assert arrived()[1:] == [("First", "taken"), ("Second", "taken")]


def test_next_person_signing_in_does_not_send_notes_of_others(device: Device, member: Membership, trials: list[Trial]):
    page = prepared(device, member)
    begin(page, device, trials[0])
    write(page, "Mine")
    Session.objects.all().delete()
    save(page)
    waiting(page, 1)
    expect(page.locator("#notes a:visible")).to_be_visible()
    sign_in(page, MembershipFactory(cohort=member.cohort, user__language="fr").user)
    page.goto("/field/#test")
    expect(page.locator("#notes .note")).to_have_count(1)
    expect(page.locator("body")).not_to_contain_text("Mine")
    assert arrived() == []
    page.context.clear_cookies()
    sign_in(page, member.user)
    page.goto("/field/#test")
    expect(page.locator("#drafts > li[data-state=sent]")).to_have_count(1)
    assert list(TrialNote.objects.values_list("answers__learning", "by")) == [("Mine", member.user.pk)]
