"""Re-encoded pictures keep their pixels only; pictures that would take too much are refused unopened."""

import struct
import zlib
from dataclasses import asdict, dataclass
from io import BytesIO
from math import isqrt
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from PIL import Image

from files.locks import Deadline
from files.pictures.decoder import SIDES
from files.pictures.reencoding import Picture, is_phone_format, looks_like_image, write_picture
from files.rejection import FileRejected
from tests.factories.files import file_of, picture

KINDS = ["JPEG", "PNG", "WEBP"]
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def opened(data: bytes) -> Image.Image:
    found = Image.open(BytesIO(data))
    found.load()
    return found


@dataclass(frozen=True)
class Decoded(Picture):
    contents: dict[str, bytes]


def decoded(data: bytes) -> Decoded:
    """Decode a picture in the child process, as the platform does."""
    with TemporaryDirectory() as folder, file_of(data) as file:
        picture = write_picture(file, Path(folder), deadline=Deadline(60))
        contents = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    return Decoded(**asdict(picture), contents=contents)


def reencoded(data: bytes) -> dict[str, Image.Image]:
    return {size: opened(content) for size, content in decoded(data).contents.items()}


def in_large_size(data: bytes) -> Image.Exif:
    return opened(data).getexif()


def with_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = orientation, "Telephone of Camille"
    exif.get_ifd(GPS)[1] = "N"
    return exif


class TestPreservedProperties:
    @pytest.mark.parametrize(
        ("kind", "ending", "content_type"),
        [("JPEG", "jpg", "image/jpeg"), ("PNG", "png", "image/png"), ("WEBP", "webp", "image/webp")],
    )
    def test_picture_keeps_its_format_and_dimensions(self, kind: str, ending: str, content_type: str):
        made = decoded(picture(kind, (60, 40)))
        assert (made.ending, made.content_type, made.width, made.height) == (ending, content_type, 60, 40)
        assert {size: opened(content).format for size, content in made.contents.items()} == {
            "full": kind,
            "large": "WEBP",
            "small": "WEBP",
        }

    @pytest.mark.parametrize("kind", KINDS)
    def test_picture_keeps_its_colour(self, kind: str):
        found = reencoded(picture(kind, (60, 40), (160, 40, 20)))["full"].convert("RGB").getpixel((30, 20))
        assert all(abs(a - b) < 8 for a, b in zip(found, (160, 40, 20), strict=True))

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_picture_keeps_its_transparency(self, kind: str):
        found = reencoded(picture(kind, (60, 40), (160, 40, 20, 0)))
        assert {size: one.convert("RGBA").getpixel((30, 20))[3] for size, one in found.items()} == {
            "full": 0,
            "large": 0,
            "small": 0,
        }

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
    def test_every_colour_mode_is_read(self, mode: str):
        out = BytesIO()
        Image.new(mode, (30, 20)).save(out, "JPEG" if mode == "CMYK" else "PNG")
        assert {one.size for one in reencoded(out.getvalue()).values()} == {(30, 20)}

    def test_thumbnails_have_fixed_sizes_and_small_pictures_are_not_enlarged(self):
        found = reencoded(picture("JPEG", (5000, 2000)))
        assert {size: one.size for size, one in found.items()} == {
            "full": (4096, 1638),
            "large": (1280, 512),
            "small": (400, 160),
        }
        assert {one.size for one in reencoded(picture("JPEG", (300, 200))).values()} == {(300, 200)}
        assert [*SIDES.values()] == [4096, 1280, 400]


class TestRemovedData:
    @pytest.mark.parametrize("kind", KINDS)
    def test_location_camera_and_text_metadata_are_removed(self, kind: str):
        data = picture(kind, exif=with_exif())
        assert in_large_size(data)[MAKER] == "Telephone of Camille"
        for content in decoded(data).contents.values():
            assert (dict(in_large_size(content)), b"Telephone" in content) == ({}, False)

    @pytest.mark.parametrize(
        "hidden", [{"comment": b"hidden words"}, {"icc_profile": b"hidden words" * 20}, {"xmp": b"hidden words"}]
    )
    def test_comments_profiles_and_descriptions_are_removed(self, hidden: dict[str, Any]):
        data = picture("JPEG", **hidden)
        assert b"hidden words" in data
        assert b"hidden words" not in decoded(data).contents["full"]

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x03\x04hidden", b"\0" * 5000])
    def test_trailing_data_is_removed(self, kind: str, tail: bytes):
        made = decoded(picture(kind) + tail).contents
        assert made == decoded(picture(kind)).contents

    @pytest.mark.parametrize(("orientation", "measures"), [(1, (60, 40)), (3, (60, 40)), (6, (40, 60)), (8, (40, 60))])
    def test_rotation_is_applied_before_metadata_is_removed(self, orientation: int, measures: Any):
        found = reencoded(picture("JPEG", exif=with_exif(orientation)))
        assert {one.size for one in found.values()} == {measures}

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_animation_keeps_its_first_frame(self, kind: str):
        frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "blue", "green")]
        out = BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
        assert opened(out.getvalue()).n_frames == 3
        found = reencoded(out.getvalue())
        assert {getattr(one, "n_frames", 1) for one in found.values()} == {1}
        assert found["full"].convert("RGB").getpixel((5, 5))[0] > 200

    def test_second_picture_of_a_phone_is_removed(self):
        out = BytesIO()
        first, second = Image.new("RGB", (30, 20), "red"), Image.new("RGB", (30, 20), "blue")
        first.save(out, "MPO", save_all=True, append_images=[second])
        made = decoded(out.getvalue())
        assert (made.content_type, getattr(opened(made.contents["full"]), "n_frames", 1)) == ("image/jpeg", 1)


def png_claiming(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that claims these dimensions."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


class TestRefused:
    @pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (7072, 7072), (2_000_000_000, 1)])
    def test_decompression_bomb_is_refused_by_its_claimed_size(self, width: int, height: int):
        with pytest.raises(FileRejected, match=r"million pixels; at most 10\.0 million are accepted in this format"):
            decoded(png_claiming(width, height))

    @pytest.mark.parametrize("kind", KINDS)
    def test_picture_at_the_pixel_limit_is_read(self, kind: str, settings: Any):
        settings.FILES_MAX_PIXELS = dict.fromkeys(settings.FILES_MAX_PIXELS, 5000)
        assert decoded(picture(kind, (100, 50))).width == 100
        with pytest.raises(FileRejected, match="million pixels"):
            decoded(picture(kind, (100, 51)))

    @pytest.mark.parametrize(("options", "most"), [({"subsampling": 0}, 100), ({"subsampling": 2}, 200)])
    def test_limit_of_a_progressive_jpeg_counts_all_samples(self, options: dict[str, int], most: int, settings: Any):
        settings.FILES_MAX_PIXELS = {**settings.FILES_MAX_PIXELS, "PROGRESSIVE": 3 * 100 * 100}
        assert decoded(picture("JPEG", (100, most), progressive=True, **options)).height == most
        with pytest.raises(FileRejected, match="million pixels"):
            decoded(picture("JPEG", (100, most + 1), progressive=True, **options))

    @pytest.mark.parametrize(
        ("mode", "kind", "limit", "options"),
        [
            ("RGBA", "PNG", "PNG", {}),
            ("I;16", "PNG", "PNG", {}),
            ("RGB", "PNG", "PNG", {"transparency": (1, 2, 3)}),
            ("CMYK", "JPEG", "JPEG", {}),
            ("RGBA", "WEBP", "WEBP", {"lossless": True}),
        ],
    )
    def test_largest_picture_of_each_kind_fits_into_the_decoder_s_memory(
        self, mode: str, kind: str, limit: str, options: dict[str, Any], settings: Any
    ):
        side, out = isqrt(settings.FILES_MAX_PIXELS[limit]), BytesIO()
        Image.new(mode, (side, side)).save(out, kind, exif=with_exif(6), **options)
        assert decoded(out.getvalue()).width in {side, side // 2 + side % 2}

    def test_picture_that_takes_too_much_memory_ends_only_the_decoder(self, settings: Any):
        settings.FILES_MAX_PIXELS = dict.fromkeys(settings.FILES_MAX_PIXELS, 10**9)
        out = BytesIO()
        Image.new("RGB", (7000, 7000)).save(out, "PNG")
        with pytest.raises(FileRejected, match="takes too much memory or time"):
            decoded(out.getvalue())

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
    def test_truncated_picture_is_refused(self, kind: str, share: float):
        noise = Image.effect_noise((200, 200), 90).convert("RGB")
        out = BytesIO()
        noise.save(out, kind)
        data = out.getvalue()
        with pytest.raises(FileRejected, match="This picture is damaged or incomplete: open it on your"):
            decoded(data[: int(len(data) * share)])

    def test_png_text_bomb_is_refused(self):
        bomb = zlib.compress(b"a" * 100_000_000, 9)
        content = b"Comment\0\0" + bomb
        chunk = struct.pack(">I", len(content)) + b"zTXt" + content + struct.pack(">I", zlib.crc32(b"zTXt" + content))
        png = picture("PNG")
        with pytest.raises(FileRejected, match="This picture is damaged or incomplete: open it on your"):
            decoded(png[:33] + chunk + png[33:])

    @pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
    def test_other_formats_are_not_opened(self, kind: str):
        data = picture(kind)
        assert looks_like_image(data) is False
        with pytest.raises(FileRejected, match="damaged"):
            decoded(data)


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"avif"])
def test_phone_formats_are_recognised_by_their_first_bytes(brand: bytes):
    assert is_phone_format(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0") is True
    assert is_phone_format(b"\0\0\0\x18ftypmp42") is False
