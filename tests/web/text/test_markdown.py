"""Texts with light marks: what they may say in HTML, and what no text makes of it."""

import sys
from collections import Counter
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from web.text.markdown import mentions_in, named_in, to_html

LONG = 20_000  # letters, the longest comment
REL = 'rel="nofollow noopener noreferrer"'
ALLOWED = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "pre", "code", "span"}
ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}, "span": {"class"}}


class Reader(HTMLParser):
    """What a browser would make of a text: its elements with their attributes, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def harm(html: str) -> list[object]:
    """Every element, attribute and address that has no place in a comment."""
    found: list[object] = []
    for tag, attributes in Reader(html).tags:
        found += [tag] if tag not in ALLOWED else []
        found += [(tag, name) for name in attributes if name not in ATTRIBUTES.get(tag, ())]
        href = (attributes.get("href") or "https:").lower()
        found += [] if href.startswith(("http://", "https://", "mailto:", "https:")) else [href]
    return found


class TestWhatPeopleWrite:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("Bonjour", "<p>Bonjour</p>\n"),
            ("**gras** et *italique*", "<p><strong>gras</strong> et <em>italique</em></p>\n"),
            ("une ligne\nune autre", "<p>une ligne<br>\nune autre</p>\n"),
            ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n"),
            ("3. un", '<ol start="3">\n<li>un</li>\n</ol>\n'),
            ("> cité", "<blockquote>\n<p>cité</p>\n</blockquote>\n"),
            ("`code`", "<p><code>code</code></p>\n"),
            (
                "[ici](https://example.org/?a=1&b=2)",
                f'<p><a href="https://example.org/?a=1&amp;b=2" {REL}>ici</a></p>\n',
            ),
            ("<mailto:a@b.fr>", f'<p><a href="mailto:a@b.fr" {REL}>mailto:a@b.fr</a></p>\n'),
            ("# 12 guichets", "<p># 12 guichets</p>\n"),
            ("    en retrait", "<p>en retrait</p>\n"),
            ("", ""),
        ],
    )
    def test_light_marks_are_read(self, text: str, html: str):
        assert to_html(text) == html

    def test_what_is_no_mark_stays_as_it_was_typed(self):
        assert to_html('2 < 3 & 4 > 1 "oui"') == '<p>2 &lt; 3 &amp; 4 &gt; 1 "oui"</p>\n'

    def test_deeper_than_twenty_is_shown_as_typed_and_nothing_is_lost(self):
        said = Reader(to_html(f"{'>' * 30} au fond\nici")).words
        assert said == f"{'>' * 30} au fond\nici"

    def test_templates_have_it_as_a_filter(self):
        page = Template("{% load web %}{{ text|markdown:names }}")
        shown = page.render(Context({"text": "*@Ann* <b>", "names": ["Ann"]}))
        assert shown == '<p><em><span class="mention">@Ann</span></em> &lt;b&gt;</p>\n'


class TestNames:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("@Ann Lee, viens", {"Ann Lee"}),
            ("@Ann viens, et @Ann Lee aussi", {"Ann", "Ann Lee"}),
            ("@Annie", set()),
            ("@Ann-Marie", set()),
            ("@Ann’s idea", {"Ann"}),
            ("ann@Ann", set()),
            ("Ann", set()),
            ("@", set()),
        ],
    )
    def test_the_longest_name_that_ends_as_a_word(self, text: str, found: set[str]):
        assert named_in(text, ["Ann", "Ann Lee", ""]) == found

    def test_a_name_is_marked_and_nobody_else(self):
        assert to_html("@Ann et @Bob", ["Ann"]) == '<p><span class="mention">@Ann</span> et @Bob</p>\n'

    def test_a_name_in_code_stays_code(self):
        assert to_html("`@Ann`", ["Ann"]) == "<p><code>@Ann</code></p>\n"

    def test_a_name_of_marks_is_a_name(self):
        name = "*O*<script>alert(1)</script>(.+)["
        html = to_html(f"@{name} !", [name])
        assert html == '<p><span class="mention">@*O*&lt;script&gt;alert(1)&lt;/script&gt;(.+)[</span> !</p>\n'

    def test_a_name_is_found_without_its_accents_and_capitals_and_marked_as_it_was_typed(self):
        named = ["Éloïse Démo-Flandre", "Eloise"]
        assert mentions_in("@eloise demo-flandre", named) == ({named[0]}, [])
        assert to_html("@eloise démo-flandre", named) == '<p><span class="mention">@eloise démo-flandre</span></p>\n'

    def test_of_names_that_differ_by_an_accent_alone_the_one_that_is_typed(self):
        found = [mentions_in(text, ["Rene", "René"])[0] for text in ("@René", "@Rene", "@rene")]
        assert found == [{"René"}, {"Rene"}, {"René", "Rene"}]

    @pytest.mark.parametrize("around", ["{}", "{}\n" + "[" * 2_000])
    def test_what_is_no_name_is_told_but_for_quotations_and_addresses(self, around: str):
        """In a text shown as it was typed too, where nothing is a quotation."""
        text = around.format("@Ann @Sacha, @l'Hôte @ @sacha ann@lab.example")
        assert mentions_in(text, ["Ann"]) == ({"Ann"}, ["Sacha", "l'Hôte", "sacha"])
        assert mentions_in("`@Ann` `@Bob`\n```\n@Bob\n```", ["Ann"]) == (set(), [])


JS = "alert(document.cookie)"
HOSTILE = [
    f"<script>{JS}</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    f"<img src=x onerror={JS}>",
    f"<svg/onload={JS}>",
    f"<a href='javascript:{JS}'>a</a>",
    f"<iframe srcdoc='<script>{JS}</script>'>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={JS}>",
    f"<!--><script>{JS}</script>-->",
    "<style>@import'//evil.example'</style>",
    f"[a](javascript:{JS})",
    f"[a](JaVaScRiPt:{JS})",
    f"[a](java&#115;cript:{JS})",
    f"[a](javascript&colon;{JS})",
    f"[a](&#x6A;avascript:{JS})",
    f"[a](java\tscript:{JS})",
    f"[a](<java\tscript:{JS}>)",
    f"[a](&#1;javascript:{JS})",
    f"[a](<  javascript:{JS}>)",
    f"[a](vbscript:{JS})",
    "[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[a](//evil.example/x)",
    "[a](/sign-out/)",
    f"<javascript:{JS}>",
    f"![a](javascript:{JS})",
    "![a](https://evil.example/pixel.png)",
    f'[a](https://a.example "\\" onclick={JS} x=\\"")',
    f'[a](https://a.example/"onmouseover={JS})',
    f"[a][b]\n\n[b]: javascript:{JS}",
    f"[![x](javascript:{JS})](javascript:{JS})",
    f"```html\n<script>{JS}</script>\n```",
    f"`<script>{JS}</script>`",
    f"&lt;script&gt;{JS}&lt;/script&gt;",
    "a\0b\u202egnirts\u2066x",
    "\ufeff\u200b<\u200bscript>",
    "＜script＞alert(1)＜/script＞",
    "[" * 500 + "a" + "](javascript:x)" * 500,
    "Z̸͓̳" * 300,
    "{{ settings.SECRET_KEY }}{% load x %}",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_hostile_becomes_more_than_words(text: str):
    html = to_html(text, ["Ann"])
    assert (harm(html), harm(to_html(f"- > **{text}**")), harm(to_html(f"@Ann {text}", [text]))) == ([], [], [])


def test_there_are_at_least_thirty():
    assert len(set(HOSTILE)) >= 30


def test_marks_that_turn_the_reading_direction_go():
    assert to_html("a\u202egnp.exe\u2069") == "<p>agnp.exe</p>\n"


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_whatever_is_written_is_harmless(text: str):
    assert harm(to_html(text, [text[:10]])) == []


@given(st.lists(st.sampled_from(["[", "](", ")", "<", ">", "@Ann", "*", "_", "`", "!", "\n", "> ", "- ", "&#", "j:"])))
def test_whatever_the_marks_are_it_is_harmless(parts: list[str]):
    assert harm(to_html("".join(parts), ["Ann"])) == []


MANY = [
    *("[", "![", "[a](", '[a](b "', "[a](<", "[a](b)", "[[a](b)", "*a_", "**a ", "``a`", "> ", "- ", "<http:", "&#x"),
    *("@Ann ", "a\n", "a\n\n", "- a\n", "\\", "$", "a" * 19 + "["),
]


def steps(text: str) -> int:
    """How many functions are called to show the text: its cost, on however busy a machine."""
    counted = Counter[str]()
    before = sys.getprofile()
    sys.setprofile(lambda _frame, event, _arg: counted.update([event]))
    try:
        to_html(text, ["Ann", "Ann Lee"])
    finally:
        sys.setprofile(before)
    return counted["call"] + counted["c_call"]


@pytest.mark.parametrize("mark", MANY)
def test_no_text_of_marks_costs_more_than_a_bounded_number_of_steps(mark: str):
    """Twenty of the longest comments stand on one page; unbounded, one of brackets took two million steps."""
    assert max(steps((mark * LONG)[:length]) for length in (1_000, LONG)) < 200_000


def test_a_text_of_little_but_marks_is_shown_as_it_was_typed():
    assert to_html("[*a*](" * 500) == f"<p>{'[*a*](' * 500}</p>"
