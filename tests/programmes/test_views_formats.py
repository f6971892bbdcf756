"""Pages of format versions: shown, drafted, filled, published, revised."""

import re

import pytest
from django.test import Client

from programmes import actions
from programmes.formats.reminder_schedules import DEFAULT_REMINDER_SCHEDULES
from programmes.models import Format
from tests.factories.programmes import EditionFactory, FormatFactory, ProgrammeFactory, ReminderStepFactory
from tests.pages import elements, errors, links, messages, rows, texts

pytestmark = pytest.mark.django_db
TYPED = {
    "label": "Two years",
    "months": "24",
    "onsite_weeks": "0",
    "sessions": "18",
    "days_per_session": "2",
    "seats": "15",
    "day_allowance": "",
    "first_prototype_months": "2",
    "exchange_interval_months": "6",
    "exchange_days": "2",
    "source": "",
}


@pytest.fixture
def draft() -> Format:
    """Return a draft whose cohorts do not meet: it can be published without e-mails."""
    return FormatFactory(published_at=None, programme__slug="transfo", version=1, exchange_interval_months=None)


def values(page: object, *names: str) -> list[str | None]:
    fields = {field["attrs"].get("name"): field["attrs"].get("value") for field in elements(page, "input")}
    return [fields[name] for name in names]


def hidden(page: object) -> dict[str, str]:
    """Return the hidden fields of a page with their values."""
    hidden_fields = [field["attrs"] for field in elements(page, "input") if field["attrs"].get("type") == "hidden"]
    return {
        field["name"]: field.get("value", "") for field in hidden_fields if field["name"] not in {"next", "language"}
    }


class TestFormat:
    def test_only_the_lab_sees_other_drafts(self, visitor: Client, lab: Client):
        version = FormatFactory(version=1)
        FormatFactory(programme=version.programme, version=2, published_at=None)
        EditionFactory(format=version, name="Esquisse", state="draft")
        results = {}
        for name, client in (("visitor", visitor), ("lab", lab)):
            page = client.get(f"/formats/{version.pk}/")
            results[name] = (len(page.context["later"]), "Esquisse" in page.content.decode())
        assert results == {"visitor": (0, False), "lab": (1, True)}

    def test_a_published_version_cannot_be_changed(self, visitor: Client, lab: Client):
        version = FormatFactory()
        for client in (visitor, lab):
            assert client.get(f"/formats/{version.pk}/numbers/").status_code == 403

    def test_the_page_shows_phases_editions_numbers_and_emails(self, visitor: Client, django_assert_num_queries):
        version = FormatFactory()
        EditionFactory(format=version, name="La Transfo 2026")
        with django_assert_num_queries(8):
            page = visitor.get(f"/formats/{version.pk}/")
        assert texts(page, "h2") == ["Phases", "Editions", "Numbers", "E-mails"]
        assert rows(page)[:6] == [
            ["Preparation", "0", "2"],
            ["Test case", "2", "8"],
            ["Priority challenges", "8", "22"],
            ["Handover", "22", "24"],
            ["La Transfo 2026", "5 Jan 2026", "4 Jan 2028", "running"],
            ["24"],
        ]

    def test_the_drawing_has_a_table_next_to_it(self, visitor: Client):
        page = visitor.get(f"/formats/{FormatFactory().pk}/")
        assert texts(page, "text", "tick")[:3] == ["month 0", "month 2", "month 4"]
        assert texts(page, "text", "band-label") == ["Test case", "Priority challenges", "Handover"]

    def test_the_drawing_has_the_colour_of_the_family(self, visitor: Client):
        version = FormatFactory(programme__family="residency")
        assert len(texts(visitor.get(f"/formats/{version.pk}/"), "figure", "timeline-residency")) == 1

    def test_emails_are_shown_in_words(self, visitor: Client):
        version = FormatFactory(published_at=None, exchange_interval_months=None)
        ReminderStepFactory(format=version, offset="-26w", alone=True)
        version = actions.publish_format(format=version, at="2026-11-24T09:00:00Z", by=None)
        page = visitor.get(f"/formats/{version.pk}/")
        assert rows(page)[-1] == ["26 weeks before", "the lab", "choose host and dates always a separate e-mail"]
        assert texts(page, "summary")[-5:] == [
            "Intertransfo 1 e-mail",
            "Stakeholder meeting 0 e-mails",
            "Group session 0 e-mails",
            "Idea 0 e-mails",
            "Innovation team 0 e-mails",
        ]

    def test_the_default_reminder_schedules_take_no_more_statements(
        self, lab: Client, draft: Format, django_assert_num_queries
    ):
        version = actions.draft_format(programme=draft.programme, by=None, label="x", months=6, seats=5)
        with django_assert_num_queries(9):
            page = lab.get(f"/formats/{version.pk}/")
        step_count = sum(map(len, DEFAULT_REMINDER_SCHEDULES.values()))
        assert len([row for row in rows(page) if len(row) == 3]) == step_count == 38

    def test_a_draft_is_visible_only_to_lab_staff(self, lab: Client, visitor: Client, draft: Format):
        assert lab.get(f"/formats/{draft.pk}/").status_code == 200
        assert visitor.get(f"/formats/{draft.pk}/").status_code == 404

    def test_a_draft_can_be_changed_and_a_published_version_revised(self, lab: Client, draft: Format):
        pk, published = draft.pk, FormatFactory()
        here = {
            "Edit the phases": f"/formats/{pk}/phases/",
            "Edit the numbers": f"/formats/{pk}/numbers/",
            "Publish": f"/formats/{pk}/publish/",
        }
        assert here.items() <= links(lab.get(f"/formats/{pk}/")).items()
        there = links(lab.get(f"/formats/{published.pk}/"))
        assert there["Create new version"] == f"/formats/{published.pk}/revise/"
        assert set(here) & set(there) == set()

    def test_readers_see_no_buttons(self, visitor: Client):
        there = links(visitor.get(f"/formats/{FormatFactory().pk}/"))
        assert {"Create new version", "Publish", "Edit the phases"} & set(there) == set()

    def test_a_draft_without_phases_says_so(self, lab: Client):
        page = lab.get(f"/formats/{FormatFactory(published_at=None, phases=()).pk}/")
        assert "No phase yet. A format needs its phases before it is published." in texts(page, "p", "small")


class TestDraft:
    def test_a_draft_has_the_default_emails(self, lab: Client):
        ProgrammeFactory(slug="transfo")
        sent = {**TYPED, **hidden(lab.get("/programmes/transfo/formats/new/"))}
        page = lab.post("/programmes/transfo/formats/new/", sent, follow=True)
        version = Format.objects.get()
        assert page.redirect_chain == [(f"/formats/{version.pk}/", 302)]
        assert messages(page) == ["The draft is created. Set its phases, check its e-mails, then publish it."]
        assert (version.version, version.months, version.day_allowance, version.reminder_steps.count()) == (
            1,
            24,
            None,
            38,
        )

    def test_a_form_sent_twice_creates_one(self, lab: Client):
        ProgrammeFactory(slug="transfo")
        sent = {**TYPED, **hidden(lab.get("/programmes/transfo/formats/new/"))}
        lab.post("/programmes/transfo/formats/new/", sent)
        page = lab.post("/programmes/transfo/formats/new/", sent)
        assert texts(page, "div", "error-summary") == [
            (
                "This needs correcting: This programme already has a version with this number. "
                "Look at it before you create another one."
            )
        ]
        assert Format.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (
                {"months": "0"},
                "Every number must be positive, and the first prototype must be due within the format’s months.",
            ),
            (
                {"first_prototype_months": "25"},
                "Every number must be positive, and the first prototype must be due within the format’s months.",
            ),
        ],
        ids=str,
    )
    def test_contradicting_numbers_are_refused_above_the_form(self, lab: Client, change: dict[str, str], reason: str):
        ProgrammeFactory(slug="transfo")
        page = lab.post("/programmes/transfo/formats/new/", {**TYPED, "version": "1", **change})
        assert texts(page, "div", "error-summary") == [f"This needs correcting: {reason}"]
        assert values(page, "label", "months") == ["Two years", change.get("months", "24")]
        assert Format.objects.count() == 0

    def test_negative_numbers_are_refused_next_to_their_field(self, lab: Client):
        ProgrammeFactory(slug="transfo")
        page = lab.post("/programmes/transfo/formats/new/", {**TYPED, "version": "1", "seats": "-15"})
        assert errors(page) == ["Ensure this value is greater than or equal to 0."]


class TestRevise:
    def test_the_form_starts_with_the_earlier_numbers(self, lab: Client):
        version = FormatFactory(version=1, label="Two years", months=24)
        page = lab.get(f"/formats/{version.pk}/revise/")
        assert values(page, "label", "months", "version") == ["Two years", "24", "2"]

    def test_a_revision_is_a_copy_with_its_own_numbers(self, lab: Client):
        version = FormatFactory(version=1)
        sent = {**TYPED, **hidden(lab.get(f"/formats/{version.pk}/revise/")), "label": "Shorter", "seats": "10"}
        page = lab.post(f"/formats/{version.pk}/revise/", sent, follow=True)
        version = Format.objects.get(version=2)
        assert (version.label, version.seats, version.phases.count(), version.published) == ("Shorter", 10, 4, False)
        assert messages(page) == ["The new version is created, with the phases and e-mails of the earlier version."]

    def test_a_form_sent_twice_creates_one(self, lab: Client):
        version = FormatFactory(version=1)
        for _ in range(2):
            lab.post(f"/formats/{version.pk}/revise/", {**TYPED, "version": "2"})
        assert version.programme.formats.count() == 2


class TestNumbers:
    def test_numbers_can_be_changed(self, lab: Client, draft: Format):
        page = lab.post(f"/formats/{draft.pk}/numbers/", {**TYPED, "months": "30"}, follow=True)
        draft.refresh_from_db()
        assert (draft.months, messages(page)) == (30, ["Saved."])

    def test_the_version_is_not_a_field(self, lab: Client, draft: Format):
        lab.post(f"/formats/{draft.pk}/numbers/", {**TYPED, "version": "99"})
        draft.refresh_from_db()
        assert draft.version == 1

    def test_numbers_of_a_published_version_cannot_change(self, lab: Client):
        version = FormatFactory()
        page = lab.post(f"/formats/{version.pk}/numbers/", {**TYPED, "months": "30"})
        assert page.status_code == 403
        assert "A published format cannot be changed. Create a new version." in page.content.decode()


class TestPhases:
    def test_phases_can_be_set(self, lab: Client, draft: Format):
        sent = {"immersion_from": "0", "immersion_to": "20", "handover_from": "20", "handover_to": "24"}
        page = lab.post(f"/formats/{draft.pk}/phases/", sent, follow=True)
        assert messages(page) == ["The phases are saved."]
        assert list(draft.phases.values_list("kind", "start_month", "end_month")) == [
            ("immersion", 0, 20),
            ("handover", 20, 24),
        ]

    def test_a_phase_beyond_the_months_is_refused_and_nothing_is_saved(self, lab: Client, draft: Format):
        page = lab.post(f"/formats/{draft.pk}/phases/", {"handover_from": "20", "handover_to": "25"})
        assert errors(page) == [
            ("“handover” ends after the last month of the format (24). Shorten the phase or lengthen the format.")
        ]
        assert values(page, "handover_from", "handover_to") == ["20", "25"]
        assert draft.phases.count() == 4

    def test_the_wrong_order_is_refused_next_to_its_month(self, lab: Client, draft: Format):
        page = lab.post(f"/formats/{draft.pk}/phases/", {"handover_from": "20", "handover_to": "2"})
        assert errors(page) == ["A phase cannot end before it starts: check both months."]

    def test_one_can_leave_without_doing_anything(self, lab: Client, draft: Format):
        assert links(lab.get(f"/formats/{draft.pk}/phases/"))["Cancel"] == f"/formats/{draft.pk}/"

    @pytest.mark.parametrize(
        ("months", "text"), [(1, "The format lasts 1 month."), (24, "The format lasts 24 months.")]
    )
    def test_the_page_shows_the_length_of_the_format(self, lab: Client, months: int, text: str):
        draft = FormatFactory(published_at=None, phases=(), months=months, first_prototype_months=1)
        lasting = re.findall(r"The format lasts[^.]*\.", lab.get(f"/formats/{draft.pk}/phases/").content.decode())
        assert lasting == [text]


class TestReminderSchedule:
    def sent(self, page: object, **changes: str) -> dict[str, str]:
        """Return what the browser would send back unchanged, with some changes."""
        chosen = {}
        name = ""
        for element in page.context["formset"]:
            for field in element:
                for part in field.field.widget.get_context(field.html_name, field.value(), {})["widget"].get(
                    "subwidgets", [{"name": field.html_name, "value": field.value()}]
                ):
                    name, value = part["name"], part["value"]
                    value = value[0] if isinstance(value, list) and value else value
                    if value not in (None, "", [], False):
                        chosen[name] = value
        return {**hidden(page), **chosen, **changes}

    def test_saving_without_changes_changes_nothing(self, lab: Client):
        version = actions.draft_format(programme=ProgrammeFactory(), by=None, label="x", months=6, seats=5)
        before = {kind: version.reminder_schedule(kind) for kind in DEFAULT_REMINDER_SCHEDULES}
        for kind in DEFAULT_REMINDER_SCHEDULES:
            page = lab.get(f"/formats/{version.pk}/reminders/{kind}/")
            after = lab.post(f"/formats/{version.pk}/reminders/{kind}/", self.sent(page), follow=True)
            assert messages(after) == ["The e-mails are saved, in the order in which they are sent."]
        assert {kind: version.reminder_schedule(kind) for kind in DEFAULT_REMINDER_SCHEDULES} == before

    def test_steps_can_be_moved_removed_and_added(self, lab: Client):
        version = actions.draft_format(programme=ProgrammeFactory(), by=None, label="x", months=6, seats=5)
        address = f"/formats/{version.pk}/reminders/group_session/"
        changes = {
            "form-0-offset_0": "30",
            "form-1-DELETE": "on",
            "form-4-offset_0": "1",
            "form-4-offset_1": "-d",
            "form-4-audience": "expected",
            "form-4-email_type": "group_details",
        }
        lab.post(address, self.sent(lab.get(address), **changes))
        assert [(step.slug, str(step.offset)) for step in version.reminder_schedule("group_session")] == [
            ("dates", "-30d"),
            ("last_note", "-1wd"),
            ("group_details", "-1d"),
            ("attendance", "+1wd"),
        ]

    def test_invalid_steps_are_refused_and_nothing_is_saved(self, lab: Client, draft: Format):
        address = f"/formats/{draft.pk}/reminders/idea/"
        changes = {
            "form-0-offset_0": "6",
            "form-0-offset_1": "+m",
            "form-0-until_0": "3",
            "form-0-until_1": "+m",
            "form-0-audience": "owner",
            "form-0-email_type": "idea_follow_up",
        }
        page = lab.post(address, self.sent(lab.get(address), **changes))
        assert texts(page, "div", "error-summary") == [
            ("This needs correcting: An e-mail must stay useful for some time after it is sent. Choose a later time.")
        ]
        assert draft.reminder_steps.count() == 0

    def test_the_second_of_two_editors_sees_both_reminder_schedules(self, lab: Client):
        version = actions.draft_format(programme=ProgrammeFactory(), by=None, label="x", months=6, seats=5)
        address = f"/formats/{version.pk}/reminders/group_session/"
        started = lab.get(address)
        for _ in range(2):  # twice is once
            lab.post(address, self.sent(started, **{"form-0-offset_0": "30"}))
        mine = self.sent(started, **{"form-0-offset_0": "40"})
        page = lab.post(address, mine)
        assert "Version saved by someone else" in texts(page, "h2")
        assert "30 days before" in rows(page)[0]
        assert str(version.reminder_schedule("group_session")[0].offset) == "-30d"
        lab.post(address, {**mine, "version_token": page.context["version_form"]["version_token"].value()})
        assert str(version.reminder_schedule("group_session")[0].offset) == "-40d"

    def test_an_incomplete_line_is_refused_next_to_its_field(self, lab: Client, draft: Format):
        address = f"/formats/{draft.pk}/reminders/exchange/"
        page = lab.post(address, self.sent(lab.get(address), **{"form-0-audience": "lab"}))
        assert texts(page, "div", "error-summary") == ["This needs correcting: Check the rows marked below."]
        assert errors(page) == ["This field is required."]

    def test_a_misplaced_email_is_refused_next_to_its_field(self, lab: Client, draft: Format):
        address = f"/formats/{draft.pk}/reminders/exchange/"
        line = {"offset_0": "3", "offset_1": "+w", "audience": "attendees", "email_type": "exchange_confirm"}
        changes = {f"form-0-{name}": value for name, value in line.items()}
        assert errors(lab.post(address, self.sent(lab.get(address), **changes))) == [
            "This e-mail is sent before the event: choose a time before it.",
            "This e-mail is for other recipients: people registered. Choose one of these.",
            "This e-mail contains a calendar entry: it must always be a separate e-mail.",
        ]

    def test_an_unknown_kind_of_event_answers_404(self, lab: Client, draft: Format):
        assert lab.get(f"/formats/{draft.pk}/reminders/birthday/").status_code == 404


class TestPublish:
    def test_the_consequences_are_shown_first(self, lab: Client, draft: Format):
        page = lab.get(f"/formats/{draft.pk}/publish/")
        assert "The numbers, phases and e-mails of this version can no longer be changed." in texts(page, "li")
        assert links(page)["Cancel"] == f"/formats/{draft.pk}/"
        draft.refresh_from_db()
        assert draft.published is False

    def test_a_draft_can_be_published(self, lab: Client, draft: Format):
        page = lab.post(f"/formats/{draft.pk}/publish/", follow=True)
        draft.refresh_from_db()
        assert (draft.published, messages(page)) == (
            True,
            ["The format is published. You can now open editions with it."],
        )

    def test_a_draft_without_phases_cannot_be_published(self, lab: Client):
        bare = FormatFactory(published_at=None, phases=())
        page = lab.post(f"/formats/{bare.pk}/publish/")
        assert texts(page, "div", "error-summary") == [
            "This needs correcting: Set the phases first: a published format cannot be changed."
        ]

    def test_publishing_twice_shows_why_nothing_is_left_to_do(self, lab: Client, draft: Format):
        lab.post(f"/formats/{draft.pk}/publish/")
        page = lab.post(f"/formats/{draft.pk}/publish/")
        assert page.status_code == 403
        assert "A published format cannot be changed. Create a new version." in page.content.decode()
