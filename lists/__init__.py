"""Saved views of lists, and bulk actions on their rows, with the record that allows to undo them."""
