"""Keying in a form or a talk."""
