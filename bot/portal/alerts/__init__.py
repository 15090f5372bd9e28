"""Alerts: who is waiting for a person, and what a person does about it."""
