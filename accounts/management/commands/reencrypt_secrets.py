"""Encrypt the secrets of second factors with the newest key, so that earlier keys can be removed."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from accounts.second_factors.secrets import reencrypt_second_factors


class Command(BaseCommand):
    help = "Encrypt the secrets of all second factors under the first of ENCRYPTION_KEYS; then take the others out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many there are, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Encrypt the secrets of all second factors again with the first key of ENCRYPTION_KEYS, and print how many
        there are.

        With `--dry-run`, only count them.
        """
        count = reencrypt_second_factors(dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps({"second_factors": count, "dry_run": options["dry_run"]}))
        else:
            outcome = "would be" if options["dry_run"] else "are"
            self.stdout.write(f"Secrets of {count} second factors {outcome} encrypted under the first key.")
