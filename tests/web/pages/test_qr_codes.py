"""QR codes as SVG paths."""

import re

from qrcode.main import QRCode

from web.pages.qr_codes import qr_code

RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def test_path_draws_exactly_the_dark_modules():
    text = "https://lab.example/exchanges/5/participants/123/"
    code, expected = qr_code(text), QRCode(border=4)
    expected.add_data(text)
    modules = expected.get_matrix()
    runs = [tuple(map(int, run)) for run in RUN.findall(code.path)]
    assert code.size == len(modules)
    assert "".join(f"M{x} {y}h{n}v1h-{back}z" for x, y, n, back in runs) == code.path
    drawn = {(x + step, y) for x, y, length, back in runs if length == back for step in range(length)}
    assert drawn == {(x, y) for y, row in enumerate(modules) for x, is_dark in enumerate(row) if is_dark}
