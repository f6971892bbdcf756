"""Several notes on one test from one phone: they leave in the order in which they were written."""

from datetime import timedelta

from cohorts.models import Membership
from prototypes.models import FieldNote, Trial
from playwright.sync_api import expect
from tests.journeys.test_field import *  # noqa
from tests.journeys.test_field import NOW, Device, prepared, save, send_now, write
from tests.journeys.wire import Wire


def test_two_notes_on_one_test_arrive_in_the_order_written(
    device: Device, member: Membership, trials: list[Trial], wire: Wire
):
    page = prepared(device, member)
    page.select_option("#trial", str(trials[0].pk))
    wire.cut()
    write(page, "First")
    save(page)
    expect(page.locator("#drafts > li[data-state=waiting]")).to_have_count(1)
    device.context.clock.set_fixed_time(NOW + timedelta(minutes=5))
    page.click("#another")
    page.select_option("#trial", str(trials[0].pk))
    write(page, "Second", participants="10", successes="4")
    save(page)
    expect(page.locator("#drafts > li[data-state=waiting]")).to_have_count(2)
    wire.mend()
    send_now(page)
    expect(page.locator("#drafts > li[data-state=waiting]")).to_have_count(0)
    assert list(FieldNote.objects.order_by("pk").values_list("said__learning", flat=True)) == ["First", "Second"]
