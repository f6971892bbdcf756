"""Constraints of editions and published figures, tested with raw SQL."""

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
    def test_states_follow_one_after_the_other(self, before: str, after: str):
        edition = EditionFactory(state=before)
        if (before, after) in ALLOWED or before == after:
            update(edition, state=after)
            assert state_of(edition) == after
        else:
            with refused_by("edition_state"):
                update(edition, state=after)
            assert state_of(edition) == before

    @pytest.mark.parametrize("state", STATES[1:])
    def test_an_edition_is_created_as_a_draft(self, state: str):
        edition = EditionFactory(state="draft")
        with refused_by("edition_state"):
            insert_like(edition, slug="other", state=state)

    def test_published_facts_may_be_created_in_any_state(self):
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
    def test_an_edition_has_a_next_state(self, state: str, following: str | None):
        assert EditionFactory.build(state=state, format=FormatFactory.build()).next_state == following

    def test_published_facts_have_no_next_state(self):
        assert EditionFactory(state="running", retrospective=True).next_state is None

    @pytest.mark.parametrize(
        ("state", "tone"),
        [("draft", "waiting"), ("open", "open"), ("running", "open"), ("closed", "done"), ("archived", "neutral")],
    )
    def test_a_state_has_its_tone(self, state: str, tone: str):
        assert Edition(state=state).tone == tone


class TestFormat:
    def test_the_format_stays_pinned(self):
        edition = EditionFactory()
        other = FormatFactory(programme=edition.programme)
        with refused_by("edition_format_pinned"):
            update(edition, format_id=other.pk)

    def test_the_format_of_a_draft_stays_pinned(self):
        edition = EditionFactory(state="draft")
        other = FormatFactory(programme=edition.programme)
        with refused_by("edition_format_pinned"):
            update(edition, format_id=other.pk)

    def test_a_draft_format_cannot_be_pinned(self):
        edition = EditionFactory(state="draft")
        draft = FormatFactory(programme=edition.programme, published_at=None)
        with refused_by("edition_format_published"):
            insert_like(edition, slug="other", format_id=draft.pk)

    def test_published_facts_may_use_an_unpublished_format(self):
        draft = FormatFactory(published_at=None)
        edition = EditionFactory(format=draft, retrospective=True, state="closed")
        assert edition.format.published is False

    def test_the_format_belongs_to_the_programme(self):
        edition = EditionFactory(state="draft")
        with refused_by("edition_format_of_programme"):
            insert_like(edition, slug="other", format_id=FormatFactory().pk)

    def test_the_programme_of_a_pinned_format_cannot_change(self):
        edition = EditionFactory()
        with refused_by("edition_format_of_programme"):
            update(edition, programme_id=FormatFactory().programme_id)

    def test_a_pinned_version_cannot_be_deleted(self):
        edition = EditionFactory()
        with refused_by("format_published_frozen"):
            delete(edition.format)


class TestDates:
    def test_the_end_does_not_come_before_the_start(self):
        edition = EditionFactory(starts_on=date(2026, 1, 5))
        with refused_by("edition_dates"):
            update(edition, ends_on=date(2026, 1, 4))

    @pytest.mark.parametrize("column", ["starts_on", "ends_on"])
    def test_both_dates_are_required(self, column: str):
        edition = EditionFactory()
        with refused_by("edition_dates_known"):
            update(edition, **{column: None})

    def test_dates_may_be_missing_from_published_facts(self):
        edition = EditionFactory(retrospective=True, starts_on=None, ends_on=None)
        assert (edition.starts_on, edition.ends_on) == (None, None)


class TestOtherColumns:
    @pytest.mark.parametrize("retrospective", [True, False])
    def test_the_flag_for_published_facts_cannot_change(self, retrospective: bool):
        edition = EditionFactory(retrospective=retrospective)
        with refused_by("edition_retrospective_fixed"):
            update(edition, retrospective=not retrospective)

    def test_an_address_is_used_once(self):
        edition = EditionFactory(state="draft", slug="transfo")
        with refused_by("edition_slug_once"):
            insert_like(edition)

    @pytest.mark.parametrize("number", [0, -10])
    def test_at_least_one_authority_is_planned(self, number: int):
        edition = EditionFactory()
        with refused_by("edition_planned_authorities"):
            update(edition, planned_authorities=number)

    def test_text_form_and_url(self):
        edition = EditionFactory(name="La Transfo 2026", slug="la-transfo-2026")
        assert (str(edition), edition.get_absolute_url()) == ("La Transfo 2026", "/editions/la-transfo-2026/")


class TestClaim:
    def test_a_figure_is_stored_once(self):
        claim = ClaimFactory()
        with refused_by("claim_once"):
            insert_like(claim, source="Another page")

    def test_a_figure_without_a_date_is_stored_once(self):
        claim = ClaimFactory(as_of=None)
        with refused_by("claim_once"):
            insert_like(claim, definition="Another")

    @pytest.mark.parametrize(
        "change", [{"value": 70}, {"as_of": date(2018, 1, 1)}, {"scope": "mulhouse"}, {"metric": "ideas"}], ids=str
    )
    def test_a_different_value_is_another_figure(self, change: dict[str, object]):
        insert_like(ClaimFactory(), **change)
        assert Claim.objects.count() == 2

    def test_two_editions_may_claim_the_same(self):
        insert_like(ClaimFactory(), edition_id=EditionFactory().pk)
        assert Claim.objects.count() == 2

    @pytest.mark.parametrize(("value", "figure"), [("12.50", "12.5"), ("50", "50"), ("0", "0"), ("2600000", "2600000")])
    def test_the_value_has_no_trailing_zeros(self, value: str, figure: str):
        claim = ClaimFactory(value=value)
        claim.refresh_from_db()
        assert claim.figure == figure

    def test_the_text_form_names_figure_and_value(self):
        with translation.override("en"):
            assert str(ClaimFactory.build(edition=None, value=50)) == "ideas implemented (%): 50"

    def test_an_unknown_figure_keeps_its_name(self):
        assert str(ClaimFactory.build(edition=None, metric="method_sheets_read", value=3)) == "method sheets read: 3"


def test_triggers_do_not_compare_dates_with_the_clock():
    """No rule of editions depends on today: an edition of the last century runs like any other."""
    edition = EditionFactory(starts_on=date(1999, 1, 1), ends_on=date(1999, 12, 31), state="draft")
    assert edition.ends_on < timezone.localdate()
    update(edition, state="open")
    assert state_of(edition) == "open"
