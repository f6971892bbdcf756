"""The person's chosen language wins over the browser's."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

type_response = Callable[[HttpRequest], HttpResponse]


def chosen_language(get_response: type_response) -> type_response:
    """Activate `user.language` for signed-in people who chose one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if chosen := getattr(request.user, "language", ""):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen
        response = get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or "fr")
        return response

    return middleware
