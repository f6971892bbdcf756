"""The history of tokens belongs to the page of their person."""

from collections.abc import Mapping
from typing import Any, Final

from accounts.models import User
from api.models import ApiToken
from web.history_pages import HistoryPart, ValueText

ADDED_PARTS: Final = {User: (HistoryPart(ApiToken, "user"),)}
NAME_PATHS: Final = {ApiToken: ("name",)}


def _scope_texts(scopes: Any, _row: Mapping[str, Any]) -> str:
    """Return the scopes of a token in words."""
    return ", ".join(ApiToken(scopes=scopes).scope_texts)


VALUE_TEXTS: Final[Mapping[Any, Mapping[str, ValueText]]] = {ApiToken: {"scopes": _scope_texts}}
