"""Claims of a provider give valid values, whatever they contain."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.hooks import ProviderIdentity
from accounts.openid.claims import identity_from_claims
from tests.providers import ANNE, SIRET

NAMES = [*ANNE, "name", "family_name"]
anything = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.just("x" * 400), st.just(["a"]))
DOMAINS = ("rivage.example", "example.org", "xrivage.example", "rivage.example.evil.org", "RIVAGE.EXAMPLE")
addresses = st.builds("{}@{}".format, st.text('aé."@+ ', max_size=8), st.sampled_from(DOMAINS))


def read(
    claims: dict[str, Any], mapping: str = "proconnect", trusted: bool | list[str] = True, groups: str = ""
) -> ProviderIdentity:
    settings = {
        "issuer": "https://id.example",
        "claims": mapping,
        "trusted_email": trusted,
        "groups_claim": groups,
    }
    return identity_from_claims({"sub": "anne"} | claims, provider="local", settings=settings)


def test_proconnect_claims_are_read():
    assert read(ANNE) == ProviderIdentity(
        provider="local",
        issuer="https://id.example",
        subject="anne",
        email="anne.martin@rivage.example",
        email_verified=True,
        full_name="Anne MARTIN",
        siret=SIRET,
        unit="Direction de l’innovation",
        uid="anne-1",
        idp="rivage",
    )


@pytest.mark.parametrize(
    ("claims", "name", "groups"),
    [
        ({"groups": ["a", "b", "a", "B", "", 3, None, "x" * 201, "x" * 200]}, "groups", ("a", "b", "B", "x" * 200)),
        ({"groups": ["lab ", "la\x07b", "lab\n", "lab\u202e", "l\0ab", "lab-admins"]}, "groups", ("lab-admins",)),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", ("a",)),
        ({"groups": [str(number) for number in range(300)]}, "groups", tuple(str(number) for number in range(200))),
        ({"groups": ["a"]}, "", None),
        ({"groups": "a b"}, "groups", ()),
        ({"groups": {"a": 1}}, "groups", ()),
        ({"groups": ["a"]}, "groups.deeper", ()),
        ({}, "groups", ()),
    ],
)
def test_groups_are_a_list_of_texts_in_the_configured_claim(claims: dict[str, Any], name: str, groups: Any):
    assert read(claims, groups=name).groups == groups


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "Anne Martin", "given_name": "A"}, "Anne Martin"),
        ({"given_name": "Anne", "family_name": "Martin", "usual_name": "X"}, "Anne Martin"),
        ({"family_name": "Martin"}, "Martin"),
        ({"name": "\u200b\u0000", "given_name": "An\u0000ne"}, "Anne"),
        ({"name": "http://evil.example click"}, ""),
        ({"given_name": "Anne", "family_name": "WWW.evil.example"}, ""),
        ({}, ""),
    ],
)
def test_standard_claims_name_a_person(claims: dict[str, str], name: str):
    assert read(claims, "standard").full_name == name


@pytest.mark.parametrize("mapping", ["standard", "proconnect"])
@pytest.mark.parametrize("trusted", [True, False, ["rivage.example"], ["mer.example"]])
@pytest.mark.parametrize("verified", [True, False, None])
def test_address_is_verified_only_by_a_trusted_provider(mapping: str, trusted: bool | list[str], verified: bool | None):
    """The truth table: never without our trust, never against the provider's claim; ProConnect has no such claim."""
    claims = {} if verified is None else {"email_verified": verified}
    expected = trusted in (True, ["rivage.example"]) and (
        verified is True or (verified is None and mapping == "proconnect")
    )
    assert read({"email": "Anne@RIVAGE.example"} | claims, mapping, trusted).email_verified is expected


@pytest.mark.parametrize("email", ["", "no address", None])
def test_invalid_address_is_never_verified(email: str | None):
    assert read({"email": email, "email_verified": True}, "standard", True).email_verified is False


@given(claims=st.dictionaries(st.sampled_from(NAMES), anything), mapping=st.sampled_from(["standard", "proconnect"]))
def test_any_claims_give_values_that_fit_their_columns(claims: dict[str, Any], mapping: str):
    facts = read(claims, mapping)
    values = (facts.email, facts.full_name, facts.siret, facts.unit, facts.uid, facts.idp)
    assert [text for text in values if not isinstance(text, str) or "\0" in text] == []
    assert (len(facts.email) <= 254, len(facts.full_name) <= 150, len(facts.unit) <= 120) == (True, True, True)
    assert facts.siret == "" or (len(facts.siret) == 14 and facts.siret.isdigit())
    assert facts.email_verified is False or "@" in facts.email


@given(email=addresses, domain=st.sampled_from(["rivage.example", "example.org"]))
def test_trust_in_a_domain_does_not_cover_others(email: str, domain: str):
    facts = read({"email": email, "email_verified": True}, trusted=[domain])
    assert facts.email_verified is (bool(facts.email) and facts.email.lower().endswith(f"@{domain}"))
