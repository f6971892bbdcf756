"""Letters about ideas: who is asked what became of one, when nobody is, and what the question says."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import translation

from cohorts.models import Membership
from notifications.models import Reminder
from notifications.registries import Asked, Scope, Size, event_kinds
from programmes.enums import Letter
from programmes.formats.reminder_schedules import audiences_of, letters_of
from prototypes import actions
from prototypes.handover import emails
from prototypes.handover.emails import TEXTS, href, names, within
from prototypes.handover.recipients import AUDIENCES
from prototypes.handover.reminders import LIVE_YET
from prototypes.ideas.views.ideas import follow_up
from prototypes.models import Idea
from tests.factories.accounts import UserFactory
from tests.factories.cast import Cast
from tests.factories.notifications import ReminderFactory, recipients, refusal, rendered
from tests.factories.prototypes import IdeaFactory, ImplementationFactory, tell
from tests.prototypes.pages import page, send, statements

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


def reminder(idea: Idea, audience: str = "owner", **more: Any) -> Reminder:
    about = {"kind": "idea", "object_id": idea.pk, "audience": audience, "letter": "idea_follow_up"}
    return ReminderFactory(**about | {"event_day": date(2026, 7, 1), "due_at": AT} | more)


def reached(idea: Idea, audience: str = "owner") -> set[str]:
    return {person.full_name for person in recipients(reminder(idea, audience), AT)}


def handed(cast: Cast, letter: str = "M", **more: Any) -> Idea:
    owner = cast[letter] if letter else None
    return IdeaFactory(**{"cohort": cast.cohort, "owner": owner, "state": "handed_over", "title": "Une borne"} | more)


class TestTables:
    def test_the_ladder_of_a_format_names_what_is_known(self):
        """Whether it is live yet is asked by the same steps, counted from the hand-over."""
        chosen = [slug for slug in TEXTS.letters if slug != LIVE_YET]
        assert (letters_of("idea"), audiences_of("idea")) == (chosen, list(AUDIENCES))
        assert {str(slug) for slug in Letter if slug.startswith("idea_")} == set(chosen)
        assert set(TEXTS.to_whom) == set(AUDIENCES)

    def test_the_kind_is_registered(self):
        assert event_kinds["idea"] is emails.IDEA


class TestRecipients:
    @pytest.mark.parametrize(
        ("owner", "asked"),
        [
            ("M", {"Ambassador Rivage"}),
            ("A", {"Admin Rivage"}),
            ("S", {"Staff Lab"}),
            ("N", {"Pilot Rivage", "Admin Rivage"}),
            ("X", {"Pilot Rivage", "Admin Rivage"}),
            ("", {"Pilot Rivage", "Admin Rivage"}),
        ],
    )
    def test_the_owner_while_they_are_there(self, cast: Cast, owner: str, asked: set[str]):
        assert reached(handed(cast, owner)) == asked

    def test_then_whoever_answers_for_it(self, cast: Cast):
        idea = handed(cast)
        Membership.objects.filter(user=cast["M"]).update(ends_on=date(2026, 11, 23))
        assert reached(idea) == {"Pilot Rivage", "Admin Rivage"}

    def test_a_closed_account_has_left(self, cast: Cast):
        idea = handed(cast)
        cast["M"].is_active = False
        cast["M"].save()
        assert reached(idea) == {"Pilot Rivage", "Admin Rivage"}

    @pytest.mark.parametrize("state", ["handed_over", "implementing", "implemented"])
    def test_as_long_as_it_may_be_live(self, cast: Cast, state: str):
        assert reached(handed(cast, state=state)) == {"Ambassador Rivage"}

    @pytest.mark.parametrize(
        ("state", "reason"), [("parked", "parked"), ("abandoned", "abandoned"), ("decided", "corrected")]
    )
    def test_nobody_where_its_story_says_otherwise(self, cast: Cast, state: str, reason: str):
        idea = handed(cast, state=state, after="handed_over")
        assert (reached(idea), refusal(reminder(idea, step="again"), cast["M"], AT)) == (set(), reason)

    def test_nobody_once_it_lives_on_in_another(self, cast: Cast):
        idea = handed(cast, state="merged", after="handed_over", merged_into=IdeaFactory(cohort=cast.cohort))
        assert (reached(idea), refusal(reminder(idea, step="again"), cast["M"], AT)) == (set(), "merged")

    @pytest.mark.parametrize(
        ("state", "reason"), [("discontinued", "ended"), ("live", ""), ("failed", "ended"), ("withdrawn", "")]
    )
    def test_nobody_where_it_is_known_to_be_over(self, cast: Cast, state: str, reason: str):
        idea = handed(cast, state="implementing")
        ImplementationFactory(idea=idea, state=state)
        assert refusal(reminder(idea), cast["M"], AT) == reason

    @pytest.mark.parametrize(("beside", "reason"), [("live", ""), ("planned", ""), ("failed", "ended")])
    def test_it_is_not_over_while_it_goes_on_elsewhere(self, cast: Cast, beside: str, reason: str):
        idea = handed(cast, state="implementing")
        for state in ("discontinued", beside):
            ImplementationFactory(idea=idea, state=state, unit=f"Accueil {state}")
        assert refusal(reminder(idea), cast["M"], AT) == reason

    def test_whoever_is_not_asked_any_more_has_left(self, cast: Cast):
        assert refusal(reminder(handed(cast)), cast["P"], AT) == "left"

    def test_an_audience_nobody_knows_is_nobody(self, cast: Cast):
        assert reached(handed(cast), "lab") == set()

    def test_an_idea_that_is_gone_concerns_nobody(self):
        gone = ReminderFactory(kind="idea", object_id=999, audience="owner", letter="idea_follow_up")
        assert (recipients(gone, AT), refusal(gone, UserFactory(), AT)) == ([], "removed")

    def test_it_takes_two_statements(self, cast: Cast, django_assert_num_queries: Any):
        row = reminder(handed(cast))
        with django_assert_num_queries(2):
            recipients(row, AT)
        with django_assert_num_queries(1):
            refusal(row, cast["M"], AT)

    @pytest.mark.parametrize(
        ("state", "why"),
        [("handed_over", ""), ("parked", "parked"), ("abandoned", "abandoned"), ("decided", "corrected")],
    )
    def test_its_ladder_says_why_it_is_nobody(self, cast: Cast, state: str, why: str):
        after = {} if state == "handed_over" else {"after": "handed_over"}
        asked = Asked(handed(cast, state=state, **after).pk, "owner", "idea_follow_up")
        assert emails.IDEA.sizes([asked], AT) == {asked: Size(None, why)}
        assert (emails.IDEA.once.keys(), emails.IDEA.reasons.keys() >= {"parked"}) == ({"parked"}, True)


class TestWords:
    def test_the_question_leads_to_the_page_of_the_idea(self, cast: Cast):
        idea = handed(cast)
        part = rendered(reminder(idea), cast["M"], "en")
        assert (part.subject, part.why, part.button) == (
            "RIV-001 Une borne: is it still live?",
            "You get this e-mail because you own RIV-001 Une borne.",
            ("Say what became of the idea", f"/ideas/{idea.pk}/"),
        )
        assert part.text.startswith("RIV-001 Une borne went live (1 Jul 2026). Is it still live today")
        assert part.entries == ()

    def test_before_it_is_live_the_question_is_whether_it_is(self, cast: Cast):
        part = rendered(reminder(handed(cast), letter="idea_live_yet"), cast["M"], "en")
        assert (part.subject, part.text.splitlines()[0]) == (
            "RIV-001 Une borne: is it live yet?",
            "RIV-001 Une borne was handed over (1 Jul 2026). Is it live yet, in full or in part? Was it abandoned?",
        )

    def test_day_of_a_live_one_is_that_of_its_first_full_or_adapted_implementation(self, cast: Cast):
        idea = handed(cast, state="implementing")
        ImplementationFactory(idea=idea, scope="partial", live_on=date(2026, 8, 20))
        ImplementationFactory(idea=idea, scope="adapted", live_on=date(2026, 9, 3))
        assert "went live (3 Sep 2026)" in rendered(reminder(idea), cast["M"], "en").text

    @pytest.mark.parametrize(("state", "why"), [("handed_over", ""), ("implementing", ""), ("implemented", "live")])
    def test_once_it_is_live_nobody_is_asked_whether_it_is_live_yet(self, cast: Cast, state: str, why: str):
        asked = Asked(handed(cast, state=state).pk, "owner", "idea_live_yet")
        assert emails.IDEA.sizes([asked], AT) == {asked: Size(None, why)}

    def test_the_day_is_no_more_precise_than_known(self, cast: Cast):
        idea = handed(cast, state="decided")
        tell(idea, "handed_over", precision="month")
        assert "(July 2026)" in rendered(reminder(idea), cast["M"], "en").text

    def test_whoever_stands_in_for_the_owner_is_told_so(self, cast: Cast):
        part = rendered(reminder(handed(cast)), cast["P"], "en")
        assert part.why == (
            "You get this e-mail because the owner of RIV-001 Une borne has left and you are "
            "in charge of the idea in Rivage."
        )

    def test_where_nobody_owns_it_nobody_is_said_to_have_left(self, cast: Cast):
        idea = handed(cast)
        idea.owner = None
        idea.save()
        part = rendered(reminder(idea), cast["P"], "en")
        assert part.why == (
            "You get this e-mail because nobody owns RIV-001 Une borne and you are in charge of the idea in Rivage."
        )

    def test_what_was_read_to_check_it_is_not_read_again_to_write_it(self, cast: Cast, django_assert_num_queries: Any):
        row = reminder(handed(cast, state="implemented"))
        with django_assert_num_queries(2):  # and the day it went live
            reason, idea = emails.IDEA.check(row, cast["M"], AT)
            emails.IDEA.render(row, idea, cast["M"], "en")
        assert reason == ""

    def test_its_line_its_page_and_its_name(self, cast: Cast):
        idea = handed(cast)
        row = reminder(idea)
        with translation.override("en"):
            assert emails.IDEA.describe(row) == "The idea’s owner: is the idea still live?"
        assert (href(row), names([idea.pk])) == (f"/ideas/{idea.pk}/", {idea.pk: "RIV-001 Une borne · Rivage"})

    def test_within_an_edition_a_cohort_or_an_authority(self, cast: Cast):
        own, other = handed(cast).pk, handed(cast, cohort=cast.other).pk
        scopes = (Scope(edition="transfo-2026"), Scope(cohort="rivage"), Scope(authority=cast.other.authority.slug))
        assert [within(scope) for scope in scopes] == [{own, other}, {own}, {other}]


class TestPage:
    @pytest.fixture
    def idea(self, cast: Cast) -> Idea:
        idea = handed(cast, state="decided", shared_with_edition=True)
        actions.hand_over_idea(idea=idea, evidence="Accueil", at=datetime(2026, 7, 1, 9, tzinfo=UTC), by=cast["P"])
        reminder(idea, step="after_3_months", due_at=datetime(2026, 11, 25, 8, tzinfo=UTC))
        return idea

    @pytest.mark.parametrize(("letter", "shown"), [("S", True), ("P", True), ("M", True), ("A", True), ("N", False)])
    def test_its_cohort_sees_the_ladder(self, cast: Cast, idea: Idea, letter: str, shown: bool):
        assert (
            "is the idea still live? <small>· will be sent in 1 day</small>" in page(cast[letter], f"/ideas/{idea.pk}/")
        ) is shown

    @pytest.mark.parametrize(("letter", "count"), [("M", 10), ("S", 9)])
    def test_what_it_costs(self, cast: Cast, idea: Idea, letter: str, count: int):
        assert statements(cast[letter], f"/ideas/{idea.pk}/") == count

    def test_opening_it_from_the_letter_changes_nothing_and_the_answer_is_a_post(self, cast: Cast, idea: Idea):
        address = f"/ideas/{idea.pk}/start-implementing/"
        for opened in (f"/ideas/{idea.pk}/", address):
            page(cast["P"], opened)
        idea.refresh_from_db()
        assert idea.state == "handed_over"
        send(cast["P"], address, on="2026-11-24", precision="day", evidence="Accueil")
        idea.refresh_from_db()
        assert idea.state == "implementing"


def test_what_its_letters_say_is_the_labs_to_look_at(cast: Cast):
    idea = handed(cast)
    reminder(idea)
    ladders = [follow_up(idea, list(idea.events.all()), frozenset("P"), cast[letter]) for letter in "SP"]
    assert [{bool(step.href) for step in ladder} for ladder in ladders] == [{True}, {False}]
