"""Render the Markdown that people write as safe HTML, and find the people it mentions.

The HTML is safe twice over: markdown-it passes no HTML and no pictures through and links to three schemes only, and
nh3 removes everything that is not on its list. A text with very many marks takes long to parse and is shown as typed.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final
from unicodedata import normalize

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from web.text.visible import DIRECTION_MARKS

BLOCKS: Final = ("paragraph", "list", "blockquote", "fence")
INLINES: Final = ("newline", "escape", "backticks", "emphasis", "link", "autolink", "entity")
MAX_NESTING: Final = 20  # quotations and lists within one another; a text with deeper ones is shown as typed
MAX_MARKS: Final = 1_000  # characters that may begin a mark; five pages of prose have some hundreds
MARKS: Final = re.compile(r"[\n!#$%&*+\-:<=>@\[\\\]^_`{}~]")
SCHEMES: Final = {"http", "https", "mailto"}
TAGS: Final = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "pre", "code", "span"}
# An allowed scheme, and no character that a browser would drop while reading the address.
ADDRESS: Final = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f]+\Z", re.IGNORECASE)
AT: Final = re.compile(r"(?<!\w)@(\w[\w'’-]*)?")


class _Parser(MarkdownIt):
    """A parser that leaves links to other schemes than `SCHEMES` as they were typed."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's own name
        """Return whether a link to this address may be rendered: it must begin with http://, https:// or mailto:."""
        return bool(ADDRESS.match(url))


class MentionFinder:
    """Finds mentions in a text: `@` and one of `names`, the longest that fits, whatever its accents and capitals.

    `mentioned` collects the names found so far, `unknown` the words after an `@` that are none of the names.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """Prepare to find mentions (`@` and a name) of these names; empty names are ignored."""
        self.by_fold: dict[str, list[str]] = {}
        for name in filter(None, names):
            self.by_fold.setdefault(folded(normalize("NFC", name)), []).append(name)
        longest_first = sorted(self.by_fold, key=len, reverse=True)
        self.longest = len(longest_first[0]) if longest_first else 0
        self.pattern = re.compile(rf"({'|'.join(map(re.escape, longest_first))})(?!\w|-\w)") if self.longest else None
        self.mentioned: set[str] = set()
        self.unknown: dict[str, None] = {}

    def end_of_mention(self, text: str, start: int) -> int:
        """Return the position after the mention (`@` and a known name) that begins at `start`; 0 when none begins
        there.

        The name is added to `mentioned`; a word after the `@` that is no known name is added to `unknown`.
        """
        word = AT.match(text, start)
        if word is None:
            return 0
        # Two characters more than the longest name, to see whether the name ends as a word.
        match = self.pattern and self.pattern.match(folded(text[start + 1 : start + self.longest + 3]))
        if not match:
            self.unknown.update({word[1]: None} if word[1] else {})
            return 0
        end = start + 1 + match.end()
        alike = self.by_fold[match[1]]
        self.mentioned.update({text[start + 1 : end]} & {*alike} or alike)
        return end


def folded(text: str) -> str:
    """Return the text in lower case without accents, with as many characters as before,
    so that positions stay valid.
    """
    return "".join(normalize("NFD", character)[0].lower()[0] for character in text)


def _parse_mention(state: StateInline, silent: bool) -> bool:
    """Parse a mention (`@` and a name) at the parser's position, as a rule of markdown-it; return whether there is one.

    With `silent`, no token is added. The MentionFinder to use is in the parser's `env["mentions"]`.
    """
    mentions: MentionFinder = state.env["mentions"]
    end = mentions.end_of_mention(state.src, state.pos)
    if end and not silent:
        state.push("mention", "", 0).content = state.src[state.pos + 1 : end]
    state.pos = end or state.pos
    return bool(end)


def _render_mention(
    _renderer: RendererProtocol, tokens: Sequence[Token], index: int, _options: OptionsDict, _env: EnvType
) -> str:
    """Return the HTML of the mention at position `index` of the tokens, its name escaped.

    markdown-it calls it; the other parameters are not used.
    """
    return f'<span class="mention">@{escape(tokens[index].content)}</span>'


def _parser() -> MarkdownIt:
    """Return a Markdown parser for paragraphs, lists, quotations, code, emphasis, links and mentions, and no other
    marks.

    HTML is not passed through. A line break stays one.
    """
    options = {"html": False, "linkify": False, "typographer": False, "breaks": True, "maxNesting": MAX_NESTING}
    parser = _Parser("zero", options).enable([*BLOCKS, *INLINES])
    parser.inline.ruler.before("emphasis", "mention", _parse_mention)
    parser.add_render_rule("mention", _render_mention)
    return parser


_PARSER: Final = _parser()


def to_html(text: str, names: Iterable[str] = ()) -> SafeString:
    """Return Markdown as safe HTML; an `@` before one of `names` is highlighted as a mention.

    A text with too many or too deeply nested marks is shown as it was typed.
    """
    plain, mentions = DIRECTION_MARKS.sub("", text), MentionFinder(names)
    tokens = _parse(plain, mentions)
    if tokens is None:
        return as_typed(plain)
    return mark_safe(_sanitized(_PARSER.renderer.render(tokens, _PARSER.options, {})))  # noqa: S308 - sanitized by nh3


def parsed(text: str) -> Sequence[Token] | None:
    """Return the tokens of a Markdown text, for writers of other formats than HTML.

    None for a text with too many or too deeply nested marks, which is to be shown as it was typed.
    """
    return _parse(DIRECTION_MARKS.sub("", text), MentionFinder(()))


def find_mentions(text: str, names: Iterable[str]) -> tuple[set[str], list[str]]:
    """Return the names that a Markdown text mentions with an `@`, and the words after an `@` that are none of `names`.

    Text between code marks is a quotation and mentions nobody.
    """
    mentions = MentionFinder(names)
    if "@" in text and _parse(DIRECTION_MARKS.sub("", text), mentions) is None:
        for match in AT.finditer(text):
            mentions.end_of_mention(text, match.start())
    return mentions.mentioned, list(mentions.unknown)


def mentioned_names(text: str, names: Collection[str]) -> set[str]:
    """Return those of `names` that the Markdown text mentions with an `@`; text between code marks does not count."""
    return find_mentions(text, names)[0] if names else set()


def _parse(plain: str, mentions: MentionFinder) -> Sequence[Token] | None:
    """Return the tokens of a Markdown text; the mentions in it are added to `mentions`.

    None for a text with too many or too deeply nested marks, which is to be shown as it was typed.
    """
    if len(MARKS.findall(plain)) > MAX_MARKS:
        return None
    tokens = _PARSER.parse(plain, {"mentions": mentions})
    return None if any(token.level >= MAX_NESTING - 1 for token in tokens) else tokens


def as_typed(text: str) -> SafeString:
    """Return a text as HTML that shows it as it was typed: no mark is rendered, line breaks stay."""
    return mark_safe(f"<p>{escape(text)}</p>".replace("\n", "<br>\n"))  # noqa: S308 - escaped


def _sanitized(html: str) -> str:
    """Return the HTML without any tag, attribute, class or link scheme that is not on our list of allowed ones."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        allowed_classes={"span": {"mention"}},
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
        strip_comments=True,
    )
