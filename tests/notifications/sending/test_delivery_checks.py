"""Checks right before sending: the reminder's reasons, the person's preferences, the lease."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from notifications.emails import rendering
from notifications.models import Delivery, DeliveryItem, Preference
from notifications.registries import EventKind, RecipientCheck
from notifications.sending.delivery import LeasedBatch, claim, current_topics, release_unsent
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    NOW,
    DeliveryFactory,
    ReminderFactory,
    WorkshopGuestFactory,
    registered,
    workshop,
)
from tests.sql import force

pytestmark = pytest.mark.django_db


@pytest.fixture
def _kind() -> Any:
    with registered(workshop()):
        yield


def ended_reasons(delivery: Delivery) -> list[str]:
    return current_topics(delivery, NOW)[1]


@pytest.mark.usefixtures("_kind")
class TestCurrentTopics:
    def test_an_item_of_a_stopped_reminder_is_dropped(self):
        delivery = DeliveryFactory()
        force(delivery.items.get().reminder, reason="moved")
        assert (ended_reasons(delivery), DeliveryItem.objects.get().state) == (["moved"], "cancelled")

    def test_another_persons_preference_has_no_effect(self):
        delivery = DeliveryFactory()
        Preference.objects.create(user=WorkshopGuestFactory(), kind="workshop")
        assert ended_reasons(delivery) == []
        Preference.objects.create(user=delivery.user, kind="workshop")
        assert ended_reasons(delivery) == ["unsubscribed"]

    def test_another_persons_earlier_email_has_no_effect(self):
        before = ReminderFactory(step="details", version=1, state="expanded")
        DeliveryFactory(reminder=before, state="sent")
        now = ReminderFactory(step="details", version=2, state="expanded")
        delivery = DeliveryFactory(reminder=now)
        assert ended_reasons(delivery) == []
        DeliveryFactory(reminder=before, user=delivery.user, state="sent")
        assert ended_reasons(delivery) == ["had"]


class TestReleaseUnsent:
    def test_only_the_own_lease_is_released(self):
        delivery = DeliveryFactory()
        batch = claim(NOW)
        release_unsent(LeasedBatch(uuid4(), batch.ids))
        delivery.refresh_from_db()
        assert delivery.lease_token == batch.token
        release_unsent(batch)
        delivery.refresh_from_db()
        assert delivery.lease_token is None


class TestSendsTo:
    @pytest.mark.parametrize(
        ("account", "usual", "awaited_too"),
        [
            ({}, True, True),
            ({"is_active": False}, False, False),
            ({"is_active": False, "joined": False}, False, True),
        ],
        ids=["open", "closed", "still to be opened"],
    )
    def test_open_accounts_and_invited_people_get_emails(
        self, account: dict[str, bool], *, usual: bool, awaited_too: bool
    ):
        user = UserFactory(**account)
        answers = [kind.sends_to(user) for kind in (workshop(), workshop(sends_to_invited_people=True))]
        assert answers == [usual, awaited_too]


class TestPreview:
    def has_preview(self, reader: User) -> bool:
        delivery = DeliveryFactory()
        preview = rendering.preview(delivery.user, [delivery.items.get().reminder], reader=reader)
        return preview is not None

    def test_a_preview_needs_access_to_the_event_or_lab_staff(self):
        kind: EventKind = workshop(can_see=lambda user, _pk: user.full_name == "May See")
        readers = [UserFactory(full_name="May See"), UserFactory(), UserFactory(is_lab_staff=True)]
        with registered(kind):
            assert [self.has_preview(reader) for reader in readers] == [True, False, True]


def test_the_check_of_the_event_comes_last():
    with registered(workshop(check=lambda *_args: RecipientCheck("left", None))):
        delivery = DeliveryFactory(reminder=ReminderFactory(state="expanded", due_at=NOW - timedelta(hours=1)))
        assert ended_reasons(delivery) == ["left"]
