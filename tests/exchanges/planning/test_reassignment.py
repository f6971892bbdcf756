"""A host that drops out: who takes its turn, who moves up, who is told; and the next in line at T−18w."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from accounts.models import User
from cohorts.cohort.actions import suspend_cohort, withdraw_cohort
from cohorts.models import Cohort
from exchanges.lifecycle.actions import announce
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
from exchanges.planning.planning_context import outlook
from exchanges.planning.reassignment import moved_turns, next_in_line
from notifications.models import Reminder
from notifications.sending.cycle import send_round
from programmes.models import Edition
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import edition_of_four, format_with_ladder
from web.errors import DomainError

AT = datetime(2027, 1, 5, 8, tzinfo=UTC)
PLANNED = ["nantes", "metz", "dunkerque", "toulouse"]


@pytest.fixture
def staff(db: None) -> User:
    return UserFactory(is_lab_staff=True, email="lab@people.example", language="en")


@pytest.fixture
def rota(edition: Edition) -> Edition:
    """Four exchanges planned, each cohort hosts one: Nantes, Metz, Dunkerque, Toulouse."""
    plan_exchanges(edition=edition, at=AT)
    return edition


def number(place: int) -> Exchange:
    return Exchange.objects.get(number=place)


def cohort(slug: str) -> Cohort:
    return Cohort.objects.get(slug=slug)


def hosts() -> list[str]:
    return list(Exchange.objects.order_by("number").values_list("host__slug", flat=True))


def why(place: int) -> tuple[str, str]:
    kept = number(place).why["host"]
    return kept["reason"], kept["before"]


def letters(place: int) -> list[str]:
    """Announcements about the exchange, whatever its version."""
    rows = Reminder.objects.filter(object_id=number(place).pk, event_day=None).order_by("version", "letter")
    return list(rows.values_list("letter", flat=True))


def refused(act: Callable[[], object]) -> tuple[str | None, str]:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.field, str(caught.value)


def test_the_rota_of_these_tests(rota: Edition):
    assert hosts() == PLANNED


class TestWithdrawn:
    def test_the_next_in_line_takes_its_turn_and_the_last_one_begins_another_round(self, rota: Edition, staff: User):
        """Without Metz the way to Toulouse is shorter than the way to Dunkerque."""
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert hosts() == ["nantes", "toulouse", "dunkerque", "nantes"]

    def test_each_turn_that_moved_says_why(self, rota: Edition, staff: User):
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert [why(2), why(4)] == [("dropped_out", "Metz"), ("moved_up", "Metz")]
        turns = HostTurn.objects.order_by("order").values_list("cohort__slug", "swap_reason")
        assert list(turns) == [
            ("nantes", ""),
            ("toulouse", "Elections"),
            ("dunkerque", ""),
            ("nantes", "Elections"),
        ]

    def test_the_lab_is_told_once_of_the_turn_that_was_lost(self, rota: Edition, staff: User):
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert [letters(place) for place in (1, 2, 3, 4)] == [
            [],
            ["exchange_changed", "exchange_host_replaced"],
            [],
            ["exchange_changed"],
        ]

    def test_letters_move_to_the_new_host(self, rota: Edition, staff: User):
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        rows = Reminder.objects.filter(object_id=number(2).pk, state="planned", event_day__isnull=False)
        assert set(rows.values_list("version", flat=True)) == {2} == {number(2).version}

    def test_a_confirmation_it_gave_is_asked_anew(self, rota: Edition, staff: User):
        confirm_host(exchange=number(2), at=AT, by=staff)
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert (number(2).state, number(2).host.slug) == ("proposed", "toulouse")

    def test_hosts_that_confirmed_keep_their_turn(self, rota: Edition, staff: User):
        confirm_host(exchange=number(3), at=AT, by=staff)
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert hosts() == ["nantes", "toulouse", "dunkerque", "nantes"]

    def test_hosts_the_lab_chose_keep_their_turn(self, rota: Edition, staff: User):
        swap_host(exchange=number(3), host=cohort("nantes"), reason="It asked for it", at=AT, by=staff)
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert hosts() == ["dunkerque", "toulouse", "nantes", "dunkerque"]

    def test_a_date_everyone_was_told_stays_with_the_lab(self, rota: Edition, staff: User):
        confirm_host(exchange=number(2), at=AT, by=staff)
        announce(exchange=number(2), at=AT, by=staff)
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert (hosts(), letters(2)) == (PLANNED, ["exchange_host_gone"])

    def test_what_was_held_stays_as_it_was(self, rota: Edition, staff: User):
        later = datetime(2028, 3, 1, 9, tzinfo=UTC)
        withdraw_cohort(cohort=cohort("nantes"), reason="Elections", at=later, by=staff)
        assert (hosts(), letters(1)) == (PLANNED, [])

    def test_a_cohort_that_hosts_nothing_changes_nothing(self, rota: Edition, staff: User):
        idle = CohortFactory(edition=rota)
        before = [(x.version, x.host_id) for x in Exchange.objects.order_by("number")]
        withdraw_cohort(cohort=idle, reason="Elections", at=AT, by=staff)
        assert [(x.version, x.host_id) for x in Exchange.objects.order_by("number")] == before

    def test_with_nobody_else_the_lab_is_told(self, rota: Edition, staff: User):
        for slug in ("metz", "dunkerque", "toulouse"):
            withdraw_cohort(cohort=cohort(slug), reason="Elections", at=AT, by=staff)
        assert hosts() == ["nantes"] * 4
        withdraw_cohort(cohort=cohort("nantes"), reason="Elections", at=AT, by=staff)
        assert (hosts(), letters(1)) == (["nantes"] * 4, ["exchange_host_gone"])

    def test_the_history_names_the_withdrawal(self, rota: Edition, staff: User):
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        context = number(2).turn.events.order_by("-pgh_id").first().pgh_context.metadata
        assert (context["action"], context["by"], context["reason"]) == ("withdraw_cohort", staff.pk, "Elections")

    def test_planning_afterwards_adds_nothing(self, rota: Edition, staff: User):
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert plan_exchanges(edition=rota, at=AT) == []


def test_a_pause_passes_the_turns_on_as_well(rota: Edition, staff: User):
    suspend_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
    assert hosts() == ["nantes", "toulouse", "dunkerque", "nantes"]


class TestGivenBack:
    def give(self, staff: User, place: int = 2, reason: str = "The town hall is being rebuilt", **more: object):
        return give_turn_back(exchange=number(place), reason=reason, at=AT, by=staff, **more)

    def test_the_next_in_line_takes_it_and_the_host_is_next(self, rota: Edition, staff: User):
        self.give(staff)
        assert hosts() == ["nantes", "dunkerque", "metz", "toulouse"]

    def test_with_its_reason_and_word_to_the_lab(self, rota: Edition, staff: User):
        self.give(staff)
        assert (why(2), number(2).turn.swap_reason) == (
            ("given_back", "Metz"),
            "The town hall is being rebuilt",
        )
        assert letters(2) == ["exchange_changed", "exchange_host_replaced"]

    def test_a_confirmed_one_can_be_given_back(self, rota: Edition, staff: User):
        confirm_host(exchange=number(2), at=AT, by=staff)
        assert self.give(staff).state == "proposed"

    def test_not_once_everyone_was_told(self, rota: Edition, staff: User):
        confirm_host(exchange=number(2), at=AT, by=staff)
        announce(exchange=number(2), at=AT, by=staff)
        assert refused(lambda: self.give(staff)) == (
            None,
            "Everyone has been informed who hosts: only the lab can change the host now.",
        )

    @pytest.mark.parametrize("reason", ["", " \n"])
    def test_not_without_a_reason(self, rota: Edition, staff: User, reason: str):
        assert refused(lambda: self.give(staff, reason=reason)) == (
            "reason",
            "Write the reason: the cohorts will read it.",
        )

    def test_where_nobody_else_can_host_it_stays_and_the_lab_is_told_once(self, rota: Edition, staff: User):
        for slug in ("metz", "dunkerque", "toulouse"):
            withdraw_cohort(cohort=cohort(slug), reason="Elections", at=AT, by=staff)
        for _time in range(2):
            self.give(staff, 1)
        assert (number(1).host.slug, number(1).state, letters(1)) == ("nantes", "proposed", ["exchange_nobody_left"])

    def test_given_back_again_and_again_it_goes_once_through_all_and_then_to_the_lab(self, rota: Edition, staff: User):
        asked = [number(1).host.slug]
        for _time in range(3):
            asked.append(self.give(staff, 1).host.slug)
        assert sorted(asked) == sorted(PLANNED)
        assert self.give(staff, 1).host.slug == asked[-1]
        assert [letters(1).count(name) for name in ("exchange_host_replaced", "exchange_nobody_left")] == [3, 1]

    @pytest.mark.parametrize("other", ["give_back", "ask_next"])
    def test_who_did_not_confirm_is_not_asked_again_either(self, rota: Edition, staff: User, other: str):
        def ask_next() -> object:
            return ask_next_host(exchange=number(1), reason="No answer", at=AT, by=staff)

        first = number(1).host.slug
        ask_next()
        asked = {first, number(1).host.slug}
        for _time in range(2):
            ask_next() if other == "ask_next" else self.give(staff, 1)
            asked.add(number(1).host.slug)
        assert asked == set(PLANNED)
        assert next_in_line(outlook(rota, AT.date()), number(1)) is None
        assert refused(ask_next) == (None, "Nobody is left to ask: choose the host yourself, or other dates.")

    def test_on_other_days_all_may_be_asked_again(self, rota: Edition, staff: User):
        self.give(staff, 1)
        assert number(1).why["passed"] == [cohort("nantes").pk]
        move_exchange(exchange=number(1), first_day=date(2027, 6, 15), days=2, swap_reason="Why", at=AT, by=staff)
        assert "passed" not in number(1).why

    def test_the_lab_has_one_letter_of_it(self, rota: Edition, staff: User):
        self.give(staff)
        told = Reminder.objects.get(object_id=number(2).pk, letter="exchange_changed")
        assert told.audience == "told_but_lab"

    def test_not_a_turn_that_moved_meanwhile(self, rota: Edition, staff: User):
        self.give(staff)
        assert "changed in the meantime" in refused(lambda: self.give(staff, version=1))[1]


class TestSwapped:
    """The lab gives a turn to another cohort: what stays open after it is proposed anew."""

    def swap(self, place: int, host: str, staff: User) -> None:
        swap_host(exchange=number(place), host=cohort(host), reason="It asked", at=AT, by=staff)

    def test_nobody_hosts_twice_while_the_one_before_hosts_nothing(self, rota: Edition, staff: User):
        self.swap(3, "toulouse", staff)
        assert hosts() == ["nantes", "metz", "toulouse", "dunkerque"]

    def test_the_turn_that_moved_says_why(self, rota: Edition, staff: User):
        self.swap(3, "toulouse", staff)
        assert (number(4).why["host"]["reason"], number(4).turn.swap_reason) == ("proposed_anew", "It asked")

    def test_an_earlier_turn_of_the_new_host_goes_to_another(self, rota: Edition, staff: User):
        self.swap(4, "nantes", staff)
        assert hosts() == ["toulouse", "metz", "dunkerque", "nantes"]

    def test_a_turn_that_stays_has_the_reason_of_today_and_no_other_version(self, rota: Edition, staff: User):
        assert number(4).why["host"]["reason"] == "only_one_left"
        self.swap(2, "dunkerque", staff)
        assert hosts() == ["nantes", "dunkerque", "metz", "toulouse"]
        assert (number(4).version, number(4).why["host"]["reason"]) == (1, "fewest_turns")

    @pytest.mark.parametrize("keep", ["confirmed", "by_hand"])
    def test_what_a_host_confirmed_or_the_lab_chose_stays(self, rota: Edition, staff: User, keep: str):
        if keep == "confirmed":
            confirm_host(exchange=number(4), at=AT, by=staff)
        else:
            Exchange.objects.filter(number=4).update(why={"host": {"reason": "by_hand"}})
        self.swap(3, "toulouse", staff)
        assert hosts() == ["nantes", "metz", "toulouse", "toulouse"]

    def test_one_that_everyone_was_told_moves_the_open_ones_too(self, rota: Edition, staff: User):
        announced(3, staff)
        self.swap(3, "toulouse", staff)
        assert (hosts()[2:], number(3).state) == (["toulouse", "dunkerque"], "announced")


def announced(place: int, staff: User) -> None:
    confirm_host(exchange=number(place), at=AT, by=staff)
    announce(exchange=number(place), at=AT, by=staff)


class TestNextInLine:
    def test_is_who_would_take_the_turn(self, rota: Edition):
        view = outlook(rota, AT.date())
        assert [next_in_line(view, exchange).key for exchange in view.exchanges] == [
            "metz",
            "dunkerque",
            "toulouse",
            "nantes",
        ]

    def test_what_nobody_lost_moves_nothing(self, rota: Edition):
        assert moved_turns(outlook(rota, AT.date()), []) == []

    def test_the_same_each_time_one_looks(self, rota: Edition):
        found = [moved_turns(outlook(rota, AT.date()), [number(2)]) for _time in range(2)]
        assert found[0] == found[1]

    def test_is_asked_with_a_reason(self, rota: Edition, staff: User):
        asked = ask_next_host(exchange=number(2), reason="No answer", at=AT, by=staff)
        assert (asked.host.slug, why(2), asked.turn.swap_reason) == (
            "dunkerque",
            ("not_confirmed", "Metz"),
            "No answer",
        )

    def test_not_when_the_host_confirmed_in_the_meantime(self, rota: Edition, staff: User):
        confirm_host(exchange=number(2), at=AT, by=staff)
        act = lambda: ask_next_host(exchange=number(2), reason="No answer", at=AT, by=staff, version=1)  # noqa: E731
        assert refused(act) == (None, "Metz was confirmed in the meantime: check the page again before you go on.")


@pytest.mark.django_db(transaction=True)
class TestLetters:
    @pytest.fixture
    def rota(self, settings, staff: User) -> Edition:
        settings.LANGUAGE_CODE = "en"
        edition = edition_of_four(format=format_with_ladder(), people=1)
        for slug in PLANNED:
            pilot = UserFactory(email=f"pilot-{slug}@people.example", language="en")
            MembershipFactory(cohort=cohort(slug), user=pilot, role="pilot", starts_on=AT.date())
        plan_exchanges(edition=edition, at=AT)
        return edition

    def post(self, moment: datetime, place: int = 2) -> list[tuple[str, str]]:
        mail.outbox.clear()
        send_round(lambda: moment, seconds=20, within=Reminder.objects.filter(object_id=number(place).pk))
        return sorted((letter.to[0].partition("@")[0], letter.subject) for letter in mail.outbox)

    def due(self, step: str, place: int = 2) -> datetime:
        exchange = number(place)
        return Reminder.objects.get(object_id=exchange.pk, version=exchange.version, step=step).due_at

    def test_from_a_silent_host_to_the_next_in_line_at_eighteen_weeks(self, rota: Edition, staff: User):
        silent = ("pilot-metz", "Intertransfo 2: will you host it?")
        assert self.post(self.due("choose_host")) == [("lab", "Intertransfo 2: choose host and dates")]
        assert self.post(self.due("confirm_host")) == [silent]
        assert self.post(self.due("confirm_host_again")) == [silent]
        moment = self.due("host_unconfirmed")
        assert (number(2).first_day - moment.date()).days >= 18 * 7
        assert self.post(moment) == [("lab", "Intertransfo 2: Metz has not confirmed")]
        assert "Next in line: Dunkerque." in mail.outbox[0].body
        later = moment + timedelta(hours=2)
        asked = ask_next_host(exchange=number(2), reason="Metz did not confirm in time.", at=later, by=staff, version=1)
        assert self.post(later) == [
            ("lab", "Intertransfo 2: the date, the host or the venue changed"),
            ("pilot-dunkerque", "Intertransfo 2: will you host it?"),
            ("pilot-metz", "Intertransfo 2: the date, the host or the venue changed"),
        ]
        confirm_host(exchange=asked, at=later, by=staff, version=2)
        announce(exchange=asked, at=later, by=staff, version=2)
        assert len(self.post(self.due("save_the_date"))) == 8

    def test_the_lab_hears_that_a_host_dropped_out_and_who_is_asked(self, rota: Edition, staff: User):
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert self.post(AT) == [("lab", "Intertransfo 2: the host dropped out")]
        assert "Metz cannot host the Intertransfo of La Transfo 2027–2029" in mail.outbox[0].body
        assert "The turn now goes to Toulouse, which is asked to confirm." in mail.outbox[0].body

    def test_or_that_it_has_to_find_one(self, rota: Edition, staff: User):
        confirm_host(exchange=number(2), at=AT, by=staff)
        announce(exchange=number(2), at=AT, by=staff)
        withdraw_cohort(cohort=cohort("metz"), reason="Elections", at=AT, by=staff)
        assert self.post(AT) == [("lab", "Intertransfo 2 needs another host")]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Two of the lab settle two different hosts: one wins, and the other is told."""

    SAID = frozenset(
        {
            "The date, the host or the venue changed in the meantime: check them again before you go on.",
            "Metz was confirmed in the meantime: check the page again before you go on.",
        }
    )

    GONE = "This cohort is suspended or has withdrawn: choose another host."

    @pytest.fixture
    def rota(self) -> Edition:
        edition = edition_of_four(people=1)
        plan_exchanges(edition=edition, at=AT)
        return edition

    def confirm(self, staff: User) -> Callable[[], object]:
        seen = number(2)
        return lambda: confirm_host(exchange=seen, at=AT, by=staff, version=1)

    def other_host(self, staff: User) -> Callable[[], object]:
        seen, host = number(2), cohort("toulouse")
        return lambda: swap_host(
            exchange=seen, host=host, reason="It asked", at=AT, by=staff, version=1, state="proposed"
        )

    def ask_next(self, staff: User) -> Callable[[], object]:
        seen = number(2)
        return lambda: ask_next_host(exchange=seen, reason="No answer", at=AT, by=staff, version=1)

    @pytest.mark.parametrize("other", ["other_host", "ask_next"])
    @pytest.mark.parametrize("_time", range(4))
    def test_one_confirms_this_host_and_one_takes_another(self, rota: Edition, staff: User, other: str, _time: int):
        answers = at_once(self.confirm(staff), getattr(self, other)(staff))
        assert [answer for answer in answers if answer == "done"] == ["done"]
        assert set(answers) - {"done"} <= self.SAID
        found = (number(2).host.slug, number(2).state, number(2).version)
        assert (found == ("metz", "host_confirmed", 1)) is any(answer.startswith("Metz was") for answer in answers)
        assert number(2).turn.cohort == number(2).host

    def test_a_cohort_that_withdraws_and_is_confirmed_at_once_does_not_host(self, rota: Edition, staff: User):
        metz = cohort("metz")
        at_once(self.confirm(staff), lambda: withdraw_cohort(cohort=metz, reason="Elections", at=AT, by=staff))
        assert (number(2).host.slug, number(2).state) == ("toulouse", "proposed")

    @pytest.mark.parametrize("leave", [withdraw_cohort, suspend_cohort])
    @pytest.mark.parametrize("_time", range(4))
    def test_a_cohort_that_drops_out_and_is_swapped_for_at_once_does_not_host(
        self, rota: Edition, staff: User, leave: Callable[..., object], _time: int
    ):
        """Toulouse hosts nothing yet: whoever comes second finds what the first one did."""
        swap_host(exchange=number(4), host=cohort("nantes"), reason="It asked", at=AT, by=staff)
        toulouse = cohort("toulouse")
        answers = at_once(self.other_host(staff), lambda: leave(cohort=toulouse, reason="Elections", at=AT, by=staff))
        assert answers in (["done", "done"], [self.GONE, "done"])
        assert "toulouse" not in hosts()
        assert ("exchange_host_replaced" in letters(2)) is (answers == ["done", "done"])

    @pytest.mark.parametrize("_time", range(4))
    def test_nor_does_one_proposed_for_at_once(self, rota: Edition, staff: User, _time: int):
        swap_host(exchange=number(4), host=cohort("nantes"), reason="It asked", at=AT, by=staff)
        toulouse = cohort("toulouse")
        days = {"first_day": date(2028, 11, 21), "days": 2}
        answers = at_once(
            lambda: propose_exchange(edition=rota, host=toulouse, swap_reason="It asked", at=AT, by=staff, **days),
            lambda: withdraw_cohort(cohort=toulouse, reason="Elections", at=AT, by=staff),
        )
        assert answers in (["done", "done"], ["Choose a cohort of this edition that is under way.", "done"])
        assert "toulouse" not in hosts()

    def test_two_cohorts_that_drop_out_at_once_leave_the_rota_to_the_others(self, rota: Edition, staff: User):
        gone = [cohort("metz"), cohort("dunkerque")]
        answers = at_once(
            *(lambda one=one: withdraw_cohort(cohort=one, reason="Elections", at=AT, by=staff) for one in gone)
        )
        assert answers == ["done", "done"]
        assert set(hosts()) <= {"nantes", "toulouse"}
