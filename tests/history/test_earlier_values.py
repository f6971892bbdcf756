"""Values that were replaced stay readable in the history of their object, with the reason if the form asks for one."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from cohorts.attendance.actions import AttendanceMark, record_attendance
from cohorts.people.actions import end_membership
from cohorts.sessions.actions.sessions import postpone_session, report_session
from cohorts.teams.actions import describe_team
from exchanges.content.actions.outcomes import write_minutes
from exchanges.content.actions.preparation import change_contribution, withdraw_contribution
from exchanges.planning.actions.hosts import swap_host
from files.attachments.actions import describe_file
from programmes.actions.lessons import answer_lesson, withdraw_answer
from programmes.models import Format
from prototypes.actions import change_challenge, change_prototype
from tests.factories.cast import NOW, TODAY, Cast
from tests.factories.cohorts import AttendanceFactory, InnovationTeamFactory, SessionFactory
from tests.factories.contents import ContributionFactory, MinutesFactory
from tests.factories.exchanges import ExchangeFactory
from tests.factories.files import AttachmentFactory
from tests.factories.programmes import FormatFactory, LessonFactory
from tests.factories.prototypes import ChallengeFactory, IdeaFactory, PrototypeFactory
from tests.prototypes.pages import page
from web.forms.edit_conflicts import fingerprint

pytestmark = pytest.mark.django_db
Replaced = tuple[str, object, list[str]]  # kind and key of the history, and the words that were there before
REPLACED: dict[str, Callable[[Cast], Replaced]] = {}


def replaced(act: Callable[[Cast], Replaced]) -> Callable[[Cast], Replaced]:
    REPLACED[act.__name__] = act
    return act


@replaced
def venue_of_a_team(cast: Cast) -> Replaced:
    row = InnovationTeamFactory(cohort=cast.cohort, posts=Decimal("2.5"), venue="Halle")
    describe_team(team=row, name="Team", posts=Decimal(4), venue="Port", by=cast["P"])
    return "innovation-team", row.pk, ["Halle"]


@replaced
def report_of_a_session(cast: Cast) -> Replaced:
    row = SessionFactory(cohort=cast.cohort, date=date(2026, 11, 3), state="held")
    for report in ("First report", "Second report"):
        row.refresh_from_db()
        version_token = fingerprint(row.report)
        report_session(session=row, report=report, version_token=version_token, at=NOW, by=cast["P"])
    return "session", row.pk, ["First report"]


@replaced
def reason_of_a_postponed_session(cast: Cast) -> Replaced:
    row = SessionFactory(cohort=cast.cohort, date=date(2026, 12, 3), state="scheduled")
    postpone_session(session=row, reason="Strike", at=NOW, by=cast["P"])
    return "session", row.pk, ["Strike"]


@replaced
def attendance_recorded_wrongly(cast: Cast) -> Replaced:
    row = AttendanceFactory(member=cast["M"].memberships.get(), day__session__cohort=cast.cohort)
    marks = {(row.day, row.member): AttendanceMark("excused")}
    record_attendance(session=row.day.session, marks=marks, today=TODAY, by=cast["P"])
    return "session", row.day.session_id, ["present", "excused"]


@replaced
def last_day_of_a_membership(cast: Cast) -> Replaced:
    row = cast["M"].memberships.get()
    for day, reason in ((date(2026, 12, 1), "Another post"), (date(2026, 12, 15), "Stays two weeks")):
        end_membership(membership=row, ends_on=day, reason=reason, at=NOW, by=cast["P"])
    return "member", row.pk, ["1 Dec 2026", "Another post", "Stays two weeks"]


@replaced
def minutes_of_an_exchange(cast: Cast) -> Replaced:
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="held", first_day=date(2026, 11, 3))
    MinutesFactory(exchange=exchange, text="First minutes")
    version_token = fingerprint("First minutes")
    write_minutes(exchange=exchange, text="Second minutes", version_token=version_token, at=NOW, by=cast["S"])
    return "exchange", exchange.pk, ["First minutes"]


@replaced
def contribution_to_an_exchange(cast: Cast) -> Replaced:
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="registration_open")
    row = ContributionFactory(exchange=exchange, cohort=cast.cohort, text="First words")
    change_contribution(contribution=row, text="Second words", by=cast["P"])
    withdraw_contribution(contribution=row, by=cast["P"])
    return "exchange", exchange.pk, ["First words", "Second words"]


@replaced
def host_of_an_exchange(cast: Cast) -> Replaced:
    exchange = ExchangeFactory(edition=cast.edition, host=cast.cohort, state="proposed")
    for host, reason in ((cast.other_cohort, "First swap"), (cast.cohort, "Second swap")):
        swap_host(exchange=exchange, host=host, reason=reason, at=NOW, by=cast["S"])
    return "exchange", exchange.pk, ["First swap", cast.other_cohort.name]


@replaced
def framing_of_a_challenge(cast: Cast) -> Replaced:
    row = ChallengeFactory(cohort=cast.cohort, framing="First framing")
    change_challenge(challenge=row, framing="Second framing", by=cast["P"])
    return "challenge", row.pk, ["First framing"]


@replaced
def fidelity_and_day_of_a_prototype(cast: Cast) -> Replaced:
    idea = IdeaFactory(cohort=cast.cohort, state="prototyping")
    row = PrototypeFactory(idea=idea, made_on=date(2026, 9, 1), question="First question")
    change_prototype(prototype=row, question="Second question", made_on=date(2026, 9, 8), at=NOW, by=cast["P"])
    return "prototype", row.pk, ["First question", "1 Sep 2026"]


@replaced
def consent_to_a_picture(cast: Cast) -> Replaced:
    of = SessionFactory(cohort=cast.cohort)
    row = AttachmentFactory(of=of, consent="cohort", consent_until=date(2027, 1, 4), consent_held="Blue folder")
    later = {"consent": "cohort", "consent_until": date(2027, 2, 5), "consent_held": "Red folder"}
    describe_file(attachment=row, alt_text=row.alt_text, by=cast["P"], **later)  # type: ignore[arg-type] # by name
    return "file", row.pk, ["4 Jan 2027", "Blue folder"]


@replaced
def answer_to_a_lesson(cast: Cast) -> Replaced:
    pinned = cast.edition.format
    later: Format = FormatFactory(programme=pinned.programme, version=pinned.version + 1)
    row = LessonFactory(edition=cast.edition, state="accepted")
    answer_lesson(lesson=row, answered_by=later, answer="Two weeks more", by=cast["S"])
    withdraw_answer(lesson=row, by=cast["S"])
    return "lesson", row.pk, ["Two weeks more"]


@pytest.mark.parametrize("act", REPLACED.values(), ids=REPLACED)
def test_earlier_value_is_in_the_history(cast: Cast, act: Callable[[Cast], Replaced]):
    kind, key, words = act(cast)
    text = page(cast["S"], f"/history/{kind}/{key}/")
    assert [word for word in words if word not in text] == []
