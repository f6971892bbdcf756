"""Notices about waiting lessons on the home page of lab staff, and of nobody else."""

import pytest

from programmes.panels import lessons_waiting
from tests.factories.accounts import request_by
from tests.factories.cast import Cast
from tests.factories.programmes import LessonFactory


@pytest.mark.django_db
def test_only_lab_staff_see_waiting_lessons(cast: Cast):
    LessonFactory(edition=cast.edition, state="proposed")
    counts = {role: len(lessons_waiting(request_by(cast[role]))) for role in "SCPMA"}
    assert counts == {"S": 1, "C": 0, "P": 0, "M": 0, "A": 0}
