"""Amazon Athena: the filter language as SQL over a trail's table."""
