"""What waits for the lab on its home page, and for nobody else."""

from typing import Any

import pytest

from programmes.panels import lessons_waiting
from tests.factories.cast import Cast
from tests.factories.programmes import LessonFactory


@pytest.mark.django_db
def test_lessons_wait_for_the_lab_only(cast: Cast, rf: Any):
    LessonFactory(edition=cast.edition, state="proposed")

    def told(letter: str) -> int:
        request = rf.get("/")
        request.user = cast[letter]
        return len(lessons_waiting(request))

    assert {letter: told(letter) for letter in "SCPMA"} == {"S": 1, "C": 0, "P": 0, "M": 0, "A": 0}
