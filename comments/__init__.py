"""Comments on ideas, prototypes and canvases."""
