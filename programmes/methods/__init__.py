"""Methods: cards that tell how to run a part of a session or a test, in the lab’s own words."""
