"""Tests of first e-mails: they contain nothing that the inviting person typed, and are limited within 24 hours."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import override_settings

from accounts.models import User
from cohorts.invitations.actions.invitations import invite_admin, invite_member, resend_invitation
from cohorts.models import Invitation
from notifications.emails import rendering
from notifications.models import Reminder
from tests.concurrency import result_of, run_at_once
from tests.factories.cast import NOW, Cast
from web.errors import DomainError

MARK = "Zqx"
OF_PERSON = "2 invitations were sent in your name within 24 hours, which is the limit. The next one can be sent on"
OF_ADDRESS = "This address received 2 invitations within 24 hours, which is the limit. The next one can be sent on"


def invite(cast: Cast, number: int, *, by: User, at: Any = NOW) -> Invitation:
    return invite_member(
        cohort=cast.cohort, email=f"p{number}@people.example", full_name="Ada Essai", role="relay", at=at, by=by
    )


def emails_of(row: Invitation) -> list[rendering.RenderedEmail]:
    reminders = Reminder.objects.filter(kind="invitation", object_id=row.pk)
    return [
        rendering.render_email(row.person, language, rendering.load_topics([reminder]))
        for reminder in reminders
        for language in ("en", "fr")
    ]


@pytest.mark.django_db
class TestTypedWords:
    @pytest.fixture(autouse=True)
    def _typed(self, cast: Cast) -> None:
        """Put a marker into everything a pilot may type: their own name and the cohort's."""
        cast["P"].full_name = f"{MARK} Pilot"
        cast["P"].save()
        cast.cohort.name = f"{MARK} cohort"
        cast.cohort.save()

    def test_invitation_and_reminders_contain_no_typed_word(self, cast: Cast):
        row = invite_member(
            cohort=cast.cohort,
            email="ada@people.example",
            full_name=f"{MARK} Ada",
            role="relay",
            at=NOW,
            by=cast["P"],
            unit=f"{MARK} unit",
        )
        emails = emails_of(row)
        assert len(emails) == 6
        assert [e.subject for e in emails if MARK in e.subject + e.text + e.html] == []
        assert emails[0].text.startswith("Hello,\n\nYou are invited to take part in Ville de Rivage, La Transfo 2026")

    def test_the_email_of_a_future_admin_names_only_the_authority(self, cast: Cast):
        row = invite_admin(
            authority=cast.cohort.authority, email="eve@people.example", full_name=f"{MARK} Eve", at=NOW, by=cast["P"]
        )
        assert [e.subject for e in emails_of(row) if MARK in e.subject + e.text + e.html] == []


@pytest.mark.django_db
class TestLimits:
    @pytest.fixture(autouse=True)
    def _limits(self, settings: Any) -> None:
        settings.FIRST_EMAILS_PER_PERSON, settings.FIRST_EMAILS_BY_LAB, settings.FIRST_EMAILS_PER_ADDRESS = 2, 3, 2

    def test_the_next_email_over_the_limit_is_refused_with_the_next_possible_time(self, cast: Cast):
        answers = [result_of(lambda n=n: invite(cast, n, by=cast["P"])) for n in range(3)]
        assert answers[:2] == ["done", "done"]
        assert answers[2].startswith(OF_PERSON)
        assert answers[2].endswith(" at 10:00.")
        assert Invitation.objects.count() == 2

    def test_a_day_after_the_first_one_more_email_is_allowed(self, cast: Cast):
        invite(cast, 0, by=cast["P"])
        invite(cast, 1, by=cast["P"], at=NOW + timedelta(hours=1))
        day = timedelta(hours=24)
        just_before = NOW + day - timedelta(microseconds=1)
        assert result_of(lambda: invite(cast, 2, by=cast["P"], at=just_before)).startswith(OF_PERSON)
        assert result_of(lambda: invite(cast, 2, by=cast["P"], at=NOW + day)) == "done"
        assert result_of(lambda: invite(cast, 3, by=cast["P"], at=NOW + day)).startswith(OF_PERSON)

    def test_lab_staff_have_a_higher_limit_and_the_platform_has_no_limit(self, cast: Cast):
        answers = [result_of(lambda n=n: invite(cast, n, by=cast["S"])) for n in range(4)]
        assert (answers[:3], answers[3].startswith("3 invitations were sent in your name")) == (["done"] * 3, True)
        assert result_of(lambda: invite(cast, 9, by=None)) == "done"

    def test_each_sender_has_their_own_limit(self, cast: Cast):
        for number, role in enumerate("PPCC"):
            assert result_of(lambda n=number, by=cast[role]: invite(cast, n, by=by)) == "done"

    def test_resending_counts_for_the_inviter_and_for_the_address(self, cast: Cast):
        row = invite(cast, 0, by=cast["P"])
        assert result_of(lambda: resend_invitation(invitation=row, at=NOW, by=cast["C"])) == "done"
        assert result_of(lambda: resend_invitation(invitation=row, at=NOW, by=cast["C"])).startswith(OF_PERSON)
        assert result_of(lambda: invite(cast, 1, by=cast["P"])).startswith(OF_PERSON)

    def test_the_limit_of_an_address_covers_all_senders(self, cast: Cast):
        row = invite(cast, 0, by=None)
        resend_invitation(invitation=row, at=NOW, by=None)
        assert result_of(lambda: resend_invitation(invitation=row, at=NOW, by=cast["S"])).startswith(OF_ADDRESS)
        row.refresh_from_db()
        assert row.version == 2

    def test_a_refused_invitation_saves_nothing(self, cast: Cast):
        for number in range(2):
            invite(cast, number, by=cast["P"])
        with pytest.raises(DomainError):
            invite(cast, 2, by=cast["P"])
        assert not User.objects.filter(email="p2@people.example").exists()


@pytest.mark.django_db(transaction=True)
@override_settings(FIRST_EMAILS_PER_PERSON=2)
def test_requests_at_the_same_moment_do_not_pass_the_limit(today: None):
    from tests.factories.cast import create_cast

    cast = create_cast()
    answers = run_at_once(*[lambda n=n: invite(cast, n, by=cast["P"]) for n in range(6)])
    assert (answers.count("done"), Invitation.objects.count()) == (2, 2)
    assert [answer for answer in answers if answer != "done" and not answer.startswith(OF_PERSON)] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("verified", "greeting"), [(True, "Hello Ana Lys,"), (False, "Hello,")])
def test_an_account_whose_address_is_not_verified_is_not_greeted_by_name(verified: bool, greeting: str, cast: Cast):
    cast["M"].full_name = "Ana Lys"
    cast["M"].save()
    EmailAddress.objects.filter(user=cast["M"]).update(verified=verified)
    assert User.objects.get(pk=cast["M"].pk).has_proven_address is verified
    row = invite_member(
        cohort=cast.other_cohort, email=cast["M"].email, full_name="Ana", role="relay", at=NOW, by=cast["S"]
    )
    assert emails_of(row)[0].text.startswith(f"{greeting}\n")
