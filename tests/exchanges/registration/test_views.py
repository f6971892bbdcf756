"""Pages about one's number on the waiting list, needs, the host's summary, guests, and attendance."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from exchanges.models import Exchange, Guest, Needs, Registration
from exchanges.permissions import EditionRoles, can_manage_guests, can_see_needs, cohorts_named_on_waiting_list
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import ExchangeFactory, GuestFactory, NeedsFactory, RegistrationFactory
from tests.pages import elements, errors, links, rows, texts
from tests.pages import messages as every_message

KEEP = "Only the lab, the host’s coordinator and its pilot can invite guests."
READ = "Only the lab, the host’s coordinator and its pilot can read people’s needs."


def signed_in(person: User) -> Client:
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
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

    def test_leads_of_the_host_see_the_full_waiting_list_and_others_their_cohort(self, cast: Cast, exchange: Exchange):
        visible_cohorts = {
            role: cohorts_named_on_waiting_list(EditionRoles(cast[role], cast.edition, TODAY), exchange)
            for role in "SCPMN"
        }
        assert visible_cohorts == {"S": None, "C": None, "P": None, "M": [], "N": []}
        MembershipFactory(cohort=cast.other_cohort, user=cast["N"], role="pilot")
        assert cohorts_named_on_waiting_list(EditionRoles(cast["N"], cast.edition, TODAY), exchange) == [
            cast.other_cohort.pk
        ]


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

    @pytest.mark.parametrize(
        ("role", "names"),
        [
            ("S", ["number 1 · Neighbour Montagne · Montagne", "number 2 · Ambassador Rivage · Rivage"]),
            ("P", ["number 1 · Neighbour Montagne · Montagne", "number 2 · Ambassador Rivage · Rivage"]),
            ("M", []),
            ("A", []),
            ("X2", ["number 1 · Neighbour Montagne · Montagne"]),
        ],
    )
    def test_visible_names_on_the_waiting_list_depend_on_the_role(
        self, cast: Cast, exchange: Exchange, role: str, names: list[str]
    ):
        waits(exchange, cast["N"], cohort=cast.other_cohort)
        waits(exchange, cast["M"])
        cast.people["X2"] = MembershipFactory(cohort=cast.other_cohort, role="pilot").user
        page = signed_in(cast[role]).get(exchange.get_absolute_url())
        assert [text for text in texts(page, "li") if text.startswith("number")] == names

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

    @pytest.mark.parametrize(
        ("role", "is_visible"), [("S", True), ("C", True), ("P", True), ("D", False), ("M", False)]
    )
    def test_links_to_guests_and_needs_are_visible_to_people_allowed(
        self, cast: Cast, exchange: Exchange, role: str, is_visible: bool
    ):
        links_on_page = links(signed_in(cast[role]).get(exchange.get_absolute_url()))
        assert ("Journeys and needs" in links_on_page, "External guests" in links_on_page) == (is_visible, is_visible)


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
            assert "Say first that you are coming." in " ".join(texts(page, "p"))
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


class TestSummary:
    @pytest.mark.parametrize("many", [1, 3])
    def test_summary_page_shows_counts_and_texts(
        self, cast: Cast, exchange: Exchange, many: int, django_assert_num_queries: Any
    ):
        exchange.capacity = None
        exchange.save()
        for _ in range(many):
            NeedsFactory(registration__exchange=exchange, registration__user__full_name="Ann Other")
        client = signed_in(cast["P"])
        client.get(address(exchange, "needs_summary"))
        with django_assert_num_queries(7):
            page = client.get(address(exchange, "needs_summary"))
        assert rows(page) == [["Ann Other Rivage", "by train Nantes", "A ramp", "No nuts"]] * many
        assert texts(page, "b", "figure-value") == [str(many + 1), str(many), str(many), str(many)]
        assert texts(page, "div", "figure")[-1] == f"By train {many}"

    def test_summary_page_has_a_print_button(self, cast: Cast, exchange: Exchange):
        page = signed_in(cast["S"]).get(address(exchange, "needs_summary"))
        assert "Print" in texts(page, "button")

    def test_summary_page_states_that_there_is_no_information(self, cast: Cast, exchange: Exchange):
        page = signed_in(cast["C"]).get(address(exchange, "needs_summary"))
        assert texts(page, "p", "empty-title") == ["No information yet"]

    @pytest.mark.parametrize("role", "DMRAN")
    def test_other_people_cannot_read_the_summary(self, cast: Cast, exchange: Exchange, role: str):
        NeedsFactory(registration=exchange.registrations.get())
        page = signed_in(cast[role]).get(address(exchange, "needs_summary"))
        assert (page.status_code, "A ramp" in page.content.decode()) == (403, False)

    def test_pilot_of_another_cohort_cannot_read_the_summary(self, cast: Cast, exchange: Exchange):
        pilot = MembershipFactory(cohort=cast.other_cohort, role="pilot").user
        assert signed_in(pilot).get(address(exchange, "needs_summary")).status_code == 403


class TestGuests:
    ANN = {"name": "Ann Other", "organisation": "Network", "email": "ann@network.example"}

    @pytest.fixture
    def roomy(self, exchange: Exchange) -> Exchange:
        exchange.capacity = 3
        exchange.save()
        return exchange

    def add(self, client: Client, exchange: Exchange, **form: Any) -> Any:
        return client.post(address(exchange, "guests"), {**self.ANN, **form}, follow=True)

    def test_pilot_can_add_a_guest(self, cast: Cast, roomy: Exchange):
        page = self.add(signed_in(cast["P"]), roomy, invited_by=cast["M"].pk)
        guest = Guest.objects.get()
        assert (guest.name, guest.email, guest.invited_by) == ("Ann Other", "ann@network.example", cast["M"])
        assert messages_on(page) == ["A seat is reserved for the guest."]
        assert rows(page)[0][:5] == ["Ann Other", "Network", "ann@network.example", "Ambassador Rivage", "expected"]

    def test_form_preselects_the_person_as_inviter(self, cast: Cast, roomy: Exchange):
        page = signed_in(cast["P"]).get(address(roomy, "guests"))
        chosen = [option["text"] for option in elements(page, "option") if "selected" in option["attrs"]]
        assert chosen == ["Pilot Rivage"]

    @pytest.mark.parametrize(("role", "offered"), [("P", False), ("S", True)])
    def test_people_of_other_cohorts_are_offered_to_the_lab_only(
        self, cast: Cast, roomy: Exchange, role: str, offered: bool
    ):
        page = signed_in(cast[role]).get(address(roomy, "guests"))
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
        assert "Reserve a seat" not in texts(client.get(address(exchange, "guests")), "button")
        self.add(client, exchange, invited_by=cast["P"].pk)
        assert Guest.objects.count() == 0

    @pytest.mark.parametrize("many", [1, 3])
    def test_statement_count_does_not_depend_on_the_number_of_guests(
        self, cast: Cast, roomy: Exchange, many: int, django_assert_num_queries: Any
    ):
        roomy.capacity = None
        roomy.save()
        GuestFactory.create_batch(many, exchange=roomy)
        client = signed_in(cast["P"])
        client.get(address(roomy, "guests"))
        with django_assert_num_queries(7):
            page = client.get(address(roomy, "guests"))
        assert len(rows(page)) == many

    @pytest.mark.parametrize("role", "DMRAN")
    def test_other_people_cannot_read_addresses_of_guests(self, cast: Cast, roomy: Exchange, role: str):
        GuestFactory(exchange=roomy, email="ann@network.example")
        client = signed_in(cast[role])
        pages = [client.get(address(roomy, route)) for route in ("exchange", "guests")]
        assert [page.status_code for page in pages] == [200, 403]
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


class TestAttendance:
    @pytest.fixture
    def held(self, cast: Cast) -> Exchange:
        exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held")
        RegistrationFactory(exchange=exchange, user=cast["M"], state="registered")
        GuestFactory.create_batch(2, exchange=exchange)
        return exchange

    def test_guests_are_ticked_at_first(self, cast: Cast, held: Exchange):
        page = signed_in(cast["D"]).get(address(held, "attendance"))
        assert len([field for field in elements(page, "input") if "checked" in field["attrs"]]) == 3
        assert "network.example" not in page.content.decode()

    def test_attendance_of_guests_is_recorded(self, cast: Cast, held: Exchange):
        came, _away = held.guests.order_by("pk")
        signed_in(cast["D"]).post(address(held, "attendance"), {"guests": [came.pk]})
        assert list(held.guests.order_by("pk").values_list("state", flat=True)) == ["attended", "no_show"]
        assert held.registrations.get().state == "no_show"

    def test_attendance_can_be_corrected(self, cast: Cast, held: Exchange):
        one, other = held.guests.order_by("pk")
        for came in (one, other):
            signed_in(cast["D"]).post(address(held, "attendance"), {"guests": [came.pk]})
        assert list(held.guests.order_by("pk").values_list("state", flat=True)) == ["no_show", "attended"]

    def test_a_guest_of_another_exchange_is_refused(self, cast: Cast, held: Exchange):
        elsewhere = GuestFactory(exchange=ExchangeFactory(state="held", edition=CohortFactory().edition))
        page = signed_in(cast["D"]).post(address(held, "attendance"), {"guests": [elsewhere.pk]})
        assert (bool(errors(page)), set(Guest.objects.values_list("state", flat=True))) == (True, {"expected"})

    def test_attendance_can_be_recorded_with_guests_only(self, cast: Cast, held: Exchange):
        held.registrations.all().delete()
        page = signed_in(cast["D"]).get(address(held, "attendance"))
        assert (texts(page, "p", "empty-title"), "Record who came" in texts(page, "button")) == ([], True)

    def test_form_without_guests_has_no_field_for_them(self, cast: Cast, held: Exchange):
        held.guests.all().delete()
        page = signed_in(cast["D"]).get(address(held, "attendance"))
        assert "Guests who came" not in page.content.decode()
