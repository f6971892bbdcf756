"""What will go, went, is held or failed: pages for lab staff."""
