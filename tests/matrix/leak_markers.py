"""Leak markers: a unique word in every text that someone must not see, and the search for it."""

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

from prototypes.models import Idea

APPS = {
    "accounts",
    "api",
    "webhooks",
    "programmes",
    "cohorts",
    "imports",
    "prototypes",
    "canvases",
    "fieldwork",
    "comments",
    "opendata",
    "publications",
    "dossiers",
    "planning",
    "exchanges",
    "figures",
    "notifications",
    "files",
    "lists",
}
FAR, NEAR = "zqloin", "zqvoisin"
LATE = "zqdepuis"  # for rows of the cast's own cohort added after the member left
SEARCH_WORD = "zqmot"  # written next to both markers, so that a search for it needs neither

# Models whose texts all signed-in users may read.
OPEN_TO_ALL = {
    "Authority": "public bodies are no secret",
    "Programme": "what the lab offers is none",
    "Format": "published versions are none",
    "FormatPhase": "as its format",
    "ReminderStep": "as its format",
    "Edition": "names of editions are none",
    "Claim": "published figures",
    "CalendarPeriod": "holidays",
    "Lab": "its name is in every e-mail",
    "AccessibilityStatement": "the law asks for it in public",
    "ListedAuthority": "the official list is public",
    "Method": "what the lab teaches is no secret",
    "Call": "anyone reads it once it is published",
}
# Visible in the whole edition, by the permission table: members of any of its cohorts read them.
OPEN_TO_EDITION = {
    "Cohort": "its name stands where the edition's cohorts are named",
    "User": "people of one edition meet",
    "Exchange": "of the edition",
    "HostTurn": "of the edition",
    "Question": "of the edition",
    "Contribution": "brought to the edition",
    "ProgrammeItem": "of the edition",
    "Minutes": "of the edition",
    "Commitment": "made before the edition",
    "PeerProfile": "people show it to their editions themselves",
}
# Text and list columns without free text: the code chooses their values, or they have a fixed format.
NOT_TYPED = {
    "ApiToken": {"prefix", "scopes", "token_hash"},
    "IdempotencyKey": {"address", "digest"},
    "Webhook": {"url", "event_types", "secret", "previous_secret", "disabled_reason"},
    "WebhookDelivery": {"message_id", "event", "reason"},
    "AccessRequest": {"issuer", "provider", "siret", "subject"},
    "Application": {"siren", "token_hash"},
    "GroupRule": {"provider", "siren"},
    "ProviderGroups": {"provider", "groups", "siren"},
    "Assessment": {"pseudonym"},
    "Attachment": {"about", "content_type", "sha256", "stored"},
    "FileDraft": {"content_type", "sha256", "stored"},
    "BulkRow": {"details"},
    "BulkRun": {"action_slug", "language", "list_slug", "subject_key"},
    "SavedView": {"list_slug", "shared_with", "subject_key"},
    "Dossier": {"parts", "contents"},
    "ResidencyPlan": {"fingerprint", "added_sessions", "together"},
    "ExchangePlan": {"fingerprint", "locked"},
    "SessionPlan": {"fingerprint", "locked"},
    "Publication": {"slug"},
    "Release": {"stored", "sha256"},
    "ReleasePart": {"digest"},
    "PlanException": {"subject"},
    "CalendarFeed": {"about", "token_hash"},
    "Cohort": {"code", "slug"},
    "Delivery": {"language", "message_id", "reason"},
    "DeliveryItem": {"reason"},
    "TrialNote": {"version_after"},
    "Export": {"kind", "language", "stored"},
    "EarlyWithdrawal": {"code"},
    "Note": {"withdrawal_code"},
    "GroupEmail": {"circle", "audience"},
    "Idea": {"reference"},
    "ColumnChoice": {"kind", "columns"},
    "ImportBatch": {"kind", "mapping", "target_key", "target_slug", "defaults", "notes"},
    "ImportRow": {"column"},
    "Invitation": {"token_hash", "earlier_hashes"},
    "Preference": {"kind"},
    "NoticeSnooze": {"notice"},
    "StoppedAddress": {"address_hash", "kind"},
    "RatingRound": {"criteria_fr", "criteria_en"},  # as its format
    "Session": {"number", "remarks"},
    "Reminder": {"kind", "step", "email_type", "audience", "reason"},
    "User": {"password"},
}
# JSON columns: the keys, at any depth, of text written by people, and those of text that the code chooses.
JSON_TEXT_KEYS: dict[str, tuple[set[str], set[str]]] = {
    "Exchange.why": ({"before"}, {"reason", "slug", "days", "zones", "participants", "last_hosted", "runner_up"}),
    "TrialNote.answers": (
        {"observation", "learning", "contradiction_reason", "groups"},
        {"held_on", "result", "decision", "strength"},
    ),
    "ImportBatch.header": ({""}, set()),
    "ImportRow.cells": ({""}, set()),
    "ImportRow.changes": ({""}, set()),
    "ImportRow.corrections": ({"role"}, set()),
    "ImportRow.previous": ({"unit"}, set()),
    "Package.content": (
        {"title", *Idea.TEXTS, "framing", "sponsor", "reason", "description", "question", "medium", "source", "groups"}
        | {"hypothesis", "measure", "unit", "method", "criterion_change_reason", "observation", "learning"}
        | {"contradiction_reason", "baseline_source"},
        {"reference", "state", "decision", "precision", "result", "strength", "comparator", "threshold"}
        | {"observed_value", "created_on", "made_on", "planned_on", "locked_on", "locked_at", "held_on", "concluded_on"}
        | {"effective_on", "baseline", "baseline_on", "target"},
    ),
    "TrialCorrection.before": ({"contradiction_reason", "groups"}, {"held_on", "result", "observed_value"}),
    "TrialCorrection.after": ({"contradiction_reason", "groups"}, {"held_on", "result", "observed_value"}),
    "WebhookDelivery.payload": (set(), {"type", "timestamp"}),
    "ResidencyPlan.result": (set(), set()),
    "Statement.rows": ({"note", "cohort_name"}, {"cohort", "kind", "category", "days", "euros", "rate", "day"}),
    "ExchangePlan.result": (set(), set()),
    "SessionPlan.result": (set(), set()),
    "Publication.facts": (
        {"authority", "cohort", "edition", "where"},
        {"as_of", "reference", "state", "on", "precision", "comparator", "result", "decision", "scope"}
        | {"before_on", "after_on"},
    ),
    "Replanning.before": ({"venue"}, {"planned", "number", "state", "remarks", "date", "starts_at", "ends_at"}),
    "Replanning.after": ({"venue"}, {"planned", "number", "state", "remarks", "date", "starts_at", "ends_at"}),
    "Reminder.previous_details": ({"host", "venue"}, {"date", "starts_at", "ends_at", "first_day", "last_day"}),
}
# Texts that a constraint keeps empty in the stage's rows: for another state, or for published facts only.
STAYS_EMPTY = {
    "ResidencyPlan.result": "of calculated plans; it holds keys and days, no texts",
    "ExchangePlan.result": "the same",
    "SessionPlan.result": "the same",
    "WebhookDelivery.payload": "it holds keys and addresses of pages, no texts",
    "Lesson.answer": "of accepted lessons, which the edition reads",
}
# Rows without an owner: technical rows, or figures without text.
WITHOUT_OWNER = {"EarlyWithdrawal", "SetupLink", "SignInLink", "MailSwitch", "StoppedAddress", "TaskRun"}


def is_table(model: type[models.Model]) -> bool:
    """Return whether the model has a table of its own: it is neither a proxy nor a view."""
    return model._meta.managed and not model._meta.proxy


def watched_models() -> list[type[models.Model]]:
    """Return our models, without history models, proxies and views."""
    return [
        model
        for model in apps.get_models()
        if model._meta.app_label in APPS and not issubclass(model, Event) and is_table(model)
    ]


def text_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """Return the columns of a model that hold text written by people."""
    left_out = NOT_TYPED.get(model.__name__, set())
    texts = (
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField | ArrayField) and not field.choices
    )
    return [field for field in texts if field.name not in left_out]


def highest_keys(*, everything: bool = True) -> dict[str, int]:
    """Return the highest key of each table, or 0 for all when existing rows are marked as well."""
    return {
        model._meta.db_table: _highest(model) if everything else 0 for model in watched_models() if text_fields(model)
    }


def _highest(model: type[models.Model]) -> int:
    return model._base_manager.aggregate(top=models.Max("pk"))["top"] or 0


def write_markers(marker: str, *, after: dict[str, int]) -> None:
    """Write the marker into every text of the rows added since, bypassing all triggers."""
    spared = OPEN_TO_ALL | (OPEN_TO_EDITION if marker == NEAR else {})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica")
    for model in watched_models():
        if model.__name__ not in spared and model.__name__ not in WITHOUT_OWNER:
            for field in text_fields(model):
                put = _write_marker_in_json if isinstance(field, models.JSONField) else _write_marker
                put(marker, model, field, after[model._meta.db_table])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def _write_marker(marker: str, model: type[models.Model], field: models.Field[Any, Any], after: int) -> None:
    """Write the marker; where a constraint keeps a text empty in some rows, only into rows where it is filled."""
    table, column = model._meta.db_table, field.column
    parameters = [marker, words_after_marker(model, field), field.max_length or 10_000, after]
    statement = f'UPDATE {table} SET "{column}" = left(%s || id || %s, %s) WHERE id > %s'
    with connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(statement, parameters)
        except IntegrityError:
            cursor.execute(f'{statement} AND "{column}" <> %s', [*parameters, ""])


def _write_marker_in_json(marker: str, model: type[models.Model], field: models.Field[Any, Any], after: int) -> None:
    """Write the marker under each key that holds text; the rest of the value stays unchanged."""
    words, _chosen = JSON_TEXT_KEYS[f"{model.__name__}.{field.name}"]
    for row in model._base_manager.filter(pk__gt=after).order_by("pk"):
        marked_text = f"{marker}{row.pk} {SEARCH_WORD} {model.__name__} {field.name}"
        new_value = json.dumps(with_markers(getattr(row, field.name), words, marked_text), cls=DjangoJSONEncoder)
        with connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE {model._meta.db_table} SET "{field.column}" = %s WHERE id = %s', [new_value, row.pk]
            )


def with_markers(value: Any, words: set[str], marked_text: str, key: str = "") -> Any:
    """Return the value with markers; under a text key, the keys of an object are texts too."""
    if isinstance(value, dict):
        marked_names = {f"{marked_text} {key} {name}" if key in words else name: inner for name, inner in value.items()}
        return {name: with_markers(inner, words, marked_text, name) for name, inner in marked_names.items()}
    if isinstance(value, list):
        return [with_markers(inner, words, marked_text, key) for inner in value]
    return f"{marked_text} {key}" if isinstance(value, str) and key in words else value


def text_keys(value: Any, key: str = "") -> Iterator[str]:
    """Return the keys of a JSON column that hold texts."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from text_keys(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from text_keys(inner, key)
    elif isinstance(value, str):
        yield key


def json_values(name: str) -> list[Any]:
    """Return the stored values of a JSON column, named "Model.column"."""
    model_name, column = name.split(".")
    model = next(found for found in watched_models() if found.__name__ == model_name)
    return list(model._base_manager.values_list(column, flat=True))


def words_after_marker(model: type[models.Model], field: models.Field[Any, Any]) -> str:
    """Return what follows the marker and the key of the row, in the form that the column requires."""
    if isinstance(field, models.EmailField):
        return f"@{SEARCH_WORD}.example"
    return "" if isinstance(field, models.SlugField) else f" {SEARCH_WORD} {model.__name__} {field.name}"


def marked_columns(marker: str) -> set[str]:
    """Return the columns that contain the marker, as "Model.column"."""
    columns = set()
    with connection.cursor() as cursor:
        for model in watched_models():
            for field in text_fields(model):
                table = model._meta.db_table
                cursor.execute(f'SELECT 1 FROM {table} WHERE "{field.column}"::text LIKE %s LIMIT 1', [f"%{marker}%"])
                if cursor.fetchone():
                    columns.add(f"{model.__name__}.{field.name}")
    return columns


def leaks_in(body: bytes, *markers: str) -> list[str]:
    """Return the text around each marker in a response; archives and workbooks are unpacked."""
    text = b"\n".join(unpacked(body)).decode(errors="replace")
    return [text[max(at.start() - 60, 0) : at.end() + 60] for word in markers for at in re.finditer(word, text)]


def unpacked(body: bytes) -> list[bytes]:
    if not body.startswith(b"PK\x03\x04"):
        return [body]
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return [part for name in archive.namelist() for part in unpacked(archive.read(name))]
