"""Programs that check the platform and are no tests of it; `make help` lists them."""
