"""Rules of programmes and format versions that the database holds, tried by raw SQL."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from notifications.reminders.schedule import Step
from programmes.models import Format, FormatPhase, LadderStep
from tests.factories.programmes import FormatFactory, LadderStepFactory, ProgrammeFactory
from tests.sql import delete, execute, insert_like, refused_by, truncate, update

PUBLISHED = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def draft(db: None) -> Format:
    """A draft with four phases and one letter."""
    row = FormatFactory(published_at=None)
    LadderStepFactory(format=row, position=1)
    return row


@pytest.fixture
def published(draft: Format) -> Format:
    update(draft, published_at=PUBLISHED)
    draft.refresh_from_db()
    return draft


@pytest.mark.django_db
class TestProgramme:
    def test_an_address_is_used_once(self):
        programme = ProgrammeFactory(slug="transfo")
        with refused_by("programme_slug_once"):
            insert_like(programme)

    def test_it_has_a_name_in_each_language(self):
        programme = ProgrammeFactory(name_fr="Résidences", name_en="Residencies", summary_fr="Six", summary_en="Half")
        with translation.override("fr"):
            assert (programme.name, programme.summary, str(programme)) == ("Résidences", "Six", "Résidences")
        with translation.override("en"):
            assert (programme.name, programme.summary, str(programme)) == ("Residencies", "Half", "Residencies")

    @pytest.mark.parametrize(
        ("family", "tone"), [("transfo", "transfo"), ("residency", "residency"), ("other", "neutral")]
    )
    def test_its_family_carries_its_colour(self, family: str, tone: str):
        assert ProgrammeFactory(family=family).tone == tone

    def test_its_page_is_at_its_address(self):
        assert ProgrammeFactory(slug="transfo").get_absolute_url() == "/programmes/transfo/"


class TestPublishedFormat:
    @pytest.mark.parametrize(
        "change",
        [{"months": 12}, {"label": "Other"}, {"seats": 10}, {"published_at": None}, {"version": 99}, {"source": "x"}],
        ids=str,
    )
    def test_no_column_changes(self, published: Format, change: dict[str, object]):
        with refused_by("format_published_frozen"):
            update(published, **change)

    def test_it_is_not_deleted(self, published: Format):
        with refused_by("format_published_frozen"):
            delete(published)

    @pytest.mark.parametrize(
        ("model", "rule"),
        [
            (Format, "format_no_truncate"),
            (FormatPhase, "format_phase_no_truncate"),
            (LadderStep, "ladder_step_no_truncate"),
        ],
    )
    def test_no_table_of_it_is_emptied(self, published: Format, model: type, rule: str):
        with refused_by(rule):
            truncate(model)
        assert (Format.objects.count(), FormatPhase.objects.count(), LadderStep.objects.count()) == (1, 4, 1)

    def test_its_phases_do_not_change(self, published: Format):
        with refused_by("format_part_frozen"):
            update(published.phases.first(), end_month=3)

    def test_its_phases_are_not_deleted(self, published: Format):
        with refused_by("format_part_frozen"):
            delete(published.phases.first())

    def test_it_takes_no_further_phase(self, published: Format):
        with refused_by("format_part_frozen"):
            insert_like(published.phases.first(), kind="immersion")

    def test_no_phase_moves_in_from_a_draft(self, published: Format):
        other = FormatFactory(published_at=None, phases=(("immersion", 0, 1),))
        with refused_by("format_part_frozen"):
            update(other.phases.get(), format_id=published.pk)

    def test_no_phase_moves_out_to_a_draft(self, published: Format):
        other = FormatFactory(published_at=None, phases=())
        with refused_by("format_part_frozen"):
            update(published.phases.first(), format_id=other.pk)

    def test_its_letters_do_not_change(self, published: Format):
        with refused_by("format_part_frozen"):
            update(published.ladder_steps.get(), offset="-25w")

    def test_its_letters_are_not_deleted(self, published: Format):
        with refused_by("format_part_frozen"):
            delete(published.ladder_steps.get())

    def test_it_takes_no_further_letter(self, published: Format):
        with refused_by("format_part_frozen"):
            insert_like(published.ladder_steps.get(), slug="another", position=2)

    def test_it_says_that_it_is_published(self, published: Format):
        assert published.published is True

    def test_an_update_that_changes_nothing_passes(self, published: Format):
        update(published, months=published.months)
        published.refresh_from_db()
        assert published.months == 24


class TestDraftFormat:
    def test_it_changes_freely(self, draft: Format):
        update(draft, months=30)
        update(draft.phases.first(), end_month=1)
        update(draft.ladder_steps.get(), offset="-20w")
        draft.refresh_from_db()
        assert (draft.months, draft.published) == (30, False)

    def test_it_can_be_deleted_with_its_parts(self, draft: Format):
        draft.delete()
        assert (FormatPhase.objects.count(), LadderStep.objects.count()) == (0, 0)

    def test_a_version_number_is_used_once_in_a_programme(self, draft: Format):
        with refused_by("format_version_once"):
            insert_like(draft)

    def test_two_programmes_number_their_versions_apart(self, draft: Format):
        insert_like(draft, programme_id=ProgrammeFactory().pk)
        assert Format.objects.filter(version=draft.version).count() == 2

    def test_it_stays_with_its_programme(self, draft: Format):
        with refused_by("format_programme_fixed"):
            update(draft, programme_id=ProgrammeFactory().pk)

    def test_it_keeps_its_number(self, draft: Format):
        with refused_by("format_version_fixed"):
            update(draft, version=draft.version + 1)

    def test_numbers_start_at_one(self, draft: Format):
        with refused_by("format_numbers"):
            insert_like(draft, version=0)

    @pytest.mark.parametrize(
        "numbers",
        [
            {"months": 0},
            {"months": -3},
            {"seats": 0},
            {"seats": -15},
            {"days_per_session": 0},
            {"exchange_days": 0},
            {"onsite_weeks": -1},
            {"sessions": -1},
            {"day_allowance": 0},
            {"first_prototype_months": 25},
            {"exchange_interval_months": 0},
        ],
        ids=str,
    )
    def test_its_numbers_make_sense(self, draft: Format, numbers: dict[str, int]):
        with refused_by("format_numbers"):
            update(draft, **numbers)

    @pytest.mark.parametrize(
        "numbers", [{"months": 121}, {"onsite_weeks": 101}, {"sessions": 201}, {"days_per_session": 32}], ids=str
    )
    def test_a_calendar_drawn_from_it_has_an_end(self, draft: Format, numbers: dict[str, int]):
        with refused_by("format_within_bounds"):
            update(draft, **numbers)

    @pytest.mark.parametrize(
        "numbers",
        [
            {"day_allowance": None},
            {"first_prototype_months": 24},
            {"exchange_interval_months": None},
            {"sessions": 0},
            {"months": 120, "onsite_weeks": 100, "sessions": 200, "days_per_session": 31},
        ],
        ids=str,
    )
    def test_numbers_that_may_be_absent_or_at_their_limit(self, draft: Format, numbers: dict[str, int | None]):
        update(draft, **numbers)
        assert list(Format.objects.values(*numbers)) == [numbers]

    def test_it_is_published_only_when_its_phases_lie_within_its_months(self, draft: Format):
        update(draft, months=23)
        with refused_by("format_phases_within"):
            update(draft, published_at=PUBLISHED)

    def test_it_reads_as_label_and_version(self, draft: Format):
        draft.label, draft.version = "Two years", 3
        assert str(draft) == "Two years (v3)"

    def test_its_page_is_at_its_number(self, draft: Format):
        assert draft.get_absolute_url() == f"/formats/{draft.pk}/"


class TestFormatPhase:
    @pytest.mark.parametrize(("start", "end"), [(2, 2), (3, 2), (-1, 2)])
    def test_it_ends_after_it_starts(self, draft: Format, start: int, end: int):
        with refused_by("format_phase_months"):
            update(draft.phases.first(), start_month=start, end_month=end)

    def test_a_format_has_each_phase_once(self, draft: Format):
        with refused_by("format_phase_once"):
            insert_like(draft.phases.first())

    def test_it_reads_as_kind_and_months(self, draft: Format):
        with translation.override("en"):
            assert str(draft.phases.first()) == "preparation 0–2"


class TestLadderStep:
    @pytest.mark.parametrize("offset", ["", "26w", "-0w", "-26", "-26y", "-1000d", "+ 3d", "−3d", "-3D", "-3w\n"])
    def test_it_says_when_as_the_planner_reads_it(self, draft: Format, offset: str):
        with refused_by("ladder_step_offset"):
            update(draft.ladder_steps.get(), offset=offset)

    @pytest.mark.parametrize("offset", ["-26w", "-2wd", "+30d", "+3m", "+999d"])
    def test_every_unit_is_taken(self, draft: Format, offset: str):
        update(draft.ladder_steps.get(), offset=offset, until=offset)
        assert draft.ladder_steps.get().offset == offset

    def test_its_own_end_is_read_the_same_way(self, draft: Format):
        with refused_by("ladder_step_offset"):
            update(draft.ladder_steps.get(), until="later")

    def test_a_ladder_has_each_step_once(self, draft: Format):
        with refused_by("ladder_step_once"):
            insert_like(draft.ladder_steps.get(), position=2)

    def test_two_steps_never_share_a_place(self, draft: Format):
        with refused_by("ladder_step_position_once"):
            insert_like(draft.ladder_steps.get(), slug="another")

    def test_two_ladders_may_name_a_step_alike(self, draft: Format):
        insert_like(draft.ladder_steps.get(), kind="idea")
        assert draft.ladder_steps.count() == 2

    def test_it_becomes_a_step_of_the_planner(self):
        texts = {"slug": "after", "offset": "+3m", "audience": "owner", "letter": "idea_follow_up", "until": "+6m"}
        row = LadderStepFactory.build(**texts)
        assert row.step == Step.read("after", "+3m", "owner", "idea_follow_up", until="+6m")

    def test_a_letter_that_goes_alone_stays_alone(self):
        assert LadderStepFactory.build(alone=True).step.alone is True

    def test_it_reads_as_ladder_step_and_time(self):
        assert str(LadderStepFactory.build(slug="choose_host")) == "exchange choose_host -26w"

    def test_a_format_gives_one_ladder_in_its_order(self, draft: Format):
        LadderStepFactory(format=draft, position=3, slug="third")
        LadderStepFactory(format=draft, position=2, slug="second")
        LadderStepFactory(format=draft, kind="idea", slug="after")
        first = draft.ladder_steps.get(position=1, kind="exchange").slug
        assert [step.slug for step in draft.ladder("exchange")] == [first, "second", "third"]


@pytest.mark.django_db
def test_published_formats_are_frozen_at_birth_too():
    """A row that is born published takes no phase afterwards."""
    row = FormatFactory(published_at=None, phases=())
    insert_like(row, version=98, published_at=PUBLISHED)
    [[pk]] = execute("SELECT id FROM programmes_format WHERE version = 98")
    columns = "format_id, kind, start_month, end_month"
    with refused_by("format_part_frozen"):
        execute(f"INSERT INTO programmes_formatphase ({columns}) VALUES (%s, 'immersion', 0, 1)", pk)
