"""The content of the demonstration's Intertransfos, created by the platform's own actions."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from accounts.models import User
from cohorts.models import Cohort, Membership
from cohorts.people.enums import MembershipRole
from exchanges.content.actions import (
    add_to_programme,
    ask_question,
    close_exchange,
    contribute,
    drop_commitment,
    fulfil_commitment,
    give_feedback,
    match,
    record_commitment,
    write_minutes,
)
from exchanges.models import Exchange, Registration
from labplatform.demo.dates import moment
from labplatform.demo.people import MEMBER
from labplatform.demo.stories import StoryData
from prototypes.models import Idea

AUTHORS = (MembershipRole.PILOT, MembershipRole.RESIDENT)


def add_questions(exchange: Exchange, data: StoryData, by: User) -> None:
    """Ask the questions of the demonstration's story at the exchange, as `by`; `data` is the story of the exchange."""
    for text in data["questions"]:
        ask_question(exchange=exchange, text=text, by=by)


def add_contributions(exchange: Exchange, data: StoryData, cohorts: Mapping[str, Cohort], by: User) -> None:
    """Add the contributions of the story to the exchange, as pilots and residents in turn, then match offers with
    requests.

    `data` is the story of the exchange; `cohorts` are all cohorts by name; `by` makes the matches.
    """
    questions = list(exchange.questions.order_by("position"))
    contributions = [
        contribute(
            exchange=exchange,
            cohort=cohorts[row["cohort"]],
            kind=row["kind"],
            text=row["text"],
            question=questions[row["question"] - 1] if "question" in row else None,
            idea=Idea.objects.filter(cohort=cohorts[row["cohort"]], title=row.get("idea")).first(),
            by=_first_with_role(cohorts[row["cohort"]], AUTHORS[position % 2]),
        )
        for position, row in enumerate(data["contributions"])
    ]
    for offer, request in data["matches"]:
        match(offer=contributions[offer], request=contributions[request], by=by)


def set_programme(exchange: Exchange, data: StoryData, cohorts: Mapping[str, Cohort], by: User) -> None:
    """Add the items of the story's programme to the exchange, as `by`, with hours, venue and speaking cohort.

    `data` is the story of the exchange; `cohorts` are all cohorts by name.
    """
    for row in data["programme"]:
        starts_at, ends_at = (time.fromisoformat(hour) for hour in row["at"].split("-"))
        add_to_programme(
            exchange=exchange,
            day=row["day"],
            starts_at=starts_at,
            ends_at=ends_at,
            title=row["title"],
            venue=row.get("place", ""),
            speaker=cohorts[row["speaker"]] if "speaker" in row else None,
            parallel=row.get("parallel", False),
            by=by,
        )


def record_results(exchange: Exchange, data: StoryData, cohorts: Mapping[str, Cohort], at: datetime) -> None:
    """Write the minutes as the host's pilot, add the commitments and give the attendees' feedback, at the moment `at`.

    `data` is the story of the exchange; `cohorts` are all cohorts by name.
    """
    host = exchange.host
    assert host is not None  # noqa: S101 - it was held
    pilot = _first_with_role(host, MembershipRole.PILOT)
    write_minutes(exchange=exchange, text=data["minutes"], at=at, by=pilot)
    for row in data["commitments"]:
        _add_commitment(exchange, row, cohorts, at, pilot)
    _give_feedback(exchange, data)


def _add_commitment(exchange: Exchange, row: StoryData, cohorts: Mapping[str, Cohort], at: datetime, by: User) -> None:
    """Add one commitment of the story, made at `at`, and record that it was kept or dropped where the story (`row`)
    says so.

    Nothing happens when its owner is no member of the edition at that moment. `by` notes it.
    """
    who = row["who"]
    owner = User.objects.get(email=MEMBER) if who == "member" else _first_with_role(cohorts[who], MembershipRole.PILOT)
    if not Membership.objects.active(at.date()).filter(user=owner, cohort__edition=exchange.edition_id).exists():
        return
    due_on = at.date() + timedelta(days=row["days"])
    commitment = record_commitment(exchange=exchange, owner=owner, what=row["what"], due_on=due_on, at=at, by=by)
    if "kept" in row:
        fulfil_commitment(commitment=commitment, at=_days_later(at, row["kept"]), by=owner)
    if "dropped" in row:
        drop_commitment(commitment=commitment, reason=row["reason"], at=_days_later(at, row["dropped"]), by=owner)


def _give_feedback(exchange: Exchange, data: StoryData) -> None:
    """Give the story's feedback (`data`) as the first people who attended, one answer each.

    They are enough for their texts to be shown.
    """
    attended = Registration.objects.filter(exchange=exchange, state="attended").select_related("user").order_by("pk")
    for row, answer in zip(attended, data["feedback"], strict=False):
        useful, together, organisation = answer["scales"]
        give_feedback(
            registration=row,
            useful=useful,
            time_together=together,
            organisation=organisation,
            keep=answer["keep"],
            change=answer["change"],
            by=row.user,
        )


def close_exchange_if_due(exchange: Exchange, data: StoryData, at: datetime, by: User) -> None:
    """Close the exchange as many days after `at` as the story (`data`) gives, as `by`;
    do nothing where it gives none.
    """
    if data["closed_after"]:
        close_exchange(exchange=exchange, at=_days_later(at, data["closed_after"]), by=by)


def _days_later(at: datetime, days: int) -> datetime:
    """Return ten in the morning in Paris, `days` days after the date of `at`."""
    return moment(at.date() + timedelta(days=days))


def _first_with_role(cohort: Cohort, role: str) -> User:
    """Return the person whose membership with this role in the cohort was recorded first, past members included.

    Raises IndexError when there is none.
    """
    return User.objects.filter(memberships__cohort=cohort, memberships__role=role).order_by("memberships__pk")[0]
