"""The Intertransfos of an edition planned together from its page: plans, locks, use, cancel; and any edition."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from cohorts.models import Cohort
from exchanges.models import Exchange, HostTurn
from exchanges.planning.actions import confirm_host, move_exchange, plan_exchanges, swap_host
from notifications.models import Delivery
from planning import actions
from planning.editions.actions import calculation
from planning.editions.actions.exchanges import exchange_plan_token, read_exchanges, use_exchange_plan
from planning.editions.calculation import calculate_due_edition_plans
from planning.editions.inputs import ExchangeInputs, edition_exchanges, one_by_one
from planning.editions.results import as_json, from_json
from planning.models import ExchangePlan
from planning.solver.exchange_model import proposals_of, solve_exchanges
from planning.solver.exchanges import ExchangeCriterion
from programmes.models import Edition
from tests.cohorts.pages import browser, page_messages, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import MembershipFactory, SessionFactory
from tests.factories.exchanges import edition_of_four
from tests.factories.programmes import CalendarPeriodFactory, EditionFactory, FormatFactory
from tests.factories.snapshots import built_once
from tests.planning.exchange_order import is_in_order, out_of_turn
from tools.bench.editions import edition_of_cohorts
from web.errors import DomainError

AT = datetime(2027, 1, 6, 9, tzinfo=UTC)
ADDRESS = "/editions/transfo-2027/exchange-plans/"


@pytest.fixture(autouse=True)
def january():
    with time_machine.travel(AT, tick=False):
        yield


@pytest.fixture
def staff(db: None):
    return UserFactory(is_lab_staff=True)


@built_once
def new_edition() -> Edition:
    edition = edition_of_four(people=2)
    plan_exchanges(edition=edition, at=AT)
    return edition


@pytest.fixture
def edition(db: None) -> Edition:
    """An edition of four cohorts with its four Intertransfos as they are proposed one by one."""
    return new_edition()


def calculate(edition: Edition) -> ExchangePlan:
    calculation.request_edition_plans(model=ExchangePlan, edition=edition, at=AT, by=None)
    assert calculate_due_edition_plans(lambda: AT) == 1
    return calculation.plans_of_edition(ExchangePlan, edition)


def token(edition: Edition, number: int = 1) -> str:
    plan = calculation.plans_of_edition(ExchangePlan, edition)
    return exchange_plan_token(plan, read_exchanges(plan, AT), number)


def places(edition: Edition) -> list[tuple[str, date]]:
    return list(edition.exchanges.order_by("first_day").values_list("host__slug", "first_day"))


def planned_places(edition: Edition, number: int = 1) -> list[tuple[str, date]]:
    chosen = from_json(calculation.plans_of_edition(ExchangePlan, edition).result).plans[number - 1].chosen
    return sorted(((option.host, option.day) for option in chosen.values()), key=lambda each: each[1])


@pytest.mark.parametrize(("cohorts", "months", "seed"), [(2, 9, 2), (3, 12, 2), (5, 15, 3), (6, 9, 4), (10, 12, 5)])
def test_any_edition_is_planned_never_worse_than_one_by_one(cohorts: int, months: int, seed: int):
    inputs = ExchangeInputs(edition_of_cohorts(cohorts, months, seed))
    edition = edition_exchanges(inputs, one_by_one(inputs))
    found, proposed = solve_exchanges(edition, lambda _step: None), proposals_of(edition)
    assert proposed is not None
    assert (proposed.lifted, out_of_turn(edition, proposed)) == ((), 0)
    for plan in found.plans:
        assert (plan.lifted, out_of_turn(edition, plan), is_in_order(edition, plan)) == ((), 0, True)
    assert found.plans[0].totals[ExchangeCriterion.ALL] <= proposed.totals[ExchangeCriterion.ALL]
    assert any(plan.is_never_worse_than(proposed) for plan in found.plans)


def test_intertransfos_are_planned_and_used_together(edition: Edition, staff: Any):
    client = browser(staff)
    assert ADDRESS in client.get(edition.get_absolute_url()).content.decode()
    assert "No plan yet" in page_text(client.get(ADDRESS))
    client.post(ADDRESS)
    assert 'hx-trigger="every 2s"' in client.get(ADDRESS).content.decode()
    assert calculate_due_edition_plans(lambda: AT) == 1
    text = page_text(client.get(f"{ADDRESS}?plan=2"))
    assert ("Plan B in detail" in text, "Proposed one by one:" in text, "at present:" in text.lower()) == (
        True,
        True,
        True,
    )
    preview = client.get(f"{ADDRESS}use/2/")
    assert "Intertransfo 3: Wed 28 – Thu 29 June 2028, Dunkerque →" in page_text(preview)
    versions = dict(edition.exchanges.values_list("pk", "version"))
    before = places(edition)
    answer = client.post(f"{ADDRESS}use/2/", {"version_token": preview.context["form"].initial["version_token"]})
    assert page_messages(answer) == ["The Intertransfos have the dates and hosts of the plan."]
    assert (places(edition), places(edition) == before) == (planned_places(edition, 2), False)
    assert "Plan used none added: B" in page_text(client.get("/history/exchange-plan/transfo-2027/"))
    changed = [row for row in edition.exchanges.all() if row.version > versions[row.pk]]
    assert changed
    assert all(row.version == versions[row.pk] + 1 for row in changed)
    assert Delivery.objects.count() == 0  # nobody had been informed
    moved = next(row for row in changed if row.why["host"]["reason"] == "planned_together" or row.why["window"]["for"])
    assert HostTurn.objects.get(exchange=moved).swap_reason
    assert client.get(moved.get_absolute_url()).status_code == 200
    assert "Something has changed since these plans were calculated." in page_text(client.get(ADDRESS))


def test_a_plan_is_not_used_when_something_has_changed(edition: Edition, staff: Any):
    calculate(edition)
    seen, client = token(edition, 2), browser(staff)
    assert client.get(f"{ADDRESS}use/4/").status_code == 404
    last = edition.exchanges.latest("first_day")
    confirm_host(exchange=last, at=AT, by=staff)
    assert "Something has changed" in page_text(client.get(f"{ADDRESS}use/2/"))
    with pytest.raises(DomainError, match="Something has changed"):
        use_exchange_plan(edition=edition, number=2, version_token=seen, at=AT, by=staff)
    calculate(edition)
    assert len(planned_places(edition)) == 3


def test_what_is_locked_or_chosen_by_hand_stays(edition: Edition, staff: Any):
    first, second, third, _fourth = edition.exchanges.order_by("first_day")
    hosts = {row.pk: row for row in Cohort.objects.filter(edition=edition)}
    client = browser(staff)
    client.post(f"{ADDRESS}lock/{first.pk}/")
    other = next(row for key, row in hosts.items() if key not in (first.host_id, second.host_id))
    swap_host(exchange=second, host=other, reason="A trade fair", at=AT, by=staff)
    day = third.first_day
    assert day is not None
    move_exchange(exchange=third, first_day=date(2028, 6, 13), days=2, swap_reason="A fair", at=AT, by=staff)
    calculate(edition)
    for number in range(1, len(from_json(calculation.plans_of_edition(ExchangePlan, edition).result).plans) + 1):
        chosen = planned_places(edition, number)
        assert chosen[0] == (hosts[first.host_id].slug, first.first_day)
        assert (chosen[1][0], chosen[2][1]) == (other.slug, date(2028, 6, 13))
    text = page_text(client.get(ADDRESS))
    assert ("locked" in text, "date or host chosen by hand" in text) == (True, True)
    client.post(f"{ADDRESS}unlock/{first.pk}/")
    assert calculation.plans_of_edition(ExchangePlan, edition).locked == []


def test_page_names_what_would_have_to_change(edition: Edition, staff: Any):
    target = edition.exchanges.earliest("first_day").target
    assert target is not None
    CalendarPeriodFactory(kind="closed", starts_on=date(2027, 5, 1), ends_on=date(2027, 9, 30))
    calculate(edition)
    text = page_text(browser(staff).get(ADDRESS))
    assert ("No plan is possible yet" in text, "takes place six weeks from its target" in text) == (True, True)
    assert ("Meet in a closed period" in text, "Hold Intertransfo 1 further from its target" in text) == (True, True)


def test_a_calculation_is_cancelled(edition: Edition, staff: Any):
    client = browser(staff)
    client.post(ADDRESS)
    plan = calculation.start_edition_calculation(model=ExchangePlan, by=None, at=AT)
    assert plan is not None
    client.post(ADDRESS)  # nothing changes
    assert actions.record_step(plans=[plan], step=2, by=None, at=AT)
    client.post(f"{ADDRESS}cancel/")
    assert not actions.record_step(plans=[plan], step=3, by=None, at=AT)
    assert not actions.finish_calculation(plan=plan, result={}, fingerprint="0" * 16, by=None, at=AT)
    assert calculation.plans_of_edition(ExchangePlan, edition).state == "new"
    calculate(edition)
    client.post(ADDRESS)
    client.post(f"{ADDRESS}cancel/")
    assert calculation.plans_of_edition(ExchangePlan, edition).state == "done"


def test_a_failure_is_recorded(edition: Edition, staff: Any, caplog: Any):
    calculation.request_edition_plans(model=ExchangePlan, edition=edition, at=AT, by=staff)
    plan = calculation.start_edition_calculation(model=ExchangePlan, by=None, at=AT)
    assert plan is not None
    actions.fail_calculation(plans=[plan], by=None)
    assert "The plans could not be calculated." in page_text(browser(staff).get(ADDRESS))


def test_page_of_intertransfos_has_a_fixed_number_of_statements(
    edition: Edition, staff: Any, django_assert_num_queries
):
    calculate(edition)
    client = browser(staff)
    client.get(ADDRESS)
    with django_assert_num_queries(8):
        client.get(ADDRESS)
    Exchange.objects.filter(edition=edition).exclude(number=1).update(state="cancelled", reason="Elections")
    with django_assert_num_queries(8):
        client.get(ADDRESS)


def test_pages_name_people_who_are_expected_in_two_cohorts_on_one_day(edition: Edition, staff: Any):
    metz, nantes = (Cohort.objects.get(slug=slug) for slug in ("metz", "nantes"))
    person = UserFactory(full_name="Sam Double")
    for cohort, state in ((metz, "draft"), (nantes, "scheduled")):
        MembershipFactory(cohort=cohort, user=person, role="resident", starts_on=date(2027, 1, 5))
        for number, day in (("1", date(2027, 3, 9)), ("2", date(2027, 3, 10) if cohort == metz else date(2027, 4, 1))):
            SessionFactory(cohort=cohort, number=number, state=state, date=day)
    text = page_text(browser(staff).get(ADDRESS))
    assert "9 March 2027 · Sam Double Metz, session 1 Nantes, session 1 Propose new days for Metz" in text
    assert ("10 March 2027 · Sam" in text, "Propose new days for Nantes" in text) == (False, False)
    reader = UserFactory(is_lab_staff=True, lab_role="reader")
    assert "Propose new days" not in page_text(browser(reader).get(ADDRESS))


class OtherOrder(frozenset[str]):
    """Zones in another order, as another process may have them."""

    def __repr__(self) -> str:
        return "in another order"


@pytest.mark.parametrize(
    ("route", "use", "number"), [("exchanges", "use_exchanges", [1]), ("weeks_together", "use_together", [])]
)
def test_others_find_no_draft_edition_and_readers_of_the_lab_use_no_plan(
    staff: Any, route: str, use: str, number: list[int]
):
    reader, other = browser(UserFactory(is_lab_staff=True, lab_role="reader")), browser(UserFactory())
    of_format = FormatFactory(programme__family="residency")
    running, draft = (EditionFactory(format=of_format, state=state).slug for state in ("running", "draft"))
    page, unseen = (reverse(f"planning:{route}", args=[slug]) for slug in (running, draft))
    chosen = reverse(f"planning:{use}", args=[running, *number])
    assert [reader.get(address).status_code for address in (page, unseen, chosen)] == [200, 200, 403]
    assert [other.get(address).status_code for address in (page, unseen, chosen)] == [403, 404, 403]
    assert browser(staff).get(chosen).status_code == 404  # nothing is calculated


def test_plans_are_up_to_date_in_another_process(edition: Edition):
    CalendarPeriodFactory(school_zone="A")
    planning = read_exchanges(calculation.plans_of_edition(ExchangePlan, edition), AT).planning
    periods = tuple(replace(row, zones=OtherOrder(row.zones)) for row in planning.periods)
    assert ExchangeInputs(planning).fingerprint == ExchangeInputs(replace(planning, periods=periods)).fingerprint


def test_results_of_editions_are_stored_as_they_were_found(edition: Edition):
    stored = {name: part for name, part in calculate(edition).result.items() if name != "host_reasons"}
    assert as_json(from_json(stored)) == stored
