"""`make lighthouse`: how quickly and well pages appear on a phone."""
