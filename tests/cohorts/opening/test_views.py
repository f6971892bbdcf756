"""Tests of the three steps that open an edition: entered data stays, errors are shown, and it is saved once or not at
all.
"""

import re
from datetime import date
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.models import Cohort, Session
from cohorts.opening.form_drafts import MAX_DRAFTS
from cohorts.opening.forms import MAX_AUTHORITIES, MAX_LISTED
from cohorts.sessions.remarks import remarks_of
from programmes.models import Authority, Edition, Format
from tests.cohorts.pages import browser, errors, page_links, page_messages, page_text
from tests.factories.accounts import UserFactory
from tests.factories.programmes import AuthorityFactory, EditionFactory, FormatFactory, ProgrammeFactory
from tests.pages import elements

FIRST, SECOND, THIRD = "/open-edition/", "/open-edition/authorities/", "/open-edition/review/"
NAME = "La Transfo 2027–2028"


@pytest.fixture
def staff(cast) -> Client:
    return browser(cast["S"])


@pytest.fixture
def pattern(cast) -> Format:
    programme = ProgrammeFactory(name_en="The next Transfo")
    return FormatFactory(
        programme=programme, label="Six months", version=4, months=6, sessions=4, phases=(("preparation", 0, 6),)
    )


@pytest.fixture
def metz(cast) -> Authority:
    return AuthorityFactory(name="Metz", slug="metz")


@pytest.fixture
def loire(cast) -> Authority:
    return AuthorityFactory(name="Pays de la Loire", slug="pays-de-la-loire")


def query(pattern: Format | int | str, *authorities: Authority | int | str, **more: str) -> str:
    pairs = [("format", getattr(pattern, "pk", pattern)), ("name", NAME), ("starts_on", "2027-01-04")]
    pairs = [(name, more.pop(name, value)) for name, value in pairs]
    ticked = [("authorities", getattr(one, "pk", one)) for one in authorities]
    return "?" + urlencode([*pairs, *ticked, *more.items()])


def nothing_saved() -> bool:
    return not Edition.objects.filter(name=NAME).exists() and not Session.objects.exists()


class TestFirstStep:
    def test_step_one_shows_each_published_version_with_its_phases(self, staff, pattern):
        FormatFactory(label="A draft", published_at=None)
        page = staff.get(FIRST)
        text = page_text(page)
        assert "The next Transfo · Six months (v4)" in text
        assert "6 months · 4 sessions · 15 seats · Intertransfo every 6 months" in text
        assert "preparation from month 0 to month 6" in text
        assert "A draft" not in text

    def test_the_drawing_of_a_formats_phases_scrolls_by_keyboard(self, staff, pattern):
        drawings = [drawing["attrs"] for drawing in elements(staff.get(FIRST), "div", "timeline-scroll")]
        assert {(drawing["tabindex"], drawing["role"]) for drawing in drawings} == {("0", "group")}
        names = [drawing["aria-label"] for drawing in drawings]
        assert f"Phases by month, {pattern}" in names
        assert len(set(names)) == len(names)

    @pytest.mark.parametrize("name", ["format", "name", "starts_on", "search", "authorities", "start_1", "site_1"])
    def test_a_url_with_invalid_text_still_gives_a_page(self, staff, pattern, metz, name):
        broken = query(pattern, metz) + f"&{name}=%00"
        assert [staff.get(step + broken).status_code for step in (FIRST, SECOND, THIRD)] == [200, 200, 200]

    def test_without_a_published_format_the_page_says_what_is_missing(self, db):
        from tests.factories.accounts import UserFactory

        assert "No format is published yet." in page_text(browser(UserFactory(is_lab_staff=True)).get(FIRST))

    def test_going_back_shows_everything_as_it_was_typed(self, staff, pattern, metz):
        address = query(pattern, metz, **{f"start_{metz.pk}": "2027-03-01"})
        content = unescape(staff.get(FIRST + address).content.decode())
        assert f'value="{NAME}"' in content
        assert 'value="2027-01-04"' in content
        assert f'<input type="hidden" name="authorities" value="{metz.pk}">' in content
        assert f'<input type="hidden" name="start_{metz.pk}" value="2027-03-01">' in content

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "x" * 121}, "name"),
            ({"starts_on": ""}, "starts_on"),
            ({"starts_on": "2027-02-30"}, "starts_on"),
            ({"starts_on": "soon"}, "starts_on"),
            ({"starts_on": "0001-01-01"}, "starts_on"),
            ({"starts_on": "9998-06-01"}, "starts_on"),
            ({"starts_on": "9999-12-31"}, "starts_on"),
            ({"format": ""}, "format"),
            ({"format": "999999"}, "format"),
            ({"format": "<b>"}, "format"),
        ],
    )
    def test_invalid_input_shows_the_step_again_with_the_reason_next_to_the_field(
        self, staff, pattern, metz, wrong, field
    ):
        for step in (SECOND, THIRD):
            page = staff.get(step + query(pattern, metz, **wrong))
            assert set(errors(page)) == {field}
            assert "This needs correcting:" in page_text(page)
        assert nothing_saved()

    def test_a_draft_format_cannot_be_chosen(self, staff, metz):
        page = staff.get(THIRD + query(FormatFactory(published_at=None), metz))
        assert set(errors(page)) == {"format"}


class TestSecondStep:
    def test_step_two_lists_existing_authorities_by_name(self, staff, pattern, metz, loire):
        AuthorityFactory(name="Bourgogne", dissolved_on=date(2027, 1, 4))
        page = staff.get(SECOND + query(pattern))
        rows = page.context["form"].rows
        assert [row["authority"].name for row in rows] == [
            "Metz",
            "Pays de la Loire",
            "Ville de Montagne",
            "Ville de Rivage",
        ]
        assert "This needs correcting" not in page_text(page)

    def test_the_search_ignores_accents_and_keeps_those_ticked(self, staff, pattern, metz, loire):
        AuthorityFactory(name="Élancourt")
        page = staff.get(SECOND + query(pattern, loire, search="ELAN"))
        rows = page.context["form"].rows
        assert [(row["authority"].name, row["is_ticked"]) for row in rows] == [
            ("Pays de la Loire", True),
            ("Élancourt", False),
        ]

    def test_a_search_without_results_says_so(self, staff, pattern):
        assert "No authority matches." in page_text(staff.get(SECOND + query(pattern, search="zzz")))

    @pytest.mark.django_db
    def test_without_any_authority_the_page_leads_to_the_official_list(self):
        page = browser(UserFactory(is_lab_staff=True)).get(SECOND + query(FormatFactory()))
        assert "No authority is added yet." in page_text(page)
        address = page.wsgi_request.get_full_path()
        assert f"/authorities/official-list/?{urlencode({'next': address})}" in page_links(page)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("a\0", "Null characters are not allowed."),
            ("x" * 81, "Ensure this value has at most 80 characters (it has 81)."),
        ],
    )
    @pytest.mark.parametrize("step", [SECOND, THIRD])
    def test_an_invalid_search_has_its_error_next_to_it(self, staff, pattern, step, text, reason):
        page = staff.get(step + query(pattern, search=text))
        assert errors(page)["search"] == [reason]
        assert reason in page_text(page)

    def test_the_list_of_unticked_authorities_is_limited(self, staff, pattern, metz):
        AuthorityFactory.create_batch(MAX_LISTED + 5)
        assert len(staff.get(SECOND + query(pattern, metz)).context["form"].rows) == MAX_LISTED + 1

    def test_no_ticked_authority_is_refused_next_to_the_field(self, staff, pattern, metz):
        page = staff.get(THIRD + query(pattern))
        assert errors(page) == {
            "authorities": ["Choose at least one authority: an edition is opened with its cohorts."]
        }
        assert f'value="{NAME}"' in unescape(page.content.decode())

    @pytest.mark.parametrize("foreign", ["999999", "0", "-1", "x", "9" * 30, "１"])
    def test_an_authority_that_is_not_offered_is_refused(self, staff, pattern, metz, foreign):
        page = staff.get(THIRD + query(pattern, metz, foreign))
        assert set(errors(page)) == {"authorities"}

    def test_a_dissolved_authority_cannot_be_submitted(self, staff, pattern, metz):
        gone = AuthorityFactory(name="Bourgogne", dissolved_on=date(2016, 1, 1))
        page = staff.get(THIRD + query(pattern, metz, gone))
        assert set(errors(page)) == {"authorities"}
        assert "Bourgogne" not in page_text(page)

    @pytest.mark.parametrize("start", ["2026-12-31", "2027-02-30", "soon", "9999-12-31", "2036-07-06"])
    def test_an_impossible_own_start_is_refused_next_to_it_and_stays_in_the_form(self, staff, pattern, metz, start):
        address = THIRD + query(pattern, metz, **{f"start_{metz.pk}": start})
        for page in (staff.get(address), staff.post(address)):
            assert set(errors(page)) == {f"start_{metz.pk}"}
            assert f'value="{start}"' in page.content.decode()
        assert nothing_saved()

    def test_an_own_start_may_end_exactly_after_ten_years(self, staff, pattern, metz):
        page = staff.get(THIRD + query(pattern, metz, **{f"start_{metz.pk}": "2036-07-05"}))
        assert "1 cohort following" in page_text(page)

    def test_the_start_of_an_unticked_authority_is_ignored(self, staff, pattern, metz, loire):
        page = staff.get(THIRD + query(pattern, metz, **{f"start_{loire.pk}": "2020-01-01"}))
        assert "1 cohort following" in page_text(page)


class TestThirdStep:
    def test_the_review_shows_what_each_cohort_would_get_and_saves_nothing(self, staff, pattern, metz, loire):
        page = staff.get(THIRD + query(pattern, metz, loire, **{f"start_{loire.pk}": "2027-03-01"}))
        text = page_text(page)
        assert "2 cohorts following Six months (v4), from 4 January 2027. Nothing is saved yet." in text
        assert [calendar.participation.name for calendar in page.context["calendars"]] == ["Metz", "Pays de la Loire"]
        assert page.context["calendars"][1].plan.starts_on == date(2027, 3, 1)
        assert nothing_saved()

    def test_conflicts_are_named(self, staff, metz):
        crowded = FormatFactory(
            months=1,
            sessions=14,
            days_per_session=1,
            phases=(),
            first_prototype_months=1,
            exchange_interval_months=None,
        )
        text = page_text(staff.get(THIRD + query(crowded, metz, starts_on="2027-02-08")))
        assert "sessions have a conflict that could not be avoided" in text
        assert "During local school holidays." in text

    @pytest.mark.parametrize(
        ("sessions", "text"),
        [
            (11, ("1 session has a conflict that could not be avoided. It is marked below; you can move it once")),
            (
                12,
                ("2 sessions have a conflict that could not be avoided. They are marked below; you can move them once"),
            ),
        ],
    )
    def test_the_note_agrees_with_its_number_and_conflicts_alone_are_marked(self, staff, metz, sessions, text):
        crowded = FormatFactory(
            months=1,
            sessions=sessions,
            days_per_session=1,
            phases=(),
            first_prototype_months=1,
            exchange_interval_months=None,
        )
        page = staff.get(THIRD + query(crowded, metz, starts_on="2027-02-08"))
        assert text in page_text(page)
        assert "On a Monday or a Friday." in page_text(page)
        marks = re.findall(r'class="mark">([^<]*)<', page.content.decode())
        assert marks == ["During local school holidays."] * (sessions - 10)

    def test_an_unusual_weekday_is_not_marked_as_a_conflict(self):
        remarks = remarks_of(("monday_or_friday", "estimated_calendar", "other_cohort"))
        assert [str(remark.text) for remark in remarks if remark.is_conflict] == [
            "On a day when another cohort of the edition meets."
        ]

    def test_an_error_in_a_field_of_an_authority_names_the_authority(self, staff, pattern, metz, loire):
        early = {f"start_{metz.pk}": "2020-01-01"}
        text = page_text(staff.get(THIRD + query(pattern, metz, loire, **early)))
        assert f"First day of {metz.name} : This day is before the edition starts: choose a later day." in text

    def test_a_calendar_without_conflict_shows_no_note(self, staff, pattern, metz):
        assert "could not be avoided" not in page_text(staff.get(THIRD + query(pattern, metz)))

    def test_a_residency_shows_three_weeks(self, staff, metz):
        residency = FormatFactory(months=6, onsite_weeks=3, sessions=3, phases=(("immersion", 0, 6),))
        page = staff.get(THIRD + query(residency, metz))
        assert page_text(page).count("immersion") >= 3
        assert [len(line.session.days) for line in page.context["calendars"][0].proposed_sessions] == [5, 5, 5]

    def test_the_review_says_that_a_format_has_no_sessions(self, staff, metz):
        bare = FormatFactory(months=6, sessions=0, phases=())
        assert "The format has no sessions" in page_text(staff.get(THIRD + query(bare, metz)))

    def test_going_back_keeps_the_query_string(self, staff, pattern, metz):
        address = query(pattern, metz)
        assert SECOND + address in page_links(staff.get(THIRD + address))

    def test_sending_the_review_opens_the_edition_and_redirects_to_it(self, staff, pattern, metz, loire):
        answer = staff.post(THIRD + query(pattern, metz, loire, **{f"site_{loire.pk}": "Gare"}))
        edition = Edition.objects.get(name=NAME)
        assert (answer.status_code, answer.headers["Location"]) == (302, edition.get_absolute_url())
        assert page_messages(answer) == [f"The edition {NAME} is open with 2 cohorts."]
        assert list(edition.cohorts.order_by("pk").values_list("name", "site", "planned_start")) == [
            ("Metz", "", date(2027, 1, 4)),
            ("Pays de la Loire, Gare", "Gare", date(2027, 1, 4)),
        ]
        assert (edition.state, Session.objects.count()) == ("open", 8)

    def test_a_review_sent_twice_opens_one_edition(self, staff, pattern, metz):
        staff.post(THIRD + query(pattern, metz))
        answer = staff.post(THIRD + query(pattern, metz))
        assert answer.headers["Location"] == Edition.objects.get(name=NAME).get_absolute_url()
        assert page_messages(answer)[-1] == f"The edition {NAME} is already open."
        assert Cohort.objects.filter(edition__name=NAME).count() == 1

    def test_a_taken_edition_name_is_refused_next_to_the_name(self, staff, pattern, metz):
        EditionFactory(name=NAME, slug="la-transfo-2027-2028")
        page = staff.post(THIRD + query(pattern, metz))
        assert errors(page) == {"name": ["Another edition already has this name. Choose another name."]}
        assert Cohort.objects.filter(authority=metz).count() == 0

    def test_nothing_is_saved_when_something_is_missing(self, staff, pattern):
        assert set(errors(staff.post(THIRD + query(pattern)))) == {"authorities"}
        assert nothing_saved()

    def test_a_name_that_gives_no_slug_is_refused(self, staff, pattern, metz):
        page = staff.post(THIRD + query(pattern, metz, name="…"))
        assert set(errors(page)) == {"name"}
        assert not Edition.objects.filter(name="…").exists()


class TestManyAuthorities:
    """Many authorities are sent by POST and saved in the session: of hundreds the URL would be refused with 414."""

    MANY = MAX_LISTED + 5

    def form_data(self, pattern: Format, authorities: list[Authority], **more: str) -> dict[str, object]:
        edition = {"format": pattern.pk, "name": NAME, "starts_on": "2027-01-04"}
        return {**edition, "authorities": [one.pk for one in authorities], **more}

    def test_the_url_stays_short_through_every_step(self, staff, pattern):
        authorities = AuthorityFactory.create_batch(self.MANY)
        answer = staff.post(SECOND, self.form_data(pattern, authorities, review="yes"))
        review = answer.headers["Location"]
        assert review.startswith(f"{THIRD}?draft=")
        assert len(review) < 100
        page = staff.get(review)
        assert len(page.context["calendars"]) == self.MANY
        assert max(len(href) for href in page_links(page)) < 100
        back = staff.get(page.context["back"])
        assert sum(row["is_ticked"] for row in back.context["form"].rows) == self.MANY
        staff.post(review)
        assert Cohort.objects.filter(edition__name=NAME).count() == self.MANY

    def test_no_form_of_the_steps_sends_the_authorities_in_a_url(self, staff, pattern, metz):
        second = staff.post(SECOND, self.form_data(pattern, [metz], search="Metz"), follow=True)
        assert [form["attrs"].get("method") for form in elements(second, "form", "stack")] == ["post"]
        first = staff.get(FIRST + "?" + second.redirect_chain[-1][0].split("?")[1])
        names = {field["attrs"].get("name") for field in elements(first, "input") if field["attrs"]["type"] == "hidden"}
        assert "authorities" not in names
        assert "draft" in names

    def test_what_is_typed_in_the_first_step_afterwards_replaces_the_draft(self, staff, pattern, metz):
        second = staff.post(SECOND, self.form_data(pattern, [metz]))
        draft = second.headers["Location"].split("?")[1]
        page = staff.get(f"{SECOND}?{draft}&name=Another")
        assert page.context["edition"]["name"] == "Another"
        assert [row["authority"] for row in page.context["form"].rows if row["is_ticked"]] == [metz]

    def test_own_starts_and_sites_are_in_the_draft(self, staff, pattern, metz):
        form_data = self.form_data(
            pattern, [metz], review="yes", **{f"start_{metz.pk}": "2027-03-01", f"site_{metz.pk}": "Gare"}
        )
        participation = staff.post(SECOND, form_data, follow=True).context["calendars"][0].participation
        assert (participation.starts_on, participation.site) == (date(2027, 3, 1), "Gare")

    def test_the_latest_drafts_are_saved_and_the_oldest_is_removed(self, staff, pattern, metz):
        addresses = [
            staff.post(SECOND, self.form_data(pattern, [metz])).headers["Location"] for _ in range(MAX_DRAFTS + 1)
        ]
        are_saved = ["edition" in (staff.get(address).context or {}) for address in addresses]
        assert are_saved == [False, *[True] * MAX_DRAFTS]

    def test_a_draft_belongs_to_the_session_that_saved_it(self, staff, cast, pattern, metz):
        address = staff.post(SECOND, self.form_data(pattern, [metz])).headers["Location"]
        assert set(errors(browser(cast["S"]).get(address))) == {"format", "name", "starts_on"}

    def test_as_many_as_a_form_can_send_are_accepted_and_one_more_is_refused(self, staff, pattern, monkeypatch):
        monkeypatch.setattr("cohorts.opening.forms.MAX_AUTHORITIES", 3)
        authorities = AuthorityFactory.create_batch(4)
        at_most = staff.post(SECOND, self.form_data(pattern, authorities[:3], review="yes"), follow=True)
        assert len(at_most.context["calendars"]) == 3
        page = staff.post(SECOND, self.form_data(pattern, authorities, review="yes"), follow=True)
        reason = (
            "An edition can be opened with at most 3 authorities. Add the others later, on the page of the edition."
        )
        assert errors(page) == {"authorities": [reason]}

    def test_a_full_choice_lists_no_further_authority_and_shows_the_reason(self, staff, pattern, monkeypatch):
        monkeypatch.setattr("cohorts.opening.forms.MAX_AUTHORITIES", 2)
        authorities = AuthorityFactory.create_batch(3)
        page = staff.post(SECOND, self.form_data(pattern, authorities[:2]), follow=True)
        assert [row["is_ticked"] for row in page.context["form"].rows] == [True, True]
        assert "An edition can be opened with at most 2 authorities." in page_text(page)

    def test_every_field_of_a_full_choice_is_accepted_by_django(self, settings):
        assert 3 * MAX_AUTHORITIES + 10 <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


@pytest.mark.parametrize("step", [FIRST, SECOND, THIRD])
def test_only_lab_staff_open_editions(cast, step, pattern, metz):
    answer = browser(cast["P"]).get(step + query(pattern, metz))
    assert answer.status_code == 403
    assert "Only lab staff can do this." in unescape(answer.content.decode())
    assert browser(cast["P"]).post(SECOND).status_code == 403
    assert browser(cast["P"]).post(THIRD + query(pattern, metz)).status_code == 403
    assert nothing_saved()


@pytest.mark.parametrize("many", [1, 3])
def test_each_step_needs_as_many_statements_for_three_authorities_as_for_one(
    staff, pattern, many, django_assert_num_queries
):
    address = query(pattern, *AuthorityFactory.create_batch(many))
    for step, queries in ((FIRST, 4), (SECOND, 6), (THIRD, 8)):
        with django_assert_num_queries(queries):
            staff.get(step + address)


class TestAddCohort:
    @pytest.fixture
    def address(self, cast) -> str:
        return reverse("cohorts:add_cohort", args=[cast.edition.slug])

    def test_one_more_authority_gets_its_cohort(self, staff, cast, metz, address):
        answer = staff.post(address, {"authority": metz.pk, "starts_on": "2027-01-04", "site": ""})
        cohort = cast.edition.cohorts.get(authority=metz)
        assert answer.headers["Location"] == cohort.get_absolute_url()
        assert page_messages(answer) == ["Metz takes part: check its proposed sessions."]
        assert (cohort.phases.count(), cohort.sessions.count()) == (4, 18)

    def test_others_are_refused_and_find_no_draft_edition(self, cast, address):
        draft = reverse("cohorts:add_cohort", args=[EditionFactory(state="draft").slug])
        assert [browser(cast["P"]).get(each).status_code for each in (address, draft)] == [403, 404]

    def test_a_form_sent_twice_adds_one_cohort(self, staff, cast, metz, address):
        staff.post(address, {"authority": metz.pk})
        page = staff.post(address, {"authority": metz.pk})
        assert errors(page) == {"authority": ["This authority has a cohort in the edition already (at this site)."]}
        assert cast.edition.cohorts.filter(authority=metz).count() == 1

    @pytest.mark.parametrize("foreign", ["", "999999", "x"])
    def test_a_foreign_authority_is_refused(self, staff, cast, address, foreign):
        assert set(errors(staff.post(address, {"authority": foreign}))) == {"authority"}
        assert cast.edition.cohorts.count() == 2

    def test_a_start_before_the_edition_is_refused(self, staff, cast, metz, address):
        page = staff.post(address, {"authority": metz.pk, "starts_on": "2020-01-01"})
        assert "Metz would start before the edition: choose a later day." in page_text(page)
        assert not cast.edition.cohorts.filter(authority=metz).exists()

    def test_a_start_that_would_extend_the_edition_beyond_ten_years_is_refused(self, staff, cast, metz, address):
        page = staff.post(address, {"authority": metz.pk, "starts_on": "2034-01-08"})
        assert "Metz: These dates are more than ten years apart. Check the year." in page_text(page)
        assert not cast.edition.cohorts.filter(authority=metz).exists()

    def test_a_closed_edition_shows_why_no_authority_can_be_added(self, staff, metz):
        edition = EditionFactory(state="closed", slug="over")
        page = staff.post("/editions/over/cohorts/new/", {"authority": metz.pk})
        assert "The edition is over: no authority can be added to it." in page_text(page)
        assert not edition.cohorts.exists()

    def test_a_draft_edition_is_hidden_from_others(self, cast):
        EditionFactory(state="draft", slug="secret")
        assert browser(cast["M"]).get("/editions/secret/cohorts/new/").status_code == 404
