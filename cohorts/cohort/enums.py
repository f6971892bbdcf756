"""States of a cohort, with the transitions between them."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class CohortState(models.TextChoices):
    """The states of a cohort, from prospect to alumni."""

    PROSPECT = "prospect", _("prospect")
    AGREED = "agreed", _("agreed")
    RUNNING = "running", _("running")
    SUSPENDED = "suspended", _("suspended")
    COMPLETED = "completed", _("completed")
    ALUMNI = "alumni", _("alumni")
    WITHDRAWN = "withdrawn", _("withdrawn")

    @property
    def tone(self) -> str:
        """The name of the colour, such as “open” or “stopped”, in which pages show this state of a cohort."""
        return COHORT_TONES[self]


COHORT_TONES = {
    CohortState.PROSPECT: "waiting",
    CohortState.AGREED: "waiting",
    CohortState.RUNNING: "open",
    CohortState.SUSPENDED: "paused",
    CohortState.COMPLETED: "done",
    CohortState.ALUMNI: "done",
    CohortState.WITHDRAWN: "stopped",
}
CURRENT_STATES: Final = (CohortState.PROSPECT, CohortState.AGREED, CohortState.RUNNING, CohortState.SUSPENDED)
# A cohort needs a pilot from the agreement to its end: a suspended one still has members, and someone resumes it.
STATES_NEEDING_PILOT: Final = (CohortState.AGREED, CohortState.RUNNING, CohortState.SUSPENDED)
# Ideas are handed over, implemented and followed up for years after a cohort's end, by the admin of its authority.
STATES_NEEDING_ADMIN: Final = (*STATES_NEEDING_PILOT, CohortState.COMPLETED, CohortState.ALUMNI)
COHORT_TRANSITIONS = {
    CohortState.PROSPECT: [CohortState.AGREED, CohortState.WITHDRAWN],
    CohortState.AGREED: [CohortState.RUNNING, CohortState.WITHDRAWN],
    CohortState.RUNNING: [CohortState.SUSPENDED, CohortState.COMPLETED, CohortState.WITHDRAWN],
    CohortState.SUSPENDED: [CohortState.RUNNING, CohortState.WITHDRAWN],
    CohortState.COMPLETED: [CohortState.ALUMNI],
}
