"""Backends for stored files: a folder, or a bucket of an object storage."""
