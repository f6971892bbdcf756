"""Actions on several invitations at once: sent again, withdrawn, with the permission of each."""

from typing import Any

import pytest

from cohorts.models import Invitation
from lists.models import BulkRun
from lists.worker import process_run
from notifications.models import Reminder
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, Cast
from tests.factories.invitations import InvitationFactory
from tests.lists.bulk import confirm, preview
from tests.pages import errors, texts

pytestmark = pytest.mark.django_db
RESEND = "/lists/invitations/actions/resend/?subject_key=rivage&all=1"
WITHDRAW = "/lists/invitations/actions/withdraw/?subject_key=rivage&all=1"


@pytest.fixture
def invitations(cast: Cast) -> list[Invitation]:
    """Create invitations of an ambassador, of a coordinator and of someone who accepted, and one to another cohort."""
    person = UserFactory(full_name="Zoe Essai")
    return [
        InvitationFactory(cohort=cast.cohort, full_name="Ada Essai", role="ambassador", invited_by=cast["P"]),
        InvitationFactory(cohort=cast.cohort, full_name="Bob Essai", role="coordinator", invited_by=cast["S"]),
        InvitationFactory(
            cohort=cast.cohort, full_name="Zoe Essai", role="relay", person=person, accepted_at=NOW, accepted_by=person
        ),
        InvitationFactory(cohort=cast.other_cohort, full_name="Elsewhere"),
    ]


def refusals(answer: Any) -> list[str]:
    return [text for text in texts(answer, "strong") if text.endswith(".")]


def versions() -> list[int]:
    return list(Invitation.objects.order_by("pk").values_list("version", flat=True))


def test_unanswered_invitations_to_roles_one_may_give_are_sent_again(cast: Cast, invitations: list[Invitation]):
    answer = preview(cast["P"], RESEND)
    assert texts(answer, "h1") == ["Send again: 1 of 3"]
    assert refusals(answer) == [
        "Only the lab can name coordinators. Only the lab and the coordinator can name pilots.",
        "Only an invitation without an answer can be sent again.",
    ]
    assert "Elsewhere" not in answer.content.decode()
    assert confirm(cast["P"], RESEND).url == "/cohorts/rivage/invitations/"
    assert versions() == [2, 1, 1, 1]
    assert Reminder.objects.filter(kind="invitation", object_id=invitations[0].pk, version=2).count() > 0


def test_invitations_are_withdrawn_with_one_reason(cast: Cast, invitations: list[Invitation]):
    refused = confirm(cast["S"], WITHDRAW, reason=" ")
    assert (errors(refused), Invitation.objects.revoked().count()) == (["This field is required."], 0)
    confirm(cast["S"], WITHDRAW, reason="Wrong list")
    assert {row.full_name: row.reason for row in Invitation.objects.revoked()} == {
        "Ada Essai": "Wrong list",
        "Bob Essai": "Wrong list",
    }


def test_lead_who_left_before_the_worker_came_sends_nothing(cast: Cast, invitations: list[Invitation]):
    confirm(cast["P"], RESEND)
    run = BulkRun.objects.get()
    again = BulkRun.objects.create(
        person=cast["P"],
        list_slug="invitations",
        subject_key="rivage",
        action_slug="resend",
        language="en",
        requested_at=NOW,
    )
    again.rows.create(key=invitations[0].pk)
    cast["P"].memberships.update(ends_on="2026-11-01")
    assert process_run(again, lambda: NOW) == 1
    assert (again.rows.get().reason, versions()[0]) == ("You can no longer see this row.", 2)
    assert run.rows.get().state == "done"


@pytest.mark.parametrize("role", "MRADN")
def test_others_see_neither_list_nor_preview(cast: Cast, invitations: list[Invitation], role: str):
    from tests.prototypes.pages import signed_in

    client = signed_in(cast[role])
    answers = [
        client.get(address).status_code for address in (RESEND, "/lists/invitations/file/csv/?subject_key=rivage")
    ]
    assert answers == ([404, 404] if role == "N" else [403, 403])
