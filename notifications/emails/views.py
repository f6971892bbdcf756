"""Pages of emails for their recipients: one's own emails, and one email with its reason and preview."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.acting.support_session import is_acting
from accounts.requests import person
from notifications.emails import rendering
from notifications.models import Delivery
from notifications.permissions import can_manage_emails
from web.pages.pagination import paginate


@require_safe
def own_emails(request: HttpRequest) -> HttpResponse:
    """List the signed-in person's own emails, the latest first."""
    rows = Delivery.objects.filter(user=person(request)).latest_first().prefetch_related("items__reminder")
    return render(request, "notifications/own_emails.html", {"page": paginate(rows, request.GET.get("page"))})


@require_safe
def email(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one email to its recipient and lab staff: what happened to it, why it was sent, and how it reads now.

    Answers 404 to other people.
    """
    user = person(request)
    rows = Delivery.objects.visible_to(user).select_related("user").prefetch_related("items__reminder")
    row = get_object_or_404(rows, pk=pk)
    items = row.items.all()
    reminders = [item.reminder for item in items]
    context = {
        "delivery": row,
        "items": items,
        "email": rendering.preview(
            row.user, reminders, reader=user, language=row.language, is_acting=is_acting(request)
        ),
        "can_keep": can_manage_emails(user),
    }
    return render(request, "notifications/email.html", context)
