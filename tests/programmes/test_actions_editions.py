"""Actions on editions."""

from datetime import date

import pytest

from accounts.models import User
from programmes import actions
from programmes.enums import EditionState
from programmes.models import Edition
from tests.factories.programmes import EditionFactory, FormatFactory
from web.errors import DomainError


@pytest.fixture
def facts(staff: User) -> dict[str, object]:
    version = FormatFactory()
    return {
        "programme": version.programme,
        "format": version,
        "name": "La Transfo 2026–2028",
        "starts_on": date(2026, 9, 1),
        "ends_on": date(2028, 8, 31),
        "by": staff,
    }


class TestCreateEdition:
    def test_a_new_edition_is_a_draft_that_pins_its_format(self, facts: dict[str, object]):
        edition = Edition.objects.get(pk=actions.create_edition(**facts).pk)
        assert (edition.state, edition.format, edition.slug) == ("draft", facts["format"], "la-transfo-2026-2028")
        assert (edition.starts_on, edition.ends_on) == (date(2026, 9, 1), date(2028, 8, 31))
        assert (edition.retrospective, edition.demonstration) == (False, False)

    def test_other_facts_are_saved(self, facts: dict[str, object]):
        edition = actions.create_edition(**facts, funders="Three regions", planned_authorities=10, demonstration=True)
        assert (edition.funders, edition.planned_authorities, edition.demonstration) == ("Three regions", 10, True)

    @pytest.mark.parametrize(
        ("change", "refused"),
        [
            ({"ends_on": date(2026, 8, 31)}, ("The edition ends before it starts: check both dates.", "ends_on")),
            ({"starts_on": None}, ("Give the edition a start and an end.", "starts_on")),
            ({"ends_on": None}, ("Give the edition a start and an end.", "starts_on")),
            ({"name": "…"}, ("The name must contain at least one letter or digit.", "name")),
            (
                {"planned_authorities": 0},
                (
                    "The number of authorities must be at least one. Enter a number, or leave this field empty.",
                    "planned_authorities",
                ),
            ),
        ],
        ids=str,
    )
    def test_invalid_facts_are_refused(
        self, facts: dict[str, object], change: dict[str, object], refused: tuple[str, str]
    ):
        with pytest.raises(DomainError) as error:
            actions.create_edition(**{**facts, **change})
        assert (str(error.value), error.value.field) == refused
        assert Edition.objects.count() == 0

    def test_a_second_one_of_the_same_name_is_refused_next_to_its_name(self, facts: dict[str, object]):
        actions.create_edition(**facts)
        with pytest.raises(DomainError, match="Another edition already has this name") as error:
            actions.create_edition(**facts)
        assert (error.value.field, Edition.objects.count()) == ("name", 1)

    def test_a_draft_format_is_refused(self, facts: dict[str, object]):
        draft = FormatFactory(programme=facts["programme"], published_at=None)
        with pytest.raises(DomainError, match="Publish the format first") as error:
            actions.create_edition(**{**facts, "format": draft})
        assert error.value.field == "format"

    def test_a_format_of_another_programme_is_refused(self, facts: dict[str, object]):
        with pytest.raises(DomainError, match="belongs to another programme"):
            actions.create_edition(**{**facts, "format": FormatFactory()})


class TestChangeEdition:
    def test_name_and_dates_change_and_the_slug_stays(self, staff: User):
        edition = EditionFactory(slug="transfo")
        actions.change_edition(edition=edition, name="Other", ends_on=date(2029, 1, 1), by=staff)
        edition.refresh_from_db()
        assert (edition.name, edition.ends_on, edition.slug) == ("Other", date(2029, 1, 1), "transfo")

    def test_dates_in_the_wrong_order_are_refused(self, staff: User):
        edition = EditionFactory()
        with pytest.raises(DomainError, match="ends before it starts"):
            actions.change_edition(edition=edition, ends_on=date(2020, 1, 1), by=staff)
        assert edition.ends_on == date(2028, 1, 4)

    def test_an_edition_lasts_at_most_ten_years(self, staff: User):
        edition = EditionFactory()
        with pytest.raises(DomainError, match="These dates are more than ten years apart") as error:
            actions.change_edition(edition=edition, ends_on=date(2036, 1, 7), by=staff)
        assert error.value.field == "ends_on"


class TestStateActions:
    def test_each_state_has_its_action(self):
        assert {
            EditionState.OPEN: actions.open_registration,
            EditionState.RUNNING: actions.start_edition,
            EditionState.CLOSED: actions.close_edition,
            EditionState.ARCHIVED: actions.archive_edition,
        } == actions.STATE_ACTIONS

    def test_an_edition_goes_from_draft_to_archive(self, staff: User):
        edition = EditionFactory(state="draft")
        seen = []
        for step in actions.STATE_ACTIONS.values():
            edition = step(edition=edition, by=staff)
            seen.append(Edition.objects.get(pk=edition.pk).state)
        assert seen == ["open", "running", "closed", "archived"]

    def test_a_repeated_action_changes_nothing(self, staff: User):
        edition = EditionFactory(state="draft")
        actions.open_registration(edition=edition, by=staff)
        lines = edition.events.count()
        assert actions.open_registration(edition=edition, by=staff).state == "open"
        assert edition.events.count() == lines

    @pytest.mark.parametrize(
        ("state", "step"),
        [
            ("draft", actions.start_edition),
            ("draft", actions.close_edition),
            ("running", actions.open_registration),
            ("closed", actions.start_edition),
            ("archived", actions.close_edition),
        ],
    )
    def test_no_state_can_be_skipped_or_reverted(self, staff: User, state: str, step: actions.EditionAction):
        edition = EditionFactory(state=state)
        with pytest.raises(DomainError, match="cannot move from its current state to the one you chose"):
            step(edition=edition, by=staff)
        assert Edition.objects.get(pk=edition.pk).state == state

    def test_history_names_the_action(self, staff: User):
        edition = EditionFactory(state="draft")
        actions.open_registration(edition=edition, by=staff)
        assert edition.events.latest("pgh_id").pgh_context.metadata == {
            "action": "open_registration",
            "by": staff.pk,
            "reason": "",
        }
