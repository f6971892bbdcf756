"""What saved views and bulk actions keep about people, for how long, and how it is erased."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalData, PrivacyHooks, Retention
from accounts.models import User
from accounts.privacy.personal_data import row_reader
from lists.actions import delete_runs
from lists.models import BulkRun, SavedView

RETENTION_DAYS: Final = 30  # days


def erase(*, user: User, at: datetime) -> None:
    """Delete the person's saved views and the records of their bulk actions; `at` is not used.

    What the bulk actions did stays in the history of the rows.
    """
    SavedView.objects.filter(person=user).delete()
    BulkRun.objects.filter(person=user).delete()


def purge_runs(*, at: datetime, dry_run: bool = False) -> int:
    """Delete records of bulk actions older than 30 days at the moment `at` and return how many; with `dry_run`, only
    count them.
    """
    return delete_runs(before=at - timedelta(days=RETENTION_DAYS), dry_run=dry_run)


PRIVACY: Final = PrivacyHooks(
    personal_data={
        "saved_views": PersonalData(
            _("Views of lists you saved"),
            row_reader(lambda user: SavedView.objects.filter(person=user), "list_slug", "name", "query", "shared_with"),
            covers=("lists.SavedView.person",),
        ),
        "bulk_actions": PersonalData(
            _("Actions you took on several rows at once"),
            row_reader(
                lambda user: BulkRun.objects.filter(person=user),
                "list_slug",
                "action_slug",
                "values",
                "requested_at",
                "undo_requested_at",
            ),
            covers=("lists.BulkRun.person",),
        ),
    },
    retentions={
        "bulk-actions": Retention(
            _("Records of actions on several rows"),
            _("To show what became of each row, and to undo it."),
            RETENTION_DAYS,
            purge_runs,
        )
    },
    erase=erase,
)
