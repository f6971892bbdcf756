"""What becomes of a chosen file before anything is kept: named, looked at, made anew if it is a picture, or refused."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from files.documents import FORMATS, content_type_of, kinds_in_words
from files.enums import Kind, Size
from files.images import from_a_phone, looks_like_image, made_anew
from files.names import clean_name, split_name, with_ending
from files.unfit import Unfit

IMAGE_ENDINGS: Final = ("jpg", "jpeg", "jpe", "jfif", "png", "webp", "")
SVG: Final = ("svg", "svgz")
PHONE_ENDINGS: Final = ("heic", "heif", "avif")


@dataclass(frozen=True, slots=True)
class Taken:
    """A file fit to be kept; `contents` by size, a document's under `full` alone."""

    kind: Kind
    name: str
    content_type: str
    contents: dict[str, bytes]
    width: int | None = None
    height: int | None = None

    @property
    def size(self) -> int:
        return len(self.contents[Size.FULL])

    @property
    def sha256(self) -> str:
        return sha256(self.contents[Size.FULL]).hexdigest()


def take(name: str, data: bytes) -> Taken:
    """Look at a file and make it fit to be kept; raises Unfit with the reason.

    What a file is, its content says; a picture under a document's name, or the other way round, is refused.
    """
    called = clean_name(name, otherwise=_("file"))
    ending = split_name(called)[1]
    if not data:
        raise Unfit(_("This file is empty."))
    if from_a_phone(data) or ending in PHONE_ENDINGS:
        raise Unfit(
            _(
                "Pictures in HEIC or AVIF are not taken: save it as JPEG, PNG or WebP. On an iPhone, choose Settings ›"
                " Camera › Formats › Most Compatible before taking pictures, or share this one as JPEG."
            )
        )
    if ending in SVG:
        raise Unfit(_("SVG drawings can hold programs and are not taken: save it as PNG, or as PDF."))
    if looks_like_image(data):
        return _picture(called, ending, data)
    if ending in IMAGE_ENDINGS:
        raise Unfit(
            _("This is no picture, whatever its name says.")
            if ending
            else _("Files of this kind are not taken: send %(kinds)s.") % {"kinds": kinds_in_words()}
        )
    return Taken(Kind.DOCUMENT, called, content_type_of(data, ending), {Size.FULL: data})


def _picture(called: str, ending: str, data: bytes) -> Taken:
    if ending in FORMATS:
        raise Unfit(_("This is a picture, but its name ends in .%(ending)s: rename it, then try.") % {"ending": ending})
    if len(data) > settings.FILES_MOST_BYTES["image"]:
        raise Unfit(too_large("image"))
    made = made_anew(data, most_pixels=settings.FILES_MOST_PIXELS)
    called = called if ending in ("jpg", "jpeg") and made.ending == "jpg" else with_ending(called, made.ending)
    return Taken(Kind.IMAGE, called, made.content_type, made.contents, made.width, made.height)


def too_large(kind: str) -> str:
    """Why a file of a kind is refused for its size."""
    most = filesizeformat(settings.FILES_MOST_BYTES[kind])
    if kind == "image":
        return _("This picture is larger than %(most)s: make it smaller first.") % {"most": most}
    return _("This file is larger than %(most)s.") % {"most": most}
