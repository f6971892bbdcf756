"""Personal data in the follow-ups of innovation teams: who answered. After an erasure the answers stay, by number."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData
from accounts.privacy.personal_data import row_reader
from cohorts.models import TeamFollowUp

FOLLOW_UPS: Final = PersonalData(
    _("Answers you gave about innovation teams"),
    row_reader(
        lambda user: TeamFollowUp.objects.filter(by=user),
        *("months", *TeamFollowUp.ANSWERS, "noted_on"),
        team_name="team__name",
    ),
    covers=("cohorts.TeamFollowUp.by",),
)
