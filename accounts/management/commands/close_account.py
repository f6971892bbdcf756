"""Closes a person's account: nobody signs in with it, no letter goes to it, what was kept for the person is free."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions import close_account
from accounts.models import User
from accounts.privacy.leaving import what_is_left
from web.errors import DomainError


class Command(BaseCommand):
    help = "Close an account: no more signing in, no more letters; places kept for the person go to others."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the address the person signs in with")
        parser.add_argument("--dry-run", action="store_true", help="say whose account would be closed, write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run, user = options["dry_run"], User.objects.with_address(options["email"]).first()
        if user is None:
            raise CommandError(f"Nobody has an account with the address {options['email']}.")
        closed = user.is_active
        left = what_is_left(user, timezone.now()) if closed else []
        if not dry_run:
            try:
                close_account(user=user, at=timezone.now(), by=None)
            except DomainError as error:
                raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps({"person": user.pk, "closed": closed, "dry_run": dry_run}))
        else:
            self.stdout.write(_said(user, closed=closed, dry_run=dry_run))
            for sentence in left:
                self.stdout.write(sentence)


def _said(user: User, *, closed: bool, dry_run: bool) -> str:
    if not closed:
        return f"The account of {user} is closed already."
    return f"The account of {user} {'would be' if dry_run else 'is'} closed."
