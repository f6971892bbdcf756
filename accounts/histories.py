"""The history of people."""

from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import AddressRelease, FactorReset, SupportVisit, User
from web.history_pages import Kept, Part

HISTORIES: Final = {
    "person": Kept(
        _("person"),
        User,
        title="full_name",
        pages=("act_as", "reset_second_factor", "reopen"),
        parts=(Part(SupportVisit, "person"), Part(FactorReset, "person"), Part(AddressRelease, "person")),
        known=Q(joined=True),
        forms_only=True,
    )
}
NAMED: Final = dict.fromkeys((SupportVisit, FactorReset, AddressRelease), ("person__full_name",))
