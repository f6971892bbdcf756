"""What plans of residencies keep about people: the days on which they are away, without a reason."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from planning.models import Absence


def erase_absences(*, user: User, at: datetime) -> None:
    """Delete the absences of a person; `at` is not used."""
    Absence.objects.filter(member__user=user).delete()


PRIVACY: Final = PrivacyHooks(
    personal_data={
        "absences": PersonalData(
            _("Absences recorded for the plans of residencies"),
            row_reader(
                lambda user: Absence.objects.filter(member__user=user),
                *("first_day", "last_day", "certainty"),
                cohort_name="plan__cohort__name",
            ),
        )
    },
    erase=erase_absences,
)
