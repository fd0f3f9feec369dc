"""Where log files come from: S3, a folder, the built-in demo trail."""
