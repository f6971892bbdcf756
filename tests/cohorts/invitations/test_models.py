"""Tests of the database rules on invitations, with raw SQL."""

import pytest

from cohorts.models import Invitation
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.cohorts import CohortFactory
from tests.factories.invitations import A_DAY, AwaitedFactory, InvitationFactory, end_of
from tests.factories.programmes import AuthorityFactory
from tests.sql import delete, insert_like, refused_by, truncate, update

pytestmark = pytest.mark.django_db
HASH, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def row() -> Invitation:
    return InvitationFactory()


def accepted(**more: object) -> Invitation:
    person = UserFactory()
    return InvitationFactory(person=person, accepted_by=person, accepted_at=NOW, **more)


def revoked() -> Invitation:
    return InvitationFactory(revoked_at=NOW, reason="A slip")


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("invitation_into_one", {"role": "admin"}),
        ("invitation_role_known", {"role": "king"}),
        ("invitation_email_lower", {"email": "Ada@people.example"}),
        ("invitation_has_email", {"email": ""}),
        ("invitation_hashed", {"token_hash": "the token itself"}),
        ("invitation_revoked_reason", {"revoked_at": NOW}),
        ("invitation_expires", {"expires_at": NOW}),
        ("invitation_dates", {"starts_on": "2026-12-02", "ends_on": "2026-12-01"}),
    ],
)
def test_invalid_rows_are_refused(row, rule, columns):
    fresh = {"token_hash": HASH, "email": "other@people.example"} | columns
    with refused_by(rule):
        insert_like(row, **fresh)


def test_an_invitation_is_to_a_cohort_or_an_authority_never_both(row):
    with refused_by("invitation_into_one"):
        insert_like(row, token_hash=HASH, email="other@people.example", authority_id=AuthorityFactory().pk)
    with refused_by("invitation_into_one"):
        insert_like(row, token_hash=HASH, email="other@people.example", cohort_id=None)


def test_a_token_belongs_to_one_invitation(row):
    with refused_by("invitation_token_once"):
        insert_like(row, email="other@people.example")


def test_an_address_has_one_open_invitation_per_role(row):
    with refused_by("invitation_once"):
        insert_like(row, token_hash=HASH)
    insert_like(row, token_hash=HASH, role="relay")
    update(row, revoked_at=NOW, reason="A slip")
    insert_like(row, token_hash=OTHER, revoked_at=None, reason="")


def test_an_address_has_one_open_invitation_per_authority():
    row = InvitationFactory(cohort=None, authority=AuthorityFactory(), role="admin")
    with refused_by("invitation_admin_once"):
        insert_like(row, token_hash=HASH)


def test_only_the_invited_address_can_accept(row):
    with refused_by("invitation_address"):
        update(row, accepted_at=NOW, accepted_by_id=UserFactory().pk)
    update(row, accepted_at=NOW, accepted_by_id=row.person_id)


def test_an_expired_invitation_cannot_be_accepted(row):
    with refused_by("invitation_in_time"):
        update(row, accepted_at=row.expires_at, accepted_by_id=row.person_id)


def test_an_invitation_is_accepted_once():
    row = accepted()
    with refused_by("invitation_settled"):
        update(row, accepted_at=NOW + A_DAY)
    with refused_by("invitation_settled"):
        update(row, accepted_at=None, accepted_by_id=None)


def test_a_withdrawn_invitation_stays_withdrawn():
    row = revoked()
    with refused_by("invitation_settled"):
        update(row, revoked_at=None)
    with refused_by("invitation_one_end"):
        update(row, accepted_at=NOW, accepted_by_id=row.person_id)


@pytest.mark.parametrize("make", [accepted, revoked])
def test_an_ended_invitation_gets_no_new_link(make):
    row = make()
    with refused_by("invitation_settled"):
        update(row, token_hash=HASH, version=2, earlier_hashes=[row.token_hash])


def test_a_new_link_raises_the_version_and_stores_the_earlier_hash(row):
    with refused_by("invitation_token_new"):
        update(row, token_hash=HASH)
    with refused_by("invitation_token_new"):
        update(row, token_hash=HASH, version=2)
    with refused_by("invitation_token_new"):
        update(row, version=2)
    first = row.token_hash
    update(row, token_hash=HASH, version=2, earlier_hashes=[first])
    with refused_by("invitation_token_new"):
        update(row, token_hash=first, version=3, earlier_hashes=[first, HASH])


@pytest.mark.parametrize("column", ["cohort_id", "person_id", "email", "role"])
def test_person_role_and_target_of_an_invitation_cannot_change(row, column):
    other = {
        "cohort_id": CohortFactory().pk,
        "person_id": AwaitedFactory().pk,
        "email": "other@people.example",
        "role": "relay",
    }
    with refused_by("invitation_fixed"):
        update(row, **{column: other[column]})


def test_the_address_of_an_answered_invitation_can_be_removed():
    row = accepted()
    update(row, email="", full_name="")
    row.refresh_from_db()
    assert (row.email, row.accepted_by_id) == ("", row.person_id)


def test_only_withdrawn_invitations_can_be_deleted(row):
    for row_to_keep in (row, accepted()):
        with refused_by("invitation_kept"):
            delete(row_to_keep)
    delete(revoked())
    assert Invitation.objects.count() == 2


def test_the_table_cannot_be_truncated(row):
    with refused_by("invitation_no_truncate"):
        truncate(Invitation)


def test_a_person_who_never_joined_cannot_sign_in():
    with refused_by("user_joined_to_sign_in"):
        update(AwaitedFactory(), is_active=True)


def test_an_invitation_ends_with_the_fourteenth_local_day_of_the_authority(row):
    assert (row.expires_at, f"{row.last_day}") == (end_of(NOW), "2026-12-08")
