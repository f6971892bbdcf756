"""Calendar feeds: the secret address, the response to programs, and the panel that creates and revokes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from notifications import actions
from notifications.calendars import feeds
from notifications.calendars.sources import CalendarSource, FeedEntry, calendar_sources
from notifications.emails.links import calendar_uid, calendar_url, subscription_url
from notifications.models import CalendarFeed
from tests.calendar_readers import ParsedCalendar, with_icalendar
from tests.factories.accounts import UserFactory
from tests.factories.notifications import NOW
from tests.pages import elements, links, messages, texts
from tests.sql import execute, refused_by, update
from web.calendars.ics import CalendarEntry
from web.security.link_tokens import hash_token, new_token

pytestmark = pytest.mark.django_db
CHANGED = datetime(2026, 11, 20, 8, tzinfo=UTC)


@contextmanager
def showing(*rows: FeedEntry, slug: str = "workshop", name: str = "") -> Iterator[None]:
    """Put a made-up kind of event into everybody's calendar."""
    calendar_sources.register(slug, CalendarSource(lambda _feed: rows, lambda _feed: name), order=1)
    try:
        yield
    finally:
        del calendar_sources._items[slug]


def workshop(version: int = 1, **changes: Any) -> FeedEntry:
    details = {"starts": date(2027, 3, 9), "ends": date(2027, 3, 9), "summary": "Workshop"} | changes
    return FeedEntry(7, version, CHANGED, CalendarEntry(**details))


@pytest.fixture
def user() -> User:
    return UserFactory(full_name="Camille Démo", language="en")


@pytest.fixture
def browser(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def make(user: User, at: datetime = NOW) -> str:
    """Return the path of a new address of the person's own calendar."""
    token = actions.open_calendar(about="person", object_id=user.pk, at=at, by=user)
    return urlsplit(calendar_url(token)).path


def read(address: str) -> ParsedCalendar:
    answer = Client().get(address)
    assert answer.status_code == 200
    return with_icalendar(answer.content)


class TestAddress:
    def test_the_address_is_long_random_and_below_the_platforms_base_url(self, user):
        token = actions.open_calendar(about="person", object_id=user.pk, at=NOW, by=user)
        assert len(token) == 43
        assert calendar_url(token) == f"https://lab.example/calendar/{token}.ics"
        assert subscription_url(token) == f"webcal://lab.example/calendar/{token}.ics"

    def test_only_the_hash_of_the_token_is_stored_and_history_has_neither(self, user):
        token = actions.open_calendar(about="person", object_id=user.pk, at=NOW, by=user)
        feed = CalendarFeed.objects.get()
        assert feed.token_hash == sha256(token.encode()).hexdigest() == hash_token(token)
        lines = execute("SELECT row_to_json(e)::text FROM notifications_calendarfeedevent e")
        assert [(token in line, feed.token_hash in line) for (line,) in lines] == [(False, False)]

    def test_a_new_address_replaces_the_first_which_then_answers_404(self, user):
        first = make(user)
        second = make(user, NOW + timedelta(days=1))
        assert [Client().get(address).status_code for address in (first, second)] == [404, 200]
        assert CalendarFeed.objects.get().made_at == NOW + timedelta(days=1)

    def test_history_records_who_replaced_or_revoked_an_address(self, user):
        make(user)
        make(user, NOW + timedelta(days=1))
        actions.revoke_calendar(about="person", object_id=user.pk, by=user)
        lines = CalendarFeed.pgh_event_model.objects.order_by("pgh_id").select_related("pgh_context")
        contexts = [(row.pgh_label, row.pgh_context.metadata) for row in lines]
        assert [(label, context["action"], context["by"]) for label, context in contexts] == [
            ("insert", "open_calendar", user.pk),
            ("update", "open_calendar", user.pk),
            ("delete", "revoke_calendar", user.pk),
        ]

    def test_revoking_affects_only_the_own_address_and_can_be_repeated(self, user):
        other = make(UserFactory())
        make(user)
        for _ in range(2):
            actions.revoke_calendar(about="person", object_id=user.pk, by=user)
        assert (CalendarFeed.objects.count(), Client().get(other).status_code) == (1, 200)


class TestRules:
    @pytest.fixture
    def feed(self, user) -> CalendarFeed:
        make(user)
        return CalendarFeed.objects.get()

    def test_a_token_is_never_stored_in_clear_text(self, feed):
        with refused_by("calendar_feed_hashed"):
            update(feed, token_hash="a" * 43)

    def test_a_calendar_of_ones_own_or_of_everything_belongs_to_its_user(self, feed):
        other = UserFactory().pk
        for about in ("person", "everything"):
            with refused_by("calendar_feed_own_person"), transaction.atomic():
                update(feed, about=about, object_id=other)

    def test_a_person_has_one_address_for_each_calendar(self, feed):
        with refused_by("calendar_feed_once"), transaction.atomic():
            CalendarFeed.objects.create(
                user=feed.user, about="person", object_id=feed.user.pk, token_hash="b" * 64, made_at=NOW
            )

    def test_two_calendars_never_share_an_address(self, feed):
        with refused_by("calendar_feed_token_once"), transaction.atomic():
            CalendarFeed.objects.create(
                user=feed.user, about="cohort", object_id=1, token_hash=feed.token_hash, made_at=NOW
            )


class TestReading:
    def test_a_feed_is_icalendar_and_not_cached_by_others(self, user):
        answer = Client().get(make(user))
        headers = {name: answer.headers[name] for name in ("Content-Type", "Cache-Control", "X-Robots-Tag")}
        assert headers == {
            "Content-Type": "text/calendar; charset=utf-8",
            "Cache-Control": "private, no-cache",
            "X-Robots-Tag": "noindex",
        }
        assert "Set-Cookie" not in answer.headers

    def test_an_entry_has_the_uid_and_sequence_of_the_emails_of_its_event(self, user):
        address = make(user)
        with showing(workshop(version=4)):
            (entry,) = read(address).entries
        assert entry["uid"] == calendar_uid("workshop", 7)
        assert (entry["sequence"], entry["changed"], entry["summary"]) == (13, "2026-11-20T08:00:00Z", "Workshop")

    def test_an_entry_with_its_own_uid_keeps_it_with_the_host_name_appended(self):
        assert calendar_uid("session", 7, "a-day") == "a-day@lab.example"

    def test_a_feed_is_named_after_its_subject_or_else_its_content(self, user):
        address = make(user)
        assert read(address).name == "Sessions and Intertransfos"
        with showing(name="Rivage"):
            assert read(address).name == "Rivage"

    def test_a_feed_is_in_its_users_language_whatever_the_program_requests(self, user):
        User.objects.filter(pk=user.pk).update(language="fr")
        answer = Client(headers={"accept-language": "en"}).get(make(user))
        assert answer.headers["Content-Language"] == "fr"

    def test_an_unchanged_feed_is_not_sent_again(self, user):
        address = make(user)
        with showing(workshop()):
            first = Client().get(address)
            again = Client().get(address, headers={"if-none-match": first.headers["ETag"]})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert again.headers["Cache-Control"] == "private, no-cache"
        with showing(workshop(version=2)):
            changed = Client().get(address, headers={"if-none-match": first.headers["ETag"]})
        assert (changed.status_code, changed.headers["ETag"] == first.headers["ETag"]) == (200, False)

    def test_head_requests_are_answered(self, user):
        answer = Client().head(make(user))
        assert (answer.status_code, answer.content, "ETag" in answer.headers) == (200, b"", True)

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
    def test_only_safe_methods_are_allowed(self, user, method):
        assert getattr(Client(), method)(make(user)).status_code == 405

    def test_the_last_reading_is_saved_to_the_nearest_minutes(self, user):
        address, statement_counts = make(user), []
        for minutes in (0, 5, 9, 10, 25):
            with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
                Client().get(address)
            statement_counts.append((CalendarFeed.objects.get().last_read_at - NOW) / timedelta(minutes=1))
        assert statement_counts == [0, 0, 0, 10, 25]

    def test_reading_a_feed_leaves_no_history(self, user):
        Client().get(make(user))
        assert CalendarFeed.pgh_event_model.objects.count() == 1

    @pytest.mark.parametrize("entries", [1, 3])
    def test_three_entries_take_no_more_statements_than_one(self, user, entries, django_assert_num_queries):
        address = make(user)
        with showing(*[workshop()] * entries), django_assert_num_queries(5):
            Client().get(address)


class TestMissing:
    def unknown(self) -> Any:
        return Client().get(f"/calendar/{new_token()}.ics")

    def same(self, answer: Any) -> bool:
        other = self.unknown()
        return (answer.status_code, answer.content, sorted(answer.headers)) == (
            404,
            other.content,
            sorted(other.headers),
        )

    def test_a_revoked_address_answers_like_one_that_never_existed(self, user):
        address = make(user)
        actions.revoke_calendar(about="person", object_id=user.pk, by=user)
        assert self.same(Client().get(address))

    def test_the_address_of_a_closed_account_answers_404_until_it_is_reopened(self, user):
        address = make(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert self.same(Client().get(address))
        User.objects.filter(pk=user.pk).update(is_active=True)
        assert Client().get(address).status_code == 200

    @pytest.mark.parametrize("token", ["x", "a" * 64, "é", "%00", "' OR 1=1 --", "..", "a" * 3000])
    def test_invalid_tokens_answer_404(self, user, token):
        assert Client().get(f"/calendar/{token}.ics").status_code == 404

    def test_the_hash_is_not_accepted_as_a_token(self, user):
        make(user)
        assert self.same(Client().get(f"/calendar/{CalendarFeed.objects.get().token_hash}.ics"))


class TestPanel:
    def test_the_account_page_offers_to_subscribe(self, browser):
        page = browser.get(reverse("account"))
        assert "Subscribe" in texts(page, "button")
        assert "Revoke" not in links(page)

    def test_the_address_is_shown_once_for_programs_and_for_copying(self, browser, user):
        page = browser.post("/calendar/subscribe/", {"of": "mine"})
        (field,) = [
            element["attrs"] for element in elements(page, "input") if element["attrs"].get("id") == "calendar-address"
        ]
        token = urlsplit(field["value"]).path.removeprefix("/calendar/").removesuffix(".ics")
        assert field["value"] == calendar_url(token)
        assert links(page)["Subscribe on this device"] == subscription_url(token)
        assert feeds.find_feed(token) == CalendarFeed.objects.get(user=user)
        assert page.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
        assert token not in browser.get(reverse("account")).content.decode()
        assert token not in str(dict(browser.session))

    def test_the_account_page_shows_when_the_address_was_created_and_last_read(self, browser, user):
        address = make(user)
        page = browser.get(reverse("account"))
        assert [text for text in texts(page, "p") if "You created the secret address of this calendar on" in text] == [
            (
                "You created the secret address of this calendar on 24 Nov 2026. "
                "No calendar program has read this address yet."
            )
        ]
        with time_machine.travel(NOW, tick=False):
            Client().get(address)
        page = browser.get(reverse("account"))
        assert [text for text in texts(page, "p") if "You created the secret address of this calendar on" in text] == [
            (
                "You created the secret address of this calendar on 24 Nov 2026. A calendar program last "
                "read this address on 24 Nov 2026 at 10:00."
            )
        ]
        assert "Replace the address" in texts(page, "button")
        assert links(page)["Revoke"] == "/calendar/revoke/?of=mine"

    def test_revoking_asks_for_confirmation_and_opening_that_page_changes_nothing(self, browser, user):
        make(user)
        page = browser.get("/calendar/revoke/?of=mine")
        assert "Calendars that use this address no longer receive anything." in texts(page, "li")
        assert CalendarFeed.objects.count() == 1
        answer = browser.post("/calendar/revoke/?of=mine", follow=True)
        assert (CalendarFeed.objects.count(), messages(answer)) == (0, ["The calendar’s address is revoked."])

    def test_creating_an_address_needs_a_post_with_a_csrf_token(self, user):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(user)
        answers = [strict.get("/calendar/subscribe/").status_code, strict.post("/calendar/subscribe/").status_code]
        assert (answers, CalendarFeed.objects.count()) == ([405, 403], 0)

    def test_nobody_sees_that_another_person_has_an_address(self, browser, user):
        make(UserFactory(is_lab_staff=True))
        User.objects.filter(pk=user.pk).update(is_lab_staff=True, lab_role="member")
        assert "Subscribe" in texts(browser.get(reverse("account")), "button")
