"""Lab staff and admins must use a second factor before any page opens; others need none."""

import re
from base64 import b64decode
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.second_factors.requirement import RECHECK_SECONDS, needs_second_factor
from accounts.sign_in.actions.links import request_sign_in_link
from programmes.actions.authorities import name_admin
from programmes.models import AuthorityAdmin
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, NOW, TODAY, Cast
from tests.factories.invitations import InvitationFactory, link
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory
from tests.factories.second_factors import an_app, code_of, recovery_codes
from web.pages.qr_codes import qr_code

PASSWORD = "a long demonstration word"
STEP = "/account/second-factor/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


@pytest.fixture
def staff() -> User:
    return UserFactory(is_lab_staff=True, language="en")


def sign_in_by_password(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def sign_in_by_code(user: User) -> Client:
    client = sign_in_by_password(user)
    client.post(reverse("mfa_authenticate"), {"code": code_of()})
    assert client.session["_auth_user_id"] == str(user.pk)
    return client


def opened(client: Client, path: str = "/programmes/") -> tuple[int, str]:
    answer = client.get(path)
    return answer.status_code, answer.headers.get("Location", "")


class TestNeedsSecondFactor:
    def test_lab_staff_and_authority_admins_need_one(self, cast: Cast):
        assert [role for role in EVERYONE if needs_second_factor(cast[role], TODAY)] == ["S", "A"]

    def test_people_who_open_the_administration_need_one(self):
        assert needs_second_factor(UserFactory(is_staff=True), TODAY)

    @pytest.mark.parametrize(("day", "needed"), [("2026-10-31", True), ("2026-11-01", False)])
    def test_admin_needs_one_until_the_last_day(self, day: str, needed: bool):
        admin = AuthorityAdminFactory(since=date(2026, 1, 1), until=date(2026, 10, 31)).user
        assert needs_second_factor(admin, date.fromisoformat(day)) is needed


class TestRedirects:
    def test_no_page_opens_before_the_second_factor(self, staff: User):
        client = sign_in_by_password(staff)
        for path in ("/", "/programmes/", "/account/", "/admin/", "/search/?q=a"):
            assert opened(client, path) == (302, STEP)

    def test_nothing_is_written_before_the_second_factor(self, staff: User):
        client = sign_in_by_password(staff)
        assert client.post("/account/", {"full_name": "Other", "language": "en"}).headers["Location"] == STEP
        assert User.objects.get(pk=staff.pk).full_name == staff.full_name

    def test_partial_request_is_not_redirected(self, staff: User):
        assert sign_in_by_password(staff).get("/programmes/", headers={"hx-request": "true"}).status_code == 401

    def test_set_up_sign_out_and_public_pages_stay_open(self, staff: User):
        client = sign_in_by_password(staff)
        for path in (STEP, "/accessibility/", reverse("account_logout"), reverse("mfa_index"), "/livez"):
            assert opened(client, path) == (200, "")

    def test_people_without_such_a_role_need_none(self):
        assert opened(sign_in_by_password(UserFactory())) == (200, "")

    def test_administration_requires_it_of_everyone(self, cast: Cast):
        client = sign_in_by_password(cast["M"])
        assert (opened(client)[0], opened(client, "/admin/")) == (200, (302, STEP))

    def test_nobody_needs_one_if_the_setting_is_off(self, staff: User, settings):
        settings.SECOND_FACTOR_REQUIRED = False
        assert opened(sign_in_by_password(staff)) == (200, "")

    def test_sign_in_link_is_no_second_factor(self, staff: User):
        client = Client()
        token = request_sign_in_link(user=staff, email=staff.email, at=datetime.now(UTC), by=None)
        client.post(reverse("sign_in_link", args=[token]))
        assert opened(client) == (302, STEP)

    def test_app_code_is_required_after_a_sign_in_link(self, staff: User):
        an_app(staff)
        client = Client()
        token = request_sign_in_link(user=staff, email=staff.email, at=datetime.now(UTC), by=None)
        answer = client.post(reverse("sign_in_link", args=[token]))
        assert (answer.headers["Location"], "_auth_user_id" in client.session) == (reverse("mfa_authenticate"), False)
        client.post(reverse("mfa_authenticate"), {"code": code_of()})
        assert opened(client) == (200, "")


class TestSettingUp:
    @pytest.mark.django_db(transaction=True)  # allauth tells of a new factor once it is committed
    def test_setting_up_an_app_leads_to_the_requested_page(self, staff: User):
        client = sign_in_by_password(staff)
        assert opened(client, "/programmes/?page=1") == (302, STEP)
        response = client.get(reverse("mfa_activate_totp"))
        client.post(response.headers["Location"], {"password": PASSWORD})
        page = client.get(reverse("mfa_activate_totp"))
        done = client.post(reverse("mfa_activate_totp"), {"code": code_of(page.context["form"].secret)})
        assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
        assert 'href="/account/second-factor/"' in client.get(done.headers["Location"]).content.decode()
        assert '<a class="btn btn-primary" href="/programmes/?page=1">Continue</a>' in client.get(STEP).content.decode()
        assert opened(client) == (200, "")
        assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "totp"]
        assert mail.outbox[-1].subject == "An app is now your second factor"

    @pytest.mark.django_db(transaction=True)
    def test_code_that_set_up_the_app_cannot_sign_in(self, staff: User):
        with time_machine.travel(NOW, tick=False):
            client = sign_in_by_password(staff)
            client.post(client.get(reverse("mfa_activate_totp")).headers["Location"], {"password": PASSWORD})
            secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
            client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
            assert Authenticator.objects.filter(type="totp").count() == 1
            again = sign_in_by_password(staff)
            again.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
            assert "_auth_user_id" not in again.session
        with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
            again.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
            assert "_auth_user_id" in again.session

    def test_qr_code_is_of_the_address_of_the_secret(self, staff: User):
        client = sign_in_by_password(staff)
        client.post(client.get(reverse("mfa_activate_totp")).headers["Location"], {"password": PASSWORD})
        page = client.get(reverse("mfa_activate_totp"))
        (picture,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page.content.decode())
        svg = ElementTree.fromstring(b64decode(picture))  # noqa: S314 - of our own template
        assert svg.tag == "{http://www.w3.org/2000/svg}svg"
        assert svg.find("{*}path").attrib["d"] == qr_code(page.context["totp_url"]).path

    def test_wrong_code_sets_up_nothing(self, staff: User):
        client = sign_in_by_password(staff)
        response = client.get(reverse("mfa_activate_totp"))
        client.post(response.headers["Location"], {"password": PASSWORD})
        client.get(reverse("mfa_activate_totp"))
        client.post(reverse("mfa_activate_totp"), {"code": "000000"})
        assert (Authenticator.objects.count(), opened(client)) == (0, (302, STEP))

    def test_removing_the_last_factor_leads_to_set_up(self, staff: User):
        an_app(staff)
        client = sign_in_by_code(staff)
        assert opened(client) == (200, "")
        response = client.get(reverse("mfa_deactivate_totp"))
        client.post(response.headers["Location"], {"password": PASSWORD})
        client.post(reverse("mfa_deactivate_totp"))
        assert (Authenticator.objects.count(), opened(client)) == (0, (302, STEP))

    def test_factor_set_up_in_another_browser_is_required_here(self, staff: User):
        client = sign_in_by_password(staff)
        an_app(staff)
        opened(client, "/programmes/")
        page = client.get(STEP).content.decode()
        way = f"{reverse('mfa_reauthenticate')}?next=/programmes/"
        assert re.findall(r'href="(/accounts/2fa/rea[^"]*)"', page) == [way]
        answer = client.post(way, {"code": code_of()})
        assert (answer.headers["Location"], opened(client)) == ("/programmes/", (200, ""))


class TestUsedFactor:
    def test_app_code_opens_all_pages(self, staff: User):
        an_app(staff)
        assert opened(sign_in_by_code(staff)) == (200, "")

    def test_recovery_code_opens_all_pages_once(self, staff: User):
        an_app(staff)
        code = recovery_codes(staff)[0]
        client = sign_in_by_password(staff)
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert opened(client) == (200, "")
        again = sign_in_by_password(staff)
        again.post(reverse("mfa_authenticate"), {"code": code})
        assert "_auth_user_id" not in again.session

    def test_factor_of_another_person_does_not_count(self, staff: User):
        an_app(staff)
        client = sign_in_by_code(staff)
        session = client.session
        session["second_factor_used_by"] = str(UserFactory().pk)
        session.save()
        assert opened(client) == (302, STEP)

    def test_used_factor_costs_no_extra_query(self, staff: User, settings, django_assert_num_queries):
        an_app(staff)
        client = sign_in_by_code(staff)
        client.get("/accessibility/")
        settings.SECOND_FACTOR_REQUIRED = False
        with django_assert_num_queries(3):
            client.get("/account/sign-ins/")
        settings.SECOND_FACTOR_REQUIRED = True
        with django_assert_num_queries(3):
            client.get("/account/sign-ins/")

    def test_roles_of_others_are_read_every_five_minutes(self, django_assert_num_queries):
        with time_machine.travel("2026-11-24T09:00:00+00:00", tick=False) as clock:
            client = sign_in_by_password(UserFactory())
            client.get("/account/sign-ins/")
            with django_assert_num_queries(3):
                client.get("/account/sign-ins/")
            clock.shift(timedelta(seconds=RECHECK_SECONDS))
            with django_assert_num_queries(8):  # roles, a sign of life, the session within its savepoint
                client.get("/account/sign-ins/")

    def test_new_admin_needs_one_from_the_next_page_in_every_session(self):
        user = UserFactory()
        here, there, other = sign_in_by_password(user), sign_in_by_password(user), sign_in_by_password(UserFactory())
        assert [opened(client) for client in (here, there, other)] == [(200, "")] * 3
        now = timezone.now()
        name_admin(authority=AuthorityFactory(), email=user.email, today=timezone.localdate(now), at=now, by=None)
        assert [opened(client) for client in (here, there, other)] == [(302, STEP), (302, STEP), (200, "")]
        assert here.get("/account/sign-ins/", follow=True).context["user"] == user

    def test_person_who_accepts_to_be_admin_needs_one_from_the_next_page(self):
        """Their session, which drops the invitation, is saved after the role was given."""
        user = UserFactory(language="en")
        fields = {"person": user, "cohort": None, "authority": AuthorityFactory(), "role": "admin"}
        row = InvitationFactory(invited_at=timezone.now(), **fields)
        client = sign_in_by_password(user)
        assert opened(client) == (200, "")
        client.get(link(row))
        assert client.post(link(row)).status_code == 302
        assert AuthorityAdmin.objects.get().user == user
        assert opened(client) == (302, STEP)

    @pytest.mark.parametrize("rights", [{"is_lab_staff": True, "lab_role": "member"}, {"is_staff": True}])
    def test_new_lab_staff_need_one_from_the_next_page(self, rights: dict[str, object]):
        client = sign_in_by_password(user := UserFactory())
        assert opened(client) == (200, "")
        User.objects.filter(pk=user.pk).update(**rights)
        assert opened(client) == (302, STEP)

    def test_other_role_changes_count_within_five_minutes(self):
        with time_machine.travel("2026-11-24T09:00:00+00:00", tick=False) as clock:
            user = UserFactory()
            client = sign_in_by_password(user)
            assert opened(client) == (200, "")
            AuthorityAdminFactory(user=user, since=date(2026, 11, 1))
            clock.shift(timedelta(seconds=RECHECK_SECONDS))
            assert opened(client) == (302, STEP)


class TestAdministration:
    """`/admin/` has no sign-in of its own."""

    @pytest.fixture
    def root(self) -> User:
        return UserFactory(is_staff=True, is_superuser=True)

    def test_administration_uses_the_common_sign_in_page(self):
        answer = Client().get("/admin/login/?next=/admin/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/login/?next=%2Fadmin%2F")
        assert opened(Client(), "/admin/") == (302, "/admin/login/?next=/admin/")

    def test_password_sent_to_the_administration_does_not_sign_in(self, root: User):
        client = Client()
        client.post("/admin/login/", {"username": root.email, "password": PASSWORD})
        assert "_auth_user_id" not in client.session

    def test_administration_opens_with_a_second_factor_only(self, root: User):
        assert opened(sign_in_by_password(root), "/admin/") == (302, STEP)
        an_app(root)
        assert opened(sign_in_by_code(root), "/admin/") == (200, "")

    def test_acting_staff_neither_open_it_nor_need_the_person_s_factor(self, staff: User, cast: Cast):
        an_app(staff)
        client = sign_in_by_code(staff)
        client.post(reverse("act_as", args=[cast["A"].pk]), {"reason": "Asked"})
        assert client.session["_auth_user_id"] == str(cast["A"].pk)
        assert (opened(client), opened(client, "/admin/")) == ((200, ""), (403, ""))

    def test_administration_is_closed_to_people_without_the_right(self):
        user = UserFactory()
        an_app(user)
        assert sign_in_by_code(user).get("/admin/", follow=True).status_code == 403
