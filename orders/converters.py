"""How a resource ID stands in a URL: it keeps to its letters, so nothing else reaches SQL."""

from django.urls.converters import StringConverter


class ResourceId(StringConverter):
    regex = r"[A-Za-z0-9._:-]{1,64}"
