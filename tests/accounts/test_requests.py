"""Views read the signed-in person by one function."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from accounts.models import User
from accounts.requests import person


def test_person_returns_the_signed_in_user():
    request = RequestFactory().get("/")
    request.user = User(full_name="Ada Martin")
    assert person(request) is request.user


def test_person_fails_for_a_signed_out_request():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with pytest.raises(AssertionError):
        person(request)
