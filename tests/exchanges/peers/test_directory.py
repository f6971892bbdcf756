"""The directory: who is in it by their own choice, who finds whom, and how one leaves it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.hooks import personal_data, retentions
from accounts.models import User
from exchanges.peers.models import PeerProfile, PeerVisit
from exchanges.peers.personal_data import erase
from tests.cohorts.pages import errors
from tests.factories.accounts import UserFactory, signed_in, with_access
from tests.factories.cast import EVERYONE, NOW, TODAY, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.exchanges import PeerProfileFactory, PeerVisitFactory
from tests.factories.programmes import EditionFactory
from tests.pages import links, messages, texts
from tests.sql import insert_like, refused_by, update

pytestmark = pytest.mark.django_db
ENTRY = {"skills": "Dessin, entretiens", "offers": "", "requests": "Un test avec des aînés"}


def elsewhere(*, state: str = "running", **membership: object) -> User:
    """Return a member of a cohort in another edition."""
    cohort = CohortFactory(edition=EditionFactory(), state=state)
    return MembershipFactory(cohort=cohort, **membership).user


def found_by(user: User) -> list[str]:
    return [str(row) for row in PeerProfile.objects.visible_to(with_access(user)).by_name()]


def test_rules_of_the_database(cast: Cast):
    row, other = PeerProfileFactory(user=cast["M"]), cast["P"]
    for columns, rule in [
        ({"skills": "", "offers": " ", "requests": ""}, "peer_profile_text_required"),
        ({"skills": "x" * 1_001}, "peer_profile_skills_length"),
        ({"offers": "x" * 1_001}, "peer_profile_offers_length"),
        ({"requests": "x" * 1_001}, "peer_profile_requests_length"),
        ({"is_alumnus": True}, "peer_profile_alumni"),
        ({"user_id": other.pk}, "peer_profile_person_fixed"),
        ({"created_on": date(2020, 1, 1)}, "created_on_fixed"),
    ]:
        with refused_by(rule):
            update(row, **columns)
    with refused_by("peer_profile_once"):
        insert_like(row)
    update(row, skills="x" * 1_000)
    ended = elsewhere(state="completed")
    update(PeerProfileFactory(user=ended), is_alumnus=True)


def test_members_find_people_of_their_editions_and_the_alumni_circle_of_all(cast: Cast):
    alumna, stranger = elsewhere(state="alumni"), elsewhere()
    for user in (cast["M"], cast["N"], alumna, stranger):
        PeerProfileFactory(user=user, is_alumnus=user == alumna)
    near = sorted([str(cast["M"]), str(cast["N"]), str(alumna)])
    everyone = sorted([*near, str(stranger)])
    found = {role: sorted(found_by(cast[role])) for role in EVERYONE}
    assert found == dict.fromkeys("CDPMRN", near) | {"S": everyone, "A": [], "X": []}
    assert sorted(found_by(stranger)) == sorted([str(alumna), str(stranger)])


def test_people_are_found_until_their_last_day_in_a_cohort(cast: Cast):
    last = MembershipFactory(cohort=cast.cohort, ends_on=TODAY)
    gone = MembershipFactory(cohort=cast.cohort, ends_on=TODAY - timedelta(days=1))
    closed = MembershipFactory(cohort=cast.cohort)
    moved = MembershipFactory(user=elsewhere(), cohort=cast.cohort, ends_on=TODAY - timedelta(days=1))
    for row in (last, gone, closed, moved):
        PeerProfileFactory(user=row.user)
    User.objects.filter(pk=closed.user_id).update(is_active=False)
    assert found_by(cast["P"]) == [str(last.user)]
    assert sorted(found_by(cast["S"])) == sorted([str(last.user), str(moved.user)])
    assert (found_by(last.user), found_by(gone.user)) == ([str(last.user)], [])


def test_a_person_joins_changes_their_entry_and_leaves(cast: Cast):
    client, address, other = signed_in(cast["M"]), reverse("exchanges:directory"), PeerProfileFactory(user=cast["R"])
    assert links(client.get(reverse("figures:network")))["Directory"] == address
    mine = links(client.get(address))["Join the directory"]
    page = client.get(mine)
    assert ("is_alumnus" in page.context["form"].fields, page.context["is_listed"]) == (False, False)
    assert list(errors(client.post(mine, {"skills": " ", "offers": "", "requests": ""}))) == ["skills"]
    page = client.post(mine, ENTRY, follow=True)
    assert texts(page, "h2") == [str(cast["M"]), str(cast["R"])]
    assert cast["M"].email not in page.content.decode()
    assert "Ask for a visit" not in page.content.decode()
    token = client.get(mine).context["form"].initial["version_token"]
    changed = ENTRY | {"skills": "Vidéo", "version_token": token}
    assert client.post(mine, changed).status_code == 302
    assert client.post(mine, ENTRY | {"skills": "Radio", "version_token": token}).status_code == 200
    assert PeerProfile.objects.exclude(pk=other.pk).get().skills == "Vidéo"
    left = [messages(client.post(reverse("exchanges:leave_directory"), follow=True)) for _twice in range(2)]
    assert left == [["Your entry is deleted. Nobody finds you in the directory any more."], []]
    assert PeerProfile.objects.get() == other


def test_everyone_can_leave_also_after_the_last_cohort_and_as_lab_staff(cast: Cast):
    gone, hired = MembershipFactory(cohort=cast.cohort, ends_on=TODAY - timedelta(days=1)).user, cast["R"]
    for user in (gone, hired):
        PeerProfileFactory(user=user)
    assert found_by(cast["P"]) == [str(hired)]
    User.objects.filter(pk=hired.pk).update(is_lab_staff=True, lab_role="reader")
    hired.refresh_from_db()
    assert found_by(cast["P"]) == found_by(cast["S"]) == []
    for user in (gone, hired):
        client = signed_in(user)
        page = client.get(reverse("exchanges:own_profile"))
        assert ("Leave the directory" in page.content.decode(), "form" in page.context) == (True, False)
        assert client.post(reverse("exchanges:leave_directory")).status_code == 302
        assert not PeerProfile.objects.filter(user=user).exists()
    assert signed_in(gone).get(reverse("exchanges:own_profile")).status_code == 404


def test_alumni_join_their_circle_and_leave_it(cast: Cast):
    alumna = elsewhere(state="completed")
    client, mine = signed_in(alumna), reverse("exchanges:own_profile")
    client.post(mine, ENTRY | {"is_alumnus": "on"})
    assert "is_alumnus" not in signed_in(cast["M"]).get(mine).context["form"].fields
    assert found_by(cast["M"]) == [str(alumna)]
    address = reverse("exchanges:directory")
    assert texts(signed_in(cast["M"]).get(f"{address}?circle=alumni"), "h2") == [str(alumna)]
    assert texts(signed_in(cast["M"]).get(f"{address}?q=AINES"), "h2") == [str(alumna)]
    assert texts(signed_in(cast["M"]).get(f"{address}?q=nothing"), "h2") == []
    client.post(mine, ENTRY | {"version_token": client.get(mine).context["form"].initial["version_token"]})
    assert found_by(cast["M"]) == []


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_statements_for_three_people(cast: Cast, count: int, django_assert_num_queries):
    for _ in range(count):
        user = MembershipFactory(cohort=cast.other_cohort).user
        PeerProfileFactory(user=user)
        PeerVisitFactory(guest=cast["M"], host=user)
    client = signed_in(cast["M"])
    with django_assert_num_queries(7):
        client.get(reverse("exchanges:directory"))


def test_copy_erasure_and_retention(cast: Cast):
    host = UserFactory()
    PeerProfileFactory(user=cast["M"])
    requested, done = (
        PeerVisitFactory(guest=cast["M"], host=host),
        PeerVisitFactory(guest=host, host=cast["M"], state="done"),
    )
    update(done, host_shares_address=True)
    parts = personal_data()
    assert [row["skills"] for row in parts["directory"].rows(cast["M"])] == ["Dessin"]
    assert [row["state"] for row in parts["peer_visits"].rows(cast["M"])] == ["requested", "done"]
    old = PeerVisitFactory(guest=host, host=cast["P"], created_on=TODAY - timedelta(days=365))
    PeerVisitFactory(guest=cast["P"], host=host, created_on=TODAY - timedelta(days=364))
    gone = {days: MembershipFactory(cohort=cast.cohort, ends_on=TODAY - timedelta(days=days)).user for days in (29, 30)}
    for user in gone.values():
        PeerProfileFactory(user=user)
    assert [retentions()[slug].purge(at=NOW, dry_run=True) for slug in ("directory", "peer_visits")] == [1, 1]
    assert [retentions()[slug].purge(at=NOW) for slug in ("directory", "peer_visits")] == [1, 1]
    assert not PeerVisit.objects.filter(pk=old.pk).exists()
    assert PeerProfile.objects.filter(user=gone[29]).exists()
    erase(user=cast["M"], at=NOW)
    assert not PeerProfile.objects.filter(user=cast["M"]).exists()
    assert not PeerVisit.objects.filter(pk=requested.pk).exists()
    assert PeerVisit.objects.get(pk=done.pk).host_shares_address is False
