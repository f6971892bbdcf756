"""Proposals of exchanges that an edition lacks: targets, windows, hosts, e-mails; repeated and at once."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import close_old_connections, connections

from cohorts.cohort.actions import withdraw_cohort
from cohorts.models import Cohort, SessionDay
from exchanges.calendar import BLOCKING_SLUGS
from exchanges.lifecycle.actions import cancel_exchange
from exchanges.models import Exchange, HostTurn
from exchanges.planning.actions import ExchangeProposal, move_exchange, plan_exchanges, propose_exchange
from notifications.models import Reminder
from programmes.models import Authority, CalendarPeriod, Edition
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, SessionFactory
from tests.factories.exchanges import ExchangeFactory, edition_of_four
from tests.factories.programmes import FormatFactory
from web.errors import DomainError

AT = datetime(2027, 1, 5, 8, tzinfo=UTC)
TARGETS = [date(2027, 7, 5), date(2028, 1, 5), date(2028, 7, 5), date(2029, 1, 4)]


def run_planning(edition: Edition) -> list[ExchangeProposal]:
    return plan_exchanges(edition=edition, at=AT)


def agreed_edition(starts_on: date) -> Edition:
    """Return an edition of four cohorts that have agreed and start on that day; none of them runs yet."""
    edition = edition_of_four(state="open")
    authorities = {cohort.slug: (cohort.name, cohort.authority) for cohort in Cohort.objects.all()}
    Cohort.objects.all().delete()
    for slug, (name, authority) in authorities.items():
        CohortFactory(
            edition=edition,
            authority=authority,
            name=name,
            slug=slug,
            state="agreed",
            planned_start=starts_on,
            planned_end=date(2029, 1, 4),
            actual_start=None,
        )
    return edition


def refusal_of(**change: object) -> tuple[str | None, str]:
    with pytest.raises(DomainError) as caught:
        propose_exchange(**change)
    return caught.value.field, str(caught.value)


class TestFourCohortsOverTwoYears:
    def test_exchanges_at_6_12_18_and_24_months(self, edition: Edition):
        assert [proposal.target for proposal in run_planning(edition)] == TARGETS

    def test_each_exchange_is_within_six_weeks_of_its_target(self, edition: Edition):
        assert all(abs(proposal.window.distance) <= 42 for proposal in run_planning(edition))

    def test_proposed_days_have_no_objection(self, edition: Edition):
        slugs = {reason.slug for proposal in run_planning(edition) for reason in proposal.window.against}
        assert slugs <= {"far_from_target"}

    def test_each_cohort_hosts_once_beginning_with_the_one_nearest_to_all(self, edition: Edition):
        assert [proposal.host.name for proposal in run_planning(edition)] == ["Nantes", "Metz", "Dunkerque", "Toulouse"]

    def test_exchanges_are_numbered_in_order(self, edition: Edition):
        run_planning(edition)
        rows = Exchange.objects.order_by("first_day").values_list("number", "state", "days", "version")
        assert list(rows) == [
            (1, "proposed", 2, 1),
            (2, "proposed", 2, 1),
            (3, "proposed", 2, 1),
            (4, "proposed", 2, 1),
        ]

    def test_turns_record_the_rota(self, edition: Edition):
        run_planning(edition)
        turns = HostTurn.objects.order_by("order").values_list("cohort__slug", "exchange__number", "served")
        assert list(turns) == [
            ("nantes", 1, False),
            ("metz", 2, False),
            ("dunkerque", 3, False),
            ("toulouse", 4, False),
        ]

    def test_reasons_are_stored_as_slugs_and_figures(self, edition: Edition):
        run_planning(edition)
        why = Exchange.objects.get(number=1).why
        assert why["host"] == {
            "reason": "least_travel",
            "turns": 0,
            "last_hosted": None,
            "level": 4,
            "runner_up": "metz",
            "travel": 2 * (511 + 611 + 465),
        }
        assert [reason["slug"] for reason in why["window"]["for"]] == [
            "no_school_holiday",
            "no_session",
            "midweek",
            "near_target",
        ]

    def test_dry_run_returns_the_same_and_writes_nothing(self, edition: Edition):
        foreseen = plan_exchanges(edition=edition, at=AT, dry_run=True)
        assert Exchange.objects.count() == 0
        assert [(one.first_day, one.host) for one in foreseen] == [
            (one.first_day, one.host) for one in run_planning(edition)
        ]

    def test_planning_twice_adds_nothing(self, edition: Edition):
        run_planning(edition)
        assert (run_planning(edition), Exchange.objects.count(), HostTurn.objects.count()) == ([], 4, 4)

    def test_five_targets_begin_a_second_round_of_four(self, db: None):
        edition = edition_of_four(format=FormatFactory(exchange_interval_months=5), ends_on=date(2029, 3, 4))
        hosts = [proposal.host.name for proposal in run_planning(edition)]
        assert hosts == ["Nantes", "Metz", "Dunkerque", "Toulouse", "Nantes"]
        assert Exchange.objects.get(number=5).why["host"]["reason"] == "next_round"


class TestUpcomingTargets:
    def test_only_upcoming_targets_are_planned(self, edition: Edition):
        late = plan_exchanges(edition=edition, at=datetime(2027, 8, 1, tzinfo=UTC))
        assert [(proposal.number, proposal.target) for proposal in late] == list(enumerate(TARGETS[1:], start=1))

    def test_no_window_is_proposed_in_the_past(self, edition: Edition):
        (first, *_) = plan_exchanges(edition=edition, at=datetime(2027, 7, 1, 8, tzinfo=UTC))
        assert first.first_day > date(2027, 7, 1)

    def test_an_exchange_that_moved_keeps_its_target(self, edition: Edition):
        run_planning(edition)
        first = Exchange.objects.get(number=1)
        move_exchange(exchange=first, first_day=date(2027, 9, 14), days=2, at=AT, by=UserFactory())
        assert run_planning(edition) == []

    def test_a_cancelled_exchange_is_not_proposed_again(self, edition: Edition):
        run_planning(edition)
        cancel_exchange(exchange=Exchange.objects.get(number=1), reason="Elections", at=AT, by=UserFactory())
        assert run_planning(edition) == []

    def test_exchange_proposed_by_hand_counts_for_its_target(self, edition: Edition):
        by_hand = {"host": Cohort.objects.get(slug="toulouse"), "first_day": date(2027, 6, 22), "days": 2}
        exchange = propose_exchange(edition=edition, **by_hand, at=AT, by=UserFactory())
        assert exchange.target == TARGETS[0]
        assert [(proposal.number, proposal.target) for proposal in run_planning(edition)] == list(
            enumerate(TARGETS[1:], start=2)
        )

    def test_corrected_start_does_not_double_exchanges(self, edition: Edition):
        run_planning(edition)
        edition.starts_on = date(2027, 1, 12)
        edition.save()
        assert run_planning(edition) == []

    @pytest.mark.parametrize("state", ["draft", "closed", "archived"])
    def test_only_open_and_running_editions_are_planned(self, db: None, state: str):
        assert run_planning(edition_of_four(state=state)) == []

    def test_a_format_without_interval_has_no_exchanges(self, db: None):
        assert run_planning(edition_of_four(format=FormatFactory(exchange_interval_months=None))) == []

    def test_edition_without_cohorts_gets_no_proposal(self, edition: Edition):
        Cohort.objects.all().update(state="withdrawn", reason="The whole edition is put off")
        assert run_planning(edition) == []


class TestHosts:
    def test_cohort_that_has_hosted_comes_last(self, edition: Edition):
        held = {"edition": edition, "number": 1, "first_day": date(2027, 1, 12), "state": "held"}
        ExchangeFactory(**held, host=Cohort.objects.get(slug="dunkerque"))
        assert [proposal.host.name for proposal in run_planning(edition)] == ["Nantes", "Metz", "Toulouse", "Dunkerque"]

    def test_agreed_cohorts_can_host(self, db: None):
        edition = edition_of_four(state="open")
        Cohort.objects.filter(slug="metz").delete()
        CohortFactory(edition=edition, name="Metz", slug="metz", state="agreed")
        assert [proposal.host.name for proposal in run_planning(edition)] == ["Nantes", "Metz", "Dunkerque", "Toulouse"]

    @pytest.mark.parametrize("state", ["suspended", "withdrawn"])
    def test_other_cohorts_do_not_host(self, edition: Edition, state: str):
        CohortFactory(edition=edition, name="Aurillac", state=state, reason="Elections")
        assert "Aurillac" not in {proposal.host.name for proposal in run_planning(edition)}

    def test_a_prospect_is_proposed_as_host_and_its_turn_passes_on_when_it_withdraws(self, edition: Edition):
        Cohort.objects.exclude(slug="metz").update(state="withdrawn", reason="The whole edition is put off")
        aurillac = CohortFactory(edition=edition, name="Aurillac", state="prospect", actual_start=None)
        run_planning(edition)
        assert set(Exchange.objects.values_list("host__name", flat=True)) == {"Aurillac", "Metz"}
        withdraw_cohort(cohort=aurillac, reason="Elections", at=AT, by=None)
        assert set(Exchange.objects.values_list("host__name", flat=True)) == {"Metz"}

    def test_cohort_hosts_only_from_its_start_on(self, db: None):
        edition = agreed_edition(date(2027, 10, 1))
        Cohort.objects.filter(slug="toulouse").update(planned_start=date(2027, 1, 5))
        proposals = run_planning(edition)
        assert [proposal.host.name for proposal in proposals] == ["Toulouse", "Nantes", "Metz", "Dunkerque"]
        assert [proposal.choice.reason for proposal in proposals] == [
            "others_start_later",
            "least_travel",
            "least_travel",
            "only_one_left",
        ]

    def test_before_the_first_cohort_starts_nobody_hosts(self, db: None):
        assert [proposal.target for proposal in run_planning(agreed_edition(date(2027, 10, 1)))] == TARGETS[1:]

    def test_host_is_not_proposed_for_days_before_its_start(self, db: None):
        assert run_planning(agreed_edition(date(2027, 7, 1)))[0].first_day >= date(2027, 7, 1)


class TestWindows:
    def test_session_of_a_cohort_moves_the_window(self, edition: Edition):
        before = plan_exchanges(edition=edition, at=AT, dry_run=True)[0].first_day
        SessionFactory(cohort=Cohort.objects.get(slug="metz"), date=before)
        assert plan_exchanges(edition=edition, at=AT, dry_run=True)[0].first_day != before

    def test_cancelled_session_does_not_move_the_window(self, edition: Edition):
        before = plan_exchanges(edition=edition, at=AT, dry_run=True)[0].first_day
        SessionFactory(cohort=Cohort.objects.get(slug="metz"), date=before, state="cancelled")
        assert plan_exchanges(edition=edition, at=AT, dry_run=True)[0].first_day == before
        assert SessionDay.objects.count() == 1

    def test_closed_period_of_the_lab_stays_free(self, edition: Edition):
        CalendarPeriod.objects.create(
            name="Summer school", kind="closed", starts_on=date(2027, 6, 1), ends_on=date(2027, 7, 9)
        )
        assert run_planning(edition)[0].first_day < date(2027, 6, 1)

    def test_nothing_is_proposed_if_everything_is_closed(self, edition: Edition):
        CalendarPeriod.objects.create(
            name="Moving house", kind="closed", starts_on=date(2027, 5, 1), ends_on=date(2027, 9, 30)
        )
        assert [proposal.target for proposal in run_planning(edition)] == TARGETS[1:]


class TestUnknownSchoolHolidays:
    def test_unknown_school_holidays_count_against_every_window(self, edition: Edition):
        Authority.objects.filter(slug="ville-metz").update(school_zone="")
        window = run_planning(edition)[0].window
        assert [(reason.slug, reason.participants) for reason in window.against] == [
            ("unknown_school_calendar", ("metz",))
        ]
        assert "no_school_holiday" not in [reason.slug for reason in window.in_favour]

    def test_own_school_calendar_counts_once_it_is_in_the_table(self, edition: Edition):
        Authority.objects.filter(slug="ville-metz").update(school_zone="", holiday_subdivision="974")
        CalendarPeriod.objects.create(
            name="Vacances",
            kind="school_holiday",
            starts_on=date(2027, 5, 8),
            ends_on=date(2027, 5, 23),
            holiday_subdivision="974",
        )
        assert "no_school_holiday" in [reason.slug for reason in run_planning(edition)[0].window.in_favour]


class TestWithinTheEdition:
    """Twenty-four months from 1 September 2026: the last target is 31 August 2028, in the middle of the summer."""

    @pytest.fixture
    def autumn(self, db: None) -> Edition:
        edition = edition_of_four(starts_on=date(2026, 9, 1), ends_on=date(2028, 8, 31))
        Cohort.objects.all().update(planned_start=date(2026, 9, 1), planned_end=date(2028, 8, 31))
        return edition

    def test_no_window_is_after_the_end(self, autumn: Edition):
        proposals = plan_exchanges(edition=autumn, at=datetime(2026, 11, 28, 8, tzinfo=UTC))
        assert [(proposal.target, proposal.window.days[-1] <= date(2028, 8, 31)) for proposal in proposals] == [
            (date(2027, 3, 1), True),
            (date(2027, 9, 1), True),
            (date(2028, 3, 1), True),
            (date(2028, 8, 31), True),
        ]

    def test_last_target_in_the_closed_season_gets_an_earlier_window(self, autumn: Edition):
        last = plan_exchanges(edition=autumn, at=datetime(2026, 11, 28, 8, tzinfo=UTC))[-1].window
        assert date(2028, 6, 8) <= last.start <= last.days[-1] < date(2028, 7, 10)
        assert [reason.slug for reason in last.against] == ["far_from_target"]

    def test_exchange_by_hand_before_the_summer_counts_for_the_last_target(self, autumn: Edition):
        at = datetime(2026, 11, 28, 8, tzinfo=UTC)
        host = Cohort.objects.get(slug="metz")
        by_hand = propose_exchange(
            edition=autumn, host=host, first_day=date(2028, 6, 13), days=2, at=at, by=UserFactory()
        )
        assert by_hand.target == date(2028, 8, 31)
        assert [proposal.target for proposal in plan_exchanges(edition=autumn, at=at)] == [
            date(2027, 3, 1),
            date(2027, 9, 1),
            date(2028, 3, 1),
        ]


class TestByHand:
    @pytest.fixture
    def change(self, edition: Edition) -> dict[str, object]:
        host = Cohort.objects.get(slug="metz")
        return {
            "edition": edition,
            "host": host,
            "first_day": date(2027, 6, 8),
            "days": 2,
            "at": AT,
            "by": UserFactory(),
        }

    def test_proposal_by_hand_gets_the_next_number_and_turn(self, change: dict[str, object]):
        propose_exchange(**change)
        second = propose_exchange(
            **change | {"first_day": date(2027, 11, 16), "host": Cohort.objects.get(slug="nantes"), "theme": "Elected"}
        )
        assert (second.number, second.turn.order, second.theme, second.why) == (
            2,
            2,
            "Elected",
            {"host": {"reason": "by_hand"}},
        )

    def test_proposal_far_from_any_target_has_none(self, change: dict[str, object]):
        assert propose_exchange(**change | {"first_day": date(2027, 4, 6)}).target is None

    @pytest.mark.parametrize(
        ("first_day", "message"),
        [
            (date(2027, 1, 5), "Choose a day after today."),
            (date(2026, 6, 9), "This day is past: choose one to come."),
            (date(2029, 1, 4), "These days are outside the edition: choose days before its end."),
            (date(2027, 6, 5), "These days touch a weekend: choose others."),
            (date(2027, 5, 5), "These days touch a public holiday at the host: choose others."),
            (
                date(2027, 7, 20),
                "No Intertransfo takes place from 10 July to 31 August or from 15 December to 2 January."
                " Choose other days.",
            ),
        ],
    )
    def test_impossible_days_are_refused(self, change: dict[str, object], first_day: date, message: str):
        assert refusal_of(**change | {"first_day": first_day}) == ("first_day", message)

    def test_days_of_another_exchange_are_refused(self, change: dict[str, object]):
        propose_exchange(**change)
        other = change | {"host": Cohort.objects.get(slug="nantes"), "first_day": date(2027, 6, 9)}
        assert refusal_of(**other)[0] == "first_day"

    @pytest.mark.parametrize("days", [0, 11])
    def test_too_few_or_too_many_days_are_refused(self, change: dict[str, object], days: int):
        assert refusal_of(**change | {"days": days})[0] == "days"

    def test_host_of_another_edition_is_refused(self, change: dict[str, object]):
        assert refusal_of(**change | {"host": CohortFactory()})[0] == "host"

    def test_second_turn_before_the_others_needs_a_reason(self, change: dict[str, object]):
        propose_exchange(**change)
        again = change | {"first_day": date(2027, 11, 16)}
        assert refusal_of(**again)[0] == "host"
        assert (
            propose_exchange(**again, swap_reason="Everyone asked for it").turn.swap_reason == "Everyone asked for it"
        )

    def test_a_refused_proposal_leaves_nothing_behind(self, change: dict[str, object]):
        propose_exchange(**change)
        refusal_of(**change | {"first_day": date(2027, 11, 16)})
        assert (Exchange.objects.count(), Reminder.objects.values("object_id").distinct().count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_runs_create_nothing_twice():
    edition = edition_of_four()
    gate, counts = threading.Barrier(4), []

    def plan() -> None:
        close_old_connections()
        try:
            gate.wait(60)
            counts.append(len(plan_exchanges(edition=edition, at=AT)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 0, 4]
    assert (Exchange.objects.count(), HostTurn.objects.count()) == (4, 4)


def test_every_blocking_slug_has_a_message():
    from exchanges.planning.date_checks import BLOCKED_MESSAGES

    assert set(BLOCKED_MESSAGES) == BLOCKING_SLUGS


class TestTurnsByHand:
    """Turns given by hand disturb the rota: planning goes on, and the turn records the reason."""

    def propose(self, edition: Edition, host: str, first_day: date, reason: str = "") -> Exchange:
        return propose_exchange(
            edition=edition,
            host=Cohort.objects.get(slug=host),
            first_day=first_day,
            days=2,
            swap_reason=reason,
            at=datetime(2027, 1, 5, 8, tzinfo=UTC),
            by=UserFactory(is_lab_staff=True),
        )

    def test_cohort_that_hosts_again_early_has_a_reason(self, edition: Edition):
        Cohort.objects.filter(slug="metz").update(state="withdrawn", reason="Elections")
        self.propose(edition, "nantes", date(2027, 6, 15))
        self.propose(edition, "toulouse", date(2028, 12, 5))
        plan_exchanges(edition=edition, at=datetime(2027, 1, 5, 8, tzinfo=UTC))
        turns = HostTurn.objects.order_by("exchange__first_day").values_list("cohort__slug", "swap_reason")
        assert list(turns) == [
            ("nantes", ""),
            ("dunkerque", ""),
            ("nantes", "Turns that were chosen by hand changed the order of the others."),
            ("toulouse", ""),
        ]

    def test_turn_by_hand_between_planned_turns_needs_a_reason(self, edition: Edition):
        plan_exchanges(edition=edition, at=datetime(2027, 1, 5, 8, tzinfo=UTC))
        with pytest.raises(DomainError, match="another one will not: write why this cohort hosts again") as caught:
            self.propose(edition, "nantes", date(2027, 10, 12))
        assert caught.value.field == "host"
        assert self.propose(edition, "nantes", date(2027, 10, 12), "An extra meeting").host.slug == "nantes"
