"""The first challenge of a cohort that came from an application to a call."""

from django.utils.text import Truncator

from accounts.models import User
from cohorts.models import Cohort
from prototypes.challenges.actions import add_challenge
from prototypes.enums import ChallengeKind
from prototypes.models import Challenge


def propose_challenge(*, cohort: Cohort, challenge: str, sponsors: str, by: User) -> Challenge:
    """Propose the challenge that the authority described to its cohort, and return it.

    Its title is the beginning of the text, its framing the full text; `sponsors` are those that the authority named.
    """
    title = Truncator(" ".join(challenge.split())).chars(Challenge._meta.get_field("title").max_length or 0)
    sponsor = Truncator(" ".join(sponsors.split())).chars(Challenge._meta.get_field("sponsor").max_length or 0)
    return add_challenge(
        cohort=cohort, title=title, kind=ChallengeKind.PRIORITY, framing=challenge, sponsor=sponsor, by=by
    )
