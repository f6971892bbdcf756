"""docker-compose.yml as read by tests and by the rehearsal: services with their commands, checks and variables."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

ROOT: Final = Path(__file__).resolve().parent.parent.parent
ESCAPED: Final = "\0"
VARIABLE: Final = re.compile(r"\$\{(\w+)(?:(:[-?])([^{}]*))?\}")


def read() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return services


def fill_variables(text: str, given: Mapping[str, str]) -> str:
    """Insert the variables of `.env`; raises KeyError with the message of a required variable that is missing."""

    def value(match: re.Match[str]) -> str:
        name, kind, otherwise = match.groups()
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
    return {name: fill_variables(str(value), given) for name, value in service.get("environment", {}).items()}


def command(service: Mapping[str, Any], given: Mapping[str, str]) -> list[str]:
    return [fill_variables(word, given) for word in service["command"]]


def check(service: Mapping[str, Any], given: Mapping[str, str]) -> list[str]:
    """Return the command of the health check."""
    kind, *words = service["healthcheck"]["test"]
    words = [fill_variables(word, given) for word in words]
    return ["sh", "-c", *words] if kind == "CMD-SHELL" else words
