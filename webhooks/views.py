"""Pages of webhooks: the list, one webhook with its deliveries, and what its owner can do with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import person
from web.decisions import enforce
from web.errors import DomainError
from web.forms.fields import ConfirmationForm
from web.forms.pages import FormPage, apply_form, form_page, submitted_data
from web.pages import htmx
from web.pages.pagination import paginate
from web.security.acting import forbidden_while_acting
from webhooks import actions
from webhooks.enums import CLAIMABLE_STATES, DisabledReason
from webhooks.forms import NewWebhookForm, WebhookForm
from webhooks.models import Webhook, WebhookDelivery, WebhookDeliveryQuerySet
from webhooks.permissions import (
    can_add_webhooks,
    can_change_webhook,
    can_end_webhook,
    can_read_webhooks,
    coordinated_cohorts,
)


@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    """Show lab staff all webhooks, coordinators and former ones their own. Raises Refused for others."""
    user, at = person(request), timezone.now()
    enforce(can_read_webhooks(user, at))
    rows = Webhook.objects.visible_to(user).select_related("owner", "cohort")
    context = {"page": paginate(rows, request.GET.get("page")), "can_add": can_add_webhooks(user, at)}
    return render(request, "webhooks/list.html", context)


@forbidden_while_acting
@form_page
def add_webhook(request: HttpRequest) -> HttpResponse:
    """Show the form for a new webhook; add it on POST and show its secret, this once. Raises Refused for others."""
    user, at = person(request), timezone.now()
    enforce(can_add_webhooks(user, at))
    cohorts = coordinated_cohorts(user, at)
    form = NewWebhookForm(submitted_data(request), cohorts=cohorts, for_everything=user.is_lab_staff)
    if added := apply_form(form, actions.add_webhook, at=at, by=user):
        return _secret_page(request, *added)
    back = reverse("webhooks:webhooks")
    return FormPage(_("Add a webhook"), _("Add the webhook"), back, crumb=_("Webhooks")).show(request, form)


def _secret_page(request: HttpRequest, webhook: Webhook, secret: str) -> HttpResponse:
    """Show a new secret, which no page shows again."""
    response = render(request, "webhooks/secret.html", {"webhook": webhook, "secret": secret})
    add_never_cache_headers(response)
    return response


@require_safe
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a webhook with its deliveries, the latest first. 404 for everyone but its owner and lab staff."""
    row, user, at = _get_webhook(request, pk), person(request), timezone.now()
    page = paginate(row.deliveries.all(), request.GET.get("page"))
    context = {
        "webhook": row,
        "can_change": can_change_webhook(user, row, at),
        "can_end": can_end_webhook(user, row, at),
        "has_failed": row.deliveries.failed().exists(),
        "signs_twice": row.has_previous_secret(at),
        "page": page,
        "is_sending": any(each.state in CLAIMABLE_STATES and each.next_attempt_at <= at for each in page),
    }
    return htmx.render(request, "webhooks/webhook.html", "messages", context)


@forbidden_while_acting
@form_page
def change_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form of a webhook; save it on POST. 404 as for its page, 403 for readers of the lab."""
    row, user, at = _get_webhook(request, pk), person(request), timezone.now()
    enforce(can_change_webhook(user, row, at))
    form = WebhookForm(submitted_data(request), current=row.form_values())
    if apply_form(form, actions.change_webhook, webhook=row, at=at, by=user):
        messages.success(request, _("The webhook is saved."))
        return redirect("webhooks:webhook", row.pk)
    return _page_of(row, _("Change the webhook"), _("Save")).show(request, form)


@forbidden_while_acting
@form_page
def rotate_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation; on POST, give the webhook a new secret and show it, this once. 404 and 403 as above."""
    row, user, at = _get_webhook(request, pk), person(request), timezone.now()
    enforce(can_change_webhook(user, row, at))
    if request.method == "POST":
        return _secret_page(request, *actions.rotate_secret(webhook=row, at=at, by=user))
    consequences = (
        _("You see the new secret once. Give it to the receiver."),
        _("For one day messages are signed with both secrets, then only with the new one."),
    )
    page = _page_of(row, _("Replace the secret"), _("Replace the secret"), consequences=consequences)
    return page.show(request, ConfirmationForm())


@forbidden_while_acting
@form_page
def delete_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation; delete the webhook with its deliveries on POST. 404 and 403 as above."""
    row, user, at = _get_webhook(request, pk), person(request), timezone.now()
    enforce(can_end_webhook(user, row, at))
    if request.method == "POST":
        actions.delete_webhook(webhook=row, at=at, by=user)
        messages.success(request, _("The webhook is deleted."))
        return redirect("webhooks:webhooks" if can_read_webhooks(user, at) else "account")
    consequences = (_("The receiver is told nothing more, and the list of deliveries is deleted."),)
    page = _page_of(row, _("Delete the webhook"), _("Delete"), consequences=consequences, is_destructive=True)
    return page.show(request, ConfirmationForm())


@forbidden_while_acting
@require_POST
def disable_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Disable the webhook and go back to its page. 404 and 403 as above."""
    row, user, at = _get_webhook(request, pk), person(request), timezone.now()
    enforce(can_end_webhook(user, row, at))
    return _run_and_return(
        request,
        row,
        lambda: actions.disable_webhook(webhook=row, reason=DisabledReason.BY_HAND, at=at, by=user),
        lambda _result: _("The webhook is disabled. What happens until you enable it is not sent."),
    )


@forbidden_while_acting
@require_POST
def enable_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Enable the webhook and go back to its page. 404 and 403 as above."""
    row, user, at = _get_webhook(request, pk), person(request), timezone.now()
    enforce(can_change_webhook(user, row, at))
    return _run_and_return(
        request,
        row,
        lambda: actions.enable_webhook(webhook=row, at=at, by=user),
        lambda _result: _("The webhook is enabled. Send a test message to see whether the receiver answers."),
    )


@forbidden_while_acting
@require_POST
def send_test_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test message and go back to the page of the webhook. 404 and 403 as above."""
    row, user, at = _get_webhook(request, pk), person(request), timezone.now()
    enforce(can_change_webhook(user, row, at))
    return _run_and_return(
        request,
        row,
        lambda: actions.send_test_message(webhook=row, at=at, by=user),
        lambda _result: _("The test message is on its way. Its answer appears below."),
    )


@forbidden_while_acting
@require_POST
def send_failed_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send all failed deliveries of the webhook again, and go back to its page. 404 and 403 as above."""
    return _send_again(request, _get_webhook(request, pk), WebhookDelivery.objects.failed())


@forbidden_while_acting
@require_POST
def send_again(request: HttpRequest, pk: int, delivery_pk: int) -> HttpResponse:
    """Send one delivery of the webhook again, and go back to its page. 404 and 403 as above."""
    row = _get_webhook(request, pk)
    delivery = get_object_or_404(row.deliveries, pk=delivery_pk)
    return _send_again(request, row, WebhookDelivery.objects.filter(pk=delivery.pk))


def _send_again(request: HttpRequest, row: Webhook, deliveries: WebhookDeliveryQuerySet) -> HttpResponse:
    """Send deliveries of the webhook again, and go back to its page; raises Refused for who may not."""
    user, at = person(request), timezone.now()
    enforce(can_change_webhook(user, row, at))

    def text(count: int) -> str:
        """Return how many messages are sent again, in words."""
        words = ngettext("%(count)s message is sent again.", "%(count)s messages are sent again.", count)
        return words % {"count": count}

    return _run_and_return(
        request, row, lambda: actions.send_again(webhook=row, deliveries=deliveries, at=at, by=user), text
    )


def _run_and_return(
    request: HttpRequest, row: Webhook, run: Callable[[], Any], text: Callable[[Any], str]
) -> HttpResponse:
    """Run an action and go back to the page of the webhook, with the text about its result or why it was refused."""
    try:
        result = run()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, text(result))
    return redirect("webhooks:webhook", row.pk)


def _page_of(row: Webhook, title: str, label: str, **options: Any) -> FormPage:
    """Return the page of a form on a webhook; `label` is that of its button."""
    return FormPage(title, label, reverse("webhooks:webhook", args=[row.pk]), crumb=row.name, **options)


def _get_webhook(request: HttpRequest, pk: int) -> Webhook:
    """Return the webhook with this key; raise Http404 unless the person owns it or is lab staff."""
    rows = Webhook.objects.visible_to(person(request)).select_related("owner", "cohort__authority")
    return get_object_or_404(rows, pk=pk)
