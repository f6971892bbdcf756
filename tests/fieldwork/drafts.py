"""The requests that a phone sends: drafts with their answers, and pictures."""

from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from prototypes.models import Trial
from prototypes.trials.log_values import log_version
from tests.factories.files import picture
from tests.prototypes.pages import send

KEY = UUID("3f0c1a52-64a5-4b0a-8b1c-0b7f5f7f0001")
ANSWERS = {
    "participants": "12",
    "successes": "9",
    "result": "not_met",
    "learning": "Les pictogrammes aident.",
    "held_on": "2026-11-24",
    "groups": "habitants 8",
}


def draft(user: User, trial: Trial, **changed: str) -> dict[str, str]:
    """Return a complete draft whose writer saw the current version."""
    trial.refresh_from_db()
    return {**ANSWERS, "key": str(KEY), "account": str(user.pk), "version_token": log_version(trial), **changed}


def post(user: User, trial: Trial, form: dict[str, str]) -> Any:
    return send(user, f"/field/tests/{trial.pk}/", **form)


def post_picture(user: User, trial: Trial, **changed: Any) -> Any:
    """Post a small picture of the draft `KEY`."""
    form = {"key": str(UUID(int=1)), "draft": str(KEY), "account": str(user.pk), "alt_text": "La borne", "faces": "no"}
    file = SimpleUploadedFile("p.jpg", picture(), "image/jpeg")
    return send(user, f"/field/tests/{trial.pk}/pictures/", **{**form, "file": file, **changed})
