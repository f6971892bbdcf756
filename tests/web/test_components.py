"""The template components."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from django import forms
from django.forms import BoundField
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from web.pages.pagination import Page
from web.pages.steps import IdeaTimelineEvent, PageStep
from web.pages.timeline import DateLine, ExchangeMark, SessionDot, Timeline, TimelineBand, TimelineLayout, TimelineRow


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def drawn(name: str, query: str = "", htmx: bool = False, **context: object) -> str:
    """Return the HTML of a component, with spaces for line breaks as in a browser."""
    request = RequestFactory().get(f"/ideas/{query}")
    request.htmx = htmx
    html = render_to_string(f"components/{name}.html", context, request=request)
    return re.sub(r"> (?=<)|(?<=>) (?=<)", ">", " ".join(html.split())).replace(">>", ">")


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def cells(html: str) -> list[str]:
    return [words(cell) for cell in re.findall(r"<td>(.*?)</td>", html)]


def test_a_note_has_one_button():
    html = drawn("note", strong="3 e-mails came back.", text="Two addresses are gone.", href="/e-mails/", action="See")
    assert words(html) == "3 e-mails came back. Two addresses are gone. See"
    assert re.findall(r'href="([^"]*)"', html) == ["/e-mails/"]


def test_a_note_may_have_no_button():
    assert "<a" not in drawn("note", strong="Offline.", text="Two notes wait.")


@pytest.mark.parametrize(("quiet", "look"), [(False, "btn-primary"), (True, "btn-quiet")])
def test_a_note_is_loud_or_quiet(quiet: bool, look: str):
    assert f'class="btn btn-sm {look}"' in drawn("note", text="Late", href="/", action="Open", quiet=quiet)


def test_the_print_button_is_hidden_without_javascript():
    html = drawn("print")
    assert (words(html), re.findall(r"<button[^>]*>", html)) == (
        "Print",
        ['<button class="btn btn-quiet" type="button" hidden data-print>'],
    )


def test_an_empty_list_offers_the_first_step():
    html = drawn(
        "empty", title="No persona yet", text="Someone you met.", href="/new/", action="Describe", icon="users"
    )
    assert words(html) == "No persona yet Someone you met. Describe"
    assert html.count("<svg") == 1


def test_pages_keep_the_filters():
    html = drawn("pagination", "?state=open&page=2", page=Page([1], number=2, count=120, capped=False, has_next=True))
    assert re.findall(r'href="([^"]*)"', html) == ["?state=open&amp;page=1", "?state=open&amp;page=3"]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (Page([], 1, 0, capped=False, has_next=False), "0 results"),
        (Page([1], 1, 1, capped=False, has_next=False), "1 result"),
        (Page([1, 2, 3], 1, 3, capped=False, has_next=False), "3 results"),
        (Page([1], 3, 1000, capped=True, has_next=False), "More than 1,000 results, page 3 Previous"),
    ],
)
def test_a_list_shows_its_length(page: Page[int], expected: str):
    assert words(drawn("pagination", page=page)) == expected


def test_a_figure_has_a_label_and_details():
    assert words(drawn("figure", label="Within 12 months", value="31 %", detail="between 14 and 50 %")) == (
        "Within 12 months 31 % &#32; between 14 and 50 %"
    )


def test_a_meter_has_a_text():
    html = drawn("meter", value=50, threshold=80, label="5 of 10, threshold 8 of 10", met=False)
    assert 'role="img" aria-label="5 of 10, threshold 8 of 10"' in html
    assert re.findall(r'class="meter-(?:value|threshold)" x="([^"]*)"', html) == ["0", "80%"]
    assert 'width="50%"' in html


def test_a_meter_is_not_broken_by_the_french_comma():
    with override("fr"):
        html = drawn("meter", value=12.5, threshold=None, label="12,5 %", met=True)
    assert 'width="12.5%"' in html
    assert "meter-threshold" not in html


def test_a_reminder_schedule_lists_emails_recipients_and_dates():
    steps = [
        PageStep(date(2026, 12, 8), "Lab: choose host and dates", "went", "sent to 2 people"),
        PageStep(date(2027, 1, 5), "Pilot: confirm the host", "next", href="/e-mails/1/", action="preview"),
        PageStep(None, "Registered: last note"),
    ]
    html = drawn("dated_steps", steps=steps)
    assert re.findall(r'<li class="([^"]*)"', html) == ["step-went", "step-next", "step-later"]
    assert words(html) == (
        "8 Dec 2026 Lab: choose host and dates · sent to 2 people "
        "5 Jan 2027 Pilot: confirm the host preview Registered: last note"
    )


def test_a_timeline_lists_its_events_in_order():
    events = [
        IdeaTimelineEvent("August 2026", "Noted", "At the counter."),
        IdeaTimelineEvent("3 Sept", "Accepted.", kind="go"),
    ]
    html = drawn("idea_timeline", events=events)
    assert re.findall(r'<li class="([^"]*)"', html) == ["idea-timeline-plain", "idea-timeline-go"]
    assert words(html) == "August 2026 Noted. At the counter. 3 Sept Accepted."


def test_an_event_may_have_details_below_it():
    event = IdeaTimelineEvent(
        "21 Sept", "Prototype 1", kind="made", template="components/meter.html", below={"label": "5 of 10"}
    )
    assert drawn("idea_timeline", events=[event]).count('<svg class="meter') == 1


def test_faces_are_initials_with_the_name_for_screen_readers():
    html = drawn("faces", people=[SimpleNamespace(name="Anne Martin")], tone="resident")
    assert words(html) == "AM Anne Martin"
    assert '<li class="face face-resident" title="Anne Martin">' in html


def test_filters_work_by_plain_get():
    html = drawn("filters", "?q=a", form=Empty(), target="results")
    assert 'method="get" action="/ideas/"' in html
    assert 'hx-target="#results"' in html
    assert words(html) == "Show Clear filters"


def test_filters_without_a_target_are_left_to_the_browser():
    html = drawn("filters", form=Empty())
    assert "hx-" not in html
    assert words(html) == "Show"


class Questions(forms.Form):
    mine = forms.BooleanField(label="Only my ideas", required=False)
    q = forms.CharField(label="Search", required=False)
    silent = forms.BooleanField(label="Silent", required=False)


def test_checkboxes_are_grouped_after_the_other_fields():
    html = drawn("filters", form=Questions())
    assert words(html) == "Search (optional) Only my ideas Silent Show"
    assert len(re.findall(r'class="filter-checks"', html)) == 1


class Empty:
    """A form without fields."""

    non_field_errors = ""
    hidden_fields = ()

    def visible_fields(self) -> list[BoundField]:
        return []

    is_multipart = True

    def __str__(self) -> str:
        return ""


def test_a_form_is_sent_once_and_may_carry_files():
    html = drawn("form", form=Empty(), action_label="Save", cancel_href="/")
    assert 'method="post" enctype="multipart/form-data"' in html
    assert "data-once" in html
    assert "csrfmiddlewaretoken" in html
    assert words(html) == "Save Cancel"


def test_a_destructive_action_lists_its_consequences():
    html = drawn(
        "confirm",
        form=Empty(),
        action_label="Cancel it",
        cancel_href="/",
        consequences=["12 e-mails will not be sent."],
    )
    assert words(html) == "What will happen 12 e-mails will not be sent. Cancel it Go back without changes"
    assert "csrfmiddlewaretoken" in html


def test_a_swap_includes_the_title_of_the_page():
    assert drawn("swap", htmx=True, title="3 ideas") == "<title>3 ideas · labplatform</title>"
    assert drawn("swap", title="3 ideas") == ""


def edition() -> TimelineLayout:
    bands = [
        TimelineBand(date(2026, 9, 1), date(2026, 11, 30), "Preparation"),
        TimelineBand(date(2026, 12, 1), date(2027, 5, 31), "Case", 2),
    ]
    dots = [SessionDot(date(2026, 10, 6), "Session 1", filled=True), SessionDot(date(2026, 11, 24), "Session 2")]
    return Timeline(
        [TimelineRow("Dunkerque", bands, dots, href="/cohorts/dunkerque/")],
        marks=[ExchangeMark(date(2027, 3, 9), "1", "Intertransfo 1")],
        lines=[DateLine(date(2026, 11, 24), "today", "today")],
    ).layout()


def test_a_timeline_has_a_table_with_the_same_content():
    assert cells(drawn("timeline", layout=edition(), label="Cohorts")) == [
        *("Dunkerque", "1 September – 30 November 2026", "Preparation"),
        *("Dunkerque", "1 December 2026 – 31 May 2027", "Case"),
        *("Dunkerque", "6 October 2026", "Session 1"),
        *("Dunkerque", "24 November 2026", "Session 2"),
        *("All", "9 March 2027", "Intertransfo 1"),
        *("All", "24 November 2026", "today"),
    ]


def test_a_timeline_drawing_has_a_text_for_screen_readers():
    html = drawn("timeline", layout=edition(), label="Cohorts of the edition")
    assert 'tabindex="0" role="group" aria-label="Cohorts of the edition"' in html
    assert re.findall(r'<svg [^>]*aria-hidden="([^"]*)"', html) == ["true", "true"]
    assert re.findall(r'<path class="(dot[^"]*)" d="M\d+ \d+a', html) == ["dot dot-filled", "dot"]


def test_coordinates_are_not_broken_by_french_numbers():
    with override("fr"):
        html = drawn("timeline", layout=edition(), label="Cohortes")
    assert re.findall(r'viewBox="([^"]*)"', html) == [f"0 0 170 {edition().height}", f"170 0 910 {edition().height}"]
    assert re.findall(r'(?:x|y)="(\d+[^\d"]+\d*)"', html) == []
    assert re.findall(r' d="[^"]*[^ "MVahvz\d-][^"]*"', html) == []


def test_no_component_breaks_without_its_optional_parts():
    assert words(drawn("note", text="Late")) == "Late"
    assert words(drawn("empty", title="Nothing yet")) == "Nothing yet"
    assert words(drawn("figure", label="Ideas", value="31")) == "Ideas 31"


def test_names_are_separate_from_the_scrolling_drawing():
    names, drawing = re.findall(r"<svg .*?</svg>", drawn("timeline", layout=edition(), label="Cohorts"))
    assert (words(names), "Dunkerque" in drawing) == ("Dunkerque", False)


def test_a_timeline_without_names_is_one_drawing():
    layout = Timeline([TimelineRow(bands=[TimelineBand(date(2026, 9, 1), date(2026, 11, 30), "Preparation")])]).layout()
    html = drawn("timeline", layout=layout, label="Calendar")
    assert re.findall(r'viewBox="([^"]*)"', html) == [f"0 0 1080 {layout.height}"]


def test_labels_are_drawn_above_crossing_lines():
    html = drawn("timeline", layout=edition(), label="Cohorts")
    lines = [html.index("line-today"), html.index("mark-line")]
    written = [html.index('class="band-label on-1"'), html.index("line-today-label"), html.index("mark-number")]
    assert max(lines) < min(written)
