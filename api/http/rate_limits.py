"""How many requests a token may make in each minute, to read and to change something (`API_REQUESTS_PER_MINUTE`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from api.enums import Permission
from web.security.rate_limits import count_in_period

PERIOD: Final = 60  # seconds


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A limit with what is left of it: `count` requests were made in the period that ends in `seconds`."""

    permission: Permission
    count: int
    seconds: int

    @property
    def limit(self) -> int:
        """How many requests are allowed in the period."""
        return int(settings.API_REQUESTS_PER_MINUTE[self.permission.value])

    def is_exceeded(self) -> bool:
        """Return whether this request is one too many."""
        return self.count > self.limit

    @property
    def headers(self) -> Mapping[str, str]:
        """The header fields that tell the client, as the draft of the IETF on rate limits names them."""
        name = f'"{self.permission.value}"'
        return {
            "RateLimit-Policy": f"{name};q={self.limit};w={PERIOD}",
            "RateLimit": f"{name};r={max(self.limit - self.count, 0)};t={self.seconds}",
        }


def count_request(token: int, permission: Permission, at: float) -> RateLimit:
    """Count a request with the token of this key, and return its limit; `at` is in seconds since 1970."""
    count = count_in_period(f"api-{permission.value}", str(token), seconds=PERIOD, at=at)
    return RateLimit(permission, count, PERIOD - int(at % PERIOD))
