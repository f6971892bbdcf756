"""Pages on registrations, guests and needs."""
