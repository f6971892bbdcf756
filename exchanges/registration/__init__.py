"""Registration: invitations, answers, seats, the waiting list, guests, and people's needs."""
