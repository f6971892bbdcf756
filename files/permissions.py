"""Who may do what with files, by the roles that the apps above hand down."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.roles import TEAM, WORKING_TEAM, Role, Roles
from files.models import Attachment
from files.registries import Owner
from web.decisions import ALLOW, Decision, deny

TABLE: Final[dict[str, tuple[Roles, StrOrPromise]]] = {
    "add_files": (
        WORKING_TEAM,
        _("Only the lab, the cohort’s design team, its pilot and its ambassadors can do this."),
    ),
    "edit_files": (
        TEAM,
        _("Only the lab, the cohort’s design team, its pilot and the person who added the file can do this."),
    ),
}
PUBLISHED: Final = _("These are published facts: files cannot be added.")


def decisions(roles: Roles, *, published: bool = False) -> dict[str, Decision]:
    """Return the decisions on an object's files for a person with these roles, by field of `Owner`.

    With `published`, the object holds published facts, whose files nobody can add or change.
    """
    if published:
        return dict.fromkeys(("can_add", "can_edit", "can_edit_own"), deny(PUBLISHED))
    brings, reason = TABLE["add_files"]
    edits, whose = TABLE["edit_files"]
    return {
        "can_add": _decide(roles, brings, reason),
        "can_edit": _decide(roles, edits, whose),
        "can_edit_own": _decide(roles, edits | {Role.AMBASSADOR}, whose),
    }


def can_edit_file(owner: Owner, attachment: Attachment) -> Decision:
    """Decide whether the owner's person may change the description of a file or withdraw it.

    The team may for every file, ambassadors for the files they added.
    """
    return owner.can_edit_own if attachment.uploaded_by_id == owner.person.pk else owner.can_edit


def _decide(roles: Roles, allowed: Roles, reason: StrOrPromise) -> Decision:
    """Allow the action to a person with one of the `allowed` roles; deny it with the reason otherwise."""
    return ALLOW if roles & allowed else deny(reason)
