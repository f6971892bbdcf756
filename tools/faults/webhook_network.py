"""The network of a worker that sends webhooks in a run: short time-outs, names that resolve to private addresses."""

import os
import socket
from pathlib import Path
from typing import Any

from django.conf import settings

from notifications.sending import leases
from tools.faults.webhooks import PRIVATE_ADDRESSES
from webhooks import posting, sending


def set_up(network: str) -> None:
    """Use short time-outs, and send to this machine (“loopback”), or resolve names to private addresses (“private”)."""
    sending.LEASE = leases.LEASE  # type: ignore[attr-defined]
    posting.TIMEOUT = sending.SECONDS_OF_OWNER = float(os.environ["TIMEOUT"])  # type: ignore[misc]
    settings.WEBHOOKS_TO_LOOPBACK = network == "loopback"
    if network == "private":
        _resolve_private_addresses(Path(os.environ["REACHED"]))


def _resolve_private_addresses(reached: Path) -> None:
    """Resolve inside1.example and so on to private addresses, and write down each connection in place of making it."""
    resolve, connect = socket.getaddrinfo, socket.create_connection

    def to_inside(host: Any, *arguments: Any, **options: Any) -> Any:
        name = str(host).removesuffix(".example").removeprefix("inside")
        target = PRIVATE_ADDRESSES[int(name) - 1] if str(host).startswith("inside") else host
        return resolve(target, *arguments, **options)

    def write_down(address: tuple[str, int], *arguments: Any, **options: Any) -> Any:
        if address[0] not in PRIVATE_ADDRESSES:
            return connect(address, *arguments, **options)
        with reached.open("a") as file:
            file.write(f"{address[0]}\n")
        raise ConnectionRefusedError

    socket.getaddrinfo = to_inside
    socket.create_connection = write_down
