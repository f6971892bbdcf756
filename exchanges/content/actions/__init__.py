"""Actions on the content of an exchange."""

from exchanges.content.actions.outcomes import (
    close_commitment,
    close_exchange,
    drop_commitment,
    fulfil_commitment,
    give_feedback,
    record_commitment,
    write_minutes,
)
from exchanges.content.actions.preparation import (
    add_to_programme,
    ask_question,
    change_contribution,
    change_programme,
    change_question,
    contribute,
    match,
    remove_from_programme,
    remove_question,
    unmatch,
    withdraw_contribution,
)
