"""QR codes as SVG paths."""

import re

from qrcode.main import QRCode

from web.pages.qr_codes import qr_code

LINE = re.compile(r"M(\d+) (\d+)\.5h(\d+)")


def test_path_draws_exactly_the_dark_modules():
    text = "https://lab.example/exchanges/5/participants/123/"
    code, expected = qr_code(text), QRCode(border=4, mask_pattern=2)
    expected.add_data(text)
    modules = expected.get_matrix()
    lines = [tuple(map(int, line)) for line in LINE.findall(code.path)]
    assert code.size == len(modules)
    assert "".join(f"M{x} {y}.5h{length}" for x, y, length in lines) == code.path
    drawn = {(x + step, y) for x, y, length in lines for step in range(length)}
    assert drawn == {(x, y) for y, row in enumerate(modules) for x, is_dark in enumerate(row) if is_dark}
