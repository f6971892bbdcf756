"""Proposing the exchanges an edition lacks: targets, windows, hosts, letters; twice and at once."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import close_old_connections, connections

from cohorts.models import Cohort, SessionDay
from exchanges.calendar import BLOCKING_SLUGS
from exchanges.lifecycle.actions import cancel_exchange
from exchanges.models import Exchange, HostTurn
from exchanges.planning.actions import Proposal, move_exchange, plan_exchanges, propose_exchange
from notifications.models import Reminder
from programmes.models import Authority, CalendarPeriod, Edition
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, SessionFactory
from tests.factories.exchanges import ExchangeFactory, edition_of_four
from tests.factories.programmes import FormatFactory
from web.errors import DomainError

AT = datetime(2027, 1, 5, 8, tzinfo=UTC)
TARGETS = [date(2027, 7, 5), date(2028, 1, 5), date(2028, 7, 5), date(2029, 1, 4)]


def planned(edition: Edition) -> list[Proposal]:
    return plan_exchanges(edition=edition, at=AT)


def agreed_edition(starts_on: date) -> Edition:
    """Four cohorts that have agreed and start on that day; none of them runs yet."""
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


def refused(**change: object) -> tuple[str | None, str]:
    with pytest.raises(DomainError) as caught:
        propose_exchange(**change)
    return caught.value.field, str(caught.value)


class TestFourCohortsOverTwoYears:
    def test_exchanges_at_6_12_18_and_24_months(self, edition: Edition):
        assert [proposal.target for proposal in planned(edition)] == TARGETS

    def test_each_within_six_weeks_of_its_target(self, edition: Edition):
        assert all(abs(proposal.window.distance) <= 42 for proposal in planned(edition))

    def test_on_days_without_any_objection(self, edition: Edition):
        slugs = {reason.slug for proposal in planned(edition) for reason in proposal.window.against}
        assert slugs <= {"far_from_target"}

    def test_each_cohort_hosts_once_the_nearest_to_all_first_as_nobody_has_hosted_yet(self, edition: Edition):
        assert [proposal.host.name for proposal in planned(edition)] == ["Nantes", "Metz", "Dunkerque", "Toulouse"]

    def test_they_are_numbered_in_order(self, edition: Edition):
        planned(edition)
        rows = Exchange.objects.order_by("first_day").values_list("number", "state", "days", "version")
        assert list(rows) == [
            (1, "proposed", 2, 1),
            (2, "proposed", 2, 1),
            (3, "proposed", 2, 1),
            (4, "proposed", 2, 1),
        ]

    def test_the_rota_says_whose_turn_it_is(self, edition: Edition):
        planned(edition)
        turns = HostTurn.objects.order_by("order").values_list("cohort__slug", "exchange__number", "served")
        assert list(turns) == [
            ("nantes", 1, False),
            ("metz", 2, False),
            ("dunkerque", 3, False),
            ("toulouse", 4, False),
        ]

    def test_the_reasons_are_kept_as_slugs_and_figures(self, edition: Edition):
        planned(edition)
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

    def test_a_dry_run_says_the_same_and_writes_nothing(self, edition: Edition):
        foreseen = plan_exchanges(edition=edition, at=AT, dry_run=True)
        assert Exchange.objects.count() == 0
        assert [(one.first_day, one.host) for one in foreseen] == [
            (one.first_day, one.host) for one in planned(edition)
        ]

    def test_planning_twice_adds_nothing(self, edition: Edition):
        planned(edition)
        assert (planned(edition), Exchange.objects.count(), HostTurn.objects.count()) == ([], 4, 4)

    def test_five_targets_begin_a_second_round_of_four(self, db: None):
        edition = edition_of_four(format=FormatFactory(exchange_interval_months=5), ends_on=date(2029, 3, 4))
        hosts = [proposal.host.name for proposal in planned(edition)]
        assert hosts == ["Nantes", "Metz", "Dunkerque", "Toulouse", "Nantes"]
        assert Exchange.objects.get(number=5).why["host"]["reason"] == "next_round"


class TestWhatIsAhead:
    def test_only_targets_still_ahead_are_planned(self, edition: Edition):
        late = plan_exchanges(edition=edition, at=datetime(2027, 8, 1, tzinfo=UTC))
        assert [(proposal.number, proposal.target) for proposal in late] == list(enumerate(TARGETS[1:], start=1))

    def test_no_window_is_proposed_in_the_past(self, edition: Edition):
        (first, *_) = plan_exchanges(edition=edition, at=datetime(2027, 7, 1, 8, tzinfo=UTC))
        assert first.first_day > date(2027, 7, 1)

    def test_an_exchange_that_moved_keeps_its_target(self, edition: Edition):
        planned(edition)
        first = Exchange.objects.get(number=1)
        move_exchange(exchange=first, first_day=date(2027, 9, 14), days=2, at=AT, by=UserFactory())
        assert planned(edition) == []

    def test_a_cancelled_exchange_is_not_proposed_again(self, edition: Edition):
        planned(edition)
        cancel_exchange(exchange=Exchange.objects.get(number=1), reason="Elections", at=AT, by=UserFactory())
        assert planned(edition) == []

    def test_an_exchange_proposed_by_hand_serves_its_target(self, edition: Edition):
        by_hand = {"host": Cohort.objects.get(slug="toulouse"), "first_day": date(2027, 6, 22), "days": 2}
        exchange = propose_exchange(edition=edition, **by_hand, at=AT, by=UserFactory())
        assert exchange.target == TARGETS[0]
        assert [(proposal.number, proposal.target) for proposal in planned(edition)] == list(
            enumerate(TARGETS[1:], start=2)
        )

    def test_a_corrected_start_does_not_double_what_is_planned(self, edition: Edition):
        planned(edition)
        edition.starts_on = date(2027, 1, 12)
        edition.save()
        assert planned(edition) == []

    @pytest.mark.parametrize("state", ["draft", "closed", "archived"])
    def test_only_open_and_running_editions_are_planned(self, db: None, state: str):
        assert planned(edition_of_four(state=state)) == []

    def test_a_format_without_interval_has_no_exchanges(self, db: None):
        assert planned(edition_of_four(format=FormatFactory(exchange_interval_months=None))) == []

    def test_an_edition_without_cohorts_waits_for_them(self, edition: Edition):
        Cohort.objects.all().update(state="withdrawn", reason="The whole edition is put off")
        assert planned(edition) == []


class TestHosts:
    def test_who_has_hosted_comes_last(self, edition: Edition):
        held = {"edition": edition, "number": 1, "first_day": date(2027, 1, 12), "state": "held"}
        ExchangeFactory(**held, host=Cohort.objects.get(slug="dunkerque"))
        assert [proposal.host.name for proposal in planned(edition)] == ["Nantes", "Metz", "Toulouse", "Dunkerque"]

    def test_cohorts_that_agreed_are_counted_on(self, db: None):
        edition = edition_of_four(state="open")
        Cohort.objects.filter(slug="metz").delete()
        CohortFactory(edition=edition, name="Metz", slug="metz", state="agreed")
        assert [proposal.host.name for proposal in planned(edition)] == ["Nantes", "Metz", "Dunkerque", "Toulouse"]

    @pytest.mark.parametrize("state", ["prospect", "suspended", "withdrawn"])
    def test_others_do_not_host(self, edition: Edition, state: str):
        CohortFactory(edition=edition, name="Aurillac", state=state, reason="Elections")
        assert "Aurillac" not in {proposal.host.name for proposal in planned(edition)}

    def test_an_edition_of_prospects_waits_for_the_first_agreement(self, edition: Edition):
        Cohort.objects.all().update(state="withdrawn", reason="The whole edition is put off")
        aurillac = CohortFactory(edition=edition, name="Aurillac", state="prospect", actual_start=None)
        assert planned(edition) == []
        Cohort.objects.filter(pk=aurillac.pk).update(state="agreed")
        assert {proposal.host.name for proposal in planned(edition)} == {"Aurillac"}

    def test_a_cohort_that_starts_later_hosts_only_from_then_on(self, db: None):
        edition = agreed_edition(date(2027, 10, 1))
        Cohort.objects.filter(slug="toulouse").update(planned_start=date(2027, 1, 5))
        proposals = planned(edition)
        assert [proposal.host.name for proposal in proposals] == ["Toulouse", "Nantes", "Metz", "Dunkerque"]
        assert [proposal.choice.reason for proposal in proposals] == [
            "others_start_later",
            "least_travel",
            "least_travel",
            "only_one_left",
        ]

    def test_before_the_first_cohort_starts_nobody_hosts(self, db: None):
        assert [proposal.target for proposal in planned(agreed_edition(date(2027, 10, 1)))] == TARGETS[1:]

    def test_a_host_is_not_asked_for_days_before_it_starts(self, db: None):
        assert planned(agreed_edition(date(2027, 7, 1)))[0].first_day >= date(2027, 7, 1)


class TestWindows:
    def test_a_session_of_a_cohort_drives_the_exchange_away(self, edition: Edition):
        before = plan_exchanges(edition=edition, at=AT, dry_run=True)[0].first_day
        SessionFactory(cohort=Cohort.objects.get(slug="metz"), date=before)
        assert plan_exchanges(edition=edition, at=AT, dry_run=True)[0].first_day != before

    def test_a_cancelled_session_does_not(self, edition: Edition):
        before = plan_exchanges(edition=edition, at=AT, dry_run=True)[0].first_day
        SessionFactory(cohort=Cohort.objects.get(slug="metz"), date=before, state="cancelled")
        assert plan_exchanges(edition=edition, at=AT, dry_run=True)[0].first_day == before
        assert SessionDay.objects.count() == 1

    def test_a_closed_period_of_the_lab_is_kept_free(self, edition: Edition):
        CalendarPeriod.objects.create(
            name="Summer school", kind="closed", starts_on=date(2027, 6, 1), ends_on=date(2027, 7, 9)
        )
        assert planned(edition)[0].first_day < date(2027, 6, 1)

    def test_where_everything_is_closed_nothing_is_proposed(self, edition: Edition):
        CalendarPeriod.objects.create(
            name="Moving house", kind="closed", starts_on=date(2027, 5, 1), ends_on=date(2027, 9, 30)
        )
        assert [proposal.target for proposal in planned(edition)] == TARGETS[1:]


class TestUnknownSchoolHolidays:
    def test_they_speak_against_every_window_and_nothing_claims_that_there_are_none(self, edition: Edition):
        Authority.objects.filter(slug="ville-metz").update(school_zone="")
        window = planned(edition)[0].window
        assert [(reason.slug, reason.participants) for reason in window.against] == [
            ("unknown_school_calendar", ("metz",))
        ]
        assert "no_school_holiday" not in [reason.slug for reason in window.for_]

    def test_a_calendar_of_its_own_is_known_once_it_is_in_the_table(self, edition: Edition):
        Authority.objects.filter(slug="ville-metz").update(school_zone="", holiday_subdivision="974")
        CalendarPeriod.objects.create(
            name="Vacances",
            kind="school_holiday",
            starts_on=date(2027, 5, 8),
            ends_on=date(2027, 5, 23),
            holiday_subdivision="974",
        )
        assert "no_school_holiday" in [reason.slug for reason in planned(edition)[0].window.for_]


class TestWithinTheEdition:
    """Twenty-four months from 1 September 2026: the last target is 31 August 2028, in the middle of the summer."""

    @pytest.fixture
    def autumn(self, db: None) -> Edition:
        edition = edition_of_four(starts_on=date(2026, 9, 1), ends_on=date(2028, 8, 31))
        Cohort.objects.all().update(planned_start=date(2026, 9, 1), planned_end=date(2028, 8, 31))
        return edition

    def test_no_window_lies_after_the_end(self, autumn: Edition):
        proposals = plan_exchanges(edition=autumn, at=datetime(2026, 11, 28, 8, tzinfo=UTC))
        assert [(proposal.target, proposal.window.days[-1] <= date(2028, 8, 31)) for proposal in proposals] == [
            (date(2027, 3, 1), True),
            (date(2027, 9, 1), True),
            (date(2028, 3, 1), True),
            (date(2028, 8, 31), True),
        ]

    def test_a_last_target_in_the_closed_season_is_served_before_it(self, autumn: Edition):
        last = plan_exchanges(edition=autumn, at=datetime(2026, 11, 28, 8, tzinfo=UTC))[-1].window
        assert date(2028, 6, 8) <= last.start <= last.days[-1] < date(2028, 7, 10)
        assert [reason.slug for reason in last.against] == ["far_from_target"]

    def test_an_exchange_chosen_by_hand_before_the_summer_serves_the_last_target(self, autumn: Edition):
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

    def test_it_takes_the_next_number_and_its_host_the_next_turn(self, change: dict[str, object]):
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

    def test_far_from_any_target_it_has_none(self, change: dict[str, object]):
        assert propose_exchange(**change | {"first_day": date(2027, 4, 6)}).target is None

    @pytest.mark.parametrize(
        ("first_day", "said"),
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
    def test_days_it_cannot_take(self, change: dict[str, object], first_day: date, said: str):
        assert refused(**change | {"first_day": first_day}) == ("first_day", said)

    def test_nor_days_of_another_exchange(self, change: dict[str, object]):
        propose_exchange(**change)
        other = change | {"host": Cohort.objects.get(slug="nantes"), "first_day": date(2027, 6, 9)}
        assert refused(**other)[0] == "first_day"

    @pytest.mark.parametrize("days", [0, 11])
    def test_nor_too_few_or_too_many(self, change: dict[str, object], days: int):
        assert refused(**change | {"days": days})[0] == "days"

    def test_nor_a_host_of_another_edition(self, change: dict[str, object]):
        assert refused(**change | {"host": CohortFactory()})[0] == "host"

    def test_a_second_turn_before_the_others_needs_a_reason(self, change: dict[str, object]):
        propose_exchange(**change)
        again = change | {"first_day": date(2027, 11, 16)}
        assert refused(**again)[0] == "host"
        assert (
            propose_exchange(**again, swap_reason="Everyone asked for it").turn.swap_reason == "Everyone asked for it"
        )

    def test_a_refused_proposal_leaves_nothing_behind(self, change: dict[str, object]):
        propose_exchange(**change)
        refused(**change | {"first_day": date(2027, 11, 16)})
        assert (Exchange.objects.count(), Reminder.objects.values("object_id").distinct().count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_create_nothing_twice():
    edition = edition_of_four()
    gate, found = threading.Barrier(4), []

    def plan() -> None:
        close_old_connections()
        try:
            gate.wait(10)
            found.append(len(plan_exchanges(edition=edition, at=AT)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=plan) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0, 0, 0, 4]
    assert (Exchange.objects.count(), HostTurn.objects.count()) == (4, 4)


def test_what_blocks_has_its_sentence():
    from exchanges.planning.date_checks import BLOCKED

    assert set(BLOCKED) == BLOCKING_SLUGS


class TestChosenByHand:
    """Turns that the lab gave before lie in the rota's way: it goes on, and the turn says why."""

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

    def test_whoever_hosts_again_before_the_last_one_has_a_reason(self, edition: Edition):
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

    def test_between_two_turns_of_the_plan_the_lab_writes_one(self, edition: Edition):
        plan_exchanges(edition=edition, at=datetime(2027, 1, 5, 8, tzinfo=UTC))
        with pytest.raises(DomainError, match="another one will not: write the reason for the swap") as caught:
            self.propose(edition, "nantes", date(2027, 10, 12))
        assert caught.value.field == "host"
        assert self.propose(edition, "nantes", date(2027, 10, 12), "An extra meeting").host.slug == "nantes"
