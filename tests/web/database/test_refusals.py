"""Sentences are found by the name of the rule; an error of a rule without a sentence stays as it is."""

import psycopg
import pytest
from django.db import IntegrityError

from tests.factories.programmes import AuthorityFactory
from web.database import refusals
from web.errors import DomainError

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "_sentences", {})


def test_a_sentence_without_a_field_has_none(own_rules: None):
    refusals.register({"authority_slug_once": "Taken."})
    AuthorityFactory(slug="rivage")
    with pytest.raises(DomainError, match="Taken") as refused, refusals.as_domain_errors():
        AuthorityFactory(slug="rivage")
    assert refused.value.field is None


def test_a_pair_names_its_field(own_rules: None):
    refusals.register({"authority_slug_once": ("Taken.", "slug")})
    AuthorityFactory(slug="rivage")
    with pytest.raises(DomainError) as refused, refusals.as_domain_errors():
        AuthorityFactory(slug="rivage")
    assert refused.value.field == "slug"


def test_a_rule_without_a_sentence_stays_an_integrity_error(own_rules: None):
    AuthorityFactory(slug="rivage")
    with pytest.raises(IntegrityError, match="authority_slug_once"), refusals.as_domain_errors():
        AuthorityFactory(slug="rivage")


def test_other_errors_pass_through(own_rules: None):
    with pytest.raises(ValueError, match="other"), refusals.as_domain_errors():
        raise ValueError("other")


def test_an_error_that_names_no_rule_has_no_sentence(own_rules: None):
    error = IntegrityError()
    error.__cause__ = psycopg.errors.NotNullViolation()
    assert refusals.to_domain_error(error) is None
    assert refusals.to_domain_error(IntegrityError()) is None


def test_rule_names_lists_the_rules_with_a_sentence(own_rules: None):
    refusals.register({"one": "One.", "two": ("Two.", "field")})
    assert refusals.rule_names() == {"one", "two"}
