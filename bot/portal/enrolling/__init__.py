"""Becoming a reader, and new words."""
