"""Who may do what with files, by the roles that the apps above hand down."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.permissions import READERS_CHANGE_NOTHING
from accounts.roles import LEADS_AND_RESIDENTS, LEADS_RESIDENTS_AND_AMBASSADORS, Role, Roles
from files.models import Attachment
from files.registries import Owner
from web.decisions import ALLOW, Decision, deny

TABLE: Final[dict[str, tuple[Roles, StrOrPromise]]] = {
    "add_files": (
        LEADS_RESIDENTS_AND_AMBASSADORS,
        _("Only the lab, the cohort’s design team, its pilot and its ambassadors can do this."),
    ),
    "edit_files": (
        LEADS_AND_RESIDENTS,
        _("Only the lab, the cohort’s design team, its pilot and the person who added the file can do this."),
    ),
}
PUBLISHED: Final = _("These are published facts: files cannot be added.")


def file_decisions(roles: Roles, *, published: bool = False) -> dict[str, Decision]:
    """Return the decisions `can_add`, `can_edit` and `can_edit_own` on an object's files, for a person with these
    roles.

    The lab, coordinators, residents and pilots may all three; ambassadors may add files and edit their own. With
    `published`, the object holds published facts, whose files nobody can add or change.
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
    """Return whether the person of `owner` may change the description of a file of that object or withdraw it.

    The lab and the cohort's coordinators, residents and pilots may for every file, ambassadors for those they added.
    """
    return owner.can_edit_own if attachment.uploaded_by_id == owner.person.pk else owner.can_edit


def _decide(roles: Roles, allowed: Roles, reason: StrOrPromise) -> Decision:
    """Return a decision that allows when one of `roles` is among `allowed`, else one that refuses with the reason.

    Readers of the lab read that they change nothing.
    """
    return ALLOW if roles & allowed else deny(READERS_CHANGE_NOTHING if Role.LAB_READER in roles else reason)
