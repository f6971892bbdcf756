"""What releases of open data keep about people: who made them. What is published of a person ends with its release."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks
from accounts.privacy.personal_data import row_reader
from opendata.models import Release

PRIVACY: Final = PrivacyHooks(
    personal_data={
        "open_data": PersonalData(
            _("Releases of open data that you made"),
            row_reader(
                lambda user: Release.objects.filter(made_by=user),
                *("as_of", "issue", "made_at", "ended_at"),
                edition_name="edition__name",
            ),
            covers=("opendata.Release.made_by",),
        )
    }
)
