"""`make rehearse`: what docker-compose.yml runs, run without Docker, and some of it killed."""
