"""Faults of webhooks: receivers that hang, are down or redirect inwards, a killed worker, names of
private addresses.
"""

import time
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from tools.faults.cast import guests, now, remind, settle, unsent
from tools.faults.platform import RunPlatform, free_port, wait_for
from tools.faults.processes import LEASE, PATIENCE, PEOPLE, SCAN, SENDERS, SLACK
from tools.faults.tally import FaultTally, tally_run
from tools.webhook_receiver import Receiver, receiving

HANGING, MESSAGES = 20, 40
TIMEOUT = 1.0  # of one message and of one owner, in place of ten seconds
# what inside1.example, inside2.example and so on resolve to
PRIVATE_ADDRESSES = ("10.0.0.7", "169.254.169.254", "::1", "64:ff9b::a00:7", "fd00::7")


def hang_receivers(platform: RunPlatform, guard: str) -> FaultTally:
    """Twenty webhooks of an owner hang, others are down or redirect inwards; e-mails are due, the worker is killed."""
    guests(PEOPLE // 3)
    platform.start_mail_server(before=0.02)
    with ExitStack() as servers:
        hanging, inside, good = (servers.enter_context(receiving(Receiver(pause=each))) for each in (90, 0, 0.1))
        redirecting = servers.enter_context(receiving(Receiver(answer=307, location=inside.url)))
        write_messages([hanging.url] * HANGING)
        write_messages([f"http://127.0.0.1:{free_port()}/", redirecting.url])
        ids = write_messages([good.url] * MESSAGES)
        worker = start(platform, guard, WEBHOOKS="loopback")
        with suppress(TimeoutError):
            wait_for(lambda: len(hanging.received) >= SENDERS, "senders that wait for a receiver")
        remind(1, now())
        begun = time.time()
        with suppress(TimeoutError):
            wait_for(lambda: len(good.received) >= MESSAGES // 4, "messages", 5 if guard else PATIENCE)
        platform.kill(worker)
        left = max(unsent(), PEOPLE // 3 - len(platform.accepted()))
        start(platform, guard, WEBHOOKS="loopback")
        settle(15 if guard else PATIENCE)
        tally = tally_run(platform, bound=0, open_then=left, by=begun + 2 * SLACK)
        with suppress(TimeoutError):
            wait_for(lambda: not count_waiting(ids), "messages", 5 if guard else PATIENCE)
        copies = Counter(headers["webhook-id"] for headers, _body in good.received)
        count_messages(tally, ids, copies)
        if inside.received:
            tally.broken.append(f"{len(inside.received)} messages followed a redirect inwards")
    return tally


def resolve_private_addresses(platform: RunPlatform, guard: str) -> FaultTally:
    """Names of receivers resolve to private addresses: no connection is begun."""
    guests(PEOPLE // 3)
    platform.start_mail_server(before=0.02)
    reached = platform.folder / "reached"
    reached.touch()
    ids = write_messages([f"https://inside{number}.example/hook" for number in range(1, len(PRIVATE_ADDRESSES) + 1)])
    start(platform, guard, WEBHOOKS="private", REACHED=str(reached))
    remind(1, now())
    settle(PATIENCE)
    with suppress(TimeoutError):
        wait_for(lambda: count_attempted(ids) == len(ids), "an attempt for each message")
    tally = tally_run(platform, bound=0, open_then=PEOPLE // 3)
    if connections := reached.read_text().split():
        tally.broken.append(f"{len(connections)} connections to {', '.join(sorted(set(connections)))}")
    if count_attempted(ids) < len(ids):
        tally.broken.append("messages without an attempt")
    return tally


def start(platform: RunPlatform, guard: str, **env: str) -> Any:
    """Start a worker that also sends webhooks, and its beat; return the worker."""
    env |= {"GUARD": guard, "LEASE": str(LEASE), "SCAN": str(SCAN), "TIMEOUT": str(TIMEOUT)}
    if not any(Path(platform.folder).glob("beat-1*")):
        platform.start_beat(**env)
    return platform.start_worker("--concurrency", "1", **env)


def write_messages(urls: list[str]) -> list[str]:
    """Write a message about an idea to each address, by a webhook of a new owner; return the ids of the messages."""
    from tests.factories.accounts import UserFactory
    from tests.factories.webhooks import WebhookFactory, delivery_to

    owner = UserFactory(is_lab_staff=True)
    return [delivery_to(WebhookFactory(owner=owner, url=url), at=now()).message_id for url in urls]


def count_waiting(ids: list[str]) -> int:
    """Return how many of these messages still wait."""
    from webhooks.models import WebhookDelivery

    return WebhookDelivery.objects.filter(message_id__in=ids, state__in=["queued", "sending"]).count()


def count_attempted(ids: list[str]) -> int:
    """Return how many of these messages were tried at least once."""
    from webhooks.models import WebhookDelivery

    return WebhookDelivery.objects.filter(message_id__in=ids, attempts__gt=0).exclude(state="sending").count()


def count_messages(tally: FaultTally, ids: list[str], copies: Counter[str]) -> None:
    """Add to what is broken: messages that did not come, and copies beyond one for each sender that was killed."""
    if missing := set(ids) - copies.keys():
        tally.broken.append(f"{len(missing)} messages lost")
    if (extra := sum(copies.values()) - len(copies)) > SENDERS:
        tally.broken.append(f"{extra} messages twice")
