"""A colleague of the lab removes a lost second factor and writes how the person was identified; everyone involved gets
an e-mail.
"""

import json
from io import StringIO
from typing import Any
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import close_account
from accounts.models import FactorReset, User
from accounts.privacy.actions import erase_person
from accounts.second_factors.actions import reset_second_factor
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import EVERYONE, NOW, Cast
from tests.factories.second_factors import an_app, code_of, recovery_codes
from tests.pages import errors, links, messages, rows, texts
from tests.sql import execute, refused_by, update
from web.errors import DomainError

pytestmark = pytest.mark.django_db
PASSWORD = "a long demonstration word"
HOW = "We spoke on the telephone she always had"
LIST = "/account/second-factors/"


@pytest.fixture
def staff() -> User:
    return UserFactory(full_name="Ada Lab", is_lab_staff=True, language="en")


@pytest.fixture
def person_with_factors() -> User:
    """Return a person with an app and recovery codes, signed in by both."""
    user = UserFactory(full_name="Marie Lost", language="en")
    an_app(user)
    recovery_codes(user)
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code_of()})
    assert UserSession.objects.filter(user=user).count() == 1
    return user


def page_of(user: User) -> str:
    return reverse("reset_second_factor", args=[user.pk])


def reset(staff: User, user: User, reason: str = HOW) -> tuple[Client, Any]:
    """Send the form, and give the password again."""
    client = signed_in(staff, again=False)
    response = client.post(page_of(user), {"because": reason})
    assert unquote(response.headers["Location"]) == f"{reverse('account_reauthenticate')}?next={page_of(user)}"
    return client, client.post(response.headers["Location"], {"password": PASSWORD, "next": page_of(user)}, follow=True)


class TestReset:
    def test_reset_removes_all_factors_and_signs_the_person_out(self, staff: User, person_with_factors: User):
        _client, answer = reset(staff, person_with_factors)
        assert messages(answer) == ["The second factor of Marie Lost is removed."]
        assert (
            Authenticator.objects.filter(user=person_with_factors).count()
            == UserSession.objects.filter(user=person_with_factors).count()
            == 0
        )
        row = FactorReset.objects.get()
        assert (row.person, row.staff, row.because) == (person_with_factors, staff, HOW)

    def test_password_alone_then_signs_in_and_leads_to_set_up(self, staff: User, person_with_factors: User, settings):
        settings.SECOND_FACTOR_REQUIRED = True
        User.objects.filter(pk=person_with_factors.pk).update(is_lab_staff=True, lab_role="member")
        reset_second_factor(person=person_with_factors, because=HOW, at=NOW, by=staff)
        client = Client()
        client.post(reverse("account_login"), {"login": person_with_factors.email, "password": PASSWORD})
        assert client.get("/programmes/").headers["Location"] == reverse("second_factor")

    def test_person_gets_an_e_mail_with_who_did_it_and_why(self, staff: User, person_with_factors: User):
        reset(staff, person_with_factors)
        message = mail.outbox[-1]
        assert (message.to, message.subject) == ([person_with_factors.email], "Your second factor was removed")
        assert f"Ada Lab of the lab made this change.\n\nHow the lab checked that it was you: {HOW}" in message.body
        assert ("Sign in as usual" in message.body, "Sign in with your password" in message.body) == (
            True,
            False,
        )

    def test_person_reads_it_on_their_account_page(self, staff: User, person_with_factors: User):
        reset_second_factor(person=person_with_factors, because=HOW, at=NOW, by=staff)
        items = texts(signed_in(person_with_factors).get("/account/"), "li")
        assert f"By Ada Lab of the lab on 24 Nov 2026 at 10:00, who wrote: {HOW}" in items

    def test_history_names_who_did_it_but_not_the_reason(self, staff: User, person_with_factors: User):
        reset(staff, person_with_factors)
        page = signed_in(staff).get(reverse("object_history", args=["person", person_with_factors.pk])).content.decode()
        assert (page.count("Lost second factor removed") >= 1, "Ada Lab" in page, HOW in page) == (True, True, False)

    def test_security_event_does_not_contain_the_reason(
        self, staff, person_with_factors, caplog, django_capture_on_commit_callbacks
    ):
        caplog.set_level("INFO", "labplatform.security")
        with django_capture_on_commit_callbacks(execute=True):
            reset_second_factor(person=person_with_factors, because=HOW, at=NOW, by=staff)
        [line] = [line for line in caplog.records if getattr(line, "event", "") == "reset_second_factor"]
        facts = {"factorreset": FactorReset.objects.get().pk, "person": person_with_factors.pk, "by": staff.pk}
        assert (line.facts, "telephone" in caplog.text) == (facts, False)

    def test_page_warns_who_could_open_the_account(self, staff: User, person_with_factors: User):
        items = texts(signed_in(staff).get(page_of(person_with_factors)), "li")
        warning = (
            "Until then, anyone who has the password or can read the person’s e-mails can open the account."
            " Make sure that the request comes from the account holder."
        )
        assert items.count(warning) == 1

    def test_nothing_happens_before_reauthentication(self, staff: User, person_with_factors: User):
        signed_in(staff, again=False).post(page_of(person_with_factors), {"because": HOW})
        assert (FactorReset.objects.count(), Authenticator.objects.filter(user=person_with_factors).count()) == (0, 2)

    def test_unreachable_mail_server_is_reported_and_undoes_nothing(
        self, staff: User, person_with_factors: User, settings
    ):
        settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
        _client, answer = reset(staff, person_with_factors)
        assert messages(answer) == [
            "The e-mail could not be sent just now. Try again in a few minutes.",
            "The second factor of Marie Lost is removed.",
        ]
        assert FactorReset.objects.count() == 1


class TestWhoCanReset:
    @pytest.mark.parametrize("role", EVERYONE.replace("S", ""))
    def test_only_lab_staff_reset_second_factors(self, role: str, cast: Cast):
        an_app(cast["P"])
        client = signed_in(cast[role])
        assert [client.get(LIST).status_code, client.get(page_of(cast["P"])).status_code] == [403, 403]
        assert client.post(page_of(cast["P"]), {"because": HOW}).status_code == 403
        assert Authenticator.objects.count() == 1

    def test_lab_staff_reset_a_colleague_s_factor(self, staff: User):
        an_app(colleague := UserFactory(is_lab_staff=True))
        assert reset(staff, colleague)[1].status_code == 200
        assert Authenticator.objects.count() == 0

    def test_staff_cannot_reset_their_own_factor(self, staff: User):
        an_app(staff)
        assert signed_in(staff).post(page_of(staff), {"because": HOW}).status_code == 403
        with pytest.raises(DomainError, match="Ask a colleague at the lab"):
            reset_second_factor(person=staff, because=HOW, at=NOW, by=staff)
        assert Authenticator.objects.count() == 1

    def test_reset_is_refused_without_factor_or_for_a_closed_account(self, staff: User, person_with_factors: User):
        other = UserFactory()
        page = signed_in(staff).get(page_of(other))
        assert "This person has no second factor: there is nothing to remove." in page.content.decode()
        with pytest.raises(DomainError, match="no second factor"):
            reset_second_factor(person=other, because=HOW, at=NOW, by=staff)
        close_account(user=person_with_factors, at=timezone.now(), by=None)
        assert signed_in(staff).get(page_of(person_with_factors)).status_code == 403
        with pytest.raises(DomainError, match="closed"):
            reset_second_factor(person=person_with_factors, because=HOW, at=NOW, by=staff)

    def test_reason_is_required(self, staff: User, person_with_factors: User):
        answer = signed_in(staff).post(page_of(person_with_factors), {"because": "  "})
        assert (errors(answer), FactorReset.objects.count()) == (["This field is required."], 0)


class TestDatabase:
    @pytest.mark.parametrize(
        ("made", "rule"),
        [
            ({"because": ""}, "factor_reset_says_how"),
            ({"staff": "P"}, "factor_reset_by_lab"),
            ({"person": "S"}, "factor_reset_of_others"),
        ],
    )
    def test_database_refuses_resets_without_reason_by_others_or_of_oneself(
        self, made: dict[str, str], rule: str, cast: Cast
    ):
        fields = {"person": "P", "staff": "S", "because": HOW} | made
        people = {role: cast[fields[role]] for role in ("person", "staff")}
        with refused_by(rule):
            FactorReset.objects.create(because=fields["because"], made_at=NOW, **people)

    def test_database_refuses_resets_by_closed_accounts(self, staff: User, person_with_factors: User):
        UserFactory(is_lab_staff=True)
        close_account(user=staff, at=timezone.now(), by=None)
        with refused_by("factor_reset_by_lab"):
            FactorReset.objects.create(person=person_with_factors, staff=staff, because=HOW, made_at=NOW)

    @pytest.mark.parametrize("by_lab", [True, False], ids=["by the lab", "by whoever runs the machine"])
    def test_database_refuses_resets_of_closed_accounts(self, by_lab: bool, staff: User, person_with_factors: User):
        close_account(user=person_with_factors, at=timezone.now(), by=None)
        row = "INSERT INTO accounts_factorreset (person_id, staff_id, because, made_at) VALUES (%s, %s, %s, %s)"
        with refused_by("factor_reset_of_open_account"):
            execute(row, person_with_factors.pk, staff.pk if by_lab else None, HOW, NOW)
        execute(
            "UPDATE accounts_user SET is_active = true, closed_at = NULL, erase_on = NULL WHERE id = %s",
            person_with_factors.pk,
        )
        execute(row, person_with_factors.pk, staff.pk if by_lab else None, HOW, NOW)
        assert FactorReset.objects.count() == 1

    def test_reason_can_be_deleted_but_not_changed(self, staff: User, person_with_factors: User):
        reset = FactorReset.objects.create(person=person_with_factors, staff=staff, because=HOW, made_at=NOW)
        for change in ({"because": "Other words"}, {"staff_id": None}, {"made_at": timezone.now()}):
            with refused_by("factor_reset_kept"):
                update(reset, **change)
        update(reset, because="")
        with refused_by("factor_reset_kept"):
            update(reset, because=HOW)


class TestErasing:
    def test_reason_is_deleted_when_the_person_is_erased(self, staff: User, person_with_factors: User):
        reset(staff, person_with_factors)
        where = "SELECT count(*) FROM {} t WHERE t::text LIKE %s"
        tables = ("accounts_factorreset", "accounts_factorresetevent", "pghistory_context")
        counts = {table: execute(where.format(table), f"%{HOW}%")[0][0] for table in tables}
        assert counts == {"accounts_factorreset": 1, "accounts_factorresetevent": 0, "pghistory_context": 0}
        erase_person(user=person_with_factors, at=timezone.now(), by=None)
        row = FactorReset.objects.get()
        assert (row.person, row.staff, row.because) == (person_with_factors, staff, "")

    def test_reasons_of_other_people_stay(self, staff: User, person_with_factors: User):
        reset_second_factor(person=person_with_factors, because=HOW, at=NOW, by=staff)
        erase_person(user=UserFactory(), at=timezone.now(), by=None)
        assert FactorReset.objects.get().because == HOW


class TestList:
    @pytest.mark.parametrize("others", [1, 3])
    def test_list_takes_four_queries_whatever_its_length(self, others: int, staff: User, django_assert_num_queries):
        for number in range(others):
            an_app(UserFactory(full_name=f"Person {number}"))
        client = signed_in(staff)
        with django_assert_num_queries(4):  # session, person, how many, who
            page = client.get(LIST)
        assert [line[0] for line in rows(page)] == [f"Person {number}" for number in range(others)]

    def test_list_shows_kinds_and_dates_and_links_to_the_reset(self, staff: User, person_with_factors: User):
        Authenticator.objects.create(user=person_with_factors, type="webauthn", data={"name": "Key"})
        an_app(staff)
        an_app(UserFactory(is_active=False))
        today = timezone.localdate()
        page = signed_in(staff).get(LIST)
        since = f"{today.day} {today:%b %Y}"
        assert rows(page) == [
            ["Ada Lab", "app", since, "ask a colleague to remove yours"],
            ["Marie Lost", "app, passkey", since, "Remove Marie Lost"],
        ]
        assert links(page)["Remove Marie Lost"] == page_of(person_with_factors)

    def test_empty_list_says_so(self, staff: User):
        assert "Nobody has a second factor" in signed_in(staff).get(LIST).content.decode()

    def test_lab_staff_find_it_next_to_the_registers(self, staff: User, person_with_factors: User):
        assert links(signed_in(staff).get("/privacy/"))["Second factors"] == LIST
        assert "Second factors" not in links(signed_in(person_with_factors).get("/privacy/"))


class TestCommand:
    """For the case that nobody of the lab can sign in."""

    def run(self, *args: str) -> str:
        out = StringIO()
        call_command("reset_second_factor", *args, stdout=out)
        return out.getvalue().strip()

    def test_command_removes_factors_and_notifies(self, person_with_factors: User):
        output = self.run(person_with_factors.email.upper(), "--reason", HOW)
        assert output == "The second factor of Marie Lost is taken away: totp."
        assert (FactorReset.objects.get().staff, Authenticator.objects.filter(user=person_with_factors).count()) == (
            None,
            0,
        )
        assert mail.outbox[-1].to == [person_with_factors.email]
        assert "The organisation that runs the platform made this change." in mail.outbox[-1].body
        assert (
            "By the person who runs the platform, on"
            in signed_in(person_with_factors).get("/account/").content.decode()
        )

    def test_dry_run_writes_nothing(self, person_with_factors: User):
        report = json.loads(self.run(person_with_factors.email, "--reason", HOW, "--dry-run", "--json"))
        assert report == {"person": person_with_factors.pk, "factors": ["totp"], "dry_run": True}
        assert (FactorReset.objects.count(), len(mail.outbox)) == (0, 0)

    @pytest.mark.parametrize(
        ("email", "reason", "why"),
        [
            ("nobody@people.example", HOW, "Nobody has an account"),
            ("plain@people.example", HOW, "no second factor"),
            ("lost@people.example", "  ", "Write how you checked the person’s identity: the person"),
        ],
    )
    def test_command_reports_why_it_refuses(self, email: str, reason: str, why: str):
        UserFactory(email="plain@people.example")
        an_app(UserFactory(email="lost@people.example"))
        with pytest.raises(CommandError, match=why):
            self.run(email, "--reason", reason)
        assert (FactorReset.objects.count(), len(mail.outbox), Authenticator.objects.count()) == (0, 0, 1)
