"""What a provider says of someone, as the platform reads it (pure): standard claims, and those of ProConnect."""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from accounts.registries import Arrival
from web.mailboxes import canonical_address, check_mailbox
from web.text.visible import leads_away, one_line

Claims = Mapping[str, Any]


def arrival(claims: Claims, *, provider: str, settings: Mapping[str, Any]) -> Arrival:
    """Who came, from claims whose signature, issuer, audience and subject were checked; `settings` as configured.

    What is no text, or no address, or no number of fourteen digits counts as not said.
    """
    email = _email(claims)
    return Arrival(
        provider=provider,
        issuer=settings["issuer"],
        subject=claims["sub"],
        email=email,
        vouched=_vouched(claims, email, settings),
        full_name=_name(claims, settings["claims"]),
        siret=_siret(claims),
        unit=_text(claims, "organizational_unit", 120),
        uid=_text(claims, "uid", 255),
        idp=_text(claims, "idp_id", 255),
    )


def _vouched(claims: Claims, email: str, settings: Mapping[str, Any]) -> bool:
    """Whether the address is the person's: we trust the provider for its domain, and the provider says so.

    ProConnect has no claim for it: there our trust is enough, unless the provider says that it is not.
    """
    trusted, verified = settings["trusted_email"], claims.get("email_verified")
    if isinstance(trusted, list):
        trusted = email.rpartition("@")[2] in trusted
    silent = verified is None and settings["claims"] == "proconnect"
    return bool(email and trusted and (verified is True or silent))


def _name(claims: Claims, mapping: str) -> str:
    given = _text(claims, "given_name", 150)
    family = _text(claims, "usual_name" if mapping == "proconnect" else "family_name", 150)
    whole = "" if mapping == "proconnect" else _text(claims, "name", 150)
    name = (whole or f"{given} {family}".strip())[:150]
    return "" if leads_away(name) else name


def _email(claims: Claims) -> str:
    email = _text(claims, "email", 300)
    try:
        check_mailbox(email)
    except ValidationError:
        return ""
    found = canonical_address(email)
    return found if len(found) <= 254 else ""


def _siret(claims: Claims) -> str:
    digits = re.sub(r"\s", "", _text(claims, "siret", 40))
    return digits if re.fullmatch(r"[0-9]{14}", digits) else ""


def _text(claims: Claims, name: str, length: int) -> str:
    value = claims.get(name)
    return one_line(value.replace("\0", "")).strip()[:length] if isinstance(value, str) else ""
