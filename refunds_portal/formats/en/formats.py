"""English; whatever is not said here is Django's own."""

DATETIME_FORMAT = "Y-m-d H:i"
