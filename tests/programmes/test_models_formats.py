"""Constraints of programmes and format versions, tested with raw SQL."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from notifications.reminders.schedule import ScheduleStep
from programmes.models import Format, FormatPhase, ReminderStep
from tests.factories.programmes import FormatFactory, ProgrammeFactory, ReminderStepFactory
from tests.sql import delete, execute, insert_like, refused_by, truncate, update

PUBLISHED = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def draft(db: None) -> Format:
    """Return a draft with four phases and one reminder step."""
    row = FormatFactory(published_at=None)
    ReminderStepFactory(format=row, position=1)
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
    def test_the_family_sets_the_colour(self, family: str, tone: str):
        assert ProgrammeFactory(family=family).tone == tone

    def test_the_url_contains_the_slug(self):
        assert ProgrammeFactory(slug="transfo").get_absolute_url() == "/programmes/transfo/"


class TestPublishedFormat:
    @pytest.mark.parametrize(
        "change",
        [{"months": 12}, {"label": "Other"}, {"seats": 10}, {"published_at": None}, {"version": 99}, {"source": "x"}],
        ids=str,
    )
    def test_no_column_can_change(self, published: Format, change: dict[str, object]):
        with refused_by("format_published_frozen"):
            update(published, **change)

    def test_a_published_version_cannot_be_deleted(self, published: Format):
        with refused_by("format_published_frozen"):
            delete(published)

    @pytest.mark.parametrize(
        ("model", "rule"),
        [
            (Format, "format_no_truncate"),
            (FormatPhase, "format_phase_no_truncate"),
            (ReminderStep, "reminder_step_no_truncate"),
        ],
    )
    def test_tables_cannot_be_truncated(self, published: Format, model: type, rule: str):
        with refused_by(rule):
            truncate(model)
        assert (Format.objects.count(), FormatPhase.objects.count(), ReminderStep.objects.count()) == (1, 4, 1)

    def test_phases_cannot_change(self, published: Format):
        with refused_by("format_part_frozen"):
            update(published.phases.first(), end_month=3)

    def test_phases_cannot_be_deleted(self, published: Format):
        with refused_by("format_part_frozen"):
            delete(published.phases.first())

    def test_no_phase_can_be_added(self, published: Format):
        with refused_by("format_part_frozen"):
            insert_like(published.phases.first(), kind="immersion")

    def test_no_phase_can_be_moved_in_from_a_draft(self, published: Format):
        other = FormatFactory(published_at=None, phases=(("immersion", 0, 1),))
        with refused_by("format_part_frozen"):
            update(other.phases.get(), format_id=published.pk)

    def test_no_phase_can_be_moved_out_to_a_draft(self, published: Format):
        other = FormatFactory(published_at=None, phases=())
        with refused_by("format_part_frozen"):
            update(published.phases.first(), format_id=other.pk)

    def test_reminder_steps_cannot_change(self, published: Format):
        with refused_by("format_part_frozen"):
            update(published.reminder_steps.get(), offset="-25w")

    def test_reminder_steps_cannot_be_deleted(self, published: Format):
        with refused_by("format_part_frozen"):
            delete(published.reminder_steps.get())

    def test_no_reminder_step_can_be_added(self, published: Format):
        with refused_by("format_part_frozen"):
            insert_like(published.reminder_steps.get(), slug="another", position=2)

    def test_published_is_true(self, published: Format):
        assert published.published is True

    def test_an_update_without_changes_is_allowed(self, published: Format):
        update(published, months=published.months)
        published.refresh_from_db()
        assert published.months == 24


class TestDraftFormat:
    def test_a_draft_can_change(self, draft: Format):
        update(draft, months=30)
        update(draft.phases.first(), end_month=1)
        update(draft.reminder_steps.get(), offset="-20w")
        draft.refresh_from_db()
        assert (draft.months, draft.published) == (30, False)

    def test_a_draft_can_be_deleted_with_its_parts(self, draft: Format):
        draft.delete()
        assert (FormatPhase.objects.count(), ReminderStep.objects.count()) == (0, 0)

    def test_a_version_number_is_used_once_in_a_programme(self, draft: Format):
        with refused_by("format_version_once"):
            insert_like(draft)

    def test_version_numbers_are_per_programme(self, draft: Format):
        insert_like(draft, programme_id=ProgrammeFactory().pk)
        assert Format.objects.filter(version=draft.version).count() == 2

    def test_the_programme_cannot_change(self, draft: Format):
        with refused_by("format_programme_fixed"):
            update(draft, programme_id=ProgrammeFactory().pk)

    def test_the_version_number_cannot_change(self, draft: Format):
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
    def test_invalid_numbers_are_refused(self, draft: Format, numbers: dict[str, int]):
        with refused_by("format_numbers"):
            update(draft, **numbers)

    @pytest.mark.parametrize(
        "numbers", [{"months": 121}, {"onsite_weeks": 101}, {"sessions": 201}, {"days_per_session": 32}], ids=str
    )
    def test_numbers_have_upper_bounds(self, draft: Format, numbers: dict[str, int]):
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

    def test_publishing_needs_phases_within_the_months(self, draft: Format):
        update(draft, months=23)
        with refused_by("format_phases_within"):
            update(draft, published_at=PUBLISHED)

    def test_the_text_form_names_label_and_version(self, draft: Format):
        draft.label, draft.version = "Two years", 3
        assert str(draft) == "Two years (v3)"

    def test_the_url_contains_the_id(self, draft: Format):
        assert draft.get_absolute_url() == f"/formats/{draft.pk}/"


class TestFormatPhase:
    @pytest.mark.parametrize(("start", "end"), [(2, 2), (3, 2), (-1, 2)])
    def test_it_ends_after_it_starts(self, draft: Format, start: int, end: int):
        with refused_by("format_phase_months"):
            update(draft.phases.first(), start_month=start, end_month=end)

    def test_a_format_has_each_phase_once(self, draft: Format):
        with refused_by("format_phase_once"):
            insert_like(draft.phases.first())

    def test_the_text_form_names_kind_and_months(self, draft: Format):
        with translation.override("en"):
            assert str(draft.phases.first()) == "preparation 0–2"


class TestReminderStep:
    @pytest.mark.parametrize("offset", ["", "26w", "-0w", "-26", "-26y", "-1000d", "+ 3d", "−3d", "-3D", "-3w\n"])
    def test_the_offset_must_be_valid(self, draft: Format, offset: str):
        with refused_by("reminder_step_offset"):
            update(draft.reminder_steps.get(), offset=offset)

    @pytest.mark.parametrize("offset", ["-26w", "-2wd", "+30d", "+3m", "+999d"])
    def test_every_unit_is_accepted(self, draft: Format, offset: str):
        update(draft.reminder_steps.get(), offset=offset, until=offset)
        assert draft.reminder_steps.get().offset == offset

    def test_the_expiry_must_be_valid(self, draft: Format):
        with refused_by("reminder_step_offset"):
            update(draft.reminder_steps.get(), until="later")

    def test_a_reminder_schedule_has_each_step_once(self, draft: Format):
        with refused_by("reminder_step_once"):
            insert_like(draft.reminder_steps.get(), position=2)

    def test_two_steps_cannot_share_a_position(self, draft: Format):
        with refused_by("reminder_step_position_once"):
            insert_like(draft.reminder_steps.get(), slug="another")

    def test_two_schedules_may_use_the_same_slug(self, draft: Format):
        insert_like(draft.reminder_steps.get(), kind="idea")
        assert draft.reminder_steps.count() == 2

    def test_a_row_becomes_a_schedule_step(self):
        texts = {"slug": "after", "offset": "+3m", "audience": "owner", "email_type": "idea_follow_up", "until": "+6m"}
        row = ReminderStepFactory.build(**texts)
        assert row.step == ScheduleStep.read("after", "+3m", "owner", "idea_follow_up", until="+6m")

    def test_the_separate_flag_is_kept(self):
        assert ReminderStepFactory.build(alone=True).step.alone is True

    def test_the_text_form_names_schedule_step_and_offset(self):
        assert str(ReminderStepFactory.build(slug="choose_host")) == "exchange choose_host -26w"

    def test_reminder_schedule_returns_steps_in_order(self, draft: Format):
        ReminderStepFactory(format=draft, position=3, slug="third")
        ReminderStepFactory(format=draft, position=2, slug="second")
        ReminderStepFactory(format=draft, kind="idea", slug="after")
        first = draft.reminder_steps.get(position=1, kind="exchange").slug
        assert [step.slug for step in draft.reminder_schedule("exchange")] == [first, "second", "third"]


@pytest.mark.django_db
def test_formats_created_as_published_are_frozen():
    """A row created as published takes no phase afterwards."""
    row = FormatFactory(published_at=None, phases=())
    insert_like(row, version=98, published_at=PUBLISHED)
    [[pk]] = execute("SELECT id FROM programmes_format WHERE version = 98")
    columns = "format_id, kind, start_month, end_month"
    with refused_by("format_part_frozen"):
        execute(f"INSERT INTO programmes_formatphase ({columns}) VALUES (%s, 'immersion', 0, 1)", pk)
