"""Erase again, after a restore, everyone whom the journal names as erased since the backup was made."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.privacy.actions import erase_person
from accounts.privacy.erasure_journal import people_to_erase_again
from web.errors import DomainError


class Command(BaseCommand):
    help = "Erase again everyone who was erased since the backup was made: run it after a restore."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say who would be erased, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase everyone again whom the journal names as erased and the database does not; print their primary keys.

        It is run after a restore from a backup. Raises CommandError at the first person who cannot be erased.
        """
        people, dry_run = people_to_erase_again(), options["dry_run"]
        for user in [] if dry_run else people:
            try:
                erase_person(user=user, at=timezone.now(), by=None)
            except DomainError as error:
                raise CommandError(f"Person {user.pk} could not be erased: {error}") from error
        numbers = [user.pk for user in people]
        if options["json"]:
            self.stdout.write(json.dumps({"people": numbers, "dry_run": dry_run}))
        else:
            names = ", ".join(map(str, numbers)) or "nobody"
            self.stdout.write(f"{'To erase again' if dry_run else 'Erased again'}: {names}.")
