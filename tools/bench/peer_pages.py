"""Fills an installation of pretalx with submissions, and writes down what its pages cost.

`peers` starts it with the Python of that installation: `python -m tools.bench.peer_pages FILE ROUNDS REQUESTS SIZE…`.
Each line of the file is a JSON list: the page, the number of submissions, statements, KiB, and a list for each round,
with three times of the processor in milliseconds: of the page, of the page with PostgreSQL, and of the floor page.
"""

import json
import random
import sys
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.utils.timezone import now

STATES = ("submitted", "submitted", "accepted", "confirmed", "confirmed", "rejected")
ORGANISER = "organiser@demo.example"


def create_event() -> Any:
    """Create and return an event with five tracks, whose organiser may do everything."""
    from pretalx.event.models import Event
    from pretalx.event.utils import create_organiser_with_team
    from pretalx.person.models import User

    person = User.objects.create_user(email=ORGANISER, name="Organiser")
    organiser, team = create_organiser_with_team(name="Demonstration", slug="demonstration", users=[person])
    team.can_change_event_settings = team.can_change_submissions = team.is_reviewer = True
    team.save()
    first_day = now().date() + timedelta(days=30)
    event = Event.objects.create(
        name="Demonstration", slug="demo", organiser=organiser, email=ORGANISER, locale="en", locale_array="en",
        timezone="Europe/Paris", date_from=first_day, date_to=first_day + timedelta(days=2), is_public=True,
    )  # fmt: skip
    event.build_initial_data()
    team.limit_events.add(event)
    event.tracks.bulk_create(
        [event.tracks.model(event=event, name=f"Track {number}", color="#226688") for number in range(5)]
    )
    return event


def fill(event: Any, size: int) -> None:
    """Add submissions until there are `size`: each has a speaker, every second one a review."""
    from pretalx.person.models import SpeakerProfile, User
    from pretalx.submission.models import Review, Submission

    chance, numbers = random.Random(size), range(Submission.all_objects.count(), size)
    tracks, kind = list(event.tracks.all()), event.submission_types.get()
    reviewer = User.objects.get(email=ORGANISER)
    speakers = User.objects.bulk_create(
        [User(email=f"{number}@demo.example", name=f"Speaker {number}", code=f"P{number}") for number in numbers]
    )
    SpeakerProfile.objects.bulk_create(
        [SpeakerProfile(user=speaker, event=event, biography="Works for the public.") for speaker in speakers]
    )
    submissions = Submission.objects.bulk_create(
        [
            Submission(
                event=event, code=f"S{number}", title=f"A talk about reception desks, number {number}", state=state,
                track=chance.choice(tracks), submission_type=kind, abstract="What people met, and what changed.",
            )
            for number, state in zip(numbers, chance.choices(STATES, k=len(numbers)), strict=True)
        ]
    )  # fmt: skip
    roles = Submission.speakers.through
    roles.objects.bulk_create(
        [roles(submission=each, user=speaker) for each, speaker in zip(submissions, speakers, strict=True)]
    )
    Review.objects.bulk_create(
        [Review(submission=each, user=reviewer, score=chance.randint(0, 2)) for each in islice(submissions, 0, None, 2)]
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def pages(event: Any) -> dict[str, str]:
    """Return the paths of the measured pages, by what they show."""
    submission = event.submissions.order_by("pk").first()
    return {
        "list of submissions": event.orga_urls.submissions,
        "a submission": submission.orga_urls.base,
        "dashboard of the event": event.orga_urls.base,
        "statistics": event.orga_urls.stats,
    }


def main(file: Path, rounds: int, requests: int, sizes: Sequence[int]) -> None:
    django.setup()
    connection.settings_dict["CONN_MAX_AGE"] = None  # else one request in a minute would connect anew
    from django.core.management import call_command
    from django_scopes import scopes_disabled

    from tools.bench.costs import WsgiServer, cost_with_floor, measure_facts

    with scopes_disabled():
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        event = create_event()
        settings.ROOT_URLCONF = "tools.bench.peer_floor"
        settings.VITE_DEV_MODE = True  # the package lacks the built scripts; in this mode pages only link to them
        server = WsgiServer()
        server.sign_in(ORGANISER)
        for size in sizes:
            fill(event, size)
            for page, path in pages(event).items():
                facts = measure_facts(server, path, ORGANISER)
                costs = [cost_with_floor(server, path, ORGANISER, requests) for _ in range(rounds)]
                rows = [(own.web, own.both, floor.web) for own, floor in costs]
                with file.open("a") as results:
                    results.write(json.dumps([page, size, facts.statements, facts.kib, rows]) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), [int(size) for size in sys.argv[4:]])
