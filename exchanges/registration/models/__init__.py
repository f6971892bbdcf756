"""Models of registrations, guests and needs."""
