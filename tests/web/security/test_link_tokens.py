"""Secrets in addresses: none is drawn twice, and only what nobody can read back is kept."""

from hashlib import sha256

from web.security.link_tokens import hash_of, new_token


def test_each_is_another_and_has_256_bits():
    drawn = {new_token() for _ in range(50)}
    assert (len(drawn), {len(token) for token in drawn}) == (50, {43})


def test_the_same_token_has_the_same_hash_and_another_has_another():
    token = new_token()
    assert hash_of(token) == hash_of(token) == sha256(token.encode()).hexdigest()
    assert len({hash_of(token), hash_of(new_token()), token}) == 3
