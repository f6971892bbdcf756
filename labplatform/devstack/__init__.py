"""The embedded stack: real PostgreSQL and Redis started from installed packages, without root, Docker or a compiler."""
