"""Two versions of a format compared, with the lessons behind what changed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import person
from programmes.formats.comparison import compare
from programmes.models import Format, Lesson


@require_safe
def compare_formats(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """The earlier one first, whichever the address names first."""
    user = person(request)
    versions = Format.objects.visible_to(user).filter(pk__in=[pk, other]).select_related("programme")
    found = list(versions.prefetch_related("phases", "ladder_steps").order_by("version"))
    if len({version.programme_id for version in found}) != 1 or len(found) != 2:
        raise Http404
    before, after = found
    lessons = Lesson.objects.visible_to(user).behind(user, before, after).with_sources().in_order()
    return render(request, "programmes/formats/compare.html", {"compared": compare(before, after, list(lessons), user)})
