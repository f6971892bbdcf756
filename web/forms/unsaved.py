"""The texts of a submitted form that cannot be saved any more, shown on the error page so that they are not lost."""

from collections.abc import Collection
from typing import Final

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

SECRET_FIELDS: Final = ("csrfmiddlewaretoken", "password")  # fields with these prefixes are never shown


def unsaved_texts(request: HttpRequest, *, exclude: Collection[str] = ()) -> list[str]:
    """Return the texts of several words in a POST request, in the order of the form, to show them on an error page.

    Texts in `exclude`, values of one word (such as keys and choices) and secret fields are left out. [] when the
    request cannot be read.
    """
    try:
        fields = request.POST.lists()
    except (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, OSError):
        return []
    values = [value.strip() for name, values in fields if not name.startswith(SECRET_FIELDS) for value in values]
    texts = ("\n".join(value.splitlines()) for value in values if any(character.isspace() for character in value))
    return [text for text in texts if text not in exclude]
