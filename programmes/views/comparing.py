"""Two versions of a format compared, with the lessons behind what changed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import person
from programmes.comparison import compare
from programmes.models import Format, Lesson
from programmes.permissions import may_judge_lessons


@require_safe
def compare_formats(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """The earlier one first, whichever the address names first."""
    user = person(request)
    versions = Format.objects.visible_to(user).filter(pk__in=[pk, other]).select_related("programme")
    found = list(versions.prefetch_related("phases", "ladder_steps").order_by("version"))
    if len(found) != 2 or found[0].programme_id != found[1].programme_id:
        raise Http404
    lessons = Lesson.objects.visible_to(user).behind(user, *found).with_sources().in_order()
    context = {"compared": compare(*found, list(lessons), user), "may_judge": may_judge_lessons(user)}
    return render(request, "programmes/compare.html", context)
