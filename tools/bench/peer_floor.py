"""The addresses of pretalx and of a floor page beside them, as in `baseline` for the platform."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.http import require_safe
from django_scopes import scopes_disabled
from pretalx.submission.models import Submission
from pretalx.urls import urlpatterns as addresses_of_pretalx

TEXT = """<!doctype html><html lang="en"><title>Floor</title><ul>
{% for each in submissions %}<li><a href="/submissions/{{ each.pk }}/">{{ each.code }}</a> {{ each.title }}</li>
{% endfor %}</ul>"""
TEMPLATE = engines["django"].from_string(TEXT)


@require_safe
def floor(_request: HttpRequest) -> HttpResponse:
    with scopes_disabled():
        return HttpResponse(TEMPLATE.render({"submissions": Submission.objects.order_by("-pk")[:50]}))


urlpatterns = [path("floor/", floor), *addresses_of_pretalx]
