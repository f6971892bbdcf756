"""The demonstration: two invented editions around a given day, made by the platform's own actions from stories."""
