"""Lab staff and admins show a second factor before anything opens; others are not asked."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.registries import second_factor_roles
from accounts.second_factors.requirement import ASKED_EVERY, needs_second_factor
from accounts.sign_in.actions.links import ask_sign_in_link
from programmes.actions.authorities import name_admin
from programmes.models import AuthorityAdmin
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, NOW, TODAY, Cast
from tests.factories.factors import an_app, code_of, recovery_codes
from tests.factories.invitations import InvitationFactory, link
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory

PASSWORD = "a long demonstration word"
STEP = "/account/second-factor/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def staff() -> User:
    return UserFactory(is_lab_staff=True, language="en")


def by_password(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def by_code(user: User) -> Client:
    client = by_password(user)
    client.post(reverse("mfa_authenticate"), {"code": code_of()})
    assert client.session["_auth_user_id"] == str(user.pk)
    return client


def opened(client: Client, path: str = "/programmes/") -> tuple[int, str]:
    answer = client.get(path)
    return answer.status_code, answer.headers.get("Location", "")


class TestWho:
    def test_lab_staff_and_authority_admins(self, cast: Cast):
        assert [letter for letter in EVERYONE if needs_second_factor(cast[letter], TODAY)] == ["S", "A"]

    def test_whoever_opens_the_administration(self):
        assert needs_second_factor(UserFactory(is_staff=True), TODAY)

    @pytest.mark.parametrize(("day", "needed"), [("2026-10-31", True), ("2026-11-01", False)])
    def test_an_admin_until_the_last_day(self, day: str, needed: bool):
        admin = AuthorityAdminFactory(since=date(2026, 1, 1), until=date(2026, 10, 31)).user
        assert needs_second_factor(admin, date.fromisoformat(day)) is needed

    def test_apps_say_which_roles(self):
        assert second_factor_roles.slugs() == ["authority_admin"]


class TestLed:
    def test_nothing_opens_before(self, staff: User):
        client = by_password(staff)
        for path in ("/", "/programmes/", "/account/", "/admin/", "/search/?q=a"):
            assert opened(client, path) == (302, STEP)

    def test_nothing_is_written_before(self, staff: User):
        client = by_password(staff)
        assert client.post("/account/", {"full_name": "Other", "language": "en"}).headers["Location"] == STEP
        assert User.objects.get(pk=staff.pk).full_name == staff.full_name

    def test_a_part_of_a_page_is_not_led_elsewhere(self, staff: User):
        assert by_password(staff).get("/programmes/", headers={"hx-request": "true"}).status_code == 401

    def test_the_way_to_set_it_up_signing_out_and_open_pages_stay_open(self, staff: User):
        client = by_password(staff)
        for path in (STEP, "/accessibility/", reverse("account_logout"), reverse("mfa_index"), "/livez"):
            assert opened(client, path) == (200, "")

    def test_others_are_not_asked(self):
        assert opened(by_password(UserFactory())) == (200, "")

    def test_the_administration_asks_for_it_whoever_comes(self, cast: Cast):
        client = by_password(cast["M"])
        assert (opened(client)[0], opened(client, "/admin/")) == (200, (302, STEP))

    def test_nor_is_anybody_where_it_is_not_required(self, staff: User, settings):
        settings.SECOND_FACTOR_REQUIRED = False
        assert opened(by_password(staff)) == (200, "")

    def test_a_link_by_letter_is_no_second_factor(self, staff: User):
        client = Client()
        token = ask_sign_in_link(user=staff, email=staff.email, at=datetime.now(UTC), by=None)
        client.post(reverse("sign_in_link", args=[token]))
        assert opened(client) == (302, STEP)

    def test_and_whoever_has_an_app_is_asked_for_its_code_after_the_link(self, staff: User):
        an_app(staff)
        client = Client()
        token = ask_sign_in_link(user=staff, email=staff.email, at=datetime.now(UTC), by=None)
        answer = client.post(reverse("sign_in_link", args=[token]))
        assert (answer.headers["Location"], "_auth_user_id" in client.session) == (reverse("mfa_authenticate"), False)
        client.post(reverse("mfa_authenticate"), {"code": code_of()})
        assert opened(client) == (200, "")


class TestSettingUp:
    @pytest.mark.django_db(transaction=True)  # allauth tells of a new factor once it is committed
    def test_an_app_is_set_up_and_leads_to_the_page_one_wanted(self, staff: User):
        client = by_password(staff)
        assert opened(client, "/programmes/?page=1") == (302, STEP)
        asked = client.get(reverse("mfa_activate_totp"))
        client.post(asked.headers["Location"], {"password": PASSWORD})
        page = client.get(reverse("mfa_activate_totp"))
        done = client.post(reverse("mfa_activate_totp"), {"code": code_of(page.context["form"].secret)})
        assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
        assert 'href="/account/second-factor/"' in client.get(done.headers["Location"]).content.decode()
        assert '<a class="btn btn-primary" href="/programmes/?page=1">Continue</a>' in client.get(STEP).content.decode()
        assert opened(client) == (200, "")
        assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "totp"]
        assert mail.outbox[-1].subject == "An app is now your second factor"

    @pytest.mark.django_db(transaction=True)
    def test_the_code_that_set_it_up_signs_nobody_in(self, staff: User):
        with time_machine.travel(NOW, tick=False):
            client = by_password(staff)
            client.post(client.get(reverse("mfa_activate_totp")).headers["Location"], {"password": PASSWORD})
            secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
            client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
            assert Authenticator.objects.filter(type="totp").count() == 1
            again = by_password(staff)
            again.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
            assert "_auth_user_id" not in again.session
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            again.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
            assert "_auth_user_id" in again.session

    def test_a_wrong_code_sets_up_nothing(self, staff: User):
        client = by_password(staff)
        asked = client.get(reverse("mfa_activate_totp"))
        client.post(asked.headers["Location"], {"password": PASSWORD})
        client.get(reverse("mfa_activate_totp"))
        client.post(reverse("mfa_activate_totp"), {"code": "000000"})
        assert (Authenticator.objects.count(), opened(client)) == (0, (302, STEP))

    def test_taking_the_last_one_away_leads_to_setting_one_up_again(self, staff: User):
        an_app(staff)
        client = by_code(staff)
        assert opened(client) == (200, "")
        asked = client.get(reverse("mfa_deactivate_totp"))
        client.post(asked.headers["Location"], {"password": PASSWORD})
        client.post(reverse("mfa_deactivate_totp"))
        assert (Authenticator.objects.count(), opened(client)) == (0, (302, STEP))

    def test_one_set_up_in_another_browser_is_asked_for_here(self, staff: User):
        client = by_password(staff)
        an_app(staff)
        opened(client, "/programmes/")
        page = client.get(STEP).content.decode()
        way = f"{reverse('mfa_reauthenticate')}?next=/programmes/"
        assert re.findall(r'href="(/accounts/2fa/rea[^"]*)"', page) == [way]
        answer = client.post(way, {"code": code_of()})
        assert (answer.headers["Location"], opened(client)) == ("/programmes/", (200, ""))


class TestShown:
    def test_a_code_of_the_app_opens_everything(self, staff: User):
        an_app(staff)
        assert opened(by_code(staff)) == (200, "")

    def test_so_does_a_recovery_code_once(self, staff: User):
        an_app(staff)
        code = recovery_codes(staff)[0]
        client = by_password(staff)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert opened(client) == (200, "")
        again = by_password(staff)
        again.post(reverse("mfa_authenticate"), {"code": code})
        assert "_auth_user_id" not in again.session

    def test_another_s_does_not_count(self, staff: User):
        an_app(staff)
        client = by_code(staff)
        session = client.session
        session["second_factor_used_by"] = str(UserFactory().pk)
        session.save()
        assert opened(client) == (302, STEP)

    def test_whoever_has_shown_one_costs_no_statement_more(self, staff: User, settings, django_assert_num_queries):
        an_app(staff)
        client = by_code(staff)
        client.get("/accessibility/")
        settings.SECOND_FACTOR_REQUIRED = False
        with django_assert_num_queries(3):
            client.get("/account/sign-ins/")
        settings.SECOND_FACTOR_REQUIRED = True
        with django_assert_num_queries(3):
            client.get("/account/sign-ins/")

    def test_of_others_the_roles_are_read_every_five_minutes(self, django_assert_num_queries):
        with time_machine.travel("2026-11-24T09:00:00+00:00", tick=False) as clock:
            client = by_password(UserFactory())
            client.get("/account/sign-ins/")
            with django_assert_num_queries(3):
                client.get("/account/sign-ins/")
            clock.shift(timedelta(seconds=ASKED_EVERY))
            with django_assert_num_queries(8):  # roles, a sign of life, the session within its savepoint
                client.get("/account/sign-ins/")

    def test_whoever_is_named_admin_is_asked_with_the_next_page_wherever_they_are(self):
        user = UserFactory()
        here, there, other = by_password(user), by_password(user), by_password(UserFactory())
        assert [opened(client) for client in (here, there, other)] == [(200, "")] * 3
        now = timezone.now()
        name_admin(authority=AuthorityFactory(), email=user.email, today=timezone.localdate(now), at=now, by=None)
        assert [opened(client) for client in (here, there, other)] == [(302, STEP), (302, STEP), (200, "")]
        assert here.get("/account/sign-ins/", follow=True).context["user"] == user

    def test_whoever_accepts_to_be_an_admin_is_asked_with_the_next_page(self):
        """The session they accept in forgets the invitation, and is written after the role was given."""
        user = UserFactory(language="en")
        asked = {"person": user, "cohort": None, "authority": AuthorityFactory(), "role": "admin"}
        row = InvitationFactory(invited_at=timezone.now(), **asked)
        client = by_password(user)
        assert opened(client) == (200, "")
        client.get(link(row))
        assert client.post(link(row)).status_code == 302
        assert AuthorityAdmin.objects.get().user == user
        assert opened(client) == (302, STEP)

    @pytest.mark.parametrize("right", ["is_lab_staff", "is_staff"])
    def test_whoever_becomes_one_of_the_lab_is_asked_with_the_next_page(self, right: str):
        client = by_password(user := UserFactory())
        assert opened(client) == (200, "")
        User.objects.filter(pk=user.pk).update(**{right: True})
        assert opened(client) == (302, STEP)

    def test_what_else_makes_an_admin_counts_within_five_minutes(self):
        with time_machine.travel("2026-11-24T09:00:00+00:00", tick=False) as clock:
            user = UserFactory()
            client = by_password(user)
            assert opened(client) == (200, "")
            AuthorityAdminFactory(user=user, since=date(2026, 11, 1))
            clock.shift(timedelta(seconds=ASKED_EVERY))
            assert opened(client) == (302, STEP)


class TestAdministration:
    """`/admin/` has no door of its own."""

    @pytest.fixture
    def root(self) -> User:
        return UserFactory(is_staff=True, is_superuser=True)

    def test_its_sign_in_page_is_everybody_s(self):
        answer = Client().get("/admin/login/?next=/admin/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=%2Fadmin%2F")
        assert opened(Client(), "/admin/") == (302, "/admin/login/?next=/admin/")

    def test_a_password_sent_to_it_signs_nobody_in(self, root: User):
        client = Client()
        client.post("/admin/login/", {"username": root.email, "password": PASSWORD})
        assert "_auth_user_id" not in client.session

    def test_it_opens_with_a_second_factor_only(self, root: User):
        assert opened(by_password(root), "/admin/") == (302, STEP)
        an_app(root)
        assert opened(by_code(root), "/admin/") == (200, "")

    def test_whoever_acts_as_someone_does_not_open_it_and_is_asked_for_none_of_theirs(self, staff: User, cast: Cast):
        an_app(staff)
        client = by_code(staff)
        client.post(reverse("act_as", args=[cast["A"].pk]), {"reason": "Asked"})
        assert client.session["_auth_user_id"] == str(cast["A"].pk)
        assert (opened(client), opened(client, "/admin/")) == ((200, ""), (403, ""))

    def test_nor_does_anybody_without_the_right(self):
        user = UserFactory()
        an_app(user)
        assert by_code(user).get("/admin/", follow=True).status_code == 403
