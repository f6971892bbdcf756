"""`manage.py import_table KIND FILE`: check a table, import its rows, and write what became of them."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from imports.actions import add_import, confirm_import
from imports.enums import TargetType
from imports.kinds import ImportKind, ImportTarget, import_kinds
from imports.models import ImportBatch
from imports.reading.tables import open_file
from imports.rows import refused_value
from imports.worker import run_import
from web.errors import DomainError


class Command(BaseCommand):
    help = "Import the rows of an XLSX, ODS or CSV file: of people, authorities and other things."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments: kind and file, where the rows go, who imports them, `--dry-run` and `--json`."""
        parser.add_argument("kind", help="what the rows are: " + ", ".join(import_kinds.slugs()))
        parser.add_argument("file", type=Path)
        parser.add_argument("--cohort", default="", help="slug of the cohort that the rows belong to")
        parser.add_argument("--edition", default="", help="slug of the edition that the rows belong to")
        parser.add_argument("--sheet", default="", help="name of the sheet; without it, that with most known columns")
        parser.add_argument("--by", default="", help="e-mail address of the person who imports, with their rights")
        parser.add_argument("--dry-run", action="store_true", help="check the rows and save nothing")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check the file and, without `--dry-run`, import its rows; write the counts and each refusal.

        Raises CommandError for an unknown kind, target or person, and for a file that cannot be read.
        """
        kind, by = _kind(options["kind"]), _person(options["by"])
        language = (by.language if by else "") or translation.get_language()[:2]
        try:
            with translation.override(language):
                result = _import(kind, by, language, options)
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(result, ensure_ascii=False) if options["json"] else _as_text(result))


def _kind(slug: str) -> ImportKind:
    """Return the kind of import with this slug; raise CommandError with the known ones when there is none."""
    if slug not in import_kinds:
        raise CommandError(f"“{slug}” cannot be imported. Known kinds: {', '.join(import_kinds.slugs())}.")
    return import_kinds[slug]


def _person(email: str) -> User | None:
    """Return the person with this address, None without one; raise CommandError when nobody has it."""
    if not email:
        return None
    user = User.objects.with_address(email).filter(is_active=True).first()
    if user is None:
        raise CommandError(f"Nobody has an open account with the address {email}.")
    return user


def _target(kind: ImportKind, by: User | None, options: dict[str, Any]) -> ImportTarget:
    """Return the target that the options name; raise CommandError when it is missing, unknown or not for this kind."""
    slugs = {TargetType.COHORT: options["cohort"], TargetType.EDITION: options["edition"], TargetType.PLATFORM: ""}
    for target_type, slug in slugs.items():
        if slug and target_type != kind.target_type:
            raise CommandError(f"--{target_type} does not apply to {options['kind']}.")
    slug = slugs[kind.target_type]
    if kind.target_type != TargetType.PLATFORM and not slug:
        raise CommandError(f"Name the target with --{kind.target_type} SLUG.")
    target = kind.find_target(slug, by)
    if target is None:
        raise CommandError(f"There is no {kind.target_type} “{slug}”.")
    return target


def _import(kind: ImportKind, by: User | None, language: str, options: dict[str, Any]) -> dict[str, Any]:
    """Check the file, import its rows without `--dry-run`, and return the counts and refusals.

    A dry run is rolled back, so that it checks exactly what an import checks.
    """
    target, path = _target(kind, by, options), options["file"]
    given = {"kind": options["kind"], "target": target, "file_name": path.name, "language": language}
    with transaction.atomic(), path.open("rb") as file, open_file(file, kind.columns) as source:
        only = source.only(options["sheet"] or source.best.sheet)
        batch = add_import(source=only, by=by, at=timezone.now(), **given)
        if options["dry_run"]:
            if batch.is_queued:
                batch = _check_now(batch)
            result = _result(batch, kind) | {"batch": None}
            transaction.set_rollback(True)
            return result
    batch = _check_now(batch) if batch.is_queued else batch
    if batch.to_import:
        confirm_import(batch=batch, by=by, at=timezone.now())
        batch = run_import(batch, timezone.now)
    return _result(batch, kind)


def _check_now(batch: ImportBatch) -> ImportBatch:
    """Check the rows of an import that is queued because of their number, and return it."""
    return run_import(batch, timezone.now)


def _result(batch: ImportBatch, kind: ImportKind) -> dict[str, Any]:
    """Return the counts of the import, its refusals and its number; columns are named as the table names them."""
    labels = {column.name: str(column.label) for column in kind.columns}
    headings = {name: heading for heading, name in zip(batch.header, batch.mapping, strict=True) if name}
    refused = [
        {
            "line": row.line,
            "column": headings.get(row.column) or labels.get(row.column, ""),
            "value": refused_value(row, batch.mapping),
            "reason": row.reason,
            "suggestion": row.suggestion,
        }
        for row in batch.rows.refused().order_by("line")
    ]
    return {
        "rows": batch.rows_total,
        "create": batch.created_count,
        "update": batch.updated_count,
        "unchanged": batch.unchanged_count,
        "refused": refused,
        "batch": batch.pk,
    }


def _as_text(result: dict[str, Any]) -> str:
    """Return the result as lines for people who read it in a terminal."""
    counts = ", ".join(f"{name} {result[name]}" for name in ("rows", "create", "update", "unchanged"))
    refused = [
        f"row {row['line']}, {row['column'] or 'row'} “{row['value']}”: {row['reason']} {row['suggestion']}".rstrip()
        for row in result["refused"]
    ]
    batch = f"import {result['batch']}" if result["batch"] else "dry run: nothing is saved"
    return "\n".join([f"{batch}: {counts}, refused {len(refused)}", *refused])
