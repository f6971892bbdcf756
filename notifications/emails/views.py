"""Pages of e-mails for their recipients: one's own e-mails, and one e-mail with its reason and preview."""

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
    """Show the signed-in person the list of the e-mails sent or planned to them, the latest first, page by page."""
    rows = Delivery.objects.filter(user=person(request)).latest_first().prefetch_related("items__reminder")
    return render(request, "notifications/emails/own_emails.html", {"page": paginate(rows, request.GET.get("page"))})


@require_safe
def email(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the e-mail `pk` to its recipient and lab staff: what happened to it, why it was sent, and how it would read
    now.

    Raises Http404 for other people.
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
        "can_manage": can_manage_emails(user),
    }
    return render(request, "notifications/emails/email.html", context)
