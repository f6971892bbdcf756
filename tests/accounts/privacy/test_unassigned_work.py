"""People close their account: the lab can reopen it for two weeks, then only what they did is left."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from accounts.actions import close_account
from accounts.hooks import AccountHooks, PrivacyHooks, Retention, account_hooks, privacy_hooks
from accounts.models import User
from accounts.privacy.actions import close_own_account, erase_due_accounts, erase_person, reopen_account
from accounts.privacy.retention import purge
from tests.factories.accounts import UserFactory
from tests.sql import delete, execute, refused_by, update
from web.errors import DomainError
from web.security.encryption import encrypt

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSWORD = "a long demonstration word"
IN_TWO_WEEKS = NOON + timedelta(days=14)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


class TestClosingOwnAccount:
    def test_account_is_closed_and_erasure_planned_two_weeks_later(self):
        user = close_own_account(user=(ada := UserFactory()), at=NOON, by=ada)
        row = fresh(user)
        assert (row.is_active, row.closed_at, row.erase_on) == (False, NOON, date(2026, 12, 8))
        assert (row.full_name, row.erased_at) == (ada.full_name, None)

    def test_lab_can_reopen_the_account(self):
        staff, user = UserFactory(is_lab_staff=True), UserFactory()
        close_own_account(user=user, at=NOON, by=user)
        reopen_account(user=user, by=staff)
        row = fresh(user)
        assert (row.is_active, row.closed_at, row.erase_on) == (True, None, None)
        assert erase_due_accounts(at=IN_TWO_WEEKS) == 0

    def test_account_closed_by_the_lab_is_erased_after_two_years(self):
        assert close_account(user=UserFactory(), at=NOON, by=None).erase_on == date(2028, 11, 23)

    def test_only_account_of_the_lab_cannot_be_closed(self):
        staff = UserFactory(is_lab_staff=True)
        with translation.override("en"), pytest.raises(DomainError, match="This is the lab’s last administrator"):
            close_own_account(user=staff, at=NOON, by=staff)
        assert fresh(staff).is_active
        UserFactory(is_lab_staff=True)
        close_own_account(user=fresh(staff), at=NOON, by=staff)
        assert not fresh(staff).is_active


class TestTheDatabase:
    def test_person_with_a_planned_erasure_cannot_sign_in(self):
        with refused_by("user_closed_signs_in_no_more"):
            update(UserFactory(), erase_on=date(2026, 12, 8))

    @pytest.mark.parametrize(
        "change", [{"full_name": "Ada"}, {"email": "ada@people.example"}, {"is_active": True}, {"erased_at": None}]
    )
    def test_erased_person_cannot_be_changed(self, change: dict[str, object]):
        user = erase_person(user=UserFactory(), at=NOON, by=None)
        with refused_by("user_erased_stays"):
            update(user, **change)

    def test_row_of_an_erased_person_cannot_be_deleted(self):
        with refused_by("user_erased_stays"):
            delete(erase_person(user=UserFactory(), at=NOON, by=None))

    @pytest.mark.parametrize("change", [{"erased_at": NOON}, {"full_name": "#7"}])
    def test_erased_person_cannot_have_a_name(self, change: dict[str, object]):
        user = UserFactory()
        with refused_by("user_erased_is_anonymous"):
            update(user, **change)


class TestErasing:
    def test_erasure_leaves_an_anonymous_row(self):
        user = UserFactory(full_name="Ada Martin", email="ada@people.example", is_staff=True, language="en")
        erase_person(user=user, at=NOON, by=None)
        row = fresh(user)
        assert (row.is_active, row.is_staff, row.language, row.last_login) == (False, False, "", None)
        assert (row.erased_at, row.erase_on, row.has_usable_password()) == (NOON, None, False)
        assert row.email.startswith("erased-")
        assert execute("SELECT full_name FROM accounts_user WHERE id = %s", user.pk) == [(f"#{user.pk}",)]

    def test_former_member_is_named_in_the_reader_s_language(self):
        user = erase_person(user=UserFactory(), at=NOON, by=None)
        names = {}
        for language in ("en", "fr"):
            with translation.override(language):
                names[language] = (str(fresh(user)), gettext("Former member %(n)s") % {"n": user.pk})
        assert [names["en"][0], names["fr"][0]] == [f"Former member {user.pk}", names["fr"][1]]
        assert list(User.objects.filter(pk=user.pk).values_list("full_name", flat=True)) == [f"Former member {user.pk}"]

    def test_second_erasure_changes_nothing(self):
        user = erase_person(user=UserFactory(), at=NOON, by=None)
        again = erase_person(user=fresh(user), at=IN_TWO_WEEKS, by=None)
        assert (again.email, again.erased_at) == (user.email, NOON)

    def test_erased_account_cannot_be_reopened(self):
        user, staff = erase_person(user=UserFactory(), at=NOON, by=None), UserFactory(is_lab_staff=True)
        with translation.override("en"), pytest.raises(DomainError, match="was erased"):
            reopen_account(user=user, by=staff)

    def test_erasure_deletes_all_ways_to_sign_in(self):
        user, other = UserFactory(), UserFactory()
        for person in (user, other):
            Client().post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
            Authenticator.objects.create(user=person, type="totp", data={"secret": encrypt("x")})
            SocialAccount.objects.create(user=person, provider="openid", uid=str(person.pk))
        erase_person(user=user, at=NOON, by=None)
        left = [model.objects.values_list("user", flat=True) for model in (EmailAddress, Authenticator, SocialAccount)]
        assert [list(people) for people in left] == [[other.pk]] * 3
        assert [row.get_decoded()["_auth_user_id"] for row in Session.objects.all()] == [str(other.pk)]

    def test_admin_log_loses_the_name_of_an_erased_person(self):
        user = UserFactory(full_name="Ada Martin")
        for text in ("Ada Martin", "Ville de Rivage"):
            LogEntry.objects.create(user=user, object_repr=text, action_flag=2, change_message="[]")
        erase_person(user=user, at=NOON, by=None)
        assert sorted(LogEntry.objects.values_list("object_repr", flat=True)) == ["", "Ville de Rivage"]

    def test_apps_erase_their_data_before_the_name_is_deleted(self, monkeypatch: pytest.MonkeyPatch):
        calls = []
        hooks = PrivacyHooks(erase=lambda *, user, at: calls.append((user.full_name, at)))
        monkeypatch.setattr(privacy_hooks, "by_app", {"test": hooks})
        erase_person(user=UserFactory(full_name="Ada Martin"), at=NOON, by=None)
        assert calls == [("Ada Martin", NOON)]


class TestPurging:
    def test_erasure_happens_on_the_planned_day(self):
        user = close_own_account(user=(ada := UserFactory()), at=NOON, by=ada)
        assert (erase_due_accounts(at=IN_TWO_WEEKS - timedelta(days=1)), fresh(user).erased_at) == (0, None)
        assert (erase_due_accounts(at=IN_TWO_WEEKS, dry_run=True), fresh(user).erased_at) == (1, None)
        assert (erase_due_accounts(at=IN_TWO_WEEKS), fresh(user).erased_at) == (1, IN_TWO_WEEKS)
        assert erase_due_accounts(at=IN_TWO_WEEKS) == 0

    def test_failed_purge_does_not_stop_the_others(self, monkeypatch: pytest.MonkeyPatch):
        def breaks(*, at: object, dry_run: bool) -> int:
            raise LookupError(f"{at} {dry_run}")

        hooks = PrivacyHooks(retentions={"broken": Retention("Broken", "To see.", 1, breaks)})
        monkeypatch.setitem(privacy_hooks.by_app, "test", hooks)
        Session.objects.create(session_key="over", session_data="", expire_date=NOON - timedelta(days=1))
        with pytest.raises(ExceptionGroup) as failed:
            purge(at=NOON)
        assert ([type(error) for error in failed.value.exceptions], Session.objects.count()) == ([LookupError], 0)

    def test_ended_sessions_are_purged(self):
        for name, days in (("over", -1), ("on", 1)):
            Session.objects.create(session_key=name, session_data="", expire_date=NOON + timedelta(days=days))
        counted = {row.slug: row.rows for row in purge(at=NOON, dry_run=True)}
        assert (counted["sign_ins"], Session.objects.count()) == (1, 2)
        assert {row.slug: row.rows for row in purge(at=NOON)}["sign_ins"] == 1
        assert list(Session.objects.values_list("session_key", flat=True)) == ["on"]


class TestCommands:
    def run(self, *arguments: str) -> str:
        out = StringIO()
        call_command(*arguments, stdout=out)
        return out.getvalue().strip()

    def test_command_erases_a_person(self, monkeypatch: pytest.MonkeyPatch):
        user = UserFactory(email="ada@people.example")
        hooks = AccountHooks(unassigned_after_leaving=lambda _user, _day: ["Rivage has no other pilot."])
        monkeypatch.setitem(account_hooks.by_app, "test", hooks)
        tried = json.loads(self.run("erase_person", "ada@people.example", "--dry-run", "--json"))
        assert tried == {"person": user.pk, "left_without": ["Rivage has no other pilot."], "dry_run": True}
        assert fresh(user).erased_at is None
        output = self.run("erase_person", " Ada@people.example")
        assert output == f"Person {user.pk} is erased.\nRivage has no other pilot."
        assert fresh(user).erased_at is not None

    @pytest.mark.parametrize("command", ["erase_person", "close_account"])
    def test_command_refuses_the_only_account_of_the_lab(self, command: str):
        user = UserFactory(email="ada@people.example", is_lab_staff=True)
        with pytest.raises(CommandError, match="This is the lab’s last administrator"):
            self.run(command, "ada@people.example")
        assert fresh(user).is_active is True

    def test_command_reports_an_unknown_address(self):
        with pytest.raises(CommandError, match="Nobody has an account"):
            self.run("erase_person", "nobody@people.example")

    def test_purge_reports_counts_and_a_dry_run_writes_nothing(self):
        user = close_own_account(user=(ada := UserFactory()), at=NOON, by=ada)
        report = json.loads(self.run("purge", "--at", IN_TWO_WEEKS.isoformat(), "--dry-run", "--json"))
        assert (report["dry_run"], report["rows"]["closed_accounts"], fresh(user).erased_at) == (True, 1, None)
        lines = self.run("purge", "--at", IN_TWO_WEEKS.isoformat()).splitlines()
        assert [line.split() for line in lines if "Closed accounts" in line] == [["1", "Closed", "accounts"]]
        assert fresh(user).erased_at == IN_TWO_WEEKS
