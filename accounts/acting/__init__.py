"""The lab acting as someone who asked for support."""
