"""Pictures of a dossier: scaled down and written as JPEG, which every reader of ODT and PDF knows."""

from collections.abc import Callable
from pathlib import Path
from typing import IO, Final

from PIL import Image

SIDE: Final = 1000  # pixels of the longest side: 150 an inch over the width of a page
QUALITY: Final = 82
WHITE: Final = (255, 255, 255)


def write_jpeg(open_source: Callable[[], IO[bytes]], target: Path) -> tuple[int, int]:
    """Write a stored picture as JPEG, at most 1000 pixels a side and on white where it is transparent; return its size.

    The picture was decoded and written anew when it was added. Raises OSError when it is gone.
    """
    with open_source() as source, Image.open(source) as picture:
        picture.thumbnail((SIDE, SIDE))
        rgba = picture.convert("RGBA")
    page = Image.new("RGB", rgba.size, WHITE)
    page.paste(rgba, mask=rgba.getchannel("A"))
    page.save(target, "JPEG", quality=QUALITY, optimize=True)
    return page.size
