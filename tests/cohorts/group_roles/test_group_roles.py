"""Rules that give roles to groups: what sign-ins change, what the lab previews, and what the database refuses."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.signals import social_account_removed
from django.db import connection
from django.http import HttpRequest
from django.test.utils import CaptureQueriesContext

from accounts.hooks import ProviderIdentity, retentions
from accounts.models import User
from accounts.privacy.actions import erase_person
from cohorts.group_roles.actions import apply_provider_groups, expire_provider_groups, remove_group_rule
from cohorts.group_roles.provider_sign_in import handle_provider_identity
from cohorts.models import AccessRequest, GroupGrant, GroupRule, ProviderGroups
from programmes.models import AuthorityAdmin
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.group_roles import GroupRuleFactory, ProviderGroupsFactory, granted
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory
from tests.pages import elements, errors, messages, rows, texts
from tests.providers import SIREN, SIRET
from tests.sql import force, insert_like, refused_by, update

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
LOCAL = {"provider_id": "local", "name": "Le portail", "client_id": "local", "secret": "-"}
PROCONNECT = LOCAL | {"provider_id": "proconnect", "client_id": "proconnect", "name": "ProConnect"}
RULES = "/lab/groups/"
NO_AUTHORITY = "Give the SIREN of the authority. No authority here has this one."


@pytest.fixture(autouse=True)
def providers(settings: Any) -> None:
    standard = {"claims": "standard", "groups_claim": "groups"}
    settings.OIDC_PROVIDERS = [
        LOCAL | {"settings": standard},
        PROCONNECT | {"settings": standard | {"claims": "proconnect"}},
    ]


def signs_in(user: User, *groups: str, provider: str = "local", at: Any = NOW, siret: str = SIRET) -> list[Any]:
    """Sign a person in with these groups, and return what was refused."""
    identity = ProviderIdentity(provider, "https://id.example", str(user.pk), "", False, "", siret=siret, groups=groups)
    kept = apply_provider_groups(user=user, identity=identity, at=at, by=None)
    user.refresh_from_db()
    return kept


def by_groups(user: User) -> list[tuple[str, bool]]:
    """Return the roles that groups gave someone, each with whether it still counts."""
    return [(row.role, row.ended_at is None) for row in user.group_grants.order_by("pk")]


def test_role_comes_and_goes_with_the_group_and_what_was_given_by_hand_stays():
    user = UserFactory()
    GroupRuleFactory(group="staff", role="member")
    GroupRuleFactory(group="chiefs", role="administrator")
    UserFactory(is_lab_staff=True)
    found = []
    for groups in ([], ["staff"], ["staff"], ["staff", "chiefs"], []):
        assert signs_in(user, *groups) == []
        found.append((user.lab_role, user.is_lab_staff))
    assert found == [("", False), ("member", True), ("member", True), ("administrator", True), ("", False)]
    assert by_groups(user) == [("member", False), ("administrator", False)]
    reader = UserFactory(is_lab_staff=True, lab_role="reader")
    signs_in(reader, "staff")
    signs_in(reader)
    assert (reader.lab_role, by_groups(reader)) == ("reader", [("member", False)])


def test_who_leaves_the_lab_with_the_group_coordinates_no_cohort_any_longer(cast: Cast):
    user = UserFactory()
    GroupRuleFactory(group="staff")
    signs_in(user, "staff")
    row = MembershipFactory(cohort=cast.cohort, user=user, role="coordinator", starts_on=TODAY)
    signs_in(user)
    row.refresh_from_db()
    assert (user.lab_role, row.ends_on) == ("", TODAY)


def test_last_administrator_keeps_the_role_and_loses_it_once_there_is_another():
    user = UserFactory()
    GroupRuleFactory(group="chiefs", role="administrator")
    signs_in(user, "chiefs")
    assert [plan.person for plan in signs_in(user)] == [user]
    assert (user.lab_role, by_groups(user)) == ("administrator", [("administrator", True)])
    UserFactory(is_lab_staff=True)
    assert signs_in(user) == []
    assert (user.lab_role, by_groups(user)) == ("", [("administrator", False)])


def test_admin_of_the_authority_with_the_stated_siren_and_mandates_given_by_hand_stay():
    authority, other = AuthorityFactory(siren=SIREN), AuthorityFactory()
    by_hand = AuthorityAdminFactory(authority=other, since=TODAY)
    user = by_hand.user
    GroupRuleFactory(group="admins", role="authority_admin", siren=SIREN)
    signs_in(user, "admins", siret="55210055400013")
    assert not authority.admins.exists()
    signs_in(user, "admins")
    signs_in(user, "admins")
    assert [(row.user, row.since, row.until) for row in authority.admins.all()] == [(user, TODAY, None)]
    assert by_groups(user) == [("authority_admin", True)]
    signs_in(user)
    assert authority.admins.get().until == TODAY
    by_hand.refresh_from_db()
    assert (by_hand.until, by_groups(user)) == (None, [("authority_admin", False)])
    AuthorityAdminFactory(authority=authority, user=user, since=TODAY)
    signs_in(user, "admins")
    assert by_groups(user) == [("authority_admin", False)]


def test_roles_of_a_provider_stay_when_another_one_is_used_and_end_when_it_is_disconnected():
    user, request = UserFactory(), HttpRequest()
    request.resolver_match = None
    rule = GroupRuleFactory(group="staff", role="member")
    for change in (
        lambda: signs_in(user, "staff"),
        lambda: remove_group_rule(rule=GroupRuleFactory(), at=NOW, by=user),
    ):
        with CaptureQueriesContext(connection) as queries:
            change()
        locking = [
            each for each in queries if 'FROM "cohorts_grouprule"' in each["sql"] and "FOR NO KEY" in each["sql"]
        ]
        assert len(locking) == 1  # nobody removes a rule during a sign-in
    signs_in(user, "other", provider="proconnect")
    for provider, role in {"proconnect": "member", "local": ""}.items():
        account = SocialAccount(user=user, provider=provider)
        social_account_removed.send(sender=SocialAccount, request=request, socialaccount=account)
        user.refresh_from_db()
        assert user.lab_role == role
    assert (by_groups(user), GroupRule.objects.get()) == ([("member", False)], rule)


def test_sign_in_applies_groups_logs_what_stays_and_asks_nobody_of_the_lab_for_access(caplog: Any):
    user, request = UserFactory(), HttpRequest()
    request.resolver_match = None
    GroupRuleFactory(group="chiefs", role="administrator")
    caplog.set_level(logging.INFO, "labplatform.security")
    for groups in (("chiefs",), (), None):
        identity = ProviderIdentity("local", "https://id.example", "a", "", False, "", siret=SIRET, groups=groups)
        assert handle_provider_identity(request=request, identity=identity, user=user, at=NOW) is None
    assert [record.event for record in caplog.records] == ["group_role_kept"]
    assert (user.is_lab_administrator, AccessRequest.objects.count()) == (True, 0)
    unknown = ProviderIdentity("local", "https://id.example", "b", "", False, "", siret=SIRET, groups=("chiefs",))
    answer = handle_provider_identity(request=request, identity=unknown, user=None, at=NOW)
    assert (answer and answer.state, ProviderGroups.objects.count()) == ("pending", 1)


def test_rule_is_previewed_saved_as_previewed_and_removed_with_its_roles(cast: Cast):
    client, other = signed_in(cast["S"]), UserFactory(full_name="Zoé Groupe")
    ProviderGroupsFactory(user=other, groups=["staff"])
    form = {"provider": "local", "group": "staff", "role": "member", "siren": ""}
    preview = client.post(f"{RULES}add/", form)
    assert texts(preview, "li")[-1] == "Zoé Groupe becomes member of the lab."
    assert not GroupRule.objects.exists()
    [previewed] = [e["attrs"]["value"] for e in elements(preview, "input") if e["attrs"].get("name") == "previewed"]
    changed = client.post(f"{RULES}add/", form | {"group": "others", "previewed": previewed})
    assert texts(changed, "li")[-1] == "Nobody who signed in with this provider lately gains or loses a role."
    assert not GroupRule.objects.exists()
    saved = client.post(f"{RULES}add/", form | {"previewed": previewed})
    rule = GroupRule.objects.get()
    assert (saved.status_code, rule.group, rows(client.get(RULES))) == (
        302,
        "staff",
        [["staff", "Le portail", "any organisation", "Member of the lab", "Remove staff"]],
    )
    assert errors(client.post(f"{RULES}add/", form | {"previewed": previewed})) == ["This rule exists already."]
    other.refresh_from_db()
    assert other.lab_role == ""
    signs_in(other, "staff")
    page = client.get(f"{RULES}{rule.pk}/remove/")
    assert texts(page, "li")[-1] == "Zoé Groupe is no longer member of the lab."
    removed = client.post(f"{RULES}{rule.pk}/remove/", follow=True)
    other.refresh_from_db()
    assert (messages(removed), other.lab_role) == (["The rule is removed."], "")


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"siren": "732829321"}, "This is not a SIREN number: check its nine digits."),
        ({"role": "authority_admin"}, "Give the SIREN of the authority. No authority here has this one."),
        (
            {"role": "authority_admin", "siren": SIREN},
            "Give the SIREN of the authority. No authority here has this one.",
        ),
        (
            {"provider": "proconnect"},
            "This provider passes on the groups of many organisations. Give the SIREN of yours.",
        ),
        ({"provider": "unknown"}, "This choice is not offered here. Choose one from the list."),
        ({"group": " "}, "This field is required."),
    ],
)
def test_form_refuses_what_makes_no_rule(values: dict[str, str], error: str, cast: Cast):
    form = {"provider": "local", "group": "staff", "role": "member", "siren": ""}
    assert errors(signed_in(cast["S"]).post(f"{RULES}add/", form | values)) == [error]


@pytest.mark.parametrize("people", [1, 3])
def test_pages_read_a_fixed_number_of_statements(people: int, cast: Cast, django_assert_num_queries: Any):
    for number in range(people):
        rule = GroupRuleFactory(group=f"g{number}")
        ProviderGroupsFactory(groups=[rule.group])
    client = signed_in(cast["S"])
    client.get(RULES)
    with django_assert_num_queries(3):
        assert len(rows(client.get(RULES))) == people
    with django_assert_num_queries(8):
        client.get(f"{RULES}{rule.pk}/remove/")


def test_without_a_provider_that_sends_groups_no_rule_can_be_added(cast: Cast, settings: Any):
    settings.OIDC_PROVIDERS = []
    client = signed_in(cast["S"])
    assert "No groups are read" in client.get(RULES).content.decode()
    assert "No identity provider of this platform sends groups." in client.get(f"{RULES}add/").content.decode()


def test_groups_and_their_roles_end_ninety_days_after_the_last_sign_in():
    early, late = UserFactory(), UserFactory()
    GroupRuleFactory(group="staff")
    signs_in(early, "staff", at=NOW - timedelta(days=90, seconds=1))
    signs_in(late, "staff", at=NOW - timedelta(days=90))
    purge = retentions()["provider_groups"].purge
    assert (purge(at=NOW, dry_run=True), purge(at=NOW, dry_run=False), expire_provider_groups(at=NOW, by=None)) == (
        1,
        1,
        0,
    )
    roles = User.objects.filter(pk__in=[early.pk, late.pk]).order_by("pk").values_list("lab_role", flat=True)
    assert (list(roles), ProviderGroups.objects.get().user) == (["", "member"], late)


def test_erasure_deletes_the_groups_of_a_person():
    row = granted()
    erase_person(user=row.user, at=NOW, by=None)
    row.refresh_from_db()
    assert (ProviderGroups.objects.exists(), row.ended_at) == (False, NOW)


def test_the_database_gives_a_role_only_by_a_rule_for_a_group_of_the_person():
    user = UserFactory()
    grant = granted(user)
    with refused_by("group_grant_has_rule"):
        insert_like(grant, role="administrator")
    with refused_by("group_grant_has_rule"):
        insert_like(grant, user_id=UserFactory().pk)
    with refused_by("group_grant_one_lab_role"):
        insert_like(grant)
    ProviderGroups.objects.update(groups=["Staff"])
    with refused_by("group_grant_has_rule"):
        insert_like(grant, ended_at=NOW)
    authority = AuthorityFactory(siren=SIREN)
    mandate = AuthorityAdminFactory(authority=authority, user=user)
    GroupRuleFactory(group="admins", role="authority_admin", siren=SIREN)
    ProviderGroups.objects.update(groups=["admins"], siren=SIREN)
    with refused_by("group_grant_has_rule"):
        insert_like(grant, role="authority_admin", mandate_id=AuthorityAdminFactory(user=user).pk)
    insert_like(grant, role="authority_admin", mandate_id=mandate.pk)
    assert AuthorityAdmin.objects.filter(group_grants__user=user).get() == mandate
    with refused_by("group_grant_once_for_mandate"):
        insert_like(GroupGrant.objects.get(mandate=mandate))


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("group_grant_fixed", {"role": "reader"}),
        ("group_grant_fixed", {"previous_role": "reader"}),
        ("group_grant_ends_after_it_began", {"ended_at": NOW - timedelta(days=99)}),
    ],
)
def test_the_database_changes_nothing_of_a_grant_but_its_end(rule: str, columns: dict[str, Any]):
    with refused_by(rule):
        update(granted(), **columns)


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("group_rule_role", {"role": "pilot"}),
        ("group_rule_group", {"group": " "}),
        ("group_rule_siren", {"siren": "73282932"}),
        ("group_rule_authority", {"role": "authority_admin"}),
    ],
)
def test_the_database_refuses_what_makes_no_rule(rule: str, columns: dict[str, Any]):
    row = GroupRuleFactory()
    with refused_by(rule):
        update(row, **columns)
    with refused_by("group_rule_once"):
        insert_like(row)


def test_a_grant_belongs_to_the_lab_or_to_an_authority():
    row = granted()
    mandate = AuthorityAdminFactory(user=row.user)
    with refused_by("group_grant_of_lab_or_authority"):
        force(row, mandate_id=mandate.pk)
    assert GroupGrant.objects.get() == row
