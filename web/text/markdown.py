"""Texts people write with light marks (Markdown), as HTML that can do no harm.

Twice guarded: markdown-it makes no HTML of what was typed, no picture, and links to three schemes only; nh3 then lets
through nothing that is not on its list. Bounded too: a text of little but marks, which nobody reads and which takes
long to read, is shown as it was typed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from web.text.visible import TURNING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from markdown_it.renderer import RendererProtocol
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token
    from markdown_it.utils import EnvType, OptionsDict

BLOCKS: Final = ("paragraph", "list", "blockquote", "fence")
INLINES: Final = ("newline", "escape", "backticks", "emphasis", "link", "autolink", "entity")
DEEPEST: Final = 20  # quotations and lists within one another; deeper ones are shown as they were typed
MOST_HALTS: Final = 1_000  # places of a text where the parser stops to think; five pages of prose have some hundreds
HALTS: Final = re.compile(r"[\n!#$%&*+\-:<=>@\[\\\]^_`{}~]")
SCHEMES: Final = {"http", "https", "mailto"}
TAGS: Final = {"p", "br", "em", "strong", "a", "ul", "ol", "li", "blockquote", "pre", "code", "span"}
# A scheme as the address begins with it, and nothing a browser would drop while reading it.
ADDRESS: Final = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f]+\Z", re.IGNORECASE)
AT: Final = re.compile(r"(?<!\w)@(\w[\w'’-]*)?")


class _Parser(MarkdownIt):
    """Leaves a link that could lead elsewhere than to a page or an address as it was typed."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's own name
        return bool(ADDRESS.match(url))


class Names:
    """Finds `@Name` of the longest of the names that ends there as a word, whatever its accents and capitals.

    `told` are the names found so far, `unknown` the words after an `@` that are none of them.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.by_fold: dict[str, list[str]] = {}
        for name in filter(None, names):
            self.by_fold.setdefault(folded(normalize("NFC", name)), []).append(name)
        longest_first = sorted(self.by_fold, key=len, reverse=True)
        self.longest = len(longest_first[0]) if longest_first else 0
        self.pattern = re.compile(rf"({'|'.join(map(re.escape, longest_first))})(?!\w|-\w)") if self.longest else None
        self.told: set[str] = set()
        self.unknown: dict[str, None] = {}

    def at(self, text: str, place: int) -> int:
        """Where the mention that begins there ends; 0 where none does."""
        word = AT.match(text, place)
        if word is None:
            return 0
        # Two letters more than the longest name: whether it ends as a word.
        found = self.pattern and self.pattern.match(folded(text[place + 1 : place + self.longest + 3]))
        if not found:
            self.unknown.update({word[1]: None} if word[1] else {})
            return 0
        end = place + 1 + found.end()
        alike = self.by_fold[found[1]]
        self.told.update({text[place + 1 : end]} & {*alike} or alike)
        return end


def folded(text: str) -> str:
    """Each letter without accent and capital; as long as before."""
    return "".join(normalize("NFD", letter)[0].lower()[0] for letter in text)


def _marks_mention(state: StateInline, silent: bool) -> bool:
    """`@Name` of one of the people whose names are in `env["named"]`."""
    names: Names = state.env["named"]
    end = names.at(state.src, state.pos)
    if end and not silent:
        state.push("mention", "", 0).content = state.src[state.pos + 1 : end]
    state.pos = end or state.pos
    return bool(end)


def _drawn_mention(
    _renderer: RendererProtocol, tokens: Sequence[Token], place: int, _options: OptionsDict, _env: EnvType
) -> str:
    return f'<span class="mention">@{escape(tokens[place].content)}</span>'


def _parser() -> MarkdownIt:
    options = {"html": False, "linkify": False, "typographer": False, "breaks": True, "maxNesting": DEEPEST}
    parser = _Parser("zero", options).enable([*BLOCKS, *INLINES])
    parser.inline.ruler.before("emphasis", "mention", _marks_mention)
    parser.add_render_rule("mention", _drawn_mention)
    return parser


_PARSER: Final = _parser()


def to_html(text: str, names: Iterable[str] = ()) -> SafeString:
    """Safe HTML of a text; `@Name` of one of the names is marked."""
    plain, named = TURNING.sub("", text), Names(names)
    tokens = _read(plain, named)
    if tokens is None:
        return as_typed(plain)
    return mark_safe(_cleaned(_PARSER.renderer.render(tokens, _PARSER.options, {})))  # noqa: S308 - nh3 has it cleaned


def mentions_in(text: str, names: Iterable[str]) -> tuple[set[str], list[str]]:
    """The names that stand after an `@` somewhere in the text, and the words after one that are no name of these.

    What stands between code marks is quoted: nobody is meant.
    """
    named = Names(names)
    if "@" in text and _read(TURNING.sub("", text), named) is None:
        for found in AT.finditer(text):
            named.at(text, found.start())
    return named.told, list(named.unknown)


def named_in(text: str, names: Collection[str]) -> set[str]:
    return mentions_in(text, names)[0] if names else set()


def _read(plain: str, named: Names) -> Sequence[Token] | None:
    """None for a text that is shown as it was typed."""
    if len(HALTS.findall(plain)) > MOST_HALTS:
        return None
    tokens = _PARSER.parse(plain, {"named": named})
    return None if any(token.level >= DEEPEST - 1 for token in tokens) else tokens


def as_typed(text: str) -> SafeString:
    """The text without any mark read, its lines kept."""
    return mark_safe(f"<p>{escape(text)}</p>".replace("\n", "<br>\n"))  # noqa: S308 - escaped


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        allowed_classes={"span": {"mention"}},
        url_schemes=SCHEMES,
        link_rel="nofollow noopener noreferrer",
        strip_comments=True,
    )
