"""History pages of people."""

from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AddressRelease, FactorReset, Lab, SupportVisit, User
from web.history_pages import HistoryKind, HistoryPart

HISTORIES: Final = {
    "person": HistoryKind(
        _("person"),
        User,
        title="full_name",
        pages=(
            *("act_as", "reset_second_factor", "reopen"),
            *("cohorts:change_lab_role", "cohorts:hand_over_coordination", "cohorts:end_lab_role"),
        ),
        parts=(
            HistoryPart(SupportVisit, "person"),
            HistoryPart(FactorReset, "person"),
            HistoryPart(AddressRelease, "person"),
        ),
        filter=Q(joined=True),
        forms_only=True,
    )
}
NAME_PATHS: Final = dict.fromkeys((SupportVisit, FactorReset, AddressRelease), ("person__full_name",))
MODELS_WITHOUT_PAGE: Final = {Lab: "The settings of the lab have one page, which shows what they are now."}
