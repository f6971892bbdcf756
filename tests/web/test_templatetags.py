"""Template tags in the reader's language."""

import re
from datetime import UTC, date, datetime, time

import pytest
from django.template import Context, Template
from django.utils.translation import override

from web.assets.icons import UnlistedIcon
from web.pages.timeline import DateLine, ExchangeMark, SessionDot, Timeline, TimelineBand, TimelineRow
from web.templatetags.account_buttons import button_class
from web.templatetags.web import TONES

NOVEMBER = date(2026, 11, 24)


def written(template: str, language: str = "fr", **context: object) -> str:
    with override(language):
        return Template("{% load web %}" + template).render(Context(context))


@pytest.mark.parametrize(
    ("template", "french", "english"),
    [
        ("{{ d|day }}", "24/11/2026", "24 Nov 2026"),
        ("{{ d|long_day }}", "24 novembre 2026", "24 November 2026"),
        ("{{ d|weekday }}", "mar. 24 novembre 2026", "Tue 24 November 2026"),
        ("{{ d|weekday_number }}", "mar. 24", "Tue 24"),
        ("{{ d|day_month }}", "24 nov.", "24 Nov"),
        ("{{ d|short_month }}", "nov. 2026", "Nov 2026"),
        ("{{ d|month_name }}", "nov.", "Nov"),
        ('{{ d|precise_to:"month" }}', "novembre 2026", "November 2026"),
        ("{% period d d %}", "24 novembre 2026", "24 November 2026"),
        ("{% period d d weekday=True %}", "mar. 24 novembre 2026", "Tue 24 November 2026"),
        ("{{ t|clock }}", "14\u00a0h\u00a030", "14:30"),
        ("{{ n|number }}", "7\u202f900,3", "7,900.3"),
        ("{{ n|number:0 }}", "7\u202f900", "7,900"),
        (
            "{{ c|number_cells }}",
            '<td class="n">1\u202f200</td><td class="n"></td>',
            '<td class="n">1,200</td><td class="n"></td>',
        ),
        (
            "{{ c|number_cells:l }}",
            '<td class="n" data-label="R&amp;D">1\u202f200</td><td class="n" data-label="Left"></td>',
            '<td class="n" data-label="R&amp;D">1,200</td><td class="n" data-label="Left"></td>',
        ),
        ("{{ 1200|signed }} {{ 0|signed }}", "+1\u202f200 0", "+1,200 0"),
        ("{{ m|signed }}", "−3", "−3"),
        ("{{ s|percent }}", "12,5\u202f%", "12.5%"),
        ("{{ s|percent:0 }}", "12\u202f%", "12%"),
    ],
)
def test_a_value_in_both_languages(template: str, french: str, english: str):
    values = {
        "d": NOVEMBER,
        "t": time(14, 30),
        "n": 7900.26,
        "s": 0.125,
        "m": -3,
        "c": [1200, None],
        "l": ["R&D", "Left"],
    }
    assert (written(template, "fr", **values), written(template, "en", **values)) == (french, english)


@pytest.mark.parametrize(
    ("items", "summaries"), [("", 0), ("<a href>Edit</a>", 0), ("<a href>A</a><button type=submit>B</button>", 1)]
)
def test_actions_of_a_page_are_a_menu_unless_there_is_one(items: str, summaries: int):
    html = written("{% page_menu %}{{ items|safe }}{% endpage_menu %}", items=items)
    assert (html.count("Autres actions</summary>"), items in html, html == items) == (summaries, True, not summaries)


def test_rows_of_a_timeline_name_the_cohort_where_there_are_several():
    row = TimelineRow("R&D", bands=[TimelineBand(NOVEMBER, date(2026, 11, 30), "Immersion")])
    mark, dot = ExchangeMark(NOVEMBER, "4", "Intertransfo 4"), SessionDot(NOVEMBER, "<Session 1>")
    named = Timeline([row], [mark]).layout()
    alone = Timeline([TimelineRow(dots=[dot])], lines=[DateLine(NOVEMBER, "aujourd’hui")]).layout()
    assert [written("{% timeline_rows layout %}", layout=layout) for layout in (named, alone)] == [
        "<tr><td>R&amp;D</td><td>24–30 novembre 2026</td><td>Immersion</td></tr>\n"
        "<tr><td>Toutes</td><td>24 novembre 2026</td><td>Intertransfo 4</td></tr>",
        "<tr><td>24 novembre 2026</td><td>&lt;Session 1&gt;</td></tr>\n"
        "<tr><td>24 novembre 2026</td><td>aujourd’hui</td></tr>",
    ]


def test_a_regional_language_reads_as_its_language():
    assert written("{{ d|day }}", "fr-ca", d=NOVEMBER) == "24/11/2026"


@pytest.mark.parametrize(
    "name",
    [
        "day",
        "long_day",
        "weekday",
        "weekday_number",
        "day_month",
        "short_month",
        "month_name",
        'precise_to:"day"',
        "clock",
        "number",
        "percent",
    ],
)
def test_a_missing_value_is_empty(name: str):
    assert written("{{ value|" + name + " }}", value=None) == ""


def test_zero_and_midnight_are_not_missing():
    assert written("{{ n|number }} {{ n|percent }} {{ t|clock }}", n=0, t=time(0)) == "0 0\u202f% 0\u00a0h"


def test_a_moment_is_shown_in_the_platforms_time_zone():
    moment = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert written("{{ m|day }} {{ m|clock }}", m=moment) == "25/11/2026 0\u00a0h\u00a030"


def test_a_naive_moment_is_not_converted():
    moment = datetime(2026, 11, 24, 23, 30)  # noqa: DTZ001 (what a form may hand over)
    assert written("{{ m|day }} {{ m|clock }}", m=moment) == "24/11/2026 23\u00a0h\u00a030"


@pytest.mark.parametrize("tone", TONES)
def test_a_state_has_a_shape_a_label_and_a_colour(tone: str):
    colour, shape = TONES[tone].split()
    assert written("{% state_tag label tone %}", label="en test", tone=tone) == (
        f'<span class="tag {colour} {shape}">en test</span>'
    )


def test_states_that_mean_different_things_differ_in_shape():
    shape = {tone: classes.split()[1] for tone, classes in TONES.items()}
    assert len({shape[tone] for tone in ("done", "open", "stopped", "attention", "waiting", "neutral")}) == 6


def test_an_unknown_tone_raises_an_error():
    with pytest.raises(KeyError):
        written('{% state_tag "en test" "purple" %}')


def test_labels_are_escaped():
    assert written("{% state_tag label %}", label="<b>") == '<span class="tag tag-neutral shape-dot">&lt;b&gt;</span>'


def test_a_link_that_looks_like_a_button_has_its_icon_before_its_label():
    link = written('{% button_link "cohorts:edit_cohort" "lens" label=label icon="pencil" small=True %}', label="<b>")
    assert link.startswith('<a class="btn btn-primary btn-sm" href="/cohorts/lens/edit/"><svg class="icon"')
    assert link.endswith("</svg>&lt;b&gt;</a>")


def test_a_quiet_link_does_not_have_the_colour_of_the_main_action():
    link = written('{% button_link "account_login" label="Connexion" quiet=True %}')
    assert link == '<a class="btn btn-quiet" href="/accounts/login/">Connexion</a>'


def test_a_table_has_its_rows_below_its_headings_and_names_the_column_of_actions_to_screen_readers_only():
    html = written(
        "{% table heading actions=True %}<tr><td>{{ name }}</td></tr>{% endtable %}", heading="<b>", name="&"
    )
    head, _, body = html.partition("<tbody>")
    assert re.findall("<th .*?</th>", head) == [
        '<th scope="col">&lt;b&gt;</th>',
        '<th scope="col"><span class="visually-hidden">Actions</span></th>',
    ]
    assert body == "<tr><td>&amp;</td></tr></tbody></table></div>"


def test_an_icon_has_the_given_size():
    assert 'width="16" height="16"' in written('{% icon "house" size=16 %}')


def test_an_unlisted_icon_raises_an_error():
    with pytest.raises(UnlistedIcon):
        written('{% icon "skull" %}')


@pytest.mark.parametrize(
    ("tags", "classes"),
    [
        (None, "btn btn-primary"),
        (["prominent", "login"], "btn btn-primary"),
        (["outline", "primary"], "btn btn-quiet"),
        (["secondary", "panel"], "btn btn-quiet"),
        (["link", "cancel"], "btn btn-quiet"),
        (["danger", "delete"], "btn btn-danger"),
        (["danger", "tool"], "btn btn-danger btn-sm"),
        (["minor", "secondary"], "btn btn-quiet btn-sm"),
    ],
)
def test_a_button_of_the_account_pages_looks_like_ours(tags: list[str] | None, classes: str):
    assert button_class(tags) == classes


UNKNOWN = '<span aria-hidden="true">—</span><span class="visually-hidden">not known</span>'


@pytest.mark.parametrize(
    ("value", "expected"), [(None, UNKNOWN), ("", UNKNOWN), (0, "0"), ("Metz", "Metz"), ("<b>", "&lt;b&gt;")]
)
def test_or_unknown_replaces_missing_values_but_not_zero(value: object, expected: str):
    assert written("{{ value|or_unknown }}", "en", value=value) == expected


@pytest.mark.parametrize(
    ("first", "last", "precision", "expected"),
    [
        (date(2016, 1, 1), date(2018, 1, 1), "year", "2016 – 2018"),
        (date(2016, 1, 1), date(2016, 12, 31), "year", "2016"),
        (date(2016, 1, 1), date(2016, 12, 31), "month", "January 2016 – December 2016"),
        (date(2016, 1, 1), None, "year", "from 2016"),
        (None, date(2018, 1, 1), "year", "until 2018"),
        (None, None, "day", UNKNOWN),
    ],
)
def test_a_span_names_its_known_ends(first: date | None, last: date | None, precision: str, expected: str):
    assert written("{% span first last p p %}", "en", first=first, last=last, p=precision) == expected


def test_the_ends_of_a_span_are_each_as_precise_as_they_are_known():
    values = {"first": date(2016, 1, 1), "last": NOVEMBER}
    assert written('{% span first last "year" %}', "en", **values) == "2016 – 24 Nov 2026"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Accepted", "Accepted."), ("Accepted.", "Accepted."), ("Why?", "Why?"), ("So:", "So:"), ("", "")],
)
def test_a_sentence_has_one_full_stop(text: str, expected: str):
    assert written("{{ text|full_stop }}", text=text) == expected
