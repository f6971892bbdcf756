"""What is asked again of a letter before it leaves: its own reasons, its person's wishes, whose claim it is."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import User
from notifications.emails import rendering
from notifications.models import Delivery, DeliveryItem, Preference
from notifications.registries import Checked, EventKind
from notifications.sending.delivery import Claim, claim, give_back, still_to_say
from tests.factories.accounts import UserFactory
from tests.factories.notifications import (
    NOW,
    DeliveryFactory,
    GuestFactory,
    ReminderFactory,
    registered,
    workshop,
)
from tests.sql import force

pytestmark = pytest.mark.django_db


@pytest.fixture
def _kind() -> Any:
    with registered(workshop()):
        yield


def ended(letter: Delivery) -> list[str]:
    return still_to_say(letter, NOW)[1]


@pytest.mark.usefixtures("_kind")
class TestOfALetter:
    def test_whose_reminder_was_stopped_nothing_is_said(self):
        letter = DeliveryFactory()
        force(letter.items.get().reminder, reason="moved")
        assert (ended(letter), DeliveryItem.objects.get().state) == (["moved"], "cancelled")

    def test_what_somebody_else_does_not_want_is_said(self):
        letter = DeliveryFactory()
        Preference.objects.create(user=GuestFactory(), kind="workshop")
        assert ended(letter) == []
        Preference.objects.create(user=letter.user, kind="workshop")
        assert ended(letter) == ["unsubscribed"]

    def test_what_somebody_else_had_of_the_version_before_is_said(self):
        before = ReminderFactory(step="details", version=1, state="expanded")
        DeliveryFactory(reminder=before, state="sent")
        now = ReminderFactory(step="details", version=2, state="expanded")
        letter = DeliveryFactory(reminder=now)
        assert ended(letter) == []
        DeliveryFactory(reminder=before, user=letter.user, state="sent")
        assert ended(letter) == ["had"]


class TestAClaim:
    def test_only_what_is_ones_own_is_given_back(self):
        letter = DeliveryFactory()
        taken = claim(NOW)
        give_back(Claim(uuid4(), taken.letters))
        letter.refresh_from_db()
        assert letter.lease_token == taken.token
        give_back(taken)
        letter.refresh_from_db()
        assert letter.lease_token is None


class TestWhomAKindReaches:
    @pytest.mark.parametrize(
        ("account", "usual", "awaited_too"),
        [
            ({}, True, True),
            ({"is_active": False}, False, False),
            ({"is_active": False, "joined": False}, False, True),
        ],
        ids=["open", "closed", "still to be opened"],
    )
    def test_it_is_an_account_that_is_open_or_still_to_be(
        self, account: dict[str, bool], *, usual: bool, awaited_too: bool
    ):
        user = UserFactory(**account)
        reached = [kind.reaches(user) for kind in (workshop(), workshop(to_awaited=True))]
        assert reached == [usual, awaited_too]


class TestAPreview:
    def shown(self, reader: User) -> bool:
        letter = DeliveryFactory()
        found = rendering.preview(letter.user, [letter.items.get().reminder], reader=reader)
        return found is not None

    def test_it_is_for_those_who_may_see_what_it_is_about_and_for_the_lab(self):
        kind: EventKind = workshop(seen_by=lambda user, _pk: user.full_name == "May See")
        readers = [UserFactory(full_name="May See"), UserFactory(), UserFactory(is_lab_staff=True)]
        with registered(kind):
            assert [self.shown(reader) for reader in readers] == [True, False, True]


def test_a_check_of_the_event_comes_last():
    with registered(workshop(check=lambda *_asked: Checked("left", None))):
        letter = DeliveryFactory(reminder=ReminderFactory(state="expanded", due_at=NOW - timedelta(hours=1)))
        assert ended(letter) == ["left"]
