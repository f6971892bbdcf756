"""Tests of the list of cohorts, of the page of a cohort, and of its forms."""

from datetime import date

import pytest
from django.test import Client

from cohorts.models import Cohort
from tests.cohorts.pages import browser, errors, page_links, page_messages, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory, PhaseFactory, SessionFactory
from tests.factories.prototypes import IdeaFactory
from tests.pages import rows

RIVAGE = "/cohorts/rivage/"
SHARING = {"share-figures/edition/", "share-figures/public/"}
NOTEBOOK = {"notebook/", "notes/", "insights/"}


@pytest.fixture
def staff(cast) -> Client:
    return browser(cast["S"])


class TestList:
    def test_a_row_shows_edition_state_dates_and_seats(self, staff, cast):
        cast.cohort.actual_start = date(2026, 2, 2)
        cast.cohort.save()
        SessionFactory(cohort=cast.cohort, state="draft", date=date(2026, 12, 1))
        text = page_text(staff.get("/cohorts/?q=rivage"))
        assert "Rivage Ville de Rivage La Transfo 2026–2028 running 2 Feb 2026 4 Jan 2028 1 of 15 1 Dec 2026" in text

    def test_published_facts_show_unknown_seats_rather_than_none(self, staff, cast):
        CohortFactory(name="Bourgogne", retrospective=True, state="completed", seats=13)
        assert rows(staff.get("/cohorts/?q=bourgogne"))[0][4] == "—not known"

    def test_a_cohort_without_members_has_no_seat_taken(self, staff, cast):
        CohortFactory(name="Bourgogne", seats=13)
        assert rows(staff.get("/cohorts/?q=bourgogne"))[0][4] == "0 of 13"

    @pytest.mark.parametrize(
        ("role", "names"), [("S", ["Montagne", "Rivage"]), ("M", ["Rivage"]), ("A", ["Rivage"]), ("N", ["Montagne"])]
    )
    def test_the_list_has_the_visible_cohorts(self, cast: Cast, role: str, names: list[str]):
        assert [row.name for row in browser(cast[role]).get("/cohorts/").context["page"]] == names

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("q=RIVAGE", ["Rivage"]),
            ("q=Élan", ["Élancourt"]),
            ("q=elan", ["Élancourt"]),
            ("state=agreed", ["Élancourt"]),
            ("q=++", ["Élancourt", "Montagne", "Rivage"]),
            ("q=zzz", []),
        ],
    )
    def test_the_list_is_filtered_by_text_and_state(self, staff, cast, query, names):
        CohortFactory(name="Élancourt", state="agreed")
        assert [row.name for row in staff.get(f"/cohorts/?{query}").context["page"]] == names

    def test_the_list_is_filtered_by_edition(self, staff, cast):
        other = CohortFactory(name="Ailleurs")
        page = staff.get(f"/cohorts/?edition={other.edition.pk}")
        assert [row.name for row in page.context["page"]] == ["Ailleurs"]

    @pytest.mark.parametrize("query", ["edition=999999", "edition=x", "state=lost", "page=x", "page=-3"])
    def test_invalid_filters_still_give_a_page(self, staff, query):
        assert staff.get(f"/cohorts/?{query}").status_code == 200

    @pytest.mark.parametrize(
        ("role", "names"), [("S", ["Montagne", "Vallée"]), ("C", ["Vallée"]), ("P", ["Vallée"]), ("N", None)]
    )
    def test_leads_can_filter_cohorts_without_a_pilot(self, cast, role, names):
        lost = CohortFactory(name="Vallée", state="suspended")
        for one in "CPN":
            MembershipFactory(cohort=lost, user=cast[one], role="coordinator" if one in "CP" else "relay")
        page = browser(cast[role]).get("/cohorts/?missing=pilot")
        is_offered = "missing" in page.context["bound_list"].filters.form.fields
        assert ([row.name for row in page.context["page"]] if is_offered else None) == names

    def test_overdue_cohorts_can_be_filtered(self, staff, cast):
        CohortFactory(name="Vallée", state="agreed", planned_start=date(2026, 11, 2), actual_start=None)
        CohortFactory(name="Plaine", state="agreed", planned_start=date(2027, 11, 2), actual_start=None)
        assert [row.name for row in staff.get("/cohorts/?missing=start").context["page"]] == ["Vallée"]

    @pytest.mark.parametrize("many", [1, 3])
    @pytest.mark.parametrize(("role", "queries"), [("S", 7), ("C", 7)])
    def test_the_filter_needs_as_many_statements_for_three_cohorts_as_for_one(
        self, cast, role, queries, many, django_assert_num_queries
    ):
        for _ in range(many):
            MembershipFactory(cohort=CohortFactory(edition=cast.edition), user=cast["C"], role="coordinator")
        client = browser(cast[role])
        with django_assert_num_queries(queries):
            client.get("/cohorts/?missing=pilot")

    def test_a_draft_edition_is_a_choice_only_for_the_lab(self, cast):
        from tests.factories.programmes import EditionFactory

        EditionFactory(state="draft", name="Secret")
        assert "Secret" not in page_text(browser(cast["M"]).get("/cohorts/"))
        assert "Secret" in page_text(browser(cast["S"]).get("/cohorts/"))

    def test_an_empty_list_offers_the_first_step(self, cast, db):
        assert "You do not belong to a cohort yet." in page_text(browser(cast["X"]).get("/cohorts/"))
        assert "Nothing fits these filters" in page_text(browser(cast["X"]).get("/cohorts/?q=zzz"))

    @pytest.mark.django_db
    def test_staff_without_any_cohort_get_a_link_to_open_an_edition(self):
        page = browser(UserFactory(is_lab_staff=True)).get("/cohorts/")
        assert "No cohort yet." in page_text(page)
        assert "/open-edition/" in page_links(page)

    def test_htmx_gets_only_the_results(self, staff):
        answer = staff.get("/cohorts/", headers={"hx-request": "true"})
        assert b"<html" not in answer.content
        assert b'id="results"' in answer.content

    @pytest.mark.parametrize("many", [1, 3])
    def test_the_list_needs_as_many_statements_for_three_cohorts_as_for_one(
        self, staff, cast, many, django_assert_num_queries
    ):
        for _ in range(many):
            SessionFactory(cohort=MembershipFactory(cohort=CohortFactory(edition=cast.edition)).cohort)
        with django_assert_num_queries(7):
            staff.get("/cohorts/")


class TestPage:
    def test_the_page_shows_dates_next_sessions_and_people(self, staff, cast):
        PhaseFactory(cohort=cast.cohort)
        SessionFactory(cohort=cast.cohort, title="Fabriquer", date=date(2026, 12, 1), state="draft")
        text = page_text(staff.get(RIVAGE))
        assert "running 5 Jan 2026 – 4 Jan 2028" in text
        assert "first prototype in test" in text
        assert "Fabriquer" in text
        assert "Ambassadors: 1 of 15 seats" in text
        assert "Residents: design" in text

    def test_the_page_shows_only_the_people_of_today(self, staff, cast):
        MembershipFactory(cohort=cast.cohort, user=UserFactory(full_name="Ana Partie"), ends_on=date(2026, 11, 23))
        MembershipFactory(cohort=cast.cohort, user=UserFactory(full_name="Bob Futur"), starts_on=date(2026, 11, 25))
        text = page_text(staff.get(RIVAGE))
        assert "Ambassador Rivage" in text
        assert "Ana Partie" not in text
        assert "Bob Futur" not in text

    def test_lab_staff_see_every_link(self, staff, cast):
        assert {path for path in page_links(staff.get(RIVAGE)) if path.startswith("/cohorts/")} == {
            "/cohorts/rivage/members/",
            "/cohorts/rivage/members/new/",
            "/cohorts/rivage/edit/",
            "/cohorts/rivage/dates/",
            "/cohorts/rivage/costs/",
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
            "/cohorts/rivage/dossier/",
            "/cohorts/rivage/notebook/",
            "/cohorts/rivage/notes/",
            "/cohorts/rivage/insights/",
        }

    @pytest.mark.parametrize(
        ("role", "more"),
        [
            ("P", {"members/new/", "suspend/", "complete/", "sessions/plan/", "costs/"} | SHARING | NOTEBOOK),
            ("D", {"sessions/plan/"} | NOTEBOOK),
            ("M", NOTEBOOK),
            ("A", {"costs/"} | SHARING),
        ],
    )
    def test_other_people_see_the_links_they_may_use(self, cast, role, more):
        paths = {path.removeprefix(RIVAGE) for path in page_links(browser(cast[role]).get(RIVAGE)) if path != "/"}
        always = {
            "members/",
            "sessions/",
            "stakeholders/",
            "innovation-team/",
            "challenges/",
            "canvases/",
            "board/",
            "assessments/",
            "dossier/",
        }
        assert {path for path in paths if not path.startswith("/")} == always | more

    @pytest.mark.parametrize(
        ("state", "path"),
        [
            ("prospect", "agree/"),
            ("agreed", "start/"),
            ("suspended", "resume/"),
            ("completed", "alumni/"),
        ],
    )
    def test_the_next_step_follows_the_state(self, staff, state, path):
        CohortFactory(slug="other", state=state, reason="Elections")
        assert f"/cohorts/other/{path}" in page_links(staff.get("/cohorts/other/"))

    def test_a_suspended_cohort_shows_its_reason(self, staff):
        CohortFactory(slug="other", state="suspended", reason="Elections ahead")
        assert "Suspended Elections ahead" in page_text(staff.get("/cohorts/other/"))

    @pytest.mark.parametrize(("state", "is_offered"), [("draft", True), ("scheduled", False)])
    def test_new_days_are_offered_while_there_are_drafts(self, staff, cast, state, is_offered):
        SessionFactory(cohort=cast.cohort, state=state, date=date(2026, 12, 1))
        assert (f"{RIVAGE}new-days/" in page_links(staff.get(RIVAGE))) is is_offered

    def test_published_facts_are_marked(self, cast):
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
            outcome="A lab bound_list.",
            source="Annual report",
        )
        text = page_text(browser(cast["X"]).get("/cohorts/bourgogne/"))
        assert "completed published facts from 2014" in text
        assert "A lab bound_list. Annual report" in text
        assert "Nobody yet." in text

    @pytest.mark.parametrize("role", "NX")
    def test_other_people_get_a_404_for_the_cohort(self, cast, role):
        assert browser(cast[role]).get(RIVAGE).status_code == 404

    @pytest.mark.parametrize("many", [1, 3])
    @pytest.mark.parametrize(("role", "queries"), [("S", 8), ("M", 9)])
    def test_the_page_needs_as_many_statements_for_three_sessions_members_and_ideas_as_for_one(
        self, cast, role, queries, many, django_assert_num_queries
    ):
        client = browser(cast[role])
        for month in range(1, many + 1):
            SessionFactory(cohort=cast.cohort, date=date(2027, month, 5))
            PhaseFactory(cohort=cast.cohort, kind=["preparation", "test_case", "handover"][month - 1])
            MembershipFactory(cohort=cast.cohort)
            IdeaFactory(cohort=cast.cohort)
        with django_assert_num_queries(queries):
            client.get(RIVAGE)


class TestForms:
    def test_details_are_changed_and_the_url_stays(self, staff, cast):
        data = {"name": "Rivage Sud", "code": "rs", "site": "Gare", "theme": "Mobilité", "seats": "12"}
        answer = staff.post(f"{RIVAGE}edit/", data)
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
    def test_invalid_details_are_refused_next_to_their_field(self, staff, cast, wrong, field):
        MembershipFactory(cohort=cast.cohort)
        data = {"name": "Rivage", "code": "RIV", "site": "", "theme": "", "seats": "15"} | wrong
        page = staff.post(f"{RIVAGE}edit/", data)
        assert set(errors(page)) == {field}
        assert "Rivage" in page_text(page)
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
    def test_impossible_dates_are_refused_next_to_their_field(self, staff, cast, start, end, field):
        SessionFactory(cohort=cast.cohort, state="draft")
        page = staff.post(f"{RIVAGE}dates/", {"planned_start": start, "planned_end": end})
        assert set(errors(page)) == {field}
        cast.cohort.refresh_from_db()
        assert (cast.cohort.planned_start, cast.cohort.planned_end) == (date(2026, 1, 5), date(2028, 1, 4))

    def test_drafts_get_new_days(self, cast):
        draft = SessionFactory(cohort=cast.cohort, state="draft", date=date(2026, 3, 3))
        client = browser(cast["D"])
        page = client.get(f"{RIVAGE}new-days/")
        assert "Nothing changes until you confirm it." in page_text(page)
        assert draft.days.get().date == date(2026, 3, 3)
        answer = client.post(f"{RIVAGE}new-days/", {"version_token": page.context["proposal"].fingerprint})
        assert page_messages(answer) == ["1 draft has new days."]
        assert draft.days.first().date >= date(2026, 11, 24)

    def test_without_drafts_new_days_are_refused_with_a_sentence(self, staff, cast):
        assert "No draft can be moved." in page_text(staff.get(f"{RIVAGE}new-days/"))
        assert "No draft sessions are left" in page_text(staff.post(f"{RIVAGE}new-days/", {"version_token": "0"}))
