"""Scanners over the code and the running platform, each with a fault planted that it must find (`make scan`)."""
