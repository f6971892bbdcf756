"""The page of a calendar and its events: who sees what, who may move what, and what the page offers."""

from datetime import date, time
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from cohorts.models import Attendance, Membership, Session, SessionDay
from cohorts.sessions.actions.sessions import schedule_session
from notifications.calendars import pages, views
from tests.cohorts.pages import browser, page_links, page_text
from tests.factories.cast import EVERYONE, NOW, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, SessionFactory
from tests.factories.exchanges import ExchangeFactory, RegistrationFactory
from tests.pages import elements

pytestmark = pytest.mark.django_db
MARCH = {"start": "2027-03-01", "end": "2027-04-05"}


def session(cast: Cast, title: str = "Atelier", day: int = 9, **more: Any) -> Session:
    return SessionFactory(**({"cohort": cast.cohort, "title": title, "date": date(2027, 3, day)} | more))


def events(user: User, of: str = "", **parameters: str) -> list[dict[str, Any]]:
    """Return the events of a calendar in March 2027, without days off."""
    answer = browser(user).get("/calendar/events/", {**MARCH, "of": of, **parameters})
    assert answer.status_code == 200
    return [event for event in answer.json()["events"] if "href" in event["extendedProps"]]


def titles(user: User, of: str = "") -> list[str]:
    return [event["title"] for event in events(user, of)]


def calendar(user: User, **parameters: str) -> Any:
    return browser(user).get("/calendar/", {"on": "2027-03-09", **parameters})


def test_each_person_gets_the_events_that_they_may_see(cast: Cast):
    session(cast)
    session(cast, "Ailleurs", cohort=cast.other_cohort)
    far = CohortFactory(name="Lointain", authority__holiday_subdivision="57")
    session(cast, "Étranger", cohort=far)
    for state in ("postponed", "cancelled"):
        session(cast, state.title(), state=state)
    ExchangeFactory(edition=cast.edition, host=cast.cohort, number=3, first_day=date(2027, 3, 16), days=2)
    own = ["Atelier", "Intertransfo 3"]
    assert {role: sorted(titles(cast[role])) for role in EVERYONE} == {
        **dict.fromkeys("CDPMRA", own),
        "S": ["Ailleurs", "Atelier", "Intertransfo 3", "Étranger"],
        "N": ["Ailleurs", "Intertransfo 3"],
        "X": [],
    }
    assert sorted(titles(cast["S"], "cohort:rivage")) == own
    assert sorted(titles(cast["S"], "edition:transfo-2026")) == ["Ailleurs", *own]
    assert (titles(cast["M"], "mine"), titles(cast["R"], "mine")) == (own, ["Intertransfo 3"])
    text = page_text(calendar(cast["M"]))
    assert "Tue 9 March 2027 Atelier Rivage · 9:00 to 17:00, Salle du conseil" in text.replace("09:00", "9:00")
    assert [word for word in ("Ailleurs", "Étranger", "Montagne", "Lointain") if word in text] == []
    assert ["Good Friday" in page_text(calendar(cast[role])) for role in "SM"] == [True, False]  # of Moselle
    missing = [browser(cast["M"]).get("/calendar/", {"of": of}) for of in ("cohort:montagne", "cohort:no", "x:y", "x")]
    assert [answer.status_code for answer in missing] == [404] * 4


def test_only_people_who_may_plan_sessions_get_events_to_move_and_days_to_choose(cast: Cast):
    row, held = session(cast), session(cast, "Faite", day=10, state="held")
    meeting = ExchangeFactory(edition=cast.edition, host=cast.cohort, number=3, first_day=date(2027, 3, 16), days=2)
    session_move, exchange_move = f"/sessions/{row.pk}/move/", f"/exchanges/{meeting.pk}/move/"
    moves = {
        role: [event["extendedProps"]["move"] for event in events(cast[role]) if event["startEditable"]]
        for role in EVERYONE
    }
    assert moves == {
        "S": [session_move, exchange_move],
        **{key: [session_move] for key in "CDP"},
        **{key: [] for key in "MRANX"},
    }
    assert held.pk
    plan = "/cohorts/rivage/sessions/plan/"
    adding = {role: calendar(cast[role]).context["add_href"] for role in EVERYONE}
    assert adding == {"S": "/sessions/new/", **dict.fromkeys("CDP", plan), **dict.fromkeys("MRANX", "")}


def test_ones_own_calendar_leaves_out_a_declined_intertransfo_and_shows_a_proposed_one_as_uncertain(cast: Cast):
    meeting = ExchangeFactory(edition=cast.edition, host=cast.cohort, number=3, first_day=date(2027, 2, 28), days=2)
    (event,) = events(cast["M"], "mine")
    assert (event["start"], event["end"], event["classNames"]) == ("2027-03-01", "2027-03-02", ["of-0", "uncertain"])
    RegistrationFactory(exchange=meeting, user=cast["M"], state="declined")
    assert (titles(cast["M"], "mine"), titles(cast["M"])) == ([], ["Intertransfo 3"])


def test_days_that_follow_each_other_are_one_event_with_its_own_link(cast: Cast):
    row = session(cast, day=9, state="draft", date=date(2027, 3, 9))
    for day in (10, 23):
        SessionDay.objects.create(session=row, date=date(2027, 3, day), starts_at=time(9), ends_at=time(17))
    assert [(event["id"], event["start"], event["end"]) for event in events(cast["P"])] == [
        (f"session-{row.pk}-2027-03-09", "2027-03-09", "2027-03-11"),
        (f"session-{row.pk}-2027-03-23", "2027-03-23", "2027-03-24"),
    ]
    (first, _second) = events(cast["P"])
    assert "uncertain" in first["classNames"]
    label = "Atelier, Rivage, Tue 9 – Wed 10 March 2027, 9:00 to 17:00, Salle du conseil, draft"
    assert first["extendedProps"]["label"].replace("09:00", "9:00") == label


def test_a_week_has_the_hours_of_each_day_and_whole_days_where_there_are_none(cast: Cast):
    row = session(cast, day=9)
    SessionDay.objects.create(session=row, date=date(2027, 3, 10), starts_at=time(14), ends_at=time(16, 30))
    ExchangeFactory(edition=cast.edition, host=cast.cohort, number=3, first_day=date(2027, 3, 16), days=2)
    SessionDay.objects.create(session=session(cast, "Sans heure", day=22), date=date(2027, 3, 23))
    assert [(event["start"], event["end"], event["allDay"]) for event in events(cast["P"], view="week")] == [
        ("2027-03-09T09:00:00", "2027-03-09T17:00:00", False),
        ("2027-03-10T14:00:00", "2027-03-10T16:30:00", False),
        ("2027-03-16", "2027-03-18", True),
        ("2027-03-22", "2027-03-24", True),
    ]


def test_each_day_of_the_agenda_leads_to_its_week_and_adds_a_session(cast: Cast):
    session(cast)
    links = {role: page_links(calendar(cast[role], of="cohort:rivage")) for role in "PM"}
    week = "/calendar/?view=week&on=2027-03-09&of=cohort:rivage"
    assert [role for role, found in links.items() if week in found] == ["P", "M"]
    added = "/cohorts/rivage/sessions/plan/?first_day=2027-03-09&next="
    assert [role for role, found in links.items() if any(link.startswith(added) for link in found)] == ["P"]


def test_a_person_expected_at_two_sessions_is_an_overlap_until_one_excuses_them(cast: Cast):
    MembershipFactory(cohort=cast.other_cohort, user=cast["C"], role="coordinator")
    drafts = [session(cast, state="draft"), session(cast, "Ailleurs", cohort=cast.other_cohort, state="draft")]
    text = "Tue 9 March 2027: 1 person is expected at each of these."
    assert text in page_text(calendar(cast["S"]))
    assert [event["extendedProps"]["note"] for event in events(cast["S"])] == ["overlap", "overlap"]
    assert "is expected at each" not in page_text(calendar(cast["P"]))  # who sees one of the two only
    scheduled = schedule_session(session=drafts[0], at=NOW, by=cast["S"])
    member = Membership.objects.get(cohort=cast.cohort, user=cast["C"])
    Attendance.objects.filter(day__session=scheduled, member=member).update(status="excused")
    assert "is expected at each" not in page_text(calendar(cast["S"]))
    meeting = ExchangeFactory(
        edition=cast.edition, host=cast.cohort, number=3, first_day=date(2027, 3, 9), days=1, state="announced"
    )
    RegistrationFactory(exchange=meeting, user=cast["M"], state="registered")
    assert text in page_text(calendar(cast["M"]))


@pytest.mark.parametrize(("many", "more"), [(3, ""), (4, "and 1 other event"), (5, "and 2 other events")])
def test_an_overlap_names_three_of_its_events(cast: Cast, many: int, more: str):
    cohorts = [cast.cohort, *(CohortFactory(edition=cast.edition) for _ in range(many - 1))]
    for cohort in cohorts[1:]:
        MembershipFactory(cohort=cohort, user=cast["C"], role="coordinator")
    for cohort in cohorts:
        session(cast, cohort=cohort, state="draft")
    page = calendar(cast["S"])
    [(_overlap, named, _more)] = page.context["overlaps"]
    assert (len(named), more in page_text(page), "other event" in page_text(page)) == (3, True, bool(more))


@pytest.mark.parametrize("many", [1, 3])
def test_page_and_events_take_as_many_statements_for_three_sessions_as_for_one(
    cast: Cast, many: int, django_assert_num_queries: Any
):
    for number in range(many):
        session(cast, day=9 + number)
        ExchangeFactory(edition=cast.edition, number=number + 1, first_day=date(2027, 3, 16 + number), days=1)
    for role, of, page_statements, json_statements in (
        ("S", "", 9, 6),
        ("P", "", 10, 7),
        ("P", "cohort:rivage", 10, 8),
        ("M", "mine", 10, 7),
    ):
        client = browser(cast[role])
        with django_assert_num_queries(page_statements):
            page = client.get("/calendar/", {"on": "2027-03-09", "of": of})
        assert len(page.content) < 60 * 1024
        with django_assert_num_queries(json_statements):
            answer = client.get("/calendar/events/", {**MARCH, "of": of})
        assert len(answer.json()["events"]) > 2 * many


def test_addresses_keep_what_is_chosen_and_bad_ones_show_this_month(cast: Cast):
    page = calendar(cast["M"], view="week", of="cohort:rivage")
    links = page_links(page)
    assert {
        "/calendar/?view=week&on=2027-03-07&of=cohort:rivage",
        "/calendar/?view=week&on=2027-03-15&of=cohort:rivage",
        "/calendar/?view=month&on=2027-03-09&of=cohort:rivage",
        "/calendar/?view=agenda&on=2027-03-09&of=cohort:rivage",
    } <= links
    for bad in ({"on": "2027-02-30"}, {"on": "9999-12-31"}, {"view": "decade", "on": "%00"}):
        page = browser(cast["M"]).get("/calendar/", bad)
        assert (page.status_code, page.context["window"].view) == (200, "month")
    client = browser(cast["M"])
    ranges = [("2027-03-01", "2027-05-02"), ("2027-03-01", "2027-05-03"), ("2027-03-02", "2027-03-02"), ("x", "y")]
    codes = [client.get("/calendar/events/", {"start": start, "end": end}).status_code for start, end in ranges]
    assert codes == [200, 400, 400, 400]


def test_a_calendar_with_more_than_can_be_listed_says_so(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    session(cast)
    session(cast, "Deuxième", day=10)
    hint = "The list is not complete"
    assert hint not in page_text(calendar(cast["M"]))
    monkeypatch.setattr(views, "MAX_ROWS_OF_PAGE", 2)
    assert hint in page_text(calendar(cast["M"]))


@pytest.mark.parametrize(("limit", "listed"), [(3, {"Avant"}), (4, {"Avant", "Deux jours"})])
def test_a_session_is_in_a_calendar_with_all_its_days_or_not_at_all(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, limit: int, listed: set[str]
):
    session(cast, "Avant", day=8)
    SessionDay.objects.create(session=session(cast, "Deux jours"), date=date(2027, 3, 10))
    session(cast, "Le même jour")
    monkeypatch.setattr(views, "MAX_ROWS", limit)
    ends = {"Avant": "2027-03-09", "Deux jours": "2027-03-11"}
    assert {event["title"]: event["end"] for event in events(cast["M"])} == {title: ends[title] for title in listed}


def test_legend_of_many_calendars_is_left_out_and_the_list_has_the_chosen_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    session(cast)
    session(cast, "Ailleurs", cohort=cast.other_cohort)
    both = [f"/calendar/?view=month&on=2027-03-09&of=cohort:{row.slug}" for row in (cast.cohort, cast.other_cohort)]
    for limit, is_shown in ((2, True), (1, False)):
        monkeypatch.setattr(pages, "MAX_GROUPS", limit)
        page = calendar(cast["S"])
        assert ({*both} <= page_links(page), "Ailleurs" in page_text(page)) == (is_shown, True)
    for chosen in ("", "mine", "cohort:rivage", "edition:transfo-2026"):
        options = [option["attrs"] for option in elements(calendar(cast["S"], of=chosen), "option")]
        assert [option["value"] for option in options if "selected" in option] == [chosen]


def test_list_is_shorter_only_where_there_is_no_legend(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    session(cast)
    session(cast, "Ailleurs", cohort=cast.other_cohort)
    monkeypatch.setattr(pages, "MAX_LISTED_WITHOUT_LEGEND", 1)
    listed = []
    for limit in (2, 1):
        monkeypatch.setattr(pages, "MAX_GROUPS", limit)
        page = browser(cast["S"]).get("/calendar/?view=month&on=2027-03-09")
        listed.append((len(elements(page, "dd")) > 1, page.context["is_complete"]))
    assert listed == [(True, True), (False, False)]


def test_chosen_days_are_filled_into_the_form_of_the_chosen_cohort(cast: Cast):
    query = {"first_day": "2027-03-12", "last_day": "2027-03-15", "next": "/calendar/?view=month"}
    for role in "MRANX":
        assert browser(cast[role]).get(reverse("cohorts:new_session"), query).status_code == 403
    staff = browser(cast["S"])
    assert "2027-03-12" in staff.get(reverse("cohorts:new_session"), query).content.decode()
    refused = staff.get(reverse("cohorts:new_session"), {**query, "cohort": "Nowhere", "first_day": "x"})
    assert set(refused.context["form"].errors) == {"cohort", "first_day"}
    answer = staff.get(reverse("cohorts:new_session"), {**query, "cohort": str(cast.cohort.pk)})
    page = staff.get(answer.headers["Location"])
    dates = [form["date"].value() for form in page.context["plan"].rows]
    assert [day for day in dates if day] == [date(2027, 3, 12), date(2027, 3, 15)]
    assert "/calendar/?view=month" in page_links(page)


def test_a_dropped_session_is_previewed_with_conflicts_and_emails_and_moves_when_it_is_confirmed(cast: Cast):
    row = schedule_session(session=session(cast, day=9, state="draft"), at=NOW, by=cast["S"])
    SessionFactory(cohort=cast.cohort, number="77", date=date(2027, 3, 16))
    address = f"/sessions/{row.pk}/move/?was=2027-03-09&first_day=2027-03-16&next=/calendar/?on=2027-03-16"
    pilot = browser(cast["P"])
    page = pilot.get(address)
    text = page_text(page)
    assert "the cohort has another session that day (77)" in text
    assert "Nobody has been informed of the present days by e-mail yet." in text
    assert [day.date for day in row.days.all()] == [date(2027, 3, 9)]
    Attendance.objects.filter(day__session=row, member__user=cast["M"]).update(answered_on=NOW.date())
    assert "1 person who knows the present days gets an e-mail" in page_text(pilot.get(address))
    form = {
        "days-TOTAL_FORMS": "1",
        "days-INITIAL_FORMS": "0",
        "days-0-date": "2027-03-16",
        "version": str(row.version),
        "state": "scheduled",
        "accept_conflicts": "yes",
    }
    assert pilot.post(address, form).headers["Location"] == "/calendar/?on=2027-03-16"
    assert [day.date for day in row.days.all()] == [date(2027, 3, 16)]
