"""The one exception of this package that a person is meant to read."""


class UnsupportedCheckpoint(Exception):
    """The checkpoint is missing something or uses a feature the exporter does not know."""
