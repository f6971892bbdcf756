"""`make rehearse`: runs the services of docker-compose.yml without Docker, and kills some of them."""
