"""Who comes: invitations, answers, seats, the waiting list, guests, and what people need."""
