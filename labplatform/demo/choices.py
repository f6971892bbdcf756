"""Play the choices of challenges of the demonstration: members rate, a round is closed, and the cohort decides."""

from datetime import date, timedelta
from typing import Final

from accounts.models import User
from cohorts.models import Cohort, Membership
from labplatform.demo import people
from labplatform.demo.dates import Dates, moment, working_day
from labplatform.demo.stories import CohortStories, StoryData
from prototypes import actions
from prototypes.models import RatingRound
from web.database.created_on import created_on

SILENT_EVERY: Final = 4  # every fourth member has not rated


def choose_challenges(*, name: str, cohort: Cohort, stories: CohortStories, dates: Dates, by: User) -> None:
    """Play the rounds of a cohort: open each, let members rate, and where it is over, close it and decide.

    `name` is the cohort's name in `content/`; `by` opens, closes and decides.
    """
    titles = {story.data["key"]: story.title for story in stories.challenges}
    for data in stories.rounds:
        day = _opened_on(name, data, dates)
        challenges = list(cohort.challenges.filter(title__in=[titles[key] for key in data["ratings"]]))
        with created_on(day):
            row = actions.open_round(cohort=cohort, challenges=challenges, by=by)
        _rate(row, {titles[key]: digits for key, digits in data["ratings"].items()}, day)
        if "closed" in data:
            _close(row, data, titles, dates.on(name, data["closed"]), by)


def _opened_on(name: str, data: StoryData, dates: Dates) -> date:
    """Return the day on which a round is opened: a day of the cohort's story, or some days before today."""
    if "opened" in data:
        return dates.on(name, data["opened"])
    return working_day(dates.today - timedelta(days=data["opened_days_ago"]))


def _rate(row: RatingRound, digits_by_title: dict[str, list[str]], day: date) -> None:
    """Rate the challenges of a round as most of the members of that day.

    The digits of a criterion are the scores of one member after the other, again and again. Whoever signs in to the
    demonstration has not rated yet.
    """
    members = Membership.objects.active(day).filter(cohort=row.cohort).exclude(user__email=people.MEMBER)
    rated = list(row.rated_challenges.select_related("challenge"))
    for index, member in enumerate(members.select_related("user").order_by("pk")):
        if index % SILENT_EVERY:
            scores = {
                (each.pk, criterion): int(digits[index % len(digits)])
                for each in rated
                for criterion, digits in enumerate(digits_by_title[each.challenge.title])
            }
            actions.rate_challenges(rating_round=row, scores=scores, by=member.user)


def _close(row: RatingRound, data: StoryData, titles: dict[str, str], day: date, by: User) -> None:
    """Close a round on its day, and record what was decided about each of its challenges."""
    actions.close_round(rating_round=row, by=by, at=moment(day))
    for key, (decision, reason) in data["decisions"].items():
        rated = row.rated_challenges.get(challenge__title=titles[key])
        actions.decide_challenge(rated_challenge=rated, decision=decision, reason=reason, by=by, at=moment(day))
