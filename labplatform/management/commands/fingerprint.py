"""`fingerprint`: count and hash every table and file, or compare them with an earlier fingerprint after a restore."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from labplatform.monitoring import fingerprint


class Command(BaseCommand):
    help = "Count and hash every table and every kept file; with --against, say what differs from an earlier answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--against", type=Path, help="a file with an earlier answer, made with --json")
        parser.add_argument("--no-files", action="store_true", help="tables only")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the count and hash of each table and of the stored files; with `--against`, compare them with earlier
        ones.

        Raises CommandError with the names of what differs, or when the file to compare with cannot be read.
        """
        now = fingerprint.take_fingerprint(with_files=not options["no_files"])
        if options["against"] is None:
            self.stdout.write(json.dumps(now) if options["json"] else _lines(now))
            return
        before = _read(options["against"])
        if options["no_files"]:
            before.pop(fingerprint.FILES, None)
        differences = fingerprint.differences(before, now)
        if options["json"]:
            self.stdout.write(json.dumps({"compared": len(before.keys() | now.keys()), "differing": differences}))
        if differences:
            raise CommandError("Not the same: " + ", ".join(differences))
        if not options["json"]:
            self.stdout.write(f"All the same: {_summary(now)}.")


def _read(path: Path) -> fingerprint.Fingerprint:
    """Return the counts and hashes in a file that this command wrote with `--json`; raise CommandError if there are
    none.
    """
    try:
        tables: fingerprint.Fingerprint = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} holds no earlier answer: {error}") from error
    return tables


def _lines(tables: fingerprint.Fingerprint) -> str:
    """Return counts and hashes as text, one line per table in order of name: count, hash and name."""
    return "\n".join(f"{count:>9} {mark} {name}" for name, (count, mark) in sorted(tables.items()))


def _summary(marks: fingerprint.Fingerprint) -> str:
    """Return in words how many tables, rows and files the counts and hashes cover: “80 tables, 1200 rows, 12 files”."""
    tables = {name: mark for name, mark in marks.items() if not name.startswith("(")}
    rows = sum(int(count) for count, _mark in tables.values())
    files = marks.get(fingerprint.FILES, [0])[0]
    return f"{len(tables)} tables, {rows} rows, {files} files"
