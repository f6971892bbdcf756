"""Pictures made anew: the pixels stay, everything else goes; what would be too much is refused unopened."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from files.images import LONGEST_SIDE, from_a_phone, looks_like_image, made_anew
from files.unfit import Unfit
from tests.factories.files import picture

MOST = 50_000_000
KINDS = ["JPEG", "PNG", "WEBP"]
ORIENTATION, MAKER, GPS = 0x0112, 0x010F, 0x8825


def opened(data: bytes) -> Image.Image:
    found = Image.open(BytesIO(data))
    found.load()
    return found


def anew(data: bytes) -> dict[str, Image.Image]:
    return {size: opened(content) for size, content in made_anew(data, most_pixels=MOST).contents.items()}


def spoken_of(data: bytes) -> Image.Exif:
    return opened(data).getexif()


def with_exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = orientation, "Telephone of Camille"
    exif.get_ifd(GPS)[1] = "N"
    return exif


class TestWhatStays:
    @pytest.mark.parametrize(
        ("kind", "ending", "content_type"),
        [("JPEG", "jpg", "image/jpeg"), ("PNG", "png", "image/png"), ("WEBP", "webp", "image/webp")],
    )
    def test_a_picture_keeps_its_kind_and_its_measures(self, kind: str, ending: str, content_type: str):
        made = made_anew(picture(kind, (60, 40)), most_pixels=MOST)
        assert (made.ending, made.content_type, made.width, made.height) == (ending, content_type, 60, 40)
        assert {size: opened(content).format for size, content in made.contents.items()} == {
            "full": kind,
            "large": "WEBP",
            "small": "WEBP",
        }

    @pytest.mark.parametrize("kind", KINDS)
    def test_its_colour_stays(self, kind: str):
        found = anew(picture(kind, (60, 40), (160, 40, 20)))["full"].convert("RGB").getpixel((30, 20))
        assert all(abs(a - b) < 8 for a, b in zip(found, (160, 40, 20), strict=True))

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_what_is_transparent_stays_so(self, kind: str):
        found = anew(picture(kind, (60, 40), (160, 40, 20, 0)))
        assert {size: one.convert("RGBA").getpixel((30, 20))[3] for size, one in found.items()} == {
            "full": 0,
            "large": 0,
            "small": 0,
        }

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "CMYK"])
    def test_every_way_to_say_colours_is_read(self, mode: str):
        out = BytesIO()
        Image.new(mode, (30, 20)).save(out, "JPEG" if mode == "CMYK" else "PNG")
        assert {one.size for one in anew(out.getvalue()).values()} == {(30, 20)}

    def test_thumbnails_have_fixed_sizes_and_small_pictures_are_not_blown_up(self):
        found = anew(picture("JPEG", (5000, 2500)))
        assert {size: one.size for size, one in found.items()} == {
            "full": (4096, 2048),
            "large": (1280, 640),
            "small": (400, 200),
        }
        assert {one.size for one in anew(picture("JPEG", (300, 200))).values()} == {(300, 200)}
        assert [*LONGEST_SIDE.values()] == [4096, 1280, 400]


class TestWhatGoes:
    @pytest.mark.parametrize("kind", KINDS)
    def test_place_camera_and_words_of_the_file_go(self, kind: str):
        data = picture(kind, exif=with_exif())
        assert spoken_of(data)[MAKER] == "Telephone of Camille"
        for content in made_anew(data, most_pixels=MOST).contents.values():
            assert (dict(spoken_of(content)), b"Telephone" in content) == ({}, False)

    @pytest.mark.parametrize(
        "hidden", [{"comment": b"hidden words"}, {"icc_profile": b"hidden words" * 20}, {"xmp": b"hidden words"}]
    )
    def test_comments_profiles_and_descriptions_go(self, hidden: dict[str, Any]):
        data = picture("JPEG", **hidden)
        assert b"hidden words" in data
        assert b"hidden words" not in made_anew(data, most_pixels=MOST).contents["full"]

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("tail", [b"<script>alert(1)</script>", b"PK\x03\x04hidden", b"\0" * 5000])
    def test_what_hangs_behind_the_picture_goes(self, kind: str, tail: bytes):
        made = made_anew(picture(kind) + tail, most_pixels=MOST).contents
        assert made == made_anew(picture(kind), most_pixels=MOST).contents

    @pytest.mark.parametrize(("orientation", "measures"), [(1, (60, 40)), (3, (60, 40)), (6, (40, 60)), (8, (40, 60))])
    def test_a_picture_taken_sideways_stands_upright_before_its_words_go(self, orientation: int, measures: Any):
        found = anew(picture("JPEG", exif=with_exif(orientation)))
        assert {one.size for one in found.values()} == {measures}

    @pytest.mark.parametrize("kind", ["PNG", "WEBP"])
    def test_of_one_that_moves_the_first_frame_stays(self, kind: str):
        frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "blue", "green")]
        out = BytesIO()
        frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
        assert opened(out.getvalue()).n_frames == 3
        found = anew(out.getvalue())
        assert {getattr(one, "n_frames", 1) for one in found.values()} == {1}
        assert found["full"].convert("RGB").getpixel((5, 5))[0] > 200

    def test_the_second_picture_of_a_phone_goes(self):
        out = BytesIO()
        first, second = Image.new("RGB", (30, 20), "red"), Image.new("RGB", (30, 20), "blue")
        first.save(out, "MPO", save_all=True, append_images=[second])
        made = made_anew(out.getvalue(), most_pixels=MOST)
        assert (made.content_type, getattr(opened(made.contents["full"]), "n_frames", 1)) == ("image/jpeg", 1)


def claimed(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


class TestRefused:
    @pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (7072, 7072), (2_000_000_000, 1)])
    def test_a_bomb_is_refused_by_the_size_it_claims(self, width: int, height: int):
        with pytest.raises(Unfit, match="million pixels, more than 50: make it smaller first"):
            made_anew(claimed(width, height), most_pixels=MOST)

    def test_at_the_limit_it_is_read(self):
        assert made_anew(picture("PNG", (100, 50)), most_pixels=5000).width == 100
        with pytest.raises(Unfit, match="million pixels"):
            made_anew(picture("PNG", (100, 51)), most_pixels=5000)

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
    def test_one_that_is_cut_off_is_refused(self, kind: str, kept: float):
        noise = Image.effect_noise((200, 200), 90).convert("RGB")
        out = BytesIO()
        noise.save(out, kind)
        data = out.getvalue()
        with pytest.raises(Unfit, match="damaged or cut off"):
            made_anew(data[: int(len(data) * kept)], most_pixels=MOST)

    def test_a_text_that_unpacks_without_end_is_refused(self):
        bomb = zlib.compress(b"a" * 100_000_000, 9)
        content = b"Comment\0\0" + bomb
        chunk = struct.pack(">I", len(content)) + b"zTXt" + content + struct.pack(">I", zlib.crc32(b"zTXt" + content))
        whole = picture("PNG")
        with pytest.raises(Unfit, match="damaged or cut off"):
            made_anew(whole[:33] + chunk + whole[33:], most_pixels=MOST)

    @pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM"])
    def test_other_kinds_are_not_even_opened(self, kind: str):
        data = picture(kind)
        assert looks_like_image(data) is False
        with pytest.raises(Unfit, match="damaged"):
            made_anew(data, most_pixels=MOST)


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1", b"avif"])
def test_pictures_of_phones_are_known_by_their_first_bytes(brand: bytes):
    assert from_a_phone(b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0") is True
    assert from_a_phone(b"\0\0\0\x18ftypmp42") is False
