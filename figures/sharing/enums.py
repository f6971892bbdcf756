"""The readers for whom a cohort may share its figures."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Audience(TextChoices):
    """The people who read totals that include the figures of a cohort."""

    EDITION = "edition", _("shared with the edition")
    PUBLIC = "public", _("published")
