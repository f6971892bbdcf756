"""Ideas, their events and their timeline."""
