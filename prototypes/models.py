"""Challenges, ideas and their events, prototypes, tests, implementations."""

from prototypes.acceptance.models import AcceptanceRequest
from prototypes.challenges.models import Challenge, ChallengeSession, ChallengeStakeholder
from prototypes.confirmations.models import Confirmation
from prototypes.effects.models import Indicator, IndicatorValue
from prototypes.handover.models import FollowUp, Package
from prototypes.ideas.models import Idea, IdeaAuthor, IdeaEvent
from prototypes.implementations.models import Implementation
from prototypes.lineage.models import Lineage
from prototypes.notes.models import TrialNote
from prototypes.prototypes.models import Prototype
from prototypes.rating_rounds.models import ChallengeRating, RatedChallenge, RatingRound
from prototypes.trial_corrections.models import TrialCorrection
from prototypes.trials.models import ParticipantGroup, Support, Trial
