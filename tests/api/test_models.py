"""Rules of the database on tokens, their actions, and what is kept of them."""

from datetime import timedelta

import pytest

from accounts.actions import close_account
from accounts.privacy.actions import erase_person
from api import refusals
from api.actions import purge_tokens, revoke_token
from api.models import ApiToken
from tests.database_rules import rule_names, unnamed_unique_columns
from tests.factories.accounts import UserFactory
from tests.factories.api import IdempotencyKeyFactory, token_of
from tests.factories.cast import NOW
from tests.sql import insert_like, refused_by, update
from web.errors import DomainError, Refused
from web.security.link_tokens import hash_token

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=366)


def test_token_has_a_name_known_scopes_a_hash_and_an_end():
    token, _ = token_of(UserFactory())
    other = {"token_hash": "0" * 64}
    for rule, fields in {
        "api_token_once": {},
        "api_token_hashed": {"token_hash": "A" * 64},
        "api_token_name": {**other, "name": " "},
        "api_token_scopes_known": {**other, "scopes": ["ideas:read", "ideas:delete"]},
        "api_token_expires": {**other, "expires_at": NOW + YEAR + timedelta(seconds=1)},
    }.items():
        with refused_by(rule):
            insert_like(token, **fields)
    with refused_by("api_token_scopes_known"):
        insert_like(token, **other, scopes=[])
    with refused_by("api_token_expires"):
        insert_like(token, **other, expires_at=NOW)
    insert_like(token, **other, expires_at=NOW + YEAR)


def test_token_never_changes_and_stays_revoked():
    token, _ = token_of(UserFactory())
    for fields in ({"scopes": ["ideas:write"]}, {"user_id": UserFactory().pk}, {"expires_at": NOW + YEAR}):
        with refused_by("api_token_fixed"):
            update(token, **fields)
    update(token, revoked_at=NOW)
    for moment in (None, NOW + timedelta(days=1)):
        with refused_by("api_token_revoked_for_good"):
            update(token, revoked_at=moment)


def test_a_key_of_a_token_is_used_once_and_another_token_may_have_the_same():
    row = IdempotencyKeyFactory()
    with refused_by("idempotency_key_once"):
        insert_like(row)
    insert_like(row, token_id=token_of(UserFactory())[0].pk)


def test_every_rule_has_a_sentence():
    assert (rule_names("api") ^ set(refusals.SENTENCES), unnamed_unique_columns("api")) == (set(), [])


def test_only_the_hash_of_a_token_is_stored_and_the_history_has_neither():
    _, secret = token_of(UserFactory())
    assert ApiToken.objects.values_list("token_hash", "prefix").get() == (hash_token(secret), secret[:12])
    assert len(secret) >= len("lab_") + 43
    assert not {"token_hash", "last_used_at"} & {field.name for field in ApiToken.pgh_event_model._meta.fields}


def test_a_person_has_ten_valid_tokens_at_most():
    user = UserFactory()
    first, *_ = [token_of(user)[0] for _ in range(10)]
    with pytest.raises(DomainError, match="10 valid tokens"):
        token_of(user)
    token_of(UserFactory())  # of someone else
    revoke_token(token=first, at=NOW, by=user)
    token_of(user)
    with pytest.raises(DomainError, match="10 valid tokens"):
        token_of(user)


def test_only_administrators_of_the_lab_create_tokens_of_service_accounts():
    for role in ("member", "reader"):
        with pytest.raises(Refused):
            token_of(UserFactory(is_lab_staff=True, lab_role=role), is_service=True)
    token_of(UserFactory(is_lab_staff=True), is_service=True)


def test_administrators_see_tokens_of_service_accounts_and_nobody_those_of_others():
    first, second, other = UserFactory(is_lab_staff=True), UserFactory(is_lab_staff=True), UserFactory()
    service, own = token_of(first, is_service=True)[0], token_of(first)[0]
    assert {*ApiToken.objects.visible_to(first)} == {service, own}
    assert {*ApiToken.objects.visible_to(second)} == {service}
    assert {*ApiToken.objects.visible_to(other)} == set()


def test_tokens_end_with_the_account_and_are_erased_with_the_person():
    UserFactory(is_lab_staff=True)
    user = UserFactory()
    token, _ = token_of(user)
    close_account(user=user, at=NOW, by=None)
    token.refresh_from_db()
    assert token.revoked_at == NOW
    erase_person(user=user, at=NOW + timedelta(days=60), by=None)
    assert not ApiToken.objects.exists()


def test_tokens_are_deleted_a_year_after_their_end():
    user = UserFactory()
    expired, revoked, _valid = (token_of(user, days=days)[0] for days in (30, 365, 365))
    revoke_token(token=revoked, at=NOW + timedelta(days=40), by=user)
    limit = NOW + timedelta(days=30 + 365)
    assert purge_tokens(at=limit - timedelta(seconds=1)) == 0
    assert (purge_tokens(at=limit, dry_run=True), purge_tokens(at=limit)) == (1, 1)
    assert expired not in ApiToken.objects.all()
    assert purge_tokens(at=NOW + timedelta(days=40 + 365)) == 1
