"""The checks of worker, scheduler, tasks, e-mails and replica, their remedies, and the status page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from labplatform import views
from labplatform.monitoring import status
from labplatform.monitoring.status import StatusFacts, late_after, read_status_facts, status_checks, troubles
from notifications.actions import pause_all_emails
from notifications.models import MailSwitch, TaskRun
from tests.factories.cast import Cast
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory
from tests.pages import links, rows, texts
from web.database.replica import ReplicaState

SEND, PLAN = "notifications.tasks.send_emails", "exchanges.tasks.plan_exchanges"
PURGE = "exchanges.tasks.purge_needs"
ERASING = "Erasing the needs that people stated"
SWEEP = "labplatform.tasks.sweep_files"
SWEEPING = "Deleting unused files"
# Of a task more than these there is nothing else to say: they are left out where they did as they should.
OTHERS = status.TASK_LABELS.keys() - {SEND, PLAN, PURGE, SWEEP}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def ago(**spans: float) -> Any:
    return NOW - timedelta(**spans)


def task_run(task: str, **changes: Any) -> TaskRun:
    given = {"first_at": ago(days=9), "started_at": NOW, "by_beat_at": NOW, "finished_at": NOW} | changes
    return TaskRun(task=task, **given)


def healthy_facts(*, runs: dict[str, TaskRun] | None = None, **changes: Any) -> StatusFacts:
    """Build facts in which every task ran recently."""
    then: dict[str, Any] = {"started_at": ago(hours=1), "finished_at": ago(hours=1), "by_beat_at": None}
    lately = dict.fromkeys(("started_at", "finished_at"), ago(minutes=2)) | {"by_beat_at": None}
    earlier = {task: task_run(task, **(lately if task in OTHERS else then)) for task in OTHERS | {PURGE, SWEEP}}
    return StatusFacts(runs=earlier | (runs or {SEND: task_run(SEND), PLAN: task_run(PLAN)}), **changes)


def checks_of_interest(facts: StatusFacts) -> list[status.StatusCheck]:
    others = {str(status.TASK_LABELS[task]) for task in OTHERS}
    return [check for check in status_checks(facts, NOW) if str(check.label) not in others]


def failing_labels(facts: StatusFacts) -> list[str]:
    return [str(check.label) for check in checks_of_interest(facts) if not check.is_good]


def texts_by_label(facts: StatusFacts) -> dict[str, str]:
    return {str(check.label): check.text for check in checks_of_interest(facts)}


@pytest.mark.parametrize(
    ("state", "text", "is_good"),
    [
        (ReplicaState(True, follows=True, bytes_behind=0), "Behind by 0 s (0 kB).", True),
        (ReplicaState(True, follows=True, bytes_behind=5200, seconds_behind=59.9), "Behind by 59 s (5 kB).", True),
        (ReplicaState(True, follows=True, bytes_behind=90, seconds_behind=60), "Behind by 60 s (0 kB).", False),
        (ReplicaState(True, follows=False, bytes_behind=0), "The server is no longer a replica.", False),
        (ReplicaState(answers=False), "The replica does not answer.", False),
    ],
)
def test_replica_is_reported_and_needs_action_from_a_minute_on(state: ReplicaState, text: str, is_good: bool):
    facts = healthy_facts(replica=state)
    assert texts_by_label(facts)["Replica of the database"] == text
    assert troubles(facts, NOW) == ([] if is_good else ["the replica does not follow"])


def test_healthy_platform_has_no_trouble():
    assert (failing_labels(healthy_facts()), troubles(healthy_facts(), NOW)) == ([], [])
    assert texts_by_label(healthy_facts()) == {
        "Worker (sends)": "Last seen on 24 Nov 2026, 10:00.",
        "Scheduler": "Last seen on 24 Nov 2026, 10:00.",
        "Sending e-mails": "Last successful run: 24 Nov 2026, 10:00.",
        "Planning Intertransfos": "Last successful run: 24 Nov 2026, 10:00.",
        SWEEPING: "Last successful run: 24 Nov 2026, 9:00.",
        ERASING: "Last successful run: 24 Nov 2026, 9:00.",
        "Oldest due e-mail": "No e-mail is due.",
        "Sending status": "E-mails are being sent.",
        "Failed e-mails": "None.",
    }


def test_platform_that_never_ran_reports_it_in_every_check():
    never = ["Worker (sends)", "Scheduler", "Sending e-mails", "Planning Intertransfos", SWEEPING, ERASING]
    assert failing_labels(StatusFacts()) == never
    assert texts_by_label(StatusFacts())["Planning Intertransfos"] == "This task has not run yet."


@pytest.mark.parametrize(
    ("seconds", "labels"),
    [(90, []), (91, ["Worker (sends)", "Scheduler", "Sending e-mails"])],
)
def test_three_missed_periods_are_a_trouble(seconds, labels):
    then = ago(seconds=seconds)
    runs = {
        SEND: task_run(SEND, started_at=then, by_beat_at=then, finished_at=then),
        PLAN: task_run(PLAN, started_at=then, by_beat_at=then),
    }
    assert failing_labels(healthy_facts(runs=runs)) == labels


@pytest.mark.parametrize(("hours", "labels"), [(3, []), (3.1, ["Planning Intertransfos"])])
def test_each_task_has_its_own_period(hours, labels):
    then = ago(hours=hours)
    assert (
        failing_labels(
            healthy_facts(runs={SEND: task_run(SEND), PLAN: task_run(PLAN, started_at=then, finished_at=then)})
        )
        == labels
    )


@pytest.mark.parametrize(("hours", "labels"), [(2, []), (4, ["Planning Intertransfos", SWEEPING])])
def test_task_that_never_ran_has_the_same_time(hours, labels):
    assert failing_labels(StatusFacts(runs={SEND: task_run(SEND, first_at=ago(hours=hours))})) == labels


def test_task_before_its_first_run_is_waiting():
    facts = StatusFacts(runs={SEND: task_run(SEND, first_at=ago(minutes=14))})
    assert (
        texts_by_label(facts)["Planning Intertransfos"] == "Waiting for the first run, due before 24 Nov 2026, 12:46."
    )
    assert [check.is_waiting for check in checks_of_interest(facts)] == [
        False,
        False,
        False,
        True,
        True,
        True,
        False,
        False,
        False,
    ]


def test_direct_calls_keep_emails_going_while_beat_is_away():
    assert failing_labels(
        healthy_facts(runs={SEND: task_run(SEND, by_beat_at=ago(hours=1)), PLAN: task_run(PLAN, by_beat_at=None)})
    ) == ["Scheduler"]


def test_failing_task_shows_its_error():
    failing = task_run(SEND, finished_at=ago(seconds=40), failed_at=ago(seconds=10), error="OSError: no route")
    facts = healthy_facts(runs={SEND: failing, PLAN: task_run(PLAN)})
    assert failing_labels(facts) == ["Sending e-mails"]
    assert texts_by_label(facts)["Sending e-mails"] == "The last run failed on 24 Nov 2026, 9:59: OSError: no route"
    mended = task_run(SEND, failed_at=ago(seconds=10), error="OSError: no route")
    assert failing_labels(healthy_facts(runs={SEND: mended, PLAN: task_run(PLAN)})) == []


@pytest.mark.parametrize(("seconds", "labels"), [(300, []), (301, ["Oldest due e-mail"])])
def test_email_is_late_after_twice_lease_and_scan(seconds, labels):
    assert late_after() == timedelta(seconds=300)
    late = healthy_facts(oldest_due=ago(seconds=seconds))
    assert failing_labels(late) == labels
    assert troubles(late, NOW) == ["e-mails are late"] * len(labels)


def test_paused_emails_need_action_but_raise_no_alarm():
    switch = MailSwitch(held_since=NOW, reason="Restored from yesterday.")
    held = healthy_facts(switch=switch, oldest_due=ago(days=1))
    assert (failing_labels(held), troubles(held, NOW)) == (["Oldest due e-mail", "Sending status"], [])
    assert texts_by_label(held)["Sending status"] == "All e-mails are paused: Restored from yesterday."


def test_every_failing_check_has_a_remedy():
    worst = StatusFacts(oldest_due=ago(days=1), switch=MailSwitch(held_since=NOW, reason="Plan test"), failed=2)
    assert [check.label for check in status_checks(worst, NOW) if check.is_good or not check.remedy] == []
    assert texts_by_label(worst)["Failed e-mails"] == "2 e-mails failed."


def test_every_scheduled_task_has_a_label():
    assert set(status.TASK_LABELS) == set(status.periods())


@pytest.mark.django_db
class TestFacts:
    def test_oldest_due_is_the_older_of_reminder_and_email(self):
        assert read_status_facts(NOW).oldest_due is None
        DeliveryFactory(due_at=ago(minutes=2))
        assert read_status_facts(NOW).oldest_due == ago(minutes=2)
        ReminderFactory(due_at=ago(minutes=3))
        assert read_status_facts(NOW).oldest_due == ago(minutes=3)

    def test_future_leased_and_sent_emails_do_not_count(self):
        ReminderFactory(due_at=NOW + timedelta(minutes=1))
        DeliveryFactory(due_at=ago(hours=1), next_attempt_at=NOW + timedelta(minutes=1))
        for state in ("sent", "dead", "held", "cancelled"):
            DeliveryFactory(due_at=ago(hours=1), state=state)
        assert read_status_facts(NOW).oldest_due is None
        assert read_status_facts(NOW).failed == 1

    def test_facts_take_five_queries(self, django_assert_num_queries):
        with django_assert_num_queries(5):
            read_status_facts(NOW)


class TestPage:
    @pytest.fixture
    def staff(self, cast: Cast) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(cast["S"])
        return client

    def test_page_shows_checks_with_remedies(self, staff, cast):
        pause_all_emails(reason="Restored", at=NOW, by=cast["S"])
        page = staff.get("/status/")
        assert rows(page)[:2] == [
            ["Worker (sends)", "needs action", f"Not seen yet. {REMEDY_OF_WORKER}"],
            ["Scheduler", "needs action", f"Not seen yet. {REMEDY_OF_BEAT}"],
        ]
        assert next(row for row in rows(page) if row[0] == "Sending status")[1:] == [
            "needs action",
            "All e-mails are paused: Restored."
            " Resume sending once the reason for the pause is dealt with. Open the page",
        ]
        assert links(page)["Open the page"] == "/e-mails/resume/"

    def test_page_counts_emails_and_reminders_by_state(self, staff):
        for state in ("queued", "sent", "sent", "dead"):
            DeliveryFactory(state=state)
        ReminderFactory()
        page = staff.get("/status/")
        assert {label: count for label, _tone, count, _capped in page.context["emails"] if count} == {
            "waiting": 1,
            "sent": 2,
            "failed": 1,
        }
        assert {tone for _label, tone, count, _capped in page.context["emails"] if not count} == {"neutral"}
        assert {label: count for label, count in page.context["reminders"] if count} == {
            "planned": 1,
            "e-mails created": 4,
        }

    @pytest.mark.parametrize(("sent", "text"), [(2, "2"), (3, "2+")])
    def test_sent_emails_are_counted_up_to_a_limit(self, staff, monkeypatch, sent, text):
        monkeypatch.setattr(views, "COUNT_CAP", 2)
        DeliveryFactory.create_batch(sent, state="sent")
        DeliveryFactory.create_batch(3)
        page = staff.get("/status/")
        assert texts(page, "td", "n")[:3] == ["3", "0", text]  # waiting, sending, sent

    @pytest.mark.parametrize("many", [1, 3])
    def test_page_takes_the_same_queries_for_three_emails(self, staff, many, django_assert_num_queries):
        DeliveryFactory.create_batch(many)
        with django_assert_num_queries(10):
            staff.get("/status/")

    def test_menu_links_only_lab_staff_to_the_page(self, staff, cast):
        assert links(staff.get("/accessibility/"))["Status"] == "/status/"
        other = Client(headers={"accept-language": "en"})
        other.force_login(cast["P"])
        assert "Status" not in links(other.get("/accessibility/"))
        assert other.get("/status/").status_code == 403


REMEDY_OF_WORKER = (
    "Start a worker: celery -A labplatform worker. If one is already running, check that it can reach Redis"
    " and PostgreSQL."
)
REMEDY_OF_BEAT = (
    "Start the scheduler: celery -A labplatform.scheduler beat. While no worker runs, the scheduler also appears"
    " as not seen."
)
