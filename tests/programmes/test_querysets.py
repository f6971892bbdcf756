"""Querysets of authorities, programmes, editions, lessons and calendar periods."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from programmes.models import Authority, AuthorityAdmin, CalendarPeriod, Edition, Format, Lesson, Programme
from programmes.workdays import KNOWN_CORRECTIONS
from tests.factories.cast import EVERYONE, Cast
from tests.factories.cohorts import CohortFactory, MembershipFactory
from tests.factories.programmes import (
    PUBLISHED,
    AuthorityAdminFactory,
    AuthorityFactory,
    CalendarPeriodFactory,
    EditionFactory,
    FormatFactory,
    LessonFactory,
    ProgrammeFactory,
)

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()
DAY = date(2026, 11, 24)


class TestAuthorities:
    def test_living_authorities_are_not_dissolved_on_that_day(self):
        AuthorityFactory(name="Old", dissolved_on=date(2016, 1, 1))
        AuthorityFactory(name="Today", dissolved_on=DAY)
        AuthorityFactory(name="Tomorrow", dissolved_on=date(2026, 11, 25))
        AuthorityFactory(name="Living")
        assert [row.name for row in Authority.objects.living(DAY).order_by("name")] == ["Living", "Tomorrow"]

    @pytest.mark.parametrize("text", ["évry", "EVRY", "evr", "Évry"])
    def test_search_ignores_accents_and_case(self, text: str):
        AuthorityFactory(name="Ville d'Évry", seat="")
        AuthorityFactory(name="Nantes", seat="Nantes")
        assert [row.name for row in Authority.objects.named_like(text)] == ["Ville d'Évry"]

    def test_search_covers_towns(self):
        AuthorityFactory(name="Champagne-Ardenne", seat="Châlons-en-Champagne")
        assert [row.name for row in Authority.objects.named_like("chalons")] == ["Champagne-Ardenne"]

    @pytest.mark.parametrize("text", ["%", "_", "\\"])
    def test_wildcards_are_taken_literally(self, text: str):
        AuthorityFactory(name="Nantes")
        assert list(Authority.objects.named_like(text)) == []

    def test_names_are_sorted_without_accents_or_capitals(self):
        for name in ("Zola", "école", "Eu", "Évry", "avion"):
            AuthorityFactory(name=name)
        assert [row.name for row in Authority.objects.by_name()] == ["avion", "école", "Eu", "Évry", "Zola"]

    def test_everyone_signed_in_sees_them(self, reader: User):
        AuthorityFactory()
        assert (Authority.objects.visible_to(reader).count(), Authority.objects.visible_to(NOBODY).count()) == (1, 0)


@pytest.mark.parametrize(
    ("since", "until", "active"),
    [
        (date(2026, 1, 1), None, True),
        (DAY, DAY, True),
        (date(2026, 11, 25), None, False),
        (date(2026, 1, 1), date(2026, 11, 23), False),
    ],
)
def test_admins_active_on_a_day(since: date, until: date | None, active: bool):
    AuthorityAdminFactory(since=since, until=until)
    assert AuthorityAdmin.objects.active(DAY).exists() is active


class TestCalendarPeriods:
    def test_periods_come_after_the_known_corrections(self, django_assert_num_queries):
        line = CalendarPeriodFactory()
        with django_assert_num_queries(1):
            assert CalendarPeriod.objects.as_periods() == (*KNOWN_CORRECTIONS, line.period)

    def test_an_empty_table_leaves_the_corrections(self):
        assert CalendarPeriod.objects.as_periods() == KNOWN_CORRECTIONS

    def test_only_filtered_rows_become_periods(self):
        CalendarPeriodFactory(kind="electoral")
        closed = CalendarPeriodFactory(kind="closed")
        assert CalendarPeriod.objects.filter(kind="closed").as_periods() == (*KNOWN_CORRECTIONS, closed.period)

    def test_periods_that_are_not_over(self):
        CalendarPeriodFactory(name="Over", starts_on=date(2026, 1, 1), ends_on=date(2026, 11, 23))
        CalendarPeriodFactory(name="Last day", starts_on=date(2026, 1, 1), ends_on=DAY)
        assert [line.name for line in CalendarPeriod.objects.ending_from(DAY)] == ["Last day"]


class TestFormats:
    def test_lab_staff_see_drafts_and_others_published_ones(self, staff: User, reader: User):
        draft, published = FormatFactory(published_at=None), FormatFactory()
        assert set(Format.objects.visible_to(staff)) == {draft, published}
        assert set(Format.objects.visible_to(reader)) == {published}
        assert list(Format.objects.visible_to(NOBODY)) == []

    def test_the_latest_version_comes_first(self):
        programme = ProgrammeFactory()
        for version in (1, 3, 2):
            FormatFactory(programme=programme, version=version)
        assert [row.version for row in programme.formats.latest_first()] == [3, 2, 1]

    def test_the_next_version_follows_the_highest(self):
        programme = ProgrammeFactory()
        assert programme.formats.next_version() == 1
        FormatFactory(programme=programme, version=7)
        assert programme.formats.next_version() == 8


class TestEditions:
    def test_lab_staff_see_drafts_and_others_the_rest(self, staff: User, reader: User):
        states = ["draft", "open", "running", "closed", "archived"]
        rows = {state: EditionFactory(state=state) for state in states}
        assert set(Edition.objects.visible_to(staff)) == set(rows.values())
        assert set(Edition.objects.visible_to(reader)) == {rows[state] for state in states[1:]}
        assert list(Edition.objects.visible_to(NOBODY)) == []

    def test_the_latest_comes_first_and_those_without_a_date_last(self):
        EditionFactory(name="2016", starts_on=date(2016, 1, 1), ends_on=date(2017, 12, 31))
        EditionFactory(name="unknown", starts_on=None, retrospective=True)
        EditionFactory(name="2026")
        assert [row.name for row in Edition.objects.latest_first()] == ["2026", "2016", "unknown"]

    def test_measured_leaves_out_published_facts(self):
        EditionFactory(retrospective=True)
        measured = EditionFactory(state="closed")
        running = EditionFactory()
        assert set(Edition.objects.measured()) == {measured, running}
        assert list(Edition.objects.running().measured()) == [running]

    def test_only_the_lab_reads_lessons_of_a_draft_edition(self, cast: Cast):
        draft = EditionFactory(state="draft")
        CohortFactory(edition=draft, authority=cast.cohort.authority)
        assert [list(Edition.objects.in_own_editions(cast[role])) for role in "AX"] == [[cast.edition], []]
        assert set(Edition.objects.in_own_editions(cast["S"])) == {cast.edition, draft}


def test_everyone_signed_in_sees_programmes(reader: User):
    ProgrammeFactory()
    assert (Programme.objects.visible_to(reader).count(), Programme.objects.visible_to(NOBODY).count()) == (1, 0)


class TestLessons:
    def test_accepted_lessons_are_visible_to_present_and_past_members_of_the_edition(self, cast: Cast):
        last = date(2026, 3, 1)
        lesson = LessonFactory(edition=cast.edition, state="accepted", noted_on=last)
        foreign = LessonFactory(state="accepted")
        cast["M"].memberships.update(ends_on=last)
        AuthorityAdminFactory(authority=cast.other_cohort.authority, user=cast["X"], until=date(2026, 3, 1))
        readers = {role: set(Lesson.objects.visible_to(cast[role])) for role in EVERYONE}
        assert readers == {role: {lesson} for role in EVERYONE} | {"S": {lesson, foreign}, "X": set()}
        assert list(Lesson.objects.visible_to(NOBODY)) == []

    @pytest.mark.parametrize("state", ["proposed", "refused"])
    @pytest.mark.parametrize(
        ("writer", "readers"),
        [("M", "SCDPMRA"), ("C", "SCDPMRA"), ("A", "SCDPMRA"), ("N", "SN"), ("S", "S")],
    )
    def test_proposed_and_refused_lessons_are_visible_to_their_own_authority(
        self, writer: str, readers: str, state: str, cast: Cast
    ):
        lesson = LessonFactory(edition=cast.edition, noted_by=cast[writer], state=state)
        found = {role for role in EVERYONE if lesson in Lesson.objects.visible_to(cast[role])}
        assert found == set(readers)

    def test_former_members_read_lessons_of_their_authority_and_admins_while_active(self, cast: Cast):
        gone = MembershipFactory(cohort=cast.cohort, starts_on=date(2026, 2, 1), ends_on=date(2026, 3, 1)).user
        details = {"edition": cast.edition, "noted_on": date(2026, 3, 1)}
        here, there = (LessonFactory(noted_by=cast[role], **details) for role in "MN")
        assert list(Lesson.objects.visible_to(gone)) == [here]
        mandate = AuthorityAdminFactory(authority=cast.other_cohort.authority, user=gone)
        assert set(Lesson.objects.visible_to(gone)) == {here, there}
        type(mandate).objects.update(until=date(2026, 3, 1))
        assert list(Lesson.objects.visible_to(gone)) == [here]

    def test_membership_in_another_edition_gives_no_access(self, cast: Cast):
        """N's authority had a cohort in an earlier edition, in which a person of Rivage was a member too."""
        earlier = CohortFactory(authority=cast.other_cohort.authority)
        MembershipFactory(cohort=earlier, user=cast["M"])
        lesson = LessonFactory(edition=cast.edition, noted_by=cast["M"])
        assert list(Lesson.objects.visible_to(cast["N"])) == []
        MembershipFactory(
            cohort=CohortFactory(edition=cast.edition, authority=cast.other_cohort.authority, site="Annexe"),
            user=cast["M"],
        )
        assert list(Lesson.objects.visible_to(cast["N"])) == [lesson]

    def test_only_people_of_the_same_authority_see_the_author(self, cast: Cast):
        LessonFactory(edition=cast.edition, noted_by=cast["M"], state="accepted")
        near = {role for role in EVERYONE if any(row.is_own for row in Lesson.objects.visible_to(cast[role]))}
        assert near == set("SCDPMRA")

    def test_lessons_are_ordered_by_phase_then_date(self):
        edition = EditionFactory()
        for phase, day in [("handover", 1), ("test_case", 3), ("preparation", 4), ("test_case", 2)]:
            LessonFactory(edition=edition, phase=phase, noted_on=date(2026, 11, day))
        order = [(lesson.phase, lesson.noted_on.day) for lesson in edition.lessons.in_order()]
        assert order == [("preparation", 4), ("test_case", 2), ("test_case", 3), ("handover", 1)]

    def test_an_answer_by_a_draft_is_visible_only_to_the_lab(self, cast: Cast):
        """On the page of a version: the lessons it answers, and earlier ones without an answer."""
        programme, version = cast.edition.format.programme, cast.edition.format.version
        after, draft = (
            FormatFactory(programme=programme, version=version + more, published_at=published)
            for more, published in ((1, PUBLISHED), (2, None))
        )
        answered, drafted, left = (
            LessonFactory(edition=cast.edition, answered_by=answer, state="accepted") for answer in (after, draft, None)
        )
        later = LessonFactory(edition=EditionFactory(format=after), state="accepted")
        for ask in (
            lambda rows, user: rows.explaining_changes(user, cast.edition.format, after),
            lambda rows, user: rows.for_version(user, after),
        ):
            found = [set(ask(Lesson.objects.visible_to(cast[role]), cast[role])) for role in "SA"]
            assert found == [{answered, left}, {answered, drafted, left}]
        explaining_changes = Lesson.objects.explaining_changes(cast["S"], after, draft)
        assert set(explaining_changes) == {drafted, left, later}
