"""Erasing a person: their name and address are nowhere in the database nor on the disk, and no figure moves."""

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
from accounts.models import User
from accounts.privacy.actions import ask_to_leave, erase_person
from accounts.privacy.leaving import what_is_left
from accounts.registries import erasers
from cohorts.models import Attendance, Cohort, InvitationList, Membership
from comments.models import Comment
from exchanges.models import Needs
from figures.network.queries import people_by_cohort
from files.exports.own_copy import ask_for_own
from files.models import Attachment, Export
from notifications.models import CalendarFeed, Delivery, DeliveryItem, Preference
from programmes.models import AuthorityAdmin
from prototypes.models import Idea, IdeaEvent
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, SessionFactory
from tests.factories.comments import CommentFactory
from tests.factories.exchanges import NeedsFactory, RegistrationFactory
from tests.factories.files import AttachmentFactory, written_export
from tests.factories.notifications import DeliveryFactory
from tests.factories.programmes import AuthorityAdminFactory
from tests.factories.prototypes import IdeaFactory
from tests.sql import execute, refused_by, update

pytestmark = pytest.mark.django_db

NAME, ADDRESS = "Zénobie Quatrevaux", "zenobie.quatrevaux@canari.example"
CANARIES = ("quatrevaux", "canari.example")


@pytest.fixture
def somebody(cast: Cast) -> User:
    """A member of Rivage whose name has come everywhere a name comes to."""
    user = cast["M"]
    change_profile(user=user, full_name=NAME, language="fr", by=user)
    User.objects.filter(pk=user.pk).update(email=ADDRESS)
    user = User.objects.get(pk=user.pk)
    user.emailaddress_set.update(email=ADDRESS)
    Client().force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    LogEntry.objects.create(user=cast["S"], object_repr=f"{NAME} · pilot", action_flag=2, change_message="[]")
    letters(user, cast)
    CalendarFeed.objects.create(user=user, about="person", object_id=user.pk, token_hash="a" * 64, made_at=NOW)
    Preference.objects.create(user=user, kind="exchange")
    pasted(cast)
    work(user, cast)
    return user


def pasted(cast: Cast) -> None:
    """A list on its way: one line of theirs waits, one was refused."""
    line = {"number": 1, "email": ADDRESS, "full_name": NAME, "role": "relay", "unit": "", "discipline": ""}
    refused = {"number": 2, "value": f"{NAME} <{ADDRESS}>".upper(), "reason": "This person is invited already."}
    given = {"cohort": cast.cohort, "made_by": cast["P"], "made_at": NOW, "language": "fr"}
    InvitationList.objects.create(lines=[line], refused=[refused], total=2, done=1, **given)


def letters(user: User, cast: Cast) -> None:
    """One that went, one that failed naming the address, one that waits, and one to another that names the person."""
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
    ask_for_own(user=user, language="en", at=NOW)


def texts() -> Iterator[tuple[str, str]]:
    """Every column of every table that can hold words, histories and other people's tables among them."""
    kinds = ("text", "character varying", "jsonb", "json", "ARRAY", "character")
    rows = execute(
        "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t"
        " USING (table_schema, table_name) WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
        " AND c.data_type = ANY(%s) ORDER BY 1, 2",
        list(kinds),
    )
    yield from ((table, column) for table, column in rows)


def found_in() -> list[str]:
    """The columns that hold one of the canaries."""
    asked = [
        (
            f"{table}.{column}",
            f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text ILIKE ANY(%s))',
        )
        for table, column in texts()
    ]
    patterns = [f"%{canary}%" for canary in CANARIES]
    return [name for name, sql in asked if execute(sql, patterns)[0][0]]


def files_with_a_canary() -> list[str]:
    kept = [path for path in Path(settings.FILES_DIR).rglob("*") if path.is_file()]
    return [path.name for path in kept if any(canary.encode() in path.read_bytes() for canary in CANARIES)]


def test_names_and_addresses_are_nowhere_any_more(somebody: User):
    assert found_in() == [
        "account_emailaddress.email",
        "accounts_user.email",
        "accounts_user.full_name",
        "cohorts_invitationlist.lines",
        "cohorts_invitationlist.refused",
        "comments_comment.text",
        "django_admin_log.object_repr",
        "notifications_delivery.address",
        "notifications_delivery.last_error",
        "notifications_delivery.subject",
    ]
    erase_person(user=somebody, at=NOW, by=None)
    assert (found_in(), files_with_a_canary()) == ([], [])


def test_history_never_had_the_name():
    columns = [field.name for field in User.pgh_event_model._meta.fields]
    assert [name for name in columns if name in {"full_name", "email", "password"}] == []


def test_what_the_person_did_stays_theirs_whoever_that_was(somebody: User):
    erase_person(user=somebody, at=NOW, by=None)
    kept = {
        Idea: Idea.objects.filter(owner=somebody).count(),
        Comment: Comment.objects.filter(written_by=somebody).count(),
        Attachment: Attachment.objects.filter(uploaded_by=somebody).exclude(stored="").count(),
        Membership: somebody.memberships.count(),
        Attendance: Attendance.objects.filter(member__user=somebody, status="present").count(),
        Delivery: Delivery.objects.filter(user=somebody).count(),
    }
    assert kept == {Idea: 1, Comment: 1, Attachment: 1, Membership: 1, Attendance: 1, Delivery: 3}


def test_what_was_only_for_them_is_gone(somebody: User):
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


def test_a_comment_that_named_them_says_that_somebody_is_mentioned(somebody: User):
    erase_person(user=somebody, at=NOW, by=None)
    assert Comment.objects.get(mentions__person=somebody).text == "@… what do you think?"


def test_a_letter_that_left_still_says_that_it_left(somebody: User):
    erase_person(user=somebody, at=NOW, by=None)
    [letter] = Delivery.objects.filter(user=somebody, state="sent")
    assert (letter.address, letter.subject, letter.last_error, letter.sent_at is not None) == ("", "", "", True)


def test_what_names_people_in_a_sent_letter_may_go_and_never_change(cast: Cast):
    letter = DeliveryFactory(user=cast["M"], state="sent")
    for column in ("subject", "last_error", "address"):
        with refused_by("delivery_sent_frozen"):
            update(letter, **{column: "Something else"})
        update(letter, **{column: ""})


def figures(cohort: Cohort, as_of: date) -> dict[str, str]:
    """What pages and commands count of a cohort on a day, with the statements they use."""
    out = StringIO()
    call_command("implementation_rates", "--cohort", cohort.slug, "--as-of", as_of.isoformat(), "--json", stdout=out)
    attended = Attendance.objects.filter(day__session__cohort=cohort, status="present").count()
    network = people_by_cohort([cohort.pk], as_of=as_of)
    circles = sorted(Membership.objects.active(as_of).filter(cohort=cohort).values_list("role", flat=True))
    return {"rates": out.getvalue(), "attended": str(attended), "network": str(network), "circles": str(circles)}


@pytest.mark.parametrize("days", [0, 30, 200], ids=["today", "a month ago", "in spring"])
def test_no_figure_moves_today_or_in_the_past(somebody: User, cast: Cast, days: int):
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


def test_what_is_left_without_anybody_is_told_before(cast: Cast):
    assert what_is_left(cast["P"], NOW) == ["Rivage has no other pilot."]
    assert what_is_left(cast["A"], NOW) == ["Ville de Rivage has no other admin."]
    assert [what_is_left(cast[letter], NOW) for letter in "MNSX"] == [[]] * 4
    AuthorityAdminFactory(authority=cast.cohort.authority)
    assert what_is_left(cast["A"], NOW) == []


def test_pages_say_which_former_member_it_was(somebody: User, cast: Cast, client: Client):
    erase_person(user=somebody, at=NOW, by=None)
    client.force_login(cast["P"], backend="django.contrib.auth.backends.ModelBackend")
    idea = Idea.objects.get(owner=somebody)
    for page in (idea.get_absolute_url(), f"/cohorts/{cast.cohort.slug}/members/"):
        said = client.get(page).content.decode()
        assert (f"Former member {somebody.pk}" in said or f"Ancien membre {somebody.pk}" in said) is True, page
        assert (f"#{somebody.pk}<" in said, "Quatrevaux" in said) == (False, False)


def test_events_keep_who_as_a_number(somebody: User):
    idea = Idea.objects.get(owner=somebody)
    by = list(IdeaEvent.objects.filter(idea=idea).values_list("by", flat=True))
    erase_person(user=somebody, at=NOW, by=None)
    assert list(IdeaEvent.objects.filter(idea=idea).values_list("by", flat=True)) == by


def test_two_weeks_lie_between_asking_and_being_erased(somebody: User):
    ask_to_leave(user=somebody, at=NOW, by=somebody)
    assert User.objects.get(pk=somebody.pk).full_name == NAME
    assert somebody.memberships.get().ends_on is None
    call_command("purge", "--at", (NOW + timedelta(days=14)).isoformat(), stdout=StringIO())
    assert found_in() == []


def test_each_app_forgets_what_it_keeps_of_a_person():
    work = {"letters", "memberships", "mandates", "needs", "mentions", "exports", "file-drafts"}
    assert set(erasers.slugs()) == work | {"access_requests", "invitations", "ways_in"}
