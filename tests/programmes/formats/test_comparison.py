"""Comparison of two format versions, with the lessons behind the changes."""

import pytest

from accounts.models import User
from programmes.formats.comparison import FormatComparison, FormatDifference, compare
from programmes.models import Edition, Format, Lesson
from tests.factories.programmes import EditionFactory, FormatFactory, LessonFactory, ReminderStepFactory

pytestmark = pytest.mark.django_db
CHANGED = {"seats": 20, "exchange_interval_months": None, "day_allowance": 35}
PHASES = (("preparation", 0, 2), ("immersion", 2, 3), ("test_case", 3, 6), ("priority_challenges", 8, 22))


@pytest.fixture
def edition() -> Edition:
    return EditionFactory(format=FormatFactory(version=1, day_allowance=None))


@pytest.fixture
def after(edition: Edition) -> Format:
    return FormatFactory(programme=edition.programme, version=2, phases=PHASES, **CHANGED)


def lines_by_part(comparison: FormatComparison) -> dict[str, list[FormatDifference]]:
    return {row.about.value: list(row.lines) for row in comparison.rows}


def test_numbers_and_phases_are_compared_in_words(edition: Edition, after: Format, staff: User):
    assert lines_by_part(compare(edition.format, after, [], staff)) == {
        "seats": [FormatDifference("", "changed", 15, 20)],
        "day_allowance": [FormatDifference("", "changed", None, 35)],
        "exchange_interval_months": [FormatDifference("", "changed", 6, None)],
        "phases": [
            FormatDifference("immersion", "added", None, "months 2–3"),
            FormatDifference("test case", "changed", "months 2–8", "months 3–6"),
            FormatDifference("handover", "removed", "months 22–24", None),
        ],
    }


def test_emails_are_compared_step_by_step(staff: User):
    before, after = (FormatFactory(published_at=None, version=version) for version in (1, 2))
    for version, slug, offset, alone in [
        (before, "choose_host", "-26w", False),
        (before, "again", "-20w", False),
        (after, "choose_host", "-20w", True),
    ]:
        ReminderStepFactory(format=version, slug=slug, offset=offset, alone=alone)
    follow_up = {"kind": "idea", "email_type": "idea_follow_up", "audience": "owner", "until": "+6m"}
    ReminderStepFactory(format=before, slug="after_2_months", offset="+2m", **follow_up)
    ReminderStepFactory(format=after, slug="after_3_months", offset="+3m", **follow_up)
    ReminderStepFactory(
        format=before, kind="group_session", email_type="group_dates", audience="expected", offset="-21d"
    )
    host = "choose host and dates (to: the lab)"
    owner = "what became of the idea? (to: the idea’s owner), useful until 6 months after"
    assert lines_by_part(compare(before, after, [], staff)) == {
        "emails": [
            FormatDifference(
                "Intertransfo",
                "changed",
                f"26 weeks before: {host}",
                f"20 weeks before: {host}, always a separate e-mail",
            ),
            FormatDifference("Intertransfo", "removed", f"20 weeks before: {host}", None),
            FormatDifference("group session", "removed", "1 e-mail", None),
            FormatDifference("idea", "removed", f"2 months after: {owner}", None),
            FormatDifference("idea", "added", None, f"3 months after: {owner}"),
        ]
    }


def test_equal_versions_have_no_differences(edition: Edition, staff: User):
    same = FormatFactory(programme=edition.programme, version=2, day_allowance=None)
    assert lines_by_part(compare(edition.format, same, [], staff)) == {}


def test_each_lesson_is_next_to_the_difference_it_explains(edition: Edition, after: Format, staff: User, reader: User):
    related = LessonFactory(edition=edition, answered_by=after, about="seats")
    unmoved = LessonFactory(edition=edition, answered_by=after, about="sessions")
    general = LessonFactory(edition=edition, answered_by=after)
    waiting = LessonFactory(edition=edition, state="accepted")
    drafted = LessonFactory(edition=edition, answered_by=FormatFactory(programme=edition.programme, published_at=None))
    lessons = [related, unmoved, general, waiting, drafted]
    for user, elsewhere, unanswered in [
        (staff, (unmoved, general, drafted), (waiting,)),
        (reader, (unmoved, general), (waiting, drafted)),
    ]:
        comparison = compare(edition.format, after, lessons, user)
        explaining_changes = {row.about.value: row.lessons for row in comparison.rows if row.lessons}
        assert (explaining_changes, comparison.elsewhere, comparison.unanswered) == (
            {"seats": (related,)},
            elsewhere,
            unanswered,
        )


def test_lessons_explaining_changes_are_answered_in_between_or_open(edition: Edition, after: Format, staff: User):
    last = FormatFactory(programme=edition.programme, version=3)
    second = EditionFactory(format=after)
    given = LessonFactory(edition=edition, answered_by=after)
    later = LessonFactory(edition=edition, answered_by=last)
    left = LessonFactory(edition=edition, state="accepted")
    of_second = LessonFactory(edition=second, state="accepted")
    for other in ("proposed", "refused"):
        LessonFactory(edition=edition, state=other)
    LessonFactory(state="accepted")  # of another programme

    def explaining_changes(*versions: Format) -> list[Lesson]:
        return list(Lesson.objects.explaining_changes(staff, *versions).order_by("pk"))

    assert explaining_changes(edition.format, after) == [given, left]
    assert explaining_changes(edition.format, last) == [given, later, left, of_second]
    assert explaining_changes(after, last) == [later, left, of_second]
