"""Actions on programmes and format versions."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from notifications.reminders.schedule import Step
from programmes import actions
from programmes.actions import PhaseMonths, Rung
from programmes.formats.reminder_schedules import DEFAULT_LADDERS
from programmes.models import Format, FormatPhase, LadderStep, Programme
from tests.factories.programmes import EditionFactory, FormatFactory, LadderStepFactory, ProgrammeFactory
from web.errors import DomainError

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
NUMBERS = {"label": "Two years", "months": 24, "sessions": 18, "seats": 15}
RUNG = Rung("-3w", "lab", "exchange_choose_host")


def months(version: Format) -> list[tuple[str, int, int]]:
    return list(version.phases.values_list("kind", "start_month", "end_month"))


def refusal(act, **given: object) -> tuple[str, str | None]:
    """The sentence an action refuses with, and the field it belongs beside."""
    with pytest.raises(DomainError) as refused:
        act(**given)
    return str(refused.value), refused.value.field


class TestCreateProgramme:
    def test_it_has_its_address_from_its_french_name(self, staff: User):
        programme = actions.create_programme(
            family="residency", name_fr="Territoires en résidences", name_en="The Residencies", by=staff
        )
        kept = Programme.objects.get(pk=programme.pk)
        assert (kept.slug, kept.family, kept.name_en) == ("territoires-en-residences", "residency", "The Residencies")

    def test_made_twice_it_is_refused_beside_its_name(self, staff: User):
        given = {"family": "transfo", "name_fr": "La Transfo", "name_en": "La Transfo", "by": staff}
        actions.create_programme(**given)
        assert refusal(actions.create_programme, **given) == (
            "Another programme already has this name. Choose another name.",
            "name_fr",
        )
        assert Programme.objects.count() == 1

    def test_a_name_of_signs_only_is_refused(self, staff: User):
        given = {"family": "transfo", "name_fr": "!?", "name_en": "La Transfo", "by": staff}
        assert refusal(actions.create_programme, **given) == (
            "The name must contain at least one letter or digit.",
            "name_fr",
        )


class TestDraftFormat:
    def test_the_first_version_starts_with_the_default_ladders(self, staff: User):
        draft = actions.draft_format(programme=ProgrammeFactory(), by=staff, **NUMBERS)
        assert (draft.version, draft.published, months(draft)) == (1, False, [])
        assert {kind: draft.ladder(kind) for kind in DEFAULT_LADDERS} == dict(DEFAULT_LADDERS)

    def test_the_next_one_has_the_next_number(self, staff: User):
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
        assert (programme.formats.count(), LadderStep.objects.count()) == (1, 35)

    @pytest.mark.parametrize("numbers", [{"months": 0}, {"seats": -1}, {"first_prototype_months": 25}], ids=str)
    def test_numbers_without_sense_are_refused(self, staff: User, numbers: dict[str, int]):
        sentence, _ = refusal(actions.draft_format, programme=ProgrammeFactory(), by=staff, **{**NUMBERS, **numbers})
        assert (
            sentence == "Every number must be positive, and the first prototype must be due within the format’s months."
        )
        assert Format.objects.count() == 0


class TestReviseFormat:
    def test_phases_ladders_and_numbers_are_copied(self, staff: User):
        draft = FormatFactory(published_at=None, version=1)
        LadderStepFactory(format=draft, position=1, slug="first", offset="-9w", until="-8w", alone=True)
        published = actions.publish_format(format=draft, at=AT, by=staff)
        revised = Format.objects.get(pk=actions.revise_format(format=published, by=staff, label="Shorter").pk)
        assert (revised.version, revised.label, revised.seats, revised.published) == (2, "Shorter", 15, False)
        assert months(revised) == months(published)
        assert revised.ladder("exchange") == published.ladder("exchange")
        assert revised.ladder("exchange")[0] == Step.read(
            "first", "-9w", "lab", "exchange_choose_host", alone=True, until="-8w"
        )

    def test_the_earlier_version_stays_as_it_was(self, staff: User):
        published = FormatFactory(version=1)
        actions.revise_format(format=published, by=staff, months=12)
        published.refresh_from_db()
        assert (published.version, published.months, published.phases.count()) == (1, 24, 4)

    def test_it_comes_after_the_latest_version_whichever_it_copies(self, staff: User):
        first = FormatFactory(version=1)
        FormatFactory(programme=first.programme, version=2)
        assert actions.revise_format(format=first, by=staff).version == 3

    def test_a_form_sent_twice_makes_one_version(self, staff: User):
        first = FormatFactory(version=1)
        actions.revise_format(format=first, version=2, by=staff)
        refusal(actions.revise_format, format=first, version=2, by=staff)
        assert first.programme.formats.count() == 2


class TestChangeFormat:
    def test_a_draft_takes_new_numbers(self, staff: User):
        draft = FormatFactory(published_at=None)
        actions.change_format(format=draft, by=staff, months=30, seats=12)
        draft.refresh_from_db()
        assert (draft.months, draft.seats, draft.sessions) == (30, 12, 18)

    def test_a_published_version_does_not(self, staff: User):
        published = FormatFactory()
        assert refusal(actions.change_format, format=published, by=staff, months=30) == (
            "A published format cannot be changed. Create a new version.",
            None,
        )


class TestSetPhases:
    def test_they_replace_what_was_there(self, staff: User):
        draft = FormatFactory(published_at=None)
        actions.set_phases(
            format=draft, phases=[PhaseMonths("immersion", 0, 6), PhaseMonths("handover", 6, 24)], by=staff
        )
        assert months(draft) == [("immersion", 0, 6), ("handover", 6, 24)]

    def test_none_goes_beyond_the_months(self, staff: User):
        draft = FormatFactory(published_at=None, months=24)
        before = months(draft)
        sentence, _ = refusal(actions.set_phases, format=draft, phases=[PhaseMonths("handover", 22, 25)], by=staff)
        assert sentence == (
            "“handover” ends after the last month of the format (24). Shorten the phase or lengthen the format."
        )
        assert months(draft) == before

    def test_the_same_phase_twice_is_refused_and_nothing_is_half_saved(self, staff: User):
        draft = FormatFactory(published_at=None)
        before = months(draft)
        twice = [PhaseMonths("handover", 0, 2), PhaseMonths("handover", 2, 4)]
        assert refusal(actions.set_phases, format=draft, phases=twice, by=staff)[0] == (
            "The format already has this phase."
        )
        assert months(draft) == before

    def test_a_phase_that_ends_first_is_refused(self, staff: User):
        draft = FormatFactory(published_at=None)
        assert refusal(actions.set_phases, format=draft, phases=[PhaseMonths("handover", 4, 4)], by=staff) == (
            "A phase cannot end before it starts: check both months.",
            "end_month",
        )

    def test_those_of_a_published_version_stay(self, staff: User):
        published = FormatFactory()
        assert refusal(actions.set_phases, format=published, phases=[], by=staff)[0] == (
            "A published format keeps its phases and e-mails. Create a new version."
        )
        assert published.phases.count() == 4


class TestSetLadder:
    def test_it_replaces_one_ladder_and_leaves_the_others(self, staff: User):
        draft = actions.draft_format(programme=ProgrammeFactory(), by=staff, **NUMBERS)
        actions.set_ladder(format=draft, kind="exchange", rungs=[RUNG], by=staff)
        assert [(step.slug, str(step.offset)) for step in draft.ladder("exchange")] == [("exchange_choose_host", "-3w")]
        assert draft.ladder("idea") == DEFAULT_LADDERS["idea"]

    def test_it_is_put_in_order_of_time(self, staff: User):
        draft = FormatFactory(published_at=None)
        before = [Rung(offset, "lab", "exchange_choose_host") for offset in ("-2wd", "-3w", "-2m", "-10d")]
        after = [Rung(offset, "lab", "exchange_next_host") for offset in ("+30d", "+1wd", "+8w")]
        rungs = [*after, *before]
        actions.set_ladder(format=draft, kind="exchange", rungs=rungs, by=staff)
        assert [str(step.offset) for step in draft.ladder("exchange")] == [
            "-2m",
            "-3w",
            "-10d",
            "-2wd",
            "+1wd",
            "+30d",
            "+8w",
        ]
        assert list(draft.ladder_steps.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6, 7]

    def test_known_steps_keep_their_names_and_new_ones_get_free_ones(self, staff: User):
        draft = FormatFactory(published_at=None)
        rungs = [
            Rung("-3w", "lab", "exchange_choose_host", slug="exchange_choose_host"),
            Rung("-2w", "lab", "exchange_choose_host"),
            Rung("-1w", "lab", "exchange_choose_host"),
        ]
        actions.set_ladder(format=draft, kind="exchange", rungs=rungs, by=staff)
        assert [step.slug for step in draft.ladder("exchange")] == [
            "exchange_choose_host",
            "exchange_choose_host_2",
            "exchange_choose_host_3",
        ]

    def test_an_empty_one_sends_nothing(self, staff: User):
        draft = actions.draft_format(programme=ProgrammeFactory(), by=staff, **NUMBERS)
        actions.set_ladder(format=draft, kind="idea", rungs=[], by=staff)
        assert draft.ladder("idea") == ()

    @pytest.mark.parametrize("offset", ["26", "-0w", "soon", "", "-26 weeks", "−3w"])
    def test_a_time_nobody_can_read_is_refused(self, staff: User, offset: str):
        draft = FormatFactory(published_at=None)
        rungs = [Rung(offset, "lab", "exchange_choose_host")]
        sentence, field = refusal(actions.set_ladder, format=draft, kind="exchange", rungs=rungs, by=staff)
        assert sentence == (
            f"“{offset}” is not a valid time. Write + or -, a number from 1 to 999, then w (weeks),"
            " wd (working days), d (days) or m (months): -2wd, +3m."
        )
        assert (field, draft.ladder_steps.count()) == ("offset", 0)

    @pytest.mark.parametrize(
        ("rung", "refused"),
        [
            (Rung("-3w", "lab", "idea_follow_up"), ("Choose the e-mail from the list.", "letter")),
            (Rung("-3w", "lab", "spam"), ("Choose the e-mail from the list.", "letter")),
            (
                Rung("-3w", "owner", "exchange_choose_host"),
                ("Choose the recipients from the list.", "audience"),
            ),
            (
                Rung("-3w", "attendees", "exchange_choose_host"),
                ("This e-mail is for other recipients: the lab. Choose one of these.", "audience"),
            ),
            (
                Rung("+3w", "invited", "exchange_registration", alone=True),
                ("This e-mail is sent before the event: choose a time before it.", "offset"),
            ),
            (
                Rung("-3w", "members", "exchange_report"),
                ("This e-mail is about what took place: choose a time after the event.", "offset"),
            ),
            (
                Rung("-3w", "registered", "exchange_confirm"),
                ("This e-mail contains a calendar entry: it must always be a separate e-mail.", "alone"),
            ),
            (
                Rung("-3w", "lab", "exchange_choose_host", until="-4w"),
                ("An e-mail must stay useful for some time after it is sent. Choose a later time.", "until"),
            ),
            (
                Rung("-3w", "lab", "exchange_choose_host", until="-3w"),
                ("An e-mail must stay useful for some time after it is sent. Choose a later time.", "until"),
            ),
        ],
    )
    def test_what_the_event_does_not_know_is_refused(self, staff: User, rung: Rung, refused: tuple[str, str]):
        draft = FormatFactory(published_at=None)
        assert refusal(actions.set_ladder, format=draft, kind="exchange", rungs=[rung], by=staff) == refused

    def test_the_same_name_twice_is_refused_and_nothing_is_half_saved(self, staff: User):
        draft = FormatFactory(published_at=None)
        LadderStepFactory(format=draft, slug="kept")
        rungs = [
            Rung("-3w", "lab", "exchange_choose_host", slug="x"),
            Rung("-2w", "registered", "exchange_programme", slug="x"),
        ]
        assert refusal(actions.set_ladder, format=draft, kind="exchange", rungs=rungs, by=staff)[0] == (
            "The reminder schedule already has this reminder."
        )
        assert [step.slug for step in draft.ladder("exchange")] == ["kept"]

    def test_that_of_a_published_version_stays(self, staff: User):
        published = FormatFactory()
        assert refusal(actions.set_ladder, format=published, kind="exchange", rungs=[RUNG], by=staff)[0] == (
            "A published format keeps its phases and e-mails. Create a new version."
        )


class TestPublishFormat:
    def test_it_is_frozen_from_that_moment(self, staff: User):
        draft = FormatFactory(published_at=None, exchange_interval_months=None)
        published = actions.publish_format(format=draft, at=AT, by=staff)
        assert Format.objects.get(pk=draft.pk).published_at == published.published_at == AT

    def test_published_twice_the_first_time_stands(self, staff: User):
        draft = FormatFactory(published_at=None, exchange_interval_months=None)
        actions.publish_format(format=draft, at=AT, by=staff)
        again = actions.publish_format(format=draft, at=datetime(2027, 1, 1, tzinfo=UTC), by=staff)
        assert again.published_at == AT

    def test_it_needs_phases(self, staff: User):
        draft = FormatFactory(published_at=None, phases=())
        assert refusal(actions.publish_format, format=draft, at=AT, by=staff)[0] == (
            "Set the phases first: a published format cannot be changed."
        )

    def test_its_phases_lie_within_its_months(self, staff: User):
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


class TestPublishWithLetters:
    def test_cohorts_that_meet_have_letters_that_tell_them(self, staff: User):
        draft = FormatFactory(published_at=None)
        assert refusal(actions.publish_format, format=draft, at=AT, by=staff) == (
            "The cohorts meet, but no e-mail informs them. Set the e-mails of Intertransfos first.",
            None,
        )

    def test_where_they_do_not_meet_none_is_needed(self, staff: User):
        draft = FormatFactory(published_at=None, exchange_interval_months=None)
        assert actions.publish_format(format=draft, at=AT, by=staff).published is True

    def test_what_was_set_before_there_were_rules_is_looked_at_again(self, staff: User):
        draft = FormatFactory(published_at=None)
        LadderStepFactory(format=draft, offset="+3w")
        assert refusal(actions.publish_format, format=draft, at=AT, by=staff)[0] == (
            "Intertransfo, “choose host and dates”: This e-mail is sent before the event: choose a time before it."
        )

    def test_the_usual_letters_are_in_place(self, staff: User):
        draft = actions.draft_format(programme=ProgrammeFactory(), by=staff, exchange_interval_months=6, **NUMBERS)
        actions.set_phases(format=draft, phases=[PhaseMonths("immersion", 0, 6)], by=staff)
        assert actions.publish_format(format=draft, at=AT, by=staff).published is True
