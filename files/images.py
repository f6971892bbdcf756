"""Pictures made anew: what comes out holds the pixels of what came in and nothing else.

No position, no camera, no hidden tail, no second picture; and a decompression bomb is refused by the size it claims,
before any of it is unpacked.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from files.enums import Size
from files.unfit import Unfit

Image.MAX_IMAGE_PIXELS = None  # ours is stricter, and refuses before anything is unpacked
READ: Final = ("JPEG", "PNG", "WEBP")
# What is kept of each format that is read. A MPO is a JPEG with a second picture behind it, as many phones make them.
KEPT: Final = {
    "JPEG": ("JPEG", "jpg", "image/jpeg"),
    "MPO": ("JPEG", "jpg", "image/jpeg"),
    "PNG": ("PNG", "png", "image/png"),
    "WEBP": ("WEBP", "webp", "image/webp"),
}
LONGEST_SIDE: Final = {Size.FULL: 4096, Size.LARGE: 1280, Size.SMALL: 400}  # pixels
SETTINGS: Final = {
    "JPEG": {"quality": 85, "optimize": True, "progressive": True},
    "PNG": {"compress_level": 6},
    "WEBP": {"quality": 82, "method": 4},
}
THUMBNAILS: Final = "image/webp"
FIRST_BYTES: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
PHONE_BRANDS: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept: its bytes by size, and what the full one is."""

    contents: dict[str, bytes]
    ending: str
    content_type: str
    width: int
    height: int


def looks_like_image(data: bytes) -> bool:
    """Whether the content begins as a picture of a kind that is read."""
    return data.startswith(FIRST_BYTES) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def from_a_phone(data: bytes) -> bool:
    """HEIC and AVIF, which not every browser shows."""
    return data[4:8] == b"ftyp" and data[8:12] in PHONE_BRANDS


def made_anew(data: bytes, *, most_pixels: int) -> Picture:
    """The picture turned upright, in three sizes; of one that moves, the first frame.

    Raises Unfit for what is no whole picture, and for more than `most_pixels`, which nothing of is unpacked then.
    """
    try:
        with Image.open(BytesIO(data), formats=READ) as found:
            kept, ending, content_type = KEPT[found.format or ""]
            _check_pixels(found, most_pixels)
            full = _pixels(found)
    except Unfit:
        raise
    except Exception as error:  # hostile files make decoders raise nearly anything
        raise Unfit(
            _("This picture is damaged or cut off: open it on your device, save it again, then try.")
        ) from error
    contents = {
        Size.FULL.value: _encoded(full, kept),
        Size.LARGE.value: _encoded(_smaller(full, Size.LARGE), "WEBP"),
        Size.SMALL.value: _encoded(_smaller(full, Size.SMALL), "WEBP"),
    }
    return Picture(contents, ending, content_type, *full.size)


def _check_pixels(found: Image.Image, most: int) -> None:
    width, height = found.size
    if width * height > most:
        raise Unfit(
            _("This picture has %(given)d million pixels, more than %(most)d: make it smaller first.")
            % {"given": width * height // 1_000_000, "most": most // 1_000_000}
        )


def _pixels(found: Image.Image) -> Image.Image:
    """The pixels alone, upright, on a sheet of their own that knows nothing of the file they came from."""
    side = LONGEST_SIDE[Size.FULL]
    found.draft("RGB", (side, side))  # a JPEG much larger than needed is unpacked at a half, a quarter, an eighth
    mode = "RGBA" if found.has_transparency_data else "RGB"
    plain: Image.Image = found if found.mode == mode else found.convert(mode)
    plain.thumbnail((side, side), Image.Resampling.LANCZOS)  # first: turning a large one would take as much again
    upright = ImageOps.exif_transpose(plain)
    sheet = Image.new(mode, upright.size)
    sheet.paste(upright)
    return sheet


def _smaller(full: Image.Image, size: Size) -> Image.Image:
    made = full.copy()
    made.thumbnail((LONGEST_SIDE[size], LONGEST_SIDE[size]), Image.Resampling.LANCZOS)
    return made


def _encoded(sheet: Image.Image, kept: str) -> bytes:
    out = BytesIO()
    sheet.convert("RGB").save(out, kept, **SETTINGS[kept]) if kept == "JPEG" else sheet.save(
        out, kept, **SETTINGS[kept]
    )
    return out.getvalue()
