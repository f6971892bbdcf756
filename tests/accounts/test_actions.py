"""Actions on accounts leave who and why in the history."""

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
from accounts.models import User
from accounts.refusals import SENTENCES
from accounts.registries import closures
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


class TestANewPerson:
    def test_has_a_name_and_a_language_and_no_password(self):
        created = create_person(email="Ada@People.example", full_name="Ada Martin", language="fr", by=None)
        user = User.objects.get(pk=created.pk)
        assert (user.email, user.full_name, user.language) == ("ada@people.example", "Ada Martin", "fr")
        assert (user.has_usable_password(), user.is_active) == (False, True)
        assert (user.is_lab_staff, user.is_staff, user.is_superuser) == (False, False, False)

    def test_has_an_address_that_nobody_has_proved_yet(self):
        user = create_person(email="ada@people.example", full_name="Ada Martin", by=None)
        addresses = EmailAddress.objects.filter(user=user).values_list("email", "primary", "verified")
        assert list(addresses) == [("ada@people.example", True, False)]

    def test_leaves_who_made_the_account(self):
        staff = UserFactory(is_lab_staff=True)
        user = create_person(email="ada@people.example", full_name="Ada Martin", by=staff)
        assert last_context(user) == {"action": "create_person", "by": staff.pk, "reason": ""}

    @pytest.mark.parametrize("email", ["ada@people.example", "ADA@people.example", "Ada@People.Example"])
    def test_is_refused_when_the_address_has_an_account(self, email: str):
        UserFactory(email="ada@people.example")
        with translation.override("en"), pytest.raises(DomainError, match="has an account already") as refused:
            create_person(email=email, full_name="Ada Martin", by=None)
        assert refused.value.field == "email"
        assert User.objects.filter(email__iexact=email).count() == 1

    def test_may_find_a_letter_to_choose_a_password(self, client):
        user = create_person(email="ada@people.example", full_name="Ada Martin", by=None)
        answer = client.post("/accounts/password/reset/", {"email": user.email})
        assert answer.status_code == 302


class TestAnAccountThatIsClosed:
    def test_lets_nobody_in_any_more(self, client):
        user = UserFactory()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        close_account(user=user, at=NOON, by=None)
        assert User.objects.get(pk=user.pk).is_active is False
        assert client.get("/").status_code == 302
        assert last_context(user)["action"] == "close_account"

    def test_others_are_told_of_it_once(self, monkeypatch: pytest.MonkeyPatch):
        user, told = UserFactory(), []
        monkeypatch.setitem(closures._items, "test_told", (1, lambda *, people, at, by: told.append((*people, at, by))))
        for _again in range(2):
            close_account(user=user, at=NOON, by=None)
        assert told == [(user, NOON, None)]


class TestCommand:
    def run(self, *arguments: str) -> str:
        out = StringIO()
        call_command("close_account", *arguments, stdout=out)
        return out.getvalue().strip()

    def test_it_closes_the_account_of_an_address(self):
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

    def test_an_address_that_nobody_has_is_said(self):
        with pytest.raises(CommandError, match="Nobody has an account with the address"):
            self.run("nobody@people.example")


def test_both_rules_for_one_account_an_address_have_their_sentence():
    assert set(SENTENCES) <= refusals.names()
    UserFactory(email="ada@people.example")
    for email in ("ada@people.example", "ADA@people.example"):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            User(email=email, full_name="Ada").save()
        assert refused.value.__cause__.diag.constraint_name in SENTENCES


def test_an_address_confirmed_for_one_is_not_confirmed_for_another():
    one, other = UserFactory(verified=False), UserFactory()
    confirm_address(user=one, email="Shared@people.example", by=None)
    with translation.override("en"), pytest.raises(DomainError, match="belongs to someone else"):
        confirm_address(user=other, email="Shared@people.example", by=None)
    rows = EmailAddress.objects.filter(email="shared@people.example")
    assert list(rows.values_list("user", "verified")) == [(one.pk, True)]
