"""An officer hands over their reviews."""
