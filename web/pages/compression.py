"""Compress pages on their way to the browser."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PageCompressionMiddleware(GZipMiddleware):
    """Compresses HTML for browsers that take it, with Django's guard against guessing a secret from the length.

    Nothing else: files have a length that browsers count on, pictures and archives are compressed already, and
    programs send the ETag of a JSON answer back as it was.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the response, compressed if it is a page."""
        if response.headers.get("Content-Type", "").startswith("text/html"):
            compressed: HttpResponseBase = super().process_response(request, response)
            return compressed
        return response
