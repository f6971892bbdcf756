"""The history of an object: who changed what, when and why, on a page and as a file."""
