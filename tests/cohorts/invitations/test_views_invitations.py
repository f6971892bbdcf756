"""Tests of the pages for people who invite: the list, a pasted list, sending again, withdrawing; and of home page
notes.
"""

from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils.translation import override

from cohorts.cohort.panels import without_pilot
from cohorts.invitations.actions.invitations import ALREADY_INVITED
from cohorts.invitations.actions.lists import SLICE_LINES, send_list, send_next_slice
from cohorts.invitations.list_parser import PastedLine
from cohorts.invitations.panels import authorities_without_admin, invitations_ending
from cohorts.invitations.permissions import can_resend_or_revoke, roles_given_by
from cohorts.models import Invitation, InvitationList, Membership
from cohorts.people.actions import end_membership
from cohorts.tasks import send_invitation_lists
from notifications.models import Reminder
from programmes.models import Authority, AuthorityAdmin
from tests.cohorts.pages import browser, errors, page_links, page_messages, page_text
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.invitations import A_DAY, InvitationFactory
from tests.factories.programmes import AuthorityFactory
from tests.pages import row_heads, rows
from web.pages.home import home_notices_of

ALL, LIST, NEW = "/cohorts/rivage/invitations/", "/cohorts/rivage/invitations/list/", "/cohorts/rivage/members/new/"
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


def many(number: int, **more: str) -> list[PastedLine]:
    return [PastedLine(n, f"p{n}@people.example", f"Person {n}", "relay", **more) for n in range(1, number + 1)]


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
        states = {head.split()[0]: line[3] for head, line in zip(row_heads(page), rows(page), strict=True)}
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
        assert len(rows(pilot.get(ALL, {"search": "eve"}))) == 1

    def test_an_empty_list_offers_to_invite_someone(self, pilot):
        page = pilot.get(ALL)
        assert ("Nobody is invited yet." in page_text(page), NEW in page_links(page), LIST in page_links(page)) == (
            True,
            True,
            True,
        )

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_list_needs_as_many_statements_for_three_invitations_as_for_one(
        self, pilot, cast, number, django_assert_num_queries
    ):
        InvitationFactory.create_batch(number, cohort=cast.cohort, invited_by=cast["P"])
        with django_assert_num_queries(8):
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


class TestPasted:
    TEXT = "Ada Essai <ada@people.example>\nnobody\nBob <bob@people.example>; ; pilot"

    def paste(self, client: Client, text: str, **more: str):
        return client.post(LIST, {"people": text, "role": "relay", "language": "fr", **more})

    def test_the_preview_shows_what_would_be_sent_and_sends_nothing(self, pilot):
        text = "Ada Essai <ada@people.example>\nnobody\nbob@people.example; Bob; pilot"
        page = self.paste(pilot, text)
        assert rows(page) == [
            [
                "2",
                "nobody",
                "This line has no e-mail address.",
                "Write the line like this: Ada Essai <ada@ville.example>",
            ],
            [
                "3",
                "Bob <bob@people.example>",
                "Only the lab can name coordinators. Only the lab and the coordinator can name pilots.",
                "Give another role, or ask the lab.",
            ],
            ["1", "Ada Essaiada@people.example", "relay", "", "French"],
        ]
        assert (Invitation.objects.count(), InvitationList.objects.count(), Reminder.objects.count()) == (0, 0, 0)

    def test_the_preview_shows_every_stored_column(self, pilot):
        page = self.paste(pilot, "ada@people.example; Ada Essai; resident; Accueil; design")
        assert rows(page) == [["1", "Ada Essaiada@people.example", "resident", "Accueil design", "French"]]

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_the_default_language_is_that_of_the_authority(self, pilot, cast, language):
        cast.cohort.authority.language = language
        cast.cohort.authority.save()
        for address in (LIST, "/cohorts/rivage/members/new/"):
            assert pilot.get(address).context["form"]["language"].value() == language

    def test_the_language_of_an_authority_is_french_by_default(self):
        assert Authority().language == "fr"

    def test_the_email_is_in_the_language_of_the_line(self, pilot):
        text = "ada@people.example; Ada; relay; ; ; English\nBob <bob@people.example>"
        assert [line[-1] for line in rows(self.paste(pilot, text))] == ["English", "French"]
        self.paste(pilot, text, send="1")
        assert list(Invitation.objects.order_by("pk").values_list("language", flat=True)) == ["en", "fr"]

    def test_sending_invites_the_good_lines_and_skips_the_others(self, pilot, cast):
        answer = self.paste(pilot, "Ada Essai <ada@people.example>\nnobody", send="1")
        sent_list = InvitationList.objects.get()
        assert answer.headers["Location"] == f"{ALL}lists/{sent_list.pk}/"
        assert "1 invitation is on its way." in page_text(pilot.get(answer.headers["Location"]))
        row = Invitation.objects.get()
        assert (row.email, row.role, row.language, row.invited_by) == ("ada@people.example", "relay", "fr", cast["P"])

    def test_without_a_good_line_the_list_is_refused(self, pilot):
        assert errors(self.paste(pilot, "nobody", send="1")) == {"people": ["There is no line to send."]}
        assert InvitationList.objects.exists() is False

    def test_every_refusal_of_the_action_is_shown_in_the_preview(self, pilot, cast):
        cast.cohort.seats = 2
        cast.cohort.save()
        UserFactory(email="gone@people.example", is_active=False)
        InvitationFactory(cohort=cast.cohort, role="relay", person__email="open@people.example")
        text = f"""a@people.example; A; resident
gone@people.example; Gone; relay
{cast["R"].email}; R; relay
open@people.example; Open; relay
b@people.example; B; ambassador
c@people.example; C; ambassador"""
        assert [line[:1] + line[2:3] for line in rows(self.paste(pilot, text))[:5]] == [
            ["1", "Say which discipline the resident brings, such as design."],
            ["2", "This person’s account is closed."],
            ["3", "This person has that role in the cohort already at these dates."],
            ["4", "This person is invited already and has not answered: send that invitation again."],
            ["6", "Every seat of the cohort is taken or promised: end a membership or withdraw an invitation."],
        ]

    def test_a_list_invites_one_pilot_at_most(self, cast):
        text = "a@people.example; A; pilot\nb@people.example; B; pilot"
        lab = browser(cast["S"])
        pilot_exists = "The cohort has a pilot at these dates: end that membership first."
        assert [line[2] for line in rows(self.paste(lab, text))] == [pilot_exists, pilot_exists]
        cast.cohort.memberships.filter(role="pilot").update(ends_on=date(2026, 11, 23))
        pilot_invited = "Someone is invited as pilot and has not answered: withdraw that invitation first."
        assert [line[2] for line in rows(self.paste(lab, text))] == [pilot_invited, "pilot"]  # the first line is good

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_preview_needs_as_many_statements_for_three_lines_as_for_one(
        self, pilot, number, django_assert_num_queries
    ):
        text = "\n".join(f"P <p{n}@people.example>" for n in range(number))
        with django_assert_num_queries(9):
            self.paste(pilot, text)

    def test_a_list_has_three_hundred_lines_at_most(self, pilot):
        text = "\n".join(f"P <p{n}@people.example>" for n in range(301))
        assert errors(self.paste(pilot, text)) == {
            "people": ["The list has more than 300 lines. Paste it in several parts."]
        }


class TestLongLists:
    @pytest.fixture
    def row(self, cast) -> InvitationList:
        return self.send_long_list(cast)

    def send_long_list(self, cast: Cast) -> InvitationList:
        lines, arguments = many(SLICE_LINES + 5), {"language": "en", "allowed_roles": roles_given_by}
        return send_list(cohort=cast.cohort, lines=lines, at=NOW, by=cast["P"], **arguments)

    def test_a_long_list_waits_for_the_worker_and_shows_its_progress(self, pilot, row):
        assert (row.done, Invitation.objects.count()) == (0, 0)
        assert "0 of 25 lines done" in page_text(pilot.get(row.get_absolute_url()))
        send_next_slice(allowed_roles=roles_given_by, at=NOW, by=None)
        assert "20 of 25 lines done" in page_text(pilot.get(row.get_absolute_url()))
        assert "A list is being sent: 20 of 25 lines." in page_text(pilot.get(ALL))

    def test_the_worker_sends_every_line_once_and_removes_the_lines(self, row):
        assert (send_invitation_lists(), send_invitation_lists()) == (2, 0)
        row.refresh_from_db()
        assert (row.done, row.lines, row.sent_count, Invitation.objects.count()) == (25, [], 25, 25)
        assert Reminder.objects.filter(kind="invitation").count() == 75

    def test_lines_that_became_impossible_are_shown_with_the_reason(self, pilot, cast, row):
        InvitationFactory(cohort=cast.cohort, role="relay", person__email="p3@people.example")
        send_invitation_lists()
        text = page_text(pilot.get(row.get_absolute_url()))
        assert "24 invitations are on their way." in text
        assert "Line 3, Person 3 <p3@people.example>: This person is invited already" in text
        assert "1 line of a list could not be sent. See which, and why" in page_text(pilot.get(ALL))

    @pytest.mark.parametrize(
        ("maker_language", "email_language", "reason_language"),
        [("en", "fr", "en"), ("fr", "en", "fr"), ("", "en", "en"), ("", "fr", "fr")],
    )
    def test_reasons_are_in_the_language_of_the_list_maker(self, cast, maker_language, email_language, reason_language):
        cast["P"].language = maker_language
        cast["P"].save()
        lines = many(SLICE_LINES + 1)
        arguments = {"language": email_language, "allowed_roles": roles_given_by, "at": NOW, "by": cast["P"]}
        row = send_list(cohort=cast.cohort, lines=lines, **arguments)
        InvitationFactory(cohort=cast.cohort, role="relay", person__email="p3@people.example")
        with override("fr" if reason_language == "en" else "en"):
            send_next_slice(allowed_roles=roles_given_by, at=NOW, by=None)
        row.refresh_from_db()
        with override(reason_language):
            assert [line["reason"] for line in row.refused_lines] == [str(ALREADY_INVITED)]

    def test_reasons_of_a_short_list_are_in_the_language_of_the_page(self, cast):
        InvitationFactory(cohort=cast.cohort, role="relay", person__email="p1@people.example")
        arguments = {"language": "fr", "allowed_roles": roles_given_by, "at": NOW, "by": cast["P"]}
        row = send_list(cohort=cast.cohort, lines=many(2), **arguments)
        assert [line["reason"] for line in row.refused_lines] == [str(ALREADY_INVITED)]

    def test_a_maker_who_may_no_longer_invite_invites_nobody(self, cast, row):
        member = cast.cohort.memberships.get(role="pilot")
        end_membership(membership=member, ends_on=date(2026, 11, 23), reason="", at=NOW, by=cast["S"])
        send_invitation_lists()
        row.refresh_from_db()
        assert (row.sent_count, len(row.refused_lines), Invitation.objects.count()) == (0, 25, 0)

    def test_a_list_of_another_cohort_is_a_404(self, cast, row):
        MembershipFactory(cohort=cast.other_cohort, user=cast["P"], role="coordinator")
        assert browser(cast["P"]).get(f"/cohorts/montagne/invitations/lists/{row.pk}/").status_code == 404


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
