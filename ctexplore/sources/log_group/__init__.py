"""A trail's log group in CloudWatch Logs, asked as Event history is."""
