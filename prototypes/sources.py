"""What the search finds of a cohort's work."""

from typing import Final

from django.db.models import Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _

from prototypes.challenges.models import CHALLENGE_TEXT
from prototypes.enums import ChallengeState, IdeaState, PrototypeState, TrialState
from prototypes.ideas.models import IDEA_TEXT
from prototypes.models import Challenge, Idea, Prototype, Trial
from prototypes.prototypes.models import PROTOTYPE_TEXT
from prototypes.trials.models import TRIAL_TEXT
from web.search_sources import Source
from web.text.excerpts import beside

IDEAS: Final = Source(
    label=_("Ideas"),
    one=_("idea"),
    model=Idea,
    text=IDEA_TEXT,
    title="title",
    said="summary",
    address="prototypes:idea",
    reference="reference",
    where="cohort__name",
    state="state",
    states=IdeaState,
    state_label="state_label",
)
PROTOTYPES: Final = Source(
    label=_("Prototypes"),
    one=_("prototype"),
    model=Prototype,
    text=PROTOTYPE_TEXT,
    title="title",
    said=beside("question", "description", "medium"),
    address="prototypes:prototype",
    reference="idea__reference",
    where="idea__cohort__name",
    state="state",
    states=PrototypeState,
)
TESTS: Final = Source(
    label=_("Tests"),
    one=_("test"),
    model=Trial,
    text=TRIAL_TEXT,
    title=Coalesce(NullIf("hypothesis", Value("")), "measure"),
    said=beside("learning", "observation", "method", "measure"),
    address="prototypes:trial",
    reference="prototype__idea__reference",
    where="prototype__idea__cohort__name",
    state="state",
    states=TrialState,
)
CHALLENGES: Final = Source(
    label=_("Challenges"),
    one=_("challenge"),
    model=Challenge,
    text=CHALLENGE_TEXT,
    title="title",
    said=beside("framing", "sponsor"),
    address="prototypes:challenge",
    where="cohort__name",
    state="state",
    states=ChallengeState,
    state_label="state_label",
)
