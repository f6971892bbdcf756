"""Pages of the table of calendar periods."""

from datetime import date

import pytest
from django.test import Client

from programmes.models import CalendarPeriod
from tests.factories.programmes import CalendarPeriodFactory
from tests.pages import errors, links, messages, rows, texts

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
TYPED = {
    "name": "Municipales",
    "kind": "electoral",
    "starts_on": "2027-03-01",
    "ends_on": "2027-03-21",
    "school_zone": "",
    "holiday_subdivision": "",
}


class TestTable:
    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_takes_the_same_statements_for_any_number_of_rows(
        self, lab: Client, count: int, django_assert_num_queries
    ):
        for _ in range(count):
            CalendarPeriodFactory()
        with django_assert_num_queries(4):
            page = lab.get("/calendar-periods/")
        assert len(rows(page)) == count

    def test_a_row_shows_dates_name_and_area(self, lab: Client):
        CalendarPeriodFactory(name="Municipales")
        CalendarPeriodFactory(
            name="Corse",
            kind="school_holiday",
            holiday_subdivision="20R",
            starts_on=date(2027, 2, 13),
            ends_on=date(2027, 3, 1),
        )
        CalendarPeriodFactory(name="Toussaint", kind="not_school_holiday", school_zone="A", starts_on=date(2027, 1, 1))
        assert [row[:4] for row in rows(lab.get("/calendar-periods/"))] == [
            ["1 January – 25 April 2027", "Toussaint", "school open", "zone A"],
            ["13 February – 1 March 2027", "Corse", "school holiday", "Corsica"],
            ["5–25 April 2027", "Municipales", "electoral period", "everywhere"],
        ]

    def test_past_periods_are_shown_on_request(self, lab: Client):
        CalendarPeriodFactory(name="Past", starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 31))
        assert rows(lab.get("/calendar-periods/")) == []
        assert [row[1] for row in rows(lab.get("/calendar-periods/?all"))] == ["Past"]

    def test_an_empty_table_explains_what_will_be_listed(self, lab: Client):
        page = lab.get("/calendar-periods/")
        assert texts(page, "p", "empty-title") == ["No period ahead"]
        assert links(page)["Add period"] == "/calendar-periods/new/"

    def test_known_corrections_are_listed(self, lab: Client):
        assert "Rentrée 2027 (1 September 2027)" in texts(lab.get("/calendar-periods/"), "li")

    def test_other_people_see_the_reason_for_the_refusal(self, visitor: Client):
        page = visitor.get("/calendar-periods/")
        assert page.status_code == 403
        assert "Only lab staff can do this." in page.content.decode()


class TestAdd:
    def test_a_period_is_added(self, lab: Client):
        page = lab.post("/calendar-periods/new/", TYPED, follow=True)
        assert messages(page) == ["The period is added to the table."]
        assert CalendarPeriod.objects.get().starts_on == date(2027, 3, 1)

    def test_a_form_sent_twice_creates_one(self, lab: Client):
        lab.post("/calendar-periods/new/", TYPED)
        assert errors(lab.post("/calendar-periods/new/", TYPED)) == ["This period is already in the table."]
        assert CalendarPeriod.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"ends_on": "2027-02-28"}, "The end date of the period is before its start date. Check both dates."),
            ({"starts_on": "2027-02-30"}, "Enter a valid date."),
            ({"kind": "carnival"}, "Select a valid choice. carnival is not one of the available choices."),
            ({"name": ""}, "This field is required."),
        ],
        ids=str,
    )
    def test_invalid_input_is_refused_next_to_its_field(self, lab: Client, change: dict[str, str], reason: str):
        page = lab.post("/calendar-periods/new/", {**TYPED, **change})
        assert (errors(page), CalendarPeriod.objects.count()) == ([reason], 0)


class TestChange:
    def test_a_period_is_changed(self, lab: Client):
        line = CalendarPeriodFactory()
        page = lab.post(f"/calendar-periods/{line.pk}/", TYPED, follow=True)
        assert (messages(page), CalendarPeriod.objects.get().name) == (["Saved."], "Municipales")

    def test_a_removed_period_answers_404(self, lab: Client):
        assert lab.get("/calendar-periods/999999/").status_code == 404


class TestRemove:
    def test_the_consequences_are_shown_first(self, lab: Client):
        line = CalendarPeriodFactory(name="Municipales")
        page = lab.get(f"/calendar-periods/{line.pk}/remove/")
        assert texts(page, "h1") == ["Remove “Municipales” from the calendar"]
        assert (links(page)["Go back without changes"], CalendarPeriod.objects.count()) == ("/calendar-periods/", 1)

    def test_a_period_is_removed(self, lab: Client):
        line = CalendarPeriodFactory(name="Municipales")
        page = lab.post(f"/calendar-periods/{line.pk}/remove/", follow=True)
        assert (messages(page), CalendarPeriod.objects.count()) == (["“Municipales” is removed from the table."], 0)
