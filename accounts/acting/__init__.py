"""Support sessions: a member of lab staff acts as a person who asked for support."""
