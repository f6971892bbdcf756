"""Tests of the link of an invitation: the first refusal that applies, for pages and for actions under the lock."""

from collections.abc import Callable
from datetime import datetime

import pytest

from accounts.actions import close_account
from accounts.models import User
from cohorts.cohort.actions import withdraw_cohort
from cohorts.invitations import links
from cohorts.invitations.actions.invitations import accept_invitation, join_and_accept, resend_invitation
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.invitations.ending_reasons import ACCESS_GIVEN_OTHERWISE
from cohorts.invitations.links import LinkRefusal, invitation_for_link, link_refusal
from cohorts.models import Invitation, Membership
from cohorts.people.actions import add_member
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.invitations import A_DAY, InvitationFactory, link
from tests.pages import texts
from tests.sql import update
from web.errors import DomainError

pytestmark = pytest.mark.django_db
WORD = "nine green bottles"


@pytest.fixture
def row(cast) -> Invitation:
    return InvitationFactory(cohort=cast.cohort, role="relay")


def accepted(row: Invitation, _cast: Cast) -> None:
    join_and_accept(invitation=row, token_hash=row.token_hash, full_name="Ada", password=WORD, at=NOW, by=row.person)


def revoked(row: Invitation, cast: Cast) -> None:
    revoke_invitation(invitation=row, reason="A slip", at=NOW, by=cast["P"])


def access_given(row: Invitation, cast: Cast) -> None:
    details = {"email": row.email, "full_name": "Ada", "role": row.role, "starts_on": TODAY}
    add_member(cohort=cast.cohort, at=NOW, by=cast["S"], **details)


def replaced(row: Invitation, cast: Cast) -> None:
    resend_invitation(invitation=row, at=NOW, by=cast["P"])


def withdrawn(_row: Invitation, cast: Cast) -> None:
    withdraw_cohort(cohort=cast.cohort, reason="No money", at=NOW, by=cast["S"])


def closed(row: Invitation, _cast: Cast) -> None:
    update(row.person, joined=True)


def unchanged(_row: Invitation, _cast: Cast) -> None:
    """Leave the invitation as it is."""


Change = Callable[[Invitation, Cast], None]
ENDS: list[tuple[Change, int, LinkRefusal | None]] = [
    (unchanged, 0, None),
    (accepted, 0, links.ALREADY_ACCEPTED),
    (accepted, 20, links.ALREADY_ACCEPTED),
    (revoked, 0, links.INVITATION_WITHDRAWN),
    (access_given, 0, links.ACCESS_GIVEN),
    (unchanged, 15, links.INVITATION_EXPIRED),
    (replaced, 0, links.REPLACED),
    (replaced, 20, links.INVITATION_EXPIRED),
    (withdrawn, 0, links.COHORT_WITHDRAWN),
    (closed, 0, links.CLOSED),
]


@pytest.mark.parametrize(("change", "days", "refusal"), ENDS)
def test_each_ended_invitation_has_its_refusal(row, cast, change, days, refusal):
    change(row, cast)
    result, at = invitation_for_link(row.token_hash, NOW + days * A_DAY), NOW + days * A_DAY
    assert result == (refusal or row)
    assert link_refusal(Invitation.objects.with_targets().get(pk=row.pk), row.token_hash, at) == refusal


def test_the_first_of_several_refusals_is_shown(row, cast):
    """The order is: how the invitation ended, its link, its cohort, its person, the person signed in."""
    old = row.token_hash
    update(row.person, joined=True)
    refusals = [invitation_for_link(old, NOW, cast["X"])]
    withdrawn(row, cast)
    refusals.append(invitation_for_link(old, NOW, cast["X"]))
    replaced(row, cast)
    refusals.append(invitation_for_link(old, NOW, cast["X"]))
    revoked(row, cast)
    refusals.append(invitation_for_link(old, NOW, cast["X"]))
    assert refusals == [links.CLOSED, links.COHORT_WITHDRAWN, links.REPLACED, links.INVITATION_WITHDRAWN]


def test_an_unknown_token_opens_nothing(row):
    assert invitation_for_link("0" * 64, NOW) == links.UNKNOWN


def test_only_the_invited_person_with_an_active_account_can_open_it(cast):
    row = InvitationFactory(cohort=cast.cohort, person=cast["X"])
    assert (
        invitation_for_link(row.token_hash, NOW, cast["X"]),
        invitation_for_link(row.token_hash, NOW, cast["M"]),
    ) == (
        row,
        links.OTHER_ADDRESS,
    )
    cast["X"].email = cast["X"].email.upper()
    assert invitation_for_link(row.token_hash, NOW, cast["X"]) == row
    cast["X"].is_active = False
    assert invitation_for_link(row.token_hash, NOW, cast["X"]) == links.OTHER_ADDRESS


def test_each_refusal_has_its_own_slug():
    refusals = [value for value in vars(links).values() if isinstance(value, LinkRefusal)]
    assert len({refusal.slug for refusal in refusals}) == len(refusals) == 10
    assert {links.ACCESS_GIVEN.slug} == {ACCESS_GIVEN_OTHERWISE}


def test_the_refusal_says_that_access_was_given_in_another_way(row, cast, client):
    access_given(row, cast)
    page = client.get(link(row), headers={"accept-language": "en"})
    assert page.status_code == 410
    assert str(links.ACCESS_GIVEN.text) in texts(page, "p")


def error_of(action: Callable[..., object], **arguments: object) -> str:
    with pytest.raises(DomainError) as error:
        action(**arguments)
    return str(error.value)


class TestActions:
    """Actions check the token under the lock, so that changes since the page was read count."""

    def join(self, row: Invitation, token_hash: str, at: datetime = NOW) -> dict[str, object]:
        arguments = {"invitation": row, "token_hash": token_hash, "at": at, "by": row.person}
        return arguments | {"full_name": "Ada", "password": WORD}

    def accept(self, row: Invitation, token_hash: str, at: datetime = NOW) -> dict[str, object]:
        return {"invitation": row, "token_hash": token_hash, "user": row.person, "at": at, "by": row.person}

    def test_a_replaced_link_cannot_open_an_account(self, row, cast):
        """The page was read before the invitation was sent again: the row in memory has the earlier hash."""
        old = row.token_hash
        again = resend_invitation(invitation=row, at=NOW, by=cast["P"])
        assert error_of(join_and_accept, **self.join(row, old)) == str(links.REPLACED.text)
        assert (User.objects.get(pk=row.person_id).joined, Membership.objects.filter(user=row.person_id).count()) == (
            False,
            0,
        )
        assert join_and_accept(**self.join(row, again.token_hash)).accepted_at == NOW

    def test_a_replaced_link_cannot_be_accepted_by_a_signed_in_person(self, cast):
        row = InvitationFactory(cohort=cast.cohort, person=cast["X"])
        old = row.token_hash
        again = resend_invitation(invitation=row, at=NOW, by=cast["P"])
        assert error_of(accept_invitation, **self.accept(row, old)) == str(links.REPLACED.text)
        assert Membership.objects.filter(user=cast["X"]).exists() is False
        assert accept_invitation(**self.accept(row, again.token_hash)).accepted_by == cast["X"]

    @pytest.mark.parametrize(
        ("change", "days", "refusal"), [case for case in ENDS if case[2] and case[0] is not replaced]
    )
    def test_actions_refuse_with_the_same_text_as_the_page(self, row, cast, change, days, refusal):
        change(row, cast)
        at = NOW + days * A_DAY
        texts = [
            error_of(join_and_accept, **self.join(row, row.token_hash, at)),
            error_of(accept_invitation, **self.accept(row, row.token_hash, at)),
        ]
        assert texts == [str(refusal.text)] * 2

    def test_accounts_of_others_and_closed_accounts_are_refused(self, cast):
        row = InvitationFactory(cohort=cast.cohort, person=UserFactory())
        arguments = self.accept(row, row.token_hash)
        assert error_of(accept_invitation, **arguments | {"user": cast["X"]}) == str(links.OTHER_ADDRESS.text)
        close_account(user=row.person, at=NOW, by=None)
        assert error_of(accept_invitation, **arguments) == str(links.CLOSED.text)
