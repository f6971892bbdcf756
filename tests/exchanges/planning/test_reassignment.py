"""A host that drops out: who takes its turn, who moves up, who is informed; the next in line at 18 weeks."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from accounts.models import User
from cohorts.cohort.actions import suspend_cohort, withdraw_cohort
from cohorts.models import Cohort
from exchanges.lifecycle.actions import announce_exchange
from exchanges.models import Exchange, HostTurn
from exchanges.planning.actions import (
    ask_next_host,
    confirm_host,
    give_turn_back,
    move_exchange,
    plan_exchanges,
    propose_exchange,
    swap_host,
)
from exchanges.planning.planning_context import load_planning_context
from exchanges.planning.reassignment import moved_turns, next_in_line
from notifications.models import Reminder
from notifications.sending.cycle import send_round
from programmes.models import Edition
from tests.concurrency import run_at_once
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import edition_of_four, edition_with_exchanges, format_with_reminder_schedule
from tests.factories.snapshots import built_once
from web.errors import DomainError

AT = datetime(2027, 1, 5, 8, tzinfo=UTC)
PLANNED = ["nantes", "metz", "dunkerque", "toulouse"]


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True, email="lab@people.example", language="en")


@pytest.fixture
def rota(db: None) -> Edition:
    """Return an edition with four planned exchanges, hosted by Nantes, Metz, Dunkerque and Toulouse."""
    return edition_with_exchanges(AT)


def exchange_at(number: int) -> Exchange:
    return Exchange.objects.get(number=number)


def cohort(slug: str) -> Cohort:
    return Cohort.objects.get(slug=slug)


def hosts() -> list[str]:
    return list(Exchange.objects.order_by("number").values_list("host__slug", flat=True))


def why(number: int) -> tuple[str, str]:
    reason = exchange_at(number).why["host"]
    return reason["reason"], reason["before"]


def announcements(number: int) -> list[str]:
    """Return the types of the announcements about the exchange in every version."""
    rows = Reminder.objects.filter(object_id=exchange_at(number).pk, event_day=None).order_by("version", "email_type")
    return list(rows.values_list("email_type", flat=True))


def refusal_of(action: Callable[[], object]) -> tuple[str | None, str]:
    with pytest.raises(DomainError) as caught:
        action()
    return caught.value.field, str(caught.value)


def test_fixture_rota_is_as_documented(rota: Edition):
    assert hosts() == PLANNED


class TestWithdrawn:
    def test_next_in_line_takes_the_turn_and_the_last_turn_begins_another_round(self, rota: Edition, staff: User):
        """Without Metz, Toulouse is nearer to all than Dunkerque."""
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert hosts() == ["nantes", "toulouse", "dunkerque", "nantes"]

    def test_each_moved_turn_has_its_reason(self, rota: Edition, staff: User):
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert [why(2), why(4)] == [("dropped_out", "Metz"), ("moved_up", "Metz")]
        turns = HostTurn.objects.order_by("order").values_list("cohort__slug", "swap_reason")
        assert list(turns) == [
            ("nantes", ""),
            ("toulouse", "Elections"),
            ("dunkerque", ""),
            ("nantes", "Elections"),
        ]

    def test_lab_is_informed_once_of_the_lost_turn(self, rota: Edition, staff: User):
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert [announcements(number) for number in (1, 2, 3, 4)] == [
            [],
            ["exchange_changed", "exchange_host_replaced"],
            [],
            ["exchange_changed"],
        ]

    def test_emails_move_to_the_new_host(self, rota: Edition, staff: User):
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        rows = Reminder.objects.filter(object_id=exchange_at(2).pk, state="planned", event_day__isnull=False)
        assert set(rows.values_list("version", flat=True)) == {2} == {exchange_at(2).version}

    def test_new_host_must_confirm_although_the_previous_had(self, rota: Edition, staff: User):
        confirm_host(exchange=exchange_at(2), at=AT, by=staff)
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert (exchange_at(2).state, exchange_at(2).host.slug) == ("proposed", "toulouse")

    def test_hosts_that_confirmed_keep_their_turn(self, rota: Edition, staff: User):
        confirm_host(exchange=exchange_at(3), at=AT, by=staff)
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert hosts() == ["nantes", "toulouse", "dunkerque", "nantes"]

    def test_hosts_chosen_by_the_lab_keep_their_turn(self, rota: Edition, staff: User):
        swap_host(exchange=exchange_at(3), host=cohort("nantes"), reason="It asked for it", at=AT, by=staff)
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert hosts() == ["dunkerque", "toulouse", "nantes", "dunkerque"]

    def test_announced_exchange_stays_and_the_lab_is_informed(self, rota: Edition, staff: User):
        confirm_host(exchange=exchange_at(2), at=AT, by=staff)
        announce_exchange(exchange=exchange_at(2), at=AT, by=staff)
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert (hosts(), announcements(2)) == (PLANNED, ["exchange_host_gone"])

    def test_held_exchanges_do_not_change(self, rota: Edition, staff: User):
        later = datetime(2028, 3, 1, 9, tzinfo=UTC)
        withdraw_cohort(cohort=cohort("nantes"), reason="Elections", at=later, by=staff)
        assert (hosts(), announcements(1)) == (PLANNED, [])

    def test_cohort_without_turns_changes_nothing(self, rota: Edition, staff: User):
        idle = CohortFactory(edition=rota)
        before = [(x.version, x.host_id) for x in Exchange.objects.order_by("number")]
        withdraw_cohort(cohort=idle, reason="Elections", at=AT, by=staff)
        assert [(x.version, x.host_id) for x in Exchange.objects.order_by("number")] == before

    def test_lab_is_informed_if_nobody_else_can_host(self, rota: Edition, staff: User):
        for slug in ("metz", "dunkerque", "toulouse"):
            withdraw_cohort(cohort=cohort(slug), reason="Elections", at=AT, by=staff)
        assert hosts() == ["nantes"] * 4
        withdraw_cohort(cohort=cohort("nantes"), reason="Elections", at=AT, by=staff)
        assert (hosts(), announcements(1)) == (["nantes"] * 4, ["exchange_host_gone"])

    def test_history_names_the_withdrawal(self, rota: Edition, staff: User):
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        context = exchange_at(2).turn.events.order_by("-pgh_id").first().pgh_context.metadata
        assert (context["action"], context["by"], context["reason"]) == ("withdraw_cohort", staff.pk, "Elections")

    def test_planning_afterwards_adds_nothing(self, rota: Edition, staff: User):
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert plan_exchanges(edition=rota, at=AT) == []


def test_suspension_passes_the_turns_on_too(rota: Edition, staff: User):
    suspend_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
    assert hosts() == ["nantes", "toulouse", "dunkerque", "nantes"]


class TestGivenBack:
    def give(self, staff: User, number: int = 2, reason: str = "The town hall is being rebuilt", **more: object):
        return give_turn_back(exchange=exchange_at(number), reason=reason, at=AT, by=staff, **more)

    def test_next_in_line_takes_the_turn_and_the_host_is_next(self, rota: Edition, staff: User):
        self.give(staff)
        assert hosts() == ["nantes", "dunkerque", "metz", "toulouse"]

    def test_reason_is_stored_and_the_lab_informed(self, rota: Edition, staff: User):
        self.give(staff)
        assert (why(2), exchange_at(2).turn.swap_reason) == (
            ("given_back", "Metz"),
            "The town hall is being rebuilt",
        )
        assert announcements(2) == ["exchange_changed", "exchange_host_replaced"]

    def test_confirmed_turn_can_be_given_back(self, rota: Edition, staff: User):
        confirm_host(exchange=exchange_at(2), at=AT, by=staff)
        assert self.give(staff).state == "proposed"

    def test_announced_turn_cannot_be_given_back(self, rota: Edition, staff: User):
        confirm_host(exchange=exchange_at(2), at=AT, by=staff)
        announce_exchange(exchange=exchange_at(2), at=AT, by=staff)
        assert refusal_of(lambda: self.give(staff)) == (
            None,
            "Everyone has been informed who hosts: only the lab can change the host now.",
        )

    @pytest.mark.parametrize("reason", ["", " \n"])
    def test_giving_back_without_a_reason_is_refused(self, rota: Edition, staff: User, reason: str):
        assert refusal_of(lambda: self.give(staff, reason=reason)) == (
            "reason",
            "Write the reason: the cohorts will read it.",
        )

    def test_turn_stays_and_lab_is_informed_once_if_nobody_else_can_host(self, rota: Edition, staff: User):
        for slug in ("metz", "dunkerque", "toulouse"):
            withdraw_cohort(cohort=cohort(slug), reason="Elections", at=AT, by=staff)
        for _time in range(2):
            self.give(staff, 1)
        assert (exchange_at(1).host.slug, exchange_at(1).state, announcements(1)) == (
            "nantes",
            "proposed",
            ["exchange_nobody_left"],
        )

    def test_turn_passes_once_through_all_cohorts_and_then_to_the_lab(self, rota: Edition, staff: User):
        asking_order = [exchange_at(1).host.slug]
        for _time in range(3):
            asking_order.append(self.give(staff, 1).host.slug)
        assert sorted(asking_order) == sorted(PLANNED)
        assert self.give(staff, 1).host.slug == asking_order[-1]
        assert [announcements(1).count(name) for name in ("exchange_host_replaced", "exchange_nobody_left")] == [3, 1]

    @pytest.mark.parametrize("other", ["give_back", "ask_next"])
    def test_cohort_that_did_not_confirm_gets_no_second_request(self, rota: Edition, staff: User, other: str):
        def ask_next() -> object:
            return ask_next_host(exchange=exchange_at(1), reason="No answer", at=AT, by=staff)

        first = exchange_at(1).host.slug
        ask_next()
        asking_order = {first, exchange_at(1).host.slug}
        for _time in range(2):
            ask_next() if other == "ask_next" else self.give(staff, 1)
            asking_order.add(exchange_at(1).host.slug)
        assert asking_order == set(PLANNED)
        assert next_in_line(load_planning_context(rota, AT.date()), exchange_at(1)) is None
        assert refusal_of(ask_next) == (None, "Nobody is left to ask: choose the host yourself, or other dates.")

    def test_all_cohorts_can_get_the_turn_again_after_a_move(self, rota: Edition, staff: User):
        self.give(staff, 1)
        assert exchange_at(1).why["passed"] == [cohort("nantes").pk]
        move_exchange(exchange=exchange_at(1), first_day=date(2027, 6, 15), days=2, swap_reason="Why", at=AT, by=staff)
        assert "passed" not in exchange_at(1).why

    def test_lab_receives_one_email(self, rota: Edition, staff: User):
        self.give(staff)
        email = Reminder.objects.get(object_id=exchange_at(2).pk, email_type="exchange_changed")
        assert email.audience == "informed_except_lab"

    def test_outdated_version_cannot_be_given_back(self, rota: Edition, staff: User):
        self.give(staff)
        assert "changed in the meantime" in refusal_of(lambda: self.give(staff, version=1))[1]


class TestSwapped:
    """The lab gives a turn to another cohort: turns that stay open are proposed anew."""

    def swap(self, number: int, host: str, staff: User) -> None:
        swap_host(exchange=exchange_at(number), host=cohort(host), reason="It asked", at=AT, by=staff)

    def test_replaced_host_gets_a_later_turn(self, rota: Edition, staff: User):
        self.swap(3, "toulouse", staff)
        assert hosts() == ["nantes", "metz", "toulouse", "dunkerque"]

    def test_moved_turn_has_its_reason(self, rota: Edition, staff: User):
        self.swap(3, "toulouse", staff)
        assert (exchange_at(4).why["host"]["reason"], exchange_at(4).turn.swap_reason) == ("proposed_anew", "It asked")

    def test_earlier_turn_of_the_new_host_goes_to_another_cohort(self, rota: Edition, staff: User):
        self.swap(4, "nantes", staff)
        assert hosts() == ["toulouse", "metz", "dunkerque", "nantes"]

    def test_turn_that_stays_gets_todays_reason_and_keeps_its_version(self, rota: Edition, staff: User):
        assert exchange_at(4).why["host"]["reason"] == "only_one_left"
        self.swap(2, "dunkerque", staff)
        assert hosts() == ["nantes", "dunkerque", "metz", "toulouse"]
        assert (exchange_at(4).version, exchange_at(4).why["host"]["reason"]) == (1, "fewest_turns")

    @pytest.mark.parametrize("keep", ["confirmed", "by_hand"])
    def test_confirmed_and_hand_chosen_turns_stay(self, rota: Edition, staff: User, keep: str):
        if keep == "confirmed":
            confirm_host(exchange=exchange_at(4), at=AT, by=staff)
        else:
            Exchange.objects.filter(number=4).update(why={"host": {"reason": "by_hand"}})
        self.swap(3, "toulouse", staff)
        assert hosts() == ["nantes", "metz", "toulouse", "toulouse"]

    def test_swap_of_an_announced_exchange_moves_open_turns_too(self, rota: Edition, staff: User):
        confirm_and_announce(3, staff)
        self.swap(3, "toulouse", staff)
        assert (hosts()[2:], exchange_at(3).state) == (["toulouse", "dunkerque"], "announced")


def confirm_and_announce(number: int, staff: User) -> None:
    confirm_host(exchange=exchange_at(number), at=AT, by=staff)
    announce_exchange(exchange=exchange_at(number), at=AT, by=staff)


class TestNextInLine:
    def test_next_in_line_is_who_would_take_the_turn(self, rota: Edition):
        planning = load_planning_context(rota, AT.date())
        assert [next_in_line(planning, exchange).key for exchange in planning.exchanges] == [
            "metz",
            "dunkerque",
            "toulouse",
            "nantes",
        ]

    def test_no_lost_turn_moves_nothing(self, rota: Edition):
        assert moved_turns(load_planning_context(rota, AT.date()), []) == []

    def test_result_is_the_same_each_time(self, rota: Edition):
        results = [moved_turns(load_planning_context(rota, AT.date()), [exchange_at(2)]) for _time in range(2)]
        assert results[0] == results[1]

    def test_next_in_line_gets_the_turn_with_a_reason(self, rota: Edition, staff: User):
        exchange = ask_next_host(exchange=exchange_at(2), reason="No answer", at=AT, by=staff)
        assert (exchange.host.slug, why(2), exchange.turn.swap_reason) == (
            "dunkerque",
            ("not_confirmed", "Metz"),
            "No answer",
        )

    def test_asking_is_refused_when_the_host_has_confirmed(self, rota: Edition, staff: User):
        confirm_host(exchange=exchange_at(2), at=AT, by=staff)
        action = lambda: ask_next_host(exchange=exchange_at(2), reason="No answer", at=AT, by=staff, version=1)  # noqa: E731
        assert refusal_of(action) == (
            None,
            "Metz was confirmed in the meantime: check the page again before you go on.",
        )


@built_once
def planned_edition_with_pilots() -> tuple[Edition, User]:
    staff = UserFactory(is_lab_staff=True, email="lab@people.example", language="en")
    edition = edition_of_four(format=format_with_reminder_schedule(), people=1)
    for slug in PLANNED:
        pilot = UserFactory(email=f"pilot-{slug}@people.example", language="en")
        MembershipFactory(cohort=cohort(slug), user=pilot, role="pilot", starts_on=AT.date())
    plan_exchanges(edition=edition, at=AT)
    return edition, staff


@pytest.mark.django_db(transaction=True)
class TestEmails:
    @pytest.fixture
    def scene(self, transactional_db: None) -> tuple[Edition, User]:
        return planned_edition_with_pilots()

    @pytest.fixture
    def staff(self, scene: tuple[Edition, User]) -> User:
        return scene[1]

    @pytest.fixture
    def rota(self, settings, scene: tuple[Edition, User]) -> Edition:
        settings.LANGUAGE_CODE = "en"
        return scene[0]

    def post(self, moment: datetime, number: int = 2) -> list[tuple[str, str]]:
        mail.outbox.clear()
        send_round(lambda: moment, seconds=20, reminders=Reminder.objects.filter(object_id=exchange_at(number).pk))
        return sorted((email.to[0].partition("@")[0], email.subject) for email in mail.outbox)

    def due(self, step: str, number: int = 2) -> datetime:
        exchange = exchange_at(number)
        return Reminder.objects.get(object_id=exchange.pk, version=exchange.version, step=step).due_at

    def test_unconfirmed_host_leads_to_the_next_in_line_at_eighteen_weeks(self, rota: Edition, staff: User):
        silent = ("pilot-metz", "Intertransfo 2: will you host it?")
        assert self.post(self.due("choose_host")) == [("lab", "Intertransfo 2: choose host and dates")]
        assert self.post(self.due("confirm_host")) == [silent]
        assert self.post(self.due("confirm_host_again")) == [silent]
        moment = self.due("host_unconfirmed")
        assert (exchange_at(2).first_day - moment.date()).days >= 18 * 7
        assert self.post(moment) == [("lab", "Intertransfo 2: Metz has not confirmed")]
        assert "Next in line: Dunkerque." in mail.outbox[0].body
        later = moment + timedelta(hours=2)
        passed_on = ask_next_host(
            exchange=exchange_at(2), reason="Metz did not confirm in time.", at=later, by=staff, version=1
        )
        assert self.post(later) == [
            ("lab", "Intertransfo 2: the date, the host or the venue changed"),
            ("pilot-dunkerque", "Intertransfo 2: will you host it?"),
            ("pilot-metz", "Intertransfo 2: the date, the host or the venue changed"),
        ]
        confirm_host(exchange=passed_on, at=later, by=staff, version=2)
        announce_exchange(exchange=passed_on, at=later, by=staff, version=2)
        assert len(self.post(self.due("save_the_date"))) == 8

    def test_lab_is_informed_that_a_host_dropped_out_and_who_is_next(self, rota: Edition, staff: User):
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert self.post(AT) == [("lab", "Intertransfo 2: the host dropped out")]
        assert "Metz cannot host the Intertransfo of La Transfo 2027–2029" in mail.outbox[0].body
        assert "The turn now goes to Toulouse, which is asked to confirm." in mail.outbox[0].body

    def test_lab_is_informed_that_it_must_find_a_host(self, rota: Edition, staff: User):
        confirm_host(exchange=exchange_at(2), at=AT, by=staff)
        announce_exchange(exchange=exchange_at(2), at=AT, by=staff)
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert self.post(AT) == [("lab", "Intertransfo 2 needs another host")]


@built_once
def planned_edition() -> Edition:
    edition = edition_of_four(people=1)
    plan_exchanges(edition=edition, at=AT)
    return edition


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two lab staff choose different hosts at once: one wins, and the other gets a refusal."""

    DOMAIN_REFUSALS = frozenset(
        {
            "The date, the host or the venue changed in the meantime: check them again before you go on.",
            "Metz was confirmed in the meantime: check the page again before you go on.",
        }
    )

    GONE = "This cohort is suspended or has withdrawn: choose another host."

    @pytest.fixture
    def rota(self, transactional_db: None) -> Edition:
        return planned_edition()

    def confirm(self, staff: User) -> Callable[[], object]:
        exchange = exchange_at(2)
        return lambda: confirm_host(exchange=exchange, at=AT, by=staff, version=1)

    def other_host(self, staff: User) -> Callable[[], object]:
        exchange, host = exchange_at(2), cohort("toulouse")
        return lambda: swap_host(
            exchange=exchange, host=host, reason="It asked", at=AT, by=staff, version=1, state="proposed"
        )

    def ask_next(self, staff: User) -> Callable[[], object]:
        exchange = exchange_at(2)
        return lambda: ask_next_host(exchange=exchange, reason="No answer", at=AT, by=staff, version=1)

    @pytest.mark.parametrize("other", ["other_host", "ask_next"])
    @pytest.mark.parametrize("_time", range(4))
    def test_simultaneous_confirmation_and_replacement_leave_one_result(
        self, rota: Edition, staff: User, other: str, _time: int
    ):
        answers = run_at_once(self.confirm(staff), getattr(self, other)(staff))
        assert [answer for answer in answers if answer == "done"] == ["done"]
        assert set(answers) - {"done"} <= self.DOMAIN_REFUSALS
        result = (exchange_at(2).host.slug, exchange_at(2).state, exchange_at(2).version)
        assert (result == ("metz", "host_confirmed", 1)) is any(answer.startswith("Metz was") for answer in answers)
        assert exchange_at(2).turn.cohort == exchange_at(2).host

    def test_cohort_that_withdraws_while_being_confirmed_does_not_host(self, rota: Edition, staff: User):
        metz = cohort("metz")
        run_at_once(self.confirm(staff), lambda: withdraw_cohort(cohort=metz, reason="Elections", at=AT, by=staff))
        assert (exchange_at(2).host.slug, exchange_at(2).state) == ("toulouse", "proposed")

    @pytest.mark.parametrize("leave", [withdraw_cohort, suspend_cohort])
    @pytest.mark.parametrize("_time", range(4))
    def test_cohort_that_drops_out_while_being_chosen_does_not_host(
        self, rota: Edition, staff: User, leave: Callable[..., object], _time: int
    ):
        """Toulouse hosts nothing yet: the second action sees what the first one did."""
        swap_host(exchange=exchange_at(4), host=cohort("nantes"), reason="It asked", at=AT, by=staff)
        toulouse = cohort("toulouse")
        answers = run_at_once(
            self.other_host(staff), lambda: leave(cohort=toulouse, reason="Elections", at=AT, by=staff)
        )
        assert answers in (["done", "done"], [self.GONE, "done"])
        assert "toulouse" not in hosts()
        assert ("exchange_host_replaced" in announcements(2)) is (answers == ["done", "done"])

    @pytest.mark.parametrize("_time", range(4))
    def test_cohort_that_drops_out_while_being_proposed_does_not_host(self, rota: Edition, staff: User, _time: int):
        swap_host(exchange=exchange_at(4), host=cohort("nantes"), reason="It asked", at=AT, by=staff)
        toulouse = cohort("toulouse")
        days = {"first_day": date(2028, 11, 21), "days": 2}
        answers = run_at_once(
            lambda: propose_exchange(edition=rota, host=toulouse, swap_reason="It asked", at=AT, by=staff, **days),
            lambda: withdraw_cohort(cohort=toulouse, reason="Elections", at=AT, by=staff),
        )
        assert answers in (["done", "done"], ["Choose a cohort of this edition that is under way.", "done"])
        assert "toulouse" not in hosts()

    def test_two_cohorts_that_drop_out_at_once_leave_the_rota_to_the_others(self, rota: Edition, staff: User):
        leaving = [cohort("metz"), cohort("dunkerque")]
        answers = run_at_once(
            *(lambda one=one: withdraw_cohort(cohort=one, reason="Elections", at=AT, by=staff) for one in leaving)
        )
        assert answers == ["done", "done"]
        assert set(hosts()) <= {"nantes", "toulouse"}
