"""The embedded stack: real PostgreSQL and Redis from installed packages, without root, Docker or a compiler."""
