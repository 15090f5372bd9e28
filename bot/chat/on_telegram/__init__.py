"""The children's door on Telegram: what comes in, what it means, what is shown, and how it is sent."""
