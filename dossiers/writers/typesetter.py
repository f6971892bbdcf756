"""The program that typesets a dossier as PDF. It runs as a child process, with limits, and imports nothing of ours.

Only the operating system can limit what a typesetter takes. It reads `template.typ`, `document.json`, the pictures and
the fonts in its folder, and writes `dossier.pdf`. It has no network to use: no package is in its folder.
"""

import json
import re
import resource
import sys
from pathlib import Path
from typing import Any, Final

import typst
from fontTools.ttLib import TTFont

MEMORY_LIMIT: Final = 1_500_000_000  # bytes of addresses; half of it is never touched
CPU_SECONDS: Final = 90
STAND_IN: Final = "□"  # for a character that no font of ours has
MAX_PROBES: Final = 40
FAMILY_NAMES: Final = (1, 16)  # in the table of names of a font
# What typst says about a text that no font has; pinned below the next version.
_MISSING: Final = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_PROBE: Final = b"""#set document(title: "probe")
#set text(font: (
  "Atkinson Hyperlegible Next", "Atkinson Hyperlegible Next Ext", "Libertinus Serif", "DejaVu Sans Mono",
  "New Computer Modern Math",
))
#for c in json("characters.json") [#text(c)

]"""


def unpack_fonts(folder: Path) -> set[str]:
    """Write the web fonts (WOFF2) of the folder as fonts that a typesetter reads; return the characters they have.

    Web fonts come in several files, one for each set of characters, and a typesetter uses one file of a family: the
    file with further Latin letters gets a family of its own, which the template names after the first.
    """
    characters: set[str] = set()
    for path in sorted(folder.glob("*.woff2")):
        font = TTFont(path, lazy=True)
        font.flavor = None
        for record in font["name"].names:
            if record.nameID in FAMILY_NAMES:  # typst knows a font by these names; ours has that of its largest size
                family = re.sub(r" \d+pt\b.*", "", record.toUnicode())
                record.string = f"{family} Ext" if "latin-ext" in path.name else family
        font.save(path.with_suffix(".ttf"))
        characters |= set(map(chr, font.getBestCmap()))
    return characters


def compile_pdf(folder: Path, source: str) -> bytes:
    """Return the PDF of a source in the folder; raises typst.TypstError where it breaks the standard, PDF/UA-1."""
    return typst.compile(
        str(folder / source),
        root=str(folder),
        font_paths=[str(folder / "fonts")],
        ignore_system_fonts=True,
        package_path=str(folder / "packages"),
        package_cache_path=str(folder / "packages"),
        pdf_standards="ua-1",
        format="pdf",
    )


def texts_in(value: Any) -> list[str]:
    """Return all texts of a value read from JSON."""
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for child in children for text in texts_in(child)]


def replace_missing(value: Any, missing: set[str]) -> Any:
    """Return a copy of a value read from JSON in which a stand-in replaces each of the missing characters."""
    if isinstance(value, str):
        return value if missing.isdisjoint(value) else "".join(STAND_IN if c in missing else c for c in value)
    if isinstance(value, dict):
        return {name: replace_missing(child, missing) for name, child in value.items()}
    return [replace_missing(child, missing) for child in value] if isinstance(value, list) else value


def missing_characters(folder: Path, characters: set[str], known: set[str]) -> set[str]:
    """Return those of the characters that no font has; `known` are those of the house fonts.

    The typesetter names one at a time. Beyond forty of them, all that the house fonts lack count as missing.
    """
    missing: set[str] = set()
    left = {character for character in characters - known if not character.isspace()}
    for _probe in range(MAX_PROBES):
        (folder / "characters.json").write_text(json.dumps(sorted(left)))
        try:
            compile_pdf(folder, "probe.typ")
        except typst.TypstError as error:
            found = _MISSING.search(str(error))
            if found is None:
                raise
            missing |= set(found[1]) & left
            left -= missing
            if not set(found[1]) & characters:
                return missing | left
        else:
            return missing
    return missing | left


def typeset(folder: Path) -> dict[str, int]:
    """Write `dossier.pdf` from what is in the folder; return how many different characters have a stand-in."""
    (folder / "probe.typ").write_bytes(_PROBE)
    known = unpack_fonts(folder / "fonts")
    data = json.loads((folder / "document.json").read_text())
    characters = set("".join(texts_in(data)))
    missing = missing_characters(folder, characters, known)
    if missing:
        data = replace_missing(data, missing)
        note = {"kind": "Remark", "text": [_span(data["labels"]["unprintable"])]}
        data["blocks"].append(note)
        (folder / "document.json").write_text(json.dumps(data))
    (folder / "dossier.pdf").write_bytes(compile_pdf(folder, "template.typ"))
    return {"missing": len(missing)}


def _span(text: str) -> dict[str, Any]:
    """Return a text without style, as `document.json` holds it."""
    return {"text": text, "bold": False, "italic": False, "code": False, "href": ""}


def main(folder: str) -> None:
    """Typeset the dossier of a folder with limits on memory and time, and print the answer as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    sys.stdout.write(json.dumps(typeset(Path(folder))))


if __name__ == "__main__":
    main(sys.argv[1])
