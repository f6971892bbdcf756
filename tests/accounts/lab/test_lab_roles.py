"""Roles in the lab: what the database keeps, what readers are refused, and whose accounts members may change."""

from functools import partial

import pytest
from allauth.account.models import EmailAddress

from accounts.lab.actions import set_lab_role
from accounts.models import User
from accounts.permissions import can_act_as, can_change_account_of, can_manage_lab, can_reset_second_factor
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.sql import execute, refused_by, update


def lab(role: str) -> User:
    return UserFactory(is_lab_staff=True, lab_role=role)


@pytest.mark.django_db
def test_database_ties_the_role_to_the_lab_and_keeps_one_administrator_who_may_sign_in():
    first = lab("administrator")
    lab("member")
    UserFactory(is_lab_staff=True, is_active=False)
    for change in ({"is_lab_staff": False}, {"lab_role": ""}, {"lab_role": "owner"}):
        with refused_by("user_lab_administered" if change.get("lab_role") is not None else "user_lab_role_of_staff"):
            update(first, **change)
    for change in ({"lab_role": "reader"}, {"is_active": False}, {"is_lab_staff": False, "lab_role": ""}):
        with refused_by("user_lab_administered"):
            update(first, **change)
    second = lab("administrator")
    with refused_by("user_lab_role_of_staff"):
        update(second, lab_role="owner")
    update(first, lab_role="reader")
    with refused_by("user_lab_administered"):
        update(second, lab_role="member")
    EmailAddress.objects.filter(user=second).delete()
    with refused_by("user_lab_administered"):
        execute("DELETE FROM accounts_user WHERE id = %s", second.pk)


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_resign_at_once_one_stays():
    people = [lab("administrator"), lab("administrator")]
    results = run_at_once(*(partial(set_lab_role, user=each, role="member", by=each) for each in people))
    assert results == ["This is the lab’s last administrator. First make a colleague an administrator.", "done"]
    assert User.objects.filter(lab_role="administrator").count() == 1


@pytest.mark.django_db
def test_members_do_everything_but_change_the_lab_and_readers_nothing():
    administrator, member, reader, other = lab("administrator"), lab("member"), lab("reader"), UserFactory()
    people = (administrator, member, reader, other)
    assert [bool(can_manage_lab(user)) for user in people] == [True, False, False, False]
    assert [bool(can_change_account_of(user, reader)) for user in people] == [True, False, False, False]
    assert [bool(can_act_as(user, other)) for user in people[:3]] == [True, True, False]
    assert [bool(can_reset_second_factor(user, other)) for user in people[:3]] == [True, True, False]
    assert [bool(can_reset_second_factor(user, reader)) for user in people[:2]] == [True, False]
