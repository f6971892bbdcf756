"""Everyone's own e-mails: which came, why, and how one reads."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.acting.support_session import acts
from accounts.requests import person
from notifications.emails import rendering
from notifications.models import Delivery
from notifications.permissions import may_keep_letters
from web.pages.pagination import paginate


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The person's own letters, the latest first."""
    rows = Delivery.objects.filter(user=person(request)).latest_first().prefetch_related("items__reminder")
    return render(request, "notifications/mine.html", {"page": paginate(rows, request.GET.get("page"))})


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: what became of it, why it went, how it reads. Lab staff, and whoever it is for."""
    user = person(request)
    rows = Delivery.objects.visible_to(user).select_related("user").prefetch_related("items__reminder")
    row = get_object_or_404(rows, pk=pk)
    items = row.items.all()
    reminders = [item.reminder for item in items]
    context = {
        "delivery": row,
        "items": items,
        "letter": rendering.preview(row.user, reminders, reader=user, language=row.language, acted=acts(request)),
        "may_keep": may_keep_letters(user),
    }
    return render(request, "notifications/letter.html", context)
