"""Actions write one delivery for each webhook that is told of the event, in their own transaction."""

from typing import Any

import pytest
from django.db import transaction

from cohorts.sessions.actions.sessions import cancel_session
from prototypes.actions import accept_idea, log_trial, mark_implemented
from publications.actions import publish, withdraw_publication
from tests.factories.cast import NOW, Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.prototypes import IdeaFactory, TrialFactory
from tests.factories.publications import PublicationFactory
from tests.factories.webhooks import WebhookFactory
from web.actions import ACTIONS
from webhooks.events import EVENTS
from webhooks.models import WebhookDelivery
from webhooks.recording import record_events

pytestmark = pytest.mark.django_db


def recorded_events() -> list[tuple[str, int]]:
    """Return the events that were written with the keys of their objects, in order."""
    return list(WebhookDelivery.objects.order_by("pk").values_list("event", "object_id"))


def test_every_event_follows_from_an_action_that_exists():
    assert [name for event in EVENTS.values() for name in event.actions if name not in ACTIONS] == []


def test_accepting_an_idea_is_told_to_webhooks_of_everything_and_of_its_cohort(cast: Cast):
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


def test_what_is_undone_is_told_to_nobody_and_what_is_repeated_once(cast: Cast):
    WebhookFactory(owner=cast["S"])
    idea = IdeaFactory(cohort=cast.cohort, state="captured")
    with transaction.atomic():
        accept_idea(idea=idea, by=cast["P"], at=NOW)
        transaction.set_rollback(True)
    assert recorded_events() == []
    session = SessionFactory(cohort=cast.cohort, state="scheduled")
    for _ in range(2):
        cancel_session(session=session, reason="Grève", at=NOW, by=cast["P"])
    assert recorded_events() == [("session.cancelled", session.pk)]


def test_tests_implementations_sessions_and_publications_are_told(cast: Cast):
    WebhookFactory(owner=cast["S"])
    by = {"by": cast["P"], "at": NOW}
    trial = TrialFactory(prototype__idea__cohort=cast.cohort, state="locked")
    run, conclusion = {"participants": 4, "successes": 3}, {"result": "not_met", "learning": "Sigles"}
    log_trial(trial=trial, run=run, conclusion=conclusion, **by)
    idea = IdeaFactory(cohort=cast.cohort, state="implementing")
    mark_implemented(idea=idea, scope="partial", evidence="Vu", **by)
    mark_implemented(idea=idea, scope="full", evidence="Vu", **by)
    row = PublicationFactory(cohort=cast.cohort, state="submitted", written_by=cast["M"])
    publish(publication=row, by=cast["S"], at=NOW)
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
    with django_assert_num_queries(1):
        record_events("cancel_session", {"at": NOW}, session)
    with django_assert_num_queries(0):
        record_events("add_prototype", {"at": NOW}, session)
        record_events("move_session", {"at": NOW}, session)  # which is where it was at first
