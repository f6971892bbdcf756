"""Verbs on accounts leave who and why in the history."""

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.actions import change_profile, choose_language, create_person
from accounts.models import User
from accounts.refusals import SENTENCES
from tests.factories.accounts import UserFactory
from web import refusals
from web.errors import DomainError

pytestmark = pytest.mark.django_db


def last_context(user: User) -> dict[str, object]:
    event = user.events.order_by("pgh_id").last()
    return event.pgh_context.metadata


def test_choosing_a_language_names_verb_and_actor():
    user = UserFactory()
    choose_language(user=user, language="en", by=user)
    assert User.objects.get(pk=user.pk).language == "en"
    assert last_context(user) == {"verb": "choose_language", "by": user.pk, "reason": ""}


def test_changing_a_profile_names_verb_and_actor():
    user = UserFactory()
    change_profile(user=user, full_name="Dominique", language="fr", by=user)
    assert str(User.objects.get(pk=user.pk)) == "Dominique"
    assert last_context(user)["verb"] == "change_profile"


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
        assert last_context(user) == {"verb": "create_person", "by": staff.pk, "reason": ""}

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


def test_both_rules_for_one_account_an_address_have_their_sentence():
    assert set(SENTENCES) <= refusals.names()
    UserFactory(email="ada@people.example")
    for email in ("ada@people.example", "ADA@people.example"):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            User(email=email, full_name="Ada").save()
        assert refused.value.__cause__.diag.constraint_name in SENTENCES
