"""Pages about registrations, guests and needs."""
