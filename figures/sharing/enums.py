"""The readers for whom a cohort may share its figures."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class Audience(TextChoices):
    """The people who read totals that include the figures of a cohort."""

    EDITION = "edition", pgettext_lazy("figures", "shared with the edition")
    PUBLIC = "public", pgettext_lazy("figures", "published")
