"""Counts and hashes every table and file, or compares them with what was written down before a restore."""

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
        now = fingerprint.taken(with_files=not options["no_files"])
        if options["against"] is None:
            self.stdout.write(json.dumps(now) if options["json"] else _lines(now))
            return
        before = _read(options["against"])
        if options["no_files"]:
            before.pop(fingerprint.FILES, None)
        differing = fingerprint.differing(before, now)
        if options["json"]:
            self.stdout.write(json.dumps({"compared": len(before.keys() | now.keys()), "differing": differing}))
        if differing:
            raise CommandError("Not the same: " + ", ".join(differing))
        if not options["json"]:
            self.stdout.write(f"All the same: {_said(now)}.")


def _read(path: Path) -> fingerprint.Fingerprint:
    try:
        found: fingerprint.Fingerprint = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} holds no earlier answer: {error}") from error
    return found


def _lines(found: fingerprint.Fingerprint) -> str:
    return "\n".join(f"{count:>9} {mark} {name}" for name, (count, mark) in sorted(found.items()))


def _said(found: fingerprint.Fingerprint) -> str:
    tables = {name: mark for name, mark in found.items() if not name.startswith("(")}
    rows = sum(int(count) for count, _mark in tables.values())
    files = found.get(fingerprint.FILES, [0])[0]
    return f"{len(tables)} tables, {rows} rows, {files} files"
