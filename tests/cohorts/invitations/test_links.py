"""What the link of an invitation opens: the first reason against it, for pages and, under the lock, for actions."""

from collections.abc import Callable
from datetime import datetime

import pytest

from accounts.actions import close_account
from accounts.models import User
from cohorts.cohort.actions import withdraw_cohort
from cohorts.invitations import links
from cohorts.invitations.actions.invitations import accept_invitation, join_and_accept, resend_invitation
from cohorts.invitations.actions.revocation import revoke_invitation
from cohorts.invitations.ending_reasons import CAME_IN
from cohorts.invitations.links import Why, opened, why_not
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


def let_in(row: Invitation, cast: Cast) -> None:
    given = {"email": row.email, "full_name": "Ada", "role": row.role, "starts_on": TODAY}
    add_member(cohort=cast.cohort, at=NOW, by=cast["S"], **given)


def replaced(row: Invitation, cast: Cast) -> None:
    resend_invitation(invitation=row, at=NOW, by=cast["P"])


def withdrawn(_row: Invitation, cast: Cast) -> None:
    withdraw_cohort(cohort=cast.cohort, reason="No money", at=NOW, by=cast["S"])


def closed(row: Invitation, _cast: Cast) -> None:
    update(row.person, joined=True)


def nothing(_row: Invitation, _cast: Cast) -> None:
    """It stays as it was."""


Change = Callable[[Invitation, Cast], None]
ENDS: list[tuple[Change, int, Why | None]] = [
    (nothing, 0, None),
    (accepted, 0, links.ONCE_ONLY),
    (accepted, 20, links.ONCE_ONLY),
    (revoked, 0, links.TAKEN_BACK),
    (let_in, 0, links.LET_IN),
    (nothing, 15, links.TOO_LATE),
    (replaced, 0, links.REPLACED),
    (replaced, 20, links.TOO_LATE),
    (withdrawn, 0, links.WITHDRAWN),
    (closed, 0, links.CLOSED),
]


@pytest.mark.parametrize(("change", "days", "why"), ENDS)
def test_each_end_has_its_reason(row, cast, change, days, why):
    change(row, cast)
    found, at = opened(row.token_hash, NOW + days * A_DAY), NOW + days * A_DAY
    assert found == (why or row)
    assert why_not(Invitation.objects.with_places().get(pk=row.pk), row.token_hash, at) == why


def test_of_two_reasons_the_first_is_said(row, cast):
    """Its own end, then its link, then its place, then its person, then whoever is signed in."""
    old = row.token_hash
    update(row.person, joined=True)
    said = [opened(old, NOW, cast["X"])]
    withdrawn(row, cast)
    said.append(opened(old, NOW, cast["X"]))
    replaced(row, cast)
    said.append(opened(old, NOW, cast["X"]))
    revoked(row, cast)
    said.append(opened(old, NOW, cast["X"]))
    assert said == [links.CLOSED, links.WITHDRAWN, links.REPLACED, links.TAKEN_BACK]


def test_a_token_that_never_was_opens_nothing(row):
    assert opened("0" * 64, NOW) == links.UNKNOWN


def test_it_is_for_the_address_that_was_invited_and_for_an_open_account(cast):
    row = InvitationFactory(cohort=cast.cohort, person=cast["X"])
    assert (opened(row.token_hash, NOW, cast["X"]), opened(row.token_hash, NOW, cast["M"])) == (
        row,
        links.OTHER_ADDRESS,
    )
    cast["X"].email = cast["X"].email.upper()
    assert opened(row.token_hash, NOW, cast["X"]) == row
    cast["X"].is_active = False
    assert opened(row.token_hash, NOW, cast["X"]) == links.OTHER_ADDRESS


def test_each_reason_has_a_slug_of_its_own():
    reasons = [found for found in vars(links).values() if isinstance(found, Why)]
    assert len({why.slug for why in reasons}) == len(reasons) == 10
    assert {links.LET_IN.slug} == {CAME_IN}


def test_who_was_let_in_by_another_way_reads_so(row, cast, client):
    let_in(row, cast)
    page = client.get(link(row), headers={"accept-language": "en"})
    assert page.status_code == 410
    assert str(links.LET_IN.said) in texts(page, "p")


def refused(act: Callable[..., object], **given: object) -> str:
    with pytest.raises(DomainError) as why:
        act(**given)
    return str(why.value)


class TestVerbs:
    """They are told the token, and ask under the lock: what happened since the page was read counts."""

    def join(self, row: Invitation, token_hash: str, at: datetime = NOW) -> dict[str, object]:
        told = {"invitation": row, "token_hash": token_hash, "at": at, "by": row.person}
        return told | {"full_name": "Ada", "password": WORD}

    def accept(self, row: Invitation, token_hash: str, at: datetime = NOW) -> dict[str, object]:
        return {"invitation": row, "token_hash": token_hash, "user": row.person, "at": at, "by": row.person}

    def test_the_link_before_a_new_one_opens_no_account(self, row, cast):
        """The page was read before the invitation was sent again: the row in hand still has the hash it had."""
        old = row.token_hash
        again = resend_invitation(invitation=row, at=NOW, by=cast["P"])
        assert refused(join_and_accept, **self.join(row, old)) == str(links.REPLACED.said)
        assert (User.objects.get(pk=row.person_id).joined, Membership.objects.filter(user=row.person_id).count()) == (
            False,
            0,
        )
        assert join_and_accept(**self.join(row, again.token_hash)).accepted_at == NOW

    def test_nor_is_it_accepted_by_somebody_signed_in(self, cast):
        row = InvitationFactory(cohort=cast.cohort, person=cast["X"])
        old = row.token_hash
        again = resend_invitation(invitation=row, at=NOW, by=cast["P"])
        assert refused(accept_invitation, **self.accept(row, old)) == str(links.REPLACED.said)
        assert Membership.objects.filter(user=cast["X"]).exists() is False
        assert accept_invitation(**self.accept(row, again.token_hash)).accepted_by == cast["X"]

    @pytest.mark.parametrize(("change", "days", "why"), [case for case in ENDS if case[2] and case[0] is not replaced])
    def test_they_say_what_the_page_says(self, row, cast, change, days, why):
        change(row, cast)
        at = NOW + days * A_DAY
        said = [
            refused(join_and_accept, **self.join(row, row.token_hash, at)),
            refused(accept_invitation, **self.accept(row, row.token_hash, at)),
        ]
        assert said == [str(why.said)] * 2

    def test_another_s_account_and_a_closed_one_are_refused(self, cast):
        row = InvitationFactory(cohort=cast.cohort, person=UserFactory())
        told = self.accept(row, row.token_hash)
        assert refused(accept_invitation, **told | {"user": cast["X"]}) == str(links.OTHER_ADDRESS.said)
        close_account(user=row.person, at=NOW, by=None)
        assert refused(accept_invitation, **told) == str(links.CLOSED.said)
