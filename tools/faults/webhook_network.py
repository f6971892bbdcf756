"""The network of a worker that sends webhooks in a run: short time-outs, and names that lead to private addresses."""

import os
import socket
from pathlib import Path
from typing import Any

from django.conf import settings

from notifications.sending import leases
from tools.faults.webhooks import INWARDS
from webhooks import posting, sending


def set_up(network: str) -> None:
    """Hurry, and send to this machine (“loopback”), or have names lead inwards (“inwards”)."""
    sending.LEASE = leases.LEASE  # type: ignore[attr-defined]
    posting.TIMEOUT = sending.SECONDS_OF_OWNER = float(os.environ["TIMEOUT"])  # type: ignore[misc]
    settings.WEBHOOKS_TO_LOOPBACK = network == "loopback"
    if network == "inwards":
        _lead_inwards(Path(os.environ["REACHED"]))


def _lead_inwards(reached: Path) -> None:
    """Resolve inside1.example and so on to private addresses, and write down each connection in place of making it."""
    resolve, connect = socket.getaddrinfo, socket.create_connection

    def to_inside(host: Any, *arguments: Any, **options: Any) -> Any:
        name = str(host).removesuffix(".example").removeprefix("inside")
        found = INWARDS[int(name) - 1] if str(host).startswith("inside") else host
        return resolve(found, *arguments, **options)

    def write_down(address: tuple[str, int], *arguments: Any, **options: Any) -> Any:
        if address[0] not in INWARDS:
            return connect(address, *arguments, **options)
        with reached.open("a") as file:
            file.write(f"{address[0]}\n")
        raise ConnectionRefusedError

    socket.getaddrinfo = to_inside
    socket.create_connection = write_down
