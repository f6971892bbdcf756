"""Signs of life: what is good, what is bad and since when, what to do; and the page that shows them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from labplatform.monitoring import email_status
from labplatform.monitoring.email_status import Facts, facts, late_after, signs, troubles
from notifications.actions import hold_mail
from notifications.models import MailSwitch, Run
from tests.factories.cast import Cast
from tests.factories.notifications import NOW, DeliveryFactory, ReminderFactory
from tests.pages import links, rows

SEND, PLAN = "notifications.tasks.send_letters", "exchanges.tasks.plan_exchanges"
PURGE = "exchanges.tasks.purge_needs"
ERASING = "Erasing the needs that people stated"
SWEEP = "labplatform.tasks.sweep_files"
SWEEPING = "Deleting unused files"
# Of a task more than these there is nothing else to say: they are left out where they did as they should.
OTHERS = email_status.TASKS.keys() - {SEND, PLAN, PURGE, SWEEP}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def ago(**spans: float) -> Any:
    return NOW - timedelta(**spans)


def ran(task: str, **changes: Any) -> Run:
    given = {"first_at": ago(days=9), "started_at": NOW, "by_beat_at": NOW, "finished_at": NOW} | changes
    return Run(task=task, **given)


def well(*, runs: dict[str, Run] | None = None, **changes: Any) -> Facts:
    """Everything ran, the purge and the sweep an hour ago, what else there is some minutes ago."""
    then: dict[str, Any] = {"started_at": ago(hours=1), "finished_at": ago(hours=1), "by_beat_at": None}
    lately = dict.fromkeys(("started_at", "finished_at"), ago(minutes=4)) | {"by_beat_at": None}
    earlier = {task: ran(task, **(lately if task in OTHERS else then)) for task in OTHERS | {PURGE, SWEEP}}
    return Facts(runs=earlier | (runs or {SEND: ran(SEND), PLAN: ran(PLAN)}), **changes)


def shown(found: Facts) -> list[email_status.Sign]:
    others = {str(email_status.TASKS[task]) for task in OTHERS}
    return [sign for sign in signs(found, NOW) if str(sign.label) not in others]


def bad(found: Facts) -> list[str]:
    return [str(sign.label) for sign in shown(found) if not sign.good]


def said(found: Facts) -> dict[str, str]:
    return {str(sign.label): sign.said for sign in shown(found)}


def test_a_platform_that_works_needs_nobody():
    assert (bad(well()), troubles(well(), NOW)) == ([], [])
    assert said(well()) == {
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


def test_one_that_never_ran_says_so_everywhere():
    never = ["Worker (sends)", "Scheduler", "Sending e-mails", "Planning Intertransfos", SWEEPING, ERASING]
    assert bad(Facts()) == never
    assert said(Facts())["Planning Intertransfos"] == "This task has not run yet."


@pytest.mark.parametrize(
    ("seconds", "found"),
    [(90, []), (91, ["Worker (sends)", "Scheduler", "Sending e-mails"])],
)
def test_three_periods_without_a_run_are_too_many(seconds, found):
    then = ago(seconds=seconds)
    runs = {
        SEND: ran(SEND, started_at=then, by_beat_at=then, finished_at=then),
        PLAN: ran(PLAN, started_at=then, by_beat_at=then),
    }
    assert bad(well(runs=runs)) == found


@pytest.mark.parametrize(("hours", "found"), [(3, []), (3.1, ["Planning Intertransfos"])])
def test_each_task_has_its_own_period(hours, found):
    then = ago(hours=hours)
    assert bad(well(runs={SEND: ran(SEND), PLAN: ran(PLAN, started_at=then, finished_at=then)})) == found


@pytest.mark.parametrize(("hours", "found"), [(2, []), (4, ["Planning Intertransfos", SWEEPING])])
def test_a_task_that_has_not_run_yet_is_given_as_long(hours, found):
    assert bad(Facts(runs={SEND: ran(SEND, first_at=ago(hours=hours))})) == found


def test_until_then_it_waits_and_is_not_called_good():
    found = Facts(runs={SEND: ran(SEND, first_at=ago(minutes=14))})
    assert said(found)["Planning Intertransfos"] == "Waiting for the first run, due before 24 Nov 2026, 12:46."
    assert [sign.waits for sign in shown(found)] == [False, False, False, True, True, True, False, False, False]


def test_nudges_keep_letters_going_while_beat_is_away():
    assert bad(well(runs={SEND: ran(SEND, by_beat_at=ago(hours=1)), PLAN: ran(PLAN, by_beat_at=None)})) == ["Scheduler"]


def test_a_task_that_fails_says_why_though_it_runs():
    failing = ran(SEND, finished_at=ago(seconds=40), failed_at=ago(seconds=10), error="OSError: no route")
    found = well(runs={SEND: failing, PLAN: ran(PLAN)})
    assert bad(found) == ["Sending e-mails"]
    assert said(found)["Sending e-mails"] == "The last run failed on 24 Nov 2026, 9:59: OSError: no route"
    mended = ran(SEND, failed_at=ago(seconds=10), error="OSError: no route")
    assert bad(well(runs={SEND: mended, PLAN: ran(PLAN)})) == []


@pytest.mark.parametrize(("seconds", "found"), [(300, []), (301, ["Oldest due e-mail"])])
def test_a_letter_is_late_after_twice_lease_and_scan(seconds, found):
    assert late_after() == timedelta(seconds=300)
    late = well(oldest_due=ago(seconds=seconds))
    assert bad(late) == found
    assert troubles(late, NOW) == ["letters are late"] * len(found)


def test_letters_held_on_purpose_need_someone_and_alarm_no_machine():
    switch = MailSwitch(held_since=NOW, reason="Restored from yesterday.")
    held = well(switch=switch, oldest_due=ago(days=1))
    assert (bad(held), troubles(held, NOW)) == (["Oldest due e-mail", "Sending status"], [])
    assert said(held)["Sending status"] == "All e-mails are paused: Restored from yesterday."


def test_every_bad_sign_says_what_to_do():
    worst = Facts(oldest_due=ago(days=1), switch=MailSwitch(held_since=NOW, reason="Plan test"), failed=2)
    assert [sign.label for sign in signs(worst, NOW) if sign.good or not sign.remedy] == []
    assert said(worst)["Failed e-mails"] == "2 e-mails failed."


def test_every_task_of_the_schedule_has_its_name():
    assert set(email_status.TASKS) == set(email_status.periods())


@pytest.mark.django_db
class TestFacts:
    def test_the_oldest_due_is_a_reminder_or_a_letter_whichever_waits_longer(self):
        assert facts(NOW).oldest_due is None
        DeliveryFactory(due_at=ago(minutes=2))
        assert facts(NOW).oldest_due == ago(minutes=2)
        ReminderFactory(due_at=ago(minutes=3))
        assert facts(NOW).oldest_due == ago(minutes=3)

    def test_what_is_not_due_yet_leased_or_gone_does_not_count(self):
        ReminderFactory(due_at=NOW + timedelta(minutes=1))
        DeliveryFactory(due_at=ago(hours=1), next_attempt_at=NOW + timedelta(minutes=1))
        for state in ("sent", "dead", "held", "cancelled"):
            DeliveryFactory(due_at=ago(hours=1), state=state)
        assert facts(NOW).oldest_due is None
        assert facts(NOW).failed == 1

    def test_they_take_five_statements(self, django_assert_num_queries):
        with django_assert_num_queries(5):
            facts(NOW)


class TestPage:
    @pytest.fixture
    def staff(self, cast: Cast) -> Client:
        client = Client(headers={"accept-language": "en"})
        client.force_login(cast["S"], backend="django.contrib.auth.backends.ModelBackend")
        return client

    def test_it_shows_the_signs_with_what_to_do(self, staff, cast):
        hold_mail(reason="Restored", at=NOW, by=cast["S"])
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
        assert links(page)["Open the page"] == "/letters/release/"

    def test_it_counts_letters_and_reminders_by_state(self, staff):
        for state in ("queued", "sent", "sent", "dead"):
            DeliveryFactory(state=state)
        ReminderFactory()
        page = staff.get("/status/")
        assert {label: count for label, _tone, count in page.context["letters"] if count} == {
            "waiting": 1,
            "sent": 2,
            "failed": 1,
        }
        assert {tone for _label, tone, count in page.context["letters"] if not count} == {"neutral"}
        assert {label: count for label, count in page.context["reminders"] if count} == {
            "planned": 1,
            "e-mails created": 4,
        }

    @pytest.mark.parametrize("many", [1, 3])
    def test_it_costs_the_same_for_three_letters(self, staff, many, django_assert_num_queries):
        DeliveryFactory.create_batch(many)
        with django_assert_num_queries(9):
            staff.get("/status/")

    def test_the_menu_leads_to_it_for_lab_staff_only(self, staff, cast):
        assert links(staff.get("/accessibility/"))["Status"] == "/status/"
        other = Client(headers={"accept-language": "en"})
        other.force_login(cast["P"], backend="django.contrib.auth.backends.ModelBackend")
        assert "Status" not in links(other.get("/accessibility/"))
        assert other.get("/status/").status_code == 403


REMEDY_OF_WORKER = (
    "Start a worker: celery -A labplatform worker. If one is already running, check that it can reach Redis"
    " and PostgreSQL."
)
REMEDY_OF_BEAT = (
    "Start the scheduler: celery -A labplatform beat. While no worker runs, the scheduler also appears as not seen."
)
