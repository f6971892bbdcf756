"""Canaries: an unmistakable word in every text of what somebody must not see, and where it is looked for."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction
from pghistory.models import Event

OURS = {"accounts", "programmes", "cohorts", "prototypes", "exchanges", "figures", "notifications", "files"}
FAR, NEAR = "zqloin", "zqvoisin"
LATE = "zqdepuis"  # at home, since who left has left
HIDDEN = "zqmot"  # stands beside both, to search for without writing them

# Models whose texts everyone signed in reads.
OPEN_TO_ALL = {
    "Authority": "public bodies are no secret",
    "Programme": "what the lab offers is none",
    "Format": "published versions are none",
    "FormatPhase": "as its format",
    "LadderStep": "as its format",
    "Edition": "names of editions are none",
    "Claim": "published figures",
    "CalendarPeriod": "holidays",
}
# Of the edition, by the domain's table: whoever is in one of its cohorts reads them.
OF_THE_EDITION = {
    "Cohort": "its name stands where the edition's cohorts are named",
    "User": "people of one edition meet",
    "Exchange": "of the edition",
    "HostTurn": "of the edition",
    "Question": "of the edition",
    "Contribution": "brought to the edition",
    "ProgrammeItem": "of the edition",
    "Minutes": "of the edition",
    "Commitment": "made before the edition",
}
# Columns of letters and figures, and lists, that are no words: the code chooses them, or they have a form of their own.
NO_WORDS = {
    "AccessRequest": {"issuer", "provider", "siret", "subject"},
    "Assessment": {"pseudonym"},
    "Attachment": {"about", "content_type", "sha256", "stored"},
    "FileDraft": {"content_type", "sha256", "stored"},
    "CalendarFeed": {"about", "token_hash"},
    "Cohort": {"code", "slug"},
    "Delivery": {"language", "message_id", "reason"},
    "DeliveryItem": {"reason"},
    "FieldNote": {"version_after"},
    "Export": {"kind", "language", "stored"},
    "Idea": {"reference"},
    "Invitation": {"token_hash", "replaced"},
    "Preference": {"kind"},
    "Session": {"number", "remarks"},
    "Reminder": {"kind", "step", "letter", "audience", "reason"},
    "User": {"password"},
}
# Columns of JSON: the keys, however deep, under which people's words stand, and those of texts that the code chooses.
WITHIN: dict[str, tuple[set[str], set[str]]] = {
    "Exchange.why": ({"before"}, {"reason", "slug", "days", "zones", "participants", "last_hosted", "runner_up"}),
    "FieldNote.said": (
        {"observation", "learning", "contradiction_reason", "groups"},
        {"held_on", "result", "decision", "strength"},
    ),
    "InvitationList.lines": ({"email", "full_name", "unit", "discipline"}, {"role", "language"}),
    "InvitationList.refused": ({"value", "reason"}, set()),
    "Package.content": (
        {"title", "summary", "framing", "sponsor", "reason", "description", "question", "medium", "source", "groups"}
        | {"hypothesis", "measure", "unit", "method", "moved_because", "observation", "learning"}
        | {"contradiction_reason"},
        {"reference", "state", "decision", "precision", "result", "strength", "comparator", "threshold"}
        | {"observed_value", "born_on", "made_on", "planned_on", "locked_on", "locked_at", "held_on", "concluded_on"}
        | {"effective_on"},
    ),
    "TrialCorrection.before": ({"contradiction_reason", "groups"}, {"held_on", "result", "observed_value"}),
    "TrialCorrection.after": ({"contradiction_reason", "groups"}, {"held_on", "result", "observed_value"}),
    "Replanning.before": ({"venue"}, {"planned", "number", "state", "remarks", "date", "starts_at", "ends_at"}),
    "Replanning.after": ({"venue"}, {"planned", "number", "state", "remarks", "date", "starts_at", "ends_at"}),
    "Reminder.was": ({"host", "venue", "place"}, {"date", "starts_at", "ends_at", "first_day", "last_day"}),
}
# Texts that a rule keeps empty in the rows there are: another state, or published facts only.
STAYS_EMPTY = {
    "Lesson.answer": "of accepted lessons, which the edition reads",
}
# Rows that are nobody's: what runs the platform, or figures without a word.
NOBODYS = {"SignInLink", "MailSwitch", "Run", "RatesChange", "RatesRollup"}


def watched() -> list[type[models.Model]]:
    """Our tables, history and proxies left out."""
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in OURS and not issubclass(model, Event) and not model._meta.proxy
    ]


def words_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The columns of a model that people write words in."""
    left_out = NO_WORDS.get(model.__name__, set())
    texts = (
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField | ArrayField) and not field.choices
    )
    return [field for field in texts if field.name not in left_out]


def marks(*, everything: bool = True) -> dict[str, int]:
    """The highest key of each table; 0 of all where what stands there is to be marked as well."""
    return {model._meta.db_table: _highest(model) if everything else 0 for model in watched() if words_of(model)}


def _highest(model: type[models.Model]) -> int:
    return model._base_manager.aggregate(top=models.Max("pk"))["top"] or 0


def plant(canary: str, *, after: dict[str, int]) -> None:
    """Write the canary into every text of the rows that came after, past every trigger."""
    spared = OPEN_TO_ALL | (OF_THE_EDITION if canary == NEAR else {})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica")
    for model in watched():
        if model.__name__ not in spared and model.__name__ not in NOBODYS:
            for field in words_of(model):
                put = _plant_within if isinstance(field, models.JSONField) else _plant
                put(canary, model, field, after[model._meta.db_table])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _plant(canary: str, model: type[models.Model], field: models.Field[Any, Any], after: int) -> None:
    """Where a rule of the table keeps a text empty in some rows, only into those where it is filled."""
    table, column = model._meta.db_table, field.column
    told = [canary, beside(model, field), field.max_length or 10_000, after]
    statement = f'UPDATE {table} SET "{column}" = left(%s || id || %s, %s) WHERE id > %s'
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(statement, told)
        except IntegrityError:
            cursor.execute(f'{statement} AND "{column}" <> %s', [*told, ""])


def _plant_within(canary: str, model: type[models.Model], field: models.Field[Any, Any], after: int) -> None:
    """Under each key that holds words; whatever else the row needs to be read stays."""
    words, _chosen = WITHIN[f"{model.__name__}.{field.name}"]
    for row in model._base_manager.filter(pk__gt=after).order_by("pk"):
        told = f"{canary}{row.pk} {HIDDEN} {model.__name__} {field.name}"
        held = json.dumps(marked_within(getattr(row, field.name), words, told), cls=DjangoJSONEncoder)
        with connection.cursor() as cursor:
            cursor.execute(f'UPDATE {model._meta.db_table} SET "{field.column}" = %s WHERE id = %s', [held, row.pk])


def marked_within(value: Any, words: set[str], told: str, key: str = "") -> Any:
    """Under a key of words the names of an object are words too."""
    if isinstance(value, dict):
        kept = {f"{told} {key} {name}" if key in words else name: inner for name, inner in value.items()}
        return {name: marked_within(inner, words, told, name) for name, inner in kept.items()}
    if isinstance(value, list):
        return [marked_within(inner, words, told, key) for inner in value]
    return f"{told} {key}" if isinstance(value, str) and key in words else value


def keys_of_texts(value: Any, key: str = "") -> Iterator[str]:
    """Under which keys a value of JSON has texts."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from keys_of_texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of_texts(inner, key)
    elif isinstance(value, str):
        yield key


def kept_within(name: str) -> list[Any]:
    """What stands on the stage in a column of JSON, named "Model.column"."""
    of, column = name.split(".")
    model = next(found for found in watched() if found.__name__ == of)
    return list(model._base_manager.values_list(column, flat=True))


def beside(model: type[models.Model], field: models.Field[Any, Any]) -> str:
    """What stands behind the canary and the row's key: words to find it by, in the form of the column."""
    if isinstance(field, models.EmailField):
        return f"@{HIDDEN}.example"
    return "" if isinstance(field, models.SlugField) else f" {HIDDEN} {model.__name__} {field.name}"


def planted(canary: str) -> set[str]:
    """The columns in which it stands, as "Model.column"."""
    found = set()
    with connection.cursor() as cursor:
        for model in watched():
            for field in words_of(model):
                table = model._meta.db_table
                cursor.execute(f'SELECT 1 FROM {table} WHERE "{field.column}"::text LIKE %s LIMIT 1', [f"%{canary}%"])
                if cursor.fetchone():
                    found.add(f"{model.__name__}.{field.name}")
    return found


def heard(body: bytes, *canaries: str) -> list[str]:
    """What stands around each canary, in what was served; archives and workbooks are looked into."""
    text = b"\n".join(unpacked(body)).decode(errors="replace")
    return [text[max(at.start() - 60, 0) : at.end() + 60] for word in canaries for at in re.finditer(word, text)]


def unpacked(body: bytes) -> list[bytes]:
    if not body.startswith(b"PK\x03\x04"):
        return [body]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return [part for name in archive.namelist() for part in unpacked(archive.read(name))]
