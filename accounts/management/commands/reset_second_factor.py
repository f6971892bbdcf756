"""Remove a person's second factors when nobody of the lab can sign in to do it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.emails import notify_of_reset
from accounts.models import User
from accounts.second_factors.actions import reset_second_factor
from accounts.second_factors.queries import factors_of
from web.errors import DomainError


class Command(BaseCommand):
    help = "Take away a lost second factor: the person signs in as always and sets up another. They get an e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address the person signs in with")
        parser.add_argument("--reason", required=True, help="how you know that it is them; they read it")
        parser.add_argument("--dry-run", action="store_true", help="say what would be taken away, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove the second factors of the person with the address, e-mail them, and print which kinds were removed.

        Raises CommandError when nobody has the address, when the account is closed, and when there is no second factor.
        """
        dry_run, user = options["dry_run"], User.objects.with_address(options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody has an account with the address {options['email']}.")
        kinds = sorted(factors_of(user))
        if not dry_run:
            _reset(user, options["reason"].strip())
        if options["json"]:
            self.stdout.write(json.dumps({"person": user.pk, "factors": kinds, "dry_run": dry_run}))
        else:
            done = "would be" if dry_run else "is"
            self.stdout.write(f"The second factor of {user} {done} taken away: {', '.join(kinds) or 'none'}.")


def _reset(user: User, because: str) -> None:
    """Remove the person's second factors and e-mail them; `because` says how their identity was checked.

    Raises CommandError when the account is closed, and when there is no second factor.
    """
    try:
        reset = reset_second_factor(person=user, because=because, at=timezone.now(), by=None)
    except DomainError as error:
        raise CommandError(str(error)) from error
    notify_of_reset(reset)
