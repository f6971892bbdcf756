"""The program that decodes one picture: a process of its own, with limits on its memory and its time.

`files.pictures.reencoding` runs it as a script, so that it imports Pillow and nothing of the platform. It reads the
picture from standard input, writes it again in three sizes into the folder it is given, and answers in JSON on standard
output: what the picture is, or why it was refused. It writes pixels only: no position, no camera, no trailing data, no
second picture.
"""

import json
import resource
import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Final

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

MEMORY_LIMIT: Final = 160 * 1024 * 1024  # bytes of address space: Python and Pillow take 35 million, pixels the rest
PIXEL_MEMORY_LIMIT: Final = 105_000_000  # bytes that the steps below may take at once
CPU_SECONDS: Final = 20  # of processor time
READ_FORMATS: Final = ("JPEG", "PNG", "WEBP")
# The format that is written for each one that is read. An MPO is a JPEG with a second picture, as many phones write.
WRITTEN_AS: Final = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
SIDES: Final = {"full": 4096, "large": 1280, "small": 400}  # pixels of the longest side
ENCODER_OPTIONS: Final[dict[str, dict[str, Any]]] = {
    "JPEG": {"quality": 85, "optimize": True, "progressive": True},
    "PNG": {"compress_level": 3},
    "WEBP": {"quality": 82, "method": 4},
}
BYTES_PER_PIXEL: Final = 4  # in memory, whatever its colours
HALVE_FROM_PIXELS: Final = 12_600_000  # pixels from which a JPEG is decoded at half its width and height, or less
ORIENTATION: Final = 0x0112  # of a picture as it was taken, in EXIF
ROTATIONS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
Answer = dict[str, Any]


class TooManyPixels(Exception):
    """The picture has more pixels than its format may have."""

    def __init__(self, *, given: int, limit: int) -> None:
        """Store the program's answer: the number of pixels of the picture (`given`), and the limit."""
        super().__init__("pixels")
        self.answer: Answer = {"refused": "pixels", "given": given, "most": limit}


def decode(source: IO[bytes], folder: Path, max_pixels: Mapping[str, int]) -> Answer:
    """Write a picture in three sizes into a folder; return `format`, `width` and `height` of the full one.

    `max_pixels` has a limit for JPEG, PNG, WEBP, and for all samples of a PROGRESSIVE JPEG; it is checked before any
    pixel is decoded. A refused picture returns the reason under `refused` instead: pixels, memory, damaged or disk.
    """
    Image.MAX_IMAGE_PIXELS = None  # the limits here are stricter
    try:
        image, rotation, written_as = _read_image(source, max_pixels)  # releases the opened picture
        full = image if rotation is None else image.transpose(rotation)
        del image
    except TooManyPixels as error:
        return error.answer
    except MemoryError:
        return {"refused": "memory"}
    except Exception:
        return {"refused": "damaged"}
    return _write(full, written_as, folder)


def _read_image(source: IO[bytes], max_pixels: Mapping[str, int]) -> tuple[Image.Image, Image.Transpose | None, str]:
    """Return a picture's pixels, the rotation it needs (None: none), and the format to write: JPEG, PNG or WEBP.

    The pixels are reduced to at most 4096 on the longest side. `max_pixels` are the limits by format. Raises
    TooManyPixels before any pixel is decoded, Pillow's errors for a damaged picture.
    """
    with Image.open(source, formats=READ_FORMATS) as picture:
        written_as = WRITTEN_AS[picture.format or ""]
        _check_pixels(picture, _pixel_limit(picture, written_as, max_pixels))
        _halve_while_decoding(picture)
        rotation = ROTATIONS.get(picture.getexif().get(ORIENTATION, 1))
        image = _in_written_colours(picture)
        image.info = {}
        return image, rotation, written_as


def _samples_per_pixel(picture: Image.Image) -> float:
    """Return how many samples (values of brightness or colour) a progressive JPEG has for each pixel.

    0 for other pictures. All of them are in memory at once, two bytes each, whatever the size at which the picture is
    decoded.
    """
    if not (isinstance(picture, JpegImageFile) and picture.info.get("progressive")):
        return 0
    layers = [wide * high for _, wide, high, _ in picture.layer]
    return sum(layers) / max(layers)


def _pixel_limit(picture: Image.Image, written_as: str, max_pixels: Mapping[str, int]) -> int:
    """Return how many pixels a picture may have; for a progressive JPEG, which keeps all samples in memory, fewer.

    `written_as` is its format (JPEG, PNG or WEBP), `max_pixels` the limits by format and for PROGRESSIVE.
    """
    samples = _samples_per_pixel(picture)
    return int(max_pixels["PROGRESSIVE"] / samples) if samples else max_pixels[written_as]


def _halve_while_decoding(picture: Image.Image) -> None:
    """Have a JPEG that is large or takes much memory decoded at half its width and height or less.

    Pictures of other formats are not changed.
    """
    width, height = picture.size
    pixels = width * height
    if pixels > HALVE_FROM_PIXELS or pixels * (2 * _samples_per_pixel(picture) + BYTES_PER_PIXEL) > PIXEL_MEMORY_LIMIT:
        picture.draft("RGB", (width // 2, height // 2))


def _check_pixels(picture: Image.Image, limit: int) -> None:
    """Raise TooManyPixels when width times height of a picture is more than `limit`."""
    width, height = picture.size
    if width * height > limit:
        raise TooManyPixels(given=width * height, limit=limit)


def _in_written_colours(picture: Image.Image) -> Image.Image:
    """Return the picture as RGB, or RGBA if it has transparency, with at most 4096 pixels on the longest side.

    At most two copies of it are in memory at once; the opened picture may be closed.
    """
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    converted: Image.Image = picture
    if picture.mode != mode or picture.format == "WEBP":  # its decoder keeps copies as long as the picture is there
        converted = picture.convert(mode)
        picture.close()
    converted.load()
    if max(converted.size) > SIDES["full"]:
        return _resized(converted, SIDES["full"], last_use=True)
    return converted


def _resized(image: Image.Image, side: int, *, last_use: bool = False) -> Image.Image:
    """Return a copy of an image whose longest side is at most `side` pixels.

    With `last_use` the image is freed; where the copy would take too much memory, it is halved in both directions
    instead. Colours are multiplied by their transparency first, or those of invisible pixels would show at the edges.
    """
    size = _size_within(image.size, side)
    if (
        last_use
        and BYTES_PER_PIXEL * (image.width * image.height + size[0] * (image.height + size[1])) > PIXEL_MEMORY_LIMIT
    ):
        return image.reduce(2)
    if image.mode != "RGBA":
        return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    multiplied = image.convert("RGBa")
    if last_use:
        image.close()
    resized = multiplied.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    multiplied.close()
    return resized.convert("RGBA")


def _size_within(size: tuple[int, int], side: int) -> tuple[int, int]:
    """Return the width and height of `size` scaled down so that its longest side is at most `side` pixels.

    A smaller size is returned unchanged.
    """
    share = min(side / max(size), 1)
    return max(round(size[0] * share), 1), max(round(size[1] * share), 1)


def _write(full: Image.Image, written_as: str, folder: Path) -> Answer:
    """Write the three sizes of a picture into a folder.

    Returns `format`, `width` and `height`, or the reason as `refused`. The smaller two are WebP; the full one is
    written as `written_as` (JPEG, PNG or WEBP).
    """
    try:
        _save(full, written_as, folder / "full")
        for size in ("large", "small"):
            _save(_resized(full, SIDES[size]), "WEBP", folder / size)
    except OSError as error:
        return {"refused": "disk", "error": str(error)}
    except (MemoryError, ValueError):  # the encoder of WebP says the latter where it gets no memory
        return {"refused": "memory"}
    return {"format": written_as, "width": full.width, "height": full.height}


def _save(image: Image.Image, written_as: str, path: Path) -> None:
    """Write an image to the file `path` in the format `written_as` (JPEG, PNG or WEBP), encoded in memory first.

    Raises OSError when the disk is full.
    """
    out = BytesIO()
    image.save(out, written_as, **ENCODER_OPTIONS[written_as])
    path.write_bytes(out.getbuffer())


def main(folder: str, max_pixels: str) -> None:
    """Run the program: decode the picture on standard input with limits on memory and time; print the answer as JSON.

    `folder` is where the three sizes go; `max_pixels` is a JSON object of the limits by format. `decode` describes the
    answer.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    answer = decode(sys.stdin.buffer, Path(folder), json.loads(max_pixels))
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
