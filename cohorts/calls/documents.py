"""Documents of applications: files that the applicant adds, and that the lab and the reviewers of the call read."""

from typing import Final

from accounts.models import User
from cohorts.calls.models import Application
from files.attachments.models import ERASED_NAME, AttachmentQuerySet
from files.enums import FileAudience
from files.models import Attachment
from files.registries import Owner
from web.dates.clock import Today, platform_zone
from web.decisions import deny

APPLICATION: Final = "application"  # kind of event, of files, and of the journal of erasures


def owner_of(row: Application, user: User) -> Owner:
    """Return the application as the owner of its documents; only its link adds and removes them."""
    closed = deny("")
    return Owner(
        about=APPLICATION,
        object_id=row.pk,
        name=str(row),
        href=row.get_absolute_url(),
        person=user,
        audience=FileAudience.COHORT,
        can_add=closed,
        can_edit=closed,
        can_edit_own=closed,
        zone=str(platform_zone()),
    )


def find_application(pk: int, user: User, _today: Today) -> Owner | None:
    """Return the application as the owner of its documents, for the lab and its reviewers once it was sent; else
    None.
    """
    row = Application.objects.visible_to(user).filter(pk=pk).first()
    return owner_of(row, user) if row else None


def documents_of(row: Application) -> AttachmentQuerySet:
    """Return the documents of the application, the oldest first."""
    return _all_documents_of(row).filter(withdrawn_at=None)


def documents_with_names(row: Application) -> AttachmentQuerySet:
    """Return the documents of the application, and the removed ones whose name is not erased yet."""
    return _all_documents_of(row).exclude(withdrawn_at__isnull=False, name=ERASED_NAME)


def _all_documents_of(row: Application) -> AttachmentQuerySet:
    """Return the documents of the application and those that were removed, the oldest first."""
    return Attachment.objects.filter(about=APPLICATION, object_id=row.pk).by_age()
