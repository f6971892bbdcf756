"""Reports about accessibility: anyone sends one, lab staff get an e-mail and answer it, a year later it is deleted."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.hooks import retentions
from accounts.privacy.actions import erase_person
from labplatform.accessibility.reports import actions
from labplatform.accessibility.reports.actions import answer_accessibility_report, report_accessibility_problem
from labplatform.models import AccessibilityReport
from notifications.models import Delivery, Reminder
from notifications.sending.cycle import send_round
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import NOW, Cast
from tests.pages import elements, errors, links, row_heads, rows
from tests.sql import execute, refused_by

pytestmark = pytest.mark.django_db

PATH, LIST_PATH = "/accessibility/report/", "/accessibility/reports/"
SUBJECT = "Your%20report%20about%20accessibility%3A%20%2Frates%2F"
QUOTED = "%3E%20My%20screen%20reader%0D%0A%3E%20skips%20the%20curve."
FORM = {"page": "/rates/", "description": "My screen reader\nskips the curve.", "reply_to": "Ada@People.Example"}


def report(**changes: Any) -> AccessibilityReport:
    return report_accessibility_problem(**{**FORM, "reply_to": "", "at": NOW, "by": None, **changes})


@pytest.mark.time_machine(datetime(2026, 11, 24, 9, 20, tzinfo=UTC), tick=False)
def test_anyone_reports_a_problem_and_lab_staff_answer_it(client: Client, cast: Cast):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert PATH in links(client.get("/accessibility/")).values()
    assert [len(errors(client.post(PATH, FORM | {name: " "}))) for name in ("page", "description")] == [1, 1]
    assert len(errors(client.post(PATH, FORM | {"reply_to": "nobody"}))) == 1
    answer = client.post(PATH, FORM, follow=True)
    assert (answer.redirect_chain, "has received your report" in answer.content.decode()) == (
        [("/accessibility/", 302)],
        True,
    )
    row = AccessibilityReport.objects.get()
    assert (row.description, row.reply_to) == ("My screen reader\nskips the curve.", "ada@people.example")
    client.post(PATH, FORM | {"reply_to": ""})

    reader = UserFactory(is_lab_staff=True, lab_role="reader")
    send_round(lambda: datetime(2026, 11, 24, 9, 59, tzinfo=UTC), seconds=60)
    assert mail.outbox == []
    send_round(lambda: datetime(2026, 11, 24, 10, tzinfo=UTC), seconds=60)
    [email] = mail.outbox
    assert email.to == [cast["S"].email]
    assert reader.email not in email.to
    assert (f"{LIST_PATH}{row.pk}/" in email.body, "screen reader" in email.body, "Ada" in email.body) == (
        *(True, False, False),
    )

    staff = signed_in(cast["S"])
    assert "2 reports about accessibility wait for an answer." in staff.get("/").content.decode()
    page = staff.get(f"{LIST_PATH}{row.pk}/")
    assert {"/rates/", f"mailto:ada%40people.example?subject={SUBJECT}&body={QUOTED}"} <= {*links(page).values()}
    assert staff.post(f"{LIST_PATH}{row.pk}/answered/", {"answer": "The table has it."}).status_code == 302
    page_text = staff.get(f"{LIST_PATH}{row.pk}/").content.decode()
    assert (f"by {cast['S']}" in page_text, "The table has it." in page_text) == (True, True)
    assert [cells[1] for cells in rows(staff.get(LIST_PATH))] == ["new", "answered"]
    assert f"{LIST_PATH}{row.pk}/answered/" not in links(staff.get(f"{LIST_PATH}{row.pk}/")).values()
    assert "already answered" in staff.get(f"{LIST_PATH}{row.pk}/answered/").content.decode()
    by_reader = signed_in(reader)
    assert [by_reader.get(path).status_code for path in (LIST_PATH, f"{LIST_PATH}{row.pk}/")] == [200, 200]
    assert by_reader.post(f"{LIST_PATH}{row.pk}/answered/").status_code == 403


def test_the_form_fills_in_the_address_of_a_signed_in_person(cast: Cast):
    [field] = [
        each for each in elements(signed_in(cast["M"]).get(PATH), "input") if each["attrs"].get("type") == "email"
    ]
    assert field["attrs"]["value"] == cast["M"].email


@pytest.mark.time_machine(NOW, tick=False)
def test_one_connection_sends_five_reports_an_hour_and_nobody_closes_the_form(
    client: Client, monkeypatch: pytest.MonkeyPatch
):
    assert actions.MAX_ANNOUNCED == 100
    monkeypatch.setattr(actions, "MAX_ANNOUNCED", 6)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert [client.post(PATH, FORM).status_code for _ in range(6)] == [302] * 5 + [200]
    assert "Too many reports" in client.post(PATH, FORM).content.decode()
    of_one = ["2001:db8:1:2::1", "2001:db8:1:2:3::4", "2001:db8:1:2:ffff::", "2001:db8:1:2::5", "2001:db8:1:2::6"]
    addresses = [*of_one, "2001:db8:1:2::7", "2001:db8:1:3::1", "::ffff:127.0.0.1", "192.0.2.1"]
    statuses = [client.post(PATH, FORM, REMOTE_ADDR=address).status_code for address in addresses]
    assert statuses == [302] * 5 + [200, 302, 200, 302]
    assert AccessibilityReport.objects.count() == 12
    by_hour = Counter(Reminder.objects.values_list("due_at", flat=True).order_by())
    assert by_hour == {NOW + timedelta(hours=1): 6, NOW + timedelta(hours=2): 6}


def test_the_form_names_the_page_that_led_to_the_statement(client: Client):
    statement = client.get("/accessibility/", headers={"referer": "http://testserver/public/en/figures/"})
    form = f"{PATH}?page=/public/en/figures/"
    assert form in links(statement).values()
    pages = [client.get(path) for path in (form, f"{PATH}?page=https://elsewhere.example/")]
    found = [each["attrs"].get("value", "") for page in pages for each in elements(page, "input") if _is_page(each)]
    assert found == ["/public/en/figures/", ""]
    assert "/public/" in links(client.get("/accounts/login/")).values()


def _is_page(field: Any) -> bool:
    return bool(field["attrs"].get("name") == "page")


def test_no_e_mail_leaves_for_a_report_that_is_answered(cast: Cast):
    row = report()
    answer_accessibility_report(report=row, at=NOW + timedelta(minutes=5), by=cast["S"])
    answer_accessibility_report(report=row, at=NOW + timedelta(minutes=6), by=cast["S"])
    assert AccessibilityReport.objects.get().answered_at == NOW + timedelta(minutes=5)
    send_round(lambda: NOW + timedelta(hours=2), seconds=60)
    assert (mail.outbox, Reminder.objects.count(), Delivery.objects.count()) == ([], 1, 0)


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_a_fixed_number_of_statements(cast: Cast, django_assert_num_queries: Any, number: int):
    for index in range(number):
        report(page=f"/{index}/")
    client = signed_in(cast["S"])
    with django_assert_num_queries(4):  # session, person, count, reports
        page = client.get(LIST_PATH)
    assert row_heads(page) == [f"/{index}/" for index in range(number)]


def test_reports_end_after_a_year_or_with_their_person(cast: Cast):
    purge = retentions()["accessibility_reports"].purge
    report(at=NOW - timedelta(days=365))
    report(at=NOW - timedelta(days=365, seconds=1))
    assert (purge(at=NOW, dry_run=True), purge(at=NOW), purge(at=NOW)) == (1, 1, 0)
    report(reply_to=cast["M"].email.lower())
    EmailAddress.objects.create(user=cast["M"], email="Private@person.example", verified=True)
    report(reply_to="private@person.example")
    erase_person(user=cast["M"], at=NOW, by=None)
    assert [row.reply_to for row in AccessibilityReport.objects.all()] == [""]


def test_the_database_refuses_what_no_form_allows(cast: Cast):
    insert = (
        "INSERT INTO labplatform_accessibilityreport (page, description, reply_to, reported_at, answered_at)"
        " VALUES (%s, %s, %s, '2026-11-24', %s)"
    )
    for rule, values in (
        ("accessibility_report_page", (" ", "x", "", None)),
        ("accessibility_report_description", ("x", " ", "", None)),
        ("accessibility_report_mailbox", ("x", "x", "nobody", None)),
        ("accessibility_report_answered_later", ("x", "x", "", "2026-11-23")),
    ):
        with refused_by(rule):
            execute(insert, *values)
    execute(insert, "x", "x", "", "2026-11-25")
    with refused_by("accessibility_report_stays"):
        execute("UPDATE labplatform_accessibilityreport SET answered_at = NULL")
