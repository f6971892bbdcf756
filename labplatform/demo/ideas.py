"""Plays the stories of a cohort's challenges and ideas: each step is one action, on its day, by the one who would."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from cohorts.models import Cohort
from comments import actions as comment_actions
from comments.models import Comment
from labplatform.demo.dates import moment
from labplatform.demo.people import Team
from labplatform.demo.stories import Run, Story, Told
from prototypes import actions
from prototypes.enums import FOLLOWED_UP, FollowedFrom
from prototypes.models import Challenge, Idea, Prototype, Trial
from web.database.created_on import born_on

BEFORE = ("hypothesis", "method", "measure", "comparator", "unit")
AFTER = ("result", "learning", "decision", "strength")
# What a department receives where its story says nothing else.
PACKAGE = {
    "receives": "Le prototype, ses tests et ce qu’ils ont appris.",
    "watch": "",
    "open_points": "",
    "contact": "Le pilote de la cohorte.",
}

STILL_SO = "Vérifié auprès du service : rien n’a changé."  # what shows it where an idea was confirmed


@dataclass
class Stage:
    """What the steps of one cohort need: its people, and what has been made so far, by key or title."""

    cohort: Cohort
    team: Team
    challenges: dict[str, Challenge] = field(default_factory=dict)
    ideas: dict[str, Idea] = field(default_factory=dict)


@dataclass
class Work:
    """An idea on its way: what its story still holds, its latest prototype, its latest test and what is told of it."""

    stage: Stage
    story: Story
    prototypes: Iterator[Told]
    trials: Iterator[Told]
    follow_ups: Iterator[Told]
    prototype: Prototype | None = None
    trial: Trial = field(default_factory=Trial)
    told_of_trial: Told = field(default_factory=dict)

    @property
    def told(self) -> Told:
        return self.story.told

    @property
    def idea(self) -> Idea:
        return self.stage.ideas[self.story.title]

    @property
    def owner(self) -> User:
        return self.stage.team.owner(self.told)

    @property
    def pilot(self) -> User:
        return self.stage.team.pilot

    @property
    def resident(self) -> User:
        return self.stage.team.resident

    def speaker(self, who: str | int) -> User:
        """Someone of the cohort: in a role towards the idea, or the ambassador of a number."""
        named: User = self.stage.team.ambassadors[who] if isinstance(who, int) else getattr(self, who)
        return named

    @property
    def by_owner(self) -> dict[str, Any]:
        return {"idea": self.idea, "by": self.owner}

    @property
    def by_pilot(self) -> dict[str, Any]:
        return {"idea": self.idea, "by": self.stage.team.pilot}


def _capture(work: Work, at: datetime) -> None:
    _enter(work, actions.capture_idea(by=work.owner, at=at, **_said(work)))


def _take_up(work: Work, at: datetime) -> None:
    """From a cohort whose stories were played before."""
    known = Idea.objects.get(title=work.told["takes_up"], cohort__edition=work.stage.cohort.edition_id)
    _enter(work, actions.reuse_idea(idea=known, by=work.owner, at=at, **_said(work)))


def _said(work: Work) -> dict[str, Any]:
    return {
        "cohort": work.stage.cohort,
        "challenge": work.stage.challenges[work.told["challenge"]],
        "title": work.story.title,
        "summary": work.told["summary"],
    }


def _enter(work: Work, idea: Idea) -> None:
    work.stage.ideas[work.story.title] = idea
    if authors := [work.stage.team.ambassadors[place] for place in work.told.get("co_authors", [])]:
        actions.change_idea(co_authors=authors, **work.by_owner)
    if work.told.get("shared"):
        actions.share_idea(shared=True, **work.by_pilot)


def _prototype(work: Work, at: datetime) -> None:
    lines = next(work.prototypes)
    work.prototype = actions.add_prototype(supersedes=work.prototype, at=at, **lines, **work.by_owner)


def _lock(work: Work, at: datetime) -> None:
    assert work.prototype is not None  # noqa: S101 - its story makes it first
    work.told_of_trial = told = next(work.trials)
    planned = {name: told[name] for name in BEFORE} | {"threshold": Decimal(str(told["threshold"]))}
    work.trial = actions.plan_trial(prototype=work.prototype, by=work.owner, **planned)
    because = told.get("moved_because", "")
    actions.lock_trial(trial=work.trial, by=work.owner, at=at, moved_because=because)


def _hold(work: Work, at: datetime) -> None:
    told = work.told_of_trial
    actions.hold_trial(
        trial=work.trial,
        participants=sum(told["groups"].values()),
        groups=told["groups"],
        successes=told.get("successes"),
        observation=told["observation"],
        by=work.owner,
        at=at,
    )


def _conclude(work: Work, at: datetime) -> None:
    told = work.told_of_trial
    observed = told.get("observed")
    actions.conclude_trial(
        trial=work.trial,
        observed_value=None if observed is None else Decimal(str(observed)),
        by=work.owner,
        at=at,
        **{name: told[name] for name in AFTER},
    )


def _implement(work: Work, at: datetime) -> None:
    _mark(work, at, work.told.get("scope", "full"))


def _implement_partly(work: Work, at: datetime) -> None:
    _mark(work, at, "partial")


def _mark(work: Work, at: datetime, scope: str) -> None:
    actions.mark_implemented(
        scope=scope, evidence=work.told["evidence"], unit=work.told["handed_to"], at=at, **work.by_pilot
    )


def _hand_over(work: Work, at: datetime) -> None:
    package = {name: work.told.get(name, said) for name, said in PACKAGE.items()}
    actions.hand_over_idea(evidence=work.told["handed_to"], package=package, at=at, **work.by_pilot)


def _follow_up(months: int) -> Callable[[Work, datetime], object]:
    def note(work: Work, at: datetime) -> object:
        return actions.note_follow_up(months=months, at=at, **next(work.follow_ups), **work.by_pilot)

    return note


def _confirm(work: Work, at: datetime) -> None:
    actions.confirm_idea(evidence=STILL_SO, at=at, **work.by_pilot)


def _split(work: Work, at: datetime) -> None:
    actions.split_idea(titles=work.told["parts"], reason=work.story.why("split"), at=at, **work.by_pilot)


def _merge(work: Work, at: datetime) -> None:
    into = work.stage.ideas[work.told["merged_into"]]
    actions.merge_idea(into=into, reason=work.story.why("merged"), at=at, **work.by_pilot)


# Each step of an idea's story with what it does.
STEPS: dict[str, Callable[[Work, datetime], object]] = {
    "captured": _capture,
    "taken up": _take_up,
    "accepted": lambda work, at: actions.accept_idea(at=at, **work.by_pilot),
    "prototype": _prototype,
    "locked": _lock,
    "held": _hold,
    "concluded": _conclude,
    "adopted": lambda work, at: actions.decide_idea(decision="adopt", at=at, **work.by_pilot),
    "adapted": lambda work, at: actions.decide_idea(
        decision="adapt", reason=work.story.why("adapted"), at=at, **work.by_pilot
    ),
    "handed over": _hand_over,
    **{f"followed {months}": _follow_up(months) for months in FOLLOWED_UP[FollowedFrom.LIVE]},
    "implementing": lambda work, at: actions.start_implementing(
        evidence=work.told["handed_to"], at=at, **work.by_pilot
    ),
    "implemented": _implement,
    "partly live": _implement_partly,
    "parked": lambda work, at: actions.park_idea(reason=work.story.why("parked"), at=at, **work.by_pilot),
    "resumed": lambda work, at: actions.resume_idea(reason=work.story.why("resumed"), at=at, **work.by_pilot),
    "abandoned": lambda work, at: actions.abandon_idea(
        reason=work.story.why("abandoned"),
        abandoned_for=work.told.get("abandoned_for", "other"),
        at=at,
        **work.by_pilot,
    ),
    "reopened": lambda work, at: actions.reopen_idea(reason=work.story.why("reopened"), at=at, **work.by_pilot),
    "confirmed": _confirm,
    "split": _split,
    "merged": _merge,
}

# Each step of a challenge's story; challenges keep no dates of their own.
CHALLENGE_STEPS: dict[str, Callable[[Challenge, Story, User], object]] = {
    "framed": lambda challenge, story, by: actions.frame_challenge(
        challenge=challenge, framing=story.told["framing"], by=by
    ),
    "active": lambda challenge, _story, by: actions.activate_challenge(challenge=challenge, by=by),
    "handed over": lambda challenge, _story, by: actions.hand_over_challenge(challenge=challenge, by=by),
    "dropped": lambda challenge, story, by: actions.drop_challenge(
        challenge=challenge, reason=story.why("dropped"), by=by
    ),
}


def play(*, run: Run, cohort: Cohort, team: Team, on: Callable[[int], date]) -> None:
    """Play every story of the cohort, step by step in order of time; `on` gives the date of a day of the stories."""
    stage = Stage(cohort, team)
    for story in run.challenges:
        stage.challenges[story.told["key"]] = _challenge(story, stage)
    works = [_work(stage, story) for story in run.ideas]
    agenda = [(step, work) for work in works for step in work.story.steps]
    for step, work in sorted(agenda, key=lambda entry: entry[0].day):
        with born_on(on(step.day)):
            STEPS[step.act](work, moment(on(step.day)))
    for work in works:
        _talk(work, on)


def _talk(work: Work, on: Callable[[int], date]) -> None:
    """What people of the cohort said of the idea, each answer after what it answers."""
    said: list[Comment] = []
    names = {name: getattr(work, name).full_name for name in ("owner", "pilot", "resident")}
    for told in work.told.get("comments", []):
        day = on(told["day"])
        with born_on(day):
            comment = comment_actions.write_comment(
                about=work.idea,
                text=told["text"].format(**names),
                thread=said[told["answers"]] if "answers" in told else None,
                by=work.speaker(told["by"]),
                at=moment(day),
            )
        said.append(comment)


def _work(stage: Stage, story: Story) -> Work:
    return Work(stage, story, _told(story, "prototypes"), _told(story, "trials"), _told(story, "follow_ups"))


def _told(story: Story, name: str) -> Iterator[Told]:
    return iter(story.told.get(name, []))


def _challenge(story: Story, stage: Stage) -> Challenge:
    told = story.told
    challenge = actions.add_challenge(
        cohort=stage.cohort, title=story.title, kind=told["kind"], sponsor=told["sponsor"], by=stage.team.resident
    )
    for step in story.steps:
        CHALLENGE_STEPS[step.act](challenge, story, stage.team.pilot)
    known = list(stage.cohort.stakeholders.order_by("pk"))
    actions.link_challenge(
        challenge=challenge,
        stakeholders=[known[place] for place in told.get("stakeholders", [])],
        sessions=stage.cohort.sessions.filter(number__in=told.get("sessions", [])),
        by=stage.team.pilot,
    )
    return challenge
