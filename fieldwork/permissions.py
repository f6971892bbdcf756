"""Who may write field notes, change them, and group them into insights: one table of roles."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.roles import LEADS_AND_RESIDENTS, LEADS_RESIDENTS_AND_AMBASSADORS, Roles
from cohorts.permissions import decide
from fieldwork.models import Note
from prototypes.permissions import ONLY_LEADS_RESIDENTS_AND_AMBASSADORS
from web.decisions import Decision

ONLY_EDITORS = _("Only the lab, the cohort’s design team, its pilot and the author of the note can do this.")

TABLE: Final[dict[str, tuple[Roles, StrOrPromise]]] = {
    "write_notes": (LEADS_RESIDENTS_AND_AMBASSADORS, ONLY_LEADS_RESIDENTS_AND_AMBASSADORS),
    "group_notes": (LEADS_RESIDENTS_AND_AMBASSADORS, ONLY_LEADS_RESIDENTS_AND_AMBASSADORS),
    "edit_notes": (LEADS_AND_RESIDENTS, ONLY_EDITORS),
}


def can_write_notes(roles: Roles) -> Decision:
    """Allow the lab, coordinator, residents, pilot and ambassadors to write field notes."""
    return decide(roles, *TABLE["write_notes"])


def can_group_notes(roles: Roles) -> Decision:
    """Allow the lab, coordinator, residents, pilot and ambassadors to group notes, name insights and make challenges of
    them.
    """
    return decide(roles, *TABLE["group_notes"])


def can_edit_note(roles: Roles, user: User, note: Note) -> Decision:
    """Allow the lab, coordinator, residents and pilot to change a note, its consent, or delete it; its author too.

    Nobody but the author sees a note without consent.
    """
    allowed, reason = TABLE["edit_notes"]
    return decide(roles, TABLE["write_notes"][0] if note.author_id == user.pk else allowed, reason)
