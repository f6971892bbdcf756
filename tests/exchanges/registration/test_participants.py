"""The list of participants of an exchange: who sees what, check-in, walk-ins, files, badges and sign-in sheets."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook
from time_machine import travel

from accounts.models import User
from exchanges.models import Exchange, Guest, Registration
from exchanges.permissions import EditionRoles, can_see_participants, cohorts_of_visible_participants
from tests.exchanges.registration.test_views import address, messages_on, signed_in, waits
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.exchanges import ExchangeFactory, GuestFactory, NeedsFactory, RegistrationFactory
from tests.pages import elements, errors, links, texts

pytestmark = pytest.mark.django_db
MORNING = datetime(2027, 6, 8, 7, tzinfo=UTC)


@pytest.fixture
def exchange(cast: Cast) -> Exchange:
    """Return an exchange that the cast's cohort hosts, with one seat for the ambassador, who has needs; the neighbour
    waits.
    """
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open", capacity=2)
    NeedsFactory(registration=RegistrationFactory(exchange=exchange, user=cast["M"], state="registered"))
    GuestFactory(exchange=exchange, name="Gil Guest", email="gil@network.example")
    waits(exchange, cast["N"], cohort=cast.other_cohort)
    return exchange


@pytest.fixture
def other_pilot(cast: Cast) -> User:
    return MembershipFactory(cohort=cast.other_cohort, role="pilot", user=UserFactory(full_name="Pia Montagne")).user


def names_on(page: Any) -> list[str]:
    return [cell["text"] for cell in elements(page, "th") if cell["attrs"].get("scope") == "row"]


def test_participants_are_visible_to_those_who_record_attendance_or_lead_a_cohort(
    cast: Cast, exchange: Exchange, other_pilot: User
):
    people = {**cast.people, "O": other_pilot}
    roles = {role: EditionRoles(user, cast.edition, TODAY) for role, user in people.items()}
    assert "".join(role for role in [*EVERYONE, "O"] if can_see_participants(roles[role], exchange)) == "SCDPO"
    assert {role: cohorts_of_visible_participants(roles[role], exchange) for role in "SDO"} == {
        "S": None,
        "D": None,
        "O": [cast.other_cohort.pk],
    }
    assert can_see_participants(roles["M"], exchange).reason == (
        "Only the lab, the host’s design team, and the coordinators and pilots of the cohorts can see the participants."
    )


def test_list_shows_each_reader_what_they_may_see(cast: Cast, exchange: Exchange, other_pilot: User):
    everyone = ["Ambassador Rivage", "Neighbour Montagne", "Gil Guest"]
    for reader, names, needs, addresses in (
        (cast["P"], everyone, True, True),
        (cast["D"], everyone, False, False),
        (other_pilot, ["Neighbour Montagne"], False, False),
    ):
        client = signed_in(reader)
        page = client.get(address(exchange, "participants"))
        assert names_on(page) == names
        for content in (page, client.get(address(exchange, "participants_csv"))):
            text = content.content.decode()
            assert ("A ramp" in text, "Nantes" in text) == (needs, needs)
        assert ("gil@network.example" in page.content.decode()) == addresses
    assert "number 1" in texts(page, "small")


def test_filters_find_people_and_keep_the_waiting_list_in_order(cast: Cast, exchange: Exchange):
    waits(exchange, UserFactory(full_name="Ann Later"))
    client = signed_in(cast["P"])
    for query, names in (
        ({"answer": "waitlisted"}, ["Neighbour Montagne", "Ann Later"]),
        ({"answer": "registered"}, ["Ambassador Rivage", "Gil Guest"]),
        ({"answer": "attended"}, []),
        ({"needs": "access"}, ["Ambassador Rivage"]),
        ({"cohort": cast.other_cohort.pk}, ["Neighbour Montagne"]),
        ({"q": "gÎl"}, ["Gil Guest"]),
        ({"q": "ambassador"}, ["Ambassador Rivage"]),
    ):
        assert names_on(client.get(address(exchange, "participants"), query)) == names
    assert "3 people · 1 external guest" in texts(client.get(address(exchange, "participants")), "p")
    nobody = client.get(address(exchange, "participants"), {"q": "nobody"})
    assert texts(nobody, "p", "empty-title") == ["Nobody fits these filters"]
    assert names_on(signed_in(cast["D"]).get(address(exchange, "participants"), {"needs": "access"})) == [
        "Ambassador Rivage",
        "Ann Later",
        "Neighbour Montagne",
        "Gil Guest",
    ]


@pytest.mark.parametrize("many", [1, 3])
def test_list_costs_the_same_for_any_number_of_people(
    cast: Cast, exchange: Exchange, many: int, django_assert_num_queries: Any
):
    exchange.capacity = None
    exchange.save()
    for _ in range(many):
        waiting = {"registration__state": "waitlisted", "registration__cohort": cast.other_cohort}
        NeedsFactory(registration__exchange=exchange, **waiting)
        GuestFactory(exchange=exchange)
    client = signed_in(cast["P"])
    for route, statements in (("participants", 10), ("participants_xlsx", 8), ("badges", 8), ("sign_in_sheet", 8)):
        client.get(address(exchange, route))
        with django_assert_num_queries(statements):
            client.get(address(exchange, route))


def test_files_hold_the_filtered_list_and_say_when_to_delete_them(cast: Cast, exchange: Exchange):
    book = signed_in(cast["P"]).get(address(exchange, "participants_xlsx"), {"q": "ambassador"})
    sheets = CalamineWorkbook.from_filelike(BytesIO(book.content))
    rows, about = (sheets.get_sheet_by_index(number).to_python() for number in (0, 1))
    assert rows[1:] == [["Ambassador Rivage", "Rivage", "registered", "", "by train", "Nantes", "A ramp", "No nuts"]]
    assert ["Name", "ambassador"] in about
    assert ["Delete this file by", "9 July 2027: it holds people’s needs."] in about
    book = signed_in(cast["D"]).get(address(exchange, "participants_xlsx"))
    sheets = CalamineWorkbook.from_filelike(BytesIO(book.content))
    assert sheets.get_sheet_by_index(0).to_python() == [
        ["Name", "Cohort or organisation", "Answer", "Number on the waiting list"],
        ["Ambassador Rivage", "Rivage", "registered", ""],
        ["Neighbour Montagne", "Montagne", "on the waiting list", 1.0],
        ["Gil Guest", "Réseau de démonstration", "expected", ""],
    ]


def test_before_the_first_day_nothing_can_be_recorded(cast: Cast, exchange: Exchange):
    client, row = signed_in(cast["P"]), exchange.registrations.get(user=cast["M"])
    page = client.get(address(exchange, "participants"))
    assert ("Check in" in texts(page, "button"), "Add someone of the edition" in links(page)) == (False, False)
    for route in ("walk_in", "walk_in_guest"):
        assert "from the first day of the Intertransfo on" in client.get(address(exchange, route)).content.decode()
    page = client.get(address(exchange, "record_remaining"))
    assert "First record that the Intertransfo took place." in texts(page, "b")
    page = client.post(address(exchange, "check_in", row.pk), {"attendance": "came"}, follow=True)
    assert messages_on(page) == ["Attendance can be recorded from the first day of the Intertransfo on."]
    assert "Check in" not in texts(page, "button")


@travel(MORNING, tick=False)
def test_host_checks_in_by_tap_and_corrects(cast: Cast, exchange: Exchange):
    client = signed_in(cast["D"])
    page = client.get(address(exchange, "participants"), {"q": "ambassador"})
    (tap,) = [button for button in elements(page, "button") if button["text"] == "Check in"]
    assert tap["attrs"]["aria-label"] == "Check in Ambassador Rivage"
    answer = client.post(tap["attrs"]["formaction"], {"attendance": "came"})
    row = exchange.registrations.get(user=cast["M"])
    assert answer.headers["Location"] == f"{address(exchange, 'participants')}?q=ambassador#participant-{row.pk}"
    for value, state in (("undo", "registered"), ("absent", "no_show"), ("came", "attended"), ("x", "attended")):
        page = client.post(address(exchange, "check_in", row.pk), {"attendance": value}, follow=True)
        row.refresh_from_db()
        assert row.state == state
    assert messages_on(page) == ["Choose one of the buttons."]
    guest = exchange.guests.get()
    page = client.post(address(exchange, "check_in_guest", guest.pk) + "?list=", {"attendance": "came"}, follow=True)
    assert messages_on(page) == ["Saved: Gil Guest, came."]


@travel(MORNING, tick=False)
def test_participant_of_another_exchange_is_not_found(cast: Cast, exchange: Exchange):
    client = signed_in(cast["P"])
    elsewhere = RegistrationFactory(exchange=ExchangeFactory(state="held"), state="registered")
    guest = GuestFactory(exchange=elsewhere.exchange)
    for route, pk in (("check_in", elsewhere.pk), ("check_in_guest", guest.pk)):
        assert client.get(address(exchange, route, pk)).status_code == 404
        assert client.post(address(exchange, route, pk), {"attendance": "came"}).status_code == 404
    elsewhere.refresh_from_db()
    assert elsewhere.state == "registered"


@travel(MORNING, tick=False)
def test_walk_ins_are_added_and_errors_stay_in_their_form(cast: Cast, exchange: Exchange):
    client = signed_in(cast["D"])
    page = client.post(address(exchange, "walk_in"), {"user": cast["A"].pk}, follow=True)
    assert messages_on(page) == ["Admin Rivage is on the list as having come."]
    assert Registration.objects.get(user=cast["A"]).walk_in
    page = client.get(address(exchange, "walk_in"))
    assert {"Ambassador Rivage", "Admin Rivage"} & set(texts(page, "option")) == set()
    assert "Staff Lab" in texts(page, "option")
    page = client.post(address(exchange, "walk_in_guest"), {"name": "Wim Walk", "organisation": ""})
    assert (len(errors(page)), "Wim Walk" in page.content.decode(), Guest.objects.count()) == (1, True, 1)
    data = {"name": "Wim Walk", "organisation": "Net"}
    page = client.post(address(exchange, "walk_in_guest"), data, follow=True)
    guest = Guest.objects.get(name="Wim Walk")
    assert (messages_on(page), guest.walk_in) == (["Wim Walk is on the list as having come."], True)
    page = client.post(address(exchange, "check_in_guest", guest.pk), {"attendance": "undo"}, follow=True)
    assert messages_on(page) == ["Wim Walk is removed from the list."]


def test_everyone_else_is_recorded_at_once(cast: Cast):
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held")
    RegistrationFactory(exchange=exchange, user=cast["M"], state="registered")
    GuestFactory(exchange=exchange)
    client = signed_in(cast["D"])
    page = client.get(address(exchange, "record_remaining"))
    assert "For 2 people with a seat nothing is recorded yet." in texts(page, "p")
    assert errors(client.post(address(exchange, "record_remaining"), {"came": "perhaps"}))
    page = client.post(address(exchange, "record_remaining"), {"came": "no"}, follow=True)
    assert messages_on(page) == ["Attendance of 2 people is recorded."]
    assert {exchange.registrations.get().state, exchange.guests.get().state} == {"no_show"}
    page = client.get(address(exchange, "record_remaining"))
    assert "The attendance of everyone with a seat is recorded." in page.content.decode()


class TestCode:
    def test_participant_shows_their_code_and_others_are_told_they_have_no_seat(self, cast: Cast, exchange: Exchange):
        client = signed_in(cast["M"])
        page = client.get(address(exchange, "own_code"))
        assert [picture["attrs"]["aria-label"] for picture in elements(page, "svg", "qr-code")] == ["Your QR code"]
        assert "Show your QR code for the entrance" in links(client.get(exchange.get_absolute_url()))
        page = signed_in(cast["R"]).get(address(exchange, "own_code"))
        assert (elements(page, "svg", "qr-code"), "no seat" in page.content.decode()) == ([], True)

    def test_own_code_leads_its_owner_to_the_page_that_shows_it(self, cast: Cast, exchange: Exchange):
        own = address(exchange, "check_in", exchange.registrations.get(user=cast["M"]).pk)
        assert signed_in(cast["M"]).get(own).headers["Location"] == address(exchange, "own_code")
        assert signed_in(cast["R"]).get(own).status_code == 403


def test_badges_and_sign_in_sheet_list_people_with_a_seat(cast: Cast, exchange: Exchange):
    client = signed_in(cast["D"])
    page = client.get(address(exchange, "badges"))
    assert texts(page, "span", "badge-name") == ["Ambassador Rivage", "Gil Guest"]
    assert len(elements(page, "svg", "qr-code")) == 2
    page = client.get(address(exchange, "sign_in_sheet"))
    assert names_on(page) == ["Ambassador Rivage", "Gil Guest"]
    assert texts(page, "th")[:8] == [
        "Name",
        "Cohort or organisation",
        "Tue 8 June 2027",
        "Wed 9 June 2027",
        *["Morning", "Afternoon"] * 2,
    ]
    page = client.get(reverse("exchanges:badges", args=[exchange.pk]), {"answer": "declined"})
    assert texts(page, "p", "empty-title") == ["Nobody to print a badge for"]
