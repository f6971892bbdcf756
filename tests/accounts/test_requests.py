"""Views read the signed-in person in one place."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from accounts.models import User
from accounts.requests import person


def test_the_person_behind_a_request():
    request = RequestFactory().get("/")
    request.user = User(full_name="Ada Martin")
    assert person(request) is request.user


def test_a_view_that_nobody_guards_fails_aloud():
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    with pytest.raises(AssertionError):
        person(request)
