"""Pages of saved views, and of bulk actions: preview, outcome, undo."""
