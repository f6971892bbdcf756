"""Filters for the people of the lab."""

from typing import Final

from django.db.models import Q

from accounts.lab.enums import LabRole

STAFF_BUT_READERS: Final = Q(is_lab_staff=True) & ~Q(lab_role=LabRole.READER)  # lab staff who may change something
