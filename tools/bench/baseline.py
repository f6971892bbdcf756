"""The floor page that every page is compared with: a minimal view next to the platform's own addresses.

One SELECT of fifty rows and a small template, behind the same middleware, for a signed-in user.
"""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.http import require_safe

from labplatform.urls import urlpatterns as the_platforms
from prototypes.models import Idea

TEXT = """<!doctype html><html lang="fr"><title>Floor</title><ul>
{% for idea in ideas %}<li><a href="/ideas/{{ idea.pk }}/">{{ idea.reference }}</a> {{ idea.title }}</li>
{% endfor %}</ul>"""
TEMPLATE = engines["django"].from_string(TEXT)


@require_safe
def floor(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(TEMPLATE.render({"ideas": Idea.objects.order_by("-pk")[:50]}))


urlpatterns = [path("floor/", floor), *the_platforms]
