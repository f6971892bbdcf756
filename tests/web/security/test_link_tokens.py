"""Secrets of links: none is drawn twice, and only their hash is stored."""

from hashlib import sha256

from web.security.link_tokens import hash_token, new_token


def test_tokens_are_unique_and_have_256_bits():
    drawn = {new_token() for _ in range(50)}
    assert (len(drawn), {len(token) for token in drawn}) == (50, {43})


def test_each_token_has_its_own_hash():
    token = new_token()
    assert hash_token(token) == hash_token(token) == sha256(token.encode()).hexdigest()
    assert len({hash_token(token), hash_token(new_token()), token}) == 3
