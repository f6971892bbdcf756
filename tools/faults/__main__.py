"""`make faults`: each fault once on the platform as it is, which must be green, and once without a guard, which must be
red.

Exits with 1 when a fault is red or a control stays green.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tools.faults import (
    concurrency,
    emails,
    guest_emails,
    object_storage,
    offline_notes,
    own_words,
    processes,
    restore,
    uploads,
    webhooks,
)
from tools.faults.platform import PlatformHost, RunPlatform, platform_host
from tools.faults.tally import FaultTally


@dataclass(frozen=True)
class Fault:
    what: str
    strike: Callable[[RunPlatform, str], FaultTally]
    guard: str  # whose absence must show


FAULTS = (
    Fault("worker killed three times while sending", processes.worker_killed, "leases end"),
    Fault("Redis killed and emptied", processes.redis_emptied, "scan"),
    Fault("PostgreSQL restarted at once", processes.postgres_restarted, "own commit"),
    Fault("three beats, two workers", processes.three_beats, "claims"),
    Fault("sender frozen past its lease", processes.sender_frozen, "fence"),
    Fault("SMTP 451, 550, silence, dropped connections", emails.mail_server_answers, "answers"),
    Fault("everything down for five days", emails.five_days_down, "expiry"),
    Fault("moved and cancelled between claim and send", emails.moved_or_cancelled, "fence"),
    Fault("reworded and group e-mails, worker killed", own_words.reworded_and_written, "leases end"),
    Fault("guests invited, some erased, worker killed", guest_emails.guests_invited, "leases end"),
    Fault("the clock across both changes", emails.clock_changes, "utc"),
    Fault("form sent five times", concurrency.form_sent_twice, "lock and unique key"),
    Fault("two people save the same text", concurrency.same_text, "lock and fingerprint"),
    Fault("last seat taken by ten at once", concurrency.last_seat, "lock and rule"),
    Fault("two hosts at once", concurrency.two_hosts, "lock"),
    Fault("notes written offline, on two phones", offline_notes.notes_written_offline, "order of a phone"),
    Fault("restore of yesterday's dump", restore.restored, "hold"),
    Fault("webhooks: receivers hang, worker killed", webhooks.hang_receivers, "ten seconds"),
    Fault("webhooks: private addresses", webhooks.resolve_private_addresses, "addresses checked"),
    Fault("one member uploads the worst files, all at once", uploads.worst_uploads, "decoding bounded"),
    Fault("object storage and web server killed, files sent", object_storage.killed_while_sending, "files first"),
)
QUICKEST = "form sent five times"
HEAD = ("emails", "open", "lost", "extra", "bound", "unexplained", "phantom", "late", "stale", "wrong")


def line(name: str, tally: FaultTally, word: str, seconds: float) -> str:
    cells = " ".join(f"{getattr(tally, column):>{len(column)}}" for column in HEAD)
    return f"{name:<62} {cells} {seconds:>4.0f}s {os.getloadavg()[0]:>5.1f}  {word}"


def run(host: PlatformHost, fault: Fault, guard: str) -> bool:
    """Return whether the run ended as it must."""
    begun = time.monotonic()
    with host.start_platform() as platform:
        tally = fault.strike(platform, guard)
    good = bool(tally.red) == bool(guard)
    problems = ", ".join(tally.red) or "green"
    name = f"  control, without: {guard}" if guard else fault.what
    print(line(name, tally, f"{'ok' if good else 'WRONG'}: {problems}", time.monotonic() - begun), flush=True)
    return good


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument(
        "--only", default="", help="run the faults whose names hold one of these words, separated by commas"
    )
    parser.add_argument("--smallest", action="store_true", help=f"run one fault that needs no process: {QUICKEST}")
    options = parser.parse_args(words)
    only = QUICKEST if options.smallest else options.only
    print(f"{'':<62} {' '.join(HEAD)} {'':>5} {'load':>5}")
    wrong = 0
    with platform_host() as host:
        for fault in FAULTS:
            if not only or any(word in fault.what for word in only.split(",")):
                wrong += sum(not run(host, fault, guard) for guard in ("", fault.guard))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
