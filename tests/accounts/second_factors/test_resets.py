"""A second factor that is lost: another of the lab takes it away and says how they knew who asked; it is all told."""

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
from tests.factories.factors import an_app, code_of, recovery_codes
from tests.pages import errors, links, rows, said, texts
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
def loser() -> User:
    """Somebody with an app and codes on paper, signed in by both."""
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


def taken_away(staff: User, user: User, reason: str = HOW) -> tuple[Client, Any]:
    """The form is sent and the password given, which the platform asks for again."""
    client = signed_in(staff, again=False)
    asked = client.post(page_of(user), {"because": reason})
    assert unquote(asked.headers["Location"]) == f"{reverse('account_reauthenticate')}?next={page_of(user)}"
    return client, client.post(asked.headers["Location"], {"password": PASSWORD, "next": page_of(user)}, follow=True)


class TestTaking:
    def test_everything_that_was_lost_goes_and_the_person_is_signed_out(self, staff: User, loser: User):
        _client, answer = taken_away(staff, loser)
        assert said(answer) == ["The second factor of Marie Lost is removed."]
        assert Authenticator.objects.filter(user=loser).count() == UserSession.objects.filter(user=loser).count() == 0
        row = FactorReset.objects.get()
        assert (row.person, row.staff, row.because) == (loser, staff, HOW)

    def test_the_password_alone_signs_in_then_and_leads_to_setting_one_up(self, staff: User, loser: User, settings):
        settings.SECOND_FACTOR_REQUIRED = True
        User.objects.filter(pk=loser.pk).update(is_lab_staff=True)
        reset_second_factor(person=loser, because=HOW, at=NOW, by=staff)
        client = Client()
        client.post(reverse("account_login"), {"login": loser.email, "password": PASSWORD})
        assert client.get("/programmes/").headers["Location"] == reverse("second_factor")

    def test_the_person_gets_a_letter_with_who_did_it_and_how_one_knew(self, staff: User, loser: User):
        taken_away(staff, loser)
        letter = mail.outbox[-1]
        assert (letter.to, letter.subject) == ([loser.email], "Your second factor was removed")
        assert f"Ada Lab of the lab made this change.\n\nHow the lab checked that it was you: {HOW}" in letter.body
        assert ("Sign in as usual" in letter.body, "Sign in with your password" in letter.body) == (
            True,
            False,
        )

    def test_and_reads_it_on_their_account_page(self, staff: User, loser: User):
        reset_second_factor(person=loser, because=HOW, at=NOW, by=staff)
        told = texts(signed_in(loser).get("/account/"), "li")
        assert f"By Ada Lab of the lab on 24 Nov 2026 at 10:00, who wrote: {HOW}" in told

    def test_the_history_of_the_person_says_who_and_keeps_no_word_of_how(self, staff: User, loser: User):
        taken_away(staff, loser)
        page = signed_in(staff).get(reverse("object_history", args=["person", loser.pk])).content.decode()
        assert (page.count("Lost second factor removed") >= 1, "Ada Lab" in page, HOW in page) == (True, True, False)

    def test_it_is_a_security_event_without_a_word_of_it(
        self, staff, loser, caplog, django_capture_on_commit_callbacks
    ):
        caplog.set_level("INFO", "labplatform.security")
        with django_capture_on_commit_callbacks(execute=True):
            reset_second_factor(person=loser, because=HOW, at=NOW, by=staff)
        [line] = [line for line in caplog.records if getattr(line, "event", "") == "reset_second_factor"]
        facts = {"factorreset": FactorReset.objects.get().pk, "person": loser.pk, "by": staff.pk}
        assert (line.facts, "telephone" in caplog.text) == (facts, False)

    def test_the_page_says_before_who_could_open_the_account_until_then(self, staff: User, loser: User):
        told = texts(signed_in(staff).get(page_of(loser)), "li")
        warning = (
            "Until then, anyone who has the password or can read the person’s e-mails can open the account."
            " Make sure that the request comes from the account holder."
        )
        assert told.count(warning) == 1

    def test_nothing_happens_before_the_password_was_given_again(self, staff: User, loser: User):
        signed_in(staff, again=False).post(page_of(loser), {"because": HOW})
        assert (FactorReset.objects.count(), Authenticator.objects.filter(user=loser).count()) == (0, 2)

    def test_a_mail_server_that_is_away_is_said_and_undoes_nothing(self, staff: User, loser: User, settings):
        settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
        _client, answer = taken_away(staff, loser)
        assert said(answer) == [
            "The e-mail could not be sent just now. Try again in a few minutes.",
            "The second factor of Marie Lost is removed.",
        ]
        assert FactorReset.objects.count() == 1


class TestWho:
    @pytest.mark.parametrize("letter", EVERYONE.replace("S", ""))
    def test_nobody_but_the_lab(self, letter: str, cast: Cast):
        an_app(cast["P"])
        client = signed_in(cast[letter])
        assert [client.get(LIST).status_code, client.get(page_of(cast["P"])).status_code] == [403, 403]
        assert client.post(page_of(cast["P"]), {"because": HOW}).status_code == 403
        assert Authenticator.objects.count() == 1

    def test_a_colleague_of_the_lab_too(self, staff: User):
        an_app(colleague := UserFactory(is_lab_staff=True))
        assert taken_away(staff, colleague)[1].status_code == 200
        assert Authenticator.objects.count() == 0

    def test_never_oneself(self, staff: User):
        an_app(staff)
        assert signed_in(staff).post(page_of(staff), {"because": HOW}).status_code == 403
        with pytest.raises(DomainError, match="Ask a colleague at the lab"):
            reset_second_factor(person=staff, because=HOW, at=NOW, by=staff)
        assert Authenticator.objects.count() == 1

    def test_nor_somebody_who_has_none_or_whose_account_is_closed(self, staff: User, loser: User):
        other = UserFactory()
        page = signed_in(staff).get(page_of(other))
        assert "This person has no second factor: there is nothing to remove." in page.content.decode()
        with pytest.raises(DomainError, match="no second factor"):
            reset_second_factor(person=other, because=HOW, at=NOW, by=staff)
        close_account(user=loser, at=timezone.now(), by=None)
        assert signed_in(staff).get(page_of(loser)).status_code == 403
        with pytest.raises(DomainError, match="closed"):
            reset_second_factor(person=loser, because=HOW, at=NOW, by=staff)

    def test_how_one_knows_is_asked_for(self, staff: User, loser: User):
        answer = signed_in(staff).post(page_of(loser), {"because": "  "})
        assert (errors(answer), FactorReset.objects.count()) == (["This field is required."], 0)


class TestTheDatabase:
    @pytest.mark.parametrize(
        ("made", "rule"),
        [
            ({"because": ""}, "factor_reset_says_how"),
            ({"staff": "P"}, "factor_reset_by_lab"),
            ({"person": "S"}, "factor_reset_of_others"),
        ],
    )
    def test_refuses_it_without_words_by_others_and_of_oneself(self, made: dict[str, str], rule: str, cast: Cast):
        told = {"person": "P", "staff": "S", "because": HOW} | made
        people = {role: cast[told[role]] for role in ("person", "staff")}
        with refused_by(rule):
            FactorReset.objects.create(because=told["because"], made_at=NOW, **people)

    def test_takes_nobody_of_the_lab_whose_account_is_closed(self, staff: User, loser: User):
        UserFactory(is_lab_staff=True)
        close_account(user=staff, at=timezone.now(), by=None)
        with refused_by("factor_reset_by_lab"):
            FactorReset.objects.create(person=loser, staff=staff, because=HOW, made_at=NOW)

    @pytest.mark.parametrize("by_lab", [True, False], ids=["by the lab", "by whoever runs the machine"])
    def test_takes_none_away_from_an_account_that_is_closed(self, by_lab: bool, staff: User, loser: User):
        close_account(user=loser, at=timezone.now(), by=None)
        row = "INSERT INTO accounts_factorreset (person_id, staff_id, because, made_at) VALUES (%s, %s, %s, %s)"
        with refused_by("factor_reset_of_open_account"):
            execute(row, loser.pk, staff.pk if by_lab else None, HOW, NOW)
        execute("UPDATE accounts_user SET is_active = true, closed_at = NULL, erase_on = NULL WHERE id = %s", loser.pk)
        execute(row, loser.pk, staff.pk if by_lab else None, HOW, NOW)
        assert FactorReset.objects.count() == 1

    def test_lets_the_words_go_and_never_say_anything_else(self, staff: User, loser: User):
        reset = FactorReset.objects.create(person=loser, staff=staff, because=HOW, made_at=NOW)
        for change in ({"because": "Other words"}, {"staff_id": None}, {"made_at": timezone.now()}):
            with refused_by("factor_reset_kept"):
                update(reset, **change)
        update(reset, because="")
        with refused_by("factor_reset_kept"):
            update(reset, because=HOW)


class TestErasing:
    def test_how_one_knew_is_nowhere_once_the_person_is_erased(self, staff: User, loser: User):
        taken_away(staff, loser)
        where = "SELECT count(*) FROM {} t WHERE t::text LIKE %s"
        tables = ("accounts_factorreset", "accounts_factorresetevent", "pghistory_context")
        told = {table: execute(where.format(table), f"%{HOW}%")[0][0] for table in tables}
        assert told == {"accounts_factorreset": 1, "accounts_factorresetevent": 0, "pghistory_context": 0}
        erase_person(user=loser, at=timezone.now(), by=None)
        row = FactorReset.objects.get()
        assert (row.person, row.staff, row.because) == (loser, staff, "")

    def test_of_others_it_stays(self, staff: User, loser: User):
        reset_second_factor(person=loser, because=HOW, at=NOW, by=staff)
        erase_person(user=UserFactory(), at=timezone.now(), by=None)
        assert FactorReset.objects.get().because == HOW


class TestTheList:
    @pytest.mark.parametrize("others", [1, 3])
    def test_it_takes_four_statements_however_long(self, others: int, staff: User, django_assert_num_queries):
        for number in range(others):
            an_app(UserFactory(full_name=f"Person {number}"))
        client = signed_in(staff)
        with django_assert_num_queries(4):  # session, person, how many, who
            page = client.get(LIST)
        assert [line[0] for line in rows(page)] == [f"Person {number}" for number in range(others)]

    def test_it_says_which_since_when_and_leads_on(self, staff: User, loser: User):
        Authenticator.objects.create(user=loser, type="webauthn", data={"name": "Key"})
        an_app(staff)
        an_app(UserFactory(is_active=False))
        today = timezone.localdate()
        page = signed_in(staff).get(LIST)
        since = f"{today.day} {today:%b %Y}"
        assert rows(page) == [
            ["Ada Lab", "app", since, "ask a colleague to remove yours"],
            ["Marie Lost", "app, passkey", since, "Remove Marie Lost"],
        ]
        assert links(page)["Remove Marie Lost"] == page_of(loser)

    def test_nobody_yet_is_said(self, staff: User):
        assert "Nobody has a second factor" in signed_in(staff).get(LIST).content.decode()

    def test_the_lab_finds_it_beside_the_registers(self, staff: User, loser: User):
        assert links(signed_in(staff).get("/privacy/"))["Second factors"] == LIST
        assert "Second factors" not in links(signed_in(loser).get("/privacy/"))


class TestTheCommand:
    """For the case that nobody of the lab can sign in."""

    def run(self, *args: str) -> str:
        out = StringIO()
        call_command("reset_second_factor", *args, stdout=out)
        return out.getvalue().strip()

    def test_takes_away_and_tells(self, loser: User):
        told = self.run(loser.email.upper(), "--reason", HOW)
        assert told == "The second factor of Marie Lost is taken away: totp."
        assert (FactorReset.objects.get().staff, Authenticator.objects.filter(user=loser).count()) == (None, 0)
        assert mail.outbox[-1].to == [loser.email]
        assert "The organisation that runs the platform made this change." in mail.outbox[-1].body
        assert "By the person who runs the platform, on" in signed_in(loser).get("/account/").content.decode()

    def test_tried_dry_it_writes_nothing(self, loser: User):
        told = json.loads(self.run(loser.email, "--reason", HOW, "--dry-run", "--json"))
        assert told == {"person": loser.pk, "factors": ["totp"], "dry_run": True}
        assert (FactorReset.objects.count(), len(mail.outbox)) == (0, 0)

    @pytest.mark.parametrize(
        ("email", "reason", "why"),
        [
            ("nobody@people.example", HOW, "Nobody has an account"),
            ("plain@people.example", HOW, "no second factor"),
            ("lost@people.example", "  ", "Write how you checked the person’s identity: the person"),
        ],
    )
    def test_says_why_where_it_cannot(self, email: str, reason: str, why: str):
        UserFactory(email="plain@people.example")
        an_app(UserFactory(email="lost@people.example"))
        with pytest.raises(CommandError, match=why):
            self.run(email, "--reason", reason)
        assert (FactorReset.objects.count(), len(mail.outbox), Authenticator.objects.count()) == (0, 0, 1)
