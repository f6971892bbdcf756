"""What the search indexes of this app: ideas, prototypes, tests and challenges."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from prototypes.enums import ChallengeState, IdeaState, PrototypeState, TrialState
from prototypes.models import Challenge, Idea, Prototype, Trial
from prototypes.trials.models import TRIAL_TITLE
from web.search_sources import SearchSource
from web.text.excerpts import joined_texts

IDEAS: Final = SearchSource(
    label=_("Ideas"),
    singular=_("idea"),
    model=Idea,
    title="title",
    excerpt_text="summary",
    vector="search_vector",
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
    title="title",
    excerpt_text=joined_texts("question", "description", "medium"),
    vector="search_vector",
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
    title=TRIAL_TITLE,
    excerpt_text=joined_texts("learning", "observation", "method", "measure"),
    vector="search_vector",
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
    title="title",
    excerpt_text=joined_texts("framing", "sponsor"),
    vector="search_vector",
    url_name="prototypes:challenge",
    belongs_to="cohort__name",
    state="state",
    states=ChallengeState,
    state_label="state_label",
)
