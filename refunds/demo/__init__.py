"""The demo: a believable marketplace, made through the real commands."""
