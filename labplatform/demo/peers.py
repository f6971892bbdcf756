"""The directory of the demonstration: some people in it, and a visit on which two of them agreed."""

import tomllib
from datetime import timedelta

from accounts.models import User
from cohorts.models import Cohort
from cohorts.people.enums import MembershipRole
from exchanges.peers.actions import agree_to_visit, request_visit, save_profile
from labplatform.demo.dates import Dates, moment, working_day
from labplatform.demo.stories import CONTENT

REQUESTED_DAYS_AGO, AGREED_DAYS_AGO, DAYS_AHEAD = 12, 9, 20


def fill_directory(*, cohorts: dict[str, Cohort], dates: Dates) -> None:
    """Add the entries of `content/peers.toml`, each by its person, and the visit between two of them."""
    stories = tomllib.loads((CONTENT / "peers.toml").read_text(encoding="utf-8"))
    for entry in stories["entries"]:
        texts = {name: entry.get(name, "") for name in ("skills", "offers", "requests")}
        save_profile(**texts, by=_person(cohorts[entry["cohort"]], entry["by"]))
    story = stories["visit"]
    guest, host = (_person(cohorts[story[side]], story[f"{side}_role"]) for side in ("guest", "host"))
    requested_at = moment(working_day(dates.today - timedelta(days=REQUESTED_DAYS_AGO)))
    visit = request_visit(host=host, purpose=story["purpose"], at=requested_at, by=guest)
    agree_to_visit(
        visit=visit,
        first_day=working_day(dates.today + timedelta(days=DAYS_AHEAD)),
        last_day=None,
        venue=story["venue"],
        reply=story["reply"],
        at=moment(working_day(dates.today - timedelta(days=AGREED_DAYS_AGO))),
        by=host,
    )


def _person(cohort: Cohort, role: str) -> User:
    """Return the first person of the cohort in this role who is still in it."""
    members = cohort.memberships.filter(role=MembershipRole(role), ends_on=None).select_related("user")
    return members.order_by("pk")[0].user
