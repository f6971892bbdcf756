"""Who may read and answer access requests."""

from cohorts.access_requests.permissions import may_answer_requests
from tests.factories.cast import EVERYONE, Cast


def test_only_lab_staff_answer_access_requests(cast: Cast):
    assert "".join(letter for letter in EVERYONE if may_answer_requests(cast[letter])) == "S"
