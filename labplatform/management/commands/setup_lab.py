"""`setup_lab`: print the link that sets an empty installation up, or make the lab and its first account at once."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.lab.actions import is_set_up, make_setup_link, set_up_lab
from accounts.sign_in.actions.links import request_sign_in_link
from labplatform.setup.forms import SetUpForm
from web.dates.zones import TIME_ZONES
from web.errors import DomainError
from web.site_addresses import absolute_url


class Command(BaseCommand):
    help = (
        "Set up an empty installation. Without --email, print a link, valid for a day, that opens the page which makes"
        " the lab and its first account. With --email, make both at once and print a link to sign in, valid for 15"
        " minutes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="the address of the first account; it counts as confirmed")
        parser.add_argument("--full-name", default="", help="the name of that person")
        parser.add_argument("--name", default="", help="the name of the lab")
        parser.add_argument("--language", choices=["fr", "en"], default="fr", help="the language it starts with")
        parser.add_argument("--sender", default="", help="the address that e-mails come from")
        parser.add_argument("--time-zone", choices=list(TIME_ZONES), default="Europe/Paris", help="its time zone")
        parser.add_argument("--if-needed", action="store_true", help="print nothing where the lab is set up")
        parser.add_argument("--dry-run", action="store_true", help="check everything, and write nothing")
        parser.add_argument("--json", action="store_true", help="a JSON object on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a link: to the page that sets the platform up or, with `--email`, to sign in as its first person.

        Raises CommandError when the lab is set up (nothing happens with `--if-needed`), and for an invalid value.
        """
        if options["if_needed"] and is_set_up():
            return
        with translation.override("en"), transaction.atomic():
            try:
                path = _made(options) if options["email"] else reverse("set_up", args=[_link()])
            except DomainError as error:
                raise CommandError(str(error)) from error
            transaction.set_rollback(options["dry_run"])
        self._report("" if options["dry_run"] else absolute_url(path), options)

    def _report(self, link: str, options: dict[str, Any]) -> None:
        """Print the link in a sentence, or as JSON; "" stands for a dry run."""
        if options["json"]:
            self.stdout.write(json.dumps({"link": link, "dry_run": options["dry_run"]}))
        elif not link:
            self.stdout.write("Everything is valid; nothing was written.")
        else:
            what = "Sign in within 15 minutes" if options["email"] else "Set up the platform within a day"
            self.stdout.write(f"{what}: {link}")


def _link() -> str:
    """Return the token of a new link to set the platform up."""
    return make_setup_link(at=timezone.now(), by=None)


def _made(options: dict[str, Any]) -> str:
    """Make the lab and its first account from the options, and return the path of a link to sign in.

    Raises CommandError for values that the form of the page refuses too, and DomainError when the lab is set up.
    """
    at = timezone.now()
    form = SetUpForm({name: options[name] for name in SetUpForm.base_fields if name != "password"})
    del form.fields["password"]
    if not form.is_valid():
        lines = (f"--{field.replace('_', '-')}: {' '.join(map(str, texts))}" for field, texts in form.errors.items())
        raise CommandError("\n".join(lines))
    user = set_up_lab(**{**form.cleaned_data, "password": None}, at=at, by=None)
    return reverse("sign_in_link", args=[request_sign_in_link(user=user, email=user.email, at=at, by=None)])
