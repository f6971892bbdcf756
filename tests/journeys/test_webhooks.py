"""A coordinator adds a webhook, tests it, reads the answer as it comes, and disables it; its page on a phone."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.factories.cast import new_cast
from tests.journeys.conftest import PHONE, Visit
from tests.journeys.test_pages import axe_result
from tools.webhook_receiver import Receiver, receiving
from webhooks.models import Webhook
from webhooks.sending import send_due_webhooks


def test_webhook_is_added_tested_and_disabled(visit: Visit, clock: Any, settings: Any):
    settings.WEBHOOKS_TO_LOOPBACK = True
    cast = new_cast()
    page = visit(cast["C"])
    page.context.add_init_script(Axe().axe_script)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/cohorts/rivage/")
    page.get_by_role("link", name="Webhooks").click()
    expect(page.get_by_role("heading", name="Webhooks", level=1)).to_be_visible()
    assert axe_result(page) == []
    page.get_by_role("link", name="Add a webhook").click()
    with receiving(Receiver(answer=503)) as receiver:
        fill_in(page, receiver.url)
        expect(page.get_by_role("heading", name="The secret of your webhook", level=1)).to_be_visible()
        assert axe_result(page) == []
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        secret = page.get_by_label("Intranet").input_value()
        assert (page.evaluate("navigator.clipboard.readText()"), secret[:6]) == (secret, "whsec_")
        page.get_by_role("link", name="Open the webhook").click()
        page.get_by_role("button", name="Send a test message").click()
        expect(page.get_by_text("The test message is on its way.")).to_be_visible()
        send_due_webhooks(timezone.now, seconds=10)
        expect(page.get_by_role("cell", name="503")).to_be_visible()  # the list has refreshed itself
        assert len(receiver.received) == 1
    expect(page.get_by_text("enabled", exact=True)).to_be_visible()  # a test is no failure
    page.locator("#messages-of-webhook summary").click()
    expect(page.get_by_text('"webhook.test"')).to_be_visible()
    assert axe_result(page) == []
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="Disable").click()
    expect(page.get_by_text("Nothing has been sent since")).to_be_visible()
    phone = visit(cast["C"], **PHONE)
    phone.context.add_init_script(Axe().axe_script)
    phone.goto(f"/webhooks/{Webhook.objects.get().pk}/")
    expect(phone.get_by_role("heading", name="Intranet", level=1)).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["viewport"]["width"]
    assert axe_result(phone) == []


def fill_in(page: Page, url: str) -> None:
    """Fill in and send the form of a new webhook."""
    page.get_by_label("What it is for").fill("Intranet")
    page.get_by_label("Cohort").select_option(index=1)
    page.get_by_label("Address of the receiver").fill(url)
    page.get_by_label("an idea is accepted").check()
    page.get_by_role("button", name="Add the webhook").click()
