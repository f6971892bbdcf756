"""People: one account for each address in any case, initials, and what the history excludes."""

import pytest
from django.db import IntegrityError, connection

from accounts.models import User
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


def test_people_are_shown_by_name_or_else_by_address():
    assert str(User(full_name="Camille Démo", email="c@demo.example")) == "Camille Démo"
    assert str(User(email="c@demo.example")) == "c@demo.example"


@pytest.mark.parametrize(
    ("name", "initials"), [("Camille Démo", "CD"), ("Camille", "C"), ("camille de la démo", "CD"), ("", "?")]
)
def test_initials(name: str, initials: str):
    assert User(full_name=name).initials == initials


def test_create_user_stores_a_lower_case_address_and_a_hashed_password():
    user = User.objects.create_user("Camille@Demo.Example", "a long demonstration word", full_name="Camille")
    assert user.email == "camille@demo.example"
    assert user.check_password("a long demonstration word")
    assert (user.is_lab_staff, user.is_staff, user.is_superuser) == (False, False, False)


def test_create_superuser_is_lab_staff_too():
    user = User.objects.create_superuser("root@demo.example", "a long demonstration word", full_name="Root")
    assert (user.is_lab_staff, user.is_staff, user.is_superuser) == (True, True, True)


def test_database_refuses_a_second_account_for_one_address_in_any_case():
    UserFactory(email="camille@demo.example")
    with pytest.raises(IntegrityError, match="user_email_once"), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_user (password, email, full_name, language, is_lab_staff, is_staff, is_active,"
            " is_superuser, date_joined) VALUES ('', 'CAMILLE@demo.example', '', '', false, false, true, false, now())"
        )


def test_history_excludes_names_passwords_and_addresses():
    user = UserFactory(language="fr")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET full_name = 'After', language = 'en' WHERE id = %s", [user.pk])
    events = user.events.order_by("pgh_id")
    assert [event.language for event in events] == ["fr", "en"]
    assert {"password", "email", "last_login", "full_name"} & {
        field.name for field in events.model._meta.fields
    } == set()


@pytest.mark.parametrize(
    ("typed", "whose"),
    [
        ("io@ville.example", 1),
        (" IO@Ville.example ", 1),
        ("ıo@ville.example", 0),  # without its dot: PostgreSQL's capital of both is I
        ("io@vılle.example", 0),
        ("io@vi\u017f\u017fe.example", 1),  # an e-mail to it reaches visse.example
        ("\uff49o@ville.example", 0),  # of full width
        ("\u0456o@ville.example", 0),  # Cyrillic
    ],
)
def test_similar_address_belongs_to_nobody(typed: str, whose: int):
    UserFactory(email="io@ville.example")
    UserFactory(email="io@visse.example")
    assert User.objects.with_address(typed).count() == whose
