"""What publications say of an idea, what they leave open, and the shares they claim."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cohorts.models import Cohort
from programmes.models import Claim
from prototypes.enums import IDEA_REPLACED, IdeaState
from prototypes.ideas.claims import published_claims
from prototypes.models import Idea, IdeaEvent, Implementation


@dataclass(frozen=True, slots=True)
class PublishedState:
    """A state of the idea according to a publication, with its date as precisely as published."""

    state: str
    day: date | None
    precision: str
    source: str


@dataclass(frozen=True, slots=True)
class PublishedFacts:
    """The published `states` in order, the `unknown_facts` as sentences, and claimed shares that name no ideas."""

    states: Sequence[PublishedState]
    unknown_facts: Sequence[str]
    claims: Sequence[tuple[Claim, float]]


def published_facts(
    idea: Idea, events: Iterable[IdeaEvent], implementations: Iterable[Implementation]
) -> PublishedFacts | None:
    """Return what publications say of an idea, what they leave open, and shares they claim (one statement).

    `events` are its uncorrected events, `implementations` those it shows. None for an idea from work on the platform.
    """
    if not idea.retrospective:
        return None
    states = [
        PublishedState(
            event.state_label or event.get_state_display(), event.effective_on, event.precision, event.source
        )
        for event in events
    ]
    claims = [(claim, float(claim.value) / 100) for claim in published_claims(Cohort.objects.filter(pk=idea.cohort_id))]
    return PublishedFacts(
        states, [*_unknown_facts(idea, states), *_unknown_implementation_facts(idea, list(implementations))], claims
    )


def _unknown_facts(idea: Idea, states: Sequence[PublishedState]) -> Iterator[str]:
    """Yield a sentence for each fact that is not published: the day of acceptance, the outcome, the day of the last
    state.

    `states` are the published states of the idea, in order.
    """
    if idea.accepted_on is None:
        yield _("When the idea was accepted. Without this date, the idea is in no rate and no curve.")
    if not states:
        yield _("What became of the idea.")
    elif states[-1].day is None:
        yield _("Since when the idea has been in the last published state.")


def _unknown_implementation_facts(idea: Idea, implementations: Sequence[Implementation]) -> Iterator[str]:
    """Yield a sentence for each fact about the idea's implementation that is not published: who, since when, in full,
    evidence.

    Only the first implementation is looked at. For an abandoned, merged or split idea without one, nothing is missing.
    """
    if not implementations:
        if idea.state == IdeaState.IMPLEMENTED:
            yield _("Who implemented the idea, since when, and with what evidence.")
        elif idea.state not in {IdeaState.ABANDONED, *IDEA_REPLACED}:
            yield _("Whether the idea was implemented, by whom, since when, and with what evidence.")
        return
    first = implementations[0]
    if first.live_on is None:
        yield _("Since when the idea has been implemented.")
    if not first.scope:
        yield _("Whether the idea was implemented in full or in part.")
    if not first.evidence:
        yield _("What evidence there is that the idea was implemented.")
