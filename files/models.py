"""Files people bring: whose they are, what they are, and how far those seen on them agreed to be seen; and files that
are written for one person to take away."""

from files.attachments.models import Attachment, FileDraft, FileQuota
from files.exports.models import Export

__all__ = ["Attachment", "Export", "FileDraft", "FileQuota"]
