"""Two format versions in words, with the lessons behind what changed."""

import pytest

from accounts.models import User
from programmes.formats.comparison import Comparison, Line, compare
from programmes.models import Edition, Format, Lesson
from tests.factories.programmes import EditionFactory, FormatFactory, LadderStepFactory, LessonFactory

pytestmark = pytest.mark.django_db
CHANGED = {"seats": 20, "exchange_interval_months": None, "day_allowance": 35}
PHASES = (("preparation", 0, 2), ("immersion", 2, 3), ("test_case", 3, 6), ("priority_challenges", 8, 22))


@pytest.fixture
def edition() -> Edition:
    return EditionFactory(format=FormatFactory(version=1, day_allowance=None))


@pytest.fixture
def after(edition: Edition) -> Format:
    return FormatFactory(programme=edition.programme, version=2, phases=PHASES, **CHANGED)


def said(compared: Comparison) -> dict[str, list[Line]]:
    return {row.about.value: list(row.lines) for row in compared.rows}


def test_numbers_and_phases_read_as_people_speak(edition: Edition, after: Format, staff: User):
    assert said(compare(edition.format, after, [], staff)) == {
        "seats": [Line("", "changed", 15, 20)],
        "day_allowance": [Line("", "changed", None, 35)],
        "exchange_interval_months": [Line("", "changed", 6, None)],
        "phases": [
            Line("immersion", "added", None, "months 2–3"),
            Line("test case", "changed", "months 2–8", "months 3–6"),
            Line("handover", "removed", "months 22–24", None),
        ],
    }


def test_letters_are_compared_step_by_step(staff: User):
    before, after = (FormatFactory(published_at=None, version=version) for version in (1, 2))
    for version, slug, offset, alone in [
        (before, "choose_host", "-26w", False),
        (before, "again", "-20w", False),
        (after, "choose_host", "-20w", True),
    ]:
        LadderStepFactory(format=version, slug=slug, offset=offset, alone=alone)
    follow_up = {"kind": "idea", "letter": "idea_follow_up", "audience": "owner", "until": "+6m"}
    LadderStepFactory(format=before, slug="after_2_months", offset="+2m", **follow_up)
    LadderStepFactory(format=after, slug="after_3_months", offset="+3m", **follow_up)
    LadderStepFactory(format=before, kind="group_session", letter="group_dates", audience="expected", offset="-21d")
    host = "choose host and dates (to: the lab)"
    owner = "what became of the idea? (to: the idea’s owner), useful until 6 months after"
    assert said(compare(before, after, [], staff)) == {
        "letters": [
            Line(
                "Intertransfo",
                "changed",
                f"26 weeks before: {host}",
                f"20 weeks before: {host}, always a separate e-mail",
            ),
            Line("Intertransfo", "removed", f"20 weeks before: {host}", None),
            Line("group session", "removed", "1 e-mail", None),
            Line("idea", "removed", f"2 months after: {owner}", None),
            Line("idea", "added", None, f"3 months after: {owner}"),
        ]
    }


def test_two_versions_alike_differ_in_nothing(edition: Edition, staff: User):
    same = FormatFactory(programme=edition.programme, version=2, day_allowance=None)
    assert said(compare(edition.format, same, [], staff)) == {}


def test_each_lesson_stands_beside_what_it_changed(edition: Edition, after: Format, staff: User, reader: User):
    beside = LessonFactory(edition=edition, answered_by=after, about="seats")
    unmoved = LessonFactory(edition=edition, answered_by=after, about="sessions")
    general = LessonFactory(edition=edition, answered_by=after)
    waiting = LessonFactory(edition=edition, state="accepted")
    drafted = LessonFactory(edition=edition, answered_by=FormatFactory(programme=edition.programme, published_at=None))
    lessons = [beside, unmoved, general, waiting, drafted]
    for user, elsewhere, unanswered in [
        (staff, (unmoved, general, drafted), (waiting,)),
        (reader, (unmoved, general), (waiting, drafted)),
    ]:
        compared = compare(edition.format, after, lessons, user)
        behind = {row.about.value: row.lessons for row in compared.rows if row.lessons}
        assert (behind, compared.elsewhere, compared.unanswered) == ({"seats": (beside,)}, elsewhere, unanswered)


def test_lessons_behind_are_those_answered_in_between_and_those_left(edition: Edition, after: Format, staff: User):
    last = FormatFactory(programme=edition.programme, version=3)
    second = EditionFactory(format=after)
    given = LessonFactory(edition=edition, answered_by=after)
    later = LessonFactory(edition=edition, answered_by=last)
    left = LessonFactory(edition=edition, state="accepted")
    of_second = LessonFactory(edition=second, state="accepted")
    for other in ("proposed", "refused"):
        LessonFactory(edition=edition, state=other)
    LessonFactory(state="accepted")  # of another programme

    def behind(*versions: Format) -> list[Lesson]:
        return list(Lesson.objects.behind(staff, *versions).order_by("pk"))

    assert behind(edition.format, after) == [given, left]
    assert behind(edition.format, last) == [given, later, left, of_second]
    assert behind(after, last) == [later, left, of_second]
