"""Who issued these credentials, and what did the credentials do that they issued in turn?"""
