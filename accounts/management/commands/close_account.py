"""Close a person's account: nobody can sign in with it, and what was reserved for the person is released."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions import close_account
from accounts.models import User
from accounts.privacy.unassigned_work import unassigned_after_leaving
from web.errors import DomainError


class Command(BaseCommand):
    help = "Close an account: no sign-in, no e-mails; seats reserved for the person are released."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address the person signs in with")
        parser.add_argument("--dry-run", action="store_true", help="say whose account would be closed, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Close the account with the address; print whether it was open, and what nobody is then responsible for.

        Raises CommandError when nobody has the address, or when it is the last open account of lab staff.
        """
        dry_run, user = options["dry_run"], User.objects.with_address(options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody has an account with the address {options['email']}.")
        was_open = user.is_active
        unassigned = unassigned_after_leaving(user, timezone.now()) if was_open else []
        if not dry_run:
            try:
                close_account(user=user, at=timezone.now(), by=None)
            except DomainError as error:
                raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"person": user.pk, "closed": was_open, "dry_run": dry_run}))
        else:
            self.stdout.write(_result_text(user, was_open=was_open, dry_run=dry_run))
            for sentence in unassigned:
                self.stdout.write(sentence)


def _result_text(user: User, *, was_open: bool, dry_run: bool) -> str:
    """Return the sentence that the command prints about the account of `user`.

    `was_open` is False when the account was closed before, `dry_run` when the command changes nothing.
    """
    if not was_open:
        return f"The account of {user} is closed already."
    return f"The account of {user} {'would be' if dry_run else 'is'} closed."
