"""Refusals and missing pages: inside the usual page for someone signed in, bare for anyone else.

An answer to an error must not fail itself: whatever goes wrong while the usual page is made, the bare one is given.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

if TYPE_CHECKING:
    from django.http import HttpRequest

logger = logging.getLogger(__name__)


@requires_csrf_token
def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the reason in the words of the decision."""
    return HttpResponse(_page(request, "403.html", exception=str(exception)), status=403)


@requires_csrf_token
def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, which does not say what was looked for: it may be there for others."""
    return HttpResponse(_page(request, "404.html"), status=404)


def _page(request: HttpRequest, template: str, **context: str) -> str:
    try:
        if request.user.is_authenticated:
            return render_to_string(template, context | {"frame": "base.html"}, request)
    except Exception:
        logger.warning("The page of an error is shown bare: the usual one could not be made", exc_info=True)
    return render_to_string(template, context)
