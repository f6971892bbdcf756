"""Pages of whoever invites: the list, one person, a pasted list, sending again, taking back; and what home says."""

from datetime import date

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils.translation import override

from cohorts.cohort.panels import without_pilot
from cohorts.invitations.actions.invitations import INVITED_ALREADY
from cohorts.invitations.actions.lists import SLICE, send_list, send_next_slice
from cohorts.invitations.list_parser import Line
from cohorts.invitations.panels import authorities_without_admin, invitations_ending
from cohorts.invitations.permissions import may_settle, roles_given_by
from cohorts.models import Invitation, InvitationList, Membership
from cohorts.people.actions import end_membership
from cohorts.tasks import send_invitation_lists
from notifications.models import Reminder
from programmes.models import Authority, AuthorityAdmin
from tests.cohorts.pages import browser, doors, errors, main, said
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.invitations import A_DAY, InvitationFactory
from tests.factories.programmes import AuthorityFactory
from tests.pages import rows
from web.pages.home import notes_of

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


def many(number: int, **more: str) -> list[Line]:
    return [Line(n, f"p{n}@people.example", f"Person {n}", "relay", **more) for n in range(1, number + 1)]


def noted(cast: Cast, letter: str = "S") -> list[tuple[str, str]]:
    """What home says of invitations, and of the people who are missing."""
    request = browser(cast[letter]).get("/").wsgi_request
    found = notes_of([without_pilot, authorities_without_admin, invitations_ending], request)
    return [(str(note.strong), note.href) for note in found]


class TestAll:
    def test_it_says_who_as_what_what_became_of_it_and_who_invited(self, pilot, cast):
        given = {"cohort": cast.cohort, "role": "relay", "invited_by": cast["P"]}
        InvitationFactory(
            **given, full_name="Ada Essai", email="ada@people.example", person__email="ada@people.example"
        )
        InvitationFactory(**given, full_name="Bob Essai", revoked_at=NOW, reason="A slip")
        InvitationFactory(**given, full_name="Eve Essai", invited_at=NOW - 30 * A_DAY)
        person = UserFactory(full_name="Zoe Essai")
        InvitationFactory(**given, person=person, accepted_at=NOW, accepted_by=person)
        found = {line[0].split()[0]: line[2] for line in rows(pilot.get(ALL))}
        assert found == {
            "Ada": "pending open until 8 Dec 2026",
            "Bob": "withdrawn on 24 Nov 2026: A slip",
            "Eve": "expired on 8 Nov 2026",
            "Zoe": "accepted on 24 Nov 2026",
        }

    @pytest.mark.parametrize(("state", "shown"), [("pending", 1), ("expired", 1), ("accepted", 0), ("", 2)])
    def test_it_is_narrowed_by_state_and_by_words(self, pilot, cast, state, shown):
        InvitationFactory(cohort=cast.cohort, full_name="Ada Essai")
        InvitationFactory(cohort=cast.cohort, full_name="Éve Essai", invited_at=NOW - 30 * A_DAY)
        assert len(rows(pilot.get(ALL, {"state": state}))) == shown
        assert len(rows(pilot.get(ALL, {"search": "eve"}))) == 1

    def test_without_any_it_offers_the_first_step(self, pilot):
        page = pilot.get(ALL)
        assert ("Nobody is invited yet." in main(page), NEW in doors(page), LIST in doors(page)) == (True, True, True)

    @pytest.mark.parametrize("number", [1, 3])
    def test_it_costs_the_same_for_three(self, pilot, cast, number, django_assert_num_queries):
        InvitationFactory.create_batch(number, cohort=cast.cohort, invited_by=cast["P"])
        with django_assert_num_queries(7):
            pilot.get(ALL)

    def test_one_alone_says_the_same(self, pilot, cast):
        row = InvitationFactory(cohort=cast.cohort, full_name="Ada Essai", invited_by=cast["P"])
        assert "pending open until 8 Dec 2026 Invited by Pilot Rivage on 24 Nov 2026" in main(
            pilot.get(f"/invitations/{row.pk}/see/")
        )

    def test_those_of_another_cohort_are_not_there(self, pilot, cast):
        other = InvitationFactory(cohort=cast.other)
        acts = [pilot.get(f"/invitations/{other.pk}/see/"), pilot.post(f"/invitations/{other.pk}/resend/")]
        assert [answer.status_code for answer in acts] == [404, 404]
        assert Invitation.objects.get(pk=other.pk).version == 1


class TestOne:
    def test_an_address_without_an_account_is_invited(self, pilot, cast):
        answer = pilot.post(NEW, ADA)
        assert said(answer) == ["Ada Essai is invited as ambassador. The e-mail is on its way."]
        row = Invitation.objects.get()
        assert (row.cohort, row.invited_by, row.starts_on, row.language) == (cast.cohort, cast["P"], None, "fr")
        assert Membership.objects.filter(user=row.person).exists() is False

    def test_an_address_with_an_account_is_in_at_once_where_the_lab_says_so(self, cast):
        lab = browser(cast["S"])
        assert said(lab.post(NEW, ADA | {"email": cast["X"].email})) == ["Nobody Nowhere takes part as ambassador."]
        assert (Membership.objects.get(user=cast["X"]).starts_on, Invitation.objects.exists()) == (TODAY, False)

    def test_a_first_day_to_come_goes_along(self, pilot):
        pilot.post(NEW, ADA | {"starts_on": "2027-01-04"})
        assert Invitation.objects.get().starts_on == date(2027, 1, 4)

    @pytest.mark.parametrize(
        ("letter", "not_given"), [("S", set()), ("C", {"coordinator"}), ("P", {"coordinator", "pilot"})]
    )
    def test_nobody_names_their_own_kind_or_who_leads_them(self, cast, letter, not_given):
        client = browser(cast[letter])
        offered = {value for value, _label in client.get(NEW).context["form"].fields["role"].choices}
        every = {"ambassador", "relay", "pilot", "resident", "coordinator", "elected", "direction"}
        assert every - offered == not_given
        for role in not_given:
            refused = errors(client.post(NEW, ADA | {"role": role}))
            assert refused == {"role": ["This choice is not offered here. Choose one from the list."]}


class TestActs:
    def test_sent_again(self, pilot, cast):
        row = InvitationFactory(cohort=cast.cohort)
        answer = pilot.post(f"/invitations/{row.pk}/resend/")
        assert said(answer) == ["The invitation is sent again. The link in the previous e-mail no longer works."]
        row.refresh_from_db()
        assert (row.version, answer.headers["Location"]) == (2, ALL)

    def test_what_was_answered_is_not_sent_again(self, pilot, cast):
        person = UserFactory()
        row = InvitationFactory(cohort=cast.cohort, person=person, accepted_at=NOW, accepted_by=person)
        answer = pilot.post(f"/invitations/{row.pk}/resend/")
        assert said(answer) == ["Only an invitation without an answer can be sent again."]

    def test_taken_back_with_a_reason(self, pilot, cast):
        row = InvitationFactory(cohort=cast.cohort)
        assert errors(pilot.post(f"/invitations/{row.pk}/revoke/", {})) == {"reason": ["This field is required."]}
        pilot.post(f"/invitations/{row.pk}/revoke/", {"reason": "Wrong person"})
        row.refresh_from_db()
        assert (row.revoked_at, row.reason) == (NOW, "Wrong person")


# Who may send an invitation to a role again or take it back: whoever could give the role.
SETTLES = {"ambassador": "SCP", "relay": "SCP", "resident": "SCP", "pilot": "SC", "coordinator": "S"}


class TestWhoseActs:
    """A lead settles no invitation that only whoever leads them could send."""

    def ask(self, client: Client, row: Invitation, act: str) -> int:
        return client.post(f"/invitations/{row.pk}/{act}/", {"reason": "A slip"}).status_code

    @pytest.mark.parametrize("letter", "SCP")
    @pytest.mark.parametrize("role", SETTLES)
    def test_only_who_could_give_the_role_sends_it_again_or_takes_it_back(self, cast, role, letter):
        row, client = InvitationFactory(cohort=cast.cohort, role=role, invited_by=cast["S"]), browser(cast[letter])
        answers = [self.ask(client, row, act) for act in ("resend", "revoke")]
        row.refresh_from_db()
        told = ([302, 302], 2, NOW) if letter in SETTLES[role] else ([403, 403], 1, None)
        assert (answers, row.version, row.revoked_at) == told

    @pytest.mark.parametrize("act", ["resend", "revoke"])
    def test_the_refusal_says_whose_it_is(self, pilot, cast, act):
        row = InvitationFactory(cohort=cast.cohort, role="coordinator", invited_by=cast["S"])
        page = pilot.post(f"/invitations/{row.pk}/{act}/", {"reason": "A slip"})
        assert (
            "Only the lab can name coordinators. Only the lab and the coordinator can name pilots."
            in page.content.decode()
        )
        assert pilot.get(f"/invitations/{row.pk}/revoke/").status_code == 403

    @pytest.mark.parametrize(("letter", "shown"), [("S", 3), ("C", 2), ("P", 1)])
    def test_buttons_are_for_who_may_press_them(self, cast, letter, shown):
        made = [InvitationFactory(cohort=cast.cohort, role=role) for role in ("relay", "pilot", "coordinator")]
        client = browser(cast[letter])
        offered = [door for door in doors(client.get(ALL)) if door.endswith("/revoke/")]
        assert sorted(offered) == sorted(f"/invitations/{row.pk}/revoke/" for row in made[:shown])
        alone = [f"/invitations/{row.pk}/revoke/" in doors(client.get(row.get_absolute_url())) for row in made]
        assert alone == [place < shown for place in range(3)]

    @pytest.mark.parametrize("state", ["accepted", "revoked"])
    def test_what_is_over_has_none(self, pilot, cast, state):
        person = UserFactory()
        over = {"accepted_at": NOW, "accepted_by": person} if state == "accepted" else {"revoked_at": NOW}
        InvitationFactory(cohort=cast.cohort, person=person, reason="A slip", **over)
        assert [door for door in doors(pilot.get(ALL)) if door.endswith("/revoke/")] == []

    def test_those_to_answer_for_an_authority_are_the_lab_s(self, cast):
        row = InvitationFactory(cohort=None, authority=cast.cohort.authority, role="admin")
        asked = {letter: may_settle(cast[letter], row, TODAY).allowed for letter in "SCPA"}
        assert asked == {"S": True, "C": False, "P": False, "A": False}
        assert [self.ask(browser(cast[letter]), row, "revoke") for letter in "CPAS"] == [404, 404, 404, 302]

    def test_home_tells_nobody_of_those_they_may_not_settle(self, cast):
        rows = {role: InvitationFactory(cohort=cast.cohort, role=role).pk for role in SETTLES}
        InvitationFactory(cohort=cast.other)
        found = {
            letter: set(Invitation.objects.to_settle_by(cast[letter], TODAY).values_list("pk", flat=True))
            for letter in "CPMX"
        }
        assert found == {
            letter: {rows[role] for role, letters in SETTLES.items() if letter in letters} for letter in "CPMX"
        }
        assert Invitation.objects.to_settle_by(cast["S"], TODAY).count() == len(rows) + 1
        assert Invitation.objects.to_settle_by(AnonymousUser(), TODAY).count() == 0

    def test_a_note_counts_only_those(self, cast):
        for role in SETTLES:
            InvitationFactory(cohort=cast.cohort, role=role, invited_at=NOW - 12 * A_DAY)
        said = {letter: [line for line in noted(cast, letter) if "invitation" in line[0]] for letter in "SCP"}
        assert said == {
            letter: [(f"Rivage: {number} invitations end soon or have ended.", ALL)]
            for letter, number in (("S", 5), ("C", 4), ("P", 3))
        }


class TestPasted:
    TEXT = "Ada Essai <ada@people.example>\nnobody\nBob <bob@people.example>; ; pilot"

    def sent(self, client: Client, text: str, **more: str):
        return client.post(LIST, {"people": text, "role": "relay", "language": "fr", **more})

    def test_the_preview_says_what_would_be_sent_and_sends_nothing(self, pilot):
        text = "Ada Essai <ada@people.example>\nnobody\nbob@people.example; Bob; pilot"
        page = self.sent(pilot, text)
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

    def test_it_shows_every_column_that_is_kept(self, pilot):
        page = self.sent(pilot, "ada@people.example; Ada Essai; resident; Accueil; design")
        assert rows(page) == [["1", "Ada Essaiada@people.example", "resident", "Accueil design", "French"]]

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_the_language_is_that_of_the_authority_not_of_the_page(self, pilot, cast, language):
        cast.cohort.authority.language = language
        cast.cohort.authority.save()
        for address in (LIST, "/cohorts/rivage/members/new/"):
            assert pilot.get(address).context["form"]["language"].value() == language

    def test_the_language_of_an_authority_is_french_by_default(self):
        assert Authority().language == "fr"

    def test_a_line_that_names_its_language_is_written_to_in_it(self, pilot):
        text = "ada@people.example; Ada; relay; ; ; English\nBob <bob@people.example>"
        assert [line[-1] for line in rows(self.sent(pilot, text))] == ["English", "French"]
        self.sent(pilot, text, send="1")
        assert list(Invitation.objects.order_by("pk").values_list("language", flat=True)) == ["en", "fr"]

    def test_sent_it_invites_the_good_lines_and_leaves_the_others(self, pilot, cast):
        answer = self.sent(pilot, "Ada Essai <ada@people.example>\nnobody", send="1")
        made = InvitationList.objects.get()
        assert answer.headers["Location"] == f"{ALL}lists/{made.pk}/"
        assert "1 invitation is on its way." in main(pilot.get(answer.headers["Location"]))
        row = Invitation.objects.get()
        assert (row.email, row.role, row.language, row.invited_by) == ("ada@people.example", "relay", "fr", cast["P"])

    def test_without_a_good_line_nothing_is_sent(self, pilot):
        assert errors(self.sent(pilot, "nobody", send="1")) == {"people": ["There is no line to send."]}
        assert InvitationList.objects.exists() is False

    def test_every_reason_the_domain_has_is_said_before_sending(self, pilot, cast):
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
        assert [line[:1] + line[2:3] for line in rows(self.sent(pilot, text))[:5]] == [
            ["1", "Say which discipline the resident brings, such as design."],
            ["2", "This person’s account is closed."],
            ["3", "This person has that role in the cohort already at these dates."],
            ["4", "This person is invited already and has not answered: send that invitation again."],
            ["6", "Every seat of the cohort is taken or promised: end a membership or withdraw an invitation."],
        ]

    def test_one_pilot_is_invited_at_most(self, cast):
        text = "a@people.example; A; pilot\nb@people.example; B; pilot"
        lab = browser(cast["S"])
        there = "The cohort has a pilot at these dates: end that membership first."
        assert [line[2] for line in rows(self.sent(lab, text))] == [there, there]
        cast.cohort.memberships.filter(role="pilot").update(ends_on=date(2026, 11, 23))
        awaited = "Someone is invited as pilot and has not answered: withdraw that invitation first."
        assert [line[2] for line in rows(self.sent(lab, text))] == [awaited, "pilot"]  # the first line is good

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_preview_costs_the_same_for_three(self, pilot, number, django_assert_num_queries):
        text = "\n".join(f"P <p{n}@people.example>" for n in range(number))
        with django_assert_num_queries(9):
            self.sent(pilot, text)

    def test_a_list_has_three_hundred_lines_at_most(self, pilot):
        text = "\n".join(f"P <p{n}@people.example>" for n in range(301))
        assert errors(self.sent(pilot, text)) == {
            "people": ["The list has more than 300 lines. Paste it in several parts."]
        }


class TestLongLists:
    @pytest.fixture
    def row(self, cast) -> InvitationList:
        return self.begun(cast)

    def begun(self, cast: Cast) -> InvitationList:
        lines, given = many(SLICE + 5), {"language": "en", "roles_of": roles_given_by}
        return send_list(cohort=cast.cohort, lines=lines, at=NOW, by=cast["P"], **given)

    def test_it_waits_for_the_worker_and_says_how_far_it_is(self, pilot, row):
        assert (row.done, Invitation.objects.count()) == (0, 0)
        assert "0 of 25 lines done" in main(pilot.get(row.get_absolute_url()))
        send_next_slice(roles_of=roles_given_by, at=NOW, by=None)
        assert "20 of 25 lines done" in main(pilot.get(row.get_absolute_url()))
        assert "A list is being sent: 20 of 25 lines." in main(pilot.get(ALL))

    def test_the_worker_sends_all_of_it_once_and_keeps_no_line(self, row):
        assert (send_invitation_lists(), send_invitation_lists()) == (2, 0)
        row.refresh_from_db()
        assert (row.done, row.lines, row.sent, Invitation.objects.count()) == (25, [], 25, 25)
        assert Reminder.objects.filter(kind="invitation").count() == 75

    def test_what_became_impossible_meanwhile_is_said_by_line(self, pilot, cast, row):
        InvitationFactory(cohort=cast.cohort, role="relay", person__email="p3@people.example")
        send_invitation_lists()
        text = main(pilot.get(row.get_absolute_url()))
        assert "24 invitations are on their way." in text
        assert "Line 3, Person 3 <p3@people.example>: This person is invited already" in text
        assert "1 line of a list could not be sent. See which, and why" in main(pilot.get(ALL))

    @pytest.mark.parametrize(
        ("of_maker", "of_letters", "said"),
        [("en", "fr", "en"), ("fr", "en", "fr"), ("", "en", "en"), ("", "fr", "fr")],
    )
    def test_it_is_said_in_the_language_of_who_made_the_list(self, cast, of_maker, of_letters, said):
        cast["P"].language = of_maker
        cast["P"].save()
        lines = many(SLICE + 1)
        given = {"language": of_letters, "roles_of": roles_given_by, "at": NOW, "by": cast["P"]}
        row = send_list(cohort=cast.cohort, lines=lines, **given)
        InvitationFactory(cohort=cast.cohort, role="relay", person__email="p3@people.example")
        with override("fr" if said == "en" else "en"):
            send_next_slice(roles_of=roles_given_by, at=NOW, by=None)
        row.refresh_from_db()
        with override(said):
            assert [line["reason"] for line in row.refused] == [str(INVITED_ALREADY)]

    def test_a_short_list_answers_in_the_language_of_the_page(self, cast):
        InvitationFactory(cohort=cast.cohort, role="relay", person__email="p1@people.example")
        given = {"language": "fr", "roles_of": roles_given_by, "at": NOW, "by": cast["P"]}
        row = send_list(cohort=cast.cohort, lines=many(2), **given)
        assert [line["reason"] for line in row.refused] == [str(INVITED_ALREADY)]

    def test_who_may_not_invite_any_more_invites_nobody(self, cast, row):
        member = cast.cohort.memberships.get(role="pilot")
        end_membership(membership=member, ends_on=date(2026, 11, 23), reason="", at=NOW, by=cast["S"])
        send_invitation_lists()
        row.refresh_from_db()
        assert (row.sent, len(row.refused), Invitation.objects.count()) == (0, 25, 0)

    def test_that_of_another_cohort_is_not_there(self, cast, row):
        MembershipFactory(cohort=cast.other, user=cast["P"], role="coordinator")
        assert browser(cast["P"]).get(f"/cohorts/montagne/invitations/lists/{row.pk}/").status_code == 404


class TestAdmins:
    def test_an_address_without_an_account_is_invited(self, cast):
        address = f"/authorities/{cast.other.authority.slug}/"
        staff = browser(cast["S"])
        answer = staff.post(
            f"{address}admins/new/", {"email": "eve@people.example", "full_name": "Eve", "language": ""}
        )
        assert said(answer) == ["Eve is invited. The invitation e-mail will be sent shortly."]
        row = Invitation.objects.get()
        assert (row.authority, row.role, AuthorityAdmin.objects.filter(user=row.person).exists()) == (
            cast.other.authority,
            "admin",
            False,
        )
        page = staff.get(address)
        assert "Invited, without an answer Eve eve@people.example" in main(page)
        assert f"/invitations/{row.pk}/revoke/" in doors(page)
        assert "Invited, without an answer" not in main(browser(cast["N"]).get(address))

    def test_an_address_with_an_account_is_in_charge_at_once(self, cast):
        address = f"/authorities/{cast.other.authority.slug}/admins/new/"
        browser(cast["S"]).post(address, {"email": cast["X"].email, "full_name": "", "language": ""})
        assert AuthorityAdmin.objects.get(user=cast["X"]).authority == cast.other.authority


class TestNobodyLeft:
    """An authority is never left without an admin, nor a running cohort without a pilot, unnoticed."""

    def test_home_says_which_authority_at_work_has_no_admin(self, cast):
        AuthorityFactory(name="Ville sans cohorte")
        missing = ("Ville de Montagne has no admin.", f"/authorities/{cast.other.authority.slug}/admins/new/")
        assert (missing in noted(cast), missing in noted(cast, "C")) == (True, False)
        assert [line for line in noted(cast) if "admin" in line[0]] == [missing]

    @pytest.mark.parametrize(
        ("state", "told"),
        [
            *[(state, True) for state in ("agreed", "running", "suspended", "completed", "alumni")],
            *[(state, False) for state in ("prospect", "withdrawn")],
        ],
    )
    def test_an_admin_is_missed_until_the_last_idea_is_followed_up(self, cast, state, told):
        AuthorityAdmin.objects.create(authority=cast.other.authority, user=cast["X"], since=TODAY)
        vallee = AuthorityFactory(name="Vallée")
        CohortFactory(authority=vallee, state=state, reason="Budget" if state == "withdrawn" else "")
        assert ([line for line in noted(cast) if "admin" in line[0]] != []) is told

    def test_beyond_three_authorities_the_last_note_leads_to_all_of_them(self, cast):
        for n in range(3):
            CohortFactory(authority=AuthorityFactory(name=f"Vallée {n}"), state="completed")
        said = [line for line in noted(cast) if "admin" in line[0]]
        assert (len(said), said[-1]) == (4, ("4 authorities have no admin.", "/authorities/?missing=admin"))
        assert len(browser(cast["S"]).get(said[-1][1]).context["page"].rows) == 4

    def test_an_admin_or_a_pilot_whose_account_is_closed_answers_for_nothing(self, cast):
        for letter in "AP":
            cast[letter].is_active = False
            cast[letter].save()
        said = {line[0] for line in noted(cast)}
        assert {"Rivage has no pilot.", "Ville de Rivage has no admin."} <= said

    def test_whoever_ends_it_is_told_before(self, cast):
        staff, member = browser(cast["S"]), cast.cohort.memberships.get(role="pilot")
        text = main(staff.get(f"/cohorts/rivage/members/{member.pk}/end/"))
        assert "Rivage will have no pilot from the next day on" in text
        admin = AuthorityAdmin.objects.get(user=cast["A"])
        address = f"/authorities/{cast.cohort.authority.slug}/admins/{admin.pk}/end/"
        assert "From tomorrow, Ville de Rivage has no admin." in main(staff.get(address))
        AuthorityAdmin.objects.create(authority=cast.cohort.authority, user=cast["X"], since=TODAY)
        assert "From tomorrow" not in main(staff.get(address))

    def test_what_ends_soon_or_ended_is_on_the_home_of_whoever_may_act(self, cast):
        InvitationFactory.create_batch(2, cohort=cast.cohort)
        InvitationFactory(cohort=CohortFactory(name="Autre"))
        with time_machine.travel(NOW + 12 * A_DAY, tick=False):
            told = "Rivage: 2 invitations end soon or have ended.", ALL
            assert (told in noted(cast), told in noted(cast, "P")) == (True, True)
            assert [line for line in noted(cast, "P") if "Autre" in line[0]] == []
            assert noted(cast, "M") == []

    def test_what_has_time_still_or_ended_long_ago_is_not(self, cast):
        InvitationFactory(cohort=cast.cohort)
        InvitationFactory(cohort=cast.cohort, invited_at=NOW - 60 * A_DAY)
        assert [line for line in noted(cast) if "invitation" in line[0]] == []
