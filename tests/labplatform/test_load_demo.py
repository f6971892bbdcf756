"""`load_demo`: the published facts and two invented editions around a day, created once by the platform's actions."""

import itertools
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from accounts.models import User
from cohorts.models import (
    Agreement,
    Application,
    Assessment,
    Attendance,
    BudgetLine,
    Call,
    Cohort,
    InnovationTeam,
    Membership,
    Session,
    SessionDay,
    Statement,
)
from exchanges.content.context import feedback_summary, feedback_texts
from exchanges.models import Commitment, Contribution, Exchange, Feedback, Match, Needs
from exchanges.registration.seats import free_seats
from figures.models import FiguresConsent
from figures.rates import cumulative_incidence
from files.models import Attachment
from labplatform.demo.people import ADMIN, LAB, MEMBER
from notifications.models import Delivery, DeliveryItem, GroupEmail, Reminder
from programmes.models import AuthorityAdmin, Claim, Edition, Format, Lesson
from prototypes.enums import IdeaState
from prototypes.models import (
    Challenge,
    FollowUp,
    Idea,
    IdeaEvent,
    Implementation,
    Lineage,
    Package,
    Prototype,
    Support,
    Trial,
)
from tests.factories.files import sizes_on_disk
from tests.labplatform.rows import every_row
from web.small_groups import MIN_PEOPLE

TODAY = date(2026, 11, 24)
PASSWORD = "a long demonstration word"
SIGN_INS = (LAB, MEMBER, ADMIN)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("loaded")]


def load(*arguments: str, at: date = TODAY) -> Any:
    """Run the command and read its JSON."""
    output = StringIO()
    call_command("load_demo", "--at", at.isoformat(), "--json", *arguments, stdout=output)
    return json.loads(output.getvalue())


@pytest.fixture(autouse=True)
def _demo(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True
    monkeypatch.setenv("DEMO_PASSWORD", PASSWORD)


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """Return the report of the first loading; loaded once for this module, removed after it."""
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(DEMO=True, STATEMENTS_CHECKED=0),
        pytest.MonkeyPatch.context() as environment,
    ):
        environment.setenv("DEMO_PASSWORD", PASSWORD)
        yield load()
        transaction.set_rollback(True)


def running() -> Q:
    return Q(edition__demonstration=True)


def running_cohort() -> Q:
    return Q(cohort__edition__demonstration=True)


class TestCommand:
    def test_report_counts_rows_by_name(self, loaded: Any):
        assert (loaded["at"], loaded["dry_run"]) == ("2026-11-24", False)
        assert {
            thing: loaded["made"][thing] for thing in ("authorities", "editions", "cohorts", "claims", "ideas")
        } == {
            "authorities": 22,
            "editions": 5,
            "cohorts": 26,
            "claims": 25,
            "ideas": 91 + 60,
        }

    def test_later_loads_change_no_row_add_no_history_and_take_few_queries(self):
        before = every_row()
        with CaptureQueriesContext(connection) as statements:
            assert load()["made"] == {}
        assert load(at=TODAY + timedelta(days=40))["made"] == {}
        assert every_row() == before
        assert len(statements) < 80

    def test_loading_writes_no_security_log(self):
        waiting = [what.__module__ for _savepoints, what, *_rest in connection.run_on_commit]
        assert [name for name in waiting if name == "web.actions"] == []

    def test_dry_run_reports_and_writes_nothing(self):
        Claim.objects.filter(metric="referents").delete()
        before = every_row()
        assert load("--dry-run") == {"at": "2026-11-24", "dry_run": True, "made": {"claims": 2}}
        assert every_row() == before

    def test_report_is_a_sentence_without_json(self):
        output = StringIO()
        Claim.objects.filter(metric="referents").delete()
        call_command("load_demo", "--dry-run", stdout=output)
        call_command("load_demo", stdout=output)
        call_command("load_demo", stdout=output)
        assert output.getvalue().splitlines() == [
            "Would make 2 claims.",
            "Made 2 claims.",
            "Everything is there already.",
        ]

    def test_verbosity_zero_prints_nothing(self):
        output = StringIO()
        call_command("load_demo", "--verbosity", "0", stdout=output)
        assert output.getvalue() == ""

    def test_command_is_refused_unless_demo_is_on(self, settings: Any):
        settings.DEMO = False
        with pytest.raises(CommandError, match="set DEMO=true"):
            call_command("load_demo")

    @pytest.mark.parametrize("text", ["2026-02-30", "tomorrow", "24/11/2026"])
    def test_invalid_day_is_refused(self, text: str):
        with pytest.raises(CommandError, match="is no day"):
            call_command("load_demo", "--at", text)


class TestPeople:
    def test_everyone_has_a_name_that_shows_the_person_is_invented(self):
        assert [str(user) for user in User.objects.exclude(email__endswith="@demo.example")] == []
        assert [str(user) for user in User.objects.exclude(full_name__contains="Démo")] == []

    def test_names_are_unique(self):
        names = Counter(User.objects.values_list("full_name", flat=True))
        assert [name for name, times in names.items() if times > 1] == []

    @pytest.mark.parametrize("email", SIGN_INS)
    def test_three_demo_users_sign_in_with_the_password(self, email: str):
        assert authenticate(None, username=email, password=PASSWORD) == User.objects.get(email=email)
        assert EmailAddress.objects.get(user__email=email).verified

    def test_addresses_of_people_who_joined_are_confirmed(self):
        confirmed = EmailAddress.objects.filter(verified=True).values_list("user_id", flat=True)
        assert sorted(confirmed) == sorted(User.objects.filter(joined=True).values_list("pk", flat=True))

    def test_nobody_else_can_sign_in(self):
        others = User.objects.exclude(email__in=SIGN_INS)
        assert [str(user) for user in others if user.has_usable_password()] == []

    def test_new_password_replaces_the_old_one(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("DEMO_PASSWORD", "another demonstration word")
        load()
        assert authenticate(None, username=MEMBER, password=PASSWORD) is None
        assert authenticate(None, username=MEMBER, password="another demonstration word") is not None

    def test_without_a_password_the_old_one_stays(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.delenv("DEMO_PASSWORD")
        load()
        assert authenticate(None, username=LAB, password=PASSWORD) is not None

    def test_the_lab_signs_in_as_staff(self):
        lab = User.objects.get(email=LAB)
        assert (lab.is_lab_staff, lab.is_staff, lab.is_superuser) == (True, True, False)

    def test_the_member_is_an_ambassador_of_a_transfo(self):
        memberships = Membership.objects.filter(user__email=MEMBER)
        assert list(memberships.values_list("cohort__code", "role", "ends_on")) == [("DK", "ambassador", None)]

    def test_admin_belongs_to_the_authority_with_rates(self):
        admins = AuthorityAdmin.objects.filter(user__email=ADMIN)
        assert list(admins.values_list("authority__slug", "until")) == [("region-pays-de-la-loire", None)]

    def test_relays_join_later_and_some_leave(self):
        relays = Membership.objects.filter(role="relay", cohort__code="DK")
        since_the_first_day = Q(starts_on=F("cohort__actual_start"))
        assert [relays.filter(since_the_first_day).count(), relays.exclude(since_the_first_day).count()] == [2, 3]
        assert relays.filter(ends_on__lt=TODAY).count() == 1

    def test_every_cohort_that_has_started_has_people_in_every_role(self):
        roles = {"ambassador", "pilot", "resident", "coordinator", "relay", "elected", "direction"}
        for cohort in Cohort.objects.filter(running(), state="running"):
            assert set(cohort.memberships.values_list("role", flat=True)) == roles

    def test_the_second_residency_shares_two_residents_with_the_first(self):
        first, second = (Membership.objects.filter(cohort__code=code, role="resident") for code in ("LE", "LD"))
        assert first.filter(user__in=second.values("user")).count() == second.count() == 2

    def test_one_ambassador_was_replaced(self):
        left = Membership.objects.ambassadors().exclude(ends_on=None).get()
        came = Membership.objects.get(cohort=left.cohort, starts_on=left.ends_on + timedelta(days=1))
        assert (left.role, came.role, came.unit) == ("ambassador", "ambassador", left.unit)

    def test_most_ambassadors_assessed_their_skills(self):
        moments = Assessment.objects.values_list("cohort__code", "moment").order_by("cohort__code", "moment")
        assert dict(Counter(moments)) == {
            ("DK", "before"): 10,
            ("LE", "before"): 4,
            ("ME", "before"): 6,
            ("OC", "before"): 7,
            ("PL", "after"): 8,
            ("PL", "before"): 8,
            ("PL", "then"): 8,
        }


class TestEditions:
    def test_two_editions_are_demonstrations_and_published_ones_are_not(self):
        marked = (
            Edition.objects.filter(demonstration=True).order_by("slug").values_list("name", "state", "retrospective")
        )
        assert list(marked) == [
            ("La Transfo 2025–2028", "running", False),
            ("Territoires en résidences 2026", "running", False),
        ]

    def test_both_editions_pin_a_new_published_format_version(self):
        formats = Format.objects.filter(editions__demonstration=True).order_by("programme__slug")
        assert list(formats.values_list("programme__slug", "version", "months", "seats")) == [
            ("residences", 3, 6, 12),
            ("transfo", 3, 24, 15),
        ]
        assert [row.published for row in formats] == [True, True]

    def test_later_version_answers_lessons_and_the_edition_keeps_its_own(self):
        lessons = Lesson.objects.order_by("pk").values_list("phase", "state", "answered_by__version", "about")
        assert list(lessons) == [
            ("test_case", "accepted", 4, "phases"),
            ("priority_challenges", "accepted", 4, "months"),
            ("immersion", "refused", None, ""),
            ("handover", "proposed", None, ""),
            ("immersion", "proposed", None, ""),
        ]
        pinned = Lesson.objects.values_list("edition__format__version", "edition__state").distinct()
        assert list(pinned) == [(3, "running")]

    def test_cohort_starts_are_staggered(self):
        rows = Cohort.objects.filter(running()).order_by("actual_start").values_list("code", "state", "actual_start")
        assert list(rows) == [
            ("PL", "running", date(2025, 1, 3)),
            ("DK", "running", date(2025, 6, 20)),
            ("OC", "running", date(2026, 1, 23)),
            ("LE", "running", date(2026, 9, 1)),
            ("ME", "running", date(2026, 9, 11)),
            ("LD", "agreed", None),
        ]

    def test_two_cohorts_have_costs_and_one_statement_was_issued(self):
        cohorts = Cohort.objects.filter(edition__demonstration=True)
        agreed = cohorts.filter(planned_team_days__isnull=False).values_list("code", "planned_team_days")
        assert dict(agreed) == {"PL": 260, "DK": 240, "OC": 260, "LE": 70}
        lines = BudgetLine.objects.values_list("cohort__code").annotate(number=Count("pk")).order_by("cohort__code")
        assert list(lines) == [("DK", 3), ("PL", 9)]
        agreements = Agreement.objects.order_by("pk").values_list("cohort__code", "share", "funder__authority__slug")
        authorities = (None, "region-pays-de-la-loire", "cu-dunkerque")
        assert list(agreements) == list(zip((None, "PL", "DK"), (45, 55, 55), authorities, strict=True))
        statement = Statement.objects.get()
        assert (statement.number, statement.due) == (1, round(statement.spent * 55 / 100, 2))

    def test_the_residency_has_three_separate_weeks_in_a_school(self):
        cohort = Cohort.objects.get(code="LE")
        weeks = [[day.date for day in session.days.all()] for session in cohort.sessions.order_by("number")]
        assert cohort.site == "Lycée des Embruns (inventé), Rennes"
        assert [len(week) for week in weeks] == [5, 5, 5]
        assert all(later[0] - earlier[-1] > timedelta(days=9) for earlier, later in itertools.pairwise(weeks))


class TestSessions:
    def test_sessions_are_in_every_state(self):
        sessions = Session.objects.filter(cohort__edition__demonstration=True)
        assert set(sessions.values_list("state", flat=True)) == {"reported", "held", "scheduled", "draft"}

    def test_held_sessions_are_past_and_scheduled_ones_are_not(self):
        sessions = Session.objects.filter(cohort__edition__demonstration=True)
        done = sessions.filter(state__in=["held", "reported"])
        assert [str(row) for row in done.filter(days__date__gte=TODAY)] == []
        assert [str(row) for row in sessions.exclude(pk__in=done).filter(last_day__lt=TODAY)] == []

    def test_only_past_days_have_attendance(self):
        days = SessionDay.objects.filter(session__cohort__edition__demonstration=True)
        attendances = Attendance.objects.filter(day__in=days)
        assert attendances.filter(day__date__lt=TODAY, status="expected").count() == 0
        assert attendances.filter(day__date__gte=TODAY).exclude(status="expected").count() == 0
        assert set(attendances.values_list("status", flat=True)) == {
            "present",
            "partial",
            "excused",
            "absent",
            "expected",
        }

    def test_sessions_have_working_days_and_venues(self):
        days = SessionDay.objects.filter(session__cohort__edition__demonstration=True)
        assert [day.date for day in days if day.date.weekday() > 4] == []
        assert days.exclude(session__state="draft").filter(venue="").count() == 0

    def test_stakeholders_and_an_elected_official_attend_meetings(self):
        meeting = Session.objects.get(cohort__code="DK", number="5.1")
        assert (meeting.state, meeting.days.get().attendances.filter(stakeholder__isnull=False).count()) == (
            "reported",
            4,
        )
        assert meeting.days.get().attendances.filter(member__role="elected").count() == 1
        assert Session.objects.get(cohort__code="DK", number="9.1").state == "scheduled"

    def test_an_innovation_team_takes_shape(self):
        teams = InnovationTeam.objects.filter(retrospective=False).order_by("cohort__code")
        assert list(teams.values_list("cohort__code", "state", "posts")) == [
            ("DK", "envisaged", None),
            ("PL", "decided", 3),
        ]
        decided = teams.get(cohort__code="PL")
        assert decided.proposed_on < decided.prefigured_on < decided.decided_on < TODAY

    def test_three_of_four_cohorts_share_their_figures_with_the_edition_and_one_publishes_them(self):
        consents = FiguresConsent.objects.open().filter(cohort__edition__demonstration=True)
        consents = consents.order_by("cohort__code", "audience")
        assert list(consents.values_list("cohort__code", "audience")) == [
            ("DK", "edition"),
            ("OC", "edition"),
            ("PL", "edition"),
            ("PL", "public"),
        ]
        assert all(consent.granted_on < TODAY for consent in consents)


class TestIdeas:
    def test_every_state_has_an_idea(self):
        states = Idea.objects.filter(retrospective=False).values_list("state", flat=True)
        assert set(states) == set(IdeaState.values)

    def test_every_abandoned_idea_has_a_reason_of_the_list(self):
        reasons = IdeaEvent.objects.filter(state="abandoned", is_reported_state=False).values_list(
            "abandoned_for", flat=True
        )
        assert dict(Counter(reasons)) == {
            "exists": 1,
            "no_need": 1,
            "no_service": 2,
            "not_allowed": 1,
            "priorities": 1,
            "tested": 2,
            "too_costly": 2,
        }

    def test_no_event_lies_in_the_future(self):
        events = IdeaEvent.objects.filter(is_reported_state=False)
        assert events.filter(Q(effective_on__gte=TODAY) | Q(recorded_on__gte=TODAY)).count() == 0
        assert events.exclude(effective_on=F("recorded_on")).count() == 0
        assert Prototype.objects.filter(made_on__gte=TODAY).count() == 0
        assert (
            Trial.objects.filter(Q(locked_on__gte=TODAY) | Q(held_on__gte=TODAY) | Q(concluded_on__gte=TODAY)).count()
            == 0
        )

    def test_tests_are_locked_before_they_are_held(self):
        assert [str(trial) for trial in Trial.objects.filter(held_on__lt=F("locked_on"))] == []
        assert Counter(Trial.objects.values_list("state", "result")) == {
            ("concluded", "met"): 22,
            ("concluded", "not_met"): 10,
            ("locked", ""): 5,
        }

    def test_first_cohort_has_an_implementation_rate(self):
        ideas = Idea.objects.filter(cohort__code="PL").exclude(accepted_on=None).exclude(state="merged")
        fates = Counter(
            {"implemented": "implemented", "abandoned": "abandoned"}.get(idea.state, "open") for idea in ideas
        )
        assert fates == {"implemented": 10, "abandoned": 6, "open": 8}

    def test_rate_at_twelve_months_has_enough_ideas(self):
        ideas = Idea.objects.filter(cohort__code="PL").exclude(accepted_on=None).exclude(state="merged")
        at = cumulative_incidence([observation(idea) for idea in ideas]).at(12)
        assert at.at_risk >= 5
        assert 0.2 < at.implemented < 0.6

    def test_partial_implementation_leaves_the_idea_implementing(self):
        partial = Implementation.objects.get(scope="partial")
        assert (partial.idea.state, partial.state) == ("implementing", "live")

    def test_ideas_were_split_reused_and_followed_up_and_one_criterion_changed(self):
        kinds = Lineage.objects.order_by("kind").values_list("kind", flat=True)
        assert list(kinds) == ["reuse", "split", "split"]
        followed = FollowUp.objects.filter(idea__title="L’entrée à trois couleurs").values_list("months", "answer")
        assert list(followed) == [(3, "partial"), (3, "full"), (6, "full")]
        assert Trial.objects.exclude(criterion_change_reason="").count() == 1
        assert Support.objects.exists()
        assert Package.objects.exclude(open_points="").count() == 1

    def test_an_abandoned_idea_was_reopened_and_a_parked_one_resumed(self):
        reopened = IdeaEvent.objects.filter(idea__title="La permanence dans les tiers-lieux").values_list(
            "state", flat=True
        )
        assert list(reopened) == ["captured", "accepted", "abandoned", "accepted", "prototyping"]
        resumed = IdeaEvent.objects.filter(idea__title="L’accueil partagé en gare").values_list("state", flat=True)
        assert list(resumed)[-3:] == ["parked", "testing", "abandoned"]

    def test_last_cohort_missed_its_first_prototype_deadline(self):
        metz = Cohort.objects.get(code="ME")
        assert TODAY - metz.actual_start > timedelta(days=61)
        assert Trial.objects.filter(prototype__idea__cohort=metz).count() == 0
        assert Prototype.objects.filter(idea__cohort=metz).count() == 1

    def test_challenges_are_in_every_state(self):
        states = Challenge.objects.filter(retrospective=False).values_list("state", flat=True)
        assert set(states) == {"proposed", "active", "handed_over", "dropped"}


def observation(idea: Idea) -> tuple[int, str]:
    """Return the completed months from acceptance to the idea's end, or to today."""
    fate = idea.state if idea.state in {"implemented", "abandoned"} else "open"
    end = TODAY if fate == "open" else idea.state_since
    start = idea.accepted_on
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day), fate


class TestExchanges:
    def test_three_exchanges_were_held_one_is_open_and_the_others_are_proposed(self):
        rows = (
            Exchange.objects.filter(running())
            .order_by("number")
            .values_list("number", "state", "host__code", "first_day")
        )
        assert list(rows) == [
            (1, "followed_up", "DK", date(2025, 6, 18)),
            (2, "followed_up", "PL", date(2026, 1, 6)),
            (3, "held", "OC", date(2026, 6, 10)),
            (4, "registration_open", "ME", date(2027, 1, 5)),
            (5, "proposed", "DK", date(2027, 6, 30)),
            (6, "proposed", "PL", date(2028, 1, 4)),
            (7, "proposed", "OC", date(2028, 6, 28)),
        ]

    def test_registrations_are_in_several_states(self):
        held = Exchange.objects.get(running(), number=3)
        assert set(held.registrations.values_list("state", flat=True)) == {"attended", "no_show", "declined", "invited"}
        coming = Exchange.objects.get(running(), number=4)
        assert set(coming.registrations.values_list("state", flat=True)) == {
            "registered",
            "declined",
            "invited",
            "waitlisted",
        }

    def test_coming_exchange_is_full_with_two_on_the_waiting_list(self):
        coming = Exchange.objects.get(running(), number=4)
        assert (free_seats(coming), coming.registrations.waiting().count(), coming.guests.count()) == (0, 2, 2)

    def test_needs_are_marked_as_a_demonstration(self):
        lessons = Needs.objects.filter(registration__exchange__number=4)
        texts = [text for row in lessons for text in (row.comes_from, row.access, row.diet) if text]
        assert (len(lessons), [text for text in texts if "démonstration" not in text]) == (3, [])

    def test_a_call_has_three_applications_in_different_states(self):
        rows = Application.objects.filter(call__in=Call.objects.filter(state="published"))
        assert sorted(rows.values_list("state", flat=True)) == ["accepted", "draft", "submitted"]
        assert rows.get(state="submitted").ratings.count() == 3

    def test_demo_member_has_an_open_invitation(self):
        coming = Exchange.objects.get(running(), number=4)
        assert coming.registrations.get(user__email=MEMBER).state == "invited"

    def test_past_emails_were_sent_on_time_and_the_next_are_due(self):
        emails = Delivery.objects.all()
        assert set(emails.values_list("state", flat=True)) == {"sent"}
        late = emails.filter(sent_at__gt=F("due_at") + timedelta(days=1))
        assert (late.count(), emails.filter(sent_at__date__gte=TODAY).count()) == (0, 0)
        coming = Exchange.objects.get(running(), number=4)
        ahead = Reminder.objects.filter(kind="exchange", object_id=coming.pk, state="planned")
        assert ahead.order_by("due_at").first().due_at.date() >= TODAY

    def test_exchanges_have_questions_contributions_and_programme(self):
        made = {
            exchange.number: (
                exchange.questions.count(),
                exchange.contributions.count(),
                exchange.programme.count(),
                exchange.minutes.count(),
                sorted(exchange.commitments.values_list("state", flat=True)),
                Feedback.objects.filter(registration__exchange=exchange).count() >= MIN_PEOPLE,
            )
            for exchange in Exchange.objects.filter(running(), number__lte=5)
        }
        assert made == {
            1: (2, 6, 5, 1, ["kept", "kept"], True),
            2: (2, 7, 6, 1, ["dropped", "kept"], True),
            3: (3, 8, 5, 1, ["kept", "open", "open", "open"], True),
            4: (3, 5, 4, 0, [], False),
            5: (0, 0, 0, 0, [], False),
        }

    def test_every_fitting_offer_is_matched_once(self):
        assert Match.objects.filter(offer__exchange__edition__demonstration=True).count() == 4

    def test_contributions_cite_ideas(self):
        cited = Contribution.objects.filter(exchange__edition__demonstration=True, idea__isnull=False)
        assert sorted({row.idea.cohort.code for row in cited.select_related("idea__cohort")}) == ["DK", "OC", "PL"]

    def test_demo_member_has_a_commitment(self):
        assert Commitment.objects.open().filter(owner__email=MEMBER).count() == 1

    def test_feedback_is_visible(self):
        """Feedback texts are shown from five on; six people or more wrote some."""
        for exchange in Exchange.objects.filter(running(), number__lte=3):
            keep, change = feedback_texts(exchange)
            assert min(len(set(keep)), len(set(change))) >= MIN_PEOPLE + 1
            assert feedback_summary(exchange).answers == len(keep) == len(change)

    def test_emails_of_past_exchanges_are_expired(self):
        past = Exchange.objects.filter(running(), state="held").values("pk")
        of_past = Reminder.objects.filter(kind="exchange", object_id__in=past)
        assert set(of_past.values_list("state", flat=True)) <= {"expired", "planned"}


class TestEmails:
    """E-mails of sessions and handed-over ideas."""

    KINDS = ("group_session", "stakeholder_session", "idea")

    def test_every_confirmed_session_has_its_reminders(self):
        firm = Session.objects.filter(running_cohort(), kind__in=["group", "kick_off"]).exclude(state="draft")
        planned = Reminder.objects.filter(kind="group_session").values("object_id").distinct()
        assert (planned.count(), firm.count() > 20) == (firm.count(), True)

    def test_every_handed_over_idea_has_follow_up_reminders(self):
        followed = Reminder.objects.filter(kind="idea").values_list("object_id", flat=True)
        handed = IdeaEvent.objects.filter(state="handed_over", is_reported_state=False).values_list("idea", flat=True)
        assert set(followed) == set(handed)

    def test_published_facts_have_no_reminders(self):
        facts = {
            "idea": Idea.objects.filter(retrospective=True),
            "group_session": Session.objects.filter(retrospective=True),
            "stakeholder_session": Session.objects.filter(retrospective=True),
        }
        counts = {
            kind: Reminder.objects.filter(kind=kind, object_id__in=rows.values("pk")) for kind, rows in facts.items()
        }
        assert {kind: rows.count() for kind, rows in counts.items()} == dict.fromkeys(facts, 0)

    def test_past_emails_were_sent_or_expired_and_the_others_are_planned(self):
        planned = Reminder.objects.filter(kind__in=self.KINDS, state="planned")
        assert planned.filter(due_on__lt=TODAY).count() == 0
        assert set(planned.values_list("kind", flat=True)) == set(self.KINDS)
        went = Delivery.objects.filter(items__reminder__kind__in=self.KINDS)
        assert (went.filter(sent_at__date__gte=TODAY).count(), went.exclude(state="sent").count()) == (0, 0)
        assert went.count() > 50

    def test_owners_of_stale_ideas_were_asked_to_confirm(self):
        emails = Delivery.objects.filter(items__reminder__kind="unconfirmed").distinct()
        assert (emails.exists(), emails.exclude(state="sent").count()) == (True, 0)
        silent = set(Idea.objects.unconfirmed(TODAY).values_list("pk", flat=True))
        assert set(emails.values_list("items__reminder__object_id", flat=True)) <= silent

    def test_a_cohort_received_an_email_and_one_to_those_who_have_not_answered_is_a_draft(self):
        rows = GroupEmail.objects.order_by("written_at")
        assert [(row.circle, row.audience, row.sent_at is not None) for row in rows] == [
            ("cohort", "everyone", True),
            ("exchange", "unanswered", False),
        ]
        states = Counter(
            DeliveryItem.objects.filter(reminder__kind="group_email").values_list("state", flat=True).order_by()
        )
        members = Membership.objects.filter(cohort=rows[0].object_id, ends_on=None).values("user").distinct()
        assert states == {"sent": members.count()}


class TestHistory:
    def test_history_names_action_and_person_of_every_step(self):
        contexts = apps.get_model("pghistory", "Context").objects.filter(metadata__action="accept_idea")
        accepted = IdeaEvent.objects.filter(state="accepted", is_reported_state=False)
        pilots = Membership.objects.filter(role="pilot").values_list("user_id", flat=True)
        assert {context.metadata["by"] for context in contexts} == set(pilots)
        parts = accepted.filter(idea__origins__kind="split")  # accepted by the action that split the whole
        assert contexts.count() == accepted.count() - accepted.exclude(reason="").count() - parts.count()


@pytest.mark.parametrize("email", SIGN_INS)
@pytest.mark.parametrize("path", ["/", "/programmes/", "/cohorts/", "/ideas/", "/exchanges/", "/rates/"])
def test_main_pages_open_for_each_demo_user(email: str, path: str):
    client = Client()
    client.force_login(User.objects.get(email=email))
    with time_machine.travel(f"{TODAY}T09:00:00+00:00", tick=False):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("model", [Edition, Cohort, Exchange, Idea, Session, Challenge, Prototype, Trial])
def test_page_of_every_object_opens(model: Any):
    client = Client()
    client.force_login(User.objects.get(email=LAB))
    rows = list(model.objects.order_by("pk"))
    some = rows[:: max(1, len(rows) // 12)]
    with time_machine.travel(f"{TODAY}T09:00:00+00:00", tick=False):
        answers = {row.get_absolute_url(): client.get(row.get_absolute_url()).status_code for row in some}
    assert [path for path, status in answers.items() if status != 200] == []


class TestFiles:
    def test_first_cohort_and_the_residency_have_pictures_and_documents(self):
        rows = Attachment.objects.exclude(about="note").order_by("about", "name")
        assert [(row.about, row.name, row.consent) for row in rows] == [
            ("prototype", "cahier-et-cles.jpg", "nobody"),
            ("prototype", "feuille-pliee.png", "nobody"),
            ("prototype", "page-des-pieces.jpg", "public"),
            ("prototype", "table-du-gouter.jpg", "nobody"),
            ("prototype", "trois-questions.pdf", "nobody"),
            ("session", "couloir.jpg", "nobody"),
            ("session", "mur-de-la-seance.jpg", "nobody"),
            ("trial", "autour-de-la-table.jpg", "edition"),
            ("trial", "notes-du-test.txt", "edition"),
        ]
        assert [row.name for row in rows if not row.alt_text or not sizes_on_disk(row)] == []
        assert {row.uploaded_at.date() for row in rows} == {TODAY - timedelta(days=1)}


def test_the_demonstration_can_be_copied_for_measuring():
    output = StringIO()
    call_command("seed_load", "--ideas", str(Idea.objects.count() + 1), "--json", stdout=output)
    assert json.loads(output.getvalue())["made"]["ideas"] > 0
