"""How an installation is watched: figures for Prometheus, lines of JSON, errors without anybody's words in them."""
