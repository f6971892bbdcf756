"""Follow-up e-mails of handed-over ideas: recipients, reasons for not sending, and texts."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from cohorts.models import Membership
from notifications.models import Reminder
from notifications.registries import AudienceQuery, AudienceSize, CommandScope, event_kinds
from programmes.enums import EmailType
from programmes.formats.reminder_schedules import audiences_of, email_types_of
from prototypes import actions
from prototypes.handover import emails
from prototypes.handover.emails import TEXTS, href, idea_names, in_scope
from prototypes.handover.recipients import AUDIENCES
from prototypes.handover.reminders import LIVE_YET
from prototypes.ideas.views.ideas import reminder_steps
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.notifications import ReminderFactory, recipients, refusal, rendered
from tests.factories.prototypes import (
    IdeaFactory,
    ImplementationFactory,
    PrototypeFactory,
    TrialFactory,
    add_event,
    measured_idea,
)
from tests.prototypes.pages import page, send, statements

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


def reminder(idea: Idea, audience: str = "owner", **more: Any) -> Reminder:
    about = {"kind": "idea", "object_id": idea.pk, "audience": audience, "email_type": "idea_follow_up"}
    return ReminderFactory(**about | {"event_day": date(2026, 7, 1), "due_at": AT} | more)


def reached_people(idea: Idea, audience: str = "owner") -> set[str]:
    return {person.full_name for person in recipients(reminder(idea, audience), AT)}


def handed(cast: Cast, role: str = "M", **more: Any) -> Idea:
    owner = cast[role] if role else None
    return IdeaFactory(**{"cohort": cast.cohort, "owner": owner, "state": "handed_over", "title": "Une borne"} | more)


class TestTables:
    def test_reminder_schedule_names_known_audiences_and_emails(self):
        """The e-mails before going live use the same steps, counted from the hand-over."""
        chosen = [slug for slug in TEXTS.emails if slug != LIVE_YET]
        assert (email_types_of("idea"), audiences_of("idea")) == (chosen, list(AUDIENCES))
        assert {str(slug) for slug in EmailType if slug.startswith("idea_")} == set(chosen)
        assert set(TEXTS.to_whom) == set(AUDIENCES)

    def test_event_kind_is_registered(self):
        assert event_kinds["idea"] is emails.IDEA


class TestRecipients:
    @pytest.mark.parametrize(
        ("owner", "expected"),
        [
            ("M", {"Ambassador Rivage"}),
            ("A", {"Admin Rivage"}),
            ("S", {"Staff Lab"}),
            ("N", {"Pilot Rivage", "Admin Rivage"}),
            ("X", {"Pilot Rivage", "Admin Rivage"}),
            ("", {"Pilot Rivage", "Admin Rivage"}),
        ],
    )
    def test_owner_gets_the_email_while_they_are_a_member(self, cast: Cast, owner: str, expected: set[str]):
        assert reached_people(handed(cast, owner)) == expected

    def test_substitutes_get_the_email_when_the_owner_left(self, cast: Cast):
        idea = handed(cast)
        Membership.objects.filter(user=cast["M"]).update(ends_on=date(2026, 11, 23))
        assert reached_people(idea) == {"Pilot Rivage", "Admin Rivage"}

    def test_owner_with_a_closed_account_counts_as_left(self, cast: Cast):
        idea = handed(cast)
        cast["M"].is_active = False
        cast["M"].save()
        assert reached_people(idea) == {"Pilot Rivage", "Admin Rivage"}

    @pytest.mark.parametrize("state", ["handed_over", "implementing", "implemented"])
    def test_email_is_sent_while_the_idea_may_be_live(self, cast: Cast, state: str):
        assert reached_people(handed(cast, state=state)) == {"Ambassador Rivage"}

    @pytest.mark.parametrize(
        ("state", "reason"), [("parked", "parked"), ("abandoned", "abandoned"), ("decided", "corrected")]
    )
    def test_nobody_gets_the_email_when_the_state_makes_it_unnecessary(self, cast: Cast, state: str, reason: str):
        idea = handed(cast, state=state, after="handed_over")
        assert (reached_people(idea), refusal(reminder(idea, step="again"), cast["M"], AT)) == (set(), reason)

    def test_nobody_gets_the_email_for_a_merged_idea(self, cast: Cast):
        idea = handed(cast, state="merged", after="handed_over", merged_into=IdeaFactory(cohort=cast.cohort))
        assert (reached_people(idea), refusal(reminder(idea, step="again"), cast["M"], AT)) == (set(), "merged")

    @pytest.mark.parametrize(
        ("state", "reason"), [("discontinued", "ended"), ("live", ""), ("failed", "ended"), ("withdrawn", "")]
    )
    def test_nobody_gets_the_email_when_all_implementations_have_ended(self, cast: Cast, state: str, reason: str):
        idea = handed(cast, state="implementing")
        ImplementationFactory(idea=idea, state=state)
        assert refusal(reminder(idea), cast["M"], AT) == reason

    @pytest.mark.parametrize(("other_state", "reason"), [("live", ""), ("planned", ""), ("failed", "ended")])
    def test_email_is_sent_while_another_implementation_goes_on(self, cast: Cast, other_state: str, reason: str):
        idea = handed(cast, state="implementing")
        for state in ("discontinued", other_state):
            ImplementationFactory(idea=idea, state=state, unit=f"Accueil {state}")
        assert refusal(reminder(idea), cast["M"], AT) == reason

    def test_refusal_of_a_former_recipient_is_left(self, cast: Cast):
        assert refusal(reminder(handed(cast)), cast["P"], AT) == "left"

    def test_unknown_audience_has_no_recipients(self, cast: Cast):
        assert reached_people(handed(cast), "lab") == set()

    def test_missing_idea_has_no_recipients(self):
        gone = ReminderFactory(kind="idea", object_id=999, audience="owner", email_type="idea_follow_up")
        assert (recipients(gone, AT), refusal(gone, UserFactory(), AT)) == ([], "removed")

    def test_recipients_take_two_statements(self, cast: Cast, django_assert_num_queries: Any):
        row = reminder(handed(cast))
        with django_assert_num_queries(2):
            recipients(row, AT)
        with django_assert_num_queries(1):
            refusal(row, cast["M"], AT)

    @pytest.mark.parametrize(
        ("state", "why"),
        [("handed_over", ""), ("parked", "parked"), ("abandoned", "abandoned"), ("decided", "corrected")],
    )
    def test_reminder_schedule_shows_why_nobody_gets_the_email(self, cast: Cast, state: str, why: str):
        after = {} if state == "handed_over" else {"after": "handed_over"}
        query = AudienceQuery(handed(cast, state=state, **after).pk, "owner", "idea_follow_up")
        assert emails.IDEA.sizes([query], AT) == {query: AudienceSize(None, why)}
        assert (emails.IDEA.early_reasons.keys(), emails.IDEA.reasons.keys() >= {"parked"}) == ({"parked"}, True)


class TestTexts:
    def test_email_links_to_the_idea_page(self, cast: Cast):
        idea = handed(cast)
        part = rendered(reminder(idea), cast["M"], "en")
        assert (part.subject, part.why, part.button) == (
            "RIV-001 Une borne: is it still live?",
            "You are receiving this e-mail because you own RIV-001 Une borne.",
            ("Record the outcome of the idea", f"/ideas/{idea.pk}/"),
        )
        assert part.text.startswith("RIV-001 Une borne went live (1 Jul 2026). Is it still live today")
        assert part.calendar_entries == ()

    def test_email_before_going_live_asks_whether_the_idea_is_live_yet(self, cast: Cast):
        part = rendered(reminder(handed(cast), email_type="idea_live_yet"), cast["M"], "en")
        assert (part.subject, part.text.splitlines()[0]) == (
            "RIV-001 Une borne: is it live yet?",
            "RIV-001 Une borne was handed over (1 Jul 2026). Is it live yet, in full or in part? Was it abandoned?",
        )

    def test_date_in_the_email_is_that_of_the_first_counted_implementation(self, cast: Cast):
        idea = handed(cast, state="implementing")
        ImplementationFactory(idea=idea, scope="partial", live_on=date(2026, 8, 20))
        ImplementationFactory(idea=idea, scope="adapted", live_on=date(2026, 9, 3))
        assert "went live (3 Sep 2026)" in rendered(reminder(idea), cast["M"], "en").text

    @pytest.mark.parametrize(("state", "why"), [("handed_over", ""), ("implementing", ""), ("implemented", "live")])
    def test_live_idea_gets_no_email_about_going_live(self, cast: Cast, state: str, why: str):
        query = AudienceQuery(handed(cast, state=state).pk, "owner", "idea_live_yet")
        assert emails.IDEA.sizes([query], AT) == {query: AudienceSize(None, why)}

    def test_date_in_the_email_is_no_more_precise_than_known(self, cast: Cast):
        idea = handed(cast, state="decided")
        add_event(idea, "handed_over", precision="month")
        assert "(July 2026)" in rendered(reminder(idea), cast["M"], "en").text

    def test_substitute_is_told_why_they_get_the_email(self, cast: Cast):
        part = rendered(reminder(handed(cast)), cast["P"], "en")
        assert part.why == (
            "You are receiving this e-mail because the owner of RIV-001 Une borne has left and you are "
            "in charge of the idea in Rivage."
        )

    def test_email_about_an_unowned_idea_does_not_mention_an_owner_who_left(self, cast: Cast):
        idea = handed(cast)
        idea.owner = None
        idea.save()
        part = rendered(reminder(idea), cast["P"], "en")
        assert part.why == (
            "You are receiving this e-mail because nobody owns RIV-001 Une borne and you are in charge of the idea in"
            " Rivage."
        )

    def test_rendering_reads_nothing_that_the_check_has_read(self, cast: Cast, django_assert_num_queries: Any):
        row = reminder(handed(cast, state="implemented"))
        with django_assert_num_queries(2):  # and the day it went live
            reason, idea = emails.IDEA.check(row, cast["M"], AT)
            emails.IDEA.render(row, idea, cast["M"], "en")
        assert reason == ""

    def test_event_kind_gives_summary_link_and_name(self, cast: Cast):
        idea = handed(cast)
        row = reminder(idea)
        with translation.override("en"):
            assert emails.IDEA.describe(row) == "The idea’s owner: is the idea still live?"
        assert (href(row), idea_names([idea.pk])) == (f"/ideas/{idea.pk}/", {idea.pk: "RIV-001 Une borne · Rivage"})

    def test_ideas_in_scope_of_an_edition_a_cohort_or_an_authority(self, cast: Cast):
        own, other = handed(cast).pk, handed(cast, cohort=cast.other_cohort).pk
        scopes = (
            CommandScope(edition="transfo-2026"),
            CommandScope(cohort="rivage"),
            CommandScope(authority=cast.other_cohort.authority.slug),
        )
        assert [in_scope(scope) for scope in scopes] == [{own, other}, {own}, {other}]


class TestPage:
    @pytest.fixture
    def idea(self, cast: Cast) -> Idea:
        idea = handed(cast, state="decided", shared_with_edition=True)
        actions.hand_over_idea(idea=idea, evidence="Accueil", at=datetime(2026, 7, 1, 9, tzinfo=UTC), by=cast["P"])
        reminder(idea, step="after_3_months", due_at=datetime(2026, 11, 25, 8, tzinfo=UTC))
        return idea

    @pytest.mark.parametrize(("role", "is_visible"), [("S", True), ("P", True), ("M", True), ("A", True), ("N", False)])
    def test_only_the_own_cohort_sees_the_reminder_schedule(self, cast: Cast, idea: Idea, role: str, is_visible: bool):
        assert (
            "is the idea still live? <small>· will be sent in 1 day</small>" in page(cast[role], f"/ideas/{idea.pk}/")
        ) is is_visible

    @pytest.mark.parametrize(("role", "count"), [("M", 10), ("S", 9)])
    def test_idea_page_with_reminders_takes_few_statements(self, cast: Cast, idea: Idea, role: str, count: int):
        assert statements(cast[role], f"/ideas/{idea.pk}/") == count

    def test_full_idea_page_takes_ten_statements(self, cast: Cast):
        idea = measured_idea(cohort=cast.cohort)
        TrialFactory(prototype=PrototypeFactory(idea=idea), state="concluded")
        reminder(idea, step="after_6_months", due_at=datetime(2026, 12, 25, 8, tzinfo=UTC))
        assert statements(cast["S"], f"/ideas/{idea.pk}/") == 10

    def test_opening_the_link_changes_nothing_and_the_answer_is_a_post(self, cast: Cast, idea: Idea):
        address = f"/ideas/{idea.pk}/start-implementing/"
        for opened in (f"/ideas/{idea.pk}/", address):
            page(cast["P"], opened)
        idea.refresh_from_db()
        assert idea.state == "handed_over"
        send(cast["P"], address, on="2026-11-24", precision="day", evidence="Accueil")
        idea.refresh_from_db()
        assert idea.state == "implementing"


def test_only_lab_staff_can_read_the_emails(cast: Cast):
    idea = handed(cast)
    reminder(idea)
    schedules = [reminder_steps(idea, list(idea.events.all()), frozenset("P"), cast[role]) for role in "SP"]
    assert [{bool(step.href) for step in schedule} for schedule in schedules] == [{True}, {False}]
    assert 'no-print" aria-labelledby="emails"' in page(cast["P"], f"/ideas/{idea.pk}/")
