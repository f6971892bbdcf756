"""Who may do what with files: rows of the domain's table.

The letters are those of `cohorts.permissions`, which the apps above hand down: S lab staff · C coordinator · D outside
resident · P pilot · M ambassador.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from files.models import Attachment
from files.registries import Owner
from web.decisions import ALLOW, Decision, deny

Letters = frozenset[str]

TABLE: Final[dict[str, tuple[str, StrOrPromise]]] = {
    "add_files": (
        "SCDPM",
        _("Only the lab, the cohort’s design team, its pilot and its ambassadors can do this."),
    ),
    "edit_files": (
        "SCDP",
        _("Only the lab, the cohort’s design team, its pilot and the person who added the file can do this."),
    ),
}
PUBLISHED: Final = _("These are published facts: files cannot be added.")


def decisions(letters: Letters, *, published: bool = False) -> dict[str, Decision]:
    """What the letters allow on something of their cohort, by the names of `Owner`; nothing on published facts."""
    if published:
        return dict.fromkeys(("may_add", "may_edit", "may_edit_own"), deny(PUBLISHED))
    brings, reason = TABLE["add_files"]
    edits, whose = TABLE["edit_files"]
    return {
        "may_add": _decide(letters, brings, reason),
        "may_edit": _decide(letters, edits, whose),
        "may_edit_own": _decide(letters, f"{edits}M", whose),
    }


def may_edit(owner: Owner, attachment: Attachment) -> Decision:
    """Say something else about a file, or withdraw it."""
    return owner.may_edit_own if attachment.uploaded_by_id == owner.person.pk else owner.may_edit


def _decide(letters: Letters, allowed: str, reason: StrOrPromise) -> Decision:
    return ALLOW if letters & set(allowed) else deny(reason)
