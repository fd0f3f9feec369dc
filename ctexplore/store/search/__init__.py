"""Looking through records' bytes before any column is made."""
