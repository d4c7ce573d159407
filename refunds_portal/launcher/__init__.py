"""The one-command launcher: real servers, the site and its timed work.

Nothing here imports Django or an app. The parts run as processes of their own, so
that one which dies cannot take the others, or the reason, with it.
"""
