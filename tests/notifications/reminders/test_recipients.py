"""Who gets the letters of a kind: here anniversaries, made up, to which people invite their friends."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import pytest
from django.db.models import Q, QuerySet

from accounts.models import User
from notifications.models import Reminder
from notifications.registries import Asked, Checked, Recipient, Size
from notifications.reminders.recipients import NOBODY, Audiences, here
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NOW, ReminderFactory

ASKED: list[set[str]] = []


def anniversaries(letters: Collection[str]) -> QuerySet[User]:
    ASKED.append(set(letters))
    return User.objects.order_by()


def friends(event: int, today: date) -> Q:
    return Q(full_name=f"Friend of {event} on {today:%d/%m}")


def over(person: User, letter: str, _at: datetime) -> str:
    return "early" if letter == "thanks" and person.language == "fr" else ""


def why(person: User, reminder: Reminder, user: User, today: date) -> str:
    return f"{reminder.audience}-{person.pk}-{user.pk}-{today.day}"


PARTIES = Audiences(
    events=anniversaries,
    today=here,
    people={"friends": friends, "enemies": friends, "forming": friends},
    out_of_place=over,
    why_not=why,
    special=lambda reminder, _today: Q(is_lab_staff=True) if reminder.letter == "bill" else None,
    on_the_day={"enemies"},
    growing={"forming"},
)


@pytest.fixture
def host(db: None) -> User:
    return UserFactory(language="en")


def friend(host: User, **more: Any) -> User:
    return UserFactory(full_name=f"Friend of {host.pk} on 24/11", **more)


def row(host: User, letter: str = "dates", audience: str = "friends") -> Reminder:
    return ReminderFactory.build(object_id=host.pk, audience=audience, letter=letter)


class TestRecipients:
    def test_the_audience_of_the_day_by_number(self, host: User):
        people = [friend(host), friend(host)]
        friend(host, is_active=False)
        assert PARTIES.recipients(row(host), NOW) == [Recipient(person) for person in people]
        assert PARTIES.recipients(row(host), NOW.replace(day=25)) == []

    def test_but_some(self, host: User):
        first, second = friend(host), friend(host)
        assert PARTIES.recipients(row(host), NOW, but=Q(pk=first.pk)) == [Recipient(second)]

    @pytest.mark.parametrize("audience", ["strangers", ""])
    def test_an_audience_nobody_knows_is_nobody(self, host: User, audience: str):
        friend(host)
        assert PARTIES.recipients(row(host, audience=audience), NOW) == []

    def test_a_letter_may_have_people_of_its_own(self, host: User):
        staff = UserFactory(is_lab_staff=True)
        assert PARTIES.recipients(row(host, "bill"), NOW) == [Recipient(staff)]

    def test_nobody_where_the_letter_is_out_of_place_or_the_event_gone(self, host: User):
        friend(host)
        User.objects.filter(pk=host.pk).update(language="fr")
        assert (PARTIES.recipients(row(host, "thanks"), NOW), PARTIES.stops(row(host, "thanks"), NOW)) == ([], "early")
        gone = ReminderFactory.build(object_id=0, audience="friends")
        assert (PARTIES.recipients(gone, NOW), PARTIES.stops(gone, NOW)) == ([], "removed")

    def test_two_statements(self, host: User, django_assert_num_queries: Any):
        with django_assert_num_queries(2):
            PARTIES.recipients(row(host), NOW)


class TestCheck:
    def test_whoever_is_of_the_audience_gets_it_with_the_event_in_one_statement(
        self, host: User, django_assert_num_queries: Any
    ):
        person = friend(host)
        with django_assert_num_queries(1):
            found = PARTIES.check(row(host), person, NOW)
        assert found == Checked("", host)

    def test_whoever_is_not_is_told_why(self, host: User):
        other = UserFactory()
        assert PARTIES.check(row(host), other, NOW).reason == f"friends-{host.pk}-{other.pk}-24"
        assert PARTIES.check(row(host, audience="strangers"), other, NOW).reason == f"strangers-{host.pk}-{other.pk}-24"

    def test_what_is_out_of_place_or_gone_comes_first(self, host: User):
        User.objects.filter(pk=host.pk).update(language="fr")
        assert PARTIES.check(row(host, "thanks"), UserFactory(), NOW).reason == "early"
        assert PARTIES.check(ReminderFactory.build(object_id=0), host, NOW) == Checked("removed", None)


class TestSizes:
    def test_each_letter_of_each_event_in_one_statement(self, host: User, django_assert_num_queries: Any):
        other = UserFactory(language="fr")
        for person in (host, host, other):
            friend(person)
        friend(host, is_active=False)
        asked = [
            Asked(host.pk, "friends", "dates"),
            Asked(host.pk, "friends", "thanks"),
            Asked(other.pk, "friends", "thanks"),
            Asked(other.pk, "forming", "thanks"),
            Asked(other.pk, "forming", "dates"),
            Asked(other.pk, "enemies", "dates"),
            Asked(other.pk, "strangers", "thanks"),
            Asked(0, "friends", "dates"),
        ]
        with django_assert_num_queries(1):
            found = PARTIES.sizes(asked, NOW)
        assert [found[row] for row in asked] == [
            Size(2),
            Size(2),
            Size(1, "early"),
            Size(None, "early"),
            Size(1),
            Size(None),
            Size(None, "early"),
            Size(None, "removed"),
        ]

    def test_the_events_are_read_for_the_letters_asked_for(self, host: User):
        ASKED.clear()
        PARTIES.sizes([Asked(host.pk, "friends", letter) for letter in ("dates", "bill")], NOW)
        PARTIES.find(row(host, "thanks"))
        assert [{"dates", "bill"}, {"thanks"}] == ASKED

    def test_asked_nothing_it_asks_nothing(self, db: None, django_assert_num_queries: Any):
        with django_assert_num_queries(0):
            assert PARTIES.sizes([], NOW) == {}


def test_nobody_is_nobody(host: User):
    assert not User.objects.filter(NOBODY).exists()
