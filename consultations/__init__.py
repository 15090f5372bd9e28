"""What Foreword knows, keeps and does. No channel and no web framework is imported here."""
