"""docker-compose.yml as the suite and the rehearsal read it: services with their commands, checks and variables."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parent.parent.parent
ESCAPED: Final = "\0"
VARIABLE: Final = re.compile(r"\$\{(\w+)(?:(:[-?])([^{}]*))?\}")


def read() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return found


def filled(text: str, given: Mapping[str, str]) -> str:
    """With the variables of `.env` put in; raises KeyError with the sentence of one that is required and not given."""

    def value(found: re.Match[str]) -> str:
        name, kind, otherwise = found.groups()
        if given.get(name):
            return given[name]
        if kind == ":-":
            return str(otherwise)
        raise KeyError(otherwise or name)

    text = text.replace("$$", ESCAPED)
    while VARIABLE.search(text):
        text = VARIABLE.sub(value, text)
    return text.replace(ESCAPED, "$")


def environment(service: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    return {name: filled(str(value), given) for name, value in service.get("environment", {}).items()}


def command(service: Mapping[str, Any], given: Mapping[str, str]) -> list[str]:
    return [filled(word, given) for word in service["command"]]


def check(service: Mapping[str, Any], given: Mapping[str, str]) -> list[str]:
    """The words of its health check."""
    kind, *words = service["healthcheck"]["test"]
    words = [filled(word, given) for word in words]
    return ["sh", "-c", *words] if kind == "CMD-SHELL" else words
