"""Tests of the permission to read and answer access requests."""

from cohorts.access_requests.permissions import can_answer_requests
from tests.factories.cast import EVERYONE, Cast


def test_only_lab_staff_answer_access_requests(cast: Cast):
    assert "".join(role for role in EVERYONE if can_answer_requests(cast[role])) == "S"
