# One image for every process of the site: web is what it starts, and `celery …` or
# `python manage.py …` as its command make it anything else. It holds no settings: see README.md.
ARG PYTHON=python:3.12-slim
ARG NODE=node:22-slim

# --- the style sheet of the pages
FROM ${NODE} AS style
WORKDIR /site
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

# --- packages, translations and static files
FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /site
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements/base.txt requirements/
# Wheels only: nothing is compiled here, and no package's code runs to be installed.
RUN pip install --only-binary :all: --require-hashes -r requirements/base.txt
COPY --from=style /site/node_modules/@tabler/core/dist/css/tabler.min.css* \
    node_modules/@tabler/core/dist/css/
COPY . .
# Neither command asks a server; the settings want to be named all the same.
RUN export SECRET_KEY=unused DATABASE_URL=postgres:///unused REDIS_URL=redis://unused \
    && python manage.py compile_messages \
    && python manage.py collectstatic --noinput \
    && python -m compileall -q .

# --- what runs
FROM ${PYTHON}
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin site
COPY --from=build /venv /venv
COPY --from=build /site /site
WORKDIR /site
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LOG_FORMAT=json \
    GRANIAN_INTERFACE=wsgi \
    GRANIAN_HOST=0.0.0.0 \
    GRANIAN_PORT=8000 \
    GRANIAN_WORKERS=2 \
    GRANIAN_BLOCKING_THREADS=1 \
    GRANIAN_RESPAWN_FAILED_WORKERS=1
USER 10001:10001
EXPOSE 8000
# SIGTERM is the orderly end of all of them: what has begun is finished.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import http.client, sys; c = http.client.HTTPConnection('127.0.0.1', 8000, timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
CMD ["granian", "--no-ws", "--log-config", "refunds_portal/granian.json", "refunds_portal.wsgi:application"]
