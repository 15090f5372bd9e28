"""My children's reviews."""
