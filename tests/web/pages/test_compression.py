"""Pages are compressed for browsers that take it; other answers are not."""

import gzip

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
GZIP = {"accept-encoding": "gzip, br"}


def test_page_is_compressed_and_its_length_does_not_tell_what_is_in_it():
    plain = Client().get("/accounts/login/", headers={"accept-language": "en"})
    packed = [Client().get("/accounts/login/", headers=GZIP | {"accept-language": "en"}) for _each in range(6)]
    assert ("Content-Encoding" in plain.headers, packed[0].headers["Content-Encoding"]) == (False, "gzip")
    assert "Accept-Encoding" in packed[0].headers["Vary"]
    assert b"<h1>" in gzip.decompress(packed[0].content)
    assert int(packed[0].headers["Content-Length"]) == len(packed[0].content) < len(plain.content) / 2
    assert len({len(each.content) for each in packed}) > 1  # BREACH: the same page has different lengths


@pytest.mark.parametrize("path", ["/public/sitemap.xml", "/robots.txt", "/livez", "/api/v1/openapi.json"])
def test_other_answers_are_as_they_were(path: str):
    answer = Client().get(path, headers=GZIP)
    assert (answer.status_code, "Content-Encoding" in answer.headers) == (200, False)


def test_unchanged_public_page_is_not_sent_again():
    first = Client().get("/public/fr/", headers=GZIP)
    again = Client().get("/public/fr/", headers=GZIP | {"if-none-match": first.headers["ETag"]})
    assert (first.headers["ETag"][:2], again.status_code, again.content) == ("W/", 304, b"")
