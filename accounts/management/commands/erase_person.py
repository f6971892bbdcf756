"""Erase a person on request: what they did stays under “Former member”, and all personal data is deleted."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.privacy.actions import erase_person
from accounts.privacy.unassigned_work import unassigned_after_leaving
from web.errors import DomainError


class Command(BaseCommand):
    help = "Erase a person at once and for good: their rows stay, anonymous. Close the account to keep a way back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address the person signs in with")
        parser.add_argument("--dry-run", action="store_true", help="say who would be erased, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Erase the person with the address for good, and print what nobody is then responsible for.

        Raises CommandError when nobody has the address, or when it is the last open account of lab staff.
        """
        dry_run, at = options["dry_run"], timezone.now()
        user = User.objects.with_address(options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody has an account with the address {options['email']}.")
        unassigned = unassigned_after_leaving(user, at)
        if not dry_run:
            try:
                erase_person(user=user, at=at, by=None)
            except DomainError as error:
                raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"person": user.pk, "left_without": unassigned, "dry_run": dry_run}))
        else:
            text = f"Person {user.pk} {'would be' if dry_run else 'is'} erased."
            self.stdout.write("\n".join([text, *unassigned]))
