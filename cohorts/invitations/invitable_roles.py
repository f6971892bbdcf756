"""Whom each lead brings into a cohort: nobody names their own kind or who leads them."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _

from cohorts.people.enums import Role

BRINGS: Final[Mapping[Role, tuple[Role, ...]]] = {
    Role.COORDINATOR: tuple(role for role in Role if role != Role.COORDINATOR),
    Role.PILOT: tuple(role for role in Role if role not in (Role.COORDINATOR, Role.PILOT)),
}
NOT_YOURS: Final = _("Only the lab can name coordinators. Only the lab and the coordinator can name pilots.")
