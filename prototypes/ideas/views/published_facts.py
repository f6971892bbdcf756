"""Of an idea known from publications: what they say, what nobody wrote down, and figures that stand apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cohorts.models import Cohort
from programmes.models import Claim
from prototypes.enums import IDEA_REPLACED, IdeaState
from prototypes.ideas.claims import claims_beside
from prototypes.models import Idea, IdeaEvent, Implementation


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication says the idea had come to, and when, as precisely as it says."""

    state: str
    day: date | None
    precision: str
    source: str


@dataclass(frozen=True, slots=True)
class Known:
    """`published` in order; `unknown` as sentences; shares that publications claim, of which nobody knows the ideas."""

    published: Sequence[Published]
    unknown: Sequence[str]
    claims: Sequence[tuple[Claim, float]]


def what_is_known(idea: Idea, events: Iterable[IdeaEvent], implementations: Iterable[Implementation]) -> Known | None:
    """One statement, for the claims; None for an idea of the platform, whose story is its own."""
    if not idea.retrospective:
        return None
    told = [
        Published(event.state_label or event.get_state_display(), event.effective_on, event.precision, event.source)
        for event in events
    ]
    claims = [(claim, float(claim.value) / 100) for claim in claims_beside(Cohort.objects.filter(pk=idea.cohort_id))]
    return Known(told, [*_unknown(idea, told), *_unknown_of_work(idea, list(implementations))], claims)


def _unknown(idea: Idea, told: Sequence[Published]) -> Iterator[str]:
    if idea.accepted_on is None:
        yield _("When the idea was accepted. Without this date, the idea is in no rate and no curve.")
    if not told:
        yield _("What became of the idea.")
    elif told[-1].day is None:
        yield _("Since when the idea has been in the last published state.")


def _unknown_of_work(idea: Idea, implementations: Sequence[Implementation]) -> Iterator[str]:
    """What nobody wrote down of its being put to work."""
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
