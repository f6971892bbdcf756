"""Connecting a provider to one's account, and taking that back; what other apps bring to people at the door."""

from urllib.parse import unquote

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import User
from accounts.registries import Arrival, arrivals_by_provider, erasers, personal_data
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
    """Signed in by password, with another address than the provider knows."""
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


def test_a_connection_is_taken_back_but_never_the_last_way_in(local: Local, visitor: Client, member: User):
    connect(visitor)
    row = SocialAccount.objects.get()
    member.set_unusable_password()
    member.save()
    visitor.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    kept = visitor.post(PAGE, {"account": row.pk})
    assert (kept.status_code, SocialAccount.objects.count()) == (200, 1)
    assert "Your account has no password set up." in kept.content.decode()
    member.set_password(PASSWORD)
    member.save()
    visitor.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
    visitor.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert visitor.post(PAGE, {"account": row.pk}).status_code == 302
    assert SocialAccount.objects.count() == 0


def test_nothing_is_connected_nor_taken_back_before_the_password_was_given_again(local: Local, member: User):
    visitor = Client()
    visitor.post("/accounts/login/", {"login": member.email, "password": PASSWORD})
    asked = visitor.post("/accounts/oidc/local/login/?process=connect")
    assert asked.headers["Location"].startswith("/accounts/reauthenticate/?next=")
    row = SocialAccount.objects.create(user=member, provider="local", uid="anne")
    asked = visitor.post(PAGE, {"account": row.pk})
    assert unquote(asked.headers["Location"]) == f"/accounts/reauthenticate/?next={PAGE}"
    assert SocialAccount.objects.count() == 1
    visitor.post(f"/accounts/reauthenticate/?next={PAGE}", {"password": PASSWORD, "next": PAGE})
    assert SocialAccount.objects.count() == 0


def test_nobody_takes_back_the_connection_of_another(local: Local, visitor: Client, member: User):
    other = SocialAccount.objects.create(user=UserFactory(), provider="local", uid="bruno")
    assert visitor.post(PAGE, {"account": other.pk}).status_code == 200
    assert SocialAccount.objects.count() == 1


def test_an_identity_that_belongs_to_another_account_is_not_moved(local: Local, visitor: Client, member: User):
    owner = SocialAccount.objects.create(user=UserFactory(), provider="local", uid="anne").user
    connect(visitor)
    assert SocialAccount.objects.get().user == owner
    assert "This sign-in belongs to another account on this platform," in visitor.get(PAGE).content.decode()


def test_a_connection_to_a_provider_that_is_gone_breaks_no_page(visitor: Client, member: User, settings):
    settings.OIDC_PROVIDERS = []
    SocialAccount.objects.create(user=member, provider="gone", uid="anne")
    answer = visitor.get(PAGE)
    assert (answer.status_code, list(answer.context["form"].accounts)) == (200, [])
    assert PAGE not in visitor.get("/account/").content.decode()


def test_the_account_page_leads_to_connections_where_there_are_providers(local: Local, visitor: Client, member: User):
    assert f'href="{PAGE}"' in visitor.get("/account/").content.decode()


def test_the_sign_in_page_names_each_provider_in_words_without_a_statement(
    local: Local, visitor: Client, settings, django_assert_num_queries
):
    settings.OIDC_PROVIDERS = [local.app(), local.app(id="second", client_id="plain", name="ProConnect")]
    with django_assert_num_queries(0):
        page = visitor.get("/accounts/login/").content.decode()
    assert [name for name in ("Sign in with Le portail", "Sign in with ProConnect") if name not in page] == []
    assert "or with your e-mail address" in page


def test_whoever_was_invited_gets_the_account_the_invitation_makes(
    local: Local, visitor: Client, monkeypatch: pytest.MonkeyPatch
):
    """An app above says who: it is told facts the provider signed, and the request with what the browser brought."""
    told: list[Arrival] = []

    def arrive(*, request, arrival: Arrival, at) -> User | None:
        told.append(arrival)
        return UserFactory(email=arrival.email) if request.session.get("invitation") else None

    monkeypatch.setattr(arrivals_by_provider, "_items", {"test": (100, arrive)})
    sign_in(visitor, "anne")
    assert (AccessRequest.objects.count(), SocialAccount.objects.count()) == (1, 0)
    session = visitor.session
    session["invitation"] = "a token"
    session.save()
    sign_in(visitor, "anne")
    assert [(arrival.subject, arrival.vouched, arrival.provider) for arrival in told] == [("anne", True, "local")] * 2
    account = SocialAccount.objects.get()
    assert (visitor.session["_auth_user_id"], account.uid) == (str(account.user_id), "anne")


def test_an_account_without_a_cohort_has_its_authority_proposed(local: Local, visitor: Client):
    authority, user = AuthorityFactory(siren=SIREN), UserFactory(email=ANNE["email"])
    sign_in(visitor, "anne")
    row = AccessRequest.objects.get()
    assert (visitor.session["_auth_user_id"], row.user, row.authority) == (str(user.pk), user, authority)


@pytest.mark.parametrize("who", ["member", "staff", "without a SIRET"])
def test_nothing_is_proposed_to_whoever_has_a_place_or_no_siret(who: str, local: Local, visitor: Client):
    user = UserFactory(email=ANNE["email"], is_lab_staff=who == "staff")
    if who == "member":
        MembershipFactory(user=user)
    if who == "without a SIRET":
        local.says(anne=ANNE | {"siret": "73282932000075"})
    sign_in(visitor, "anne")
    assert (visitor.session["_auth_user_id"], AccessRequest.objects.count()) == (str(user.pk), 0)


def test_connections_are_taken_along_and_an_erased_person_signs_in_no_more(local: Local, visitor: Client, member: User):
    connect(visitor)
    other = SocialAccount.objects.create(user=UserFactory(), provider="local", uid="bruno")
    told = [(row["provider"], row["subject"], row["email"]) for row in personal_data["connections"].rows(member)]
    assert told == [("local", "anne", ANNE["email"])]
    erasers["ways_in"](user=member, at=None)
    assert list(SocialAccount.objects.all()) == [other]
    again = Client()
    assert sign_in(again, "anne").headers["Location"] == "/accounts/oidc/asked/"
