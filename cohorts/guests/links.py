"""Links by which guests answer: computed for each e-mail, signed, and stored nowhere."""

from dataclasses import dataclass
from typing import Final

from django.core import signing

from cohorts.models import Attendance, Session, StakeholderContact

SALT: Final = "cohorts.guests"


@dataclass(frozen=True, slots=True)
class GuestLink:
    """What the link of a guest opens: one session, and the contact of the stakeholder for whom the link was made.

    `attendances` are theirs in the session, by day.
    """

    contact: StakeholderContact
    session: Session
    attendances: list[Attendance]


def guest_token(contact: StakeholderContact, session_id: int) -> str:
    """Return the signed token of the link by which a stakeholder answers for a session.

    It does not expire, but opens nothing once the stakeholder has another address, or leaves the list of the session.
    """
    return signing.Signer(salt=SALT).sign(f"{contact.stakeholder_id}:{contact.user_id}:{session_id}")


def guest_of(token: str) -> GuestLink | None:
    """Return what the token of a link opens; None for a wrong signature, another address, or nothing on the list."""
    try:
        stakeholder, user, session = signing.Signer(salt=SALT).unsign(token).split(":")
    except signing.BadSignature:
        return None
    contacts = StakeholderContact.objects.select_related("user", "stakeholder__cohort__authority")
    contact = contacts.filter(stakeholder=int(stakeholder), user=int(user)).first()
    rows = Attendance.objects.filter(stakeholder=int(stakeholder), day__session=int(session))
    own = list(rows.select_related("day").order_by("day__date")) if contact else []
    if contact is None or not own:
        return None
    return GuestLink(contact, Session.objects.with_days().get(pk=int(session)), own)
