"""The filter bar: typing, completing, what it narrows, its history and views."""
