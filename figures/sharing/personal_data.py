"""What the consents to share figures keep about people: who granted and who withdrew them. The rows stay."""

from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks
from accounts.privacy.personal_data import row_reader
from figures.sharing.models import FiguresConsent

PRIVACY: Final = PrivacyHooks(
    personal_data={
        "figures_consents": PersonalData(
            _("Figures of cohorts that you shared or stopped sharing"),
            row_reader(
                lambda user: FiguresConsent.objects.filter(Q(granted_by=user) | Q(withdrawn_by=user)),
                *("audience", "granted_on", "withdrawn_on"),
                cohort_name="cohort__name",
            ),
            covers=("figures.FiguresConsent.granted_by", "figures.FiguresConsent.withdrawn_by"),
        )
    }
)
