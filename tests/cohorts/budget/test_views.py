"""Pages of costs, agreements and statements."""

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cohorts.budget.actions import set_day_rate
from cohorts.models import Agreement, BudgetLine, Cohort, Funder, Statement
from tests.cohorts.pages import browser, errors, page_links, page_messages, page_text
from tests.factories.budget import AgreementFactory, BudgetLineFactory, stated
from tests.factories.cast import Cast
from tests.factories.cohorts import AttendanceFactory, SessionFactory
from tests.factories.files import AttachmentFactory
from tests.factories.programmes import EditionFactory

pytestmark = pytest.mark.django_db
COSTS = "/cohorts/rivage/costs/"
LINE = {"kind": "spent", "day": "2026-03-10", "category": "travel", "note": "Train", "euros": "80.50", "days": ""}


def at(name: str, *args: Any) -> str:
    return reverse(f"cohorts:{name}", args=args)


def add_costs(cast: Cast, number: int) -> None:
    """Add a session with someone present, a rate, a line and an agreement with a statement, so many times."""
    for each in range(number):
        day = date(2026, 3, 1 + each)
        session = SessionFactory(cohort=cast.cohort, state="reported", date=day)
        member = cast.cohort.memberships.get(user=cast["D"])
        AttendanceFactory(day=session.days.get(), member=member, half_days=1, status="present")
        set_day_rate(cohort=cast.cohort, group="design_team", starts_on=day, euros=Decimal(500), by=None)
        stated(cast.cohort, AgreementFactory(cohort=cast.cohort, share=Decimal(10)), note=f"Train {each}")


def test_page_says_what_is_counted_and_what_is_entered(cast: Cast):
    add_costs(cast, 1)
    pages = {role: browser(cast[role]).get(COSTS) for role in "SPA"}
    for page in pages.values():
        text = page_text(page)
        assert "Work of the design team counted: days in sessions 1 0.5 €500.00 €250.00" in text
        assert "Travel and accommodation entered by the lab 0 0 €0.00 €100.00" in text
        assert "Total 1 0.5 €500.00 €350.00" in text
        assert "10 % of what is spent" in text
        assert "Design team: €500.00 a day from 1 Mar 2026" in text
    add, lines = at("add_budget_line", "rivage"), at("budget_lines", "rivage")
    links = {role: page_links(page) & {add, lines} for role, page in pages.items()}
    assert links == {"S": {add, lines}, "P": {lines}, "A": {lines}}
    assert COSTS in page_links(browser(cast["P"]).get("/cohorts/rivage/"))
    assert COSTS not in page_links(browser(cast["M"]).get("/cohorts/rivage/"))


def test_days_without_a_rate_have_no_amount_rather_than_zero(cast: Cast):
    session = SessionFactory(cohort=cast.cohort, state="reported", date=date(2026, 3, 1))
    member = cast.cohort.memberships.get(user=cast["D"])
    AttendanceFactory(day=session.days.get(), member=member, half_days=1, status="present")
    text = page_text(browser(cast["S"]).get(COSTS))
    assert "Work of the design team counted: days in sessions 1 0.5 — not known — not known Total 1 0.5" in text
    assert "Planned days in sessions without a day rate: 1. The amounts leave them out." in text


def test_empty_page_says_what_will_appear(cast: Cast):
    text = page_text(browser(cast["S"]).get(COSTS))
    assert "Nothing is planned or spent yet." in text
    assert "No rate is set: counted days have no amount." in text


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("path", "statements"),
    [
        (COSTS, 9),
        ("/cohorts/rivage/costs/lines/", 6),
        ("/agreements/", 6),
        ("/statements/", 6),
        ("/editions/transfo-2026/costs/", 9),
    ],
)
def test_pages_take_as_many_statements_for_three_rows(
    cast: Cast, path: str, statements: int, number: int, django_assert_num_queries: DjangoAssertNumQueries
):
    add_costs(cast, number)
    client = browser(cast["S"])
    with django_assert_num_queries(statements):
        client.get(path)


def test_page_of_an_edition_lists_who_funds_all_of_it(cast: Cast):
    page = at("edition_costs", cast.cohort.edition.slug)
    rows = [AgreementFactory(edition=cast.cohort.edition, cohort=cohort) for cohort in (None, cast.cohort)]
    addresses = [row.get_absolute_url() for row in rows]
    found = page_links(browser(cast["S"]).get(page))
    assert [each in found for each in addresses] == [True, False]
    assert at("issue_statement", rows[0].pk) in found


@pytest.mark.parametrize("number", [1, 3])
def test_a_statement_takes_as_many_statements_for_three_lines(
    cast: Cast, number: int, django_assert_num_queries: DjangoAssertNumQueries
):
    add_costs(cast, number)
    client, page = browser(cast["S"]), Statement.objects.latest("number").get_absolute_url()
    with django_assert_num_queries(8):
        client.get(page)


def test_lines_are_added_changed_and_removed_by_lab_staff(cast: Cast):
    staff = browser(cast["S"])
    page = staff.post(at("add_budget_line", "rivage"), LINE, follow=True)
    assert (page.request["PATH_INFO"], page_messages(page)) == (at("budget_lines", "rivage"), ["The line is added."])
    assert set(errors(staff.post(at("add_budget_line", "rivage"), LINE))) == {"note"}
    line = BudgetLine.objects.get()
    links = {at("edit_budget_line", line.pk), at("remove_budget_line", line.pk)}
    pages = {role: page_links(browser(cast[role]).get(at("budget_lines", "rivage"))) for role in "SP"}
    assert {role: page & links for role, page in pages.items()} == {"S": links, "P": set()}
    form = staff.get(at("edit_budget_line", line.pk)).context["form"]
    staff.post(at("edit_budget_line", line.pk), {**LINE, "days": "1.5", "version_token": form["version_token"].value()})
    line.refresh_from_db()
    assert (line.euros, line.days) == (Decimal("80.50"), Decimal("1.5"))
    staff.post(at("remove_budget_line", line.pk))
    assert not BudgetLine.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"euros": ""}, "euros"),
        ({"euros": "-1"}, "euros"),
        ({"euros": "1.234"}, "euros"),
        ({"days": "1.2"}, "days"),
        ({"day": "1926-01-01"}, "day"),
        ({"day": "2036-01-01"}, "day"),
        ({"category": "bribes"}, "category"),
        ({"note": "\u200b"}, "note"),
    ],
)
def test_a_wrong_line_is_refused_next_to_its_field(cast: Cast, values: dict[str, str], field: str):
    page = browser(cast["S"]).post(at("add_budget_line", "rivage"), LINE | values)
    assert set(errors(page)) == {field}
    assert not BudgetLine.objects.exists()


def test_agreements_are_added_and_their_shares_checked(cast: Cast):
    staff, add = browser(cast["S"]), at("add_agreement", "transfo-2026")
    values = {"funder": "Fondation", "cohort": cast.cohort.pk, "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    for wrong in ({"share": "40", "amount": "1"}, {}, {"share": "100.01"}, {"share": "0"}):
        assert set(errors(staff.post(add, values | wrong))) == {"share"}
    staff.post(add, values | {"share": "60"})
    assert set(errors(staff.post(add, values | {"cohort": "", "share": "40.01"}))) == {"share"}
    agreement = Agreement.objects.get()
    stated(cast.cohort, agreement)
    for state, name in (("open", "Open edition"), ("draft", "Draft edition")):
        EditionFactory(state=state, name=name)
    choices = {role: page_text(browser(cast[role]).get("/agreements/")) for role in "SC"}
    assert [text.count("Open edition") for text in choices.values()] == [1, 1]
    assert {role: "Draft edition" in text for role, text in choices.items()} == {"S": True, "C": False}
    edit = at("edit_agreement", agreement.pk)
    form = staff.get(edit).context["form"]
    assert set(form.fields) == {"ends_on", "reference", "version_token"}
    late = {"ends_on": "2027-06-30", "reference": "A 12", "version_token": form["version_token"].value()}
    staff.post(edit, late)
    agreement.refresh_from_db()
    assert (agreement.ends_on, agreement.reference, agreement.share) == (date(2027, 6, 30), "A 12", Decimal(60))


def test_the_document_of_an_agreement_is_for_those_who_read_its_costs(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
):
    row = stated(cast.cohort).agreement
    for_edition = AgreementFactory(cohort=None, edition=cast.edition, share=Decimal(1))
    files = [
        AttachmentFactory(about="agreement", of=each, file="notes.pdf", uploaded_by=cast["S"]).get_absolute_url()
        for each in (row, for_edition)
    ]
    addresses = [row.get_absolute_url(), *files, reverse("files:add", args=["agreement", row.pk])]
    clients = {role: browser(cast[role]) for role in "SCDPMRANX"}
    answers = {role: [client.get(each) for each in addresses] for role, client in clients.items()}
    sizes = [len(answer.getvalue()) for role in answers for answer in answers[role]]  # a file is open until it is read
    codes = {role: [answer.status_code for answer in answers[role]] for role in answers}
    led = [200, 200, 404, 403]
    assert min(sizes) > 0
    assert codes == {"S": [200] * 4, **dict.fromkeys("CPA", led), **dict.fromkeys("DMRNX", [404] * 4)}
    with django_assert_num_queries(5):
        page = clients["P"].get(row.get_absolute_url())
    assert {"Add files", "Edit", "Issue a statement"}.isdisjoint(page_links(page))
    assert "40 % of what is spent" in page_text(page)
    assert "notes.pdf" in page_text(page)


def test_a_statement_is_looked_at_issued_printed_and_issued_again(cast: Cast):
    BudgetLineFactory(cohort=cast.cohort, note="=Train")
    agreement = AgreementFactory(cohort=cast.cohort, share=Decimal(45), reference="A 12")
    staff, issue = browser(cast["S"]), at("issue_statement", agreement.pk)
    period = {"first_day": "2026-01-01", "last_day": "2026-06-30"}
    assert staff.get(issue).context["form"].initial["first_day"] == agreement.starts_on
    preview = staff.get(issue, period)
    assert preview.context["draft"].due == Decimal("45.00")
    assert not Statement.objects.exists()
    assert set(errors(staff.post(issue, period | {"last_day": "2025-12-31"}))) == {"last_day"}
    page = staff.post(issue, period, follow=True)
    statement = Statement.objects.get()
    assert page.request["PATH_INFO"] == statement.get_absolute_url()
    text = page_text(page)
    assert "The amount due is 45 % of what was spent. All amounts are in euros, VAT included." in text
    assert "Issued on 24 November 2026 by Staff Lab. Agreement: A 12." in text
    Agreement.objects.update(reference="B 13")
    Funder.objects.update(name="Autre fondation")
    Cohort.objects.filter(pk=cast.cohort.pk).update(name="Côte")
    issued = page_text(staff.get(statement.get_absolute_url()))
    assert "Agreement: A 12." in issued
    assert f"{statement.funder_name} · Rivage" in issued
    assert "B 13" not in page_text(staff.get("/statements/"))
    planned = BudgetLineFactory(cohort=cast.cohort, kind="planned")
    changed = "The costs of this period have changed since. Now planned: €100.00, spent: €100.00."
    pages = {role: page_text(browser(cast[role]).get(statement.get_absolute_url())) for role in "SP"}
    assert {role: changed in page for role, page in pages.items()} == {"S": True, "P": False}
    staff.post(at("reissue_statement", statement.pk), {"notice": "Un oubli"})
    assert staff.get(issue).context["form"].initial["first_day"] == date(2026, 7, 1)
    again = statement.replacement
    old, new = (page_text(browser(cast["P"]).get(each.get_absolute_url())) for each in (statement, again))
    assert f"Statement {again} replaced this one on 24 Nov 2026. Un oubli" in old
    assert f"This statement replaces statement {statement}. Un oubli" in new
    amount = AgreementFactory(cohort=cast.cohort, share=None, amount=Decimal(50))
    assert "Other statements already cover €45.00 of these costs." in page_text(
        staff.get(at("issue_statement", amount.pk), period)
    )
    for paid in (amount, AgreementFactory(cohort=cast.cohort, share=Decimal(20))):
        staff.post(at("issue_statement", paid.pk), period)
    excess = "Funders would owe €15.00 more than was spent."
    pages = (COSTS, "/editions/transfo-2026/costs/", again.get_absolute_url())
    assert [excess in page_text(staff.get(page)) for page in pages] == [True] * 3
    assert excess not in page_text(browser(cast["P"]).get(COSTS))
    file = browser(cast["A"]).get(at("statement_csv", again.pk)).getvalue().decode("utf-8-sig")
    [row, *_] = [each for each in csv.reader(io.StringIO(file), delimiter=";") if planned.note not in each][1:]
    assert row == [
        "Côte",
        "spent",
        "travel and accommodation",
        "'=Train",
        "2026-03-10",
        "entered by the lab",
        "",
        "",
        "100.00",
    ]


def test_lab_sees_the_sums_of_an_edition(cast: Cast):
    add_costs(cast, 1)
    BudgetLineFactory(cohort=cast.other_cohort, kind="planned", euros=Decimal("0.50"))
    text = page_text(browser(cast["S"]).get("/editions/transfo-2026/costs/"))
    assert "Montagne €0.50 €0.00 €0.50 0 Rivage €500.00 €350.00 €150.00 0 Total €500.50 €350.00 €150.50 0" in text
