"""All that one actor did, counted."""
