"""Verbs on accounts leave who and why in the history."""

import pytest

from accounts.actions import change_profile, choose_language
from accounts.models import User
from tests.factories.accounts import UserFactory

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
