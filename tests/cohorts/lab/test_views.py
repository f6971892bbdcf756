"""The page of the lab's people: who sees it, inviting, changing roles, handing over, leaving."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from cohorts.models import Invitation, Membership
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.invitations import token
from tests.pages import elements, errors, links, rows

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
LAB = "/lab/"


def colleague(role: str = "member", name: str = "Sacha Labo") -> User:
    return UserFactory(full_name=name, is_lab_staff=True, lab_role=role)


@pytest.mark.parametrize("more", [0, 2])
def test_page_lists_the_people_of_the_lab_in_a_fixed_number_of_statements(
    cast: Cast, more: int, django_assert_num_queries
):
    for number in range(more):
        MembershipFactory(cohort=cast.cohort, user=colleague(name=f"Zoé {number}"), role="coordinator")
    client = signed_in(cast["S"])
    client.get(LAB)
    with django_assert_num_queries(6):
        page = client.get(LAB)
    assert [line[1:3] for line in rows(page)] == [["Administrator", "no cohort"]] + more * [["Member", "Rivage"]]


@pytest.mark.parametrize(("many", "listed"), [(10, None), (11, "1 more cohort"), (13, "3 more cohorts")])
def test_page_names_ten_cohorts_of_a_person_and_leads_to_more(cast: Cast, many: int, listed: str | None):
    person = colleague(name="Zoé Active")
    for number in range(many):
        cohort = CohortFactory(edition=cast.edition, name=f"Cohorte {number:02}")
        MembershipFactory(cohort=cohort, user=person, role="coordinator")
    found = links(signed_in(cast["S"]).get(LAB))
    assert [name for name in found if name.startswith("Cohorte ")] == [f"Cohorte {number:02}" for number in range(10)]
    assert [(name, href) for name, href in found.items() if "more cohort" in name] == [(listed, "/cohorts/")] * bool(
        listed
    )


def test_a_colleague_is_invited_accepts_and_works_at_the_lab(cast: Cast):
    administrator, member = signed_in(cast["S"]), signed_in(colleague())
    assert member.get(reverse("cohorts:invite_colleague")).status_code == 403
    form = {"email": "new@lab.example", "full_name": "Nour Neuve", "language": "en", "role": "lab_reader"}
    invited = administrator.post(reverse("cohorts:invite_colleague") + "?next=/", form)
    assert (invited.status_code, invited.headers["Location"]) == (302, "/")
    row = Invitation.objects.get()
    page = administrator.get(LAB)
    assert reverse("cohorts:revoke_invitation", args=[row.pk]) in links(page).values()
    assert member.post(reverse("cohorts:resend_invitation", args=[row.pk])).status_code == 403
    again = administrator.post(reverse("cohorts:invite_colleague"), form)
    assert errors(again) == ["This person is invited already and has not answered: send that invitation again."]
    newcomer = signed_in(cast["X"])
    newcomer.logout()
    answer = newcomer.post(f"/invitations/{token(row)}/", {"full_name": "Nour Neuve", "password": "grandes vacances 9"})
    assert (answer.status_code, answer.headers["Location"]) == (302, LAB)
    person = User.objects.get(email="new@lab.example")
    assert (person.is_lab_staff, person.lab_role) == (True, "reader")
    assert mail.outbox == [] or all("Nour" not in message.body for message in mail.outbox)
    known = administrator.post(reverse("cohorts:invite_colleague"), form)
    assert errors(known) == ["This person is at the lab already: change their role on the page of the lab."]


def test_a_role_changes_and_the_last_administrator_stays(cast: Cast):
    client, other = signed_in(cast["S"]), colleague()
    own = reverse("cohorts:change_lab_role", args=[cast["S"].pk])
    refused = client.post(own, {"role": "reader"})
    assert "This is the lab’s last administrator. First make a colleague an administrator." in refused.content.decode()
    changed = client.post(reverse("cohorts:change_lab_role", args=[other.pk]), {"role": "administrator"})
    assert (changed.status_code, User.objects.get(pk=other.pk).lab_role) == (302, "administrator")
    assert client.post(own, {"role": "reader"}).status_code == 302
    assert client.get(own).status_code == 403
    nonsense = signed_in(other).post(own, {"role": "owner"})
    assert elements(nonsense, "ul", "errorlist")


def coordinators(cast: Cast) -> dict[str, tuple[object, object]]:
    members = Membership.objects.filter(cohort=cast.cohort, role="coordinator").select_related("user")
    return {row.user.full_name: (row.starts_on, row.ends_on) for row in members}


def test_a_colleague_hands_over_what_they_coordinate_and_leaves(cast: Cast):
    leaver, successor, reader = colleague(name="Lou Part"), colleague(name="Max Reste"), colleague("reader", "Lire")
    membership = MembershipFactory(cohort=cast.cohort, user=leaver, role="coordinator")
    address = reverse("cohorts:hand_over_coordination", args=[leaver.pk])
    assert [signed_in(user).get(address).status_code for user in (leaver, successor, reader)] == [200, 403, 403]
    nobody = reverse("cohorts:hand_over_coordination", args=[0])  # others are not told who works at the lab
    assert [signed_in(user).get(nobody).status_code for user in (leaver, cast["P"])] == [404, 403]
    closed = colleague(name="Zoé Partie")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    for refused in (reader, closed):
        assert errors(signed_in(leaver).post(address, {"successor": refused.pk}))
    assert signed_in(leaver).post(address, {"successor": successor.pk}).status_code == 302
    tomorrow = TODAY.replace(day=TODAY.day + 1)
    found = coordinators(cast)
    assert (found["Lou Part"], found["Max Reste"]) == ((membership.starts_on, TODAY), (tomorrow, None))
    end = reverse("cohorts:end_lab_role", args=[successor.pk])
    assert [signed_in(user).get(end).status_code for user in (successor, cast["S"])] == [403, 200]
    assert errors(signed_in(cast["S"]).post(end, {"successor": ""})) == ["This field is required."]
    assert signed_in(cast["S"]).post(end, {"successor": "", "reason": "New work"}).status_code == 302
    person = User.objects.get(pk=successor.pk)
    assert (person.is_lab_staff, person.lab_role, person.is_active) == (False, "", True)
    assert coordinators(cast)["Max Reste"] == (tomorrow, tomorrow)
