"""What the database holds of invitations, whoever asks: raw SQL included."""

import pytest

from cohorts.models import Invitation, InvitationList
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
def test_no_row_is_born_broken(row, rule, columns):
    fresh = {"token_hash": HASH, "email": "other@people.example"} | columns
    with refused_by(rule):
        insert_like(row, **fresh)


def test_it_is_into_a_cohort_or_for_an_authority_and_never_both(row):
    with refused_by("invitation_into_one"):
        insert_like(row, token_hash=HASH, email="other@people.example", authority_id=AuthorityFactory().pk)
    with refused_by("invitation_into_one"):
        insert_like(row, token_hash=HASH, email="other@people.example", cohort_id=None)


def test_a_token_opens_one_door(row):
    with refused_by("invitation_token_once"):
        insert_like(row, email="other@people.example")


def test_one_is_open_at_a_time_for_an_address_and_a_role(row):
    with refused_by("invitation_once"):
        insert_like(row, token_hash=HASH)
    insert_like(row, token_hash=HASH, role="relay")
    update(row, revoked_at=NOW, reason="A slip")
    insert_like(row, token_hash=OTHER, revoked_at=None, reason="")


def test_one_is_open_at_a_time_for_an_address_and_an_authority():
    row = InvitationFactory(cohort=None, authority=AuthorityFactory(), role="admin")
    with refused_by("invitation_admin_once"):
        insert_like(row, token_hash=HASH)


def test_only_the_address_that_was_invited_accepts(row):
    with refused_by("invitation_address"):
        update(row, accepted_at=NOW, accepted_by_id=UserFactory().pk)
    update(row, accepted_at=NOW, accepted_by_id=row.person_id)


def test_nobody_accepts_what_has_ended(row):
    with refused_by("invitation_in_time"):
        update(row, accepted_at=row.expires_at, accepted_by_id=row.person_id)


def test_it_is_accepted_once():
    row = accepted()
    with refused_by("invitation_settled"):
        update(row, accepted_at=NOW + A_DAY)
    with refused_by("invitation_settled"):
        update(row, accepted_at=None, accepted_by_id=None)


def test_what_was_taken_back_stays_so():
    row = revoked()
    with refused_by("invitation_settled"):
        update(row, revoked_at=None)
    with refused_by("invitation_one_end"):
        update(row, accepted_at=NOW, accepted_by_id=row.person_id)


@pytest.mark.parametrize("make", [accepted, revoked])
def test_what_is_over_gets_no_new_link(make):
    row = make()
    with refused_by("invitation_settled"):
        update(row, token_hash=HASH, version=2, replaced=[row.token_hash])


def test_a_new_link_raises_the_version_and_remembers_the_one_before(row):
    with refused_by("invitation_token_new"):
        update(row, token_hash=HASH)
    with refused_by("invitation_token_new"):
        update(row, token_hash=HASH, version=2)
    with refused_by("invitation_token_new"):
        update(row, version=2)
    first = row.token_hash
    update(row, token_hash=HASH, version=2, replaced=[first])
    with refused_by("invitation_token_new"):
        update(row, token_hash=first, version=3, replaced=[first, HASH])


@pytest.mark.parametrize("column", ["cohort_id", "person_id", "email", "role"])
def test_who_is_invited_as_what_and_where_does_not_change(row, column):
    other = {
        "cohort_id": CohortFactory().pk,
        "person_id": AwaitedFactory().pk,
        "email": "other@people.example",
        "role": "relay",
    }
    with refused_by("invitation_fixed"):
        update(row, **{column: other[column]})


def test_an_answered_one_forgets_its_address():
    row = accepted()
    update(row, email="", full_name="")
    row.refresh_from_db()
    assert (row.email, row.accepted_by_id) == ("", row.person_id)


def test_rows_go_only_once_they_were_taken_back(row):
    for kept in (row, accepted()):
        with refused_by("invitation_kept"):
            delete(kept)
    delete(revoked())
    assert Invitation.objects.count() == 2


def test_the_table_is_never_emptied(row):
    with refused_by("invitation_no_truncate"):
        truncate(Invitation)


def test_a_list_counts_its_lines_and_keeps_none_once_it_is_done():
    given = {"cohort": CohortFactory(), "made_by": UserFactory(), "made_at": NOW, "language": "en"}
    row = InvitationList.objects.create(**given, total=2, lines=[{}, {}])
    with refused_by("invitation_list_counts"):
        update(row, done=3)
    with refused_by("invitation_list_done"):
        update(row, done=2, finished_at=NOW)
    update(row, done=2, finished_at=NOW, lines="[]")


def test_nobody_who_never_joined_may_sign_in():
    with refused_by("user_joined_to_sign_in"):
        update(AwaitedFactory(), is_active=True)


def test_it_ends_with_the_fourteenth_day_where_the_authority_is(row):
    assert (row.expires_at, f"{row.last_day}") == (end_of(NOW), "2026-12-08")
