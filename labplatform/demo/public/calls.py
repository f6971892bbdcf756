"""The call of the demonstration, with three applications: accepted, waiting for a decision, and not sent yet."""

import tomllib
from datetime import timedelta

from accounts.models import User
from cohorts.calls.actions.applications import (
    confirm_application,
    request_link,
    save_application,
    save_people,
    submit_application,
)
from cohorts.calls.actions.calls import add_call, add_reviewer, publish_call
from cohorts.calls.actions.reviews import decide_application, rate_application
from cohorts.calls.models import CONTENT as COLUMNS
from cohorts.calls.models import Application, Call
from labplatform.demo.dates import Dates, moment
from labplatform.demo.people import address
from labplatform.demo.stories import CONTENT, StoryData

OPENED_DAYS_AGO, APPLIED_DAYS_AGO, DECIDED_DAYS_AGO, OPEN_FOR = 25, 12, 3, 60


def play_call(*, dates: Dates, reviewer: User, by: User) -> None:
    """Publish the call of `content/calls.toml`, and play its applications; `reviewer` rates the one that waits."""
    story = tomllib.loads((CONTENT / "calls.toml").read_text(encoding="utf-8"))
    opened = dates.today - timedelta(days=OPENED_DAYS_AGO)
    call = add_call(opens_on=opened, closes_on=opened + timedelta(days=OPEN_FOR), by=by, **story["call"])
    call = publish_call(call=call, today=opened, at=moment(opened), by=by)
    add_reviewer(call=call, email=reviewer.email, at=moment(opened), by=by)
    for each in story["applications"]:
        row = _apply(call, each, dates)
        if each["state"] == "submitted":
            ratings = [(rating["points"], rating["sentence"]) for rating in story["ratings"]]
            rate_application(application=row, ratings=ratings, by=reviewer)
        elif each["state"] == "accepted":
            decided_at = moment(dates.today - timedelta(days=DECIDED_DAYS_AGO))
            decide_application(application=row, accepted=True, reason=each["reason"], at=decided_at, by=by)


def _apply(call: Call, story: StoryData, dates: Dates) -> Application:
    """Return the application of one authority, written by its officer and sent unless the story leaves it a draft."""
    day = dates.today - timedelta(days=APPLIED_DAYS_AGO)
    at = moment(day)
    email = address(story["contact_name"])
    row = request_link(call=call, email=email, language="fr", today=day, at=at, by=None)
    who = row.user
    row = confirm_application(application=row, at=at, by=who)
    texts = {name: story[name] for name in COLUMNS if name in story}
    row = save_application(application=row, at=at, by=who, **texts)
    people = [{"role": role, "full_name": name, "email": address(name)} for role, name in story.get("people", [])]
    row = save_people(application=row, people=people, at=at, by=who)
    return row if story["state"] == "draft" else submit_application(application=row, today=day, at=at, by=who)
