"""Helpers for tests of bulk actions: open the preview, and confirm it."""

from typing import Any

from accounts.models import User
from tests.pages import elements
from tests.prototypes.pages import send, signed_in


def preview(user: User, where: str) -> Any:
    answer = signed_in(user).get(where)
    assert answer.status_code == 200
    return answer


def hidden_values(answer: Any) -> dict[str, str]:
    """Return the values that the form of a preview returns as they are."""
    fields = [element["attrs"] for element in elements(answer, "input") if element["attrs"].get("type") == "hidden"]
    return {field["name"]: field["value"] for field in fields if field["name"] in ("affected", "idempotency_key")}


def confirm(user: User, where: str, **values: Any) -> Any:
    """Open the preview and send its form."""
    return send(user, where, **hidden_values(preview(user, where)), **values)
