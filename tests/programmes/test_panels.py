"""What waits for the lab on its home page, and for nobody else."""

import pytest

from programmes.panels import lessons_waiting
from tests.factories.accounts import asked_by
from tests.factories.cast import Cast
from tests.factories.programmes import LessonFactory


@pytest.mark.django_db
def test_lessons_wait_for_the_lab_only(cast: Cast):
    LessonFactory(edition=cast.edition, state="proposed")
    told = {letter: len(lessons_waiting(asked_by(cast[letter]))) for letter in "SCPMA"}
    assert told == {"S": 1, "C": 0, "P": 0, "M": 0, "A": 0}
