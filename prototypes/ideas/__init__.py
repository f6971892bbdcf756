"""Ideas, their events and their story."""
