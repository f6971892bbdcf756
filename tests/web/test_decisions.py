"""Decisions are true when allowed, and a refusal always has a reason."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy, override

from web.decisions import ALLOW, Decision, deny, enforce
from web.errors import Refused


def test_allow_is_true_and_needs_no_reason():
    assert bool(ALLOW) is True
    assert Decision(allowed=True, reason="") == ALLOW


def test_a_denial_is_false_and_says_why():
    decision = deny("Only the pilot may confirm hosting.")
    assert bool(decision) is False
    assert decision == Decision(allowed=False, reason="Only the pilot may confirm hosting.")


def test_enforcing_an_allowed_decision_does_nothing():
    assert enforce(ALLOW) is None


def test_enforcing_a_denial_raises_its_reason():
    with pytest.raises(Refused) as refused:
        enforce(deny("Only the pilot may confirm hosting."))
    assert str(refused.value) == "Only the pilot may confirm hosting."


def test_an_uncaught_refusal_becomes_a_403():
    assert issubclass(Refused, PermissionDenied)


def test_a_lazy_reason_is_read_in_the_language_of_the_reader():
    decision = deny(gettext_lazy("Yes"))
    with override("fr"):
        assert str(decision.reason) == "Oui"


def test_decisions_cannot_be_changed():
    with pytest.raises(AttributeError):
        ALLOW.allowed = False
