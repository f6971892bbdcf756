"""The first version of the API: its routers, one module per area."""
