"""Recipients of the e-mails of a kind: made-up anniversaries to which people invite their friends."""

import re
from collections.abc import Collection
from dataclasses import fields
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from accounts.models import User
from notifications.models import Reminder
from notifications.registries import AudienceQuery, AudienceSize, Recipient, RecipientCheck
from notifications.reminders.recipients import NOBODY, Audiences, platform_today
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NOW, ReminderFactory

LOADED: list[set[str]] = []
NEXT_DAY = NOW + timedelta(days=1)


def anniversaries(email_types: Collection[str]) -> QuerySet[User]:
    LOADED.append(set(email_types))
    return User.objects.order_by()


def friends(event: int, today: date) -> Q:
    return Q(full_name=Concat(Value("Friend of "), Cast(Value(event), CharField()), Value(f" on {today:%d/%m}")))


def over(person: User, email_type: str, _at: datetime) -> str:
    return "early" if email_type == "thanks" and person.language == "fr" else ""


def why(person: User, reminder: Reminder, user: User, today: date) -> str:
    return f"{reminder.audience}-{person.pk}-{user.pk}-{today.day}"


PARTIES = Audiences(
    events=anniversaries,
    today=platform_today,
    people={"friends": friends, "enemies": friends, "forming": friends},
    event_stop_reason=over,
    exclusion_reason=why,
    event_name=str,
    audience_override=lambda reminder, _today: Q(is_lab_staff=True) if reminder.email_type == "bill" else None,
    uncountable_audiences={"enemies"},
    uncounted_while_early={"forming"},
)


@pytest.fixture
def host(db: None) -> User:
    return UserFactory(language="en")


def friend(host: User, **more: Any) -> User:
    return UserFactory(full_name=f"Friend of {host.pk} on 24/11", **more)


def row(host: User, email_type: str = "dates", audience: str = "friends") -> Reminder:
    return ReminderFactory.build(object_id=host.pk, audience=audience, email_type=email_type)


def saved(reminder: Reminder) -> Reminder:
    reminder.save()
    return reminder


class TestRecipients:
    def test_recipients_are_the_audience_of_the_day_in_order_of_id(self, host: User):
        people = [friend(host), friend(host)]
        friend(host, is_active=False)
        assert PARTIES.recipients(row(host), NOW) == [Recipient(person) for person in people]
        assert PARTIES.recipients(row(host), NOW.replace(day=25)) == []

    def test_some_people_can_be_excluded(self, host: User):
        first, second = friend(host), friend(host)
        assert PARTIES.recipients(row(host), NOW, excluding=Q(pk=first.pk)) == [Recipient(second)]

    @pytest.mark.parametrize("audience", ["strangers", ""])
    def test_an_unknown_audience_has_no_recipients(self, host: User, audience: str):
        friend(host)
        assert PARTIES.recipients(row(host, audience=audience), NOW) == []

    def test_an_email_may_have_special_recipients(self, host: User):
        staff = UserFactory(is_lab_staff=True)
        assert PARTIES.recipients(row(host, "bill"), NOW) == [Recipient(staff)]

    def test_there_are_no_recipients_when_stopped_or_the_event_is_deleted(self, host: User):
        friend(host)
        User.objects.filter(pk=host.pk).update(language="fr")
        assert (PARTIES.recipients(row(host, "thanks"), NOW), PARTIES.stop_reason(row(host, "thanks"), NOW)) == (
            [],
            "early",
        )
        gone = ReminderFactory.build(object_id=0, audience="friends")
        assert (PARTIES.recipients(gone, NOW), PARTIES.stop_reason(gone, NOW)) == ([], "removed")

    def test_recipients_take_two_statements(self, host: User, django_assert_num_queries: Any):
        with django_assert_num_queries(2):
            PARTIES.recipients(row(host), NOW)


class TestCheck:
    def test_a_person_in_the_audience_passes_in_one_statement(self, host: User, django_assert_num_queries: Any):
        person, reminder = friend(host), saved(row(host))
        with django_assert_num_queries(1):
            result = PARTIES.check(reminder, person, NOW)
        assert result == RecipientCheck("", host)

    def test_one_statement_serves_all_people_of_a_day(self, host: User):
        reminder, friends = saved(row(host)), [friend(host), friend(host)]
        people = [*friends, UserFactory()]
        reasons = [[PARTIES.check(reminder, user, at).reason for user in people] for at in (NOW, NEXT_DAY)]
        key = f"friends-{host.pk}"
        assert reasons[0] == ["", "", f"{key}-{people[2].pk}-24"]
        assert reasons[1] == [f"{key}-{user.pk}-25" for user in people]

    def test_a_person_outside_the_audience_gets_a_reason(self, host: User):
        strangers = saved(row(host, audience="strangers"))
        assert PARTIES.check(strangers, host, NOW).reason == f"strangers-{host.pk}-{host.pk}-24"

    def test_reasons_of_the_event_come_first(self, host: User):
        User.objects.filter(pk=host.pk).update(language="fr")
        assert PARTIES.check(saved(row(host, "thanks")), UserFactory(), NOW).reason == "early"
        assert PARTIES.check(saved(ReminderFactory.build(object_id=0)), host, NOW) == RecipientCheck("removed", None)


class TestSizes:
    def test_sizes_of_several_emails_take_one_statement(self, host: User, django_assert_num_queries: Any):
        other = UserFactory(language="fr")
        for person in (host, host, other):
            friend(person)
        friend(host, is_active=False)
        queries = [
            AudienceQuery(host.pk, "friends", "dates"),
            AudienceQuery(host.pk, "friends", "thanks"),
            AudienceQuery(other.pk, "friends", "thanks"),
            AudienceQuery(other.pk, "forming", "thanks"),
            AudienceQuery(other.pk, "forming", "dates"),
            AudienceQuery(other.pk, "enemies", "dates"),
            AudienceQuery(other.pk, "strangers", "thanks"),
            AudienceQuery(0, "friends", "dates"),
        ]
        with django_assert_num_queries(1):
            result = PARTIES.sizes(queries, NOW)
        assert [result[row] for row in queries] == [
            AudienceSize(2),
            AudienceSize(2),
            AudienceSize(1, "early"),
            AudienceSize(None, "early"),
            AudienceSize(1),
            AudienceSize(None),
            AudienceSize(None, "early"),
            AudienceSize(None, "removed"),
        ]

    def test_events_are_loaded_for_the_requested_email_types(self, host: User):
        LOADED.clear()
        PARTIES.sizes([AudienceQuery(host.pk, "friends", email_type) for email_type in ("dates", "bill")], NOW)
        PARTIES.find(row(host, "thanks"))
        assert [types for types, _loads in groupby(LOADED)] == [{"dates", "bill"}, {"thanks"}]

    def test_no_queries_take_no_statement(self, db: None, django_assert_num_queries: Any):
        with django_assert_num_queries(0):
            assert PARTIES.sizes([], NOW) == {}


def test_an_empty_audience_has_size_zero(host: User):
    assert not User.objects.filter(NOBODY).exists()


def test_documentation_lists_the_fields_of_audiences():
    page = (Path(settings.BASE_DIR) / "docs" / "emails.md").read_text()
    table = page.partition("**The audiences**")[2].partition("**The kind**")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [field.name for field in fields(Audiences)]
