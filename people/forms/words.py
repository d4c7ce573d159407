"""Labels and sentences of allauth and Django that people read, for our own catalogue.

A translation there goes before theirs, so that one thing has one word on every page.
"""

from django.utils.translation import gettext_noop as _

THEIRS = (
    # signing in, and the account
    _("Email"),
    _("Email address"),
    _("Password"),
    _("Password (again)"),
    _("Current Password"),
    _("New Password"),
    _("New Password (again)"),
    _("Remember Me"),
    _("Forgot your password?"),
    _("You must type the same password each time."),
    _("The new value must be different from the current one."),
    _("Use your password"),
    # two-step verification
    _("Code"),
    _("Authenticator code"),
    _("Use authenticator app or code"),
    # what a form or the admin says
    _("Enter a valid email address."),
    _("email address"),
)
