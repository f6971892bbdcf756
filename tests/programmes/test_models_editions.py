"""Rules of editions and published figures that the database holds, tried by raw SQL."""

from datetime import date

import pytest
from django.utils import timezone, translation

from programmes.enums import EditionState
from programmes.models import Claim, Edition
from tests.factories.programmes import ClaimFactory, EditionFactory, FormatFactory
from tests.sql import delete, insert_like, refused_by, update

STATES = [state.value for state in EditionState]
ALLOWED = {("draft", "open"), ("open", "running"), ("running", "closed"), ("closed", "archived")}
pytestmark = pytest.mark.django_db


def state_of(edition: Edition) -> str:
    edition.refresh_from_db()
    return edition.state


class TestState:
    @pytest.mark.parametrize("after", STATES)
    @pytest.mark.parametrize("before", STATES)
    def test_it_goes_forward_one_step_at_a_time(self, before: str, after: str):
        edition = EditionFactory(state=before)
        if (before, after) in ALLOWED or before == after:
            update(edition, state=after)
            assert state_of(edition) == after
        else:
            with refused_by("edition_state"):
                update(edition, state=after)
            assert state_of(edition) == before

    @pytest.mark.parametrize("state", STATES[1:])
    def test_it_is_born_a_draft(self, state: str):
        edition = EditionFactory(state="draft")
        with refused_by("edition_state"):
            insert_like(edition, slug="other", state=state)

    def test_published_facts_are_born_in_any_state(self):
        edition = EditionFactory(state="archived", retrospective=True)
        assert state_of(edition) == "archived"

    def test_an_unknown_state_is_refused(self):
        edition = EditionFactory(state="draft")
        with refused_by("edition_state"):
            update(edition, state="lost")

    @pytest.mark.parametrize(
        ("state", "following"),
        [("draft", "open"), ("open", "running"), ("running", "closed"), ("closed", "archived"), ("archived", None)],
    )
    def test_it_knows_what_comes_next(self, state: str, following: str | None):
        assert EditionFactory.build(state=state, format=FormatFactory.build()).next_state == following

    def test_nothing_comes_next_for_published_facts(self):
        assert EditionFactory(state="running", retrospective=True).next_state is None

    @pytest.mark.parametrize(
        ("state", "tone"),
        [("draft", "waiting"), ("open", "open"), ("running", "open"), ("closed", "done"), ("archived", "neutral")],
    )
    def test_a_state_has_its_tone(self, state: str, tone: str):
        assert Edition(state=state).tone == tone


class TestFormat:
    def test_it_stays_pinned(self):
        edition = EditionFactory()
        other = FormatFactory(programme=edition.programme)
        with refused_by("edition_format_pinned"):
            update(edition, format_id=other.pk)

    def test_it_stays_pinned_while_a_draft(self):
        edition = EditionFactory(state="draft")
        other = FormatFactory(programme=edition.programme)
        with refused_by("edition_format_pinned"):
            update(edition, format_id=other.pk)

    def test_a_draft_format_is_not_pinned(self):
        edition = EditionFactory(state="draft")
        draft = FormatFactory(programme=edition.programme, published_at=None)
        with refused_by("edition_format_published"):
            insert_like(edition, slug="other", format_id=draft.pk)

    def test_published_facts_may_name_a_format_nobody_published(self):
        draft = FormatFactory(published_at=None)
        edition = EditionFactory(format=draft, retrospective=True, state="closed")
        assert edition.format.published is False

    def test_it_is_one_of_the_programme(self):
        edition = EditionFactory(state="draft")
        with refused_by("edition_format_of_programme"):
            insert_like(edition, slug="other", format_id=FormatFactory().pk)

    def test_the_programme_does_not_change_below_it(self):
        edition = EditionFactory()
        with refused_by("edition_format_of_programme"):
            update(edition, programme_id=FormatFactory().programme_id)

    def test_a_published_version_that_is_pinned_is_not_deleted(self):
        edition = EditionFactory()
        with refused_by("format_published_frozen"):
            delete(edition.format)


class TestDates:
    def test_the_end_does_not_come_before_the_start(self):
        edition = EditionFactory(starts_on=date(2026, 1, 5))
        with refused_by("edition_dates"):
            update(edition, ends_on=date(2026, 1, 4))

    @pytest.mark.parametrize("column", ["starts_on", "ends_on"])
    def test_both_are_known(self, column: str):
        edition = EditionFactory()
        with refused_by("edition_dates_known"):
            update(edition, **{column: None})

    def test_they_may_be_missing_from_published_facts(self):
        edition = EditionFactory(retrospective=True, starts_on=None, ends_on=None)
        assert (edition.starts_on, edition.ends_on) == (None, None)


class TestOtherColumns:
    @pytest.mark.parametrize("retrospective", [True, False])
    def test_the_mark_of_published_facts_never_changes(self, retrospective: bool):
        edition = EditionFactory(retrospective=retrospective)
        with refused_by("edition_retrospective_fixed"):
            update(edition, retrospective=not retrospective)

    def test_an_address_is_used_once(self):
        edition = EditionFactory(state="draft", slug="transfo")
        with refused_by("edition_slug_once"):
            insert_like(edition)

    @pytest.mark.parametrize("number", [0, -10])
    def test_it_plans_for_one_authority_at_least(self, number: int):
        edition = EditionFactory()
        with refused_by("edition_planned_authorities"):
            update(edition, planned_authorities=number)

    def test_it_is_called_by_its_name_and_lives_at_its_address(self):
        edition = EditionFactory(name="La Transfo 2026", slug="la-transfo-2026")
        assert (str(edition), edition.get_absolute_url()) == ("La Transfo 2026", "/editions/la-transfo-2026/")


class TestClaim:
    def test_a_figure_is_kept_once(self):
        claim = ClaimFactory()
        with refused_by("claim_once"):
            insert_like(claim, source="Another page")

    def test_once_even_without_a_date(self):
        claim = ClaimFactory(as_of=None)
        with refused_by("claim_once"):
            insert_like(claim, definition="Another")

    @pytest.mark.parametrize(
        "change", [{"value": 70}, {"as_of": date(2018, 1, 1)}, {"scope": "mulhouse"}, {"metric": "ideas"}], ids=str
    )
    def test_what_differs_is_another_figure(self, change: dict[str, object]):
        insert_like(ClaimFactory(), **change)
        assert Claim.objects.count() == 2

    def test_two_editions_may_claim_the_same(self):
        insert_like(ClaimFactory(), edition_id=EditionFactory().pk)
        assert Claim.objects.count() == 2

    @pytest.mark.parametrize(("value", "figure"), [("12.50", "12.5"), ("50", "50"), ("0", "0"), ("2600000", "2600000")])
    def test_its_value_shows_no_zero_nobody_published(self, value: str, figure: str):
        claim = ClaimFactory(value=value)
        claim.refresh_from_db()
        assert claim.figure == figure

    def test_it_reads_as_figure_and_value(self):
        with translation.override("en"):
            assert str(ClaimFactory.build(edition=None, value=50)) == "ideas implemented (%): 50"

    def test_a_figure_we_have_no_words_for_keeps_its_own(self):
        assert str(ClaimFactory.build(edition=None, metric="method_sheets_read", value=3)) == "method sheets read: 3"


def test_a_row_written_by_a_wrong_clock_is_no_matter_for_triggers():
    """No rule of editions depends on today: an edition of the last century runs like any other."""
    edition = EditionFactory(starts_on=date(1999, 1, 1), ends_on=date(1999, 12, 31), state="draft")
    assert edition.ends_on < timezone.localdate()
    update(edition, state="open")
    assert state_of(edition) == "open"
