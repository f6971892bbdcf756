"""Pages about one's number on the waiting list, needs, and guests."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from exchanges.models import Exchange, Guest, Needs, Registration
from exchanges.permissions import EditionRoles, can_manage_guests, can_see_needs
from exchanges.registration.actions.invitations import invitations
from exchanges.registration.views.answers import people_without_seat
from exchanges.registration.views.check_in import people_not_on_list
from exchanges.registration.views.guests import possible_inviters
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.exchanges import ExchangeFactory, GuestFactory, NeedsFactory, RegistrationFactory
from tests.pages import elements, errors, links, rows, texts
from tests.pages import messages as every_message

KEEP = "Only the lab, the host’s coordinator and its pilot can invite guests."
READ = "Only the lab, the host’s coordinator and its pilot can read people’s needs."


def signed_in(person: User) -> Client:
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person)
    return client


def messages_on(page: Any) -> list[str]:
    """Return the messages of this request, without the one kept ready for a lost connection."""
    return [message for message in every_message(page) if not message.startswith("The server did not answer")]


def address(exchange: Exchange, route: str, *more: int) -> str:
    return reverse(f"exchanges:{route}", args=[exchange.pk, *more])


@pytest.fixture
def exchange(cast: Cast) -> Exchange:
    """Return an exchange of the cast's cohort with one seat, which is taken."""
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open", capacity=1)
    RegistrationFactory(exchange=exchange, state="registered", user=cast["R"])
    return exchange


def waits(exchange: Exchange, person: User, **more: Any) -> Registration:
    return RegistrationFactory(exchange=exchange, user=person, state="waitlisted", **more)


class TestPermissions:
    def allowed(self, cast: Cast, exchange: Exchange, decide: Any) -> str:
        return "".join(role for role in EVERYONE if decide(EditionRoles(cast[role], cast.edition, TODAY), exchange))

    @pytest.mark.parametrize("decide", [can_see_needs, can_manage_guests])
    def test_lab_and_leads_of_the_host_are_allowed(self, cast: Cast, exchange: Exchange, decide: Any):
        assert self.allowed(cast, exchange, decide) == "SCP"

    @pytest.mark.parametrize("decide", [can_see_needs, can_manage_guests])
    def test_leads_of_another_cohort_are_not_allowed(self, cast: Cast, decide: Any):
        elsewhere = ExchangeFactory(edition=cast.edition, host=cast.other_cohort)
        assert self.allowed(cast, elsewhere, decide) == "S"

    @pytest.mark.parametrize(("decide", "reason"), [(can_see_needs, READ), (can_manage_guests, KEEP)])
    def test_refusal_gives_the_reason(self, cast: Cast, exchange: Exchange, decide: Any, reason: str):
        assert decide(EditionRoles(cast["D"], cast.edition, TODAY), exchange).reason == reason


def test_people_with_a_closed_account_are_invited_and_offered_nowhere(cast: Cast, exchange: Exchange):
    User.objects.filter(pk=cast["M"].pk).update(is_active=False)
    roles = EditionRoles(cast["S"], cast.edition, TODAY)
    invited = [answer.user_id for answer in invitations(exchange, TODAY)]
    offered = [
        [person.pk for person in people]
        for people in (
            possible_inviters(roles),
            people_without_seat(exchange, roles),
            people_not_on_list(exchange, roles),
        )
    ]
    found = [[cast[role].pk in keys for role in "DM"] for keys in (invited, *offered)]
    assert found == [[True, False]] * 4


class TestOwnSeat:
    def test_waiting_person_sees_their_number_and_buttons(self, cast: Cast, exchange: Exchange):
        waits(exchange, UserFactory())
        waits(exchange, cast["M"])
        page = signed_in(cast["M"]).get(exchange.get_absolute_url())
        moves = "When a seat becomes free and it is your turn, the seat is yours. You receive an e-mail at once."
        assert f"You are number 2 on the waiting list. {moves}" in texts(page, "p")
        assert "Leave the waiting list" in texts(page, "button")
        assert "I am coming" not in texts(page, "button")

    def test_number_falls_when_someone_leaves_the_list(self, cast: Cast, exchange: Exchange):
        first = waits(exchange, UserFactory())
        waits(exchange, cast["M"])
        first.state = "declined"
        first.save()
        assert "You are number 1 on the waiting list." in page_text(exchange, cast["M"])

    def test_home_page_shows_the_number_too(self, cast: Cast, exchange: Exchange):
        waits(exchange, cast["M"])
        assert "You are number 1 on the waiting list." in " ".join(texts(signed_in(cast["M"]).get("/"), "p"))

    def test_waiting_is_in_the_past_after_the_meeting(self, cast: Cast, exchange: Exchange):
        waits(exchange, cast["M"])
        for state in ("registration_closed", "held"):
            exchange.state = state
            exchange.save()
        assert "You were on the waiting list." in page_text(exchange, cast["M"])

    @pytest.mark.parametrize(("capacity", "warned"), [(1, True), (2, False), (None, False)])
    def test_page_states_that_a_yes_leads_to_the_waiting_list(
        self, cast: Cast, exchange: Exchange, capacity: int | None, warned: bool
    ):
        exchange.capacity = capacity
        exchange.save()
        assert ("All seats are taken" in page_text(exchange, cast["M"])) == warned

    def test_guest_may_have_the_last_seat(self, cast: Cast, exchange: Exchange):
        exchange.capacity = 2
        exchange.save()
        GuestFactory(exchange=exchange)
        assert "All seats are taken" in page_text(exchange, cast["M"])


def page_text(exchange: Exchange, person: User) -> str:
    return " ".join(texts(signed_in(person).get(exchange.get_absolute_url()), "p"))


class TestFiguresAndWaitingList:
    def test_figures_count_registered_waiting_and_guests(self, cast: Cast, exchange: Exchange):
        exchange.capacity = 2
        exchange.save()
        GuestFactory(exchange=exchange)
        waits(exchange, cast["M"])
        page = signed_in(cast["M"]).get(exchange.get_absolute_url())
        assert texts(page, "div", "figure") == [
            "Invited 2",
            "Registered 1",
            "Seats taken 2 of 2, including 1 external guest",
            "On the waiting list 1",
            "Not coming 0",
            "No answer yet 0",
        ]

    @pytest.mark.parametrize(
        ("capacity", "guests", "figures"),
        [
            (3, 0, ["Registered 1", "Seats taken 1 of 3"]),
            (3, 2, ["Registered 1", "Seats taken 3 of 3, including 2 external guests"]),
            (None, 2, ["Registered 1", "External guests 2"]),
        ],
    )
    def test_guests_are_listed_with_the_seats_taken(
        self, cast: Cast, exchange: Exchange, capacity: int | None, guests: int, figures: list[str]
    ):
        exchange.capacity = capacity
        exchange.save()
        GuestFactory.create_batch(guests, exchange=exchange)
        page = signed_in(cast["M"]).get(exchange.get_absolute_url())
        page_figures = texts(page, "div", "figure")
        assert [
            text for text in page_figures if text.startswith(("Registered", "Seats taken", "External guests"))
        ] == figures

    @pytest.mark.parametrize("many", [1, 3])
    @pytest.mark.parametrize("cost", [("S", 6), ("P", 8), ("M", 8)])
    def test_statement_count_does_not_depend_on_the_waiting_list(
        self, cast: Cast, exchange: Exchange, cost: tuple[str, int], many: int, django_assert_num_queries: Any
    ):
        role, statements = cost
        for _ in range(many):
            waits(exchange, UserFactory())
        client = signed_in(cast[role])
        client.get(exchange.get_absolute_url())
        with django_assert_num_queries(statements):
            client.get(exchange.get_absolute_url())


class TestAnswerPage:
    def test_both_answers_are_offered_on_the_page_of_the_e_mails_and_on_the_home_page(
        self, cast: Cast, exchange: Exchange, django_assert_num_queries: Any
    ):
        RegistrationFactory(exchange=exchange, user=cast["M"])
        client = signed_in(cast["M"])
        for path in (address(exchange, "answer"), "/"):
            page = client.get(path)
            assert {"Join the waiting list", "I cannot come"} <= set(texts(page, "button"))
        with django_assert_num_queries(8):
            page = client.get(address(exchange, "answer"))
        assert "All seats are taken." in " ".join(texts(page, "p"))
        answer = client.post(address(exchange, "answer"), {"answer": "no", "next": "/"})
        assert (answer.headers["Location"], exchange.registrations.get(user=cast["M"]).state) == ("/", "declined")
        assert "Join the waiting list" in texts(client.get(address(exchange, "answer")), "button")

    @pytest.mark.parametrize("state", ["attended", "no_show"])
    def test_nothing_can_be_answered_once_attendance_is_recorded(self, cast: Cast, exchange: Exchange, state: str):
        row = exchange.registrations.get(user=cast["R"])
        row.state = state
        row.save()
        assert [
            text
            for text in texts(signed_in(cast["R"]).get(address(exchange, "answer")), "button")
            if "come" in text or "coming" in text
        ] == []


class TestNeeds:
    NEEDS = {"travels": "train", "comes_from": "Nantes", "access": "A ramp", "diet": "No nuts"}

    def test_page_states_purpose_and_retention(self, cast: Cast, exchange: Exchange):
        page = signed_in(cast["R"]).get(address(exchange, "needs"))
        assert (
            "Optional. Your answers help the host to welcome you. Only you, the lab and the host’s"
            " coordinator and pilot can read them. They are erased 30 days after the last day."
        ) in texts(page, "p")

    def test_registered_person_can_enter_needs(self, cast: Cast, exchange: Exchange):
        page = signed_in(cast["R"]).post(address(exchange, "needs"), self.NEEDS, follow=True)
        stored = Needs.objects.get(registration__user=cast["R"])
        assert ({name: getattr(stored, name) for name in self.NEEDS}, messages_on(page)) == (
            self.NEEDS,
            ["Your journey and your needs are saved."],
        )

    def test_form_shows_the_saved_needs(self, cast: Cast, exchange: Exchange):
        NeedsFactory(registration=exchange.registrations.get(), **self.NEEDS)
        page = signed_in(cast["R"]).get(address(exchange, "needs"))
        assert [text for text in texts(page, "textarea") if text] == ["A ramp", "No nuts"]

    def test_form_never_shows_needs_of_others(self, cast: Cast, exchange: Exchange):
        NeedsFactory(registration=exchange.registrations.get())
        waits(exchange, cast["M"])
        page = signed_in(cast["M"]).get(address(exchange, "needs"))
        assert "No nuts" not in page.content.decode()

    @pytest.mark.parametrize("role", "SMN")
    def test_person_without_an_answer_must_answer_first(self, cast: Cast, exchange: Exchange, role: str):
        client = signed_in(cast[role])
        for page in (client.get(address(exchange, "needs")), client.post(address(exchange, "needs"), self.NEEDS)):
            assert "Answer “I am coming” first." in " ".join(texts(page, "p"))
        assert Needs.objects.count() == 0

    @pytest.mark.parametrize(
        ("field", "value"),
        [("travels", "on a broom"), ("comes_from", "x" * 201), ("access", "x" * 1001), ("diet", "a\0b")],
    )
    def test_invalid_input_stays_in_the_form_and_is_not_saved(
        self, cast: Cast, exchange: Exchange, field: str, value: str
    ):
        page = signed_in(cast["R"]).post(address(exchange, "needs"), {**self.NEEDS, field: value})
        assert (page.status_code, bool(errors(page)), Needs.objects.count()) == (200, True, 0)
        assert "Nantes" in page.content.decode() or field == "comes_from"

    @pytest.mark.parametrize("role", "RM")
    def test_link_to_needs_is_next_to_the_answer(self, cast: Cast, exchange: Exchange, role: str):
        waits(exchange, cast["M"])
        assert "Describe your journey and your needs" in links(signed_in(cast[role]).get(exchange.get_absolute_url()))

    def test_link_is_hidden_without_an_answer(self, cast: Cast, exchange: Exchange):
        assert "Describe your journey and your needs" not in links(
            signed_in(cast["M"]).get(exchange.get_absolute_url())
        )

    def test_needs_page_costs_few_statements(self, cast: Cast, exchange: Exchange, django_assert_num_queries: Any):
        client = signed_in(cast["R"])
        client.get(address(exchange, "needs"))
        with django_assert_num_queries(6):
            client.get(address(exchange, "needs"))


class TestGuests:
    ANN = {"name": "Ann Other", "organisation": "Network", "email": "ann@network.example"}

    @pytest.fixture
    def roomy(self, exchange: Exchange) -> Exchange:
        exchange.capacity = 3
        exchange.save()
        return exchange

    def add(self, client: Client, exchange: Exchange, **form: Any) -> Any:
        return client.post(address(exchange, "add_guest"), {**self.ANN, **form}, follow=True)

    def test_pilot_can_add_a_guest(self, cast: Cast, roomy: Exchange):
        page = self.add(signed_in(cast["P"]), roomy, invited_by=cast["M"].pk)
        guest = Guest.objects.get()
        assert (guest.name, guest.email, guest.invited_by) == ("Ann Other", "ann@network.example", cast["M"])
        assert messages_on(page) == ["A seat is reserved for the guest."]
        assert ["Network", "expected"] in [row[:2] for row in rows(page)]

    def test_form_preselects_the_person_as_inviter(self, cast: Cast, roomy: Exchange):
        page = signed_in(cast["P"]).get(address(roomy, "add_guest"))
        chosen = [option["text"] for option in elements(page, "option") if "selected" in option["attrs"]]
        assert chosen == ["Pilot Rivage"]

    @pytest.mark.parametrize(("role", "offered"), [("P", False), ("S", True)])
    def test_people_of_other_cohorts_are_offered_to_the_lab_only(
        self, cast: Cast, roomy: Exchange, role: str, offered: bool
    ):
        page = signed_in(cast[role]).get(address(roomy, "add_guest"))
        assert ("Neighbour Montagne" in texts(page, "option")) == offered

    def test_people_of_other_cohorts_are_refused_as_inviters(self, cast: Cast, roomy: Exchange):
        page = self.add(signed_in(cast["P"]), roomy, invited_by=cast["N"].pk)
        assert (bool(errors(page)), Guest.objects.count()) == (True, 0)

    def test_guest_added_twice_is_saved_once(self, cast: Cast, roomy: Exchange):
        for _ in range(2):
            page = self.add(signed_in(cast["P"]), roomy, invited_by=cast["P"].pk)
        assert ("This guest is on the list already." in " ".join(errors(page)), Guest.objects.count()) == (True, 1)

    def test_guest_is_refused_when_no_seat_is_left(self, cast: Cast, exchange: Exchange):
        page = self.add(signed_in(cast["P"]), exchange, invited_by=cast["P"].pk)
        assert "Every seat of the Intertransfo is taken." in " ".join(texts(page, "div", "error-summary"))
        assert Guest.objects.count() == 0

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", "  "),
            ("name", "x" * 201),
            ("organisation", ""),
            ("email", "nobody"),
            ("invited_by", ""),
            ("invited_by", "999999999999999999999"),
        ],
    )
    def test_invalid_input_is_refused(self, cast: Cast, roomy: Exchange, field: str, value: str):
        page = self.add(signed_in(cast["P"]), roomy, **{"invited_by": cast["P"].pk, field: value})
        assert (page.status_code, bool(errors(page)), Guest.objects.count()) == (200, True, 0)

    @pytest.mark.parametrize("state", ["proposed", "host_confirmed", "announced", "held"])
    def test_guests_can_be_added_only_while_people_can_answer(self, cast: Cast, state: str):
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state=state)
        client = signed_in(cast["P"])
        assert "Reserve a seat" not in texts(client.get(address(exchange, "add_guest")), "button")
        self.add(client, exchange, invited_by=cast["P"].pk)
        assert Guest.objects.count() == 0

    @pytest.mark.parametrize("role", "DMRAN")
    def test_other_people_cannot_read_addresses_of_guests(self, cast: Cast, roomy: Exchange, role: str):
        GuestFactory(exchange=roomy, email="ann@network.example")
        client = signed_in(cast[role])
        pages = [client.get(address(roomy, route)) for route in ("exchange", "participants")]
        pages.append(client.get(f"/lists/participants/file/csv/?subject_key={roomy.pk}&columns=email"))
        assert [page.status_code for page in pages] == [200, *[200 if role == "D" else 403] * 2]
        assert [page for page in pages if "ann@network.example" in page.content.decode()] == []


class TestRemoveGuest:
    def test_removal_page_lists_the_consequences(self, cast: Cast, exchange: Exchange):
        exchange.capacity = 2
        exchange.save()
        guest = GuestFactory(exchange=exchange, name="Ann Other", organisation="Network")
        page = signed_in(cast["P"]).get(address(exchange, "remove_guest", guest.pk))
        assert texts(page, "li")[-2:] == [
            ("Ann Other (Network) is removed from the list of guests. No e-mail is sent: inform this person yourself."),
            "The seat goes to the person who has waited longest. That person receives an e-mail at once.",
        ]
        assert Guest.objects.count() == 1

    def test_removal_gives_the_seat_to_the_first_waiting_person(self, cast: Cast, exchange: Exchange):
        exchange.capacity = 2
        exchange.save()
        guest = GuestFactory(exchange=exchange, name="Ann Other")
        waits(exchange, cast["M"])
        page = signed_in(cast["P"]).post(address(exchange, "remove_guest", guest.pk), follow=True)
        assert (Guest.objects.count(), messages_on(page)) == (0, ["Ann Other is removed from the list."])
        assert Registration.objects.get(user=cast["M"]).state == "registered"

    def test_removal_sent_twice_shows_a_message(self, cast: Cast, exchange: Exchange):
        exchange.capacity = 2
        exchange.save()
        where = address(exchange, "remove_guest", GuestFactory(exchange=exchange).pk)
        client = signed_in(cast["P"])
        client.post(where, follow=True)
        assert messages_on(client.post(where, follow=True)) == ["This guest is not on the list."]

    def test_guest_of_another_exchange_is_not_found(self, cast: Cast, exchange: Exchange):
        elsewhere = GuestFactory(exchange__host=None)
        where = address(exchange, "remove_guest", elsewhere.pk)
        client = signed_in(cast["S"])
        client.post(where)
        assert (client.get(where).status_code, Guest.objects.count()) == (404, 1)
