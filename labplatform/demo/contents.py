"""What the Intertransfos of the demonstration are made of, told by the platform's own actions."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from accounts.models import User
from cohorts.models import Cohort, Membership
from cohorts.people.enums import Role
from exchanges.content.actions import (
    add_to_programme,
    ask_question,
    commit,
    contribute,
    drop,
    follow_up,
    give_feedback,
    keep,
    match,
    write_minutes,
)
from exchanges.models import Exchange, Registration
from labplatform.demo.dates import moment
from labplatform.demo.people import MEMBER
from labplatform.demo.stories import Told
from prototypes.models import Idea

AUTHORS = (Role.PILOT, Role.RESIDENT)


def ask(exchange: Exchange, told: Told, by: User) -> None:
    for text in told["questions"]:
        ask_question(exchange=exchange, text=text, by=by)


def bring(exchange: Exchange, told: Told, cohorts: Mapping[str, Cohort], by: User) -> None:
    """Every contribution in its order, then what fits together."""
    questions = list(exchange.questions.order_by("position"))
    brought = [
        contribute(
            exchange=exchange,
            cohort=cohorts[row["cohort"]],
            kind=row["kind"],
            text=row["text"],
            question=questions[row["question"] - 1] if "question" in row else None,
            idea=Idea.objects.filter(cohort=cohorts[row["cohort"]], title=row.get("idea")).first(),
            by=_someone(cohorts[row["cohort"]], AUTHORS[place % 2]),
        )
        for place, row in enumerate(told["contributions"])
    ]
    for offer, request in told["matches"]:
        match(offer=brought[offer], request=brought[request], by=by)


def set_programme(exchange: Exchange, told: Told, cohorts: Mapping[str, Cohort], by: User) -> None:
    for row in told["programme"]:
        starts_at, ends_at = (time.fromisoformat(hour) for hour in row["at"].split("-"))
        add_to_programme(
            exchange=exchange,
            day=row["day"],
            starts_at=starts_at,
            ends_at=ends_at,
            title=row["title"],
            place=row.get("place", ""),
            speaker=cohorts[row["speaker"]] if "speaker" in row else None,
            parallel=row.get("parallel", False),
            by=by,
        )


def write_up(exchange: Exchange, told: Told, cohorts: Mapping[str, Cohort], at: datetime) -> None:
    """The host's pilot writes the minutes, people promise, and those who came say what they thought."""
    host = exchange.host
    assert host is not None  # noqa: S101 - it was held
    pilot = _someone(host, Role.PILOT)
    write_minutes(exchange=exchange, text=told["minutes"], at=at, by=pilot)
    for row in told["commitments"]:
        _promise(exchange, row, cohorts, at, pilot)
    _tell(exchange, told)


def _promise(exchange: Exchange, row: Told, cohorts: Mapping[str, Cohort], at: datetime, by: User) -> None:
    """A promise of somebody who was there already, and what became of it while that is past."""
    who = row["who"]
    owner = User.objects.get(email=MEMBER) if who == "member" else _someone(cohorts[who], Role.PILOT)
    if not Membership.objects.active(at.date()).filter(user=owner, cohort__edition=exchange.edition_id).exists():
        return
    due_on = at.date() + timedelta(days=row["days"])
    made = commit(exchange=exchange, owner=owner, what=row["what"], due_on=due_on, at=at, by=by)
    if "kept" in row:
        keep(commitment=made, at=_later(at, row["kept"]), by=owner)
    if "dropped" in row:
        drop(commitment=made, reason=row["reason"], at=_later(at, row["dropped"]), by=owner)


def _tell(exchange: Exchange, told: Told) -> None:
    """The first of those who came say what they thought: enough of them for their texts to be shown."""
    came = Registration.objects.filter(exchange=exchange, state="attended").select_related("user").order_by("pk")
    for row, said in zip(came, told["feedback"], strict=False):
        useful, together, organisation = said["scales"]
        give_feedback(
            registration=row,
            useful=useful,
            time_together=together,
            organisation=organisation,
            keep=said["keep"],
            change=said["change"],
            by=row.user,
        )


def close(exchange: Exchange, told: Told, at: datetime, by: User) -> None:
    if told["closed_after"]:
        follow_up(exchange=exchange, at=_later(at, told["closed_after"]), by=by)


def _later(at: datetime, days: int) -> datetime:
    return moment(at.date() + timedelta(days=days))


def _someone(cohort: Cohort, role: str) -> User:
    """The first who ever had the role in the cohort."""
    return User.objects.filter(memberships__cohort=cohort, memberships__role=role).order_by("memberships__pk")[0]
