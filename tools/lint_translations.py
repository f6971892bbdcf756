"""French is complete: every string of the code is in the catalogue and translated. Apostrophes are the printers’. No
line breaks before punctuation: a no-break space stands before “:” and inside « », a narrow one before “; ! ?”.

Strings are read from the code without GNU gettext, which only `make messages` needs.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypeAlias

from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

Key: TypeAlias = tuple[str, str]  # context, and the string (the singular one of two)

ROOT = Path(__file__).parent.parent
WITH_CONTEXT: Final = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
FUNCTIONS: Final = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy", *WITH_CONTEXT}
TEXT: Final = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL_IN_TEMPLATE: Final = re.compile(rf"(?:[np]*gettext|_)\((?:{TEXT}|[\w, .])*\)")  # in what `templatize` returns
BREAKABLE: Final = re.compile(r"[ \u202f]:(?![/:\w])|[ \u00a0][;!?]|«[ \u202f]|[ \u202f]»")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w*}")


def strings_of(source: str) -> Iterator[Key]:
    """Yield the strings that Python source code marks for translation, also those inside f-strings."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if node.func.id in WITH_CONTEXT:
                yield str(texts[0]), str(texts[1])
            elif texts:
                yield "", str(texts[0])


def strings_of_template(source: str) -> Iterator[Key]:
    for call in CALL_IN_TEMPLATE.findall(templatize(source)):
        yield from strings_of(call)


def strings_in_code() -> set[Key]:
    """Return all strings that are marked for translation in the project's modules and templates."""
    command = ["git", "ls-files", "*.py", "templates", ":!tests", ":!tools"]
    paths = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    readers = {path: strings_of if path.endswith(".py") else strings_of_template for path in paths}
    return {key for path, reader in readers.items() for key in reader((ROOT / path).read_text())}


def _key(message: Message) -> Key:
    return message.context or "", message.id[0] if isinstance(message.id, tuple) else message.id


def faults(language: str, used: set[Key]) -> list[str]:
    with open(ROOT / "locale" / language / "LC_MESSAGES" / "django.po", "rb") as file:
        catalogue = read_po(file, locale=language)
    listed = {_key(message) for message in catalogue if message.id}
    found = [f"{language}: not in the catalogue, run make messages: {text!r}" for _, text in sorted(used - listed)]
    found += [f"{language}: no longer in the code, run make messages: {text!r}" for _, text in sorted(listed - used)]
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
        if language == "fr" and (wrong := [text for text in translations if BREAKABLE.search(text)]):
            found.append(f"{language}: no-break spaces are meant before : ; ! ? » and after «: {wrong[0]!r}")
        if any("'" in text for text in (*originals, *translations)):
            found.append(f"{language}: ’ is meant, not ': {originals[0]!r}")
    return found


if __name__ == "__main__":
    settings.configure(USE_I18N=True)
    messages = faults("fr", strings_in_code())
    print("\n".join(messages) or "Translations are complete.")
    sys.exit(bool(messages))
