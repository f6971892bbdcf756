"""Markdown that people write, as blocks: headings, paragraphs, lists, quotations and code."""

from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it.token import Token

from dossiers.layout.blocks import Block, Bullets, Heading, Paragraph, Quotation, RichText, Span, plain
from web.text.markdown import parsed

MAX_ADDRESS: Final = 2_000  # characters; a typesetter refuses longer links than 8,000


def report_blocks(text: str, level: int) -> Iterator[Block]:
    """Yield the blocks of a report: a line in bold is a heading of this level, left out where nothing is below it."""
    heading: Heading | None = None
    for block in markdown_blocks(text):
        if isinstance(block, Paragraph) and all(span.bold for span in block.text):
            heading = Heading(level, "".join(span.text for span in block.text))
            continue
        if heading:
            yield heading
        heading = None
        yield block


def markdown_blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of a Markdown text; a text with too many marks is one paragraph, as it was typed.

    A list within a list is written as items of the outer one.
    """
    tokens = parsed(text)
    if tokens is None:
        yield Paragraph(plain(text))
        return
    lists: list[tuple[bool, list[RichText]]] = []
    quotes = 0
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append((token.type == "ordered_list_open", []))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            ordered, items = lists.pop()
            if lists:
                lists[-1][1].extend(items)
            elif items:
                yield Bullets(tuple(items), ordered=ordered)
        elif token.type in {"blockquote_open", "blockquote_close"}:
            quotes += 1 if token.type == "blockquote_open" else -1
        elif token.type == "fence":
            yield Paragraph((Span(token.content.rstrip("\n"), code=True),))
        elif token.type == "inline":
            spans = tuple(_spans(token.children or ()))
            if lists:
                lists[-1][1].append(spans)
            else:
                yield Quotation(spans) if quotes else Paragraph(spans)


def _spans(tokens: Sequence[Token]) -> Iterator[Span]:
    """Yield the pieces of a paragraph in their styles."""
    bold = italic = 0
    href = ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "em_open" | "em_close":
                italic += token.nesting
            case "link_open":
                address = str(token.attrGet("href") or "")
                href = address if len(address) <= MAX_ADDRESS else ""
            case "link_close":
                href = ""
            case "softbreak" | "hardbreak":
                yield Span("\n")
            case "mention":
                yield Span(f"@{token.content}", bold=bool(bold), italic=bool(italic), href=href)
            case _ if token.content:
                is_code = token.type == "code_inline"
                yield Span(token.content, bold=bool(bold), italic=bool(italic), code=is_code, href=href)
