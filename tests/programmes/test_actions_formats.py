"""Actions on programmes and format versions."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from notifications.reminders.schedule import ScheduleStep
from programmes import actions
from programmes.actions import PhaseSpan, ReminderStepInput
from programmes.formats.reminder_schedules import DEFAULT_REMINDER_SCHEDULES
from programmes.models import Format, FormatPhase, Programme, ReminderStep
from tests.factories.programmes import EditionFactory, FormatFactory, ProgrammeFactory, ReminderStepFactory
from web.errors import DomainError

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
NUMBERS = {"label": "Two years", "months": 24, "sessions": 18, "seats": 15}
STEP = ReminderStepInput("-3w", "lab", "exchange_choose_host")


def months(version: Format) -> list[tuple[str, int, int]]:
    return list(version.phases.values_list("kind", "start_month", "end_month"))


def refusal(act, **arguments: object) -> tuple[str, str | None]:
    """Return the sentence and the field of the refusal an action raises."""
    with pytest.raises(DomainError) as refused:
        act(**arguments)
    return str(refused.value), refused.value.field


class TestCreateProgramme:
    def test_the_slug_is_made_from_the_french_name(self, staff: User):
        programme = actions.create_programme(
            family="residency", name_fr="Territoires en résidences", name_en="The Residencies", by=staff
        )
        saved = Programme.objects.get(pk=programme.pk)
        assert (saved.slug, saved.family, saved.name_en) == (
            "territoires-en-residences",
            "residency",
            "The Residencies",
        )

    def test_a_second_one_of_the_same_name_is_refused_next_to_its_name(self, staff: User):
        arguments = {"family": "transfo", "name_fr": "La Transfo", "name_en": "La Transfo", "by": staff}
        actions.create_programme(**arguments)
        assert refusal(actions.create_programme, **arguments) == (
            "Another programme already has this name. Choose another name.",
            "name_fr",
        )
        assert Programme.objects.count() == 1

    def test_a_name_without_letters_or_digits_is_refused(self, staff: User):
        arguments = {"family": "transfo", "name_fr": "!?", "name_en": "La Transfo", "by": staff}
        assert refusal(actions.create_programme, **arguments) == (
            "The name must contain at least one letter or digit.",
            "name_fr",
        )


class TestDraftFormat:
    def test_the_first_version_starts_with_the_default_reminder_schedules(self, staff: User):
        draft = actions.draft_format(programme=ProgrammeFactory(), by=staff, **NUMBERS)
        assert (draft.version, draft.published, months(draft)) == (1, False, [])
        assert {kind: draft.reminder_schedule(kind) for kind in DEFAULT_REMINDER_SCHEDULES} == dict(
            DEFAULT_REMINDER_SCHEDULES
        )

    def test_the_next_version_has_the_next_number(self, staff: User):
        earlier = FormatFactory(version=4)
        assert actions.draft_format(programme=earlier.programme, by=staff, **NUMBERS).version == 5

    def test_a_form_sent_twice_makes_one_version(self, staff: User):
        programme = ProgrammeFactory()
        actions.draft_format(programme=programme, version=1, by=staff, **NUMBERS)
        sentence, field = refusal(actions.draft_format, programme=programme, version=1, by=staff, **NUMBERS)
        assert (
            sentence
            == "This programme already has a version with this number. Look at it before you create another one."
        )
        assert field is None
        assert (programme.formats.count(), ReminderStep.objects.count()) == (1, 38)

    @pytest.mark.parametrize("numbers", [{"months": 0}, {"seats": -1}, {"first_prototype_months": 25}], ids=str)
    def test_invalid_numbers_are_refused(self, staff: User, numbers: dict[str, int]):
        sentence, _ = refusal(actions.draft_format, programme=ProgrammeFactory(), by=staff, **{**NUMBERS, **numbers})
        assert (
            sentence == "Every number must be positive, and the first prototype must be due within the format’s months."
        )
        assert Format.objects.count() == 0


class TestReviseFormat:
    def test_phases_reminder_schedules_and_numbers_are_copied(self, staff: User):
        draft = FormatFactory(published_at=None, version=1)
        ReminderStepFactory(format=draft, position=1, slug="first", offset="-9w", until="-8w", alone=True)
        published = actions.publish_format(format=draft, at=AT, by=staff)
        revised = Format.objects.get(pk=actions.revise_format(format=published, by=staff, label="Shorter").pk)
        assert (revised.version, revised.label, revised.seats, revised.published) == (2, "Shorter", 15, False)
        assert months(revised) == months(published)
        assert revised.reminder_schedule("exchange") == published.reminder_schedule("exchange")
        assert revised.reminder_schedule("exchange")[0] == ScheduleStep.read(
            "first", "-9w", "lab", "exchange_choose_host", alone=True, until="-8w"
        )

    def test_the_earlier_version_does_not_change(self, staff: User):
        published = FormatFactory(version=1)
        actions.revise_format(format=published, by=staff, months=12)
        published.refresh_from_db()
        assert (published.version, published.months, published.phases.count()) == (1, 24, 4)

    def test_a_revision_is_numbered_after_the_latest_version(self, staff: User):
        first = FormatFactory(version=1)
        FormatFactory(programme=first.programme, version=2)
        assert actions.revise_format(format=first, by=staff).version == 3

    def test_a_form_sent_twice_makes_one_version(self, staff: User):
        first = FormatFactory(version=1)
        actions.revise_format(format=first, version=2, by=staff)
        refusal(actions.revise_format, format=first, version=2, by=staff)
        assert first.programme.formats.count() == 2


class TestChangeFormat:
    def test_numbers_of_a_draft_can_change(self, staff: User):
        draft = FormatFactory(published_at=None)
        actions.change_format(format=draft, by=staff, months=30, seats=12)
        draft.refresh_from_db()
        assert (draft.months, draft.seats, draft.sessions) == (30, 12, 18)

    def test_numbers_of_a_published_version_cannot_change(self, staff: User):
        published = FormatFactory()
        assert refusal(actions.change_format, format=published, by=staff, months=30) == (
            "A published format cannot be changed. Create a new version.",
            None,
        )


class TestSetPhases:
    def test_phases_are_replaced(self, staff: User):
        draft = FormatFactory(published_at=None)
        actions.set_phases(format=draft, phases=[PhaseSpan("immersion", 0, 6), PhaseSpan("handover", 6, 24)], by=staff)
        assert months(draft) == [("immersion", 0, 6), ("handover", 6, 24)]

    def test_no_phase_ends_after_the_last_month(self, staff: User):
        draft = FormatFactory(published_at=None, months=24)
        before = months(draft)
        sentence, _ = refusal(actions.set_phases, format=draft, phases=[PhaseSpan("handover", 22, 25)], by=staff)
        assert sentence == (
            "“handover” ends after the last month of the format (24). Shorten the phase or lengthen the format."
        )
        assert months(draft) == before

    def test_a_repeated_phase_is_refused_and_nothing_is_saved(self, staff: User):
        draft = FormatFactory(published_at=None)
        before = months(draft)
        twice = [PhaseSpan("handover", 0, 2), PhaseSpan("handover", 2, 4)]
        assert refusal(actions.set_phases, format=draft, phases=twice, by=staff)[0] == (
            "The format already has this phase."
        )
        assert months(draft) == before

    def test_a_phase_that_ends_before_its_start_is_refused(self, staff: User):
        draft = FormatFactory(published_at=None)
        assert refusal(actions.set_phases, format=draft, phases=[PhaseSpan("handover", 4, 4)], by=staff) == (
            "A phase cannot end before it starts: check both months.",
            "end_month",
        )

    def test_phases_of_a_published_version_cannot_change(self, staff: User):
        published = FormatFactory()
        assert refusal(actions.set_phases, format=published, phases=[], by=staff)[0] == (
            "A published format keeps its phases and e-mails. Create a new version."
        )
        assert published.phases.count() == 4


class TestSetReminderSchedule:
    def test_one_reminder_schedule_is_replaced_and_the_others_stay(self, staff: User):
        draft = actions.draft_format(programme=ProgrammeFactory(), by=staff, **NUMBERS)
        actions.set_reminder_schedule(format=draft, kind="exchange", steps=[STEP], by=staff)
        assert [(step.slug, str(step.offset)) for step in draft.reminder_schedule("exchange")] == [
            ("exchange_choose_host", "-3w")
        ]
        assert draft.reminder_schedule("idea") == DEFAULT_REMINDER_SCHEDULES["idea"]

    def test_steps_are_sorted_by_time(self, staff: User):
        draft = FormatFactory(published_at=None)
        before = [ReminderStepInput(offset, "lab", "exchange_choose_host") for offset in ("-2wd", "-3w", "-2m", "-10d")]
        after = [ReminderStepInput(offset, "lab", "exchange_next_host") for offset in ("+30d", "+1wd", "+8w")]
        steps = [*after, *before]
        actions.set_reminder_schedule(format=draft, kind="exchange", steps=steps, by=staff)
        assert [str(step.offset) for step in draft.reminder_schedule("exchange")] == [
            "-2m",
            "-3w",
            "-10d",
            "-2wd",
            "+1wd",
            "+30d",
            "+8w",
        ]
        assert list(draft.reminder_steps.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6, 7]

    def test_existing_steps_keep_their_slugs_and_new_ones_get_free_slugs(self, staff: User):
        draft = FormatFactory(published_at=None)
        steps = [
            ReminderStepInput("-3w", "lab", "exchange_choose_host", slug="exchange_choose_host"),
            ReminderStepInput("-2w", "lab", "exchange_choose_host"),
            ReminderStepInput("-1w", "lab", "exchange_choose_host"),
        ]
        actions.set_reminder_schedule(format=draft, kind="exchange", steps=steps, by=staff)
        assert [step.slug for step in draft.reminder_schedule("exchange")] == [
            "exchange_choose_host",
            "exchange_choose_host_2",
            "exchange_choose_host_3",
        ]

    def test_an_empty_reminder_schedule_is_allowed(self, staff: User):
        draft = actions.draft_format(programme=ProgrammeFactory(), by=staff, **NUMBERS)
        actions.set_reminder_schedule(format=draft, kind="idea", steps=[], by=staff)
        assert draft.reminder_schedule("idea") == ()

    @pytest.mark.parametrize("offset", ["26", "-0w", "soon", "", "-26 weeks", "−3w"])
    def test_an_invalid_offset_is_refused(self, staff: User, offset: str):
        draft = FormatFactory(published_at=None)
        steps = [ReminderStepInput(offset, "lab", "exchange_choose_host")]
        sentence, field = refusal(actions.set_reminder_schedule, format=draft, kind="exchange", steps=steps, by=staff)
        assert sentence == (
            f"“{offset}” is not a valid time. Write + or -, a number from 1 to 999, then w (weeks),"
            " wd (working days), d (days) or m (months): -2wd, +3m."
        )
        assert (field, draft.reminder_steps.count()) == ("offset", 0)

    @pytest.mark.parametrize(
        ("step", "refused"),
        [
            (ReminderStepInput("-3w", "lab", "idea_follow_up"), ("Choose the e-mail from the list.", "email_type")),
            (ReminderStepInput("-3w", "lab", "spam"), ("Choose the e-mail from the list.", "email_type")),
            (
                ReminderStepInput("-3w", "owner", "exchange_choose_host"),
                ("Choose the recipients from the list.", "audience"),
            ),
            (
                ReminderStepInput("-3w", "attendees", "exchange_choose_host"),
                ("This e-mail is for other recipients: the lab. Choose one of these.", "audience"),
            ),
            (
                ReminderStepInput("+3w", "invited", "exchange_registration", alone=True),
                ("This e-mail is sent before the event: choose a time before it.", "offset"),
            ),
            (
                ReminderStepInput("-3w", "members", "exchange_report"),
                ("This e-mail is about what took place: choose a time after the event.", "offset"),
            ),
            (
                ReminderStepInput("-3w", "registered", "exchange_confirm"),
                ("This e-mail contains a calendar entry: it must always be a separate e-mail.", "alone"),
            ),
            (
                ReminderStepInput("-3w", "lab", "exchange_choose_host", until="-4w"),
                ("An e-mail must stay useful for some time after it is sent. Choose a later time.", "until"),
            ),
            (
                ReminderStepInput("-3w", "lab", "exchange_choose_host", until="-3w"),
                ("An e-mail must stay useful for some time after it is sent. Choose a later time.", "until"),
            ),
        ],
    )
    def test_unknown_email_types_and_audiences_are_refused(
        self, staff: User, step: ReminderStepInput, refused: tuple[str, str]
    ):
        draft = FormatFactory(published_at=None)
        assert refusal(actions.set_reminder_schedule, format=draft, kind="exchange", steps=[step], by=staff) == refused

    def test_a_repeated_slug_is_refused_and_nothing_is_saved(self, staff: User):
        draft = FormatFactory(published_at=None)
        ReminderStepFactory(format=draft, slug="kept")
        steps = [
            ReminderStepInput("-3w", "lab", "exchange_choose_host", slug="x"),
            ReminderStepInput("-2w", "registered", "exchange_programme", slug="x"),
        ]
        assert refusal(actions.set_reminder_schedule, format=draft, kind="exchange", steps=steps, by=staff)[0] == (
            "The reminder schedule already has this reminder."
        )
        assert [step.slug for step in draft.reminder_schedule("exchange")] == ["kept"]

    def test_the_schedule_of_a_published_version_cannot_change(self, staff: User):
        published = FormatFactory()
        assert refusal(actions.set_reminder_schedule, format=published, kind="exchange", steps=[STEP], by=staff)[0] == (
            "A published format keeps its phases and e-mails. Create a new version."
        )


class TestPublishFormat:
    def test_a_published_version_is_frozen(self, staff: User):
        draft = FormatFactory(published_at=None, exchange_interval_months=None)
        published = actions.publish_format(format=draft, at=AT, by=staff)
        assert Format.objects.get(pk=draft.pk).published_at == published.published_at == AT

    def test_publishing_twice_keeps_the_first_date(self, staff: User):
        draft = FormatFactory(published_at=None, exchange_interval_months=None)
        actions.publish_format(format=draft, at=AT, by=staff)
        again = actions.publish_format(format=draft, at=datetime(2027, 1, 1, tzinfo=UTC), by=staff)
        assert again.published_at == AT

    def test_publishing_needs_phases(self, staff: User):
        draft = FormatFactory(published_at=None, phases=())
        assert refusal(actions.publish_format, format=draft, at=AT, by=staff)[0] == (
            "Set the phases first: a published format cannot be changed."
        )

    def test_publishing_needs_phases_within_the_months(self, staff: User):
        draft = FormatFactory(published_at=None, exchange_interval_months=None)
        actions.change_format(format=draft, by=staff, months=23)
        assert refusal(actions.publish_format, format=draft, at=AT, by=staff)[0] == (
            "A phase ends after the last month of the format. Shorten the phase or lengthen the format."
        )

    def test_an_edition_keeps_its_version_when_a_new_one_is_published(self, staff: User):
        edition = EditionFactory()
        revised = actions.revise_format(format=edition.format, by=staff, months=30, exchange_interval_months=None)
        actions.publish_format(format=revised, at=AT, by=staff)
        edition.refresh_from_db()
        assert (edition.format.months, FormatPhase.objects.filter(format=edition.format).count()) == (24, 4)


class TestPublishWithEmails:
    def test_publishing_needs_emails_for_cohorts_that_meet(self, staff: User):
        draft = FormatFactory(published_at=None)
        assert refusal(actions.publish_format, format=draft, at=AT, by=staff) == (
            "The cohorts meet, but no e-mail informs them. Set the e-mails of Intertransfos first.",
            None,
        )

    def test_publishing_needs_no_emails_when_cohorts_do_not_meet(self, staff: User):
        draft = FormatFactory(published_at=None, exchange_interval_months=None)
        assert actions.publish_format(format=draft, at=AT, by=staff).published is True

    def test_publishing_checks_existing_steps_again(self, staff: User):
        draft = FormatFactory(published_at=None)
        ReminderStepFactory(format=draft, offset="+3w")
        assert refusal(actions.publish_format, format=draft, at=AT, by=staff)[0] == (
            "Intertransfo, “choose host and dates”: This e-mail is sent before the event: choose a time before it."
        )

    def test_the_default_schedules_pass_the_checks(self, staff: User):
        draft = actions.draft_format(programme=ProgrammeFactory(), by=staff, exchange_interval_months=6, **NUMBERS)
        actions.set_phases(format=draft, phases=[PhaseSpan("immersion", 0, 6)], by=staff)
        assert actions.publish_format(format=draft, at=AT, by=staff).published is True
