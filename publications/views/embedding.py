"""The card of figures that other sites show in a frame, and the page that helps to put it there."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from publications.figure_cards import (
    HEIGHT,
    WIDTH,
    CardSubject,
    card_context,
    frame_html,
    frame_policy,
    published_subjects,
    subject_of,
)
from publications.forms import CardForm
from publications.rendering import LANGUAGES, check_language, public_response
from web.dates.clock import platform_today
from web.site_addresses import absolute_url


@login_not_required
@require_safe
def card(_request: HttpRequest, language: str, kind: str = "", slug: str = "") -> HttpResponse:
    """Show the headline of a cohort, an edition or all editions, for a frame on any site that the lab lets show it.

    Within the frame: 410 once no cohort of it publishes its figures any longer, 404 if none ever did. Six statements.
    """
    check_language(language)
    subject = subject_of(kind, slug)
    with translation.override(language):
        context = card_context(subject, platform_today()) if subject else None
        if context:
            answer = public_response("publications/card.html", language, context)
        else:
            was_public = bool(subject and subject.consents().exists())
            status = 410 if was_public else 404
            answer = public_response("publications/card.html", language, {"is_withdrawn": was_public}, status=status)
    answer.headers["Content-Security-Policy"] = frame_policy()
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # for sites that only embed what allows it
    return answer


@login_not_required
@require_safe
def embed(request: HttpRequest, language: str) -> HttpResponse:
    """Show a card with the HTML that puts it on another site; visitors choose whose figures it shows."""
    check_language(language)
    with translation.override(language):
        subjects = {subject.path: subject for subject in published_subjects()}
        form = CardForm(request.GET or None, subjects=list(subjects.values()))
        chosen = subjects.get(form.chosen_path(), subjects.get(""))
        context = {
            "title": _("Show figures on your site"),
            "description": _(
                "A small card with the figures as they are on the day someone reads it. It runs no script and sets no"
                " cookie."
            ),
            "form": form,
            "card": _card(chosen, language) if chosen else None,
            "addresses": {code: reverse("publications:embed", args=[code]) for code in LANGUAGES},
        }
        return public_response("publications/embed.html", language, context, noindex=bool(request.GET))


def _card(subject: CardSubject, language: str) -> dict[str, object]:
    """Return what the page shows of a card: its address, its title, the size of its frame, and the HTML to copy."""
    href = subject.href(language)
    return {
        "href": href,
        "title": subject.title,
        "html": frame_html(subject, absolute_url(href)),
        "width": WIDTH,
        "height": HEIGHT,
    }
