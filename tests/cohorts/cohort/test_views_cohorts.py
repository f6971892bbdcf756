"""The list of cohorts, a cohort's own page, and the forms about it."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from cohorts.models import Cohort
from tests.cohorts.pages import browser, doors, errors, main, said
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, PhaseFactory, SessionFactory
from tests.pages import rows

RIVAGE = "/cohorts/rivage/"


@pytest.fixture
def staff(cast) -> Client:
    return browser(cast["S"])


class TestList:
    def test_a_row_says_what_matters(self, staff, cast):
        cast.cohort.actual_start = date(2026, 2, 2)
        cast.cohort.save()
        SessionFactory(cohort=cast.cohort, state="draft", date=date(2026, 12, 1))
        text = main(staff.get("/cohorts/?search=rivage"))
        assert (
            "Rivage Ville de Rivage La Transfo 2026–2028 running 2 Feb 2026 – 4 Jan 2028 1 of 15 Tue 1 December 2026"
            in text
        )

    def test_published_facts_do_not_take_seats_nobody_counted_for_none(self, staff, cast):
        CohortFactory(name="Bourgogne", retrospective=True, state="completed", seats=13)
        assert rows(staff.get("/cohorts/?search=bourgogne"))[0][4] == "—not known"

    def test_a_cohort_that_has_nobody_yet_has_no_seat_taken(self, staff, cast):
        CohortFactory(name="Bourgogne", seats=13)
        assert rows(staff.get("/cohorts/?search=bourgogne"))[0][4] == "0 of 13"

    @pytest.mark.parametrize(
        ("letter", "seen"), [("S", ["Montagne", "Rivage"]), ("M", ["Rivage"]), ("A", ["Rivage"]), ("N", ["Montagne"])]
    )
    def test_it_holds_the_cohorts_one_may_see(self, cast: Cast, letter: str, seen: list[str]):
        assert [row.name for row in browser(cast[letter]).get("/cohorts/").context["page"]] == seen

    @pytest.mark.parametrize(
        ("question", "found"),
        [
            ("search=RIVAGE", ["Rivage"]),
            ("search=Élan", ["Élancourt"]),
            ("search=elan", ["Élancourt"]),
            ("state=agreed", ["Élancourt"]),
            ("search=++", ["Élancourt", "Montagne", "Rivage"]),
            ("search=zzz", []),
        ],
    )
    def test_it_is_narrowed_by_words_and_state(self, staff, cast, question, found):
        CohortFactory(name="Élancourt", state="agreed")
        assert [row.name for row in staff.get(f"/cohorts/?{question}").context["page"]] == found

    def test_it_is_narrowed_by_edition(self, staff, cast):
        other = CohortFactory(name="Ailleurs")
        page = staff.get(f"/cohorts/?edition={other.edition.pk}")
        assert [row.name for row in page.context["page"]] == ["Ailleurs"]

    @pytest.mark.parametrize("question", ["edition=999999", "edition=x", "state=lost", "page=x", "page=-3"])
    def test_nonsense_in_the_question_is_answered_with_a_page(self, staff, question):
        assert staff.get(f"/cohorts/?{question}").status_code == 200

    @pytest.mark.parametrize(
        ("letter", "found"), [("S", ["Montagne", "Vallée"]), ("C", ["Vallée"]), ("P", ["Vallée"]), ("N", None)]
    )
    def test_whoever_answers_for_cohorts_finds_those_without_a_pilot(self, cast, letter, found):
        lost = CohortFactory(name="Vallée", state="suspended")
        for one in "CPN":
            MembershipFactory(cohort=lost, user=cast[one], role="coordinator" if one in "CP" else "relay")
        page = browser(cast[letter]).get("/cohorts/?missing=pilot")
        offered = "missing" in page.context["filter"].form.fields
        assert ([row.name for row in page.context["page"]] if offered else None) == found

    def test_those_that_did_not_start_as_planned_are_a_list_too(self, staff, cast):
        CohortFactory(name="Vallée", state="agreed", planned_start=date(2026, 11, 2), actual_start=None)
        CohortFactory(name="Plaine", state="agreed", planned_start=date(2027, 11, 2), actual_start=None)
        assert [row.name for row in staff.get("/cohorts/?missing=start").context["page"]] == ["Vallée"]

    @pytest.mark.parametrize(
        ("missing", "said"),
        [
            ("pilot", "Each of these cohorts that needs a pilot has one."),
            ("start", "None of these cohorts is late in starting."),
        ],
    )
    def test_where_nothing_is_missing_what_was_asked_for_is_answered(self, staff, cast, missing, said):
        page = main(staff.get(f"/cohorts/?missing={missing}&search=rivage"))
        assert f"Nothing is missing. {said} Show all" in page

    @pytest.mark.parametrize("many", [1, 3])
    @pytest.mark.parametrize(("letter", "queries"), [("S", 6), ("C", 6)])
    def test_what_is_missing_costs_the_same_for_three(self, cast, letter, queries, many, django_assert_num_queries):
        for _ in range(many):
            MembershipFactory(cohort=CohortFactory(edition=cast.edition), user=cast["C"], role="coordinator")
        client = browser(cast[letter])
        with django_assert_num_queries(queries):
            client.get("/cohorts/?missing=pilot")

    def test_a_draft_edition_is_no_choice_for_others(self, cast):
        from tests.factories.programmes import EditionFactory

        EditionFactory(state="draft", name="Secret")
        assert "Secret" not in main(browser(cast["M"]).get("/cohorts/"))
        assert "Secret" in main(browser(cast["S"]).get("/cohorts/"))

    def test_an_empty_list_offers_the_first_step(self, cast, db):
        assert "You are in no cohort yet." in main(browser(cast["X"]).get("/cohorts/"))
        assert "No cohort matches." in main(browser(cast["X"]).get("/cohorts/?search=zzz"))

    @pytest.mark.django_db
    def test_staff_without_any_cohort_are_shown_how_to_begin(self):
        page = browser(UserFactory(is_lab_staff=True)).get("/cohorts/")
        assert "No cohort yet." in main(page)
        assert "/open-edition/" in doors(page)

    def test_htmx_gets_the_results_alone(self, staff):
        answer = staff.get("/cohorts/", headers={"hx-request": "true"})
        assert b"<html" not in answer.content
        assert b'id="results"' in answer.content

    @pytest.mark.parametrize("many", [1, 3])
    def test_it_costs_the_same_for_three(self, staff, cast, many, django_assert_num_queries):
        for _ in range(many):
            SessionFactory(cohort=MembershipFactory(cohort=CohortFactory(edition=cast.edition)).cohort)
        with django_assert_num_queries(6):
            staff.get("/cohorts/")


class TestPage:
    def test_it_shows_when_what_is_next_and_who(self, staff, cast):
        PhaseFactory(cohort=cast.cohort)
        SessionFactory(cohort=cast.cohort, title="Fabriquer", date=date(2026, 12, 1), state="draft")
        text = main(staff.get(RIVAGE))
        assert "running 5 Jan 2026 – 4 Jan 2028" in text
        assert "first prototype in test" in text
        assert "Fabriquer" in text
        assert "Ambassadors: 1 of 15 seats" in text
        assert "Residents: design" in text

    def test_the_faces_are_those_of_today(self, staff, cast):
        MembershipFactory(cohort=cast.cohort, user=UserFactory(full_name="Ana Partie"), ends_on=date(2026, 11, 23))
        MembershipFactory(cohort=cast.cohort, user=UserFactory(full_name="Bob Futur"), starts_on=date(2026, 11, 25))
        text = main(staff.get(RIVAGE))
        assert "Ambassador Rivage" in text
        assert "Ana Partie" not in text
        assert "Bob Futur" not in text

    def test_lab_staff_find_every_door(self, staff, cast):
        assert {door for door in doors(staff.get(RIVAGE)) if door.startswith("/cohorts/")} == {
            "/cohorts/rivage/members/",
            "/cohorts/rivage/members/new/",
            "/cohorts/rivage/edit/",
            "/cohorts/rivage/dates/",
            "/cohorts/rivage/budget/",
            "/cohorts/rivage/calendar/",
            "/cohorts/rivage/board/",
            "/cohorts/rivage/canvases/",
            "/cohorts/rivage/suspend/",
            "/cohorts/rivage/complete/",
            "/cohorts/rivage/withdraw/",
            "/cohorts/rivage/sessions/",
            "/cohorts/rivage/sessions/plan/",
            "/cohorts/rivage/stakeholders/",
            "/cohorts/rivage/innovation-team/",
            "/cohorts/rivage/challenges/",
            "/cohorts/rivage/assessments/",
        }

    @pytest.mark.parametrize(
        ("letter", "more"),
        [
            ("P", {"members/new/", "suspend/", "complete/", "sessions/plan/"}),
            ("D", {"sessions/plan/"}),
            ("M", set()),
            ("A", set()),
        ],
    )
    def test_others_find_what_they_may_do(self, cast, letter, more):
        found = {door.removeprefix(RIVAGE) for door in doors(browser(cast[letter]).get(RIVAGE)) if door != "/"}
        always = {
            "calendar/",
            "members/",
            "sessions/",
            "stakeholders/",
            "innovation-team/",
            "challenges/",
            "canvases/",
            "board/",
            "assessments/",
        }
        assert {door for door in found if not door.startswith("/")} == always | more

    @pytest.mark.parametrize(
        ("state", "door"),
        [
            ("prospect", "agree/"),
            ("agreed", "start/"),
            ("suspended", "resume/"),
            ("completed", "alumni/"),
        ],
    )
    def test_the_next_step_follows_the_state(self, staff, state, door):
        CohortFactory(slug="other", state=state, reason="Elections")
        assert f"/cohorts/other/{door}" in doors(staff.get("/cohorts/other/"))

    def test_a_pause_says_why(self, staff):
        CohortFactory(slug="other", state="suspended", reason="Elections ahead")
        assert "Suspended Elections ahead" in main(staff.get("/cohorts/other/"))

    @pytest.mark.parametrize(("state", "offered"), [("draft", True), ("scheduled", False)])
    def test_new_days_are_offered_while_there_are_drafts(self, staff, cast, state, offered):
        SessionFactory(cohort=cast.cohort, state=state, date=date(2026, 12, 1))
        assert (f"{RIVAGE}new-days/" in doors(staff.get(RIVAGE))) is offered

    def test_published_facts_are_shown_as_such(self, cast):
        CohortFactory(
            name="Bourgogne",
            slug="bourgogne",
            retrospective=True,
            state="completed",
            planned_start=None,
            planned_end=None,
            actual_start=date(2014, 1, 1),
            actual_start_precision="year",
            seats=None,
            outcome="A lab opened.",
            source="Annual report",
        )
        text = main(browser(cast["X"]).get("/cohorts/bourgogne/"))
        assert "completed published facts from 2014" in text
        assert "A lab opened. Annual report" in text
        assert "Nobody yet." in text

    @pytest.mark.parametrize("letter", "NX")
    def test_others_do_not_learn_that_it_exists(self, cast, letter):
        assert browser(cast[letter]).get(RIVAGE).status_code == 404

    @pytest.mark.parametrize("many", [1, 3])
    @pytest.mark.parametrize(("letter", "queries"), [("S", 9), ("M", 10)])
    def test_it_costs_the_same_for_three_sessions_and_members(
        self, cast, letter, queries, many, django_assert_num_queries
    ):
        client = browser(cast[letter])
        for month in range(1, many + 1):
            SessionFactory(cohort=cast.cohort, date=date(2027, month, 5))
            PhaseFactory(cohort=cast.cohort, kind=["preparation", "test_case", "handover"][month - 1])
            MembershipFactory(cohort=cast.cohort)
        with django_assert_num_queries(queries):
            client.get(RIVAGE)


class TestForms:
    def test_details_are_changed_and_the_address_stays(self, staff, cast):
        given = {"name": "Rivage Sud", "code": "rs", "site": "Gare", "theme": "Mobilité", "seats": "12"}
        answer = staff.post(f"{RIVAGE}edit/", given)
        assert answer.headers["Location"] == RIVAGE
        assert Cohort.objects.values_list("name", "code", "site", "theme", "seats").get(slug="rivage") == (
            "Rivage Sud",
            "RS",
            "Gare",
            "Mobilité",
            12,
        )

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": ""}, "name"),
            ({"code": "R1"}, "code"),
            ({"code": "MON"}, "code"),
            ({"seats": "0"}, "seats"),
            ({"seats": "many"}, "seats"),
            ({"seats": "1"}, "seats"),
        ],
        ids=["no name", "no capitals", "another's code", "no seat", "words", "fewer than taken"],
    )
    def test_nonsense_in_the_details_is_refused_beside_its_field(self, staff, cast, wrong, field):
        MembershipFactory(cohort=cast.cohort)
        given = {"name": "Rivage", "code": "RIV", "site": "", "theme": "", "seats": "15"} | wrong
        page = staff.post(f"{RIVAGE}edit/", given)
        assert set(errors(page)) == {field}
        assert "Rivage" in main(page)
        cast.cohort.refresh_from_db()
        assert (cast.cohort.name, cast.cohort.code, cast.cohort.seats) == ("Rivage", "RIV", 15)

    @pytest.mark.parametrize(("state", "leads_to"), [("draft", "new-days/"), ("scheduled", "")])
    def test_new_planned_dates_lead_to_a_preview_of_new_days_for_the_drafts(self, staff, state, leads_to):
        cohort = CohortFactory(slug="other", state="agreed", actual_start=None)
        session = SessionFactory(cohort=cohort, state=state, date=date(2026, 3, 3))
        answer = staff.post("/cohorts/other/dates/", {"planned_start": "2027-03-01", "planned_end": "2028-02-29"})
        assert answer.headers["Location"] == f"/cohorts/other/{leads_to}"
        cohort.refresh_from_db()
        assert (cohort.planned_start, cohort.planned_end) == (date(2027, 3, 1), date(2028, 2, 29))
        assert session.days.get().date == date(2026, 3, 3)

    @pytest.mark.parametrize(
        ("start", "end", "field"),
        [
            ("2026-01-05", "2026-01-05", "planned_end"),
            ("2026-01-05", "2025-01-05", "planned_end"),
            ("2026-02-30", "2027-01-05", "planned_start"),
            ("", "2027-01-05", "planned_start"),
            ("2026-02-02", "2028-01-04", "planned_start"),
            ("2026-01-05", "9999-12-31", "planned_end"),
            ("2026-01-05", "2036-01-07", "planned_end"),
            ("0001-01-01", "2028-01-04", "planned_start"),
        ],
        ids=[
            "no day between",
            "end before start",
            "impossible",
            "missing",
            "started already",
            "last of all days",
            "more than ten years",
            "first of all days",
        ],
    )
    def test_impossible_dates_are_refused_beside_their_field(self, staff, cast, start, end, field):
        SessionFactory(cohort=cast.cohort, state="draft")
        page = staff.post(f"{RIVAGE}dates/", {"planned_start": start, "planned_end": end})
        assert set(errors(page)) == {field}
        cast.cohort.refresh_from_db()
        assert (cast.cohort.planned_start, cast.cohort.planned_end) == (date(2026, 1, 5), date(2028, 1, 4))

    def test_a_budget_is_recorded(self, staff, cast):
        staff.post(f"{RIVAGE}budget/", {"planned_contribution": "90000.50", "planned_team_days": "120.5"})
        cast.cohort.refresh_from_db()
        assert (cast.cohort.planned_contribution, cast.cohort.planned_team_days) == (
            Decimal("90000.50"),
            Decimal("120.5"),
        )
        assert cast.cohort.actual_contribution is None

    @pytest.mark.parametrize("value", ["-1", "much", "1.234", "9" * 20, "NaN"])
    def test_nonsense_in_the_budget_is_refused_beside_its_field(self, staff, cast, value):
        page = staff.post(f"{RIVAGE}budget/", {"actual_contribution": value})
        assert set(errors(page)) == {"actual_contribution"}
        assert f'value="{value}"' in page.content.decode()

    def test_drafts_get_new_days(self, cast):
        draft = SessionFactory(cohort=cast.cohort, state="draft", date=date(2026, 3, 3))
        client = browser(cast["D"])
        page = client.get(f"{RIVAGE}new-days/")
        assert "Nothing changes until you confirm it." in main(page)
        assert draft.days.get().date == date(2026, 3, 3)
        answer = client.post(f"{RIVAGE}new-days/", {"seen": page.context["proposal"].fingerprint})
        assert said(answer) == ["1 draft has new days."]
        assert draft.days.first().date >= date(2026, 11, 24)

    def test_without_drafts_new_days_are_refused_in_words(self, staff, cast):
        assert "No draft can be moved." in main(staff.get(f"{RIVAGE}new-days/"))
        assert "No draft sessions are left" in main(staff.post(f"{RIVAGE}new-days/", {"seen": "0"}))
