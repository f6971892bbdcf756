"""Tests of the pages about members: the list, adding someone, details, leaving."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import User
from accounts.privacy.actions import erase_person
from cohorts.models import Invitation, Membership
from tests.cohorts.pages import browser, errors, page_links, page_messages, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW
from tests.factories.cohorts import AttendanceFactory, CohortFactory, MembershipFactory, SessionFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.programmes import AuthorityAdminFactory
from tests.pages import elements

LIST, NEW = "/cohorts/rivage/members/", "/cohorts/rivage/members/new/"
ADA = {
    "email": "ada@people.example",
    "full_name": "Ada Essai",
    "language": "fr",
    "role": "ambassador",
    "starts_on": "2026-11-24",
}


@pytest.fixture
def pilot(cast) -> Client:
    return browser(cast["P"])


def membership(cast, role: str = "ambassador") -> Membership:
    member: Membership = cast.cohort.memberships.get(role=role)
    return member


class TestList:
    def test_the_list_shows_person_role_and_dates(self, pilot, cast):
        member = membership(cast)
        member.unit, member.mission_letter_on, member.day_allowance = "Accueil", date(2026, 1, 2), 35
        member.save()
        assert f"Ambassador Rivage {cast['M'].email} ambassador Accueil 5 Jan 2026 2 Jan 2026 35" in page_text(
            pilot.get(LIST)
        )

    def test_every_column_has_a_name(self, pilot):
        headings = ["Person", "E-mail", "Role", "Discipline", "Department", "From", "Until", "Mission letter", "Days"]
        heads = [head["text"] for head in elements(pilot.get(LIST), "th") if head["attrs"]["scope"] == "col"]
        assert heads == ["Selected", *headings, "Actions"]

    def test_addresses_are_in_the_file_of_those_who_may_see_them(self, cast):
        files = [
            browser(cast[role])
            .get("/lists/members/file/csv/?subject_key=rivage&columns=email.role")
            .content.decode("utf-8-sig")
            for role in "MR"
        ]
        assert [text.splitlines()[0] for text in files] == ['"Person";"E-mail";"Role"', '"Person";"Role"']
        assert [cast["P"].email in text for text in files] == [True, False]
        assert "The filter “Columns” is ignored" in files[1]

    def test_past_and_future_members_are_marked(self, pilot, cast):
        MembershipFactory(cohort=cast.cohort, user=UserFactory(full_name="Ana Partie"), ends_on=date(2026, 11, 23))
        MembershipFactory(cohort=cast.cohort, user=UserFactory(full_name="Bob Futur"), starts_on=date(2026, 11, 25))
        text = page_text(pilot.get(LIST))
        assert "5 Jan 2026 23 Nov 2026 left" in text
        assert "25 Nov 2026 to come" in text

    @pytest.mark.parametrize(
        ("role", "is_shown"),
        [("S", True), ("C", True), ("D", True), ("P", True), ("M", True), ("A", True), ("R", False)],
    )
    def test_addresses_are_shown_only_to_people_who_may_see_them(self, cast, role, is_shown):
        page = browser(cast[role]).get(LIST)
        assert (cast["M"].email in page.content.decode()) is is_shown
        assert ("Only people active in this cohort can do this." in page_text(page)) is not is_shown

    @pytest.mark.parametrize(
        ("role", "can_change"), [("S", True), ("C", True), ("P", True), ("M", False), ("A", False)]
    )
    def test_only_leads_see_links_to_change_the_list(self, cast, role, can_change):
        paths = page_links(browser(cast[role]).get(LIST))
        assert ({NEW, f"{LIST}{membership(cast).pk}/", f"{LIST}{membership(cast).pk}/end/"} <= paths) is can_change

    def test_each_row_has_one_menu_and_nobody_can_act_for_lab_staff(self, cast):
        MembershipFactory(cohort=cast.cohort, user=cast["S"], role="relay")
        page = browser(cast["S"]).get(LIST)
        labels = {row.user_id: [action.label for action in row.row_actions] for row in page.context["page"]}
        assert labels[cast["M"].pk] == ["Edit", "End membership", "Act for this person"]
        assert labels[cast["S"].pk] == ["Edit", "End membership"]
        assert page.content.decode().count('<summary class="small">Actions<span') == len(labels)

    def test_an_erased_person_has_no_email_link(self, pilot, cast):
        AuthorityAdminFactory(authority=cast.cohort.authority, user=cast["M"])
        erase_person(user=cast["M"], at=NOW, by=None)
        erased = User.objects.get(pk=cast["M"].pk)
        for reader, address in ((pilot, LIST), (browser(cast["S"]), cast.cohort.authority.get_absolute_url())):
            page = reader.get(address).content.decode()
            assert (f"Former member {erased.pk}" in page, erased.email in page) == (True, False)

    def test_a_cohort_without_people_offers_the_first_step(self, cast):
        CohortFactory(slug="empty")
        page = browser(cast["S"]).get("/cohorts/empty/members/")
        assert "No member yet." in page_text(page)
        assert "/cohorts/empty/members/new/" in page_links(page)

    @pytest.mark.parametrize("many", [1, 3])
    def test_the_list_needs_as_many_statements_for_three_members_as_for_one(
        self, pilot, cast, many, django_assert_num_queries
    ):
        MembershipFactory.create_batch(many, cohort=cast.cohort)
        for _number in range(many):
            InvitationFactory(cohort=cast.cohort)
        with django_assert_num_queries(8):
            pilot.get(LIST)


class TestInvitedPeople:
    """Unanswered invitations are listed on the page of members for people who lead the cohort."""

    @pytest.fixture
    def invited(self, cast) -> Invitation:
        return InvitationFactory(cohort=cast.cohort, full_name="Ada Essai", role="pilot")

    @pytest.mark.parametrize(("role", "is_shown"), [("S", True), ("C", True), ("P", True), ("M", False), ("A", False)])
    def test_leads_see_unanswered_invitations(self, cast, invited, role, is_shown):
        page = browser(cast[role]).get(LIST)
        assert ("Invitations without an answer" in page_text(page), "Ada Essai" in page_text(page)) == (
            is_shown,
            is_shown,
        )

    @pytest.mark.parametrize("ended", ["accepted", "revoked"])
    def test_an_ended_invitation_is_not_listed(self, pilot, cast, ended):
        person = UserFactory()
        if ended == "accepted":
            InvitationFactory(cohort=cast.cohort, person=person, accepted_at=NOW, accepted_by=person)
        else:
            InvitationFactory(cohort=cast.cohort, person=person, revoked_at=NOW, reason="Moved away")
        assert pilot.get(LIST).context["invitations"] == []


class TestSomeoneNew:
    """Lab staff add people who have an account; test_views_invitations.py tests the others, who are invited."""

    @pytest.fixture(autouse=True)
    def _ada(self, cast) -> None:
        UserFactory(email="ada@people.example", full_name="Ada Essai")

    @pytest.fixture
    def lab(self, cast) -> Client:
        return browser(cast["S"])

    def test_a_person_with_an_account_becomes_a_member_at_once(self, lab, cast):
        answer = lab.post(NEW, ADA | {"unit": "Accueil"})
        member = cast.cohort.memberships.get(user__email="ada@people.example")
        assert answer.headers["Location"] == LIST
        assert page_messages(answer) == ["Ada Essai takes part as ambassador."]
        assert (member.role, member.unit, member.starts_on, member.day_allowance) == (
            "ambassador",
            "Accueil",
            date(2026, 11, 24),
            35,
        )

    @pytest.mark.parametrize("role", "CP")
    def test_people_who_are_not_lab_staff_can_only_invite(self, cast, role):
        """The answer shows neither whether the address has an account nor whose it is."""
        client, answers = browser(cast[role]), set()
        for email in ("ada@people.example", "nobody@people.example"):
            answer = client.post(NEW, ADA | {"email": email, "full_name": "Typed Name"})
            answers.add((answer.status_code, answer.headers["Location"], page_messages(answer)[-1]))
        message = "Typed Name is invited as ambassador. The e-mail is on its way."
        assert answers == {(302, "/cohorts/rivage/invitations/", message)}
        assert "Ada Essai" not in client.get("/cohorts/rivage/invitations/").content.decode()
        assert not cast.cohort.memberships.filter(user__email="ada@people.example").exists()

    def test_the_page_says_how_the_person_joins(self, pilot, lab):
        assert "A person with an account joins the cohort at once" in page_text(lab.get(NEW))
        assert "The person receives an invitation by e-mail, and joins the" in page_text(pilot.get(NEW))

    def test_the_form_suggests_today_and_the_role_of_the_link(self, pilot):
        initial = pilot.get(f"{NEW}?role=pilot").context["form"].initial
        assert initial == {"role": "pilot", "starts_on": date(2026, 11, 24), "language": "fr"}
        assert pilot.get(f"{NEW}?role=king").context["form"].initial["role"] == "ambassador"

    def test_before_a_cohort_starts_its_first_day_is_suggested(self, cast):
        CohortFactory(slug="other", state="agreed", planned_start=date(2027, 1, 4), actual_start=None)
        page = browser(cast["S"]).get("/cohorts/other/members/new/")
        assert page.context["form"].initial["starts_on"] == date(2027, 1, 4)

    def test_a_form_sent_twice_makes_one_membership(self, lab, cast):
        lab.post(NEW, ADA)
        page = lab.post(NEW, ADA)
        assert errors(page) == {"email": ["This person has that role in the cohort already at these dates."]}
        assert cast.cohort.memberships.filter(user__email="ada@people.example").count() == 1

    def test_a_sixteenth_ambassador_gets_no_seat_and_nothing_is_saved(self, lab, cast):
        MembershipFactory.create_batch(14, cohort=cast.cohort)
        page = lab.post(NEW, ADA)
        assert errors(page) == {
            "role": [
                "Every seat of the cohort is taken on one of these days. Choose other dates, or end a membership first."
            ]
        }
        assert 'value="Ada Essai"' in page.content.decode()
        assert cast.cohort.memberships.ambassadors().count() == 15

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"email": "ada"}, "email"),
            ({"email": ""}, "email"),
            ({"full_name": ""}, "full_name"),
            ({"role": "king"}, "role"),
            ({"role": "pilot"}, "role"),
            ({"role": "resident"}, "discipline"),
            ({"starts_on": "2026-02-30"}, "starts_on"),
            ({"ends_on": "2026-11-23"}, "ends_on"),
            ({"mission_letter_on": "yesterday"}, "mission_letter_on"),
            ({"day_allowance": "-1"}, "day_allowance"),
            ({"day_allowance": "9" * 12}, "day_allowance"),
            ({"language": "xx"}, "language"),
        ],
        ids=str,
    )
    def test_invalid_input_is_refused_next_to_its_field(self, pilot, cast, wrong, field):
        before, people = cast.cohort.memberships.count(), User.objects.count()
        page = pilot.post(NEW, ADA | wrong)
        assert set(errors(page)) == {field}
        assert (cast.cohort.memberships.count(), User.objects.count()) == (before, people)

    def test_nobody_can_join_a_withdrawn_cohort(self, cast):
        cohort = CohortFactory(slug="gone", state="withdrawn", reason="Budget")
        page = browser(cast["S"]).post("/cohorts/gone/members/new/", ADA)
        assert "The cohort has withdrawn: nobody can join it any more" in page_text(page)
        assert not cohort.memberships.exists()


class TestDetails:
    def test_details_are_changed(self, pilot, cast):
        member = membership(cast)
        answer = pilot.post(
            f"{LIST}{member.pk}/", {"unit": "Voirie", "mission_letter_on": "2026-01-02", "day_allowance": "20"}
        )
        member.refresh_from_db()
        assert answer.headers["Location"] == LIST
        assert (member.unit, member.mission_letter_on, member.day_allowance) == ("Voirie", date(2026, 1, 2), 20)

    def test_a_resident_keeps_a_discipline(self, pilot, cast):
        member = membership(cast, "resident")
        page = pilot.post(f"{LIST}{member.pk}/", {"discipline": "", "unit": "Atelier"})
        assert set(errors(page)) == {"discipline"}
        member.refresh_from_db()
        assert (member.discipline, member.unit) == ("design", "")


class TestLeaving:
    def test_someone_leaves_on_a_day(self, pilot, cast):
        member = membership(cast)
        answer = pilot.post(f"{LIST}{member.pk}/end/", {"ends_on": "2026-12-31", "reason": "New post"})
        member.refresh_from_db()
        assert (answer.headers["Location"], member.ends_on) == (LIST, date(2026, 12, 31))
        assert page_messages(answer) == ["Ambassador Rivage leaves the cohort on that day."]

    def test_the_page_says_what_will_happen_and_a_get_changes_nothing(self, pilot, cast):
        member = membership(cast)
        text = page_text(pilot.get(f"{LIST}{member.pk}/end/"))
        assert "End the membership of Ambassador Rivage" in text
        assert "The membership stays on record; nothing is deleted." in text
        member.refresh_from_db()
        assert member.ends_on is None

    @pytest.mark.parametrize("day", ["2026-01-04", "2026-02-30", "", "2026-10-05"])
    def test_an_impossible_last_day_is_refused_next_to_it(self, pilot, cast, day):
        member = membership(cast)
        AttendanceFactory(member=member, day=SessionFactory(cohort=cast.cohort, date=date(2026, 10, 6)).days.get())
        page = pilot.post(f"{LIST}{member.pk}/end/", {"ends_on": day})
        assert set(errors(page)) == {"ends_on"}
        member.refresh_from_db()
        assert member.ends_on is None


@pytest.mark.parametrize("page", ["", "end/"])
@pytest.mark.parametrize("role", "SP")
def test_a_membership_of_another_cohort_is_a_404(cast, page, role):
    foreign = cast.other_cohort.memberships.get()
    client = browser(cast[role])
    for answer in (
        client.get(f"{LIST}{foreign.pk}/{page}"),
        client.post(f"{LIST}{foreign.pk}/{page}", {"ends_on": "2026-12-31", "unit": "Mine"}),
    ):
        assert answer.status_code == 404
    foreign.refresh_from_db()
    assert (foreign.ends_on, foreign.unit) == (None, "")
