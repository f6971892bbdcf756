"""What the search indexes of this app: ideas, prototypes, tests and challenges."""

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
from web.search_sources import SearchSource
from web.text.excerpts import joined_texts

IDEAS: Final = SearchSource(
    label=_("Ideas"),
    singular=_("idea"),
    model=Idea,
    text=IDEA_TEXT,
    title="title",
    excerpt_text="summary",
    url_name="prototypes:idea",
    reference="reference",
    belongs_to="cohort__name",
    state="state",
    states=IdeaState,
    state_label="state_label",
)
PROTOTYPES: Final = SearchSource(
    label=_("Prototypes"),
    singular=_("prototype"),
    model=Prototype,
    text=PROTOTYPE_TEXT,
    title="title",
    excerpt_text=joined_texts("question", "description", "medium"),
    url_name="prototypes:prototype",
    reference="idea__reference",
    belongs_to="idea__cohort__name",
    state="state",
    states=PrototypeState,
)
TESTS: Final = SearchSource(
    label=_("Tests"),
    singular=_("test"),
    model=Trial,
    text=TRIAL_TEXT,
    title=Coalesce(NullIf("hypothesis", Value("")), "measure"),
    excerpt_text=joined_texts("learning", "observation", "method", "measure"),
    url_name="prototypes:trial",
    reference="prototype__idea__reference",
    belongs_to="prototype__idea__cohort__name",
    state="state",
    states=TrialState,
)
CHALLENGES: Final = SearchSource(
    label=_("Challenges"),
    singular=_("challenge"),
    model=Challenge,
    text=CHALLENGE_TEXT,
    title="title",
    excerpt_text=joined_texts("framing", "sponsor"),
    url_name="prototypes:challenge",
    belongs_to="cohort__name",
    state="state",
    states=ChallengeState,
    state_label="state_label",
)
