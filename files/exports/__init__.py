"""Files that are written for one person to download."""
