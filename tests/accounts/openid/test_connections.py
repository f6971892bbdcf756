"""Connect a provider to one's account, remove the connection; hooks of apps for people without an account."""

from dataclasses import replace
from urllib.parse import unquote

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.hooks import ProviderIdentity, account_hooks, personal_data
from accounts.models import User
from accounts.privacy.erasure import erase_sign_in_data
from cohorts.models import AccessRequest
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import MembershipFactory
from tests.factories.programmes import AuthorityFactory
from tests.providers import ANNE, SIREN, Local, come_back, leave_for, sign_in, through

pytestmark = pytest.mark.django_db
PAGE = "/accounts/3rdparty/"
PASSWORD = "a long demonstration word"


@pytest.fixture
def member(visitor: Client) -> User:
    """Return a member signed in by password, with another address than the provider knows."""
    user = UserFactory(email="anne@home.example", language="en")
    visitor.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    visitor.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return user


def connect(visitor: Client, who: str = "anne"):
    return come_back(visitor, through(leave_for(visitor, process="connect"), who))


def test_a_person_connects_a_provider_and_signs_in_with_it_from_then_on(local: Local, visitor: Client, member: User):
    assert connect(visitor).headers["Location"] == PAGE
    page = visitor.get(PAGE).content.decode()
    assert "The sign-in is connected. You can sign in with it from now on." in page
    assert f"Le portail · {ANNE['email']}" in page
    again = Client()
    sign_in(again, "anne")
    assert again.session["_auth_user_id"] == str(member.pk)


def test_connection_is_removed_unless_it_is_the_last_way_to_sign_in(local: Local, visitor: Client, member: User):
    connect(visitor)
    row = SocialAccount.objects.get()
    member.set_unusable_password()
    member.save()
    visitor.force_login(member)
    refusal = visitor.post(PAGE, {"account": row.pk})
    assert (refusal.status_code, SocialAccount.objects.count()) == (200, 1)
    assert "Your account has no password set up." in refusal.content.decode()
    member.set_password(PASSWORD)
    member.save()
    visitor.force_login(member)
    visitor.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert visitor.post(PAGE, {"account": row.pk}).status_code == 302
    assert SocialAccount.objects.count() == 0


def test_connections_change_only_after_reauthentication(local: Local, member: User):
    visitor = Client()
    visitor.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    response = visitor.post("/accounts/oidc/local/login/?process=connect")
    assert response.headers["Location"].startswith("/accounts/reauthenticate/?next=")
    row = SocialAccount.objects.create(user=member, provider="local", uid="anne")
    response = visitor.post(PAGE, {"account": row.pk})
    assert unquote(response.headers["Location"]) == f"/accounts/reauthenticate/?next={PAGE}"
    assert SocialAccount.objects.count() == 1
    visitor.post(f"/accounts/reauthenticate/?next={PAGE}", {"password": PASSWORD, "next": PAGE})
    assert SocialAccount.objects.count() == 0


def test_people_cannot_remove_connections_of_others(local: Local, visitor: Client, member: User):
    other = SocialAccount.objects.create(user=UserFactory(), provider="local", uid="bruno")
    assert visitor.post(PAGE, {"account": other.pk}).status_code == 200
    assert SocialAccount.objects.count() == 1


def test_identity_of_another_account_is_not_moved(local: Local, visitor: Client, member: User):
    owner = SocialAccount.objects.create(user=UserFactory(), provider="local", uid="anne").user
    connect(visitor)
    assert SocialAccount.objects.get().user == owner
    assert "This sign-in belongs to another account on this platform," in visitor.get(PAGE).content.decode()


def test_connection_to_a_removed_provider_breaks_no_page(visitor: Client, member: User, settings):
    settings.OIDC_PROVIDERS = []
    SocialAccount.objects.create(user=member, provider="gone", uid="anne")
    answer = visitor.get(PAGE)
    assert (answer.status_code, list(answer.context["form"].accounts)) == (200, [])
    assert PAGE not in visitor.get("/account/").content.decode()


def test_account_page_links_to_connections_if_there_are_providers(local: Local, visitor: Client, member: User):
    assert f'href="{PAGE}"' in visitor.get("/account/").content.decode()


def test_sign_in_page_names_each_provider_and_reads_only_the_set_up_and_the_accessibility_status(
    local: Local, visitor: Client, settings, django_assert_num_queries
):
    settings.OIDC_PROVIDERS = [local.app(), local.app(id="second", client_id="plain", name="ProConnect")]
    with django_assert_num_queries(3):
        page = visitor.get("/accounts/login/").content.decode()
    assert [name for name in ("Sign in with Le portail", "Sign in with ProConnect") if name not in page] == []
    assert "or with your e-mail address" in page


def test_invited_person_gets_the_account_of_the_invitation(
    local: Local, visitor: Client, monkeypatch: pytest.MonkeyPatch
):
    """The hook of an app decides, with the verified claims and the request of the browser."""
    identities: list[ProviderIdentity] = []

    def join(*, request, identity: ProviderIdentity, at) -> User | None:
        identities.append(identity)
        return UserFactory(email=identity.email) if request.session.get("invitation") else None

    hooks = replace(account_hooks.by_app["cohorts"], join_by_provider=join)
    monkeypatch.setitem(account_hooks.by_app, "cohorts", hooks)
    sign_in(visitor, "anne")
    assert (AccessRequest.objects.count(), SocialAccount.objects.count()) == (1, 0)
    session = visitor.session
    session["invitation"] = "a token"
    session.save()
    sign_in(visitor, "anne")
    assert [(identity.subject, identity.email_verified, identity.provider) for identity in identities] == [
        ("anne", True, "local")
    ] * 2
    account = SocialAccount.objects.get()
    assert (visitor.session["_auth_user_id"], account.uid) == (str(account.user_id), "anne")


def test_authority_is_proposed_for_an_account_without_a_cohort(local: Local, visitor: Client):
    authority, user = AuthorityFactory(siren=SIREN), UserFactory(email=ANNE["email"])
    sign_in(visitor, "anne")
    row = AccessRequest.objects.get()
    assert (visitor.session["_auth_user_id"], row.user, row.authority) == (str(user.pk), user, authority)


@pytest.mark.parametrize("who", ["member", "staff", "without a SIRET"])
def test_nothing_is_proposed_for_members_or_without_a_siret(who: str, local: Local, visitor: Client):
    user = UserFactory(email=ANNE["email"], is_lab_staff=who == "staff")
    if who == "member":
        MembershipFactory(user=user)
    if who == "without a SIRET":
        local.set_claims(anne=ANNE | {"siret": "73282932000075"})
    sign_in(visitor, "anne")
    assert (visitor.session["_auth_user_id"], AccessRequest.objects.count()) == (str(user.pk), 0)


def test_connections_are_in_the_own_copy_and_end_with_erasure(local: Local, visitor: Client, member: User):
    connect(visitor)
    other = SocialAccount.objects.create(user=UserFactory(), provider="local", uid="bruno")
    rows = [(row["provider"], row["subject"], row["email"]) for row in personal_data()["connections"].rows(member)]
    assert rows == [("local", "anne", ANNE["email"])]
    erase_sign_in_data(user=member, at=None)
    assert list(SocialAccount.objects.all()) == [other]
    again = Client()
    assert sign_in(again, "anne").headers["Location"] == "/accounts/oidc/access-requested/"
