"""The rates page says that its figures have changed since its reader last looked at them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.privacy.actions import erase_person
from figures.outcomes.queries import implementation_rates
from figures.scope.selection import FiguresScope
from figures.visits.models import ReportVisit
from figures.visits.recording import figures_hash, purge_visits, report_key
from prototypes import actions
from tests.factories.accounts import UserFactory
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.figures import ReportVisitFactory, share_with_edition
from tests.factories.prototypes import IdeaFactory, add_event
from tests.sql import execute, refused_by

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=2)
NOTICE = "These figures have changed since you looked at them on"


def look(
    user: User, page: str = "figures:rates", at: datetime = NOW, client: Client | None = None, **query: str
) -> Any:
    client = client or Client(headers={"accept-language": "en"})
    with time_machine.travel(at, tick=False):
        if not client.session.get("_auth_user_id"):
            client.force_login(user)
        return client.get(reverse(page), query)


def changed_since(user: User, at: datetime = NOW, **query: str) -> datetime | None:
    since: datetime | None = look(user, at=at, **query).context["changed_since"]
    return since


def test_first_look_says_nothing(cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="accepted")
    page = look(cast["A"])
    assert (page.context["changed_since"], NOTICE in page.content.decode()) == (None, False)
    visit = ReportVisit.objects.get()
    assert (visit.user, visit.report, visit.visited_at) == (cast["A"], "everything", NOW)


def test_change_is_shown_until_its_reader_opens_it(cast: Cast):
    look(cast["A"])
    IdeaFactory(cohort=cast.cohort, state="accepted")
    for at in (LATER, LATER + timedelta(days=1)):
        page = look(cast["A"], at=at)
        assert page.context["changed_since"] == NOW
        words = " ".join(page.content.decode().split())
        assert f"{NOTICE} 24 November 2026 at 10:00." in words
        assert "/rates/changes/?since=2026-11-24T09%3A00%3A00Z" in words
    look(cast["A"], "figures:changes", at=LATER, since="2026-11-24T09:00:00Z")
    assert changed_since(cast["A"], LATER) is None
    assert ReportVisit.objects.get().visited_at == LATER


@pytest.mark.parametrize(("since", "is_read"), [("08:59:59", True), ("09:00:00", True), ("09:00:01", False)])
def test_who_opens_only_later_changes_has_not_read_all(since: str, is_read: bool, cast: Cast):
    look(cast["A"], at=NOW + timedelta(milliseconds=500))
    IdeaFactory(cohort=cast.cohort, state="accepted")
    look(cast["A"], "figures:changes", at=LATER, since=f"2026-11-24T{since}Z")
    assert (changed_since(cast["A"], LATER) is None) is is_read


def test_unchanged_figures_move_the_moment_once_an_hour(cast: Cast):
    for minutes, expected in ((0, 0), (59, 0), (60, 0), (61, 61), (100, 61)):
        look(cast["A"], at=NOW + timedelta(minutes=minutes))
        assert ReportVisit.objects.get().visited_at == NOW + timedelta(minutes=expected)


def test_passing_of_time_is_no_change(cast: Cast):
    for state in ("accepted", "implemented", "abandoned", "captured"):
        IdeaFactory(cohort=cast.cohort, state=state)
    look(cast["A"])
    assert changed_since(cast["A"], NOW + timedelta(days=40)) is None


@pytest.mark.parametrize("change", ["accepted", "abandoned", "corrected", "exchanged"])
def test_each_kind_of_change_is_noticed(change: str, cast: Cast):
    """Also one that leaves all three counts as they were."""
    idea, other = (IdeaFactory(cohort=cast.cohort, state=state) for state in ("accepted", "abandoned"))
    look(cast["A"])
    if change == "accepted":
        IdeaFactory(cohort=cast.cohort, state="accepted")
    elif change == "corrected":
        event = other.events.get(state="accepted")
        actions.correct_event(event=event, state="accepted", reason="Wrong", on=date(2026, 3, 9), by=cast["A"], at=NOW)
    else:
        add_event(idea, "abandoned", TODAY)
    if change == "exchanged":
        add_event(other, "accepted", TODAY, reason="Taken up again")
    assert changed_since(cast["A"], LATER) == NOW


def test_sharing_that_began_is_a_change(cast: Cast):
    IdeaFactory(cohort=cast.other_cohort, state="accepted")
    look(cast["A"], edition=cast.edition.slug)
    share_with_edition(cast.other_cohort)
    assert changed_since(cast["A"], LATER, edition=cast.edition.slug) == NOW


def test_people_and_reports_are_apart(cast: Cast):
    for user in (cast["A"], cast["M"]):
        look(user)
    look(cast["A"], edition=cast.edition.slug)
    look(cast["A"], as_of="2026-10-31")
    IdeaFactory(cohort=cast.cohort, state="accepted")
    look(cast["A"], "figures:changes", at=LATER)
    assert changed_since(cast["A"], LATER) is None
    assert changed_since(cast["M"], LATER) == NOW
    assert changed_since(cast["A"], LATER, edition=cast.edition.slug) == NOW
    assert changed_since(cast["A"], LATER, as_of="2026-10-31") == NOW


@pytest.mark.parametrize("query", [{"known_at": "2026-11-23", "as_of": "2026-11-23"}, {"counted": "all"}])
def test_figures_of_a_fixed_moment_are_not_recorded(query: dict[str, str], cast: Cast):
    look(cast["A"], **query)
    look(cast["A"], "figures:changes", **query)
    assert ReportVisit.objects.count() == 0


def test_invalid_choice_is_not_recorded(cast: Cast):
    look(cast["A"], cohort="nowhere")
    assert ReportVisit.objects.count() == 0


def test_lab_staff_who_act_for_someone_leave_no_visit(cast: Cast):
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast["S"])
    with time_machine.travel(NOW, tick=False):
        client.post(reverse("act_as", args=[cast["P"].pk]), {"reason": "She asked by telephone"})
    for page in ("figures:rates", "figures:changes"):
        assert look(cast["P"], page, client=client).status_code == 200
    assert ReportVisit.objects.count() == 0
    ReportVisitFactory()
    assert look(cast["P"], client=client).context["changed_since"] is None
    ReportVisitFactory(user=cast["P"])
    assert look(cast["P"], client=client).context["changed_since"] == datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_key_names_what_is_counted(cast: Cast):
    scope = FiguresScope(cast.cohort.authority, cast.edition, cast.cohort, kind="priority", accepted_from=TODAY)
    ids = (cast.cohort.authority_id, cast.edition.pk, cast.cohort.pk)
    assert report_key(scope, date(2026, 10, 31), today=TODAY) == (
        "authority={} edition={} cohort={} kind=priority from=2026-11-24 as_of=2026-10-31".format(*ids)
    )
    assert report_key(FiguresScope(), TODAY, today=TODAY) == "everything"


def test_longest_key_fits(cast: Cast):
    huge = 10**18
    for row in (cast.cohort, cast.edition, cast.cohort.authority):
        row.pk = huge
    scope = FiguresScope(
        cast.cohort.authority, cast.edition, cast.cohort, kind="test_case", accepted_from=TODAY, accepted_until=TODAY
    )
    assert len(report_key(scope, date(2026, 10, 31), today=TODAY)) <= ReportVisit._meta.get_field("report").max_length


def test_hash_is_the_same_for_the_figures_as_known_now(cast: Cast):
    IdeaFactory(cohort=cast.cohort, state="implemented")
    one, two = (implementation_rates(as_of=TODAY, known_at=known_at) for known_at in (None, NOW))
    assert figures_hash(one) == figures_hash(two)
    assert len(figures_hash(one)) == 16


# What is kept


def test_a_person_has_one_visit_per_report():
    visit = ReportVisitFactory()
    ReportVisitFactory(user=visit.user, report="edition=1")
    ReportVisitFactory()
    with refused_by("figures_visit_once"):
        ReportVisitFactory(user=visit.user)


def test_a_visit_names_its_report():
    with refused_by("figures_visit_report"):
        ReportVisitFactory(report="")


def test_a_visit_belongs_to_a_person():
    with pytest.raises(IntegrityError):
        execute("INSERT INTO figures_reportvisit (report, figures, visited_at) VALUES ('x', 'y', now())")


def test_visits_are_deleted_after_a_year():
    ReportVisitFactory(visited_at=NOW - timedelta(days=365))
    ReportVisitFactory(visited_at=NOW - timedelta(days=365, seconds=1))
    assert [purge_visits(at=NOW, dry_run=dry_run) for dry_run in (True, False, False)] == [1, 1, 0]
    assert ReportVisit.objects.get().visited_at == NOW - timedelta(days=365)


def test_erasing_a_person_deletes_their_visits_only(cast: Cast):
    for user in (cast["M"], UserFactory()):
        ReportVisitFactory(user=user)
    erase_person(user=cast["M"], at=NOW, by=cast["S"])
    assert not ReportVisit.objects.filter(user=cast["M"]).exists()
    assert ReportVisit.objects.count() == 1


def test_a_visit_reads_as_its_report_and_moment():
    assert str(ReportVisitFactory.build()) == "everything · 2026-11-02 09:00"
