"""Every door: code that listens, sends or starts. A door translates; it decides nothing."""
