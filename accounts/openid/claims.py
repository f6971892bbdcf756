"""Read the claims of an identity provider about a person, without side effects: the standard ones and ProConnect's."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError

from accounts.hooks import GROUP_LENGTH, ProviderIdentity
from web.mailboxes import canonical_address, check_mailbox
from web.text.visible import clean_line, contains_address

Claims = Mapping[str, Any]
MAX_GROUPS: Final = 200


def identity_from_claims(claims: Claims, *, provider: str, settings: Mapping[str, Any]) -> ProviderIdentity:
    """Return the person whom a provider sent, from claims whose signature, issuer, audience and subject were checked.

    `provider` is its id and `settings` its configuration. A claim that does not have the form it should have (a text,
    an e-mail address, fourteen digits) is left empty.
    """
    email = _email(claims)
    return ProviderIdentity(
        provider=provider,
        issuer=settings["issuer"],
        subject=claims["sub"],
        email=email,
        email_verified=_is_email_verified(claims, email, settings),
        full_name=_name(claims, settings["claims"]),
        siret=_siret(claims),
        unit=_text_claim(claims, "organizational_unit", 120),
        uid=_text_claim(claims, "uid", 255),
        idp=_text_claim(claims, "idp_id", 255),
        groups=_groups(claims, settings["groups_claim"]),
    )


def _is_email_verified(claims: Claims, email: str, settings: Mapping[str, Any]) -> bool:
    """Return whether `email` counts as verified: the configuration trusts the provider for its domain, and the provider
    says that it is verified.

    `settings` is the provider's configuration. ProConnect has no claim for it: there the configuration is enough,
    unless the provider says that the address is not verified. False when `email` is empty.
    """
    trusted, verified = settings["trusted_email"], claims.get("email_verified")
    if isinstance(trusted, list):
        trusted = email.rpartition("@")[2] in trusted
    silent = verified is None and settings["claims"] == "proconnect"
    return bool(email and trusted and (verified is True or silent))


def _name(claims: Claims, mapping: str) -> str:
    """Return the full name in the claims, or given name and family name; "" for a name that contains a web address.

    `mapping` is "standard" or "proconnect": how the provider names its claims.
    """
    first_name = _text_claim(claims, "given_name", 150)
    last_name = _text_claim(claims, "usual_name" if mapping == "proconnect" else "family_name", 150)
    full_name = "" if mapping == "proconnect" else _text_claim(claims, "name", 150)
    name = (full_name or f"{first_name} {last_name}".strip())[:150]
    return "" if contains_address(name) else name


def _email(claims: Claims) -> str:
    """Return the e-mail address in the claims in its canonical spelling.

    "" when it is not one that the platform accepts.
    """
    email = _text_claim(claims, "email", 300)
    try:
        check_mailbox(email)
    except ValidationError:
        return ""
    address = canonical_address(email)
    return address if len(address) <= 254 else ""


def _siret(claims: Claims) -> str:
    """Return the fourteen digits of the SIRET in the claims, without spaces; "" for anything else."""
    digits = re.sub(r"\s", "", _text_claim(claims, "siret", 40))
    return digits if re.fullmatch(r"[0-9]{14}", digits) else ""


def _groups(claims: Claims, name: str) -> tuple[str, ...] | None:
    """Return the groups in the claim called `name`, each once.

    A name with invisible characters, or with spaces at its start or end, is left out: it must not pass for another
    group.

    Dots in the name lead into claims inside others, as in `realm_access.roles`. None without a name. Empty for a claim
    that is no list of texts: groups are never guessed from anything else.
    """
    if not name:
        return None
    value: Any = claims
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if not isinstance(value, list):
        return ()
    texts = (each for each in value if isinstance(each, str) and "\0" not in each and clean_line(each).strip() == each)
    return tuple(dict.fromkeys(text for text in texts if 0 < len(text) <= GROUP_LENGTH))[:MAX_GROUPS]


def _text_claim(claims: Claims, name: str, length: int) -> str:
    """Return the claim called `name` as one clean line of at most `length` characters.

    "" when it is missing or not a text.
    """
    value = claims.get(name)
    return clean_line(value.replace("\0", "")).strip()[:length] if isinstance(value, str) else ""
