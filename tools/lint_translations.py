"""French is complete: no string untranslated, none fuzzy, every placeholder kept; apostrophes are the printers’."""

import re
import sys
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w*}")


def faults(language: str) -> list[str]:
    with open(ROOT / "locale" / language / "LC_MESSAGES" / "django.po", "rb") as file:
        catalogue = read_po(file, locale=language)
    found = []
    for message in catalogue:
        if not message.id:
            continue
        translations = message.string if isinstance(message.string, tuple) else (message.string,)
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        if message.fuzzy or (language != "en" and not all(translations)):
            found.append(f"{language}: not translated: {originals[0]!r}")
        elif all(translations) and set(PLACEHOLDER.findall(translations[-1])) != set(
            PLACEHOLDER.findall(originals[-1])
        ):
            found.append(f"{language}: placeholders differ: {originals[0]!r}")
        if any("'" in text for text in (*originals, *translations)):
            found.append(f"{language}: ’ is meant, not ': {originals[0]!r}")
    return found


if __name__ == "__main__":
    messages = faults("fr")
    print("\n".join(messages) or "Translations are complete.")
    sys.exit(bool(messages))
