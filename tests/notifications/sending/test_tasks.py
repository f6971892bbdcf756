"""A real worker on a real Redis: it sends, may be killed in the middle, and a missing broker loses nothing."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from celery import Celery, current_app
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from labplatform.devstack import processes
from notifications.models import Delivery
from notifications.registries import EventKind
from notifications.sending import worker_wakeup
from notifications.sending.cycle import send_round
from notifications.sending.delivery import LEASE
from notifications.tasks import ROUND_SECONDS, send_emails
from tests.factories.notifications import DeliveryFactory, ReminderFactory, WorkshopGuestFactory
from tests.factories.sink import Sink

ROOT = Path(__file__).parent.parent.parent.parent
PATIENCE = 120  # seconds for a worker to start and do its work, on a busy machine


def database_url() -> str:
    """Return the URL of the test database, for another process."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


@contextmanager
def worker(sink: Sink, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start a Celery worker that knows the workshop and sends to the sink."""
    env = {"DATABASE_URL": database_url(), "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}", "PYTHONPATH": str(ROOT)}
    words = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "tests.notifications.worker",
        "worker",
        "--pool",
        "solo",
        "--loglevel",
        "INFO",
    ]
    child = processes.start([*words, "--without-mingle", "--without-gossip"], env=env, log=log)
    try:
        yield child
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()


def wait_for(happened: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.05)


@pytest.fixture
def redis() -> None:
    if not settings.REDIS_URL:
        pytest.skip("there is no Redis here")
    current_app.control.purge()


def due_deliveries(count: int) -> list[Delivery]:
    """Create e-mails due now by the real clock, which other processes read."""
    now = timezone.now()
    reminder = ReminderFactory(state="expanded", due_at=now, expires_at=now + timedelta(days=2))
    return [
        DeliveryFactory(reminder=reminder, due_at=now, next_attempt_at=now, expires_at=now + timedelta(days=2))
        for _ in range(count)
    ]


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_a_woken_worker_sends_and_a_killed_one_loses_nothing_and_repeats_at_most_one_email(
    redis: None, workshop: EventKind, sink: Sink, tmp_path: Path
):
    guests = WorkshopGuestFactory.create_batch(12)
    sink.pause = 0.15
    log = tmp_path / "worker.log"
    with worker(sink, log) as child:
        with transaction.atomic():
            ReminderFactory(due_at=timezone.now(), expires_at=timezone.now() + timedelta(days=2))
            worker_wakeup.wake_worker()
        wait_for(lambda: len(sink.accepted) >= 4, log)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    time.sleep(0.3)  # whatever the server had already read is accepted by now
    in_hand = Delivery.objects.filter(state="handing_over").count()
    assert in_hand <= 1
    deliveries = Delivery.objects.all()
    assert 0 < deliveries.filter(state="sent").count() < len(guests) == len(deliveries)
    sink.pause = 0
    after_the_lease = timezone.now() + LEASE
    send_round(lambda: after_the_lease, seconds=60)
    accepted = Counter(sink.message_ids)
    assert set(accepted) == {delivery.message_id for delivery in deliveries}
    assert sum(accepted.values()) - len(deliveries) <= in_hand
    assert Counter(Delivery.objects.values_list("state", flat=True)) == Counter(sent=12)
    assert sorted(set(sink.to)) == sorted(guest.email for guest in guests)


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_emails_and_send_none_twice(redis: None, workshop: EventKind, sink: Sink, tmp_path: Path):
    deliveries = due_deliveries(60)
    sink.pause = 0.01
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    with worker(sink, logs[0]), worker(sink, logs[1]):
        for _ in range(4):
            send_emails.delay()
        wait_for(lambda: Delivery.objects.filter(state="sent").count() == len(deliveries), logs[0])
    assert Counter(sink.message_ids) == Counter(delivery.message_id for delivery in deliveries)


@pytest.fixture
def nobody_at_the_broker(tmp_path: Path) -> Iterator[None]:
    """Use another Celery application with a broker URL that nobody listens on."""
    ours = current_app._get_current_object()
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    with Celery("nobody", broker=f"redis+socket://{tmp_path}/nobody.sock", broker_transport_options=options):
        yield
    ours.set_current()


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_a_missing_broker_causes_only_a_warning(
    redis: None, caplog: pytest.LogCaptureFixture, nobody_at_the_broker: None
):
    begun = time.monotonic()
    with transaction.atomic():
        row = ReminderFactory()
        worker_wakeup.wake_worker()
    assert time.monotonic() - begun < 30, "nobody waits for the broker"
    row.refresh_from_db()
    assert row.state == "planned"
    assert [record.getMessage() for record in caplog.records if record.name == "web.tasks"] == [
        "The broker does not answer: the next regular run of notifications.tasks.send_emails does what is due."
    ]


def test_running_the_task_twice_sends_once(db: None, workshop: EventKind, sink: Sink):
    due_deliveries(2)
    send_emails()
    send_emails()
    assert len(sink.accepted) == 2


def test_beat_scans_often_enough_and_a_round_ends_before_the_next():
    entry = settings.CELERY_BEAT_SCHEDULE["send-emails"]
    assert entry["task"] == send_emails.name == worker_wakeup.SEND_EMAILS
    assert ROUND_SECONDS < entry["schedule"] <= 60


def test_waiting_for_the_mail_server_stays_below_half_a_lease():
    assert timedelta(seconds=settings.EMAIL_TIMEOUT) < LEASE / 2


def test_the_schedule_runs_in_utc_by_plain_intervals():
    assert (current_app.conf.timezone, current_app.conf.enable_utc) == ("UTC", True)
    assert all(isinstance(entry["schedule"], float) for entry in settings.CELERY_BEAT_SCHEDULE.values())
