"""The children an advocate helps."""
