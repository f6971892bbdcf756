"""Template tags of canvases."""
