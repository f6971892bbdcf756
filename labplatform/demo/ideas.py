"""Play the stories of a cohort's challenges and ideas: each step is one action, on its day, by the right person."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from cohorts.models import Cohort
from comments import actions as comment_actions
from comments.models import Comment
from labplatform.demo.dates import moment
from labplatform.demo.people import CohortTeam
from labplatform.demo.stories import CohortStories, Story, StoryData
from prototypes import actions
from prototypes.effects.answers import IndicatorAnswer
from prototypes.enums import FOLLOW_UP_MONTHS, FollowUpStart
from prototypes.models import Challenge, Idea, Prototype, Trial
from web.database.created_on import created_on

PLAN_FIELDS = ("hypothesis", "method", "measure", "comparator", "unit")
INDICATOR_FIELDS = ("measure", "unit", "baseline_source", "method")
MEASURED_BEFORE = timedelta(days=3)  # days between a measurement and the day on which it is recorded
RESULT_FIELDS = ("result", "learning", "decision", "strength")
# The handover package, where the story gives no other.
PACKAGE = {
    "receives": "Le prototype, ses tests et ce qu’ils ont appris.",
    "watch": "",
    "open_points": "",
    "contact": "Le pilote de la cohorte.",
}

CONFIRMATION_EVIDENCE = "Vérifié auprès du service : rien n’a changé."  # evidence of a confirmed idea


@dataclass
class CohortContext:
    """What the stories of one cohort share: its people, and the challenges (by key) and ideas (by title) created so
    far.
    """

    cohort: Cohort
    team: CohortTeam
    challenges: dict[str, Challenge] = field(default_factory=dict)
    ideas: dict[str, Idea] = field(default_factory=dict)


@dataclass
class IdeaWork:
    """An idea whose story is being played: the parts that remain, its latest prototype and its latest test."""

    context: CohortContext
    story: Story
    prototypes: Iterator[StoryData]
    trials: Iterator[StoryData]
    follow_ups: Iterator[StoryData]
    indicators: Iterator[StoryData]
    prototype: Prototype | None = None
    trial: Trial = field(default_factory=Trial)
    trial_data: StoryData = field(default_factory=dict)

    @property
    def data(self) -> StoryData:
        """The idea's part of the demonstration's story: title, owner, tests and so on, as read from the file."""
        return self.story.data

    @property
    def idea(self) -> Idea:
        """The idea; raises KeyError before a step of its story has created it."""
        return self.context.ideas[self.story.title]

    @property
    def owner(self) -> User:
        """The ambassador who owns the idea, as its story names them by index."""
        return self.context.team.owner(self.data)

    @property
    def pilot(self) -> User:
        """The pilot of the cohort, who accepts, decides and hands over its ideas in the stories."""
        return self.context.team.pilot

    @property
    def resident(self) -> User:
        """The resident of the cohort who acts in its stories."""
        return self.context.team.resident

    def speaker(self, who: str | int) -> User:
        """Return the author of a comment: an ambassador by index, or “owner”, “pilot” or “resident” by that word."""
        named: User = self.context.team.ambassadors[who] if isinstance(who, int) else getattr(self, who)
        return named

    @property
    def by_owner(self) -> dict[str, Any]:
        """The arguments `idea` and `by` for an action that the idea's owner takes."""
        return {"idea": self.idea, "by": self.owner}

    @property
    def by_pilot(self) -> dict[str, Any]:
        """The arguments `idea` and `by` for an action that the cohort's pilot takes on the idea."""
        return {"idea": self.idea, "by": self.context.team.pilot}


def _capture(work: IdeaWork, at: datetime) -> None:
    """Create the idea of the story as its owner, at the moment `at`."""
    _register_idea(work, actions.capture_idea(by=work.owner, at=at, **_idea_fields(work)))


def _reuse(work: IdeaWork, at: datetime) -> None:
    """Create the idea as the reuse of another cohort's idea, as its owner, at the moment `at`.

    The story names the other idea by its title; the story of that cohort must have been played before.
    """
    source_idea = Idea.objects.get(title=work.data["reuses"], cohort__edition=work.context.cohort.edition_id)
    _register_idea(work, actions.reuse_idea(idea=source_idea, by=work.owner, at=at, **_idea_fields(work)))


def _idea_fields(work: IdeaWork) -> dict[str, Any]:
    """Return the arguments of the action that creates the idea: cohort, challenge, title and summary,
    from its story.
    """
    return {
        "cohort": work.context.cohort,
        "challenge": work.context.challenges[work.data["challenge"]],
        "title": work.story.title,
        "summary": work.data["summary"],
    }


def _register_idea(work: IdeaWork, idea: Idea) -> None:
    """Remember the new idea by its title, name its co-authors, and share it with the edition where the story
    says so.
    """
    work.context.ideas[work.story.title] = idea
    if authors := [work.context.team.ambassadors[index] for index in work.data.get("co_authors", [])]:
        actions.change_idea(co_authors=authors, **work.by_owner)
    if work.data.get("shared"):
        actions.share_idea(shared=True, **work.by_pilot)


def _add_prototype(work: IdeaWork, at: datetime) -> None:
    """Add the next prototype of the story to the idea, at the moment `at`, as its owner;
    it supersedes the one before.
    """
    prototype_data = next(work.prototypes)
    work.prototype = actions.add_prototype(supersedes=work.prototype, at=at, **prototype_data, **work.by_owner)


def _lock_trial(work: IdeaWork, at: datetime) -> None:
    """Plan the next test of the story on the latest prototype, then lock its plan at the moment `at`, as the owner."""
    assert work.prototype is not None  # noqa: S101 - its story makes it first
    work.trial_data = trial_data = next(work.trials)
    planned = {name: trial_data[name] for name in PLAN_FIELDS} | {"threshold": Decimal(str(trial_data["threshold"]))}
    work.trial = actions.plan_trial(prototype=work.prototype, by=work.owner, **planned)
    change_reason = trial_data.get("criterion_change_reason", "")
    actions.lock_trial(trial=work.trial, by=work.owner, at=at, criterion_change_reason=change_reason)


def _hold_trial(work: IdeaWork, at: datetime) -> None:
    """Record that the latest test was held at the moment `at`: participants by group, successes and observation."""
    trial_data = work.trial_data
    actions.hold_trial(
        trial=work.trial,
        participants=sum(trial_data["groups"].values()),
        groups=trial_data["groups"],
        successes=trial_data.get("successes"),
        observation=trial_data["observation"],
        by=work.owner,
        at=at,
    )


def _conclude_trial(work: IdeaWork, at: datetime) -> None:
    """Conclude the latest test at the moment `at`, with the value observed, the result and what was learned."""
    trial_data = work.trial_data
    observed = trial_data.get("observed")
    actions.conclude_trial(
        trial=work.trial,
        observed_value=None if observed is None else Decimal(str(observed)),
        by=work.owner,
        at=at,
        **{name: trial_data[name] for name in RESULT_FIELDS},
    )


def _mark_implemented(work: IdeaWork, at: datetime, scope: str) -> None:
    """Mark the idea as implemented at the moment `at`, as the pilot, with the evidence and the unit of the story.

    `scope` is “full”, “adapted” or “partial”.
    """
    actions.mark_implemented(
        scope=scope, evidence=work.data["evidence"], unit=work.data["handed_to"], at=at, **work.by_pilot
    )


def _hand_over(work: IdeaWork, at: datetime) -> None:
    """Hand the idea over, at the moment `at`, as the pilot, to the unit that the story names, with its handover
    package.
    """
    package = {name: work.data.get(name, default) for name, default in PACKAGE.items()}
    actions.hand_over_idea(evidence=work.data["handed_to"], package=package, at=at, **work.by_pilot)


def _follow_up(months: int) -> Callable[[IdeaWork, datetime], object]:
    """Return the function that records the next follow-up of the story:
    that `months` months after the implementation, with the values of its indicators, if any.
    """

    def note(work: IdeaWork, at: datetime) -> object:
        """Record the next follow-up of the idea in its story, at the moment `at`, as the pilot."""
        answer = dict(next(work.follow_ups))
        measured = zip(work.idea.indicators.order_by("pk"), answer.pop("values", ()), strict=False)
        answers = [_indicator_answer(indicator.pk, data, at) for indicator, data in measured]
        return actions.record_follow_up(months=months, at=at, indicators=answers, **answer, **work.by_pilot)

    return note


def _indicator_answer(indicator: int, data: StoryData, at: datetime) -> IndicatorAnswer:
    """Return what a follow-up at the moment `at` records of an indicator: the story's value, or its reason for none."""
    if "not_measured" in data:
        return IndicatorAnswer(indicator, not_measured=data["not_measured"])
    return IndicatorAnswer(indicator, Decimal(data["value"]), (at - MEASURED_BEFORE).date())


def _add_indicator(work: IdeaWork, at: datetime) -> None:
    """Add the next indicator of the story, at the moment `at`, as the pilot; its baseline was measured days before."""
    data = next(work.indicators)
    actions.add_indicator(
        **{name: data[name] for name in INDICATOR_FIELDS},
        baseline=Decimal(data["baseline"]),
        baseline_on=(at - MEASURED_BEFORE).date(),
        target=Decimal(data["target"]),
        at=at,
        **work.by_pilot,
    )


def _merge(work: IdeaWork, at: datetime) -> None:
    """Merge the idea, at the moment `at`, as the pilot, into the idea of this cohort that the story names."""
    into = work.context.ideas[work.data["merged_into"]]
    actions.merge_idea(into=into, reason=work.story.reason_for("merged"), at=at, **work.by_pilot)


# The action of each step of an idea's story.
STEPS: dict[str, Callable[[IdeaWork, datetime], object]] = {
    "captured": _capture,
    "reused": _reuse,
    "accepted": lambda work, at: actions.accept_idea(at=at, **work.by_pilot),
    "prototype": _add_prototype,
    "locked": _lock_trial,
    "held": _hold_trial,
    "concluded": _conclude_trial,
    "adopted": lambda work, at: actions.decide_idea(decision="adopt", at=at, **work.by_pilot),
    "adapted": lambda work, at: actions.decide_idea(
        decision="adapt", reason=work.story.reason_for("adapted"), at=at, **work.by_pilot
    ),
    "indicator": _add_indicator,
    "handed over": _hand_over,
    **{f"followed {months}": _follow_up(months) for months in FOLLOW_UP_MONTHS[FollowUpStart.LIVE]},
    "implementing": lambda work, at: actions.start_implementing(
        evidence=work.data["handed_to"], at=at, **work.by_pilot
    ),
    "implemented": lambda work, at: _mark_implemented(work, at, work.data.get("scope", "full")),
    "partly live": lambda work, at: _mark_implemented(work, at, "partial"),
    "parked": lambda work, at: actions.park_idea(reason=work.story.reason_for("parked"), at=at, **work.by_pilot),
    "resumed": lambda work, at: actions.resume_idea(reason=work.story.reason_for("resumed"), at=at, **work.by_pilot),
    "abandoned": lambda work, at: actions.abandon_idea(
        reason=work.story.reason_for("abandoned"),
        abandoned_for=work.data.get("abandoned_for", "other"),
        at=at,
        **work.by_pilot,
    ),
    "reopened": lambda work, at: actions.reopen_idea(reason=work.story.reason_for("reopened"), at=at, **work.by_pilot),
    "confirmed": lambda work, at: actions.confirm_idea(evidence=CONFIRMATION_EVIDENCE, at=at, **work.by_pilot),
    "split": lambda work, at: actions.split_idea(
        titles=work.data["parts"], reason=work.story.reason_for("split"), at=at, **work.by_pilot
    ),
    "merged": _merge,
}

# The action of each step of a challenge's story; challenges have no dates of their own.
CHALLENGE_STEPS: dict[str, Callable[[Challenge, Story, User], object]] = {
    "framed": lambda challenge, story, by: actions.frame_challenge(
        challenge=challenge, framing=story.data["framing"], by=by
    ),
    "active": lambda challenge, _story, by: actions.activate_challenge(challenge=challenge, by=by),
    "handed over": lambda challenge, _story, by: actions.hand_over_challenge(challenge=challenge, by=by),
    "dropped": lambda challenge, story, by: actions.drop_challenge(
        challenge=challenge, reason=story.reason_for("dropped"), by=by
    ),
}


def play(*, stories: CohortStories, cohort: Cohort, team: CohortTeam, on: Callable[[int], date]) -> None:
    """Play all stories of challenges and ideas of a cohort: challenges first, then the steps of all ideas by day.

    Each step is one action by the right person. `team` are the people who act; `on` gives the date of a day in the
    stories.
    """
    context = CohortContext(cohort, team)
    for story in stories.challenges:
        context.challenges[story.data["key"]] = _play_challenge(story, context)
    works = [_work_of_story(context, story) for story in stories.ideas]
    agenda = [(step, work) for work in works for step in work.story.steps]
    for step, work in sorted(agenda, key=lambda entry: entry[0].day):
        with created_on(on(step.day)):
            STEPS[step.action](work, moment(on(step.day)))
    for work in works:
        _write_comments(work, on)


def _write_comments(work: IdeaWork, on: Callable[[int], date]) -> None:
    """Write the comments of the story on an idea, each at its time; replies go into the thread of the comment they
    reply to.

    `on` gives the date of a day in the story.
    """
    comments: list[Comment] = []
    names = {name: getattr(work, name).full_name for name in ("owner", "pilot", "resident")}
    for comment_data in work.data.get("comments", []):
        day = on(comment_data["day"])
        with created_on(day):
            comment = comment_actions.write_comment(
                about=work.idea,
                text=comment_data["text"].format(**names),
                thread=comments[comment_data["replies_to"]] if "replies_to" in comment_data else None,
                by=work.speaker(comment_data["by"]),
                at=moment(day),
            )
        comments.append(comment)


def _work_of_story(context: CohortContext, story: Story) -> IdeaWork:
    """Return the state of an idea whose story begins: nothing created, all its parts to come."""
    return IdeaWork(
        context,
        story,
        prototypes=_iterate(story, "prototypes"),
        trials=_iterate(story, "trials"),
        follow_ups=_iterate(story, "follow_ups"),
        indicators=_iterate(story, "indicators"),
    )


def _iterate(story: Story, name: str) -> Iterator[StoryData]:
    """Return an iterator over the list `name` in the story's data, such as “prototypes”; empty when it has none."""
    return iter(story.data.get(name, []))


def _play_challenge(story: Story, context: CohortContext) -> Challenge:
    """Create the challenge of a story, take it through all its steps, link it to stakeholders and sessions; return it.

    The resident creates it; the pilot does the rest.
    """
    data = story.data
    challenge = actions.add_challenge(
        cohort=context.cohort, title=story.title, kind=data["kind"], sponsor=data["sponsor"], by=context.team.resident
    )
    for step in story.steps:
        CHALLENGE_STEPS[step.action](challenge, story, context.team.pilot)
    stakeholders = list(context.cohort.stakeholders.order_by("pk"))
    actions.link_challenge(
        challenge=challenge,
        stakeholders=[stakeholders[index] for index in data.get("stakeholders", [])],
        sessions=context.cohort.sessions.filter(number__in=data.get("sessions", [])),
        by=context.team.pilot,
    )
    return challenge
