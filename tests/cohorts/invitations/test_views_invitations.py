"""Tests of the pages for people who invite: the list, sending again, withdrawing; and of home page
notes.
"""

from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from cohorts.cohort.panels import without_pilot
from cohorts.invitations.panels import authorities_without_admin, invitations_ending
from cohorts.invitations.permissions import can_resend_or_revoke
from cohorts.models import Invitation, Membership
from programmes.models import Authority, AuthorityAdmin
from tests.cohorts.pages import browser, errors, page_links, page_messages, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory
from tests.factories.invitations import A_DAY, InvitationFactory
from tests.factories.programmes import AuthorityFactory
from tests.pages import row_heads, rows
from web.pages.home import home_notices_of

ALL, LIST, NEW = "/cohorts/rivage/invitations/", "/imports/new/members/rivage/", "/cohorts/rivage/members/new/"
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


def home_notices(cast: Cast, role: str = "S") -> list[tuple[str, str]]:
    """Return the notes of the home page about invitations and missing people."""
    request = browser(cast[role]).get("/").wsgi_request
    notes = home_notices_of([without_pilot, authorities_without_admin, invitations_ending], request)
    return [(str(note.strong), note.href) for note in notes]


class TestAll:
    def test_the_list_shows_person_role_state_and_inviter(self, pilot, cast):
        details = {"cohort": cast.cohort, "role": "relay", "invited_by": cast["P"]}
        InvitationFactory(
            **details, full_name="Ada Essai", email="ada@people.example", person__email="ada@people.example"
        )
        InvitationFactory(**details, full_name="Bob Essai", revoked_at=NOW, reason="A slip")
        InvitationFactory(**details, full_name="Eve Essai", invited_at=NOW - 30 * A_DAY)
        person = UserFactory(full_name="Zoe Essai")
        InvitationFactory(**details, person=person, accepted_at=NOW, accepted_by=person)
        page = pilot.get(ALL)
        states = {head.split()[0]: line[2] for head, line in zip(row_heads(page), rows(page), strict=True)}
        assert states == {
            "Ada": "pending open until 8 Dec 2026",
            "Bob": "withdrawn on 24 Nov 2026: A slip",
            "Eve": "expired on 8 Nov 2026",
            "Zoe": "accepted on 24 Nov 2026",
        }

    @pytest.mark.parametrize(("state", "count"), [("pending", 1), ("expired", 1), ("accepted", 0), ("", 2)])
    def test_the_list_is_filtered_by_state_and_text(self, pilot, cast, state, count):
        InvitationFactory(cohort=cast.cohort, full_name="Ada Essai")
        InvitationFactory(cohort=cast.cohort, full_name="Éve Essai", invited_at=NOW - 30 * A_DAY)
        assert len(rows(pilot.get(ALL, {"state": state}))) == count
        assert len(rows(pilot.get(ALL, {"q": "eve"}))) == 1

    def test_an_empty_list_offers_to_invite_someone(self, pilot):
        page = pilot.get(ALL)
        links = page_links(page)
        assert ("Nobody is invited yet." in page_text(page), NEW in links, LIST in links) == (True, True, True)

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_list_needs_as_many_statements_for_three_invitations_as_for_one(
        self, pilot, cast, number, django_assert_num_queries
    ):
        InvitationFactory.create_batch(number, cohort=cast.cohort, invited_by=cast["P"])
        with django_assert_num_queries(7):
            pilot.get(ALL)

    def test_the_page_of_one_invitation_shows_the_same(self, pilot, cast):
        row = InvitationFactory(cohort=cast.cohort, full_name="Ada Essai", invited_by=cast["P"])
        assert "pending open until 8 Dec 2026 Invited by Pilot Rivage on 24 Nov 2026" in page_text(
            pilot.get(f"/invitations/{row.pk}/see/")
        )

    def test_invitations_of_another_cohort_are_not_listed(self, pilot, cast):
        other = InvitationFactory(cohort=cast.other_cohort)
        answers = [pilot.get(f"/invitations/{other.pk}/see/"), pilot.post(f"/invitations/{other.pk}/resend/")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert Invitation.objects.get(pk=other.pk).version == 1


class TestOne:
    def test_an_address_without_an_account_is_invited(self, pilot, cast):
        answer = pilot.post(NEW, ADA)
        assert page_messages(answer) == ["Ada Essai is invited as ambassador. The e-mail is on its way."]
        row = Invitation.objects.get()
        assert (row.cohort, row.invited_by, row.starts_on, row.language) == (cast.cohort, cast["P"], None, "fr")
        assert Membership.objects.filter(user=row.person).exists() is False

    def test_an_address_with_an_account_becomes_a_member_at_once_for_lab_staff(self, cast):
        lab = browser(cast["S"])
        assert page_messages(lab.post(NEW, ADA | {"email": cast["X"].email})) == [
            "Nobody Nowhere takes part as ambassador."
        ]
        assert (Membership.objects.get(user=cast["X"]).starts_on, Invitation.objects.exists()) == (TODAY, False)

    def test_a_future_first_day_is_saved_with_the_invitation(self, pilot):
        pilot.post(NEW, ADA | {"starts_on": "2027-01-04"})
        assert Invitation.objects.get().starts_on == date(2027, 1, 4)

    @pytest.mark.parametrize(
        ("role", "not_given"), [("S", set()), ("C", {"coordinator"}), ("P", {"coordinator", "pilot"})]
    )
    def test_leads_cannot_invite_to_their_own_role_or_a_higher_one(self, cast, role, not_given):
        client = browser(cast[role])
        offered = {value for value, _label in client.get(NEW).context["form"].fields["role"].choices}
        every = {"ambassador", "relay", "pilot", "resident", "coordinator", "elected", "direction"}
        assert every - offered == not_given
        for refused_role in not_given:
            refused = errors(client.post(NEW, ADA | {"role": refused_role}))
            assert refused == {"role": ["This choice is not offered here. Choose one from the list."]}


class TestActions:
    def test_an_invitation_is_sent_again(self, pilot, cast):
        row = InvitationFactory(cohort=cast.cohort)
        answer = pilot.post(f"/invitations/{row.pk}/resend/")
        assert page_messages(answer) == [
            "The invitation is sent again. The link in the previous e-mail no longer works."
        ]
        row.refresh_from_db()
        assert (row.version, answer.headers["Location"]) == (2, ALL)

    def test_an_answered_invitation_is_not_sent_again(self, pilot, cast):
        person = UserFactory()
        row = InvitationFactory(cohort=cast.cohort, person=person, accepted_at=NOW, accepted_by=person)
        answer = pilot.post(f"/invitations/{row.pk}/resend/")
        assert page_messages(answer) == ["Only an invitation without an answer can be sent again."]

    def test_an_invitation_is_withdrawn_with_a_reason(self, pilot, cast):
        row = InvitationFactory(cohort=cast.cohort)
        assert errors(pilot.post(f"/invitations/{row.pk}/revoke/", {})) == {"reason": ["This field is required."]}
        pilot.post(f"/invitations/{row.pk}/revoke/", {"reason": "Wrong person"})
        row.refresh_from_db()
        assert (row.revoked_at, row.reason) == (NOW, "Wrong person")


# The roles that may send an invitation again or withdraw it: those that can give the invited role.
SETTLES = {"ambassador": "SCP", "relay": "SCP", "resident": "SCP", "pilot": "SC", "coordinator": "S"}


class TestPermissions:
    """A lead cannot manage an invitation to a role that the lead cannot give."""

    def send(self, client: Client, row: Invitation, action: str) -> int:
        return client.post(f"/invitations/{row.pk}/{action}/", {"reason": "A slip"}).status_code

    @pytest.mark.parametrize("role", "SCP")
    @pytest.mark.parametrize("invited_role", SETTLES)
    def test_only_people_who_can_give_the_role_may_resend_or_withdraw(self, cast, invited_role, role):
        row, client = (
            InvitationFactory(cohort=cast.cohort, role=invited_role, invited_by=cast["S"]),
            browser(cast[role]),
        )
        answers = [self.send(client, row, action) for action in ("resend", "revoke")]
        row.refresh_from_db()
        expected = ([302, 302], 2, NOW) if role in SETTLES[invited_role] else ([403, 403], 1, None)
        assert (answers, row.version, row.revoked_at) == expected

    @pytest.mark.parametrize("action", ["resend", "revoke"])
    def test_the_refusal_names_the_people_who_may(self, pilot, cast, action):
        row = InvitationFactory(cohort=cast.cohort, role="coordinator", invited_by=cast["S"])
        page = pilot.post(f"/invitations/{row.pk}/{action}/", {"reason": "A slip"})
        assert (
            "Only the lab can name coordinators. Only the lab and the coordinator can name pilots."
            in page.content.decode()
        )
        assert pilot.get(f"/invitations/{row.pk}/revoke/").status_code == 403

    @pytest.mark.parametrize(("role", "count"), [("S", 3), ("C", 2), ("P", 1)])
    def test_buttons_are_shown_only_to_people_who_may_use_them(self, cast, role, count):
        invitations = [InvitationFactory(cohort=cast.cohort, role=role) for role in ("relay", "pilot", "coordinator")]
        client = browser(cast[role])
        links = [link for link in page_links(client.get(ALL)) if link.endswith("/revoke/")]
        assert sorted(links) == sorted(f"/invitations/{row.pk}/revoke/" for row in invitations[:count])
        on_own_page = [
            f"/invitations/{row.pk}/revoke/" in page_links(client.get(row.get_absolute_url())) for row in invitations
        ]
        assert on_own_page == [position < count for position in range(3)]

    @pytest.mark.parametrize("state", ["accepted", "revoked"])
    def test_an_ended_invitation_has_no_buttons(self, pilot, cast, state):
        person = UserFactory()
        over = {"accepted_at": NOW, "accepted_by": person} if state == "accepted" else {"revoked_at": NOW}
        InvitationFactory(cohort=cast.cohort, person=person, reason="A slip", **over)
        assert [door for door in page_links(pilot.get(ALL)) if door.endswith("/revoke/")] == []

    def test_only_the_lab_manages_invitations_of_admins(self, cast):
        row = InvitationFactory(cohort=None, authority=cast.cohort.authority, role="admin")
        decisions = {role: can_resend_or_revoke(cast[role], row, TODAY).allowed for role in "SCPA"}
        assert decisions == {"S": True, "C": False, "P": False, "A": False}
        assert [self.send(browser(cast[role]), row, "revoke") for role in "CPAS"] == [404, 404, 404, 302]

    def test_the_home_page_counts_only_invitations_the_person_may_manage(self, cast):
        rows = {invited_role: InvitationFactory(cohort=cast.cohort, role=invited_role).pk for invited_role in SETTLES}
        InvitationFactory(cohort=cast.other_cohort)
        visible = {
            role: set(Invitation.objects.manageable_by(cast[role], TODAY).values_list("pk", flat=True))
            for role in "CPMX"
        }
        assert visible == {
            role: {rows[invited_role] for invited_role, roles in SETTLES.items() if role in roles} for role in "CPMX"
        }
        assert Invitation.objects.manageable_by(cast["S"], TODAY).count() == len(rows) + 1
        assert Invitation.objects.manageable_by(AnonymousUser(), TODAY).count() == 0

    def test_a_note_counts_only_manageable_invitations(self, cast):
        for role in SETTLES:
            InvitationFactory(cohort=cast.cohort, role=role, invited_at=NOW - 12 * A_DAY)
        notes = {role: [line for line in home_notices(cast, role) if "invitation" in line[0]] for role in "SCP"}
        assert notes == {
            role: [(f"Rivage: {number} invitations end soon or have ended.", ALL)]
            for role, number in (("S", 5), ("C", 4), ("P", 3))
        }


class TestLanguage:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_the_default_language_is_that_of_the_authority(self, pilot, cast, language):
        cast.cohort.authority.language = language
        cast.cohort.authority.save()
        assert pilot.get(NEW).context["form"]["language"].value() == language

    def test_the_language_of_an_authority_is_french_by_default(self):
        assert Authority().language == "fr"


class TestAdmins:
    def test_an_address_without_an_account_is_invited(self, cast):
        address = f"/authorities/{cast.other_cohort.authority.slug}/"
        staff = browser(cast["S"])
        answer = staff.post(
            f"{address}admins/new/", {"email": "eve@people.example", "full_name": "Eve", "language": ""}
        )
        assert page_messages(answer) == ["Eve is invited. The invitation e-mail will be sent shortly."]
        row = Invitation.objects.get()
        assert (row.authority, row.role, AuthorityAdmin.objects.filter(user=row.person).exists()) == (
            cast.other_cohort.authority,
            "admin",
            False,
        )
        page = staff.get(address)
        assert "Invited, without an answer Eve eve@people.example" in page_text(page)
        assert f"/invitations/{row.pk}/revoke/" in page_links(page)
        assert "Invited, without an answer" not in page_text(browser(cast["N"]).get(address))

    def test_an_address_with_an_account_becomes_admin_at_once(self, cast):
        address = f"/authorities/{cast.other_cohort.authority.slug}/admins/new/"
        browser(cast["S"]).post(address, {"email": cast["X"].email, "full_name": "", "language": ""})
        assert AuthorityAdmin.objects.get(user=cast["X"]).authority == cast.other_cohort.authority


class TestMissingPeople:
    """The home page shows every authority without an admin and every running cohort without a pilot."""

    def test_the_home_page_names_active_authorities_without_an_admin(self, cast):
        AuthorityFactory(name="Ville sans cohorte")
        missing = ("Ville de Montagne has no admin.", f"/authorities/{cast.other_cohort.authority.slug}/admins/new/")
        assert (missing in home_notices(cast), missing in home_notices(cast, "C")) == (True, False)
        assert [line for line in home_notices(cast) if "admin" in line[0]] == [missing]

    @pytest.mark.parametrize(
        ("state", "is_noted"),
        [
            *[(state, True) for state in ("agreed", "running", "suspended", "completed", "alumni")],
            *[(state, False) for state in ("prospect", "withdrawn")],
        ],
    )
    def test_a_missing_admin_is_noted_for_completed_cohorts_too(self, cast, state, is_noted):
        AuthorityAdmin.objects.create(authority=cast.other_cohort.authority, user=cast["X"], since=TODAY)
        vallee = AuthorityFactory(name="Vallée")
        CohortFactory(authority=vallee, state=state, reason="Budget" if state == "withdrawn" else "")
        assert ([line for line in home_notices(cast) if "admin" in line[0]] != []) is is_noted

    def test_the_last_note_after_three_authorities_links_to_the_full_list(self, cast):
        for n in range(3):
            CohortFactory(authority=AuthorityFactory(name=f"Vallée {n}"), state="completed")
        notes = [line for line in home_notices(cast) if "admin" in line[0]]
        assert (len(notes), notes[-1]) == (4, ("4 authorities have no admin.", "/authorities/?missing=admin"))
        assert len(browser(cast["S"]).get(notes[-1][1]).context["page"].rows) == 4

    def test_an_admin_or_pilot_with_a_closed_account_does_not_count(self, cast):
        for role in "AP":
            cast[role].is_active = False
            cast[role].save()
        texts = {line[0] for line in home_notices(cast)}
        assert {"Rivage has no pilot.", "Ville de Rivage has no admin."} <= texts

    def test_the_page_warns_before_the_last_admin_or_pilot_ends(self, cast):
        staff, member = browser(cast["S"]), cast.cohort.memberships.get(role="pilot")
        text = page_text(staff.get(f"/cohorts/rivage/members/{member.pk}/end/"))
        assert "Rivage will have no pilot from the next day on" in text
        admin = AuthorityAdmin.objects.get(user=cast["A"])
        address = f"/authorities/{cast.cohort.authority.slug}/admins/{admin.pk}/end/"
        assert "From tomorrow, Ville de Rivage has no admin." in page_text(staff.get(address))
        AuthorityAdmin.objects.create(authority=cast.cohort.authority, user=cast["X"], since=TODAY)
        assert "From tomorrow" not in page_text(staff.get(address))

    def test_invitations_that_end_soon_or_ended_are_on_the_home_page_of_leads(self, cast):
        InvitationFactory.create_batch(2, cohort=cast.cohort)
        InvitationFactory(cohort=CohortFactory(name="Autre"))
        with time_machine.travel(NOW + 12 * A_DAY, tick=False):
            note = "Rivage: 2 invitations end soon or have ended.", ALL
            assert (note in home_notices(cast), note in home_notices(cast, "P")) == (True, True)
            assert [line for line in home_notices(cast, "P") if "Autre" in line[0]] == []
            assert home_notices(cast, "M") == []

    def test_invitations_with_time_left_or_ended_long_ago_are_not_on_the_home_page(self, cast):
        InvitationFactory(cohort=cast.cohort)
        InvitationFactory(cohort=cast.cohort, invited_at=NOW - 60 * A_DAY)
        assert [line for line in home_notices(cast) if "invitation" in line[0]] == []
