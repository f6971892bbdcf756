"""Reading primary keys from texts that anyone may have written."""

import pytest

from web.database.keys import LARGEST, key_of


@pytest.mark.parametrize(("text", "key"), [("1", 1), ("007", 7), (str(LARGEST), LARGEST)])
def test_digits_are_read_as_a_key(text: str, key: int):
    assert key_of(text) == key


@pytest.mark.parametrize(
    "text", ["", "0", "-1", "+1", "1.0", " 1", "²", "٣", "१", "1\0", "x", str(LARGEST + 1), "9" * 5000, "0" * 20 + "1"]
)
def test_other_texts_are_no_key(text: str):
    assert key_of(text) is None
