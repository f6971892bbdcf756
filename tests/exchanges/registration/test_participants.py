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
from exchanges.registration.actions import record_absence, undo_attendance
from lists.models import BulkRun
from tests.exchanges.registration.test_views import address, messages_on, signed_in, waits
from tests.factories.accounts import UserFactory
from tests.factories.cast import EVERYONE, TODAY, Cast
from tests.factories.cohorts import MembershipFactory
from tests.factories.exchanges import ExchangeFactory, GuestFactory, NeedsFactory, RegistrationFactory
from tests.lists.bulk import hidden_values
from tests.pages import elements, errors, links, rows, texts

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


def file_of(exchange: Exchange, file_format: str) -> str:
    return f"/lists/participants/file/{file_format}/?subject_key={exchange.pk}"


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
    everyone = ["Ambassador Rivage", "Gil Guest", "Neighbour Montagne"]
    for reader, names, needs, addresses in (
        (cast["P"], everyone, True, True),
        (cast["D"], everyone, False, False),
        (other_pilot, ["Neighbour Montagne"], False, False),
    ):
        client = signed_in(reader)
        page = client.get(address(exchange, "participants"))
        assert names_on(page) == names
        columns = "columns=access.comes-from.email.waiting-number"
        chosen = client.get(f"{address(exchange, 'participants')}?{columns}")
        for content in (chosen, client.get(f"{file_of(exchange, 'csv')}&{columns}")):
            text = content.content.decode()
            found = ("A ramp" in text, "Nantes" in text, "gil@network.example" in text)
            assert found == (needs, needs, addresses)
    assert rows(chosen) == [["1"]]
    assert signed_in(cast["M"]).get(file_of(exchange, "csv")).status_code == 403
    assert signed_in(cast["X"]).get(file_of(exchange, "csv")).status_code == 404


def test_filters_find_people_and_keep_the_waiting_list_in_order(cast: Cast, exchange: Exchange):
    waits(exchange, UserFactory(full_name="Ann Later"))
    client = signed_in(cast["P"])
    for query, names in (
        ({"answer": "waitlisted"}, ["Neighbour Montagne", "Ann Later"]),
        ({"answer": "registered"}, ["Ambassador Rivage", "Gil Guest"]),
        ({"answer": "attended"}, []),
        ({"kind": "guests"}, ["Gil Guest"]),
        ({"sort": "-affiliation"}, ["Ann Later", "Ambassador Rivage", "Gil Guest", "Neighbour Montagne"]),
        ({"needs": "access"}, ["Ambassador Rivage"]),
        ({"cohort": cast.other_cohort.pk}, ["Neighbour Montagne"]),
        ({"q": "gÎl"}, ["Gil Guest"]),
        ({"q": "ambassador"}, ["Ambassador Rivage"]),
    ):
        assert names_on(client.get(address(exchange, "participants"), query)) == names
    nobody = client.get(address(exchange, "participants"), {"q": "nobody"})
    assert texts(nobody, "p", "empty-title") == ["Nothing fits these filters"]
    assert names_on(signed_in(cast["D"]).get(address(exchange, "participants"), {"needs": "access"})) == [
        "Ambassador Rivage",
        "Ann Later",
        "Gil Guest",
        "Neighbour Montagne",
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
    pages = [(address(exchange, route), 7) for route in ("badges", "sign_in_sheet")]
    for page, statements in ((address(exchange, "participants"), 10), (file_of(exchange, "xlsx"), 8), *pages):
        client.get(page)
        with django_assert_num_queries(statements):
            client.get(page)


def test_files_hold_the_filtered_list_and_say_when_to_delete_them(cast: Cast, exchange: Exchange):
    book = signed_in(cast["P"]).get(f"{file_of(exchange, 'xlsx')}&q=ambassador")
    sheets = CalamineWorkbook.from_filelike(BytesIO(book.content))
    rows, about = (sheets.get_sheet_by_index(number).to_python() for number in (0, 1))
    assert rows[1:] == [["Ambassador Rivage", "Rivage", "registered", "", "by train", "Nantes", "A ramp", "No nuts"]]
    assert ["Filter by name", "ambassador"] in about
    assert ["Delete this file by", "9 July 2027: it holds people’s needs."] in about
    book = signed_in(cast["D"]).get(file_of(exchange, "xlsx"))
    sheets = CalamineWorkbook.from_filelike(BytesIO(book.content))
    rows, about = (sheets.get_sheet_by_index(number).to_python() for number in (0, 1))
    assert rows == [
        ["Name", "Cohort or organisation", "Answer", "Waiting list"],
        ["Ambassador Rivage", "Rivage", "registered", ""],
        ["Gil Guest", "Réseau de démonstration", "expected", ""],
        ["Neighbour Montagne", "Montagne", "on the waiting list", 1.0],
    ]
    assert "Delete this file by" not in [label for label, *_values in about]


def test_before_the_first_day_nothing_can_be_recorded(cast: Cast, exchange: Exchange):
    client, row = signed_in(cast["P"]), exchange.registrations.get(user=cast["M"])
    page = client.get(address(exchange, "participants"))
    assert ("Check in" in texts(page, "button"), "Add participant without invitation" in links(page)) == (False, False)
    for route in ("walk_in", "walk_in_guest"):
        assert "from the first day of the Intertransfo on" in client.get(address(exchange, route)).content.decode()
    page = client.get(address(exchange, "record_remaining"))
    assert "This Intertransfo is not marked as held. Mark it as held, then record attendance." in texts(page, "b")
    page = client.post(address(exchange, "check_in", row.pk), {"attendance": "came"}, follow=True)
    assert messages_on(page) == ["Attendance can be recorded from the first day of the Intertransfo on."]
    assert "Check in" not in texts(page, "button")


@travel(MORNING, tick=False)
def test_host_checks_in_by_tap_and_corrects(cast: Cast, exchange: Exchange):
    client = signed_in(cast["D"])
    page = client.get(address(exchange, "participants"), {"q": "ambassador"})
    labels = {button["attrs"].get("aria-label"): button for button in elements(page, "button")}
    tap = labels["Check in Ambassador Rivage"]
    (sent,) = [each for each in elements(page, "input") if each["attrs"].get("name") == "list"]
    values = {"attendance": "came", "list": sent["attrs"]["value"]}
    answer = client.post(tap["attrs"]["formaction"], values)
    row = exchange.registrations.get(user=cast["M"])
    assert answer.headers["Location"] == f"{address(exchange, 'participants')}?q=ambassador#row-{2 * row.pk}"
    for value, state in (("undo", "registered"), ("absent", "no_show"), ("came", "attended"), ("x", "attended")):
        page = client.post(address(exchange, "check_in", row.pk), {"attendance": value}, follow=True)
        row.refresh_from_db()
        assert row.state == state
    assert messages_on(page) == ["Choose one of the buttons."]
    guest = exchange.guests.get()
    came = {"attendance": "came", "list": ""}
    page = client.post(address(exchange, "check_in_guest", guest.pk), came, follow=True)
    assert messages_on(page) == ["Saved: Gil Guest, came."]


@travel(MORNING, tick=False)
def test_selected_participants_are_checked_in_and_that_is_undone(cast: Cast, exchange: Exchange):
    ambassador, neighbour = exchange.registrations.get(user=cast["M"]), exchange.registrations.get(user=cast["N"])
    guest = exchange.guests.get()

    def states() -> list[tuple[str, bool]]:
        people = (ambassador, neighbour, guest)
        for each in people:
            each.refresh_from_db()
        return [(each.state, each.walk_in) for each in people]

    before, (client, everyone) = states(), (signed_in(cast["D"]), f"?subject_key={exchange.pk}&all=1")
    record_absence(participant=ambassador, at=MORNING, by=cast["D"])
    for action, title, after in (
        ("check-in", "Check in: 3 of 3", [("attended", False), ("attended", True), ("attended", False)]),
        ("absence", "Record absence: 1 of 3", [("no_show", False), ("waitlisted", False), ("no_show", False)]),
    ):
        where = f"/lists/participants/actions/{action}/{everyone}"
        preview = client.get(where)
        assert texts(preview, "h1") == [title]
        assert client.post(where, hidden_values(preview)).url == address(exchange, "participants")
        assert states() == after
        client.post(f"/bulk/{BulkRun.objects.latest('pk').pk}/undo/")
        assert states() == [("no_show", False), *before[1:]]
    where = f"/lists/participants/actions/check-in/{everyone}"
    client.post(where, hidden_values(client.get(where)))
    assert texts(client.get(where), "h1") == ["Check in: 0 of 3"]
    undo_attendance(participant=neighbour, at=MORNING, by=cast["D"])
    page = client.post(f"/bulk/{BulkRun.objects.latest('pk').pk}/undo/", follow=True)
    assert messages_on(page)[-1] == "“Check in” is undone for 2 rows. 1 row has stayed as it was."
    assert signed_in(cast["M"]).get(where).status_code == 403


def test_nobody_is_checked_in_by_a_bulk_action_before_the_first_day(cast: Cast, exchange: Exchange):
    page = signed_in(cast["P"]).get(f"/lists/participants/actions/check-in/?subject_key={exchange.pk}&all=1")
    reasons = [text for text in texts(page, "strong") if text.endswith(".")]
    assert reasons == ["Attendance can be recorded from the first day of the Intertransfo on."]


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
    assert messages_on(page) == ["Admin Rivage is checked in."]
    assert Registration.objects.get(user=cast["A"]).walk_in
    page = client.get(address(exchange, "walk_in"))
    assert {"Ambassador Rivage", "Admin Rivage"} & set(texts(page, "option")) == set()
    assert "Staff Lab" in texts(page, "option")
    page = client.post(address(exchange, "walk_in_guest"), {"name": "Wim Walk", "organisation": ""})
    assert (len(errors(page)), "Wim Walk" in page.content.decode(), Guest.objects.count()) == (1, True, 1)
    data = {"name": "Wim Walk", "organisation": "Net"}
    page = client.post(address(exchange, "walk_in_guest"), data, follow=True)
    guest = Guest.objects.get(name="Wim Walk")
    assert (messages_on(page), guest.walk_in) == (["Wim Walk is checked in."], True)
    page = client.post(address(exchange, "check_in_guest", guest.pk), {"attendance": "undo"}, follow=True)
    assert messages_on(page) == ["Wim Walk is removed from the list."]


def test_everyone_else_is_recorded_at_once(cast: Cast):
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held")
    RegistrationFactory(exchange=exchange, user=cast["M"], state="registered")
    GuestFactory(exchange=exchange)
    client = signed_in(cast["D"])
    page = client.get(address(exchange, "record_remaining"))
    assert "Nothing is recorded yet for 2 people with a seat. Did they come?" in texts(page, "p")
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


def test_badges_and_sign_in_sheet_are_for_those_who_record_attendance(exchange: Exchange, other_pilot: User):
    client = signed_in(other_pilot)  # who reads the participants of their own cohort
    codes = [client.get(address(exchange, route)).status_code for route in ("participants", "badges", "sign_in_sheet")]
    assert codes == [200, 403, 403]


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
