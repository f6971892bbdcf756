"""Every sentence is found by the name of the rule that refused; a rule without a sentence stays an error."""

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


def test_a_sentence_alone_belongs_to_no_field(own_rules: None):
    refusals.register({"authority_slug_once": "Taken."})
    AuthorityFactory(slug="rivage")
    with pytest.raises(DomainError, match="Taken") as refused, refusals.explaining():
        AuthorityFactory(slug="rivage")
    assert refused.value.field is None


def test_a_pair_names_its_field(own_rules: None):
    refusals.register({"authority_slug_once": ("Taken.", "slug")})
    AuthorityFactory(slug="rivage")
    with pytest.raises(DomainError) as refused, refusals.explaining():
        AuthorityFactory(slug="rivage")
    assert refused.value.field == "slug"


def test_a_rule_without_a_sentence_stays_what_it_is(own_rules: None):
    AuthorityFactory(slug="rivage")
    with pytest.raises(IntegrityError, match="authority_slug_once"), refusals.explaining():
        AuthorityFactory(slug="rivage")


def test_other_errors_pass_through(own_rules: None):
    with pytest.raises(ValueError, match="other"), refusals.explaining():
        raise ValueError("other")


def test_an_error_that_names_no_rule_has_no_sentence(own_rules: None):
    error = IntegrityError()
    error.__cause__ = psycopg.errors.NotNullViolation()
    assert refusals.explained(error) is None
    assert refusals.explained(IntegrityError()) is None


def test_the_names_that_have_a_sentence_are_known(own_rules: None):
    refusals.register({"one": "One.", "two": ("Two.", "field")})
    assert refusals.names() == {"one", "two"}
