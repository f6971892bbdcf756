"""All models of the app."""

from exchanges.content.models.contributions import Contribution, Match, Question
from exchanges.content.models.outcomes import Commitment, Feedback, Minutes
from exchanges.content.models.programme import ProgrammeItem
from exchanges.exchange.models import Exchange
from exchanges.peers.models import PeerProfile, PeerVisit
from exchanges.planning.models import HostTurn
from exchanges.registration.models.guests import Guest
from exchanges.registration.models.needs import Needs
from exchanges.registration.models.participants import Participant
from exchanges.registration.models.registrations import Registration
