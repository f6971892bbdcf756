"""The two places where stored files can be: a folder, or a bucket of an object storage."""
