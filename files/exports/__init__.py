"""Files that are created in the background for one person to download."""
