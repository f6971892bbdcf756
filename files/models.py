"""Models of the files app: attachments and their drafts, quotas, and files to download."""

from files.attachments.models import Attachment, FileDraft, FileQuota
from files.exports.models import Export

__all__ = ["Attachment", "Export", "FileDraft", "FileQuota"]
