"""Scanners of the code and of the running platform, each with a planted fault that it must find (`make scan`)."""
