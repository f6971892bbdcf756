"""Pictures and documents attached to something: added, described, shown, withdrawn."""
