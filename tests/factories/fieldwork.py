"""Field notes and insights."""

import wave
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import factory

from fieldwork.models import Insight, Note
from fieldwork.notes.codes import new_code
from files.enums import PEOPLE_AGREED
from tests.factories.accounts import UserFactory
from tests.factories.cohorts import CREATED_ON, CohortFactory

SEEN_AT = datetime(2026, 9, 8, 9, tzinfo=UTC)
UNTIL = date(2028, 9, 8)


class InsightFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Insight

    created_on = CREATED_ON
    cohort = factory.SubFactory(CohortFactory)
    title = factory.Sequence(lambda n: f"Les sigles égarent {n}")


class NoteFactory(factory.django.DjangoModelFactory):
    """A verbatim to which its person agreed; `consent="pending"` or `"nobody"` need no more fields."""

    class Meta:
        model = Note

    created_on = CREATED_ON
    cohort = factory.SubFactory(CohortFactory)
    kind = "verbatim"
    text = factory.Sequence(lambda n: f"Ce n’était pas le bon guichet {n}")
    happened_at = SEEN_AT
    author = factory.SubFactory(UserFactory)
    consent = "cohort"
    consent_until = factory.LazyAttribute(lambda note: UNTIL if note.consent in PEOPLE_AGREED else None)
    consent_how = factory.LazyAttribute(lambda note: "spoken" if note.consent in PEOPLE_AGREED else "")
    withdrawal_code = factory.LazyAttribute(lambda note: new_code() if note.consent in PEOPLE_AGREED else None)


def wav(seconds: float = 1, rate: int = 16_000, *, channels: int = 1, width: int = 2, extra: bytes = b"") -> bytes:
    """Return a WAV file of silence, followed by other chunks (`extra`)."""
    out = BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(b"\0" * int(seconds * rate) * channels * width)
    return out.getvalue() + extra


def capture_form(**fields: Any) -> dict[str, Any]:
    """Return the values that a phone sends with a new note."""
    return {"text": "Ce n’était pas le bon guichet", "consent": "cohort", "place": "Mairie, hall", **fields}
