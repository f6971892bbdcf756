"""Pictures: decoded and written again, pixels only."""
