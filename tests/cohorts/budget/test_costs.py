"""Counted days, their rates, sums, and what funders owe; actions on lines, agreements and statements."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from cohorts.budget import actions
from cohorts.budget.costs import CostEntry, costs_of, due_of, read_costs, total_of, totals_by_category
from cohorts.budget.funding import excess_amount, funded_periods
from cohorts.budget.statements import check_statement, draft_of
from cohorts.models import Agreement, BudgetLine, Cohort, Funder, SessionDay, Statement
from cohorts.permissions import decisions, roles_of
from tests.factories.budget import AgreementFactory, BudgetLineFactory, stated
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory
from web.errors import DomainError
from web.forms.edit_conflicts import EditConflict, column_values, fingerprint

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2026, 3, 10), date(2026, 4, 14)
HALF_YEAR = {"first_day": date(2026, 1, 1), "last_day": date(2026, 6, 30)}


def on_list(cast: Cast, day: date, state: str = "reported", **half_days: int | None) -> None:
    """Add a session with these people, by letter, on its list: their half-days, None for excused."""
    session = SessionFactory(cohort=cast.cohort, state=state, date=day)
    for role, number in half_days.items():
        status = {None: "excused", 0: "expected"}.get(number, "present")
        member = cast.cohort.memberships.get(user=cast[role])
        AttendanceFactory(day=session.days.get(), member=member, status=status, half_days=number or 0)


def counted(cohort: Cohort, *period: date) -> list[tuple[str, str, Decimal | None, Decimal | None]]:
    return [
        (entry.category, entry.kind, entry.days, entry.euros)
        for entry in costs_of([cohort], *period)
        if entry.is_counted
    ]


def test_days_in_sessions_are_counted_from_lists_and_attendance(cast: Cast):
    on_list(cast, MARCH, D=2, C=1, P=2, M=None, R=1)
    on_list(cast, date(2026, 12, 8), "scheduled", D=0, M=0)
    on_list(cast, APRIL, "scheduled", D=0)
    cast.cohort.sessions.filter(days__date=APRIL).update(state="cancelled", reason="Grève")
    SessionFactory(state="reported", date=MARCH)
    assert counted(cast.cohort) == [
        ("agents", "planned", Decimal(4), None),
        ("agents", "spent", Decimal("1.5"), None),
        ("design_team", "planned", Decimal(3), None),
        ("design_team", "spent", Decimal("1.5"), None),
    ]
    assert counted(cast.cohort, date(2026, 12, 8)) == [
        ("agents", "planned", Decimal(1), None),
        ("design_team", "planned", Decimal(1), None),
    ]
    assert counted(cast.cohort, date(2026, 12, 9)) == counted(cast.cohort, date(2026, 1, 1), date(2026, 3, 9)) == []


def test_nobody_has_more_than_a_day_on_a_date(cast: Cast):
    afternoon = {"starts_at": time(14), "ends_at": time(17)}
    on_list(cast, MARCH, D=2, P=1)
    on_list(cast, MARCH, D=2, P=2, R=0)
    on_list(cast, APRIL, D=1)
    SessionDay.objects.filter(date=APRIL).update(**afternoon)
    coordinator = MembershipFactory(cohort=cast.other_cohort, user=cast["C"], role="coordinator")
    session = SessionFactory(cohort=cast.other_cohort, state="reported", date=MARCH)
    SessionDay.objects.filter(session=session).update(starts_at=time(8))
    AttendanceFactory(day=session.days.get(), member=coordinator, status="present", half_days=2)
    on_list(cast, MARCH, C=2)
    assert counted(cast.cohort) == [
        ("agents", "planned", Decimal(2), None),
        ("agents", "spent", Decimal(1), None),
        ("design_team", "planned", Decimal("1.5"), None),
        ("design_team", "spent", Decimal("1.5"), None),
    ]
    one_day = [("design_team", "planned", Decimal(1), None), ("design_team", "spent", Decimal(1), None)]
    assert counted(cast.other_cohort) == one_day  # its session begins first
    stated(cast.cohort)
    days = [day for category, *_, day, _ in counted(cast.cohort) if category == "design_team"]
    assert (days, counted(cast.other_cohort)) == ([Decimal("2.5"), Decimal("2.5")], [])  # stated first


def test_a_statement_that_was_just_issued_has_the_costs_of_now_and_no_day_falls_between_two(cast: Cast):
    on_list(cast, MARCH, C=2, D=2)
    coordinator = MembershipFactory(cohort=cast.other_cohort, user=cast["C"], role="coordinator")
    session = SessionFactory(cohort=cast.other_cohort, state="reported", date=MARCH)
    SessionDay.objects.filter(session=session).update(starts_at=time(8))  # begins before ours
    AttendanceFactory(day=session.days.get(), member=coordinator, status="present", half_days=2)
    statements = []
    for cohort in (cast.cohort, cast.other_cohort):
        rate = {"group": "design_team", "starts_on": date(2026, 1, 1), "euros": Decimal(500)}
        actions.set_day_rate(cohort=cohort, by=None, **rate)
        agreement = AgreementFactory(cohort=cohort, share=Decimal(50))
        statements.append(actions.issue_statement(agreement=agreement, today=date(2026, 9, 1), by=None, **HALF_YEAR))
        assert check_statement(statements[0]).changed_total is None
    assert [row.spent for row in statements] == [Decimal(1000), Decimal(0)]
    edition = AgreementFactory(edition=cast.edition, cohort=None, share=Decimal(10))
    assert draft_of(edition, *HALF_YEAR.values()).total.spent == Decimal(1000)


def test_drafts_count_as_planned_everyone_who_will_be_expected_once(cast: Cast):
    pilot_too = cast.cohort.memberships.get(user=cast["P"])
    pilot_too.pk, pilot_too.role = None, "resident"
    pilot_too.save()
    SessionFactory(cohort=cast.cohort, state="draft", date=date(2027, 1, 12))
    assert counted(cast.cohort) == [
        ("agents", "planned", Decimal(2), None),
        ("design_team", "planned", Decimal(2), None),
    ]


def test_a_rate_applies_from_its_day_until_the_next(cast: Cast):
    for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 1)):
        on_list(cast, day, D=1)
    for starts_on, euros in ((date(2026, 4, 1), "100"), (date(2026, 5, 1), "600.15"), (date(2026, 4, 1), "500")):
        rate = {"group": "design_team", "starts_on": starts_on, "euros": Decimal(euros)}
        actions.set_day_rate(cohort=cast.cohort, by=None, **rate)
    assert [entry for entry in counted(cast.cohort) if entry[1] == "spent"] == [
        ("design_team", "spent", Decimal("0.5"), None),
        ("design_team", "spent", Decimal(1), Decimal("500.00")),
        ("design_team", "spent", Decimal("0.5"), Decimal("300.08")),
    ]
    total = total_of(costs_of([cast.cohort]))
    assert (total.planned, total.spent, total.remaining) == (Decimal("1600.15"), Decimal("800.08"), Decimal("800.07"))
    assert (total.planned_days, total.spent_days, total.unpriced) == (Decimal(4), Decimal(2), Decimal(1))


def test_sums_tell_counted_days_from_entered_lines(cast: Cast):
    on_list(cast, MARCH, D=2)
    entered = {"cohort": cast.cohort, "category": "design_team", "euros": None}
    BudgetLineFactory(**entered, days=Decimal("2.5"))
    BudgetLineFactory(cohort=cast.cohort, kind="planned", euros=Decimal("12.30"))
    rows = totals_by_category(costs_of([cast.cohort]))
    assert [row["total"].is_unpriced for row in rows] == [True, False, False]
    assert [(row["label"], row["is_counted"], row["total"].spent_days, row["total"].planned) for row in rows] == [
        ("work of the design team", True, Decimal(1), Decimal(0)),
        ("work of the design team", False, Decimal("2.5"), Decimal(0)),
        ("travel and accommodation", False, Decimal(0), Decimal("12.30")),
    ]


def test_an_entry_is_read_as_a_statement_stored_it():
    for entry in (
        CostEntry(1, "Rivage", "spent", "agents", days=Decimal("1.5")),
        CostEntry(1, "Rivage", "spent", "agents", Decimal(0), Decimal("0.00"), Decimal(0)),
        CostEntry(1, "Rivage", "planned", "travel", euros=Decimal("12.30"), day=MARCH, note="Train"),
    ):
        assert CostEntry.from_json(entry.as_json()) == entry


@pytest.mark.parametrize(
    ("spent", "share", "at_most", "due"),
    [
        ("100.01", "45", "0", "45.00"),
        ("0.01", "50", "0", "0.01"),
        ("100", None, "100", "100"),
        ("100.01", None, "100", "100"),
        ("100", None, "-1", "0"),
    ],
)
def test_a_share_is_rounded_to_the_cent_and_an_amount_ends(spent: str, share: str | None, at_most: str, due: str):
    assert due_of(Decimal(spent), share=share and Decimal(share), at_most=Decimal(at_most)) == Decimal(due)


def test_a_line_is_changed_until_a_statement_is_issued_and_then_corrected():
    line, rest = BudgetLineFactory(note="Train"), {"kind": "spent", "category": "travel", "days": None, "note": "Train"}
    token = fingerprint(*column_values(line, *actions.LINE_FIELDS).values())
    changed = actions.change_budget_line(line=line, by=None, version_token=token, euros=Decimal(90))
    assert (changed.pk, changed.euros) == (line.pk, Decimal(90))
    with pytest.raises(EditConflict):
        actions.change_budget_line(line=line, by=None, version_token=token, euros=Decimal(91))
    statement = stated(line.cohort)
    assert statement.spent == Decimal("190.00")
    correcting = actions.change_budget_line(line=line, by=None, day=MARCH, euros=Decimal(80), **rest)
    assert (correcting.corrects, correcting.euros) == (line, Decimal(80))
    with pytest.raises(DomainError, match="Someone has corrected this line"):
        actions.change_budget_line(line=line, by=None, euros=Decimal(70))
    with pytest.raises(DomainError, match="Enter 0 instead"):
        actions.remove_budget_line(line=correcting, by=None)
    with pytest.raises(DomainError, match="Someone has corrected this line"):
        actions.remove_budget_line(line=line, by=None)
    with pytest.raises(DomainError, match="A statement was issued for this day"):
        actions.remove_budget_line(line=BudgetLineFactory(cohort=line.cohort), by=None)
    assert total_of(costs_of([line.cohort])).spent == Decimal("280.00")
    statement.refresh_from_db()
    assert statement.spent == Decimal("190.00")


@pytest.mark.parametrize("day", [date(2025, 1, 3), date(2029, 1, 5)])
def test_a_day_far_from_the_cohort_is_refused(day: date):
    cohort = CohortFactory(planned_start=date(2026, 1, 5), planned_end=date(2028, 1, 4))
    values = {"kind": "spent", "category": "travel", "note": "Train", "euros": 1}
    with pytest.raises(DomainError, match="more than a year from the cohort’s dates"):
        actions.add_budget_line(cohort=cohort, by=None, day=day, **values)
    assert not BudgetLine.objects.exists()


def test_a_funder_is_found_by_name_and_an_authority_recognised(cast: Cast):
    days = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}
    add = {"edition": cast.edition, "cohort": None, "amount": None, "by": None}
    one, two = (
        actions.add_agreement(**add, funder=name, share=Decimal(share), **days)
        for name, share in (("Ville de Rivage", 40), ("VILLE DE RIVAGE", 30))
    )
    assert [one.funder, one.funder.authority] == [two.funder, cast.cohort.authority]
    with pytest.raises(DomainError, match="above 100 %") as refused:
        actions.change_agreement(agreement=two, by=None, funder="Autre", share=Decimal("60.01"))
    assert refused.value.field == "share"
    assert actions.change_agreement(agreement=two, by=None, funder="Autre", share=Decimal(60)).funder.name == "Autre"
    assert sorted(Funder.objects.values_list("name", flat=True)) == ["Autre", "Ville de Rivage"]


def test_lines_are_read_by_the_roles_that_the_permission_table_names(cast: Cast):
    BudgetLineFactory(cohort=cast.cohort)
    readers = {role for role in EVERYONE if BudgetLine.objects.visible_to(cast[role], TODAY).exists()}
    assert readers == {role for role in EVERYONE if decisions(roles_of(cast[role], cast.cohort, TODAY))["see_costs"]}


def issue(agreement: Agreement, today: date = TODAY, **days: date) -> Any:
    return actions.issue_statement(agreement=agreement, today=today, by=None, **{**HALF_YEAR, **days})


def test_a_statement_holds_what_was_spent_in_its_period_and_the_share_of_it(cast: Cast):
    on_list(cast, MARCH, D=2)
    rate = {"group": "design_team", "starts_on": MARCH, "euros": Decimal(500)}
    actions.set_day_rate(cohort=cast.cohort, by=None, **rate)
    for day, kind in ((MARCH, "spent"), (date(2026, 6, 30), "planned"), (date(2026, 7, 1), "spent")):
        BudgetLineFactory(cohort=cast.cohort, day=day, kind=kind, note=str(day))
    statement = issue(AgreementFactory(cohort=cast.cohort, share=Decimal(45)), today=date(2026, 7, 1))
    assert (statement.planned, statement.spent, statement.due) == (Decimal(600), Decimal(600), Decimal(270))
    assert [row.get("note", "counted") for row in statement.rows] == ["2026-03-10", "2026-06-30", "counted", "counted"]
    actions.set_day_rate(cohort=cast.cohort, by=None, **{**rate, "euros": Decimal(510)})
    again = actions.reissue_statement(statement=statement, notice=" Un taux ", today=TODAY, by=None)
    assert (again.number, again.notice, again.spent) == (statement.number + 1, "Un taux", Decimal(610))


def test_a_fixed_amount_ends_and_an_edition_is_the_sum_of_its_cohorts(cast: Cast):
    for cohort in (cast.cohort, cast.other_cohort):
        BudgetLineFactory(cohort=cohort)
        BudgetLineFactory(cohort=cohort, day=date(2026, 8, 4))
    agreement = AgreementFactory(cohort=None, edition=cast.edition, share=None, amount=Decimal(350))
    first = issue(agreement)
    second = issue(agreement, first_day=date(2026, 7, 1), last_day=date(2026, 9, 30))
    again = actions.reissue_statement(statement=first, notice="Erreur", today=TODAY, by=None)
    assert [(each.spent, each.due) for each in (first, second, again)] == [(200, 200), (200, 150), (200, 200)]
    assert [row["cohort_name"] for row in first.rows] == ["Montagne", "Rivage"]
    BudgetLineFactory(cohort=cast.other_cohort, kind="planned")
    Cohort.objects.filter(pk=cast.other_cohort.pk).update(state="withdrawn", reason="Retrait")
    again = actions.reissue_statement(statement=again, notice="Retrait", today=TODAY, by=None)
    assert (again.planned, again.spent) == (0, 200)


def test_a_fixed_amount_gives_way_to_shares_and_excess_is_shown(cast: Cast):
    BudgetLineFactory(cohort=cast.cohort, euros=Decimal(1000))
    BudgetLineFactory(cohort=cast.cohort, euros=Decimal(500), day=date(2026, 8, 4))
    of_year = {"first_day": date(2026, 1, 1), "last_day": date(2026, 9, 30)}
    fixed = issue(AgreementFactory(cohort=cast.cohort, share=None, amount=Decimal(5000)))
    second = issue(AgreementFactory(cohort=cast.cohort, share=None, amount=Decimal(5000)))
    third = issue(AgreementFactory(cohort=cast.cohort, share=None, amount=Decimal(400)), **of_year)
    shared = AgreementFactory(cohort=None, edition=cast.edition, share=Decimal(60), reference="A 1")
    draft = draft_of(shared, *of_year.values())
    assert (draft.due, draft.funded_by_others, draft.excess) == (900, 1400, 800)
    of_share = issue(shared, **of_year)
    assert [each.due for each in (fixed, second, third, of_share)] == [1000, 0, 400, 900]
    costs, periods = read_costs([cast.cohort]), funded_periods(Statement.objects.of_edition(cast.edition.pk))
    assert (excess_amount(periods, costs), excess_amount(periods, costs, cast.cohort.pk)) == (800, 800)
    assert excess_amount(periods, costs, cast.other_cohort.pk) == 0
    assert [check_statement(each).excess for each in (fixed, second, third, of_share)] == [800, 0, 400, 800]
    again = actions.reissue_statement(statement=fixed, notice="Trop", today=TODAY, by=None)
    assert (again.due, check_statement(of_share).excess) == (200, 0)
    of_edition = AgreementFactory(cohort=None, edition=cast.edition, share=None, amount=Decimal(5000))
    BudgetLineFactory(cohort=cast.other_cohort, euros=Decimal(30))
    assert issue(of_edition, **of_year).due == 30


def test_a_period_is_over_and_stated_once():
    agreement = AgreementFactory()
    with pytest.raises(DomainError, match="This period is not over"):
        issue(agreement, today=date(2026, 6, 30))
    first = issue(agreement, today=date(2026, 7, 1))
    with pytest.raises(DomainError, match="Another statement on this agreement has days of this period"):
        issue(agreement, first_day=date(2026, 6, 30), last_day=date(2026, 7, 31))
    actions.reissue_statement(statement=first, notice="Un oubli", today=TODAY, by=None)
    with pytest.raises(DomainError):
        actions.reissue_statement(statement=first, notice="Deux fois", today=TODAY, by=None)
