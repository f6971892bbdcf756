"""Around midnight each row is compared with the local day of its authority, on all pages alike."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from cohorts.models import Cohort, Session
from exchanges.models import Exchange
from files.registries import file_owners
from programmes.models import Authority
from prototypes import actions
from prototypes.confirmations.planned_emails import becoming_unconfirmed
from prototypes.models import Idea, Trial
from tests.factories.budget import AgreementFactory
from tests.factories.cast import Cast
from tests.factories.cohorts import SessionFactory
from tests.factories.contents import CommitmentFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.fieldwork import NoteFactory
from tests.factories.files import AttachmentFactory, picture
from tests.factories.prototypes import ConfirmationFactory, IdeaFactory, PrototypeFactory, TrialFactory
from tests.fieldwork.drafts import draft, post
from tests.prototypes.pages import change, errors, page, send, signed_in
from tests.sql import force
from web.dates.clock import today_everywhere

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # the 24th in Paris, the 25th in Réunion
SIX_MONTHS_BEFORE_THE_25TH = date(2026, 5, 25)


@pytest.fixture
def cast(cast: Cast) -> Iterator[Cast]:
    """Rivage is in Réunion, Montagne in Paris; it is night in Paris."""
    Authority.objects.filter(pk=cast.cohort.authority_id).update(time_zone="Indian/Reunion")
    cast.cohort = Cohort.objects.select_related("authority").get(pk=cast.cohort.pk)
    with time_machine.travel(NIGHT, tick=False):
        yield cast


def idea_last_updated_on(cohort: Cohort, day: date, title: str) -> Idea:
    idea = IdeaFactory(cohort=cohort, state="accepted", title=title)
    ConfirmationFactory(idea=idea, confirmed_on=day)
    idea.refresh_from_db()
    return idea


@pytest.fixture
def ideas(cast: Cast) -> list[Idea]:
    day = SIX_MONTHS_BEFORE_THE_25TH
    return [
        idea_last_updated_on(cast.cohort, day, "Overseas"),
        idea_last_updated_on(cast.other_cohort, day, "Mainland"),
    ]


class TestUnconfirmed:
    @pytest.mark.parametrize("address", ["/ideas/?unconfirmed=on", "/ideas/unconfirmed/"])
    def test_list_across_authorities_uses_the_day_of_each_authority(self, cast: Cast, ideas: list[Idea], address: str):
        text = page(cast["S"], address)
        assert [idea.title in text for idea in ideas] == [True, False]

    def test_idea_pages_use_the_day_of_their_authority(self, cast: Cast, ideas: list[Idea]):
        marked = [
            "This idea has had no update for six months" in page(cast["S"], idea.get_absolute_url()) for idea in ideas
        ]
        assert marked == [True, False]

    def test_boards_use_the_day_of_their_authority(self, cast: Cast, ideas: list[Idea]):
        boards = [f"/cohorts/{cohort.slug}/board/" for cohort in (cast.cohort, cast.other_cohort)]
        marked = ["unconfirmed" in page(cast["S"], board).lower() for board in boards]
        assert marked == [True, False]

    def test_querysets_use_the_day_of_each_authority(self, cast: Cast, ideas: list[Idea]):
        today = today_everywhere()
        marked = {idea.title: idea.is_unconfirmed for idea in Idea.objects.with_confirmation_flags(cast["S"], today)}  # type: ignore[attr-defined]
        assert (set(Idea.objects.unconfirmed(today)), marked) == (
            {ideas[0]},
            {"Overseas": True, "Mainland": False},
        )

    def test_reminders_are_planned_from_the_day_of_the_authority(self, cast: Cast):
        week_before = date(2026, 6, 2)
        overseas, _ = (idea_last_updated_on(c, week_before, "Idea") for c in (cast.cohort, cast.other_cohort))
        assert list(becoming_unconfirmed(NIGHT)) == [overseas]


class TestForms:
    @pytest.mark.parametrize(("where", "accepted"), [("cohort", True), ("other_cohort", False)])
    def test_form_accepts_a_day_only_where_it_has_begun(self, cast: Cast, where: str, accepted: bool):
        idea = IdeaFactory(cohort=getattr(cast, where), state="captured")
        answer = send(cast["S"], f"/ideas/{idea.pk}/accept/", on="2026-11-25", precision="day")
        assert (answer.status_code == 302) == accepted
        if not accepted:
            assert list(errors(answer)) == ["on"] or errors(answer)

    def test_event_is_recorded_on_the_day_of_the_authority(self, cast: Cast):
        idea = IdeaFactory(cohort=cast.cohort, state="captured")
        event = actions.accept_idea(idea=idea, by=cast["P"], at=NIGHT)
        assert (event.recorded_on, event.effective_on) == (date(2026, 11, 25), date(2026, 11, 25))


def session_on(cohort: Cohort, day: date) -> Session:
    return SessionFactory(cohort=cohort, date=day, state="scheduled")


class TestSessions:
    def test_session_is_over_only_where_its_day_has_passed(self, cast: Cast):
        overseas, mainland = (session_on(cohort, date(2026, 11, 24)) for cohort in (cast.cohort, cast.other_cohort))
        today = today_everywhere()
        assert (set(Session.objects.past(today)), set(Session.objects.upcoming(today))) == ({overseas}, {mainland})

    def test_calendar_shows_sessions_that_are_upcoming_at_their_authority(self, cast: Cast):
        for cohort in (cast.cohort, cast.other_cohort):
            session_on(cohort, date(2026, 11, 24))
        text = page(cast["S"], "/sessions/")
        results = [f"/sessions/{session.pk}/" in text for session in Session.objects.order_by("pk")]
        assert results == [False, True]


class TestExchanges:
    def test_exchange_without_a_host_is_on_the_platforms_day(self, cast: Cast):
        row = ExchangeFactory(edition=cast.edition, first_day=date(2026, 11, 24), state="proposed")
        force(row, host_id=None)
        assert list(Exchange.objects.coming(today_everywhere())) == [row]

    def test_exchange_is_upcoming_until_the_day_of_its_host_has_passed(self, cast: Cast):
        here = {"edition": cast.edition, "first_day": date(2026, 11, 24), "state": "registration_open"}
        row = ExchangeFactory(host=cast.cohort, **here)
        coming = [list(Exchange.objects.coming(today_everywhere()))]
        Authority.objects.filter(pk=cast.cohort.authority_id).update(time_zone="Europe/Paris")
        coming.append(list(Exchange.objects.coming(today_everywhere())))
        assert coming == [[], [row]]


class TestMembers:
    def test_member_does_not_lead_after_their_last_day_at_the_authority(self, cast: Cast):
        cast["P"].memberships.update(ends_on=date(2026, 11, 24))
        cohorts = Cohort.objects.filter(pk=cast.cohort.pk)
        assert list(cohorts.led_by(cast["P"], today_everywhere())) == []

    def test_member_leads_on_their_last_day_at_the_authority(self, cast: Cast):
        cast["P"].memberships.update(ends_on=date(2026, 11, 25))
        cohorts = Cohort.objects.filter(pk=cast.cohort.pk)
        assert list(cohorts.led_by(cast["P"], today_everywhere())) == [cast.cohort]


NOTE = {"participants": "12", "successes": "9", "result": "not_met", "learning": "Signs help.", "observation": "O"}


class TestTests:
    def locked(self, cohort: Cohort) -> Trial:
        idea = IdeaFactory(cohort=cohort, state="testing")
        return TrialFactory(prototype=PrototypeFactory(idea=idea), state="locked")

    @pytest.mark.parametrize(("where", "day"), [("cohort", "2026-11-25"), ("other_cohort", "2026-11-24")])
    def test_default_day_of_a_test_is_that_of_the_authority(self, cast: Cast, where: str, day: str):
        trial = self.locked(getattr(cast, where))
        address = f"/trials/{trial.pk}/log/"
        proposed = signed_in(cast["S"]).get(address).context["form"]["held_on"].value()
        answers = [change(cast["S"], address, **NOTE, held_on=later) for later in ("2026-11-26", day)]
        trial.refresh_from_db()
        assert (str(proposed), list(errors(answers[0])), str(trial.held_on)) == (day, ["held_on"], day)

    @pytest.mark.parametrize(("where", "accepted"), [("cohort", True), ("other_cohort", False)])
    def test_note_of_a_phone_is_accepted_on_the_day_of_the_authority(self, cast: Cast, where: str, accepted: bool):
        trial = self.locked(getattr(cast, where))
        post(cast["S"], trial, draft(cast["S"], trial, held_on="2026-11-25"))
        trial.refresh_from_db()
        assert (str(trial.held_on) == "2026-11-25") == accepted


KINDS: dict[str, Callable[[Cohort], Any]] = {
    "agreement": lambda cohort: AgreementFactory(cohort=cohort),
    "session": lambda cohort: session_on(cohort, date(2026, 11, 20)),
    "note": lambda cohort: NoteFactory(cohort=cohort),
    "idea": lambda cohort: IdeaFactory(cohort=cohort, state="testing"),
    "prototype": lambda cohort: PrototypeFactory(idea=IdeaFactory(cohort=cohort, state="testing")),
    "trial": lambda cohort: TrialFactory(prototype__idea=IdeaFactory(cohort=cohort, state="testing")),
}
KINDS_WITH_CONSENT = [kind for kind in KINDS if kind != "note"]  # the file of a note follows the note's consent


class TestFiles:
    def test_all_kinds_of_file_owners_are_covered(self):
        """Documents of an application belong to no authority of the platform."""
        assert set(file_owners.slugs()) - {"application"} == set(KINDS)

    @pytest.mark.parametrize("kind", KINDS)
    def test_file_owner_has_the_time_zone_of_its_authority(self, cast: Cast, kind: str):
        today = today_everywhere()
        owners = [
            file_owners[kind](KINDS[kind](cohort).pk, cast["S"], today) for cohort in (cast.cohort, cast.other_cohort)
        ]
        assert [owner and owner.zone for owner in owners] == ["Indian/Reunion", "Europe/Paris"]

    @pytest.mark.parametrize("kind", KINDS_WITH_CONSENT)
    def test_picture_is_visible_until_the_last_day_at_the_authority(self, cast: Cast, kind: str):
        results = []
        for cohort in (cast.cohort, cast.other_cohort):
            of = KINDS[kind](cohort)
            row = AttachmentFactory(of=of, about=kind, consent="cohort", consent_until=date(2026, 11, 24))
            on_page = f"/files/{row.pk}/small/" in page(cast["S"], of.get_absolute_url())
            answer = signed_in(cast["S"]).get(f"/files/{row.pk}/small/")
            results.append((on_page, answer.status_code))
            answer.getvalue()  # reading all of it closes the file
        assert results == [(False, 404), (True, 200)]

    @pytest.mark.parametrize("kind", KINDS_WITH_CONSENT)
    def test_consent_that_ended_at_the_authority_is_refused(self, cast: Cast, kind: str):
        taken = []
        for cohort in (cast.cohort, cast.other_cohort):
            form = {
                "consent": "cohort",
                "consent_until": "2026-11-24",
                "alt_text_1": "A wall",
                "idempotency_key": str(uuid4()),
            }
            file = SimpleUploadedFile("wall.jpg", picture(), "image/jpeg")
            address = f"/files/{kind}/{KINDS[kind](cohort).pk}/add/"
            answer = send(cast["S"], address, **form, file_1=file)
            taken.append(errors(answer) if answer.status_code != 302 else {})
        assert taken == [{"consent_until": ["This day is past: the file would not be shown. Choose a later day."]}, {}]


class TestSessionLists:
    @pytest.mark.parametrize(("period", "results"), [("past", [True, False]), ("week", [False, True])])
    def test_periods_are_those_of_each_authority(self, cast: Cast, period: str, results: list[bool]):
        rows = [session_on(cohort, date(2026, 11, 24)) for cohort in (cast.cohort, cast.other_cohort)]
        text = page(cast["S"], f"/sessions/?period={period}")
        assert [f"/sessions/{row.pk}/" in text for row in rows] == results

    def test_session_is_held_from_its_last_day_at_the_authority(self, cast: Cast):
        rows = [session_on(cohort, date(2026, 11, 25)) for cohort in (cast.cohort, cast.other_cohort)]
        for row in rows:
            send(cast["S"], f"/sessions/{row.pk}/hold/")
            row.refresh_from_db()
        assert [row.state for row in rows] == ["held", "scheduled"]


class TestExchangePages:
    """The exchange is hosted in Réunion or on the mainland; the platform is in Paris."""

    def hosted(self, cast: Cast, where: str, **columns: Any) -> Exchange:
        fields = {"first_day": date(2026, 11, 18), "state": "held", "number": 1} | columns
        return ExchangeFactory(edition=cast.edition, host=getattr(cast, where), **fields)

    @pytest.mark.parametrize(("where", "late"), [("cohort", True), ("other_cohort", False)])
    def test_commitment_is_late_on_all_pages_or_none(self, cast: Cast, where: str, late: bool):
        """Due on the 24th. The next exchange is hosted by the other cohort."""
        row = self.hosted(cast, where)
        cast["M"].memberships.update(cohort=row.host)
        CommitmentFactory(exchange=row, owner=cast["M"], made_on=date(2026, 11, 18), due_on=date(2026, 11, 24))
        host = "other_cohort" if where == "cohort" else "cohort"
        coming = self.hosted(cast, host, number=2, first_day=date(2027, 5, 18), state="registration_open")
        addresses = [f"/exchanges/{row.pk}/minutes/", f"/exchanges/{coming.pk}/minutes/", coming.get_absolute_url()]
        marks = [">late<" in page(cast["S"], address).replace("> ", ">") for address in addresses]
        marks.append("Your commitment is overdue" in page(cast["M"], "/"))
        assert marks == [late] * 4

    @pytest.mark.parametrize(("where", "over"), [("cohort", True), ("other_cohort", False)])
    def test_exchange_page_uses_the_day_of_its_host(self, cast: Cast, where: str, over: bool):
        row = self.hosted(cast, where, first_day=date(2026, 11, 23), days=2, state="registration_open")
        assert signed_in(cast["M"]).get(row.get_absolute_url()).context["is_over"] == over

    @pytest.mark.parametrize(("where", "offered"), [("cohort", True), ("other_cohort", False)])
    def test_exchange_can_be_marked_as_held_from_its_first_day_at_its_host(self, cast: Cast, where: str, offered: bool):
        row = self.hosted(cast, where, first_day=date(2026, 11, 25), state="registration_closed")
        assert (f"/exchanges/{row.pk}/hold/" in page(cast["S"], row.get_absolute_url())) == offered
