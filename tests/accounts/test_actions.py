"""Actions on accounts, and what they leave in the history."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.actions import change_profile, choose_language, close_account, confirm_address, create_person
from accounts.hooks import AccountHooks, account_hooks
from accounts.models import User
from accounts.refusals import SENTENCES
from tests.factories.accounts import UserFactory
from web.database import refusals
from web.errors import DomainError

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def last_context(user: User) -> dict[str, object]:
    event = user.events.order_by("pgh_id").last()
    return event.pgh_context.metadata


def test_choosing_a_language_names_action_and_actor():
    user = UserFactory()
    choose_language(user=user, language="en", by=user)
    assert User.objects.get(pk=user.pk).language == "en"
    assert last_context(user) == {"action": "choose_language", "by": user.pk, "reason": ""}


def test_changing_a_profile_names_action_and_actor():
    user = UserFactory()
    change_profile(user=user, full_name="Dominique", language="fr", by=user)
    assert str(User.objects.get(pk=user.pk)) == "Dominique"
    assert last_context(user)["action"] == "change_profile"


class TestCreatePerson:
    def test_new_person_has_name_and_language_but_no_password(self):
        created = create_person(email="Ada@People.example", full_name="Ada Martin", language="fr", by=None)
        user = User.objects.get(pk=created.pk)
        assert (user.email, user.full_name, user.language) == ("ada@people.example", "Ada Martin", "fr")
        assert (user.has_usable_password(), user.is_active) == (False, True)
        assert (user.is_lab_staff, user.is_staff, user.is_superuser) == (False, False, False)

    def test_address_of_a_new_person_is_unverified(self):
        user = create_person(email="ada@people.example", full_name="Ada Martin", by=None)
        addresses = EmailAddress.objects.filter(user=user).values_list("email", "primary", "verified")
        assert list(addresses) == [("ada@people.example", True, False)]

    def test_history_names_who_created_the_account(self):
        staff = UserFactory(is_lab_staff=True)
        user = create_person(email="ada@people.example", full_name="Ada Martin", by=staff)
        assert last_context(user) == {"action": "create_person", "by": staff.pk, "reason": ""}

    @pytest.mark.parametrize("email", ["ada@people.example", "ADA@people.example", "Ada@People.Example"])
    def test_address_with_an_account_is_refused(self, email: str):
        UserFactory(email="ada@people.example")
        with translation.override("en"), pytest.raises(DomainError, match="has an account already") as refused:
            create_person(email=email, full_name="Ada Martin", by=None)
        assert refused.value.field == "email"
        assert User.objects.filter(email__iexact=email).count() == 1

    def test_new_person_can_get_an_e_mail_to_choose_a_password(self, client):
        user = create_person(email="ada@people.example", full_name="Ada Martin", by=None)
        answer = client.post("/accounts/password/reset/", {"email": user.email})
        assert answer.status_code == 302


class TestCloseAccount:
    def test_closed_account_cannot_sign_in(self, client):
        user = UserFactory()
        client.force_login(user)
        close_account(user=user, at=NOON, by=None)
        assert User.objects.get(pk=user.pk).is_active is False
        assert client.get("/").status_code == 302
        assert last_context(user)["action"] == "close_account"

    def test_apps_are_notified_once(self, monkeypatch: pytest.MonkeyPatch):
        user, calls = UserFactory(), []
        hooks = AccountHooks(account_closed=lambda *, people, at, by: calls.append((*people, at, by)))
        monkeypatch.setitem(account_hooks.by_app, "test", hooks)
        for _again in range(2):
            close_account(user=user, at=NOON, by=None)
        assert calls == [(user, NOON, None)]


class TestCommand:
    def run(self, *arguments: str) -> str:
        out = StringIO()
        call_command("close_account", *arguments, stdout=out)
        return out.getvalue().strip()

    def test_command_closes_the_account_of_an_address(self):
        user = UserFactory(email="ada@people.example", full_name="Ada Martin")
        assert self.run(" Ada@people.example") == "The account of Ada Martin is closed."
        assert User.objects.get(pk=user.pk).is_active is False
        assert self.run("ada@people.example") == "The account of Ada Martin is closed already."

    def test_a_dry_run_closes_nothing(self):
        user = UserFactory(email="ada@people.example", full_name="Ada Martin")
        assert self.run("ada@people.example", "--dry-run") == "The account of Ada Martin would be closed."
        assert json.loads(self.run("ada@people.example", "--dry-run", "--json")) == {
            "person": user.pk,
            "closed": True,
            "dry_run": True,
        }
        assert User.objects.get(pk=user.pk).is_active is True

    def test_command_reports_an_unknown_address(self):
        with pytest.raises(CommandError, match="Nobody has an account with the address"):
            self.run("nobody@people.example")


def test_both_rules_of_one_account_per_address_have_a_message():
    assert set(SENTENCES) <= refusals.rule_names()
    UserFactory(email="ada@people.example")
    for email in ("ada@people.example", "ADA@people.example"):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            User(email=email, full_name="Ada").save()
        assert refused.value.__cause__.diag.constraint_name in SENTENCES


def test_address_confirmed_for_one_person_cannot_be_confirmed_for_another():
    one, other = UserFactory(verified=False), UserFactory()
    confirm_address(user=one, email="Shared@people.example", by=None)
    with translation.override("en"), pytest.raises(DomainError, match="belongs to someone else"):
        confirm_address(user=other, email="Shared@people.example", by=None)
    rows = EmailAddress.objects.filter(email="shared@people.example")
    assert list(rows.values_list("user", "verified")) == [(one.pk, True)]
