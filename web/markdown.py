"""Texts people write with light marks (Markdown), as HTML that can do no harm.

Twice guarded: markdown-it makes no HTML of what was typed, no picture, and links to three schemes only; nh3 then lets
through nothing that is not on its list. Bounded too: a text of little but marks, which nobody reads and which takes
long to read, is shown as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Sequence

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
# Marks that turn the direction of what follows, past the end of the text they stand in.
TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
NOBODY: Final = re.compile(r"(?!)")  # finds nothing


class _Parser(MarkdownIt):
    """Leaves a link that could lead elsewhere than to a page or an address as it was typed."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it's own name
        return bool(ADDRESS.match(url))


def _marks_mention(state: StateInline, silent: bool) -> bool:
    """`@Name` of one of the people whose names are in `env["named"]`."""
    named: re.Pattern[str] = state.env.get("named", NOBODY)
    found = named.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("mention", "", 0).content = found[1]
    state.pos = found.end()
    return True


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


def naming(names: Iterable[str]) -> re.Pattern[str]:
    """Finds `@Name` of the longest of the names that ends there as a word."""
    longest_first = sorted(filter(None, names), key=len, reverse=True)
    return re.compile(rf"(?<!\w)@({'|'.join(map(re.escape, longest_first))})(?!\w|-\w)") if longest_first else NOBODY


def named_in(text: str, names: Iterable[str]) -> set[str]:
    """The names that stand after an `@` somewhere in the text."""
    return {found[1] for found in naming(names).finditer(text)}


_PARSER: Final = _parser()


def to_html(text: str, names: Iterable[str] = ()) -> SafeString:
    """Safe HTML of a text; `@Name` of one of the names is marked."""
    plain = TURNING.sub("", text)
    if len(HALTS.findall(plain)) > MOST_HALTS:
        return as_typed(plain)
    env = {"named": naming(names)}
    tokens = _PARSER.parse(plain, env)
    if any(token.level >= DEEPEST - 1 for token in tokens):
        return as_typed(plain)
    return mark_safe(_cleaned(_PARSER.renderer.render(tokens, _PARSER.options, env)))  # noqa: S308 - nh3 has it cleaned


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
