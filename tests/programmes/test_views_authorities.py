"""Pages of authorities and their admins."""

from datetime import date

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from programmes.hooks import ProgrammeHooks, programme_hooks
from programmes.models import Authority, AuthorityAdmin
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CohortFactory
from tests.factories.programmes import AuthorityAdminFactory, AuthorityFactory
from tests.pages import elements, errors, links, messages, row_heads, rows, texts
from tests.programmes.conftest import signed_in
from web.pages.panels import Panel

pytestmark = pytest.mark.django_db
TYPED = {"name": "Ville d'Évry", "kind": "municipality", "time_zone": "Europe/Paris", "language": "fr"}


class TestList:
    @pytest.mark.parametrize("count", [1, 3])
    def test_the_list_takes_the_same_statements_for_any_number_of_rows(
        self, lab: Client, count: int, django_assert_num_queries
    ):
        for _ in range(count):
            AuthorityFactory()
        with django_assert_num_queries(5):
            page = lab.get("/authorities/")
        assert len(rows(page)) == count

    def test_a_row_shows_kind_and_town(self, visitor: Client):
        AuthorityFactory(name="Zola", kind="other", kind_label="club", seat="", school_zone="")
        AuthorityFactory(
            name="Champagne-Ardenne",
            kind="region",
            seat="Châlons",
            school_zone="B",
            dissolved_on=date(2016, 1, 1),
        )
        page = visitor.get("/authorities/")
        assert row_heads(page) == ["Champagne-Ardenne dissolved on 1 Jan 2016", "Zola"]
        assert rows(page) == [["region", "Châlons", "zone B"], ["club", "", "unknown"]]

    @pytest.mark.parametrize("typed", ["evry", "ÉVRY", "Évry"])
    def test_search_ignores_accents(self, visitor: Client, typed: str):
        AuthorityFactory(name="Ville d'Évry")
        AuthorityFactory(name="Nantes")
        page = visitor.get("/authorities/", {"q": typed})
        assert row_heads(page) == ["Ville d'Évry"]

    def test_the_list_can_be_filtered_by_kind(self, visitor: Client):
        AuthorityFactory(name="Bretagne", kind="region")
        AuthorityFactory(name="Nantes")
        assert row_heads(visitor.get("/authorities/?kind=region")) == ["Bretagne"]

    def test_pages_keep_the_filter(self, visitor: Client):
        Authority.objects.bulk_create(AuthorityFactory.build_batch(51, kind="region"))
        page = visitor.get("/authorities/?kind=region")
        assert (len(rows(page)), links(page)["Next"]) == (50, "?kind=region&page=2")

    @pytest.mark.parametrize("query", ["kind=kingdom", "q=%00", "page=two"])
    def test_invalid_parameters_show_everything(self, visitor: Client, query: str):
        AuthorityFactory(name="Nantes")
        assert row_heads(visitor.get(f"/authorities/?{query}")) == ["Nantes"]

    @pytest.mark.parametrize("count", [1, 3])
    def test_authorities_in_use_without_an_admin_can_be_found(self, lab, count, django_assert_num_queries):
        AuthorityFactory(name="Of no cohort")
        CohortFactory(authority=AuthorityAdminFactory().authority)
        alone = [CohortFactory().authority.name for _ in range(count)]
        with django_assert_num_queries(5):
            page = lab.get("/authorities/?missing=admin")
        assert row_heads(page) == sorted(alone)

    def test_only_lab_staff_can_filter_by_missing_admin(self, visitor: Client):
        authority = AuthorityAdminFactory().authority
        page = visitor.get("/authorities/?missing=admin")
        assert (row_heads(page), "missing" in page.context["bound_list"].filters.form.fields) == (
            [authority.name],
            False,
        )

    def test_an_empty_list_explains_what_will_be_listed(self, lab: Client, visitor: Client):
        assert links(lab.get("/authorities/"))["Add the first authority"] == "/authorities/official-list/"
        assert texts(visitor.get("/authorities/"), "p", "empty-title") == ["No authority yet"]
        page = visitor.get("/authorities/?q=zzz")
        assert texts(page, "p", "empty-title") == ["Nothing fits these filters"]
        assert links(page)["Show everything"] == "/authorities/"

    def test_an_htmx_request_gets_only_the_list(self, visitor: Client):
        AuthorityFactory()
        page = visitor.get("/authorities/", headers={"HX-Request": "true"})
        assert (len(rows(page)), texts(page, "h1")) == (1, [])


class TestAuthority:
    @pytest.mark.parametrize(
        ("facts", "warning"),
        [
            ({"school_zone": ""}, "School zone of Ajaccio: unknown."),
            ({"school_zone": "", "holiday_subdivision": "20R"}, "Corsica has its own school calendar."),
            ({"school_zone": "B"}, None),
            ({"school_zone": "", "dissolved_on": date(2016, 1, 1)}, None),
        ],
    )
    def test_the_page_warns_of_unknown_school_holidays(self, visitor: Client, facts, warning):
        AuthorityFactory(name="Ajaccio", slug="ajaccio", **facts)
        notes = [note for note in texts(visitor.get("/authorities/ajaccio/"), "b") if "school" in note.lower()]
        assert notes == ([warning] if warning else [])

    @pytest.mark.parametrize(("zone", "warned"), [("", True), ("B", False)])
    def test_the_form_warns_as_well(self, lab: Client, zone: str, warned: bool):
        AuthorityFactory(slug="ajaccio", school_zone=zone)
        page = lab.get("/authorities/ajaccio/facts/")
        assert (
            any(text.startswith("The school zone of this authority is unknown") for text in texts(page, "p")) is warned
        )

    def test_a_zone_that_differs_from_the_territory_is_marked(self, visitor: Client):
        AuthorityFactory(slug="rennes", insee_code="35238", school_zone="A")
        assert "zone A chosen by hand; its territory is in zone B" in [
            row[0] for row in rows(visitor.get("/authorities/rennes/"))
        ]

    def test_the_page_shows_the_facts(self, visitor: Client, django_assert_num_queries):
        authority = AuthorityFactory(
            slug="grand-est",
            name="Grand Est",
            kind="region",
            siren="200052264",
            insee_code="44",
            holiday_subdivision="6AE",
            latitude=48.58,
            longitude=7.75,
        )
        AuthorityFactory(name="Alsace", slug="alsace", dissolved_on=date(2016, 1, 1), successor=authority)
        with django_assert_num_queries(8):
            page = visitor.get("/authorities/grand-est/")
        assert [row[0] for row in rows(page)] == [
            "200052264",
            "44",
            "zone B",
            "Alsace",
            "Europe/Paris",
            "French",
            "48.58° · 7.75°",
            "Alsace",
        ]
        assert links(page)["Alsace"] == "/authorities/alsace/"

    def test_a_dissolved_authority_links_to_its_successor(self, visitor: Client):
        new = AuthorityFactory(name="Grand Est", slug="grand-est")
        AuthorityFactory(slug="old", dissolved_on=date(2016, 1, 1), successor=new)
        page = visitor.get("/authorities/old/")
        assert texts(page, "div", "note") == [
            (
                "Dissolved on 1 January 2016. This authority keeps its history and cannot have a "
                "new cohort. See Grand Est"
            )
        ]
        assert links(page)["See Grand Est"] == "/authorities/grand-est/"

    def test_a_dissolved_authority_may_have_no_successor(self, visitor: Client):
        AuthorityFactory(slug="old", dissolved_on=date(2016, 1, 1))
        assert texts(visitor.get("/authorities/old/"), "div", "note") == [
            ("Dissolved on 1 January 2016. This authority keeps its history and cannot have a new cohort.")
        ]

    def test_admins_are_shown_to_lab_staff_and_the_admins(self, lab: Client, visitor: Client, today: None):
        admin = AuthorityAdminFactory(authority__slug="rennes", user__full_name="Ada Martin")
        AuthorityAdminFactory(authority=admin.authority, user__full_name="Past Admin", until=date(2026, 11, 23))
        own = signed_in(admin.user).get("/authorities/rennes/")
        staff, other = lab.get("/authorities/rennes/"), visitor.get("/authorities/rennes/")
        assert rows(staff)[-1] == [f"Ada Martin {admin.user.email}", "1 Jan 2026", "End mandate"]
        assert rows(own)[-1] == ["Ada Martin", "1 Jan 2026"]
        assert "Ada Martin" not in other.content.decode()
        assert "Past Admin" not in staff.content.decode()

    def test_three_admins_take_no_more_statements(self, lab: Client, django_assert_num_queries):
        authority = AuthorityFactory(slug="rennes")
        for _ in range(3):
            AuthorityAdminFactory(authority=authority)
        with django_assert_num_queries(9):
            lab.get("/authorities/rennes/")

    def test_an_admin_who_ends_today_shows_the_last_day(self, lab: Client, today: None):
        AuthorityAdminFactory(authority__slug="rennes", until=date(2026, 11, 24))
        assert rows(lab.get("/authorities/rennes/"))[-1][-1] == "until 24 Nov 2026"

    def test_other_apps_add_panels(self, visitor: Client, monkeypatch: pytest.MonkeyPatch):
        AuthorityFactory(slug="rennes", name="Rennes")
        panel = Panel("components/empty.html", lambda request, authority: {"title": f"Cohorts of {authority}"})
        monkeypatch.setattr(programme_hooks, "by_app", {"test": ProgrammeHooks(authority_panels={1: panel})})
        assert texts(visitor.get("/authorities/rennes/"), "p", "empty-title") == ["Cohorts of Rennes"]

    def test_an_unknown_one_answers_404(self, visitor: Client):
        assert visitor.get("/authorities/none/").status_code == 404


class TestCreate:
    def test_a_new_one_is_created_and_shown(self, lab: Client):
        page = lab.post("/authorities/new/", {**TYPED, "siren": "213 502 388"}, follow=True)
        assert page.redirect_chain == [("/authorities/ville-d-evry/", 302)]
        assert (messages(page), Authority.objects.get().siren) == (["The authority is added."], "213502388")

    def test_a_form_sent_twice_creates_one(self, lab: Client):
        lab.post("/authorities/new/", TYPED)
        page = lab.post("/authorities/new/", TYPED)
        assert errors(page) == ["Another authority already has this name. Add what distinguishes the two."]
        assert Authority.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"siren": "21350238A"}, "This is not a SIREN number: check its nine digits."),
            ({"name": "…"}, "The name must contain at least one letter or digit."),
            (
                {"latitude": "48.1"},
                "Give both latitude (-90 to 90) and longitude (-180 to 180), or neither.",
            ),
            (
                {"latitude": "91", "longitude": "2"},
                "Give both latitude (-90 to 90) and longitude (-180 to 180), or neither.",
            ),
            ({"dissolved_on": "2016-02-31"}, "Enter a valid date."),
        ],
        ids=str,
    )
    def test_invalid_input_is_refused_next_to_its_field(self, lab: Client, change: dict[str, str], reason: str):
        page = lab.post("/authorities/new/", {**TYPED, **change})
        assert (errors(page), Authority.objects.count()) == ([reason], 0)

    def test_a_successor_needs_a_day_of_dissolution(self, lab: Client):
        other = AuthorityFactory()
        page = lab.post("/authorities/new/", {**TYPED, "successor": str(other.pk)})
        assert errors(page) == [
            "Give the date on which the authority was dissolved: only a dissolved authority has a successor."
        ]


class TestChange:
    def test_facts_change_and_the_slug_stays(self, lab: Client):
        AuthorityFactory(slug="evry", source="kept")
        page = lab.post("/authorities/evry/facts/", {**TYPED, "seat": "Évry"}, follow=True)
        authority = Authority.objects.get()
        assert (messages(page), authority.name, authority.seat, authority.slug) == (
            ["Saved."],
            "Ville d'Évry",
            "Évry",
            "evry",
        )

    def test_a_refused_name_does_not_change_the_heading(self, lab: Client):
        AuthorityFactory(slug="evry", name="Before", siren="213502388")
        AuthorityFactory(siren="214401093")
        page = lab.post("/authorities/evry/facts/", {**TYPED, "siren": "214401093"})
        assert (errors(page), texts(page, "p", "crumb")) == (
            ["Another active authority already has this SIREN number. Check the number."],
            ["Before"],
        )


class TestNameAdmin:
    def test_a_person_with_an_account_is_named(self, lab: Client, today: None):
        authority, user = AuthorityFactory(slug="rennes"), UserFactory(full_name="Ada Martin")
        page = lab.post("/authorities/rennes/admins/new/", {"email": user.email.upper()}, follow=True)
        assert messages(page) == ["Ada Martin is an admin of this authority from today on."]
        assert list(AuthorityAdmin.objects.values_list("authority", "user", "since", "until")) == [
            (authority.pk, user.pk, date(2026, 11, 24), None)
        ]

    def test_a_new_admin_gets_an_email_in_their_language(self, lab: Client, staff: User):
        AuthorityFactory(slug="rennes", name="Ville de Rennes")
        user = UserFactory(language="fr")
        lab.post("/authorities/rennes/admins/new/", {"email": user.email})
        [email] = mail.outbox
        assert email.to == [user.email]
        assert "Vous êtes responsable des chiffres de Ville de Rennes à partir d’aujourd’hui." in email.body
        assert (staff.full_name in email.body, "https://lab.example/" in email.body) == (True, True)
        lab.post("/authorities/rennes/admins/new/", {"email": user.email})
        assert len(mail.outbox) == 1

    def test_a_new_person_is_invited_and_not_yet_admin(self, lab: Client):
        AuthorityFactory(slug="rennes")
        form_data = {"email": "ada@people.example", "full_name": "Ada Martin", "language": "fr"}
        page = lab.post("/authorities/rennes/admins/new/", form_data, follow=True)
        assert messages(page) == ["Ada Martin is invited. The invitation e-mail will be sent shortly."]
        user = User.objects.get(email="ada@people.example")
        assert (user.full_name, user.language, user.joined) == ("Ada Martin", "fr", False)
        assert AuthorityAdmin.objects.exists() is False

    def test_a_new_person_needs_a_name(self, lab: Client):
        AuthorityFactory(slug="rennes")
        page = lab.post("/authorities/rennes/admins/new/", {"email": "ada@people.example"})
        assert errors(page) == ["Nobody has an account with this address: give the person’s name."]
        [email] = [field for field in elements(page, "input") if field["attrs"].get("name") == "email"]
        assert email["attrs"]["value"] == "ada@people.example"

    def test_a_form_sent_twice_creates_one(self, lab: Client):
        AuthorityFactory(slug="rennes")
        form_data = {"email": "ada@people.example", "full_name": "Ada Martin"}
        lab.post("/authorities/rennes/admins/new/", form_data)
        page = lab.post("/authorities/rennes/admins/new/", form_data)
        assert errors(page) == ["This person is invited already and has not answered: send that invitation again."]
        assert User.objects.filter(email="ada@people.example").count() == 1

    def test_an_admin_is_named_once(self, lab: Client):
        admin = AuthorityAdminFactory(authority__slug="rennes")
        page = lab.post("/authorities/rennes/admins/new/", {"email": admin.user.email})
        assert errors(page) == ["This person is already an admin of the authority."]
        assert AuthorityAdmin.objects.count() == 1


class TestEndAdmin:
    def test_ending_shows_the_consequences_and_ends_today(self, lab: Client, today: None):
        admin = AuthorityAdminFactory(authority__slug="rennes", user__full_name="Ada Martin")
        address = f"/authorities/rennes/admins/{admin.pk}/end/"
        page = lab.get(address)
        assert texts(page, "h1") == ["End the admin role of Ada Martin"]
        assert AuthorityAdmin.objects.get().until is None
        page = lab.post(address, follow=True)
        assert messages(page) == ["Today is the last day of Ada Martin as admin."]
        assert AuthorityAdmin.objects.get().until == date(2026, 11, 24)

    def test_ending_twice_keeps_the_first_end(self, lab: Client, today: None):
        admin = AuthorityAdminFactory(authority__slug="rennes", until=date(2026, 3, 31))
        lab.post(f"/authorities/rennes/admins/{admin.pk}/end/")
        assert AuthorityAdmin.objects.get().until == date(2026, 3, 31)

    def test_an_admin_of_another_authority_answers_404(self, lab: Client):
        AuthorityFactory(slug="nantes")
        admin = AuthorityAdminFactory(authority__slug="rennes")
        assert lab.post(f"/authorities/nantes/admins/{admin.pk}/end/").status_code == 404
        assert AuthorityAdmin.objects.get().until is None
