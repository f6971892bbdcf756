"""Actions write one delivery for each webhook that is told of the event, in their own transaction."""

import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from cohorts.sessions.actions.sessions import (
    DayPlan,
    cancel_session,
    move_session,
    postpone_session,
    reschedule_session,
    schedule_session,
)
from exchanges.lifecycle.actions import cancel_exchange
from exchanges.planning.actions.dates import move_exchange
from exchanges.planning.actions.hosts import confirm_host
from prototypes.actions import accept_idea, log_trial, mark_implemented
from publications.actions import publish, withdraw_publication
from tests.concurrency import run_at_once
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.prototypes import IdeaFactory, TrialFactory
from tests.factories.publications import PublicationFactory
from tests.factories.webhooks import WebhookFactory
from web.actions import ACTIONS
from webhooks.actions import delete_webhook
from webhooks.events import EVENTS
from webhooks.models import Webhook, WebhookDelivery
from webhooks.recording import record_events

pytestmark = pytest.mark.django_db

DAY = date(2027, 3, 2)


def recorded_events() -> list[tuple[str, int]]:
    """Return the events that were written with the keys of their objects, in order."""
    return list(WebhookDelivery.objects.order_by("pk").values_list("event", "object_id"))


def test_every_event_follows_from_an_action_that_exists():
    assert [name for event in EVENTS.values() for name in event.actions if name not in ACTIONS] == []


def test_accepted_idea_is_sent_to_webhooks_of_everything_and_of_its_cohort(cast: Cast):
    for_all = WebhookFactory(owner=cast["S"])
    for_cohort = WebhookFactory(owner=cast["C"], cohort=cast.cohort, event_types=["idea.accepted"])
    WebhookFactory(owner=cast["S"], cohort=cast.other_cohort)
    WebhookFactory(owner=cast["S"], event_types=["idea.implemented"])
    WebhookFactory(owner=cast["S"], disabled_at=NOW, disabled_reason="by_hand")
    idea = IdeaFactory(cohort=cast.cohort, state="captured", title="Un banc", summary="Pour Camille")
    accept_idea(idea=idea, by=cast["P"], at=NOW)
    rows = list(WebhookDelivery.objects.order_by("webhook"))
    assert [(row.webhook, row.state, row.next_attempt_at) for row in rows] == [
        (for_all, "queued", NOW),
        (for_cohort, "queued", NOW),
    ]
    assert rows[0].payload == {
        "type": "idea.accepted",
        "timestamp": "2026-11-24T09:00:00Z",
        "data": {
            "id": idea.pk,
            "url": f"https://lab.example/ideas/{idea.pk}/",
            "api_url": f"https://lab.example/api/v1/ideas/{idea.pk}/",
        },
    }
    assert rows[0].message_id != rows[1].message_id


def test_what_is_undone_and_dates_that_nobody_confirmed_are_told_to_nobody(cast: Cast):
    WebhookFactory(owner=cast["S"])
    idea = IdeaFactory(cohort=cast.cohort, state="captured")
    with transaction.atomic():
        accept_idea(idea=idea, by=cast["P"], at=NOW)
        transaction.set_rollback(True)
    session, exchange = SessionFactory(cohort=cast.cohort, state="draft"), ExchangeFactory(edition=cast.edition)
    move_session(session=session, days=[DayPlan(DAY)], at=NOW, by=cast["S"], accept_conflicts=True)
    cancel_session(session=session, reason="Grève", at=NOW, by=cast["S"])
    cancel_exchange(exchange=exchange, reason="Grève", at=NOW, by=cast["S"])
    assert recorded_events() == []


def test_an_action_is_told_when_it_changes_something_and_not_when_it_is_repeated(cast: Cast):
    WebhookFactory(owner=cast["S"])
    session = SessionFactory(cohort=cast.cohort, state="draft")
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort)
    common = {"at": NOW, "by": cast["S"]}
    of_session, of_exchange = {"session": session, **common}, {"exchange": exchange, **common}
    days = [{"days": [DayPlan(DAY + timedelta(weeks=week))], "accept_conflicts": True} for week in range(2)]
    steps: list[tuple[str, Callable[[], object]]] = [
        ("session.scheduled", lambda: schedule_session(**of_session)),
        ("session.moved", lambda: move_session(**of_session, **days[0])),
        ("", lambda: schedule_session(**of_session)),
        ("session.postponed", lambda: postpone_session(**of_session, reason="Grève")),
        ("session.moved", lambda: reschedule_session(**of_session, **days[1])),
        ("session.cancelled", lambda: cancel_session(**of_session, reason="Grève")),
        ("intertransfo.confirmed", lambda: confirm_host(**of_exchange)),
        ("intertransfo.moved", lambda: move_exchange(**of_exchange, first_day=date(2027, 6, 15), days=2)),
        ("intertransfo.cancelled", lambda: cancel_exchange(**of_exchange, reason="Grève")),
    ]
    events_of_runs = []
    for _event, step in steps:
        for _ in range(2):
            step()
            events_of_runs.append([event for event, _pk in recorded_events()])
            WebhookDelivery.objects.all().delete()  # as after 90 days: the ledger does not say what is new
    assert events_of_runs == [each for event, _step in steps for each in ([event] if event else [], [])]


def test_tests_implementations_sessions_and_publications_are_told(cast: Cast):
    WebhookFactory(owner=cast["S"])
    by = {"by": cast["P"], "at": NOW}
    trial = TrialFactory(prototype__idea__cohort=cast.cohort, state="locked")
    run, conclusion = {"participants": 4, "successes": 3}, {"result": "not_met", "learning": "Sigles"}
    log_trial(trial=trial, run=run, conclusion=conclusion, **by)
    idea = IdeaFactory(cohort=cast.cohort, state="implementing")
    mark_implemented(idea=idea, scope="partial", evidence="Vu", **by)
    mark_implemented(idea=idea, scope="full", evidence="Vu", **by)
    earlier = PublicationFactory(cohort=cast.cohort, state="replaced")
    PublicationFactory(cohort=cast.cohort, state="published")  # another page
    PublicationFactory(kind="cohorts", cohort=cast.cohort, slug=earlier.slug, state="published")  # of another kind
    row = PublicationFactory(idea=earlier.idea, number=2, state="submitted", written_by=cast["M"])
    publish(publication=row, by=cast["S"], at=NOW)
    withdraw_publication(publication=earlier, reason="Erreur", by=cast["S"], at=NOW)  # another version is public
    withdraw_publication(publication=row, reason="Erreur", by=cast["S"], at=NOW)
    assert recorded_events() == [
        ("trial.recorded", trial.pk),
        ("idea.implemented", idea.pk),
        ("publication.published", row.pk),
        ("publication.withdrawn", row.pk),
    ]
    of_publication = WebhookDelivery.objects.filter(event__startswith="publication")
    [path] = {each.payload["data"]["url"] for each in of_publication}
    assert path == f"https://lab.example/public/fr/ideas/{row.slug}/"


def test_without_a_webhook_an_action_takes_one_statement_more(cast: Cast, django_assert_num_queries: Any):
    session = SessionFactory(cohort=cast.cohort, state="scheduled")
    session.state = "cancelled"
    for action, number in (("schedule_session", 1), ("cancel_session", 2), ("add_prototype", 0)):  # 2: its history
        with django_assert_num_queries(number):
            record_events(action, {"at": NOW}, session)


@pytest.mark.django_db(transaction=True)
def test_deleting_a_webhook_undoes_no_action_that_it_is_told_of(cast: Cast):
    webhook, idea = WebhookFactory(owner=cast["S"]), IdeaFactory(cohort=cast.cohort, state="captured")
    written = threading.Event()

    def accept() -> None:
        with transaction.atomic():
            accept_idea(idea=idea, by=cast["P"], at=NOW)
            written.set()
            time.sleep(0.1)  # in which the webhook would be deleted

    def delete() -> None:
        written.wait(60)
        delete_webhook(webhook=webhook, at=NOW, by=cast["S"])

    assert run_at_once(accept, delete) == ["done", "done"]
    idea.refresh_from_db()
    assert (idea.state, Webhook.objects.count(), WebhookDelivery.objects.count()) == ("accepted", 0, 0)
