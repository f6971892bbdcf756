"""Actions on several e-mails at once: failed ones are sent again, waiting ones paused and resumed."""

import pytest
from django.urls import reverse

from accounts.models import User
from lists.models import BulkRun
from notifications.models import Delivery
from tests.factories.accounts import UserFactory
from tests.factories.notifications import DeliveryFactory
from tests.lists.bulk import confirm
from tests.pages import elements
from tests.prototypes.pages import send, signed_in

pytestmark = pytest.mark.usefixtures("db", "today", "workshop")
ACT = "/lists/e-mails/actions"


@pytest.fixture
def staff() -> User:
    return UserFactory(full_name="Staff Lab", is_lab_staff=True, language="en")


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


def test_failed_emails_are_sent_again_and_waiting_ones_paused_and_resumed(staff: User):
    for state in ("dead", "dead", "queued", "sent"):
        DeliveryFactory(state=state)
    confirm(staff, f"{ACT}/retry/?all=1")
    assert states() == ["queued", "queued", "queued", "sent"]
    confirm(staff, f"{ACT}/pause/?all=1")
    assert states() == ["held", "held", "held", "sent"]
    assert [run.rows.count() for run in BulkRun.objects.order_by("pk")] == [2, 3]
    send(staff, f"/bulk/{BulkRun.objects.latest('pk').pk}/undo/")
    assert states() == ["queued", "queued", "queued", "sent"]


def test_each_box_names_the_email_and_whom_it_is_to(staff: User):
    emails = [DeliveryFactory(state="sent", subject="News", user=UserFactory(full_name=name)) for name in ("A", "B")]
    boxes = [box["attrs"] for box in elements(signed_in(staff).get(reverse("notifications:ledger")), "input")]
    labels = {box["value"]: box["aria-label"] for box in boxes if box.get("name") == "row"}
    assert labels == {str(email.pk): f"Select News · {email.user}" for email in emails}


def test_only_lab_staff_open_the_list_its_files_and_its_actions(staff: User):
    email = DeliveryFactory(state="dead")
    addresses = (f"{ACT}/retry/?all=1", "/lists/e-mails/file/csv/", "/lists/e-mails/views/new/?state=dead")
    assert [signed_in(email.user).get(address).status_code for address in addresses] == [403, 403, 403]
    assert [signed_in(staff).get(address).status_code for address in addresses] == [200, 200, 200]
