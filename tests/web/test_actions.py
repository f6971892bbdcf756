"""An action is one transaction, stores actor and reason, and turns database refusals into sentences."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from accounts.models import User
from programmes.models import Authority
from tests.factories.accounts import UserFactory
from tests.factories.programmes import AuthorityFactory
from web.actions import action, report_no_change
from web.errors import DomainError

pytestmark = pytest.mark.django_db


@action("rename")
def rename(*, authority: Authority, names: list[str], by: User | None, reason: str = "") -> Authority:
    for name in names:
        authority.name = name
        authority.save()
    return authority


@action("found")
def found(*, slug: str, by: User | None) -> Authority:
    return Authority.objects.create(kind="region", name="Neuve", slug=slug)


@action("break_down")
def break_down(*, authority: Authority, by: User | None) -> None:
    authority.name = "half-saved"
    authority.save()
    raise DomainError("Stop here.")


@action("rename_for")
def rename_for(*, authority: Authority, by: User | None, reason: str = "") -> Authority:
    rename(authority=authority, names=["Inner"], by=None, reason="another")
    authority.name = "Outer"
    authority.save()
    return authority


@action("name_once")
def name_once(*, authority: Authority, name: str, by: User | None) -> Authority:
    if authority.name == name:
        return report_no_change(authority)
    authority.name = name
    authority.save()
    return authority


@action("name_once_for")
def name_once_for(*, authority: Authority, by: User | None) -> Authority:
    return name_once(authority=authority, name=authority.name, by=by)


def test_decorated_action_keeps_its_result_and_name():
    assert rename(authority=AuthorityFactory(), names=["Rivage"], by=None).name == "Rivage"
    assert rename.__name__ == "rename"


def test_the_history_stores_action_actor_and_reason():
    authority, user = AuthorityFactory(), UserFactory()
    rename(authority=authority, names=["Rivage"], by=user, reason="merged")
    context = authority.events.order_by("pgh_id").last().pgh_context
    assert context.metadata == {"action": "rename", "by": user.pk, "reason": "merged"}


def test_all_writes_of_an_action_share_one_context():
    authority = AuthorityFactory()
    rename(authority=authority, names=["One", "Two"], by=None)
    one, two = authority.events.order_by("pgh_id")[1:]
    assert one.pgh_context_id == two.pgh_context_id
    assert one.pgh_context.metadata["by"] is None


def test_the_history_stores_the_outer_of_two_nested_actions():
    authority, user = AuthorityFactory(), UserFactory()
    rename_for(authority=authority, by=user, reason="merged")
    inner, outer = authority.events.order_by("pgh_id")[1:]
    assert inner.pgh_context_id == outer.pgh_context_id
    assert outer.pgh_context.metadata == {"action": "rename_for", "by": user.pk, "reason": "merged"}


def test_the_next_action_has_its_own_context():
    authority = AuthorityFactory()
    rename_for(authority=authority, by=None)
    rename(authority=authority, names=["Last"], by=None)
    assert authority.events.latest("pgh_id").pgh_context.metadata["action"] == "rename"


def test_the_next_action_after_an_error_has_its_own_context():
    authority = AuthorityFactory()
    with pytest.raises(DomainError):
        break_down(authority=authority, by=None)
    rename(authority=authority, names=["Last"], by=None)
    assert authority.events.latest("pgh_id").pgh_context.metadata["action"] == "rename"


def test_an_error_rolls_the_action_back():
    authority = AuthorityFactory(name="Rivage")
    with pytest.raises(DomainError, match="Stop here"):
        break_down(authority=authority, by=None)
    assert Authority.objects.get(pk=authority.pk).name == "Rivage"


def test_a_database_refusal_is_raised_as_a_sentence_with_its_field():
    AuthorityFactory(slug="rivage")
    with (
        translation.override("en"),
        pytest.raises(DomainError, match="Another authority already has this name") as refused,
    ):
        found(slug="rivage", by=None)
    assert refused.value.field == "name"
    assert isinstance(refused.value.__cause__, IntegrityError)


def test_the_transaction_around_a_refused_action_stays_usable():
    AuthorityFactory(slug="rivage")
    with transaction.atomic():
        with pytest.raises(DomainError):
            found(slug="rivage", by=None)
        assert found(slug="montagne", by=None).pk


def test_listeners_are_not_called_for_an_action_that_reports_no_change(monkeypatch: pytest.MonkeyPatch):
    calls: list[str] = []
    monkeypatch.setattr("web.actions._listeners", [lambda name, _arguments, _result: calls.append(name)])
    authority = AuthorityFactory(name="Rivage")
    assert name_once(authority=authority, name="Rivage", by=None) == authority
    name_once_for(authority=authority, by=None)
    name_once(authority=authority, name="Autre", by=None)
    assert calls == ["name_once_for", "name_once"]


def test_two_modules_cannot_declare_actions_of_one_name():
    def rename(*, by: User | None) -> None:
        """Have the name of an action above."""

    rename.__module__ = "tests.web.elsewhere"
    with pytest.raises(
        ValueError, match=r"tests\.web\.test_actions and tests\.web\.elsewhere both have an action rename"
    ):
        action("rename")(rename)
