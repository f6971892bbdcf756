"""Forms read what people type, nonsense included, and lose nothing of it."""

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from programmes.actions import PhaseMonths, Rung
from programmes.forms import (
    AdminForm,
    AuthorityForm,
    EditionForm,
    FormatForm,
    LadderFormSet,
    MoveForm,
    NewFormatForm,
    PeriodForm,
    PhasesForm,
    ProgrammeForm,
)
from tests.factories.programmes import AuthorityFactory, EditionFactory, FormatFactory

FORMAT = {
    "label": "Two years",
    "months": "24",
    "onsite_weeks": "0",
    "sessions": "18",
    "days_per_session": "2",
    "seats": "15",
    "exchange_days": "2",
}
AUTHORITY = {"name": "Rennes", "kind": "municipality", "time_zone": "Europe/Paris", "language": "fr"}
PERIOD = {"name": "Municipales", "kind": "electoral", "starts_on": "2027-03-01", "ends_on": "2027-03-21"}


def refused(form: Any) -> dict[str, list[str]]:
    assert form.is_valid() is False
    return {field: list(reasons) for field, reasons in form.errors.items()}


class TestFormatForm:
    def test_numbers_are_read(self):
        form = FormatForm({**FORMAT, "day_allowance": "", "first_prototype_months": "2"})
        assert form.is_valid()
        assert (form.cleaned_data["months"], form.cleaned_data["day_allowance"]) == (24, None)

    @pytest.mark.parametrize(
        ("field", "typed", "reason"),
        [
            ("months", "-3", "Ensure this value is greater than or equal to 0."),
            ("months", "two", "Enter a whole number."),
            ("months", "", "This field is required."),
            ("seats", "1.5", "Enter a whole number."),
            ("seats", "99999", "Ensure this value is less than or equal to 32767."),
            ("label", "x" * 121, "Ensure this value has at most 120 characters (it has 121)."),
            ("label", "   ", "This field is required."),
            ("sessions", "9" * 400, "Ensure this value is less than or equal to 200."),
            ("months", "121", "Ensure this value is less than or equal to 120."),
            ("onsite_weeks", "101", "Ensure this value is less than or equal to 100."),
            ("days_per_session", "32", "Ensure this value is less than or equal to 31."),
        ],
    )
    def test_nonsense_has_its_reason(self, field: str, typed: str, reason: str):
        assert refused(FormatForm({**FORMAT, field: typed})) == {field: [reason]}

    @pytest.mark.parametrize("version", ["", "x", "0", "-1", "10000"])
    def test_a_new_version_carries_its_number(self, version: str):
        assert list(refused(NewFormatForm({**FORMAT, "version": version}))) == ["version"]

    @pytest.mark.django_db
    def test_the_row_stays_as_it_is_while_the_form_reads(self):
        row = FormatFactory(published_at=None)
        form = FormatForm({**FORMAT, "label": "Other"}, instance=row)
        assert form.is_valid()
        assert (row.label, form.instance.label) == ("Two years", "Other")


def test_the_forms_of_rows_leave_rules_to_the_database():
    """An end before the start is the database's to refuse, in our words."""
    form = EditionForm({"name": "x", "starts_on": "2027-01-02", "ends_on": "2027-01-01"})
    assert form.is_valid()


class TestProgrammeForm:
    def test_both_names_are_needed(self):
        assert refused(ProgrammeForm({"family": "transfo"})) == {
            "name_fr": ["This field is required."],
            "name_en": ["This field is required."],
        }

    def test_a_family_is_one_of_the_list(self):
        assert list(refused(ProgrammeForm({"family": "club", "name_fr": "x", "name_en": "x"}))) == ["family"]


@pytest.mark.django_db
class TestAuthorityForm:
    def test_a_siren_may_be_written_with_spaces(self):
        form = AuthorityForm({**AUTHORITY, "siren": "213 502 388"})
        assert form.is_valid()
        assert form.cleaned_data["siren"] == "213502388"

    @pytest.mark.parametrize("siren", ["", "  "])
    def test_an_unknown_siren_stays_unknown(self, siren: str):
        form = AuthorityForm({**AUTHORITY, "siren": siren})
        assert form.is_valid()
        assert form.cleaned_data["siren"] is None

    @pytest.mark.parametrize("siren", ["213502389", "21350238A", "123", "0" * 10, "²13502388"])
    def test_nonsense_is_not_a_siren(self, siren: str):
        assert refused(AuthorityForm({**AUTHORITY, "siren": siren})) == {
            "siren": ["This is not a SIREN number: check its nine digits."]
        }

    @pytest.mark.parametrize(
        ("field", "typed"),
        [
            ("kind", "kingdom"),
            ("latitude", "north"),
            ("latitude", "nan"),
            ("latitude", "inf"),
            ("dissolved_on", "31/02/2026"),
            ("dissolved_on", "yesterday"),
            ("school_zone", "D"),
            ("holiday_subdivision", "99"),
            ("time_zone", "Mars/Olympus"),
            ("successor", "999999"),
            ("successor", "x"),
            ("name", "a\x00b"),
        ],
    )
    def test_nonsense_is_refused_beside_its_field(self, field: str, typed: str):
        assert list(refused(AuthorityForm({**AUTHORITY, field: typed}))) == [field]

    def test_an_authority_is_not_offered_as_its_own_successor(self):
        one, other = AuthorityFactory(name="One"), AuthorityFactory(name="Other")
        assert list(AuthorityForm(instance=one).fields["successor"].queryset) == [other]

    def test_fields_come_in_their_order(self):
        assert list(AuthorityForm().fields)[:4] == ["name", "kind", "kind_label", "siren"]


class TestPeriodForm:
    @pytest.mark.parametrize("typed", ["2027-03-01", "01/03/2027"])
    def test_a_day_may_be_typed_as_the_french_write_it(self, typed: str):
        with translation.override("fr"):
            form = PeriodForm({**PERIOD, "starts_on": typed})
            assert form.is_valid()
        assert form.cleaned_data["starts_on"] == date(2027, 3, 1)

    @pytest.mark.parametrize("typed", ["2027-02-30", "2027-13-01", "soon", "", "0000-01-01"])
    def test_a_day_that_does_not_exist_is_refused(self, typed: str):
        assert list(refused(PeriodForm({**PERIOD, "starts_on": typed}))) == ["starts_on"]

    def test_a_day_is_shown_as_the_browser_reads_it(self):
        form = PeriodForm(initial={"starts_on": date(2027, 3, 1)})
        assert 'type="date" name="starts_on" value="2027-03-01"' in str(form["starts_on"])


@pytest.mark.django_db
def test_an_edition_is_shown_with_its_days():
    form = EditionForm(instance=EditionFactory(starts_on=date(2026, 1, 5)))
    assert 'value="2026-01-05"' in str(form["starts_on"])


@pytest.mark.parametrize(
    ("typed", "fields"),
    [({}, ["email"]), ({"email": "ada"}, ["email"]), ({"email": "a@b.example", "language": "de"}, ["language"])],
)
def test_an_admin_has_an_address_and_a_language_of_ours(typed: dict[str, str], fields: list[str]):
    assert list(refused(AdminForm(typed))) == fields


@pytest.mark.parametrize(("state", "valid"), [("open", True), ("archived", True), ("draft", False), ("", False)])
def test_an_edition_moves_to_a_state_that_has_a_step(state: str, valid: bool):
    assert MoveForm({"state": state}).is_valid() is valid


class TestPhasesForm:
    def read(self, **typed: str) -> PhasesForm:
        return PhasesForm({"csrfmiddlewaretoken": "x", **typed}, phases=[])

    def test_lines_become_phases_in_order_of_time(self):
        form = self.read(handover_from="6", handover_to="8", immersion_from="0", immersion_to="6")
        assert form.is_valid()
        assert form.cleaned_data == {"phases": [PhaseMonths("immersion", 0, 6), PhaseMonths("handover", 6, 8)]}

    def test_empty_lines_are_phases_the_format_does_not_have(self):
        form = self.read()
        assert form.is_valid()
        assert form.cleaned_data == {"phases": []}

    @pytest.mark.parametrize(
        ("typed", "errors"),
        [
            ({"handover_from": "6"}, {"handover_to": ["Give both months, or leave both empty."]}),
            ({"handover_to": "6"}, {"handover_from": ["Give both months, or leave both empty."]}),
            (
                {"handover_from": "6", "handover_to": "6"},
                {"handover_to": ["A phase cannot end before it starts: check both months."]},
            ),
            (
                {"handover_from": "6", "handover_to": "5"},
                {"handover_to": ["A phase cannot end before it starts: check both months."]},
            ),
        ],
        ids=str,
    )
    def test_half_a_line_and_the_wrong_order_are_refused(self, typed: dict[str, str], errors: dict[str, list[str]]):
        assert refused(self.read(**typed)) == errors

    @pytest.mark.parametrize("month", ["-1", "241", "x", "1.5"])
    def test_nonsense_is_refused_beside_its_month(self, month: str):
        assert "handover_from" in refused(self.read(handover_from=month, handover_to="240"))

    @pytest.mark.django_db
    def test_it_starts_with_the_phases_there_are(self):
        form = PhasesForm(phases=list(FormatFactory().phases.all()))
        assert [(str(kind), start.initial, end.initial) for kind, start, end in form.rows()] == [
            ("preparation", 0, 2),
            ("immersion", None, None),
            ("test_case", 2, 8),
            ("priority_challenges", 8, 22),
            ("handover", 22, 24),
        ]

    def test_each_month_has_a_label_of_its_own(self):
        labels = [str(field.label) for _, start, end in self.read().rows() for field in (start, end)]
        assert labels[:2] == ["preparation: from month", "preparation: to month"]
        assert len(set(labels)) == 10


def ladder(*lines: dict[str, str], kind: str = "exchange", known: int = 0, total: int | None = None) -> LadderFormSet:
    """A formset as the browser sends it."""
    typed = QueryDict(mutable=True)
    typed["form-TOTAL_FORMS"], typed["form-INITIAL_FORMS"] = str(len(lines) if total is None else total), str(known)
    for place, line in enumerate(lines):
        for name, value in line.items():
            typed[f"form-{place}-{name}"] = value
    return LadderFormSet(typed, initial=[{"slug": "x"}] * known, form_kwargs={"kind": kind})


LINE = {"offset_0": "26", "offset_1": "-w", "audience": "lab", "letter": "exchange_choose_host"}
EMPTY = {"offset_0": "", "offset_1": "", "audience": "", "letter": "", "slug": ""}


class TestLadderFormSet:
    def test_a_line_becomes_a_step(self):
        formset = ladder({**LINE, "alone": "on", "slug": "first"})
        assert formset.is_valid()
        assert formset.rungs() == [Rung("-26w", "lab", "exchange_choose_host", alone=True, slug="first")]

    @pytest.mark.parametrize(
        ("count", "unit", "offset"),
        [("2", "-wd", "-2wd"), ("30", "+d", "+30d"), ("3", "+m", "+3m"), ("8", "+w", "+8w")],
    )
    def test_number_and_unit_say_when(self, count: str, unit: str, offset: str):
        letter = "exchange_next_host" if unit.startswith("+") else LINE["letter"]
        formset = ladder({**LINE, "offset_0": count, "offset_1": unit, "letter": letter})
        assert formset.is_valid()
        assert formset.rungs()[0].offset == offset

    def test_empty_lines_are_left_out(self):
        formset = ladder(LINE, EMPTY, EMPTY)
        assert formset.is_valid()
        assert len(formset.rungs()) == 1

    def test_lines_to_remove_are_left_out(self):
        formset = ladder({**LINE, "slug": "x", "DELETE": "on"}, LINE, known=1)
        assert formset.is_valid()
        assert [rung.slug for rung in formset.rungs()] == [""]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"offset_0": ""}, "offset"),
            ({"offset_1": ""}, "offset"),
            ({"offset_0": "0"}, "offset"),
            ({"offset_0": "1000"}, "offset"),
            ({"offset_0": "two"}, "offset"),
            ({"offset_1": "-y"}, "offset"),
            ({"audience": "owner"}, "audience"),
            ({"letter": "idea_follow_up"}, "letter"),
            ({"letter": ""}, "letter"),
            ({"slug": "no slug"}, "slug"),
        ],
        ids=str,
    )
    def test_nonsense_is_refused_beside_its_field(self, change: dict[str, str], field: str):
        formset = ladder({**LINE, **change})
        assert formset.is_valid() is False
        assert [list(reasons) for reasons in formset.errors] == [[field]]

    def test_an_idea_is_asked_about_until_some_day(self):
        line = {"offset_0": "3", "offset_1": "+m", "audience": "owner", "letter": "idea_follow_up"}
        formset = ladder({**line, "until_0": "6", "until_1": "+m"}, line, kind="idea")
        assert formset.is_valid()
        assert [rung.until for rung in formset.rungs()] == ["+6m", ""]

    def test_half_a_time_is_refused(self):
        line = {"offset_0": "3", "offset_1": "+m", "audience": "owner", "letter": "idea_follow_up"}
        formset = ladder({**line, "until_0": "6", "until_1": ""}, kind="idea")
        assert formset.is_valid() is False
        assert formset.errors == [{"until": ["Give a number and choose a unit."]}]

    def test_a_ladder_has_sixty_lines_at_most(self):
        assert ladder(*[LINE] * 61).is_valid() is False

    def test_a_page_without_its_own_counters_is_refused(self):
        formset = LadderFormSet(QueryDict("x=1"), form_kwargs={"kind": "exchange"})
        assert formset.is_valid() is False

    def test_there_are_two_empty_lines(self):
        formset = LadderFormSet(initial=[{"slug": "a", "offset": "-2wd"}], form_kwargs={"kind": "exchange"})
        assert [form.initial.get("slug") for form in formset] == ["a", None, None]
        assert 'value="2"' in str(formset.forms[0]["offset"])
        assert '<option value="-wd" selected>' in str(formset.forms[0]["offset"])
