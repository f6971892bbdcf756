"""The installable page that logs tests without network: its shell, its worker, what it takes along, what it sends back.

The shell says nothing of anybody, so that it may be kept on a device; people's own tests come as data of their own.
"""

import json
import re
from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import get_language, gettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import person
from cohorts.clock import local_today
from fieldwork.actions import add_picture
from fieldwork.forms import DraftForm, PictureForm
from fieldwork.offline_tests import along, taken_along
from fieldwork.texts import texts
from files.attachments.actions import discard_draft, receive_upload
from files.locks import Deadline
from files.registries import Owner
from files.uploads.intake import MAX_WAIT
from prototypes import actions
from prototypes.attachables import owner_of
from prototypes.models import FieldNote, Trial
from prototypes.notes.forms import ChoiceForm, answers
from prototypes.permissions import may_run_tests
from prototypes.trials.forms import LogForm
from prototypes.views.lookups import letters, trial_at
from web.dates.clock import today_everywhere
from web.errors import DomainError
from web.forms.edit_conflicts import fingerprint
from web.pages.navigation import navigation

LANGUAGES = [code for code, _name in settings.LANGUAGES]
FILES = re.compile(r'(?:href|src)="([^"]+)"')
Reasons = Mapping[str, list[str]]


@login_not_required
@require_safe
@never_cache
def field(request: HttpRequest, language: str = "") -> HttpResponse:
    """The shell, in the reader's language or the one of the address."""
    if language and language not in LANGUAGES:
        raise Http404
    chosen = language or (get_language() or "fr")[:2]
    return HttpResponse(shell(chosen))


def shell(language: str) -> str:
    """The page without anybody's data: no request goes into it."""
    with override(language):
        people, value = (LogForm(trial=Trial(unit=unit)) for unit in ("%", ""))
        tabs = [(item, reverse(item.phone_url)) for item in navigation if item.phone_label]
        languages = [(code, reverse("fieldwork:shell", args=[code])) for code in LANGUAGES]
        context = {"form": people, "observed": value["observed_value"], "texts": texts(), "tabs": tabs}
        context["choice"] = ChoiceForm()
        context["languages"] = languages
        context |= {name: reverse(f"fieldwork:{name}", args=[0]) for name in ("note", "picture")}
        return render_to_string("fieldwork/field.html", context)


@login_not_required
@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker: which files to keep, then the program that keeps them. Its own address gives its scope."""
    shells = {language: reverse("fieldwork:shell", args=[language]) for language in LANGUAGES}
    pages = [shell(language) for language in LANGUAGES]
    files = sorted({name for page in pages for name in FILES.findall(page) if name.startswith(settings.STATIC_URL)})
    manifests = [reverse("fieldwork:manifest", args=[language]) for language in LANGUAGES]
    kept = {
        "version": fingerprint(*pages),
        "page": reverse("fieldwork:field"),
        "shells": shells,
        "files": [*shells.values(), *manifests, *files],
    }
    program = f"self.FIELD = {json.dumps(kept)};\nimportScripts({json.dumps(static('js/field/worker.js'))});\n"
    return HttpResponse(program, content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """What a phone needs to keep the page among its own programs."""
    if language not in LANGUAGES:
        raise Http404
    with override(language):
        said = {
            "id": reverse("fieldwork:field"),
            "name": gettext("Log a test"),
            "short_name": gettext("Log a test"),
            "description": gettext("Log tests of prototypes, even without a network connection."),
            "lang": language,
            "start_url": reverse("fieldwork:field"),
            "scope": reverse("fieldwork:field"),
            "display": "standalone",
            "background_color": "#faf8f3",
            "theme_color": "#faf8f3",
            "icons": [icon(192, "any"), icon(512, "any"), icon(512, "maskable")],
        }
    return JsonResponse(said, content_type="application/manifest+json")


def icon(size: int, purpose: str) -> dict[str, str]:
    return {
        "src": static(f"icons/field-{size}.png"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }


@require_safe
@never_cache
def field_tests(request: HttpRequest) -> HttpResponse:
    """Who is signed in, the token its forms need, and the tests that may be logged."""
    user = person(request)
    return JsonResponse(
        {
            "account": user.pk,
            "name": str(user),
            "language": (get_language() or "fr")[:2],
            "csrf": get_token(request),
            "tests": taken_along(user, today_everywhere()),
        }
    )


@require_POST
def field_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one draft; the same draft sent again gets the same answer.

    The answer's `outcome`: taken or beside (someone else recorded something else first), both with the `test` as it is
    now; refused (`reasons` by field), anew (the key arrived before with other answers), early (the note that it follows
    has not arrived) or other (someone else is signed in).
    """
    row, draft = trial_at(request, pk), DraftForm(request.POST)
    may = may_run_tests(letters(request, row.prototype.idea.cohort))
    if not may and not arrived(request, draft):
        return refused({"__all__": [str(may.reason)]}, status=403)
    if not draft.is_valid():
        return refused(errors(draft))
    sender = draft.cleaned_data
    if sender["account"] != person(request).pk:
        return JsonResponse({"outcome": "other"})
    form = LogForm(request.POST, trial=row, later=sender["later"], today=local_today(row.prototype.idea.cohort))
    return received(request, row, draft, form) if form.is_valid() else refused(errors(form))


def arrived(request: HttpRequest, draft: DraftForm) -> bool:
    """Whether this person's draft is here already: then its answer is the same, whatever has changed since."""
    return draft.is_valid() and FieldNote.objects.filter(key=draft.cleaned_data["key"], by=person(request)).exists()


def received(request: HttpRequest, row: Trial, draft: DraftForm, form: LogForm) -> HttpResponse:
    """Call the action, and say what became of the draft."""
    sender = draft.cleaned_data
    details = {"key": sender["key"], "seen": sender["seen"], "choice": draft.chosen(), "origin": draft.origin()}
    try:
        given = answers(form, later=sender["later"])
        note = actions.receive_note(trial=row, by=person(request), at=now(), answers=given, **details)
    except actions.SentAnew:
        return JsonResponse({"outcome": "anew"})
    except actions.EarlierNoteMissing:
        return JsonResponse({"outcome": "early"})
    except DomainError as error:
        return refused({error.field or "__all__": [str(error)]})
    row.refresh_from_db()
    return JsonResponse({"outcome": note.outcome, "href": row.get_absolute_url(), "test": along(row)})


@require_POST
def field_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one picture of a draft that arrived; answers as `field_note` does."""
    row, form = trial_at(request, pk), PictureForm(request.POST, request.FILES)
    owner = owner_of(row, person(request), letters(request, row.prototype.idea.cohort))
    if not owner.may_add:
        return refused({"__all__": [str(owner.may_add.reason)]}, status=403)
    if not form.is_valid():
        return refused(errors(form))
    if form.cleaned_data["account"] != person(request).pk:
        return JsonResponse({"outcome": "other"})
    note = get_object_or_404(FieldNote, key=form.cleaned_data["draft"], trial=row, by=person(request))
    try:
        _add_picture(request, note, owner, form)
    except DomainError as error:
        return refused({"file": [str(error)]})
    return JsonResponse({"outcome": "taken", "href": row.get_absolute_url()})


def _add_picture(request: HttpRequest, note: FieldNote, owner: Owner, form: PictureForm) -> None:
    """Take the picture in, within its person's quota, and attach it to the test. Raises DomainError."""
    by, upload = person(request), form.cleaned_data["file"]
    draft = receive_upload(upload=upload, by=by, at=now(), deadline=Deadline(MAX_WAIT))
    if not draft.is_image:
        discard_draft(draft=draft, by=by)
        raise DomainError(gettext("This file is not a picture. Choose a picture."))
    picture = form.brought(draft)
    today = local_today(note.trial.prototype.idea.cohort)
    add_picture(note=note, owner=owner, picture=picture, by=by, at=now(), **form.agreed(today))


def errors(form: Form) -> Reasons:
    return {name: [str(reason) for reason in reasons] for name, reasons in form.errors.items()}


def refused(reasons: Reasons, *, status: int = 200) -> HttpResponse:
    return JsonResponse({"outcome": "refused", "reasons": reasons}, status=status)
