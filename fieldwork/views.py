"""The installable page for phones without a network connection: its shell, its service worker, and the tests it logs.

The shell holds no personal data, so that devices may cache it; a person's tests are loaded separately. Notes, ideas and
attendance are received in `fieldwork.phone`.
"""

import json
import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import person
from cohorts.clock import local_today
from fieldwork.actions import add_picture
from fieldwork.forms import DraftForm, PictureForm
from fieldwork.notes.codes import ALPHABET, LENGTH
from fieldwork.notes.enums import NoteKind
from fieldwork.notes.views import WITH_MICROPHONE
from fieldwork.offline_tests import offline_test, offline_tests
from fieldwork.phone.answers import invalid_response, refusal_response, saved_response
from fieldwork.phone.device_keys import device_keys
from fieldwork.phone.shell_forms import entry_forms, note_kinds
from fieldwork.texts import page_texts
from files.attachments.actions import discard_draft, receive_upload
from files.locks import Deadline
from files.registries import Owner
from files.uploads.intake import MAX_WAIT
from prototypes import actions
from prototypes.file_owners import owner_of
from prototypes.models import Trial, TrialNote
from prototypes.notes.forms import ChoiceForm, answers
from prototypes.permissions import can_run_tests
from prototypes.trials.forms import LogForm
from prototypes.views.lookups import get_trial_or_404, roles_in
from web.dates.clock import today_everywhere
from web.errors import DomainError
from web.forms.edit_conflicts import fingerprint
from web.pages.hooks import accessibility_status, menu_items
from web.security.acting import forbidden_while_acting
from web.text.language import active_language

LANGUAGES = [code for code, _name in settings.LANGUAGES]
FILE_URL = re.compile(r'(?:href|src)="([^"]+)"')


@login_not_required
@require_safe
@never_cache
def field(request: HttpRequest, language: str = "") -> HttpResponse:
    """Return the page on which a phone notes and logs, also offline; it holds no personal data and needs no sign-in.

    It is in the `language` of the URL, else in the reader's. Raises Http404 for a language that the platform does not
    have. It may ask for the microphone, for voice memos.
    """
    if language and language not in LANGUAGES:
        raise Http404
    response = HttpResponse(shell_html(language or active_language()))
    response["Permissions-Policy"] = WITH_MICROPHONE
    return response


def shell_html(language: str) -> str:
    """Return the HTML of the field page in this language (“fr” or “en”), without personal data (one statement).

    It depends on nothing else but the status of accessibility, so that devices may cache it.
    """
    with override(language):
        people, value = (LogForm(trial=Trial(unit=unit)) for unit in ("%", ""))
        tabs = [(item, reverse(item.phone_url)) for item in menu_items() if item.phone_label]
        languages = [(code, reverse("fieldwork:shell", args=[code])) for code in LANGUAGES]
        context = {"form": people, "observed": value["observed_value"], "texts": page_texts(), "tabs": tabs}
        context |= {"entries": entry_forms(), "note_kinds": note_kinds(), "kinds": NoteKind, "cohort": None}
        context |= {"choice": ChoiceForm(), "code_signs": ALPHABET, "code_length": LENGTH}
        context |= {"languages": languages, "accessibility_status": accessibility_status()}
        context |= {name: reverse(f"fieldwork:{name}", args=[0]) for name in ("receive_trial_note", "picture")}
        return render_to_string("fieldwork/field.html", context)


@login_not_required
@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """Return the JavaScript of the field page's service worker: the list of files to cache, then the program that does
    so.

    It is served from `field/`, because its URL sets which pages it controls. Needs no sign-in.
    """
    shells = {language: reverse("fieldwork:shell", args=[language]) for language in LANGUAGES}
    pages = [shell_html(language) for language in LANGUAGES]
    files = sorted({name for page in pages for name in FILE_URL.findall(page) if name.startswith(settings.STATIC_URL)})
    manifests = [reverse("fieldwork:manifest", args=[language]) for language in LANGUAGES]
    cache = {
        "version": fingerprint(*pages),
        "page": reverse("fieldwork:field"),
        "shells": shells,
        "files": [*shells.values(), *manifests, *files],
    }
    program = f"self.FIELD = {json.dumps(cache)};\nimportScripts({json.dumps(static('js/field/worker.js'))});\n"
    return HttpResponse(program, content_type="text/javascript; charset=utf-8")


@login_not_required
@require_safe
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """Return the web app manifest in this language, with which a phone can install the field page; needs no sign-in.

    Raises Http404 for a language that the platform does not have.
    """
    if language not in LANGUAGES:
        raise Http404
    with override(language):
        content = {
            "id": reverse("fieldwork:field"),
            "name": gettext("In the field"),
            "short_name": gettext("In the field"),
            "description": gettext("Write notes, ideas and results of tests, even without a network connection."),
            "lang": language,
            "start_url": reverse("fieldwork:field"),
            "scope": reverse("fieldwork:field"),
            "display": "standalone",
            "background_color": "#faf8f3",
            "theme_color": "#faf8f3",
            "icons": [icon(192, "any"), icon(512, "any"), icon(512, "maskable")],
        }
    return JsonResponse(content, content_type="application/manifest+json")


def icon(size: int, purpose: str) -> dict[str, str]:
    """Return one icon of the web app manifest as a dict: URL, size, type and purpose.

    `size` is the side in pixels; `purpose` is `any` or `maskable` (the phone may cut it to a shape).
    """
    return {
        "src": static(f"icons/field-{size}.png"),
        "sizes": f"{size}x{size}",
        "type": "image/png",
        "purpose": purpose,
    }


@forbidden_while_acting
@require_safe
@never_cache
def field_tests(request: HttpRequest) -> HttpResponse:
    """Return as JSON who is signed in (`account`, `name`, `language`), the CSRF token (`csrf`), the `keys` that encrypt
    their drafts, the platform's time (`now`, in milliseconds) and the `tests` they may log.

    The tests are those of `offline_tests`. Lab staff who act for someone else get none of this, above all not the keys.
    """
    user = person(request)
    return JsonResponse(
        {
            "now": round(now().timestamp() * 1000),
            "keys": device_keys(user),
            "account": user.pk,
            "name": str(user),
            "language": active_language(),
            "csrf": get_token(request),
            "tests": offline_tests(user, today_everywhere()),
        }
    )


@forbidden_while_acting
@require_POST
def receive_trial_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Receive one draft of a note on the test `pk` from a phone; the same draft sent twice gets the same answer.

    The `outcome` of the JSON answer is one of:

    - taken, or beside (someone else recorded something different first): with the present `test`
    - refused: with the `reasons` by field; status 403 when the person may not log the test
    - anew: a draft with this key but other answers arrived before
    - early: the note that it follows has not arrived
    - other: someone else is signed in
    """
    row, draft = get_trial_or_404(request, pk), DraftForm(request.POST)
    can_run = can_run_tests(roles_in(request, row.prototype.idea.cohort))
    if not can_run and not has_arrived(request, draft):
        return refusal_response({"__all__": [str(can_run.reason)]}, status=403)
    if not draft.is_valid():
        return invalid_response(draft)
    sender = draft.cleaned_data
    if sender["account"] != person(request).pk:
        return JsonResponse({"outcome": "other"})
    form = LogForm(request.POST, trial=row, later=sender["later"], today=local_today(row.prototype.idea.cohort))
    return receive_draft(request, row, draft, form) if form.is_valid() else invalid_response(form)


def has_arrived(request: HttpRequest, draft: DraftForm) -> bool:
    """Return whether this draft of the signed-in person was received before: a note with its key exists.

    Such a draft gets the same answer again. False for a draft that is not valid.
    """
    return draft.is_valid() and TrialNote.objects.filter(key=draft.cleaned_data["key"], by=person(request)).exists()


def receive_draft(request: HttpRequest, row: Trial, draft: DraftForm, form: LogForm) -> HttpResponse:
    """Record a draft as a note on the test `row`, and return the JSON answer with the `outcome`.

    `receive_trial_note` describes the outcomes. `draft` holds the key and origin of the note, `form` its answers; both
    are valid.
    """
    sender = draft.cleaned_data
    details = {
        "key": sender["key"],
        "version_token": sender["version_token"],
        "choice": draft.chosen(),
        "origin": draft.origin(),
    }
    try:
        given = answers(form, later=sender["later"])
        note = actions.receive_trial_note(trial=row, by=person(request), at=now(), answers=given, **details)
    except actions.DraftChanged:
        return JsonResponse({"outcome": "anew"})
    except actions.EarlierNoteMissing:
        return JsonResponse({"outcome": "early"})
    except DomainError as error:
        return refusal_response({error.field or "__all__": [str(error)]})
    row.refresh_from_db()
    return JsonResponse({"outcome": note.outcome, "href": row.get_absolute_url(), "test": offline_test(row)})


@forbidden_while_acting
@require_POST
def field_picture(request: HttpRequest, pk: int) -> HttpResponse:
    """Receive one picture of a draft whose note has arrived, and attach it to the test `pk`.

    The `outcome` of the JSON answer is taken, refused (with the `reasons` by field; status 403 when the person may not
    add files) or other (someone else is signed in). Raises Http404 when the note has not arrived.
    """
    row, form = get_trial_or_404(request, pk), PictureForm(request.POST, request.FILES)
    owner = owner_of(row, person(request), roles_in(request, row.prototype.idea.cohort))
    if not owner.can_add:
        return refusal_response({"__all__": [str(owner.can_add.reason)]}, status=403)
    if not form.is_valid():
        return invalid_response(form)
    if form.cleaned_data["account"] != person(request).pk:
        return JsonResponse({"outcome": "other"})
    note = get_object_or_404(TrialNote, key=form.cleaned_data["draft"], trial=row, by=person(request))
    try:
        _add_picture(request, note, owner, form)
    except DomainError as error:
        return refusal_response({"file": [str(error)]})
    return saved_response(row)


def _add_picture(request: HttpRequest, note: TrialNote, owner: Owner, form: PictureForm) -> None:
    """Store the picture within the person's storage quota, and attach it to the test of the note.

    `form` is valid, `owner` is the test as an object with files. Raises DomainError when the file is not a picture or
    there is no space.
    """
    by, upload = person(request), form.cleaned_data["file"]
    draft = receive_upload(upload=upload, by=by, at=now(), deadline=Deadline(MAX_WAIT))
    if not draft.is_image:
        discard_draft(draft=draft, by=by)
        raise DomainError(gettext("This file is not a picture. Choose a picture."))
    picture = form.new_file(draft)
    today = local_today(note.trial.prototype.idea.cohort)
    add_picture(note=note, owner=owner, picture=picture, by=by, at=now(), **form.consent_arguments(today))
