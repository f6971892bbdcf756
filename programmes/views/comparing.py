"""The page that compares two versions of a format, with the lessons behind the changes."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.requests import person
from programmes.formats.comparison import compare
from programmes.models import Format, Lesson


@require_safe
def compare_formats(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Show the differences between two versions of a format, by their keys `pk` and `other`, in either order.

    Raises Http404 when the user may not see both (drafts are for lab staff), when they are the same, or of different
    programmes.
    """
    user = person(request)
    versions = Format.objects.visible_to(user).filter(pk__in=[pk, other]).select_related("programme")
    pair = list(versions.prefetch_related("phases", "reminder_steps").order_by("version"))
    if len({version.programme_id for version in pair}) != 1 or len(pair) != 2:
        raise Http404
    before, after = pair
    lessons = Lesson.objects.visible_to(user).explaining_changes(user, before, after).with_sources().in_order()
    return render(
        request, "programmes/formats/compare.html", {"comparison": compare(before, after, list(lessons), user)}
    )
