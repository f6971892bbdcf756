"""Programs that check the platform but are not tests; `make help` lists them."""
