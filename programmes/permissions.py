"""Who may change what the lab offers: lab staff, and nobody else."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from web.decisions import ALLOW, Decision, deny


def may_keep_programmes(user: User) -> Decision:
    """Create programmes, formats and editions; name authority admins."""
    return ALLOW if user.is_lab_staff else deny(_("Only lab staff can do this."))
