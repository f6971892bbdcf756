"""How far the platform follows the RGAA, the French rules for accessible sites, version 4.1.2."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

RGAA_VERSION: Final = "4.1.2"
PARTLY_FROM, ALL = Decimal(50), Decimal(100)  # percent of the applicable criteria that are met


class Compliance(TextChoices):
    """The status of compliance, in the words of the law."""

    NONE = "none", _("not compliant")
    PARTIAL = "partial", _("partly compliant")
    FULL = "full", _("fully compliant")


def compliance_of(rate: Decimal | None) -> Compliance:
    """Return the status for the percentage of criteria that an audit found met; None is a site without an audit."""
    if rate is None or rate < PARTLY_FROM:
        return Compliance.NONE
    return Compliance.FULL if rate == ALL else Compliance.PARTIAL


@dataclass(frozen=True, slots=True)
class GridCounts:
    """How many of the 106 criteria are met, not applicable and open in our own grid."""

    met: int
    not_applicable: int
    open: int


SELF_ASSESSMENT: Final = GridCounts(met=18, not_applicable=19, open=69)  # of docs/rgaa.md
