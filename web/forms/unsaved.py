"""What was typed into a form that met no form any more: shown on the page that answers, since nothing keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http.multipartparser import MultiPartParserError

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpRequest

SECRET: Final = ("csrfmiddlewaretoken", "password")  # names that begin so are never shown


def words_of(request: HttpRequest, *, known: Collection[str] = ()) -> list[str]:
    """The texts of several words in what was posted, in the order of the form, without what is `known` already.

    Keys and choices are no texts.
    """
    try:
        sent = request.POST.lists()
    except (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, OSError):
        return []
    values = [value.strip() for name, values in sent if not name.startswith(SECRET) for value in values]
    texts = ("\n".join(value.splitlines()) for value in values if any(letter.isspace() for letter in value))
    return [text for text in texts if text not in known]
