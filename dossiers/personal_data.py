"""What dossiers keep about people: which they asked for. Deleted a day after the file, and when a person is erased."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks, Retention
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from dossiers.actions import RETAINED, purge_dossiers
from dossiers.models import Dossier


def erase_dossiers(*, user: User, at: datetime) -> None:
    """Delete the dossiers that the person asked for; `at` is not used."""
    Dossier.objects.visible_to(user).delete()


PRIVACY: Final = PrivacyHooks(
    personal_data={
        "dossiers": PersonalData(
            _("Dossiers you asked for"),
            row_reader(
                Dossier.objects.visible_to,
                *("idea_id", "cohort_id", "edition_id", "readers", "parts", "people_named", "thanks", "requested_at"),
            ),
            covers=("dossiers.Dossier.person",),
        )
    },
    retentions={
        "dossiers": Retention(
            _("Dossiers that people asked for, without the file"),
            _("To check, before a file is downloaded, that its readers may still see what it holds."),
            RETAINED.days,
            purge_dossiers,
        )
    },
    erase=erase_dossiers,
)
