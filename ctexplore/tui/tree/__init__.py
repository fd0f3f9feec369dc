"""The trail's folders."""
