"""Open data: what is public as data packages, frozen releases, and the catalogue that portals harvest."""
