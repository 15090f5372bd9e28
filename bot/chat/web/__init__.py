"""The web chat, the main door: a phone browser, with script or without."""
