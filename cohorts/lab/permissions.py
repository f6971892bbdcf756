"""Who may change the lab's own people."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import READERS_CHANGE_NOTHING, can_manage_lab
from web.decisions import ALLOW, Decision, deny

ONLY_LAB = _("Only people of the lab can see this page.")


def can_see_lab(user: User) -> Decision:
    """Return whether the user may see who works at the lab, and in which role: everyone of the lab, readers too."""
    return ALLOW if user.is_lab_staff else deny(ONLY_LAB)


def can_hand_over(user: User, colleague: User) -> Decision:
    """Return whether the user may hand over the cohorts that a colleague coordinates: that colleague, and
    administrators of the lab.

    Readers of the lab may not, because they change nothing.
    """
    if user.is_lab_reader:
        return deny(READERS_CHANGE_NOTHING)
    return ALLOW if user.pk == colleague.pk else can_manage_lab(user)
