"""The history page of a publication; its texts are in its versions, not in the history."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from publications.models import ApprovalRule, Publication, PublicationPicture, PublicName
from web.history_pages import HistoryKind, HistoryPart

HISTORIES: Final = {
    "publication": HistoryKind(
        _("publication"),
        Publication,
        pages=("publications:publication",),
        parts=(HistoryPart(PublicationPicture, "publication"), HistoryPart(PublicName, "publication")),
    ),
}
NAME_PATHS: Final = {
    Publication: ("title_fr", "slug"),
    PublicationPicture: ("alt_fr",),
    PublicName: ("name",),
}
MODELS_WITHOUT_PAGE: Final = {ApprovalRule: "The page of publications says who approves."}
VALUE_TEXTS: Final = {Publication: {"facts": lambda facts, _row: str(facts.get("as_of", ""))}}
