"""What a WSGI server loads."""

import os

from django.core.wsgi import get_wsgi_application

from kernel.trouble import Utf8Request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "refunds_portal.settings")

application = get_wsgi_application()
application.request_class = Utf8Request
