"""A transaction in which a sender locks something ends when it is idle: the limit comes and goes with its locks."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from notifications.emails.creation import create_due_emails
from notifications.registries import EventKind
from notifications.sending.delivery import claim, record_outcome, start_sending
from notifications.sending.mail_server import HandOverResult, Verdict
from tests.factories.accounts import UserFactory
from tests.factories.notifications import FROM_EMAIL, NOW, DeliveryFactory, ReminderFactory
from tests.factories.webhooks import WebhookFactory, delivery_to
from web.database.idle_timeout import with_idle_timeout
from webhooks import sending as webhooks

pytestmark = pytest.mark.django_db


def idle_limit() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        return str(cursor.fetchone()[0])


def test_limit_ends_with_the_transaction():
    user = UserFactory()
    with transaction.atomic():
        assert with_idle_timeout(User.objects.filter(pk=user.pk)).select_for_update().get() == user
        assert idle_limit() == "1min"
        transaction.set_rollback(True)
    assert idle_limit() == "0"


def test_each_transaction_of_a_sender_has_the_limit(workshop: EventKind):
    ReminderFactory()
    DeliveryFactory()
    delivery_to(WebhookFactory())
    with CaptureQueriesContext(connection) as queries:
        create_due_emails(NOW)
        emails, hooks = claim(NOW), webhooks.claim(NOW)
        start_sending(emails.ids[0], emails.token, NOW, from_email=FROM_EMAIL)
        record_outcome(emails.ids[0], emails.token, HandOverResult(Verdict.LATER, "451"), NOW)
        webhooks.start_sending(hooks.ids[0], hooks.token, NOW)
    tables = ("notifications_reminder", "notifications_delivery", "notifications_delivery", "webhooks_webhook")
    limited = [query["sql"] for query in queries if "idle_in_transaction_session_timeout" in query["sql"]]
    assert [sql.partition(' FROM "')[2].partition('"')[0] for sql in limited] == [*tables]
    assert all(" FOR " in sql for sql in limited)
