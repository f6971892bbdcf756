"""What every page is measured against: the platform's own addresses, and two bare views beside them.

Each is one SELECT and a small template behind the same middleware, for somebody who is signed in.
"""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.views.decorators.http import require_safe

from labplatform.urls import urlpatterns as the_platforms
from prototypes.models import Idea

LIST = """<!doctype html><html lang="fr"><title>Floor</title><ul>
{% for idea in ideas %}<li><a href="/ideas/{{ idea.pk }}/">{{ idea.reference }}</a> {{ idea.title }}</li>
{% endfor %}</ul>"""
ONE = """<!doctype html><html lang="fr"><title>Floor</title><h1>{{ idea.title }}</h1><p>{{ idea.summary }}</p>"""


@require_safe
def rows(_request: HttpRequest) -> HttpResponse:
    """Fifty rows, as a list has them."""
    return HttpResponse(engines["django"].from_string(LIST).render({"ideas": Idea.objects.order_by("-pk")[:50]}))


@require_safe
def one(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(ONE).render({"idea": Idea.objects.order_by("pk")[0]}))


urlpatterns = [path("floor/list/", rows), path("floor/one/", one), *the_platforms]
