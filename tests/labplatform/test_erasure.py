"""Erasing a person removes name and address from database and disk, and changes no figure."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.test import Client

from accounts.actions import change_profile
from accounts.hooks import privacy_hooks
from accounts.models import User
from accounts.privacy.actions import close_own_account, erase_person
from accounts.privacy.unassigned_work import unassigned_after_leaving
from cohorts.models import Attendance, Cohort, Membership
from comments.models import Comment
from exchanges.models import Needs
from figures.network.queries import CountedCohorts, people_counts
from files.exports.own_copy import request_own_copy
from files.models import Attachment, Export
from notifications.models import CalendarFeed, Delivery, DeliveryItem, Preference
from programmes.models import AuthorityAdmin
from prototypes.models import Idea, IdeaEvent
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, SessionFactory
from tests.factories.comments import CommentFactory
from tests.factories.exchanges import NeedsFactory, RegistrationFactory
from tests.factories.files import AttachmentFactory, written_export
from tests.factories.imports import ImportRowFactory
from tests.factories.notifications import DeliveryFactory
from tests.factories.programmes import AuthorityAdminFactory
from tests.factories.prototypes import IdeaFactory
from tests.sql import execute, refused_by, update
from web.hooks import nothing

pytestmark = pytest.mark.django_db

NAME, ADDRESS = "Zénobie Quatrevaux", "zenobie.quatrevaux@canari.example"
LEAK_MARKERS = ("quatrevaux", "canari.example")


@pytest.fixture
def somebody(cast: Cast) -> User:
    """Create a member of Rivage whose name appears everywhere a name can appear."""
    user = cast["M"]
    change_profile(user=user, full_name=NAME, language="fr", by=user)
    User.objects.filter(pk=user.pk).update(email=ADDRESS)
    user = User.objects.get(pk=user.pk)
    user.emailaddress_set.update(email=ADDRESS)
    Client().force_login(user)
    LogEntry.objects.create(user=cast["S"], object_repr=f"{NAME} · pilot", action_flag=2, change_message="[]")
    emails_to(user, cast)
    CalendarFeed.objects.create(user=user, about="person", object_id=user.pk, token_hash="a" * 64, made_at=NOW)
    Preference.objects.create(user=user, kind="exchange")
    imported(cast)
    work(user, cast)
    return user


def imported(cast: Cast) -> None:
    """Create an imported table with a row of the person, and another with a correction to their address."""
    ImportRowFactory(batch__person=cast["P"], cells=[ADDRESS.upper(), NAME])
    ImportRowFactory(batch__person=cast["P"], cells=["", NAME], corrections={"email": f"{NAME} <{ADDRESS}>"})
    ImportRowFactory(batch__person=cast["P"], cells=["", ""], changes=[["email", ADDRESS, "new@example.org"]])


def emails_to(user: User, cast: Cast) -> None:
    """Create a sent, a failed and a waiting e-mail to the person, and one to another that names them."""
    sent = DeliveryFactory(user=user, state="sent")
    Delivery.objects.filter(pk=DeliveryFactory(user=user, state="dead").pk).update(
        address=ADDRESS, last_error=f"550 {ADDRESS} is unknown"
    )
    DeliveryFactory(user=user)
    other = DeliveryFactory(user=cast["P"])
    Delivery.objects.filter(pk=other.pk).update(subject=f"{NAME} on RIV-001")
    execute("SET LOCAL session_replication_role = replica")
    update(sent, address=ADDRESS, subject=f"{NAME}: you are awaited")
    execute("SET LOCAL session_replication_role = DEFAULT")


def work(user: User, cast: Cast) -> None:
    idea = IdeaFactory(cohort=cast.cohort, owner=user, state="accepted")
    CommentFactory(idea=idea, written_by=user, text="To be tried at the desk")
    CommentFactory(idea=idea, written_by=cast["P"], text=f"@{NAME} what do you think?", names=[user])
    day = SessionFactory(cohort=cast.cohort, state="held").days.get()
    AttendanceFactory(day=day, member=user.memberships.get(), status="present", half_days=2)
    AttachmentFactory(of=day.session, uploaded_by=user)
    answer = RegistrationFactory(user=user, cohort=cast.cohort, exchange__edition=cast.edition, state="registered")
    NeedsFactory(registration=answer, diet="no nuts", comes_from="Nantes")
    written_export(person=user, name="ideas.csv")
    request_own_copy(user=user, language="en", at=NOW)


def texts() -> Iterator[tuple[str, str]]:
    """Yield every column of every table that can hold text, histories included."""
    kinds = ("text", "character varying", "jsonb", "json", "ARRAY", "character")
    rows = execute(
        "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t"
        " USING (table_schema, table_name) WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        " AND c.data_type = ANY(%s) ORDER BY 1, 2",
        list(kinds),
    )
    yield from ((table, column) for table, column in rows)


def found_in() -> list[str]:
    """Return the columns that contain a leak marker."""
    queries = [
        (
            f"{table}.{column}",
            f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text ILIKE ANY(%s))',
        )
        for table, column in texts()
    ]
    patterns = [f"%{marker}%" for marker in LEAK_MARKERS]
    return [name for name, sql in queries if execute(sql, patterns)[0][0]]


def files_with_leak_marker() -> list[str]:
    files = [path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()]
    return [path.name for path in files if any(marker.encode() in path.read_bytes() for marker in LEAK_MARKERS)]


def test_names_and_addresses_are_gone_everywhere(somebody: User):
    assert found_in() == [
        "account_emailaddress.email",
        "accounts_user.email",
        "accounts_user.full_name",
        "comments_comment.text",
        "django_admin_log.object_repr",
        "imports_importrow.cells",
        "imports_importrow.changes",
        "imports_importrow.corrections",
        "notifications_delivery.address",
        "notifications_delivery.last_error",
        "notifications_delivery.subject",
    ]
    erase_person(user=somebody, at=NOW, by=None)
    assert (found_in(), files_with_leak_marker()) == ([], [])


def test_history_never_contained_the_name():
    columns = [field.name for field in User.pgh_event_model._meta.fields]
    assert [name for name in columns if name in {"full_name", "email", "password"}] == []


def test_work_stays_linked_to_the_anonymous_person(somebody: User):
    erase_person(user=somebody, at=NOW, by=None)
    counts = {
        Idea: Idea.objects.filter(owner=somebody).count(),
        Comment: Comment.objects.filter(written_by=somebody).count(),
        Attachment: Attachment.objects.filter(uploaded_by=somebody).exclude(stored="").count(),
        Membership: somebody.memberships.count(),
        Attendance: Attendance.objects.filter(member__user=somebody, status="present").count(),
        Delivery: Delivery.objects.filter(user=somebody).count(),
    }
    assert counts == {Idea: 1, Comment: 1, Attachment: 1, Membership: 1, Attendance: 1, Delivery: 3}


def test_personal_rows_are_deleted(somebody: User):
    erase_person(user=somebody, at=NOW, by=None)
    gone = [
        CalendarFeed.objects.filter(user=somebody),
        Preference.objects.filter(user=somebody),
        Needs.objects.filter(registration__user=somebody),
        Export.objects.filter(person=somebody).exclude(stored=""),
        Export.objects.filter(person=somebody, state__in=["waiting", "running"]),
        Delivery.objects.filter(user=somebody, state__in=["queued", "handing_over", "held"]),
        DeliveryItem.objects.filter(user=somebody, state="queued"),
    ]
    assert [rows.count() for rows in gone] == [0] * len(gone)


def test_mention_in_a_comment_becomes_anonymous(somebody: User):
    erase_person(user=somebody, at=NOW, by=None)
    assert Comment.objects.get(mentions__person=somebody).text == "@… what do you think?"


def test_sent_email_stays_recorded_as_sent(somebody: User):
    erase_person(user=somebody, at=NOW, by=None)
    [email] = Delivery.objects.filter(user=somebody, state="sent")
    assert (email.address, email.subject, email.last_error, email.sent_at is not None) == ("", "", "", True)


def test_names_in_a_sent_email_can_be_removed_but_not_changed(cast: Cast):
    email = DeliveryFactory(user=cast["M"], state="sent")
    for column in ("subject", "last_error", "address"):
        with refused_by("delivery_sent_frozen"):
            update(email, **{column: "Something else"})
        update(email, **{column: ""})


def figures(cohort: Cohort, as_of: date) -> dict[str, str]:
    """Return the counts of pages and commands for a cohort on a day."""
    out = StringIO()
    call_command("implementation_rates", "--cohort", cohort.slug, "--as-of", as_of.isoformat(), "--json", stdout=out)
    attended = Attendance.objects.filter(day__session__cohort=cohort, status="present").count()
    network = people_counts(CountedCohorts([cohort.pk], [cohort.pk]), as_of=as_of).by_cohort
    circles = sorted(Membership.objects.active(as_of).filter(cohort=cohort).values_list("role", flat=True))
    return {"rates": out.getvalue(), "attended": str(attended), "network": str(network), "circles": str(circles)}


@pytest.mark.parametrize("days", [0, 30, 200], ids=["today", "a month ago", "in spring"])
def test_figures_stay_the_same_today_and_in_the_past(somebody: User, cast: Cast, days: int):
    as_of = TODAY - timedelta(days=days)
    before = figures(cast.cohort, as_of)
    assert "relay" in before["circles"]
    erase_person(user=somebody, at=NOW, by=None)
    assert figures(cast.cohort, as_of) == before


def test_memberships_and_mandates_end_that_day(somebody: User, cast: Cast):
    mandate = AuthorityAdminFactory(authority=cast.cohort.authority, user=somebody)
    erase_person(user=somebody, at=NOW, by=None)
    assert somebody.memberships.get().ends_on == TODAY
    assert AuthorityAdmin.objects.get(pk=mandate.pk).until == TODAY


def test_unassigned_work_is_listed_before_erasure(cast: Cast):
    assert unassigned_after_leaving(cast["P"], NOW) == ["Rivage has no other pilot."]
    assert unassigned_after_leaving(cast["A"], NOW) == ["Ville de Rivage has no other admin."]
    assert [unassigned_after_leaving(cast[role], NOW) for role in "MNSX"] == [[]] * 4
    AuthorityAdminFactory(authority=cast.cohort.authority)
    assert unassigned_after_leaving(cast["A"], NOW) == []


def test_pages_show_the_number_of_the_former_member(somebody: User, cast: Cast, client: Client):
    erase_person(user=somebody, at=NOW, by=None)
    client.force_login(cast["P"])
    idea = Idea.objects.get(owner=somebody)
    for page in (idea.get_absolute_url(), f"/cohorts/{cast.cohort.slug}/members/"):
        page_text = client.get(page).content.decode()
        assert (f"Former member {somebody.pk}" in page_text or f"Ancien membre {somebody.pk}" in page_text) is True, (
            page
        )
        assert (f"#{somebody.pk}<" in page_text, "Quatrevaux" in page_text) == (False, False)


def test_events_keep_the_person_as_a_number(somebody: User):
    idea = Idea.objects.get(owner=somebody)
    by = list(IdeaEvent.objects.filter(idea=idea).values_list("by", flat=True))
    erase_person(user=somebody, at=NOW, by=None)
    assert list(IdeaEvent.objects.filter(idea=idea).values_list("by", flat=True)) == by


def test_erasure_happens_two_weeks_after_the_request(somebody: User):
    close_own_account(user=somebody, at=NOW, by=somebody)
    assert User.objects.get(pk=somebody.pk).full_name == NAME
    assert somebody.memberships.get().ends_on is None
    call_command("purge", "--at", (NOW + timedelta(days=14)).isoformat(), stdout=StringIO())
    assert found_in() == []


def test_each_app_registers_its_erasure():
    erasing = {app for app, hooks in privacy_hooks.by_app.items() if hooks.erase is not nothing}
    assert erasing == {
        *(
            "accounts",
            "api",
            "publications",
            "dossiers",
            "planning",
            "files",
            "imports",
            "labplatform",
            "lists",
            "notifications",
            "programmes",
            "cohorts",
            "comments",
            "exchanges",
            "fieldwork",
            "figures_visits",
            "webhooks",
        ),
    }
