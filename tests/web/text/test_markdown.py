"""Markdown: what people can format, and that no text is unsafe."""

import sys
from collections import Counter
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from web.text.markdown import find_mentions, mentioned_names, to_html

LONG = 20_000  # characters, the longest comment
REL = 'rel="nofollow noopener noreferrer"'
ALLOWED = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "pre", "code", "span"}
ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}, "span": {"class"}}


class Reader(HTMLParser):
    """A reader of HTML: its elements with their attributes, and its text."""

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
    """Return every element, attribute and address that is not allowed in a comment."""
    found: list[object] = []
    for tag, attributes in Reader(html).tags:
        found += [tag] if tag not in ALLOWED else []
        found += [(tag, name) for name in attributes if name not in ATTRIBUTES.get(tag, ())]
        href = (attributes.get("href") or "https:").lower()
        found += [] if href.startswith(("http://", "https://", "mailto:", "https:")) else [href]
    return found


class TestMarks:
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
    def test_marks_are_rendered(self, text: str, html: str):
        assert to_html(text) == html

    def test_other_characters_stay_as_typed(self):
        assert to_html('2 < 3 & 4 > 1 "oui"') == '<p>2 &lt; 3 &amp; 4 &gt; 1 "oui"</p>\n'

    def test_text_nested_too_deeply_is_shown_as_typed(self):
        text = Reader(to_html(f"{'>' * 30} au fond\nici")).words
        assert text == f"{'>' * 30} au fond\nici"

    def test_templates_have_a_markdown_filter(self):
        page = Template("{% load web %}{{ text|markdown:names }}")
        html = page.render(Context({"text": "*@Ann* <b>", "names": ["Ann"]}))
        assert html == '<p><em><span class="mention">@Ann</span></em> &lt;b&gt;</p>\n'


class TestMentions:
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
    def test_the_longest_name_that_ends_as_a_word_is_mentioned(self, text: str, found: set[str]):
        assert mentioned_names(text, ["Ann", "Ann Lee", ""]) == found

    def test_only_the_named_person_is_marked(self):
        assert to_html("@Ann et @Bob", ["Ann"]) == '<p><span class="mention">@Ann</span> et @Bob</p>\n'

    def test_a_name_in_code_is_no_mention(self):
        assert to_html("`@Ann`", ["Ann"]) == "<p><code>@Ann</code></p>\n"

    def test_a_name_with_marks_is_a_mention(self):
        name = "*O*<script>alert(1)</script>(.+)["
        html = to_html(f"@{name} !", [name])
        assert html == '<p><span class="mention">@*O*&lt;script&gt;alert(1)&lt;/script&gt;(.+)[</span> !</p>\n'

    def test_a_mention_ignores_accents_and_capitals_and_is_shown_as_typed(self):
        named = ["Éloïse Démo-Flandre", "Eloise"]
        assert find_mentions("@eloise demo-flandre", named) == ({named[0]}, [])
        assert to_html("@eloise démo-flandre", named) == '<p><span class="mention">@eloise démo-flandre</span></p>\n'

    def test_names_that_differ_by_an_accent_only_match_as_typed(self):
        found = [find_mentions(text, ["Rene", "René"])[0] for text in ("@René", "@Rene", "@rene")]
        assert found == [{"René"}, {"Rene"}, {"René", "Rene"}]

    @pytest.mark.parametrize("template", ["{}", "{}\n" + "[" * 2_000])
    def test_unknown_names_are_returned_except_in_quotations_and_addresses(self, template: str):
        """Also in a text that is shown as typed, where nothing is a quotation."""
        text = template.format("@Ann @Sacha, @l'Hôte @ @sacha ann@lab.example")
        assert find_mentions(text, ["Ann"]) == ({"Ann"}, ["Sacha", "l'Hôte", "sacha"])
        assert find_mentions("`@Ann` `@Bob`\n```\n@Bob\n```", ["Ann"]) == (set(), [])


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
def test_hostile_text_stays_text(text: str):
    html = to_html(text, ["Ann"])
    assert (harm(html), harm(to_html(f"- > **{text}**")), harm(to_html(f"@Ann {text}", [text]))) == ([], [], [])


def test_there_are_at_least_thirty_hostile_texts():
    assert len(set(HOSTILE)) >= 30


def test_direction_marks_are_removed():
    assert to_html("a\u202egnp.exe\u2069") == "<p>agnp.exe</p>\n"


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_random_text_is_rendered_as_safe_html(text: str):
    assert harm(to_html(text, [text[:10]])) == []


@given(st.lists(st.sampled_from(["[", "](", ")", "<", ">", "@Ann", "*", "_", "`", "!", "\n", "> ", "- ", "&#", "j:"])))
def test_random_marks_are_rendered_as_safe_html(parts: list[str]):
    assert harm(to_html("".join(parts), ["Ann"])) == []


MANY = [
    *("[", "![", "[a](", '[a](b "', "[a](<", "[a](b)", "[[a](b)", "*a_", "**a ", "``a`", "> ", "- ", "<http:", "&#x"),
    *("@Ann ", "a\n", "a\n\n", "- a\n", "\\", "$", "a" * 19 + "["),
]


def steps(text: str) -> int:
    """Return the number of function calls that rendering takes, which is independent of the machine."""
    counted = Counter[str]()
    before = sys.getprofile()
    sys.setprofile(lambda _frame, event, _arg: counted.update([event]))
    try:
        to_html(text, ["Ann", "Ann Lee"])
    finally:
        sys.setprofile(before)
    return counted["call"] + counted["c_call"]


@pytest.mark.parametrize("mark", MANY)
def test_parsing_steps_are_bounded(mark: str):
    """Twenty of the longest comments are on one page; without a limit, one of brackets took two million steps."""
    assert max(steps((mark * LONG)[:length]) for length in (1_000, LONG)) < 200_000


def test_a_text_with_too_many_marks_is_shown_as_typed():
    assert to_html("[*a*](" * 500) == f"<p>{'[*a*](' * 500}</p>"
