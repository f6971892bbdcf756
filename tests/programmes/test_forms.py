"""Forms parse input, invalid input included, and lose nothing of it."""

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation

from programmes.actions import PhaseSpan, ReminderStepInput
from programmes.forms import (
    AdminForm,
    AuthorityForm,
    EditionForm,
    EditionStateForm,
    FormatForm,
    NewFormatForm,
    PeriodForm,
    PhasesForm,
    ProgrammeForm,
    ReminderScheduleFormSet,
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
    def test_numbers_are_parsed(self):
        form = FormatForm({**FORMAT, "day_allowance": "", "first_prototype_months": "2"})
        assert form.is_valid()
        assert (form.cleaned_data["months"], form.cleaned_data["day_allowance"]) == (24, None)

    @pytest.mark.parametrize(
        ("field", "submitted", "reason"),
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
    def test_invalid_input_has_an_error(self, field: str, submitted: str, reason: str):
        assert refused(FormatForm({**FORMAT, field: submitted})) == {field: [reason]}

    @pytest.mark.parametrize("version", ["", "x", "0", "-1", "10000"])
    def test_a_new_version_has_its_number(self, version: str):
        assert list(refused(NewFormatForm({**FORMAT, "version": version}))) == ["version"]

    @pytest.mark.django_db
    def test_the_instance_is_not_modified_by_the_form(self):
        row = FormatFactory(published_at=None)
        form = FormatForm({**FORMAT, "label": "Other"}, instance=row)
        assert form.is_valid()
        assert (row.label, form.instance.label) == ("Two years", "Other")


def test_row_forms_leave_constraints_to_the_database():
    """An end before the start is refused by the database, with our sentence."""
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
    def test_invalid_input_is_not_a_siren(self, siren: str):
        assert refused(AuthorityForm({**AUTHORITY, "siren": siren})) == {
            "siren": ["This is not a SIREN number: check its nine digits."]
        }

    @pytest.mark.parametrize(
        ("field", "submitted"),
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
    def test_invalid_input_is_refused_next_to_its_field(self, field: str, submitted: str):
        assert list(refused(AuthorityForm({**AUTHORITY, field: submitted}))) == [field]

    def test_an_authority_is_not_offered_as_its_own_successor(self):
        one, other = AuthorityFactory(name="One"), AuthorityFactory(name="Other")
        assert list(AuthorityForm(instance=one).fields["successor"].queryset) == [other]

    def test_fields_come_in_their_order(self):
        assert list(AuthorityForm().fields)[:4] == ["name", "kind", "kind_label", "siren"]


class TestPeriodForm:
    @pytest.mark.parametrize("submitted", ["2027-03-01", "01/03/2027"])
    def test_a_date_may_be_typed_in_french_format(self, submitted: str):
        with translation.override("fr"):
            form = PeriodForm({**PERIOD, "starts_on": submitted})
            assert form.is_valid()
        assert form.cleaned_data["starts_on"] == date(2027, 3, 1)

    @pytest.mark.parametrize("submitted", ["2027-02-30", "2027-13-01", "soon", "", "0000-01-01"])
    def test_a_day_that_does_not_exist_is_refused(self, submitted: str):
        assert list(refused(PeriodForm({**PERIOD, "starts_on": submitted}))) == ["starts_on"]

    def test_a_date_is_rendered_in_iso_format(self):
        form = PeriodForm(initial={"starts_on": date(2027, 3, 1)})
        assert 'type="date" name="starts_on" value="2027-03-01"' in str(form["starts_on"])


@pytest.mark.django_db
def test_an_edition_is_shown_with_its_days():
    form = EditionForm(instance=EditionFactory(starts_on=date(2026, 1, 5)))
    assert 'value="2026-01-05"' in str(form["starts_on"])


@pytest.mark.parametrize(
    ("submitted", "fields"),
    [({}, ["email"]), ({"email": "ada"}, ["email"]), ({"email": "a@b.example", "language": "de"}, ["language"])],
)
def test_an_admin_has_an_address_and_a_language_of_ours(submitted: dict[str, str], fields: list[str]):
    assert list(refused(AdminForm(submitted))) == fields


@pytest.mark.parametrize(("state", "valid"), [("open", True), ("archived", True), ("draft", False), ("", False)])
def test_an_edition_moves_only_to_a_state_with_an_action(state: str, valid: bool):
    assert EditionStateForm({"state": state}).is_valid() is valid


class TestPhasesForm:
    def read(self, **submitted: str) -> PhasesForm:
        return PhasesForm({"csrfmiddlewaretoken": "x", **submitted}, phases=[])

    def test_lines_become_phases_sorted_by_time(self):
        form = self.read(handover_from="6", handover_to="8", immersion_from="0", immersion_to="6")
        assert form.is_valid()
        assert form.cleaned_data == {"phases": [PhaseSpan("immersion", 0, 6), PhaseSpan("handover", 6, 8)]}

    def test_empty_lines_are_phases_the_format_does_not_have(self):
        form = self.read()
        assert form.is_valid()
        assert form.cleaned_data == {"phases": []}

    @pytest.mark.parametrize(
        ("submitted", "errors"),
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
    def test_incomplete_lines_and_wrong_order_are_refused(
        self, submitted: dict[str, str], errors: dict[str, list[str]]
    ):
        assert refused(self.read(**submitted)) == errors

    @pytest.mark.parametrize("month", ["-1", "241", "x", "1.5"])
    def test_invalid_input_is_refused_next_to_its_month(self, month: str):
        assert "handover_from" in refused(self.read(handover_from=month, handover_to="240"))

    @pytest.mark.django_db
    def test_the_form_starts_with_the_saved_phases(self):
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


def schedule_formset(
    *lines: dict[str, str], kind: str = "exchange", initial_count: int = 0, total: int | None = None
) -> ReminderScheduleFormSet:
    """A formset as the browser sends it."""
    submitted = QueryDict(mutable=True)
    submitted["form-TOTAL_FORMS"], submitted["form-INITIAL_FORMS"] = (
        str(len(lines) if total is None else total),
        str(initial_count),
    )
    for place, line in enumerate(lines):
        for name, value in line.items():
            submitted[f"form-{place}-{name}"] = value
    return ReminderScheduleFormSet(submitted, initial=[{"slug": "x"}] * initial_count, form_kwargs={"kind": kind})


LINE = {"offset_0": "26", "offset_1": "-w", "audience": "lab", "email_type": "exchange_choose_host"}
EMPTY = {"offset_0": "", "offset_1": "", "audience": "", "email_type": "", "slug": ""}


class TestReminderScheduleFormSet:
    def test_a_line_becomes_a_step(self):
        formset = schedule_formset({**LINE, "alone": "on", "slug": "first"})
        assert formset.is_valid()
        assert formset.steps() == [ReminderStepInput("-26w", "lab", "exchange_choose_host", alone=True, slug="first")]

    @pytest.mark.parametrize(
        ("count", "unit", "offset"),
        [("2", "-wd", "-2wd"), ("30", "+d", "+30d"), ("3", "+m", "+3m"), ("8", "+w", "+8w")],
    )
    def test_number_and_unit_make_an_offset(self, count: str, unit: str, offset: str):
        email_type = "exchange_next_host" if unit.startswith("+") else LINE["email_type"]
        formset = schedule_formset({**LINE, "offset_0": count, "offset_1": unit, "email_type": email_type})
        assert formset.is_valid()
        assert formset.steps()[0].offset == offset

    def test_empty_lines_are_left_out(self):
        formset = schedule_formset(LINE, EMPTY, EMPTY)
        assert formset.is_valid()
        assert len(formset.steps()) == 1

    def test_lines_to_remove_are_left_out(self):
        formset = schedule_formset({**LINE, "slug": "x", "DELETE": "on"}, LINE, initial_count=1)
        assert formset.is_valid()
        assert [step.slug for step in formset.steps()] == [""]

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
            ({"email_type": "idea_follow_up"}, "email_type"),
            ({"email_type": ""}, "email_type"),
            ({"slug": "no slug"}, "slug"),
        ],
        ids=str,
    )
    def test_invalid_input_is_refused_next_to_its_field(self, change: dict[str, str], field: str):
        formset = schedule_formset({**LINE, **change})
        assert formset.is_valid() is False
        assert [list(reasons) for reasons in formset.errors] == [[field]]

    def test_steps_of_ideas_have_an_expiry(self):
        line = {"offset_0": "3", "offset_1": "+m", "audience": "owner", "email_type": "idea_follow_up"}
        formset = schedule_formset({**line, "until_0": "6", "until_1": "+m"}, line, kind="idea")
        assert formset.is_valid()
        assert [step.until for step in formset.steps()] == ["+6m", ""]

    def test_an_incomplete_offset_is_refused(self):
        line = {"offset_0": "3", "offset_1": "+m", "audience": "owner", "email_type": "idea_follow_up"}
        formset = schedule_formset({**line, "until_0": "6", "until_1": ""}, kind="idea")
        assert formset.is_valid() is False
        assert formset.errors == [{"until": ["Give a number and choose a unit."]}]

    def test_a_reminder_schedule_has_sixty_lines_at_most(self):
        assert schedule_formset(*[LINE] * 61).is_valid() is False

    def test_a_page_without_its_own_counters_is_refused(self):
        formset = ReminderScheduleFormSet(QueryDict("x=1"), form_kwargs={"kind": "exchange"})
        assert formset.is_valid() is False

    def test_there_are_two_empty_lines(self):
        formset = ReminderScheduleFormSet(initial=[{"slug": "a", "offset": "-2wd"}], form_kwargs={"kind": "exchange"})
        assert [form.initial.get("slug") for form in formset] == ["a", None, None]
        assert 'value="2"' in str(formset.forms[0]["offset"])
        assert '<option value="-wd" selected>' in str(formset.forms[0]["offset"])
